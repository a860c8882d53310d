"""An editor's order: these two belong together, these two do not, this one is the canonical."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The two kinds of groups."""

    CLUSTER = "cluster"
    STORY = "story"


class ConstraintKind(StrEnum):
    """What an editor may order."""

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"
    PINNED_CANONICAL = "pinned_canonical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One order in force.

    To be of one cluster is to be of one story; not to be of one story is not to be of one cluster.
    """

    id: str
    kind: ConstraintKind
    level: Level
    """Of a pinned canonical always ``CLUSTER``."""
    articles: tuple[str, ...]
    """Two article ids, sorted; of a pinned canonical the one article."""
    by: str
    """Who ordered it."""
    at: float
    """When, hours since 1970-01-01 UTC."""
    why: str | None = None
