"""GET, list and DELETE articles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import rendering
from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1", tags=["articles"])

ExternalId = Annotated[
    str | None, Query(description="Only articles that were posted under this identifier.")
]


@router.get(
    "/articles",
    operation_id="listArticles",
    summary="Articles in order of arrival, or those of one external id",
    response_class=Response,
    responses=answers(schemas.ArticlePage, examples.ARTICLES, problems=[404]),
    dependencies=[Depends(needs(Scope.READ))],
)
def list_articles(
    house: HouseDep,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
    external_id: ExternalId = None,
) -> Response:
    """A page of articles; an external id may belong to several, one for each source."""
    with house.service.shown() as reader:
        page = (
            pages.page("articles", after, limit, reader.article_ids)
            if external_id is None
            else pages.whole(reader.by_external_id(external_id))
        )
        found = (reader.article(each) for each in page.ids)
        items = [rendering.article_line(each) for each in found if each is not None]
    return pages.response(items, page.next)


@router.get(
    "/articles/{article_id}",
    operation_id="getArticle",
    summary="What is known of an article now",
    response_class=Response,
    responses=answers(schemas.Answer, examples.ANSWER, problems=[404]),
    dependencies=[Depends(needs(Scope.READ))],
)
def get_article(article_id: str, house: HouseDep) -> Response:
    """The answer to it, as it stands now."""
    return pages.json(rendering.answer(house.service.answer(article_id)))
