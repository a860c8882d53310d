"""A plan as independent changes: what must be applied together, and what may be left out.

Two groups belong to one change where an article or a cluster passes from one to the other. A change
that somebody else has touched since the articles were looked at is left as it is; the others stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedupe.model import Int64s
from dedupe.neighbourhood import Neighbourhood
from dedupe.state import Placement, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The change that each group of a plan belongs to, by identifier."""

    of: Mapping[str, int]
    count: int

    def holding(self, groups: Iterable[str]) -> frozenset[int]:
        """The changes that any of these groups belongs to."""
        return frozenset(self.of[name] for name in groups if name in self.of)


def parts(plan: Plan, around: Neighbourhood) -> Parts:
    """The independent changes of a plan; ``around`` is what it was made of."""
    numbers: dict[str, int] = {}
    pairs = [
        (numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers)))
        for a, b in _together(plan, around)
    ]
    if not pairs:
        return Parts(of={}, count=0)
    left, right = np.array(pairs, dtype=np.int64).T
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(numbers), len(numbers)))
    count, labels = connected_components(graph, directed=False)
    found: Int64s = labels
    return Parts(of=dict(zip(numbers, found.tolist(), strict=True)), count=int(count))


def without(plan: Plan, around: Neighbourhood, touched: frozenset[str]) -> tuple[Plan, int]:
    """The plan without the changes that these articles and groups belong to, and their number.

    What is left out stays as it is stored, its links to other stories included.
    """
    if not touched:
        return plan, 0
    found = parts(plan, around)
    homes = {item.profile.id: item.placement for item in around.items}
    groups = set(touched)
    for name in touched:
        groups |= set(_groups(homes.get(name)))
    dropped = found.holding(groups)
    placed = {place.article_id: place.cluster for place in plan.placements}

    def stays(name: str) -> bool:
        return found.of.get(placed.get(name, name), -1) not in dropped and name not in groups

    return _kept(plan, stays), len(dropped)


def _kept(plan: Plan, stays: Callable[[str], bool]) -> Plan:
    return replace(
        plan,
        placements=tuple(p for p in plan.placements if stays(p.article_id)),
        clusters=tuple(state for state in plan.clusters if stays(state.id)),
        stories=tuple(state for state in plan.stories if stays(state.id)),
        retired=tuple(one for one in plan.retired if stays(one.id)),
        passed=tuple(one for one in plan.passed if stays(one.old)),
        links=tuple(link for link in plan.links if stays(link.a) and stays(link.b)),
        forgotten=tuple(ends for ends in plan.forgotten if stays(ends[0]) and stays(ends[1])),
        unlinked=frozenset(name for name in plan.unlinked if stays(name)),
        related=tuple(link for link in plan.related if stays(link.a) and stays(link.b)),
        events=tuple(event for event in plan.events if stays(event.subject)),
    )


def _together(plan: Plan, around: Neighbourhood) -> Iterator[tuple[str, str]]:
    """Pairs of groups that one change touches; a group that changes alone is a pair with itself."""
    old = {item.profile.id: item.placement for item in around.items}
    for new in plan.placements:
        groups = [*_groups(old.get(new.article_id)), *_groups(new)]
        yield from pairwise(groups)
    for cluster in plan.clusters:
        before = around.clusters.get(cluster.id)
        yield cluster.id, cluster.story
        yield cluster.story, before.story if before else cluster.story
    yield from ((story.id, story.id) for story in plan.stories)
    for one in plan.retired:
        yield one.id, one.merged_into or one.id
        yield from ((one.id, heir) for heir in one.split_into)
    yield from ((one.old, one.new) for one in plan.passed)


def _groups(placement: Placement | None) -> tuple[str, ...]:
    return () if placement is None else (placement.cluster, placement.story)
