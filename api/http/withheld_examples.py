"""The examples OpenAPI shows of kills; the test suite validates each against its schema."""

from __future__ import annotations

from typing import Any, Final

from api.http.examples import ANSWER

ORDER: Final[dict[str, Any]] = {"reason": "the lawyers are asked"}

KILLED: Final[dict[str, Any]] = {
    "article_id": "a_5hq2",
    "pub_status": {
        "status": "canceled",
        "since": "2023-06-11T12:00:00Z",
        "until": None,
        "reason": "withdrawn by the agency",
        "by": "admin",
        "of": None,
    },
    "with_it": [],
    "purge_at": "2023-06-12T12:00:00Z",
    "purged": False,
    "carriers": [
        {
            "article_id": "a_7kd0",
            "external_id": "https://herald.example/harbour-2",
            "source": "Harbour Herald",
            "url": "https://herald.example/harbour-2",
            "relation": "near_duplicate",
            "contains": 0.82,
            "contained": 0.99,
            "withheld": True,
            "reason": None,
        }
    ],
}

HELD: Final[dict[str, Any]] = {
    **ANSWER,
    "article": {
        **ANSWER["article"],
        "furniture": [],
        "pub_status": {
            "status": "withheld",
            "since": "2023-06-11T12:00:00Z",
            "until": None,
            "reason": "the lawyers are asked",
            "by": "admin",
            "of": None,
        },
    },
    "canonical": {
        **ANSWER["canonical"],
        "source": None,
        "reasons": [{**ANSWER["canonical"]["reasons"][0], "text": None, "span": None}],
    },
    "credits": [],
    "matches": [
        {**match, "evidence": {**match["evidence"], "passages": []}} for match in ANSWER["matches"]
    ],
    "warnings": [],
}
