"""What OpenAPI says of lineages (``schemas`` says it of everything else)."""

from __future__ import annotations

from pydantic import Field

from api.http.told import Told


class LineageLine(Told):
    """Articles that passed from one group to another."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    night: int | None = Field(description="Number of the night that did it; null: no night did.")
    old: str
    new: str
    articles: int = Field(description="How many passed.")
    retired: bool = Field(description="The old group was retired by it.")


class Lineage(Told):
    """What became of a group, the oldest first; ``next`` is null at the end."""

    id: str
    living: bool = Field(description="The id is in use.")
    merged_into: str | None = Field(description="The living group that all of it went to.")
    split_into: list[str] | None = Field(
        description="The living groups that parts of it went to, what took most of it first."
    )
    lines: list[LineageLine]
    next: str | None
