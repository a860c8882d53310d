"""The night as a process of a running service: when it is started, how it ends, what is told."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.cli import recluster
from api.cli.exits import Exit
from api.config import Config
from api.night.daily import NICE, Nightly, Schedule, command, nightly
from api.night.said import said
from api.night.time_of_day import TimeOfDay
from dedupe.night.records import NightRecord, NightState

UTC_0230 = TimeOfDay(hour=2, minute=30, zone=ZoneInfo("UTC"))
DUE = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
PATIENCE = 20.0


class Clock:
    """A clock that stands still unless it is set."""

    def __init__(self, now):
        self.now = now
        self.looks = 0

    def __call__(self):
        self.looks += 1
        return self.now


def python(code):
    return (sys.executable, "-c", code)


def until(condition):
    """Wait for what another thread does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


class Night:
    """A schedule over a clock of its own, and the outcomes that it told."""

    def __init__(self, code, *, now=DUE, **given):
        self.clock = Clock(now)
        self.outcomes = []
        settings = {"look": 0.01, "parting": 5.0} | given
        self.schedule = Schedule(
            Nightly(at=UTC_0230, command=python(code), **settings),
            clock=self.clock,
            ended=self.outcomes.append,
        )

    def __enter__(self):
        self.schedule.start()
        return self

    def __exit__(self, *_):
        self.schedule.close()

    def starts_one(self):
        """The time has come; until it is over."""
        done = len(self.outcomes)
        self.clock.now = self.schedule.next(self.clock.now)
        until(lambda: len(self.outcomes) > done)
        return self.outcomes[-1]


@pytest.fixture
def told(caplog):
    """What was logged: (event, facts)."""
    caplog.set_level(logging.INFO, logger="samestory.nightly")
    return lambda: [
        (record.getMessage(), getattr(record, "facts", {}))
        for record in caplog.records
        if record.name == "samestory.nightly"
    ]


@pytest.mark.parametrize(
    ("code", "outcome", "level"),
    [
        (Exit.DONE, "done", logging.INFO),
        (Exit.FAILED, "failed", logging.ERROR),
        (Exit.USAGE, "failed", logging.ERROR),
        (Exit.NIGHT_RUNNING, "already_running", logging.INFO),
        (Exit.STORE_MOVED, "failed", logging.ERROR),
        (Exit.OVERRAN, "overran", logging.WARNING),
        (Exit.INTERRUPTED, "interrupted", logging.INFO),
        (Exit.TERMINATED, "interrupted", logging.INFO),
    ],
)
def test_each_exit_code_is_told_as_what_it_means(code, outcome, level, caplog):
    """That another night is running is no error; what failed is one."""
    caplog.set_level(logging.INFO, logger="samestory.nightly")
    with Night(f"raise SystemExit({int(code)})") as night:
        assert night.starts_one() == outcome
    (ended,) = [record for record in caplog.records if record.getMessage() == "night_ended"]
    assert (ended.levelno, ended.facts["exit_code"]) == (level, code)
    assert 0 < ended.facts["seconds"] < PATIENCE


def test_one_is_started_each_day(told):
    """At the time itself and not before it; then a day later."""
    with Night("pass", now=DUE - timedelta(seconds=1)) as night:
        until(lambda: night.clock.looks > 5)
        assert night.outcomes == []
        assert night.starts_one() == "done"
        looks = night.clock.looks
        until(lambda: night.clock.looks > looks + 5)
        assert len(night.outcomes) == 1
        assert night.schedule.next(night.clock.now) == DUE + timedelta(days=1)
        night.starts_one()
    due = [facts["due"] for event, facts in told() if event == "night_scheduled"]
    assert due[:2] == [DUE, DUE + timedelta(days=1)]


