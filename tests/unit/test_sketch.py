"""Shingles and sketches against plain Python, and against the file of what is persisted."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from dedupe.sketch import (
    KEEP_ALL,
    SKETCH_VERSION,
    distinct,
    estimate,
    in_order,
    shingles,
    sketch_of,
    sketches,
    text_hashes,
)
from dedupe.words import split

STEP = 0xD1342543DE82EF95


def finished(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return z ^ z >> 31


def slow_shingles(words):
    """Shingle hashes of one list of word hashes, in Python integers."""
    if len(words) < 5:
        windows = [(len(words), *words)] if words else []
    else:
        windows = [(0, *words[i : i + 5]) for i in range(len(words) - 4)]
    hashes = []
    for start, *rest in windows:
        total = start
        for word in rest:
            total = (total * STEP + word) % 2**64
        hashes.append(finished(total))
    return hashes


def texts_of(seed, sizes):
    """Texts of the given numbers of words out of a small vocabulary."""
    rng = random.Random(seed)
    return [
        " ".join(rng.choice(["one", "two", "thrée", "四", "five", "six"]) for _ in range(n))
        for n in sizes
    ]


def set_of(n, seed=0):
    """Sorted distinct hashes of a text with n shingles."""
    return np.unique(np.random.default_rng(seed).integers(0, 2**64, n, dtype=np.uint64))


@pytest.mark.parametrize("n", [0, 1, 4, 5, 6, 200])
def test_shingles_in_order_are_those_of_the_text(n):
    """One text's shingles by its word hashes are those of the batch, from five words on."""
    words = split([" ".join(f"word{k % 70}" for k in range(n))])
    expected = shingles(words).hashes if n >= 5 else []
    assert in_order(words.hashes).tolist() == list(expected)


@pytest.mark.parametrize(
    "sizes", [[], [0], [4], [5], [1, 0, 2, 3, 4, 5, 6, 0, 0, 40, 1], [0, 9, 0]]
)
def test_shingles_are_five_words_in_a_row(sizes):
    """Each text has its own shingles, a text of one to four words one, an empty one none."""
    words = split(texts_of(1, sizes))
    found = shingles(words)
    assert found.bounds.tolist()[0] == 0
    for k in range(len(sizes)):
        low, high = found.bounds[k], found.bounds[k + 1]
        expected = slow_shingles(words.text(k).hashes.tolist())
        assert found.hashes[low:high].tolist() == expected


def test_short_texts_are_told_apart_by_their_words_and_their_number():
    """No two different texts of up to four words share their shingle."""
    texts = ["a", "a a", "a a a", "a a a a", "b", "a b", "b a", "", "a b a"]
    found = [tuple(d.tolist()) for d in distinct(shingles(split(texts)))]
    assert len(set(found)) == len(texts)
    assert found[7] == ()


def test_distinct_shingles_are_sorted_sets_per_text():
    """Repeats within a text go, the same shingle in two texts stays in both."""
    words = split(["a b c d e a b c d e f", "", "a b c d e", "z", "z"])
    found = distinct(shingles(words))
    for k, one in enumerate(found):
        assert one.tolist() == sorted(set(slow_shingles(words.text(k).hashes.tolist())))
    assert found[3].tolist() == found[4].tolist() != []


@pytest.mark.parametrize("n", [0, 1, 7, 8, 127])
def test_a_text_under_128_shingles_keeps_all(n):
    """Its threshold is the greatest hash there is."""
    kept = sketch_of(set_of(n))
    assert kept.threshold == KEEP_ALL
    assert kept.hashes.tolist() == set_of(n).tolist()


def test_a_long_text_keeps_an_eighth():
    """Every hash up to 2**61 is kept and none above."""
    hashes = set_of(5000)
    kept = sketch_of(hashes)
    assert kept.threshold == 2**61
    assert kept.hashes.tolist() == [h for h in hashes.tolist() if h <= 2**61]


def test_a_long_text_keeps_at_least_eight():
    """Where few hashes are small, the threshold is the eighth smallest, which is kept too."""
    hashes = np.arange(128, dtype=np.uint64) * np.uint64(2**56) + np.uint64(2**62)
    kept = sketch_of(hashes)
    assert kept.threshold == int(hashes[7])
    assert kept.hashes.tolist() == hashes[:8].tolist()


