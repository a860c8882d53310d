"""Every pair of a set of texts that shares text worth judging: candidates, then exact overlap.

The set may be far larger than memory: what is kept of each text is its sketch; full shingles are
kept by the caller and asked for by number. Texts that are equal word by word are looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.compared import LINKED_INSIDE, Shares
from dedupe.joining import each_once
from dedupe.leaders import STUB, Crowds, nearly_equal
from dedupe.model import Bools, Int64s, UInt64s
from dedupe.pairing import Pairing

CHUNK = 512
"""Texts whose shingles are asked for at a time in the second pass."""
COMPARED = 4096
"""Pairs compared at a time: bounds the memory of their shingles."""
LEAST_ESTIMATED = 0.2
"""Share of one text in the other, as sketches estimate it, from which it is worked out exactly. Of
a pair that shares .33 of 128 shingles one in nine estimates lies under it, of one that shares half
one in 500, and they are exact where a text has fewer shingles."""
ShinglesOf = Callable[[Sequence[int]], Sequence[UInt64s]]
"""Sorted distinct shingle hashes of kept texts by number, counted from 0 as they were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingPairs:
    """Pairs of texts by number with their exact overlap, as parallel arrays; left < right."""

    left: Int64s
    right: Int64s
    shares: Shares

    @classmethod
    def of(cls, pairs: Int64s, left: Sequence[UInt64s], right: Sequence[UInt64s]) -> SharingPairs:
        """Pairs, shape = (n, 2), of texts with these shingles."""
        shares = Shares.of_shingles(left, right)
        return cls(left=pairs[:, 0], right=pairs[:, 1], shares=shares)

    @classmethod
    def joined(cls, parts: Sequence[SharingPairs]) -> SharingPairs:
        """The pairs of all parts, one after the other; there is at least one part."""
        return cls(
            left=np.concatenate([part.left for part in parts]),
            right=np.concatenate([part.right for part in parts]),
            shares=Shares.joined([part.shares for part in parts]),
        )

    def where(self, chosen: Bools | Int64s) -> SharingPairs:
        """The chosen pairs."""
        return SharingPairs(
            left=self.left[chosen], right=self.right[chosen], shares=self.shares.where(chosen)
        )

    def sorted(self) -> SharingPairs:
        """The same pairs by (left, right)."""
        return self.where(np.lexsort((self.right, self.left)))


