"""Credits of nothing but names: "AFP", "(AP, dpa)", "- Reuters/AFP", "PTI | Updated: Jan 5".

What stands with such a group on the page tells a byline or a sign-off from the end of a caption.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dedupe.model import CreditKind
from dedupe.provenance.alone import Group, Names, may_be_alone, names_alone
from dedupe.provenance.names import Mentioned
from dedupe.provenance.patterns import Place
from dedupe.provenance.places import PROSE, Places
from dedupe.provenance.runin import run_in
from dedupe.sources import SourceKind

PARAGRAPH = 100
"""A line as long as that which ends as a sentence does is part of a story."""
_LABEL = 12
"""So few letters before a name are an abbreviated word, no caption ("oprac. PAP")."""
_UNSPACED = "\u3040"
_CAPTION = 400
"""A first paragraph shorter than that may be a caption."""
NOTES = 2
"""So many paragraphs may follow a sign-off: notes on the author, on the site, on the next story."""
_EDGES = int(Place.HEAD | Place.TAIL | Place.LAST)
_END = int(Place.TAIL | Place.LAST)

_HELP = re.compile(
    r"\b(?:with|mit|avec|con|com|ile|z|med|met)\b|\bstaff,? (?:and|&) ", re.IGNORECASE
)
_STAFF = re.compile(r"(?<![\w/])[a-z]{2,4}/[a-z]{2,4} ?\($")
"""Initials of the outlet's own people before several agencies: it wrote with their help."""
_COMPOUND = 0.84
_RUN_IN = 0.81
_LATER = 0.02
"""By so much less a name behind another is believed to be the origin."""
_BY = re.compile(
    r"\W{0,3}(?:by|from|von|por|par|di|door|av|af|da|autor(?:in|ka)?|auteur|autore|texte?|agencia|agence"
    r"|agência|agenzia|redaktion|redacción|redazione|rédaction|redação)\b",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"\b\d{1,2}(?:[.:/]|h)\d{2}\b|\b(?:19|20)\d{2}\b")
