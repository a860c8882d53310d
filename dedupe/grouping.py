"""The two groupings of a neighbourhood: copies into clusters, clusters into stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from dedupe.apart import declared_digests
from dedupe.candidates import hours_of
from dedupe.cluster import agglomerated, digests, smallest_item_of_group
from dedupe.compared import LINKED_INSIDE
from dedupe.constraints.keeping import Orders
from dedupe.constraints.placing import (
    cluster_orders,
    speaks_for_itself,
    story_orders,
    with_own_voice,
)
from dedupe.constraints.voices import links_of_equals
from dedupe.crowd import uncompared
from dedupe.excerpts import excerpts_of_one
from dedupe.guards import Limits, Measured, Refused
from dedupe.joining import each_once, opens
from dedupe.leaders import STUB, nearly_equal, speakers
from dedupe.model import Bools, Doubles, Int64s
from dedupe.neighbourhood import Edges, Judge, Neighbourhood
from dedupe.settings import Settings
from dedupe.state import ClusterState, CopyLink, Placement, StoryState

LinkedItems: TypeAlias = tuple[Int64s, Int64s, Sequence[CopyLink]]
"""Item numbers of both ends of some links, and the links."""

PART_INSIDE = 0.6
"""A text is a part of another when at least this share of it is in the other ..."""
PART_SHARES = (0.1, 0.85)
"""... and makes up a share of the other in this range: less is a quote, more is a variant."""


FOLDED_JACCARD, FOLDED_INSIDE = 0.2, 0.5
"""Jaccard, or share of the shorter text, from which copies of one text are folded together; what
shares less (a brief that has grown into a story) is linked and stays apart (decision 0005)."""
FOLDED_SHARE = 0.1
"""Least share of the longer text that the shorter one is: under it, it is quoted, not carried."""
UNFOLDED = 0.25
"""Most agreement of two texts that share too little to be folded: not enough to bring them
together, but the versions of one text that others bring together share less at the ends."""


_NO_EDGES = Edges(left=np.empty(0, np.int64), right=np.empty(0, np.int64), p=np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Labels of one level; a group's label is its smallest item."""

    labels: Int64s
    groups: tuple[tuple[int, ...], ...]
    """Items of each group, groups in order of their labels."""
    edges: Edges
    """The verdicts that the grouping was worked out from."""
    refused: tuple[Refused, ...] = ()
    """Merges that a limit forbade, told of groups by their labels."""
    ends: LinkedItems | None = None
    """Of clusters the links behind the edges, those that hold for equals among them."""

    @classmethod
    def from_labels(
        cls, labels: Int64s, edges: Edges, refused: tuple[Refused, ...] = ()
    ) -> Grouping:
        """Group items that carry the same label."""
        order = np.argsort(labels, kind="stable")
        starts = np.unique(labels[order], return_index=True)[1].tolist()
        items = order.tolist()
        parts = pairwise([*starts, len(items)])
        groups = tuple([tuple(items[a:b]) for a, b in parts])
        return cls(labels=labels, groups=groups, edges=edges, refused=refused)

    def inner_edges(self) -> Edges:
        """The edges that lie inside groups."""
        return _select(self.edges, self.labels[self.edges.left] == self.labels[self.edges.right])


def copies(around: Neighbourhood, settings: Settings) -> Grouping:
    """Clusters: articles grouped by the text they share.

    Articles whose clean texts are equal word by word speak with one voice: a story that forty
    outlets ran unchanged weighs no more against a variant of it than one that a single outlet ran.
    So do nearly equal ones in great number.
    """
    ends = linked_items(around)
    orders = _cluster_orders(around)
    distinct = len({item.profile.text_hash for item in around.items}) == len(around.items)
    if orders is None and distinct and not ends[2]:
        alone = _units(np.arange(len(around.items)), around, lambda place: place.cluster)
        return Grouping.from_labels(smallest_item_of_group(alone), _NO_EDGES)
    first = _voices(around, ends, settings)
    if orders is not None:
        whole = _units(np.arange(len(first)), around, lambda place: place.cluster)
        spoken, first = first, with_own_voice(first, speaks_for_itself(orders, whole))
        names = [item.profile.id for item in around.items]
        ends = links_of_equals(ends, spoken, first, names)
    linked, assumed = copy_edges(around, ends, first, settings)
    voices, voice = np.unique(first, return_inverse=True)
    voice = voice.reshape(-1)
    units = _units(first, around, lambda place: place.cluster)[voices]
    edges = _strongest(
        Edges(
            left=voice[np.concatenate([linked.left, assumed.left])],
            right=voice[np.concatenate([linked.right, assumed.right])],
            p=np.concatenate([linked.p, assumed.p]),
        )
    )
    limits = Limits(size=settings.guard_cluster_size, diameter=settings.guard_diameter)
    spoken = np.bincount(voice, weights=_articles(around, lambda place: place.cluster))
    found = agglomerated(
        units,
        edges.left,
        edges.right,
        edges.p,
        threshold=settings.copy_threshold,
        orders=None if orders is None else orders.renamed(voice),
        measured=Measured(limits=limits, articles=spoken),
    )
    refused = tuple([one.renamed(voices) for one in found.refused])
    grouped = Grouping.from_labels(voices[found.labels][voice], linked, refused)
    return replace(grouped, ends=ends)


