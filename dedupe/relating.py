"""Links between stories that stay apart: one is earlier, later, or background to the other.

Two stories are linked when their members agree too little for one event and more than strangers
do. A development of the next day (a reply, a vote, a verdict) is such a story: it is ``later``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from dedupe.grouping import Grouping
from dedupe.model import Int64s, Profile, StoryLink
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.sampling import evenly
from dedupe.settings import Settings
from dedupe.state import RelatedLink

APART_HOURS = 8.0
"""Least hours between the middles of two stories for one to be the earlier: a working day."""
VAGUE_HOURS = 8.0
"""What is added for each side whose articles name their day only: then days must differ."""
ALONGSIDE_HOURS = 24.0
"""A story that begins so long before another and ends so long after it runs alongside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The time of a story, as far as its articles tell; hours and days since 1970-01-01 UTC."""

    first: float | None
    last: float | None
    middle: float | None
    """Median publication."""
    vague: bool
    """Of most articles that have a date only the day is known."""
    day: float | None
    """Median day that the articles speak of."""

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> When:
        """The time of a story of these articles."""
        dated = [p for p in profiles if p.published is not None]
        times = sorted(p.middle for p in dated)
        days = [day for p in profiles if (day := _day(p)) is not None]
        return cls(
            first=times[0] if times else None,
            last=times[-1] if times else None,
            middle=median(times) if times else None,
            vague=2 * sum(p.published_precise for p in dated) < len(dated),
            day=median(days) if days else None,
        )


def relation(ours: When, theirs: When, *, window_days: float) -> StoryLink:
    """What ``theirs`` is, seen from ``ours``; seen from there it is the opposite.

    Publications tell, else the days the texts speak of. Background is what runs alongside, lies
    further away than ``window_days`` or does not tell its time.
    """
    if ours.middle is not None and theirs.middle is not None:
        gap = theirs.middle - ours.middle
        if abs(gap) > 24.0 * window_days or _alongside(ours, theirs) or _alongside(theirs, ours):
            return StoryLink.BACKGROUND
        if abs(gap) >= APART_HOURS + VAGUE_HOURS * (ours.vague + theirs.vague):
            return StoryLink.LATER if gap > 0 else StoryLink.EARLIER
    if ours.day is not None and theirs.day is not None:
        days = theirs.day - ours.day
        if 1.0 <= abs(days) <= window_days:
            return StoryLink.LATER if days > 0 else StoryLink.EARLIER
    return StoryLink.BACKGROUND


def related(
    around: Neighbourhood,
    judge: Judge,
    events: Grouping,
    names: Sequence[str],
    settings: Settings,
) -> tuple[RelatedLink, ...]:
    """The links between stories that an edge joins and that agree enough; of a story the best.

    ``names`` are the identifiers of the stories, in the order of their groups.
    """
    if not len(events.edges.p):
        return ()
    pairs = _joined(events, settings.related_threshold)
    agreement = _agreement(judge, events, pairs, settings.group_sample)
    links = []
    held = dict.fromkeys(pairs.reshape(-1).tolist(), 0)
    times: dict[int, When] = {}
    for k in np.lexsort((pairs[:, 1], pairs[:, 0], -agreement)).tolist():
        if agreement[k] < settings.related_threshold:
            break
        g, h = sorted(pairs[k].tolist(), key=lambda group: names[group])
        if max(held[g], held[h]) >= settings.related_limit:
            continue
        held[g], held[h] = held[g] + 1, held[h] + 1
        for group in (g, h):
            if group not in times:
                members = events.groups[group]
                times[group] = When.of([around.items[one].profile for one in members])
        links.append(
            RelatedLink(
                a=names[g],
                b=names[h],
                relation=relation(times[g], times[h], window_days=settings.story_window_days),
                probability=float(agreement[k]),
            )
        )
    return tuple(sorted(links, key=lambda link: (link.a, link.b)))


def _joined(events: Grouping, least: float) -> Int64s:
    """Pairs of groups, by number, that an edge of some probability joins; shape = (n, 2)."""
    edges = events.edges
    near = edges.p >= least
    group_of = np.searchsorted(np.unique(events.labels), events.labels)
    ends = np.stack([group_of[edges.left[near]], group_of[edges.right[near]]], axis=1)
    ends = np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1)
    return np.unique(ends, axis=0).reshape(-1, 2)


def _agreement(judge: Judge, events: Grouping, pairs: Int64s, sample: int) -> np.ndarray:
    """Mean p_same_story across each pair of groups, of large ones across a sample."""
    if not len(pairs):
        return np.empty(0)
    groups = np.unique(pairs)
    some = [evenly(np.array(events.groups[g], dtype=np.int64), sample) for g in groups.tolist()]
    members = np.concatenate(some)
    counts = np.fromiter(map(len, some), np.int64, len(some))
    first = np.cumsum(counts) - counts
    ours, theirs = np.searchsorted(groups, pairs).T
    sizes = counts[ours] * counts[theirs]
    starts = np.cumsum(sizes) - sizes
    cell = np.arange(sizes.sum()) - np.repeat(starts, sizes)
    across = np.repeat(counts[theirs], sizes)
    left = members[np.repeat(first[ours], sizes) + cell // across]
    right = members[np.repeat(first[theirs], sizes) + cell % across]
    return np.asarray(np.add.reduceat(judge.same_story(left, right), starts) / sizes)


def _alongside(one: When, other: When) -> bool:
    """``one`` began well before ``other`` and ended well after it."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    began = one.first <= other.first - ALONGSIDE_HOURS
    return began and one.last >= other.last + ALONGSIDE_HOURS


def _day(profile: Profile) -> float | None:
    """The latest day that an article names and that was not still to come."""
    days = profile.event_days
    if profile.published is not None:
        days = days[days <= profile.published / 24.0]
    return float(days[-1]) if len(days) else None
