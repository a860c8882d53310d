"""What OpenAPI says of kills."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.http.schemas import PubStanding
from api.http.told import Told
from dedupe.model import Relation
from dedupe.withheld.releasing import What


class Order(BaseModel):
    """Why it is done; told to every reader of the article and of the change log."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=1000)


class ReleaseOrder(Order):
    """Why it is done, and how far it goes."""

    what: What | None = Field(
        None, description="what is taken back; by default the gravest of kill, flag and hold alone"
    )
    embargo: bool = Field(default=False, description="end an embargo before its hour too")


class Carrier(Told):
    """An article that carries a killed one's text."""

    article_id: str
    external_id: str | None
    source: str | None
    url: str | None
    relation: Relation
    contains: float | None = Field(description="share of the killed text's shingles that it holds")
    contained: float | None = Field(description="share of its own shingles that is killed text")
    withheld: bool
    reason: str | None = Field(description="why it is not withheld, where a rule says so")


class Killed(Told):
    """A kill as it stands, with everybody who carries the text."""

    article_id: str
    pub_status: PubStanding
    with_it: list[str] = Field(description="other versions of the piece that this order killed too")
    purge_at: str | None = Field(json_schema_extra={"format": "date-time"})
    purged: bool
    carriers: list[Carrier]
