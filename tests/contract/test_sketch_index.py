"""One suite for every sketch index, its values held against plain sets."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

import index.postings
import index.sketches
from dedupe.model import Sketch
from dedupe.sketch import distinct, shingles, sketch_of, sketches
from dedupe.words import split
from index.sketches import MemorySketchIndex


def scale_of(sketch):
    return 2.0**64 / (float(sketch.threshold) + 1.0)


class SetIndex:
    """The oracle: every question is answered by looking at everything."""

    def __init__(self, common_hash):
        self.common_hash = common_hash
        self.held = {}
        self.scales = {}

    def __len__(self):
        return len(self.held)

    def add(self, keys, kept):
        for key, sketch in zip(keys.tolist(), kept, strict=True):
            self.held[key] = set(sketch.hashes.tolist())
            self.scales[key] = scale_of(sketch)

    def remove(self, keys):
        for key in keys.tolist():
            self.held.pop(key, None)

    def holders(self, hashes):
        return [sum(h in held for held in self.held.values()) for h in hashes.tolist()]

    def hits(self, queries, limit):
        holders = Counter(h for held in self.held.values() for h in held)
        found = []
        for position, query in enumerate(queries):
            rare = {h for h in query.tolist() if holders[h] <= self.common_hash}
            own = sketch_of(query)
            crowd = self.crowd(query, own, rare, holders, limit)
            shared = []
            for key, held in self.held.items():
                equal = held == set(own.hashes.tolist()) and self.scales[key] == scale_of(own)
                n = min(len(rare & held) + crowd[key], len(held))
                if n := len(held) if equal else n:
                    shared.append((-n, key))
            found += [(position, key, -n) for n, key in sorted(shared)[:limit]]
        return found

    def crowd(self, query, own, rare, holders, limit):
        """How many common hashes each key shares that is like a query of common hashes."""
        kept = own.hashes.tolist()
        common = [h for h in kept if h not in rare]
        if 2 * len(common) <= len(kept):
            return Counter()
        probed = common[: index.sketches.PROBED]
        often = Counter(
            key
            for h in probed
            for key in sorted(key for key, held in self.held.items() if h in held)[:limit]
        )
        shared = {key: n * len(common) // len(probed) for key, n in often.items()}
        return Counter(
            {key: n for key, n in shared.items() if 2 * n > max(len(self.held[key]), len(kept))}
        )


@pytest.fixture(params=["memory", "memory, tiny levels", "memory, tiny rows"])
def make(request, monkeypatch):
    """A constructor of the adapter under test."""
    if request.param == "memory, tiny rows":
        for name, value in {"LARGE": 4, "ROW": 2, "SEEN": 4}.items():
            monkeypatch.setattr(index.postings, name, value)
    if request.param == "memory, tiny levels":
        monkeypatch.setattr(index.sketches, "FIRST_LEVEL", 4)
        monkeypatch.setattr(index.sketches, "PACE", 1)
        for name, value in {
            "FIRST_LEVEL": 4,
            "GROWTH": 2,
            "AT_ONCE": 6,
            "STEP": 2,
            "PACE": 2,
        }.items():
            monkeypatch.setattr(index.postings, name, value)
        monkeypatch.setattr(index.sketches, "QUERY_BLOCK", 8)
    return MemorySketchIndex


def hits(found):
    """(query, key, shared) of every hit, in the order given; dtypes are as the port states."""
    assert [column.dtype for column in (found.query, found.key, found.shared)] == [
        np.int64,
        np.int64,
        np.int32,
    ]
    return list(zip(found.query.tolist(), found.key.tolist(), found.shared.tolist(), strict=True))


def hashes_of(numbers):
    """Sorted distinct hashes out of small numbers, spread over the range of hashes."""
    values = np.array(sorted(set(numbers)), np.uint64)
    return np.sort(values * np.uint64(0xD1342543DE82EF95))


def sketch_of_numbers(numbers):
    return Sketch(threshold=2**64 - 1, hashes=hashes_of(numbers))


def keys(*numbers):
    return np.array(numbers, np.int64)


@pytest.mark.parametrize("seed", range(25))
def test_any_order_of_adding_removing_and_asking_equals_the_oracle(make, seed):
    """After any operations, hits, their counts, order and limits are those of plain sets."""
    rng = random.Random(seed)
    common, universe = rng.choice([1, 3, 1000]), rng.choice([8, 60, 4000])
    tested, oracle = make(common), SetIndex(common)

    def numbers():
        return [rng.randrange(universe) for _ in range(rng.randrange(12))]

    for _ in range(60):
        step = rng.random()
        batch = keys(*(rng.randrange(1, 40) for _ in range(rng.randrange(5))))
        if step < 0.5:
            kept = [sketch_of_numbers(numbers()) for _ in batch]
            tested.add(batch, kept)
            oracle.add(batch, kept)
        elif step < 0.75:
            tested.remove(batch)
            oracle.remove(batch)
        else:
            queries = [hashes_of(numbers()) for _ in range(rng.randrange(4))]
            limit = rng.choice([1, 2, 64])
            assert hits(tested.search(queries, limit=limit)) == oracle.hits(queries, limit)
            asked = hashes_of(numbers())
            assert tested.holders(asked).tolist() == oracle.holders(asked)
        assert len(tested) == len(oracle)
        assert tested.keys().tolist() == sorted(oracle.held)
    everything = [hashes_of(range(universe))]
    assert hits(tested.search(everything, limit=10**6)) == oracle.hits(everything, 10**6)


def test_real_texts_find_their_excerpts_both_ways(make):
    """A long text is found by its excerpt and an excerpt by the long text that holds it."""
    rng = random.Random(4)
    long_text = [f"w{rng.randrange(5000)}" for _ in range(3000)]
    texts = [" ".join(long_text), " ".join(long_text[500:600]), "four words stand here", ""]
    sets = distinct(shingles(split(texts)))
    tested, oracle = make(100), SetIndex(100)
    for one in (tested, oracle):
        one.add(keys(7, 8, 9, 10), sketches(sets))
    found = hits(tested.search(sets, limit=64))
    assert found == oracle.hits(sets, 64)
    pairs = {(query, key) for query, key, _ in found}
    assert {(0, 7), (0, 8), (1, 7), (1, 8), (2, 9)} == pairs


def test_an_empty_index_finds_nothing(make):
    """Nor does a query without hashes, nor no query at all."""
    tested = make(10)
    assert len(tested) == 0
    assert hits(tested.search([hashes_of([1, 2])], limit=5)) == []
    assert hits(tested.search([], limit=5)) == []
    tested.add(keys(3), [sketch_of_numbers([1])])
    assert hits(tested.search([hashes_of([])], limit=5)) == []
    assert hits(tested.search([hashes_of([]), hashes_of([1])], limit=5)) == [(1, 3, 1)]


def test_a_key_added_again_is_replaced(make):
    """Only the newest sketch of a key is found, within one batch too."""
    tested = make(10)
    tested.add(keys(1, 1), [sketch_of_numbers([1, 2]), sketch_of_numbers([3])])
    assert hits(tested.search([hashes_of([1, 2, 3])], limit=5)) == [(0, 1, 1)]
    tested.add(keys(1), [sketch_of_numbers([2, 4])])
    assert hits(tested.search([hashes_of([1, 2, 3, 4])], limit=5)) == [(0, 1, 2)]
    assert len(tested) == 1


def test_a_removed_holder_makes_a_common_hash_count_again(make):
    """Hashes are too common by the sketches held now, not by those once held."""
    tested = make(2)
    tested.add(keys(1, 2, 3), [sketch_of_numbers([5])] * 3)
    assert hits(tested.search([hashes_of([5, 6])], limit=5)) == []
    tested.remove(keys(2))
    assert hits(tested.search([hashes_of([5])], limit=5)) == [(0, 1, 1), (0, 3, 1)]


def test_removing_what_is_not_there_changes_nothing(make):
    """Unknown keys, repeated keys and no keys are ignored."""
    tested = make(10)
    tested.add(keys(1), [sketch_of_numbers([5])])
    tested.remove(keys(2, 2))
    tested.remove(keys())
    tested.add(keys(), [])
    assert hits(tested.search([hashes_of([5])], limit=5)) == [(0, 1, 1)]
    tested.remove(keys(1, 1))
    assert len(tested) == 0
    assert hits(tested.search([hashes_of([5])], limit=5)) == []


def test_keys_may_be_any_positive_number(make):
    """Keys are names, not positions."""
    tested = make(10)
    tested.add(keys(2**62, 5), [sketch_of_numbers([1]), sketch_of_numbers([1])])
    assert hits(tested.search([hashes_of([1])], limit=5)) == [(0, 5, 1), (0, 2**62, 1)]


def test_memory_is_what_the_index_says():
    """At most 19 bytes a posting and 200 a sketch, and replacing for ever does not grow it."""
    rng = np.random.default_rng(1)
    kept = [
        Sketch(threshold=2**61, hashes=np.sort(rng.integers(0, 2**61, 60, dtype=np.uint64)))
        for _ in range(2000)
    ]
    tested = MemorySketchIndex(2000)
    for _ in range(8):
        for low in range(0, 2000, 100):
            tested.add(np.arange(low + 1, low + 101), kept[low : low + 100])
    assert len(tested) == 2000
    assert tested.postings <= 2000 * 60 * 1.5
    assert tested.nbytes <= 19 * tested.postings + 200 * len(tested) + 2**16


def test_a_text_of_common_hashes_is_found_by_its_exact_copies(make):
    """Where every hash is too common to count, a sketch equal to the query's own is found still."""
    tested, oracle = make(3), SetIndex(3)
    sets = [[1, 2, 3], [1, 2, 3], [1, 2], [1, 3, 9], [2, 3, 1], [1, 2, 3, 8]]
    for one in (tested, oracle):
        one.add(keys(*range(1, 7)), [sketch_of_numbers(numbers) for numbers in sets])
    query = [hashes_of([1, 2, 3])]
    assert hits(tested.search(query, limit=3)) == [(0, 1, 3), (0, 2, 3), (0, 5, 3)]
    assert hits(tested.search(query, limit=9)) == oracle.hits(query, 9)
    tested.remove(keys(2))
    oracle.remove(keys(2))
    assert hits(tested.search(query, limit=2)) == [(0, 1, 3), (0, 5, 3)] == oracle.hits(query, 2)
    assert hits(tested.search(query, limit=1)) == [(0, 1, 3)]


