"""What may be logged of a line that a command of ours wrote to standard error."""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson

LONGEST = 500
"""Most code points of a line that are logged."""
OURS = "samestory: "
"""What each error that is raised on purpose begins with: its message quotes no article."""
_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)')
_RAISED = re.compile(r"(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt))(?::|$)")


def said(line: str) -> Mapping[str, object]:
    """The facts of a line; empty where it says nothing, or may quote an article.

    Of a traceback these are its places and the type of the error, as in ``api.logs.failure``.

    >>> said('  File "night.py", line 7, in run')
    {'where': 'night.py:7 run'}
    >>> said("KeyError: 'a headline'")
    {'error': 'KeyError'}
    """
    if line.startswith(OURS):
        return {"message": line.removeprefix(OURS)[:LONGEST]}
    if line.startswith("{"):
        return _logged(line)
    if (frame := _FRAME.match(line)) is not None:
        return {"where": f"{frame['file']}:{frame['line']} {frame['name']}"}
    raised = _RAISED.match(line)
    return {"error": raised["error"]} if raised else {}


def _logged(line: str) -> Mapping[str, object]:
    """A line of our own log as the facts of another."""
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) and {"event", "level"} <= told.keys() else {}
