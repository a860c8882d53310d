"""Products of rows of sparse matrices, by segment of their columns, for many pairs at once.

Every product is summed in order of the columns, whatever rows are beside it: a pair's is the same to
the last bit alone and among others.
"""

from __future__ import annotations

import numpy as np

from dedupe.evidence.cells import NO_COLUMNS, Cells
from dedupe.evidence.weights import COLUMN_BITS, SEGMENTS
from dedupe.model import Doubles, Int32s, Int64s

_FEW = 320
"""Rows up to which all their products may be worked out at once."""
_FEW_PAIRS = 80
"""Pairs up to which plain look-ups are done before SciPy has begun."""
_MARKS = (1 << 14) - 1
"""Last bits of a column by which most of what is not shared is told apart."""
_BITS = 31
"""Of a column."""


def dots(all_rows: Cells, right: Cells, j: Int64s, i: Int64s) -> Doubles:
    """Products of rows j with rows i of the right by segment, shape = (len(i), SEGMENTS)."""
    few: Int64s
    if _alone(len(all_rows), i):
        return _with_one(all_rows, right, int(i[0]))[j]
    if _alone(len(all_rows), j):
        return _with_one(right, all_rows, int(j[0]))[i]
    if len(i) <= _FEW_PAIRS:
        return _one_by_one(all_rows, right, j, i)
    if len(all_rows) <= _FEW and len(i) >= 4 * len(all_rows):
        few, at = np.unique(i, return_inverse=True)
        return _products(all_rows, right, few)[j, :, at]
    shared = all_rows.matrix()[j].multiply(right.matrix()[i]).tocsr()
    pair = np.repeat(np.arange(len(i)), np.diff(shared.indptr))
    return _by_segment(pair, shared.indices, shared.data, len(i))


def _alone(n: int, i: Int64s) -> bool:
    """One row is asked about, with most of n: all its products are worked out soonest."""
    return 2 * len(i) >= n and len(i) > 0 and bool((i == i[0]).all())


def _with_one(all_rows: Cells, right: Cells, row: int) -> Doubles:
    """Products of all rows with one of the right, by segment, shape = (n, SEGMENTS)."""
    cells = slice(int(right.indptr[row]), int(right.indptr[row + 1]))
    at, found = _among(right.indices[cells], all_rows.indices)
    products = all_rows.data[at] * right.data[cells][found]
    owner = np.searchsorted(all_rows.indptr, at, "right") - 1
    return _by_segment(owner, all_rows.indices[at], products, len(all_rows))


def _one_by_one(all_rows: Cells, right: Cells, j: Int64s, i: Int64s) -> Doubles:
    """Products of rows j with rows i of the right, by segment, shape = (len(i), SEGMENTS)."""
    (ours, pair), (theirs, other) = _taken(all_rows, j), _taken(right, i)
    keys = (pair << _BITS) + all_rows.indices[ours]
    at, found = _known((other << _BITS) + right.indices[theirs], keys)
    products = all_rows.data[ours[at]] * right.data[theirs[found]]
    return _by_segment(pair[at], all_rows.indices[ours[at]], products, len(i))


def _taken(cells: Cells, rows: Int64s) -> tuple[Int64s, Int64s]:
    """Places of all cells of these rows, one row after the other, and which row each is of."""
    start = cells.indptr[rows]
    sizes = cells.indptr[rows + 1] - start
    pair = np.repeat(np.arange(len(rows)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(len(pair)) + (start - before)[pair], pair


def _known(keys: Int64s | Int32s, asked: Int64s | Int32s) -> tuple[Int64s, Int64s]:
    """Which of those asked for are among sorted keys, and the place of each of these there."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = np.minimum(keys.searchsorted(asked), len(keys) - 1)
    at = np.flatnonzero(keys[found] == asked)
    return at, found[at]


def _among(keys: Int32s, asked: Int32s) -> tuple[Int64s, Int64s]:
    """As ``_known``, sooner where hardly any of those asked for is among the keys."""
    marked = np.zeros(_MARKS + 1, np.bool_)
    marked[keys & _MARKS] = True
    likely = np.flatnonzero(marked[asked & _MARKS])
    at, found = _known(keys, asked[likely])
    return likely[at], found


def _by_segment(row: Int64s, column: Int32s, products: Doubles, n: int) -> Doubles:
    """Sums by row and segment in the order given, shape = (n, SEGMENTS)."""
    cell = row * SEGMENTS + (column >> COLUMN_BITS)
    sums = np.bincount(cell, products, n * SEGMENTS)
    return sums.astype(np.float64, copy=False).reshape(n, SEGMENTS)


def _products(all_rows: Cells, right: Cells, few: Int64s) -> Doubles:
    """Products of all rows with a few of the right, by segment, shape = (n, SEGMENTS, len(few)).

    Summed in order of the columns, as every product of two rows is, whatever rows are beside them.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that copies alone do not need

    n = len(all_rows)
    at = [slice(right.indptr[row], right.indptr[row + 1]) for row in few.tolist()]
    columns, place = np.unique(
        np.concatenate([NO_COLUMNS, *(right.indices[cells] for cells in at)]), return_inverse=True
    )
    known, ours = _known(columns, all_rows.indices)
    row = np.searchsorted(all_rows.indptr, known, "right") - 1
    cell = row * SEGMENTS + (all_rows.indices[known] >> COLUMN_BITS)
    shape = (n * SEGMENTS, len(columns))
    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=shape[0]))])
    ends = np.cumsum([0, *(cells.stop - cells.start for cells in at)])
    data = np.concatenate([right.data[cells] for cells in at])
    there = csr_array((data, place, ends), shape=(len(few), len(columns))).T.tocsr()
    products: Doubles = (
        csr_array((all_rows.data[known], ours, pointer), shape=shape) @ there
    ).toarray()
    return products.reshape(n, SEGMENTS, len(few))
