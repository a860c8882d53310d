"""Sentences of two texts brought together: the same, the same elsewhere, changed, new or gone.

Equal sentences are found by a hash of their words, those in a different place by the longest
ascending run of positions (Fredman 1975). Of the rest those that have most words and pairs of words
in common are versions of one sentence (Dice coefficient), the best first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TypeAlias

import numpy as np

from dedupe.difference.sentences import Sentence
from dedupe.model import Int64s, UInt64s
from dedupe.words import mix

ALIKE = 0.4
"""Dice of words and pairs of words from which two sentences are versions of one."""
HELD = 0.6
"""Share of a sentence that is in its neighbour's other version: the sentence was split off it."""
_COMMON = 400
"""Pairs of sentences that one word may bring together: it tells nothing where there are more."""
_WORK = 4_000_000
"""Comparisons of words that a pair of sentences is worth; longer ones differ as a whole."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

Range: TypeAlias = tuple[int, int]
"""Half-open range of sentences."""


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
    ascending = _ascending(same)
    left = [k for k in range(len(before)) if k not in same]
    taken = set(same.values())
    right = [k for k in range(len(after)) if k not in taken]
    mates = alike(hashes, [before[k] for k in left], [after[k] for k in right])
    mates = [(left[mine], right[theirs]) for mine, theirs in mates]
    pairs = _grown(hashes, before, after, mates, (set(left), set(right)))
    arrived = [same[k] for k in ascending]
    return Alignment(
        changed=tuple(
            _placed(pair, ascending, arrived)
            for pair in pairs
            if not _equal(hashes, before, after, pair)
        ),
        moved=len(same) - len(ascending),
    )


def edits(ours: UInt64s, theirs: UInt64s) -> list[tuple[Range, Range]]:
    """Ranges of words that differ, as (range of ours, range of theirs), in order."""
    n = min(len(ours), len(theirs))
    differ = np.flatnonzero(ours[:n] != theirs[:n])
    low = int(differ[0]) if len(differ) else n
    differ = np.flatnonzero(
        ours[len(ours) - n + low :][::-1] != theirs[len(theirs) - n + low :][::-1]
    )
    tail = int(differ[0]) if len(differ) else n - low
    ours, theirs = ours[low : len(ours) - tail], theirs[low : len(theirs) - tail]
    if not len(ours) and not len(theirs):
        return []
    if len(ours) * len(theirs) > _WORK:
        return [((low, low + len(ours)), (low, low + len(theirs)))]
    matcher = SequenceMatcher(None, ours.tolist(), theirs.tolist(), autojunk=False)
    return [
        ((low + a, low + b), (low + c, low + d))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


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


def _ascending(same: dict[int, int]) -> list[int]:
    """The longest run of equal sentences that stand in one order in both texts."""
    tails: list[int] = []
    ends: list[int] = []
    back: dict[int, int | None] = {}
    for mine, theirs in same.items():
        at = bisect_left(tails, theirs)
        back[mine] = ends[at - 1] if at else None
        tails[at : at + 1], ends[at : at + 1] = [theirs], [mine]
    run: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        run.append(last)
        last = back[last]
    return run[::-1]


def alike(
    hashes: UInt64s, before: Sequence[Sentence], after: Sequence[Sentence]
) -> list[tuple[int, int]]:
    """Versions of one sentence, each sentence once, as positions in the two lists."""
    one, sizes_left = _elements(hashes, before)
    two, sizes_right = _elements(hashes, after)
    a, b, common = _joined(one, two, len(after))
    score = 2.0 * common / (sizes_left[a] + sizes_right[b])
    wanted = np.flatnonzero(score >= ALIKE)
    apart = np.abs(a[wanted] * len(after) - b[wanted] * len(before))
    order = wanted[np.lexsort((b[wanted], a[wanted], apart, -score[wanted]))]
    pairs: list[tuple[int, int]] = []
    done: tuple[set[int], set[int]] = set(), set()
    for mine, theirs in zip(a[order].tolist(), b[order].tolist(), strict=True):
        if mine not in done[0] and theirs not in done[1]:
            pairs.append((mine, theirs))
            done[0].add(mine)
            done[1].add(theirs)
    return pairs


def _elements(
    hashes: UInt64s, sentences: Sequence[Sentence]
) -> tuple[tuple[UInt64s, Int64s], Int64s]:
    """Distinct words and pairs of words with the sentence each is of, sorted; how many each has."""
    found, owner = [hashes[:0]], [np.empty(0, np.int64)]
    for k, one in enumerate(sentences):
        words = hashes[one.low : one.high]
        elements = np.unique(np.concatenate([words, mix(words[:-1] * _GOLDEN ^ words[1:])]))
        found.append(elements)
        owner.append(np.full(len(elements), k))
    sizes = np.array([len(part) for part in found[1:]], np.int64)
    values, owners = np.concatenate(found), np.concatenate(owner)
    order = np.argsort(values, kind="stable")
    return (values[order], owners[order]), sizes


def _joined(
    one: tuple[UInt64s, Int64s], two: tuple[UInt64s, Int64s], n: int
) -> tuple[Int64s, Int64s, Int64s]:
    """Pairs of sentences that have something in common, and how much."""
    shared = np.intersect1d(one[0], two[0])
    first = [np.searchsorted(values, shared, "left") for values, _ in (one, two)]
    counts = [
        np.searchsorted(values, shared, "right") - low
        for (values, _), low in zip((one, two), first, strict=True)
    ]
    tells = counts[0] * counts[1] <= _COMMON
    (a, b), (na, nb) = ([part[tells] for part in parts] for parts in (first, counts))
    size = na * nb
    k = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(k)) - np.repeat(np.cumsum(size) - size, size)
    mine = one[1][a[k] + within // nb[k]]
    theirs = two[1][b[k] + within % nb[k]]
    pair, common = np.unique(mine * max(n, 1) + theirs, return_counts=True)
    return pair // max(n, 1), pair % max(n, 1), common


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
    low, high = at, at + 1

    def held(k: int) -> bool:
        if k not in rest:
            return False
        words = hashes[sentences[k].low : sentences[k].high]
        return float(np.isin(words, other).mean()) >= HELD

    while held(low - 1):
        low -= 1
        rest.discard(low)
    while held(high):
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
