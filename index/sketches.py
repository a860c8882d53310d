"""The sketch index in memory: which texts share shingle hashes with this one.

A posting (hash, slot) takes 12 bytes, and three to six more in a filter (``index.postings``). A slot
stands for one sketch; removal marks it dead, which takes effect at once. Dead postings are dropped
little by little once they are a quarter of all or belong to four times as many sketches as may
share a hash that counts; then their slots are used again.

Each sketch has one more posting, of all that it keeps as one number: a text is found by its exact
copies even where every one of its hashes is too common to count. Nothing is looked at one posting
at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Floats, Int32s, Int64s, Sketch, UInt64s
from dedupe.ports import SketchHits
from dedupe.sketch import sketch_of
from index.postings import FIRST_LEVEL, PACE, Postings

QUERY_BLOCK = 1 << 18
"""Query hashes looked up at once; bounds the memory of a bulk search."""

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
        self._postings = Postings(lambda slots: self._alive[slots])
        self._slot_of: dict[int, int] = {}
        self._slots = 0
        """Slots ever used: those in use, dead or free are below."""
        self._free: list[int] = []
        self._dead: list[int] = []
        self._dead_postings = 0
        self._cleaning = False
        self._keys: Int64s = np.empty(0, np.int64)
        self._sizes: Int32s = np.empty(0, np.int32)
        self._scales: Floats = np.empty(0, np.float32)
        self._alive: Bools = np.empty(0, np.bool_)

    def __len__(self) -> int:
        return len(self._slot_of)

    @property
    def postings(self) -> int:
        """Hashes held, those of removed sketches included until they are dropped."""
        return len(self._postings)

    @property
    def nbytes(self) -> int:
        """Memory held: 15 to 19 bytes a posting, about 150 a sketch.

        While two levels are merged, 12 more for each of their postings.
        """
        arrays = (self._keys, self._sizes, self._scales, self._alive)
        keys = sys.getsizeof(self._slot_of) + 64 * len(self._slot_of)
        return keys + self._postings.nbytes + sum(array.nbytes for array in arrays)

    def add(self, keys: Int64s, sketches: Sequence[Sketch]) -> None:
        """Hold these sketches; a key already held is replaced, the last of equal keys stays."""
        latest = dict(zip(keys.tolist(), sketches, strict=True))
        if not latest:
            return
        self.remove(np.fromiter(latest, np.int64, len(latest)))
        held = list(latest.values())
        slots = self._new_slots(list(latest), held)
        hashes = np.concatenate([sketch.hashes for sketch in held])
        prints = _prints(held)
        filled = prints > 0
        self._postings.add(
            np.concatenate([hashes, prints[filled]]),
            np.concatenate([np.repeat(slots, self._sizes[slots]), slots[filled]]),
        )

    def remove(self, keys: Int64s) -> None:
        """Forget these keys exactly; unknown keys are ignored."""
        gone = [self._slot_of.pop(key) for key in keys.tolist() if key in self._slot_of]
        if not gone:
            return
        if not self._slot_of:
            self._clear()
            return
        self._alive[gone] = False
        self._dead += gone
        dropped = int(self._sizes[gone].sum()) + len(gone)
        self._dead_postings += dropped
        # Dead slots also loosen the test for common hashes (_holders): their number is bounded.
        crowded = self._dead_postings > max(FIRST_LEVEL, self.postings // 4)
        if (crowded or len(self._dead) > max(1024, 4 * self._common_hash)) and not self._cleaning:
            self._clean()
        self._postings.work(PACE * dropped)

    def _clean(self) -> None:
        """The slots that are dead now become free in time."""
        dead, self._cleaning = len(self._dead), True

        def freed() -> None:
            slots, self._dead = self._dead[:dead], self._dead[dead:]
            self._dead_postings -= int(self._sizes[slots].sum()) + len(slots)
            self._free += slots
            self._cleaning = False

        self._postings.clean(freed)

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
            scale=self._scales[slot],
        )

    def holders(self, hashes: UInt64s) -> Int64s:
        """How many sketches keep each of these distinct hashes, however many they are."""
        held = np.zeros(len(hashes), np.int64)
        for slots, place, low, count in self._postings.find(hashes):
            held[place] += count
            if self._dead:
                dead = ~self._alive[slots[_spans(low, count)]]
                held -= np.bincount(np.repeat(place, count)[dead], minlength=len(hashes))
        return held

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        return np.sort(np.fromiter(self._slot_of, np.int64, len(self._slot_of)))

    def _search_block(
        self, first: int, queries: Sequence[UInt64s], limit: int
    ) -> tuple[Int64s, Int64s, Int64s]:
        hashes = np.concatenate(queries)
        ends = np.cumsum(np.fromiter(map(len, queries), np.int64, len(queries)))
        place = np.flatnonzero(self._postings.may_hold(hashes))
        if len(queries) > 1:  # look-ups in order of hash find the levels in the cache
            place = place[np.argsort(hashes[place])]
        position, slot, common = self._holders(hashes[place])
        owner: Int64s = np.searchsorted(ends, place[position], "right")
        equal = self._equal(queries) if common else _NO_INTEGERS
        query, held_by, shared = self._shared(owner * self._slots + slot, equal)
        order = _best_first(query, shared, self._keys[held_by])
        query, held_by, shared = query[order], held_by[order], shared[order]
        best = _rank(query) < limit
        return query[best] + first, held_by[best], shared[best]

    def _shared(self, pairs: Int64s, equal: Int64s) -> tuple[Int64s, Int64s, Int64s]:
        """(query, slot, hashes shared) of each distinct pair; equal ones share all that is kept."""
        pairs, shared = _counted(np.concatenate([pairs, equal]))
        query, slot = np.divmod(pairs, max(self._slots, 1))
        at = np.searchsorted(pairs, equal)
        shared[at] = self._sizes[slot[at]]
        return query, slot, shared

    def _equal(self, queries: Sequence[UInt64s]) -> Int64s:
        """query * slots + slot of living sketches equal to a query's own.

        Of a text with more copies than may share a hash that counts, so many are enough.
        """
        prints = _prints([sketch_of(query) for query in queries])
        filled = np.flatnonzero(prints)
        found = [_NO_INTEGERS]
        for slots, place, low, held in self._postings.find(prints[filled]):
            read = np.minimum(held, self._common_hash + len(self._dead))
            slot = slots[_spans(low, read)]
            pairs = np.repeat(filled[place], read) * self._slots + slot
            found.append(pairs[self._alive[slot]])
        return np.concatenate(found)

    def _holders(self, hashes: UInt64s) -> tuple[Int64s, Int32s, bool]:
        """(position in ``hashes``, slot) of every living holder of a hash that counts.

        And whether any of the hashes is, or may be, too common to count.
        """
        ranges = self._postings.find(hashes)
        held = np.zeros(len(hashes), np.int64)
        for found in ranges:
            held[found.place] += found.held
        common = bool(np.any(held > self._common_hash))
        # Dead holders are not known before they are read: at most all dead slots are among them.
        rare = held <= self._common_hash + len(self._dead)
        positions, slots = [_NO_INTEGERS], [_NO_SLOTS]
        for slot, place, low, count in ranges:
            if common:
                wanted = rare[place]
                place, low, count = place[wanted], low[wanted], count[wanted]  # noqa: PLW2901
            positions.append(np.repeat(place, count))
            slots.append(slot[_spans(low, count)])
        position, slots_ = np.concatenate(positions), np.concatenate(slots)
        return *self._living(position, slots_, len(hashes)), common

    def _living(self, position: Int64s, slot: Int32s, n: int) -> tuple[Int64s, Int32s]:
        """The holders that are not removed, of hashes that are not too common without those."""
        if self._dead:
            living = self._alive[slot]
            position, slot = position[living], slot[living]
            counting = np.bincount(position, minlength=n) <= self._common_hash
            position, slot = position[counting[position]], slot[counting[position]]
        return position, slot

    def _new_slots(self, keys: list[int], sketches: Sequence[Sketch]) -> Int32s:
        """A slot for each new sketch under these keys."""
        used = self._free[: len(keys)]
        del self._free[: len(keys)]
        first, self._slots = self._slots, self._slots + len(keys) - len(used)
        if self._slots > len(self._keys):
            room = max(1024, self._slots + self._slots // 2)
            self._keys = _with_room(self._keys, room)
            self._sizes = _with_room(self._sizes, room)
            self._scales = _with_room(self._scales, room)
            self._alive = _with_room(self._alive, room)
        slots = np.array([*used, *range(first, self._slots)], np.int32)
        self._keys[slots] = keys
        self._sizes[slots] = [len(sketch.hashes) for sketch in sketches]
        self._scales[slots] = [2.0**64 / (sketch.threshold + 1.0) for sketch in sketches]
        self._alive[slots] = True
        self._slot_of.update(zip(keys, slots.tolist(), strict=True))
        return slots


_NO_INTEGERS: Int64s = np.empty(0, np.int64)
_NO_SLOTS: Int32s = np.empty(0, np.int32)
_PRINT = np.uint64(0x9E3779B97F4A7C15)


def _prints(sketches: Sequence[Sketch]) -> UInt64s:
    """All that each sketch keeps as one number; 0 of an empty one."""
    sizes = np.fromiter((len(sketch.hashes) for sketch in sketches), np.int64, len(sketches))
    filled = np.flatnonzero(sizes)
    prints = np.zeros(len(sizes), np.uint64)
    if len(filled):
        mixed = np.concatenate([sketch.hashes for sketch in sketches]) * _PRINT
        mixed ^= mixed >> np.uint64(32)
        ends = np.cumsum(sizes)
        sums = np.add.reduceat(mixed, (ends - sizes)[filled])
        thresholds = np.array([sketches[k].threshold for k in filled.tolist()], np.uint64)
        sums += thresholds ^ sizes[filled].astype(np.uint64)
        prints[filled] = np.maximum(sums, 1)
    return prints


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


def _counted(pairs: Int64s) -> tuple[Int64s, Int64s]:
    """Each distinct pair, sorted, and how often it stands there."""
    pairs = np.sort(pairs)
    fresh = np.ones(len(pairs), np.bool_)
    fresh[1:] = pairs[1:] != pairs[:-1]
    first = np.flatnonzero(fresh)
    return pairs[first], np.diff(first, append=len(pairs))


def _best_first(query: Int64s, shared: Int64s, key: Int64s) -> Int64s:
    """Positions in the order (query, -shared, key)."""
    less = int(shared.max(initial=0)) - shared
    widest = [int(column.max(initial=0)).bit_length() for column in (query, less, key)]
    if sum(widest) < 64:  # one indirect sort takes a third of the time of three
        return np.argsort((query << widest[1] | less) << widest[2] | key)
    return np.lexsort((key, less, query))


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
