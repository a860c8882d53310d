"""The two groupings of a neighbourhood: copies into clusters, clusters into stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.cluster import digests, partition
from dedupe.crowd import uncompared
from dedupe.model import Bools, Doubles, Int64s
from dedupe.neighbourhood import Edges, Judge, Neighbourhood
from dedupe.settings import Settings
from dedupe.state import CopyLink, Placement

PART_INSIDE = 0.6
"""A text is a part of another when at least this share of it is in the other ..."""
PART_SHARES = (0.1, 0.85)
"""... and makes up a share of the other in this range: less is a quote, more is a variant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Labels of one level; a group's label is its smallest item."""

    labels: Int64s
    groups: tuple[tuple[int, ...], ...]
    """Items of each group, groups in order of their labels."""
    edges: Edges
    """The verdicts that the grouping was worked out from."""

    @classmethod
    def from_labels(cls, labels: Int64s, edges: Edges) -> Grouping:
        """Group items that carry the same label."""
        order = np.argsort(labels, kind="stable")
        starts = np.unique(labels[order], return_index=True)[1]
        parts = np.split(order, starts[1:]) if len(labels) else []
        return cls(labels=labels, groups=tuple(tuple(p.tolist()) for p in parts), edges=edges)

    def inner_edges(self) -> Edges:
        """The edges that lie inside groups."""
        return _select(self.edges, self.labels[self.edges.left] == self.labels[self.edges.right])


def copies(around: Neighbourhood, settings: Settings) -> Grouping:
    """Clusters: articles grouped by the text they share."""
    linked, assumed = copy_edges(around, settings)
    units = _units(np.arange(len(around.items)), around, lambda place: place.cluster)
    labels = partition(
        units,
        np.concatenate([linked.left, assumed.left]),
        np.concatenate([linked.right, assumed.right]),
        np.concatenate([linked.p, assumed.p]),
        threshold=settings.copy_threshold,
    )
    return Grouping.from_labels(labels, linked)


def events(around: Neighbourhood, clusters: Grouping, judge: Judge, settings: Settings) -> Grouping:
    """Stories: clusters grouped by the event they are about; no cluster is divided."""
    near = judge.story_edges()
    units = _units(clusters.labels, around, lambda place: place.story)
    likely = _select(near, near.p >= settings.related_threshold)
    labels = partition(
        units,
        likely.left,
        likely.right,
        likely.p,
        threshold=settings.story_threshold,
        score=judge.same_story,
        sample=settings.group_sample,
    )
    return Grouping.from_labels(labels, near)


def copy_edges(around: Neighbourhood, settings: Settings) -> tuple[Edges, Edges]:
    """What may join texts into a cluster: the links, and the pairs of a crowd without a link.

    Links between a digest and its parts are left out.
    """
    left, right, links = linked_items(around)
    a_in_b = np.array([link.a_in_b for link in links])
    b_in_a = np.array([link.b_in_a for link in links])
    p = np.array([link.p_same_text for link in links], dtype=np.float64)
    copy = p >= settings.copy_threshold
    a_inside, b_inside = copy & _is_part(a_in_b, b_in_a), copy & _is_part(b_in_a, a_in_b)
    assumed = uncompared(
        [item.profile for item in around.items],
        Edges(left=left[copy], right=right[copy], p=p[copy]),
        candidates=settings.copy_candidates,
    )
    digest = digests(
        np.concatenate([left[a_inside], right[b_inside]]),
        np.concatenate([right[a_inside], left[b_inside]]),
        np.concatenate([left, assumed.left]),
        np.concatenate([right, assumed.right]),
        n=len(around.items),
    )
    part_of_digest = (a_inside & digest[right]) | (b_inside & digest[left])
    return _select(Edges(left=left, right=right, p=p), ~part_of_digest), assumed


def _is_part(inside: Doubles, share: Doubles) -> Bools:
    """``inside`` of a text is in another one, of which it makes up ``share``."""
    low, high = PART_SHARES
    return (inside >= PART_INSIDE) & (share >= low) & (share <= high)


def linked_items(around: Neighbourhood) -> tuple[Int64s, Int64s, Sequence[CopyLink]]:
    """Item numbers of both ends of each link between items, and the links."""
    number = {item.profile.id: k for k, item in enumerate(around.items)}
    links = [link for link in around.links if link.a in number and link.b in number]
    left = np.array([number[link.a] for link in links], dtype=np.int64)
    right = np.array([number[link.b] for link in links], dtype=np.int64)
    return left, right, links


def _units(labels: Int64s, around: Neighbourhood, name: Callable[[Placement], str]) -> Int64s:
    """``labels`` with the items of each partly gathered group put together."""
    units = labels.copy()
    first: dict[str, int] = {}
    for k, item in enumerate(around.items):
        old = item.placement and name(item.placement)
        if old in around.partial:
            units[units == units[k]] = first.setdefault(str(old), int(units[k]))
    return units


def _select(edges: Edges, wanted: np.ndarray) -> Edges:
    return Edges(left=edges.left[wanted], right=edges.right[wanted], p=edges.p[wanted])
