"""GET and list stories."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import rendering
from api.http import examples, pages, schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.keys import Scope

router = APIRouter(prefix="/v1", tags=["stories"], dependencies=[Depends(needs(Scope.READ))])

MinSize = Annotated[
    int, Query(ge=1, le=1_000_000, description="Only stories of at least this size.")
]


@router.get(
    "/stories",
    operation_id="listStories",
    summary="Stories in order of their making",
    response_class=Response,
    responses=answers(schemas.StoryPage, examples.STORIES, problems=[404]),
)
def list_stories(
    house: HouseDep,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
    min_size: MinSize = 1,
) -> Response:
    """A page of stories in use."""
    with house.service.store.read() as reader:
        ids = partial(reader.story_ids, min_size=min_size)
        page = pages.page("stories", after, limit, ids)
        found = (reader.story(each) for each in page.ids)
        items = [rendering.story_line(each) for each in found if each is not None]
    return pages.response(items, page.next)


@router.get(
    "/stories/{story_id}",
    operation_id="getStory",
    summary="The pieces about one event",
    response_class=Response,
    responses=answers(schemas.Story, examples.STORY, problems=[404]),
)
def get_story(story_id: str, house: HouseDep) -> Response:
    """A retired id answers with ``merged_into`` and the living story."""
    return pages.json(rendering.story_detail(house.service.story(story_id)))
