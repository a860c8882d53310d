"""The charts of a night's plan: bars drawn as SVG in the colours of the page around them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.night.words import LEVELS, PLURAL, moment
from dedupe.constraints.records import Level
from dedupe.night.records import NightPlan, NightRecord, NightState, Review

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 58, 10, 34, 48
"""Room around the bars: for the counts, nothing, the legend, and the names below."""
_PLAIN_COUNTS = 4
"""Most that is counted without the logarithm."""
SLOTS = 4
"""Least number of places along the bottom: a lone bar is no wall."""
NIGHTS = 9
"""Past nights drawn, the latest."""
PLANNED = "plan"
_TOLD = {NightState.APPLIED, NightState.UNCHANGED, NightState.ROLLED_BACK}
_CHURN: Sequence[tuple[str, tuple[str, ...]]] = (
    ("articles moved", ("articles_moved",)),
    ("merges", ("clusters_merged", "stories_merged")),
    ("splits", ("clusters_split", "stories_split")),
    ("canonicals", ("clusters_canonical_changed",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A name at an axis, and where."""

    at: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A bar chart with all that the page has to draw, and its numbers for those who read."""

    id: str
    title: str
    says: str
    """How to read it, in a sentence or two."""
    x_title: str
    y_title: str
    series: tuple[str, ...]
    legend: tuple[Tick, ...]
    """The names of the series, side by side above the bars."""
    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    """What each place on the axis holds, a number for each series."""
    threshold: Tick | None = None
    """An upright line and what it marks."""
    marked: tuple[float, float] | None = None
    """Left end and width of the places that are set off from the others."""
    summary: str = field(default="")
    """What is seen in it, for those who do not see it."""


def charts(plan: NightPlan, nights: Sequence[NightRecord]) -> list[Chart]:
    """Sizes and scores of both levels, and the churn over the nights."""
    review = plan.review
    made = [_sizes(level, review) for level in LEVELS]
    made += [_scores(level, review) for level in LEVELS]
    return [*made, _churn(plan, nights)]


def _sizes(level: Level, review: Review) -> Chart:
    """How many groups of each size there are, sizes in bins of which each is twice as wide."""
    held: dict[int, list[int]] = {}
    for size, before, after in review.sizes.get(level, ()):
        counts = held.setdefault(
            size.bit_length() - 1 if size & (size - 1) == 0 else size.bit_length(), [0, 0]
        )
        counts[0] += before
        counts[1] += after
    bins = range(max(held, default=0) + 1)
    rows = tuple((_bin(k), tuple(held.get(k, (0, 0)))) for k in bins)
    return _chart(
        f"sizes-{level}",
        f"Sizes of {PLURAL[level]}",
        rows,
        ("before", "after"),
        x_title=f"articles in the {level}",
        y_title=PLURAL[level],
        says=f"How many {PLURAL[level]} of each size there are now, and would be.",
    )


def _bin(k: int) -> str:
    """Sizes over 2**(k-1) up to 2**k."""
    first, last = (1 << (k - 1)) + 1 if k else 1, 1 << k
    return f"{first:,}" if first >= last else f"{first:,}–{last:,}"


def _scores(level: Level, review: Review) -> Chart:
    """How probable the judged pairs are, inside groups and across."""
    found = review.scores.get(level, ())
    rows = tuple((f"{low:.2f}", (inside, across)) for low, inside, across in found)
    limit = review.thresholds.get(level)
    p = "p_same_text" if level is Level.CLUSTER else "p_same_story"
    return _chart(
        f"scores-{level}",
        f"Scores of pairs: {PLURAL[level]}",
        rows,
        (f"inside a {level}", "across two"),
        x_title=p,
        y_title="judged pairs",
        says=(
            f"Pairs inside one {level} belong on the right, pairs across two on the left. Groups "
            "are put together by the mean of their pairs, so some pairs lie on the other side."
        ),
        places=[Tick(at=k / 4, name=f"{k / 4:g}") for k in range(5)],
        threshold=None if limit is None else Tick(at=limit, name=f"threshold {limit:g}"),
    )


def _churn(plan: NightPlan, nights: Sequence[NightRecord]) -> Chart:
    """What past nights changed beside what this plan would change."""
    past = sorted((one for one in nights if one.state in _TOLD), key=lambda one: one.number)
    told = [(f"#{one.number}", _changes(one.churn)) for one in past[-NIGHTS:]]
    rows = (*told, (PLANNED, _changes(plan.review.churn.figures)))
    whole = moment(past[-1].finished or past[-1].started) if past else None
    return _chart(
        "churn",
        "Churn over the nights",
        rows,
        tuple(name for name, _ in _CHURN),
        x_title="night",
        y_title="articles, changes",
        says=(
            f"The last {len(told)} nights that ended, the latest {whole}, and this plan on the "
            "right. Nights that failed are left out."
            if told
            else "This plan alone: no night has ended so far."
        ),
        marked=True,
    )


def _changes(churn: Mapping[str, float]) -> tuple[int, ...]:
    return tuple(int(sum(churn.get(key, 0) for key in keys)) for _, keys in _CHURN)


def _chart(  # noqa: PLR0913 - what a chart consists of
    name: str,
    title: str,
    rows: Sequence[tuple[str, tuple[int, ...]]],
    series: tuple[str, ...],
    *,
    x_title: str,
    y_title: str,
    says: str,
    places: Sequence[Tick] | None = None,
    threshold: Tick | None = None,
    marked: bool = False,
) -> Chart:
    """The chart of some rows; ``places`` and ``threshold`` are shares of the width."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    places_held = max(len(rows), SLOTS)
    step = wide / places_held
    top = max((n for _, counts in rows for n in counts), default=0)
    bars = []
    for k, (label, counts) in enumerate(rows):
        each = step * 0.84 / len(counts)
        for number, n in enumerate(counts):
            height = high * _height(n, top)
            bars.append(
                Bar(
                    x=round(LEFT + step * (k + 0.08) + each * number, 1),
                    y=round(TOP + high - height, 1),
                    width=round(each * 0.92, 1),
                    height=round(height, 1),
                    series=number,
                    says=f"{label}: {n:,} {series[number]}",
                )
            )
    named = [Tick(at=(k + 0.5) / places_held, name=label) for k, (label, _) in enumerate(rows)]
    return Chart(
        id=name,
        title=title,
        says=says,
        x_title=x_title,
        y_title=f"{y_title} (log scale)" if top > _PLAIN_COUNTS else y_title,
        series=series,
        legend=_legend(series),
        bars=tuple(one for one in bars if one.height),
        x_ticks=tuple(_across(one) for one in (named if places is None else places)),
        y_ticks=tuple(
            Tick(at=round(TOP + high * (1 - _height(n, top)), 1), name=_short(n))
            for n in _counts(top)
        ),
        rows=tuple((label, tuple(counts)) for label, counts in rows if any(counts) or marked),
        threshold=threshold and _across(threshold),
        marked=(round(LEFT + step * (len(rows) - 1), 1), round(step, 1)) if marked else None,
        summary=_summary(rows, series),
    )


