"""Evidence for the same text: exact against plain sets, by what lies where, symmetric."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.evidence import matching
from dedupe.evidence.matching import Sides, chunks, matches
from dedupe.evidence.text import TEXT_FEATURES, text_evidence
from dedupe.kinds import kinds
from dedupe.model import TextWords
from dedupe.sketch import distinct, shingles
from dedupe.words import split


def text_words(text, title=""):
    """A text as the reader gives it."""
    words = split([text])
    return TextWords(
        field="body",
        hashes=words.hashes,
        start=words.start.astype(np.int64),
        end=words.end.astype(np.int64),
        shingles=distinct(shingles(words))[0],
        kinds=kinds([text], words),
        title=split([title]).hashes,
    )


def prose(n, seed):
    """Words in lower case that another seed does not have."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghijklmno", k=7)) for _ in range(n))


def one(ours, theirs, /, **titles):
    """The features of one pair by name."""
    left = text_words(ours, titles.get("ours", ""))
    right = text_words(theirs, titles.get("theirs", ""))
    return dict(
        zip(TEXT_FEATURES, text_evidence([left], [right]).features[0].tolist(), strict=True)
    )


def slow_overlap(ours, theirs):
    """Jaccard and both shares by plain sets of shingles."""
    left, right = (
        {tuple(w[i : i + 5]) for i in range(max(len(w) - 4, 1))} if (w := text.split()) else set()
        for text in (ours, theirs)
    )
    both = len(left & right)
    return (
        both / max(len(left | right), 1),
        both / max(len(left), 1),
        both / max(len(right), 1),
    )


TEXTS = st.lists(st.sampled_from("a b c d".split()), max_size=24).map(" ".join)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
def test_overlap_is_that_of_plain_sets(pairs):
    """Jaccard and containment are exact, whatever repeats, is short or is empty."""
    found = text_evidence([text_words(a) for a, _ in pairs], [text_words(b) for _, b in pairs])
    expected = np.array([slow_overlap(a, b) for a, b in pairs]).reshape(-1, 3)
    given_back = np.column_stack([found.jaccard, found.left_in_right, found.right_in_left])
    assert given_back == pytest.approx(expected)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.integers(1, 60))
def test_evidence_is_symmetric_and_independent_of_the_batch(pairs, chunk):
    """A pair has the same finite features from both sides, alone and in any batch."""
    left, right = ([text_words(pair[k], pair[1 - k]) for pair in pairs] for k in (0, 1))
    found = text_evidence(left, right).features
    assert np.all(np.isfinite(found))
    assert text_evidence(right, left).features == pytest.approx(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "CHUNK", chunk)
        assert text_evidence(left, right).features == pytest.approx(found)


@given(st.lists(st.tuples(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5))), max_size=5))
def test_matches_are_those_of_plain_sets(pairs):
    """Every distinct value of a pair is found once, with the sides it stands on."""
    values = [np.array(side, np.uint64) for k in (0, 1) for side in (pair[k] for pair in pairs)]
    text = np.repeat(np.arange(len(values)), [len(side) for side in values])
    sides = Sides(np.concatenate([np.empty(0, np.uint64), *values]), text, len(pairs))
    found = matches(sides)
    told = sorted(
        (int(pair), int(sides.values[place]), bool(left), bool(right))
        for pair, place, left, right in zip(
            found.pair, found.place, found.left, found.right, strict=True
        )
    )
    assert told == sorted(
        (k, value, value in a, value in b)
        for k, (a, b) in enumerate(pairs)
        for value in set(a) | set(b)
    )
    assert found.matched.tolist() == [
        value in pairs[k % len(pairs)][k < len(pairs)]
        for k, side in enumerate(values)
        for value in side.tolist()
    ]


