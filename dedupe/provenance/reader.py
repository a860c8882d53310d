"""Every credit an article carries, read from title, body, metadata and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from dedupe.model import Article, Credit, CreditKind, Provenance
from dedupe.provenance.abbreviations import belongs_to_another, spelled_otherwise, used_otherwise
from dedupe.provenance.captured import captured
from dedupe.provenance.found import Found, as_own, of_services, settled, with_help
from dedupe.provenance.home import Home
from dedupe.provenance.looked import (
    Looked,
    PlainText,
    look_around,
    looked_through,
    with_article,
)
from dedupe.provenance.metadata import declared
from dedupe.provenance.names import Mentioned
from dedupe.provenance.origin import origin_of, provenance
from dedupe.provenance.patterns import MENTION, ORIGINS, CreditPatterns, Pattern, Place
from dedupe.provenance.screen import may_credit_an_origin
from dedupe.provenance.signoff import Sign, sign
from dedupe.provenance.staff import CONFIDENCE, own_lines
from dedupe.provenance.tried import AFTER, BEFORE, Page
from dedupe.sources import Outlet, Outlets, SourceKind, comparison_key, host_of

_TITLE = int(Place.TITLE)
_SHORT = 3
"""So few letters are part of a name by chance ("TT" of "Musterblatt")."""
_ALIKE = 0.75
"""Of the shorter of two names so much is the beginning of the other where both mean one house."""
FROM_ELSEWHERE = (CreditKind.REPUBLICATION, CreditKind.ASSISTED)
_SURE = 0.9
"""So sure are phrases that credit an agency even where its name also stands for something else."""
_PERSON_BEHIND = frozenset(("photo.person-after", "photo.person-slash"))
"""Patterns in which a person's name follows on the agency's."""
_HOMES = 4096
"""Pairs of a source and a host whose names are remembered; a file has few."""
_ADDRESS = ("www.", "://")
"""Behind these a name is part of an address."""


class CreditReader:
    """Reads credits and provenance with the given patterns."""

    def __init__(self, outlets: Outlets, patterns: Callable[[], CreditPatterns]) -> None:
        """Loads the patterns when the first article is read: reading them takes .15 s."""
        self._outlets = outlets
        self._patterns = cache(patterns)
        self._home = lru_cache(maxsize=_HOMES)(
            lambda source, host: Home.at(source, host, self._patterns().outlets)
        )

    def find(
        self, article: Article, title: str, body: str, kept: Sequence[tuple[int, int]]
    ) -> tuple[Found, ...]:
        """Every credit of an article, given its plain title and body (see ``find_credits``)."""
        return self.find_all([article], [PlainText(title=title, body=body, kept=kept)])[0]

    def find_all(
        self, articles: Sequence[Article], texts: Sequence[PlainText]
    ) -> list[tuple[Found, ...]]:
        """The same for many articles, which takes less time for each."""
        looked = looked_through(texts, self._patterns())
        look_around(looked)
        return [self._read(*one) for one in zip(articles, looked, strict=True)]

    def find_for_origin(
        self, articles: Sequence[Article], texts: Sequence[PlainText]
    ) -> list[tuple[Found, ...]]:
        """As ``find_all``; nothing where none of it could be the origin, as hardly ever."""
        looked = looked_through(texts, self._patterns())
        return [
            self._read(article, one) if self._may_credit_an_origin(article, one) else ()
            for article, one in zip(articles, looked, strict=True)
        ]

    def _may_credit_an_origin(self, article: Article, looked: Looked) -> bool:
        patterns = self._patterns()
        home = self._home(article.source, host_of(article.url))
        stated = declared(article.metadata, article.url, patterns.outlets, home.name)
        return any(one.kind in ORIGINS for one in stated) or may_credit_an_origin(
            looked, home, patterns
        )

    def _read(self, article: Article, looked: Looked) -> tuple[Found, ...]:
        patterns = self._patterns()
        home = self._home(article.source, host_of(article.url))
        stated = declared(article.metadata, article.url, patterns.outlets, home.name)
        return _credits(looked, stated, home, patterns)

    def outlet(self, article: Article) -> str | None:
        """Normalised name of the article's own source."""
        return self._outlets.name(article.source, article.url)

    def provenance(self, article: Article, text: str, found: Sequence[Credit]) -> Provenance:
        """Whose text an article says it is; ``text`` is the plain body with its furniture."""
        outlet = self.outlet(article)
        told = provenance(
            outlet=outlet,
            url=article.url,
            metadata=article.metadata,
            body=text,
            credit=origin_of(found, outlet),
        )
        houses = self._outlets.house(told.outlet), self._outlets.house(told.origin)
        if not any(houses):
            return told
        return replace(told, outlet_family=houses[0], origin_family=houses[1])