def _legend(series: Sequence[str]) -> tuple[Tick, ...]:
    """A place for each name, as wide as it is in letters of average width."""
    widths = [28 + 6.5 * len(name) for name in series]
    start = max(WIDTH - RIGHT - sum(widths), 8) if sum(widths) > WIDTH - LEFT - RIGHT else LEFT
    return tuple(
        Tick(at=round(start + sum(widths[:k]), 1), name=name) for k, name in enumerate(series)
    )


def _across(one: Tick) -> Tick:
    return Tick(at=round(LEFT + one.at * (WIDTH - LEFT - RIGHT), 1), name=one.name)


def _height(n: int, top: int) -> float:
    """Share of the height, by the logarithm where counts are large."""
    if top <= _PLAIN_COUNTS:
        return n / max(top, 1)
    return math.log1p(n) / math.log1p(top)


def _counts(top: int) -> list[int]:
    """Counts named at the axis."""
    if top <= _PLAIN_COUNTS:
        return list(range(max(top, 1) + 1))
    powers = [10**k for k in range(len(str(top)))]
    return [0, *powers, *([top] if top > 2 * powers[-1] else [])]


def _short(n: int) -> str:
    """At most four characters."""
    for size, letter in ((10**6, "M"), (10**4, "k")):
        if n >= size:
            scaled = n / (size if letter == "M" else 1000)
            return f"{scaled:.0f}{letter}" if scaled >= 10 else f"{scaled:.1f}{letter}"
    return f"{n:,}"


def _summary(rows: Sequence[tuple[str, tuple[int, ...]]], series: Sequence[str]) -> str:
    """Sums and peaks in words."""
    told = []
    for number, name in enumerate(series):
        counts = [(values[number], label) for label, values in rows]
        total = sum(n for n, _ in counts)
        most, where = max(counts, default=(0, ""), key=lambda one: one[0])
        told.append(f"{name}: {total:,} in all" + (f", most ({most:,}) at {where}" if most else ""))
    return "; ".join(told)


__all__ = ["Bar", "Chart", "Tick", "charts"]
