"""What the service says about one article (design of the answer: docs/answer.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from dedupe.version import PubStatus, Version
from dedupe.withheld.records import USABLE, Visibility


class Status(StrEnum):
    """What became of a posted article."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REVISED = "revised"
    NOTED = "noted"
    """Not an article: what it orders was done, or is kept for what comes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """The article as it is indexed."""

    id: str
    external_id: str | None
    revision: int
    status: Status
    published: Published | None
    furniture: tuple[Furniture, ...]
    version: Version = field(default_factory=Version)
    """Which version of the piece the text says it is."""
    pub_status: Visibility = USABLE
    """Whether it may be shown, and if not why."""


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
    pub_status: PubStatus = PubStatus.USABLE
    """Title and address are told of usable ones alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDetail:
    """A cluster with its members.

    Asked for by a retired id, ``id`` is that id. Either ``merged_into`` names the living cluster
    that all of it went to, or ``split_into`` those that parts of it went to, what took most of it
    first. The rest describes the living one, or the first of them.
    """

    id: str
    merged_into: str | None
    split_into: tuple[str, ...] = ()
    story: str
    size: int
    """Members that count: updates of a piece count once."""
    canonical: Canonical
    members: tuple[MemberView, ...]
    """In order of arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The article that stands for a story."""

    article_id: str
    reasons: tuple[str, ...]
    """What it has over the others: ``own_reporting``, ``central``, ``complete``, ``early``."""
    title: str = ""
    """Its title, or how its text begins where it has none."""
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many articles of a story have something in common; ``name`` None: nothing is known."""

    name: str | None
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose reporting some articles of a story are."""

    source: str | None
    """Normalised name of the house; None for a text that nobody puts a name to."""
    sources: tuple[str, ...]
    """The names under which it is credited or publishes, sorted: one for most."""
    in_index: bool
    """An article of the source itself is indexed; else it is only credited."""
    outlets: tuple[str, ...]
    """Who carries it."""
    clusters: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakestLink:
    """Where a story holds least."""

    pair: tuple[str, str]
    """The pair that agrees least, in order of ids."""
    probability: float
    """Its p_same_story."""
    article_id: str
    """The article that agrees least with the others."""
    mean: float
    """Its mean p_same_story with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A name or number that members of a story share."""

    text: str
    """As most of them write it."""
    articles: int
    """How many of the articles looked at have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One article of a story in order of publication."""

    member: MemberView
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of a story's articles, by publication; those without a date at the end."""

    entries: tuple[TimelineEntry, ...]
    next: tuple[float | None, int] | None
    """Publication and key of the last entry, where there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStory:
    """A related story with what it is about."""

    story: str
    relation: StoryLink
    probability: float
    headline: Headline
    size: int
    first: float | None
    """Hours since 1970-01-01 UTC."""
    last: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in a list."""

    id: str
    headline: Headline
    size: int
    independent_sources: int
    first: float | None
    """Hours since 1970-01-01 UTC."""
    last: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDetail:
    """A story as a whole; a retired id is answered as in ``ClusterDetail``.

    Headline, names, numbers, cohesion and weakest link are worked out over ``sampled`` articles.
    """

    id: str
    merged_into: str | None
    split_into: tuple[str, ...] = ()
    headline: Headline
    size: int
    """Articles that count: updates of a piece count once."""
    articles: int
    """All of them."""
    first: float | None
    """Earliest publication of a member, hours since 1970-01-01 UTC."""
    last: float | None
    outlets: tuple[Tally, ...]
    origins: tuple[Origin, ...]
    languages: tuple[Tally, ...]
    names: tuple[Term, ...]
    numbers: tuple[Term, ...]
    cohesion: float | None
    """Mean p_same_story of the pairs; None for a single article."""
    weakest_link: WeakestLink | None
    sampled: int
    clusters: tuple[str, ...]
    timeline: Timeline
    related: tuple[LinkedStory, ...]
