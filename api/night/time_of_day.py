"""A time of day as people write it in settings, ``02:30 Europe/Berlin``, and when it comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, InstanceOf
from pydantic_settings import NoDecode

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?:\s+(\S+))?")
_AROUND = range(-2, 4)
"""Days around the present one that are looked at: clocks have been put forward by a whole day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A time that comes once on each day of a place."""

    hour: int
    minute: int
    zone: ZoneInfo | None = None
    """None: the zone that this machine is set to."""

    def __str__(self) -> str:
        told = f"{self.hour:02}:{self.minute:02}"
        return f"{told} {self.zone.key}" if self.zone else told

    def on(self, day: date) -> datetime:
        """The moment of this day, in UTC.

        Where clocks are put back over the time it comes twice: this is the first. Where they are
        put forward over it, it is as long after the change as it would have been without one.
        """
        local = datetime.combine(day, time(self.hour, self.minute), tzinfo=self.zone)
        # Not astimezone: it takes a time that the machine's own zone leaves out for an earlier one.
        return datetime.fromtimestamp(local.timestamp(), UTC)

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC; one for each day of the place.

        >>> at = TimeOfDay(hour=2, minute=30, zone=ZoneInfo("Europe/Berlin"))
        >>> str(at.after(datetime(2026, 3, 28, 12, tzinfo=UTC)))  # no 02:30 on the 29th
        '2026-03-29 01:30:00+00:00'
        """
        today = moment.astimezone(self.zone).date()
        found = (self.on(today + timedelta(days=days)) for days in _AROUND)
        return min(one for one in found if one > moment)


def time_of_day(value: object) -> object:
    """The time that a text means; what is no text is left to the validation that follows.

    Raises:
        ValueError: it is no time of 24 hours, or there is no such zone.
    """
    if not isinstance(value, str):
        return value
    if (found := _FORM.fullmatch(value.strip())) is None:
        raise ValueError("a time of day is hours and minutes, such as 02:30 or 02:30 Europe/Berlin")
    zone = None if found[3] is None else _zone(found[3])
    return TimeOfDay(hour=int(found[1]), minute=int(found[2]), zone=zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:  # no zone, a folder of zones, no name
        raise ValueError(
            f"this machine knows no time zone {name!r}: names are such as Europe/Berlin, and come "
            "with the system's time zone data or the package tzdata"
        ) from error


Daily = Annotated[InstanceOf[TimeOfDay], NoDecode, BeforeValidator(time_of_day)]
"""A time of day, in text with the name of a zone behind it or without one."""
