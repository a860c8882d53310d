"""Learned furniture as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from dedupe.furniture import Line

Json: TypeAlias = dict[str, Any]

_EPOCH = date(1970, 1, 1)


def told(source: str, lines: Sequence[Line]) -> Json:
    """What was learned of a source, with the evidence."""
    return {"source": source, "items": [_line(one) for one in lines]}


def text(answer: Json) -> str:
    """The same for reading: a line for each, its evidence below it."""
    if not answer["items"]:
        return f"nothing was learned as furniture of {answer['source']}"
    return "\n".join(_shown(item) for item in answer["items"])


def _line(one: Line) -> Json:
    learned = one.learned
    return {
        "id": one.id,
        "text": one.text,
        "why": one.why,
        "witnesses": learned.witnesses,
        "articles": learned.articles,
        "first": _day(learned.first),
        "last": _day(learned.last),
        "examples": list(learned.examples),
        "kept": one.kept,
    }


def _day(day: int | None) -> str | None:
    return None if day is None else (_EPOCH + timedelta(days=day)).isoformat()


def _shown(item: Json) -> str:
    days = f", {item['first']} to {item['last']}" if item["first"] else ""
    state = "kept: taken out of nothing" if item["kept"] else item["why"]
    seen = f"in {item['articles']} articles{days}" if item["articles"] else "recurs no more"
    return f"{item['id']}  {item['text']}\n    {state}; {seen}"
