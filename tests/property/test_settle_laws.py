"""Laws of settling a neighbourhood: one by one in any order ends where all at once does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.canonical import canonical as canonical_of
from dedupe.model import Profile, Provenance, Relation, Sketch, Terms
from dedupe.neighbourhood import Edges, Item, Neighbourhood
from dedupe.plan import settle
from dedupe.settings import Settings
from dedupe.standing import canonical_input
from dedupe.state import ClusterState, CopyLink, Placement, StoryState

SETTINGS = Settings()
NONE = np.empty(0, dtype=np.uint64)


def item(k: int, *, hours: float | None = None) -> Item:
    outlet = f"Paper {k}"
    return Item(
        profile=Profile(
            id=f"a_{k:02}",
            provenance=Provenance(outlet=outlet),
            published=hours,
            published_precise=True,
            event_days=np.empty(0, dtype=np.int32),
            text_hash=k + 1,
            word_count=100,
            shingle_count=96,
            sketch=Sketch(threshold=2**64 - 1, hashes=NONE),
            terms=Terms(
                words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE
            ),
            vector=None,
        ),
        first_seen=float(k),
    )


@dataclass
class MatrixJudge:
    """Verdicts looked up in a matrix, by item number."""

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


def agreement(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = np.triu(rng.random((n, n)), 1)
    return matrix + matrix.T


def links(n: int, seed: int) -> list[CopyLink]:
    """Some pairs are copies; none holds another."""
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n) if rng.random() < 0.2]
    return [
        CopyLink(a=f"a_{a:02}", b=f"a_{b:02}", overlap=0.9, a_in_b=0.95, b_in_a=0.95, p_same_text=p)
        for (a, b), p in zip(pairs, rng.random(len(pairs)), strict=True)
    ]


def settled(items, copies, matrix, chosen):
    """The plan for some of the items, given where they lie."""
    ids = {items[k].profile.id for k in chosen}
    numbers = count(1)
    return settle(
        Neighbourhood(
            items=tuple(items[k] for k in chosen),
            links=tuple(link for link in copies if {link.a, link.b} <= ids),
        ),
        MatrixJudge(matrix[np.ix_(chosen, chosen)]),
        SETTINGS,
        lambda kind: f"{kind}{next(numbers)}",
    )


def partition(placements: dict[str, Placement], level: str) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for name, place in placements.items():
        groups.setdefault(getattr(place, level), set()).add(name)
    return {frozenset(group) for group in groups.values()}


@given(n=st.integers(1, 9), seed=st.integers(0, 5000), order=st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_one_by_one_ends_where_all_at_once_does(n, seed, order):
    """Whatever the order of arrival, clusters and stories are those of the whole set."""
    items = [item(k, hours=float(k)) for k in range(n)]
    copies, matrix = links(n, seed), agreement(n, seed + 1)
    whole = settled(items, copies, matrix, list(range(n)))
    at_once = {place.article_id: place for place in whole.placements}
    arrivals = list(range(n))
    order.shuffle(arrivals)
    placed: dict[str, Placement] = {}
    numbers = count(1)
    for step in range(1, n + 1):
        chosen = sorted(arrivals[:step])
        here = [replace(items[k], placement=placed.get(items[k].profile.id)) for k in range(n)]
        ids = {items[k].profile.id for k in chosen}
        plan = settle(
            Neighbourhood(
                items=tuple(here[k] for k in chosen),
                links=tuple(link for link in copies if {link.a, link.b} <= ids),
            ),
            MatrixJudge(matrix[np.ix_(chosen, chosen)]),
            SETTINGS,
            lambda kind: f"{kind}{next(numbers)}",
        )
        placed |= {place.article_id: place for place in plan.placements}
    assert partition(placed, "cluster") == partition(at_once, "cluster")
    assert partition(placed, "story") == partition(at_once, "story")


@given(n=st.integers(1, 9), seed=st.integers(0, 5000))
@settings(max_examples=60)
def test_settling_again_changes_nothing(n, seed):
    """A plan carried out and settled once more moves nobody and opens nothing."""
    items = [item(k, hours=float(k)) for k in range(n)]
    copies, matrix = links(n, seed), agreement(n, seed + 1)
    first = settled(items, copies, matrix, list(range(n)))
    placed = {place.article_id: place for place in first.placements}
    again = settle(
        Neighbourhood(
            items=tuple(replace(one, placement=placed[one.profile.id]) for one in items),
            links=tuple(copies),
            clusters={state.id: state for state in first.clusters},
            stories={state.id: state for state in first.stories},
        ),
        MatrixJudge(matrix),
        SETTINGS,
        lambda kind: "never",
    )
    assert (again.placements, again.clusters, again.stories) == ((), (), ())
    assert (again.retired, again.events) == ((), ())


@given(
    outlets=st.lists(st.sampled_from(["One", "Two", None]), min_size=1, max_size=9),
    seed=st.integers(0, 5000),
)
@settings(max_examples=60)
def test_a_story_has_the_origins_of_its_clusters(outlets, seed):
    """A source counts once however many clusters come from it; a cluster of nobody's counts itself."""
    n = len(outlets)
    items = [
        replace(one, profile=replace(one.profile, provenance=Provenance(outlet=outlet)))
        for one, outlet in zip([item(k) for k in range(n)], outlets, strict=True)
    ]
    plan = settled(items, links(n, seed), agreement(n, seed + 1), list(range(n)))
    for state in plan.stories:
        sources = [c.canonical.source for c in plan.clusters if c.story == state.id]
        named = {source for source in sources if source is not None}
        assert state.independent_sources == len(named) + sources.count(None)


