"""GET what was learned as furniture of a source; DELETE and PUT a line of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api import furniture
from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1/sources", tags=["furniture"])

Source = Annotated[
    str,
    Path(
        description="Name of an outlet as it is posted; case and spaces do not matter, and no line break."
    ),
]
LineId = Annotated[str, Path(description="`id` of a learned line.")]
_DONE = {
    key: told
    for key, told in answers(schemas.Furniture, None, problems=[404]).items()
    if key != 200
}


@router.get(
    "/{source:path}/furniture",
    operation_id="getFurniture",
    summary="The lines learned as furniture of a source, and why",
    response_class=Response,
    responses=answers(schemas.Furniture, examples.FURNITURE, problems=[404]),
    dependencies=[Depends(needs(Scope.READ))],
)
def get_furniture(source: Source, house: HouseDep) -> Response:
    """Most frequent first; no line for a source of which nothing was learned."""
    return pages.json(furniture.told(source, house.service.furniture(source)))


@router.delete(
    "/{source:path}/furniture/{line}",
    operation_id="keepLine",
    summary="A learned line is no furniture",
    status_code=204,
    response_class=Response,
    responses=_DONE,
    dependencies=[Depends(needs(Scope.ADMIN))],
)
async def keep_line(source: Source, line: LineId, house: HouseDep) -> Response:
    """It stays in the texts that come from now on, whatever is learned."""
    await house.intake.call(lambda: house.service.keep(source, line))
    return Response(status_code=204)


@router.put(
    "/{source:path}/furniture/{line}",
    operation_id="dropLine",
    summary="A line that was kept is furniture again",
    status_code=204,
    response_class=Response,
    responses=_DONE,
    dependencies=[Depends(needs(Scope.ADMIN))],
)
async def drop_line(source: Source, line: LineId, house: HouseDep) -> Response:
    """Takes back what DELETE said."""
    await house.intake.call(lambda: house.service.keep(source, line, kept=False))
    return Response(status_code=204)
