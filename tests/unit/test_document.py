from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from dedupe.errors import BadInput, TooLarge
from dedupe.formats.document import article_from
from dedupe.formats.lines import document, documents, read_lines
from dedupe.formats.urls import normalise_url
from dedupe.model import Article, Notice

NOW = datetime(2024, 8, 1, tzinfo=UTC)
TEXT = "The bridge opened on Monday."


def read(**fields):
    return article_from({"title": "A bridge", "body": TEXT, **fields}, now=NOW)


def refused(*, error=BadInput, **fields):
    with pytest.raises(error) as caught:
        read(**fields)
    return caught.value


def test_a_document_becomes_an_article():
    """Every known field is taken over as it was posted."""
    article = article_from(
        {
            "id": "a/1",
            "title": "A bridge",
            "body": TEXT,
            "source": "Example Sun",
            "url": "https://example.org/a",
            "published": "2024-07-01T10:00:00Z",
            "lang": "en",
            "metadata": {"by": "Example"},
        },
        now=NOW,
    )
    assert article == Article(
        external_id="a/1",
        title="A bridge",
        body=TEXT,
        source="Example Sun",
        url="https://example.org/a",
        published=article.published,
        published_raw="2024-07-01T10:00:00Z",
        lang="en",
        metadata={"by": "Example"},
    )
    assert article.published.value == datetime(2024, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (7, "7"),
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        ("日本/७/α β", "日本/७/α β"),
        ("", None),
        (None, None),
    ],
)
def test_ids_may_be_anything_short(given, kept):
    """Whole numbers, addresses, slashes and any script are kept; an empty id is none."""
    assert read(id=given).external_id == kept


def test_null_is_absence():
    """Fields that are null count as not given."""
    article = read(id=None, source=None, url=None, published=None, lang=None, metadata=None)
    assert article == Article(title="A bridge", body=TEXT)
    assert article_from({"title": None, "body": TEXT}) == Article(body=TEXT)
    assert article_from({"title": "A bridge", "body": None}) == Article(title="A bridge")


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"title": 5}, "title", "number is the wrong type"),
        ({"body": ["x"]}, "body", "array is the wrong type"),
        ({"source": {}}, "source", "object is the wrong type"),
        ({"url": True}, "url", "boolean is the wrong type"),
        ({"id": 1.5}, "id", "number is the wrong type"),
        ({"id": True}, "id", "boolean is the wrong type"),
        ({"published": ["2024"]}, "published", "array is the wrong type"),
        ({"published": False}, "published", "boolean is the wrong type"),
        ({"metadata": "x"}, "metadata", "string is the wrong type"),
        ({"title": "a\ud800b"}, "title", "a lone surrogate at character 1"),
        ({"body": "\udfff"}, "body", "a lone surrogate at character 0"),
        ({"id": "\ud800"}, "id", "a lone surrogate at character 0"),
        ({"published": "\ud800"}, "published", "a lone surrogate at character 0"),
        ({"metadata": {"by": "\ud800"}}, "metadata.by", "cannot be kept as JSON"),
        ({"section": ["\ud800"]}, "section", "cannot be kept as JSON"),
        ({"se\ud800": 1}, "se\\ud800", "cannot be kept as JSON"),
        ({"metadata": {"at": NOW.tzinfo}}, "metadata.at", "cannot be kept as JSON"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(fields, field, problem):
    """Wrong types and broken characters name the field, what is wrong and a fix."""
    error = refused(**fields)
    assert error.field == field
    assert problem in error.problem
    assert error.fix
    str(error).encode()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", ""),
        (None, None),
        (" ", "\n\t "),
        ("...", "—!?"),
        ("", "<p></p>"),
        ("\0", "&nbsp;"),
        ("_", ""),
    ],
)
def test_a_document_without_words_is_refused(title, body):
    """Neither title nor body holds a letter or digit once markup is away."""
    with pytest.raises(BadInput, match="no text"):
        article_from({"title": title, "body": body})


def test_a_word_in_any_script_is_text():
    """One letter or digit of any script is enough."""
    for text in ("ა", "7", "漢", "<b>x</b>"):
        assert article_from({"body": text}).body == text


@pytest.mark.parametrize(
    ("field", "longest"),
    [("id", 2048), ("source", 512), ("url", 4096), ("title", 10_000), ("lang", 64)],
)
def test_short_fields_have_limits(field, longest):
    """A field at its limit passes, one code point more is too large."""
    assert read(**{field: "ä" * longest})
    assert refused(error=TooLarge, **{field: "ä" * (longest + 1)}).field == field


