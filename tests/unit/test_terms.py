"""What texts speak of: words, names, numbers, title words, and how rare they are."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from dedupe.terms import (
    KEPT_COMPOUNDS,
    KEPT_QUOTES,
    KEPT_WORDS,
    Background,
    telling,
    terms,
)
from dedupe.words import split


def hashes(*words):
    """The hashes of words, as a set."""
    return set(split(list(words)).hashes.tolist())


def one(body, title=""):
    """The terms of one article."""
    return terms([title], [body])[0]


def numbers_of(*written):
    """The codes of numbers written one by one."""
    return {code for text in written for code in one(text).numbers.tolist()}


def test_words_are_counted_over_title_and_body():
    """Every word of two letters or more is counted in title and body alike; numbers are no words."""
    title, body = "Ferry sinks off Crete", "The ferry sank at 9. A ferry of 1987, they said."
    expected = Counter(
        word for word in re.findall(r"[a-z]+", f"{title} {body}".casefold()) if len(word) > 1
    )
    found = one(body, title)
    assert dict(zip(found.words.tolist(), found.counts.tolist(), strict=True)) == {
        hashes(word).pop(): count for word, count in expected.items()
    }


def test_a_batch_gives_what_each_article_gives_alone():
    """Terms do not depend on the articles they are worked out with."""
    titles = ["", "Storm hits Gdansk", "北京今天下雨", "Nothing"]
    bodies = ["Rain on Monday, 3,000 homes dark.", "", "上海晴天。Mr. Li said 5% more.", "   "]
    together = terms(titles, bodies)
    for found, title, body in zip(together, titles, bodies, strict=True):
        alone = one(body, title)
        for part in fields(found):
            assert np.array_equal(getattr(found, part.name), getattr(alone, part.name)), part.name


def test_empty_texts_have_no_terms():
    """No articles give no terms; an article without words gives empty arrays."""
    assert terms([], []) == []
    found = one("... !", "")
    assert len(found.words) == len(found.names) == len(found.numbers) == len(found.title) == 0
    assert all(len(getattr(one(mark), part.name)) == 0 for mark in '"’“$' for part in fields(found))


def test_names_stand_inside_a_sentence():
    """A capital after a full stop is no name; one inside a sentence, with "Mr." or not, is."""
    found = one('Yesterday the ferry Aurora left. Divers met Mr. Lindqvist. "Terrible," he said.')
    assert set(found.names.tolist()) == hashes("aurora", "mr", "lindqvist")


def test_headlines_in_title_case_name_nobody():
    """Where most words are capitalised, capitals say nothing; in an ordinary headline they do."""
    assert len(one("", "Ferry Sinks Off Coast Of Crete").names) == 0
    assert set(one("", "Ferry sinks off the coast of Crete").names.tolist()) == hashes("crete")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("3,000", "3000"),
        ("3.000", "3000"),
        ("3\u00a0000", "3000"),
        ("14 million", "14,000,000"),
        ("$14m", "14000000"),
        ("2.5bn", "2,500,000,000"),
        ("5 percent", "5%"),
        ("1,234,567", "1234567"),
        ("٣٠٠٠", "3000"),
        ("montag", "Monday"),
    ],
)
def test_numbers_written_differently_are_the_same(written, same):
    """Thousands separators, scale words, other digits and weekdays of other languages are undone."""
    assert numbers_of(written) == numbers_of(same)
    assert len(numbers_of(written)) == 1


@pytest.mark.parametrize(
    ("one_number", "other"), [("5", "5%"), ("12.5", "125"), ("2023", "2024"), ("0", "1")]
)
def test_numbers_that_differ_stay_apart(one_number, other):
    """Unlike figures have unlike codes."""
    assert numbers_of(one_number).isdisjoint(numbers_of(other))


def test_a_list_of_numbers_is_not_one_number():
    """A date in figures or numbers beside one another do not run together."""
    assert numbers_of("7 300 12") == numbers_of("7", "300", "12")
    assert numbers_of("12, 345") == numbers_of("12", "345")


def pairs_of(*names):
    """The hashes of both words of each name, as a set."""
    return {tuple(split(name.split()).hashes.tolist()) for name in names}


def full_names(body):
    """The full names of a text."""
    return {tuple(pair) for pair in one(body).pairs.tolist()}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("they met Maria Santos in Crete", ["Maria Santos"]),
        ("Maria Santos left early that day", ["Maria Santos"]),
        ("they met Maria A. Santos there", ["Maria Santos"]),
        ("they met Maria de Santos, Pedro and Luis", []),
        ("they met Ana Maria Santos that day", ["Ana Maria", "Maria Santos"]),
        ("they had met Maria\nSantos said no to that", []),
        ("как сказал Иван Петров вчера вечером", ["Иван Петров"]),
        ("Ferry Sinks Off Coast Of Crete", []),
    ],
)
def test_full_names_are_two_capitalised_words_side_by_side(body, names):
    """Names of two words stand in one line, with or without an initial between them."""
    assert full_names(body) == pairs_of(*names)


def measures_of(body):
    """The numbers of a text with the word for what they count."""
    number = {one(str(n)).numbers[0]: n for n in (3, 6.1, 12, 40, 40_000_000)}
    return {(number[a], b) for a, b in one(body).measures.tolist() if a in number}


@pytest.mark.parametrize(
    ("body", "measures"),
    [
        ("killing 12 people", [(12, "killing"), (12, "people")]),
        ("12-year sentence", [(12, "year")]),
        ("(12) people", [(12, "people")]),
        ("12\npeople", []),
        ("a magnitude 6.1 quake", [(6.1, "magnitude"), (6.1, "quake")]),
        ("cost $40 million then", [(40_000_000, "dollars")]),
        ("cost 40 million dollars", [(40_000_000, "cost"), (40_000_000, "dollars")]),
        ("€40m fine", [(40_000_000, "euros")]),
        ("40 percent", []),
        ("won 3-2", [(3, "won"), (3, "2")]),
        ("12月", []),
    ],
)
def test_numbers_are_told_with_what_they_count(body, measures):
    """The word on either side of a number, or the word of its sign of currency, goes with it."""
    assert measures_of(body) == {(n, hashes(word).pop()) for n, word in measures}


def quoted(body):
    """The hashes of what a text quotes."""
    return set(one(body).quotes.tolist())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ('"', '"'),
        ("“", "”"),
        ("„", "“"),
        ("„", "”"),
        ("«", "»"),
        ("»", "«"),
        ("‘", "’"),
        ("「", "」"),
    ],
)
def test_quotations_of_every_script_are_the_same(left, right):
    """Four words or more between quotation marks of any kind give the same runs of three words."""
    found = quoted(f"he said {left}we don't go back there{right} and left")
    assert found == quoted('"we don\'t go back there"')
    assert len(found) == 4


@pytest.mark.parametrize(
    "body",
    [
        'he called it "a great day" again',
        "the players' union and the owners' club met again today",
        'it ended" and then they all went home again',
        '"this line is\nbroken and no quotation" at all',
        "he told them that they would not go back there",
    ],
)
def test_what_is_no_quotation_gives_none(body):
    """Three words, an apostrophe, a lone mark or marks in two lines quote nothing."""
    assert quoted(body) == set()


def test_what_stands_between_two_quotations_is_not_quoted():
    """Straight marks open and close by turns."""
    found = quoted('"we will not go back" said the man in the red coat "until it is over"')
    assert found == quoted('"we will not go back"') | quoted('"until it is over"')


def test_the_lede_is_title_and_first_sixty_words():
    """Words, names and numbers of the title and the first 60 words are marked as of the lede."""
    body = " ".join(["he", "met", "Lindqvist", *["and"] * 56, "12", "Aurora", "late", "13", "tide"])
    found = one(body, "harbour tide")
    marked = set(found.words[found.lede_words].tolist())
    assert marked == hashes("harbour", "tide", "he", "met", "lindqvist", "and")
    assert set(found.names[found.lede_names].tolist()) == hashes("lindqvist")
    assert set(found.names.tolist()) == hashes("lindqvist", "aurora")
    assert set(found.numbers[found.lede_numbers].tolist()) == numbers_of("12")


def test_terms_of_a_text_are_bounded():
    """Of full names and measures the first stay, of quotations the smallest hashes."""
    names = [
        f"Anna{k} Berg{k}".translate(str.maketrans("0123456789", "abcdefghij")) for k in range(50)
    ]
    body = " and ".join(f"later {name} had" for name in names)
    assert full_names(body) == pairs_of(*names[:KEPT_COMPOUNDS])
    numbers = " and ".join(f"{k} boats" for k in range(100, 150))
    assert len(one(numbers).measures) == KEPT_COMPOUNDS
    words = [f"word{k}" for k in range(90)]
    halves = [f'"{" ".join(words[:60])}"', f'"{" ".join(words[30:])}"']
    together = quoted("\n".join(halves))
    assert len(together) == KEPT_QUOTES
    assert together == set(sorted(quoted(halves[0]) | quoted(halves[1]))[:KEPT_QUOTES])


def test_scripts_without_spaces_give_pairs_of_graphemes():
    """Neighbouring Han characters pair up within a run; a lone one gives nothing."""
    assert len(one("北京下雨").words) == 3
    assert len(one("北 京").words) == 0
    shared = set(one("今天北京下雨").words.tolist()) & set(one("上海北京").words.tolist())
    assert len(shared) == 1


def test_rarity_is_the_logarithm_of_the_share():
    """The weight of a term is ln((N + 1) / (df + 1)); an unknown term gets the most."""
    background = Background.from_rows(
        [("the", 900), ("ferry", 20), ("北京", 7), ("3000", 30), ("5%", 60)],
        documents=999,
        version="t",
    )
    asked = [*one("the ferry zzz").words.tolist()]
    expected = {h: math.log(1000 / (df + 1)) for word, df in (("the", 900), ("ferry", 20), ("zzz", 0))
                for h in hashes(word)}  # fmt: skip
    found = background.idf(np.array(asked, dtype=np.uint64))
    assert found == pytest.approx([expected[h] for h in asked])
    codes = np.array([*one("北京").words, *one("3,000").numbers, *one("5%").numbers])
    assert background.idf(codes) == pytest.approx([math.log(1000 / (df + 1)) for df in (7, 30, 60)])


def test_a_background_is_read_from_its_table():
    """A table gives what its rows give; one without its first line is refused."""
    table = "# documents=100 least=20 version=7\nferry\t20\n5%\t30\n"
    read = Background.from_tsv(table)
    made = Background.from_rows([("ferry", 20), ("5%", 30)], documents=100, version="7")
    assert read.version == "7"
    assert np.array_equal(read.table().keys, made.table().keys)
    assert np.array_equal(read.table().counts, made.table().counts)
    with pytest.raises(ValueError, match="documents"):
        Background.from_tsv("ferry\t20\n")


def test_an_empty_background_finds_every_term_equally_rare():
    """Without counts no term tells more than another."""
    background = Background.from_rows([], documents=9, version="t")
    assert background.idf(split(["a", "b"]).hashes) == pytest.approx([math.log(10)] * 2)


def test_the_most_telling_words_are_kept():
    """Of many words the rarest and most repeated stay; common ones go first."""
    common = [f"common{k}" for k in range(KEPT_WORDS)]
    rare = [f"rare{k}" for k in range(KEPT_WORDS - 1)]
    background = Background.from_rows([(w, 900) for w in common], documents=1000, version="t")
    body = " ".join([*common, *rare])
    kept = terms([""], [body], background)[0]
    assert len(kept.words) == KEPT_WORDS
    assert hashes(*rare) < set(kept.words.tolist())
    assert np.all(np.diff(kept.words.astype(object)) > 0)
    again = telling(kept, background)
    assert np.array_equal(again.words, kept.words)
    assert np.array_equal(again.counts, kept.counts)
