"""Editors' orders as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from api.rendering import instant

if TYPE_CHECKING:
    from dedupe.constraints.ordering import Ordered

Json: TypeAlias = dict[str, Any]


def ordered(each: Ordered) -> Json:
    """An order in force, and where its articles lie now."""
    one = each.constraint
    return {
        "id": one.id,
        "kind": one.kind.value,
        "level": one.level.value,
        "articles": list(one.articles),
        "by": one.by,
        "at": instant(one.at),
        "why": one.why,
        "now": [
            {
                "article": lies.article,
                "cluster": lies.cluster,
                "story": lies.story,
                "canonical": lies.canonical,
            }
            for lies in each.now
        ],
    }
