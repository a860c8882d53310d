"""Texts looked through for all that credits need, many of them at once.

One table is gone through for all texts before the next one is: read in turn for each text, they
push each other out of the processor's cache, and each takes three times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.provenance.cut import cut_off
from dedupe.provenance.names import Mention, evened
from dedupe.provenance.patterns import CreditPatterns
from dedupe.provenance.places import Places
from dedupe.provenance.tried import Page

_ARTICLES = frozenset(("the ", "The ", "THE "))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """Plain title and body of an article."""

    title: str
    body: str
    kept: Sequence[tuple[int, int]]
    """Sorted ranges of the body that are the article itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An article with all that was found of names and texts that patterns need."""

    title: str
    body: str
    titled: Sequence[Mention]
    """Listed names in the title."""
    named: Sequence[Mention]
    """Listed names in the body."""
    places: Places
    page: Page
    """The body."""


def looked_through(texts: Sequence[PlainText], patterns: CreditPatterns) -> list[Looked]:
    """Each text with all names in it, and with the texts that stand at its edges."""
    joined = [evened(f"{one.title}\n{one.body}") for one in texts]
    mentions = patterns.names.in_all(joined)
    looked = [_looked(*one, patterns) for one in zip(texts, mentions, strict=True)]
    for one in looked:
        for begin, end in one.places.edges:
            one.page.look_at_edge(begin, end)
    return looked


def look_around(looked: Sequence[Looked]) -> None:
    """Look through what stands around all names in these texts."""
    for one in looked:
        for span, _ in one.named:
            one.page.look_around(*with_article(one.body, span))


def with_article(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The range of a mention with the article before the name, which belongs to it."""
    start, end = span
    return (start - 4, end) if text[max(0, start - 4) : start] in _ARTICLES else span


def _looked(text: PlainText, mentions: Sequence[Mention], patterns: CreditPatterns) -> Looked:
    behind = len(text.title) + 1
    titled = [one for one in mentions if one[0][0] < behind]
    named = [
        ((start - behind, end - behind), mentioned)
        for (start, end), mentioned in mentions[len(titled) :]
    ]
    named += cut_off(text.body, patterns.cut, named[-1][0][1] if named else 0)
    return Looked(
        title=text.title,
        body=text.body,
        titled=titled,
        named=named,
        places=Places.of(text.title, text.body, text.kept),
        page=patterns.tried.page(text.body),
    )
