"""Laws of stories: no chaining, contrast, and links that both sides see alike."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cluster import partition
from dedupe.model import StoryLink
from dedupe.neighbourhood import Neighbourhood
from dedupe.plan import settle
from dedupe.settings import Settings
from tests.property.test_settle_laws import MatrixJudge, agreement, item

SETTINGS = Settings(story_threshold=0.4, story_contrast=1.25)


def grouped(matrix, *, contrast=1.25, threshold=0.4, groups=None, voices=None):
    """Labels of all items whose agreement is known pair by pair."""
    left, right = np.triu_indices(len(matrix), 1)
    likely = matrix[left, right] >= 0.2
    return partition(
        np.arange(len(matrix)) if groups is None else groups,
        left[likely],
        right[likely],
        matrix[left, right][likely],
        threshold=threshold,
        contrast=contrast,
        voices=voices,
        score=lambda i, j: matrix[i, j],
    )


def mirrored(n, pairs, *, elsewhere=0.0):
    matrix = np.full((n, n), elsewhere)
    for (a, b), p in pairs.items():
        matrix[a, b] = matrix[b, a] = p
    np.fill_diagonal(matrix, 0.0)
    return matrix


def inside(matrix, members):
    return float(np.mean([matrix[a, b] for a in members for b in members if a < b]))


@given(
    n=st.integers(3, 24),
    link=st.floats(0.5, 0.95),
    contrast=st.sampled_from([0.0, 0.5, 1.25, 3.0]),
)
def test_a_chain_is_never_one_story(n, link, contrast):
    """However good the links of a chain, a story holds no more of it than agree on average."""
    matrix = mirrored(n, {(k, k + 1): link for k in range(n - 1)})
    labels = grouped(matrix, contrast=contrast)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        assert len(members) <= 3
        assert len(members) < 2 or inside(matrix, members) >= 0.4


def test_a_chain_of_four_with_strange_ends_is_two_stories():
    """a-b, b-c and c-d are decent, the ends do not know each other: two pairs, no chain."""
    matrix = mirrored(4, {(0, 1): 0.8, (1, 2): 0.7, (2, 3): 0.8, (0, 2): 0.25, (1, 3): 0.25})
    assert grouped(matrix).tolist() == [0, 0, 2, 2]


def test_look_alike_events_stay_apart_by_contrast():
    """Two tight groups that agree by .55 are one story to average linkage, two by contrast."""
    pairs = dict.fromkeys(((0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)), 0.9)
    matrix = mirrored(6, pairs, elsewhere=0.55)
    assert grouped(matrix, contrast=0.0).tolist() == [0] * 6
    assert grouped(matrix).tolist() == [0, 0, 0, 3, 3, 3]


def test_a_loose_story_takes_in_what_agrees_as_well():
    """The same .55 joins a group whose own members agree by little more."""
    pairs = dict.fromkeys(((0, 1), (0, 2), (1, 2)), 0.9)
    pairs |= dict.fromkeys(((3, 4), (3, 5), (4, 5)), 0.6)
    assert grouped(mirrored(6, pairs, elsewhere=0.55)).tolist() == [0] * 6


def test_one_article_is_measured_by_the_threshold_alone():
    """An article has no inside: it joins a tight story from the threshold on."""
    pairs = {(0, 1): 0.95, (0, 2): 0.95, (1, 2): 0.95}
    assert grouped(mirrored(4, pairs, elsewhere=0.42)).tolist() == [0, 0, 0, 0]
    assert grouped(mirrored(4, pairs, elsewhere=0.38)).tolist() == [0, 0, 0, 3]


@pytest.mark.parametrize(
    ("voices", "expected"),
    [([0, 0, 2, 2], [0, 0, 0, 0]), ([0, 1, 2, 3], [0, 0, 2, 2])],
    ids=["copies", "articles"],
)
def test_copies_are_one_voice(voices, expected):
    """Copies of one text agree with each other whatever they report: that is no inside."""
    matrix = mirrored(4, {(0, 1): 1.0, (2, 3): 1.0}, elsewhere=0.55)
    labels = grouped(matrix, groups=np.array([0, 0, 2, 2]), voices=np.array(voices))
    assert labels.tolist() == expected


def oracle(matrix, threshold, contrast):
    """The same agglomeration, step by step over sets, with nothing remembered."""
    groups = [frozenset([k]) for k in range(len(matrix))]

    def worth(a, b):
        mean = float(np.mean([matrix[x, y] for x in a for y in b]))
        if min(len(a), len(b)) == 1:
            return mean
        return mean - contrast * max(0.0, min(inside(matrix, a), inside(matrix, b)) - mean)

    while len(groups) > 1:
        value, _, a, b = max(
            (worth(a, b), (-min(a | b), -max(min(a), min(b))), a, b)
            for k, a in enumerate(groups)
            for b in groups[k + 1 :]
        )
        if value < threshold:
            break
        groups = [g for g in groups if g not in (a, b)] + [a | b]
    return set(groups)


@given(
    n=st.integers(2, 14),
    seed=st.integers(0, 10_000),
    contrast=st.sampled_from([0.0, 0.7, 1.25, 2.0]),
)
def test_grouping_is_what_it_says(n, seed, contrast):
    """Groups are those of the rule carried out naively, for any agreement and contrast."""
    rng = np.random.default_rng(seed)
    matrix = np.triu(0.2 + 0.8 * rng.random((n, n)), 1)
    matrix += matrix.T
    labels = grouped(matrix, contrast=contrast)
    found = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert found == oracle(matrix, 0.4, contrast)


@given(n=st.integers(2, 14), seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_numbering_of_articles_changes_no_story(n, seed, order):
    """Stories are those of the set, whatever numbers its articles have."""
    matrix = agreement(n, seed)
    turn = list(range(n))
    order.shuffle(turn)
    there = np.array(turn)
    one, other = grouped(matrix), grouped(matrix[np.ix_(there, there)])
    apart = one[there][:, None] == one[there][None, :]
    assert ((other[:, None] == other[None, :]) == apart).all()


def settled(n, seed, **settings):
    rng = np.random.default_rng(seed)
    items = [
        item(k, hours=float(rng.integers(0, 200)) if rng.random() < 0.8 else None) for k in range(n)
    ]
    names = count(1)
    plan = settle(
        Neighbourhood(items=tuple(items)),
        MatrixJudge(agreement(n, seed)),
        Settings(story_threshold=0.6, related_threshold=0.3, **settings),
        lambda kind: f"{kind}{next(names)}",
    )
    return items, plan


@given(n=st.integers(2, 12), seed=st.integers(0, 5000), limit=st.integers(0, 3))
def test_links_join_two_stories_once_and_are_bounded(n, seed, limit):
    """A link joins two different living stories, a < b, once; no story has more than the limit."""
    _, plan = settled(n, seed, related_limit=limit)
    stories = {state.id for state in plan.stories}
    ends = [(link.a, link.b) for link in plan.related]
    assert len(set(ends)) == len(ends)
    assert all(a < b and {a, b} <= stories for a, b in ends)
    names = [name for pair in ends for name in pair]
    assert all(names.count(name) <= limit for name in set(names))
    assert plan.unlinked == stories


@given(n=st.integers(2, 12), seed=st.integers(0, 5000))
def test_the_limit_leaves_the_best_links(n, seed):
    """What the limit leaves out is no better than what a full story has."""
    _, every = settled(n, seed, related_limit=99)
    _, few = settled(n, seed, related_limit=2)
    kept = {(link.a, link.b) for link in few.related}
    assert kept <= {(link.a, link.b) for link in every.related}
    for left_out in every.related:
        if (left_out.a, left_out.b) in kept:
            continue
        ends = [
            [link.probability for link in few.related if name in (link.a, link.b)]
            for name in (left_out.a, left_out.b)
        ]
        assert any(len(held) == 2 and min(held) >= left_out.probability for held in ends)


@given(n=st.integers(2, 12), seed=st.integers(0, 5000))
def test_order_of_stories_follows_their_dates(n, seed):
    """``later`` is said of no story whose middle lies before the other's, nor of one undated."""
    items, plan = settled(n, seed, related_limit=99)
    dates = {one.profile.id: one.profile.published for one in items}
    held: dict[str, list[float]] = {}
    for place in plan.placements:
        if (hours := dates[place.article_id]) is not None:
            held.setdefault(place.story, []).append(hours)
    for link in plan.related:
        if link.relation is StoryLink.BACKGROUND:
            continue
        a, b = (float(np.median(held[name])) for name in (link.a, link.b))
        assert (b > a) is (link.relation is StoryLink.LATER)
