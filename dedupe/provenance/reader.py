"""Every credit an article carries, read from title, body, metadata and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from dedupe.model import Article, Credit, CreditKind, Provenance
from dedupe.provenance.captured import captured
from dedupe.provenance.home import Home
from dedupe.provenance.metadata import Declared, declared
from dedupe.provenance.names import Mentioned, evened
from dedupe.provenance.origin import origin_of, provenance
from dedupe.provenance.patterns import MENTION, CreditPatterns, Pattern, Place
from dedupe.provenance.places import Places
from dedupe.provenance.signoff import Sign, sign
from dedupe.provenance.tried import AFTER, BEFORE, OVERHANG, Page
from dedupe.sources import Outlet, Outlets, comparison_key, host_of

_TITLE = int(Place.TITLE)
_SHORT = 3
"""So few letters are part of a name by chance ("TT" of "Musterblatt")."""
_ALIKE = 0.75
"""Of the shorter of two names so much is the beginning of the other where both mean one house."""
_HOMES = 4096
"""Pairs of a source and a host whose names are remembered; a file has few."""
_ADDRESS = ("www.", "://")
"""Behind these a name is part of an address."""
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
        """Loads the patterns when the first article is read: compiling them takes .4 s."""
        self._outlets = outlets
        self._patterns = cache(patterns)
        self._home = lru_cache(maxsize=_HOMES)(
            lambda source, host: Home.at(source, host, self._patterns().outlets)
        )

    def find(
        self, article: Article, title: str, body: str, kept: Sequence[tuple[int, int]]
    ) -> tuple[Found, ...]:
        """Every credit of an article, given its plain title and body (see ``find_credits``)."""
        patterns = self._patterns()
        home = self._home(article.source, host_of(article.url))
        return _credits(title, body, kept, article.metadata, article.url, home, patterns)

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
    return _credits(title, body, kept, metadata, url, home, patterns)


def _credits(
    title: str,
    body: str,
    kept: Sequence[tuple[int, int]],
    metadata: Mapping[str, Any],
    url: str | None,
    home: Home,
    patterns: CreditPatterns,
) -> tuple[Found, ...]:
    places = Places.of(title, body, kept)
    even = evened(body)
    page = patterns.tried.page(body, even)
    read = [
        *_in_title(title, patterns),
        *_settled(
            [
                *_mentioned(body, even, page, places, home, patterns),
                *_loose(body, page, places, home, patterns.outlets),
            ]
        ),
        *(_stated(item) for item in declared(metadata, url, patterns.outlets, home.name)),
    ]
    seen = (_as_own(found, home, patterns.outlets) for found in read)
    return tuple(_with_help([found for found in seen if found is not None], body, home))


_SHARED = re.compile(
    r"^(?:by|von|par|por)\b(?![^\n]*arrangement)[^\n]*?(?:(?:\band|&|\bwith) [^\n]{0,20}\b(?:staff|correspondents?|reporters?)\b"
    r"|\bwith\b|\bfor [\w.]+ (?:and|&|with)\b)",
    re.IGNORECASE,
)
"""A byline that names people of the outlet beside an agency."""


def _with_help(found: Sequence[Found], body: str, home: Home) -> Iterator[Found]:
    """An agency named in one phrase with the outlet or its people helped ("Gazette/AP")."""
    own = {
        (one.field, one.start, one.end)
        for one in found
        if one.kind is CreditKind.OWN and home.is_own(one.source, None)
    }
    for one in found:
        shared = (one.field, one.start, one.end) in own or (
            one.field == "body" and _SHARED.match(body, one.start, one.end) is not None
        )
        if shared and one.kind is CreditKind.REPUBLICATION:
            yield replace(one, kind=CreditKind.ASSISTED)
        else:
            yield one


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
        kind=item.kind,
        source=item.source,
        field=item.field,
        start=item.start,
        end=item.end,
        confidence=item.confidence,
    )


def _in_title(title: str, patterns: CreditPatterns) -> Iterator[Found]:
    even = evened(title)
    mentions = list(patterns.names.mentions(even))
    if not mentions:
        return
    page = patterns.tried.page(title, even)
    for span, mentioned in mentions:
        fit = _around(title, span, mentioned, _TITLE, page)
        if fit is not None:
            yield _found(fit[0], fit[0].kind, mentioned.outlet.name, "title", fit[1:])


def _mentioned(
    body: str, even: str, page: Page, places: Places, home: Home, patterns: CreditPatterns
) -> Iterator[Found]:
    """Credits to listed sources, from the words around each mention of one."""
    mentions = list(patterns.names.mentions(even))
    names = {start: end for (start, end), _ in mentions}
    for span, mentioned in mentions:
        if body.endswith(_ADDRESS, 0, span[0]):
            continue
        meant = home.meant(body[slice(*span)], mentioned)
        alone = sign(body, span, mentioned, names, places)
        if alone is not None:
            yield _alone(alone, meant)
            continue
        place = places.at(span[0])
        fit = _around(body, span, mentioned, place, page)
        if fit is None:
            continue
        kind = fit[0].kind
        if fit[0].at_edge is not None and places.in_edge_sentence(span[0]):
            kind = fit[0].at_edge
        yield _found(fit[0], kind, meant, "body", fit[1:])


def _around(
    text: str, span: tuple[int, int], mentioned: Mentioned, place: int, page: Page
) -> tuple[Pattern, int, int] | None:
    """The first pattern that fits the words around a mention, and its range in ``text``.

    An article before the name belongs to the mention; the text's own ends count as line ends.
    """
    start, end = span
    if text[max(0, start - 4) : start] in _ARTICLES:
        start -= 4
    tried = page.around(mentioned, place, start, end)
    if not tried:
        return None
    low = max(0, start - BEFORE)
    window = f"{text[low:start]}{MENTION}{text[end : end + AFTER]}"
    for pattern in tried:
        match = pattern.expr.search(window, max(0, start - low - pattern.reach))
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


def _loose(body: str, page: Page, places: Places, home: Home, outlets: Outlets) -> Iterator[Found]:
    """Credits at the edges whose words alone tell: they capture a source or stand for one."""
    for begin, end in _edges(body, places):
        possible = places.possible(begin, end)
        for pattern, first in page.at_edge(begin, end):
            if not pattern.where & possible:
                continue
            for match in pattern.expr.finditer(body, first, end + OVERHANG):
                start, stop = _trimmed(body, *match.span())
                if start >= end:
                    break
                if pattern.where & places.at(start):
                    yield from _named(pattern, match, (start, stop), home, outlets)


def _edges(body: str, places: Places) -> tuple[tuple[int, int], ...]:
    """Head and tail of the page as ranges of the body; one range where they meet."""
    late = max(0, min(places.late_start, places.tail_start))
    if late <= places.head_end:
        return ((0, len(body)),)
    return ((0, places.head_end), (late, len(body)))


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


def _alone(read: Sign, source: str) -> Found:
    return Found(
        kind=read.kind,
        source=source,
        field="body",
        start=read.start,
        end=read.end,
        confidence=read.confidence,
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
