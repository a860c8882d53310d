"""What a running service does by itself, whatever befalls it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from api.http.periodic import every_minute
from api.intake import Intake


class Nobody:
    """Nothing is posted."""

    def handle(self, requests):
        return []


async def times(intake, job, wanted):
    async with every_minute(intake, job, seconds=0.005):
        for _ in range(400):
            if job.done >= wanted:
                return
            await asyncio.sleep(0.005)
    raise AssertionError(f"the job was done {job.done} times")


class Job:
    def __init__(self, *, fails=()):
        self.done = 0
        self.fails = fails

    def __call__(self):
        self.done += 1
        if self.done in self.fails:
            raise OSError("the disk is full")
        return None if self.done % 2 else f"run {self.done}"


@pytest.fixture
def intake():
    intake = Intake(Nobody())
    intake.start()
    yield intake
    intake.close()


def test_it_is_done_at_once_and_again_and_again(intake):
    """The worker does it between the groups, from the start on."""
    asyncio.run(times(intake, Job(), 3))


def test_a_failure_is_logged_and_passed_over(intake, caplog):
    """The next turn tries again; what was done is logged, nothing done is not."""
    caplog.set_level(logging.INFO, logger="samestory.periodic")
    job = Job(fails={1})
    asyncio.run(times(intake, job, 4))
    messages = [
        record.getMessage() for record in caplog.records if record.name == "samestory.periodic"
    ]
    assert messages[:2] == ["periodic_job_failed", "periodic_job_done"]


def test_it_ends_with_its_block(intake):
    """Nothing is done any more once the service has stopped."""
    job = Job()
    asyncio.run(times(intake, job, 1))
    before = job.done
    asyncio.run(asyncio.sleep(0.03))
    assert job.done - before <= 1
