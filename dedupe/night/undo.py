"""What takes a night back: the plan that puts everything where it lay, fitted to what came since."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import orjson

from dedupe.neighbourhood import Neighbourhood
from dedupe.night.codec import decoded, encoded
from dedupe.plan import canonical_changed, differ
from dedupe.ports import Reader
from dedupe.state import (
    ClusterState,
    CopyLink,
    Event,
    Passed,
    Placement,
    Plan,
    RelatedLink,
    Retired,
    Standing,
)

ALL = 2**31
"""More members than any group has."""


def inverse(plan: Plan, around: Neighbourhood, related: Sequence[RelatedLink]) -> Plan:
    """The plan that undoes a plan made of ``around``.

    ``related`` are the stored links between stories before it. Groups that it made are retired
    again: whoever came to lie in one meanwhile goes with most of its members.
    """
    old = {item.profile.id: item.placement for item in around.items}
    stored = {(link.a, link.b): link for link in around.links}
    placements = tuple(
        before for new in plan.placements if (before := old.get(new.article_id)) is not None
    )
    gone = {one.id for one in plan.retired}
    touched_clusters = {state.id for state in plan.clusters} | {p.cluster for p in placements}
    touched_clusters |= gone
    touched_stories = {state.id for state in plan.stories} | {p.story for p in placements} | gone
    return Plan(
        placements=placements,
        clusters=tuple(s for name, s in around.clusters.items() if name in touched_clusters),
        stories=tuple(s for name, s in around.stories.items() if name in touched_stories),
        retired=_retired(plan, around),
        passed=tuple(Passed(old=p.new, new=p.old, articles=p.articles) for p in plan.passed),
        links=tuple(_changed(plan, stored)),
        forgotten=tuple((k.a, k.b) for k in plan.links if (k.a, k.b) not in stored),
        unlinked=plan.unlinked | gone,
        related=tuple(
            link for link in related if {link.a, link.b} & (plan.unlinked | touched_stories)
        ),
    )


def packed(back: Plan) -> bytes:
    """A plan as it is kept in the store."""
    return zlib.compress(orjson.dumps(encoded(back)))


def unpacked(data: bytes) -> Plan:
    """The same again."""
    fix = "the night cannot be taken back; the next one puts everything where it belongs"
    return decoded(Plan, orjson.loads(zlib.decompress(data)), name="undo", fix=fix)


def fitted(back: Plan, reader: Reader) -> Plan:
    """``back`` as it can be carried out now: articles are gone, have come and moved since."""
    there = {
        m.profile.id: m.placement for m in reader.members([p.article_id for p in back.placements])
    }
    beside = {end for p in back.placements for end in (p.in_cluster.of, p.in_story.of) if end}
    known = there.keys() | {m.profile.id for m in reader.members(sorted(beside - there.keys()))}
    placements = tuple(_beside(p, known) for p in back.placements if p.article_id in there)
    clusters = _Level.of("cluster", placements, there, reader)
    heirs = {**clusters.emptied, **_heirs(back, clusters)}
    everybody, lay = _with_company(back, placements, there, clusters, heirs, reader)
    stories = _Level.of("story", everybody, lay, reader)
    filled = clusters.filled | stories.filled
    heirs |= {**stories.emptied, **_heirs(back, stories)}

    def lives(story: str) -> bool:
        return story not in heirs and (story in filled or reader.story(story) is not None)

    ends = {end for link in back.links for end in (link.a, link.b)}
    held = {m.profile.id for m in reader.members(sorted(ends))}
    states = tuple(
        _original(state, reader)
        for one in back.clusters
        if one.id not in heirs and (state := _standing(one, filled, reader)) is not None
    )
    known_stories = tuple(one for one in back.stories if lives(one.id))
    counted = filled | {one.id for one in states} | {one.id for one in known_stories}
    return replace(
        back,
        placements=placements,
        clusters=states,
        stories=known_stories,
        retired=tuple(Retired(id=old, merged_into=heir) for old, heir in sorted(heirs.items())),
        links=tuple(link for link in back.links if {link.a, link.b} <= held),
        related=tuple(k for k in back.related if lives(k.a) and lives(k.b)),
        recounted=counted - heirs.keys(),
        events=_events(everybody, lay) + _merged(heirs, clusters) + _canonicals(states, reader),
    )


class _Level:
    """The groups of one level that taking a night back touches."""

    def __init__(
        self,
        held: Mapping[str, Sequence[str]],
        filled: frozenset[str],
        emptied: Mapping[str, str],
    ) -> None:
        self.held = held
        """The articles of each group now."""
        self.living = frozenset(name for name, ids in held.items() if ids)
        """Groups that hold articles now."""
        self.filled = filled
        """Groups that hold articles afterwards."""
        self.emptied = emptied
        """Groups that hold none afterwards, and where most of them went."""

    @classmethod
    def of(
        cls,
        level: str,
        placements: Sequence[Placement],
        there: Mapping[str, Placement],
        reader: Reader,
    ) -> _Level:
        """The level ``cluster`` or ``story`` of some placements, from what lies there now."""
        members = reader.cluster_members if level == "cluster" else reader.story_members
        goes = {p.article_id: getattr(p, level) for p in placements}
        now = {getattr(there[name], level) for name in goes}
        held = {name: members(name, limit=ALL) for name in sorted(now | set(goes.values()))}
        stay = {name for name, ids in held.items() if any(goes.get(k, name) == name for k in ids)}
        emptied = {
            name: Counter(goes[k] for k in ids).most_common(1)[0][0]
            for name, ids in held.items()
            if ids and name not in stay and name not in goes.values()
        }
        return cls(
            held=held,
            filled=frozenset(stay | set(goes.values())),
            emptied=emptied,
        )


def _standing(state: ClusterState, filled: Collection[str], reader: Reader) -> ClusterState | None:
    """The state, if articles lie in the cluster; one that none moves into stays in its story."""
    if state.id in filled:
        return state
    now = reader.cluster(state.id)
    return None if now is None else replace(state, story=now.story)


def _canonicals(states: Sequence[ClusterState], reader: Reader) -> tuple[Event, ...]:
    """The clusters whose canonical is another again."""
    return tuple(
        canonical_changed(state.id, now.canonical, state.canonical)
        for state in states
        if (now := reader.cluster(state.id)) is not None and differ(now.canonical, state.canonical)
    )


def _beside(place: Placement, known: Collection[str]) -> Placement:
    """The place of an article; it stands to nobody that is gone."""
    if place.in_cluster.of is not None and place.in_cluster.of not in known:
        place = replace(place, in_cluster=Standing())
    if place.in_story.of is not None and place.in_story.of not in known:
        place = replace(place, in_story=Standing())
    return place


def _original(state: ClusterState, reader: Reader) -> ClusterState:
    """The state; where its canonical article is gone, it lies outside the index."""
    name = state.canonical.article_id
    if name is None or reader.members([name]):
        return state
    return replace(state, canonical=replace(state.canonical, article_id=None, in_index=False))


def _heirs(back: Plan, level: _Level) -> dict[str, str]:
    """The groups of a level that the night made, and the old one that each goes to."""
    return {
        one.id: one.merged_into
        for one in back.retired
        if one.id in level.living and one.merged_into in level.filled
    }


def _with_company(
    back: Plan,
    placements: Sequence[Placement],
    there: Mapping[str, Placement],
    clusters: _Level,
    heirs: Mapping[str, str],
    reader: Reader,
) -> tuple[Sequence[Placement], Mapping[str, Placement]]:
    """Where everybody goes and lay, those with it whose clusters go to another story."""
    others = [k for ids in clusters.held.values() for k in ids if k not in there]
    found = {m.profile.id: m.placement for m in reader.members(others)}
    stories = {state.id: state.story for state in back.clusters if state.id in clusters.filled}
    moved = []
    for place in found.values():
        home = heirs.get(place.cluster, place.cluster)
        state = None if home in stories else reader.cluster(home)
        story = stories.get(home, state.story if state is not None else place.story)
        moved.append(replace(place, cluster=home, story=story))
    return (*placements, *moved), {**there, **found}


def _retired(plan: Plan, around: Neighbourhood) -> tuple[Retired, ...]:
    """The groups that a plan made, each with the old one that most of its members came from."""
    known = around.clusters.keys() | around.stories.keys()
    came: dict[str, Counter[str]] = {}
    old = {item.profile.id: item.placement for item in around.items}
    for new in plan.placements:
        before = old.get(new.article_id)
        if before is None:
            continue
        for made, was in ((new.cluster, before.cluster), (new.story, before.story)):
            if made not in known:
                came.setdefault(made, Counter())[was] += 1
    return tuple(
        Retired(id=made, merged_into=min(count, key=lambda was: (-count[was], was)))
        for made, count in sorted(came.items())
    )


def _changed(plan: Plan, stored: Mapping[tuple[str, str], CopyLink]) -> list[CopyLink]:
    """The stored links that a plan drops or writes anew."""
    ends = [*plan.forgotten, *((link.a, link.b) for link in plan.links)]
    return [stored[both] for both in ends if both in stored]


def _events(placements: Sequence[Placement], there: Mapping[str, Placement]) -> tuple[Event, ...]:
    return tuple(
        Event(kind=f"{level}_joined", subject=place.article_id, data={level: now})
        for place in placements
        for level in ("cluster", "story")
        if getattr(there[place.article_id], level) != (now := getattr(place, level))
    )


def _merged(heirs: Mapping[str, str | None], clusters: _Level) -> tuple[Event, ...]:
    touched = clusters.living | clusters.filled
    return tuple(
        Event(
            kind="cluster_merged" if old in touched else "story_merged",
            subject=old,
            data={"merged_into": heir},
        )
        for old, heir in sorted(heirs.items())
    )
