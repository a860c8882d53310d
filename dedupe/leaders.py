"""Nearly equal texts in great number: each is held against a leader, not against all the others.

Jaccard distance is a metric: any two texts that share so much with one leader share enough with
each other to be copies. So the leader speaks for them, and nothing is ever chained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.joining import opens, spans
from dedupe.model import Bools, Doubles, Int32s, Int64s, UInt64s

NEARLY_EQUAL = 0.75
"""Jaccard with a leader from which any two texts share half with each other ..."""
SHORT, NEARLY_EQUAL_SHORT = 80, 0.9
"""... and from which two of no more than so many shingles, which may be one form filled in twice,
share four fifths (``same_text``)."""
STUB = 16
"""Shingles under which overlap says nothing: title, source and time decide on such texts."""
CROWDED = 0.5
"""Share of the kept hashes of a text that a crowd holds too, from which it may belong to one; and
share of a leader's such hashes from which another text is compared with it."""
PASSES = 64
"""Times that all postings of a crowd are gone through, at most, in search of leaders."""

Follows = Callable[[int, Int64s], Bools]
"""Whether one text may speak for each of some others, all by number."""


def nearly_equal(jaccard: Doubles, shingles: Int64s) -> Bools:
    """Whether each text is so like its leader that the leader may speak for it.

    ``shingles`` are those of the shorter text.
    """
    least = np.where(shingles > SHORT, NEARLY_EQUAL, NEARLY_EQUAL_SHORT)
    like: Bools = (jaccard >= least) & (shingles >= STUB)
    return like


def speakers(left: Int64s, right: Int64s, *, many: int, n: int) -> Int64s:
    """Per text the one that speaks for it, itself for most, shape = (n,).

    Args:
        left, right: pairs of nearly equal texts.
        many: nearly equal texts from which one may speak for others.
        n: number of texts.

    Who is nearly equal to most comes first; it speaks for all those that nobody speaks for yet.
    """
    speaker = np.arange(n)
    degree = np.bincount(np.concatenate([left, right]), minlength=n)
    leading = np.flatnonzero(degree >= many)
    if not len(leading):
        return speaker
    near = np.concatenate([right, left])[np.argsort(np.concatenate([left, right]), kind="stable")]
    begin = np.concatenate([[0], np.cumsum(degree)])
    free = np.ones(n, np.bool_)
    for one in leading[np.argsort(-degree[leading], kind="stable")].tolist():
        if free[one]:
            others = near[begin[one] : begin[one + 1]]
            others = others[free[others]]
            speaker[others] = one
            free[others] = free[one] = False
    return speaker


class Crowds:
    """The hashes that more than ``many`` texts of a set keep, and who keeps them."""

    def __init__(self, many: int) -> None:
        self.many = many
        self._parts: list[tuple[UInt64s, Int32s]] = []

    def take(self, hashes: UInt64s, text: Int32s) -> tuple[UInt64s, Int32s]:
        """Keep of some postings, sorted by hash and text, those of a crowd; return the others."""
        size = np.diff(np.flatnonzero(opens(hashes)), append=len(hashes))
        large = size > self.many
        if not large.any():
            return hashes, text
        crowd = np.repeat(large, size)
        self._parts.append((hashes[crowd], text[crowd]))
        return hashes[~crowd], text[~crowd]

    def postings(self) -> tuple[UInt64s, Int32s]:
        """All that was kept, sorted by hash and text."""
        hashes, text = zip((_NO_HASHES, _NO_TEXTS), *self._parts, strict=True)
        return np.concatenate(hashes), np.concatenate(text)

    def followers(self, kept: Int64s, follows: Follows, rank: Callable[[int], Any]) -> Int64s:
        """(leader, follower) by number, shape = (n, 2); a leader follows nobody.

        Args:
            kept: how many hashes each text keeps of the kind that was taken.
            follows: whether one text may speak for others.
            rank: who comes first of those that are as good a leader; None for who may not lead.
        """
        search = _Search.of(*self.postings(), kept)
        pairs = [NOBODY]
        for one, others in search.run(self.many, follows, rank):
            pairs.append(np.stack([np.full_like(others, one), others], axis=1))
        return np.concatenate(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The postings of texts that may belong to a crowd, by group and by text."""

    texts: Int64s
    """Number of each such text."""
    share: Doubles
    """Share of what it keeps that a crowd keeps too."""
    text: Int64s
    """Place of the text of each posting, in order of the group."""
    low: Int64s
    """Where each group starts, shape = (groups + 1,)."""
    group: Int64s
    """Group of each posting, in order of the text."""
    begin: Int64s
    """Where each text starts, shape = (texts + 1,)."""

    @classmethod
    def of(cls, hashes: UInt64s, text: Int32s, kept: Int64s) -> _Search:
        crowded = np.bincount(text, minlength=len(kept))
        share = crowded / np.maximum(kept, 1)
        texts = np.flatnonzero((crowded > 0) & (share >= CROWDED))
        place = np.full(len(kept), -1)
        place[texts] = np.arange(len(texts))
        wanted = place[text] >= 0
        hashes, at = hashes[wanted], place[text[wanted]]
        group = np.cumsum(opens(hashes)) - 1 if len(hashes) else _NO_NUMBERS
        by_text = np.argsort(at, kind="stable")
        return cls(
            texts=texts,
            share=share[texts],
            text=at,
            low=np.append(np.flatnonzero(opens(hashes)) if len(hashes) else _NO_NUMBERS, len(at)),
            group=group[by_text],
            begin=np.searchsorted(at[by_text], np.arange(len(texts) + 1)),
        )

    def run(
        self, many: int, follows: Follows, rank: Callable[[int], Any]
    ) -> Iterator[tuple[int, Int64s]]:
        """Each leader with its followers, more than ``many``."""
        free = np.ones(len(self.texts), np.bool_)
        postings = PASSES * len(self.text)
        texts, share = self.texts.tolist(), self.share.tolist()
        ranked = [
            (-share[k], place, k)
            for k in range(len(texts))
            if (place := rank(texts[k])) is not None
        ]
        for _, _, one in sorted(ranked):
            if not free[one] or postings < 0:
                continue
            free[one] = False
            groups = self.group[self.begin[one] : self.begin[one + 1]]
            sizes = self.low[groups + 1] - self.low[groups]
            postings -= int(sizes.sum())
            others = self._sharing(groups, sizes, free)
            # Where few of those that share most are like it, the others need not be asked.
            first, rest = others[:many], others[many:]
            like = first[follows(texts[one], self.texts[first])]
            if 2 * len(like) >= many and len(rest):
                like = np.concatenate([like, rest[follows(texts[one], self.texts[rest])]])
            if len(like) > many:
                free[like] = False
                yield texts[one], np.sort(self.texts[like])

    def _sharing(self, groups: Int64s, sizes: Int64s, free: Bools) -> Int64s:
        """Those that share enough of these groups and are free, most shared first."""
        text = self.text[spans(self.low[groups], sizes)]
        text = np.sort(text[free[text]])
        begins = np.flatnonzero(opens(text))
        shared, text = np.diff(begins, append=len(text)), text[begins]
        wanted = shared >= CROWDED * len(groups)
        shared, text = shared[wanted], text[wanted]
        return text[np.argsort(-shared, kind="stable")]


NOBODY: Int64s = np.empty((0, 2), np.int64)
"""No pair of a leader and a follower."""
_NO_HASHES: UInt64s = np.empty(0, np.uint64)
_NO_TEXTS: Int32s = np.empty(0, np.int32)
_NO_NUMBERS: Int64s = np.empty(0, np.int64)
