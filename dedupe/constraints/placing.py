"""Constraints of a neighbourhood as pairs of its items; which items need a voice of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from dedupe.constraints.keeping import Orders, Strangers
from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.model import Bools, Int64s
from dedupe.neighbourhood import Neighbourhood


def cluster_orders(around: Neighbourhood, stories: Int64s) -> Orders:
    """What is ordered about clusters; ``stories`` puts the items of a story that moves whole together.

    Not to be of one story is not to be of one cluster; and no two clusters may come to hold what
    would bring together two stories that are to stay apart.
    """
    must, cannot = ConstraintKind.MUST_LINK, ConstraintKind.CANNOT_LINK
    return Orders(
        together=_pairs(around, must, {Level.CLUSTER}),
        apart=_pairs(around, cannot, {Level.CLUSTER, Level.STORY}),
        bound=np.concatenate([_pairs(around, must, {Level.STORY}), _whole(stories)]),
        strangers=_pairs(around, cannot, {Level.STORY}),
    )


def story_orders(around: Neighbourhood) -> Orders:
    """What is ordered about stories; to be of one cluster is to be of one story."""
    return Orders(
        together=_pairs(around, ConstraintKind.MUST_LINK, {Level.CLUSTER, Level.STORY}),
        apart=_pairs(around, ConstraintKind.CANNOT_LINK, {Level.STORY}),
    )


def speaks_for_itself(orders: Orders, clusters: Int64s) -> Bools:
    """Which items may not lie with everyone: no equal text speaks for them, nor they for one.

    ``clusters`` puts the items of a cluster that moves whole together.
    """
    own = np.arange(len(clusters))
    near = Strangers(
        own, together=np.concatenate([orders.together, _whole(clusters)]), apart=orders.apart
    )
    bonds = np.concatenate([orders.together, orders.bound])
    far = Strangers(own, together=bonds, apart=orders.strangers)
    return near.wary(own) | far.wary(own)


def with_own_voice(voice: Int64s, alone: Bools) -> Int64s:
    """``voice`` (who speaks for each item), where those ``alone`` speak for themselves and no other.

    Another of those that they spoke for does so: the first.
    """
    own = np.arange(len(voice))
    result = np.where(alone, own, voice)
    lost = np.flatnonzero(alone[voice] & ~alone)
    _, first, which = np.unique(voice[lost], return_index=True, return_inverse=True)
    result[lost] = lost[first[which.reshape(-1)]]
    return result


def pins(around: Neighbourhood) -> Mapping[str, Constraint]:
    """The order that makes an article the canonical one, by article; the last one of each."""
    found = [one for one in around.constraints if one.kind is ConstraintKind.PINNED_CANONICAL]
    return {one.articles[0]: one for one in sorted(found, key=lambda one: (one.at, one.id))}


def _whole(units: Int64s) -> Int64s:
    """Each item that starts together with another, and the one that its unit is named by."""
    others = np.flatnonzero(units != np.arange(len(units)))
    return np.stack([others, units[others]], axis=1)


def _pairs(around: Neighbourhood, kind: ConstraintKind, levels: Iterable[Level]) -> Int64s:
    """Item numbers of both articles of the orders of this kind, shape = (m, 2)."""
    number = {item.profile.id: k for k, item in enumerate(around.items)}
    wanted = set(levels)
    pairs = sorted(
        {
            (number[one.articles[0]], number[one.articles[1]])
            for one in around.constraints
            if one.kind is kind and one.level in wanted and number.keys() >= set(one.articles)
        }
    )
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
