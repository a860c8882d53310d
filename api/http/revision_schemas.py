"""What OpenAPI says of revisions and differences (``schemas`` has all else)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.schemas import Published
from api.http.told import TIME, Span, Told, Version
from dedupe.difference import ChangeKind


class Revision(Told):
    """One revision of an article."""

    number: int = Field(ge=1, description="in order of arrival")
    represents: bool = Field(description="the article is this text")
    received: str | None = Field(
        json_schema_extra=TIME, description="null of revisions from before this was kept"
    )
    published: Published
    version: Version
    replaced_by: int | None = Field(description="the revision that took its place, if it had one")
    title: str | None = Field(description="null where the text is not available")
    text: Literal["available", "purged", "withheld"]
    characters: int | None = Field(description="of the body as it was posted")


class ChainMate(Told):
    """Another article that is a version of the same piece."""

    article_id: str
    relation: Literal["earlier", "later"] = Field(description="the other one is")
    received: str | None = Field(json_schema_extra=TIME)
    published: Published
    version: Version
    title: str | None


class Revisions(Told):
    """The revisions of an article, the newest version first; ``next`` is null at the end."""

    article_id: str
    revision: int = Field(description="number of the one that represents the article")
    items: list[Revision]
    next: str | None
    chain: list[ChainMate] = Field(description="in order of time; the same on every page")


class End(Told):
    """One of the two texts."""

    article_id: str
    revision: int


class Part(Span):
    """Something as it stands in one of the texts."""

    text: str = Field(description="the field's value from start to end")


class Change(Told):
    """Something that came (no ``before``), went (no ``after``) or changed."""

    change: ChangeKind
    before: Part | None
    after: Part | None


class Stretch(Told):
    """Range of the field that the passage stands in; empty where words came or went."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Edit(Told):
    """Words of a changed passage that differ."""

    before: Stretch
    after: Stretch


class PassageChange(Change):
    """A passage, and where it changed."""

    edits: list[Edit]


class Difference(Told):
    """What came, went or changed from one text to the other."""

    from_: End = Field(alias="from")
    to: End
    summary: str
    headline: PassageChange | None
    numbers: list[Change]
    names: list[Change]
    quotes: list[Change]
    passages: list[PassageChange]
    moved: int = Field(description="sentences that stand elsewhere and are the same")
