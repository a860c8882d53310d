"""Opaque cursors of lists: where the next page starts, and of which list."""

from __future__ import annotations

import base64
import binascii

from dedupe.errors import BadInput


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
        raise BadInput(
            "after", f"is no cursor of {kind}", "use `next` of the page before", value=cursor
        )
    return last
