"""Kinds of words: numbers, names, quotations."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.kinds import NAME, NUMBER, QUOTED, kinds
from dedupe.words import split


def told(text, kind):
    """The words of a text that are of a kind."""
    words = split([text])
    found = kinds([text], words)
    return [
        text[start:end]
        for start, end, k in zip(words.start, words.end, found, strict=True)
        if k & kind
    ]


def test_numbers_begin_with_a_digit():
    """Any script's digits make a number, a digit inside a word does not."""
    assert told("In 1999 the B52 flew ٣٤ times, 3rd of all", NUMBER) == ["1999", "٣٤", "3rd"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The ferry Aurora left Turku. Captain Berg stayed.", ["Aurora", "Turku", "Berg"]),
        ("HARBOUR\n\nMayor Ek and Mr. Holm met.", ["Ek", "Mr"]),
        ("Он видел Волгу и Москву.", ["Волгу", "Москву"]),
        ('Ek said: "Nobody told Berg." (Berg denied it)', ["Berg"]),
        ("", []),
    ],
    ids=["prose", "lines", "cyrillic", "quotation", "empty"],
)
def test_names_are_capitals_inside_a_sentence(text, names):
    """A capital after the end of a sentence, a line, a mark or an abbreviation is no name."""
    assert told(text, NAME) == names


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('She said "we sail" at noon', ["we", "sail"]),
        ("She said “we sail” at noon", ["we", "sail"]),
        ("Sie sagte „wir segeln“ und ging", ["wir", "segeln"]),
        ('She said "we sail\nand left', ["we", "sail"]),
        ('"One" and "two"', ["One", "two"]),
        ("“One “two” three", ["One", "two"]),
        ("nothing is quoted", []),
    ],
    ids=["straight", "curly", "german", "a line ends it", "in turn", "nested", "none"],
)
def test_quotations_open_and_close_within_a_line(text, quoted):
    """Straight marks take turns, others open or close; the end of a line closes."""
    assert told(text, QUOTED) == quoted


def test_a_batch_gives_what_its_texts_give_alone():
    """Neither the ASCII path nor the neighbours change anything."""
    texts = ['Ek said "no', "Berg left “at 5” today", "", "x", "北京 Ek 10"]
    words = split(texts)
    alone = [kinds([text], split([text])) for text in texts]
    assert np.array_equal(kinds(texts, words), np.concatenate(alone))


def test_words_of_kept_ranges_keep_their_places():
    """Furniture that is left out still counts as text before a word."""
    text = "Share. Ek met Berg"
    words = split([text], [[(7, len(text))]])
    assert kinds([text], words).tolist() == [0, 0, NAME]
