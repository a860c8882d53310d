"""Every credit an article carries, read from title, body, metadata and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from dedupe.model import Article, Credit, CreditKind, Provenance
from dedupe.provenance.captured import captured
from dedupe.provenance.home import Home
from dedupe.provenance.metadata import Declared, declared, may_declare
from dedupe.provenance.origin import origin_of, provenance
from dedupe.provenance.patterns import (
    MENTION,
    ORIGINS,
    CreditPatterns,
    Mention,
    Mentioned,
    Pattern,
    Place,
)
from dedupe.provenance.places import Places
from dedupe.provenance.screen import NONE, OVERHANG, PlainArticle, Screen, Suspicion
from dedupe.sources import Outlet, Outlets, comparison_key, host_of

BEFORE = 160
"""Code points before a mention that a named pattern may read; patterns look back less far."""
AFTER = 160
_TITLE = int(Place.TITLE)
_HOMES = 4096
"""Pairs of a source and a host whose names are remembered; a file has few."""
_ARTICLES = frozenset(("the ", "The ", "THE "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A credit as read; offsets are those of the value in ``field``.

    ``field`` is ``title``, ``body`` (the plain body given), ``url`` or ``metadata.<name>``, where
    names inside nested metadata are joined by dots.
    """

    kind: CreditKind
    source: str
    field: str
    start: int
    end: int
    confidence: float


class CreditReader:
    """Reads credits and provenance with the given patterns."""

    def __init__(self, outlets: Outlets, patterns: Callable[[], CreditPatterns]) -> None:
        """Loads the patterns when the first article is read: compiling them takes 40 ms."""
        self._outlets = outlets
        self._patterns = cache(patterns)
        self._screen = cache(lambda: Screen(self._patterns()))
        self._home = lru_cache(maxsize=_HOMES)(
            lambda source, host: Home.at(source, host, self._patterns().outlets)
        )

    def find(
        self, article: Article, title: str, body: str, kept: Sequence[tuple[int, int]]
    ) -> tuple[Found, ...]:
        """Every credit of an article, given its plain title and body (see ``find_credits``)."""
        return find_credits(
            title=title,
            body=body,
            kept=kept,
            metadata=article.metadata,
            outlet=article.source,
            url=article.url,
            patterns=self._patterns(),
        )

    def find_for_origin(self, pages: Sequence[PlainArticle]) -> list[tuple[Found, ...]]:
        """As ``find``, per page; nothing where none of it could be the origin, as hardly ever."""
        screen = self._screen()
        homes = [self._home(page.article.source, host_of(page.article.url)) for page in pages]
        told = zip(pages, homes, screen.suspicions(pages, homes), strict=True)
        return [
            self.find(page.article, page.title, page.body, page.kept)
            if self._may_credit_an_origin(page, home, suspicion)
            else ()
            for page, home, suspicion in told
        ]

    def _may_credit_an_origin(self, page: PlainArticle, home: Home, suspicion: Suspicion) -> bool:
        patterns, article = self._patterns(), page.article
        if suspicion is NONE and not may_declare(article.metadata, article.url, patterns.outlets):
            return False
        stated = map(_stated, declared(article.metadata, article.url, patterns.outlets))
        read = _outside(page, home, suspicion, patterns)
        seen = (_as_own(one, home, patterns.outlets) for one in chain(stated, read))
        return any(one is not None and one.kind in ORIGINS for one in seen)

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
    places = Places.of(title, body, kept)
    read = [
        *_in_title(patterns.mentions(title), title, patterns),
        *_settled(
            [
                *_mentioned(patterns.mentions(body), body, places, patterns),
                *_loose(body, places, home, patterns),
            ]
        ),
        *(_stated(item) for item in declared(metadata, url, patterns.outlets)),
    ]
    return tuple(
        mine for found in read if (mine := _as_own(found, home, patterns.outlets)) is not None
    )


def _outside(
    page: PlainArticle, home: Home, suspicion: Suspicion, patterns: CreditPatterns
) -> Iterator[Found]:
    """The credits that stand where an origin may, without most of those of the own outlet.

    Some of them a surer one may cover; no origin is missing.
    """
    if suspicion is NONE:
        return
    title, body, names = page.title, page.body, suspicion.names
    places = Places.of(title, body, page.kept)
    ranges = None if patterns.origin_in_middle else places.outskirts(len(body))
    if suspicion.any_name:
        yield from _in_title(patterns.mentions(title), title, patterns)
        yield from _mentioned(patterns.mentions(body, ranges), body, places, patterns, home.keys)
    elif names:
        yield from _in_title(patterns.occurrences(title, names), title, patterns)
        found = patterns.occurrences(body, names, ranges)
        yield from _mentioned(found, body, places, patterns, home.keys)
    if suspicion.loose:
        yield from _loose(body, places, home, patterns, suspicion.loose)


def _as_own(found: Found, home: Home, outlets: Outlets) -> Found | None:
    """The credit seen from the article's own outlet."""
    if found.kind in (CreditKind.PHOTO, CreditKind.OWN):
        return found
    if not home.is_own(found.source, outlets.by_key.get(comparison_key(found.source))):
        return found
    if found.kind is CreditKind.CITATION:
        return None
    return Found(
        kind=CreditKind.OWN,
        source=found.source,
        field=found.field,
        start=found.start,
        end=found.end,
        confidence=found.confidence,
    )


