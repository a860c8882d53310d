"""Complaints about documents that may not be shown: what is wrong, without what stands there."""

from __future__ import annotations

from collections.abc import Mapping

from dedupe.errors import BadInput
from dedupe.version import PubStatus
from dedupe.wire.stated import stated


def quiet(error: BadInput, told: object) -> BadInput:
    """The complaint about a document; of one under embargo, held or canceled without its value."""
    if not isinstance(told, Mapping):
        return error
    given = told.get("metadata")
    found = stated({**told, **(given if isinstance(given, Mapping) else {})})
    if found.embargo is None and found.status is PubStatus.USABLE:
        return error
    return type(error)(error.field, error.problem, error.fix)
