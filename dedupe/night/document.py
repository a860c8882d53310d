"""A plan as a file: JSON that a person can read and a program can check.

It holds identifiers, titles and scores, never the text of an article. A digest of the whole makes
sure that what is applied is what was reviewed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson

from dedupe.errors import BadInput, TooLarge
from dedupe.night.codec import ROWS, decoded, encoded
from dedupe.night.records import NightPlan

FORMAT = 1
"""Form of the file."""
MARK = "samestory_plan"
"""The key that holds the form and tells the file from others."""
MOST_BYTES = 1 << 29
"""Largest plan that is read: one of a million articles has some 300 MB."""
_FIX = "make the plan anew with samestory recluster --dry-run"


def dump(plan: NightPlan) -> bytes:
    """The plan as JSON, ending in a line feed.

    ``columns`` names the fields of what is written as lists, to save space. ``digest`` is the
    SHA-256 of everything else: keys sorted, without spaces, in UTF-8.
    """
    told = {
        MARK: FORMAT,
        "columns": _columns(),
        **encoded(plan),
    }
    return orjson.dumps(
        {MARK: FORMAT, "digest": _digest(told), **told}, option=orjson.OPT_APPEND_NEWLINE
    )


def load(data: bytes) -> NightPlan:
    """The plan that was dumped, every number as it was.

    Raises:
        BadInput: it is no plan, one of another version of the program, or was changed since.
        TooLarge: it has more than ``MOST_BYTES``.
    """
    if len(data) > MOST_BYTES:
        problem = f"has {len(data):,} bytes, of at most {MOST_BYTES:,}"
        raise TooLarge("plan", problem, "limit the night with --since")
    try:
        told: object = orjson.loads(data)
    except orjson.JSONDecodeError as broken:
        raise BadInput("plan", f"is no JSON ({broken})", _FIX) from broken
    if not isinstance(told, dict) or MARK not in told:
        raise BadInput(
            "plan", f"is no plan of samestory: it has no {MARK!r}", "name the right file"
        )
    _check(told)
    body = {key: value for key, value in told.items() if key not in {MARK, "digest", "columns"}}
    return decoded(NightPlan, body, name="plan", fix=_FIX)


def _check(told: Mapping[str, Any]) -> None:
    """Refuse what another version wrote or somebody changed."""
    if told[MARK] != FORMAT:
        problem = f"is {told[MARK]!r}, this program reads {FORMAT}"
        raise BadInput(MARK, problem, _FIX)
    rest = {key: value for key, value in told.items() if key != "digest"}
    if told.get("digest") != _digest(rest):
        raise BadInput("digest", "does not fit the plan: it was damaged or changed by hand", _FIX)
    if told.get("columns") != _columns():
        raise BadInput("columns", "are not those that this program reads", _FIX)


def _columns() -> dict[str, list[str]]:
    return {
        one.__name__: [field.name for field in fields(one)]
        for one in sorted(ROWS, key=lambda one: one.__name__)
    }


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()
