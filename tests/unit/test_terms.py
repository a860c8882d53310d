"""What texts speak of: words, names, numbers, title words, and how rare they are."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pytest

from dedupe.terms import KEPT_WORDS, Background, telling, terms
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
        for name in ("words", "counts", "names", "numbers", "title"):
            assert np.array_equal(getattr(found, name), getattr(alone, name)), name


def test_empty_texts_have_no_terms():
    """No articles give no terms; an article without words gives empty arrays."""
    assert terms([], []) == []
    found = one("... !", "")
    assert len(found.words) == len(found.names) == len(found.numbers) == len(found.title) == 0


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


def test_live_counts_join_the_background():
    """Counts of the store are added to those shipped, and so are its articles."""
    background = Background.from_rows([("ferry", 20)], documents=100, version="t")
    words = split(["ferry", "comet"]).hashes
    joined = background.with_counts(words, np.array([5.0, 3.0]), documents=50)
    assert joined.idf(words) == pytest.approx([math.log(151 / 26), math.log(151 / 4)])
    assert joined.version == "t"


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
