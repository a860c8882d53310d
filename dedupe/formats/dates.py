"""Dates as callers claim them, read where they can mean one thing only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from dedupe.model import DateOrigin, Notice, Precision, Published

UNREADABLE = "unreadable date ignored, kept as given"
TOO_EARLY = "date before 1900 ignored, kept as given"
TOO_LATE = "date more than 24 hours ahead ignored, kept as given"
NO_TIME = "no time of day given; read as a day in UTC"
NO_ZONE = "no time zone given; read as UTC"
ODD_ZONE = "time zone not known; read as UTC"

_LONGEST = 100
_FIRST_YEAR = 1900
_AHEAD = timedelta(hours=24)
_MIDNIGHT = time()
_MONTHS = (
    "january jan januar januari janvier enero janeiro gennaio января|february feb februar februari février "
    "fevrier febrero fevereiro febbraio февраля|march mar märz maerz maart mars marzo março marco марта|"
    "april apr avril abril aprile апреля|may mai mei mayo maio maggio мая|june jun juni juin junio junho "
    "giugno июня|july jul juli juillet julio julho luglio июля|august aug augustus août aout agosto "
    "августа|september sep sept septembre septiembre setembro settembre сентября|october oct oktober "
    "octobre octubre outubro ottobre октября|november nov novembre noviembre novembro ноября|december dec "
    "dezember décembre decembre diciembre dezembro dicembre декабря"
)
_MONTH = {
    name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()
}
_WEEKDAYS = (
    "monday mon lundi lunes montag segunda lunedì понедельник|tuesday tue tues mardi martes dienstag terça "
    "martedì вторник|wednesday wed weds mercredi miércoles mittwoch quarta mercoledì среда|thursday thu "
    "thur thurs jeudi jueves donnerstag quinta giovedì четверг|friday fri vendredi viernes freitag sexta "
    "venerdì пятница|saturday sat samedi sábado samstag sabato суббота|sunday sun dimanche domingo sonntag "
    "domenica воскресенье"
)
# Words that may stand in a date and say nothing: "le 11 juin", "11 de junio", "11th of June".
_FILLERS = frozenset(
    f"{_WEEKDAYS} of the le el de del den am um at on г года".replace("|", " ").split()
)
# Hours from UTC; RFC 2822, section 4.3, and European names that mean one thing only.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "jst": 9, "kst": 9,
}  # fmt: skip
_CLOCK = re.compile(
    r"""
    (?: (?<=\d)[T\s]\s* | \b )
    (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?:[.,](?P<fraction>\d{1,9}))? )?
    (?: \s*(?P<half>[ap])\.?m\b\.? )?
    (?: \s*(?P<zone>[+-]\d{2}(?::?\d{2})?\b | [A-Z]{1,5}\b) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BASIC_CLOCK = re.compile(
    r"(?<=\d)T(?P<hour>\d{2})(?:(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<half>(?!))?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"
)
"""A day, or a moment with or without its zone, in the one spelling that nearly all files use."""
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:Z|[+-]\d{2}:\d{2})?")
_DAY_OF_YEAR = re.compile(r"(\d{4})-?(\d{3})")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_HAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_TOKEN = re.compile(r"\d+(?:st|nd|rd|th|er)?\b|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """A time of day as it was written."""

    at: time
    zone: timezone | None
    precision: Precision
    zone_unknown: bool = False
    next_day: bool = False


def read_date(
    raw: object, *, now: datetime | None = None
) -> tuple[Published | None, Notice | None]:
    """The date a caller claims, in UTC, and what was odd about it.

    Reads ISO 8601, RFC 2822, textual dates with a month's name, Unix time (seconds to
    nanoseconds) and numeric dates that can mean one day only: "9/6/17" is unreadable. A date
    before 1900, or over 24 hours after ``now`` (aware), is None.
    """
    text = "" if raw is None else raw.strip() if isinstance(raw, str) else str(raw)
    if not text:
        return None, None
    try:
        usual = _from_usual(text) if _USUAL.fullmatch(text) else None
        found, oddity = usual or (_from_number(raw) if _is_number(raw) else _from_text(text))
    except (ValueError, OverflowError):
        found, oddity = None, UNREADABLE
    if found is not None and found.value.year < _FIRST_YEAR:
        found, oddity = None, TOO_EARLY
    if found is not None and now is not None and now < found.value > now + _AHEAD:
        found, oddity = None, TOO_LATE
    notice = Notice(field="published", value=text[:200], action=oddity) if oddity else None
    return found, notice


def _is_number(raw: object) -> bool:
    if isinstance(raw, str):
        text = raw.strip()
        return text.isascii() and text.isdigit() and len(text) in (10, 13)
    return isinstance(raw, int | float)


def _from_usual(text: str) -> tuple[Published, str | None] | None:
    """What ``_from_text`` answers for the usual spelling; None where that needs a closer look."""
    try:
        written = datetime.fromisoformat(text)
        zone = written.tzinfo
        value = written.astimezone(UTC) if zone else written.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    at_midnight = written.time() == _MIDNIGHT and not written.utcoffset()
    found = _published(value, Precision.DAY if at_midnight else Precision.SECOND)
    return found, None if zone else NO_TIME if at_midnight else NO_ZONE


def _from_number(raw: object) -> tuple[Published, str | None]:
    """Unix time; its unit is the one that makes it a date of this age."""
    seconds = float(str(raw))
    if seconds == int(seconds) and len(str(int(seconds))) == 8:
        return _from_text(str(int(seconds)))
    if not 1e8 <= seconds < 1e20:
        raise ValueError("no Unix time")
    while seconds >= 1e11:
        seconds /= 1000
    return _published(datetime.fromtimestamp(seconds, UTC), Precision.SECOND), None


def _from_text(text: str) -> tuple[Published, str | None]:
    """The date and time in a text.

    Raises:
        ValueError: it holds no date, or one that can mean several days.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long")
    text = re.sub(r"\s*\([^()]*\)$", "", text)
    found = _BASIC_CLOCK.search(text) or _CLOCK.search(text)
    if found is None or _YEAR_FIRST.fullmatch(text):  # a zone behind a day is no clock
        day = datetime.combine(_day(text), time(), UTC)
        return _published(day, Precision.DAY), NO_TIME
    oddity: str | None
    clock = _clock(found)
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;|–—-")
    if clock.zone_unknown and found["zone"].lower() in _MONTH:
        rest = f"{rest} {found['zone']}"
        clock = _clock(found, zone="")
    moment = datetime.combine(_day(rest), clock.at, clock.zone or UTC)
    moment += timedelta(days=clock.next_day)
    at_midnight = clock.at == time() and not moment.utcoffset() and not clock.next_day
    if clock.zone is None and not at_midnight:
        oddity = ODD_ZONE if clock.zone_unknown else NO_ZONE
    else:
        oddity = NO_TIME if clock.zone is None else None
    # Exactly midnight in UTC is what software writes for a day without a time.
    precision = Precision.DAY if at_midnight else clock.precision
    return _published(moment.astimezone(UTC), precision), oddity


