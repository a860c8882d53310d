"""Answers as a person reads them: from the JSON of the interface to lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import click

Json: TypeAlias = Mapping[str, Any]
NO_NAMES: Mapping[str, str] = {}
SHOWN = 72
"""Most code points of a phrase that are printed."""
SPOKEN = 0.005
"""Log odds from which a contribution is printed."""
BAR = 12
"""Columns of the bar of a contribution."""


def answer(told: Json, names: Json = NO_NAMES) -> str:
    """What is known of one article; ``names`` gives article ids another name."""
    article = told["article"]
    dated = article["published"]
    rows = [
        ("article", f"{article['id']}, {article['status']}, revision {article['revision']}"),
        *labelled("withheld", _withheld(article["pub_status"])),
        ("published", f"{dated['value']} ({dated['from']})" if dated else "unknown"),
        ("story", _standing(told["story"], names)),
        ("cluster", _standing(told["cluster"], names)),
        *labelled("related", (f"{x['relation']}: {x['story']}" for x in told["story"]["related"])),
        *labelled("canonical", _canonical(told["canonical"], names)),
        *labelled("credits", _credits(told["credits"])),
        *labelled("furniture", _furniture(article["furniture"])),
        *labelled(
            "warnings", (f"{x['field']}: {x['action']} ({x['value']})" for x in told["warnings"])
        ),
    ]
    if told["degraded"]:
        rows.append(("degraded", "the encoder is unavailable: only copies were judged"))
    return table(rows)


def _withheld(status: Json) -> list[str]:
    """Why the article is not shown; nothing of one that is."""
    if status["status"] == "usable":
        return []
    until = f" until {status['until']}" if status["until"] else ""
    why = f": {status['reason']}" if status["reason"] else ""
    of = f", carries {status['of']}" if status["of"] else ""
    return [f"{status['status']} since {status['since']}{until} by {status['by']}{of}{why}"]


def cluster(told: Json) -> str:
    """A cluster with its members."""
    rows = [
        ("size", str(told["size"])),
        ("story", told["story"]),
        *labelled("canonical", _canonical(told["canonical"])),
        *labelled("members", (member(each) for each in told["members"])),
    ]
    return f"{title('cluster', told)}\n{table(rows)}"


def title(kind: str, told: Json) -> str:
    """The first line of a cluster or a story: its id, and where it lives on."""
    head = click.style(f"{kind} {told['id']}", bold=True)
    if told["split_into"]:
        return f"{head}, split into {', '.join(told['split_into'])}"
    return f"{head}, merged into {told['merged_into']}" if told["merged_into"] else head


def match(told: Json, ours: Mapping[str, str] = NO_NAMES) -> str:
    """The verdict on one pair and what speaks for it; ``ours`` gives our fields as posted."""
    evidence = told["evidence"]
    rows = [
        ("relation", click.style(told["relation"], bold=True)),
        ("same text", f"{told['p_same_text']:.3f}"),
        ("same story", f"{told['p_same_story']:.3f}"),
    ]
    for name, value in evidence.items():
        if isinstance(value, int | float):
            rows.append((name.replace("_", " "), f"{value:.3f}"))
    passages = (_passage(passage, ours) for passage in evidence["passages"])
    rows += labelled("passages", passages)
    if "why" in told:
        rows += [("", ""), *_reasons(told["why"])]
    return table(rows)


def _reasons(why: Json) -> Iterable[tuple[str, str]]:
    """What each kind of evidence adds to the log odds of one event, and what would turn it."""
    spoken = [one for one in why["contributions"] if abs(one["log_odds"]) >= SPOKEN]
    for one in spoken:
        yield one["evidence"], f"{one['log_odds']:+.2f}  {_bar(one['log_odds'])}  {one['says']}"
    yield from labelled("otherwise", (one["says"] for one in why["changes"]))
    if why["nearest"]:
        yield "nearest", why["nearest"]["says"]
    yield "so", why["says"]


def _bar(log_odds: float) -> str:
    """A mark for every half of log odds, on the side that it speaks for; ten columns wide."""
    marks = min(round(abs(log_odds) * 2), BAR // 2)
    half = BAR // 2
    return (
        f"{'':<{half}}|{'+' * marks:<{half}}"
        if log_odds > 0
        else f"{'-' * marks:>{half}}|{'':<{half}}"
    )


def _passage(passage: Json, ours: Mapping[str, str]) -> str:
    """Length, weight and places of equal words, and how they begin where the text is at hand."""
    span, theirs = passage["ours"], passage["theirs"]
    places = f"ours {_span(span)} = theirs {_span(theirs)}"
    text = ours.get(span["field"], "")[span["start"] : span["end"]]
    quoted = f": {_quoted(text)}" if text else ""
    return f"{count(passage['words'], 'word')}, weight {passage['weight']:.2f}, {places}{quoted}"


def _standing(level: Json, names: Json) -> str:
    """Cluster or story: its id, its size, and how the article stands in it."""
    if level["id"] is None:
        return "a new one"
    text = f"{level['id']} ({count(level['size'], 'article')}"
    if "independent_sources" in level:
        text += f", {count(level['independent_sources'], 'independent source')}"
    text += ")"
    if level["of"] is not None:
        of = names.get(level["of"], level["of"])
        return f"{text}: {level['relation']} of {of}, probability {level['probability']:.2f}"
    return f"{text}: {level['relation'] or 'not judged yet'}"


def _canonical(told: Json, names: Json = NO_NAMES) -> Iterable[str]:
    source = told["source"] or "an unnamed source"
    if told["in_index"]:
        where = f"article {names.get(told['article_id'], told['article_id'])} of {source}"
    else:
        where = f"{source}, not in the index"
    yield f"{click.style(where, bold=True)} (confidence {told['confidence']:.2f})"
    for reason in told["reasons"]:
        quoted = f": {_quoted(reason['text'])}" if reason["text"] else ""
        yield f"because {reason['rule']}{quoted}"
    if told["disputed"]:
        claims = ", ".join(f"{claim['source']} ({claim['articles']})" for claim in told["claims"])
        yield f"the credits disagree: {claims}"


def _credits(told: Iterable[Json]) -> Iterable[str]:
    for credit in told:
        yield f"{credit['kind']}: {credit['source']}, {_quoted(credit['text'])}"


def _furniture(told: Iterable[Json]) -> Iterable[str]:
    """How many parts of the page were left out, by their kind."""
    counts = Counter(part["why"] for part in told)
    if counts:
        yield ", ".join(f"{why} ({n})" for why, n in sorted(counts.items()))


def member(told: Json) -> str:
    """One line: id, relation, outlet and title."""
    name = told["external_id"] or told["id"]
    outlet = f"{told['source']}: " if told["source"] else ""
    return f"{name} ({told['relation']}) {outlet}{short(told['title'])}"


def _quoted(phrase: str) -> str:
    return f"“{short(phrase)}”"


def short(text: str) -> str:
    """One line of at most SHOWN code points."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def _span(span: Json) -> str:
    return f"{span['field']} {span['start']}-{span['end']}"


def count(n: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def labelled(label: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """The label beside the first value, the others below it; nothing when there are none."""
    return [(label if k == 0 else "", value) for k, value in enumerate(values)]


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Lines of a label and a value."""
    return "\n".join(f"  {click.style(f'{label:<10}', dim=True)} {value}" for label, value in rows)
