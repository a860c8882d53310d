"""What OpenAPI says of bodies and answers.

Nothing is parsed or rendered through these models: articles are read by ``dedupe.formats`` and
answers written by ``rendering``; the test suite holds both against what is published here.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.told import Span, Told, Version
from dedupe.answer import Status
from dedupe.model import CreditKind, DateOrigin, Precision, Relation, StoryLink
from dedupe.version import PubStatus
from dedupe.withheld.records import By

Probability = float | None
ClusterRelation = Literal["none", "exact", "near_duplicate", "excerpt", "update"]
StoryRelation = Literal["none", "rewrite", "same_story"]


class Posted(BaseModel):
    """An article as it is posted: a title or a body is needed, all else is optional.

    Fields that are not named here are kept in ``metadata``.
    """

    model_config = ConfigDict(title="PostedArticle", extra="allow")

    id: str | None = Field(None, description="Your identifier; comes back as external_id.")
    source: str | None = Field(None, description="Outlet that published it.")
    url: str | None = None
    title: str | None = None
    body: str | None = Field(None, description="Plain text, or HTML that is reduced to it.")
    published: str | None = Field(None, description="RFC 3339, or a date; unreadable ones warn.")
    lang: str | None = None
    metadata: dict[str, Any] | None = None


class FurnitureSpan(Span):
    """Text of the page, left out of every comparison."""

    why: str = Field(description="kind of furniture, or learned from the source")


class Published(Told):
    """When an article was published, as far as it says so."""

    value: str | None = Field(json_schema_extra={"format": "date-time"})
    precision: Precision | None
    from_: DateOrigin | None = Field(alias="from")


class PubStanding(Told):
    """Whether the article may be shown; what may not has no title, text, credits or passages here."""

    status: PubStatus
    since: str | None = Field(json_schema_extra={"format": "date-time"})
    until: str | None = Field(json_schema_extra={"format": "date-time"})
    reason: str | None
    by: By | None = Field(description="whose order it was")
    of: str | None = Field(description="the killed article whose text it carries")


class ArticleHead(Told):
    """The article as it is indexed."""

    id: str
    external_id: str | None
    revision: int = Field(ge=0)
    status: Status
    published: Published
    version: Version
    furniture: list[FurnitureSpan]
    pub_status: PubStanding


class ClusterStanding(Told):
    """The cluster the article lies in, and how."""

    id: str | None
    size: int
    relation: ClusterRelation
    of: str | None
    probability: Probability


class Related(Told):
    """A linked story, never merged."""

    story: str
    relation: StoryLink


class StoryStanding(Told):
    """The story the article lies in, and how; relation is null while degraded."""

    id: str | None
    size: int
    relation: StoryRelation | None
    of: str | None
    independent_sources: int = Field(
        description="Origins that its reporting rests on; five outlets that carry one agency are one."
    )
    probability: Probability
    related: list[Related]


class Reason(Told):
    """Why the canonical is the canonical."""

    rule: str
    text: str | None
    span: Span | None
    article_id: str | None = Field(description="The article in which the text stands.")


class Claim(Told):
    """A source that articles of the cluster credit with its text."""

    source: str
    articles: int = Field(description="Members whose credits lead to this source.")
    reason: Reason


class Canonical(Told):
    """The article or outlet the cluster comes from; outside the index it is a phantom."""

    article_id: str | None
    source: str | None
    url: str | None
    in_index: bool
    confidence: float
    reasons: list[Reason]
    disputed: bool = Field(description="Members credit different sources with the text.")
    claims: list[Claim] = Field(description="Every source credited, the most credited first.")


class Credit(Told):
    """Text or metadata that names an origin."""

    kind: CreditKind
    source: str
    text: str
    span: Span
    confidence: float


class Passage(Told):
    """The same words in two texts."""

    ours: Span
    theirs: Span
    words: int = Field(ge=5)
    weight: float = Field(
        ge=0, le=1, description="how much of it is the texts' own: 0 is what everybody writes"
    )


class Evidence(Told):
    """What speaks for and against the two belonging together."""

    overlap: float = Field(description="Jaccard of the five-word shingles")
    contains: float = Field(description="share of their shingles that is in ours")
    contained: float = Field(description="share of our shingles that is in theirs")
    lede_cosine: float | None
    hours_apart: float | None
    passages: list[Passage]


class Match(Told):
    """The verdict on this article and another."""

    article_id: str
    relation: Relation
    p_same_text: float
    p_same_story: float
    evidence: Evidence


class FullEvidence(Evidence):
    """The evidence with every number the verdict was computed from."""

    features: dict[str, float]


class Contribution(Told):
    """What one group of evidence adds to the log odds of one event; under 0 it speaks against."""

    evidence: str = Field(description="ledes, words, names, numbers, time, ...")
    log_odds: float
    says: str = Field(description="What was found, in words.")


class EvidenceChange(Told):
    """One group of evidence changed, all else as it is."""

    evidence: str
    before: float | None = Field(description="Share in 0..1, or days apart; null when unknown.")
    after: float | None
    p_same_story: float = Field(description="After the change, as the model itself answers.")
    says: str


class Why(Told):
    """The verdict on one event taken apart."""

    contributions: list[Contribution] = Field(description="Heaviest first.")
    changes: list[EvidenceChange] = Field(
        description="Single changes that turn the verdict, smallest first."
    )
    nearest: EvidenceChange | None = Field(description="Where none does, what comes nearest.")
    together: list[EvidenceChange] = Field(description="Where none does, two that do together.")
    held_by: list[str] = Field(description="What holds the verdict, whatever the rest says.")
    says: str


class Explanation(Match):
    """The verdict on two indexed articles."""

    evidence: FullEvidence
    why: Why


class Warned(Told):
    """Something odd that was accepted all the same."""

    field: str
    value: str
    action: str


class Answer(Told):
    """Have we seen this story, and whose is it?"""

    article: ArticleHead
    cluster: ClusterStanding
    story: StoryStanding
    canonical: Canonical
    credits: list[Credit]
    matches: list[Match]
    warnings: list[Warned]
    degraded: bool


class Problem(BaseModel):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None
    value: str | None
    fix: str
    chain: dict[str, list[str]] | None = Field(
        None, description="ids of `constraints` and `articles`, where orders contradict each other"
    )


class ItemError(Told):
    """Stands in a batch where an article could not be used."""

    error: Problem


class Member(Told):
    """An article of a cluster or story."""

    id: str
    external_id: str | None
    source: str | None
    title: str
    url: str | None
    published: Published
    pub_status: PubStatus
    relation: Relation
    of: str | None
    probability: Probability


class Cluster(Told):
    """The copies of one text; asked for by a retired id, the living cluster that took most of it."""

    id: str
    merged_into: str | None = Field(description="The living cluster that all of it went to.")
    split_into: list[str] | None = Field(
        description="The living clusters that parts of it went to, what took most of it first."
    )
    story: str
    size: int
    canonical: Canonical
    members: list[Member]


class ArticleLine(Told):
    """An article in a list."""

    id: str
    external_id: str | None
    revision: int
    source: str | None
    title: str
    url: str | None
    published: Published
    pub_status: PubStatus
    received: str = Field(json_schema_extra={"format": "date-time"})
    cluster: str
    story: str


class ClusterLine(Told):
    """A cluster in a list."""

    id: str
    story: str
    size: int
    canonical: Canonical


class Change(Told):
    """One event of the change log."""

    cursor: int
    at: str = Field(json_schema_extra={"format": "date-time"})
    kind: str
    subject: str = Field(description="article, cluster or story it is about")
    data: dict[str, Any]


class ArticlePage(Told):
    """A page of articles; ``next`` is null at the end."""

    items: list[ArticleLine]
    next: str | None


class ClusterPage(Told):
    """A page of clusters; ``next`` is null at the end."""

    items: list[ClusterLine]
    next: str | None


class ChangePage(Told):
    """Events in order; ``next`` is the cursor to come back with, also when there was none."""

    items: list[Change]
    next: int


class FurnitureLine(Told):
    """A line learned to belong to a source's pages."""

    id: str = Field(description="Names the line to DELETE and PUT.")
    text: str = Field(description="At most 300 code points; empty when kept and seen no more.")
    why: str
    witnesses: int = Field(description="Mutually unrelated articles found that hold it.")
    articles: int = Field(description="Remembered articles that hold it.")
    first: str | None = Field(json_schema_extra={"format": "date"})
    last: str | None = Field(json_schema_extra={"format": "date"})
    examples: list[str] = Field(description="Ids of some of the witnesses.")
    kept: bool = Field(description="Someone said that it is no furniture.")


class Furniture(Told):
    """What was learned as furniture of a source."""

    source: str
    items: list[FurnitureLine]


class Health(Told):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Told):
    """What each dependency says: ``ok``, or what is wrong with it."""

    status: Literal["ok", "degraded", "unavailable"]
    checks: dict[str, str]
