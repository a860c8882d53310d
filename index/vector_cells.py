"""Rows of vectors in cells around trained centres, a byte a dimension: FAISS's IVF,SQ8.

Only the cells nearest to a query are read, so that a search among millions costs less than a look
at fifty thousand. What is found is approximate: the caller scores it again.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Floats, Int64s, UInt8s

_faiss: Any = faiss
"""The stubs know no selectors."""
PER_CELL = 40
"""Vectors that a centre is trained on: FAISS warns below 39."""


def cells_for(vectors: int) -> int:
    """How many cells so many vectors get: a power of two near twice the square root."""
    return int(2 ** min(round(np.log2(2.0 * np.sqrt(vectors))), int(np.log2(vectors))))


class Cells:
    """An inverted file over rows, by position."""

    def __init__(self, index: Any, *, probes: int = 1) -> None:
        self._index = index
        self.probes = probes
        """Cells read for a query without a time window."""

    @classmethod
    def trained(cls, vectors: Floats, count: int) -> Cells:
        """Empty cells around ``count`` centres of these vectors; the same for the same vectors."""
        dimension = vectors.shape[1]
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            count,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.cp.min_points_per_centroid = 1
        index.train(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @property
    def count(self) -> int:
        """Number of cells."""
        return int(self._index.nlist)

    def add(self, positions: Int64s, vectors: Floats) -> None:
        """Hold these rows too."""
        if len(positions):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), positions)

    def renumber(self, moved: Int64s) -> None:
        """Position p is ``moved[p]`` from now on; rows moved to -1 are gone."""
        lists = self._index.invlists
        width = int(self._index.code_size)
        for cell in range(self.count):
            size = lists.list_size(cell)
            if not size:
                continue
            ids = faiss.rev_swig_ptr(lists.get_ids(cell), size)
            codes = faiss.rev_swig_ptr(lists.get_codes(cell), size * width).reshape(size, width)
            new = moved[ids]
            kept = new >= 0
            left = int(kept.sum())
            ids[:left], codes[:left] = new[kept], codes[kept]
            lists.resize(cell, left)
        self._index.ntotal = int((moved >= 0).sum())

    def search(
        self, query: Floats, fetch: int, chosen: Bools, probes: int
    ) -> tuple[Floats, Int64s]:
        """(cosine, position) of chosen rows in the nearest cells, about the ``fetch`` best."""
        bits = np.packbits(chosen, bitorder="little")
        parameters = _faiss.SearchParametersIVF(
            sel=_faiss.IDSelectorBitmap(bits), nprobe=min(probes, self.count)
        )
        cosines, positions = self._index.search(query[None, :], fetch, params=parameters)
        found = positions[0] >= 0
        return cosines[0][found], positions[0][found]

    def saved(self) -> UInt8s:
        """The cells as bytes."""
        data: UInt8s = faiss.serialize_index(self._index)
        return data

    @classmethod
    def of_saved(cls, data: npt.NDArray[np.uint8], *, probes: int) -> Cells:
        """The cells that ``saved`` gave these bytes of.

        Raises:
            RuntimeError: they are none.
        """
        return cls(faiss.deserialize_index(data), probes=probes)
