from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import BadInput
from dedupe.formats.dates import read_date
from dedupe.formats.document import article_from
from dedupe.formats.lines import documents
from dedupe.formats.urls import _canonical, normalise_url
from dedupe.model import Article
from dedupe.text import FurniturePatterns, clean, is_headline_page, pages, plain
from dedupe.text.lines import ends_sentence
from dedupe.text.patterns import _folded

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2024, 8, 1, tzinfo=UTC)

MARKUP = st.sampled_from(
    ["<p>", "</p>", "<br>", "<b>", "</b>", "<script>", "</script>", "<!--", "-->", "&amp;", "&lt;", "&#39;",
     "&nbsp;", "&", "<", ">", '"', "'", "=", "<a href=", "<BAC>", "\0", "\u00ad", "\n", " ", "word", "ü", "漢", "😀"]
)  # fmt: skip
MESS = st.lists(MARKUP, max_size=40).map("".join) | st.text(max_size=60)
PAGE = st.lists(
    st.sampled_from(
        [
            "The council met on Monday and voted for the new bridge over the river.",
            "Work is to begin in spring, the mayor said, and will take three years.",
            "A short line",
            "A headline of some words that ends without a stop",
            "Advertisement",
            "Leave a Reply",
            "Related stories",
            "See also: Another headline of the day",
            "See also  A headline that was put in",
            "Home » News",
            "Mon. Jul 8th, 2024",
            "A title",
            "© 2024 Example",
            "The Example Sun",
            "all rights reserved",
            "3 comments",
            "Text [Source] with a mark",
            "",
        ]
    ),
    max_size=14,
).map("\n".join)

NO_PATTERNS = FurniturePatterns.from_mapping({})
PAGE_LINES = (
    "", "  ", "Dam to be closed for the whole winter", "Council asks for the money it was promised",
    "The dam will be closed, the council said.", "10:45 Workers arrive at the dam", "9 a.m. Dam closed",
    "٣:٤٥ - the gates are open", "17 workers are at the dam", "lower case line that goes on and on",
)  # fmt: skip


@pytest.fixture(scope="module")
def patterns():
    return FurniturePatterns.from_mapping(
        tomllib.loads((ROOT / "dedupe/data/furniture.toml").read_text("utf-8"))
    )


@given(st.text("aZß ’\u00a0\t\x0b\r-", max_size=30).map(str.strip))
def test_lines_are_compared_with_single_spaces(line):
    """However a line is folded, runs of white space with more than a blank in them are one blank."""
    folded = line.casefold().replace("’", "'").replace("\u00a0", " ")
    spaced = "  " in folded or "\t" in folded
    assert _folded(line) == (" ".join(folded.split()) if spaced else folded)


@given(st.lists(st.sampled_from(PAGE_LINES), max_size=40).map("\n".join))
def test_a_page_is_judged_early_as_it_is_late(body):
    """Few lines, many sentences and no digit at a line's head decide as all looks together do."""
    cleaned = clean(Article(title="Dam closed", body=body), NO_PATTERNS)
    lines = [line.strip() for line in cleaned.prose.split("\n") if line.strip()]
    sentences = sum(map(ends_sentence, lines))
    headlines = sum(map(pages._is_headline, lines))
    listed = 10 * sentences <= len(lines) and 10 * headlines >= 8 * len(lines)
    stamped = [k for k, line in enumerate(lines) if pages._time_stamp().match(line)]
    live = (
        len(stamped) >= 20
        and 2 * (stamped[-1] - stamped[0]) >= len(lines)
        and 5 * len(stamped) >= len(lines)
    )
    assert is_headline_page(cleaned) == (len(lines) >= 8 and (listed or live))


