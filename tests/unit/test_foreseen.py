"""The pairs that a grouping asks about, foreseen."""

import networkx as nx
import numpy as np
import pytest

from dedupe import foreseen as module
from dedupe.foreseen import foreseen
from dedupe.neighbourhood import Edges


def edges(pairs):
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    return Edges(left=left, right=right, p=np.ones(len(left)))


def expected(pairs, n, small):
    """By definition, over sets."""
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(n))
    found = set()
    for group in nx.connected_components(graph):
        for a in group:
            other = group if len(group) <= small else {c for b in graph[a] for c in graph[b]}
            found |= {(min(a, b), max(a, b)) for b in other if b != a}
    return sorted(found)


@pytest.mark.parametrize("seed", range(5))
def test_pairs_of_small_groups_and_neighbours_of_neighbours(monkeypatch, seed):
    """Every two that hang together come once; in what is large, those with a common neighbour."""
    monkeypatch.setattr(module, "SMALL", 5)
    rng = np.random.default_rng(seed)
    some = {(int(min(a, b)), int(max(a, b))) for a, b in rng.integers(0, 60, (45, 2)) if a != b}
    found = foreseen(edges(sorted(some)), 60)
    assert [tuple(pair) for pair in found.tolist()] == expected(sorted(some), 60, 5)


def test_nothing_is_foreseen_of_nothing():
    """Without a likely pair nothing is asked about."""
    assert foreseen(edges([]), 9).shape == (0, 2)
