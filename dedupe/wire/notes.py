"""Version notes in title and body: where they stand, and what they make of the piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedupe.version import VersionKind
from dedupe.wire.patterns import OPENING, Conventions, Hit, WirePatterns

HEAD, TAIL = 600, 700
"""Code points at the head and at the end of a body in which notes are looked for."""
LONGEST = 600
"""Code points of a note; a longer paragraph is one only as far as its first sentence."""
_PREFIXES = 4
"""Prefixes of one title: "CORRECTED-UPDATE 2-" has two."""
_HEADLINE = 200
"""Code points of a first line that may be the headline again."""
_WRAPPED = 40
"""Code points of a line that a sender has wrapped: the next one may go on with its sentence."""

_SHORT_BRACKET, _LONG_BRACKET = 6, 24
"""Code points from which a bracket may hold a note, and one that begins with other words."""
_COUNTING = frozenset({VersionKind.UPDATE, VersionKind.WRAPUP})
"""A number in a note of these is the version's."""

_AMENDS = ("orrect", "ORRECT", "larifies", "efiles to")
"""What a bracket of the kind "(In March 3 story, corrects name)" holds."""
_ROUND = "(["
_CLOSERS = (")", "]", "）", "】")
_ORDERED = ("Mandatory Kill", "MANDATORY KILL", ", WITHHOLD", ", Withhold")
"""How a headline ends that is an agency's slug: "Harbour Bridge, Mandatory Kill"."""
_ENDS = (*_CLOSERS, *_ORDERED)
_CLOSING = dict(zip(OPENING, _CLOSERS, strict=True))
_DIGITS = re.compile(r"\d{1,3}")
_NUMBER = re.compile(
    r"\W*(?:[^\W\d]+(?:-[^\W\d]+)?\.? ?)?(\d{1,2})(?![\d/]|[:.]\d| ?[ap]\.?m)", re.IGNORECASE
)
"""A number behind the first word or before it: no time of day, no date."""
_SENTENCE_END = re.compile(r"[.!?。][\"”’')]?(?=\s|$)")
_SIGNS = ("ersion of th", "This ")
_BEFORE_SENTENCE = re.compile(r" (?=[\"”’)]?[.!?)])")
"""In a text read backwards, the blank before a sentence."""
_OPENS_STORY = re.compile(r"By |BY |\W*[^\n]{0,70}\([A-Z][A-Za-z/ .]+\) ?[-–—]|[^\n]{0,60} [–—] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What one note makes of the piece."""

    kind: VersionKind | None
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The notes of one field: sorted, disjoint ranges of it, and what they say."""

    ranges: tuple[tuple[int, int, str], ...] = ()
    """Start, end (half-open), and the convention."""
    hints: tuple[Hint, ...] = ()


NOTHING = Noted()


def in_title(title: str, patterns: WirePatterns) -> Noted:
    """The prefixes of a headline, and a bracket at its end."""
    at = len(title) - len(title.lstrip(" \t*"))
    if not patterns.title.may_begin(title, at) and not title.endswith(_ENDS):
        return NOTHING
    ranges, hints = [], []
    for _ in range(_PREFIXES):
        found = patterns.title.at(title, at) if patterns.title.may_begin(title, at) else None
        if found is None or _is_word(title, found):
            break
        start = at
        if found.convention.piece:
            digits = _DIGITS.search(title, start, found.end)
            assert digits is not None
            ranges.append((*digits.span(), found.convention.id))
            hints.append(Hint(kind=VersionKind.UPDATE, number=int(digits[0])))
            break
        ranges.append((start, found.end, found.convention.id))
        hints.append(_hint(title, found))
        at = found.end
    if title.endswith(_CLOSERS):
        start = max(map(title.rfind, OPENING))
        found = patterns.title_end.at(title, start + 1) if start > at else None
        if found is not None:
            ranges.append((start, len(title), found.convention.id))
            hints.append(_hint(title, found))
    elif title.endswith(_ORDERED):
        start = title.rfind(",")
        found = patterns.title_end.at(title, start + 2) if start > at else None
        if found is not None and found.end == len(title):
            ranges.append((start, len(title), found.convention.id))
            hints.append(_hint(title, found))
    return Noted(ranges=tuple(ranges), hints=tuple(hints)) if ranges else NOTHING


def _is_word(title: str, hit: Hit) -> bool:
    """In a headline all in capitals a hyphen makes a word: "LEAD-FREE PETROL"."""
    written = title[hit.start : hit.end]
    if not written.endswith("-") or " " in written or any(map(str.isdecimal, written)):
        return False
    return title[hit.end :].isupper()


def in_body(
    body: str, kept: Sequence[tuple[int, int]], patterns: WirePatterns, *, title: str = ""
) -> Noted:
    """The notes at head and end of what is ``kept`` of a body.

    Trash lines, notes to editors, slugs, a headline that is repeated with its prefix, corrections.
    """
    if not kept:
        return NOTHING
    first, last = kept[0][0], kept[-1][1]
    tail_start = max(first, last - TAIL)
    found = _marked(body, first, min(last, first + HEAD), last, patterns.head, patterns)
    found += _marked(body, tail_start, last, last, patterns.tail, patterns)
    for at in _sentences(body, tail_start, last):
        hit = patterns.tail.at(body, at, last)
        if hit is not None and not hit.convention.label:
            found.append(hit)
    ranges = [(hit.note, _end(body, hit, last), hit.convention.id) for hit in found]
    hints = [_hint(body, hit) for hit in found]
    repeat = _headline(body, first, patterns, title)
    if repeat is not NOTHING:
        ranges, hints = [*repeat.ranges, *ranges], [*repeat.hints, *hints]
    if not ranges:
        return NOTHING
    return Noted(ranges=_disjoint(ranges), hints=tuple(hints))


def _marked(
    body: str, first: int, end: int, last: int, some: Conventions, patterns: WirePatterns
) -> list[Hit]:
    """The notes that begin a line or a bracket between ``first`` and ``end``."""
    found = []
    for at in some.lines(body, first, end):
        hit = some.after_marks(body, at, last)
        if hit is None and body[at] in OPENING:
            hit = _bracketed(body, at, last, some, patterns)
        if hit is not None:
            found.append(hit)
    brackets = _brackets(body, first, end)
    if not brackets:
        return found
    # Asked once for all: in most texts no bracket can speak of a correction.
    reach = min(last, end + LONGEST)
    amends = any(body.find(sign, first, reach) >= 0 for sign in _AMENDS)
    for at in brackets:
        if amends or some.may_begin(body, at + 1):
            hit = _bracketed(body, at, last, some, patterns)
            if hit is not None:
                found.append(hit)
    return found


def _bracketed(
    body: str, at: int, last: int, some: Conventions, patterns: WirePatterns
) -> Hit | None:
    """What a bracket begins with, or says of corrections further on; hardly any is so long."""
    close = body.find(_CLOSING[body[at]], at, min(last, at + LONGEST))
    if 0 <= close < at + _SHORT_BRACKET:
        return None
    hit = some.after_marks(body, at, last) if some.may_begin(body, at + 1) else None
    if hit is not None:
        return None if hit.convention.label else hit
    if close - at < _LONG_BRACKET or all(body.find(some, at, close) < 0 for some in _AMENDS):
        return None
    found = patterns.bracket.at(body, at + 1, close)
    return None if found is None else replace(found, note=at, opening=body[at])


def _brackets(body: str, start: int, end: int) -> list[int]:
    """Where a bracket opens within a line; the head of a line is looked at with it."""
    found = []
    for bracket in _ROUND if body.isascii() else OPENING:
        at = body.find(bracket, start, end)
        while at >= 0:
            if at and body[at - 1] != "\n":
                found.append(at)
            at = body.find(bracket, at + 1, end)
    return found


def _sentences(body: str, start: int, end: int) -> list[int]:
    """Where a sentence within a paragraph may speak of the article itself."""
    found = []
    for sign in _SIGNS:
        at = body.find(sign, start, end)
        while at >= 0:
            stop = _BEFORE_SENTENCE.search(body[max(start, at - 120) : at][::-1])
            if stop is not None:
                found.append(at - stop.start())
            at = body.find(sign, at + len(sign), end)
    return found


def _end(body: str, hit: Hit, last: int) -> int:
    """Where the note ends: with its bracket, its line, or the words themselves."""
    if hit.opening:
        opened = body.index(hit.opening, hit.note)
        closed = _closed(body, opened, hit.opening, min(last, hit.start + LONGEST))
        if closed:
            return closed
    if hit.convention.label:
        return hit.end
    end = _line_end(body, hit.end, last)
    while _goes_on(body, hit.note, end, last):
        end = _line_end(body, end + 1, last)
    if end - hit.note > LONGEST:
        stop = _SENTENCE_END.search(body, hit.end, min(end, hit.note + LONGEST))
        end = stop.end() if stop is not None else hit.end
    return end


def _closed(body: str, start: int, opening: str, limit: int) -> int:
    """Behind the bracket that closes the one at ``start``; 0 where none does."""
    depth, closing = 0, _CLOSING[opening]
    for at in range(start, limit):
        if body[at] == opening:
            depth += 1
        elif body[at] == closing:
            depth -= 1
            if not depth:
                return at + 1
    return 0


def _line_end(body: str, start: int, last: int) -> int:
    end = body.find("\n", start, last)
    return last if end < 0 else end


def _goes_on(body: str, start: int, end: int, last: int) -> bool:
    """The sender has wrapped the line: no sentence ends with it, and no story begins behind it."""
    line = body[body.rfind("\n", 0, end) + 1 : end].rstrip()
    if len(line) < _WRAPPED or len(line) > 100 or line[-1] in ".!?)]<=" or end - start > LONGEST:
        return False
    follows = body[end + 1 : min(last, end + 100)]
    return bool(follows.strip("\n") == follows and follows.strip()) and not (
        _OPENS_STORY.match(follows)
    )


def _headline(body: str, start: int, patterns: WirePatterns, title: str) -> Noted:
    """The prefix of a first line that is the headline, or where there is no other headline."""
    if not patterns.title.may_begin(body, start):
        return NOTHING
    line = body[start : _line_end(body, start, min(len(body), start + _HEADLINE + 1))]
    if len(line) > _HEADLINE or line.rstrip().endswith("."):
        return NOTHING
    found = in_title(line, patterns)
    if found is NOTHING or (title and line[found.ranges[0][1] :].strip() not in title):
        return NOTHING
    moved = tuple((start + a, start + b, why) for a, b, why in found.ranges)
    return Noted(ranges=moved, hints=found.hints)


def _hint(text: str, hit: Hit) -> Hint:
    counts = hit.convention.kind in _COUNTING
    digits = _NUMBER.match(text, hit.start, hit.end) if counts else None
    return Hint(kind=hit.convention.kind, number=None if digits is None else int(digits[1]))


def _disjoint(ranges: list[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    result: list[tuple[int, int, str]] = []
    for start, end, why in sorted(ranges):
        if result and start < result[-1][1]:
            continue
        result.append((start, end, why))
    return tuple(result)