def test_a_hash_at_the_threshold_is_kept():
    """The floor 2**61 itself is below no one's threshold but kept."""
    hashes = np.concatenate([np.arange(20), 2**61 + np.arange(200)]).astype(np.uint64)
    assert sketch_of(hashes).hashes.tolist() == [*range(20), 2**61]


def test_a_batch_of_sketches_is_its_sketches_one_by_one():
    """Batching changes nothing, and no sketch holds on to the batch's array."""
    sets = [set_of(n, n) for n in (0, 3, 127, 128, 900)]
    for one, kept in zip(sets, sketches(sets), strict=True):
        assert kept.threshold == sketch_of(one).threshold
        assert kept.hashes.tolist() == sketch_of(one).hashes.tolist()
        assert kept.hashes.base is None


def test_estimates_of_short_texts_are_exact():
    """Two sketches that keep all give the true shares."""
    a, b = set_of(100, 1), set_of(100, 2)
    b = np.unique(np.concatenate([a[:30], b[:20]]))
    assert estimate(sketch_of(a), sketch_of(b)) == (30 / 120, 30 / 100, 30 / 50)


def test_estimates_of_long_texts_are_near():
    """A sketch of an eighth sees Jaccard and both shares within its sampling error."""
    hashes = set_of(30_000)
    rng = np.random.default_rng(7)
    hashes = rng.permutation(hashes)
    a, b = np.sort(hashes[:20_000]), np.sort(hashes[15_000:25_000])
    jaccard, a_in_b, b_in_a = estimate(sketch_of(a), sketch_of(b))
    assert abs(jaccard - 5 / 25) < 0.03
    assert abs(a_in_b - 5 / 20) < 0.03
    assert abs(b_in_a - 5 / 10) < 0.05


def test_an_excerpt_is_seen_inside_a_long_text():
    """A short text that keeps all is compared with a long one up to the smaller threshold only."""
    long_text = set_of(4000)
    excerpt = np.sort(np.random.default_rng(3).permutation(long_text)[:100])
    _, in_excerpt, in_long = estimate(sketch_of(long_text), sketch_of(excerpt))
    assert in_long == 1
    assert in_excerpt < 0.1


def test_nothing_estimates_nothing():
    """Empty texts share nothing, not even with each other."""
    empty = sketch_of(set_of(0))
    assert estimate(empty, empty) == (0, 0, 0)
    assert estimate(empty, sketch_of(set_of(500))) == (0, 0, 0)


def test_text_hashes_depend_on_every_word_and_its_place():
    """Equal word sequences have equal hashes; order, number and each word count; none is 0."""
    texts = ["a b c d e f", "A, b: c d e f!", "b a c d e f", "a b c d e", "", "f", "?!"]
    found = text_hashes(split(texts)).tolist()
    assert found[0] == found[1]
    assert found[4] == found[6] == 0
    assert len(set(found)) == 5
    assert text_hashes(split(texts[3:4])).tolist() == found[3:4]
    assert text_hashes(split([])).tolist() == []


def test_what_is_persisted_has_not_changed(root):
    """Sketches and text hashes of texts in many scripts equal the recorded ones.

    If they must change, raise ``WORDS_VERSION`` or the sketch version and record them anew.
    """
    golden = json.loads((root / "tests/golden/sketches.json").read_text("utf-8"))
    assert golden["version"] == SKETCH_VERSION
    words = split([case["text"] for case in golden["cases"]])
    kept, whole = sketches(distinct(shingles(words))), text_hashes(words)
    for k, case in enumerate(golden["cases"]):
        one = words.text(k)
        assert [*zip(one.start.tolist(), one.end.tolist(), strict=True)] == [
            tuple(span) for span in case["words"]
        ], case["name"]
        assert kept[k].threshold == int(case["threshold"], 16), case["name"]
        assert [f"{h:016x}" for h in kept[k].hashes.tolist()] == case["hashes"], case["name"]
        assert f"{whole[k]:016x}" == case["text_hash"], case["name"]
