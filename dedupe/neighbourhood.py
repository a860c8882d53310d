"""What is gathered before a verdict: the articles it may touch and the verdicts on their pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from dedupe.constraints.records import Constraint
from dedupe.model import Doubles, Int64s, Profile, Relation
from dedupe.state import ClusterState, CopyLink, Placement, StoryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article of the neighbourhood; a newcomer has no placement yet."""

    profile: Profile
    first_seen: float | None
    """Hours since 1970-01-01 UTC; None in a bulk load, where arrival says nothing."""
    placement: Placement | None = None
    claim: float = 1.0
    """How much it counts where its old groups are looked for; less where its text has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Everything a verdict may change.

    ``items`` are sorted by article id: the numbering that ties are settled by.
    """

    items: tuple[Item, ...]
    links: tuple[CopyLink, ...] = ()
    """Copy links between items, old and new."""
    new_links: tuple[CopyLink, ...] = ()
    """Those of ``links`` that are not stored yet."""
    clusters: Mapping[str, ClusterState] = field(default_factory=dict)
    stories: Mapping[str, StoryState] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    """Clusters and stories of which some members are not among the items: they move whole."""
    vacated: frozenset[str] = frozenset()
    """Clusters and stories that an article has just left."""
    constraints: tuple[Constraint, ...] = ()
    """Editors' orders about items; those about others are ignored."""

    def with_new_text(self, article_id: str) -> Neighbourhood:
        """This, where what was stored of an article's links rests on a text it has no more."""
        new = {(link.a, link.b) for link in self.new_links}
        links = [
            link
            for link in self.links
            if article_id not in {link.a, link.b} or (link.a, link.b) in new
        ]
        return replace(self, links=tuple(links))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Pairs of items with a probability, as parallel arrays; each unordered pair at most once."""

    left: Int64s
    right: Int64s
    p: Doubles

    def with_more(self, others: Edges) -> Edges:
        """These and others."""
        if not len(others.p):
            return self
        return Edges(
            left=np.concatenate([self.left, others.left]),
            right=np.concatenate([self.right, others.right]),
            p=np.concatenate([self.p, others.p]),
        )


class Judge(Protocol):
    """The verdicts on pairs of items, by item number."""

    def story_edges(self) -> Edges:
        """The pairs that may be one story: all of a small neighbourhood, else the nearest."""

    def same_story(self, left: Int64s, right: Int64s) -> Doubles:
        """p_same_story of any pairs, shape = left.shape."""

    def copy_relation(self, ours: int, theirs: int, link: CopyLink) -> Relation:
        """How ``ours`` stands to ``theirs``, which carry the same text."""

    def story_relations(self, ours: Int64s, theirs: Int64s) -> Sequence[Relation]:
        """How each of ``ours`` stands to the one of ``theirs`` that is about the same event."""
