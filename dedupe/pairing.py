"""Which texts of a whole set share more than a phrase, found in two passes over their shingles.

The first pass keeps what the sketches keep; the second looks every text's full shingles up among
those of the short texts. A pair is counted on the hashes that the finer of its two sketches keeps,
so that a pair with a short text is counted exactly. Nothing is done text by text or pair by pair;
what is kept is worked on in ranges of hashes that fit a processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.candidates import LEAST_SHARE
from dedupe.joining import Join, Joined, opens, within
from dedupe.leaders import Crowds
from dedupe.model import Bools, Doubles, Int32s, Int64s, UInt64s
from dedupe.sketch import KEEP_ALL, KEEP_ALL_BELOW, KEPT_AT_LEAST, KEPT_SHARE

LOW = np.uint64(KEPT_SHARE)
"""Hashes up to this are kept of every text, higher ones of short texts only."""
PART = 1 << 17
"""Postings worked on at once: two megabytes."""
LOOKED_UP = 64
"""Texts whose shingles are looked up at once."""
TABLE_BITS = 6
"""Of 64 to 128 bits of the table of short texts' hashes, one is set."""


Lead = Callable[[Crowds, Int64s], Int64s]
"""(leader, follower) of the texts of crowds, shape = (n, 2), given how many low hashes each keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of texts as parallel arrays, left < right, sorted by (left, right)."""

    left: Int64s
    right: Int64s
    share: Doubles
    """Estimated share of one text that is in the other, the larger of both ways."""


