"""How each article stands to the member it is closest to, and the states of its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from dedupe.canonical import CanonicalInput, Ranking, origin_key
from dedupe.constraints.placing import pins
from dedupe.grouping import Grouping, linked_items
from dedupe.lineage import Lineage
from dedupe.model import Int64s, Relation
from dedupe.neighbourhood import Edges, Item, Judge, Neighbourhood
from dedupe.refiled import Filing, Piece, filings, pieces
from dedupe.state import ALONE, ClusterState, CopyLink, Placement, Standing, StoryState
from dedupe.succession import is_flash
from dedupe.verdict import COPIED


def placements(
    around: Neighbourhood,
    judge: Judge,
    levels: tuple[Grouping, Grouping],
    lineages: tuple[Lineage, Lineage],
    ranked: Sequence[Ranking],
) -> tuple[Placement, ...]:
    """Where every item lies now; ``ranked`` are the rankings of the clusters."""
    cluster_of, story_of = (
        _names(level, lineage) for level, lineage in zip(levels, lineages, strict=True)
    )
    in_cluster = _copy_standings(around, judge, levels[0], ranked)
    in_story = _story_standings(around, judge, levels)
    gathered = frozenset([item.profile.id for item in around.items])
    placed = []
    for k, item in enumerate(around.items):
        cluster, story, ours, theirs = cluster_of[k], story_of[k], in_cluster[k], in_story[k]
        if item.placement is not None:  # a newcomer stood nowhere before
            ours = _closer(ours, _before(item, around, cluster, "cluster"), gathered)
            theirs = _closer(theirs, _before(item, around, story, "story"), gathered)
        placed.append(
            Placement(
                article_id=item.profile.id,
                cluster=cluster,
                story=story,
                in_cluster=ours,
                in_story=theirs,
            )
        )
    return tuple(placed)


def cluster_states(
    around: Neighbourhood,
    level: Grouping,
    lineage: Lineage,
    placed: Sequence[Placement],
    ranked: Sequence[Ranking],
) -> tuple[ClusterState, ...]:
    """The clusters as they are now."""
    return tuple(
        ClusterState(
            id=name,
            story=placed[group[0]].story,
            size=_size(around, group, placed, around.clusters, "cluster"),
            canonical=ranking.canonical(),
        )
        for group, name, ranking in zip(level.groups, lineage.ids, ranked, strict=True)
    )


def story_states(
    around: Neighbourhood,
    level: Grouping,
    lineage: Lineage,
    placed: Sequence[Placement],
    clusters: Sequence[ClusterState],
) -> tuple[StoryState, ...]:
    """The stories as they are now; ``clusters`` are theirs."""
    origins = {
        state.id: origin_key(state.id, state.canonical.source, state.canonical.family)
        for state in clusters
    }
    return tuple(
        _story_state(around, group, name, placed, origins)
        for group, name in zip(level.groups, lineage.ids, strict=True)
    )


def rankings(around: Neighbourhood, level: Grouping) -> list[Ranking]:
    """The canonical order of each cluster."""
    inputs = _Inputs(around, level)
    return [Ranking.of([inputs.of(k) for k in group]) for group in level.groups]


class _Inputs:
    """What the canonical order needs to know of items, worked out when it is asked for."""

    def __init__(self, around: Neighbourhood, clusters: Grouping) -> None:
        self._items = around.items
        self._filings = filings(around.items, pieces(around.items, clusters.groups))
        self._pins = pins(around)

    def of(self, k: int) -> CanonicalInput:
        """That of item k."""
        found = canonical_input(self._items[k], self._filings.get(k))
        pinned = self._pins.get(found.id) if self._pins else None
        return found if pinned is None else replace(found, pinned=pinned)


def canonical_input(item: Item, filing: Filing | None = None) -> CanonicalInput:
    """What the canonical order needs to know of an item, which may be a version of a piece."""
    profile = item.profile
    return CanonicalInput(
        id=profile.id,
        provenance=profile.provenance,
        word_count=profile.word_count,
        first_seen=item.first_seen,
        published=profile.published,
        piece=filing.piece if filing else None,
        filing=filing.place if filing else 0,
        # An alert is no version of the full text, and of one behind a pay wall the rest is missing.
        grown=filing is not None
        and filing.told
        and not (is_flash(profile.version) or profile.provenance.paywalled),
    )


def counts(placement: Placement) -> bool:
    """The article counts in the size of its cluster and story: versions of a piece count once."""
    return placement.in_cluster.relation is not Relation.UPDATE


def _names(level: Grouping, lineage: Lineage) -> dict[int, str]:
    return {k: name for group, name in zip(level.groups, lineage.ids, strict=True) for k in group}


def _before(item: Item, around: Neighbourhood, name: str, level: str) -> Standing:
    """The standing an item had in a group that was gathered only in part and that it stays in."""
    old = item.placement
    if old is None or name not in around.partial or getattr(old, level) != name:
        return ALONE
    standing: Standing = getattr(old, f"in_{level}")
    return standing


def _closer(now: Standing, before: Standing, gathered: frozenset[str]) -> Standing:
    """``before`` where it points to a closer member that was not gathered, else ``now``."""
    if before.of is None or before.of in gathered:
        return now
    if Relation.UPDATE in {before.relation, now.relation}:  # a version stays one
        return before if before.relation is Relation.UPDATE else now
    return before if (before.probability or 0.0) > (now.probability or 0.0) else now


def _copy_standings(
    around: Neighbourhood, judge: Judge, level: Grouping, ranked: Sequence[Ranking]
) -> list[Standing]:
    standings = [ALONE] * len(around.items)
    left, right, links = level.ends or linked_items(around)
    link_of = dict(zip(zip(left.tolist(), right.tolist(), strict=True), links, strict=True))
    found = pieces(around.items, level.groups)
    own = np.arange(len(around.items))
    for piece in found:
        own[list(piece.members)] = piece.members[0]
    rank = _ranks(len(around.items), level, ranked)
    for k, (other, p) in _closest(level, rank, own=own if found else None).items():
        link = link_of[min(k, other), max(k, other)]
        standings[k] = Standing(
            relation=judge.copy_relation(k, other, link),
            of=around.items[other].profile.id,
            probability=p,
        )
    for piece in found:
        _refile(standings, around.items, piece, rank, link_of)
    return standings


def _refile(
    standings: list[Standing],
    items: Sequence[Item],
    piece: Piece,
    rank: Int64s,
    link_of: Mapping[tuple[int, int], CopyLink],
) -> None:
    """Of the versions of a piece the first in canonical order stands as any copy does; it counts.

    The others are an update of the newest version before each, or of that one.
    """
    chief = min(piece.members, key=rank.__getitem__)
    if standings[chief].relation is Relation.UPDATE:
        # Nothing but its own versions is close to it, and they are an update of it.
        standings[chief] = replace(standings[chief], relation=Relation.NEAR_DUPLICATE)
    for place, k in enumerate(piece.members):
        if k == chief:
            continue
        other = piece.members[place - 1] if place else chief
        both = link_of.get((min(k, other), max(k, other)))
        standings[k] = Standing(
            relation=Relation.UPDATE,
            of=items[other].profile.id,
            probability=(standings[k].probability or COPIED) if both is None else both.p_same_text,
        )


def _story_standings(
    around: Neighbourhood, judge: Judge, levels: tuple[Grouping, Grouping]
) -> list[Standing]:
    """A copy says the same in the same words: it is no rewrite, and others are named before it."""
    cluster, story = levels[0].labels, levels[1]
    standings = [ALONE] * len(around.items)
    if not len(story.edges.p):  # nothing is known of events: no look at each story
        return standings
    rank = _ranks_in_stories(around, levels)
    closest = _closest(story, rank, own=cluster)
    retold = np.array(
        [(k, other) for k, (other, _) in closest.items() if cluster[k] != cluster[other]],
        dtype=np.int64,
    ).reshape(-1, 2)
    relations = dict(
        zip(retold[:, 0].tolist(), judge.story_relations(retold[:, 0], retold[:, 1]), strict=True)
    )
    for k, (other, p) in closest.items():
        standings[k] = Standing(
            relation=relations.get(k, Relation.SAME_STORY),
            of=around.items[other].profile.id,
            probability=p,
        )
    return standings


def _ranks_in_stories(around: Neighbourhood, levels: tuple[Grouping, Grouping]) -> Int64s:
    """Place of each item in the canonical order of its story; most stories have but one."""
    rank = np.zeros(len(around.items), dtype=np.int64)
    inputs = _Inputs(around, levels[0])
    for group in levels[1].groups:
        if len(group) > 1:
            order = Ranking.of([inputs.of(k) for k in group]).order
            rank[[group[position] for position in order]] = np.arange(len(order))
    return rank


def _ranks(n: int, level: Grouping, ranked: Sequence[Ranking]) -> Int64s:
    """Place of each of ``n`` items in the canonical order of its group."""
    rank = np.zeros(n, dtype=np.int64)
    for group, ranking in zip(level.groups, ranked, strict=True):
        for place, position in enumerate(ranking.order):
            rank[group[position]] = place
    return rank


def _closest(level: Grouping, rank: Int64s, *, own: Int64s | None) -> dict[int, tuple[int, float]]:
    """Most probable fellow of each item but the representative, ties by the canonical order.

    Where items share a label in ``own``, only when there is no other fellow.
    """
    inner = level.inner_edges()
    if not len(inner.p):
        return {}
    item = np.concatenate([inner.left, inner.right])
    other = np.concatenate([inner.right, inner.left])
    p = np.concatenate([inner.p, inner.p])
    near = np.zeros(len(item)) if own is None else own[item] == own[other]
    order = np.lexsort((rank[other], -p, near, item))
    first = order[np.unique(item[order], return_index=True)[1]]
    return {
        int(k): (int(o), float(value))
        for k, o, value in zip(item[first], other[first], p[first], strict=True)
        if rank[k] > 0
    }


def _size(
    around: Neighbourhood,
    group: Sequence[int],
    placed: Sequence[Placement],
    states: Mapping[str, ClusterState] | Mapping[str, StoryState],
    level: str,
) -> int:
    """Members that count, with those of partly gathered groups that were left where they are."""
    size = sum([counts(placed[k]) for k in group])
    if not around.partial:
        return size
    olds = {getattr(p, level) for k in group if (p := around.items[k].placement)}
    for old in olds & around.partial & states.keys():
        before = [p for i in around.items if (p := i.placement) and getattr(p, level) == old]
        size += states[old].size - sum(counts(p) for p in before)
    return size


def _story_state(
    around: Neighbourhood,
    group: Sequence[int],
    name: str,
    placed: Sequence[Placement],
    origins: Mapping[str, str],
) -> StoryState:
    """Of a story gathered in part no fewer origins than it had: those not gathered are unknown."""
    old = around.stories.get(name) if name in around.partial else None
    times = [t for k in group if (t := around.items[k].profile.published) is not None]
    if old is not None:
        times += [t for t in (old.first, old.last) if t is not None]
    independent = len({origins[placed[k].cluster] for k in group})
    return StoryState(
        id=name,
        size=_size(around, group, placed, around.stories, "story"),
        independent_sources=max(independent, old.independent_sources if old else 0),
        first=min(times, default=None),
        last=max(times, default=None),
    )


__all__ = [
    "Edges",
    "canonical_input",
    "cluster_states",
    "counts",
    "placements",
    "rankings",
    "story_states",
]
