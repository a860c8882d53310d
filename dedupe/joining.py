"""Which texts share enough groups, a group being those that hold one hash, counted as arrays.

The pairs of a group are quadratic in its size, and boilerplate makes large groups. So pairs are
listed and counted over the small groups alone, and a pair is looked up in the large ones only
where that can still bring it to what is needed. A pair that shares large groups only is found by
the rarest of them: two texts that share a of the c groups of one share one of its c - a + 1
smallest (prefix filtering, Chaudhuri, Ganti and Kaushik 2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dedupe.model import Bools, Int32s, Int64s, UInt64s

SMALL_GROUP = 32
"""Texts of the largest group whose pairs are all listed. Of 20,000 wire stories such groups make
.7 million pairs, the larger ones 2.5 million."""
PROBED = 4096
"""Texts looked at for one text in its large groups, the smallest group first; the group that
passes this number is the last."""
BLOCK = 1 << 18
"""Pairs worked on at once."""

_SHIFT = 32
_OTHER = (1 << _SHIFT) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Pairs of texts and how many groups both hold, sorted by (seeker, other)."""

    seeker: Int64s
    other: Int64s
    shared: Int64s


class Join:
    """Collects groups and tells which texts share enough of them.

    With ``mutual`` every text seeks in all its groups, and a pair comes once, seeker < other.
    Otherwise only the groups count that the seeker seeks in.
    """

    def __init__(self, n_texts: int, *, mutual: bool) -> None:
        self._n_texts = n_texts
        self._mutual = mutual
        self._n_groups = 0
        self._listed: list[Int64s] = []
        self._large: list[tuple[Int64s, Int64s, Int64s, Bools]] = []

    def add(self, hashes: UInt64s, text: Int32s, seeks: Bools) -> None:
        """Groups of two and more: sorted hashes, and for each its texts in ascending order."""
        if not len(hashes):
            return
        first = np.flatnonzero(opens(hashes))
        sizes = np.diff(first, append=len(hashes))
        size = np.repeat(sizes, sizes)
        # Texts stand in order within a group: a mutual pair is found by its first text.
        after = np.arange(1, len(hashes) + 1) if self._mutual else np.repeat(first, sizes)
        counts = np.repeat(first + sizes, sizes) - after
        seeking = np.flatnonzero(seeks & (size <= SMALL_GROUP) & (counts > 0))
        texts = text.astype(np.int64)
        self._listed += _pairs(texts[seeking], texts, after[seeking], counts[seeking])
        large = np.flatnonzero(size > SMALL_GROUP)
        group = np.repeat(np.arange(self._n_groups, self._n_groups + len(first)), sizes)
        self._large.append((group[large], texts[large], size[large], seeks[large]))
        self._n_groups += len(first)

    def pairs(self, least: Int64s, limit: int) -> Joined:
        """Pairs that share at least what the seeker needs (with mutual, either of both).

        ``least`` is that number for each text, shape = (n_texts,), >= 1. Exact, except that for a
        text that shares large groups only, not more than ``PROBED`` others are looked at after
        its first group, and of these the ``limit`` with most of the groups in common.
        """
        large = _Large.of(self._large, self._n_texts, mutual=self._mutual)
        self._large.clear()
        listed, counts = self._counted()
        hopeful = counts + large.at_most(listed) >= self._needed(listed, least)
        listed, counts = listed[hopeful], counts[hopeful]
        probed = large.probed(least, limit)
        probed = probed[~_among(probed, listed)]
        pairs = np.concatenate([listed, probed])
        shared = np.concatenate([counts, np.zeros(len(probed), np.int64)]) + large.shared(pairs)
        enough = np.flatnonzero(shared >= self._needed(pairs, least))
        enough = enough[np.argsort(pairs[enough], kind="stable")]
        seeker, other = _split(pairs[enough])
        return Joined(seeker=seeker, other=other, shared=shared[enough])

    def _counted(self) -> tuple[Int64s, Int64s]:
        """(pair, small groups shared), sorted by pair."""
        pairs = np.concatenate([_NONE, *self._listed])
        self._listed.clear()
        pairs.sort()
        start = np.flatnonzero(opens(pairs))
        return pairs[start], np.diff(start, append=len(pairs))

    def _needed(self, pairs: Int64s, least: Int64s) -> Int64s:
        seeker, other = _split(pairs)
        return np.minimum(least[seeker], least[other]) if self._mutual else least[seeker]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Large:
    """The large groups, by group and by text."""

    text: Int64s
    """Texts in order of (group, text)."""
    sought: Int64s
    """Postings that seek, in order of (text, size of the group)."""
    seeker: Int64s
    """Text of each of them."""
    group: Int64s
    low: Int64s
    """Where the group of each starts in ``text``."""
    size: Int64s
    begin: Int64s
    """Where the postings of each text start among those that seek, shape = (n_texts + 1,)."""
    held: Int64s
    """Large groups a text holds, shape = (n_texts,)."""
    keys: Int64s
    """(text, group) of every posting as one number, sorted."""
    mutual: bool

    @classmethod
    def of(
        cls,
        parts: list[tuple[Int64s, Int64s, Int64s, Bools]],
        n_texts: int,
        *,
        mutual: bool,
    ) -> _Large:
        nothing = (_NONE, _NONE, _NONE, np.empty(0, np.bool_))
        columns = zip(nothing, *parts, strict=True)
        group, text, size, seeks = (np.concatenate(column) for column in columns)
        first = np.flatnonzero(opens(group))
        low = np.repeat(first, np.diff(first, append=len(group)))
        sought = np.flatnonzero(seeks)
        sought = sought[np.lexsort((size[sought], text[sought]))]
        return cls(
            text=text,
            sought=sought,
            seeker=text[sought],
            group=group[sought],
            low=low[sought],
            size=size[sought],
            begin=np.searchsorted(text[sought], np.arange(n_texts + 1)),
            held=np.bincount(text, minlength=n_texts),
            keys=np.sort(text << _SHIFT | group),
            mutual=mutual,
        )

    def at_most(self, pairs: Int64s) -> Int64s:
        """Large groups that a pair can share."""
        seeker, other = _split(pairs)
        return np.minimum(np.diff(self.begin)[seeker], self.held[other])

    def probed(self, least: Int64s, limit: int) -> Int64s:
        """Pairs that may share enough large groups, sorted, each once."""
        spare = np.diff(self.begin) - least
        place, before = within(self.seeker, np.ones_like(self.size)), within(self.seeker, self.size)
        wanted = np.flatnonzero((place <= spare[self.seeker]) & (before < PROBED))
        pairs = np.concatenate([_NONE, *self._best(wanted, limit)])
        if self.mutual:
            a, b = _split(pairs)
            pairs = np.minimum(a, b) << _SHIFT | np.maximum(a, b)
        pairs.sort()
        return pairs[opens(pairs)]

    def _best(self, wanted: Int64s, limit: int) -> Iterator[Int64s]:
        """The ``limit`` others of each seeker that share most of these groups."""
        seeker, low, size = self.seeker[wanted], self.low[wanted], self.size[wanted]
        # A block ends where a text does: all that it finds is counted together.
        for part in _blocks(size, cuts=np.flatnonzero(opens(seeker))):
            pairs = np.concatenate(list(_pairs(seeker[part], self.text, low[part], size[part])))
            pairs.sort()
            begins = np.flatnonzero(opens(pairs))
            often, pairs = np.diff(begins, append=len(pairs)), pairs[begins]
            order = np.lexsort((-often, pairs >> _SHIFT))
            best = within(pairs[order] >> _SHIFT, np.ones_like(often)) < limit
            yield pairs[order[best]]

    def shared(self, pairs: Int64s) -> Int64s:
        """Large groups that each pair shares."""
        seeker, other = _split(pairs)
        if self.mutual:  # the shorter list is looked up in the longer one
            swap = self.held[other] < self.held[seeker]
            seeker, other = np.where(swap, other, seeker), np.where(swap, seeker, other)
        counts = np.diff(self.begin)[seeker] * (self.held[other] > 0)
        shared = np.zeros(len(pairs), np.int64)
        for part in _blocks(counts):
            many = counts[part]
            group = self.group[spans(self.begin[seeker[part]], many)]
            keys = np.repeat(other[part] << _SHIFT, many) | group
            owner = np.repeat(np.arange(len(many)), many)
            shared[part] = np.bincount(owner[_among(keys, self.keys)], minlength=len(many))
        return shared


