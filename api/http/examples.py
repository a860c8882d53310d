"""The examples OpenAPI shows; the test suite validates each against its schema."""

from __future__ import annotations

from typing import Any, Final

POSTED: Final[dict[str, Any]] = {
    "id": "https://herald.example/harbour-2",
    "source": "Harbour Herald",
    "url": "https://herald.example/harbour-2",
    "title": "Old lighthouse opens to visitors after ten years of repairs",
    "body": (
        "The lighthouse at the mouth of the harbour opened its doors on Saturday after ten years "
        "of repairs, and several hundred people climbed its 214 steps on the first morning. "
        "(Courtesy: Al-Jazeera)\nShare this"
    ),
    "published": "2023-06-11T08:30:00Z",
    "lang": "en",
}

_SPAN = {"field": "body", "start": 171, "end": 193}
_CREDITED: Final[dict[str, Any]] = {
    "rule": "credit.republication",
    "text": "(Courtesy: Al-Jazeera)",
    "span": _SPAN,
    "article_id": "a_7kd0",
}

CANONICAL: Final[dict[str, Any]] = {
    "article_id": None,
    "source": "Al Jazeera",
    "url": None,
    "in_index": False,
    "confidence": 0.9,
    "reasons": [_CREDITED],
    "disputed": False,
    "claims": [{"source": "Al Jazeera", "articles": 1, "reason": _CREDITED}],
}

_PUBLISHED = {"value": "2023-06-11T08:30:00Z", "precision": "second", "from": "claimed"}

VERSION: Final[dict[str, Any]] = {
    "kind": "original",
    "number": None,
    "revision": None,
    "chain": None,
    "created": None,
    "status": "usable",
    "embargo": None,
    "notes": [],
}

MATCH: Final[dict[str, Any]] = {
    "article_id": "a_5hq2",
    "relation": "near_duplicate",
    "p_same_text": 0.97,
    "p_same_story": 0.99,
    "evidence": {
        "overlap": 0.81,
        "contains": 0.99,
        "contained": 0.82,
        "lede_cosine": 0.93,
        "hours_apart": 2.5,
        "passages": [
            {
                "ours": {"field": "body", "start": 0, "end": 169},
                "theirs": {"field": "body", "start": 31, "end": 200},
                "words": 31,
                "weight": 0.94,
            }
        ],
    },
}

EXPLANATION: Final[dict[str, Any]] = {
    **MATCH,
    "evidence": {**MATCH["evidence"], "features": {"title_cosine": 0.88, "names": 0.71}},
    "why": {
        "contributions": [
            {"evidence": "names", "log_odds": 1.52, "says": "name cosine .42, name mass 4.00"}
        ],
        "changes": [
            {
                "evidence": "time",
                "before": 0.2,
                "after": 14.0,
                "p_same_story": 0.12,
                "says": "with publication 14 days apart instead of 0.2: no (.12)",
            }
        ],
        "nearest": None,
        "together": [],
        "held_by": [],
        "says": "the smallest change to another story: with publication 14 days apart instead of 0.2",
    },
}

ANSWER: Final[dict[str, Any]] = {
    "article": {
        "id": "a_7kd0",
        "external_id": "https://herald.example/harbour-2",
        "revision": 1,
        "status": "created",
        "published": _PUBLISHED,
        "version": VERSION,
        "furniture": [{"field": "body", "start": 194, "end": 204, "why": "share"}],
        "pub_status": {
            "status": "usable",
            "since": None,
            "until": None,
            "reason": None,
            "by": None,
            "of": None,
        },
    },
    "cluster": {
        "id": "c_2m9x",
        "size": 3,
        "relation": "near_duplicate",
        "of": "a_5hq2",
        "probability": 0.99,
    },
    "story": {
        "id": "s_81rw",
        "size": 9,
        "relation": "same_story",
        "of": "a_1bz4",
        "independent_sources": 4,
        "probability": 0.93,
        "related": [{"story": "s_44ye", "relation": "earlier"}],
    },
    "canonical": CANONICAL,
    "credits": [
        {
            "kind": "republication",
            "source": "Al Jazeera",
            "text": "(Courtesy: Al-Jazeera)",
            "span": _SPAN,
            "confidence": 0.9,
        }
    ],
    "matches": [MATCH],
    "warnings": [
        {
            "field": "published",
            "value": "9/6/17",
            "action": "unreadable date ignored, kept as given",
        }
    ],
    "degraded": False,
}

PROBLEM: Final[dict[str, Any]] = {
    "type": "urn:samestory:problem:bad-input",
    "title": "The input cannot be used",
    "status": 422,
    "detail": "body: is a number, not text",
    "field": "body",
    "value": "17",
    "fix": "send the text as a JSON string",
}

BATCH: Final[list[dict[str, Any]]] = [ANSWER, {"error": PROBLEM}]

_MEMBER = {
    "id": "a_7kd0",
    "external_id": "https://herald.example/harbour-2",
    "source": "Harbour Herald",
    "title": POSTED["title"],
    "url": POSTED["url"],
    "published": _PUBLISHED,
    "pub_status": "usable",
    "relation": "near_duplicate",
    "of": "a_5hq2",
    "probability": 0.99,
}

CLUSTER: Final[dict[str, Any]] = {
    "id": "c_2m9x",
    "merged_into": None,
    "split_into": None,
    "story": "s_81rw",
    "size": 3,
    "canonical": CANONICAL,
    "members": [_MEMBER],
}

CURSOR = "YTphXzdrZDA"

ARTICLES: Final[dict[str, Any]] = {
    "items": [
        {
            "id": "a_7kd0",
            "external_id": "https://herald.example/harbour-2",
            "revision": 1,
            "source": "Harbour Herald",
            "title": POSTED["title"],
            "url": POSTED["url"],
            "published": _PUBLISHED,
            "pub_status": "usable",
            "received": "2023-06-11T08:31:07Z",
            "cluster": "c_2m9x",
            "story": "s_81rw",
        }
    ],
    "next": CURSOR,
}

CLUSTERS: Final[dict[str, Any]] = {
    "items": [{"id": "c_2m9x", "story": "s_81rw", "size": 3, "canonical": CANONICAL}],
    "next": None,
}

CHANGES: Final[dict[str, Any]] = {
    "items": [
        {
            "cursor": 41,
            "at": "2023-06-11T08:31:07Z",
            "kind": "cluster_joined",
            "subject": "c_2m9x",
            "data": {"article": "a_7kd0"},
        }
    ],
    "next": 41,
}

READY: Final[dict[str, Any]] = {
    "status": "ok",
    "checks": {
        "store": "ok",
        "encoder": "ok",
        "background": "ok (1)",
        "intake": "ok",
        "night": "ok (applied 2026-11-20T02:34:11Z)",
    },
}

FURNITURE: Final[dict[str, Any]] = {
    "source": "Harbour Herald",
    "items": [
        {
            "id": "8f3a6c1d2e4b5a69",
            "text": "Read the Herald at your door: order the paper before Friday",
            "why": "learned: in 7 unrelated articles of this source",
            "witnesses": 7,
            "articles": 31,
            "first": "2023-05-02",
            "last": "2023-06-11",
            "examples": ["a_4k2m6n5q7r3s2t4u"],
            "kept": False,
        }
    ],
}
