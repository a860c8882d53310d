"""GET what became of clusters and stories."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api import lineage_rendering
from api.http import cursors, lineage_examples, lineage_schemas, pages
from api.http.documentation import answers
from api.http.house import House, HouseDep
from api.http.security import needs
from api.keys import Scope
from dedupe.constraints.records import Level

LINES = "lineage"
"""What a cursor of a lineage says it is of."""
router = APIRouter(prefix="/v1", dependencies=[Depends(needs(Scope.READ))])


@router.get(
    "/clusters/{cluster_id}/lineage",
    operation_id="getClusterLineage",
    summary="What became of a cluster",
    tags=["clusters"],
    response_class=Response,
    responses=answers(lineage_schemas.Lineage, lineage_examples.CLUSTER_LINEAGE, problems=[404]),
)
def get_cluster_lineage(
    cluster_id: str, house: HouseDep, after: pages.After = None, limit: pages.Limit = pages.DEFAULT
) -> Response:
    """A page of what passed from or to a cluster in use or retired, the oldest first."""
    return _lineage(house, Level.CLUSTER, cluster_id, after, limit)


@router.get(
    "/stories/{story_id}/lineage",
    operation_id="getStoryLineage",
    summary="What became of a story",
    tags=["stories"],
    response_class=Response,
    responses=answers(lineage_schemas.Lineage, lineage_examples.STORY_LINEAGE, problems=[404]),
)
def get_story_lineage(
    story_id: str, house: HouseDep, after: pages.After = None, limit: pages.Limit = pages.DEFAULT
) -> Response:
    """A page of what passed from or to a story in use or retired, the oldest first."""
    return _lineage(house, Level.STORY, story_id, after, limit)


def _lineage(house: House, level: Level, name: str, after: str | None, limit: int) -> Response:
    last = cursors.place(LINES, after)
    found = house.service.lineage(level, name, skip=0 if last is None else last[1], limit=limit)
    following = None if found.next is None else cursors.placed(LINES, None, found.next)
    return pages.json(lineage_rendering.lineage(found, following))
