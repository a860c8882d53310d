"""How the nights stand: what a store's records say, whoever started them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.night import records as nights
from dedupe.errors import StoreError
from dedupe.night.health import as_they_are, health, hours_taken
from dedupe.night.records import NightRecord, NightState

HOUR = datetime(2026, 11, 11, 2, 30, tzinfo=UTC).timestamp() / 3600
"""When the first night began, in hours since 1970."""


def night(number, state, *, hours=0.25, error=None, **given):
    """The night of that number: one a day, at half past two."""
    started = HOUR + 24 * number
    finished = None if state is NightState.RUNNING else started + hours
    settings = {"finished": finished, "since": None} | given
    return NightRecord(number=number, started=started, state=state, error=error, **settings)


def newest_first(*states):
    return [night(n, state) for n, state in enumerate(states)][::-1]


RUNNING = NightState.RUNNING
APPLIED = NightState.APPLIED
UNCHANGED = NightState.UNCHANGED
FAILED = NightState.FAILED
INTERRUPTED = NightState.INTERRUPTED
OVERRAN = NightState.OVERRAN
ROLLED_BACK = NightState.ROLLED_BACK
RESUMES = "; the day's state is intact, it resumes at the next run"


def test_no_night_yet():
    """Nothing is running, nothing was, all counts are zero."""
    found = health([], held=False)
    assert (found.running, found.last, found.last_good, found.rolled_back) == (None, None, None, 0)
    assert set(found.ended.values()) == {0}


def test_a_record_that_runs_is_running_where_its_lock_is_held():
    """The one before it is the last that is over."""
    found = health(newest_first(APPLIED, FAILED, RUNNING), held=True)
    assert (found.running.number, found.last.number, found.last_good.number) == (2, 1, 0)


def test_a_record_that_runs_and_whose_lock_nobody_holds_was_killed():
    """It is told as interrupted, and counted so."""
    found = health(newest_first(APPLIED, RUNNING), held=False)
    assert found.running is None
    assert (found.last.number, found.last.state, found.last.finished) == (1, INTERRUPTED, None)
    assert found.ended[INTERRUPTED] == 1


def test_only_the_newest_can_run():
    """An older record that never ended was killed, even while another night runs."""
    found = health(newest_first(RUNNING, RUNNING), held=True)
    assert (found.running.number, found.last.number, found.last.state) == (1, 0, INTERRUPTED)


def test_who_holds_the_lock_without_a_record_is_no_night():
    """A dry run or a rollback at work does not make yesterday's night run again."""
    found = health(newest_first(APPLIED), held=True)
    assert (found.running, found.last.state) == (None, APPLIED)


def test_a_night_taken_back_was_applied():
    """It counts as both, and as one that ended well."""
    found = health(newest_first(APPLIED, ROLLED_BACK), held=False)
    assert (found.ended[APPLIED], found.rolled_back, found.last_good.number) == (2, 1, 1)
    assert hours_taken(found.last) is None


@given(
    st.lists(st.sampled_from([APPLIED, UNCHANGED, FAILED, INTERRUPTED, OVERRAN]), max_size=8),
    st.sampled_from(list(NightState)),
)
def test_no_count_ever_falls(states, becomes):
    """Another night adds to one count; rolling one back takes from none."""
    before = health(newest_first(*states), held=False)
    after = health(newest_first(*states, becomes), held=False)
    assert sum(after.ended.values()) == sum(before.ended.values()) + 1
    assert all(after.ended[state] >= count for state, count in before.ended.items())
    back = health(
        newest_first(*(ROLLED_BACK if state is APPLIED else state for state in states)), held=False
    )
    assert (back.ended, back.rolled_back) == (before.ended, states.count(APPLIED))


@given(st.lists(st.sampled_from(list(NightState)), max_size=6), st.booleans())
def test_what_is_over_is_left_as_it_is(states, held):
    """Only records that still run are told otherwise, and at most one of them runs."""
    records = newest_first(*states)
    told = as_they_are(records, held=held)
    assert [one for one in told if one.state is not RUNNING and one.error is None] == [
        one for one in records if one.state is not RUNNING
    ]
    assert sum(one.state is RUNNING for one in told) <= held


class Store:
    """A store of nights alone."""

    def __init__(self, records, *, held=False):
        self.records, self.held = records, held

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self):
        return self

    def nights(self, *, limit):
        return self.records[:limit]

    def night_running(self):
        return self.held


WENT_WRONG = night(0, FAILED, error="the disk is full")


