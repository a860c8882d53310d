"""The examples OpenAPI shows of editors' orders; the tests validate each against its schema."""

from __future__ import annotations

from typing import Any, Final

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
        {"article": "a_5hq2", "cluster": "c_9f31", "story": "s_21cc"},
        {"article": "a_7kd0", "cluster": "c_77ab", "story": "s_4e0d"},
    ],
}

CONSTRAINTS: Final[dict[str, Any]] = {"items": [CONSTRAINT], "next": None}