class Pairing:
    """Collects the texts of a set and tells which of them share more than a phrase.

    ``common_hash`` is the greatest number of texts that may keep a hash that counts; ``limit`` is
    the number of others, largest share first, that a pair must be among for one of its texts;
    ``least_share`` the estimated share of one text in the other that a pair must have.
    """

    def __init__(self, *, common_hash: int, limit: int, least_share: float = LEAST_SHARE) -> None:
        self._common_hash = common_hash
        self._least = least_share
        self._limit = limit
        self._n = 0
        self._low, self._high = _Shelves(), _Shelves()
        self._kept: list[Int64s] = []
        self._kept_low: list[Int64s] = []
        self._sizes: list[Int64s] = []
        self._thresholds: list[UInt64s] = []

    def add(self, shingles: Sequence[UInt64s]) -> None:
        """The next texts of the set, as sorted distinct shingle hashes."""
        if not shingles:
            return
        sizes = np.fromiter(map(len, shingles), np.int64, len(shingles))
        hashes = np.concatenate(shingles)
        thresholds = _thresholds(hashes, sizes)
        kept = np.flatnonzero(hashes <= np.repeat(thresholds, sizes))
        hashes = hashes[kept]
        owner = np.searchsorted(np.cumsum(sizes), kept, "right")
        low = hashes <= LOW
        text = (owner + self._n).astype(np.int32)
        self._low.add(hashes[low], text[low], hashes[low] >> np.uint64(53))
        self._high.add(hashes[~low], text[~low], hashes[~low] >> np.uint64(56))
        self._kept.append(np.bincount(owner, minlength=len(sizes)))
        self._kept_low.append(np.bincount(owner[low], minlength=len(sizes)))
        self._sizes.append(sizes)
        self._thresholds.append(thresholds)
        self._n += len(shingles)

    def pairs(self, again: Iterable[Sequence[UInt64s]], lead: Lead | None = None) -> Pairs:
        """Every pair that shares enough of one of its texts; ends the collection.

        ``again`` are the shingles of all texts added, in the same order; may be cut otherwise.
        Where texts of a crowd follow a leader (``lead``), it alone is looked for: what a crowd
        holds is not counted for its followers, nor do they make a hash common.
        """
        texts = _Texts.of(self._kept, self._sizes, self._thresholds)
        long, short = Join(self._n, mutual=True), Join(self._n, mutual=False)
        crowds = Crowds(self._limit)
        for part in self._low.parts():
            self._add(long, short, *(part if lead is None else crowds.take(*part)), texts)
        leading = np.ones(self._n, np.bool_)
        if lead is not None:
            kept_low = np.concatenate([np.empty(0, np.int64), *self._kept_low])
            leading[lead(crowds, kept_low)[:, 1]] = False
            self._add(long, short, *_held_by(*crowds.postings(), leading), texts)
        high = [
            _counting(*_held_by(*part, leading), self._common_hash)[0]
            for part in self._high.parts()
        ]
        for part in _holders(np.concatenate([_NO_HASHES, *high]), again):
            _add_short(short, *_held_by(*part, leading), texts)
        return _best_of(_merged(self._long(long, texts), self._short(short, texts)), self._limit)

    def _add(self, long: Join, short: Join, hashes: UInt64s, text: Int32s, texts: _Texts) -> None:
        """Sorted postings of low hashes."""
        hashes, text = _shared(*_counting(hashes, text, self._common_hash))
        _add_long(long, hashes, text, texts)
        _add_short(short, hashes, text, texts)

    def _long(self, join: Join, texts: _Texts) -> Pairs:
        """Pairs of texts that keep the low hashes only."""
        found = join.pairs(texts.least(self._least), self._limit)
        both = (found.seeker, found.other), (found.other, found.seeker)
        share = np.maximum(*(texts.share(*way, found.shared) for way in both))
        return _where(found, share, share >= self._least)

    def _short(self, join: Join, texts: _Texts) -> Pairs:
        """Pairs with a text that keeps higher hashes too, counted on all that it keeps."""
        found = join.pairs(texts.least(self._least), self._limit)
        share = texts.share(found.other, found.seeker, found.shared)
        finer = texts.thresholds[found.seeker] >= texts.thresholds[found.other]
        return _where(found, share, finer & (share >= self._least))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """What is known of each text, as parallel arrays."""

    kept: Int64s
    sizes: Int64s
    thresholds: UInt64s
    long: Bools
    """Texts that keep the low hashes only."""
    scale: Doubles
    """Shingles that a kept one stands for."""

    @classmethod
    def of(
        cls, kept: Sequence[Int64s], sizes: Sequence[Int64s], thresholds: Sequence[UInt64s]
    ) -> _Texts:
        threshold = np.concatenate([_NO_HASHES, *thresholds])
        return cls(
            kept=np.concatenate([np.empty(0, np.int64), *kept]),
            sizes=np.concatenate([np.empty(0, np.int64), *sizes]),
            thresholds=threshold,
            long=threshold == LOW,
            scale=2.0**64 / (threshold.astype(np.float64) + 1.0),
        )

    def least(self, least_share: float) -> Int64s:
        """Hashes that a text must share at least, however large or small the other one is."""
        share = np.where(self.long, np.minimum(self.kept, self.sizes / self.scale), self.kept)
        return np.maximum(np.ceil(least_share * share - 1e-9), 1).astype(np.int64)

    def share(self, query: Int64s, held: Int64s, shared: Int64s) -> Doubles:
        """The larger of both ways, by the hashes that ``held`` keeps."""
        theirs = shared / np.maximum(self.kept[held], 1)
        ours = shared * self.scale[held] / np.maximum(self.sizes[query], 1)
        return np.maximum(theirs, ours)


