"""What OpenAPI says of stories (``schemas`` has all else)."""

from __future__ import annotations

from pydantic import Field
from pydantic.config import JsonDict

from api.http.schemas import Member, Probability
from api.http.told import Told
from dedupe.model import StoryLink

_TIME: JsonDict = {"format": "date-time"}


class Headline(Told):
    """The article that stands for a story."""

    title: str = Field(description="Its title; how its text begins where it has none.")
    article_id: str
    source: str | None
    url: str | None
    reasons: list[str] = Field(
        description="own_reporting, central, complete, early: what it has most of; or best_of_all, "
        "only_text, only_article."
    )


class OutletCount(Told):
    """How many articles of the story an outlet has; null: no source is named."""

    source: str | None
    articles: int = Field(ge=1)


class Origin(Told):
    """Whose reporting some of the articles are."""

    source: str | None = Field(description="null for a text that nobody puts a name to")
    sources: list[str] = Field(description="the names it is credited or publishes under")
    in_index: bool
    outlets: list[str] = Field(description="who carries it")
    clusters: int = Field(ge=1)
    articles: int = Field(ge=1)


class LanguageCount(Told):
    """How many articles state a language; null: none is stated."""

    lang: str | None
    articles: int = Field(ge=1)


class Term(Told):
    """A name or number that articles of the story share."""

    text: str
    articles: int = Field(ge=1, description="how many of the sampled articles have it")


class WeakestLink(Told):
    """The pair that agrees least, and the article that agrees least with all others."""

    pair: list[str] = Field(min_length=2, max_length=2)
    probability: float
    article_id: str
    mean: float


class TimelineEntry(Member):
    """An article of the story."""

    cluster: str


class Timeline(Told):
    """A page of the articles by publication; ``next`` is null at the end."""

    items: list[TimelineEntry]
    next: str | None


class LinkedStory(Told):
    """A linked story, never merged."""

    story: str
    relation: StoryLink
    probability: float
    headline: Headline
    size: int
    first: str | None = Field(json_schema_extra=_TIME)
    last: str | None = Field(json_schema_extra=_TIME)


class Story(Told):
    """The pieces about one event; asked for by a retired id, the living story that took most of it."""

    id: str
    merged_into: str | None = Field(description="The living story that all of it went to.")
    split_into: list[str] | None = Field(
        description="The living stories that parts of it went to, what took most of it first."
    )
    headline: Headline
    size: int = Field(description="Articles that count: updates of a piece count once.")
    articles: int = Field(description="All articles.")
    independent_sources: int = Field(description="The number of origins.")
    first: str | None = Field(json_schema_extra=_TIME)
    last: str | None = Field(json_schema_extra=_TIME)
    outlets: list[OutletCount]
    origins: list[Origin]
    languages: list[LanguageCount]
    names: list[Term]
    numbers: list[Term]
    cohesion: Probability = Field(description="Mean p_same_story of the pairs.")
    weakest_link: WeakestLink | None
    sampled: int = Field(
        description="Articles that headline, names, numbers, cohesion and weakest link rest on."
    )
    clusters: list[str]
    timeline: Timeline
    related: list[LinkedStory]


class StoryLine(Told):
    """A story in a list."""

    id: str
    headline: Headline
    size: int
    independent_sources: int
    first: str | None = Field(json_schema_extra=_TIME)
    last: str | None = Field(json_schema_extra=_TIME)


class StoryPage(Told):
    """A page of stories; ``next`` is null at the end."""

    items: list[StoryLine]
    next: str | None
