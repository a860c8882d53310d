"""The examples OpenAPI shows of revisions and differences (``examples`` has all others)."""

from __future__ import annotations

from typing import Any, Final

from api.http.examples import CURSOR

_PUBLISHED = {"value": "2023-06-11T08:30:00Z", "precision": "second", "from": "claimed"}
_FIRST = "12 people were hurt when the ferry struck the quay, the harbour master said."
_SECOND = "14 people were hurt when the ferry struck the quay, the harbour master said."

VERSION: Final[dict[str, Any]] = {
    "kind": "update",
    "number": 2,
    "revision": None,
    "chain": "headline:ferry strikes quay in morning fog",
    "created": None,
    "status": "usable",
    "embargo": None,
    "notes": [{"field": "title", "start": 0, "end": 9, "text": "UPDATE 2-", "why": "reuters"}],
}

REVISIONS: Final[dict[str, Any]] = {
    "article_id": "a_5hq2",
    "revision": 2,
    "items": [
        {
            "number": 2,
            "represents": True,
            "received": "2023-06-11T09:02:10Z",
            "published": _PUBLISHED,
            "version": VERSION,
            "replaced_by": None,
            "title": "UPDATE 2-Ferry strikes quay in morning fog",
            "text": "available",
            "characters": 1840,
        }
    ],
    "next": CURSOR,
    "chain": [
        {
            "article_id": "a_77dm",
            "relation": "earlier",
            "received": "2023-06-11T08:31:07Z",
            "published": _PUBLISHED,
            "version": {**VERSION, "kind": "original", "number": None, "notes": []},
            "title": "Ferry strikes quay in morning fog",
        }
    ],
}

DIFFERENCE: Final[dict[str, Any]] = {
    "from": {"article_id": "a_5hq2", "revision": 1},
    "to": {"article_id": "a_5hq2", "revision": 2},
    "summary": "1 number changed; 1 passage changed",
    "headline": None,
    "numbers": [
        {
            "change": "changed",
            "before": {"field": "body", "start": 0, "end": 9, "text": "12 people"},
            "after": {"field": "body", "start": 0, "end": 9, "text": "14 people"},
        }
    ],
    "names": [],
    "quotes": [],
    "passages": [
        {
            "change": "changed",
            "before": {"field": "body", "start": 0, "end": 76, "text": _FIRST},
            "after": {"field": "body", "start": 0, "end": 76, "text": _SECOND},
            "edits": [{"before": {"start": 0, "end": 2}, "after": {"start": 0, "end": 2}}],
        }
    ],
    "moved": 0,
}