"""A date or an hour: pages put these beside the byline."""
_TOWN = 24
"""A line as short as that may name the town between byline and date."""
_TOWN_ALONE = {
    "dash": re.compile(
        r"[\u0370-\u06ff][\u0370-\u06ff ]{1,24}|[A-ZÀ-ÞĞİŞ]{3,}(?: [A-ZÀ-ÞĞİŞ]{2,})?,? ?"
    ),
    "brackets": re.compile(
        r"[\u0370-\u06ff][\u0370-\u06ff ]{1,24}[-–—ـ/]\s?|[\u0590-\u06ff]{3,9}(?: [\u0590-\u06ff]{2,7})? "
        r"|[A-ZÀ-ÞĞİŞ]{3,}(?: [A-ZÀ-ÞĞİŞ]{2,})?,? ?(?:[-–—/] ?)?"
    ),
}
"""A town, in scripts mostly without capitals: a line for the dateline alone. By the group's shape."""
_TOWN_BYLINE = re.compile(
    r"(?:[^\n]{0,40}\d )?[A-ZÇĞİÖŞÜ][\w’-]{1,16}(?: [A-ZÇĞİÖŞÜ][\w’-]{1,16})? "
    r"[A-ZÇĞİÖŞÜ]{2,20}/[A-ZÇĞİÖŞÜ]{2,20},? ?"
)
"""A person and a town in capitals before the agency of both: "Ali DENEME/VAN, (DHA)"."""
_QUOTED = re.compile(r"[”\"»]\s*$")
_SENTENCE = re.compile(r"[.!?…。！？”\"’»)]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A group of names, as an origin, help or the end of a caption."""

    kind: CreditKind
    start: int
    end: int
    confidence: float


def sign(
    body: str,
    span: tuple[int, int],
    mentioned: Mentioned,
    names: Names,
    places: Places,
) -> Sign | None:
    """The credit that a mention is by itself, or None where other words stand with it.

    ``names`` are all mentions of the body: where each begins and ends.
    """
    if not may_be_alone(body, span):
        return _run_in(body, span, mentioned, names, places)
    behind_all = span[0] >= places.end
    if not behind_all and not places.at(span[0]) & _EDGES:
        return None
    group = names_alone(body, span, names)
    if group is None:
        return _run_in(body, span, mentioned, names, places)
    if behind_all and not _is_compound(group, names):
        return None
    inside = [one for one in names if group.start <= one < group.end]
    role = _role(body, group, mentioned, places)
    if role is None or (len(inside) == 1 and _is_furniture(group, mentioned, places)):
        return None
    kind, confidence = role
    staff = _STAFF.search(body, max(group.line[0], group.start - 12), min(inside))
    if kind is CreditKind.REPUBLICATION:
        if len(inside) > 1 and mentioned.outlet.kind is SourceKind.OUTLET:
            confidence = _COMPOUND
        if mentioned.outlet.kind is SourceKind.PRESS_RELEASE:
            kind = CreditKind.PRESS_RELEASE
        elif _HELP.search(body, group.start, group.end) or (staff and len(inside) > 1):
            kind = CreditKind.ASSISTED
    if span[0] > min(inside):
        confidence -= _LATER
    return Sign(kind=kind, start=group.start, end=group.end, confidence=confidence)


def _is_furniture(group: Group, mentioned: Mentioned, places: Places) -> bool:
    """A word that an outlet is also called by, alone on a line behind the beginning ("AD")."""
    outlet = mentioned.weak and mentioned.outlet.kind is SourceKind.OUTLET
    return outlet and group.shape == "line" and group.line[0] > places.first_paragraph


def _run_in(
    body: str, span: tuple[int, int], mentioned: Mentioned, names: Names, places: Places
) -> Sign | None:
    """The byline that a mention is where the story goes on in the same line."""
    if mentioned.outlet.kind not in (SourceKind.AGENCY, SourceKind.OUTLET):
        return None
    group = run_in(body, span, names, places, weak=mentioned.weak)
    if group is None:
        return None
    inside = sum(group.start <= one < group.end for one in names)
    outlet = mentioned.outlet.kind is SourceKind.OUTLET
    bracketed = body[group.start] == "(" and not mentioned.weak
    if outlet and inside == 1 and not bracketed and not _BY.match(body, group.start):
        return None
    helped = _HELP.search(body, group.start, group.end)
    return Sign(
        kind=CreditKind.ASSISTED if helped else CreditKind.REPUBLICATION,
        start=group.start,
        end=group.end,
        confidence=_RUN_IN - (_LATER if span[0] > group.start and inside > 1 else 0),
    )


def _is_compound(group: Group, names: Names) -> bool:
    """Two agencies on a line, or one beside a photo credit: no furniture though taken for it."""
    inside = [one for one in names if group.start <= one < group.end]
    return group.shape == "part" or (group.shape == "line" and len(inside) > 1)


def _role(
    body: str, group: Group, mentioned: Mentioned, places: Places
) -> tuple[CreditKind, float] | None:
    """What the group is by what stands before and behind it, and how sure that is."""
    if mentioned.outlet.kind is SourceKind.IMAGE:
        return CreditKind.PHOTO, 0.85
    outlet = mentioned.outlet.kind is SourceKind.OUTLET
    opening = bool(places.at(group.line[0]) & int(Place.OPENING)) or (
        group.line[0] <= places.first_paragraph
    )
    behind = _paragraphs(body, group.line[1], places.end)
    # In Chinese, Japanese and Korean square brackets are as good as round ones for a sign-off.
    if body[group.start] == "[" and (opening or behind or body[group.start + 1] < "\u3040"):
        return (CreditKind.CITATION, 0.7) if outlet else (CreditKind.PHOTO, 0.8)
    if group.shape in ("line", "town", "part"):
        return _line_role(body, group, places, opening=opening, behind=behind, outlet=outlet)
    short = group.line[1] - group.line[0] < _CAPTION
    ends = places.at(group.start) & _END and behind <= (0 if opening and short else NOTES)
    closing = not body[group.line[1] : places.end].strip()
    if ends and outlet:
        ends = (
            closing
            and group.shape != "bare"
            and not mentioned.weak
            and not _QUOTED.search(body, 0, group.start)
        )
    if ends:
        return CreditKind.REPUBLICATION, 0.65 if outlet else 0.85
    if outlet or not places.at(group.start) & int(Place.HEAD) or not behind:
        return None
    town = _TOWN_ALONE.get(group.shape)
    person = group.shape == "brackets" and _TOWN_BYLINE.fullmatch(body, group.line[0], group.start)
    if person or (opening and _BY.match(body, group.line[0])):
        return CreditKind.REPUBLICATION, 0.82
    if opening and town is not None and town.fullmatch(body, group.line[0], group.start):
        return CreditKind.REPUBLICATION, 0.85
    label = group.shape == "bare" and group.start - group.line[0] < _LABEL
    return None if label else (CreditKind.PHOTO, 0.75)


def _line_role(
    body: str, group: Group, places: Places, *, opening: bool, behind: int, outlet: bool
) -> tuple[CreditKind, float] | None:
    if opening:
        named = _BY.match(body, group.start) or _BY.search(body, *_line_before(body, group.start))
        return (CreditKind.REPUBLICATION, 0.85) if named or not outlet else None
    if group.shape == "town":
        return None
    behind_all = group.start >= places.end and not outlet
    if behind_all or (places.at(group.start) & _END and behind <= NOTES):
        closing = not body[group.end : places.end].strip() and _prose(
            body, *_line_before(body, group.start)
        )
        if outlet and not closing:
            return None
        return CreditKind.REPUBLICATION, 0.6 if outlet else 0.82
    if not outlet and places.at(group.start) & int(Place.HEAD) and _is_byline(body, group):
        return CreditKind.REPUBLICATION, 0.8
    return None if outlet else (CreditKind.PHOTO, 0.7)


def _is_byline(body: str, group: Group) -> bool:
    """The line says who wrote, or a date stands in it or in the line before or behind it."""
    if _BY.match(body, group.start):
        return True
    before, behind = _line_before(body, group.line[0]), _line_behind(body, group.line[1])
    beside = [before, group.line, behind]
    if behind[1] - behind[0] < _TOWN:
        beside.append(_line_behind(body, behind[1]))
    lines = (body[start:end] for start, end in beside)
    return any(len(line) < PROSE and _DATE_LINE.search(line) for line in lines)


def _line_behind(body: str, end: int) -> tuple[int, int]:
    start = end + len(body[end:]) - len(body[end:].lstrip())
    stop = body.find("\n", start)
    return start, stop if stop >= 0 else len(body)


def _line_before(body: str, start: int) -> tuple[int, int]:
    end = len(body[:start].rstrip())
    return body.rfind("\n", 0, end) + 1, end


def _prose(body: str, start: int, end: int) -> bool:
    """A line of the range is long enough for a caption or a sentence of the story."""
    return any(len(line) >= PROSE for line in body[start:end].split("\n"))


def _paragraphs(body: str, start: int, end: int) -> int:
    """How many lines of the range are part of a story."""
    lines = body[start:end].split("\n")
    return sum(_weight(line) >= PARAGRAPH and bool(_SENTENCE.search(line)) for line in lines)


def _weight(line: str) -> int:
    """Its length, counted thrice where characters are words."""
    return 3 * len(line) if line[:1] >= _UNSPACED or line[-2:-1] >= _UNSPACED else len(line)
