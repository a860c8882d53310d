"""Nearest vectors by looking at every one in double precision: the oracle of the vector indexes."""

from __future__ import annotations

import numpy as np

from dedupe.model import Floats, Int64s

_QUERIES = 64
"""Queries scored at a time: bounds the matrix of scores."""


class NumpyVectorIndex:
    """Exact nearest neighbours over a dictionary of vectors; slow, small and plainly right."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._held: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._held)

    def add(self, keys: Int64s, vectors: Floats) -> None:
        """Hold these unit vectors, shape = (len(keys), dimension); a key already held is replaced.

        Raises:
            ValueError: the shapes do not fit.
        """
        if vectors.shape != (len(keys), self.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape}, expected ({len(keys)}, {self.dimension})"
            )
        self._held.update(zip(keys.tolist(), vectors.astype(np.float32), strict=True))

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""
        for key in keys.tolist():
            self._held.pop(key, None)

    def search(self, vectors: Floats, k: int) -> tuple[Int64s, Floats]:
        """Keys and cosines of the k nearest, best first, ties by key; shape = (n, min(k, held))."""
        k = min(k, len(self))
        keys = np.empty((len(vectors), k), np.int64)
        cosines = np.empty((len(vectors), k), np.float32)
        if k > 0:
            held = np.array(list(self._held), np.int64)
            matrix = np.stack(list(self._held.values())).astype(np.float64)
            for start in range(0, len(vectors), _QUERIES):
                rows = slice(start, start + _QUERIES)
                scores = (vectors[rows].astype(np.float64) @ matrix.T).astype(np.float32)
                order = np.lexsort((np.broadcast_to(held, scores.shape), -scores))[:, :k]
                keys[rows] = held[order]
                cosines[rows] = np.take_along_axis(scores, order, axis=1)
        return keys, cosines

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        return np.array(sorted(self._held), np.int64)

    def vectors(self, keys: Int64s) -> Floats:
        """The vectors of keys that are held, row by row; shape = (len(keys), dimension)."""
        rows = [self._held[key] for key in keys.tolist()]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)
