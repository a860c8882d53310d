"""Dates that stand in a text: when it says it was published, and which days it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

import numpy as np

from dedupe.model import DateOrigin, Int32s, Precision, Published
from dedupe.tongues import ENGLISH, MONTH_NAMES, MONTHS, TONGUES, Tongue

EPOCH = date(1970, 1, 1).toordinal()
HEAD = 1500
"""A date line stands in the first so many code points after the title."""
LONGEST_LINE = 160
"""A longer line holds more than a date and a byline."""
FIRST_YEAR, LAST_YEAR = 1900, 2100


def published_in_text(title: str, body: str) -> tuple[Published, tuple[int, int]] | None:
    """The date the article gives itself, with its range in ``body``; None where it gives none.

    It stands on a line of its own, or after a word such as "Published" or in a byline, near the
    head and after the title, where the body repeats that: a date before it is the page's clock.
    "Published" goes before a bare date and that before "Updated". A date in figures whose day
    and month could be swapped is none.
    """
    begin = _after_title(title, body)
    stop, passed = begin + HEAD, begin
    best: tuple[int, Published, tuple[int, int]] | None = None
    for year in _ANY_YEAR.finditer(body, begin, stop):
        start, end = body.rfind("\n", begin, year.start()) + 1 or begin, body.find("\n", year.end())
        end = len(body) if end < 0 else end
        if start < passed or end - start > LONGEST_LINE:
            continue
        passed = end
        line = _date_line().match(body, start, end)
        found = _read_line(line) if line else None
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1:]


def event_days(text: str, published: float | None) -> Int32s:
    """The days a text names, dtype = int32, days since 1970-01-01, sorted and distinct.

    ``published`` is in hours since 1970-01-01 UTC. Full dates always count; a day and month
    without a year is the one nearest to publication, a weekday the last one on or before it
    ("next Monday": the first one after it). Without publication only full dates are known.
    """
    anchor = None if published is None else EPOCH + int(published // 24)
    ordinals = {_dated_in_figures(match, anchor) for match in _figures_first().finditer(text)}
    ordinals |= {_dated_in_english(match, anchor) for match in _month_first().finditer(text)}
    if anchor is not None:
        ordinals |= _near(text, anchor)
    return np.array(sorted(o - EPOCH for o in ordinals if o is not None), dtype=np.int32)


def _near(text: str, anchor: int) -> set[int]:
    """The days that weekdays and words such as "yesterday" stand for."""
    found = set()
    for match in _days_in_english().finditer(text):
        start, end = match.span()
        start = match.start(match.lastindex or 0)
        word = text[start:end].lower()
        back = ENGLISH.relative.get(word)
        day = _weekday(text, start, end, ENGLISH, anchor) if back is None else anchor + back
        found.add(day)
    for number, tongue in enumerate(TONGUES):
        if tongue.marker not in text:
            continue
        near = _words_of(number)
        if near.weekdays is not None:
            found |= {
                _weekday(text, *m.span(), tongue, anchor) for m in near.weekdays.finditer(text)
            }
        if any(map(text.__contains__, near.stems)):
            found |= {anchor + tongue.relative[m[0].lower()] for m in near.relative.finditer(text)}
    return found


def _forms(words: Iterable[str]) -> set[str]:
    """The words as they are and with a capital first letter."""
    return {form for word in words for form in (word, word[0].upper() + word[1:])}


def _either_case(words: str) -> str:
    """Alternatives, longest first, each with a small or capital first letter."""
    forms = _forms(words.split())
    return "|".join(re.escape(form) for form in sorted(forms, key=lambda f: (-len(f), f)))


_MONTH = _either_case(" ".join(MONTH_NAMES))
_YEAR = r"(?:19|20)[0-9]{2}(?![0-9])"
_DAY_NUMBER = r"[0-3]?[0-9]"


# Every alternative begins with its literal first letter (or the whole with a set of digits) and
# looks back for the word's beginning only after it: the search then skips other letters quickly.
# The expressions are compiled when the first text is read: many commands read none for its days.
@cache
def _month_first() -> re.Pattern[str]:
    names = (
        "Jan(?:uary)?", "Feb(?:ruary)?", "Mar(?:ch)?", "Apr(?:il)?", "May", "June?", "July?",
        "Aug(?:ust)?", "Sep(?:t(?:ember)?)?", "Oct(?:ober)?", "Nov(?:ember)?", "Dec(?:ember)?",
    )  # fmt: skip
    return re.compile(
        "|".join(
            rf"{name[0]}(?<!\w{name[0]}){name[1:]}(?!\w)\.?[ ]{_DAY_NUMBER}(?:st|nd|rd|th)?"
            rf"(?![0-9%]|[.:,][0-9])(?:,?[ ]{_YEAR})?"
            for name in names
        )
    )


@cache
def _figures_first() -> re.Pattern[str]:
    return re.compile(
        rf"[0-9](?<![\w.,:/-][0-9])(?:"
        rf"(?P<iso>[0-9]{{3}}-[01][0-9]-[0-3][0-9])(?![0-9])"
        rf"|(?P<cjk>(?:[0-9]{{3}}年[0-9])?[0-9]?月{_DAY_NUMBER}日)"
        rf"|[0-9]?(?:st|nd|rd|th|\.|er|º)?[ ](?:de[ ])?(?P<month>{_MONTH})(?!\w)\.?"
        rf"(?:,?[ ](?:del?[ ])?(?P<year>{_YEAR}))?)"
    )


@cache
def _days_in_english() -> re.Pattern[str]:
    """English words that end in "day"; the group is what stands before that.

    Looking for "day" and then back is five times as fast as looking for nine first letters.
    """
    words = sorted(_forms((*ENGLISH.weekdays.split(), "today", "yesterday")))
    ends = (rf"(?<=(?<!\w)({word.removesuffix('day')})day)" for word in words)
    return re.compile(rf"day(?!\w)(?:{'|'.join(ends)})")


_NUMBERS = re.compile("[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    forms = sorted(_forms(words))
    return re.compile("|".join(rf"{f[0]}(?<!\w{f[0]}){re.escape(f[1:])}(?!\w)" for f in forms))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What to look for in a language."""

    weekdays: re.Pattern[str] | None
    relative: re.Pattern[str]
    stems: tuple[str, ...]
    """One is in every text that ``relative`` finds something in."""


