"""Postings (hash, slot) in memory, sorted in levels, with the work of keeping them spread out.

Each level holds at most ``GROWTH`` times what the one above holds: new postings are merged into the
smallest, a full level into the next (a log-structured merge tree, O'Neil et al. 1996). Where that
would take long it becomes a job, and every addition does a part of the job: the full level is
searched as it is until the merged one is ready. A bit filter turns away most hashes that nobody
holds before any level is searched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from dedupe.model import Bools, Int32s, Int64s, UInt64s

FIRST_LEVEL = 1 << 13
"""Postings of the smallest level: merging one sketch into it takes some 20 microseconds."""
GROWTH = 32
AT_ONCE = 1 << 17
"""Postings that are merged without delay: a millisecond's work."""
LARGE = 1 << 19
"""Postings of a level that are searched by rows."""
ROW = 32
"""Postings of a row; its last hash tells whether a hash may stand in it."""
SEEN = 2 * ROW
"""Postings from the start of a row that are compared all at once."""
STEP = 1 << 12
"""Postings of either side that one step of a job merges."""
PACE = 64
"""Postings of jobs worked on for each one added. A posting is merged into three or four levels
and in each about half ``GROWTH`` times, so that jobs end before the next ones come."""

UInt8s: TypeAlias = npt.NDArray[np.uint8]
Job: TypeAlias = Callable[[], Iterator[int]]
"""Yields the postings worked on, a step at a time."""


class Ranges(NamedTuple):
    """Where one level holds some hashes, as parallel arrays."""

    slots: Int32s
    """The slots of the whole level."""
    place: Int64s
    """Position among the hashes asked for."""
    low: Int64s
    """Where the hash starts in ``slots``."""
    held: Int64s
    """How many postings of it there are."""

    def read(self, most: int | None = None) -> tuple[Int64s, Int32s]:
        """(position, slot) of each posting, of one hash no more than ``most``."""
        count = self.held if most is None else np.minimum(self.held, most)
        ends = count.cumsum()
        at = np.repeat(self.low - ends + count, count)
        at += np.arange(len(at))
        return np.repeat(self.place, count), self.slots.take(at)

    def where(self, chosen: Bools) -> Ranges:
        """The chosen hashes."""
        return Ranges(self.slots, self.place[chosen], self.low[chosen], self.held[chosen])


class Found(NamedTuple):
    """What one level holds of some hashes: postings that were read, and those still to be read."""

    place: Int64s
    """Position among the hashes asked for, of each posting that was read."""
    slot: Int32s
    many: Ranges | None
    """Hashes of which there are many: it may be that they are not wanted."""