def test_chunks_hold_every_pair_once():
    """Consecutive pairs share a chunk up to its size; a larger pair has its own."""
    sizes = [matching.CHUNK // 2, matching.CHUNK // 2, 1, 3 * matching.CHUNK, 0]
    found = list(chunks(sizes, [0] * 5))
    assert found == [slice(0, 2), slice(2, 3), slice(3, 4), slice(4, 5)]
    assert list(chunks([], [])) == []


def test_heads_and_tails_are_told_apart():
    """A text that goes on where the other ends shares its head; one with a new start its tail."""
    body = prose(120, 1)
    longer = f"{body} {prose(200, 2)}"
    grown, preceded = one(body, longer), one(body, f"{prose(200, 2)} {body}")
    assert grown["head"] == 1.0
    assert preceded["tail"] == 1.0
    begun_anew = one(f"{prose(90, 3)} {body}", f"{prose(90, 4)} {body}")
    assert begun_anew["head"] == 0.0
    assert begun_anew["tail"] == 1.0


def test_runs_are_measured_in_the_shorter_text():
    """One passage is one run; sentences taken here and there are many short ones."""
    passage, ours, theirs = prose(100, 1), prose(100, 2), prose(300, 3)
    block = one(f"{ours} {passage}", f"{theirs} {passage}")
    assert block["one_run"] == 1.0
    assert block["in_long_runs"] == 1.0
    assert block["longest"] == pytest.approx(96 / 196)
    parts = passage.split()
    scattered = " ".join(f"{' '.join(parts[k : k + 10])} {prose(5, k)}" for k in range(0, 100, 10))
    sprinkled = one(f"{passage} {ours}", scattered)
    assert sprinkled["in_long_runs"] == 0.0
    assert sprinkled["one_run"] == pytest.approx(0.1)


def test_quotation_is_measured_in_what_is_shared():
    """A speech that two reports quote is all quotation; a report taken over is hardly any."""
    speech, report = prose(60, 1), prose(60, 2)
    quoted = one(f'{prose(50, 3)} "{speech}"', f'{prose(50, 4)} "{speech}"')
    assert quoted["quoted"] == 1.0
    taken = one(f'{report} "{prose(20, 5)}" {prose(9, 6)}', f"{report} {prose(40, 7)}")
    assert taken["quoted"] == 0.0


def test_the_rest_tells_one_subject_from_two():
    """Names and numbers outside the shared passage come back in a piece about the same thing."""
    passage = prose(60, 1)
    ours = f"x met Ek and Berg in Turku about 250 ferries. {passage}"
    retold = f"{passage} so said Berg when Ek came to Turku with 250 others"
    stranger = f"{passage} so said Holm when Dahl came to Visby with 7 others"
    assert one(ours, retold)["rest_shared"] == 1.0
    assert one(ours, stranger)["rest_shared"] == 0.0
    assert one(passage, passage)["has_rest"] == 0.0


def test_a_form_filled_in_twice_has_other_terms():
    """What differs in a form are names and numbers on both sides; what grows lacks none."""
    form = "stocks in {} closed at {} points after {} fell by {} percent, said Berg"
    ours, theirs = form.format("x Turku", 912, "Ek", 4), form.format("x Visby", 877, "Dahl", 9)
    filled = one(ours, theirs)
    assert filled["other_terms"] == pytest.approx(4 / 5)
    assert filled["number_containment"] == 0.0
    assert filled["has_numbers"] == 1.0
    grown = one(ours, f"{ours} and Holm agreed on 5 of 6 points")
    assert grown["other_terms"] == 0.0
    assert grown["word_containment"] == 1.0


def test_titles_are_compared_as_sets_of_words():
    """Equal titles agree wholly in any case, a missing title says nothing."""
    text = prose(30, 1)
    same = one(text, text, ours="Ferry sinks off Turku", theirs="FERRY SINKS OFF TURKU")
    assert (same["title_jaccard"], same["has_titles"]) == (1.0, 1.0)
    assert same["title_length"] == pytest.approx(np.log(5))
    other = one(text, text, ours="Ferry sinks", theirs="Ferry sails again")
    assert other["title_jaccard"] == pytest.approx(1 / 4)
    none = one(text, text, ours="Ferry sinks")
    assert (none["title_jaccard"], none["title_length"], none["has_titles"]) == (0.0, 0.0, 0.0)


def test_texts_without_kinds_are_compared_all_the_same():
    """Where nothing is known of the words' kinds there are no names, numbers or quotations."""
    bare = TextWords(
        field="body",
        hashes=split(["Ek sold 9 ferries to Berg"]).hashes,
        start=np.empty(0, np.int64),
        end=np.empty(0, np.int64),
        shingles=distinct(shingles(split(["Ek sold 9 ferries to Berg"])))[0],
    )
    found = text_evidence([bare], [text_words("Ek sold 9 ferries to Berg")])
    assert found.jaccard.tolist() == [1.0]
    assert found.of("has_rest").tolist() == [0.0]


def test_no_pairs_have_no_evidence():
    """An empty batch gives arrays of the right shape."""
    found = text_evidence([], [])
    assert found.features.shape == (0, len(TEXT_FEATURES))
    assert len(found.containment) == 0
