"""GET the revisions of an article, and what differs between two of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import revision_rendering
from api.http import cursors, pages, revision_examples, revision_schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

LIST = "revisions"
"""What a cursor of a list of revisions says it is of."""
MOST = 2**31
router = APIRouter(prefix="/v1", tags=["revisions"], dependencies=[Depends(needs(Scope.READ))])

From = Annotated[
    int | None,
    Query(alias="from", ge=1, le=MOST, description="Revision; by default the version before `to`."),
]
To = Annotated[
    int | None, Query(ge=1, le=MOST, description="Revision; by default the one that represents.")
]
With = Annotated[
    str | None,
    Query(
        alias="with",
        description="Another article; `to` is a revision of it, and both numbers are by default those "
        "of the revisions that represent.",
    ),
]


@router.get(
    "/articles/{article_id}/revisions",
    operation_id="listRevisions",
    summary="The revisions of an article, newest version first, and the other versions of the piece",
    response_class=Response,
    responses=answers(revision_schemas.Revisions, revision_examples.REVISIONS, problems=[404]),
)
def list_revisions(
    article_id: str, house: HouseDep, after: pages.After = None, limit: pages.Limit = pages.DEFAULT
) -> Response:
    """A page of them, without their texts."""
    last = cursors.place(LIST, after)
    page = house.service.history.revisions(
        article_id, after=None if last is None else last[1], limit=limit
    )
    following = None if page.next is None else cursors.placed(LIST, None, page.next)
    return pages.json(revision_rendering.revisions(page, following))


@router.get(
    "/articles/{article_id}/diff",
    operation_id="diffRevisions",
    summary="What came, went or changed between two revisions, or two articles",
    response_class=Response,
    responses=answers(
        revision_schemas.Difference, revision_examples.DIFFERENCE, problems=[404, 410, 451]
    ),
)
def diff_revisions(
    article_id: str,
    house: HouseDep,
    before: From = None,
    to: To = None,
    other: With = None,
) -> Response:
    """Headline, numbers, names, quotations and passages, with their places in both texts."""
    found = house.service.history.compared(article_id, before=before, after=to, other=other)
    return pages.json(revision_rendering.compared(found))
