"""What the routes work with, made once per application and handed to each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.http.posting import Posting
from api.intake import Intake
from api.metrics import Metrics
from api.night.daily import Schedule
from dedupe.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The service and the ways to it."""

    service: Service
    intake: Intake
    posting: Posting
    metrics: Metrics
    schedule: Schedule | None = None
    """Of the nights that this service starts."""


async def _house(request: Request) -> House:
    return cast("House", request.app.state.house)


HouseDep = Annotated[House, Depends(_house)]