def find_credits(
    *,
    title: str,
    body: str,
    kept: Sequence[tuple[int, int]],
    metadata: Mapping[str, Any],
    outlet: str | None,
    url: str | None,
    patterns: CreditPatterns,
) -> tuple[Found, ...]:
    """Every credit, in the order title, body, metadata, address and there by position.

    ``body`` is the plain body, ``kept`` the sorted ranges of it that are the article itself.
    A credit to the article's own outlet is ``own``; an outlet citing itself is none.
    """
    home = Home.of(outlet, url, patterns.outlets)
    (looked,) = looked_through([PlainText(title=title, body=body, kept=kept)], patterns)
    stated = declared(metadata, url, patterns.outlets, home.name)
    return _credits(looked, stated, home, patterns)


def _credits(
    looked: Looked, stated: Iterable[Found], home: Home, patterns: CreditPatterns
) -> tuple[Found, ...]:
    outlets = patterns.outlets
    read = [
        *_in_title(looked, patterns),
        *settled(
            [
                *_mentioned(looked, home, outlets),
                *_loose(looked, home, outlets),
                *_own(looked, home),
            ]
        ),
        *stated,
    ]
    if not read:
        return ()
    seen = (as_own(found, home, outlets) for found in of_services(read, outlets))
    return tuple(with_help([found for found in seen if found is not None], looked.body, home))


def _in_title(looked: Looked, patterns: CreditPatterns) -> Iterator[Found]:
    if not looked.titled:
        return
    page = patterns.tried.page(looked.title)
    for span, mentioned in looked.titled:
        fit = _around(looked.title, span, mentioned, _TITLE, page)
        if fit is not None:
            yield _found(fit[0], fit[0].kind, mentioned.outlet.name, "title", fit[1:])


def _mentioned(looked: Looked, home: Home, outlets: Outlets) -> Iterator[Found]:
    """Credits to listed sources, from the words around each mention of one."""
    body, places = looked.body, looked.places
    names = {start: end for (start, end), _ in looked.named}
    texts = {span[0] for span, one in looked.named if one.outlet.kind is not SourceKind.IMAGE}
    others = spelled_otherwise(body, looked.named, outlets)
    doubtful = used_otherwise(body, looked.named)
    for span, mentioned in looked.named:
        form = body[slice(*span)]
        if form in others or body.endswith(_ADDRESS, 0, span[0]):
            continue
        meant = home.meant(form, mentioned)
        dubious = form in doubtful or belongs_to_another(body, span)
        alone = sign(body, span, mentioned, names, places)
        if alone is not None and not (dubious and alone.kind in FROM_ELSEWHERE):
            yield _alone(alone, meant)
            continue
        place = places.at(span[0])
        fit = _around(body, span, mentioned, place, looked.page, texts)
        if fit is None or (dubious and fit[0].confidence < _SURE and fit[0].kind in FROM_ELSEWHERE):
            continue
        kind = fit[0].kind
        if fit[0].at_edge is not None and places.in_edge_sentence(span[0]):
            kind = fit[0].at_edge
        yield _found(fit[0], kind, meant, "body", fit[1:])


def _own(looked: Looked, home: Home) -> Iterator[Found]:
    """Lines in which the outlet says that the text is its own."""
    for start, end in own_lines(looked.body, looked.places, home):
        yield Found(
            kind=CreditKind.OWN,
            source=home.name or "",
            field="body",
            start=start,
            end=end,
            confidence=CONFIDENCE,
        )


