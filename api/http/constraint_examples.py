"""The examples OpenAPI shows of editors' orders; the tests validate each against its schema."""

from __future__ import annotations

from typing import Any, Final

from dedupe.constraints.contradictions import check
from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import BadInput, Contradiction, NotFound

ORDER: Final[dict[str, Any]] = {
    "kind": "cannot_link",
    "articles": ["a_5hq2", "a_7kd0"],
    "by": "night desk",
    "why": "two ferries, one day apart",
}

CONSTRAINT: Final[dict[str, Any]] = {
    "id": "o_19af2c07be3d5846",
    "kind": "cannot_link",
    "level": "story",
    "articles": ["a_5hq2", "a_7kd0"],
    "by": "night desk",
    "at": "2023-06-11T12:00:00Z",
    "why": "two ferries, one day apart",
    "now": [
        {"article": "a_5hq2", "cluster": "c_9f31", "story": "s_21cc", "canonical": "a_5hq2"},
        {"article": "a_7kd0", "cluster": "c_77ab", "story": "s_4e0d", "canonical": None},
    ],
}

CONSTRAINTS: Final[dict[str, Any]] = {"items": [CONSTRAINT], "next": None}


def _order(name: str, kind: ConstraintKind, *articles: str) -> Constraint:
    return Constraint(
        id=name, kind=kind, level=Level.STORY, articles=articles, by="night desk", at=0.0
    )


def _contradiction() -> Contradiction:
    """What is said to the order above where others bind its articles to a third."""
    must = ConstraintKind.MUST_LINK
    known = [
        _order("o_19aef310b2c48d07", must, "a_5hq2", "a_6tt9"),
        _order("o_19aef3127f05be61", must, "a_6tt9", "a_7kd0"),
    ]
    try:
        check(_order("", ConstraintKind.CANNOT_LINK, *ORDER["articles"]), known)
    except Contradiction as error:
        return error
    raise AssertionError("these contradict each other")


CONTRADICTION: Final = _contradiction()
NO_ARTICLE: Final = NotFound("article", "a_5hq2")
NO_CONSTRAINT: Final = NotFound("constraint", CONSTRAINT["id"])
ONE_ARTICLE: Final = BadInput(
    "articles",
    "1 article is named",
    "a cannot_link needs the ids of two different articles",
    value=["a_5hq2"],
)
