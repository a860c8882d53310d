"""Pairs of a set that share more than a phrase, held against plain sets."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

import dedupe.joining
import dedupe.pairing
from dedupe.candidates import LEAST_SHARE
from dedupe.pairing import Pairing
from dedupe.sketch import sketch_of


def oracle(texts, common_hash, least_share=LEAST_SHARE):
    """{(left, right): share} by looking at every pair, each on the finer of the two sketches."""
    kept = [sketch_of(text) for text in texts]
    whole = [set(text.tolist()) for text in texts]
    holders = Counter(h for sketch in kept for h in sketch.hashes.tolist())
    found = {}
    for a, b in combinations(range(len(texts)), 2):
        best = 0.0
        for query, held in ((a, b), (b, a)):
            other = kept[query].threshold
            if kept[held].threshold < other or not len(texts[query]):
                continue
            hashes = {h for h in kept[held].hashes.tolist() if holders[h] <= common_hash}
            shared = len(whole[query] & hashes)
            scale = 2.0**64 / (float(kept[held].threshold) + 1.0)
            theirs = shared / max(len(kept[held].hashes), 1)
            best = max(best, theirs, shared * scale / len(whole[query]))
        if best >= least_share:
            found[a, b] = best
    return found


def paired(texts, *, common_hash, limit=10**6, chunk=3, **settings):
    """What ``Pairing`` finds, its two passes cut differently."""
    pairing = Pairing(common_hash=common_hash, limit=limit, **settings)
    for start in range(0, len(texts), chunk):
        pairing.add(texts[start : start + chunk])
    found = pairing.pairs(texts[k : k + chunk + 1] for k in range(0, len(texts), chunk + 1))
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    return dict(zip(pairs, found.share.tolist(), strict=True))


def some_texts(rng, universe):
    """Short, middling and long texts that share parts: excerpts, mixtures, boilerplate."""
    top = rng.choice([2**64 - 1, 2**62, 2**61])  # the more low hashes, the longer the sketches
    pool = sorted({rng.randrange(top) for _ in range(universe)})
    texts = []
    for _ in range(rng.randrange(2, 25)):
        size = rng.choice([0, 1, 3, 20, 100, 127, 128, 135, 260])
        if texts and rng.random() < 0.5:
            base = rng.choice(texts).tolist()
            taken = rng.sample(base, min(len(base), size))
            taken += rng.sample(pool, min(universe, rng.choice([0, 5, 60])))
        else:
            taken = rng.sample(pool, min(size, universe))
        if rng.random() < 0.4:
            taken += pool[:: max(1, universe // 12)]
        texts.append(np.array(sorted(set(taken)), np.uint64))
    return texts


@pytest.fixture(params=["as shipped", "small groups, small blocks"])
def sizes(request, monkeypatch):
    """The same answers whatever is listed, probed, or done at once."""
    if request.param != "as shipped":
        monkeypatch.setattr(dedupe.joining, "SMALL_GROUP", 2)
        monkeypatch.setattr(dedupe.joining, "BLOCK", 16)
        monkeypatch.setattr(dedupe.pairing, "PART", 64)
        monkeypatch.setattr(dedupe.pairing, "LOOKED_UP", 2)


@pytest.mark.parametrize("seed", range(60))
def test_pairs_are_those_of_plain_sets(sizes, seed):
    """Every pair above the least share is found with its share, and no other one."""
    rng = random.Random(seed)
    texts = some_texts(rng, rng.choice([40, 300, 1500, 5000]))
    common_hash = rng.choice([2, 5, 1000])
    found, expected = paired(texts, common_hash=common_hash), oracle(texts, common_hash)
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_higher_share_asks_for_more(sizes):
    """The least share is a setting; what lies under it is left out and nothing else."""
    rng = random.Random(7)
    texts = [text for _ in range(4) for text in some_texts(rng, 1500)]
    found, expected = paired(texts, common_hash=1000, least_share=0.4), oracle(texts, 1000, 0.4)
    assert found == pytest.approx(expected, rel=1e-12)
    assert 0 < len(found) < len(oracle(texts, 1000))


def numbered(low, high):
    """A text of hashes spread over the whole range, one for each number."""
    return np.sort(np.arange(low, high, dtype=np.uint64) * np.uint64(0xD1342543DE82EF95))


def test_each_text_has_its_best_partners():
    """With a limit, a pair stays if it is among the best of one of its two texts."""
    whole = numbered(0, 100)
    texts = [whole, *(np.sort(whole[: 100 - 10 * k]) for k in range(1, 6))]
    expected = oracle(texts, 1000)
    ranked = {
        text: sorted(
            (pair for pair in expected if text in pair),
            key=lambda pair: (-expected[pair], sum(pair) - text),
        )
        for text in range(len(texts))
    }
    for limit in (1, 2, 3):
        best = {pair for pairs in ranked.values() for pair in pairs[:limit]}
        assert paired(texts, common_hash=1000, limit=limit).keys() == best


def test_no_text_and_empty_texts_pair_with_nothing():
    """There may be no text at all, and a text without shingles has no partner."""
    empty = np.empty(0, np.uint64)
    assert paired([], common_hash=10) == {}
    assert paired([empty, empty], common_hash=10) == {}
    assert paired([empty, numbered(0, 20), empty, numbered(0, 20)], common_hash=10) == {(1, 3): 1.0}


def test_the_same_boilerplate_everywhere_costs_no_more_than_its_texts(monkeypatch):
    """Of texts that share everything with everybody, the pairs looked at grow with the texts."""
    looked_at = []
    original = dedupe.joining._pairs

    def counting(seeker, text, low, counts):
        looked_at.append(int(counts.sum()))
        return original(seeker, text, low, counts)

    monkeypatch.setattr(dedupe.joining, "_pairs", counting)
    work = []
    for n in (400, 1600):
        looked_at.clear()
        texts = [
            np.sort(np.concatenate([numbered(0, 400), numbered(1000 * k, 1000 * k + 9)]))
            for k in range(1, n + 1)
        ]
        found = paired(texts, common_hash=2000, limit=8, chunk=512)
        assert n * 8 / 2 <= len(found) <= n * 8
        work.append(sum(looked_at) / n)
    assert work[1] < 2 * work[0]
    assert work[1] <= dedupe.joining.PROBED + 2000
