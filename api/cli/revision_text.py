"""Revisions and differences as a person reads them; colours where a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import click

from api.cli.text import labelled, short, table

Json: TypeAlias = Mapping[str, Any]
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def revisions(told: Json) -> str:
    """The revisions of an article, one a line, and the other versions of the piece."""
    head = click.style(f"article {told['article_id']}", bold=True)
    rows = [
        *labelled("revisions", map(_revision, told["items"])),
        *labelled("chain", map(_mate, told["chain"])),
    ]
    return f"{head}, represented by revision {told['revision']}\n{table(rows)}"


def difference(told: Json) -> str:
    """What differs, facts first, then the passages."""
    rows = [
        ("compared", f"{_end(told['from'])} -> {_end(told['to'])}"),
        ("summary", click.style(told["summary"], bold=True)),
    ]
    if told["headline"]:
        rows += labelled("headline", _lines(told["headline"]))
    for kind in ("numbers", "names", "quotes"):
        rows += labelled(kind, map(_fact, told[kind]))
    passages = "\n".join("\n".join(_lines(one)) for one in told["passages"])
    return f"{table(rows)}\n\n{passages}" if passages else table(rows)


def _end(told: Json | str) -> str:
    """A revision of an article, or the file that was compared."""
    return told if isinstance(told, str) else f"{told['article_id']}/{told['revision']}"


def _revision(line: Json) -> str:
    star = "*" if line["represents"] else " "
    size = "" if line["characters"] is None else f", {line['characters']:,} characters"
    came = line["received"] or "before this was kept"
    title = short(line["title"]) if line["title"] is not None else f"(text {line['text']})"
    return f"{star} {line['number']:>3}  {came}  {_version(line['version'])}{size}  {title}"


def _mate(line: Json) -> str:
    title = "(not shown)" if line["title"] is None else short(line["title"])
    return f"{line['relation']}: {line['article_id']}  {_version(line['version'])}  {title}"


def _version(told: Json) -> str:
    """The kind with its number, and its status where that is not the usual one."""
    numbers = (told[name] for name in ("number", "revision") if told[name] is not None)
    named = " ".join([told["kind"], *(str(number) for number in list(numbers)[:1])])
    return named if told["status"] == "usable" else f"{named} ({told['status']})"


def _fact(change: Json) -> str:
    """A number, name or quotation that came, went or changed."""
    before, after = (
        None if part is None else short(part["text"])
        for part in (change["before"], change["after"])
    )
    sign = _SIGNS[change["change"]]
    if before is not None and after is not None:
        return f"{sign} {_gone(before)} -> {_new(after)}"
    return f"{sign} {_new(after)}" if after is not None else f"{sign} {_gone(before or '')}"


def _lines(change: Json) -> Iterator[str]:
    """A passage: what went on lines with a minus, what came with a plus, the words that differ lit."""
    for side, sign, style in (("before", "-", _gone), ("after", "+", _new)):
        part = change[side]
        if part is None:
            continue
        whole = change["change"] != "changed"
        text = style(part["text"]) if whole else _lit(part, change["edits"], side)
        first, *others = [line for line in text.splitlines() if line.strip()] or [""]
        yield f"{style(sign)} {first}"
        yield from (f"  {line}" for line in others)


def _lit(part: Json, edits: Sequence[Json], side: str) -> str:
    style = _gone if side == "before" else _new
    pieces, position = [], part["start"]
    text, origin = part["text"], part["start"]
    for edit in edits:
        start, end = edit[side]["start"], edit[side]["end"]
        pieces += [
            text[position - origin : start - origin],
            style(text[start - origin : end - origin]),
        ]
        position = end
    return "".join([*pieces, text[position - origin :]])


def _new(text: str) -> str:
    return click.style(text, fg="green") if text else ""


def _gone(text: str) -> str:
    return click.style(text, fg="red") if text else ""
