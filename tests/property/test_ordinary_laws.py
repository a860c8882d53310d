"""Laws of reading a document for its text alone: never another text than the general reading."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.errors import BadInput
from dedupe.formats.document import article_from
from dedupe.formats.ordinary import text_of

ODD = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "a\0b",
        "x" * 5000,
        "<p>word</p>",
        "&amp;",
        "&amp; word",
        "AT&T",
        "caf\u00e9",
        "\ud800",
    ]
)
value = st.one_of(
    st.none(), ODD, st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.just([1]),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just("2024-03-05T10:00:00Z"),
)  # fmt: skip
name = st.sampled_from(
    ["id", "title", "body", "source", "url", "published", "lang", "metadata", "cluster", "note"]
)
usual = st.fixed_dictionaries(
    {"id": st.text("ab1", min_size=1), "body": st.text("word .,'\u2019\n", min_size=1)},
    optional={"title": st.text("Tile ", min_size=1), "published": st.just("2024-03-05")},
)


@given(st.builds(lambda base, more: base | more, usual, st.dictionaries(name, value, max_size=4)))
@example({"id": "a", "body": "word", "metadata": "no object"})
@example({"id": "a", "body": "word", "metadata": None})
@example({"id": 5, "body": "word"})
@example({"id": "a", "body": "word", "note": "x" * 70_000})
@example({"id": "a", "body": "&amp;", "title": "word"})
@example({"id": "a", "body": "\ud800 word"})
def test_what_is_read_quickly_is_read_the_same_in_general(document):
    """What passes as ordinary is accepted in general, with the same id, source, URL and texts."""
    found = text_of(document)
    if found is None:
        return
    whole = article_from(document)
    assert (found.external_id, found.source, found.url) == (
        whole.external_id, whole.source, whole.url,
    )  # fmt: skip
    assert (found.title, found.body) == (whole.title, whole.body)


def test_the_usual_article_is_ordinary():
    """An article as agencies send it passes, unknown fields and letters of any script included."""
    document = {
        "id": "wire-1", "title": "Fähre wieder da", "body": "Die Fähre fährt – AT&T schweigt.",
        "source": "Example", "url": "https://example.org/1", "published": "2024-03-05T10:00:00Z",
        "lang": None, "cluster": None, "desk": "sport", "words": 5,
    }  # fmt: skip
    assert text_of(document) is not None


def test_a_long_body_is_not_ordinary():
    """The limit on bodies counts bytes of UTF-8."""
    assert text_of({"id": "a", "body": "é" * 10}, max_body_bytes=20) is not None
    assert text_of({"id": "a", "body": "é" * 10}, max_body_bytes=19) is None
    assert text_of(BadInput("line", "is odd", "mend it")) is None
