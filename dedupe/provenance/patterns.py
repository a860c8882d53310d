"""The credit patterns as records, compiled from ``data/credits.toml``.

A pattern says what to look for in one of three ways. *Named* patterns hold ``{name}``, where a
listed source stands; they are tried around every mention of one. *Free* patterns capture any
``source``; *fixed* patterns stand for one source by their words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Any, TypeAlias

from dedupe.model import CreditKind
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


ANYWHERE = Place.MIDDLE | Place.HEAD | Place.TAIL | Place.LAST
_PLACES = {
    "head": Place.HEAD,
    "tail": Place.TAIL | Place.LAST,
    "last": Place.LAST,
    "page": Place.PAGE,
    "title": Place.TITLE,
    "any": ANYWHERE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One way in which credits are worded."""

    id: str
    kind: CreditKind
    expr: re.Pattern[str]
    where: int
    """A set of ``Place``, as a plain number."""
    needs: tuple[str, ...]
    """Of these one must be near for ``expr`` to be tried, in lower case; empty: always. Strings
    for a named pattern, whole runs of three or more letters a to z (or ©) for the others."""
    beside: tuple[str, ...]
    """Strings of which one must be in the text that a loose pattern is tried on, in lower case;
    empty: ``needs`` are enough."""
    ascii_needs: tuple[str, ...]
    """Those of ``needs`` that may stand in a text of ASCII alone."""
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
    """Kinds of listed sources a named pattern is about."""
    only: frozenset[str]
    """Names of the only sources it is about; empty: all."""
    weak: bool
    """Also believed of names that are ordinary words, places or abbreviations."""
    own_feed: bool
    """Sites say this of themselves: another outlet's credit only where it names another outlet."""

    @property
    def may_be_origin(self) -> bool:
        """It may credit the text as a whole, by itself or where it names another outlet."""
        return self.own_feed or self.kind in ORIGINS or self.at_edge in ORIGINS

    def may_stand_behind(self, last: str) -> bool:
        """Something in ``before`` ends with this letter, or anything may stand there."""
        return not self.before or any(text.endswith(last) for text in self.before)

    def may_fit(self, left: str, right: str, near: str) -> bool:
        """The text around a mention, in lower case, does not rule the pattern out.

        ``near`` is the text on both sides.
        """
        if self.before and not left.endswith(self.before):
            return False
        if self.after and not right.startswith(self.after):
            return False
        if not self.needs:
            return True
        return any(map(near.__contains__, self.ascii_needs if near.isascii() else self.needs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """What a form of a name stands for."""

    outlet: Outlet
    kind: str
    weak: bool


Mention: TypeAlias = tuple[tuple[int, int], Mentioned]
"""The range in which a name stands, and what it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Patterns to try around a mention."""

    some: tuple[Pattern, ...]
    origins: tuple[Pattern, ...]
    """Those of them that may credit the text as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPatterns:
    """All patterns, ready to read with."""

    version: str
    outlets: Outlets
    names: re.Pattern[str]
    """Finds every listed name in Latin letters."""
    other_names: re.Pattern[str]
    """Finds those in other scripts."""
    forms: Mapping[str, Mentioned]
    """By the form found, its spaces and hyphens made plain spaces."""
    longest: int
    """Code points of the longest form."""
    named: Mapping[tuple[str, bool, int], tuple[Pattern, ...]]
    """By source name or kind, weak or not, and place; the first pattern that matches counts."""
    behind: dict[tuple[str, bool, int, str], Named]
    """Of these the ones that may stand behind a letter of ASCII, as far as was asked."""
    origin_in_middle: bool
    """Some named pattern reads an origin in the middle of an article."""
    singles: frozenset[str]
    """Names of sources that have patterns of their own."""
    always: tuple[Pattern, ...]
    """Of the free and fixed patterns, those that need no word."""
    by_word: Mapping[bytes, tuple[Pattern, ...]]
    """The other free and fixed ones, by each word they need."""
    loose_words: frozenset[bytes]
    """All of these words."""

    def mentions(
        self, text: str, ranges: Sequence[tuple[int, int]] | None = None
    ) -> Iterator[Mention]:
        """Every listed name that begins in one of these ranges of a text, with its own range."""
        latin = text.isascii() or not other_script(text)
        spaced = with_spaces(text)
        for start, end in ((0, len(text)),) if ranges is None else ranges:
            for script in (self.names,) if latin else (self.names, self.other_names):
                for match in script.finditer(spaced, start, end + self.longest):
                    if match.start() < end:
                        yield match.span(), self.forms[match[0]]

    def occurrences(
        self, text: str, names: Sequence[str], ranges: Sequence[tuple[int, int]] | None = None
    ) -> Iterator[Mention]:
        """Where these forms of names stand, as ``mentions``, even within longer names or words."""
        spaced = with_spaces(text)
        for start, end in ((0, len(text)),) if ranges is None else ranges:
            for name in names:
                at = spaced.find(name, start, end + len(name) - 1)
                while at >= 0:
                    yield (at, at + len(name)), self.forms[name]
                    at = spaced.find(name, at + 1, end + len(name) - 1)

    def loose_for(self, text: str) -> Sequence[Pattern]:
        """The free and fixed patterns that the words of a text do not rule out."""
        words = self.loose_words.intersection(_runs(text))
        if _COPYRIGHT in text:
            words |= {_COPYRIGHT.encode()}
        needed = {p.id: p for word in words for p in self.by_word[word]}
        return (*self.always, *needed.values())

    def named_for(self, mentioned: Mentioned, place: int, last: str) -> Named:
        """The named patterns to try around a mention; ``last`` is the letter before it, if any.

        It is in lower case and a line feed at the beginning of the text.
        """
        name = mentioned.outlet.name if mentioned.outlet.name in self.singles else mentioned.kind
        key = (name, mentioned.weak, place, last)
        found = self.behind.get(key)
        if found is None:
            some = tuple(p for p in self.named[key[:3]] if p.may_stand_behind(last))
            found = Named(some=some, origins=tuple(p for p in some if p.may_be_origin))
            if last.isascii():  # the others are many: they would be remembered for ever
                self.behind[key] = found
        return found

    @classmethod
    def from_data(cls, data: Mapping[str, Any], outlets: Outlets) -> CreditPatterns:
        """Compile the tables ``pattern`` of ``data/credits.toml``.

        Raises:
            ValueError: a pattern is not a regular expression or names an unknown place or kind.
        """
        parts = data.get("parts", {})
        patterns = [_pattern(entry, parts) for entry in data["pattern"]]
        named = tuple(p for p in patterns if MENTION in p.expr.pattern)
        loose = tuple(p for p in patterns if MENTION not in p.expr.pattern)
        forms = _forms(outlets.listed)
        words = sorted({word for p in loose for word in p.needs})
        by_word = {word.encode(): tuple(p for p in loose if word in p.needs) for word in words}
        return cls(
            version=str(data["version"]),
            outlets=outlets,
            names=re.compile(_trie_expr(form for form in forms if form[0] < LATIN_END)),
            other_names=re.compile(_trie_expr(form for form in forms if form[0] >= LATIN_END)),
            forms=forms,
            longest=max(map(len, forms), default=0),
            named=_by_use(named, outlets.listed),
            behind={},
            origin_in_middle=any(p.kind in ORIGINS and p.where & Place.MIDDLE for p in named),
            singles=frozenset(name for p in named for name in p.only),
            always=tuple(p for p in loose if not p.needs),
            by_word=by_word,
            loose_words=frozenset(by_word),
        )


_AS_SPACES = "-\u00a0\u2010\u2011"
LATIN_END = "\u0370"
_OTHER_SCRIPT_CHAR = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")
_EDGE = 400
_LETTERS = bytes(c if 97 <= c <= 122 else 32 for c in range(256))
"""Translates UTF-8 so that white space parts the runs of a to z."""
_COPYRIGHT = "©"


def _runs(text: str) -> list[bytes]:
    """Every run of letters a to z in lower case, in half the time of a regular expression."""
    return text.lower().encode("utf-8", "surrogatepass").translate(_LETTERS).split()


def with_spaces(text: str) -> str:
    """The text with plain spaces for hyphens and fixed spaces, at the same positions.

    A class of these in the expression for all names would make compiling it four times as long.
    """
    for char in _AS_SPACES:
        text = text.replace(char, " ")
    return text


def other_script(text: str) -> bool:
    """Another script stands in the beginning or at the end: enough to tell, and 5 times faster."""
    ends = (0, _EDGE), (max(0, len(text) - _EDGE), len(text))
    return any(_OTHER_SCRIPT_CHAR.search(text, *part) for part in ends)


def _pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> Pattern:
    expr = entry["expr"].replace("{name}", MENTION)
    for part, text in parts.items():
        expr = expr.replace("{" + part + "}", text)
    where = Place(0)
    for place in entry["where"]:
        if place not in _PLACES:
            raise ValueError(f"credit pattern {entry['id']!r}: no place {place!r}")
        where |= _PLACES[place]
    try:
        compiled = re.compile(expr, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"credit pattern {entry['id']!r}: {error}") from error
    return Pattern(
        id=entry["id"],
        kind=CreditKind(entry["kind"]),
        expr=compiled,
        where=int(where),
        needs=tuple(entry.get("needs", ())),
        beside=tuple(entry.get("beside", ())),
        ascii_needs=tuple(filter(str.isascii, entry.get("needs", ()))),
        before=tuple(entry.get("before", ())),
        after=tuple(entry.get("after", ())),
        confidence=float(entry["confidence"]),
        at_edge=CreditKind(entry["at_edge"]) if "at_edge" in entry else None,
        source=entry.get("source"),
        of=frozenset(SourceKind(kind) for kind in entry.get("of", ("agency", "outlet"))),
        only=frozenset(entry.get("only", ())),
        weak=bool(entry.get("weak", False)),
        own_feed=bool(entry.get("own_feed", False)),
    )


def _forms(listed: Iterable[Outlet]) -> dict[str, Mentioned]:
    """Every way the listed names may be written, in capitals too."""
    forms: dict[str, Mentioned] = {}
    for outlet in listed:
        weak = set(outlet.weak)
        for name in (*outlet.weak, outlet.name, *outlet.aliases):
            mentioned = Mentioned(outlet=outlet, kind=outlet.kind.value, weak=name in weak)
            for form in (name, name.upper()) if len(name) > 3 else (name,):
                forms.setdefault(with_spaces(form), mentioned)
    return forms


def _by_use(
    named: tuple[Pattern, ...], listed: Iterable[Outlet]
) -> dict[tuple[str, bool, int], tuple[Pattern, ...]]:
    singles = {name for p in named for name in p.only}
    keys = {(o.name if o.name in singles else o.kind.value): o for o in listed}
    inside = [Place.MIDDLE | Place(bits << 1) for bits in range(8)]
    return {
        (key, weak, int(place)): tuple(p for p in named if _usable(p, outlet, place, weak=weak))
        for key, outlet in keys.items()
        for weak in (False, True)
        for place in (*inside, Place.PAGE, Place.TITLE)
    }


def _usable(pattern: Pattern, outlet: Outlet, place: Place, *, weak: bool) -> bool:
    if pattern.only and outlet.name not in pattern.only:
        return False
    return outlet.kind in pattern.of and bool(pattern.where & place) and (pattern.weak or not weak)


def _trie_expr(forms: Iterable[str]) -> str:
    """One expression for all forms that shares their beginnings, longest form first.

    Every alternative begins with its literal first letter, so that the search can skip over
    other letters; the check for a word's beginning comes after it.
    """
    root: dict[str, Any] = {}
    for form in forms:
        node = root
        for char in form:
            node = node.setdefault(char, {})
        node[""] = {}
    return "|".join(_first(char, below) for char, below in sorted(root.items()))


def _first(char: str, below: dict[str, Any]) -> str:
    letter = _escaped(char)
    boundary = rf"(?<![\w@]{letter})" if _spaced(char) else ""
    return letter + boundary + _rest(below, char)


def _rest(node: dict[str, Any], last: str) -> str:
    longer = [_escaped(char) + _rest(below, char) for char, below in sorted(node.items()) if char]
    end = [r"(?![\w@])" if _spaced(last) else ""] if "" in node else []
    options = longer + end
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _escaped(char: str) -> str:
    return char if char.isalnum() else re.escape(char)


def _spaced(char: str) -> bool:
    """The script of this letter sets words apart by spaces and joins nothing to a name."""
    return char < "\u0590"
