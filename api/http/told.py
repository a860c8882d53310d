"""What everything that is answered has in common: places in texts, versions of pieces."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dedupe.version import PubStatus, VersionKind

TIME: JsonDict = {"format": "date-time"}


class Told(BaseModel):
    """Base of everything answered: exactly these members, none more."""

    model_config = ConfigDict(extra="forbid")


class Span(Told):
    """Half-open range of Unicode code points of a field exactly as it was posted."""

    field: str = Field(description="title, body, url or metadata.<name>")
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class VersionNote(Span):
    """Words about the version, left out of every comparison."""

    text: str
    why: str = Field(description="which convention they follow")


class Version(Told):
    """Which version of a piece a text says it is, and whether it may be used."""

    kind: VersionKind
    number: int | None = Field(description='the n of "UPDATE n", "nth Ld-Writethru"')
    revision: int | None = Field(description="the version field of the item itself")
    chain: str | None = Field(description="what versions of the piece have in common at its source")
    created: str | None = Field(json_schema_extra=TIME)
    status: PubStatus
    embargo: str | None = Field(json_schema_extra=TIME)
    notes: list[VersionNote]
