"""Sentences of two texts brought together: the same, the same elsewhere, changed, new or gone.

Equal sentences are found by a hash of their words, those in a different place by the longest
ascending run of positions (Fredman 1975). What of the rest is alike are versions of one sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dedupe.difference.edits import Range, ascending
from dedupe.difference.mates import alike
from dedupe.difference.sentences import Sentence
from dedupe.model import UInt64s

HELD = 0.6
"""Share of a sentence that is in its neighbour's other version: the sentence was split off it."""
_SPLIT = 4
"""Sentences on each side that one may have been split into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Sentences of the first text that became those of the second; one of the two may be empty."""

    before: Range
    after: Range
    gaps: tuple[int, int] = (0, 0)
    """How many of the sentences that stayed in their order stand before it, in each text."""

    def mirrored(self) -> Pair:
        """The same seen from the second text."""
        return Pair(before=self.after, after=self.before, gaps=self.gaps[::-1])

    @property
    def place(self) -> tuple[int, int, int]:
        """Where a reader of both texts meets it: what went before what came in its place."""
        (a, b), (c, d) = self.before, self.after
        return (self.gaps[1], c, a if b > a else -1) if d > c else (self.gaps[0], -1, a)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How two lists of sentences belong together, but for those that are the same."""

    changed: tuple[Pair, ...]
    moved: int


def align(hashes: UInt64s, before: Sequence[Sentence], after: Sequence[Sentence]) -> Alignment:
    """What changed from one list of sentences to the other; ``hashes`` are those of the words."""
    same = _same(hashes, before, after)
    stayed = ascending(same)
    left = [k for k in range(len(before)) if k not in same]
    taken = set(same.values())
    right = [k for k in range(len(after)) if k not in taken]
    mates = alike(hashes, [before[k] for k in left], [after[k] for k in right])
    mates = [(left[mine], right[theirs]) for mine, theirs in mates]
    pairs = _grown(hashes, before, after, mates, (set(left), set(right)))
    arrived = [same[k] for k in stayed]
    return Alignment(
        changed=tuple(
            _placed(pair, stayed, arrived)
            for pair in pairs
            if not _equal(hashes, before, after, pair)
        ),
        moved=len(same) - len(stayed),
    )


def words_of(hashes: UInt64s, sentences: Sequence[Sentence], stretch: Range) -> UInt64s:
    """The words of a range of sentences that follow each other."""
    low, high = stretch
    return hashes[sentences[low].low : sentences[high - 1].high] if high > low else hashes[:0]


def _same(hashes: UInt64s, before: Sequence[Sentence], after: Sequence[Sentence]) -> dict[int, int]:
    """Equal sentences: the n-th of its words in one text is the n-th of them in the other."""
    known = {key: k for k, key in enumerate(_keys(hashes, before))}
    found = ((known.get(key), k) for k, key in enumerate(_keys(hashes, after)))
    return dict(sorted((mine, theirs) for mine, theirs in found if mine is not None))


def _keys(hashes: UInt64s, sentences: Sequence[Sentence]) -> list[tuple[bytes, int]]:
    seen: Counter[bytes] = Counter()
    keys = []
    for one in sentences:
        words = hashes[one.low : one.high].tobytes()
        keys.append((words, seen[words]))
        seen[words] += 1
    return keys


def _grown(
    hashes: UInt64s,
    before: Sequence[Sentence],
    after: Sequence[Sentence],
    mates: Sequence[tuple[int, int]],
    rest: tuple[set[int], set[int]],
) -> list[Pair]:
    """Pairs with the neighbours that were split off or put into them; what is left over alone."""
    for mine, theirs in mates:
        rest[0].discard(mine)
        rest[1].discard(theirs)
    pairs = []
    for mine, theirs in mates:
        ours, others = before[mine], after[theirs]
        whole = hashes[ours.low : ours.high], hashes[others.low : others.high]
        pairs.append(
            Pair(
                before=_widened(hashes, before, mine, rest[0], whole[1]),
                after=_widened(hashes, after, theirs, rest[1], whole[0]),
            )
        )
    pairs += [Pair(before=(k, k + 1), after=(0, 0)) for k in rest[0]]
    pairs += [Pair(before=(0, 0), after=(k, k + 1)) for k in rest[1]]
    return pairs


def _widened(
    hashes: UInt64s, sentences: Sequence[Sentence], at: int, rest: set[int], other: UInt64s
) -> Range:
    """The sentence with the free neighbours on both sides that ``other`` mostly holds."""
    low, high, known = at, at + 1, frozenset(other.tolist())

    def held(k: int) -> bool:
        if k not in rest:
            return False
        words = hashes[sentences[k].low : sentences[k].high].tolist()
        return sum(word in known for word in words) >= HELD * len(words)

    while at - low < _SPLIT and held(low - 1):
        low -= 1
        rest.discard(low)
    while high - at <= _SPLIT and held(high):
        rest.discard(high)
        high += 1
    return low, high


def _equal(
    hashes: UInt64s, before: Sequence[Sentence], after: Sequence[Sentence], pair: Pair
) -> bool:
    """The same words in other sentences."""
    ours, theirs = words_of(hashes, before, pair.before), words_of(hashes, after, pair.after)
    return np.array_equal(ours, theirs)


def _placed(pair: Pair, stayed: Sequence[int], arrived: Sequence[int]) -> Pair:
    """The pair with its place among the sentences that stayed in their order."""
    gaps = bisect_left(stayed, pair.before[0]), bisect_left(arrived, pair.after[0])
    return replace(pair, gaps=gaps)