@given(MESS)
def test_offsets_lead_back_in_order(value):
    """Each plain code point comes from one range of the posted value, ranges in order and within it."""
    found = plain(value)
    if found.offsets is None:
        assert found.text == value
        return
    assert len(found.offsets) == len(found.ends) == len(found.text)
    ranges = list(zip(found.offsets.tolist(), found.ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(value) for start, end in ranges)
    assert ranges == sorted(ranges)
    for character, (start, end) in zip(found.text, ranges, strict=True):
        if end - start == 1 and not character.isspace():
            assert value[start] == character


@given(PAGE, st.sampled_from(["", "A title"]), st.sampled_from([None, "The Example Sun"]))
def test_cleaning_is_idempotent(patterns, body, title, source):
    """The prose of a text holds no furniture."""
    once = clean(Article(title=title, body=body, source=source), patterns)
    again = clean(Article(title=title, body=once.prose, source=source), patterns)
    assert again.prose == once.prose


@given(PAGE | MESS, st.sampled_from(["", "A title"]))
def test_kept_and_furniture_are_the_whole_body(patterns, body, title):
    """Furniture and kept ranges are sorted, disjoint, cover the body, and never empty it of words."""
    cleaned = clean(Article(title=title, body=body), patterns)
    ranges = sorted([*cleaned.kept, *((start, end) for start, end, _ in cleaned.furniture)])
    assert "".join(cleaned.body.text[start:end] for start, end in ranges) == cleaned.body.text
    assert all(a[1] == b[0] for a, b in pairwise(ranges))
    assert bool(cleaned.prose.strip()) == bool(cleaned.body.text.strip())


@given(PAGE | MESS, st.data())
def test_a_range_of_the_prose_is_covered_by_its_span(patterns, body, data):
    """What a prose range maps to starts and ends with the same code points."""
    cleaned = clean(Article(body=body), patterns)
    if not cleaned.prose:
        return
    start = data.draw(st.integers(0, len(cleaned.prose) - 1))
    end = data.draw(st.integers(start + 1, len(cleaned.prose)))
    first, last = cleaned.to_body(start, end)
    assert cleaned.body.text[first] == cleaned.prose[start]
    assert cleaned.body.text[last - 1] == cleaned.prose[end - 1]
    assert last - first >= end - start
    span = cleaned.span(start, end)
    assert 0 <= span.start < span.end <= len(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ("id", "title", "body", "source", "url", "published", "lang", "metadata", "other")


@given(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON | st.text(max_size=30)))
def test_any_json_is_an_article_or_refused_by_name(found):
    """No document raises anything but BadInput, and an article's texts are as posted."""
    try:
        article = article_from(found, now=NOW)
    except BadInput as error:
        refused = error
        article = None
    if article is None:
        assert refused.field
        assert refused.fix
        str(refused).encode()
    else:
        assert article.body == (found.get("body") or "")
        assert (article.title + article.body).strip()


@given(
    st.binary(max_size=200)
    | st.lists(JSON, max_size=4).map(lambda items: "\n".join(map(json.dumps, items)).encode())
)
def test_any_bytes_are_documents_or_errors(data):
    """Reading bytes raises nothing, and each place comes once, in order."""
    places = [place for place, _ in documents(data)]
    assert places == sorted(set(places))


@given(st.text(max_size=40) | st.integers() | st.floats() | st.datetimes().map(str))
def test_any_date_is_read_or_noticed(raw):
    """Reading a date raises nothing; what is read lies between 1900 and tomorrow, in UTC."""
    found, notice = read_date(raw, now=NOW)
    if found is not None:
        assert found.value.tzinfo is UTC
        assert 1900 <= found.value.year <= 2024
    elif str(raw).strip():
        assert notice is not None


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2024, 7, 30)))  # noqa: DTZ001
def test_iso_dates_are_read_as_python_reads_them(moment):
    """For ISO 8601 with a zone the standard library is the oracle."""
    raw = moment.replace(tzinfo=UTC).isoformat()
    found, _ = read_date(raw, now=NOW)
    assert found.value == datetime.fromisoformat(raw)


@given(
    st.text(max_size=60)
    | st.text("htps:/.?&=#abc%0 [@", max_size=40).map(lambda rest: "http://" + rest)
)
def test_a_normal_address_is_normal(url):
    """Normalising raises nothing and is idempotent."""
    normal = normalise_url(url)
    if normal is not None:
        assert normalise_url(normal) == normal


@given(
    st.from_regex(r"\Ahttps?://[a-z0-9-]{1,3}\.[a-z-]{1,3}(/[a-z0-9_.~-]{0,3}){0,4}\Z"),
)
def test_the_short_way_gives_the_same_address(url):
    """An address that needs no canonicalisation is what canonicalisation makes of it."""
    assert normalise_url(url) == _canonical(url)
