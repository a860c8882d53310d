"""A credit as read, and what becomes of several: which stays, and how its own outlet sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dedupe.model import CreditKind
from dedupe.provenance.home import Home
from dedupe.provenance.origin import UNNAMED
from dedupe.sources import Outlets, comparison_key


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


def of_services(found: Sequence[Found], outlets: Outlets) -> Iterator[Found]:
    """Press releases of one service: the company a line names sent it by that ("SOURCE Acme")."""
    releases = [one for one in found if one.kind is CreditKind.PRESS_RELEASE]
    listed = [one for one in releases if outlets.find(one.source) is not None]
    for one in found:
        by_service = listed and one.kind is CreditKind.PRESS_RELEASE and one not in listed
        yield replace(one, source=listed[0].source) if by_service else one


_SURER = 0.14
"""By so much surer a credit is no help of the outlet's own ("(MENAFN - Gulf Times)")."""
_SHARED = re.compile(
    r"^(?:by|von|par|por)\b(?![^\n]*arrangement)[^\n]*?(?:(?:\band|&|\bwith) [^\n]{0,20}\b(?:staff|correspondents?|reporters?)\b"
    r"|\bwith\b|\bfor [\w.]+ (?:and|&|with)\b)",
    re.IGNORECASE,
)
"""A byline that names people of the outlet beside an agency."""


_FIRST_OF_TWO = re.compile(
    r"\W{0,3}(?:(?i:by|par|von|por|door|di|da|av) )?(?P<name>[^\n/,|]{3,30}?) (?:and|et|y|e|und|en|och|og) "
)
"""Who stands before another in a byline ("par GAZETTE et AFP")."""


def with_help(found: Sequence[Found], body: str, home: Home) -> Iterator[Found]:
    """An agency named in one phrase with the outlet or its people helped ("Gazette/AP")."""
    own = [one for one in found if one.kind is CreditKind.OWN and home.is_own(one.source, None)]
    for one in found:
        shared = any(
            _overlap(one, other) and other.confidence > one.confidence - _SURER for other in own
        ) or (one.field == "body" and _is_shared(body, one, home))
        if shared and one.kind is CreditKind.REPUBLICATION:
            yield replace(one, kind=CreditKind.ASSISTED)
        else:
            yield one


def _is_shared(body: str, one: Found, home: Home) -> bool:
    if _SHARED.match(body, one.start, one.end) is not None:
        return True
    first = _FIRST_OF_TWO.match(body, one.start, one.end)
    own = comparison_key(home.name) if home.name else ""
    return first is not None and own != "" and comparison_key(first["name"]) == own


def as_own(found: Found, home: Home, outlets: Outlets) -> Found | None:
    """The credit seen from the article's own outlet."""
    if found.kind in (CreditKind.PHOTO, CreditKind.OWN):
        return found
    listed = outlets.by_key.get(comparison_key(found.source))
    exactly = listed is not None and listed.name == found.source
    if not (home.owns(listed) if listed and exactly else home.is_own(found.source, listed)):
        return found
    if found.kind is CreditKind.CITATION:
        return None
    # A domain is the outlet's under another name.
    named = home.name is None or "." not in found.source
    return Found(
        kind=CreditKind.OWN,
        source=found.source if home.name is None or named else home.name,
        field=found.field,
        start=found.start,
        end=found.end,
        confidence=found.confidence,
    )


def settled(found: list[Found]) -> list[Found]:
    """One credit per source and phrase: of overlapping ones the surest stays."""
    if len(found) < 2:
        return found
    ranked = sorted(
        found, key=lambda f: (f.source == UNNAMED, -f.confidence, f.start, f.end, f.kind, f.source)
    )
    held: list[Found] = []
    for candidate in ranked:
        if not any(_covers(surer, candidate) for surer in held):
            held.append(candidate)
    return sorted(held, key=lambda f: (f.start, f.end, f.kind, f.source))


def _overlap(one: Found, other: Found) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _covers(surer: Found, other: Found) -> bool:
    """Both overlap and say the same, or the other is the photographer in a photo credit."""
    if not _overlap(surer, other):
        return False
    photos = surer.kind is other.kind is CreditKind.PHOTO
    named = other.source == UNNAMED and surer.kind is other.kind is CreditKind.REPUBLICATION
    same = surer.source == other.source or named
    return same or (photos and surer.confidence > other.confidence)
