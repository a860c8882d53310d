from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedupe.formats.dates import (
    NO_TIME,
    NO_ZONE,
    ODD_ZONE,
    TOO_EARLY,
    TOO_LATE,
    UNREADABLE,
    read_date,
)
from dedupe.model import DateOrigin, Precision, Published

NOW = datetime(2024, 8, 1, tzinfo=UTC)
DAY, MINUTE, SECOND = Precision.DAY, Precision.MINUTE, Precision.SECOND


@pytest.mark.parametrize(
    ("raw", "value", "precision", "oddity"),
    [
        ("2023-06-11", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-6-1", "2023-06-01T00:00:00", DAY, NO_TIME),
        ("20230611", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023/06/11", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-162", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-W23-7", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-06-11Z", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-06-11+02:00", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-06-11T10:15", "2023-06-11T10:15:00", MINUTE, NO_ZONE),
        ("2023-06-11 10:15:30", "2023-06-11T10:15:30", SECOND, NO_ZONE),
        ("2023-06-11T10:15:30Z", "2023-06-11T10:15:30", SECOND, None),
        ("2023-06-11t10:15z", "2023-06-11T10:15:00", MINUTE, None),
        ("2023-06-11T10:15:30.5+02:00", "2023-06-11T08:15:30.500000", SECOND, None),
        ("2023-06-11T10:15:30,25-0330", "2023-06-11T13:45:30.250000", SECOND, None),
        ("2023-06-11 10:15:30 +02", "2023-06-11T08:15:30", SECOND, None),
        ("20230611T101530Z", "2023-06-11T10:15:30", SECOND, None),
        ("20230611T1015", "2023-06-11T10:15:00", MINUTE, NO_ZONE),
        ("2023-06-11T24:00:00Z", "2023-06-12T00:00:00", SECOND, None),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", SECOND, None),
        ("2023-06-11T00:00:00", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023-06-11T00:00:00Z", "2023-06-11T00:00:00", DAY, None),
        ("2023-06-11T00:00:00+02:00", "2023-06-10T22:00:00", SECOND, None),
        ("Sun, 11 Jun 2023 10:15:30 GMT", "2023-06-11T10:15:30", SECOND, None),
        ("Sun, 11 Jun 2023 10:15:30 +0200 (CEST)", "2023-06-11T08:15:30", SECOND, None),
        ("11 Jun 2023 10:15 EDT", "2023-06-11T14:15:00", MINUTE, None),
        ("Sun Jun 11 10:15:30 +0000 2023", "2023-06-11T10:15:30", SECOND, None),
        ("June 11, 2023", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("Sept. 30, 2010", "2010-09-30T00:00:00", DAY, NO_TIME),
        ("June 11th, 2023 at 5:30 p.m.", "2023-06-11T17:30:00", MINUTE, NO_ZONE),
        ("12:05 AM, 11 June 2023", "2023-06-11T00:05:00", MINUTE, NO_ZONE),
        ("11 June 2023 10:15 BST", "2023-06-11T10:15:00", MINUTE, ODD_ZONE),
        ("10:15 Jun 11 2023", "2023-06-11T10:15:00", MINUTE, NO_ZONE),
        ("le 11 juin 2023", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("11 de junio de 2023", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("11. März 2023", "2023-03-11T00:00:00", DAY, NO_TIME),
        ("11 июня 2023 г.", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("2023年6月11日", "2023-06-11T00:00:00", DAY, NO_TIME),
        ("23/06/2023", "2023-06-23T00:00:00", DAY, NO_TIME),
        ("7/23/17", "2017-07-23T00:00:00", DAY, NO_TIME),
        ("6/6/2023", "2023-06-06T00:00:00", DAY, NO_TIME),
        (1686478530, "2023-06-11T10:15:30", SECOND, None),
        (1686478530.5, "2023-06-11T10:15:30.500000", SECOND, None),
        (1686478530000, "2023-06-11T10:15:30", SECOND, None),
        ("1686478530", "2023-06-11T10:15:30", SECOND, None),
        (20230611, "2023-06-11T00:00:00", DAY, NO_TIME),
    ],
)
def test_a_date_that_means_one_thing_is_read(raw, value, precision, oddity):
    """The value is in UTC, its precision is that of the writing, and what was missing is said."""
    found, notice = read_date(raw, now=NOW)
    assert found == Published(
        value=datetime.fromisoformat(value).replace(tzinfo=UTC),
        precision=precision,
        origin=DateOrigin.CLAIMED,
    )
    assert (notice and notice.action) == oddity


@pytest.mark.parametrize(
    "raw",
    [
        "9/6/17", "01/02/2023", "01.02.2023", "17/7/23", "2023", "2023-06", "2023-W23", "June 2023",
        "May 5", "yesterday", "2 hours ago", "2023-02-30", "2023-13-01", "2023-06-11T25:00",
        "2023-06-11T10:60", "2023-06-11T10:00+99:99", "13:00 pm, 11 June 2023", "11 12 June 2023",
        "Posted on June 11, 2023", "2023-6", "202306", "soon", "x" * 1000, "9" * 400, 0, -5, 2023,
        1e300, float("inf"), float("nan"), 10**400,
    ],
)  # fmt: skip
def test_a_date_that_could_mean_two_things_or_none_is_unreadable(raw):
    """Nothing is guessed: ambiguous, partial, relative and impossible dates are None."""
    found, notice = read_date(raw, now=NOW)
    assert found is None
    assert notice.field == "published"
    assert notice.action == UNREADABLE
    assert notice.value == str(raw)[:200]


@pytest.mark.parametrize("raw", [None, "", "  "])
def test_no_date_is_no_oddity(raw):
    """An absent date is None without a notice."""
    assert read_date(raw, now=NOW) == (None, None)


@pytest.mark.parametrize(
    "raw", ["0001-01-01", "0001-01-01T00:00:00Z", "1899-12-31", "1 January 1066"]
)
def test_a_date_before_1900_is_ignored(raw):
    """Years that stand for "unknown" are no dates of publication."""
    found, notice = read_date(raw, now=NOW)
    assert found is None
    assert notice.action == TOO_EARLY


def test_a_date_in_the_future_is_ignored():
    """Up to 24 hours ahead a clock may be wrong; beyond that the date is."""
    ahead = (NOW + timedelta(hours=24)).isoformat()
    beyond = (NOW + timedelta(hours=24, seconds=1)).isoformat()
    assert read_date(ahead, now=NOW)[0] is not None
    found, notice = read_date(beyond, now=NOW)
    assert found is None
    assert notice.action == TOO_LATE
    assert read_date(beyond)[0] is not None
