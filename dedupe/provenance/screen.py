"""Which articles may credit an origin at all: hardly any does, and the others need not be read."""

from __future__ import annotations

from collections.abc import Iterable

from dedupe.provenance.home import Home
from dedupe.provenance.looked import Looked, with_article
from dedupe.provenance.names import Mention
from dedupe.provenance.patterns import MENTION, ORIGINS, CreditPatterns, Pattern, Place
from dedupe.provenance.signoff import sign
from dedupe.provenance.tried import AFTER, BEFORE, Page
from dedupe.sources import Outlets, comparison_key

_TITLE = int(Place.TITLE)


def may_credit_an_origin(looked: Looked, home: Home, patterns: CreditPatterns) -> bool:
    """Title or body may hold a credit of origin to another than the article's own outlet."""
    return (
        _in_title(looked, home, patterns)
        or _loose(looked, home, patterns.outlets)
        or _mentioned(looked, home)
    )


def _in_title(looked: Looked, home: Home, patterns: CreditPatterns) -> bool:
    others = _others(looked.titled, home)
    page = patterns.tried.page(looked.title) if others else None
    return page is not None and any(_fits(looked.title, page, one, _TITLE) for one in others)


def _mentioned(looked: Looked, home: Home) -> bool:
    others = _others(looked.named, home)
    names = {start: end for (start, end), _ in looked.named} if others else {}
    for span, mentioned in others:
        alone = sign(looked.body, span, mentioned, names, looked.places)
        if alone is None:
            place = looked.places.at(span[0])
            if _fits(looked.body, looked.page, (span, mentioned), place):
                return True
        elif alone.kind in ORIGINS:
            return True
    return False


def _fits(text: str, page: Page, mention: Mention, place: int) -> bool:
    """A pattern of an origin fits the words around a mention, be it not the first that does."""
    span, mentioned = mention
    start, end = with_article(text, span)
    window = f"{text[max(0, start - BEFORE) : start]}{MENTION}{text[end : end + AFTER]}"
    return any(
        _is_origin(one) and one.expr.search(window) is not None
        for one in page.around(mentioned, place, start, end)
    )


def _loose(looked: Looked, home: Home, outlets: Outlets) -> bool:
    places = looked.places

    def wanted(pattern: Pattern) -> bool:
        if not (_is_origin(pattern) or pattern.own_feed):
            return False
        key = comparison_key(pattern.source) if pattern.source else ""
        listed = outlets.by_key.get(key)
        return listed is None or not home.owns(listed)

    return any(
        pattern.where & places.possible(first, last)
        and pattern.expr.search(
            looked.body, first, min(most, places.latest(pattern.where) + pattern.extent)
        )
        for begin, end in places.edges
        for pattern, within in looked.page.at_edge(begin, end, wanted)
        for first, last, most in within
    )


def _others(mentions: Iterable[Mention], home: Home) -> list[Mention]:
    """The mentions of other sources than the article's own outlet."""
    return [one for one in mentions if not home.owns(one[1].outlet)]


def _is_origin(pattern: Pattern) -> bool:
    return pattern.kind in ORIGINS or pattern.at_edge in ORIGINS
