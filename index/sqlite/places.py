"""Where an article lies, and how it stands there, from the columns of its row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dedupe.model import Profile, Relation
from dedupe.state import ALONE, Member, Placement, Standing
from index.sqlite.view import Row

_RELATIONS = {str(relation): relation for relation in Relation}


def member(row: Row, profile: Profile) -> Member:
    """The article of a row (key, id, stamp, hour of arrival, place) with its profile."""
    key, article_id, _, received, *place = row
    placed = placement(article_id, place)
    return Member(key=key, profile=profile, first_seen=received, placement=placed)


def placement(article_id: str, place: Sequence[Any]) -> Placement:
    """An article that is stored and not yet placed lies in cluster and story ``""``."""
    cluster, story, *standings = place
    return Placement(
        article_id=article_id,
        cluster=cluster or "",
        story=story or "",
        in_cluster=_standing(*standings[:3]),
        in_story=_standing(*standings[3:]),
    )


def _standing(relation: str | None, of: str | None, probability: float | None) -> Standing:
    if relation is None or (of is None and relation == Relation.NONE.value):
        return ALONE
    return Standing(relation=_RELATIONS[relation], of=of, probability=probability)