@cache
def _words_of(number: int) -> _Words:
    """Of English only what ``_days_in_english`` does not find."""
    tongue = TONGUES[number]
    english = tongue is ENGLISH
    relative = [word for word in tongue.relative if not (english and word.endswith("day"))]
    return _Words(
        weekdays=None if english else _any_of(tongue.weekdays.split()),
        relative=_any_of(relative),
        stems=tuple(word[1:] for word in relative),
    )


def _dated_in_english(match: re.Match[str], anchor: int | None) -> int | None:
    """The day of "June 9" or "June 9, 2023"."""
    named = match[0]
    numbers = _NUMBERS.findall(named)
    month = MONTHS[_LETTERS.findall(named)[0].lower()]
    return _dated(month, int(numbers[0]), numbers[1] if numbers[1:] else None, anchor)


def _dated_in_figures(match: re.Match[str], anchor: int | None) -> int | None:
    """The day of "2023-06-09", "6月9日" or "9 de junio de 2023"."""
    numbers = [int(number) for number in _NUMBERS.findall(match[0])]
    if match["iso"]:
        return _day(*numbers)
    if match["cjk"]:
        return _dated(numbers[-2], numbers[-1], numbers[0] if numbers[2:] else None, anchor)
    return _dated(MONTHS[match["month"].lower()], numbers[0], match["year"], anchor)


def _weekday(text: str, start: int, end: int, tongue: Tongue, anchor: int) -> int:
    """The weekday on or before publication, the next one or the last as the words around say."""
    weekday = tongue.weekdays.lower().split().index(text[start:end].lower())
    back = (anchor - 1 - weekday) % 7
    around = _neighbours(text, start, end)
    if not around.isdisjoint(tongue.after):
        return anchor - back + 7
    return anchor - (back or 7) if not around.isdisjoint(tongue.before) else anchor - back


def _neighbours(text: str, start: int, end: int) -> set[str]:
    """The words right before and right after a range."""
    before = text[max(0, start - 16) : start].split()[-1:]
    return {*before, *text[end : end + 16].split()[:1]}


def _dated(month: int, day: int, year: str | int | None, anchor: int | None) -> int | None:
    if year is not None:
        return _day(int(year), month, day)
    if anchor is None:
        return None
    about = date.fromordinal(anchor).year
    near = (_day(y, month, day) for y in (about - 1, about, about + 1))
    return min((o for o in near if o is not None), key=lambda o: abs(o - anchor), default=None)


def _day(year: int, month: int, day: int) -> int | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


_LABELS = {
    "published": "published|posted|publié(?:e)?(?: le)?|publicado(?: el| em)?|veröffentlicht"
    "|pubblicato|gepubliceerd|date|first published|опубликовано",
    "updated": "last updated|updated|modified|last modified|mis à jour(?: le)?|actualizado"
    "|atualizado(?: em)?|aktualisiert|aggiornato|bijgewerkt|обновлено",
}
_RANKS = {"published": 0, "": 1, "byline": 2, "updated": 3}
"""Which of several date lines counts: the smallest rank, then the first."""

_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 1, "cet": 1, "west": 1, "cest": 2, "eet": 2,
    "msk": 3, "eest": 3, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip
"""Hours east of UTC; "ET" is read as standard time: within an hour of right all year."""

_ANY_WEEKDAY = (
    rf"(?:(?:{'|'.join('|'.join(t.weekdays.split()) for t in TONGUES)}"
    r"|Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)\.?,?\s{1,2}(?:den\s)?)?"
)
_ANY_YEAR = re.compile("[12](?<![0-9][12])[90][0-9]{2}(?![0-9])")
_NOTHING_MORE = re.compile(
    r"[\s.|•·–—-]*(?:(?:last )?updated|modified|\d+ (?:min|minutes?) read|[-–|•·]|$)", re.IGNORECASE
)


