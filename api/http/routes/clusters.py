"""GET and list clusters."""

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

router = APIRouter(prefix="/v1", tags=["clusters"], dependencies=[Depends(needs(Scope.READ))])

MinSize = Annotated[
    int, Query(ge=1, le=1_000_000, description="Only clusters of at least this size.")
]


@router.get(
    "/clusters",
    operation_id="listClusters",
    summary="Clusters in order of their making",
    response_class=Response,
    responses=answers(schemas.ClusterPage, examples.CLUSTERS, problems=[404]),
)
def list_clusters(
    house: HouseDep,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
    min_size: MinSize = 1,
) -> Response:
    """A page of clusters in use."""
    with house.service.shown() as reader:
        ids = partial(reader.cluster_ids, min_size=min_size)
        page = pages.page("clusters", after, limit, ids)
        found = (reader.cluster(each) for each in page.ids)
        items = [rendering.cluster_line(each) for each in found if each is not None]
    return pages.response(items, page.next)


@router.get(
    "/clusters/{cluster_id}",
    operation_id="getCluster",
    summary="The copies of one text",
    response_class=Response,
    responses=answers(schemas.Cluster, examples.CLUSTER, problems=[404]),
)
def get_cluster(cluster_id: str, house: HouseDep) -> Response:
    """A retired id answers with ``merged_into`` or ``split_into`` and the living cluster."""
    return pages.json(rendering.cluster_detail(house.service.cluster(cluster_id)))