def test_more_near_copies_than_may_share_a_hash_find_each_other(make):
    """Where nearly every hash is too common to count, the oldest texts that are alike are found."""
    tested, oracle = make(5), SetIndex(5)
    base = range(40)
    copies = [
        sketch_of_numbers([*(n for n in base if n % 20 != key % 20), 1000 + key])
        for key in range(1, 61)
    ]
    quotes = [
        sketch_of_numbers([*base[:20], *range(5000 + 100 * k, 5030 + 100 * k)]) for k in range(9)
    ]
    for one in (tested, oracle):
        one.add(np.arange(1, 61), copies)
        one.add(np.arange(101, 110), quotes)
    query = hashes_of([*(n for n in base if n % 20 != 3), 2000])
    queries = [query, hashes_of(range(5000, 5030)), hashes_of(base)]
    for limit in (1, 8, 64):
        assert hits(tested.search(queries, limit=limit)) == oracle.hits(queries, limit)
        found = hits(tested.search([query], limit=limit))
        assert found == oracle.hits([query], limit)
        assert len(found) >= min(limit, 50)
        assert all(key <= 60 and shared > 20 for _, key, shared in found)


def test_of_very_many_copies_enough_are_found(make):
    """A text that more sketches equal than may share a hash finds as many as that, and fast."""
    tested = make(5)
    copies = [sketch_of_numbers([1, 2, 3])] * 300
    tested.add(np.arange(1, 301), copies)
    found = hits(tested.search([hashes_of([1, 2, 3])], limit=4))
    assert len(found) == 4
    assert {(query, shared) for query, _, shared in found} == {(0, 3)}
    tested.remove(np.arange(1, 296))
    found = hits(tested.search([hashes_of([1, 2, 3])], limit=9))
    assert found == [(0, key, 3) for key in range(296, 301)]


