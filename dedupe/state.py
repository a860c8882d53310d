"""What is known of the articles already indexed, and what a verdict changes about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dedupe.model import Canonical, Profile, Relation, StoryLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an article stands to the member it is closest to, at one level (cluster or story).

    The representative and an article that is alone have relation ``none`` and no ``of``.
    """

    relation: Relation = Relation.NONE
    of: str | None = None
    probability: float | None = None


ALONE = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article lies."""

    article_id: str
    cluster: str
    story: str
    in_cluster: Standing = ALONE
    in_story: Standing = ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An indexed article as judging sees it."""

    key: int
    """Row number in the store: the number the vector and sketch indexes know it by."""
    profile: Profile
    first_seen: float
    """Hours since 1970-01-01 UTC at which the service first received it."""
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLink:
    """Two articles that share text; ``a`` < ``b`` as strings."""

    a: str
    b: str
    overlap: float
    """Jaccard of their shingles."""
    a_in_b: float
    """Share of a's shingles that is in b."""
    b_in_a: float
    p_same_text: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterState:
    """A cluster as stored."""

    id: str
    story: str
    size: int
    """Members that count: updates of a piece count once."""
    canonical: Canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """A story as stored."""

    id: str
    size: int
    independent_sources: int
    """Origins: distinct sources that its clusters come from; a cluster of nobody's is one."""
    first: float | None
    """Earliest publication of a member, hours since 1970-01-01 UTC."""
    last: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """An identifier that is no longer in use and where it lives on (None: nowhere)."""

    id: str
    merged_into: str | None
    """The group that took most of its members over: what is not named otherwise moves there."""
    split_into: tuple[str, ...] = ()
    """Every group that took members over, most first, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Members of one group that are another's from now on; one line of the lineage."""

    old: str
    new: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """Two stories that are linked and stay apart; ``a`` < ``b``, ``relation`` is b seen from a."""

    a: str
    b: str
    relation: StoryLink
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the change log (names in docs/words.md)."""

    kind: str
    subject: str
    """Identifier of the article, cluster or story it is about."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything one verdict changes; applied whole, in one transaction, or not at all."""

    placements: tuple[Placement, ...] = ()
    clusters: tuple[ClusterState, ...] = ()
    stories: tuple[StoryState, ...] = ()
    retired: tuple[Retired, ...] = ()
    """Applied last: whatever still lies in a retired cluster or story (articles, clusters, links to
    other stories) moves to ``merged_into``, so that a group too large to gather moves whole."""
    passed: tuple[Passed, ...] = ()
    links: tuple[CopyLink, ...] = ()
    forgotten: tuple[tuple[str, str], ...] = ()
    """Ends (a < b) of stored copy links that do not hold any more."""
    unlinked: frozenset[str] = frozenset()
    """Stories whose links among each other were worked out anew: every stored related link between
    two of them is dropped before ``related`` is stored; links to other stories stay, those of retired
    ones with their heirs."""
    related: tuple[RelatedLink, ...] = ()
    recounted: frozenset[str] = frozenset()
    """Clusters and stories whose sizes and origins are estimates, some of their members not having
    been gathered: they are counted once everything lies where it belongs."""
    events: tuple[Event, ...] = ()