def opens(values: Int64s | UInt64s) -> Bools:
    """Whether each of these sorted values is the first of its kind."""
    first = np.ones(len(values), np.bool_)
    first[1:] = values[1:] != values[:-1]
    return first


def within(owner: Int64s, amounts: Int64s) -> Int64s:
    """The sum of the amounts before each one of the same owner; owners stand together."""
    before = np.cumsum(amounts) - amounts
    start = np.flatnonzero(opens(owner))
    result: Int64s = before - np.repeat(before[start], np.diff(start, append=len(owner)))
    return result


def spans(low: Int64s, counts: Int64s) -> Int64s:
    """The numbers low[i] .. low[i] + counts[i] - 1 of every i, one after the other."""
    return np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))


def each_once(pairs: Int64s) -> Int64s:
    """Each unordered pair of numbers once, the smaller first, sorted; shape = (n, 2)."""
    # Packed as one number: np.unique of rows is slow.
    packed = np.minimum(pairs[:, 0], pairs[:, 1]) << 32 | np.maximum(pairs[:, 0], pairs[:, 1])
    packed.sort()
    packed = packed[opens(packed)]
    return np.stack([packed >> 32, packed & 0xFFFFFFFF], axis=1)


_NONE: Int64s = np.empty(0, np.int64)


def _pairs(seeker: Int64s, text: Int64s, low: Int64s, counts: Int64s) -> Iterator[Int64s]:
    """(seeker, other) of each seeker with the ``counts`` texts from ``low`` on."""
    for part in _blocks(counts):
        many = counts[part]
        ours, theirs = np.repeat(seeker[part], many), text[spans(low[part], many)]
        pairs = ours << _SHIFT | theirs
        yield pairs[ours != theirs]


def _split(pairs: Int64s) -> tuple[Int64s, Int64s]:
    return pairs >> _SHIFT, pairs & _OTHER


def _among(values: Int64s, known: Int64s) -> Bools:
    """Whether each value is one of the sorted known ones."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    same: Bools = known[at] == values
    return same


def _blocks(counts: Int64s, cuts: Int64s | None = None) -> Iterator[slice]:
    """Ranges of about BLOCK counts, ending at a cut where there are cuts; never empty."""
    ends = np.cumsum(counts)
    start, n = 0, len(counts)
    while start < n:
        done = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, done + BLOCK, "right")), start + 1)
        if cuts is not None and end < n:
            later = int(np.searchsorted(cuts, end))
            end = int(cuts[later]) if later < len(cuts) else n
        yield slice(start, end)
        start = end