def _cluster_orders(around: Neighbourhood) -> Orders | None:
    """What is ordered about clusters; None for nothing."""
    if not around.constraints:
        return None
    whole = _units(np.arange(len(around.items)), around, lambda place: place.story)
    return cluster_orders(around, whole) or None


def _voices(around: Neighbourhood, ends: LinkedItems, settings: Settings) -> Int64s:
    """Per item the one that speaks for it, itself for most."""
    left, right, links = ends
    counts = _shingle_counts(around)
    p = np.array([link.p_same_text for link in links], dtype=np.float64)
    jaccard = np.array([link.overlap for link in links], dtype=np.float64)
    like = nearly_equal(jaccard, np.minimum(counts[left], counts[right]))
    like &= p >= settings.copy_threshold
    first = _first_of_equals(around)
    # A neighbourhood holds few of the equals of a text: they count as one.
    pairs = each_once(np.stack([first[left[like]], first[right[like]]], axis=1))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return speakers(pairs[:, 0], pairs[:, 1], many=settings.crowd, n=len(first))[first]


def _first_of_equals(around: Neighbourhood) -> Int64s:
    """Per item the first item with an equal text; itself where there is none or it is a stub."""
    hashes = np.array([item.profile.text_hash for item in around.items], dtype=np.uint64)
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    return np.where(
        _shingle_counts(around) < STUB, np.arange(len(hashes)), first[which.reshape(-1)]
    )


def _strongest(edges: Edges) -> Edges:
    """One edge per pair, the most probable; none from a voice to itself."""
    low, high = np.minimum(edges.left, edges.right), np.maximum(edges.left, edges.right)
    order = np.lexsort((-edges.p, high, low))
    low, high = low[order], high[order]
    edges = Edges(left=low, right=high, p=edges.p[order])
    return _select(edges, opens(low << 32 | high) & (low != high))


def events(around: Neighbourhood, clusters: Grouping, judge: Judge, settings: Settings) -> Grouping:
    """Stories: clusters grouped by the event they are about; no cluster is divided."""
    near = judge.story_edges()
    units = _units(clusters.labels, around, lambda place: place.story)
    least = min(settings.related_threshold, settings.story_threshold)
    likely = _select(near, near.p >= least)
    limits = Limits(
        size=settings.guard_story_size,
        span=settings.guard_story_span_days,
        diameter=settings.guard_diameter,
    )
    found = agglomerated(
        units,
        likely.left,
        likely.right,
        likely.p,
        threshold=settings.story_threshold,
        contrast=settings.story_contrast,
        voices=clusters.labels,
        score=judge.same_story,
        sample=settings.group_sample,
        orders=(story_orders(around) or None) if around.constraints else None,
        measured=Measured(
            limits=limits,
            articles=_articles(around, lambda place: place.story),
            hours=_hours(around, clusters),
        ),
    )
    return Grouping.from_labels(found.labels, near, found.refused)


def _articles(around: Neighbourhood, name: Callable[[Placement], str]) -> Int64s:
    """Articles that each item stands for: one, and one item for those of its group not gathered."""
    counts = np.ones(len(around.items), dtype=np.int64)
    if not around.partial:
        return counts
    states: Mapping[str, ClusterState | StoryState] = {**around.clusters, **around.stories}
    held: dict[str, list[int]] = {}
    for k, item in enumerate(around.items):
        if item.placement and (old := name(item.placement)) in around.partial:
            held.setdefault(old, []).append(k)
    for old, items in held.items():
        counts[items[0]] += max(states[old].size - len(items), 0) if old in states else 0
    return counts


