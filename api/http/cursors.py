"""Opaque cursors of lists: where the next page starts, and of which list."""

from __future__ import annotations

import base64
import binascii
import re
from math import isfinite

from dedupe.errors import BadInput

_PLACE = re.compile(r"(?P<value>-?[0-9.]+(?:e[+-]?[0-9]+)?|):(?P<position>[0-9]{1,18})", re.ASCII)


def written(kind: str, last: str) -> str:
    """The cursor that continues a list of ``kind`` after the id ``last``."""
    return base64.urlsafe_b64encode(f"{kind}:{last}".encode()).decode().rstrip("=")


def read(kind: str, cursor: str | None) -> str | None:
    """The id a cursor continues after; None starts at the beginning.

    Raises:
        BadInput: it is no cursor of a list of ``kind``.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, _, last = (
            base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        )
    except (UnicodeError, binascii.Error):
        found, last = "", ""
    if found != kind or not last:
        raise _refused(kind, cursor)
    return last


def placed(kind: str, value: float | None, position: int) -> str:
    """The cursor that continues a sorted list after what stands at this value and position."""
    return written(kind, f"{'' if value is None else repr(float(value))}:{position}")


def place(kind: str, cursor: str | None) -> tuple[float | None, int] | None:
    """Value and position that a cursor continues after; None starts at the beginning.

    Raises:
        BadInput: it is no cursor of a list of ``kind``.
    """
    if (last := read(kind, cursor)) is None:
        return None
    found = _PLACE.fullmatch(last)
    value = float(found["value"]) if found and found["value"] else None
    if found is None or not isfinite(value or 0.0):
        raise _refused(kind, cursor)
    return value, int(found["position"])


def _refused(kind: str, cursor: str | None) -> BadInput:
    return BadInput(
        "after", f"is no cursor of {kind}", "use `next` of the page before", value=cursor
    )