class _Shelves:
    """Postings by the upper bits of their hashes."""

    def __init__(self) -> None:
        self._chunks: list[tuple[UInt64s, Int32s, list[int]]] = []
        self._filled: Int64s = np.zeros(257, np.int64)

    def add(self, hashes: UInt64s, text: Int32s, shelf: UInt64s) -> None:
        """Postings in order of the text; equal hashes have equal shelves, of 0 to 256."""
        order = np.argsort(shelf.astype(np.uint16), kind="stable")
        counts = np.bincount(shelf.view(np.int64), minlength=257)
        self._chunks.append((hashes[order], text[order], [0, *np.cumsum(counts).tolist()]))
        self._filled += counts

    def parts(self) -> Iterator[tuple[UInt64s, Int32s]]:
        """All postings, sorted by hash and text, about PART at a time; never part of a hash."""
        start = filled = 0
        for end, count in enumerate(self._filled.tolist(), start=1):
            filled += count
            if filled >= PART or end == len(self._filled):
                cuts = [(h, t, slice(at[start], at[end])) for h, t, at in self._chunks]
                hashes = np.concatenate([_NO_HASHES, *(h[cut] for h, _, cut in cuts)])
                order = _by_hash(hashes)
                none = np.empty(0, np.int32)
                text = np.concatenate([none, *(t[cut] for _, t, cut in cuts)])
                yield hashes[order], text[order]
                start, filled = end, 0
        self._chunks.clear()


class _Table:
    """Which of some sorted distinct hashes a text holds; most others are turned away at once."""

    def __init__(self, wanted: UInt64s) -> None:
        self._wanted = wanted
        bits = max(len(wanted).bit_length() + TABLE_BITS, 8)
        self._shift = np.uint64(64 - bits)
        taken = np.zeros(1 << bits, np.bool_)
        taken[(wanted >> self._shift).view(np.int64)] = True
        self._bits = np.packbits(taken, bitorder="little")

    def find(self, texts: Sequence[UInt64s]) -> tuple[Int64s, Int64s]:
        """(place among the wanted, position of the text) of each hash that is wanted."""
        hashes = np.concatenate(texts)
        at = np.flatnonzero(self._may_hold(hashes))
        found = hashes[at]
        place = np.minimum(np.searchsorted(self._wanted, found), len(self._wanted) - 1)
        same = self._wanted[place] == found
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        return place[same], np.searchsorted(ends, at[same], "right")

    def _may_hold(self, hashes: UInt64s) -> Bools:
        place = hashes >> self._shift
        bits = self._bits[(place >> np.uint64(3)).view(np.int64)]
        bits >>= place.astype(np.uint8) & np.uint8(7)
        return (bits & np.uint8(1)).view(np.bool_)


_NO_HASHES: UInt64s = np.empty(0, np.uint64)


def _thresholds(hashes: UInt64s, sizes: Int64s) -> UInt64s:
    """The threshold of each text's sketch (``sketch.sketch_of``), from its sorted hashes."""
    thresholds = np.full(len(sizes), KEEP_ALL, np.uint64)
    long = sizes >= KEEP_ALL_BELOW
    first = np.cumsum(sizes) - sizes
    thresholds[long] = np.maximum(hashes[first[long] + KEPT_AT_LEAST - 1], LOW)
    return thresholds


def _by_hash(hashes: UInt64s) -> Int64s:
    """Positions in order of the hashes, equal ones in order of their positions."""
    # One sort of plain integers, the position in the low bits, is a fraction of an indirect one.
    bits = np.uint64(len(hashes).bit_length())
    packed = hashes >> bits << bits | np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    found = hashes[order]
    if np.any(found[1:] < found[:-1]):  # different hashes with the same upper bits
        order = order[np.argsort(found, kind="stable")]
    return order


def _held_by(hashes: UInt64s, text: Int32s, wanted: Bools) -> tuple[UInt64s, Int32s]:
    """The postings of the texts that are wanted."""
    if wanted.all():
        return hashes, text
    theirs = wanted[text]
    return hashes[theirs], text[theirs]


def _counting(hashes: UInt64s, text: Int32s, common_hash: int) -> tuple[UInt64s, Int32s]:
    """Without the hashes that too many hold."""
    size = _group_sizes(hashes)
    wanted = size <= common_hash
    return hashes[wanted], text[wanted]


