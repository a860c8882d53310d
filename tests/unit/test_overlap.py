"""Exact overlap and shared passages against sets and a slow search."""

from __future__ import annotations

import difflib
import random

import numpy as np
import pytest

from dedupe.evidence import overlap
from dedupe.evidence.overlap import overlaps, passages
from dedupe.sketch import distinct, shingles
from dedupe.words import split


def prose(rng, n, vocabulary):
    """N words of a vocabulary of the given size."""
    return [f"w{rng.randrange(vocabulary)}" for _ in range(n)]


def slow_passages(a, b, limit):
    """Greedy longest common runs of five or more words, by dynamic programming each time."""
    free_a, free_b, taken = [True] * len(a), [True] * len(b), []
    while len(taken) < limit:
        best = (0, 0, 0)
        lengths = [0] * (len(b) + 1)
        for i in range(len(a)):
            row = [0] * (len(b) + 1)
            for j in range(len(b)):
                if a[i] == b[j] and free_a[i] and free_b[j]:
                    n = row[j + 1] = lengths[j] + 1
                    best = min(best, (-n, i - n + 1, j - n + 1))
            lengths = row
        n, p, q = -best[0], best[1], best[2]
        if n < 5:
            break
        taken.append((p, q, n))
        free_a[p : p + n], free_b[q : q + n] = [False] * n, [False] * n
    return taken


def found_passages(a, b, limit=5):
    """(word of a, word of b, words) of the passages of two lists of words."""
    words = split([" ".join(a), " ".join(b)])
    ours, theirs = words.text(0), words.text(1)
    found = []
    for run in passages(ours, theirs, limit=limit):
        p, q = ours.start.tolist().index(run.a_start), theirs.start.tolist().index(run.b_start)
        assert ours.end[p + run.words - 1] == run.a_end
        assert theirs.end[q + run.words - 1] == run.b_end
        found.append((p, q, run.words))
    return found


def test_overlaps_are_those_of_the_sets():
    """Shared shingles, Jaccard and both shares equal what Python sets give, pair by pair."""
    rng = random.Random(5)
    texts = [" ".join(prose(rng, rng.randrange(30), 2)) for _ in range(60)]
    sets = distinct(shingles(split(texts)))
    left, right = sets[:30], sets[30:]
    found = overlaps(left, right)
    for k, (x, y) in enumerate(zip(left, right, strict=True)):
        a, b = set(x.tolist()), set(y.tolist())
        assert found.shared[k] == len(a & b)
        assert found.jaccard[k] == (len(a & b) / len(a | b) if a | b else 0)
        assert found.left_in_right[k] == (len(a & b) / len(a) if a else 0)
        assert found.right_in_left[k] == (len(a & b) / len(b) if b else 0)
    assert found.shared.dtype == np.int64
    assert any(found.shared)


def test_empty_texts_overlap_nothing():
    """No words on either side: all figures are 0."""
    empty = np.empty(0, np.uint64)
    shared, jaccard, ours, theirs = overlaps([empty, empty], [empty, np.array([1], np.uint64)])
    assert [*shared, *jaccard, *ours, *theirs] == [0] * 8
    assert len(overlaps([], []).shared) == 0


@pytest.mark.parametrize("seed", range(60))
def test_passages_are_the_longest_runs_taken_greedily(seed):
    """On random texts with repeats the passages equal those of the slow search."""
    rng = random.Random(seed)
    vocabulary = rng.choice([3, 5, 40])
    a, b = prose(rng, rng.randrange(60), vocabulary), prose(rng, rng.randrange(60), vocabulary)
    for _ in range(rng.randrange(4)):
        low = rng.randrange(len(a) + 1)
        at = rng.randrange(len(b) + 1)
        b[at:at] = a[low : low + rng.randrange(25)]
    limit = rng.choice([1, 3, 5])
    assert found_passages(a, b, limit) == slow_passages(a, b, limit)


@pytest.mark.parametrize("seed", range(10))
def test_the_longest_passage_is_difflibs(seed):
    """The first passage is as long as the longest match that difflib finds."""
    rng = random.Random(seed)
    a = prose(rng, 400, 500)
    b = prose(rng, 300, 500) + a[100:150] + prose(rng, 50, 500) + a[20:60]
    match = difflib.SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    assert found_passages(a, b, 1) == [(match.a, match.b, match.size)]


def test_offsets_are_those_of_the_original_texts():
    """A passage covers the same words in both texts, whatever marks and case stand in between."""
    a = "He said: “The old pier — closed since May — will open again.”"
    b = "THE OLD PIER, CLOSED SINCE MAY, WILL open; we hear"
    words = split([a, b])
    (run,) = passages(words.text(0), words.text(1))
    assert a[run.a_start : run.a_end] == "The old pier — closed since May — will open"
    assert b[run.b_start : run.b_end] == "THE OLD PIER, CLOSED SINCE MAY, WILL open"
    assert run.words == 8


def test_fewer_than_five_words_are_no_passage():
    """Four equal words in a row share nothing, nor do empty texts."""
    assert found_passages(["a", "b", "c", "d", "x"], ["a", "b", "c", "d", "y"]) == []
    assert found_passages([], []) == []
    assert found_passages(["a", "b", "c", "d"], ["a", "b", "c", "d"]) == []


@pytest.mark.parametrize(("a", "b"), [(5000, 3000), (4, 5000), (5000, 5000)])
def test_repeated_words_neither_explode_nor_hide_the_passage(a, b):
    """Texts that repeat one phrase thousands of times share it at its full length."""
    phrase = ["buy", "tickets", "now", "or", "never"]
    found = found_passages(phrase * a, phrase * b, 2)
    assert found[0] == (0, 0, 5 * min(a, b))


def test_a_passage_that_runs_through_boilerplate_is_whole(monkeypatch):
    """Matches left out because they repeat too often do not break the passage around them."""
    monkeypatch.setattr(overlap, "REPEATS", 1)
    rng = random.Random(2)
    phrase = ["our", "ferry", "is", "always", "on", "time", "they", "say"]
    story = prose(rng, 40, 10_000)
    a = [*phrase, "x", *phrase, "y", *story[:20], *phrase, *story[20:]]
    b = [*phrase, "z", *story[:20], *phrase, *story[20:], "v", *phrase]
    assert found_passages(a, b, 1) == [(18, 9, 48)]


def test_most_runs_are_passed_over_only_beyond_the_limit(monkeypatch):
    """With room for one run only, it is the longest."""
    monkeypatch.setattr(overlap, "RUNS", 1)
    a = [
        "a",
        "b",
        "c",
        "d",
        "e",
        "1",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
        "l",
        "2",
        "m",
        "n",
        "o",
        "p",
        "q",
    ]
    b = [
        "a",
        "b",
        "c",
        "d",
        "e",
        "3",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
        "l",
        "4",
        "m",
        "n",
        "o",
        "p",
        "q",
    ]
    assert found_passages(a, b) == [(6, 6, 7)]
