"""Words of texts in many scripts."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.words import BASE, split


def taken(text, keep=None):
    """The words of a text as they stand in it."""
    found = split([text], None if keep is None else [keep])
    return [text[s:e] for s, e in zip(found.start.tolist(), found.end.tolist(), strict=True)]


def same(a, b):
    """Whether two texts have the same words, and some."""
    ours, theirs = split([a]).hashes.tolist(), split([b]).hashes.tolist()
    return ours == theirs != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The harbour, at 6:30!", ["The", "harbour", "at", "6", "30"]),
        ("snake_case don't", ["snake", "case", "don", "t"]),
        ("café cafe\u0301", ["café", "cafe\u0301"]),
        ("«Ёлка» и дом", ["Ёлка", "и", "дом"]),
        ("港口A12区", ["港", "口", "A12", "区"]),
        ("ガｶﾞか゚ー", ["ガ", "ｶﾞ", "か゚", "ー"]),
        ("น้ำใส", ["น้ำ", "ใ", "ส"]),
        ("ນໍ້າ", ["ນໍ້", "າ"]),
        ("ខ្មែរ", ["ខ្", "មែ", "រ"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("السُّفُن في الميناء", ["السُّفُن", "في", "الميناء"]),
        ("한국어 신문", ["한국어", "신문"]),
        ("ship\u200byard", ["ship", "yard"]),
        ("ship\u00adyard wo\u200drd", ["ship\u00adyard", "wo\u200drd"]),
        ("ok 👍🏽 ❤️ 1️⃣", ["ok", "1️⃣"]),
        ("a ≠ b", ["a", "b"]),
        ("\u0301 lost mark", ["lost", "mark"]),
        ("half ½ a", ["half", "½", "½", "a"]),
        ("lone \ud800 surrogate", ["lone", "surrogate"]),
        ("", []),
        (" \n…", []),
    ],
)
def test_words_stand_where_they_stand(text, expected):
    """Words are runs of letters, marks and digits, or single graphemes, as they came."""
    assert taken(text) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("é", "e\u0301"),
        ("ậ", "a\u0302\u0323"),
        ("ậ", "a\u0323\u0302"),
        ("ＨＡＲＢＯＵＲ　１２", "harbour 12"),
        ("oﬃce ﬁre", "office fire"),
        ("STRASSE", "straße"),
        ("ΟΔΟΣ", "οδος"),
        ("ｶﾞｰﾄﾞ", "ガード"),
        ("한", "\u1112\u1161\u11ab"),
        ("น้ำ", "น้\u0e4dา"),
        ("½", "1⁄2"),
        ("㈱", "(株)"),
        ("co\u00adoperate", "cooperate"),
        ("Ångström", "a\u030angstro\u0308m"),
    ],
)
def test_equivalent_texts_have_the_same_words(a, b):
    """Canonical and compatibility equivalents and other cases hash alike."""
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("e", "é"), ("ab", "ba"), ("か", "が"), ("9", "٩"), ("a b", "ab"), ("aa", "a")]
)
def test_other_texts_have_other_words(a, b):
    """Accents, order and number of letters count."""
    assert not same(a, b)


def test_no_word_reaches_across_a_removed_range():
    """What is left of two words that a removed range cuts stays two words."""
    text = "one boatSHAREhouse two"
    assert taken(text, [(0, 8), (13, 22)]) == ["one", "boat", "house", "two"]


def test_ranges_that_touch_leave_nothing_out():
    """A word across two kept ranges without a gap is one word."""
    assert taken("boathouse", [(0, 4), (4, 9)]) == ["boathouse"]


def test_texts_without_ranges_are_read_whole_beside_others():
    """None keeps a whole text and an empty list nothing of it."""
    found = split(["one two", "three four", "five"], [None, [], [(0, 3)]])
    assert found.bounds.tolist() == [0, 2, 2, 3]
    assert found.start.tolist() == [0, 4, 0]


def test_no_texts_have_no_words():
    """An empty batch is a batch."""
    found = split([])
    assert found.bounds.tolist() == [0]
    assert len(found.hashes) == 0


def test_dtypes_are_as_stated():
    """Hashes are uint64, offsets int32, bounds int64, whatever the batch holds."""
    for texts in ([], [""], ["a"], ["é"], ["a", "é", "ﷺ"]):
        found = split(texts)
        kinds = [getattr(found, n).dtype for n in ("hashes", "start", "end", "bounds")]
        assert kinds == [np.uint64, np.int32, np.int32, np.int64]


def test_the_hash_is_the_published_polynomial():
    """The hash of a word is SplitMix64's finaliser of the sum of value(code point) * BASE**i."""

    def finished(z):
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
        return z ^ z >> 31

    def value(c):
        return finished((c + 1) * 0x9E3779B97F4A7C15 % 2**64)

    folded = "re\u0301union"
    total = sum(value(ord(c)) * pow(BASE, i, 2**64) for i, c in enumerate(folded)) % 2**64
    assert split(["La RÉUNION"]).hashes[1] == finished(total)


def test_hashes_of_many_words_do_not_collide():
    """A hundred thousand words have as many hashes, spread over all of the range."""
    found = split([" ".join(f"w{i} {i:x}q" for i in range(50_000))]).hashes
    assert len(np.unique(found)) == 100_000
    assert abs(np.mean(found < 2**61) - 1 / 8) < 0.01


def test_a_text_longer_than_a_chunk_is_read_like_a_short_one():
    """Position in a long text changes neither hash nor offset."""
    text = "boat " * 100_000 + "müller"
    found = split([text])
    assert set(found.hashes[:-1].tolist()) == set(split(["boat"]).hashes.tolist())
    assert found.start[-1] == 500_000
    assert found.hashes[-1] == split(["Müller"]).hashes[0]