def test_a_clock_put_back_does_not_bring_the_night_again():
    """The clock is set to just before the night that has been; the next one is tomorrow's."""
    with Night("pass", now=DUE - timedelta(minutes=1)) as night:
        night.starts_one()
        night.clock.now = DUE - timedelta(minutes=5)
        looks = night.clock.looks
        until(lambda: night.clock.looks > looks + 5)
        assert night.schedule.next(night.clock.now) == DUE + timedelta(days=1)
        night.clock.now = DUE
        looks = night.clock.looks
        until(lambda: night.clock.looks > looks + 5)
        assert len(night.outcomes) == 1


def test_a_clock_that_was_far_ahead_does_not_hold_up_the_nights():
    """It showed next year, was set right, and the night is today's."""
    with Night("pass", now=DUE + timedelta(days=365)) as night:
        until(lambda: night.clock.looks > 3)
        night.clock.now = DUE - timedelta(hours=1)
        looks = night.clock.looks
        until(lambda: night.clock.looks > looks + 3)
        night.clock.now = DUE + timedelta(seconds=1)
        until(lambda: night.outcomes)


def test_a_night_that_was_slept_through_is_missed(told):
    """The clock goes past the time by hours at once: nothing is started by day."""
    with Night("pass", now=DUE - timedelta(hours=1)) as night:
        until(lambda: night.clock.looks > 3)
        night.clock.now = DUE + timedelta(hours=3)
        until(lambda: any(event == "night_missed" for event, _ in told()))
        looks = night.clock.looks
        until(lambda: night.clock.looks > looks + 5)
        assert night.outcomes == []
        night.clock.now = DUE + timedelta(days=1, minutes=10)
        until(lambda: night.outcomes)


def test_what_it_says_is_logged_as_far_as_it_quotes_nothing(told):
    """Our own errors and log lines are; a traceback without its message; output is not."""
    program = (
        "import sys\n"
        "print('A headline on standard output')\n"
        "print('samestory: the disk is full', file=sys.stderr)\n"
        'print(\'{"event": "embedded", "level": "info", "articles": 7}\', file=sys.stderr)\n'
        "print('A headline on standard error', file=sys.stderr)\n"
        "raise ValueError('A headline in an error')\n"
    )
    with Night(program) as night:
        assert night.starts_one() == "failed"
    lines = [facts["said"] for event, facts in told() if event == "night_said"]
    assert {"message": "the disk is full"} in lines
    assert {"event": "embedded", "level": "info", "articles": 7} in lines
    assert {"error": "ValueError"} in lines
    assert {"where": "<string>:6 <module>"} in lines
    assert "headline" not in str(lines)


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("", {}),
        ("{ a sentence in braces }", {}),
        ('{"title": "A headline"}', {}),
        ("Traceback (most recent call last):", {}),
        ("dedupe.errors.StoreError: the store is away", {"error": "dedupe.errors.StoreError"}),
        ("KeyboardInterrupt", {"error": "KeyboardInterrupt"}),
        ("Error by the lake: two lines of a headline", {}),
        ("samestory: " + "x" * 900, {"message": "x" * 500}),
    ],
)
def test_what_may_be_told_of_a_line(line, facts):
    """Nothing that is not known to be ours."""
    assert said(line) == facts


def test_the_end_of_the_service_ends_the_night(tmp_path, told):
    """It gets SIGTERM and the time to put its work away."""
    ready, kept = tmp_path / "ready", tmp_path / "kept"
    program = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(0.3)\n"
        f"    pathlib.Path({str(kept)!r}).write_text('checkpoint')\n"
        "    sys.exit(143)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "time.sleep(60)\n"
    )
    with Night(program) as night:
        night.clock.now = night.schedule.next(night.clock.now)
        until(ready.exists)
    assert kept.read_text() == "checkpoint"
    assert night.outcomes == ["interrupted"]
    assert [facts["exit_code"] for event, facts in told() if event == "night_ended"] == [143]


DEAF = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({ready!r}).write_text(str(child.pid) + " ")
time.sleep(60)
"""


def gone(pid):
    """No process of that number does anything any more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no list of processes to look in")
