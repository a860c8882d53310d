"""healthz, readyz and metrics, at the root: they speak of the process, not of the API's version."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope
from api.metrics import CONTENT_TYPE
from api.night import records as nights

router = APIRouter(tags=["operations"])

_OPTIONAL = frozenset({"encoder", "night"})
"""Without these the service still takes articles, ``degraded``."""


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="The process answers",
    response_class=Response,
    responses=answers(schemas.Health, {"status": "ok"}),
)
async def healthz() -> Response:
    """Asks nothing of anything: for liveness probes."""
    return pages.json({"status": "ok"})


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="What each dependency says",
    response_class=Response,
    responses={
        **answers(schemas.Readiness, examples.READY),
        503: {"model": schemas.Readiness, "description": "A needed dependency is not there"},
    },
)
def readyz(house: HouseDep) -> Response:
    """200 while articles are taken, also ``degraded`` (no encoder, a night ended badly); else 503."""
    checks = dict(house.service.readiness())
    checks["intake"] = "ok" if house.intake.alive else "the worker does not run; restart"
    checks["night"] = nights.check(house.service.store, house.schedule)
    status = _status(checks)
    told = {"status": status, "checks": checks}
    return pages.json(told, status=503 if status == "unavailable" else 200)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        **answers(schemas.Health, None),
        200: {
            "description": "Prometheus' text format",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
    dependencies=[Depends(needs(Scope.READ))],
)
def metrics(house: HouseDep) -> Response:
    """Requests, latencies, articles, verdicts, groups, queue and index sizes."""
    return Response(house.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _status(checks: Mapping[str, str]) -> str:
    # A check may add something to its "ok", such as work it is catching up with.
    wrong = {name for name, said in checks.items() if not said.startswith("ok")}
    if not wrong:
        return "ok"
    return "degraded" if wrong <= _OPTIONAL else "unavailable"
