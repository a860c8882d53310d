"""Nearly equal texts in great number follow a leader; few of them are compared pair by pair."""

from __future__ import annotations

import random

import numpy as np
import pytest

import dedupe.leaders
from dedupe.compared import Shares
from dedupe.copying import CopySearch
from dedupe.joining import each_once
from dedupe.leaders import (
    NEARLY_EQUAL,
    NEARLY_EQUAL_SHORT,
    SHORT,
    STUB,
    nearly_equal,
    speakers,
)


def hashes(seed, n):
    return np.unique(np.random.default_rng(seed).integers(0, 2**64, n, dtype=np.uint64))


def near_copies(n, *, size=400, changed=15, seed=0):
    """n texts with ``changed`` hashes each that are not those of one and the same text."""
    rng = np.random.default_rng(seed)
    base = hashes(seed, size)
    return [
        np.unique(
            np.concatenate(
                [rng.permutation(base)[changed:], rng.integers(0, 2**64, changed, dtype=np.uint64)]
            )
        )
        for _ in range(n)
    ]


def search(texts, *, limit=8, common_hash=2000, compared=None, **given):
    """{(left, right): Jaccard} as ``CopySearch`` finds it."""
    kept = []
    found = CopySearch(
        common_hash=common_hash,
        limit=limit,
        keep=kept.extend,
        kept=lambda numbers: [kept[k] for k in numbers],
    )
    for start in range(0, len(texts), 100):
        part = texts[start : start + 100]
        found.add(np.arange(start + 1, start + 1 + len(part), dtype=np.uint64), part)
    pairs = found.pairs(**given)
    ends = zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    return dict(zip(ends, pairs.shares.jaccard.tolist(), strict=True))


def test_two_that_share_so_much_with_one_share_half_with_each_other():
    """The bounds are those that Jaccard distance, a metric, gives for any two followers."""
    assert 1 - 2 * (1 - NEARLY_EQUAL) >= 0.5
    followers = 1 - 2 * (1 - NEARLY_EQUAL_SHORT)
    assert 2 * followers / (1 + followers) >= 0.8  # containment of two equally long texts
    jaccard = np.array([0.75, 0.74, 0.75, 0.9, 0.89, 1.0])
    shingles = np.array([SHORT + 1, SHORT + 1, SHORT, SHORT, SHORT, STUB - 1])
    expected = [True, False, False, True, False, False]
    assert nearly_equal(jaccard, shingles).tolist() == expected


@pytest.mark.parametrize("seed", range(20))
def test_whoever_is_spoken_for_is_linked_with_the_speaker(seed):
    """Nothing is chained: a voice is one text and texts that are nearly equal to it."""
    rng = random.Random(seed)
    n, many = 30, rng.choice([1, 3, 6])
    pairs = sorted({tuple(sorted(rng.sample(range(n), 2))) for _ in range(rng.randrange(1, 120))})
    left, right = np.array(pairs).T
    spoken = speakers(left, right, many=many, n=n)
    for one, speaker in enumerate(spoken.tolist()):
        assert one == speaker or tuple(sorted((one, speaker))) in pairs
        assert spoken[speaker] == speaker
        assert one == speaker or sum(speaker in pair for pair in pairs) >= many
    turned = rng.sample(range(len(pairs)), len(pairs))
    assert speakers(right[turned], left[turned], many=many, n=n).tolist() == spoken.tolist()


def test_a_pair_told_twice_or_turned_is_one():
    """Pairs come out sorted, each once, with the smaller number first; there may be none."""
    pairs = np.array([(5, 2), (1, 9), (2, 5), (1, 9), (3, 3)])
    assert each_once(pairs).tolist() == [[1, 9], [2, 5], [3, 3]]
    assert each_once(pairs[:0]).shape == (0, 2)


