"""Where a group holds least: its weakest link, and the articles without which it falls apart."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from dedupe.model import Bools, Int64s
from dedupe.neighbourhood import Edges

WORK = 20_000_000
"""Edges walked while the bridges of a group are looked for, at most: some two seconds."""


def spanning(edges: Edges, *, n: int) -> Int64s:
    """Numbers of the edges that hold the items together at the highest probabilities, rising.

    They are the maximum spanning forest of the graph of ``n`` items, ties settled by the items'
    numbers. The least of them in a group is its weakest link: without those as weak, it falls apart.

    Source: Kruskal 1956, by ``scipy.sparse.csgraph``.
    """
    order = np.lexsort((edges.right, edges.left, -edges.p))
    # The place in this order stands for the probability: no two edges weigh the same.
    place = np.arange(1, len(order) + 1, dtype=np.float64)
    ends = edges.left[order], edges.right[order]
    tree = minimum_spanning_tree(coo_array((place, ends), shape=(n, n)).tocsr())
    kept: Int64s = np.sort(order[tree.data.astype(np.int64) - 1])
    return kept


def bridges(edges: Edges, *, n: int, threshold: float) -> list[tuple[int, int]] | None:
    """(item, articles it cuts off) of each item without which linked ones fall apart, most first.

    Args:
        edges: pairs among the ``n`` items of a group, each once.
        threshold: only pairs from it on are looked at where they alone hold the group together.

    None where there are too many items and edges to look at each (``WORK``). An item cuts off all
    that is linked to the largest part only through it.
    """
    firm = edges.p >= threshold
    if firm.any() and _parts(edges, firm, n)[0] == 1:
        edges = Edges(left=edges.left[firm], right=edges.right[firm], p=edges.p[firm])
    inner = _inner(edges, n)
    if len(inner) * (len(edges.p) + n) > WORK:
        return None
    every = np.ones(len(edges.p), dtype=np.bool_)
    whole = _parts(edges, every, n)[1]
    found = []
    for item in inner.tolist():
        rest = _parts(edges, (edges.left != item) & (edges.right != item), n)[1]
        around = whole == whole[item]
        around[item] = False
        sizes = np.bincount(rest[around])
        cut = int(sizes.sum() - sizes.max())
        if cut:
            found.append((item, cut))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _inner(edges: Edges, n: int) -> Int64s:
    """Items that are no leaf of a spanning forest: no leaf is a bridge."""
    # All alike, so that the forest is a star where there is one: it has the fewest inner items.
    alike = Edges(left=edges.left, right=edges.right, p=np.ones(len(edges.p)))
    kept = spanning(alike, n=n)
    degree = np.bincount(np.concatenate([edges.left[kept], edges.right[kept]]), minlength=n)
    return np.flatnonzero(degree > 1).astype(np.int64)


def _parts(edges: Edges, wanted: Bools, n: int) -> tuple[int, Int64s]:
    """How many parts the wanted edges leave, and the part of each item."""
    left, right = edges.left[wanted], edges.right[wanted]
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
    count, labels = connected_components(graph.tocsr(), directed=False)
    return int(count), labels.astype(np.int64)
