"""How the frequencies of a store are mixed into the shipped ones."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.terms import Background, terms
from dedupe.terms.background import EVIDENCE, LEAST, Frequencies, counted_terms, spelled
from dedupe.words import mix, split

DOCUMENTS = 50_000
SHIPPED = {"the": 49_000, "harbour": 900, "ferry": 60, "comet": 20}
WORDS = (*SHIPPED, "petrobras", "zyzzyva")
HASHES = split(list(WORDS)).hashes


@cache
def shipped():
    return Background.from_rows(SHIPPED.items(), documents=DOCUMENTS, version="t")


def frequencies(counts, *, stories):
    """``counts`` by word; words that are not named are not listed."""
    keys = mix(split(list(counts)).hashes.copy())
    order = np.argsort(keys)
    return Frequencies(
        stories=stories,
        added=stories,
        position=stories,
        keys=keys[order],
        counts=np.array(list(counts.values()), np.int32)[order],
    )


def weights(counts, *, stories):
    found = shipped().with_frequencies(frequencies(counts, stories=stories)).idf(HASHES)
    return dict(zip(WORDS, found.tolist(), strict=True))


def expected(word, count, stories):
    """The same by hand, a word at a time."""
    here = SHIPPED.get(word, 0) / DOCUMENTS
    there = count / stories if count else min(here, (LEAST - 1) / stories)
    weight = stories / (stories + EVIDENCE)
    share = (1 - weight) * here + weight * there
    return math.log((DOCUMENTS + 1) / (DOCUMENTS * share + 1))


@st.composite
def stores(draw):
    stories = draw(st.integers(LEAST, 100_000))
    counted = st.integers(LEAST, stories)
    counts = draw(st.dictionaries(st.sampled_from(WORDS), counted))
    return counts, stories


@settings(max_examples=40)
@given(stores())
def test_shares_are_mixed_word_by_word(store):
    """Every weight is that of the shipped and the own share, each by its evidence."""
    counts, stories = store
    found = weights(counts, stories=stories)
    by_hand = {word: expected(word, counts.get(word, 0), stories) for word in WORDS}
    assert found == pytest.approx(by_hand, abs=1e-9)


@settings(max_examples=40)
@given(stores())
def test_no_weight_is_negative_or_beyond_the_rarest(store):
    """Weights keep the range that the models know: from 0 to the ln of the shipped articles."""
    counts, stories = store
    found = weights(counts, stories=stories)
    assert all(0.0 <= weight <= math.log(DOCUMENTS + 1) for weight in found.values())


@settings(max_examples=40)
@given(stores(), st.sampled_from(WORDS), st.integers(1, 50_000))
def test_what_is_more_common_never_weighs_more(store, word, more):
    """A larger count lowers the weight of its word, listed before or not, and of no other."""
    counts, stories = store
    least = counts.get(word, LEAST - 1) + 1
    larger = {**counts, word: min(least + more, stories)}
    before, after = weights(counts, stories=stories), weights(larger, stories=stories)
    assert after[word] <= before[word] + 1e-12
    assert all(after[other] == pytest.approx(before[other]) for other in WORDS if other != word)


@settings(max_examples=40)
@given(stores())
def test_what_is_common_anywhere_is_never_rare(store):
    """A weight is at most that of either share alone, plus the ln of how little that one counts."""
    counts, stories = store
    found = weights(counts, stories=stories)
    at_large = dict(zip(WORDS, shipped().idf(HASHES).tolist(), strict=True))
    own = stories / (stories + EVIDENCE)
    for word in WORDS:
        assert found[word] <= at_large[word] - math.log(1 - own) + 1e-9
        if word in counts:
            assert found[word] <= -math.log(own * counts[word] / stories) + 1e-9


def test_an_empty_store_changes_nothing():
    """Without a story the shipped background stays what it is, name and all."""
    background = shipped()
    assert background.with_frequencies(frequencies({}, stories=0)) is background


def test_a_small_store_changes_little_and_a_large_one_much():
    """A third of 300 stories hardly lowers a rare word's weight; a third of 100,000 makes it common."""
    rare = math.log(DOCUMENTS + 1)
    assert weights({}, stories=300)["petrobras"] == pytest.approx(rare)
    assert weights({"ferry": 100}, stories=300)["harbour"] == pytest.approx(
        math.log((DOCUMENTS + 1) / 901)
    )
    assert weights({"petrobras": 33_333}, stories=100_000)["petrobras"] == pytest.approx(
        -math.log(1 / 3 * 10 / 11), abs=1e-3
    )


def test_a_word_that_is_rare_in_both_keeps_its_weight():
    """A store that does not list a word says that it is in fewer than 20 stories, no more."""
    assert weights({}, stories=2_000)["comet"] == pytest.approx(math.log((DOCUMENTS + 1) / 21))
    assert weights({}, stories=2_000)["the"] > math.log((DOCUMENTS + 1) / 49_001)


def test_the_version_names_the_counts():
    """Equal counts have one name, whenever they were counted; any other count has another."""
    one = frequencies({"ferry": 30}, stories=400)
    version = shipped().with_frequencies(one).version
    assert version == f"t+n400-{one.name.split('-')[1]}"
    assert frequencies({"ferry": 30}, stories=400).name == one.name
    assert frequencies({"ferry": 31}, stories=400).name != one.name
    assert frequencies({"harbour": 30}, stories=400).name != one.name


def test_counts_are_told_by_word():
    """A listed word has its count, any other 0."""
    own = frequencies({"ferry": 30, "comet": 25}, stories=400)
    assert own.counted(HASHES).tolist() == [0, 0, 30, 25, 0, 0]
    assert frequencies({}, stories=400).counted(HASHES).tolist() == [0] * 6


def test_words_and_numbers_are_counted_once_a_text():
    """What is counted of a text are its words and numbers as terms, but no days of the week."""
    titles = ["Ferry fares rise 5%", "", "渡轮停航"]
    bodies = ["On Monday the ferry, the last one, cost 3,000 crowns.", "", "周一 7 艘"]
    found = counted_terms(titles, bodies)
    for keys, one in zip(found, terms(titles, bodies), strict=True):
        numbers = one.numbers[one.numbers >> np.uint64(63) == 0]
        assert keys.tolist() == sorted(mix(np.concatenate([one.words, numbers])).tolist())
    assert [len(keys) for keys in found] == [12, 0, 5]


def test_terms_are_those_of_what_is_written():
    """A word and a number are a term each, two words two, and a lone letter is none."""
    hashes, of = spelled(["ferry", "x", "last ferry", "3,000"])
    assert sorted(of.tolist()) == [0, 2, 2, 3]
    of_ferry = set(hashes[of == 0].tolist())
    assert of_ferry < set(hashes[of == 2].tolist())
