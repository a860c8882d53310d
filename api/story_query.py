"""Which stories are asked for, from what a caller writes: each value read, or refused by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dedupe.errors import BadInput
from dedupe.listing import LARGEST_SIZE, Place, StoryOrder, StoryQuery

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 24.0 - 1 / 3600
"""Hours from the beginning of a day to its last second."""
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"(?P<time>[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(?P<zone>Z|[+ -]\d{2}:\d{2})?)?",
    re.ASCII,
)
_FIX = "send RFC 3339, like 2023-06-10T08:30:00Z, or a day, like 2023-06-10"


def story_query(  # noqa: PLR0913 - one argument for each condition
    *,
    since: str | None,
    until: str | None,
    outlet: str | None,
    language: str | None,
    words: str | None,
    min_size: int,
    max_size: int | None,
    sort: StoryOrder,
    limit: int,
    after: Place | None = None,
    names: tuple[str, str] = ("from", "to"),
) -> StoryQuery:
    """The query; ``names`` are what the caller calls ``since`` and ``until``.

    Raises:
        BadInput: a time cannot be read, or the bounds exclude each other.
    """
    if max_size is not None and max_size < min_size:
        raise BadInput(
            "max_size", "is less than min_size", "make it min_size or more", value=max_size
        )
    first, last = hours(names[0], since), hours(names[1], until, end=True)
    if first is not None and last is not None and last < first:
        raise BadInput(names[1], f"lies before {names[0]}", "name a later time", value=until)
    return StoryQuery(
        since=first,
        until=last,
        outlet=outlet,
        language=language,
        text=words,
        min_size=min_size,
        max_size=LARGEST_SIZE if max_size is None else max_size,
        order=sort,
        after=after,
        limit=limit,
    )


def hours(field: str, given: str | None, *, end: bool = False) -> float | None:
    """A time as hours since 1970-01-01 UTC; a day is its first second, or its last with ``end``.

    Without a zone it is UTC. In a URL a plus sign that is not percent-encoded arrives as a space.

    >>> hours("from", "1970-01-02"), hours("from", "1970-01-01T02:00:00 01:00")
    (24.0, 1.0)

    Raises:
        BadInput: it is no time.
    """
    if given is None:
        return None
    text = given.strip().upper()
    found = _MOMENT.fullmatch(text)
    moment = _moment(text, found["zone"]) if found else None
    if found is None or moment is None:
        raise BadInput(field, "is no time that can be read", _FIX, value=given)
    since_epoch = (moment - _EPOCH) / timedelta(hours=1)
    return since_epoch + _LAST_SECOND if end and not found["time"] else since_epoch


def _moment(text: str, zone: str | None) -> datetime | None:
    """The moment of a text of the right form; None where there is no such day or hour."""
    if zone and zone[0] == " ":
        text = f"{text[: -len(zone)]}+{zone[1:]}"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
