"""The sketch index in memory: which texts share shingle hashes with this one.

A posting (hash, slot) takes 12 bytes, in sorted levels that each hold at most sixteen times what
the one above holds: a new sketch is merged into the smallest, a full level into the next (a
log-structured merge tree). A bit filter of one to two bytes a posting turns away most hashes that
nobody holds before any level is searched. Nothing is looked at one posting at a time.

A slot stands for one sketch and is never reused; removal marks it dead, which takes effect at
once, and dead postings are swept out when they are a quarter of all or belong to four times as
many sketches as may share a hash that counts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Int32s, Int64s, Sketch, UInt64s
from dedupe.ports import SketchHits

FIRST_LEVEL = 1 << 13
"""Postings of the smallest level: merging one sketch into it takes some 20 microseconds."""
GROWTH = 16
QUERY_BLOCK = 1 << 18
"""Query hashes looked up at once; bounds the memory of a bulk search."""

UInt8s: TypeAlias = npt.NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)


class MemorySketchIndex:
    """Port ``SketchIndex`` over arrays in memory; the store can always rebuild it.

    ``common_hash`` is the greatest number of sketches that may hold a hash that counts. Searches
    may run side by side, but not beside ``add`` or ``remove``.
    """

    def __init__(self, common_hash: int) -> None:
        self._common_hash = common_hash
        self._clear()

    def _clear(self) -> None:
        self._levels: list[_Level] = []
        self._filter = _Filter(FIRST_LEVEL)
        self._slot_of: dict[int, int] = {}
        self._slots = 0
        self._keys: Int64s = np.empty(0, np.int64)
        self._sizes: Int32s = np.empty(0, np.int32)
        self._alive: Bools = np.empty(0, np.bool_)
        self._dead_slots = 0
        self._dead_postings = 0

    def __len__(self) -> int:
        return len(self._slot_of)

    @property
    def postings(self) -> int:
        """Hashes held, those of removed sketches included until they are swept out."""
        return sum(len(level.hashes) for level in self._levels)

    @property
    def nbytes(self) -> int:
        """Memory held: 12 to 14 bytes a posting, about 150 a sketch; merging takes 12 more."""
        arrays = (self._filter.bits, self._keys, self._sizes, self._alive)
        keys = sys.getsizeof(self._slot_of) + 64 * len(self._slot_of)
        return keys + 12 * self.postings + sum(array.nbytes for array in arrays)

    def add(self, keys: Int64s, sketches: Sequence[Sketch]) -> None:
        """Hold these sketches; a key already held is replaced, the last of equal keys stays."""
        latest = dict(zip(keys.tolist(), sketches, strict=True))
        if not latest:
            return
        self.remove(np.fromiter(latest, np.int64, len(latest)))
        hashes = np.concatenate([sketch.hashes for sketch in latest.values()])
        slots = self._new_slots(list(latest), [len(sketch.hashes) for sketch in latest.values()])
        order = np.argsort(hashes, kind="stable")
        self._push(_Level(hashes=hashes[order], slots=slots[order]))
        self._filter.add(hashes)
        if self.postings > self._filter.capacity:
            self._refill_filter()

    def remove(self, keys: Int64s) -> None:
        """Forget these keys exactly; unknown keys are ignored."""
        gone = [self._slot_of.pop(key) for key in keys.tolist() if key in self._slot_of]
        if not gone:
            return
        self._alive[gone] = False
        self._dead_slots += len(gone)
        self._dead_postings += int(self._sizes[gone].sum())
        # Dead slots also loosen the test for common hashes (_holders): their number is bounded.
        crowded = self._dead_postings > max(FIRST_LEVEL, self.postings // 4)
        if crowded or self._dead_slots > max(1024, 4 * self._common_hash):
            self._sweep()

    def search(self, shingles: Sequence[UInt64s], *, limit: int) -> SketchHits:
        """Sketches that share a hash with each query's full set of distinct shingle hashes."""
        found = [self._search_block(*block, limit) for block in _blocks(shingles)]
        none = (_NO_INTEGERS, _NO_INTEGERS, _NO_INTEGERS)
        columns = zip(none, *found, strict=True)
        query, slot, shared = (np.concatenate(column) for column in columns)
        return SketchHits(
            query=query,
            key=self._keys[slot],
            shared=shared.astype(np.int32),
            kept=self._sizes[slot],
        )

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        return np.sort(np.fromiter(self._slot_of, np.int64, len(self._slot_of)))

    def _search_block(
        self, first: int, queries: Sequence[UInt64s], limit: int
    ) -> tuple[Int64s, Int64s, Int64s]:
        hashes = np.concatenate(queries)
        ends = np.cumsum(np.fromiter(map(len, queries), np.int64, len(queries)))
        place = np.flatnonzero(self._filter.may_hold(hashes))
        if len(queries) > 1:  # look-ups in order of hash find the levels in the cache
            place = place[np.argsort(hashes[place])]
        position, slot = self._holders(hashes[place])
        owner = np.searchsorted(ends, place, "right")
        query, held_by, shared = _counted(owner[position], slot, self._slots)
        order = _best_first(query, shared, self._keys[held_by])
        query, held_by, shared = query[order], held_by[order], shared[order]
        best = _rank(query) < limit
        return query[best] + first, held_by[best], shared[best]

    def _holders(self, hashes: UInt64s) -> tuple[Int64s, Int32s]:
        """(position in ``hashes``, slot) of every living holder of a hash that counts."""
        levels = [level for level in self._levels if len(level.hashes)]
        ranges = [level.ranges(hashes) for level in levels]
        held = np.zeros(len(hashes), np.int64)
        for places, _, counts in ranges:
            held[places] += counts
        # Dead holders are not known before they are read: at most all dead slots are among them.
        rare = held <= self._common_hash + self._dead_slots
        positions, slots = [_NO_INTEGERS], [_NO_SLOTS]
        for level, (places, low, counts) in zip(levels, ranges, strict=True):
            wanted = rare[places]
            positions.append(np.repeat(places[wanted], counts[wanted]))
            slots.append(level.slots[_spans(low[wanted], counts[wanted])])
        return self._living(len(hashes), np.concatenate(positions), np.concatenate(slots))

    def _living(self, n_hashes: int, position: Int64s, slot: Int32s) -> tuple[Int64s, Int32s]:
        """The holders that are not removed, of hashes that are not too common without those."""
        if self._dead_slots:
            living = self._alive[slot]
            position, slot = position[living], slot[living]
            counting = np.bincount(position, minlength=n_hashes) <= self._common_hash
            position, slot = position[counting[position]], slot[counting[position]]
        return position, slot

    def _new_slots(self, keys: list[int], sizes: list[int]) -> Int32s:
        """The slot of each posting of new sketches under these keys."""
        first, self._slots = self._slots, self._slots + len(keys)
        if self._slots > len(self._keys):
            room = max(1024, self._slots + self._slots // 2)
            self._keys = _with_room(self._keys, room)
            self._sizes = _with_room(self._sizes, room)
            self._alive = _with_room(self._alive, room)
        self._keys[first : self._slots] = keys
        self._sizes[first : self._slots] = sizes
        self._alive[first : self._slots] = True
        slots = np.arange(first, self._slots, dtype=np.int32)
        self._slot_of.update(zip(keys, slots.tolist(), strict=True))
        return np.repeat(slots, sizes)

    def _push(self, level: _Level) -> None:
        """Merge postings into the first level, and each full level into the next."""
        capacity = FIRST_LEVEL
        for depth in range(len(self._levels)):
            level = level.merged(self._levels[depth])
            if len(level.hashes) <= capacity:
                self._levels[depth] = level
                return
            self._levels[depth] = _EMPTY
            capacity *= GROWTH
        while len(level.hashes) > capacity:
            self._levels.append(_EMPTY)
            capacity *= GROWTH
        self._levels.append(level)

    def _sweep(self) -> None:
        """Drop dead postings and number the living slots anew."""
        living = np.flatnonzero(self._alive[: self._slots])
        renumbered = np.cumsum(self._alive[: self._slots], dtype=np.int32) - np.int32(1)
        levels = []
        for level in self._levels:
            kept = self._alive[level.slots]
            levels.append(_Level(hashes=level.hashes[kept], slots=renumbered[level.slots[kept]]))
        keys, sizes = self._keys[living], self._sizes[living]
        self._clear()
        self._levels = levels
        self._new_slots(keys.tolist(), sizes.tolist())
        self._refill_filter()

    def _refill_filter(self) -> None:
        self._filter = _Filter(self.postings)
        for level in self._levels:
            self._filter.add(level.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Postings sorted by hash, as parallel arrays."""

    hashes: UInt64s
    slots: Int32s

    def ranges(self, hashes: UInt64s) -> tuple[Int64s, Int64s, Int64s]:
        """Positions of the hashes held here, where their postings start, and how many there are.

        The level is not empty.
        """
        low = np.searchsorted(self.hashes, hashes)
        at = np.minimum(low, len(self.hashes) - 1)
        position = np.flatnonzero(self.hashes[at] == hashes)
        low = low[position]
        return position, low, np.searchsorted(self.hashes, hashes[position], "right") - low

    def merged(self, other: _Level) -> _Level:
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
        return _Level(hashes=hashes, slots=slots)


_NO_INTEGERS: Int64s = np.empty(0, np.int64)
_NO_SLOTS: Int32s = np.empty(0, np.int32)
_EMPTY = _Level(hashes=np.empty(0, np.uint64), slots=_NO_SLOTS)


class _Filter:
    """A set of hashes that may answer yes wrongly (for one in 8 to 16 when full), never no."""

    def __init__(self, postings: int) -> None:
        self._log2 = max(16, (8 * postings).bit_length())
        self.bits: UInt8s = np.zeros(1 << (self._log2 - 3), np.uint8)

    @property
    def capacity(self) -> int:
        """Postings from which on more answers are wrong than one in 8."""
        return len(self.bits)

    def add(self, hashes: UInt64s) -> None:
        place = self._places(hashes)
        np.bitwise_or.at(self.bits, place >> 3, np.uint8(1) << (place & 7).astype(np.uint8))

    def may_hold(self, hashes: UInt64s) -> Bools:
        place = self._places(hashes)
        bits: UInt8s = self.bits[place >> 3] >> (place & 7).astype(np.uint8)
        return (bits & 1).view(np.bool_)

    def _places(self, hashes: UInt64s) -> Int64s:
        # Kept hashes crowd below 2**61; the multiplication spreads them over the whole table.
        return (hashes * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - self._log2)).view(np.int64)


def _blocks(queries: Sequence[UInt64s]) -> Iterator[tuple[int, Sequence[UInt64s]]]:
    """(position of the first query, queries) in blocks of about QUERY_BLOCK hashes."""
    first = filled = 0
    for position, size in enumerate(accumulate(map(len, queries)), start=1):
        if size - filled >= QUERY_BLOCK or position == len(queries):
            yield first, queries[first:position]
            first, filled = position, size


def _spans(low: Int64s, counts: Int64s) -> Int64s:
    """The numbers low[i] .. low[i] + counts[i] - 1 of every i, one after the other."""
    return np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))


def _counted(query: Int64s, slot: Int32s, slots: int) -> tuple[Int64s, Int64s, Int64s]:
    """Each distinct (query, slot), sorted, and how often it stands there."""
    pairs = query * slots + slot
    pairs.sort()
    fresh = np.ones(len(pairs), np.bool_)
    fresh[1:] = pairs[1:] != pairs[:-1]
    first = np.flatnonzero(fresh)
    counts = np.empty_like(first)
    counts[:-1] = first[1:] - first[:-1]
    counts[-1:] = len(pairs) - first[-1:]
    return *np.divmod(pairs[first], max(slots, 1)), counts


def _best_first(query: Int64s, shared: Int64s, key: Int64s) -> Int64s:
    """Positions in the order (query, -shared, key); they come in order of query."""
    most = int(shared.max(initial=0))
    row_bits, count_bits = len(query).bit_length(), most.bit_length()
    if int(query.max(initial=0)).bit_length() + row_bits + count_bits < 63:
        # One sort of plain integers is five times as fast as three indirect ones. It keeps the
        # order of arrival among equals: that of their keys, unless keys came back or fell.
        packed = (query << count_bits | most - shared) << row_bits | np.arange(len(query))
        packed.sort()
        order = packed & ((1 << row_bits) - 1)
        group, keys = packed >> row_bits, key[order]
        if not np.any((group[1:] == group[:-1]) & (keys[1:] < keys[:-1])):
            return order
    return np.lexsort((key, -shared, query))


def _rank(groups: Int64s) -> Int64s:
    """Place of each element within its group; equal groups stand together."""
    opens = np.ones(len(groups), np.bool_)
    opens[1:] = groups[1:] != groups[:-1]
    place = np.arange(len(groups))
    return place - np.maximum.accumulate(np.where(opens, place, 0))


def _with_room(column: npt.NDArray[Scalar], room: int) -> npt.NDArray[Scalar]:
    """The same values with unset ones after them, ``room`` in all."""
    grown = np.zeros(room, column.dtype)
    grown[: len(column)] = column
    return grown
