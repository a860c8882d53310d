"""The terms of profiles weighed by their rarity, as rows of sparse matrices.

A column is a term: its top bits say which segment it is of (words, names, numbers, title words,
days of the week), the others are the top bits of its hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dedupe.model import Bools, Doubles, Int32s, Int64s, Profile, UInt64s
from dedupe.words import mix

if TYPE_CHECKING:
    from scipy.sparse import csr_array

COLUMN_BITS = 28
WORDS, NAMES, NUMBERS, TITLE, WEEKDAYS = range(5)
SEGMENTS = 5
_MOST_WORDS = 64
"""Most telling words of a text that are compared: clustering came out the same as with all."""
_MOST_NAMES = 32
_WEIGHT_BITS, _WEIGHT_STEPS = 40, float(1 << 30)
"""Weights are below 1,024; they are ranked in steps of 1e-9."""
NO_COLUMNS: Int32s = np.empty(0, np.int32)
NO_WEIGHTS: Doubles = np.empty(0, np.float64)


class Rarity(Protocol):
    """Says how much it tells to share a term."""

    def idf(self, hashes: UInt64s) -> Doubles:
        """Weight of each term, >= 0; the rarer, the larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The weighed terms of one profile: a row of what ``weighed`` gives."""

    columns: Int32s
    weights: Doubles
    squares: Doubles


def rows(profiles: Sequence[Profile], rarity: Rarity) -> list[Row]:
    """The row of each profile: worth keeping for those that come again."""
    terms, squares = weighed(profiles, rarity)
    ends = terms.indptr.tolist()
    return [
        Row(
            columns=terms.indices[low:high].copy(),
            weights=terms.data[low:high].copy(),
            squares=squares[k].copy(),
        )
        for k, (low, high) in enumerate(pairwise(ends))
    ]


def stacked(rows: Sequence[Row]) -> tuple[csr_array, Doubles]:
    """What ``weighed`` gives for the profiles of these rows."""
    terms = _csr(
        np.concatenate([NO_WEIGHTS, *(row.weights for row in rows)]),
        np.concatenate([NO_COLUMNS, *(row.columns for row in rows)]),
        np.cumsum([0, *(len(row.columns) for row in rows)]),
    )
    return terms, np.array([row.squares for row in rows]).reshape(-1, SEGMENTS)


@dataclass(frozen=True, slots=True)
class _Entries:
    """Cells of a sparse matrix, sorted by row and column, none twice."""

    row: Int64s
    column: Int64s
    weight: Doubles

    def largest(self, most: int) -> _Entries:
        """The cells of the largest weights of each row; of equal ones the first."""
        if not len(self.row) or np.bincount(self.row).max() <= most:
            return self
        # One sort of whole numbers, row by row, finds the smallest weight that each row keeps.
        key = (self.row << _WEIGHT_BITS) + np.rint(self.weight * _WEIGHT_STEPS).astype(np.int64)
        last = np.cumsum(np.bincount(self.row))
        first = last - np.bincount(self.row)
        least = np.where(last - first > most, np.sort(key)[np.maximum(last - most, 0)], -1)
        above, equal = key > least[self.row], key == least[self.row]
        room = np.where(least < 0, 0, most - np.bincount(self.row, above).astype(np.int64))
        before = np.cumsum(equal) - equal
        place = before - before[np.minimum(first, len(key) - 1)][self.row]
        return self.among(above | (equal & (place < room[self.row])))

    def among(self, chosen: Bools | Int64s) -> _Entries:
        """Only these cells."""
        return _Entries(self.row[chosen], self.column[chosen], self.weight[chosen])

    def mixed(self, hashes: UInt64s) -> _Entries:
        """The same cells in columns by mixed hashes: codes that differ in low bits come apart."""
        column = (mix(hashes.copy()) >> np.uint64(64 - COLUMN_BITS)).astype(np.int64)
        order = np.lexsort((column, self.row))
        return _Entries(self.row[order], column[order], self.weight[order])

    def weighted(self, weight: Doubles) -> _Entries:
        """The same cells with other weights."""
        return _Entries(self.row, self.column, weight)

    def moved(self, segment: int) -> _Entries:
        """The same cells in the columns of a segment."""
        return _Entries(self.row, self.column + (segment << COLUMN_BITS), self.weight)


def weighed(profiles: Sequence[Profile], rarity: Rarity) -> tuple[csr_array, Doubles]:
    """The terms of the profiles, shape = (n, 2**31), and their squared weights by segment, (n, 5).

    The most telling words and names only.
    """
    n = len(profiles)
    words, names, figures, title = _terms(profiles, rarity)
    tokens = np.concatenate([np.empty(0, np.int32), *(p.terms.counts for p in profiles)])
    words = words.weighted((1.0 + np.log(np.maximum(tokens, 1))) * words.weight**2)
    numbers, weekdays = _figures(figures, [p.terms.numbers for p in profiles])
    segments = [
        words.largest(_MOST_WORDS),
        names.largest(_MOST_NAMES).moved(NAMES),
        numbers.moved(NUMBERS),
        title.moved(TITLE),
        weekdays.moved(WEEKDAYS),
    ]
    squares = np.empty((n, SEGMENTS))
    for k, one in enumerate(segments):
        squares[:, k] = np.bincount(one.row, one.weight**2, n)
    return _matrix(segments, n), squares


def _terms(profiles: Sequence[Profile], rarity: Rarity) -> list[_Entries]:
    """Words, names, numbers and title words of each row; a squared weight is the term's rarity."""
    kinds = [
        [p.terms.words for p in profiles],
        [p.terms.names for p in profiles],
        [p.terms.numbers for p in profiles],
        [p.terms.title for p in profiles],
    ]
    flat = [np.concatenate([np.empty(0, dtype=np.uint64), *kind]) for kind in kinds]
    weight = np.sqrt(rarity.idf(np.concatenate(flat)))
    found, at = [], 0
    for kind, hashes in zip(kinds, flat, strict=True):
        row = np.repeat(np.arange(len(kind)), [len(terms) for terms in kind])
        column = (hashes >> np.uint64(64 - COLUMN_BITS)).astype(np.int64)
        found.append(_Entries(row, column, weight[at : at + len(hashes)]))
        at += len(hashes)
    return found