def test_the_body_is_limited_in_bytes_of_utf8():
    """The limit counts bytes, not code points, and can be set."""
    assert article_from({"body": "ä" * 50}, max_body_bytes=100)
    with pytest.raises(TooLarge, match="102 bytes of UTF-8, more than 100 bytes"):
        article_from({"body": "ä" * 51}, max_body_bytes=100)
    with pytest.raises(TooLarge):
        article_from({"body": "x" * (2 * 1024 * 1024 + 1)})


def test_metadata_is_limited():
    """Metadata and unknown fields together stay within 64 KiB of JSON."""
    assert read(metadata={"x": "y" * 60_000})
    assert refused(error=TooLarge, metadata={"x": "y" * 40_000}, z="y" * 40_000).field == "metadata"


def test_unknown_fields_go_into_the_metadata_with_a_notice():
    """Nothing that was posted is lost, and the answer says where it went."""
    article = read(cluster="c1", story=None, metadata={"by": "Example"})
    assert article.metadata == {"by": "Example", "cluster": "c1", "story": None}
    assert article.notices == (
        Notice(field="cluster", value="c1", action="unknown field kept in metadata"),
        Notice(field="story", value="null", action="unknown field kept in metadata"),
    )


def test_metadata_wins_over_an_unknown_field_of_the_same_name():
    """A clash keeps the metadata's own value and says so."""
    article = read(by="field", metadata={"by": "metadata"})
    assert article.metadata == {"by": "metadata"}
    assert article.notices[0].action == "unknown field ignored, metadata has one of that name"


def test_nul_and_markup_are_accepted_with_a_notice():
    """The posted value is kept as it came; the notices say what reading it will drop."""
    body = "<p>The bridge\0 opened.</p>"
    article = read(body=body)
    assert article.body == body
    assert [(notice.field, notice.action) for notice in article.notices] == [
        ("body", "NUL characters removed"),
        ("body", "HTML removed"),
    ]


def test_an_unreadable_date_is_kept_as_given():
    """The date is null, its raw value stays, and the notice has the field and the value."""
    article = read(published="9/6/17")
    assert article.published is None
    assert article.published_raw == "9/6/17"
    assert article.notices == (
        Notice(field="published", value="9/6/17", action="unreadable date ignored, kept as given"),
    )


def test_an_address_that_is_none_is_accepted_with_a_notice():
    """A relative or broken address is kept and never identifies the article."""
    article = read(url="news/today")
    assert article.url == "news/today"
    assert article.notices[0].field == "url"


def test_values_in_notices_are_short():
    """A notice shows at most 200 code points of the value."""
    assert all(len(notice.value) <= 200 for notice in read(body=f"<p>{'x' * 999}</p>").notices)


@pytest.mark.parametrize("found", [None, 5, "text", ["a"], True])
def test_only_an_object_is_a_document(found):
    """Other JSON values are refused."""
    with pytest.raises(BadInput, match="send an object"):
        article_from(found)


def test_what_was_wrong_with_the_line_is_raised():
    """The error that reading the line gave passes through."""
    broken = document(b"{", place="line 3")
    with pytest.raises(BadInput, match="line 3"):
        article_from(broken)


LINES = b'{"id":1}\n\n{"id":2,\r\n{"id":"\xff"}\n  \n[1]\n"x"\n{"id":3}'


def test_a_broken_line_does_not_stop_the_rest():
    """Each line is a document or its own error, numbered as in the file; blank ones are skipped."""
    found = dict(documents(LINES))
    assert list(found) == [1, 3, 4, 6, 7, 8]
    assert [found[1], found[6], found[7], found[8]] == [{"id": 1}, [1], "x", {"id": 3}]
    assert found[3].field == "line 3"
    assert "not JSON" in found[3].problem
    assert found[4].problem == "invalid UTF-8 at byte 7"


def test_an_array_gives_its_items():
    """The items of a JSON array are numbered from 1; a broken array is one error."""
    assert list(documents(b' \n[{"id":1},{"id":2}]')) == [(1, {"id": 1}), (2, {"id": 2})]
    ((place, error),) = documents(b'[{"id":1},{"id":')
    assert place == 1
    assert "not JSON" in error.problem
    assert list(documents(b"[]")) == []
    assert list(documents(b"")) == []


