"""Groups and pairs of a plan as lines that a person can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dedupe.constraints.records import Level
from dedupe.model import Int64s
from dedupe.neighbourhood import Neighbourhood
from dedupe.night.records import BridgeLine, Change, GroupLine, Guarded, PairLine
from dedupe.night.regrouping import Regrouped
from dedupe.state import ClusterState, Placement, Plan

Titles = Callable[[Sequence[str]], Mapping[str, str]]
"""Titles by article id; of an article that may not be shown there is none."""
LINES = 12
"""Groups of a change whose titles are looked up, the largest, before and after."""


class Lines:
    """Tells the groups of one level, as they were and as they are."""

    def __init__(self, around: Neighbourhood, plan: Plan, level: Level, found: Regrouped) -> None:
        placed = {place.article_id: place for place in plan.placements}
        states = {**around.clusters, **{state.id: state for state in plan.clusters}}
        self._items = around.items
        self._level = level
        self._found = found
        self._was = around.clusters
        self._now: Mapping[str, ClusterState] = states
        self._placed: Mapping[str, Placement] = placed

    def before(self, items: Int64s) -> tuple[GroupLine, ...]:
        """The groups that these items lay in, the largest first; they hold all of their items."""
        return self._told(items, self._found.before, self._old, self._was)

    def after(self, items: Int64s) -> tuple[GroupLine, ...]:
        """The groups that these items lie in, likewise."""
        return self._told(items, self._found.after, self._new, self._now)

    def _told(
        self,
        items: Int64s,
        groups: Int64s,
        placement: Callable[[int], Placement | None],
        states: Mapping[str, ClusterState],
    ) -> tuple[GroupLine, ...]:
        members: dict[int, list[int]] = {}
        for item, group in zip(items.tolist(), groups[items].tolist(), strict=True):
            if group >= 0:
                members.setdefault(group, []).append(item)
        lines = [
            self._line(self._found.names[group], [(k, placement(k)) for k in held], states)
            for group, held in members.items()
        ]
        return tuple(sorted(lines, key=lambda line: (-line.size, line.id)))

    def _line(
        self,
        name: str,
        held: Sequence[tuple[int, Placement | None]],
        states: Mapping[str, ClusterState],
    ) -> GroupLine:
        standings = [(k, self._standing(place)) for k, place in held if place]
        first = next((k for k, of in standings if of is None), held[0][0])
        clusters = Counter(place.cluster for _, place in held if place)
        largest = min(clusters, key=lambda one: (-clusters[one], one), default=name)
        state = states.get(largest)
        return GroupLine(
            id=name,
            size=len(held),
            article=self._items[first].profile.id,
            canonical=state.canonical.source if state else None,
        )

    def _standing(self, place: Placement) -> str | None:
        """The fellow that an article is closest to; None of the one that stands for the group."""
        return (place.in_cluster if self._level is Level.CLUSTER else place.in_story).of

    def _old(self, item: int) -> Placement | None:
        return self._items[item].placement

    def _new(self, item: int) -> Placement | None:
        one = self._items[item]
        return self._placed.get(one.profile.id, one.placement)


def titled(
    changes: Sequence[Change], guarded: Sequence[Guarded], titles: Titles
) -> tuple[tuple[Change, ...], tuple[Guarded, ...]]:
    """The same with titles, of the changes that were looked into and of every guarded merge."""
    wanted = {name for change in changes if change.looked_into for name in _named(change)}
    for one in guarded:
        wanted |= {name for name in (*_articles(one.groups), *_ends(one.bridge)) if name}
    found = titles(sorted(wanted)) if wanted else {}
    return (
        tuple(_titled_change(one, found) if one.looked_into else one for one in changes),
        tuple(
            replace(
                one,
                groups=(_group(one.groups[0], found), _group(one.groups[1], found)),
                bridge=_pair(one.bridge, found),
            )
            for one in guarded
        ),
    )


def _named(change: Change) -> Iterator[str]:
    yield from _articles((*change.before[:LINES], *change.after[:LINES]))
    yield from (*_ends(change.strongest), *_ends(change.weakest))
    yield from (bridge.article for bridge in change.bridges)


def _articles(groups: Iterable[GroupLine]) -> list[str]:
    return [line.article for line in groups if line.article is not None]


def _ends(pair: PairLine | None) -> tuple[str, ...]:
    return (pair.a, pair.b) if pair else ()


def _titled_change(change: Change, found: Mapping[str, str]) -> Change:
    return replace(
        change,
        before=tuple(_group(line, found) for line in change.before),
        after=tuple(_group(line, found) for line in change.after),
        strongest=change.strongest and _pair(change.strongest, found),
        weakest=change.weakest and _pair(change.weakest, found),
        bridges=tuple(_bridge(bridge, found) for bridge in change.bridges),
    )


def _group(line: GroupLine, found: Mapping[str, str]) -> GroupLine:
    return replace(line, title=found.get(line.article or ""))


def _pair(pair: PairLine, found: Mapping[str, str]) -> PairLine:
    return replace(pair, a_title=found.get(pair.a), b_title=found.get(pair.b))


def _bridge(bridge: BridgeLine, found: Mapping[str, str]) -> BridgeLine:
    return replace(bridge, title=found.get(bridge.article))
