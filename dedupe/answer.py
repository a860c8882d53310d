"""What the service says about one article (design of the answer: docs/answer.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dedupe.model import (
    Canonical,
    Credit,
    Furniture,
    Match,
    Notice,
    Published,
    Relation,
    StoryLink,
)


class Status(StrEnum):
    """What became of a posted article."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REVISED = "revised"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """The article as it is indexed."""

    id: str
    external_id: str | None
    revision: int
    status: Status
    published: Published | None
    furniture: tuple[Furniture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """The cluster an article lies in and how it stands in it."""

    id: str | None
    """None when a checked article would open a cluster of its own."""
    size: int
    relation: Relation
    of: str | None
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedStory:
    """A linked story."""

    story: str
    relation: StoryLink


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """The story an article lies in and how it stands in it."""

    id: str | None
    size: int
    relation: Relation | None
    """None while the encoder is unavailable: only copies are judged then."""
    of: str | None
    independent_sources: int
    probability: float | None
    related: tuple[RelatedStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole answer to one article."""

    article: ArticleView
    cluster: ClusterView
    story: StoryView
    canonical: Canonical
    credits: tuple[Credit, ...]
    matches: tuple[Match, ...]
    warnings: tuple[Notice, ...]
    degraded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One article of a cluster or story and how it stands there."""

    id: str
    external_id: str | None
    source: str | None
    title: str
    url: str | None
    published: Published | None
    relation: Relation
    of: str | None
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDetail:
    """A cluster with its members.

    Asked for by a retired id, ``id`` is that id, ``merged_into`` the living cluster, and the rest
    describes the living one.
    """

    id: str
    merged_into: str | None
    story: str
    size: int
    """Members that count: updates of a piece count once."""
    canonical: Canonical
    members: tuple[MemberView, ...]
    """In order of arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDetail:
    """A story with its clusters and articles; a retired id is answered as in ``ClusterDetail``."""

    id: str
    merged_into: str | None
    size: int
    independent_sources: int
    first: float | None
    """Earliest publication of a member, hours since 1970-01-01 UTC."""
    last: float | None
    clusters: tuple[str, ...]
    members: tuple[MemberView, ...]
    related: tuple[RelatedStory, ...]
