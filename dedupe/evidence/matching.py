"""What pairs of texts share, place by place, for many pairs at once.

The values of both sides of all pairs are put into one table by a hash of value and pair; equal
values of one pair meet in one cell, and those that lose their cell to another value try again in a
table of their own. A few passes over arrays, where sorting them would cost four times as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.model import Bools, Int32s, Int64s, UInt64s

CHUNK = 1 << 15
"""Values compared at once: they and their table stay within a processor's cache."""
_ROOM = 4
"""Cells for each value: one of eight values that are first to a cell loses it."""
_SALT = np.uint64(0xD1342543DE82EF95)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sides:
    """Values of both texts of pairs in text order: all left texts, then all right ones.

    Text k is the left side of pair k, text n + k its right side.
    """

    values: UInt64s
    text: Int64s
    """Which text each value stands in; ascending."""
    pairs: int

    @property
    def middle(self) -> int:
        """Place of the first value of a right text."""
        return int(np.searchsorted(self.text, self.pairs))


@dataclass(frozen=True, slots=True)
class Matches:
    """The distinct values of pairs and where they stand."""

    pair: Int64s
    """Pair of each distinct value."""
    place: Int64s
    """First place of each distinct value."""
    left: Bools
    """It stands in the left text."""
    right: Bools
    matched: Bools
    """For every value, by place: it stands in the other text too."""

    def counts(self, chosen: Bools, pairs: int) -> Int64s:
        """Number of chosen distinct values of each pair."""
        return np.bincount(self.pair[chosen], minlength=pairs)


def matches(sides: Sides) -> Matches:
    """Which values stand in both texts of their pair.

    Two values of two pairs are taken for one with a probability of 2**-64; those of one pair never.
    """
    middle, n = sides.middle, sides.pairs
    salts = np.arange(2 * n, dtype=np.uint64)
    salts[n:] -= np.uint64(n)
    salts *= _SALT
    values = salts.take(sides.text)
    values += sides.values
    values *= _SPREAD
    first = _first_places(values)
    place = (first == np.arange(len(first))).nonzero()[0]
    pair = sides.text.take(place)
    pair[place.searchsorted(middle) :] -= n
    right = np.zeros(len(first), np.bool_)
    right[first[middle:]] = True
    matched = right.copy()
    matched[middle:] = False
    return Matches(
        pair=pair,
        place=place,
        left=place < middle,
        right=right.take(place),
        matched=matched.take(first),
    )


def _first_places(values: UInt64s) -> Int64s:
    """For each value, the first place where it stands."""
    bits = max(_ROOM * len(values) - 1, 1).bit_length()
    table = np.empty(1 << bits, np.int32)
    first = _claimed(table, values, np.arange(len(values), dtype=np.int32))
    left_over = (values.take(first) != values).nonzero()[0]
    some = values
    lost = left_over
    while len(left_over):
        some = some.take(lost) * _SPREAD
        holder = _claimed(table, some, left_over)
        first[left_over] = holder
        lost = (values.take(holder) != values.take(left_over)).nonzero()[0]
        left_over = left_over.take(lost)
    return first


def _claimed(table: Int32s, values: UInt64s, places: Int64s | Int32s) -> Int64s:
    """Which place got the cell of each value: the first of all that lay claim to it."""
    cells = (values >> np.uint64(65 - len(table).bit_length())).view(np.int64)
    # The last of several that are written stays: backwards, that is the first one.
    table[cells[::-1]] = places[::-1]
    return table.take(cells).astype(np.int64)


def chunks(left: Sequence[int], right: Sequence[int]) -> Iterator[slice]:
    """Consecutive pairs whose texts hold ``CHUNK`` values together, or one pair that holds more."""
    start = filled = 0
    for k, (ours, theirs) in enumerate(zip(left, right, strict=True)):
        if k > start and filled + ours + theirs > CHUNK:
            yield slice(start, k)
            start, filled = k, 0
        filled += ours + theirs
    if start < len(left):
        yield slice(start, len(left))
