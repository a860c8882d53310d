"""The credit patterns as records, compiled from ``data/credits.toml``.

A pattern says what to look for in one of three ways. *Named* patterns hold ``{name}``, where a
listed source stands; they are tried around every mention of one. *Free* patterns capture any
``source``; *fixed* patterns stand for one source by their words alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from typing import Any

from dedupe.model import CreditKind
from dedupe.provenance.cut import shortened
from dedupe.provenance.literals import Choice, Literals, extent, plain
from dedupe.provenance.names import Mentioned, Names
from dedupe.provenance.tried import BEFORE, Tried
from dedupe.sources import Outlet, Outlets, SourceKind

ORIGINS = (CreditKind.REPUBLICATION, CreditKind.PRESS_RELEASE)
"""Kinds of credit for the text as a whole."""
MENTION = "\ufffc"
"""Stands for the mentioned source in the window that named patterns are matched against."""


class Place(IntFlag):
    """Where in an article a phrase stands; a set of these says where a pattern may."""

    MIDDLE = 1
    HEAD = 2
    """First 500 code points of the article's own text."""
    TAIL = 4
    """Last 700 code points of the article's own text."""
    LAST = 8
    """Last sentence or sign-off of the article's own text."""
    PAGE = 16
    """Text of the page around the article."""
    TITLE = 32
    OPENING = 64
    """Before the first paragraph, among bylines and dates."""
    EARLY = 128
    """First 1000 code points: what nothing but captions and summaries may stand before."""
    LATE = 256
    """Last 2000 code points: what no story goes on after, though a page may."""


ANYWHERE = Place.MIDDLE | Place.HEAD | Place.TAIL | Place.LAST
_PLACES = {
    "head": Place.HEAD,
    "tail": Place.TAIL | Place.LAST,
    "last": Place.LAST,
    "page": Place.PAGE,
    "title": Place.TITLE,
    "opening": Place.OPENING,
    "early": Place.EARLY,
    "late": Place.LATE,
    "any": ANYWHERE,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """One way in which credits are worded."""

    id: str
    rank: int
    """Its position in the data: of named patterns that fit, the first decides."""
    kind: CreditKind
    lang: frozenset[str]
    """Languages of its words (BCP 47), or "any"."""
    text: str
    """What its regular expression is compiled from."""
    where: int
    """A set of ``Place``, as a plain number."""
    needs: tuple[str, ...]
    """Strings, in lower case, of which one must be near for ``expr`` to be tried; empty: always.
    For the patterns without a name, letters a to z in them are whole runs of such letters."""
    beside: tuple[str, ...]
    """Strings of which one must be in the text that a loose pattern is tried on, in lower case;
    empty: ``needs`` are enough."""
    before: tuple[str, ...]
    """What the text right before a mention must end with, in lower case; empty: anything."""
    after: tuple[str, ...]
    """What the text right after a mention must begin with, in lower case; empty: anything."""
    confidence: float
    at_edge: CreditKind | None
    """The kind it has in the first or last sentence, where that differs."""
    source: str | None
    """The source a fixed pattern stands for; None with nothing captured: the article's outlet."""
    of: frozenset[SourceKind]
    """Kinds of listed sources a named pattern is about; empty: those in ``only``."""
    only: frozenset[str]
    """Names of the only sources it is about; empty: all."""
    weak: bool
    """Also believed of names that are ordinary words, places or abbreviations."""
    own_feed: bool
    """Sites say this of themselves: another outlet's credit only where it names another outlet."""

    @property
    def expr(self) -> re.Pattern[str]:
        """Its regular expression, compiled when it is tried first: few of them ever are."""
        return _compiled(self.text)

    @property
    def required(self) -> tuple[Choice, ...]:
        """Of each of these choices a text is part of every match, in ``plain`` form.

        Raises:
            ValueError: ``text`` is no regular expression.
        """
        try:
            return _known(self.text).required
        except re.error as error:
            raise ValueError(f"credit pattern {self.id!r}: {error}") from error

    @property
    def reach(self) -> int:
        """Code points before a mention that a match may hold, at most ``BEFORE``."""
        reach = _known(self.text).reach
        return BEFORE if reach is None else min(reach, BEFORE)

    @property
    def extent(self) -> int:
        """Code points from the beginning of a match on that it depends on."""
        return _extent(self.text)

    @property
    def is_named(self) -> bool:
        """It is tried around the mention of a listed source."""
        return MENTION in self.text

    def is_about(self, outlet: Outlet, *, weak: bool) -> bool:
        """It credits this source, under a name that is ``weak`` or not."""
        about = outlet.name in self.only if self.only else outlet.kind in self.of
        return about and (self.weak or not weak)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPatterns:
    """All patterns, ready to read with."""

    version: str
    outlets: Outlets
    every: tuple[Pattern, ...]
    """All of them, in their order."""
    names: Names
    """Finds the listed names."""
    cut: Mapping[str, Mentioned]
    """Agencies by their names without the last letter."""
    tried: Tried
    """Tells which of them to try on a text."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any], outlets: Outlets) -> CreditPatterns:
        """Compile the tables ``pattern`` of ``data/credits.toml``.

        Raises:
            ValueError: a pattern names an unknown place or kind, or is not a regular expression;
                of one that has other conditions, that shows when it is tried first.
        """
        parts = data.get("parts", {})
        names = Names(outlets.listed)
        every = tuple(_pattern(rank, one, parts) for rank, one in enumerate(data["pattern"]))
        return cls(
            version=str(data["version"]),
            outlets=outlets,
            every=every,
            names=names,
            cut=shortened(names.forms),
            tried=Tried(every),
        )


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.MULTILINE)


_extent = cache(extent)


@cache
def _known(text: str) -> Literals:
    return Literals.of(text, MENTION)


def _pattern(rank: int, entry: Mapping[str, Any], parts: Mapping[str, str]) -> Pattern:
    expr = entry["expr"].replace("{name}", MENTION)
    for part, text in parts.items():
        expr = expr.replace("{" + part + "}", text)
    where = Place(0)
    for place in entry["where"]:
        if place not in _PLACES:
            raise ValueError(f"credit pattern {entry['id']!r}: no place {place!r}")
        where |= _PLACES[place]
    return Pattern(
        id=entry["id"],
        rank=rank,
        kind=CreditKind(entry["kind"]),
        lang=frozenset(entry.get("lang", ())),
        text=expr,
        where=int(where),
        needs=tuple(map(plain, entry.get("needs", ()))),
        beside=tuple(map(plain, entry.get("beside", ()))),
        before=tuple(map(plain, entry.get("before", ()))),
        after=tuple(map(plain, entry.get("after", ()))),
        confidence=float(entry["confidence"]),
        at_edge=CreditKind(entry["at_edge"]) if "at_edge" in entry else None,
        source=entry.get("source"),
        of=frozenset(map(SourceKind, entry.get("of", ()))),
        only=frozenset(entry.get("only", ())),
        weak=bool(entry.get("weak", False)),
        own_feed=bool(entry.get("own_feed", False)),
    )