@cache
def _date_line() -> re.Pattern[str]:
    return re.compile(
        rf"""
        [^\S\n]*[•·*|–—-]?[^\S\n]*
        (?:(?P<published>{_LABELS["published"]})|(?P<updated>{_LABELS["updated"]})
           |(?P<byline>(?:by|von|par|por|di)\ [^\n]{{2,60}}?[\s,|•·–—-]))?
        (?:\s?:)?[^\S\n]*(?:on\ |am\ |at\ |le\ |il\ )?
        (?P<date>{_ANY_WEEKDAY}(?:
            (?P<y1>{_YEAR})[-/.](?P<n1>[01]?\d)[-/.](?P<d1>[0-3]?\d)
          | (?P<m2>{_MONTH})\.?\s(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?(?:,\s?|\s|/)(?P<y2>{_YEAR})
          | (?P<d3>[0-3]?\d)(?:st|nd|rd|th|\.|er|º)?\s(?:de\s)?(?P<m3>{_MONTH})\.?,?\s(?:del?\s)?
                (?P<y3>{_YEAR})
          | (?P<d4>[0-3]?\d)\.(?P<n4>[01]?\d)\.(?P<y4>{_YEAR})
          | (?P<a5>[0-3]?\d)/(?P<b5>[0-3]?\d)/(?P<y5>{_YEAR})
          | (?P<y6>{_YEAR})\s?[年년]\s?(?P<n6>[01]?\d)\s?[月월]\s?(?P<d6>[0-3]?\d)\s?[日일]
        ))
        (?P<time>(?:\s?[,|•·–—-]|\s?\bat|\s?\bum|\sà|T|\s?\()?\s?
            (?P<hour>[0-2]?\d)[:.h](?P<minute>[0-5]\d)(?P<second>:[0-5]\d(?:\.\d+)?)?
            \s?(?P<half>[ap]\.?m\.?)?\s?(?P<zone>[a-z]{{1,4}}\b|[+-]\d\d:?\d\d)?(?:\s?Uhr)?\)?)?
        (?P<rest>[^\n]*)
        """,
        re.VERBOSE | re.IGNORECASE,
    )


def _after_title(title: str, body: str) -> int:
    """Where the last early repeat of the title in the body ends; 0 without one.

    The last one within reach counts: a breadcrumb may hold the title too.
    """
    name = title.strip()
    if not name:
        return 0
    at = body.rfind(name, 0, HEAD + len(name))
    return at + len(name) if at >= 0 else 0


def _read_line(line: re.Match[str]) -> tuple[int, Published, tuple[int, int]] | None:
    """Rank, date and range of a date line; None where more than a date stands on it."""
    if not _NOTHING_MORE.match(line["rest"]):
        return None
    day = _day_of(line)
    if day is None:
        return None
    label = next((name for name in ("published", "updated", "byline") if line[name]), "")
    end = line.end("date")
    moment, precision = _moment(date.fromordinal(day), line)
    if precision is not Precision.DAY:
        end = line.end("time")
    published = Published(value=moment, precision=precision, origin=DateOrigin.TEXT)
    return _RANKS[label], published, (line.start("date"), end)


def _day_of(line: re.Match[str]) -> int | None:
    for year, month, day in (("y1", "n1", "d1"), ("y4", "n4", "d4"), ("y6", "n6", "d6")):
        if line[year]:
            return _day(int(line[year]), int(line[month]), int(line[day]))
    for year, month, day in (("y2", "m2", "d2"), ("y3", "m3", "d3")):
        if line[year]:
            return _day(int(line[year]), MONTHS[line[month].lower()], int(line[day]))
    first, second, year_5 = int(line["a5"]), int(line["b5"]), int(line["y5"])
    if first > 12 or first == second:
        return _day(year_5, second, first)
    return _day(year_5, first, second) if second > 12 else None


def _moment(day: date, line: re.Match[str]) -> tuple[datetime, Precision]:
    """The moment in UTC and how finely it was given; an impossible time is left out."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if not line["time"]:
        return midnight, Precision.DAY
    hour, half = int(line["hour"]), (line["half"] or "")[:1].lower()
    if hour > (12 if half else 23):
        return midnight, Precision.DAY
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    local = midnight.replace(hour=hour, minute=int(line["minute"]), tzinfo=_zone(line["zone"]))
    if not line["second"]:
        return local.astimezone(UTC), Precision.MINUTE
    seconds = timedelta(seconds=int(line["second"][1:3]))
    return (local + seconds).astimezone(UTC), Precision.SECOND


def _zone(name: str | None) -> tzinfo:
    """The zone's offset; an unknown one is read as UTC."""
    if not name:
        return UTC
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    return timezone(timedelta(hours=_ZONES.get(name.lower(), 0)))
