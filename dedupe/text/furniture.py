"""Which ranges of an article's text belong to the page: general patterns, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from dedupe.text.lines import ends_sentence, is_prose, same_words
from dedupe.text.patterns import FurniturePatterns, Place, Rule

Range: TypeAlias = tuple[int, int, str]
"""Start and end in the plain body, half-open, and why it is furniture."""

_MOST_LINKS = 12
"""Lines taken for links behind one heading of related links."""


def furniture_ranges(
    body: str, patterns: FurniturePatterns, *, title: str = "", source: str | None = None
) -> tuple[Range, ...]:
    """The furniture of a plain body, sorted and disjoint; never the whole of a text."""
    marks = _inline_ranges(body, patterns)
    blanked = _blanked(body, marks) if marks else body
    rules, signed = _rules(blanked, patterns, source)
    if not marks and not rules and not signed:
        return ()
    lines = _Lines(blanked)
    removed = _removed(lines, _hits(lines.stripped, rules), title=title, source=source)
    if all(not line or index in removed for index, line in enumerate(lines.stripped)):
        return ()
    return _merged(body, [*marks, *(lines.range(index, why) for index, why in removed.items())])


class _Lines:
    """A body as lines, with where each one starts."""

    def __init__(self, body: str) -> None:
        self.raw = body.split("\n")
        self.stripped = list(map(str.strip, self.raw))
        self._starts: list[int] | None = None

    def range(self, index: int, why: str) -> Range:
        """The line without the white space around it, as a range of the body."""
        if self._starts is None:
            self._starts = list(accumulate((len(line) + 1 for line in self.raw), initial=0))
        raw, line = self.raw[index], self.stripped[index]
        start = self._starts[index] + len(raw) - len(raw.lstrip())
        return start, start + len(line), why


def _rules(
    body: str, patterns: FurniturePatterns, outlet: str | None
) -> tuple[dict[int, Rule], bool]:
    """The rule of every line that has one, by its number, and if some line is the outlet's name.

    The usual text has neither: nothing else is done with it.
    """
    longest, rule_for = patterns.longest, patterns.rule_for
    name = (outlet or "").strip().casefold()
    most = len(name)
    rules: dict[int, Rule] = {}
    signed = False
    for index, raw in enumerate(body.split("\n")):
        line = raw.strip()
        if not line:
            continue
        # Case folding makes no text shorter.
        if len(line) <= most and line.casefold() == name:
            signed = True
        if len(line) <= longest and (rule := rule_for(line)) is not None:
            rules[index] = rule
    return rules, signed


def _hits(texts: Sequence[str], rules: Mapping[int, Rule]) -> dict[int, Rule]:
    """The rules, except where the line goes on with a sentence."""
    hits: dict[int, Rule] = {}
    for index, rule in rules.items():
        line, before = texts[index], texts[index - 1] if index and index - 1 not in hits else ""
        # In a text wrapped by hand a sentence may break right before "all rights reserved".
        if not (line[0].islower() and _is_open(before)):
            hits[index] = rule
    return hits


def _is_open(line: str) -> bool:
    return len(line) > 40 and not ends_sentence(line)


def _removed(
    lines: _Lines, hits: Mapping[int, Rule], *, title: str, source: str | None
) -> dict[int, str]:
    """Why each line that goes is furniture, by its number."""
    texts = lines.stripped
    repeats = {index for index, line in enumerate(texts) if title and same_words(line, title)}
    prose = [
        index
        for index, line in enumerate(texts)
        if is_prose(line) and index not in hits and index not in repeats
    ]
    head = prose[0] if prose else len(texts)
    last_repeat = max((index for index in repeats if index < head), default=-1)
    removed = {
        index: rule.why
        for index, rule in hits.items()
        if index not in repeats
        and not (rule.place is Place.HEAD and index > head)
        and not (rule.place is Place.BEFORE_TITLE and index > last_repeat)
    }
    extra = {**_blocks(texts, hits, removed), **_tail(texts, hits, removed)}
    if 2 * sum(len(texts[index]) for index in extra) <= sum(map(len, texts)):
        removed |= {index: why for index, why in extra.items() if index not in removed}
    last = max((index for index in prose if index not in removed), default=-1)
    return removed | _signatures(texts, removed, behind=last, outlet=source)


def _signatures(
    texts: Sequence[str], removed: Mapping[int, str], *, behind: int, outlet: str | None
) -> dict[int, str]:
    """The lines behind the last prose that are the outlet's name alone."""
    name = (outlet or "").strip().casefold()
    return {
        index: "outlet"
        for index in range(behind + 1, len(texts))
        if name and texts[index].casefold() == name and index not in removed
    }


def _blocks(
    texts: Sequence[str], hits: Mapping[int, Rule], removed: Mapping[int, str]
) -> dict[int, str]:
    """The link-like lines behind each heading of related links."""
    found: dict[int, str] = {}
    why, links = "", _MOST_LINKS
    for index, line in enumerate(texts):
        if index in removed:
            if hits[index].place is Place.BLOCK:
                why, links = removed[index], 0
        elif line and links < _MOST_LINKS:
            links = links + 1 if _is_link_like(line) else _MOST_LINKS
            if links < _MOST_LINKS:
                found[index] = why
    return found


def _is_link_like(line: str) -> bool:
    """A headline without its sentence: not a credit in brackets, not a name, not prose."""
    return (
        12 <= len(line) <= 160
        and line[0] not in "(—–-["
        and line.count(" ") >= 2
        and not ends_sentence(line)
    )


def _tail(
    texts: Sequence[str], hits: Mapping[int, Rule], removed: Mapping[int, str]
) -> dict[int, str]:
    """Everything behind the first mark of the page's end in the second half of the text."""
    rest = {index: line for index, line in enumerate(texts) if line and index not in removed}
    half = sum(map(len, rest.values())) / 2
    ahead = 0
    start = len(texts)
    for index, line in enumerate(texts):
        if index in removed:
            if ahead >= half and hits[index].place is Place.TAIL:
                start = index
                break
        else:
            ahead += len(line)
    return {index: hits[start].why for index in rest if index > start}


def _inline_ranges(body: str, patterns: FurniturePatterns) -> list[Range]:
    if "[" not in body:
        return []
    ranges = (
        (found.start(), found.end(), rule.why)
        for pattern, rule in patterns.inline
        for found in pattern.finditer(body)
    )
    return list(_merged(body, sorted(ranges)))


def _blanked(body: str, ranges: Sequence[Range]) -> str:
    """The body with blanks in place of the ranges, so that lines are judged without them."""
    pieces: list[str] = []
    done = 0
    for start, end, _ in ranges:
        pieces += body[done:start], " " * (end - start)
        done = end
    return "".join([*pieces, body[done:]]) if pieces else body


def disjoint(ranges: Iterable[Range], body: str) -> tuple[Range, ...]:
    """Sorted, overlaps cut off; neighbours of one kind with nothing between become one."""
    cut: list[Range] = []
    done = 0
    for start, end, why in sorted(ranges):
        if end > max(start, done):
            cut.append((max(start, done), end, why))
            done = end
    return _merged(body, cut)


def _merged(body: str, ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Sorted, without the covered ones; neighbours of one kind with nothing between become one."""
    merged: list[Range] = []
    for start, end, why in sorted(ranges):
        if merged and end <= merged[-1][1]:
            continue
        if merged and merged[-1][2] == why and not body[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end, why)
        else:
            merged.append((start, end, why))
    return tuple(merged)
