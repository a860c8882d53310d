"""The conventions of ``data/wire.toml``, compiled: for each place those that begin as a text does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from dedupe.version import VersionKind

OPENING = "([（【"
"""Brackets that a note may stand in."""
FIGURE = "#"
"""How a convention begins that begins with any figure."""
_SHORT, _LONG = 3, 7
"""Code points by which conventions are told apart; the longer where many texts begin alike."""
_MARKS = frozenset("*•·–—-([（【")
"""What may stand between the head of a line and a note."""
_MARKED = frozenset({VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE})
_REQUIRED = frozenset({"id", "kind", "where", "expr", "match", "other"})
_KEYS = _REQUIRED | {"sep", "extent", "starts"}
_SEPARATORS = {
    "any": r"(?: ?[:：] ?| ?[-–—]{1,3} ?(?=\S))",
    "colon": r" ?[:：] ?",
    "none": r"[ :：]*(?:[-–—]{1,3} )?",
}
_BEFORE = re.compile(
    r"[ \t\u3000\xa0^]*(?P<note>(?:[*•·–—-]{1,3}[ \t]*)?(?P<open>[(\[（【]?)[ \t]*)(?=[^\s])"
)
"""White space, then what the note begins with: a mark of a list, a bracket."""


class Where(StrEnum):
    """Where a convention is written."""

    TITLE = "title"
    TITLE_END = "title_end"
    SLUG = "slug"
    HEAD = "head"
    TAIL = "tail"
    LINE = "line"
    BRACKET = "bracket"
    EDNOTE = "ednote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """One way to tell the version of a piece."""

    id: str
    kind: VersionKind | None
    """What it makes of the piece; None: nothing."""
    piece: bool = False
    """A form of article: only its number is a note."""
    label: bool = False
    """In a body the words alone are the note, what follows is the article's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Words that follow a convention."""

    convention: Convention
    note: int
    """Where the note starts, marks and bracket included."""
    start: int
    """Where its words start; ``end`` is half-open."""
    end: int
    opening: str = ""
    """The bracket that the note stands in."""


_Pattern: TypeAlias = tuple[Convention, str, frozenset[str]]
"""A convention, its expression, and its first code points or first sign; none: any."""