class Postings:
    """A multiset of (hash, slot).

    ``alive`` tells which slots still count; postings of the others are dropped as levels are
    merged, all of them in time after ``clean``.
    """

    def __init__(self, alive: Callable[[Int32s], Bools]) -> None:
        self._alive = alive
        self._levels: list[Level] = []
        self._waiting: list[Level] = []
        """Full levels that a job will merge into the next."""
        self._filter = Filter(FIRST_LEVEL)
        self._next: Filter | None = None
        """The filter that a job is filling."""
        self._jobs: deque[Job] = deque()
        self._running: Iterator[int] | None = None
        self._merging = 0
        self._step = STEP

    def __len__(self) -> int:
        """Postings held, those of dead slots included until they are dropped."""
        return sum(len(level.hashes) for level in self._all())

    @property
    def nbytes(self) -> int:
        """Memory held; a level that is being merged is held twice."""
        filters = len(self._filter.bits) + (0 if self._next is None else len(self._next.bits))
        return filters + 49 * (len(self) + self._merging) // 4

    def add(self, hashes: UInt64s, slots: Int32s) -> None:
        """Hold these too."""
        order = np.argsort(hashes, kind="stable")
        self._push(Level(hashes=hashes[order], slots=slots[order]), 0)
        for one in (self._filter, self._next):
            if one is not None:
                one.add(hashes)
        if self._filter.crowded and self._next is None:
            self._next = Filter(len(self) + len(self) // 4)
            self._next.add(hashes)
            self._jobs.append(self._refilling)
        self.work(max(STEP, PACE * len(hashes)))

    def clean(self, done: Callable[[], None]) -> None:
        """Every posting that is dead now will be dropped; then ``done`` is called."""
        self._jobs.append(lambda: self._cleaning(done))

    def work(self, postings: int) -> None:
        """Do the next part of the jobs."""
        # Much work at once, as in a bulk load, is done in longer steps.
        self._step = min(max(STEP, postings // 16), AT_ONCE)
        while postings > 0 and (self._running is not None or self._jobs):
            if self._running is None:
                self._running = self._jobs.popleft()()
            done = next(self._running, None)
            if done is None:
                self._running = None
            else:
                postings -= done

    def may_hold(self, hashes: UInt64s) -> Bools:
        """Whether each hash may be held; never wrongly no."""
        return self._filter.may_hold(hashes)

    def find(self, hashes: UInt64s) -> list[Found]:
        """What each level holds of the hashes; sorted ones are found faster."""
        return [level.find(hashes) for level in self._all() if len(level.hashes)]

    def _all(self) -> Iterator[Level]:
        yield from self._levels
        yield from self._waiting

    def _push(self, level: Level, depth: int) -> None:
        """Merge postings into a level, and a full level into the next."""
        while True:
            if depth == len(self._levels):
                self._levels.append(_EMPTY)
            held = self._levels[depth]
            if len(level.hashes) + len(held.hashes) > AT_ONCE and len(held.hashes):
                self._later(level, depth)
                return
            level = level.merged(held)
            if len(level.hashes) <= FIRST_LEVEL * GROWTH**depth:
                self._levels[depth] = level
                return
            self._levels[depth] = _EMPTY
            depth += 1

    def _later(self, level: Level, depth: int) -> None:
        self._waiting.append(level)
        self._jobs.append(lambda: self._merge(level, depth))

    def _merge(self, small: Level, depth: int) -> Iterator[int]:
        """A waiting level goes into the one at ``depth``, without what is dead."""
        large = self._levels[depth]
        self._levels[depth] = _EMPTY
        self._waiting.append(large)
        size = len(small.hashes) + len(large.hashes)
        hashes, slots = np.empty(size, np.uint64), np.empty(size, np.int32)
        self._merging = size
        end = 0
        for piece in small.merging(large, lambda: self._step):
            kept = self._alive(piece.slots)
            start, end = end, end + int(np.count_nonzero(kept))
            hashes[start:end], slots[start:end] = piece.hashes[kept], piece.slots[kept]
            yield len(kept)
        self._merging = 0
        self._waiting = [level for level in self._waiting if level not in (small, large)]
        # What is left over was never written to and takes no memory.
        self._push(Level(hashes=hashes[:end], slots=slots[:end]), depth)

    def _cleaning(self, done: Callable[[], None]) -> Iterator[int]:
        """All levels are merged anew, each without what is dead."""
        for depth, level in enumerate(self._levels):
            self._levels[depth] = _EMPTY
            self._later(level, depth)

        def over() -> Iterator[int]:
            done()
            yield 0

        self._jobs.append(over)
        yield 0

    def _refilling(self) -> Iterator[int]:
        """The next filter takes the place of the one that is too full."""
        assert self._next is not None
        for level in list(self._all()):
            start = 0
            while start < len(level.hashes):
                part = level.hashes[start : start + self._step]
                self._next.add(part)
                start += len(part)
                yield len(part)
        self._filter, self._next = self._next, None


class Level:
    """Postings sorted by hash, as parallel arrays."""

    def __init__(self, *, hashes: UInt64s, slots: Int32s) -> None:
        self.hashes = hashes
        self.slots = slots
        self._heads = self._rows = self.hashes[:0]
        if len(hashes) >= LARGE:
            self._heads = hashes[ROW - 1 :: ROW].copy()
            self._rows = sliding_window_view(hashes, SEEN)

    def find(self, hashes: UInt64s) -> Found:
        """What is held of the hashes; the level is not empty."""
        return self._in_rows(hashes) if len(self._heads) else self._in_all(hashes)

    def _in_all(self, hashes: UInt64s) -> Found:
        low = self.hashes.searchsorted(hashes)
        place = (self.hashes.take(low, mode="clip") == hashes).nonzero()[0]
        if not len(place):
            return Found(place, self.slots[:0], None)
        low = low.take(place)
        # Most hashes are held once: only for the others is the end looked for.
        more = self.hashes.take(low + 1, mode="clip") == hashes.take(place)
        more &= low + 1 < len(self.hashes)
        if not more.any():
            return Found(place, self.slots.take(low), None)
        once = ~more
        many = self._many(hashes, place[more])
        return Found(place[once], self.slots.take(low[once]), many)

    def _in_rows(self, hashes: UInt64s) -> Found:
        # The last steps of a binary search wait for memory one after the other; rows come whole.
        row = self._heads.searchsorted(hashes)
        start = np.minimum(row * ROW, len(self._rows) - 1)
        rows = self._rows[start]
        equal = rows == hashes[:, None]
        over = (rows[:, -1] == hashes).nonzero()[0]
        if len(over):
            equal[over] = False
        at = equal.ravel().nonzero()[0]
        place, column = at // SEEN, at % SEEN
        slot = self.slots.take(start.take(place) + column)
        return Found(place, slot, self._many(hashes, over) if len(over) else None)

    def _many(self, hashes: UInt64s, place: Int64s) -> Ranges:
        """Where the hashes at these places stand, however often."""
        wanted = hashes.take(place)
        low = self.hashes.searchsorted(wanted)
        return Ranges(self.slots, place, low, self.hashes.searchsorted(wanted, "right") - low)

    def merging(self, other: Level, next_step: Callable[[], int]) -> Iterator[Level]:
        """The postings of both in order, in pieces of at most twice the step asked for."""
        a, b = 0, 0
        while a < len(self.hashes) or b < len(other.hashes):
            step = next_step()
            ours, theirs = self._part(a, a + step), other._part(b, b + step)
            # What is not greater than the last of a piece that is cut comes now.
            cuts = [
                part.hashes[-1]
                for part, left in (
                    (ours, len(self.hashes) - a),
                    (theirs, len(other.hashes) - b),
                )
                if left > step
            ]
            if cuts:
                ours, theirs = (part.up_to(min(cuts)) for part in (ours, theirs))
            a, b = a + len(ours.hashes), b + len(theirs.hashes)
            yield ours.merged(theirs)

    def up_to(self, last: np.uint64) -> Level:
        """The postings of hashes that are not greater."""
        return self._part(0, int(self.hashes.searchsorted(last, "right")))

    def _part(self, start: int, end: int) -> Level:
        return Level(hashes=self.hashes[start:end], slots=self.slots[start:end])

    def merged(self, other: Level) -> Level:
        """The postings of both, in time linear in the larger."""
        small, large = sorted((self, other), key=lambda level: len(level.hashes))
        if not len(small.hashes):
            return large
        places = np.searchsorted(large.hashes, small.hashes) + np.arange(len(small.hashes))
        from_large = np.ones(len(small.hashes) + len(large.hashes), np.bool_)
        from_large[places] = False
        hashes = np.empty(len(from_large), np.uint64)
        slots = np.empty(len(from_large), np.int32)
        hashes[places], slots[places] = small.hashes, small.slots
        hashes[from_large], slots[from_large] = large.hashes, large.slots
        return Level(hashes=hashes, slots=slots)


_EMPTY = Level(hashes=np.empty(0, np.uint64), slots=np.empty(0, np.int32))


class Filter:
    """A set of hashes that may answer yes wrongly (for one in 16 when full), never no."""

    def __init__(self, postings: int) -> None:
        self._log2 = max(16, (16 * postings).bit_length())
        self.bits: UInt8s = np.zeros(1 << (self._log2 - 3), np.uint8)
        self._added = 0

    @property
    def crowded(self) -> bool:
        """More answers than one in 16 are wrong."""
        return 2 * self._added > len(self.bits)

    def add(self, hashes: UInt64s) -> None:
        """The set holds these too."""
        self._added += len(hashes)
        place = self._places(hashes)
        np.bitwise_or.at(self.bits, place >> 3, np.uint8(1) << (place & 7).astype(np.uint8))

    def may_hold(self, hashes: UInt64s) -> Bools:
        """Whether each hash may be in the set."""
        place = self._places(hashes)
        bits: UInt8s = self.bits[place >> 3] >> (place & 7).astype(np.uint8)
        return (bits & 1).view(np.bool_)

    def _places(self, hashes: UInt64s) -> Int64s:
        # Kept hashes crowd below 2**61; the multiplication spreads them over the whole table.
        return (hashes * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - self._log2)).view(np.int64)