def _shared(hashes: UInt64s, text: Int32s) -> tuple[UInt64s, Int32s]:
    """Without the hashes that only one text holds."""
    wanted = _group_sizes(hashes) > 1
    return hashes[wanted], text[wanted]


def _group_sizes(hashes: UInt64s) -> Int64s:
    """How many hold each hash, for every posting."""
    sizes = np.diff(np.flatnonzero(opens(hashes)), append=len(hashes))
    return np.repeat(sizes, sizes)


def _add_long(join: Join, hashes: UInt64s, text: Int32s, texts: _Texts) -> None:
    """The groups among the texts that keep the low hashes only."""
    long = texts.long[text]
    hashes, text = _shared(hashes[long], text[long])
    join.add(hashes, text, np.ones(len(hashes), np.bool_))


def _add_short(join: Join, hashes: UInt64s, text: Int32s, texts: _Texts) -> None:
    """The groups with a text that keeps higher hashes too; it seeks where it keeps the hash."""
    seeks = ~texts.long[text] & (hashes <= texts.thresholds[text])
    sizes = np.diff(np.flatnonzero(opens(hashes)), append=len(hashes))
    group = np.repeat(np.arange(len(sizes)), sizes)
    sought = np.bincount(group[seeks], minlength=len(sizes)) > 0
    wanted = (sought & (sizes > 1))[group]
    join.add(hashes[wanted], text[wanted], seeks[wanted])


def _holders(
    wanted: UInt64s, again: Iterable[Sequence[UInt64s]]
) -> Iterator[tuple[UInt64s, Int32s]]:
    """All texts that hold these hashes, whether they keep them or not, sorted by both."""
    wanted = wanted[opens(wanted)]
    if not len(wanted):
        return
    table = _Table(wanted)
    found = [np.empty(0, np.int64)]
    n = 0
    for chunk in again:
        for start in range(0, len(chunk), LOOKED_UP):
            place, owner = table.find(chunk[start : start + LOOKED_UP])
            found.append(place << 32 | (owner + (n + start)))
        n += len(chunk)
    packed = np.concatenate(found)
    packed.sort()
    for start, end in _whole_groups(packed >> 32):
        place, text = packed[start:end] >> 32, packed[start:end] & 0xFFFFFFFF
        yield wanted[place], text.astype(np.int32)


def _whole_groups(group: Int64s) -> Iterator[tuple[int, int]]:
    """Ranges of about PART postings that cut no group."""
    start = 0
    while start < len(group):
        end = min(start + PART, len(group))
        end = int(np.searchsorted(group, group[end - 1], "right"))
        yield start, end
        start = end


def _where(found: Joined, share: Doubles, wanted: Bools) -> Pairs:
    """The pairs that are wanted."""
    seeker, other = found.seeker[wanted], found.other[wanted]
    return Pairs(
        left=np.minimum(seeker, other), right=np.maximum(seeker, other), share=share[wanted]
    )


def _merged(*parts: Pairs) -> Pairs:
    """Every pair once, sorted, with its largest share."""
    left, right, share = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("left", "right", "share")
    )
    order = np.lexsort((-share, left << 32 | right))
    best = order[opens((left << 32 | right)[order])]
    return Pairs(left=left[best], right=right[best], share=share[best])


def _best_of(pairs: Pairs, limit: int) -> Pairs:
    """The pairs that are among the ``limit`` of largest share for one of their texts."""
    text = np.concatenate([pairs.left, pairs.right])
    if np.bincount(text, minlength=1).max() <= limit:
        return pairs
    other, share = np.concatenate([pairs.right, pairs.left]), np.tile(pairs.share, 2)
    order = np.lexsort((other, -share, text))
    kept = order[within(text[order], np.ones(len(text), np.int64)) < limit]
    best = np.zeros(len(pairs.left), np.bool_)
    best[kept % len(pairs.left)] = True
    return Pairs(left=pairs.left[best], right=pairs.right[best], share=pairs.share[best])
