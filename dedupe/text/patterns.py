"""The patterns of page furniture, compiled, and which of them a line matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from dedupe.text.lines import ends_sentence

_EDGES = " \t\r*:;|•·.!…-–—_[](){}>»«<\"'#=~"
_BULLETS = "•·*-–—>»| "
_PREFIX = 4
_LONGEST = 300
_KEYS = frozenset(
    {"lines", "starts", "ends", "contains", "shapes", "inline", "place", "longest", "sentence"}
)


class Place(StrEnum):
    """Where a line counts as furniture and what goes with it."""

    LINE = "line"
    HEAD = "head"
    BEFORE_TITLE = "before_title"
    BLOCK = "block"
    TAIL = "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What its patterns have in common."""

    why: str
    place: Place = Place.LINE
    longest: int = _LONGEST
    sentence: bool = True
    """A line that ends like a sentence counts too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurniturePatterns:
    """The patterns of ``data/furniture.toml``, compiled."""

    version: int
    lines: Mapping[str, Rule]
    starts: Mapping[str, tuple[tuple[str, Rule], ...]]
    """By their first four code points (shorter ones by the first), longest first."""
    ends: Mapping[str, Rule]
    any_end: tuple[str, ...]
    contains: tuple[tuple[str, Rule], ...]
    any_shape: re.Pattern[str]
    """All shapes in one: what it does not match needs no look at each."""
    any_long_shape: re.Pattern[str]
    """Those of them that lines longer than ``longest_content`` may have."""
    shapes: tuple[tuple[str, Rule], ...]
    """As they are written: each is compiled when ``any_shape`` has matched."""
    inline: tuple[tuple[re.Pattern[str], Rule], ...]
    longest: int
    """No longer line is looked at."""
    longest_content: int
    """No longer line is furniture for how it ends or what it contains."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> FurniturePatterns:
        """Compile the mapping that the data file holds.

        Raises:
            ValueError: a table has a key or place that means nothing, or a pattern is broken.
        """
        tables = {why: table for why, table in mapping.items() if isinstance(table, Mapping)}
        rules = {why: _rule(why, table) for why, table in tables.items()}

        def under(key: str) -> list[tuple[str, Rule]]:
            return [
                (pattern, rules[why])
                for why, table in tables.items()
                for pattern in table.get(key, ())
            ]

        shapes = under("shapes")
        ends = {_folded(phrase): rule for phrase, rule in under("ends")}
        contains = tuple((_folded(phrase), rule) for phrase, rule in under("contains"))
        longest_content = _longest([*ends.values(), *dict(contains).values()])
        long = [pattern for pattern, rule in shapes if rule.longest > longest_content]
        return cls(
            version=int(mapping.get("version", 0)),
            lines={_key(line): rule for line, rule in under("lines")},
            starts=_by_prefix(under("starts")),
            ends=ends,
            any_end=tuple(ends),
            contains=contains,
            # No group around a pattern: its first literal then decides at once.
            any_shape=_compiled("|".join(pattern for pattern, _ in shapes) or "(?!)"),
            any_long_shape=_compiled("|".join(long) or "(?!)"),
            shapes=tuple(shapes),
            inline=tuple((_compiled(pattern), rule) for pattern, rule in under("inline")),
            longest=_longest(rules.values()),
            longest_content=longest_content,
        )

    def rule_for(self, line: str) -> Rule | None:
        """The rule that makes this line (without white space at its ends) furniture, if any."""
        folded = _folded(line)
        rule = self.lines.get(folded.strip(_EDGES)) if len(folded) <= 80 else None
        if rule is None:
            bare = folded.lstrip(_BULLETS)
            if bare[:_PREFIX] in self.starts or bare[:1] in self.starts:
                rule = self._by_start(bare)
        any_shape = self.any_long_shape
        if rule is None and len(line) <= self.longest_content:
            rule, any_shape = self._by_content(folded), self.any_shape
        if rule is None and any_shape.fullmatch(folded):
            rule = self._by_shape(folded)
        if rule is None or len(line) > rule.longest:
            return None
        return rule if rule.sentence or not ends_sentence(line) else None

    def _by_start(self, bare: str) -> Rule | None:
        for prefix in (bare[:_PREFIX], bare[:1]):
            for phrase, rule in self.starts.get(prefix, ()):
                if bare.startswith(phrase) and _ends_word(bare, len(phrase)):
                    return rule
        return None

    def _by_content(self, folded: str) -> Rule | None:
        if folded.endswith(self.any_end):
            return next(rule for phrase, rule in self.ends.items() if folded.endswith(phrase))
        for phrase, rule in self.contains:
            if phrase in folded:
                return rule
        return None

    def _by_shape(self, folded: str) -> Rule | None:
        return next(
            (rule for shape, rule in self.shapes if _compiled(shape).fullmatch(folded)), None
        )


def _rule(why: str, table: Mapping[str, Any]) -> Rule:
    unknown = table.keys() - _KEYS
    if unknown:
        raise ValueError(f"furniture table {why!r} has unknown keys {sorted(unknown)}")
    return Rule(
        why=why,
        place=Place(table.get("place", Place.LINE)),
        longest=table.get("longest", _LONGEST),
        sentence=table.get("sentence", True),
    )


def _longest(rules: Iterable[Rule]) -> int:
    return max((rule.longest for rule in rules), default=0)


def _by_prefix(phrases: Sequence[tuple[str, Rule]]) -> dict[str, tuple[tuple[str, Rule], ...]]:
    found: dict[str, list[tuple[str, Rule]]] = {}
    for phrase, rule in phrases:
        folded = _folded(phrase)
        prefix = folded[:_PREFIX] if len(folded) >= _PREFIX else folded[:1]
        found.setdefault(prefix, []).append((folded, rule))
    return {
        prefix: tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
        for prefix, pairs in found.items()
    }


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as broken:
        raise ValueError(f"the furniture pattern {pattern!r} is broken: {broken}") from broken


def _folded(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        folded = folded.replace("’", "'").replace("\u00a0", " ")
    if "  " not in folded and "\t" not in folded:
        return folded
    if folded.isascii() and folded.isprintable():
        # No other white space than blanks: made single in a fifth of the time of a split.
        while "  " in folded:
            folded = folded.replace("  ", " ")
        return folded.strip(" ")
    return " ".join(folded.split())


def _key(line: str) -> str:
    return _folded(line).strip(_EDGES)


def _ends_word(text: str, end: int) -> bool:
    return end >= len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
