"""The figures of labelled credits as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]

_NAME = 27
"""Columns of a name, as wide as the longest."""
SOURCES = 12
"""Most sources told: those with most mistakes. All are in the JSON."""


def told(row: Row) -> str:
    """The figures of one file, a line per measure."""
    return "\n".join(_lines(row))


def _lines(row: Row) -> Iterator[str]:
    texts, languages = row["documents"], len(row["by_language"])
    yield f"{row['file']}  credits: {texts:,} texts in {languages} languages"
    if row["rejected"]:
        yield _named("rejected", f"{row['rejected']:,} lines, scored neither way")
    for kind, found in row["kinds"].items():
        yield _named(kind, _scores(found))
    yield _named("source right", _share(row["sources"]))
    yield _named("source right, of reprints", _share(row["reprint_sources"]))
    yield _named("origin, from elsewhere", _share(row["origin"]["elsewhere"]))
    yield _named("origin, own text", _share(row["origin"]["own"]))
    for kind, found in row["taken_for_reprint"].items():
        yield _named(f"{kind} taken for reprint", _part(found["taken"], found))
    yield _named("spans exact", _share(row["spans"]))
    if row["canonical"] is not None:
        for name, found in row["canonical"].items():
            yield _named(f"canonical, {name}", _share(found))
    for lang, found in row["by_language"].items():
        yield _named(f"{lang} ({found['documents']} texts)", _scores(found))
    yield from _sources(row["by_source"])
    said = ", ".join(f"{count} {kind}" for kind, count in row["errors"].items() if count)
    yield _named("errors", said or "none")


def _sources(found: Row) -> Iterator[str]:
    """The sources with most mistakes."""
    mistakes = {name: one["labels"] - one["right"] + one["wrongly"] for name, one in found.items()}
    worst = sorted((name for name in found if mistakes[name]), key=lambda name: -mistakes[name])
    for name in worst[:SOURCES]:
        one = found[name]
        said = f"{one['right']} right of {one['labels']} labels, {one['wrongly']} read wrongly"
        yield _named(name, said)


def _scores(found: Row) -> str:
    shown = "  ".join(
        f"{name} {'-' if found[key] is None else format(found[key], '.4f')}"
        for name, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
    )
    return f"{shown}  ({found['labels']} labels, {found['read']} read)"


def _share(found: Row) -> str:
    return _part(found["right"], found)


def _part(count: int, found: Row) -> str:
    share = "-" if found["share"] is None else format(found["share"], ".4f")
    return f"{share}  ({count} of {found['of']})"


def _named(name: str, said: str) -> str:
    return f"  {name:<{_NAME}} {said}"
