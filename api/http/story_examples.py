"""The examples OpenAPI shows of stories (``examples`` has all others)."""

from __future__ import annotations

from typing import Any, Final

from api.http.examples import CURSOR, POSTED

_HEADLINE = {
    "title": POSTED["title"],
    "article_id": "a_5hq2",
    "source": "Harbour Gazette",
    "url": "https://gazette.example/lighthouse",
    "reasons": ["own_reporting", "early"],
}
_FIRST, _LAST = "2023-06-10T17:00:00Z", "2023-06-12T09:15:00Z"

STORY: Final[dict[str, Any]] = {
    "id": "s_81rw",
    "merged_into": None,
    "split_into": None,
    "headline": _HEADLINE,
    "size": 3,
    "articles": 3,
    "independent_sources": 2,
    "first": _FIRST,
    "last": _LAST,
    "outlets": [
        {"source": "Harbour Herald", "articles": 2},
        {"source": "Harbour Gazette", "articles": 1},
    ],
    "origins": [
        {
            "source": "Al Jazeera",
            "sources": ["Al Jazeera"],
            "in_index": False,
            "outlets": ["Harbour Herald"],
            "clusters": 1,
            "articles": 2,
        },
        {
            "source": "Harbour Gazette",
            "sources": ["Harbour Gazette"],
            "in_index": True,
            "outlets": ["Harbour Gazette"],
            "clusters": 1,
            "articles": 1,
        },
    ],
    "languages": [{"lang": "en", "articles": 2}, {"lang": None, "articles": 1}],
    "names": [{"text": "Saint Elmo", "articles": 3}],
    "numbers": [{"text": "214", "articles": 2}],
    "cohesion": 0.91,
    "weakest_link": {
        "pair": ["a_5hq2", "a_7kd0"],
        "probability": 0.86,
        "article_id": "a_7kd0",
        "mean": 0.88,
    },
    "sampled": 3,
    "clusters": ["c_2m9x", "c_90aa"],
    "timeline": {
        "items": [
            {
                "id": "a_7kd0",
                "external_id": "https://herald.example/harbour-2",
                "source": "Harbour Herald",
                "title": POSTED["title"],
                "url": POSTED["url"],
                "published": {
                    "value": "2023-06-11T08:30:00Z",
                    "precision": "second",
                    "from": "claimed",
                },
                "pub_status": "usable",
                "relation": "same_story",
                "of": "a_5hq2",
                "probability": 0.86,
                "cluster": "c_2m9x",
            }
        ],
        "next": CURSOR,
    },
    "related": [
        {
            "story": "s_44ye",
            "relation": "earlier",
            "probability": 0.31,
            "headline": {
                "title": "Repairs of the lighthouse enter their last year",
                "article_id": "a_1bz4",
                "source": "Harbour Gazette",
                "url": None,
                "reasons": ["only_article"],
            },
            "size": 1,
            "first": "2022-05-30T06:00:00Z",
            "last": "2022-05-30T06:00:00Z",
        }
    ],
}

STORIES: Final[dict[str, Any]] = {
    "items": [
        {
            "id": "s_81rw",
            "headline": _HEADLINE,
            "size": 3,
            "independent_sources": 2,
            "first": _FIRST,
            "last": _LAST,
        }
    ],
    "next": CURSOR,
}
