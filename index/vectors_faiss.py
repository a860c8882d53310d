"""Nearest vectors by FAISS inside a time window: every one is looked at, or of very many a part."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dedupe.errors import IndexDamaged, VersionMismatch
from dedupe.model import Doubles, Floats, Int64s
from dedupe.ports import VectorHits
from index.vector_approximate import Approximate
from index.vector_exact import Exact, Found, Unfolded
from index.vector_file import checked_manifest, checksum, manifest_path, replacing, write_manifest
from index.vector_rows import Rows, in_time

__all__ = ["FaissVectorIndex", "manifest_path"]

MANY = 16
"""Queries from which on they are scored together, as one product of matrices."""
TOGETHER = 256
"""Queries scored together, neighbours in time: bounds the matrix of scores."""
UNFOLDED = 8 * TOGETHER
"""Queries for which the rows near any of them are brought to single precision at once."""
_FORMAT = 2


class FaissVectorIndex:
    """Nearest neighbours by cosine inside a time window, in memory; may be shared by threads.

    Up to ``exact`` vectors inside the window are looked at one by one: then ``NumpyVectorIndex``
    gives the same keys and cosines. Of more, those in the nearest cells are looked at. What is
    found is scored again in double precision with the vectors held. An index filled anew from the
    store finds the same.
    """

    def __init__(self, dimension: int, *, exact: int = 50_000) -> None:
        self.dimension = dimension
        self._exact = exact
        self._rows = Rows(dimension)
        self._search = Exact(self._rows)
        self._approximate = Approximate(self._rows, self._search, least=exact)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, keys: Int64s, vectors: Floats, hours: Doubles | None = None) -> None:
        """Hold these unit vectors, shape = (len(keys), dimension); a key already held is replaced.

        ``hours`` since 1970-01-01 UTC, NaN where unknown, tell when each was published.

        Raises:
            ValueError: the shapes do not fit.
        """
        if vectors.shape != (len(keys), self.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape}, expected ({len(keys)}, {self.dimension})"
            )
        with self._lock:
            start = self._rows.total
            self._rows.append(keys, vectors, unknown(len(keys)) if hours is None else hours)
            self._approximate.added(start)
            self._tidied()

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""
        with self._lock:
            self._rows.remove(keys)
            self._tidied()

    def search(
        self, vectors: Floats, k: int, *, hours: Doubles | None = None, window: float = np.inf
    ) -> VectorHits:
        """The k nearest to each vector among those at most ``window`` hours from it.

        ``hours`` since 1970-01-01 UTC, NaN where unknown, are the times of the queries. An
        unknown time, theirs or ours, lies inside every window.
        """
        queries = np.ascontiguousarray(vectors, np.float16).astype(np.float32)
        times = unknown(len(queries)) if hours is None else hours
        with self._lock:
            if len(queries) < MANY:
                found = [
                    self._one(query, hour, window, k)
                    for query, hour in zip(queries, times.tolist(), strict=True)
                ]
            else:
                found = self._many(queries, times, window, k)
        return VectorHits(
            query=np.repeat(np.arange(len(found)), [len(keys) for keys, _ in found]),
            key=np.concatenate([np.empty(0, np.int64), *(keys for keys, _ in found)]),
            cosine=np.concatenate([np.empty(0, np.float32), *(scores for _, scores in found)]),
        )

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        with self._lock:
            return np.sort(self._rows.keys[self._rows.alive])

    def vectors(self, keys: Int64s) -> Floats:
        """The vectors of keys that are held, row by row; shape = (len(keys), dimension)."""
        with self._lock:
            return self._rows.halves[self._rows.positions(keys)].astype(np.float32)

    def hours(self, keys: Int64s) -> Doubles:
        """When keys that are held were published, hours since 1970-01-01 UTC; NaN where unknown."""
        with self._lock:
            return self._rows.hours[self._rows.positions(keys)]

    def save(self, path: Path, *, manifest: Mapping[str, Any]) -> None:
        """The index stands at ``path``, its manifest beside it; each replaced whole or not at all.

        ``manifest`` names at least the ``model``; dimension, count and checksum are added.
        """
        with self._lock, replacing(path) as temporary:
            self._tidy()
            cells = self._approximate.saved()
            facts = {
                **manifest,
                "format": _FORMAT,
                "dimension": self.dimension,
                "count": len(self),
                "cells": cells and cells[0],
            }
            with temporary.open("wb") as file:
                for array in (self._rows.keys, self._rows.hours, self._rows.halves):
                    np.save(file, array)
                if cells is not None:
                    np.save(file, cells[1])
            facts["sha256"] = checksum(temporary, facts)
        write_manifest(path, facts)

    @classmethod
    def load(
        cls, path: Path, *, model: str, dimension: int, exact: int = 50_000
    ) -> tuple[FaissVectorIndex, Mapping[str, Any]]:
        """The index saved at ``path`` and its manifest.

        Raises:
            VersionMismatch: it was built with another model; the message names both.
            IndexDamaged: it is missing, unfinished or damaged, and has to be built from the store.
        """
        manifest = checked_manifest(path)
        if manifest.get("model") != model:
            raise VersionMismatch(
                f"the index {path} was built with model {manifest.get('model')}, settings name "
                f"model {model}; run `samestory rebuild-index`"
            )
        if (manifest.get("format"), manifest.get("dimension")) != (_FORMAT, dimension):
            raise IndexDamaged(f"the index {path} has another form or dimension")
        index = cls(dimension, exact=exact)
        try:
            index._read(path, manifest["cells"])
        except (OSError, ValueError, RuntimeError) as error:
            raise IndexDamaged(f"the index {path} cannot be read: {error}") from error
        return index, manifest

    def _read(self, path: Path, cells: Mapping[str, int] | None) -> None:
        with path.open("rb") as file:
            keys, hours, halves = (np.load(file, allow_pickle=False) for _ in range(3))
            self._rows.append(keys, halves, hours)
            if cells is not None:
                self._approximate.restore(cells, np.load(file, allow_pickle=False))

    def _tidied(self) -> None:
        if self._rows.untidy:
            self._tidy()

    def _tidy(self) -> None:
        self._approximate.renumber(self._rows.tidy())

    def _one(self, query: Floats, hour: float, window: float, k: int) -> Found:
        """The k nearest to one query."""
        chosen = self._rows.inside(hour, window)
        inside = int(np.count_nonzero(chosen))
        if inside <= self._exact:
            return self._search.nearest(query, chosen, min(k, inside))
        return self._approximate.nearest(query, chosen, inside, k)

    def _many(self, queries: Floats, hours: Doubles, window: float, k: int) -> list[Found]:
        """The k nearest to each of many queries; those near in time are scored together."""
        found: list[Found] = [(np.empty(0, np.int64), np.empty(0, np.float32))] * len(queries)
        order = in_time(np.arange(len(queries)), hours)
        for start in range(0, len(order), UNFOLDED):
            some = order[start : start + UNFOLDED]
            # What is near one of these blocks is near most of them: it is unfolded once.
            unfolded = self._unfolded(hours[some], window)
            for first in range(0, len(some), TOGETHER):
                block = some[first : first + TOGETHER]
                results = self._block(queries[block], hours[block], window, k, unfolded)
                for at, result in zip(block.tolist(), results, strict=True):
                    found[at] = result
        return found

    def _block(
        self, queries: Floats, hours: Doubles, window: float, k: int, unfolded: Unfolded | None
    ) -> Sequence[Found]:
        """The k nearest to each of some queries that are near in time."""
        near = self._near_any(hours, window)
        if len(near) > self._exact:
            return [
                self._one(query, hour, window, k)
                for query, hour in zip(queries, hours.tolist(), strict=True)
            ]
        rows = unfolded if unfolded is not None else Unfolded.of(self._rows, near)
        return self._search.together(queries, hours, window, k, rows.part(near))

    def _unfolded(self, hours: Doubles, window: float) -> Unfolded | None:
        """The rows near any of these times, where they are few enough to be looked at."""
        # A block sees no more than an hour beside its window: that is here, whatever is rounded.
        near = self._near_any(hours, window + 1.0)
        return Unfolded.of(self._rows, near) if len(near) <= self._exact else None

    def _near_any(self, hours: Doubles, window: float) -> Int64s:
        """Positions of the living rows inside the window of one of these times, and some others."""
        if np.isnan(hours).any() or np.isinf(window):
            return np.flatnonzero(self._rows.alive)
        middle = (hours.min() + hours.max()) / 2.0
        # An hour more than it takes: nothing is lost to rounding.
        return np.flatnonzero(
            self._rows.inside(middle, window + (hours.max() - hours.min()) / 2.0 + 1.0)
        )


def unknown(n: int) -> Doubles:
    """As many unknown times."""
    return np.full(n, np.nan)
