"""POST articles, articles:batch and check."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from api.http import examples, schemas
from api.http.documentation import answers, body, posted
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1", tags=["articles"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="The same key with the same request is answered with the first answer.",
    ),
]
_CREATED = {
    **posted(schemas.Answer, examples.ANSWER, status=201, problems=[409]),
    200: {
        **answers(schemas.Answer, examples.ANSWER)[200],
        "description": "The article was known: unchanged or revised",
    },
}
_ITEMS = list[schemas.Answer | schemas.ItemError]


@router.post(
    "/articles",
    operation_id="postArticle",
    summary="Store one article and judge it",
    status_code=201,
    response_class=Response,
    responses=_CREATED,
    openapi_extra=body(alone=True, many=False),
    dependencies=[Depends(needs(Scope.WRITE))],
)
async def post_article(request: Request, house: HouseDep, key: IdempotencyKey = None) -> Response:
    """201 when the article is new, 200 when it was known; idempotent by its identity."""
    return await house.posting.one(request, key)


@router.post(
    "/articles:batch",
    operation_id="postArticles",
    summary="Store many articles and judge each",
    response_class=Response,
    responses=posted(_ITEMS, examples.BATCH, problems=[409]),
    openapi_extra=body(alone=False, many=True),
    dependencies=[Depends(needs(Scope.WRITE))],
)
async def post_batch(request: Request, house: HouseDep, key: IdempotencyKey = None) -> Response:
    """One result for each article, in order: its answer, or ``{"error": problem}``.

    The answer is an array or NDJSON, as Accept says, else as the request came.
    """
    return await house.posting.batch(request, key)


@router.post(
    "/check",
    operation_id="check",
    summary="Judge one article or many without storing them",
    response_class=Response,
    responses=posted(schemas.Answer | _ITEMS, examples.ANSWER),
    openapi_extra=body(alone=True, many=True),
    dependencies=[Depends(needs(Scope.READ))],
)
async def check(request: Request, house: HouseDep) -> Response:
    """What posting would answer; one article alone is answered alone."""
    return await house.posting.check(request)
