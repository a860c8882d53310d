"""Laws of terms, against slow readings of the same text one word after the other."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.terms import Gazetteer, terms
from dedupe.terms.places import PLACES_VERSION
from dedupe.words import split

NAMES = {"Arvost": 0, "Great Arvost": 1, "Port Arvost Head": 2, "Madrin": 3}
PLACES = Gazetteer.from_table(
    lambda: f"# version={PLACES_VERSION}\n" + "".join(f"AX\t4\t{name}\n" for name in NAMES)
)
WORDS = st.sampled_from(["they", "went", "back", "to", "sea", "again", "at", "dawn"])
LOWER = st.lists(WORDS, min_size=3, max_size=9).map(" ".join)


def word_hashes(words):
    """The hash of each word."""
    return split(list(words)).hashes.tolist()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["they", "went", "back", "sea", '"', "\n"]), max_size=40))
def test_quotations_by_turns(parts):
    """Straight marks quote what a search line by line finds between the first and second, and so on."""
    text = " ".join(parts)
    runs = set()
    for inside in re.findall(r'"([^"\n]*)"', text):
        words = inside.split()
        if len(words) >= 4:
            runs |= {tuple(words[k : k + 3]) for k in range(len(words) - 2)}
    alone = {run: terms([""], [f'"{" ".join((*run, run[0]))}"'])[0].quotes for run in runs}
    found = set(terms([""], [text])[0].quotes.tolist())
    assert len(found) == len(runs)
    assert all(found & set(quotes.tolist()) for quotes in alone.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["Anna", "Berg", "J.", "and", ",", "\n", "Lind"]), max_size=20))
def test_full_names_by_expression(parts):
    """Names of two words are those that a regular expression finds, wherever they start."""
    text = "they went back to sea again at dawn and then home " * 2 + " ".join(parts)
    names = re.finditer(r"(?=\b([A-Z][a-z]+) (?:J\. )?([A-Z][a-z]+)\b)", text)
    expected = {tuple(word_hashes(name.groups())) for name in names}
    assert {tuple(pair) for pair in terms([""], [text])[0].pairs.tolist()} == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Great", "Port", "Arvost", "Head", "Madrin", "then", "."]), max_size=12
    )
)
def test_places_by_the_longest_name(parts):
    """Places are those found by trying three words, then two, then one, from left to right."""
    text = "they went back to sea " + " ".join(parts)
    words, expected = text.split(), set()
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            if name not in NAMES or "\0" in words[at]:
                continue
            before = words[at - 1].strip("\0") if at else ""
            known = "\0" in words[at - 1] or before in NAMES
            person = length == 1 and before[:1].isupper() and not known and not opens(words, at)
            if not person:
                expected.add(NAMES[name])
                words[at : at + length] = [f"{word}\0" for word in words[at : at + length]]
    found = terms([""], [text], gazetteer=PLACES)[0].places
    assert set((found >> 6).tolist()) == expected


def opens(words, at):
    """Whether the word or the one before it opens a sentence."""
    return any(k == 0 or words[k - 1].strip("\0") == "." for k in (at, at - 1))


@settings(max_examples=60, deadline=None)
@given(LOWER, st.integers(2, 99), WORDS, LOWER)
def test_a_number_goes_with_its_neighbours(before, number, unit, after):
    """A number inside a sentence is told with the word before it and the one behind it."""
    text = f"{before} {number} {unit} {after}"
    found = terms([""], [text])[0]
    assert found.measures[:, 0].tolist() == found.numbers.tolist() * len(found.measures)
    expected = word_hashes({before.split()[-1], unit})
    assert sorted(found.measures[:, 1].tolist()) == sorted(expected)
    assert np.all(found.lede_numbers)