def _published(value: datetime, precision: Precision) -> Published:
    return Published(value=value, precision=precision, origin=DateOrigin.CLAIMED)


def _clock(found: re.Match[str], *, zone: str | None = None) -> _Clock:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    next_day = hour == 24 and minute == 0
    named = (found["zone"] or "") if zone is None else zone
    offset = _offset(named)
    return _Clock(
        at=time(
            0 if next_day else hour,
            minute,
            min(59, int(found["second"] or 0)),  # 60 is a leap second
            int((found["fraction"] or "0")[:6].ljust(6, "0")),
        ),
        zone=offset,
        precision=Precision.SECOND if found["second"] else Precision.MINUTE,
        zone_unknown=bool(named) and offset is None,
        next_day=next_day,
    )


def _offset(zone: str) -> timezone | None:
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if zone[0] == "-" else offset)
    hours = _ZONES.get(zone.lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def _day(text: str) -> date:
    """The day a text names.

    Raises:
        ValueError: it names none, or could name two.
    """
    if found := _YEAR_FIRST.fullmatch(text) or _HAN.fullmatch(text):
        numbers = [int(group) for group in found.groups() if group.isdigit()]
        if found.re is _YEAR_FIRST and not found[2] and len(text) != 8:
            raise ValueError("digits without separators")
        return date(*numbers)
    if found := _DAY_OF_YEAR.fullmatch(text):
        return datetime.strptime(f"{found[1]} {found[2]}", "%Y %j").date()  # noqa: DTZ007  a day
    if found := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        return _only_day(found[1], found[3], found[4])
    return _named_day(text)


def _only_day(first: str, second: str, third: str) -> date:
    """The one day that three numbers can mean, whichever of them is day, month and year."""
    orders = [(third, first, second), (third, second, first)]
    if len(third) == 2:
        orders.append((first, second, third))
    days = set()
    for year, month, day in orders:
        try:
            days.add(date(_full_year(year), int(month), int(day)))
        except ValueError:
            continue
    if len(days) != 1:
        raise ValueError("no date, or several")
    return days.pop()


def _full_year(year: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 are 1969 to 1999."""
    number = int(year)
    return number if len(year) == 4 else number + (1900 if number >= 69 else 2000)


def _named_day(text: str) -> date:
    """A day, a year of four digits and a month's name in any order, and nothing else that says something."""
    days: list[int] = []
    months: list[int] = []
    years: list[int] = []
    for token in _TOKEN.findall(text.lower()):
        if token in _MONTH:
            months.append(_MONTH[token])
        elif token[0].isdigit():
            number = token.rstrip("sthndre")
            (years if len(number) == 4 else days).append(int(number))
        elif token not in _FILLERS:
            raise ValueError("an unknown word")
    if not len(days) == len(months) == len(years) == 1:
        raise ValueError("not one day, month and year")
    return date(years[0], months[0], days[0])
