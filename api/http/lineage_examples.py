"""The examples OpenAPI shows of lineages (``examples`` has all others)."""

from __future__ import annotations

from typing import Any, Final

CLUSTER_LINEAGE: Final[dict[str, Any]] = {
    "id": "c_2m9x",
    "living": True,
    "merged_into": None,
    "split_into": None,
    "lines": [
        {
            "at": "2023-06-11T08:31:07.250Z",
            "night": None,
            "old": "c_4tz1",
            "new": "c_2m9x",
            "articles": 1,
            "retired": True,
        },
        {
            "at": "2023-06-12T02:30:41.007Z",
            "night": 17,
            "old": "c_2m9x",
            "new": "c_9qa3",
            "articles": 2,
            "retired": False,
        },
    ],
    "next": None,
}

STORY_LINEAGE: Final[dict[str, Any]] = {
    "id": "s_30vd",
    "living": False,
    "merged_into": None,
    "split_into": ["s_81rw", "s_6c0e"],
    "lines": [
        {
            "at": "2023-06-12T02:30:41.007Z",
            "night": 17,
            "old": "s_30vd",
            "new": new,
            "articles": articles,
            "retired": True,
        }
        for new, articles in (("s_81rw", 3), ("s_6c0e", 1))
    ],
    "next": None,
}
