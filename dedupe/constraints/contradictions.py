"""Orders that cannot all be obeyed, told by the chain that leads from one to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

import networkx as nx

from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import Contradiction

Graph: TypeAlias = "nx.Graph[str]"


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
            graph.add_edge(*one.articles, order=one.id)
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
    wanted = [one.kind.value for one in against]
    chain = [one.id for one in against] + bonds
    raise Contradiction(
        f"{new.kind.value} of {' and '.join(new.articles)} contradicts what is in force: "
        f"{' and '.join(wanted)} of {a} and {b}, which must lie together: {' - '.join(articles)}",
        constraints=tuple(name for name in chain if name != new.id),
        articles=tuple(articles),
    )