def test_a_byte_order_mark_is_skipped():
    """Files written by Windows programs are read."""
    assert list(documents(b'\xef\xbb\xbf{"id":1}')) == [(1, {"id": 1})]
    assert list(documents(b"\xef\xbb\xbf[1]")) == [(1, 1)]
    two_files = b'\xef\xbb\xbf{"id":1}\n\xef\xbb\xbf{"id":2}\n'
    assert list(documents(two_files)) == [(1, {"id": 1}), (2, {"id": 2})]
    assert document(b'\xef\xbb\xbf{"id":1}') == {"id": 1}


def test_a_lone_surrogate_is_refused_by_the_name_of_its_field():
    """An escape that is half a character names the field, not a byte of the line."""
    ((_, told),) = documents(b'{"title":"x\\ud800","body":"text"}')
    with pytest.raises(BadInput) as caught:
        article_from(told)
    assert caught.value.field == "title"
    ((_, told),) = documents(b'{"body":"text","metadata":{"by":"\\udc00"}}')
    with pytest.raises(BadInput) as caught:
        article_from(told)
    assert caught.value.field == "metadata.by"
    assert list(documents(b'{"title":"\\ud83d\\ude00"}')) == [(1, {"title": "😀"})]


@pytest.mark.parametrize(
    "line", [b'{"a":NaN}', b'{"a":Infinity,"b":"\\ud800"}', b"[" * 5000, b"{'a':1}"]
)
def test_what_is_no_json_is_refused(line):
    """NaN, single quotes and bottomless nesting are errors of their line."""
    assert isinstance(document(line), BadInput)


def test_a_line_that_is_too_long_is_skipped():
    """One endless line is an error, and the next one is read."""
    found = dict(documents(b'{"id":"' + b"x" * 500 + b'"}\n{"id":2}\n', max_line_bytes=100))
    assert isinstance(found[1], TooLarge)
    assert found[2] == {"id": 2}


def test_files_are_read_line_by_line(tmp_path):
    """A gzip file gives the same documents as its bytes."""
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(gzip.compress(LINES))
    with gzip.open(path) as stream:
        places = [place for place, _ in read_lines(stream)]
    assert places == [place for place, _ in documents(LINES)]
    assert list(read_lines(io.BytesIO(json.dumps([{"id": 1}]).encode()))) == [(1, {"id": 1})]


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.ORG:80/a/../b/?b=2&a=1&utm_source=x#top", "http://example.org/b?a=1&b=2"),
        ("https://example.org:443/", "https://example.org"),
        ("https://example.org:8443/a/", "https://example.org:8443/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a?fbclid=1&gclid=2", "https://example.org/a"),
        ("https://example.org/%7Ea?q=%c3%a4", "https://example.org/~a?q=%C3%A4"),
        ("http://exämple.org/ä", "http://xn--exmple-cua.org/%C3%A4"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        (" https://example.org/a ", "https://example.org/a"),
        ("news/today", None),
        ("//example.org/a", None),
        ("mailto:a@example.org", None),
        ("http://[::1", None),
        ("http://example.org:99999/", None),
        ("http://a b/", None),
        ("\ud800", None),
        ("", None),
    ],
)
def test_one_page_has_one_address(url, normal):
    """Spellings of one address become one; anything else is None and never an error."""
    assert normalise_url(url) == normal


@pytest.mark.parametrize("field", ["id", "source", "url", "lang"])
def test_nul_characters_are_removed_from_short_fields(field):
    """A NUL in a field that identifies an article is dropped, with a warning that shows it."""
    article = read(**{field: "https://exa\0mple.org/a"})
    name = "external_id" if field == "id" else field
    assert getattr(article, name) == "https://example.org/a"
    assert [(n.field, n.value, n.action) for n in article.notices] == [
        (field, "https://exa\0mple.org/a", "NUL characters removed")
    ]


def test_a_field_of_nul_characters_alone_is_absent():
    """Nothing is left of it: as if it had been blank."""
    assert read(source="\0\0").source is None


def test_fields_that_tell_of_versions_are_known() -> None:
    """They are kept in metadata, where they are read, and nothing is odd about that."""
    told = article_from({"title": "Ferry aground", "pubStatus": "usable", "version": 3})
    assert told.notices == ()
    assert told.metadata == {"pubStatus": "usable", "version": 3}


@pytest.mark.parametrize("value", ["x", -1, 1e30, [], "2.1-beta"])
def test_a_version_that_is_no_number_is_told(value: object) -> None:
    """It is kept as given, and the notice says that no order rests on it."""
    document = {"title": "Ferry aground", "metadata": {"item": {"version": value}}}
    (notice,) = article_from(document).notices
    assert notice.field == "metadata.item.version"
    assert notice.action.startswith("no version number; kept as given")