def _stated(item: Declared) -> Found:
    return Found(
        kind=CreditKind.REPUBLICATION,
        source=item.source,
        field=item.field,
        start=item.start,
        end=item.end,
        confidence=item.confidence,
    )


def _in_title(mentions: Iterable[Mention], title: str, patterns: CreditPatterns) -> Iterator[Found]:
    for span, mentioned in mentions:
        fit = _around(title, span, mentioned, _TITLE, patterns)
        if fit is not None:
            yield _found(fit[0], fit[0].kind, mentioned.outlet.name, "title", fit[1:])


def _mentioned(
    mentions: Iterable[Mention],
    body: str,
    places: Places,
    patterns: CreditPatterns,
    but: AbstractSet[str] | None = None,
) -> Iterator[Found]:
    """Credits to listed sources, from the words around each mention of one.

    With ``but`` only those that may be of origin, and none of the sources with these keys.
    """
    for span, mentioned in mentions:
        if but is not None and comparison_key(mentioned.outlet.name) in but:
            continue
        place = places.at(span[0])
        fit = _around(body, span, mentioned, place, patterns, origins=but is not None)
        if fit is None:
            continue
        kind = fit[0].kind
        if fit[0].at_edge is not None and places.in_edge_sentence(span[0]):
            kind = fit[0].at_edge
        yield _found(fit[0], kind, mentioned.outlet.name, "body", fit[1:])


def _around(
    text: str,
    span: tuple[int, int],
    mentioned: Mentioned,
    place: int,
    patterns: CreditPatterns,
    *,
    origins: bool = False,
) -> tuple[Pattern, int, int] | None:
    """The first pattern that fits the words around a mention, and its range in ``text``.

    An article before the name belongs to the mention; the text's own ends count as line ends.
    With ``origins`` None where no pattern of an origin fits.
    """
    start, end = span
    if text[max(0, start - 4) : start] in _ARTICLES:
        start -= 4
    low = max(0, start - BEFORE)
    before, after = text[low:start], text[end : end + AFTER]
    left = before.lower() if low else f"\n{before.lower()}"
    right = after.lower() if end + AFTER < len(text) else f"{after.lower()}\n"
    near = left + right
    window = f"{before}{MENTION}{after}"
    named = patterns.named_for(mentioned, place, left[-1])
    if origins and not any(
        one.may_fit(left, right, near) and one.expr.search(window) for one in named.origins
    ):
        return None
    for pattern in named.some:
        if not pattern.may_fit(left, right, near):
            continue
        match = pattern.expr.search(window)
        if match is not None:
            stop = low + match.end() + end - start - 1
            return pattern, *_trimmed(text, low + match.start(), stop)
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _loose(
    body: str,
    places: Places,
    home: Home,
    patterns: CreditPatterns,
    some: Sequence[Pattern] | None = None,
) -> Iterator[Found]:
    """Credits at the edges whose words alone tell: they capture a source or stand for one.

    With ``some`` only of these patterns, whose words are known to be there.
    """
    for begin, end in _edges(body, places):
        possible = places.possible(begin, end)
        for pattern in patterns.loose_for(body[begin:end]) if some is None else some:
            if not pattern.where & possible:
                continue
            if pattern.beside and not _holds(body[begin : end + OVERHANG], pattern.beside):
                continue
            for match in pattern.expr.finditer(body, begin, end + OVERHANG):
                start, stop = _trimmed(body, *match.span())
                if start >= end:
                    break
                if pattern.where & places.at(start):
                    yield from _named(pattern, match, (start, stop), home, patterns.outlets)


def _holds(text: str, parts: Sequence[str]) -> bool:
    return any(map(text.lower().__contains__, parts))


def _edges(body: str, places: Places) -> tuple[tuple[int, int], ...]:
    """Head and tail of the page as ranges of the body; one range where they meet."""
    if places.tail_start <= places.head_end:
        return ((0, len(body)),)
    return ((0, places.head_end), (places.tail_start, len(body)))


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
    inside = any(comparison_key(source) in own for own in home.keys)
    another = bool(home.keys) and not inside and not home.is_own(source, listed)
    return CreditKind.REPUBLICATION if telling and another else CreditKind.OWN


def _own_name(source: str, home: Home) -> str:
    """The outlet's name, where what it calls itself contains it ("The Sun Company, LLC")."""
    key = comparison_key(source)
    return home.name if home.name and comparison_key(home.name) in key else source


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


def _settled(found: list[Found]) -> list[Found]:
    """One credit per source and phrase: of overlapping ones the surest stays."""
    ranked = sorted(found, key=lambda f: (-f.confidence, f.start, f.end, f.kind, f.source))
    held: list[Found] = []
    for candidate in ranked:
        if not any(_covers(surer, candidate) for surer in held):
            held.append(candidate)
    return sorted(held, key=lambda f: (f.start, f.end, f.kind, f.source))


def _covers(surer: Found, other: Found) -> bool:
    """Both overlap and say the same, or the other is the photographer in a photo credit."""
    if surer.start >= other.end or other.start >= surer.end:
        return False
    photos = surer.kind is other.kind is CreditKind.PHOTO
    return surer.source == other.source or (photos and surer.confidence > other.confidence)