def test_one_that_does_not_end_is_killed_with_all_that_it_started(tmp_path):
    """Neither it nor its helpers outlive the service."""
    ready = tmp_path / "ready"
    with Night(DEAF.format(ready=str(ready)), parting=0.2) as night:
        night.clock.now = night.schedule.next(night.clock.now)
        until(lambda: ready.exists() and ready.read_text().endswith(" "))
    assert night.outcomes == ["interrupted"]
    assert night.schedule.last.code == -9
    until(lambda: gone(int(ready.read_text())))


def test_one_that_passes_its_limit_is_ended():
    """It has its limit and a little patience to end by itself, and is told as overran."""
    with Night("import time; time.sleep(60)", limit=0.1 / 3600, patience=0.1) as night:
        assert night.starts_one() == "overran"


def test_one_that_cannot_be_started_is_told(told):
    """The service goes on, and says so."""
    night = Night("pass")
    night.schedule._nightly = Nightly(at=UTC_0230, command=("/nowhere/python",), look=0.01)
    with night:
        assert night.starts_one() == "failed"
        assert "it could not be started" in night.schedule.complaint(None)
    assert "night_not_started" in [event for event, _ in told()]


def test_it_steps_behind_everything_else(tmp_path):
    """Its niceness is ours and some; it is in a session of its own."""
    out = tmp_path / "out"
    program = (
        "import os, pathlib, time\n"
        "time.sleep(0.2)\n"
        "told = f'{os.getpriority(os.PRIO_PROCESS, 0)} {os.getsid(0) == os.getpid()}'\n"
        f"pathlib.Path({str(out)!r}).write_text(told)\n"
    )
    with Night(program) as night:
        assert night.starts_one() == "done"
    nice = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    assert out.read_text() == f"{nice} True"


def test_a_schedule_that_is_closed_leaves_no_thread():
    """Nothing is waited for once the service has stopped."""
    with Night("pass", now=DUE + timedelta(hours=1)):
        assert "nightly" in [thread.name for thread in threading.enumerate()]
    assert "nightly" not in [thread.name for thread in threading.enumerate()]


def record(at):
    return NightRecord(
        number=1,
        started=at.timestamp() / 3600,
        finished=None,
        state=NightState.FAILED,
        since=None,
    )


def test_a_failure_that_left_no_record_is_complained_of():
    """What the store tells of the same night goes before it; an older night does not."""
    with Night("raise SystemExit(2)") as night:
        assert night.schedule.complaint(None) is None
        night.starts_one()
        began = night.clock.now
        said = night.schedule.complaint(record(began - timedelta(days=1)))
        assert said == (
            f"failed {began:%Y-%m-%dT%H:%M:%SZ}: exit code 2, see the log; the day's state is intact"
        )
        assert night.schedule.complaint(record(began + timedelta(seconds=1))) is None


def test_a_night_that_was_refused_is_not_complained_of():
    """Another one was running: that one is told by the store."""
    with Night("raise SystemExit(3)") as night:
        night.starts_one()
        assert night.schedule.complaint(None) is None


def test_its_words_are_those_of_the_settings(tmp_path):
    """The service's data, how far back and how long; what is not set is not said."""
    plain = Config.load(data=tmp_path, nightly="02:30 UTC")
    assert command(plain)[1:] == (*"-m api.cli.main recluster --data".split(), str(tmp_path))
    bound = Config.load(data=tmp_path, nightly="02:30 UTC", night_since="7d", night_limit="90m")
    assert command(bound)[-4:] == ("--since", "604800s", "--limit", "5400s")
    recluster.command.make_context("recluster", list(command(bound)[4:]))  # it has these options
    found = nightly(bound)
    assert (found.at, found.command, found.limit) == (UTC_0230, command(bound), 1.5)
    assert nightly(Config.load(data=tmp_path)) is None
