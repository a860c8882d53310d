"""One structured line per use case: JSON on standard error, no bodies, no keys."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from dedupe.errors import SamestoryError

_FACTS = "facts"


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: at, level, event, then the facts it carries."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON without its line end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update(getattr(record, _FACTS, {}))
        if record.exc_info and record.exc_info[1]:
            line.update(failure(record.exc_info[1]))
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def failure(error: BaseException) -> dict[str, Any]:
    """What may be logged of an exception: its type and where it happened.

    The message is added for our own errors and the operating system's only: any other may quote
    the article that was being read.
    """
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, SamestoryError | OSError):
        told["message"] = str(error)[:500]
    return told


def configure(*, stream: TextIO | None = None, level: int | str = logging.INFO) -> logging.Handler:
    """Every logger writes JSON lines to ``stream`` (standard error when None); returns its handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # uvicorn tells its start and stop at INFO; our own lines say the same.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return handler


def log(
    logger: logging.Logger,
    event: str,
    *,
    level: int = logging.INFO,
    error: BaseException | None = None,
    **facts: object,
) -> None:
    """Write one line; ``facts`` are values, never texts of articles or keys."""
    if logger.isEnabledFor(level):
        logger.log(level, event, extra={_FACTS: facts}, exc_info=error)


def warn(logger: str, event: str, error: BaseException) -> None:
    """Write one line at level warning to the logger of that name."""
    log(logging.getLogger(logger), event, level=logging.WARNING, error=error)