def _around(
    text: str,
    span: tuple[int, int],
    mentioned: Mentioned,
    place: int,
    page: Page,
    others: AbstractSet[int] = frozenset(),
) -> tuple[Pattern, int, int] | None:
    """The first pattern that fits the words around a mention, and its range in ``text``.

    An article before the name belongs to the mention; the text's own ends count as line ends.
    Where one of the ``others`` begins, behind a slash, no photographer is named ("PAP / TVP Info").
    """
    start, end = with_article(text, span)
    low = max(0, start - BEFORE)
    window = ""
    behind = range(end + 1, end + 4)
    for pattern in page.around(mentioned, place, start, end):
        window = window or f"{text[low:start]}{MENTION}{text[end : end + AFTER]}"
        match = pattern.expr.search(window, max(0, start - low - pattern.reach))
        if match is None or (pattern.id in _PERSON_BEHIND and not others.isdisjoint(behind)):
            continue
        stop = low + match.end() + end - start - 1
        return pattern, *_trimmed(text, low + match.start(), stop)
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _loose(looked: Looked, home: Home, outlets: Outlets) -> Iterator[Found]:
    """Credits at the edges whose words alone tell: they capture a source or stand for one."""
    body, places = looked.body, looked.places
    for begin, end in places.edges:
        for pattern, within in looked.page.at_edge(begin, end):
            for first, last, most in within:
                if not pattern.where & places.possible(first, last):
                    continue
                most_here = min(most, places.latest(pattern.where) + pattern.extent)
                for match in pattern.expr.finditer(body, first, most_here):
                    start, stop = _trimmed(body, *match.span())
                    if start >= end:
                        break
                    if pattern.where & places.at(start):
                        yield from _named(pattern, match, (start, stop), home, outlets)


def _named(
    pattern: Pattern, match: re.Match[str], span: tuple[int, int], home: Home, outlets: Outlets
) -> Iterator[Found]:
    """The credit of a loose pattern, unless what it captured names nobody."""
    if "source" not in pattern.expr.groupindex:
        fixed = pattern.source or home.name
        if fixed is not None:
            yield _found(pattern, pattern.kind, fixed, "body", span)
        return
    source, listed = captured(match["source"], outlets)
    if source is None:
        return
    kind = _kind_for(pattern, source, listed, home)
    named = _own_name(source, home) if kind is CreditKind.OWN else source
    yield _found(pattern, kind, named, "body", span)


def _kind_for(pattern: Pattern, source: str, listed: Outlet | None, home: Home) -> CreditKind:
    """What sites say of themselves is own, unless it names another outlet than the known one."""
    if not pattern.own_feed:
        return pattern.kind
    telling = listed is not None or pattern.kind is CreditKind.REPUBLICATION
    key = comparison_key(source)
    inside = len(key) > _SHORT and any(key in own or _begin_alike(key, own) for own in home.keys)
    another = bool(home.keys) and not inside and not home.is_own(source, listed)
    return CreditKind.REPUBLICATION if telling and another else CreditKind.OWN


def _begin_alike(one: str, other: str) -> bool:
    """Two comparison keys are those of a name and of its site ("punchnewspapers", "punchng")."""
    short = min(len(one), len(other))
    size = round(_ALIKE * short)
    return short > _SHORT and one[:size] == other[:size]


def _own_name(source: str, home: Home) -> str:
    """The outlet's name, where it and what it calls itself begin alike ("The Sun Company, LLC")."""
    if home.name is None:
        return source
    key, own = comparison_key(source.partition(".")[0]), comparison_key(home.name)
    part = len(key) > _SHORT and own.startswith(key)
    return home.name if part or own in comparison_key(source) else source


def _found(
    pattern: Pattern, kind: CreditKind, source: str, field: str, span: tuple[int, int]
) -> Found:
    start, end = span
    return Found(
        kind=kind,
        source=source,
        field=field,
        start=start,
        end=end,
        confidence=pattern.confidence,
    )


def _alone(read: Sign, source: str) -> Found:
    return Found(
        kind=read.kind,
        source=source,
        field="body",
        start=read.start,
        end=read.end,
        confidence=read.confidence,
    )
