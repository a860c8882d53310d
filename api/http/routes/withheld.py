"""DELETE with kill, hold, release, and who carries a killed text."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from api import rendering, withheld_rendering
from api.http import examples, pages, schemas, withheld_examples, withheld_schemas
from api.http.documentation import answers, posted
from api.http.house import HouseDep
from api.http.limits import JSON
from api.http.security import needs
from api.http.strict import known_only, without_body
from api.keys import Scope
from dedupe.errors import BadInput
from dedupe.withheld.releasing import What

router = APIRouter(
    prefix="/v1",
    tags=["articles"],
    dependencies=[Depends(needs(Scope.ADMIN)), Depends(known_only)],
)

Reason = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="Told with the article's `pub_status` and in its event, to every reader: quote nothing.",
    ),
]
Kill = Annotated[
    bool,
    Query(
        description="Kill: nothing of the text is shown from now on, whoever carries it is flagged, and "
        "the text is removed after `SAMESTORY_PURGE_KILLED_AFTER`."
    ),
]
Taken = Annotated[
    What | None,
    Query(description="What is taken back; by default the gravest of kill, flag and hold alone."),
]
Asked = Annotated[withheld_schemas.Order | None, Body(description="May be left out.")]
AskedRelease = Annotated[withheld_schemas.ReleaseOrder | None, Body(description="May be left out.")]
Embargo = Annotated[bool, Query(description="End an embargo before its hour too.")]
_DELETED = {
    **answers(withheld_schemas.Killed, withheld_examples.KILLED, problems=[404]),
    200: {
        **answers(withheld_schemas.Killed, withheld_examples.KILLED)[200],
        "description": "Killed: who carries the text",
    },
    204: {"description": "Forgotten"},
}


def _shown(example: dict[str, Any]) -> dict[str, Any]:
    """The example of a request's body."""
    return {"requestBody": {"content": {JSON: {"example": example}}}}


@router.delete(
    "/articles/{article_id}",
    operation_id="deleteArticle",
    summary="Forget an article, or kill it",
    status_code=204,
    response_class=Response,
    responses=_DELETED,
)
async def delete_article(
    article_id: str,
    request: Request,
    house: HouseDep,
    *,
    kill: Kill = False,
    reason: Reason = None,
) -> Response:
    """Gone from store, sketches and vectors; those it leaves are grouped anew."""
    without_body(
        request, "send what you mean as parameters: ?kill=true&reason=…, or none to forget"
    )
    if reason is not None and not kill:
        fix = "add kill=true to kill the article, or leave reason out to forget it"
        raise BadInput("reason", "a plain deletion has none", fix, value=reason)
    if not kill:
        await house.intake.call(lambda: house.service.delete(article_id))
        return Response(status_code=204)
    killed = await house.intake.ask(lambda: house.service.kill(article_id, reason=reason))
    return pages.json(withheld_rendering.killed(killed))


@router.post(
    "/articles/{article_id}/hold",
    operation_id="holdArticle",
    summary="Show nothing of an article until it is released",
    response_class=Response,
    responses=posted(schemas.Answer, withheld_examples.HELD, problems=[404]),
    openapi_extra=_shown(withheld_examples.ORDER),
)
async def hold_article(
    article_id: str, house: HouseDep, asked: Asked = None, reason: Reason = None
) -> Response:
    """It stays where it lies, and later copies find it; the answer to it as it stands then."""
    why = asked.reason if asked and asked.reason else reason
    answer = await house.intake.ask(lambda: house.service.hold(article_id, reason=why))
    return pages.json(rendering.answer(answer))


@router.post(
    "/articles/{article_id}/release",
    operation_id="releaseArticle",
    summary="Take back a kill, a hold or the flag of a killed text",
    response_class=Response,
    responses=posted(schemas.Answer, examples.ANSWER, problems=[404]),
    openapi_extra=_shown({**withheld_examples.ORDER, "what": "hold", "embargo": False}),
)
async def release_article(
    article_id: str,
    house: HouseDep,
    asked: AskedRelease = None,
    *,
    what: Taken = None,
    reason: Reason = None,
    embargo: Embargo = False,
) -> Response:
    """With a kill the flags that follow from it are taken back; what is still in force is told."""
    why = asked.reason if asked and asked.reason else reason
    early = embargo or (asked is not None and asked.embargo)
    which = asked.what if asked and asked.what else what
    answer = await house.intake.ask(
        lambda: house.service.release(article_id, reason=why, what=which, embargo=early)
    )
    return pages.json(rendering.answer(answer))


@router.get(
    "/articles/{article_id}/carriers",
    operation_id="listCarriers",
    summary="Who carries the text of a killed article",
    response_class=Response,
    responses=answers(withheld_schemas.Killed, withheld_examples.KILLED, problems=[404]),
)
def list_carriers(article_id: str, house: HouseDep) -> Response:
    """Every article that was judged for the kill, with its address and how much it holds."""
    return pages.json(withheld_rendering.killed(house.service.carriers(article_id)))
