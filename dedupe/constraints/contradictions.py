"""Orders that cannot all be obeyed, told by the chain that leads from one to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import networkx as nx

from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import Contradiction

Graph: TypeAlias = "nx.Graph[str]"
STEPS_TOLD = 3
"""Steps at each end of a chain that a message has; the error has them all."""


def twin(new: Constraint, known: Iterable[Constraint]) -> Constraint | None:
    """The order in force that says the same, whoever gave it."""
    same = (new.kind, new.level, new.articles)
    return next((one for one in known if (one.kind, one.level, one.articles) == same), None)


def check(new: Constraint, known: Collection[Constraint]) -> None:
    """The new order can be obeyed together with those in force.

    Raises:
        Contradiction: it cannot; names the orders and articles of the shortest chain.
    """
    orders = [*(one for one in known if one.id != new.id), new]
    clusters, stories = (_bonds(orders, level) for level in (Level.CLUSTER, Level.STORY))
    for one in orders:
        if one.kind is ConstraintKind.CANNOT_LINK:
            a, b = one.articles
            bonds = stories if one.level is Level.STORY else clusters
            _refuse_joined(bonds, a, b, (one,), new)
    pins = [one for one in orders if one.kind is ConstraintKind.PINNED_CANONICAL]
    for one, other in _meeting(clusters, pins):
        _refuse_joined(clusters, one.articles[0], other.articles[0], (one, other), new)


def _bonds(orders: Iterable[Constraint], level: Level) -> Graph:
    """Articles joined by orders that they belong together; to be of one cluster is to be of one story."""
    graph: Graph = nx.Graph()
    for one in orders:
        joins = one.level in {Level.CLUSTER, level}
        if one.kind is ConstraintKind.MUST_LINK and joins:
            graph.add_edge(*one.articles, order=one)
    return graph


def _meeting(graph: Graph, pins: Collection[Constraint]) -> Iterator[tuple[Constraint, Constraint]]:
    """Two pins of different articles that are to lie in one cluster."""
    part = {article: k for k, some in enumerate(nx.connected_components(graph)) for article in some}
    first: dict[int, Constraint] = {}
    for one in pins:
        if (k := part.get(one.articles[0])) is not None:
            other = first.setdefault(k, one)
            if other.articles != one.articles:
                yield other, one


def _refuse_joined(
    graph: Graph, a: str, b: str, against: tuple[Constraint, ...], new: Constraint
) -> None:
    """Raises Contradiction where a chain of bonds joins ``a`` and ``b``."""
    if not (a in graph and b in graph and nx.has_path(graph, a, b)):
        return
    articles = nx.shortest_path(graph, a, b)
    bonds = [graph.edges[x, y]["order"] for x, y in pairwise(articles)]
    raise Contradiction(
        _told(new, against, articles, bonds),
        constraints=tuple([one.id for one in (*against, *bonds) if one.id != new.id]),
        articles=tuple(articles),
    )


def _told(
    new: Constraint,
    against: Sequence[Constraint],
    articles: Sequence[str],
    bonds: Sequence[Constraint],
) -> str:
    """What was ordered, what it contradicts, and the chain, of which a long one is cut."""
    asked = f"{_named(new)} of {' and '.join(new.articles)} cannot be obeyed"
    held = [f"{one.id} ({_named(one)} of {' and '.join(one.articles)})" for one in against]
    others = [told for one, told in zip(against, held, strict=True) if one.id != new.id]
    said = f", with {' and '.join(others)} in force" if others else ""
    group = Level.CLUSTER if all(one.level is Level.CLUSTER for one in bonds) else Level.STORY
    steps = [
        f" - {'this order' if one.id == new.id else f'{one.id} ({_named(one)})'} - {article}"
        for one, article in zip(bonds, articles[1:], strict=True)
    ]
    if len(steps) > 2 * STEPS_TOLD:
        between = len(steps) - 2 * STEPS_TOLD
        steps = [*steps[:STEPS_TOLD], f" - ... {between} more ...", *steps[-STEPS_TOLD:]]
    return f"{asked}{said}: these must share a {group.value}: {articles[0]}{''.join(steps)}"


def _named(one: Constraint) -> str:
    return f"{one.kind.value}, {one.level.value}"