def test_a_story_in_part_keeps_the_origins_that_are_not_seen():
    """Of a story that was gathered in part what it had is the least; a whole one is counted anew."""
    place = Placement(article_id="a_00", cluster="c", story="s")
    one = replace(item(0), placement=place)
    before = StoryState(id="s", size=40, independent_sources=7, first=None, last=None)
    state = ClusterState(id="c", story="s", size=1, canonical=canonical_of([canonical_input(one)]))

    def after(partial):
        plan = settle(
            Neighbourhood(
                items=(one,), clusters={"c": state}, stories={"s": before}, partial=partial
            ),
            MatrixJudge(np.zeros((1, 1))),
            SETTINGS,
            lambda kind: "never",
        )
        return [each.independent_sources for each in plan.stories] or [before.independent_sources]

    assert (after(frozenset({"s"})), after(frozenset())) == ([7], [1])


@given(n=st.integers(1, 9), seed=st.integers(0, 5000))
@settings(max_examples=60)
def test_links_of_retired_stories_are_worked_out_anew(n, seed):
    """No link of a story that was gathered outlives it in its heir's name."""
    rng = np.random.default_rng(seed)
    olds = [f"s{rng.integers(0, n)}" for _ in range(n)]
    items = [
        replace(item(k), placement=Placement(article_id=f"a_{k:02}", cluster=f"c{k}", story=old))
        for k, old in enumerate(olds)
    ]
    plan = settled(items, [], agreement(n, seed), list(range(n)))
    assert set(olds) <= plan.unlinked


@given(n=st.integers(1, 9), seed=st.integers(0, 5000))
@settings(max_examples=60)
def test_every_cluster_lies_in_one_story(n, seed):
    """Copies are never in two stories, and every group has a state of its true size."""
    items = [item(k, hours=float(k)) for k in range(n)]
    plan = settled(items, links(n, seed), agreement(n, seed + 1), list(range(n)))
    stories: dict[str, set[str]] = {}
    for place in plan.placements:
        stories.setdefault(place.cluster, set()).add(place.story)
    assert all(len(names) == 1 for names in stories.values())
    for states, level in ((plan.clusters, "cluster"), (plan.stories, "story")):
        held = [getattr(place, level) for place in plan.placements]
        assert {state.id: state.size for state in states} == {
            name: held.count(name) for name in set(held)
        }
