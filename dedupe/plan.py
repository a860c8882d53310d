"""From a neighbourhood to a plan: who belongs with whom now, and what that changes.

``settle`` is the one place where verdicts become clusters, stories, canonical sources, links and
events. It is a pure function of the *set* of articles it is given; the service gathers that set
around a new article, the night gathers everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from dedupe import grouping, standing
from dedupe.grouping import Grouping
from dedupe.lineage import Lineage, trace
from dedupe.model import Canonical
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.relating import related
from dedupe.settings import Settings
from dedupe.state import ClusterState, Event, Placement, Plan, StoryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A plan, and the two groupings that it carries out."""

    plan: Plan
    copies: Grouping
    events: Grouping


def settle(
    around: Neighbourhood, judge: Judge, settings: Settings, new_id: Callable[[str], str]
) -> Plan:
    """The plan that puts every item where the evidence wants it.

    ``new_id("cluster")`` and ``new_id("story")`` make identifiers never used before.
    """
    return settled(around, judge, settings, new_id).plan


def settled(
    around: Neighbourhood, judge: Judge, settings: Settings, new_id: Callable[[str], str]
) -> Settled:
    """The same, with the groupings."""
    copies = grouping.copies(around, settings)
    events = grouping.events(around, copies, judge, settings)

    clusters = _trace(around, copies, "cluster", new_id)
    stories = _trace(around, events, "story", new_id)
    ranked = standing.rankings(around, copies)
    placed = standing.placements(around, judge, (copies, events), (clusters, stories), ranked)
    cluster_states = standing.cluster_states(around, copies, clusters, placed, ranked)
    story_states = standing.story_states(around, events, stories, placed, cluster_states)

    plan = Plan(
        placements=tuple(
            new for item, new in zip(around.items, placed, strict=True) if new != item.placement
        ),
        clusters=tuple(s for s in cluster_states if s != around.clusters.get(s.id)),
        stories=tuple(s for s in story_states if s != around.stories.get(s.id)),
        retired=clusters.retired + stories.retired,
        passed=clusters.passed + stories.passed,
        links=around.new_links,
        unlinked=frozenset(stories.ids).union(one.id for one in stories.retired),
        related=related(around, judge, events, stories.ids, settings),
        recounted=_uncertain(around, placed, clusters, stories),
        events=_joined(around, placed)
        + _regrouped("cluster", clusters)
        + _regrouped("story", stories)
        + _canonicals(around, clusters, cluster_states),
    )
    return Settled(plan=plan, copies=copies, events=events)


def _trace(
    around: Neighbourhood, level: Grouping, kind: str, new_id: Callable[[str], str]
) -> Lineage:
    states: Mapping[str, ClusterState | StoryState] = (
        around.clusters if kind == "cluster" else around.stories
    )
    before = [getattr(item.placement, kind) if item.placement else None for item in around.items]
    age: dict[str, float] = {}
    for item, old in zip(around.items, before, strict=True):
        if old is not None and item.first_seen is not None:
            age[old] = min(age.get(old, inf), item.first_seen)
    return trace(
        level.groups,
        before,
        lambda: new_id(kind),
        claims=[item.claim for item in around.items],
        weight={name: state.size for name, state in states.items() if name in around.partial},
        vacated=(around.vacated & states.keys()) - around.partial,
        age=age,
    )


def _uncertain(
    around: Neighbourhood, placed: Sequence[Placement], *lineages: Lineage
) -> frozenset[str]:
    """The groups whose sizes rest on members that were not gathered: those moved from any to any.

    None where nobody leaves a group that was gathered in part: then what is added is what is new.
    """
    if not around.partial:
        return frozenset()
    left = set(around.vacated & around.partial)
    for item, new in zip(around.items, placed, strict=True):
        if (old := item.placement) is not None:
            left |= {old.cluster, old.story} - {new.cluster, new.story}
    if not left & around.partial:
        return frozenset()
    return around.partial.union(*(lineage.ids for lineage in lineages))


def _joined(around: Neighbourhood, placed: Sequence[Placement]) -> tuple[Event, ...]:
    joined = []
    for item, new in zip(around.items, placed, strict=True):
        name, old = new.article_id, item.placement
        if old is None or old.cluster != new.cluster:
            data = {"cluster": new.cluster}
            joined.append(Event(kind="cluster_joined", subject=name, data=data))
        if old is None or old.story != new.story:
            joined.append(Event(kind="story_joined", subject=name, data={"story": new.story}))
    return tuple(joined)


def _regrouped(level: str, lineage: Lineage) -> tuple[Event, ...]:
    merged = tuple(
        Event(kind=f"{level}_merged", subject=old.id, data={"merged_into": old.merged_into})
        for old in lineage.retired
        if old.merged_into is not None
    )
    split = tuple(
        Event(kind=f"{level}_split", subject=old, data={"new": new}) for old, new in lineage.split
    )
    return merged + split


def differ(was: Canonical, now: Canonical) -> bool:
    """They name another article or source."""
    return (was.article_id, was.source) != (now.article_id, now.source)


def canonical_changed(cluster: str, was: Canonical, now: Canonical) -> Event:
    """What tells that a cluster comes from elsewhere now."""
    data = {
        "from": {"article_id": was.article_id, "source": was.source},
        "to": {"article_id": now.article_id, "source": now.source},
        "rule": now.reasons[0].rule if now.reasons else None,
    }
    return Event(kind="canonical_changed", subject=cluster, data=data)


def _canonicals(
    around: Neighbourhood, clusters: Lineage, states: Sequence[ClusterState]
) -> tuple[Event, ...]:
    """Clusters whose canonical is another now; one that split off is told against the old whole."""
    parents = {new: old for old, new in clusters.split}
    olds = [(state, around.clusters.get(parents.get(state.id, state.id))) for state in states]
    return tuple(
        canonical_changed(state.id, old.canonical, state.canonical)
        for state, old in olds
        if old is not None and differ(old.canonical, state.canonical)
    )
