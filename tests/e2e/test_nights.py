"""Nights as the running service tells them, and as it starts them."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest

from api.bootstrap import HASHED_MODEL
from api.cli.exits import Exit
from api.config import Config
from api.http import create_app
from api.night.daily import Nightly, nightly
from api.night.time_of_day import TimeOfDay
from dedupe.night.records import NightRecord, NightState
from tests.e2e.conftest import application, served
from tests.e2e.processes import command

BEGAN = 500_000.25
"""Hours since 1970-01-01 UTC."""
CHURN = {"articles": 40.0, "articles_moved": 7.0, "clusters_merged": 2.0, "stories_split": 1.0}


def keep(store, state, *, began=BEGAN, hours=0.5, **given):
    """A night of that state is in the record of a store."""
    running = NightRecord(
        number=0, started=began, finished=None, state=NightState.RUNNING, since=None
    )
    with store.write() as writer:
        number = writer.begin_night(running)
        if state is not NightState.RUNNING:
            over = {"finished": began + hours, "since": None} | given
            writer.end_night(NightRecord(number=number, started=began, state=state, **over))


def figures(client):
    """Every sample about nights."""
    lines = client.get("/metrics").text.splitlines()
    found = (line.rsplit(" ", 1) for line in lines if line.startswith("samestory_night"))
    return {name: float(value) for name, value in found}


def started(client):
    """How many nights the service started itself, for each way that one may end."""
    return [n for name, n in figures(client).items() if "nightly_processes_total" in name]


@pytest.mark.parametrize(
    ("state", "status", "begins"),
    [
        (NightState.APPLIED, "ok", "ok (applied 2027-01-15T08:45:00Z)"),
        (NightState.UNCHANGED, "ok", "ok (unchanged"),
        (NightState.ROLLED_BACK, "ok", "ok (rolled back"),
        (NightState.FAILED, "degraded", "failed 2027-01-15T08:45:00Z: the disk is full; the day's"),
        (NightState.INTERRUPTED, "degraded", "was interrupted 2027-01-15T08:45:00Z"),
        (NightState.OVERRAN, "degraded", "overran its limit 2027-01-15T08:45:00Z"),
        (NightState.RUNNING, "degraded", "was interrupted 2027-01-15T08:15:00Z"),
    ],
)
def test_a_night_that_ended_badly_degrades_and_takes_nothing_away(shipped, state, status, begins):
    """/readyz says what became of it and answers 200; articles are taken."""
    keep(shipped.store, state, error="the disk is full")
    with served(application(shipped)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, status)
        assert ready.json()["checks"]["night"].startswith(begins)
        posted = client.post("/v1/articles", json={"id": "1", "title": "A bridge opened"})
        assert posted.status_code == 201


def test_a_night_that_runs(shipped):
    """While its lock is held it is running, and all is well."""
    keep(shipped.store, NightState.FAILED)
    keep(shipped.store, NightState.RUNNING, began=BEGAN + 24)
    with served(application(shipped)) as client, shipped.store.night_lock():
        ready = client.get("/readyz").json()
        assert (ready["status"], ready["checks"]["night"]) == (
            "ok",
            "ok (running since 2027-01-16T08:15:00Z)",
        )
        found = figures(client)
        assert found["samestory_night_running"] == 1
        assert found["samestory_night_last_started_timestamp_seconds"] == (BEGAN + 24) * 3600
        assert found["samestory_night_last_finished_timestamp_seconds"] == (BEGAN + 0.5) * 3600


def test_metrics_before_the_first_night(shipped):
    """All counts are there, at zero, so that a rise of them is seen; no time is made up."""
    with served(application(shipped)) as client:
        assert figures(client) == {
            "samestory_night_running": 0,
            "samestory_night_rollbacks_total": 0,
            **{
                f'samestory_night_runs_total{{state="{state}"}}': 0
                for state in ("applied", "unchanged", "failed", "interrupted", "overran")
            },
        }


def test_metrics_of_nights(shipped):
    """Whoever started them: counts by state, times, and what the last good one changed."""
    keep(shipped.store, NightState.ROLLED_BACK)
    keep(shipped.store, NightState.APPLIED, began=BEGAN + 24, articles=40, churn=CHURN)
    keep(shipped.store, NightState.RUNNING, began=BEGAN + 48)
    keep(shipped.store, NightState.OVERRAN, began=BEGAN + 72, hours=4)
    with served(application(shipped)) as client:
        found = figures(client)
    runs = {name: n for name, n in found.items() if "runs_total" in name and n}
    assert runs == {
        'samestory_night_runs_total{state="applied"}': 2,
        'samestory_night_runs_total{state="interrupted"}': 1,
        'samestory_night_runs_total{state="overran"}': 1,
    }
    rest = {name: n for name, n in found.items() if "runs_total" not in name}
    assert rest == {
        "samestory_night_running": 0,
        "samestory_night_rollbacks_total": 1,
        "samestory_night_last_started_timestamp_seconds": (BEGAN + 72) * 3600,
        "samestory_night_last_finished_timestamp_seconds": (BEGAN + 76) * 3600,
        "samestory_night_last_success_timestamp_seconds": (BEGAN + 24.5) * 3600,
        "samestory_night_last_duration_seconds": 4 * 3600,
        "samestory_night_last_articles": 40,
        "samestory_night_last_articles_moved": 7,
        'samestory_night_last_groups{change="merged",level="clusters"}': 2,
        'samestory_night_last_groups{change="split",level="stories"}': 1,
    }


def test_the_command_lists_nights(shipped, tmp_path):
    """The newest first, as a table or as JSON; without a store it says so."""
    keep(shipped.store, NightState.APPLIED, articles=40, churn=CHURN)
    keep(shipped.store, NightState.RUNNING, began=BEGAN + 24)
    listed = command("nights", "--data", tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["night", "2", "1"]
    (last,) = orjson.loads(command("nights", "-n", 1, "--json", "--data", tmp_path).stdout)
    assert (last["night"], last["state"], last["error"]) == (2, "interrupted", "it was killed")
    model = {"SAMESTORY_MODEL": "packaged"}
    assert command("nights", "--data", tmp_path, **model).stdout == listed.stdout
    nowhere = command("nights", "--data", tmp_path / "nowhere")
    assert nowhere.returncode == Exit.FAILED
    assert "there is no store" in nowhere.stderr


def until(condition):
    """Wait for what another process does."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def scheduled(service, given: Nightly, now):
    """The application over a service whose next night is due now."""
    return served(create_app(service, nightly=given, clock=lambda: now))