@pytest.mark.parametrize("seed", range(6))
def test_replacing_for_ever_stays_exact(make, seed):
    """Keys that come back again and again, their old sketches swept meanwhile, stay exact."""
    rng = random.Random(seed)
    tested, oracle = make(rng.choice([2, 50])), SetIndex(10**9)
    oracle.common_hash = tested._common_hash
    for step in range(300):
        batch = keys(*(rng.randrange(1, 8) for _ in range(rng.randrange(1, 4))))
        kept = [sketch_of_numbers(rng.sample(range(30), rng.randrange(9))) for _ in batch]
        tested.add(batch, kept)
        oracle.add(batch, kept)
        if step % 7 == 0:
            gone = keys(rng.randrange(1, 8))
            tested.remove(gone)
            oracle.remove(gone)
        if step % 3 == 0:
            query = [hashes_of(rng.sample(range(30), 12)), hashes_of(range(30))]
            assert hits(tested.search(query, limit=5)) == oracle.hits(query, 5)
    assert tested.postings <= 30 * 10 + 2 * index.postings.FIRST_LEVEL


def real_sketches(rng, n, low=0):
    return [
        Sketch(threshold=2**61, hashes=np.unique(rng.integers(low, 2**61, 60, dtype=np.uint64)))
        for _ in range(n)
    ]


