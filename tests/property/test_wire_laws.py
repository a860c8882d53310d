"""Laws of version notes: offsets lead back, nothing is emptied, a second look finds the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from api.shipped import article_reader
from dedupe.apart import held_apart, outlets
from dedupe.model import Article, Reading
from dedupe.noted import Page
from dedupe.sketched import ROLES
from dedupe.succession import newer, updates, version_order
from dedupe.text import clean
from dedupe.version import Version, VersionKind

PIECES = st.sampled_from(
    [
        "(Adds comment from the owner)",
        "(Corrects name in paragraph 2",
        "Corrects paragraph 4 to read 42",
        "Eds: UPDATES: With photos.",
        "BC-EU--Ferry Aground, 2nd Ld-Writethru,410",
        "KILL KILL KILL",
        "1ST LEAD",
        "UPDATE: ",
        "UPDATE 2-Ferry runs aground",
        "This story has been updated.",
        "(This story corrects a name)",
        "Correction: It was 42, not 24.",
        "An earlier version of this article was wrong.",
        "Updated at 5:10 a.m. ET",
        "A ferry ran aground in the harbour on Monday, the master said.",
        "更正：船上共有42人。",
        "(добавлены слова)",
        "&amp;",
        "<p>",
        "</p>",
        "[",
        ")",
        " ",
        "x",
        "\u200b",
    ]
)
BREAKS = st.sampled_from(["\n", "\n\n", " ", ""])
TEXT = st.lists(st.tuples(PIECES | st.text(max_size=12), BREAKS), max_size=10).map(
    lambda parts: "".join(word + end for word, end in parts)
)
TITLE = st.lists(
    st.sampled_from(
        [
            "UPDATE 2-",
            "CORRECTED-",
            "RPT-",
            "WRAPUP 1-",
            "(2nd LD) ",
            "Ferry aground",
            " (CORRECTED)",
            "",
        ]
    ),
    max_size=4,
).map("".join)
VERSIONS = st.builds(
    Version,
    kind=st.sampled_from(VersionKind),
    number=st.none() | st.integers(0, 3),
    revision=st.none() | st.integers(0, 3),
    created=st.none() | st.floats(0, 3),
    chain=st.sampled_from([None, "a", "b"]),
)


def page(title: str, body: str) -> tuple[Article, Page]:
    reader: Any = article_reader()
    article = Article(title=title, body=body, source="Outlet")
    return article, Page.of(article, clean(article, reader._furniture), reader._wire)


@settings(max_examples=80, deadline=None)
@given(TITLE, TEXT)
def test_spans_lead_back_to_the_posted_value(title: str, body: str) -> None:
    """Every note is the text that stands at its span."""
    article, _ = page(title, body)
    for note in article_reader().version(article).notes:
        value = {"title": title, "body": body}[note.span.field]
        assert 0 <= note.span.start <= note.span.end <= len(value)
        assert value[note.span.start : note.span.end] == note.text


@settings(max_examples=80, deadline=None)
@given(TITLE, TEXT)
def test_no_article_with_words_is_emptied(title: str, body: str) -> None:
    """A body that held a word holds one without its notes; a title too, or the body does."""
    _, found = page(title, body)
    words = [
        any(map(str.isalnum, text))
        for text in (
            found.whole.title.text,
            found.text.title.text,
            found.whole.prose,
            found.text.prose,
        )
    ]
    assert words[2] == words[3]
    assert words[0] == words[1] or words[3]


@settings(max_examples=80, deadline=None)
@given(TITLE, TEXT)
def test_notes_and_kept_text_share_nothing(title: str, body: str) -> None:
    """The kept ranges are sorted, disjoint, and outside the notes; together they are the prose."""
    _, found = page(title, body)
    text = found.text
    edges = [edge for kept in text.kept for edge in kept]
    assert edges == sorted(edges)
    for start, end, _ in text.notes:
        assert all(b <= start or end <= a for a, b in text.kept)
    assert text.prose == "".join(text.body.text[a:b] for a, b in text.kept)


@settings(max_examples=50, deadline=None)
@given(TITLE, TEXT)
def test_reading_is_the_same_twice(title: str, body: str) -> None:
    """The same article gives the same version, alone and among others."""
    article, _ = page(title, body)
    other = Article(title="Other", body="Another article of some words.", source="Outlet")
    read = article_reader().read([other, article])[1]
    if isinstance(read, Reading):
        assert read.version == article_reader().version(article)


@given(VERSIONS, VERSIONS, st.booleans())
def test_one_version_is_the_newer(a: Version, b: Version, chain: bool) -> None:
    """Who is newer does not depend on who is asked; nothing is newer than itself."""
    assert newer(a, b, chain=chain) == -newer(b, a, chain=chain)
    assert newer(a, a, chain=chain) == 0


@given(st.lists(VERSIONS, max_size=6), st.booleans())
def test_versions_have_one_order(some: list[Version], chain: bool) -> None:
    """Sorting is the same from every order of arrival, and agrees with ``newer`` where all is told."""
    keys = [version_order(one, chain=chain) for one in some]
    assert sorted(keys) == sorted(version_order(one, chain=chain) for one in some[::-1])
    for a, key in zip(some, keys, strict=True):
        for b, other in zip(some, keys, strict=True):
            if all(map(np.isfinite, (*key, *other))) and key > other:
                assert newer(a, b, chain=chain) == 1


@given(VERSIONS, VERSIONS, st.none() | st.floats(-100, 100))
def test_an_update_has_a_direction(a: Version, b: Version, hours: float | None) -> None:
    """If one replaces the other, the other does not replace it."""
    back = None if hours is None else -hours
    assert updates(a, b, hours=hours) == -updates(b, a, hours=back)


@given(
    st.lists(
        st.tuples(st.sampled_from(range(len(ROLES))), st.sampled_from([None, "A", "B"])),
        min_size=2,
        max_size=6,
    ),
    st.floats(0, 1),
)
def test_who_is_held_apart_does_not_depend_on_order(
    some: list[tuple[int, str | None]], jaccard: float
) -> None:
    """Of each pair both orders are held apart or neither; ordinary articles never are."""
    role = np.array([one for one, _ in some], np.uint8)
    outlet = outlets([name for _, name in some])
    left, right = np.triu_indices(len(some), 1)
    shares = np.full(len(left), jaccard)
    apart = held_apart(role, outlet, left, right, shares)
    assert apart.tolist() == held_apart(role, outlet, right, left, shares).tolist()
    assert not apart[(role[left] == 0) & (role[right] == 0)].any()