DUE = datetime(2026, 11, 20, 2, 29, 59, 950_000, tzinfo=UTC)
HALF_PAST_TWO = TimeOfDay(hour=2, minute=30, zone=ZoneInfo("UTC"))


class Steps:
    """A clock that stands before the night, and goes past it when it is told to."""

    def __init__(self):
        self.now = DUE

    def __call__(self):
        return self.now

    def go_on(self):
        self.now = DUE.replace(minute=30, second=0)


def test_a_running_service_starts_the_night(shipped, tmp_path, monkeypatch, caplog):
    """The command itself, over the service's data, while the service answers; the store tells it."""
    caplog.set_level(logging.INFO, logger="samestory.nightly")
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    config = Config.load(data=tmp_path, nightly="02:30 UTC", night_limit="1h")
    clock = Steps()
    app = create_app(shipped, nightly=nightly(config), clock=clock)
    with served(app) as client:
        assert started(client) == [0] * 6
        for name in ("1", "2"):
            client.post("/v1/articles", json={"id": name, "title": f"Bridge {name} opened"})
        clock.go_on()
        done = 'samestory_nightly_processes_total{outcome="done"}'
        until(lambda: any(started(client)))
        assert figures(client).get(done) == 1, [r.facts for r in caplog.records]
        assert client.get("/readyz").json()["checks"]["night"].startswith("ok (unchanged")
        assert client.get("/readyz").json()["status"] == "ok"


def test_the_second_of_two_services_is_refused(shipped, tmp_path, monkeypatch, caplog):
    """Another night is running on the data: exit code 3, and nothing is wrong."""
    caplog.set_level(logging.INFO, logger="samestory.nightly")
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    config = Config.load(data=tmp_path, nightly="02:30 UTC")
    clock = Steps()
    with served(create_app(shipped, nightly=nightly(config), clock=clock)) as client:
        with shipped.store.night_lock():
            clock.go_on()
            until(lambda: any(started(client)))
        refused = 'samestory_nightly_processes_total{outcome="already_running"}'
        assert figures(client).get(refused) == 1, [r.facts for r in caplog.records]
        ready = client.get("/readyz").json()
        assert (ready["status"], ready["checks"]["night"]) == ("ok", "ok (no night yet)")


def test_a_night_that_leaves_no_record_is_told(shipped):
    """It failed before it could write one: the service's own schedule knows."""
    given = Nightly(at=HALF_PAST_TWO, command=("/nowhere/python",), look=0.01)
    clock = Steps()
    with served(create_app(shipped, nightly=given, clock=clock)) as client:
        clock.go_on()
        until(lambda: client.get("/readyz").json()["status"] == "degraded")
        said = client.get("/readyz").json()["checks"]["night"]
        assert said.startswith("failed 2026-11-20T02:30:00Z: it could not be started")


def test_serve_takes_the_time(tmp_path):
    """A time that cannot be read is wrong usage; the zone has to be one."""
    refused = command("serve", "--nightly", "half past two", "--data", tmp_path)
    assert refused.returncode == Exit.USAGE
    assert "02:30" in refused.stderr
