"""Small nights for tests: articles with verdicts of our own, and where they lay before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from dedupe.model import Canonical, Profile, Provenance, Relation, Sketch, Terms
from dedupe.neighbourhood import Edges, Item, Neighbourhood
from dedupe.night.records import NightPlan
from dedupe.night.review import review
from dedupe.plan import Settled, settled
from dedupe.settings import Settings
from dedupe.state import ClusterState, CopyLink, Placement, StoryState

SETTINGS = Settings()
NONE = np.empty(0, dtype=np.uint64)


@dataclass
class MatrixJudge:
    """p_same_story looked up in a matrix, by item number."""

    agreement: np.ndarray

    def story_edges(self):
        left, right = np.triu_indices(len(self.agreement), 1)
        return Edges(left=left, right=right, p=self.agreement[left, right])

    def same_story(self, left, right):
        return self.agreement[left, right]

    def copy_relation(self, ours, theirs, link):
        return Relation.NEAR_DUPLICATE

    def story_relations(self, ours, theirs):
        return [Relation.SAME_STORY] * len(ours)


def name(k: int) -> str:
    return f"a_{k:03}"


def item(k: int, placement: Placement | None) -> Item:
    profile = Profile(
        id=name(k),
        provenance=Provenance(outlet=f"Paper {k}"),
        published=float(k),
        published_precise=True,
        event_days=np.empty(0, dtype=np.int32),
        text_hash=k + 1,
        word_count=100,
        shingle_count=96,
        sketch=Sketch(threshold=2**64 - 1, hashes=NONE),
        terms=Terms(words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE),
        vector=None,
    )
    return Item(profile=profile, first_seen=float(k), placement=placement)


def copies(pairs) -> tuple[CopyLink, ...]:
    """Links of (a, b, p_same_text), a < b."""
    return tuple(
        CopyLink(a=name(a), b=name(b), overlap=0.9, a_in_b=0.95, b_in_a=0.95, p_same_text=p)
        for a, b, p in pairs
    )


def canonical(source: str | None, article: str | None = None) -> Canonical:
    return Canonical(
        article_id=article,
        source=source,
        url=None,
        in_index=article is not None,
        confidence=0.9,
        reasons=(),
    )


def night(before, links, agreement, limits=SETTINGS) -> tuple[Neighbourhood, Settled]:
    """What the night makes of articles of which ``before`` names (cluster, story); None: nowhere."""
    places = [
        pair and Placement(article_id=name(k), cluster=pair[0], story=pair[1])
        for k, pair in enumerate(before)
    ]
    known = [place for place in places if place]
    first = {place.cluster: k for k, place in reversed(list(enumerate(places))) if place}
    clusters = {
        place.cluster: ClusterState(
            id=place.cluster,
            story=place.story,
            size=1,
            canonical=canonical(f"Paper {first[place.cluster]}", name(first[place.cluster])),
        )
        for place in known
    }
    stories = {
        place.story: StoryState(
            id=place.story, size=1, independent_sources=1, first=None, last=None
        )
        for place in known
    }
    around = Neighbourhood(
        items=tuple(item(k, place) for k, place in enumerate(places)),
        links=links,
        clusters=clusters,
        stories=stories,
    )
    numbers = count(1)
    judge = MatrixJudge(np.asarray(agreement))
    return around, settled(around, judge, limits, lambda kind: f"{kind}-new-{next(numbers)}")


def after(around: Neighbourhood, done: Settled) -> Neighbourhood:
    """The articles as they are stored once the plan is applied."""
    placed = {place.article_id: place for place in done.plan.placements}
    return replace(
        around,
        items=tuple(
            replace(one, placement=placed.get(one.profile.id, one.placement))
            for one in around.items
        ),
        new_links=(),
        clusters={**around.clusters, **{one.id: one for one in done.plan.clusters}},
        stories={**around.stories, **{one.id: one for one in done.plan.stories}},
    )


def agreement(n: int, pairs) -> np.ndarray:
    """A matrix of the given (a, b, p), 0 elsewhere."""
    matrix = np.zeros((n, n))
    for a, b, p in pairs:
        matrix[a, b] = matrix[b, a] = p
    return matrix


def plan_of(around, done, *, limits=SETTINGS, titles=None, shown=200, since=None) -> NightPlan:
    """The night as it is written down; by default every article is called after its number."""
    asked = titles if titles is not None else (lambda ids: {one: f"Title of {one}" for one in ids})
    told = review(around, done, settings=limits, titles=asked, shown=shown)
    return NightPlan(
        made=495_000.25,
        position=71,
        cursor=4_711,
        versions={"encoder": "model-1", "sketch": "sketch-2"},
        since=since,
        articles=len(around.items),
        plan=done.plan,
        review=told,
    )


HARBOUR = [("c0", "s0"), ("c1", "s1"), ("c2", "s1"), ("c3", "s1"), ("c4", "s4"), ("c5", "s5")]
"""Where six articles lie: 0 and 1 are copies in two clusters, 2 and 3 two events in one story."""


def harbour() -> NightPlan:
    """A night that merges clusters c0 and c1, and moves an article or two between stories."""
    pairs = [(0, 1, 0.97), (1, 2, 0.8), (0, 2, 0.75), (2, 3, 0.02), (4, 5, 0.1)]
    around, done = night(HARBOUR, copies([(0, 1, 0.97)]), agreement(6, pairs))
    return plan_of(around, done)
