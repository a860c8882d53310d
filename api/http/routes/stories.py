"""GET and list stories."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api import story_rendering
from api.http import cursors, pages, story_examples, story_schemas
from api.http.documentation import answers
from api.http.house import HouseDep
from api.http.security import needs
from api.http.story_query import QueryDep, cursor
from api.keys import Scope

TIMELINE = "timeline"
"""What a cursor of a time line says it is of."""
router = APIRouter(prefix="/v1", tags=["stories"], dependencies=[Depends(needs(Scope.READ))])


@router.get(
    "/stories",
    operation_id="listStories",
    summary="Stories by time, outlet, language, size and words",
    response_class=Response,
    responses=answers(story_schemas.StoryPage, story_examples.STORIES),
)
def list_stories(house: HouseDep, query: QueryDep) -> Response:
    """A page of stories in use, each with its headline."""
    lines, following = house.service.stories(query)
    return pages.response(list(map(story_rendering.story_line, lines)), cursor(following))


@router.get(
    "/stories/{story_id}",
    operation_id="getStory",
    summary="The pieces about one event",
    response_class=Response,
    responses=answers(story_schemas.Story, story_examples.STORY, problems=[404]),
)
def get_story(
    story_id: str,
    house: HouseDep,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
) -> Response:
    """A retired id answers with ``merged_into`` or ``split_into`` and the living story.

    ``after`` and ``limit`` are about the time line; all else is of the whole story.
    """
    told = house.service.story(story_id, after=cursors.place(TIMELINE, after), limit=limit)
    following = told.timeline.next and cursors.placed(TIMELINE, *told.timeline.next)
    return pages.json(story_rendering.story_detail(told, following))
