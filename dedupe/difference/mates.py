"""Sentences that are versions of one: those with most words and pairs of words in common.

The measure is the Dice coefficient. Sentences are compared that share an element; of long texts
only the few that share most rare ones, so that the work grows with the length of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.difference.sentences import Sentence
from dedupe.model import Int64s, UInt64s
from dedupe.words import mix

ALIKE = 0.4
"""Dice of words and pairs of words from which two sentences are versions of one."""
_COMMON = 400
"""Pairs of sentences that one word may bring together: it tells nothing where there are more."""
_PAIRS = 400_000
"""Pairs of sentences that share an element, up to which all are counted; then the rarest alone."""
_ASKED = 20_000
"""Pairs of sentences, up to which all are compared; then ``_CANDIDATES`` of each sentence."""
_CANDIDATES = 3
"""Sentences that one of a long text is compared with."""
MOST = 2000
"""Versions of sentences that are told of two texts; of more the likest, the others came or went."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def alike(
    hashes: UInt64s, before: Sequence[Sentence], after: Sequence[Sentence]
) -> list[tuple[int, int]]:
    """Versions of one sentence, each sentence once, as positions in the two lists; ``MOST`` at most."""
    one, two = _Elements.of(hashes, before), _Elements.of(hashes, after)
    a, b, common = _common(one, two)
    score = 2.0 * common / (one.sizes[a] + two.sizes[b])
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
            if len(pairs) == MOST:
                break
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elements:
    """The distinct words and pairs of words of some sentences."""

    values: UInt64s
    """Sorted."""
    owner: Int64s
    """The sentence that each of ``values`` is of."""
    sizes: Int64s
    """How many each sentence has."""

    @classmethod
    def of(cls, hashes: UInt64s, sentences: Sequence[Sentence]) -> _Elements:
        """The elements of these sentences of a page."""
        n = np.array([one.high - one.low for one in sentences], np.int64)
        low = np.array([one.low for one in sentences], np.int64)
        owner = np.repeat(np.arange(len(n)), n)
        at = np.arange(len(owner)) + (low - (np.cumsum(n) - n))[owner]
        words = hashes[at]
        inside = np.flatnonzero(owner[1:] == owner[:-1])
        values = np.concatenate([words, mix(words[inside] * _GOLDEN ^ words[inside + 1])])
        owner = np.concatenate([owner, owner[inside]])
        order = np.lexsort((owner, values))
        values, owner = values[order], owner[order]
        new = np.ones(len(values), np.bool_)
        new[1:] = (values[1:] != values[:-1]) | (owner[1:] != owner[:-1])
        values, owner = values[new], owner[new]
        return cls(values=values, owner=owner, sizes=np.bincount(owner, minlength=len(n)))


def _common(one: _Elements, two: _Elements) -> tuple[Int64s, Int64s, Int64s]:
    """Pairs of sentences that have something in common, and how much."""
    shared = np.intersect1d(one.values, two.values)
    low = [np.searchsorted(side.values, shared, "left") for side in (one, two)]
    count = [
        np.searchsorted(side.values, shared, "right") - first
        for side, first in zip((one, two), low, strict=True)
    ]
    size = count[0] * count[1]
    order = np.argsort(size, kind="stable")
    order = order[size[order] <= _COMMON]
    total = np.cumsum(size[order])
    few = order[total <= _PAIRS]
    a, b, common = _counted(one, two, [part[few] for part in low], [part[few] for part in count])
    if len(few) == len(shared):
        return a, b, common
    # Some elements were left out: which sentences may be alike is known, not how much.
    if len(a) > _ASKED:
        best = _best(a, common)
        a, b = a[best], b[best]
    return a, b, _exactly(one, two, a, b)


def _counted(
    one: _Elements, two: _Elements, low: Sequence[Int64s], count: Sequence[Int64s]
) -> tuple[Int64s, Int64s, Int64s]:
    """Pairs of sentences, and how many of the given elements both have."""
    size = count[0] * count[1]
    k = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(k)) - np.repeat(np.cumsum(size) - size, size)
    mine = one.owner[low[0][k] + within // count[1][k]]
    theirs = two.owner[low[1][k] + within % count[1][k]]
    n = max(len(two.sizes), 1)
    pair, common = np.unique(mine * n + theirs, return_counts=True)
    return pair // n, pair % n, common


def _best(a: Int64s, common: Int64s) -> Int64s:
    """The pairs of each first sentence that have most in common."""
    order = np.lexsort((-common, a))
    first = np.flatnonzero(np.append(True, np.diff(a[order]) != 0)) if len(a) else order
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return order[place < _CANDIDATES]


def _exactly(one: _Elements, two: _Elements, a: Int64s, b: Int64s) -> Int64s:
    """How many elements both sentences of each pair have."""
    mine, theirs = _by_owner(one), _by_owner(two)
    first = np.cumsum(one.sizes) - one.sizes
    pair = np.repeat(np.arange(len(a)), one.sizes[a])
    within = np.arange(len(pair)) - np.repeat(np.cumsum(one.sizes[a]) - one.sizes[a], one.sizes[a])
    sought = mix(mine[first[a[pair]] + within] ^ mix((b[pair] + 1).astype(np.uint64)))
    owners = np.repeat(np.arange(len(two.sizes)), two.sizes)
    held = np.sort(mix(theirs ^ mix((owners + 1).astype(np.uint64))))
    at = np.minimum(np.searchsorted(held, sought), len(held) - 1)
    return np.bincount(pair, weights=held[at] == sought, minlength=len(a)).astype(np.int64)


def _by_owner(some: _Elements) -> UInt64s:
    """The elements of one sentence after the other."""
    return some.values[np.argsort(some.owner, kind="stable")]
