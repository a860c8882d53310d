"""Nearest vectors by FAISS, saved with a manifest that says what they are."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from dedupe.errors import IndexDamaged, VersionMismatch
from dedupe.model import Bools, Floats, Int64s

_SLACK = 16
"""Neighbours fetched beyond k, so that ties at the end can be told by key."""
_ROUNDING = 2e-6
"""Twice what float32 sums of 384 products of unit vectors were seen to differ by."""
_HALVING = 2.0**-11 + _ROUNDING
"""Most by which a cosine changes when a unit vector is rounded to half precision."""
_MANY = 16
"""Queries from which on more than one thread is worth waking."""
_FORMAT = 1


class FaissVectorIndex:
    """Exact nearest neighbours by cosine, held in memory; may be shared by threads.

    The vectors stand in a flat index without gaps, their keys beside it: a vector is replaced in
    place, and a removed one is overwritten by the last. FAISS's own id map takes 40 to 60 ms to
    remove from 200,000. A single query reads a copy in half precision: it waits for memory, not for
    sums. What FAISS finds is scored again in double precision, so that a cosine
    depends on its two vectors only, not on where they stand or what they were searched with.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._flat: Any = faiss.IndexFlatIP(dimension)
        self._half: Any = _half_precision(dimension)
        self._keys: Int64s = np.empty(0, np.int64)
        self._position: dict[int, int] = {}
        self._lock = threading.RLock()
        self._owner: Any = None

    def __len__(self) -> int:
        return len(self._position)

    def add(self, keys: Int64s, vectors: Floats) -> None:
        """Hold these unit vectors, shape = (len(keys), dimension); a key already held is replaced.

        Raises:
            ValueError: the shapes do not fit.
        """
        if vectors.shape != (len(keys), self.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape}, expected ({len(keys)}, {self.dimension})"
            )
        last = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        with self._lock:
            known = [(self._position[key], at) for key, at in last.items() if key in self._position]
            new = [(key, at) for key, at in last.items() if key not in self._position]
            if known:
                positions, rows = zip(*known, strict=True)
                self._vectors()[list(positions)] = vectors[list(rows)]
                self._halves()[list(positions)] = vectors[list(rows)]
            if new:
                self._append(np.array(new, np.int64), vectors)

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""
        with self._lock:
            gone = [key for key in dict.fromkeys(keys.tolist()) if key in self._position]
            vectors, halves, n = self._vectors(), self._halves(), len(self)
            for key in gone:
                n -= 1
                hole, moved = self._position.pop(key), int(self._keys[n])
                if hole != n:
                    vectors[hole], halves[hole] = vectors[n], halves[n]
                    self._keys[hole] = moved
                    self._position[moved] = hole
            if gone:
                for index in (self._flat, self._half):
                    index.remove_ids(faiss.IDSelectorRange(n, index.ntotal))

    def search(self, vectors: Floats, k: int) -> tuple[Int64s, Floats]:
        """Keys and cosines of the k nearest, best first, ties by key; shape = (n, min(k, held)).

        Exact: ``NumpyVectorIndex`` gives the same keys and the same cosines.
        """
        with self._lock:
            held = len(self)
            k = min(k, held)
            keys = np.empty((len(vectors), k), np.int64)
            cosines = np.empty((len(vectors), k), np.float32)
            open_rows, fetch = np.arange(len(vectors)), k + _SLACK
            while k > 0 and len(open_rows):
                fetch = min(fetch, held)
                queries = np.ascontiguousarray(vectors[open_rows], np.float32)
                found, scores, complete = self._nearest(queries, k, fetch)
                keys[open_rows], cosines[open_rows] = found, scores
                open_rows, fetch = open_rows[~complete], 4 * fetch
            return keys, cosines

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        with self._lock:
            return np.sort(self._keys[: len(self)])

    def vectors(self, keys: Int64s) -> Floats:
        """The vectors of keys that are held, row by row; shape = (len(keys), dimension)."""
        with self._lock:
            positions = [self._position[key] for key in keys.tolist()]
            return self._vectors()[positions]

    def save(self, path: Path, *, manifest: Mapping[str, Any]) -> None:
        """The index stands at ``path``, its manifest beside it; each replaced whole or not at all.

        ``manifest`` names at least the ``model``; dimension, count and checksum are added.
        """
        with self._lock:
            mapped = self._with_ids()
        facts = {**manifest, "format": _FORMAT, "dimension": self.dimension, "count": mapped.ntotal}
        with _replacing(path) as temporary:
            faiss.write_index(mapped, str(temporary))
            facts["sha256"] = _checksum(temporary, facts)
        with _replacing(manifest_path(path)) as temporary:
            temporary.write_text(json.dumps(facts, indent=2, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(
        cls, path: Path, *, model: str, dimension: int
    ) -> tuple[FaissVectorIndex, Mapping[str, Any]]:
        """The index saved at ``path`` and its manifest.

        Raises:
            VersionMismatch: it was built with another model; the message names both.
            IndexDamaged: it is missing, unfinished or damaged, and has to be built from the store.
        """
        manifest = _read_manifest(path)
        _check(path, manifest)
        if manifest.get("model") != model:
            raise VersionMismatch(
                f"the index {path} was built with model {manifest.get('model')}, settings name "
                f"model {model}; run `samestory rebuild-index`"
            )
        if (manifest.get("format"), manifest.get("dimension")) != (_FORMAT, dimension):
            raise IndexDamaged(f"the index {path} has another form or dimension")
        index = cls(dimension)
        index._adopt(_read(path))
        return index, manifest

    def _append(self, new: Int64s, vectors: Floats) -> None:
        """``new`` holds a key and its row of ``vectors`` a line."""
        start = self._flat.ntotal
        added = np.ascontiguousarray(vectors[new[:, 1]], np.float32)
        self._flat.add(added)
        self._half.add(added)
        if self._flat.ntotal > len(self._keys):
            # Room for half as many again: appending one by one stays cheap.
            room = np.empty(self._flat.ntotal * 3 // 2 + 16, np.int64)
            room[:start] = self._keys[:start]
            self._keys = room
        self._keys[start : self._flat.ntotal] = new[:, 0]
        self._position.update(zip(new[:, 0].tolist(), range(start, self._flat.ntotal), strict=True))

    def _nearest(self, queries: Floats, k: int, fetch: int) -> tuple[Int64s, Floats, Bools]:
        """The k best of the ``fetch`` that FAISS finds, and whether nothing else can be better."""
        rough, positions, error = self._rough(queries, fetch)
        exact = np.empty(rough.shape, np.float32)
        vectors = self._vectors()
        for row, query in enumerate(queries.astype(np.float64)):
            exact[row] = vectors[positions[row]].astype(np.float64) @ query
        keys = self._keys[positions]
        order = np.lexsort((keys, -exact))[:, :k]
        scores = np.take_along_axis(exact, order, axis=1)
        complete = (rough[:, -1] + error < scores[:, -1]) | (fetch >= len(self))
        return np.take_along_axis(keys, order, axis=1), scores, complete

    def _rough(self, queries: Floats, fetch: int) -> tuple[Floats, Int64s, float]:
        """Cosines and positions as FAISS finds them, and by how much a cosine may be wrong."""
        if len(queries) >= _MANY:
            return (*self._flat.search(queries, fetch), _ROUNDING)
        # FAISS divides queries among threads: one query wakes them all for nothing, which took up
        # to 9 ms on a busy machine. Its OpenMP is torch's too, so their number is put back.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            return (*self._half.search(queries, fetch), _HALVING)
        finally:
            faiss.omp_set_num_threads(threads)

    def _vectors(self) -> Floats:
        """The vectors inside FAISS, writable, shape = (held, dimension)."""
        n = self._flat.ntotal
        if n == 0:
            return np.empty((0, self.dimension), np.float32)
        view: Floats = faiss.rev_swig_ptr(self._flat.get_xb(), n * self.dimension)
        return view.reshape(n, self.dimension)

    def _halves(self) -> npt.NDArray[np.float16]:
        """The vectors in half precision inside FAISS, writable, shape = (held, dimension)."""
        n = self._half.ntotal
        if n == 0:
            return np.empty((0, self.dimension), np.float16)
        view = faiss.rev_swig_ptr(self._half.codes.data(), n * self.dimension * 2)
        halves: npt.NDArray[np.float16] = view.view(np.float16).reshape(n, self.dimension)
        return halves

    def _with_ids(self) -> Any:
        """The same vectors under FAISS's own id map, which any FAISS can read."""
        mapped = faiss.IndexIDMap(faiss.IndexFlatIP(self.dimension))
        if len(self):
            mapped.add_with_ids(self._vectors(), self._keys[: len(self)])
        return mapped

    def _adopt(self, mapped: Any) -> None:
        self._keys = faiss.vector_to_array(mapped.id_map)
        self._position = {key: at for at, key in enumerate(self._keys.tolist())}
        self._flat = faiss.downcast_index(mapped.index)
        if len(self):
            self._half.add(self._vectors())
        # The map owns the flat index and frees it when it goes.
        self._owner = mapped


def _half_precision(dimension: int) -> Any:
    kind = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def manifest_path(path: Path) -> Path:
    """Where the manifest of the index at ``path`` stands."""
    return path.with_name(path.name + ".json")


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads(manifest_path(path).read_bytes())
    except OSError as error:
        raise IndexDamaged(f"the index {path} has no manifest: {error}") from error
    except ValueError as error:
        raise IndexDamaged(f"the manifest of the index {path} is damaged: {error}") from error
    if not isinstance(manifest, dict):
        raise IndexDamaged(f"the manifest of the index {path} is damaged: it is no object")
    return manifest


def _check(path: Path, manifest: Mapping[str, Any]) -> None:
    """The file is the one its manifest was written for, and neither has changed since."""
    try:
        checksum = _checksum(path, manifest)
    except OSError as error:
        raise IndexDamaged(f"the index {path} cannot be read: {error}") from error
    if checksum != manifest.get("sha256"):
        # Also what a crash between the two renames of a save leaves behind.
        raise IndexDamaged(f"the index {path} or its manifest is not as it was saved")


def _read(path: Path) -> Any:
    try:
        return faiss.read_index(str(path))
    except (OSError, RuntimeError) as error:
        raise IndexDamaged(f"the index {path} cannot be read: {error}") from error


def _checksum(path: Path, facts: Mapping[str, Any]) -> str:
    """SHA-256 of what the manifest says and the file holds, in hex."""
    said = {name: value for name, value in facts.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    with path.open("rb") as file:
        return hashlib.file_digest(file, digest.copy).hexdigest()


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """What is written to the yielded path stands at ``path``, whole, or nothing changed."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
