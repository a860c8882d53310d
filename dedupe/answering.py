"""Answers put together: from what is stored, or from a plan that is not carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dedupe.answer import (
    Answer,
    ArticleView,
    ClusterDetail,
    ClusterView,
    MemberView,
    RelatedStory,
    Status,
    StoryView,
)
from dedupe.errors import NotFound
from dedupe.model import Match, Reading, StoryLink
from dedupe.neighbourhood import Neighbourhood
from dedupe.night.lineage import heirs
from dedupe.ports import Reader, StoredArticle
from dedupe.state import (
    ClusterState,
    Placement,
    Plan,
    RelatedLink,
    StoryState,
)

SEEN_FROM_B = {
    StoryLink.EARLIER: StoryLink.LATER,
    StoryLink.LATER: StoryLink.EARLIER,
    StoryLink.BACKGROUND: StoryLink.BACKGROUND,
}
RELATED_SHOWN = 8
"""Stories named beside one, the most probable first; links of earlier verdicts may be more."""
MEMBERS_SHOWN = 1000
"""Members listed with a cluster or story; ``size`` tells how many there are."""


def answer_from_store(reader: Reader, stored: StoredArticle, status: Status) -> Answer:
    """What the store knows of an article."""
    place = stored.placement
    cluster, story = reader.cluster(place.cluster), reader.story(place.story)
    if cluster is None or story is None:
        raise NotFound("cluster or story of article", stored.id)
    return Answer(
        article=ArticleView(
            id=stored.id,
            external_id=stored.article.external_id,
            revision=stored.revision,
            status=status,
            published=stored.published,
            version=stored.version,
            furniture=stored.furniture,
            pub_status=stored.visibility,
        ),
        cluster=_cluster_view(place, cluster),
        story=_story_view(place, story, reader.related([story.id]), embedded=stored.has_vector),
        canonical=cluster.canonical,
        credits=stored.credits,
        matches=stored.matches,
        warnings=stored.article.notices,
        degraded=not stored.has_vector,
    )


def answer_from_plan(
    reading: Reading,
    around: Neighbourhood,
    plan: Plan,
    matches: Sequence[Match],
    revision: int,
    linked: Sequence[RelatedLink],
) -> Answer:
    """What the answer would be if the plan were carried out; groups it would open have no id.

    ``linked`` are the stored links of the stories around: those that the plan does not work out
    anew stay.
    """
    place = _planned_place(reading.id, around, plan)
    clusters = {**around.clusters, **{state.id: state for state in plan.clusters}}
    stories = {**around.stories, **{state.id: state for state in plan.stories}}
    known = around.clusters.keys() | around.stories.keys()
    embedded = reading.profile.vector is not None
    cluster = _cluster_view(place, clusters[place.cluster])
    related = [*plan.related, *(k for k in linked if not {k.a, k.b} <= plan.unlinked)]
    story = _story_view(place, stories[place.story], related, embedded=embedded)
    return Answer(
        article=ArticleView(
            id=reading.id,
            external_id=reading.article.external_id,
            revision=revision,
            status=Status.CREATED if revision == 1 else Status.REVISED,
            published=reading.published,
            version=reading.version,
            furniture=reading.furniture,
        ),
        cluster=cluster if cluster.id in known else replace(cluster, id=None),
        story=story if story.id in known else replace(story, id=None),
        canonical=clusters[place.cluster].canonical,
        credits=reading.credits,
        matches=tuple(matches),
        warnings=reading.article.notices,
        degraded=not embedded,
    )


def cluster_detail(reader: Reader, cluster_id: str) -> ClusterDetail:
    """A cluster with its members, or where a retired one lives on.

    Raises:
        NotFound: there never was such a cluster, or it lives on nowhere.
    """
    found = heirs(reader, cluster_id)
    state = reader.cluster(found.first or cluster_id)
    if state is None:
        raise NotFound("cluster", cluster_id)
    return ClusterDetail(
        id=cluster_id,
        merged_into=found.merged_into,
        split_into=found.split_into,
        story=state.story,
        size=state.size,
        canonical=state.canonical,
        members=tuple(
            member_view(stored, level="cluster")
            for stored in _articles(reader, reader.cluster_members(state.id, limit=MEMBERS_SHOWN))
        ),
    )


def _cluster_view(place: Placement, state: ClusterState) -> ClusterView:
    standing = place.in_cluster
    return ClusterView(
        id=state.id,
        size=state.size,
        relation=standing.relation,
        of=standing.of,
        probability=standing.probability,
    )


def _story_view(
    place: Placement, state: StoryState, links: Iterable[RelatedLink], *, embedded: bool
) -> StoryView:
    standing = place.in_story
    return StoryView(
        id=state.id,
        size=state.size,
        relation=standing.relation if embedded else None,
        of=standing.of if embedded else None,
        independent_sources=state.independent_sources,
        probability=standing.probability if embedded else None,
        related=seen_from(state.id, links),
    )


def seen_from(story_id: str, links: Iterable[RelatedLink]) -> tuple[RelatedStory, ...]:
    """The stories at the other ends of a story's links, the most probable first."""
    seen = [
        RelatedStory(story=link.b, relation=link.relation)
        if link.a == story_id
        else RelatedStory(story=link.a, relation=SEEN_FROM_B[link.relation])
        for link in sorted(links, key=lambda link: -link.probability)
        if story_id in (link.a, link.b)
    ]
    return tuple(seen[:RELATED_SHOWN])


def _planned_place(article_id: str, around: Neighbourhood, plan: Plan) -> Placement:
    for place in plan.placements:
        if place.article_id == article_id:
            return place
    return next(
        item.placement
        for item in around.items
        if item.profile.id == article_id and item.placement is not None
    )


def _articles(reader: Reader, ids: Sequence[str]) -> Iterable[StoredArticle]:
    found = (reader.article(name) for name in ids)
    return (stored for stored in found if stored is not None)


def member_view(stored: StoredArticle, *, level: str) -> MemberView:
    """One article of a cluster or story and how it stands there."""
    place = stored.placement
    standing = place.in_cluster if level == "cluster" else place.in_story
    return MemberView(
        id=stored.id,
        external_id=stored.article.external_id,
        source=stored.article.source,
        title=stored.article.title,
        url=stored.article.url,
        published=stored.published,
        pub_status=stored.visibility.status,
        relation=standing.relation,
        of=standing.of,
        probability=standing.probability,
    )
