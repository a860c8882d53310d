"""What OpenAPI says of editors' orders."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.http.told import TIME, Told
from dedupe.constraints.records import ConstraintKind, Level


class ConstraintOrder(BaseModel):
    """What an editor orders about groups."""

    model_config = ConfigDict(extra="forbid")

    kind: ConstraintKind
    level: Level | None = Field(
        None, description="`story` by default; a canonical is pinned for its `cluster`"
    )
    articles: list[str] | None = Field(
        None, max_length=2, description="ids of the two articles that are to lie together or apart"
    )
    article: str | None = Field(None, description="id of the article to be the canonical")
    by: str | None = Field(
        None,
        max_length=200,
        description="who orders it; may be left out where an API key names the caller",
    )
    why: str | None = Field(None, max_length=1000)


class Lies(Told):
    """Where an article lies."""

    article: str
    cluster: str
    story: str
    canonical: str | None = Field(
        description="article that is the canonical of the cluster; null where it is not stored"
    )


class Constraint(Told):
    """An order in force."""

    id: str
    kind: ConstraintKind
    level: Level
    articles: list[str]
    by: str
    at: str = Field(json_schema_extra=TIME)
    why: str | None
    now: list[Lies] = Field(description="where each of its articles lies now")


class ConstraintPage(Told):
    """A page of orders; ``next`` is null at the end."""

    items: list[Constraint]
    next: str | None
