"""Every chosen row of a vector index is scored: the nearest, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import faiss
import numpy as np

from dedupe.model import Bools, Doubles, Floats, Int64s
from index.vector_rows import Rows, runs

SLACK = 16
"""Neighbours fetched beyond k, so that ties at the end can be told by key."""
ROUNDING = 2e-6
"""Twice what float32 sums of 384 products of unit vectors were seen to differ by."""

Found: TypeAlias = tuple[Int64s, Floats]
"""Keys and cosines, best first."""


_faiss: Any = faiss
"""The stubs know neither selectors nor views."""
_NOTHING: Any = faiss.MaybeOwnedVectorUInt8()
"""Its owner is nobody, as of the memory that FAISS scans here; it must outlive what names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfolded:
    """Rows of an index in single precision, which holds what half precision does."""

    positions: Int64s
    """Ascending."""
    vectors: Floats

    @classmethod
    def of(cls, rows: Rows, positions: Int64s) -> Unfolded:
        """These rows."""
        first, last = (int(positions[0]), int(positions[-1])) if len(positions) else (0, -1)
        whole = last - first + 1 == len(positions)
        halves = rows.halves[first : last + 1] if whole else rows.halves[positions]
        return cls(positions=positions, vectors=halves.astype(np.float32))

    def part(self, positions: Int64s) -> Unfolded:
        """Some of these rows, as a view where they stand side by side."""
        if len(positions) == len(self.positions):
            return self
        at = np.searchsorted(self.positions, positions)
        if len(at) and int(at[-1] - at[0]) + 1 == len(at):
            return Unfolded(positions=positions, vectors=self.vectors[at[0] : at[-1] + 1])
        return Unfolded(positions=positions, vectors=self.vectors[at])


class Exact:
    """Scores rows in half precision with FAISS, where they stand, and what it finds once more."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        kind = faiss.ScalarQuantizer.QT_fp16
        self._scan: Any = faiss.IndexScalarQuantizer(
            rows.dimension, kind, faiss.METRIC_INNER_PRODUCT
        )

    def nearest(self, query: Floats, chosen: Bools, k: int) -> Found:
        """The k nearest of the chosen rows; there are at least as many."""
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        inside, fetch = int(np.count_nonzero(chosen)), k + SLACK
        while True:
            rough, positions = self._scanned(query, chosen, fetch)
            keys, cosines = self.best(query, positions, k)
            # Nothing that FAISS left out can be better.
            if fetch >= inside or rough[-1] + ROUNDING < cosines[-1]:
                return keys, cosines
            fetch *= 4

    def _scanned(self, query: Floats, chosen: Bools, fetch: int) -> tuple[Floats, Int64s]:
        """(cosine, position) of the ``fetch`` best chosen rows, best first, as FAISS scores them."""
        rough, places = [np.empty(0, np.float32)], [np.empty(0, np.int64)]
        with one_thread():
            for start, end in runs(chosen):
                bits = np.packbits(chosen[start:end], bitorder="little")
                parameters = _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))
                self._show(start, end)
                found = self._scan.search(query[None, :], fetch, params=parameters)
                rough.append(found[0][0])
                places.append(np.where(found[1][0] >= 0, found[1][0] + start, -1))
        cosines, positions = np.concatenate(rough), np.concatenate(places)
        held = np.flatnonzero(positions >= 0)
        best = held[np.argsort(-cosines[held], kind="stable")[:fetch]]
        return cosines[best], positions[best]

    def _show(self, start: int, end: int) -> None:
        """FAISS scans these rows next, in place."""
        width = 2 * self._rows.dimension
        address = self._rows.halves.ctypes.data + start * width
        self._scan.codes = _faiss.MaybeOwnedVectorUInt8.create_view(
            _faiss.cast_integer_to_void_ptr(address), (end - start) * width, _NOTHING.owner
        )
        self._scan.ntotal = end - start

    def best(self, query: Floats, positions: Int64s, k: int) -> Found:
        """The k nearest of these rows by their exact cosines, ties by key."""
        halves = self._rows.halves[positions].astype(np.float64)
        exact = (halves @ query.astype(np.float64)).astype(np.float32)
        keys = self._rows.keys[positions]
        order = np.lexsort((keys, -exact))[:k]
        return keys[order], exact[order]

    def together(
        self, queries: Floats, hours: Doubles, window: float, k: int, near: Unfolded
    ) -> list[Found]:
        """The k nearest to each query; all that is inside their windows is ``near``."""
        scores = queries @ near.vectors.T
        if np.isfinite(window):
            _forbid(scores, hours, self._rows.hours[near.positions], window)
        bound = _reached(scores, k + SLACK)
        least = np.maximum(bound, np.finfo(np.float32).min)
        keys = self._rows.keys[near.positions]
        doubles = queries.astype(np.float64)
        results = []
        for row, query in enumerate(doubles):
            likely = (scores[row] >= least[row]).nonzero()[0]
            exact = (near.vectors[likely].astype(np.float64) @ query).astype(np.float32)
            named = keys[likely]
            order = np.lexsort((named, -exact))[:k]
            cosines = exact[order]
            if bound[row] == -np.inf or (k > 0 and cosines[-1] > bound[row] + ROUNDING):
                results.append((named[order], cosines))
            else:
                results.append(self._again(queries[row], float(hours[row]), window, k))
        return results

    def _again(self, query: Floats, hour: float, window: float, k: int) -> Found:
        chosen = self._rows.inside(hour, window)
        return self.nearest(query, chosen, min(k, int(np.count_nonzero(chosen))))


@contextmanager
def one_thread() -> Iterator[None]:
    """FAISS wakes no other threads: for one query they took up to 9 ms on a busy machine."""
    # Its OpenMP is torch's too, so their number is put back.
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _forbid(scores: Floats, ours: Doubles, theirs: Doubles, window: float) -> None:
    """Scores of pairs further apart than the window become -inf, in place."""
    known = ours[~np.isnan(ours)]
    if not len(known):
        return
    # Who is inside for the first and the last of us is inside for all.
    first, last = np.abs(known.min() - theirs), np.abs(known.max() - theirs)
    edge = np.flatnonzero((first > window) | (last > window))
    far = np.abs(ours[:, None] - theirs[None, edge]) > window
    part = scores[:, edge]
    part[far] = -np.inf
    scores[:, edge] = part


def _reached(scores: Floats, fetch: int) -> Floats:
    """For each row a bound that at least ``fetch`` scores reach, and few more; or -inf."""
    n = scores.shape[1]
    if n <= fetch:
        return np.full(len(scores), -np.inf, np.float32)
    width = max(1, n // (8 * fetch))
    # The best of each group: as many groups as are wanted have one that reaches the bound.
    best = scores[:, : n - n % width].reshape(len(scores), -1, width).max(axis=2)
    bound: Floats = np.partition(best, -fetch, axis=1)[:, -fetch]
    return bound
