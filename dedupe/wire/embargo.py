"""The hour of an embargo that is written in words: "EMBARGOED UNTIL 1130 GMT MARCH 19"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dedupe.formats.dates import read_date

ANYWHERE = timedelta(hours=12)
"""Added to an hour without a zone: by then it has come everywhere."""
FARTHEST = timedelta(days=400)
"""From publication; what lies farther off is no embargo of this piece."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONE = r"(?P<{}>GMT|UTC|BST|CEST|CET|MESZ|MEZ|EST|EDT|CST|CDT|PST|PDT|MSK|JST)\b"
_CLOCK = re.compile(
    rf"(?<![\d.])(?P<hour>[01]?\d|2[0-3])(?:[:.h]?(?P<minute>[0-5]\d))(?:\s*(?:hrs|hours|Uhr|h)\b)?"
    rf"(?:\s*{_ZONE.format('zone')})?(?![\d.])"
    rf"|(?<![\d.])(?P<twelve>1[0-2]|[1-9])(?::(?P<past>[0-5]\d))?\s*(?P<half>[ap])\.?m\b\.?"
    rf"(?:\s*{_ZONE.format('region')})?",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})")
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?(?P<month>[^\W\d_]{3,10})\.?"
    r"(?:,?\s+(?:de\s+)?(?P<year>(?:19|20)\d{2}))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\b(?P<month>[^\W\d_]{3,10})\.?\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?![:.]?\d)"
    r"(?:,?\s+(?P<year>(?:19|20)\d{2}))?",
    re.IGNORECASE,
)


def embargo_hour(text: str, published: datetime | None) -> float | None:
    """The hour before which a piece must not be shown, in hours since 1970-01-01 UTC.

    ``text`` is the note, ``published`` (aware) tells the year and the day where it does not. An hour
    without a zone is the last place's on earth; a day without an hour ends there.
    """
    day = _day(text, published)
    clock = _CLOCK.search(_ISO.sub(" ", text))
    if clock is None:
        if day is None:
            return None
        end = day + timedelta(days=1) + ANYWHERE
        return _hours(end, published)
    minutes, zone = _minutes(clock)
    if day is None:
        if published is None:
            return None
        day = published.replace(hour=0, minute=0, second=0, microsecond=0)
        if day + timedelta(minutes=minutes) < published:
            day += timedelta(days=1)
    at = f"{day:%Y-%m-%d} {minutes // 60:02d}:{minutes % 60:02d}"
    read, _ = read_date(f"{at} {zone}" if zone else f"{at}Z")
    if read is None:
        return None
    return _hours(read.value if zone else read.value + ANYWHERE, published)


def _minutes(clock: re.Match[str]) -> tuple[int, str | None]:
    """Minutes since midnight, and the zone."""
    if clock["half"]:
        hour = int(clock["twelve"]) % 12 + (12 if clock["half"].lower() == "p" else 0)
        return 60 * hour + int(clock["past"] or 0), clock["region"]
    return 60 * int(clock["hour"]) + int(clock["minute"]), clock["zone"]


def _day(text: str, published: datetime | None) -> datetime | None:
    """The midnight that begins the day, as if in UTC."""
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST):
        for found in pattern.finditer(text):
            years = [found["year"]] if found["year"] else _years(published)
            read = [read_date(_written(found, year))[0] for year in years]
            days = [one.value for one in read if one is not None]
            if days:
                near = published or days[0]
                return min(days, key=lambda day: abs(day - near))
    return None


def _written(found: re.Match[str], year: str) -> str:
    if found["month"].isdecimal():
        return f"{year}-{found['month']}-{found['day']}"
    return f"{found['day']} {found['month']} {year}"


def _years(published: datetime | None) -> list[str]:
    if published is None:
        return []
    return [str(published.year + step) for step in (-1, 0, 1)]


def _hours(at: datetime, published: datetime | None) -> float | None:
    if published is not None and abs(at - published) > FARTHEST:
        return None
    return (at - _EPOCH).total_seconds() / 3600.0