class CopySearch:
    """Collects texts by number, counted from 0 as they come, and finds the pairs to judge.

    ``keep`` takes the shingles of the next distinct texts to where ``kept`` finds them again.
    ``common_hash`` and ``limit`` as for ``Pairing``.
    """

    def __init__(
        self,
        *,
        common_hash: int,
        limit: int,
        keep: Callable[[Sequence[UInt64s]], None],
        kept: ShinglesOf,
    ) -> None:
        self._pairing = Pairing(common_hash=common_hash, limit=limit, least_share=LEAST_ESTIMATED)
        self._keep = keep
        self._kept = kept
        self._count = 0
        self._first: dict[int, int] = {}
        """Number of the first text of each text hash."""
        self._numbers: list[int] = []
        """Number of each distinct text."""
        self._places: list[int] = []
        """Place of each text among the distinct ones."""
        self._equals: list[tuple[int, int]] = []

    def add(self, text_hash: UInt64s, shingles: Sequence[UInt64s]) -> None:
        """The next texts; the hash is that of the whole word sequence, 0 for a text without one."""
        fresh: list[UInt64s] = []
        for number, (name, own) in enumerate(
            zip(text_hash.tolist(), shingles, strict=True), self._count
        ):
            # Stubs that are equal may have other titles: each is a text of its own.
            first = self._first.setdefault(name, number) if len(own) >= STUB else number
            if first == number:
                self._places.append(len(self._numbers))
                fresh.append(own)
                self._numbers.append(number)
            else:
                self._places.append(self._places[first])
                self._equals.append((first, number))
        self._count += len(shingles)
        self._keep(fresh)
        self._pairing.add(fresh)

    def place(self, number: int) -> int:
        """Under which number the shingles of a text were given to be kept."""
        return self._places[number]

    def pairs(self, rank: Callable[[int], Any] = int, *, gone: Container[int] = ()) -> SharingPairs:
        """Pairs of which one text holds a good part of the other, compared exactly, sorted.

        Of equal texts the one of the least ``rank`` stands for all, and the others are paired with
        it alone; where ranks do not depend on the order the texts came in, neither do the pairs.
        So it is with nearly equal texts in great number (``dedupe.leaders``). Texts that are
        ``gone`` speak for none of these.
        """
        numbers, equals = self._spokesmen(rank)
        led: list[Int64s] = []

        def lead(crowds: Crowds, kept: Int64s) -> Int64s:
            named = numbers.tolist()
            followed = crowds.followers(
                kept, self._follows, lambda k: None if named[k] in gone else rank(named[k])
            )
            led.append(followed)
            return followed

        starts = range(0, len(self._numbers), CHUNK)
        found = self._pairing.pairs(
            (self._kept(range(start, min(start + CHUNK, len(numbers)))) for start in starts), lead
        )
        pairs = np.concatenate([np.stack([found.left, found.right], axis=1), *led])
        sharing = compared(each_once(pairs), self._kept, sharing=True)
        left = np.concatenate([numbers[sharing.left], equals[:, 0]])
        right = np.concatenate([numbers[sharing.right], equals[:, 1]])
        shares = Shares.joined([sharing.shares, Shares.of_equals(len(equals))])
        turned = left > right
        return SharingPairs(
            left=np.where(turned, right, left),
            right=np.where(turned, left, right),
            shares=shares.turned(turned),
        ).sorted()

    def _follows(self, one: int, others: Int64s) -> Bools:
        """Whether a distinct text may speak for others."""
        (ours,) = self._kept([one])
        parts = [np.empty(0, np.bool_)]
        for start in range(0, len(others), CHUNK):
            theirs = self._kept(others[start : start + CHUNK].tolist())
            jaccard = Shares.of_shingles([ours] * len(theirs), theirs).jaccard
            sizes = np.fromiter(map(len, theirs), np.int64, len(theirs))
            parts.append(nearly_equal(jaccard, np.minimum(sizes, len(ours))))
        return np.concatenate(parts)

    def _spokesmen(self, rank: Callable[[int], Any]) -> tuple[Int64s, Int64s]:
        """The number that stands for each distinct text, and it with each equal of it."""
        numbers = np.array(self._numbers, dtype=np.int64)
        alike: dict[int, list[int]] = {}
        for first, other in self._equals:
            alike.setdefault(first, [first]).append(other)
        pairs = []
        for first, members in alike.items():
            chosen = min(members, key=rank)
            numbers[self._places[first]] = chosen
            pairs += [(chosen, member) for member in members if member != chosen]
        return numbers, np.array(pairs, dtype=np.int64).reshape(-1, 2)


def places(*some: Int64s) -> tuple[Int64s, ...]:
    """The numbers in these arrays, each once and sorted, and the arrays as positions in them."""
    numbers, inverse = np.unique(np.concatenate(some), return_inverse=True)
    cuts = np.cumsum([len(one) for one in some])[:-1]
    return numbers, *np.split(inverse.reshape(-1), cuts)


def compared(pairs: Int64s, shingles_of: ShinglesOf, *, sharing: bool = False) -> SharingPairs:
    """The overlap of pairs of texts by number, shape = (n, 2), worked out exactly.

    With ``sharing`` only of those of which one text holds a good part of the other.
    """
    parts = [SharingPairs.of(pairs[:0], [], [])]
    for start in range(0, len(pairs), COMPARED):
        some = pairs[start : start + COMPARED]
        numbers, left, right = places(some[:, 0], some[:, 1])
        shingles = shingles_of(numbers.tolist())
        ours, theirs = ([shingles[k] for k in side.tolist()] for side in (left, right))
        found = SharingPairs.of(some, ours, theirs)
        if sharing:
            sizes = np.fromiter(map(len, shingles), np.int64, len(shingles))
            stubs = np.maximum(sizes[left], sizes[right]) < STUB
            shares = found.shares
            found = found.where(
                (shares.containment >= LINKED_INSIDE) | (stubs & (shares.jaccard > 0))
            )
        parts.append(found)
    return SharingPairs.joined(parts)
