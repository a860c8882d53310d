"""A night's plan in words: what it changes, said the same way in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dedupe.constraints.records import Level
from dedupe.night.records import Change, ChangeKind, Guarded, NightPlan, PairLine

LEVELS = (Level.STORY, Level.CLUSTER)
"""In the order in which they are told: stories are what readers see."""
PLURAL: Mapping[Level, str] = {Level.STORY: "stories", Level.CLUSTER: "clusters"}
HEADINGS: Mapping[ChangeKind, str] = {
    ChangeKind.MERGE: "that merge",
    ChangeKind.SPLIT: "that split",
    ChangeKind.MOVE: "that exchange articles",
    ChangeKind.CANONICAL: "with another canonical",
}
FIGURES = (
    ("before", "before"),
    ("after", "after"),
    ("kept", "kept"),
    ("born", "new"),
    ("retired", "retired"),
    ("merged", "merges"),
    ("split", "splits"),
    ("moved", "exchanges"),
    ("canonical_changed", "canonicals"),
    ("articles_moved", "articles moved"),
)
"""Figures of a level and what their columns are called."""
_UNITS: Mapping[str, str] = {"size": "articles", "span": "days", "diameter": "hops"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The changes of one kind at one level, those that move most articles first."""

    level: Level
    kind: ChangeKind
    changes: Sequence[Change]

    @property
    def heading(self) -> str:
        """What is told, as "Stories that merge"."""
        return f"{PLURAL[self.level].capitalize()} {HEADINGS[self.kind]}"


def sections(plan: NightPlan) -> list[Section]:
    """The changes by level and kind; what there is none of is left out."""
    held: dict[tuple[Level, ChangeKind], list[Change]] = {}
    for change in plan.review.changes:
        held.setdefault((change.level, change.kind), []).append(change)
    return [
        Section(level=level, kind=kind, changes=held[level, kind])
        for level in LEVELS
        for kind in ChangeKind
        if (level, kind) in held
    ]


def scope(plan: NightPlan) -> str:
    """When it was made and what it looked at."""
    looked = (
        "everything"
        if plan.since is None
        else f"what came or changed in the last {_hours(plan.since)}, with all that may belong to it"
    )
    return f"Made {moment(plan.made)} over {count(plan.articles, 'article')}: {looked}."


def summary(plan: NightPlan) -> list[str]:
    """What changes and what else is written, in sentences."""
    figures, review = plan.review.churn.figures, plan.review
    touched = dict.fromkeys(LEVELS, 0)
    for change in review.changes:
        touched[change.level] += len(change.before)
    rest = _rest(plan)
    if not review.changes and not rest:
        return ["Everything lies where it belongs: nothing changes.", *_guards(plan)]
    told = [
        f"{touched[level]:,} of {_of(figures, level)} {PLURAL[level]}"
        for level in LEVELS
        if touched[level]
    ]
    moved = int(figures.get("articles_moved", 0))
    said = (
        f"{' and '.join(told)} {_change_of(sum(touched.values()))}; "
        f"{moved:,} of {count(plan.articles, 'article')} {'moves' if moved == 1 else 'move'}"
        if told
        else "No group changes"
    )
    if not rest:
        return [f"{said}; nothing else is touched.", *_guards(plan)]
    return [f"{said}.", f"Besides, {', '.join(rest)}.", *_guards(plan)]


def headline(change: Change) -> str:
    """What happens, in figures: "2 stories become 1"."""
    singular, plural = change.level.value, PLURAL[change.level]
    before, after = len(change.before), len(change.after)
    if change.kind is ChangeKind.CANONICAL:
        return f"a {singular} of {count(change.after[0].size, 'article')}"
    if change.kind is ChangeKind.MOVE:
        return f"{count(change.moved, 'article')} between {before:,} {plural}"
    noun = singular if before == 1 else plural
    return f"{before:,} {noun} {'becomes' if before == 1 else 'become'} {after:,}"


def sizes(change: Change, *, most: int = 6) -> str:
    """Articles of the groups before and after: "4 + 2 → 6"."""
    return " → ".join(
        " + ".join([f"{one.size:,}" for one in side[:most]] + ["…"] * (len(side) > most))
        for side in (change.before, change.after)
    )


def guard(one: Guarded) -> str:
    """What a forbidden merge would have measured."""
    unit = _UNITS.get(one.guard, "")
    return (
        f"Two {PLURAL[one.level]} that agree by {one.agreement:.2f} stay apart: the {one.guard} "
        f"would be {_number(one.value)} {unit}, the limit is {_number(one.limit)}."
    )


def score(pair: PairLine) -> str:
    """The probability, and the overlap where both share text: "0.87 (overlap 0.31)"."""
    return f"{pair.probability:.2f}" + (
        "" if pair.overlap is None else f" (overlap {pair.overlap:.2f})"
    )


def another(pair: PairLine | None, first: PairLine | None) -> bool:
    """Whether there is such a pair and it was not told of already."""
    return pair is not None and (first is None or (pair.a, pair.b) != (first.a, first.b))


def count(n: int, noun: str) -> str:
    """A number of things."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def moment(hours: float) -> str:
    """Hours since 1970-01-01 UTC as a date and a time of day."""
    # By arithmetic: a time stamp is limited to what the platform knows.
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _rest(plan: NightPlan) -> list[str]:
    """What is written besides the changes that are told."""
    figures, changed = plan.review.churn.figures, plan.plan
    named = {one.id for change in plan.review.changes for one in change.before + change.after}
    states = {one.id for one in changed.clusters} | {one.id for one in changed.stories}
    states -= named
    links = int(figures.get("links", 0)), int(figures.get("links_forgotten", 0))
    told = [
        (int(figures.get("standings", 0)), "article stays and is related otherwise to its group"),
        (len(states), "other group gets its figures or reasons brought up to date"),
        (links[0], "copy link is new"),
        (links[1], "copy link is dropped"),
        (len(changed.unlinked), "story gets its links to other stories anew"),
    ]
    return [f"{n:,} {text if n == 1 else _MANY[text]}" for n, text in told if n]


_MANY: Mapping[str, str] = {
    "article stays and is related otherwise to its group": (
        "articles stay and are related otherwise to their groups"
    ),
    "other group gets its figures or reasons brought up to date": (
        "other groups get their figures or reasons brought up to date"
    ),
    "copy link is new": "copy links are new",
    "copy link is dropped": "copy links are dropped",
    "story gets its links to other stories anew": "stories get their links to other stories anew",
}


def _guards(plan: NightPlan) -> list[str]:
    n = len(plan.review.guarded)
    if not n:
        return []
    return [f"{count(n, 'merge')} that a limit forbade {'is' if n == 1 else 'are'} to be reviewed."]


def _of(figures: Mapping[str, float], level: Level) -> str:
    return f"{int(figures.get(f'{PLURAL[level]}_before', 0)):,}"


def _change_of(n: int) -> str:
    return "changes" if n == 1 else "change"


def _hours(since: float) -> str:
    days, left = divmod(since, 24.0)
    return count(int(days), "day") if days and not left else f"{_number(since)} hours"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def unjudged(change: Change) -> str:
    """Why no link is told that a split cuts; empty where one is."""
    if change.kind is not ChangeKind.SPLIT or change.strongest is not None:
        return ""
    return "no two of their articles are near enough to be judged any more"