def test_a_shingle_of_everybody_is_not_read(monkeypatch):
    """What is read for a query does not grow with the sketches that hold its common hashes."""
    rng = np.random.default_rng(3)
    boilerplate = np.unique(rng.integers(0, 2**61, 20, dtype=np.uint64))
    read = []
    original = index.postings.Ranges.read
    find = index.postings.Level.find

    def counting(self, most=None):
        places, slots = original(self, most)
        read.append(len(slots))
        return places, slots

    def finding(self, hashes):
        found = find(self, hashes)
        read.append(len(found.slot))
        return found

    monkeypatch.setattr(index.postings.Ranges, "read", counting)
    monkeypatch.setattr(index.postings.Level, "find", finding)
    monkeypatch.setattr(index.sketches, "READ", 32)
    work = []
    for n in (1000, 20_000):
        tested = MemorySketchIndex(50)
        for start in range(0, n, 1000):
            own = real_sketches(rng, 1000)
            both = [np.unique(np.concatenate([s.hashes, boilerplate])) for s in own]
            sketched = [Sketch(threshold=2**61, hashes=hashes) for hashes in both]
            tested.add(np.arange(start + 1, start + 1001), sketched)
        read.clear()
        assert len(tested.search([boilerplate, both[0]], limit=64).key) == 1
        work.append(sum(read))
    # One query is boilerplate alone: of a few hashes some holders are read, in one or two levels.
    most = index.sketches.PROBED * index.sketches.READ
    assert 0 < work[0] <= 2 * len(both[0]) + most
    assert work[1] <= work[0] + most + 5


def test_no_addition_merges_a_large_level_at_once(monkeypatch):
    """The largest merge that one addition waits for does not grow with what is held."""
    merged = []
    original = index.postings.Level.merged

    def counting(self, other):
        if len(self.hashes) and len(other.hashes):
            merged.append(len(self.hashes) + len(other.hashes))
        return original(self, other)

    monkeypatch.setattr(index.postings.Level, "merged", counting)
    for name, value in {"FIRST_LEVEL": 64, "GROWTH": 4, "AT_ONCE": 512, "STEP": 64}.items():
        monkeypatch.setattr(index.postings, name, value)
    rng = np.random.default_rng(4)
    tested = MemorySketchIndex(50)
    most = []
    for key, sketch in enumerate(real_sketches(rng, 1500), start=1):
        merged.clear()
        tested.add(np.array([key]), [sketch])
        most.append(sum(merged))
    # Two levels at once, and the part of the jobs that is each addition's.
    assert max(most) <= 3 * 512 + 2 * index.postings.PACE * 61
    assert tested.postings == 1500 * 61
    levels = [len(level.hashes) for level in tested._postings._all()]
    assert max(levels) > 20_000
