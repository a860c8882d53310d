"""When a time of day comes next, whatever the clocks of a place do."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.config import Config
from api.night.time_of_day import TimeOfDay, time_of_day
from dedupe.errors import BadInput

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Tehran",
    "Europe/Dublin",
    "Antarctica/Troll",
)
MINUTES = 24 * 60
moments = st.integers(0, 2_082_758_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""1970 to 2035."""
times = st.builds(
    lambda minute, zone: TimeOfDay(hour=minute // 60, minute=minute % 60, zone=ZoneInfo(zone)),
    st.integers(0, MINUTES - 1),
    st.sampled_from(ZONES),
)


def minutes_of(zone, day):
    """Every minute whose local date is this day, in UTC: found by looking at each."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=40)
    every = (start + timedelta(minutes=n) for n in range(80 * 60))
    return [moment for moment in every if moment.astimezone(zone).date() == day]


@given(times, moments)
def test_each_day_of_the_place_has_one(at, moment):
    """From one to the next no local date is passed over, and none has two."""
    days = []
    for _ in range(4):
        moment = at.after(moment)
        days.append(moment)
    assert days == sorted(set(days))
    for before, after in pairwise(days):
        first, then = (one.astimezone(at.zone) for one in (before, after))
        between = [first.date() + timedelta(n) for n in range(1, (then.date() - first.date()).days)]
        # A time that a change of clocks takes from a day may fall on the next one; a day that the
        # place has not had at all has no minute.
        assert all(not minutes_of(at.zone, day) or at.on(day) in days for day in between)
        assert timedelta(hours=20) <= after - before <= timedelta(hours=28)


@given(times, moments)
def test_it_is_the_time_that_was_asked_where_the_day_has_it(at, moment):
    """The clock of the place shows it, for the first time on that day; else it is skipped there."""
    found = at.after(moment)
    local = found.astimezone(at.zone)
    shown = [
        one
        for one in minutes_of(at.zone, local.date())
        if (one.astimezone(at.zone).hour, one.astimezone(at.zone).minute) == (at.hour, at.minute)
    ]
    assert not shown or found in {shown[0], at.on(local.date() - timedelta(1))}
    assert found > moment


@given(times, moments)
def test_none_lies_between_a_moment_and_the_next_one(at, moment):
    """What comes next is the earliest of the times of all days that is later."""
    days = [moment.date() + timedelta(days=n) for n in range(-3, 6)]
    assert at.after(moment) == min(one for day in days if (one := at.on(day)) > moment)


@pytest.mark.parametrize("hour", [0, 2])
@pytest.mark.parametrize("name", ZONES)
def test_two_years_by_looking_at_the_clock(name, hour):
    """Against a walk over every quarter of an hour: the first one at which the clock shows it."""
    zone = ZoneInfo(name)
    start, end = datetime(2011, 1, 2, tzinfo=UTC), datetime(2013, 1, 2, tzinfo=UTC)
    shown, days = {}, set()
    moment = start - timedelta(days=2)
    while moment < end:
        local = moment.astimezone(zone)
        days.add(local.date())
        if (local.hour, local.minute) == (hour, 30):
            shown.setdefault(local.date(), moment)
        moment += timedelta(minutes=15)
    at = TimeOfDay(hour=hour, minute=30, zone=zone)
    found = [at.after(start)]
    while found[-1] < end - timedelta(days=1):
        found.append(at.after(found[-1]))
    by_day = {one.astimezone(zone).date(): one for one in found}
    assert len(by_day) == len(found)
    inner = sorted(day for day in days if min(by_day) <= day <= max(by_day))
    assert sorted(by_day) == inner
    assert {day: by_day[day] for day in inner if day in shown} == {
        day: shown[day] for day in inner if day in shown
    }


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Europe/Berlin", date(2026, 1, 15), 2, "2026-01-15T01:30"),
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29T01:30"),  # 02:30 is 03:30
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25T00:30"),  # the first of two
        ("America/New_York", date(2026, 3, 8), 2, "2026-03-08T07:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 1, "2026-04-04T14:30"),  # clocks move 30 minutes
        ("America/Havana", date(2026, 3, 8), 0, "2026-03-08T05:30"),  # no midnight
        (
            "Pacific/Apia",
            date(2011, 12, 30),
            2,
            "2011-12-30T12:30",
        ),  # no such day: that of the 31st
        ("Pacific/Apia", date(2011, 12, 31), 2, "2011-12-30T12:30"),
    ],
)
def test_known_changes_of_clocks(zone, day, hour, expected):
    """Half past some hour, on days whose clocks were changed, worked out by hand."""
    at = TimeOfDay(hour=hour, minute=30, zone=ZoneInfo(zone))
    assert at.on(day) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_day_that_was_left_out_has_none():
    """Samoa went from the 29th to the 31st of December 2011: two nights, not three."""
    at = TimeOfDay(hour=2, minute=30, zone=ZoneInfo("Pacific/Apia"))
    found = [at.after(datetime(2011, 12, 29, tzinfo=UTC))]
    found += [at.after(found[-1])]
    found += [at.after(found[-1])]
    local = [one.astimezone(at.zone).date().day for one in found]
    assert local == [29, 31, 1]


@pytest.fixture
def berlin(monkeypatch):
    """A machine whose own zone is that of Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield ZoneInfo("Europe/Berlin")
    monkeypatch.undo()
    time.tzset()


def test_without_a_zone_it_is_the_machine_s(berlin):
    """Over three years the machine's own clock gives the times that its zone gives by name."""
    own = TimeOfDay(hour=2, minute=30)
    named = TimeOfDay(hour=2, minute=30, zone=berlin)
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    for _ in range(1100):
        found = own.after(moment)
        assert found == named.after(moment)
        moment = found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02:30", (2, 30, None)),
        ("0:05", (0, 5, None)),
        (" 23:59 Europe/Berlin ", (23, 59, "Europe/Berlin")),
        ("00:00  UTC", (0, 0, "UTC")),
    ],
)
def test_a_time_is_read(text, expected):
    """Hours and minutes, and a zone where one is named."""
    found = time_of_day(text)
    assert (found.hour, found.minute, found.zone and found.zone.key) == expected
    assert time_of_day(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "24:00",
        "2:5",
        "02:60",
        "2h30",
        "02:30 pm",
        "02:30 Nowhere/Town",
        "02:30 ../UTC",
        "02:30 Europe",
    ],
)
def test_what_is_no_time_is_refused_by_the_setting_s_name(monkeypatch, text):
    """The service does not start with a time that it cannot keep."""
    monkeypatch.setenv("SAMESTORY_NIGHTLY", text)
    with pytest.raises(BadInput, match="SAMESTORY_NIGHTLY"):
        Config.load()


def test_the_settings_of_the_night(monkeypatch):
    """A time with its zone, and lengths of time in hours."""
    monkeypatch.setenv("SAMESTORY_NIGHTLY", "02:30 Europe/Berlin")
    monkeypatch.setenv("SAMESTORY_NIGHT_SINCE", "7d")
    config = Config.load(night_limit="4h")
    assert str(config.nightly) == "02:30 Europe/Berlin"
    assert (config.night_since, config.night_limit) == (168.0, 4.0)
    with pytest.raises(BadInput, match="SAMESTORY_NIGHT_LIMIT"):
        Config.load(night_limit="0")
