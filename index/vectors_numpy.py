"""Nearest vectors by looking at every one in double precision: the oracle of the vector indexes."""

from __future__ import annotations

import numpy as np

from dedupe.model import Doubles, Floats, Int64s
from dedupe.ports import VectorHits


class NumpyVectorIndex:
    """Exact nearest neighbours over a dictionary of vectors; slow, small and plainly right."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._held: dict[int, tuple[Floats, float]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def add(self, keys: Int64s, vectors: Floats, hours: Doubles | None = None) -> None:
        """Hold these unit vectors, shape = (len(keys), dimension); a key already held is replaced.

        ``hours`` tell when each was published, NaN where unknown.

        Raises:
            ValueError: the shapes do not fit.
        """
        if vectors.shape != (len(keys), self.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape}, expected ({len(keys)}, {self.dimension})"
            )
        times = [np.nan] * len(keys) if hours is None else hours.tolist()
        for key, vector, hour in zip(keys.tolist(), _rounded(vectors), times, strict=True):
            self._held[key] = vector, hour

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""
        for key in keys.tolist():
            self._held.pop(key, None)

    def search(
        self, vectors: Floats, k: int, *, hours: Doubles | None = None, window: float = np.inf
    ) -> VectorHits:
        """The k nearest to each vector among those at most ``window`` hours from its time."""
        held = np.array(list(self._held), np.int64)
        matrix, published = self.vectors(held).astype(np.float64), self.hours(held)
        times = [np.nan] * len(vectors) if hours is None else hours.tolist()
        found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
        for query, (vector, hour) in enumerate(zip(_rounded(vectors), times, strict=True)):
            inside = np.flatnonzero(~(np.abs(published - hour) > window))
            cosines = (matrix[inside] @ vector.astype(np.float64)).astype(np.float32)
            order = np.lexsort((held[inside], -cosines))[:k]
            found.append((np.full(len(order), query), held[inside][order], cosines[order]))
        queries, keys, best = (np.concatenate(column) for column in zip(*found, strict=True))
        return VectorHits(query=queries, key=keys, cosine=best)

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        return np.array(sorted(self._held), np.int64)

    def vectors(self, keys: Int64s) -> Floats:
        """The vectors of keys that are held, row by row; shape = (len(keys), dimension)."""
        rows = [self._held[key][0] for key in keys.tolist()]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def hours(self, keys: Int64s) -> Doubles:
        """When keys that are held were published; NaN where unknown."""
        return np.array([self._held[key][1] for key in keys.tolist()], np.float64)


def _rounded(vectors: Floats) -> Floats:
    """The vectors as an index holds them."""
    return vectors.astype(np.float16).astype(np.float32)
