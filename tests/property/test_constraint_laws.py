"""Laws of orders and limits: obeyed in every graph, and nothing else is changed by them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.cluster import agglomerated, partition
from dedupe.constraints.contradictions import check
from dedupe.constraints.keeping import Orders, no_pairs
from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import Contradiction
from dedupe.guards import Limits, Measured
from dedupe.neighbourhood import Neighbourhood
from dedupe.plan import settle
from dedupe.settings import Settings
from tests.property.test_settle_laws import MatrixJudge, agreement, item, links

MUST, CANNOT, PIN = (
    ConstraintKind.MUST_LINK,
    ConstraintKind.CANNOT_LINK,
    ConstraintKind.PINNED_CANONICAL,
)


def constraint(k, kind, level, *articles):
    return Constraint(
        id=f"o_{k:03}", kind=kind, level=level, articles=articles, by="desk", at=float(k)
    )


def taken(n, seed, count=6):
    """Random orders about n articles, those that contradict earlier ones left out."""
    rng = np.random.default_rng(seed)
    known: list[Constraint] = []
    for k in range(count):
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        kind, level = (MUST, CANNOT)[rng.integers(2)], list(Level)[rng.integers(2)]
        new = constraint(k, kind, level, f"a_{a:02}", f"a_{b:02}")
        try:
            check(new, known)
        except Contradiction:
            continue
        known.append(new)
    return known


def placed(items, copies, matrix, orders, **more):
    names = iter(range(10_000))
    plan = settle(
        Neighbourhood(items=tuple(items), links=tuple(copies), constraints=tuple(orders), **more),
        MatrixJudge(matrix),
        Settings(),
        lambda kind: f"{kind}{next(names)}",
    )
    return {place.article_id: place for place in plan.placements}


def partitions(places):
    """Which articles share a cluster, and which a story."""
    return {
        (a, b): (places[a].cluster == places[b].cluster, places[a].story == places[b].story)
        for a, b in combinations(sorted(places), 2)
    }


def obeyed(places, orders):
    for one in orders:
        a, b = (places[name] for name in one.articles)
        together = getattr(a, one.level) == getattr(b, one.level)
        assert together is (one.kind is MUST), one
        if one.level is Level.CLUSTER and one.kind is MUST:
            assert a.story == b.story
        if one.level is Level.STORY and one.kind is CANNOT:
            assert a.cluster != b.cluster


@given(n=st.integers(2, 10), seed=st.integers(0, 20_000), same=st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_order_is_obeyed(n, seed, same):
    """Whatever the evidence says, and where texts are equal word by word as well."""
    items = [item(k, hours=float(k)) for k in range(n)]
    if same:
        rng = np.random.default_rng(seed)
        items = [
            replace(one, profile=replace(one.profile, text_hash=int(rng.integers(1, 4))))
            for one in items
        ]
    orders = taken(n, seed)
    obeyed(placed(items, links(n, seed), agreement(n, seed + 1), orders), orders)


@given(n=st.integers(2, 9), seed=st.integers(0, 20_000), order=st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_arrival_and_of_orders_does_not_matter(n, seed, order):
    """One by one, each arrival under every order about who is there, ends where all at once does."""
    items = [item(k, hours=float(k)) for k in range(n)]
    copies, matrix, orders = links(n, seed), agreement(n, seed + 1), taken(n, seed)
    at_once = placed(items, copies, matrix, orders)
    arrivals = list(range(n))
    order.shuffle(arrivals)
    known = {}
    for step in range(1, n + 1):
        chosen = sorted(arrivals[:step])
        ids = {items[k].profile.id for k in chosen}
        here = [replace(items[k], placement=known.get(items[k].profile.id)) for k in chosen]
        mine = [one for one in orders if set(one.articles) <= ids]
        order.shuffle(mine)
        found = [link for link in copies if {link.a, link.b} <= ids]
        names = iter(range(10_000))
        plan = settle(
            Neighbourhood(items=tuple(here), links=tuple(found), constraints=tuple(mine)),
            MatrixJudge(matrix[np.ix_(chosen, chosen)]),
            Settings(),
            lambda kind, step=step, names=names: f"{kind}{step}.{next(names)}",
        )
        known |= {place.article_id: place for place in plan.placements}
    assert partitions(known) == partitions(at_once)


@given(n=st.integers(2, 10), seed=st.integers(0, 20_000))
@settings(max_examples=60, deadline=None)
def test_orders_about_others_change_nothing(n, seed):
    """Where no order is about two of the items, all is as it is without any."""
    items = [item(k, hours=float(k)) for k in range(n)]
    copies, matrix = links(n, seed), agreement(n, seed + 1)
    others = [constraint(1, CANNOT, Level.STORY, "a_00", "x_1")]
    without = partitions(placed(items, copies, matrix, []))
    assert partitions(placed(items, copies, matrix, others)) == without


def brute_force(n, p, threshold, together, apart):
    """Average linkage under orders, worked out from the matrix at each step."""
    groups = [{k} for k in range(n)]
    bond = nx.Graph()
    bond.add_nodes_from(range(n))
    bond.add_edges_from(together)

    def bound(group):
        return set().union(*(nx.node_connected_component(bond, k) for k in group))

    def forbidden(a, b):
        reach = bound(a) | bound(b)
        return any(x in reach and y in reach for x, y in apart)

    while True:
        best = max(
            (
                (np.mean([p[i, j] for i in a for j in b]), -min(a), -min(b), a, b)
                for a, b in combinations(sorted(groups, key=min), 2)
                if not forbidden(a, b)
            ),
            default=None,
            key=lambda found: found[:3],
        )
        if best is None or best[0] < threshold:
            break
        *_, a, b = best
        groups = [g for g in groups if g not in (a, b)] + [a | b]
        bond.add_edge(min(a), min(b))
    for x, y in together:
        a, b = (next(g for g in groups if k in g) for k in (x, y))
        if a is not b:
            groups = [g for g in groups if g not in (a, b)] + [a | b]
    return {frozenset(group) for group in groups}


@given(n=st.integers(2, 8), seed=st.integers(0, 20_000))
@settings(max_examples=150, deadline=None)
def test_grouping_under_orders_is_average_linkage_under_orders(n, seed):
    """Against an implementation that looks at every pair of items at each step."""
    rng = np.random.default_rng(seed)
    matrix = agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    together, apart = [], []
    bonds = nx.Graph()
    bonds.add_nodes_from(range(n))
    for _ in range(4):
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        joined = nx.has_path(bonds, a, b)
        if rng.random() < 0.4 and not any(
            nx.has_path(nx.compose(bonds, nx.Graph([(a, b)])), x, y) for x, y in apart
        ):
            together.append((a, b))
            bonds.add_edge(a, b)
        elif not joined:
            apart.append((a, b))
    pairs = [np.array(some, np.int64).reshape(-1, 2) for some in (together, apart)]
    found = agglomerated(
        np.arange(n),
        left,
        right,
        matrix[left, right],
        threshold=0.45,
        orders=Orders(together=pairs[0], apart=pairs[1]),
    ).labels
    groups = {frozenset(np.flatnonzero(found == name).tolist()) for name in np.unique(found)}
    assert groups == brute_force(n, matrix, 0.45, together, apart)


def measured(n, **limits):
    return Measured(
        limits=Limits(**limits), articles=np.ones(n, np.int64), hours=24.0 * np.arange(n)
    )


@given(n=st.integers(2, 14), seed=st.integers(0, 20_000), size=st.integers(2, 6))
@settings(max_examples=80, deadline=None)
def test_no_merging_passes_a_limit(n, seed, size):
    """No group has more members, days or hops than it may; what was refused tells where."""
    matrix = agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    p = matrix[left, right]
    for guard in ("size", "span", "diameter"):
        limit = size if guard != "diameter" else 1
        found = agglomerated(
            np.arange(n), left, right, p, threshold=0.4, measured=measured(n, **{guard: limit})
        )
        for name in np.unique(found.labels):
            members = np.flatnonzero(found.labels == name)
            assert guard != "size" or len(members) <= limit
            assert guard != "span" or members.max() - members.min() <= limit
            if guard == "diameter" and len(members) > 1:
                near = nx.Graph(
                    (int(a), int(b))
                    for a in members
                    for b in members
                    if matrix[a, b] >= 0.4 and a < b
                )
                near.add_nodes_from(members.tolist())
                assert (
                    max(nx.diameter(near.subgraph(c)) for c in nx.connected_components(near))
                    <= limit
                )
        for one in found.refused:
            assert one.guard == guard
            assert one.value > one.limit == limit
            assert one.agreement >= 0.4
            assert {found.labels[k] for k in one.bridge} == {one.left, one.right}
            across = [
                matrix[a, b]
                for a in np.flatnonzero(found.labels == one.left)
                for b in np.flatnonzero(found.labels == one.right)
            ]
            assert one.p == max(across)


@given(n=st.integers(1, 14), seed=st.integers(0, 20_000))
@settings(max_examples=60, deadline=None)
def test_limits_out_of_reach_change_nothing(n, seed):
    """Nor do orders about nobody: the labels are those of the bare graph."""
    matrix = agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    bare = partition(np.arange(n), left, right, matrix[left, right], threshold=0.4)
    found = agglomerated(
        np.arange(n),
        left,
        right,
        matrix[left, right],
        threshold=0.4,
        orders=Orders(together=no_pairs()),
        measured=measured(n, size=n, span=float(n), diameter=n),
    )
    assert found.labels.tolist() == bare.tolist()
    assert found.refused == ()


def test_a_group_that_is_too_large_stays_split_at_its_weakest_bridge():
    """Two threes that agree by .5 across: six are too many, and the bridge is what is told."""
    p = np.full((6, 6), 0.5)
    p[:3, :3] = p[3:, 3:] = 0.9
    p[2, 4] = p[4, 2] = 0.6
    left, right = np.triu_indices(6, 1)
    found = agglomerated(
        np.arange(6), left, right, p[left, right], threshold=0.4, measured=measured(6, size=5)
    )
    assert found.labels.tolist() == [0, 0, 0, 3, 3, 3]
    (one,) = found.refused
    assert (one.left, one.right, one.guard, one.value, one.limit) == (0, 3, "size", 6, 5)
    assert (one.bridge, one.p) == ((2, 4), 0.6)
    assert one.agreement == pytest.approx((8 * 0.5 + 0.6) / 9)


def test_an_order_overrides_a_limit():
    """Who is to lie together does, however many they are then; nothing is refused by it."""
    left, right = np.triu_indices(4, 1)
    p = np.where((left < 2) == (right < 2), 0.9, 0.0)
    found = agglomerated(
        np.arange(4),
        left,
        right,
        p,
        threshold=0.4,
        orders=Orders(together=np.array([[1, 2]])),
        measured=measured(4, size=2),
    )
    assert found.labels.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("known", "new", "chain", "articles"),
    [
        (
            [(MUST, "story", "a", "b"), (MUST, "cluster", "b", "c")],
            (CANNOT, "story", "a", "c"),
            {1, 2},
            "abc",
        ),
        ([(CANNOT, "story", "a", "b")], (MUST, "cluster", "a", "b"), {1}, "ab"),
        ([(CANNOT, "cluster", "a", "b")], (MUST, "cluster", "a", "b"), {1}, "ab"),
        ([(CANNOT, "cluster", "a", "b")], (MUST, "story", "a", "b"), None, ""),
        ([(MUST, "story", "a", "b")], (CANNOT, "cluster", "a", "b"), None, ""),
        (
            [(PIN, "cluster", "a"), (MUST, "cluster", "a", "b")],
            (PIN, "cluster", "b"),
            {1, 2},
            "ab",
        ),
        ([(PIN, "cluster", "a"), (PIN, "cluster", "b")], (MUST, "story", "a", "b"), None, ""),
        (
            [(PIN, "cluster", "a"), (PIN, "cluster", "b")],
            (MUST, "cluster", "a", "b"),
            {1, 2},
            "ab",
        ),
    ],
)
def test_a_contradiction_is_told_by_its_chain(known, new, chain, articles):
    """The orders in force and the articles of the shortest chain; or there is none."""
    before = [
        constraint(k + 1, kind, Level(level), *names)
        for k, (kind, level, *names) in enumerate(known)
    ]
    wanted = constraint(9, new[0], Level(new[1]), *new[2:])
    if chain is None:
        check(wanted, before)
        return
    with pytest.raises(Contradiction) as refused:
        check(wanted, before)
    assert set(refused.value.constraints) == {f"o_{k:03}" for k in chain}
    assert "".join(sorted(refused.value.articles)) == articles
