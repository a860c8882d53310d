"""Laws of a night's review: its changes tell before from after, all of it and nothing else."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.neighbourhood import Edges
from dedupe.night import document
from dedupe.night.bridges import bridges, spanning
from dedupe.night.records import ChangeKind
from dedupe.night.regrouping import Regrouped
from dedupe.plan import settled
from tests.night_plans import SETTINGS, MatrixJudge, after, copies, night, plan_of

PLURAL = {"cluster": "clusters", "story": "stories"}


@st.composite
def nights(draw):
    """A night over up to twelve articles that lay anywhere."""
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    stories = rng.integers(0, max(n // 2, 1), n)
    before = [(f"c{stories[k]}-{rng.integers(0, 2)}", f"s{stories[k]}") for k in range(n)]
    pairs = [(a, b, p) for a in range(n) for b in range(a + 1, n) if (p := rng.random()) > 0.6]
    matrix = np.triu(rng.random((n, n)) * draw(st.sampled_from([0.15, 0.4, 1.0])), 1)
    return (*night(before, copies(pairs), matrix + matrix.T), matrix + matrix.T)


def members(placements, level):
    groups = defaultdict(set)
    for place in placements:
        groups[attrgetter(level)(place)].add(place.article_id)
    return groups


@given(nights())
@settings(max_examples=120)
def test_changes_name_exactly_the_groups_whose_members_change(found):
    """A group is told before or after if and only if its identifier holds other articles then."""
    around, done, _ = found
    told = plan_of(around, done).review
    placed = {place.article_id: place for place in done.plan.placements}
    was = [item.placement for item in around.items]
    now = [placed.get(place.article_id, place) for place in was]
    for level in ("cluster", "story"):
        old, new = members(was, level), members(now, level)
        touched = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
        regrouped = [
            one for one in told.changes if one.level == level and one.kind != ChangeKind.CANONICAL
        ]
        before = [line for one in regrouped for line in one.before]
        after = [line for one in regrouped for line in one.after]
        assert sorted(line.id for line in before) == sorted(touched & old.keys())
        assert sorted(line.id for line in after) == sorted(touched & new.keys())
        assert all(line.size == len(old[line.id]) for line in before)
        assert all(line.size == len(new[line.id]) for line in after)
        moved = [a for a, b in zip(was, now, strict=True) if getattr(a, level) != getattr(b, level)]
        assert sum(one.moved for one in regrouped) == len(moved)


@given(nights())
def test_figures_of_churn_add_up(found):
    """Identifiers kept, retired and born, sizes and kinds of changes all come to the same sums."""
    around, done, _ = found
    told = plan_of(around, done).review
    figures = told.churn.figures
    for level, plural in PLURAL.items():
        of = {key: figures[f"{plural}_{key}"] for key in ("before", "after", "kept")}
        assert of["before"] == of["kept"] + figures[f"{plural}_retired"]
        assert of["after"] == of["kept"] + figures[f"{plural}_born"]
        sizes = told.sizes[level]
        assert sum(size * n for size, n, _ in sizes) == len(around.items)
        assert sum(size * n for size, _, n in sizes) == len(around.items)
        assert sum(n for _, n, _ in sizes) == of["before"]
        assert sum(n for _, _, n in sizes) == of["after"]
        kinds = [one.kind for one in told.changes if one.level == level]
        assert kinds.count(ChangeKind.MERGE) == figures[f"{plural}_merged"]
        assert kinds.count(ChangeKind.SPLIT) == figures[f"{plural}_split"]
        assert kinds.count(ChangeKind.MOVE) == figures[f"{plural}_moved"]
    copied, events = done.copies.edges, done.events.edges
    for level, edges in (("cluster", copied), ("story", events)):
        pairs = sum(inside + across for _, inside, across in told.scores[level])
        assert pairs == len(edges.p)


@given(nights())
def test_moves_of_the_changes_lead_from_before_to_after(found):
    """Articles of no change stay; those of a change go where it says, and each change is closed."""
    around, done, _ = found
    placed = {place.article_id: place for place in done.plan.placements}
    was = [item.placement.story for item in around.items]
    now = [placed.get(i.profile.id, i.placement).story for i in around.items]
    told = Regrouped.of(was, now)
    went = list(was)
    for part in told.members():
        for k in part.tolist():
            went[k] = told.names[told.after[k]]
    assert went == now
    for part in told.members():
        rest = np.setdiff1d(np.arange(len(was)), part)
        ours = {was[k] for k in part} | {now[k] for k in part}
        assert not ours & ({was[k] for k in rest} | {now[k] for k in rest})


@given(nights())
def test_a_plan_is_read_back_as_it_was_written(found):
    """Dumped and loaded, a plan is equal to what it was, every float to its last bit."""
    around, done, _ = found
    plan = plan_of(around, done)
    assert document.load(document.dump(plan)) == plan


@given(nights())
def test_a_second_night_has_nothing_to_review(found):
    """What a night settled has no changes when it is settled again."""
    around, done, matrix = found
    stored = after(around, done)
    again = settled(stored, MatrixJudge(matrix), SETTINGS, lambda kind: f"{kind} of a second night")
    told = plan_of(stored, again).review
    assert told.changes == ()
    figures = told.churn.figures
    assert {name for name, n in figures.items() if n} == {
        "articles",
        *(f"{plural}_{key}" for plural in PLURAL.values() for key in ("before", "after", "kept")),
    }


@st.composite
def graphs(draw):
    """Up to nine items and pairs among them, at few different probabilities."""
    n = draw(st.integers(2, 9))
    every = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    p = draw(
        st.lists(st.sampled_from([0.1, 0.3, 0.5, 0.9]), min_size=len(chosen), max_size=len(chosen))
    )
    left, right = np.array(chosen, dtype=np.int64).T
    return n, Edges(left=left, right=right, p=np.array(p))


def parts(n, edges, without=None):
    """Sets of linked items, by walking."""
    near = defaultdict(set)
    for a, b in edges:
        if without not in {a, b}:
            near[a].add(b)
            near[b].add(a)
    left, found = set(range(n)) - {without}, []
    while left:
        part, todo = set(), [left.pop()]
        while todo:
            one = todo.pop()
            part.add(one)
            todo += near[one] - part
        left -= part
        found.append(part)
    return found


@given(graphs(), st.sampled_from([0.0, 0.4, 0.6]))
@settings(max_examples=200)
def test_bridges_are_the_items_without_which_others_are_cut_off(graph, threshold):
    """Each item is taken away in turn: the bridges are those after which linked items are not."""
    n, edges = graph
    every = list(zip(edges.left.tolist(), edges.right.tolist(), edges.p.tolist(), strict=True))
    firm = [(a, b) for a, b, p in every if p >= threshold]
    pairs = firm if len(parts(n, firm)) == 1 else [(a, b) for a, b, _ in every]
    expected = []
    for k in range(n):
        (whole,) = (part for part in parts(n, pairs) if k in part)
        rest = [len(part) for part in parts(n, pairs, without=k) if part <= whole]
        if len(rest) > 1:
            expected.append((k, sum(rest) - max(rest)))
    found = bridges(edges, n=n, threshold=threshold)
    assert sorted(found) == expected
    assert [cut for _, cut in found] == sorted((cut for _, cut in found), reverse=True)


@given(graphs())
@settings(max_examples=200)
def test_the_weakest_link_is_the_least_probability_that_holds_a_group_together(graph):
    """Without the spanning edge of least probability, and all as weak, linked items fall apart."""
    n, edges = graph
    every = list(zip(edges.left.tolist(), edges.right.tolist(), edges.p.tolist(), strict=True))
    whole = parts(n, [(a, b) for a, b, _ in every])
    kept = [every[k] for k in spanning(edges, n=n).tolist()]
    assert sorted(map(sorted, parts(n, [(a, b) for a, b, _ in kept]))) == sorted(map(sorted, whole))
    assert len(kept) == n - len(whole)
    weakest = min(p for _, _, p in kept)
    as_strong = [(a, b) for a, b, p in every if p >= weakest]
    stronger = [(a, b) for a, b, p in every if p > weakest]
    assert len(parts(n, as_strong)) == len(whole) < len(parts(n, stronger))
