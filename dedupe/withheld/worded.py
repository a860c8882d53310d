"""The reason of an order, in a form that can be printed anywhere."""

from __future__ import annotations

import unicodedata

from dedupe.errors import BadInput

LONGEST = 1000
"""Code points of a reason."""
_JOINERS = frozenset("\u200c\u200d")
"""Format characters that words of some scripts are written with."""


def worded(reason: str | None) -> str | None:
    """The reason on one line without characters that steer a screen; None where nothing is left.

    Raises:
        BadInput: it is longer than ``LONGEST`` code points.
    """
    if reason is None:
        return None
    if len(reason) > LONGEST:
        problem = f"{len(reason)} characters, more than {LONGEST}"
        raise BadInput("reason", problem, "say it in fewer words", value=reason[:200])
    return " ".join("".join(map(_printable, reason)).split()) or None


def _printable(character: str) -> str:
    """The character; a space for a control, nothing for what cannot be seen or written."""
    kind = unicodedata.category(character)
    if character in _JOINERS or kind[0] != "C":
        return character
    return " " if kind == "Cc" else ""
