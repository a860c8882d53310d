"""From a neighbourhood to a plan: who belongs with whom now, and what that changes.

``settle`` is the one place where verdicts become clusters, stories, canonical sources, links and
events. It is a pure function of the *set* of articles it is given; the service gathers that set
around a new article, the night gathers everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dedupe import grouping, standing
from dedupe.grouping import Grouping
from dedupe.lineage import Lineage, trace
from dedupe.model import StoryLink
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.settings import Settings
from dedupe.state import ClusterState, Event, Placement, Plan, RelatedLink, StoryState

APART_HOURS = 24.0
"""Stories whose middles lie closer than this are neither earlier nor later than each other."""


def settle(
    around: Neighbourhood, judge: Judge, settings: Settings, new_id: Callable[[str], str]
) -> Plan:
    """The plan that puts every item where the evidence wants it.

    ``new_id("cluster")`` and ``new_id("story")`` make identifiers never used before.
    """
    copies = grouping.copies(around, settings)
    events = grouping.events(around, copies, judge, settings)

    clusters = _trace(around, copies, "cluster", new_id)
    stories = _trace(around, events, "story", new_id)
    ranked = standing.rankings(around, copies)
    placed = standing.placements(around, judge, (copies, events), (clusters, stories), ranked)
    cluster_states = standing.cluster_states(around, copies, clusters, placed, ranked)
    story_states = standing.story_states(around, events, stories, placed)

    return Plan(
        placements=tuple(
            new for item, new in zip(around.items, placed, strict=True) if new != item.placement
        ),
        clusters=tuple(s for s in cluster_states if s != around.clusters.get(s.id)),
        stories=tuple(s for s in story_states if s != around.stories.get(s.id)),
        retired=clusters.retired + stories.retired,
        links=around.new_links,
        unlinked=frozenset(stories.ids),
        related=_related(around, judge, events, stories, settings),
        events=_joined(around, placed)
        + _regrouped("cluster", clusters)
        + _regrouped("story", stories)
        + _canonical_changed(around, clusters, cluster_states),
    )


def _trace(
    around: Neighbourhood, level: Grouping, kind: str, new_id: Callable[[str], str]
) -> Lineage:
    states: Mapping[str, ClusterState | StoryState] = (
        around.clusters if kind == "cluster" else around.stories
    )
    return trace(
        level.groups,
        [getattr(item.placement, kind) if item.placement else None for item in around.items],
        lambda: new_id(kind),
        claims=[item.claim for item in around.items],
        weight={name: state.size for name, state in states.items() if name in around.partial},
        vacated=around.vacated & states.keys(),
    )


def _related(
    around: Neighbourhood, judge: Judge, events: Grouping, stories: Lineage, settings: Settings
) -> tuple[RelatedLink, ...]:
    """Links between stories that stay apart although an edge joins them."""
    edges = events.edges
    if not len(edges.p):
        return ()
    group_of = np.searchsorted(np.unique(events.labels), events.labels)
    near = edges.p >= settings.related_threshold
    ends = np.sort(np.stack([group_of[edges.left[near]], group_of[edges.right[near]]], 1), axis=1)
    links = []
    for g, h in np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0).tolist():
        ours, theirs = (events.groups[k][: settings.group_sample] for k in (g, h))
        left, right = np.repeat(ours, len(theirs)), np.tile(theirs, len(ours))
        mean = float(judge.same_story(left, right).mean())
        if mean >= settings.related_threshold:
            links.append(_link(around, (stories.ids[g], ours), (stories.ids[h], theirs), mean))
    return tuple(links)


def _link(
    around: Neighbourhood,
    one: tuple[str, Sequence[int]],
    other: tuple[str, Sequence[int]],
    mean: float,
) -> RelatedLink:
    (a, ours), (b, theirs) = sorted((one, other), key=lambda end: end[0])
    before, after = _middle(around, ours), _middle(around, theirs)
    relation = StoryLink.BACKGROUND
    if before is not None and after is not None and abs(before - after) >= APART_HOURS:
        relation = StoryLink.EARLIER if after < before else StoryLink.LATER
    return RelatedLink(a=a, b=b, relation=relation, probability=mean)


def _middle(around: Neighbourhood, group: Sequence[int]) -> float | None:
    """Median publication time of a group in hours; None when no member has one."""
    times = [t for k in group if (t := around.items[k].profile.published) is not None]
    return float(np.median(times)) if times else None


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


def _canonical_changed(
    around: Neighbourhood, clusters: Lineage, states: Sequence[ClusterState]
) -> tuple[Event, ...]:
    """Clusters whose canonical is another now; one that split off is told against the old whole."""
    parents = {new: old for old, new in clusters.split}
    changed = []
    for state in states:
        old = around.clusters.get(parents.get(state.id, state.id))
        if old is None:
            continue
        was, now = old.canonical, state.canonical
        if (was.article_id, was.source) != (now.article_id, now.source):
            data = {
                "from": {"article_id": was.article_id, "source": was.source},
                "to": {"article_id": now.article_id, "source": now.source},
                "rule": now.reasons[0].rule if now.reasons else None,
            }
            changed.append(Event(kind="canonical_changed", subject=state.id, data=data))
    return tuple(changed)
