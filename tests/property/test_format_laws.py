"""What is read quickly is read as the long way reads it: dates, addresses, markup, metadata."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.errors import TooLarge
from dedupe.formats import dates, document, urls
from dedupe.formats.dates import read_date
from dedupe.formats.document import MAX_METADATA_BYTES, article_from
from dedupe.model import Notice
from dedupe.text.plain import plain

NOW = datetime(2024, 8, 1, tzinfo=UTC)
NUMBERS = st.integers(0, 99).map("{:02d}".format)
ZONES = st.one_of(
    st.sampled_from(["", "Z", "z", "+00:00", "-00:00", "+0200", " UTC"]),
    st.builds("{}{}:{}".format, st.sampled_from("+-"), NUMBERS, NUMBERS),
)
MOMENTS = st.builds(
    "{:04d}-{}-{}{}{}:{}:{}{}".format,
    st.one_of(st.integers(0, 9999), st.integers(1899, 2026)),
    st.one_of(NUMBERS, st.sampled_from(["01", "06", "12"])),
    st.one_of(NUMBERS, st.sampled_from(["01", "28", "31"])),
    st.sampled_from("TTTt "),
    st.one_of(NUMBERS, st.sampled_from(["00", "23", "24"])),
    st.one_of(NUMBERS, st.sampled_from(["00", "59", "60"])),
    st.one_of(NUMBERS, st.sampled_from(["00", "59", "60"])),
    ZONES,
)
DATES = st.one_of(
    MOMENTS, MOMENTS.map(lambda text: text[:10]), st.text("0123456789-T:Z+ ", max_size=26)
)
"""Usual dates and those that look like them: impossible days, leap seconds, hour 24, odd zones."""
VALUES = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<DIV id=1>", "<BR/>", "<BAC>", "<!--", "<?xml ", "a < b", "&amp;", "&lt;b&gt;", "&#65;", "&#x41;",
             "&nosuch;", "AT&T", "&;", "\0", "\u00ad", "\u200b", "\ufeff", "_", "news", "é", "\n"]
        ),
        st.text("<>&;#!/?ax1 \0\u00ad", max_size=6),
    ),
    max_size=8,
).map("".join)  # fmt: skip
PARTS = st.sampled_from(
    [
        "a",
        "b",
        "utm_source",
        "utm_x",
        "A~1",
        "fbclid",
        "x.y",
        "_",
        "-",
        "%20",
        "é",
        " ",
        "+",
        ".",
        "..",
        "",
    ]
)
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS", "ftp", ""]),
    st.sampled_from(
        ["example.org", "www.example.org", "Example.org", "localhost", "a.b:80", "x@a.b", "a..b"]
    ),
    st.lists(PARTS, max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts)),
    st.lists(
        st.builds("{}{}{}".format, PARTS, st.sampled_from(["=", "", "=="]), PARTS), max_size=4
    ).map(lambda pairs: "?" + "&".join(pairs) if pairs else ""),
    st.sampled_from(["", "#top", "?", "/"]),
)


@given(DATES)
@example("2023-06-11T24:00:00Z")
@example("0001-01-01T00:00:00+05:00")
@example("2023-06-11T10:15:00+02:75")
@example("2024-08-02T00:00:01Z")
def test_a_usual_date_is_read_as_any_other(text):
    """The short way for ISO 8601 gives the date and the notice of the long one."""
    quick = read_date(text, now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_USUAL", re.compile("(?!)"))
        assert quick == read_date(text, now=NOW)


@given(st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_a_usual_date_is_its_moment(seconds, minutes):
    """A moment with its offset is the same moment in UTC."""
    moment = datetime(1900, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds % 3_900_000_000)
    sign, ahead = "-+"[minutes >= 0], abs(minutes)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{ahead // 60:02d}:{ahead % 60:02d}"
    found, notice = read_date(text, now=NOW)
    assert (found.value, notice) == (moment - timedelta(minutes=minutes), None)


@given(URLS)
@example("https://example.org/?b=1&a=2&utm_source=x&a=1")
@example("https://example.org/a/?x")
def test_an_address_without_escapes_is_normalised_as_any_other(url):
    """The short way gives the address that the long one gives."""
    assert urls.normalise_url(url) == urls._canonical(url)


@given(VALUES)
def test_what_does_not_look_like_markup_holds_none(value):
    """A value that is not resolved has nothing to resolve, and words where its plain text has."""
    resolved = plain(value)
    if not document.may_be_html(value):
        assert not resolved.html
        assert bool(document._WORD.search(value)) == bool(document._WORD.search(resolved.text))


@given(VALUES, VALUES)
def test_markup_is_told_where_it_was_resolved(title, body):
    """A field has a notice about its HTML just where its plain text was resolved from some."""
    found = article_from({"title": f"A bridge {title}", "body": body}).notices
    html = {n.field for n in found if n.action == "HTML removed"}
    fields = {"title": f"A bridge {title}", "body": body}
    assert html == {name for name, value in fields.items() if plain(value).html}


@given(
    st.dictionaries(
        st.text(max_size=5).map("x-{}".format), st.text() | st.none() | st.integers(-9, 9)
    )
)
def test_unknown_fields_are_kept_and_told_in_their_order(fields):
    """Every unknown field is in the metadata with a notice, in the order they were posted."""
    article = article_from({"body": "A bridge.", **fields})
    assert article.metadata == fields
    assert article.notices == tuple(
        Notice(
            field=name,
            value=(value if isinstance(value, str) else orjson.dumps(value).decode())[:200],
            action="unknown field kept in metadata",
        )
        for name, value in fields.items()
    )


@given(st.integers(1, 9), st.integers(-2, 2))
def test_metadata_is_measured_field_by_field(many, over):
    """The limit counts each name with its value in braces of its own."""
    room = MAX_METADATA_BYTES - sum(len(orjson.dumps({f"f{k}": ""})) for k in range(many)) + over
    fields = {f"f{k}": "" for k in range(many)} | {"f0": "x" * room}
    if over > 0:
        with pytest.raises(TooLarge, match=f"{MAX_METADATA_BYTES + over} bytes"):
            article_from({"body": "A bridge.", **fields})
    else:
        assert article_from({"body": "A bridge.", **fields}).metadata == fields
