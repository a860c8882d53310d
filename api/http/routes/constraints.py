"""POST, GET, list and DELETE what editors ordered about groups."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api import constraint_rendering
from api.http import constraint_examples, constraint_schemas, cursors, pages
from api.http.documentation import answers, posted
from api.http.house import HouseDep
from api.http.limits import JSON
from api.http.security import needs
from api.http.strict import known_only, without_body
from api.keys import Scope
from dedupe.constraints.records import ConstraintKind, Level
from dedupe.errors import BadInput

router = APIRouter(prefix="/v1/constraints", tags=["constraints"])

About = Annotated[str | None, Query(description="Only orders about the article of this id.")]
OfKind = Annotated[ConstraintKind | None, Query(description="Only orders of this kind.")]
AtLevel = Annotated[Level | None, Query(description="Only orders about groups of this level.")]
_TAKEN = {
    **posted(
        constraint_schemas.Constraint,
        constraint_examples.CONSTRAINT,
        status=201,
        told=[
            constraint_examples.NO_ARTICLE,
            constraint_examples.CONTRADICTION,
            constraint_examples.ONE_ARTICLE,
        ],
    ),
    200: {
        **answers(constraint_schemas.Constraint, constraint_examples.CONSTRAINT)[200],
        "description": "The same is ordered already: the order in force",
    },
}
_GONE = {
    key: told
    for key, told in answers(
        constraint_schemas.Constraint, None, told=[constraint_examples.NO_CONSTRAINT]
    ).items()
    if key != 200
}


@router.post(
    "",
    operation_id="addConstraint",
    summary="Order that articles lie together or apart, or which one is the canonical",
    status_code=201,
    response_class=Response,
    responses=_TAKEN,
    openapi_extra={"requestBody": {"content": {JSON: {"example": constraint_examples.ORDER}}}},
    dependencies=[Depends(needs(Scope.ADMIN)), Depends(known_only)],
)
async def add_constraint(
    asked: constraint_schemas.ConstraintOrder, request: Request, house: HouseDep
) -> Response:
    """Obeyed before it is answered, and by every later arrival and night."""
    articles, by = _articles(asked), _by(asked, request)
    ordered = await house.intake.ask(
        lambda: house.service.order(asked.kind, articles, by=by, level=asked.level, why=asked.why)
    )
    told = constraint_rendering.ordered(ordered)
    return pages.json(told, status=201 if ordered.new else 200)


@router.get(
    "",
    operation_id="listConstraints",
    summary="The orders in force, the first given first",
    response_class=Response,
    responses=answers(
        constraint_schemas.ConstraintPage,
        constraint_examples.CONSTRAINTS,
        told=[constraint_examples.NO_ARTICLE],
    ),
    dependencies=[Depends(needs(Scope.READ)), Depends(known_only)],
)
def list_constraints(
    house: HouseDep,
    article: About = None,
    kind: OfKind = None,
    level: AtLevel = None,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
) -> Response:
    """All of them, or those about one article, of a kind or level, and where their articles lie now."""
    start = cursors.read("constraints", after)
    found = house.service.orders(
        article=article, kind=kind, level=level, after=start, limit=limit + 1
    )
    shown = found[:limit]
    more = len(found) > limit
    following = cursors.written("constraints", shown[-1].constraint.id) if more else None
    return pages.response([constraint_rendering.ordered(each) for each in shown], following)


@router.get(
    "/{constraint_id}",
    operation_id="getConstraint",
    summary="One order in force",
    response_class=Response,
    responses=answers(
        constraint_schemas.Constraint,
        constraint_examples.CONSTRAINT,
        told=[constraint_examples.NO_CONSTRAINT],
    ),
    dependencies=[Depends(needs(Scope.READ))],
)
def get_constraint(constraint_id: str, house: HouseDep) -> Response:
    """Who ordered what, when and why, and where its articles lie now."""
    return pages.json(constraint_rendering.ordered(house.service.ordered(constraint_id)))


@router.delete(
    "/{constraint_id}",
    operation_id="removeConstraint",
    summary="An order is taken back",
    status_code=204,
    response_class=Response,
    responses=_GONE,
    dependencies=[Depends(needs(Scope.ADMIN)), Depends(known_only)],
)
async def remove_constraint(constraint_id: str, request: Request, house: HouseDep) -> Response:
    """What it held together or apart is grouped by the evidence again, at once."""
    without_body(request, "the id says which order is meant")
    await house.intake.call(lambda: house.service.revoke(constraint_id))
    return Response(status_code=204)


def _articles(asked: constraint_schemas.ConstraintOrder) -> list[str]:
    """The articles that are meant, by either name.

    Raises:
        BadInput: both names are given, or none.
    """
    if (asked.articles is None) is (asked.article is None):
        fix = "send `articles`, two ids, or `article`, one, for a pinned canonical"
        problem = "names none" if asked.articles is None else "is given beside `article`"
        raise BadInput("articles", problem, fix, value=asked.articles)
    return asked.articles if asked.articles is not None else [str(asked.article)]


def _by(asked: constraint_schemas.ConstraintOrder, request: Request) -> str:
    """Who orders it: as it says itself, else the name of the key that came with it.

    Raises:
        BadInput: nobody is named.
    """
    if asked.by is not None:
        return asked.by
    key = request.scope.get("samestory.key")
    if key is None:
        fix = "name a person or a desk: an order is kept with who gave it"
        raise BadInput("by", "is missing, and no API key names the caller", fix)
    return f"key {key}"
