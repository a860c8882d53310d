"""What became of a group as JSON, shaped as docs/http.md shows it."""

from __future__ import annotations

from typing import Any, TypeAlias

from dedupe.night.lineage import GroupLineage, Heirs
from dedupe.night.records import LineageLine

Json: TypeAlias = dict[str, Any]


def heirs(found: Heirs) -> Json:
    """Where an id lives on; both are null while it is in use."""
    return {
        "merged_into": found.merged_into,
        "split_into": list(found.split_into) or None,
    }


def lineage(found: GroupLineage, following: str | None) -> Json:
    """Where a group lives on, and a page of what passed from or to it."""
    return {
        "id": found.id,
        "living": found.living,
        **heirs(found.heirs),
        "lines": [_line(each) for each in found.lines],
        "next": following,
    }


def _line(line: LineageLine) -> Json:
    return {
        "at": line.at,
        "night": line.night,
        "old": line.old,
        "new": line.new,
        "articles": line.articles,
        "retired": line.retired,
    }
