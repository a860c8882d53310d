"""A night's plan as a person reads it in the terminal: the most important of it, on one screen or two."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import click

from api.night import words
from dedupe.night.records import (
    CanonicalLine,
    Change,
    ChangeKind,
    GroupLine,
    Guarded,
    NightPlan,
    PairLine,
)

LINES = 60
"""Most lines of a table."""
GROUPS = 2
"""Groups told of one change, the largest."""
_WHY = {ChangeKind.MERGE: "because", ChangeKind.SPLIT: "against", ChangeKind.MOVE: "because"}
"""What the strongest pair says of a change: of a split, what spoke for keeping it whole."""
NARROWEST, WIDEST = 40, 120
Block: TypeAlias = tuple[str, list[list[str]], int]
"""A heading, entries of a few lines each, and how many there are in all."""
_UNTITLED = "(no title)"


def table(plan: NightPlan, *, width: int | None = None) -> str:
    """The plan on at most ``LINES`` lines of ``width`` columns, those of the terminal by default."""
    columns = shutil.get_terminal_size((100, 24)).columns if width is None else width
    columns = max(NARROWEST, min(columns, WIDEST))
    head = [
        click.style("night plan", bold=True),
        *(f"  {line}" for line in _wrapped([words.scope(plan), *words.summary(plan)], columns - 2)),
        "",
        *_figures(plan, columns),
    ]
    blocks = _blocks(plan, columns)
    return "\n".join([*head, *_fitted(blocks, LINES - len(head), columns)])


def _blocks(plan: NightPlan, columns: int) -> list[Block]:
    """What is to be reviewed, then the changes by level and kind."""
    blocks = []
    if guarded := plan.review.guarded:
        entries = [_guarded(one, columns) for one in guarded[:LINES]]
        blocks.append(("To be reviewed", entries, len(guarded)))
    for section in words.sections(plan):
        entries = [_entry(change, columns) for change in section.changes[:LINES]]
        blocks.append((section.heading, entries, len(section.changes)))
    return blocks


def _fitted(blocks: Sequence[Block], room: int, columns: int) -> Iterator[str]:
    """The headings, and under each as many entries as there is room for, given out in turn."""
    room -= 2 * len(blocks)  # a blank line and a heading each
    shown = [1] * len(blocks)
    for k, (_, entries, _) in enumerate(blocks):
        # Nothing is left out for want of room: the first of each kind is cut to its share.
        entries[0] = entries[0][: max(room // (len(blocks) - k), 2)]
        room -= len(entries[0])
    for turn in range(1, LINES):
        for k, (_, entries, _) in enumerate(blocks):
            if turn == shown[k] and turn < len(entries) and len(entries[turn]) <= room:
                shown[k] += 1
                room -= len(entries[turn])
    for (heading, entries, total), n in zip(blocks, shown, strict=True):
        yield ""
        more = f"{n:,} of {total:,}, and {total - n:,} more in PLAN" if total > n else f"{total:,}"
        yield click.style(_fit(f"{heading}: {more}", columns), bold=True)
        for entry in entries[:n]:
            yield from entry


def _figures(plan: NightPlan, columns: int) -> list[str]:
    """The churn of each level, on two lines below each other; the columns that fit."""
    figures = plan.review.churn.figures
    names = [(key, name) for key, name in words.FIGURES if key != "articles_moved"]
    head, rows = f"  {'':<8}", [f"  {words.PLURAL[level]:<8}" for level in words.LEVELS]
    for key, name in names:
        told = [figures.get(f"{words.PLURAL[level]}_{key}") for level in words.LEVELS]
        cells = ["-" if one is None else f"{int(one):,}" for one in told]
        wide = max(len(name), *map(len, cells)) + 2
        if len(head) + wide > columns:
            break
        head += f"{name:>{wide}}"
        rows = [f"{row}{cell:>{wide}}" for row, cell in zip(rows, cells, strict=True)]
    return [click.style(head, dim=True), *rows]


def _entry(change: Change, columns: int) -> list[str]:
    """One change on a few lines: what happens, to which groups, on what evidence."""
    if change.kind is ChangeKind.CANONICAL:
        return [
            _group(change.after[0], columns),
            *(_fit(f"            {_canonical(one)}", columns) for one in change.canonical),
        ]
    told = f"  {words.headline(change)}: {words.sizes(change)} articles"
    if change.strongest is not None:
        told += f", {_WHY[change.kind]} {words.score(change.strongest)}"
    if change.weakest is not None and words.another(change.weakest, change.strongest):
        told += f", weakest link {change.weakest.probability:.2f}"
    lines = [_fit(told, columns)]
    side = change.after if change.kind is ChangeKind.SPLIT else change.before
    lines += [_group(one, columns) for one in side[:GROUPS]]
    lines += _pair(_WHY[change.kind], change.strongest, columns)
    if unjudged := words.unjudged(change):
        lines.append(_fit(f"      {'against':<8} {unjudged}", columns))
    if words.another(change.weakest, change.strongest):
        lines += _pair("weakest", change.weakest, columns)
    for bridge in change.bridges[:1]:
        more = f", {len(change.bridges) - 1} more" if len(change.bridges) > 1 else ""
        text = f"cuts off {bridge.cuts_off:,}{more}: {_plain(bridge.title)}"
        lines.append(_fit(f"      {'bridge':<8} {text}", columns))
    return lines


def _guarded(one: Guarded, columns: int) -> list[str]:
    return [
        *(f"  {line}" for line in _wrapped([words.guard(one)], columns - 2)),
        *(_group(group, columns) for group in one.groups),
        *_pair("bridge", one.bridge, columns),
    ]


def _group(one: GroupLine, columns: int) -> str:
    named = f"{_plain(one.title)}" + (f" ({_plain(one.canonical)})" if one.canonical else "")
    return _fit(f"    {one.size:>6,}  {named}", columns)


def _pair(name: str, pair: PairLine | None, columns: int) -> list[str]:
    """The score of a pair with both titles, each with half of the room that is left."""
    if pair is None:
        return []
    start = f"      {name:<8} {words.score(pair)}: "
    half = max((columns - len(start) - 3) // 2, 1)
    a, b = _plain(pair.a_title), _plain(pair.b_title)
    spare = max(half - _columns(a), 0) + max(half - _columns(b), 0)
    return [_fit(f"{start}{_fit(a, half + spare)} / {_fit(b, half + spare)}", columns)]


def _canonical(one: CanonicalLine) -> str:
    was, now = _plain(one.was or "no named source"), _plain(one.now or "no named source")
    if one.was == one.now:
        return f"another article of {now}" + (f", by {one.rule}" if one.rule else "")
    outside = "" if one.now_article else ", not in the index"
    return f"{was} → {now}{outside}" + (f", by {one.rule}" if one.rule else "")


def _plain(text: str | None) -> str:
    """One line without what would steer a terminal or turn the direction of writing."""
    if text is None:
        return _UNTITLED
    flat = " ".join(text.split())
    kept = "".join(c for c in flat if not unicodedata.category(c).startswith("C"))
    return kept or _UNTITLED


def _columns(text: str) -> int:
    """Columns that a terminal gives to the text."""
    return sum(map(_wide, text))


def _wide(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(text: str, columns: int) -> str:
    """The text, cut where it is wider than there is room; a wide character is never halved."""
    if _columns(text) <= columns:
        return text
    used, kept = 1, []
    for character in text:
        used += _wide(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def _wrapped(sentences: Iterable[str], columns: int) -> list[str]:
    """Sentences of ours, each from a line of its own on, broken between words."""
    lines: list[str] = []
    for sentence in sentences:
        line = ""
        for word in sentence.split():
            if line and len(line) + 1 + len(word) > columns:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return lines


__all__ = ["LINES", "table"]