def _figures(found: _Entries, codes: Sequence[UInt64s]) -> tuple[_Entries, _Entries]:
    """The numbers of each row, and the days of the week, which are the negative ones."""
    flat = np.concatenate([np.empty(0, dtype=np.uint64), *codes])
    negative = flat >> np.uint64(63) == 1
    return (
        found.among(~negative).mixed(flat[~negative]),
        found.among(negative).mixed(flat[negative]),
    )


def _matrix(segments: Sequence[_Entries], n: int) -> csr_array:
    """All segments side by side; of cells that fall together one is kept (1 in 10**5 rows)."""
    row = np.concatenate([s.row for s in segments])
    order = np.argsort(row, kind="stable")
    row = row[order]
    column = np.concatenate([s.column for s in segments])[order]
    weight = np.concatenate([s.weight for s in segments])[order]
    twice = np.zeros(len(row), dtype=np.bool_)
    twice[1:] = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
    row, column, weight = row[~twice], column[~twice], weight[~twice]
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))])
    return _csr(weight, column, pointer)


def _csr(weight: Doubles, column: Int64s | Int32s, pointer: Int64s) -> csr_array:
    """A matrix of these cells, whose columns ascend within every row."""
    from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that copies alone do not need

    made = csr_array(
        (weight, column.astype(np.int32, copy=False), pointer.astype(np.int32)),
        shape=(len(pointer) - 1, (1 << 31) - 1),
    )
    made.has_canonical_format = True
    return made


def segment(terms: csr_array, number: int, *, power: int) -> csr_array:
    """The cells of one segment in the columns of words, their weights raised to a power."""
    chosen = terms.indices >> COLUMN_BITS == number
    before = np.concatenate([[0], np.cumsum(chosen)])
    return _csr(
        terms.data[chosen] ** power,
        terms.indices[chosen] & ((1 << COLUMN_BITS) - 1),
        before[terms.indptr],
    )