def test_without_many_pairs_everybody_speaks_for_itself():
    """A text with few that are nearly equal to it leads nobody, and there may be no pair."""
    none = np.empty(0, np.int64)
    assert speakers(none, none, many=1, n=3).tolist() == [0, 1, 2]
    assert speakers(np.array([0]), np.array([1]), many=2, n=3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("common_hash", [2000, 20])
def test_every_near_copy_is_found_whatever_their_number(common_hash):
    """All of a crowd are paired with one of them, with their exact overlap, common or not."""
    texts = near_copies(60) + [hashes(1000 + k, 300) for k in range(20)]
    found = search(texts, common_hash=common_hash)
    (leader,) = {a for a, b in found if sum(a in pair for pair in found) >= 59}
    assert {b for a, b in found if a == leader} | {a for a, b in found if b == leader} == set(
        range(60)
    ) - {leader}
    for (a, b), jaccard in found.items():
        assert jaccard == Shares.of_shingles([texts[a]], [texts[b]]).jaccard[0]


def test_few_near_copies_are_compared_pair_by_pair():
    """As many near-copies as one text is compared with have no leader: all their pairs are found."""
    texts = near_copies(9)
    assert set(search(texts, limit=8)) == {(a, b) for b in range(9) for a in range(b)}


def test_a_variant_of_a_crowd_is_paired_with_its_leader():
    """Followers make no hash common: a text that holds half of theirs is found by the leader."""
    texts = near_copies(60)
    variant = np.unique(np.concatenate([hashes(0, 400)[::2], hashes(7, 200)]))
    found = search([*texts, variant], common_hash=20)
    partners = {a for a, b in found if b == 60}
    assert len(partners) == 1
    (leader,) = partners
    assert sum(leader in pair for pair in found) >= 60


def test_who_is_gone_leads_nobody_and_the_least_rank_leads():
    """Of texts that are as good, the one of the least rank leads; never one that is gone."""
    texts = near_copies(40, changed=0)
    texts = [np.unique(np.append(text, np.uint64(2**64 - 1 - k))) for k, text in enumerate(texts)]
    leader = [{a for pair in search(texts, **given) for a in pair} for given in ({}, {"gone": {0}})]
    assert leader == [set(range(40))] * 2
    first = search(texts, rank=lambda k: -k)
    assert set(first) == {(k, 39) for k in range(39)}
    assert set(search(texts, rank=lambda k: -k, gone={39})) >= {(k, 38) for k in range(38)}


def test_texts_that_share_boilerplate_alone_have_no_leader():
    """Half of each text is the same everywhere and half its own: nobody follows."""
    common = hashes(0, 200)
    texts = [np.unique(np.concatenate([common, hashes(k + 1, 200)])) for k in range(50)]
    found = search(texts, limit=8)
    assert all(jaccard < NEARLY_EQUAL for jaccard in found.values())
    assert max(np.bincount(np.array(list(found)).ravel())) < 50


def test_the_work_on_a_crowd_grows_with_its_texts(monkeypatch):
    """Four times as many near-copies cost about four times the exact comparisons."""
    compared = []
    original = Shares.of_shingles.__func__

    def counting(cls, left, right):
        compared.append(len(left))
        return original(cls, left, right)

    monkeypatch.setattr(Shares, "of_shingles", classmethod(counting))
    work = []
    for n in (200, 800):
        compared.clear()
        assert len(search(near_copies(n))) >= n - 1
        work.append(sum(compared) / n)
    assert work[1] <= 1.5 * work[0]


def test_texts_that_nobody_follows_cost_no_more_than_some_passes(monkeypatch):
    """The search for leaders ends once all postings were gone through so many times."""
    monkeypatch.setattr(dedupe.leaders, "PASSES", 3)
    asked = []
    common = hashes(0, 200)
    texts = [np.unique(np.concatenate([common, hashes(k + 1, 200)])) for k in range(60)]
    original = CopySearch._follows

    def counting(self, one, others):
        asked.append(len(others))
        return original(self, one, others)

    monkeypatch.setattr(CopySearch, "_follows", counting)
    search(texts, limit=8)
    assert 1 <= len(asked) <= 5
    assert max(asked) <= 8
