"""Rows of a sparse matrix, without SciPy as long as it is not asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.model import Doubles, Int32s, Int64s

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NO_COLUMNS: Int32s = np.empty(0, np.int32)
_NO_WEIGHTS: Doubles = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Rows of a sparse matrix as SciPy's ``csr_array`` holds them; columns ascend in every row.

    Made without it, as what is asked of a few rows is answered before SciPy has checked them.
    """

    indices: Int32s
    """Column of each cell."""
    data: Doubles
    """Weight of each cell, shape = indices.shape."""
    indptr: Int64s
    """Where each row starts, and the end."""

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def part(self, first: int, end: int) -> Cells:
        """Rows from ``first`` until ``end``; views."""
        indptr = self.indptr[first : end + 1]
        cells = slice(int(indptr[0]), int(indptr[-1]))
        return Cells(indices=self.indices[cells], data=self.data[cells], indptr=indptr - indptr[0])

    def weighted(self, data: Doubles) -> Cells:
        """The same cells with other weights."""
        return Cells(indices=self.indices, data=data, indptr=self.indptr)

    @classmethod
    def under(cls, parts: Sequence[Cells]) -> Cells:
        """The rows of all parts one under the other."""
        return cls(
            indices=np.concatenate([part.indices for part in parts]),
            data=np.concatenate([part.data for part in parts]),
            indptr=_ends(np.concatenate([np.diff(part.indptr) for part in parts])),
        )

    def matrix(self) -> csr_array:
        """The same for SciPy, shape = (n, 2**31 - 1)."""
        from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that copies alone do not need

        made = csr_array(
            (self.data, self.indices, self.indptr.astype(np.int32)),
            shape=(len(self), (1 << 31) - 1),
        )
        made.has_canonical_format = True
        return made


def joined(columns: Sequence[Int32s], weights: Sequence[Doubles]) -> Cells:
    """The rows of a matrix one under the other."""
    return Cells(
        indices=np.concatenate([NO_COLUMNS, *columns]),
        data=np.concatenate([_NO_WEIGHTS, *weights]),
        indptr=_ends(np.fromiter(map(len, columns), np.int64, len(columns))),
    )


def _ends(sizes: Int64s) -> Int64s:
    """Where each of these many starts, and the end."""
    ends = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=ends[1:])
    return ends
