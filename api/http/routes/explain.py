"""GET explain: the evidence on one pair."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import reasons, rendering
from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1", tags=["articles"])

ArticleId = Annotated[str, Query(min_length=1, description="Id of an indexed article.")]


@router.get(
    "/explain",
    operation_id="explain",
    summary="The verdict on two indexed articles, with every number behind it",
    response_class=Response,
    responses=answers(schemas.Explanation, examples.EXPLANATION, problems=[404]),
    dependencies=[Depends(needs(Scope.READ))],
)
def explain(house: HouseDep, a: ArticleId, b: ArticleId) -> Response:
    """What speaks for and against b belonging to a, from a's point of view."""
    match = house.service.explain(a, b)
    return pages.json(
        {**rendering.explanation(match), "why": reasons.why(house.service.why(match))}
    )
