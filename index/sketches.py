"""The sketch index in memory: which texts share shingle hashes with this one.

A posting (hash, slot) takes 12 bytes, and three to six more in a filter (``index.postings``). A slot
stands for one sketch; removal marks it dead, which takes effect at once. Dead postings are dropped
little by little once they are a quarter of all or belong to four times as many sketches as may
share a hash that counts; then their slots are used again.

Each sketch has one more posting, of all that it keeps as one number: a text is found by its exact
copies even where every one of its hashes is too common to count. And a text most of whose hashes
are too common is found by others that are like it: a few of these hashes are looked up after all,
in a bounded number of holders. Nothing is looked at one posting at a time.
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

QUERY_BLOCK = 1 << 17
"""Query hashes looked up at once; bounds the memory of a bulk search."""

PROBED = 4
"""Hashes looked up of a text most of whose hashes are too common to count: the smallest ones."""
READ = 1024
"""Holders read of each of them, in every level; of these the smallest keys count."""

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
        hashes = (sketch.hashes for sketch in held)
        prints = _prints(held)
        filled = prints > 0
        self._postings.add(
            np.concatenate([*hashes, prints[filled]]),
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
        if len(shingles) == 1:
            slot, shared = self._search_one(shingles[0], limit)
            query = np.zeros(len(slot), np.int64)
        else:
            found = [self._search_block(*block, limit) for block in _blocks(shingles)]
            none = (_NO_INTEGERS, _NO_INTEGERS, _NO_INTEGERS)
            columns = zip(none, *found, strict=True)
            query, slot, shared = (np.concatenate(column) for column in columns)
        return SketchHits(
            query=query,
            key=self._keys.take(slot),
            shared=shared.astype(np.int32),
            kept=self._sizes.take(slot),
            scale=self._scales.take(slot),
        )

    def holders(self, hashes: UInt64s) -> Int64s:
        """How many sketches keep each of these distinct hashes, however many they are."""
        held = np.zeros(len(hashes), np.int64)
        for place, slot, many in self._postings.find(hashes):
            for position, slots in ((place, slot), *((many.read(),) if many else ())):
                living = position[self._alive[slots]] if self._dead else position
                held += np.bincount(living, minlength=len(hashes))
        return held

    def keys(self) -> Int64s:
        """Every key held, ascending."""
        return np.sort(np.fromiter(self._slot_of, np.int64, len(self._slot_of)))

    def _search_one(self, query: UInt64s, limit: int) -> tuple[Int64s, Int64s]:
        """(slot, hashes shared), best first, of what shares a hash with one query."""
        likely = query.take(self._postings.may_hold(query).nonzero()[0])
        _, slot, common = self._holders(likely)
        slots = slot.astype(np.int64)
        if len(common):
            crowd = self._crowd(query, likely.take(common), limit)
            _, slots, shared = self._shared(slots, self._equal([query]), *crowd)
        else:
            slots.sort()
            slots, shared = _counted(slots)
        order = _order(shared.max(initial=0) - shared, self._keys.take(slots))[:limit]
        return slots.take(order), shared.take(order)

    def _search_block(
        self, first: int, queries: Sequence[UInt64s], limit: int
    ) -> tuple[Int64s, Int64s, Int64s]:
        hashes = np.concatenate(queries)
        ends = np.cumsum(np.fromiter(map(len, queries), np.int64, len(queries)))
        place = np.flatnonzero(self._postings.may_hold(hashes))
        # Look-ups in order of hash find the levels in the cache.
        place = place[np.argsort(hashes[place])]
        position, slot, common = self._holders(hashes[place])
        owner: Int64s = np.searchsorted(ends, place[position], "right")
        equal = self._equal(queries) if len(common) else _NO_INTEGERS
        crowded = np.searchsorted(ends, place[common], "right")
        found = [(_NO_INTEGERS, _NO_INTEGERS)]
        for one in np.unique(crowded).tolist():
            theirs = hashes[place[common[crowded == one]]]
            slots, many = self._crowd(queries[one], theirs, limit)
            found.append((one * self._slots + slots, many))
        crowd = (np.concatenate(column) for column in zip(*found, strict=True))
        query, held_by, shared = self._shared(owner * self._slots + slot, equal, *crowd)
        order = _order(query, shared.max(initial=0) - shared, self._keys[held_by])
        query, held_by, shared = query[order], held_by[order], shared[order]
        best = _rank(query) < limit
        return query[best] + first, held_by[best], shared[best]

    def _shared(
        self, pairs: Int64s, equal: Int64s, crowd: Int64s, common: Int64s
    ) -> tuple[Int64s, Int64s, Int64s]:
        """(query, slot, hashes shared) of each distinct pair; equal ones share all that is kept.

        ``common`` are the hashes too common to count that the pairs of a ``crowd`` share besides.
        """
        pairs = np.concatenate([pairs, equal, crowd])
        pairs.sort()
        pairs, shared = _counted(pairs)
        query, slot = np.divmod(pairs, max(self._slots, 1))
        at = np.searchsorted(pairs, crowd)
        shared[at] = np.minimum(shared[at] - 1 + common, self._sizes[slot[at]])
        at = np.searchsorted(pairs, equal)
        shared[at] = self._sizes[slot[at]]
        return query, slot, shared

    def _crowd(self, query: UInt64s, common: UInt64s, limit: int) -> tuple[Int64s, Int64s]:
        """(slot, estimated number of common hashes shared) of sketches like a query's own.

        ``common`` are the query's hashes that are too common to count, sorted. What is like it
        keeps as much as its sketch does, and shares more than half of that: boilerplate that
        others carry beside a text of their own is no crowd.
        """
        own = sketch_of(query)
        common = common[: common.searchsorted(np.uint64(own.threshold), "right")]
        if 2 * len(common) <= len(own.hashes):
            return _NO_INTEGERS, _NO_INTEGERS
        probed = common[:PROBED]
        positions, slots = [_NO_INTEGERS], [_NO_SLOTS]
        for place, slot, many in self._postings.find(probed):
            read = many.read(READ + len(self._dead)) if many else (_NO_INTEGERS, _NO_SLOTS)
            positions += [place, read[0]]
            slots += [slot, read[1]]
        position, held_by = self._living(np.concatenate(positions), np.concatenate(slots))
        order = np.lexsort((self._keys[held_by], position))
        oldest = held_by[order[_rank(position[order]) < limit]].astype(np.int64)
        oldest.sort()
        found, often = _counted(oldest)
        shared = often * len(common) // len(probed)
        like = 2 * shared > np.maximum(self._sizes[found], len(own.hashes))
        return found[like], shared[like]

    def _equal(self, queries: Sequence[UInt64s]) -> Int64s:
        """query * slots + slot of living sketches equal to a query's own.

        Of a text with more copies than may share a hash that counts, so many are enough.
        """
        prints = _prints([sketch_of(query) for query in queries])
        filled = np.flatnonzero(prints)
        pairs = [_NO_INTEGERS]
        for place, slot, many in self._postings.find(prints[filled]):
            most = self._common_hash + len(self._dead)
            for position, slots in ((place, slot), *((many.read(most),) if many else ())):
                living = self._alive[slots]
                pairs.append(filled[position[living]] * self._slots + slots[living])
        return np.concatenate(pairs)

    def _holders(self, hashes: UInt64s) -> tuple[Int64s, Int32s, Int64s]:
        """(position in ``hashes``, slot) of every living holder of a hash that counts.

        And the positions of the hashes that are too common to count.
        """
        found = self._postings.find(hashes)
        many = [one.many for one in found if one.many is not None]
        positions = [_NO_INTEGERS, *(one.place for one in found)]
        slots = [_NO_SLOTS, *(one.slot for one in found)]
        total = sum(map(len, positions)) + sum(int(ranges.held.sum()) for ranges in many)
        # Of few holders in all there are few of each hash, and nothing need be counted.
        if total <= self._common_hash:
            for ranges in many:
                position, slot = ranges.read()
                positions.append(position)
                slots.append(slot)
            living = self._living(np.concatenate(positions), np.concatenate(slots))
            return *living, _NO_INTEGERS
        held = np.bincount(np.concatenate(positions), minlength=len(hashes))
        for ranges in many:
            held[ranges.place] += ranges.held
        # Dead holders are not known before they are read: at most all dead slots are among them.
        rare = held <= self._common_hash + len(self._dead)
        for ranges in many:
            position, slot = ranges.where(rare[ranges.place]).read()
            positions.append(position)
            slots.append(slot)
        position, slot = np.concatenate(positions), np.concatenate(slots)
        wanted = rare[position]
        position, slot = self._living(position[wanted], slot[wanted])
        counting = np.bincount(position, minlength=len(hashes)) <= self._common_hash
        chosen = counting[position]
        return position[chosen], slot[chosen], np.flatnonzero(~(rare & counting))

    def _living(self, position: Int64s, slot: Int32s) -> tuple[Int64s, Int32s]:
        """The holders that are not removed."""
        if not self._dead:
            return position, slot
        living = self._alive[slot]
        return position[living], slot[living]

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
        slots = [*used, *range(first, self._slots)]
        for key, sketch, slot in zip(keys, sketches, slots, strict=True):
            self._keys[slot] = key
            self._sizes[slot] = len(sketch.hashes)
            self._scales[slot] = 2.0**64 / (sketch.threshold + 1.0)
            self._alive[slot] = True
            self._slot_of[key] = slot
        return np.array(slots, np.int32)


_NO_INTEGERS: Int64s = np.empty(0, np.int64)
_NO_SLOTS: Int32s = np.empty(0, np.int32)
_PRINT = np.uint64(0x9E3779B97F4A7C15)


def _prints(sketches: Sequence[Sketch]) -> UInt64s:
    """All that each sketch keeps as one number; 0 of an empty one."""
    if len(sketches) == 1:  # five calls where many sketches take twenty
        return np.array([_print(sketches[0])], np.uint64)
    sizes = np.fromiter((len(sketch.hashes) for sketch in sketches), np.int64, len(sketches))
    filled = sizes.nonzero()[0]
    prints = np.zeros(len(sizes), np.uint64)
    if len(filled):
        mixed = np.concatenate([sketch.hashes for sketch in sketches]) * _PRINT
        mixed ^= mixed >> np.uint64(32)
        sums = np.add.reduceat(mixed, (sizes.cumsum() - sizes)[filled])
        thresholds = np.array([sketches[k].threshold for k in filled.tolist()], np.uint64)
        sums += thresholds ^ sizes[filled].astype(np.uint64)
        prints[filled] = np.maximum(sums, 1)
    return prints


def _print(sketch: Sketch) -> int:
    """The same number of one sketch."""
    size = len(sketch.hashes)
    if not size:
        return 0
    mixed = sketch.hashes * _PRINT
    mixed ^= mixed >> np.uint64(32)
    return max((int(np.add.reduce(mixed)) + (sketch.threshold ^ size)) % 2**64, 1)


def _blocks(queries: Sequence[UInt64s]) -> Iterator[tuple[int, Sequence[UInt64s]]]:
    """(position of the first query, queries) in blocks of about QUERY_BLOCK hashes."""
    first = filled = 0
    for position, size in enumerate(accumulate(map(len, queries)), start=1):
        if size - filled >= QUERY_BLOCK or position == len(queries):
            yield first, queries[first:position]
            first, filled = position, size


def _counted(values: npt.NDArray[Scalar]) -> tuple[npt.NDArray[Scalar], Int64s]:
    """Each distinct one of sorted values and how often it stands there."""
    fresh = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    first = fresh.nonzero()[0]
    counts = np.empty_like(first)
    np.subtract(first[1:], first[:-1], out=counts[:-1])
    counts[-1:] = len(values) - first[-1:]
    return values.take(first), counts


def _order(*columns: Int64s) -> Int64s:
    """Positions in ascending order of the columns, the first one above all; none is negative."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) >= 64:
        return np.lexsort(columns[::-1])
    packed = columns[0]  # one indirect sort takes a third of the time of three
    for column, width in zip(columns[1:], widths[1:], strict=True):
        packed = packed << width | column
    return np.argsort(packed)


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
