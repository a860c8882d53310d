"""A story, and lists of stories, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import click

from api.cli.text import count, labelled, member, short, table, title

Json: TypeAlias = Mapping[str, Any]


def story(told: Json) -> str:
    """A story as a whole: its headline, whose it is, what it is about, and its time line."""
    names = {each["id"]: each["external_id"] or each["id"] for each in told["timeline"]["items"]}
    rows = [
        *labelled("headline", _headline(told["headline"], names)),
        ("size", _size(told)),
        ("sources", f"{told['independent_sources']} independent"),
        *labelled("origins", map(_origin, told["origins"])),
        *labelled("outlets", _counted(told["outlets"], "source")),
        *labelled("languages", _counted(told["languages"], "lang")),
        *labelled("about", _counted([*told["names"], *told["numbers"]], "text")),
        *labelled("agreement", _agreement(told, names)),
        *labelled("related", map(_related, told["related"])),
        *labelled("time line", _timeline(told["timeline"])),
    ]
    return f"{title('story', told)}\n{table(rows)}"


def stories(lines: Sequence[Json]) -> str:
    """One line a story: day of the last publication, size, id, headline."""
    if not lines:
        return "no story"
    return "\n".join(
        f"{_day(line['last'])}  {line['size']:>5,}  {click.style(line['id'], dim=True)}  "
        f"{short(line['headline']['title'])}"
        for line in lines
    )


def _headline(told: Json, names: Mapping[str, str]) -> Iterable[str]:
    outlet = f"{told['source']}: " if told["source"] else ""
    yield click.style(f"{outlet}{short(told['title'])}", bold=True)
    reasons = ", ".join(reason.replace("_", " ") for reason in told["reasons"])
    yield f"article {_name(told['article_id'], names)} ({reasons})"


def _size(told: Json) -> str:
    """Articles that count, those that do not, and from when to when."""
    # Articles that may not be shown count in the size and are not among the articles.
    more = max(told["articles"] - told["size"], 0)
    text = count(told["size"], "article") + (f" and {count(more, 'update')}" if more else "")
    if told["first"] is None:
        return text
    days = _day(told["first"]), _day(told["last"])
    return f"{text}, {days[0]}" if days[0] == days[1] else f"{text}, {days[0]} to {days[1]}"


def _origin(told: Json) -> str:
    """One origin and who carries it."""
    source = told["source"] or "no named source"
    where = "" if told["in_index"] or told["source"] is None else ", not in the index"
    others = [outlet for outlet in told["outlets"] if outlet != told["source"]]
    carried = f", carried by {', '.join(others)}" if others else ""
    return f"{source} ({count(told['articles'], 'article')}{where}){carried}"


def _counted(told: Iterable[Json], name: str) -> Iterable[str]:
    """All on one line, each with its number of articles; nothing where nothing is known."""
    found = list(told)
    if any(each[name] for each in found):
        yield ", ".join(f"{each[name] or 'unknown'} ({each['articles']})" for each in found)


def _agreement(told: Json, names: Mapping[str, str]) -> Iterable[str]:
    """How well the story holds, and where it holds least."""
    weakest = told["weakest_link"]
    if weakest is None:
        return
    yield f"{told['cohesion']:.2f} on average of {count(told['sampled'], 'article')}"
    pair = " and ".join(_name(each, names) for each in weakest["pair"])
    yield f"least between {pair}: {weakest['probability']:.2f}"
    yield f"loosest is {_name(weakest['article_id'], names)}: {weakest['mean']:.2f} on average"


def _name(article_id: str, names: Mapping[str, str]) -> str:
    """What the caller calls an article, where it is in the time line."""
    return names.get(article_id, article_id)


def _related(told: Json) -> str:
    when = f" ({_day(told['first'])})" if told["first"] else ""
    return f"{told['relation']}: {told['story']} {short(told['headline']['title'])}{when}"


def _timeline(told: Json) -> Iterable[str]:
    for entry in told["items"]:
        yield f"{_moment(entry['published'])}  {member(entry)}"
    if told["next"]:
        yield "…"


def _moment(published: Json) -> str:
    """Day and minute, as far as they are known."""
    value = str(published["value"] or "")
    known = 10 if published["precision"] == "day" else 16
    return f"{value[:known].replace('T', ' '):<16}" if value else f"{'no date':<16}"


def _day(instant: str | None) -> str:
    return instant[:10] if instant else f"{'no date':<10}"
