"""What ``dedupe`` writes: one row per line, where the article lies and whose text it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dedupe.errors import SamestoryError
from dedupe.model import Relation
from dedupe.state import ClusterState, Placement, RelatedLink

Row = Mapping[str, Any]
Names = Mapping[str, str | None]


class Labels:
    """Groups numbered in the order of their first line: c1, c2, ..."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._given: dict[str, str] = {}
        self._count = 0

    def of(self, group: str) -> str:
        """The label of a group by its name, the same at every line."""
        label = self._given.get(group)
        if label is None:
            label = self._given[group] = self.alone()
        return label

    def alone(self) -> str:
        """The label of a group that no other line names."""
        self._count += 1
        return f"{self._letter}{self._count}"


def grouped(
    name: str | None,
    place: Placement,
    state: ClusterState,
    names: Names,
    *,
    cluster: str | None,
    story: str | None,
    related: Sequence[Row] | None = None,
) -> Row:
    """The row of an article; a level that was not asked for has no label.

    ``related`` are the links of its story; None where stories were not asked for.
    """
    article = state.canonical.article_id
    return {
        "id": name,
        "cluster": cluster,
        "story": story,
        "canonical_id": names.get(article) if article is not None else None,
        "canonical_source": state.canonical.source,
        **_standing(place, names, cluster=cluster, story=story),
        **({} if related is None else {"related": related}),
    }


def linked(links: Sequence[RelatedLink], stories: Labels) -> dict[str, list[Row]]:
    """The links of each story that has any, by its name: the most probable first."""
    from dedupe.answering import SEEN_FROM_B  # noqa: PLC0415  copies alone start without it

    found: dict[str, list[Row]] = {}
    for link in sorted(links, key=lambda link: (-link.probability, link.a, link.b)):
        for ours, theirs, relation in (
            (link.a, link.b, link.relation),
            (link.b, link.a, SEEN_FROM_B[link.relation]),
        ):
            row = {"story": stories.of(theirs), "relation": relation.value}
            found.setdefault(ours, []).append(row)
    return found


def alone(name: str | None, source: str | None, *, cluster: str) -> Row:
    """The row of an article that shares its text with no other: it is its own canonical."""
    return {
        "id": name,
        "cluster": cluster,
        "story": None,
        "canonical_id": name,
        "canonical_source": source,
        "relation": "none",
        "of": None,
        "probability": None,
    }


def rejected(line: bytes, error: SamestoryError) -> Row:
    """The row of a line that cannot be used, under the id it gives where that can be read."""
    return {"id": _claimed_id(line), **failed(error)}


def failed(error: SamestoryError) -> Row:
    """What went wrong, as a problem document."""
    from api import problems  # noqa: PLC0415  most files have no such line

    return {"error": problems.document(error)}


def _standing(place: Placement, names: Names, *, cluster: str | None, story: str | None) -> Row:
    """The cluster's relation, else the story's, else none."""
    standing = place.in_story if cluster is None else place.in_cluster
    if standing.relation is Relation.NONE and story is not None:
        standing = place.in_story
    return {
        "relation": standing.relation.value,
        "of": names.get(standing.of) if standing.of is not None else None,
        "probability": standing.probability,
    }


def _claimed_id(line: bytes) -> Any:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return told.get("id") if isinstance(told, dict) else None
