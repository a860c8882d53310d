"""The HTTP application, put together; nothing happens before ``create_app`` is called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.http import documentation, failures
from api.http.house import House
from api.http.limits import BodyLimits
from api.http.observe import Observe
from api.http.periodic import every_minute
from api.http.posting import Limits, Posting
from api.http.routes import ROUTERS
from api.http.security import HostGate
from api.intake import Intake
from api.keys import KeyRing
from api.metrics import Metrics
from api.night import records as nights
from api.night.daily import OUTCOMES, Nightly, Schedule
from dedupe.service import Service

MIB = 1024 * 1024


def create_app(  # noqa: PLR0913 - one argument for each setting
    service: Service,
    *,
    keys: KeyRing | None = None,
    allowed_hosts: Sequence[str] = (),
    max_body_bytes: int = 2 * MIB,
    max_request_bytes: int = 32 * MIB,
    max_batch: int = 1000,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    version: str = "0",
    nightly: Nightly | None = None,
) -> FastAPI:
    """An application over an open service; whoever opened the service closes it.

    Loopback names are always allowed as Host, ``allowed_hosts`` are added. The intake's worker
    runs while the application's lifespan does, and what it has taken is committed at the end.
    ``nightly`` says when a night is started, while the lifespan lasts.
    """
    metrics = Metrics()
    intake = Intake(service, observer=metrics.group, idle=_embeds_waiting(service))
    metrics.watch(
        waiting=lambda: len(intake),
        counts=_counts(service),
        withheld=service.withheld_counts,
        nights=lambda: nights.known(service.store),
    )
    limits = Limits(max_body_bytes=max_body_bytes, max_batch=max_batch)
    posting = Posting(intake=intake, limits=limits, clock=clock)

    app = FastAPI(
        title="Samestory",
        version=version,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.keys = keys or KeyRing()
    app.state.house = House(
        service=service,
        intake=intake,
        posting=posting,
        metrics=metrics,
        schedule=_schedule(nightly, metrics, clock),
    )
    for router in ROUTERS:
        app.include_router(router)
    failures.install(app)
    documentation.install(app, keyed=bool(keys))
    # The last one added is the outermost.
    app.add_middleware(BodyLimits, max_bytes=max_request_bytes)
    app.add_middleware(HostGate, allowed=allowed_hosts)
    app.add_middleware(Observe, metrics=metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    intake = house.intake
    intake.start()
    if house.schedule is not None:
        house.schedule.start()
    try:
        async with every_minute(intake, house.service.due):
            yield
    finally:
        if house.schedule is not None:
            await run_in_threadpool(house.schedule.close)
        await run_in_threadpool(intake.close)


def _schedule(
    nightly: Nightly | None, metrics: Metrics, clock: Callable[[], datetime]
) -> Schedule | None:
    """The schedule of nights, counted; nothing runs yet."""
    if nightly is None:
        return None
    metrics.expect_nights(OUTCOMES)
    return Schedule(nightly, clock=clock, ended=metrics.night)


def _counts(service: Service) -> Callable[[], Mapping[str, int]]:
    def counts() -> Mapping[str, int]:
        with service.store.read() as reader:
            return reader.counts()

    return counts


def _embeds_waiting(service: Service) -> Callable[[], None]:
    """What an idle worker does: catch up with what was stored while the encoder was away."""

    def embed() -> None:
        service.embed_waiting()

    return embed
