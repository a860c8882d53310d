"""GET changes: the append-only log of everything that happened."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import rendering
from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1", tags=["changes"])

Cursor = Annotated[
    int, Query(ge=0, le=2**63 - 1, description="`next` of the page before; 0 starts at the first.")
]


@router.get(
    "/changes",
    operation_id="listChanges",
    summary="Events in the order of their commits",
    response_class=Response,
    responses=answers(schemas.ChangePage, examples.CHANGES),
    dependencies=[Depends(needs(Scope.READ))],
)
def list_changes(
    house: HouseDep, after: Cursor = 0, limit: pages.Limit = pages.DEFAULT
) -> Response:
    """Events after a cursor; an empty page means none yet: come back with its ``next``."""
    with house.service.shown() as reader:
        found = reader.changes(after=after, limit=limit)
    following = found[-1].cursor if found else after
    return pages.response([rendering.change(each) for each in found], following)