def _hours(around: Neighbourhood, clusters: Grouping) -> Doubles:
    """When the text of each item was published: the middle one of its copies, NaN where unknown.

    A claimed date is often wrong and a late reprint is no new event: neither makes a story longer.
    """
    hours = hours_of(item.profile.published for item in around.items)
    known = np.flatnonzero(np.isfinite(hours))
    order = known[np.lexsort((hours[known], clusters.labels[known]))]
    labels, start, count = np.unique(clusters.labels[order], return_index=True, return_counts=True)
    middle = np.full(len(hours), np.nan)
    middle[labels] = hours[order[start + (count - 1) // 2]]
    return middle[clusters.labels]


def copy_edges(
    around: Neighbourhood, ends: LinkedItems, voice: Int64s, settings: Settings
) -> tuple[Edges, Edges]:
    """What may join texts into a cluster: the links, and the pairs of a crowd without a link.

    Links between a digest and its parts are left out; excerpts of one original agree as much as they
    do with it. Texts that share too little to be folded
    agree at most by ``UNFOLDED``. ``voice`` is who speaks for each item.
    """
    left, right, links = ends
    a_in_b = np.array([link.a_in_b for link in links])
    b_in_a = np.array([link.b_in_a for link in links])
    p = np.array([link.p_same_text for link in links], dtype=np.float64)
    copy = p >= settings.copy_threshold
    a_inside, b_inside = copy & _is_part(a_in_b, b_in_a), copy & _is_part(b_in_a, a_in_b)
    profiles = [item.profile for item in around.items]
    assumed = uncompared(
        profiles,
        Edges(left=left[copy], right=right[copy], p=p[copy]),
        among=voice == np.arange(len(voice)),
        many=settings.crowd,
    )
    assumed = assumed.with_more(
        excerpts_of_one(
            around.items,
            np.concatenate([left[a_inside], right[b_inside]]),
            np.concatenate([right[a_inside], left[b_inside]]),
            np.concatenate([p[a_inside], p[b_inside]]),
        )
    )
    digest = digests(
        voice[np.concatenate([left[a_inside], right[b_inside]])],
        np.concatenate([right[a_inside], left[b_inside]]),
        np.concatenate([b_in_a[a_inside], a_in_b[b_inside]]),
        voice[np.concatenate([left, assumed.left])],
        voice[np.concatenate([right, assumed.right])],
        n=len(around.items),
    )
    digest |= declared_digests(profiles, voice)
    part_of_digest = (a_inside & digest[right]) | (b_inside & digest[left])
    counts = _shingle_counts(around)
    jaccard = np.array([link.overlap for link in links])
    folded = folds(jaccard, a_in_b, b_in_a, np.maximum(counts[left], counts[right]))
    p = np.where(folded, p, np.minimum(p, UNFOLDED))
    wanted = folded | (np.maximum(a_in_b, b_in_a) >= LINKED_INSIDE)
    return _select(Edges(left=left, right=right, p=p), wanted & ~part_of_digest), assumed


def folds(jaccard: Doubles, a_in_b: Doubles, b_in_a: Doubles, longer: Int64s) -> Bools:
    """Whether texts share so much that one may stand for the other, or are too short to tell.

    As parallel arrays; ``longer`` are the shingles of the longer text.
    """
    inside = np.maximum(a_in_b, b_in_a)
    share = np.minimum(a_in_b, b_in_a) / np.maximum(inside, 1e-9)
    enough: Bools = (jaccard >= FOLDED_JACCARD) | (
        (inside >= FOLDED_INSIDE) & (share >= FOLDED_SHARE)
    )
    return enough | (longer < STUB)


def _is_part(inside: Doubles, share: Doubles) -> Bools:
    """``inside`` of a text is in another one, of which it makes up ``share``."""
    low, high = PART_SHARES
    return (inside >= PART_INSIDE) & (share >= low) & (share <= high)


def _shingle_counts(around: Neighbourhood) -> Int64s:
    return np.array([item.profile.shingle_count for item in around.items], dtype=np.int64)


def linked_items(around: Neighbourhood) -> LinkedItems:
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
