"""Laws of splitting into words, against a slow and independent reading of the definition."""

from __future__ import annotations

import sys
import unicodedata
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import words
from dedupe.words import split

ONE_GRAPHEME_WORDS = (
    "CJK UNIFIED IDEOGRAPH-", "CJK COMPATIBILITY IDEOGRAPH-", "IDEOGRAPHIC NUMBER ZERO",
    "IDEOGRAPHIC ITERATION MARK", "VERTICAL IDEOGRAPHIC ITERATION MARK", "HANGZHOU NUMERAL ",
    "HIRAGANA ", "KATAKANA", "HENTAIGANA ", "IDEOGRAPHIC CLOSING MARK", "OLD CHINESE ITERATION MARK",
    "MASU MARK",
    "THAI ", "LAO ", "KHMER ", "MYANMAR ",
)  # fmt: skip
IGNORABLE = {
    chr(c)
    for low, high in [
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
        (0x180B, 0x180F), (0x200C, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ]
    for c in range(low, high + 1)
}  # fmt: skip

SCRIPTS = (
    "abcXYZ059_ .,'-\n", "éÀßŒſﬁﬂŉıİǅ´¨½²™…№ªＡｂ１", "αΣσςΐᾳᾴώ\u0345", "жЁйЇ", "אבגּשׁ", "عربيﷺﷲ٣",
    "हिन्दीक़९", "ไทยน้ำำ๔ซํา", "ລາວນໍ້າຳ", "ខ្មែរ", "မြန်မာ", "中文〇〡々豈㈱㊀㍿", "かなガヽーｶﾞﾊﾟｰ㌔", "한국어각ㅎﾡ",
    "\u0301\u0323\u0327\u0302\u0338\u3099\u20e3\u0300", "\u00ad\u200b\u200c\u200d\u034f\ufe0f\u2060", "👍🏽🇫🇷❤️‍🔥#️⃣",
)  # fmt: skip
some_text = st.lists(
    st.one_of(*(st.text(alphabet=script, max_size=6) for script in SCRIPTS), st.text(max_size=3)),
    max_size=8,
).map("".join)


def slow_words(text: str) -> list[str]:
    """The folded words of a text, one code point at a time."""
    text = "".join(c for c in normalize("NFKD", text) if c not in IGNORABLE)
    text = normalize("NFKD", text)
    while (folded := normalize("NFKD", text.casefold())) != text:
        text = folded
    found, current, alone, before = [], "", False, ""
    for c in text:
        category = unicodedata.category(c)
        by_itself = unicodedata.name(c, "").startswith(ONE_GRAPHEME_WORDS)
        is_mark = category[0] == "M" or (
            c in "\u0e32\u0eb2" and before in "\u0e4d\u0ecd" and before
        )
        is_word = category[0] == "L" or category == "Nd" or (category == "Nl" and by_itself)
        if is_mark:
            current += c if current else ""
        elif is_word:
            if current and (by_itself or alone):
                found.append(current)
                current = ""
            current, alone = current + c, by_itself
        elif current:
            found.append(current)
            current = ""
        before = c
    return [*found, current] if current else found


def hashes(text: str) -> list[int]:
    return split([text]).hashes.tolist()


@settings(max_examples=500)
@given(some_text)
def test_words_are_those_of_the_definition(text):
    """As many words as the slow reading finds, equal exactly where its words are equal."""
    expected, found = slow_words(text), hashes(text)
    assert len(found) == len(expected)
    assert len(set(zip(expected, found, strict=True))) == len(set(expected)) == len(set(found))
    assert found == [h for word in expected for h in hashes(word)]


def test_every_code_point_is_read_by_the_definition():
    """Between two letters, each assigned code point gives the words that the slow reading gives."""
    assigned = [
        chr(c)
        for c in range(sys.maxunicode + 1)
        if unicodedata.category(chr(c)) not in {"Cn", "Cs", "Co"}
        and not 0x4E10 <= c <= 0x9F00  # a row of 37,000 plain ideographs and syllables is enough
        and not 0xAC20 <= c <= 0xD780
        and not 0x20010 <= c <= 0x2A6D0
        and not 0x2B000 <= c <= 0x31340
    ]
    texts = [f"a{c}b {c}" for c in assigned]
    found = split(texts)
    for k, text in enumerate(texts):
        expected = slow_words(text)
        got = found.hashes[found.bounds[k] : found.bounds[k + 1]].tolist()
        assert len(got) == len(expected), f"{text!r}: U+{ord(assigned[k]):04X}"
        assert len(set(zip(expected, got, strict=True))) == len(set(expected)) == len(set(got))


@given(some_text)
def test_normalisation_and_case_change_no_word(text):
    """Texts equal under NFKC and case folding have the same word hashes."""
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert hashes(normalize(form, text)) == hashes(text)
    assert hashes(normalize("NFKC", normalize("NFKD", text).casefold())) == hashes(text)


@given(st.lists(some_text, max_size=6))
def test_a_batch_is_its_texts_one_by_one(texts):
    """Batching changes neither hashes nor offsets, whatever scripts stand side by side."""
    batch = split(texts)
    assert batch.bounds[0] == 0
    assert len(batch.bounds) == len(texts) + 1
    for k, text in enumerate(texts):
        one, of_batch = split([text]), batch.text(k)
        assert of_batch.hashes.tolist() == one.hashes.tolist()
        assert of_batch.start.tolist() == one.start.tolist()
        assert of_batch.end.tolist() == one.end.tolist()
        assert of_batch.bounds.tolist() == one.bounds.tolist()


@pytest.mark.parametrize("chunk", [1, 40])
@given(texts=st.lists(some_text, max_size=6))
def test_chunks_change_nothing(chunk, texts):
    """Where a batch is cut into chunks does not show."""
    whole = split(texts)
    kept = words.CHUNK
    words.CHUNK = chunk
    try:
        cut = split(texts)
    finally:
        words.CHUNK = kept
    for column in ("hashes", "start", "end", "bounds"):
        assert np.array_equal(getattr(whole, column), getattr(cut, column))


@given(some_text)
def test_offsets_lead_back_to_the_word(text):
    """The range of a word in the text as it came holds that word."""
    found = split([text])
    assert np.all(found.start < found.end)
    assert np.all(np.diff(found.start) >= 0)
    for h, start, end in zip(found.hashes, found.start, found.end, strict=True):
        assert h in split([text[start:end]]).hashes


@given(st.text(alphabet=[chr(c) for c in range(128)]))
def test_the_fast_way_for_ascii_equals_the_general_one(text):
    """An ASCII text has the same words when a curly quote after it forces the general way."""
    fast, general = split([text]), split([text + "”"])
    assert fast.hashes.tolist() == general.hashes.tolist()
    assert fast.start.tolist() == general.start.tolist()
    assert fast.end.tolist() == general.end.tolist()


@given(text=some_text, data=st.data())
def test_kept_ranges_are_read_as_texts_of_their_own(text, data):
    """Words come from kept ranges only, none reaches across a gap, offsets count in the whole."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    found = split([text], [ranges])
    parts = [split([text[low:high]]) for low, high in ranges]
    assert found.hashes.tolist() == [h for part in parts for h in part.hashes.tolist()]
    assert found.start.tolist() == [
        low + s for (low, _), part in zip(ranges, parts, strict=True) for s in part.start.tolist()
    ]