@pytest.mark.parametrize(
    ("records", "held", "expected"),
    [
        ([], False, "ok (no night yet)"),
        ([night(0, APPLIED)], False, "ok (applied 2026-11-11T02:45:00Z)"),
        ([night(0, UNCHANGED)], False, "ok (unchanged 2026-11-11T02:45:00Z)"),
        ([night(0, ROLLED_BACK)], False, "ok (rolled back 2026-11-11T02:45:00Z)"),
        ([night(1, RUNNING), WENT_WRONG], True, "ok (running since 2026-11-12T02:30:00Z)"),
        (
            [WENT_WRONG],
            False,
            "failed 2026-11-11T02:45:00Z: the disk is full; the day's state is intact",
        ),
        (
            [night(0, FAILED, error="one\ntwo " + "x" * 300)],
            False,
            f"failed 2026-11-11T02:45:00Z: one two {'x' * 151}…; the day's state is intact",
        ),
        (
            [night(0, INTERRUPTED)],
            False,
            "was interrupted 2026-11-11T02:45:00Z" + RESUMES,
        ),
        (
            [night(0, RUNNING)],
            False,
            "was interrupted 2026-11-11T02:30:00Z" + RESUMES,
        ),
        (
            [night(0, OVERRAN)],
            False,
            "overran its limit 2026-11-11T02:45:00Z" + RESUMES,
        ),
    ],
)
def test_what_readiness_says(records, held, expected):
    """One line, which begins with ok unless the last night ended badly."""
    assert nights.check(Store(records, held=held), None) == expected


def test_readiness_says_what_left_no_record():
    """What the service's own schedule knows goes before the night of the day before."""

    class Scheduled:
        def complaint(self, newest):
            return f"failed after night {newest.number}"

    assert nights.check(Store([night(0, APPLIED)]), Scheduled()) == "failed after night 0"
    running = nights.check(Store([night(0, RUNNING)], held=True), Scheduled())
    assert running.startswith("ok (running")


def test_readiness_without_a_store():
    """What is not known is said, and is no failure of the night."""

    class Away(Store):
        def read(self):
            raise StoreError("the disk is away")

    assert nights.check(Away([]), None) == "unknown: the disk is away"


def test_a_night_that_ends_while_one_looks_was_not_killed():
    """The lock is looked at before and after the records are read."""

    class Ends(Store):
        def read(self):
            self.held = False
            return self

    found = nights.known(Ends([night(0, RUNNING)], held=True))
    assert found.running.number == 0


CHURN = {
    "articles_moved": 1234.0,
    "clusters_merged": 12.0,
    "stories_merged": 3.0,
    "clusters_split": 4.0,
    "stories_split": 0.0,
    "clusters_canonical_changed": 5.0,
}


def test_the_table():
    """Figures stand under each other; what is not known is a dash."""
    records = [
        night(10, RUNNING),
        night(9, FAILED, error="disk full", articles=20_000, hours=0.01),
        night(8, APPLIED, articles=100_000, churn=CHURN, hours=1.75),
        night(7, UNCHANGED, articles=99_000, churn=dict.fromkeys(CHURN, 0.0), hours=0.2),
    ]
    told = nights.table(nights.rows(records, held=True))
    assert told == TABLE


TABLE = """\
night  started                 took  state      articles  moved  merged  split  canonical  error
   10  2026-11-21 02:30:00Z       -  running           0      -     -/-    -/-          -
    9  2026-11-20 02:30:00Z   36.0s  failed       20,000      -     -/-    -/-          -  disk full
    8  2026-11-19 02:30:00Z   1h45m  applied     100,000  1,234    12/3    4/0          5
    7  2026-11-18 02:30:00Z  12m00s  unchanged    99,000      0     0/0    0/0          0"""


def test_rows_are_plain_data():
    """Times as RFC 3339, lengths in seconds, the figures of the churn as they are kept."""
    (row,) = nights.rows([night(8, APPLIED, articles=7, churn=CHURN, since=168.0)], held=False)
    assert row == {
        "night": 8,
        "started": "2026-11-19T02:30:00Z",
        "finished": "2026-11-19T02:45:00Z",
        "seconds": 900.0,
        "state": "applied",
        "since_hours": 168.0,
        "articles": 7,
        "churn": CHURN,
        "error": None,
    }


def test_no_rows():
    """A store that has seen no night says so."""
    assert nights.table(nights.rows([], held=False)) == "no night yet"
