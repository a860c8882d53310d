"""What a running service does every minute, in the worker's turn: embargoes end, texts are removed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from api.intake import Intake
from api.logs import log

EVERY_SECONDS = 60.0

_logger = logging.getLogger("samestory.periodic")


@contextlib.asynccontextmanager
async def every_minute(
    intake: Intake, job: Callable[[], object], *, seconds: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """The job is done now and every minute while the block lasts; a failure is logged and passed over."""
    task = asyncio.create_task(_forever(intake, job, seconds))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _forever(intake: Intake, job: Callable[[], object], seconds: float) -> None:
    while True:
        try:
            done = await intake.ask(job)
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the next minute tries again
            log(_logger, "periodic_job_failed", level=logging.WARNING, error=error)
        else:
            if done:
                log(_logger, "periodic_job_done", done=str(done))
        await asyncio.sleep(seconds)