class Conventions:
    """The conventions of one place, by how they begin."""

    def __init__(self, some: Iterable[_Pattern], *, after: str = "") -> None:
        patterns = [(one, expr + after, starts) for one, expr, starts in some]
        places: dict[str, set[int]] = {}
        for number, (_, _, starts) in enumerate(patterns):
            for key in starts:
                places.setdefault(key, set()).add(number)
        anyhow = {number for number, (_, _, starts) in enumerate(patterns) if not starts}

        def of(numbers: set[int]) -> tuple[tuple[Convention, str], ...]:
            return tuple(patterns[number][:2] for number in sorted(numbers | anyhow))

        self._any = of(set())
        self._by_start = {
            key: of(numbers | places.get(key[:_SHORT], set())) for key, numbers in places.items()
        }
        signs = frozenset(key for key in places if len(key) == 1)
        self._signs = signs | frozenset("0123456789") if FIGURE in signs else signs
        self._marks = self._signs | _MARKS
        self._heads = frozenset(key[:_SHORT] for key in places)

    def at(self, text: str, start: int = 0, end: int | None = None) -> Hit | None:
        """The convention whose words stand in ``text`` at ``start``, if any."""
        starts, first = self._by_start, text[start : start + 1]
        some = starts.get(text[start : start + _LONG]) or starts.get(text[start : start + _SHORT])
        if some is None:
            some = starts.get(FIGURE if first.isdecimal() else first, self._any)
        limit = len(text) if end is None else end
        for convention, expr in some:
            found = _compiled(expr).match(text, start, limit)
            if found is not None:
                return Hit(convention=convention, note=start, start=start, end=found.end())
        return None

    def after_marks(self, text: str, start: int, end: int) -> Hit | None:
        """The same behind white space, the mark of a list and a bracket."""
        if text[start : start + 1].isalnum():
            return self.at(text, start, end)
        before = _BEFORE.match(text, start, end)
        if before is None:
            return None
        found = self.at(text, before.end(), end)
        if found is None:
            return self.at(text, before.start("note"), end)
        return Hit(
            convention=found.convention,
            note=before.start("note"),
            start=found.start,
            end=found.end,
            opening=before["open"],
        )

    def may_begin(self, text: str, at: int) -> bool:
        """Some convention begins like this."""
        starts = self._by_start
        return (
            text[at : at + _SHORT] in starts
            or text[at : at + 1] in self._signs
            or text[at : at + _LONG] in starts
        )

    def lines(self, text: str, start: int, end: int) -> list[int]:
        """Where in ``text[start:end]`` lines begin as some convention does, or with a mark."""
        if start and text[start - 1] != "\n":
            # What stands there is the middle of a line.
            start = text.find("\n", start, end) + 1 or end
        starts, marks, heads = self._by_start, self._marks, self._heads
        found: list[int] = []
        at = start
        for line in text[start:end].split("\n"):
            head = line[:_SHORT]
            if (head in heads and (head in starts or line[:_LONG] in starts)) or line[:1] in marks:
                found.append(at)
            elif line[:1] == " ":
                bare = line.lstrip(" ")
                if bare[:_SHORT] in starts or bare[:1] in marks or bare[:_LONG] in starts:
                    found.append(at + len(line) - len(bare))
            at += len(line) + 1
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePatterns:
    """The patterns of version notes, compiled."""

    version: int
    title: Conventions
    title_end: Conventions
    slug: Conventions
    head: Conventions
    tail: Conventions
    bracket: Conventions
    """At the head of a bracket that no other convention begins like."""
    ednote: Conventions
    marks: frozenset[str] = frozenset()
    """Conventions by which a text says that it is a notice."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> WirePatterns:
        """Compile the mapping that the data file holds.

        Raises:
            ValueError: a pattern has a key, kind or place that means nothing. One whose expression
                is broken raises it when it is first tried.
        """
        tables = [(_convention(table), table) for table in mapping.get("pattern", ())]

        def at(where: Where, *, begins: bool = False) -> Iterable[_Pattern]:
            for one, table in tables:
                if where in table["where"]:
                    starts = frozenset(table.get("starts", ())) if begins else frozenset()
                    expr = table["expr"]
                    if where is Where.TITLE:
                        expr += _SEPARATORS[table.get("sep", "any")]
                    elif where is Where.LINE:
                        expr = rf"(?:{expr})(?=[ \t*<=+!.:]*(?:\n|\Z))"
                    yield one, expr, starts

        lines = [*at(Where.HEAD, begins=True), *at(Where.LINE, begins=True)]
        return cls(
            version=int(mapping.get("version", 0)),
            title=Conventions(at(Where.TITLE, begins=True)),
            title_end=Conventions(at(Where.TITLE_END)),
            slug=Conventions(at(Where.SLUG), after=r"(?=[ \d<]*$)"),
            head=Conventions(lines),
            tail=Conventions(at(Where.TAIL, begins=True)),
            bracket=Conventions(at(Where.BRACKET)),
            ednote=Conventions(at(Where.EDNOTE)),
            marks=frozenset(one.id for one, _ in tables if one.kind in _MARKED),
        )


# Compiled when a text comes that begins like it: most never do.
@cache
def _compiled(expr: str) -> re.Pattern[str]:
    try:
        return re.compile(expr, re.MULTILINE)
    except re.error as broken:
        raise ValueError(f"the version pattern {expr!r} is broken: {broken}") from broken


def _convention(table: Mapping[str, Any]) -> Convention:
    unknown, missing = table.keys() - _KEYS, _REQUIRED - table.keys()
    if unknown or missing:
        raise ValueError(
            f"version pattern {table.get('id')!r} has unknown keys {sorted(unknown)} and lacks "
            f"{sorted(missing)}"
        )
    places = frozenset(map(Where, table["where"]))
    if not table.get("starts") and places & {Where.TITLE, Where.HEAD, Where.TAIL, Where.LINE}:
        raise ValueError(f"version pattern {table['id']!r} does not say how it starts")
    kind = table["kind"]
    return Convention(
        id=table["id"],
        kind=None if kind in ("note", "piece") else VersionKind(kind),
        piece=kind == "piece",
        label=table.get("extent") == "label",
    )
