"""The pairs that a grouping is going to ask about, as far as the likely ones tell before it runs.

Worked out together they cost a microsecond each, asked for merge by merge a thousand.
"""

from __future__ import annotations

import numpy as np

from dedupe.joining import each_once, within
from dedupe.model import Int64s
from dedupe.neighbourhood import Edges

SMALL = 64
"""Items that hang together of which every pair is foreseen; of more those with a common neighbour."""


def foreseen(likely: Edges, n: int) -> Int64s:
    """Pairs of n items that share a group of likely ones, or a neighbour; shape = (k, 2), sorted.

    Two groups merge only where a likely pair joins them, so nothing else is ever asked about but
    pairs further apart in what hangs together and is large.
    """
    if not len(likely.p):
        return np.empty((0, 2), dtype=np.int64)
    from scipy.sparse import coo_array  # noqa: PLC0415  80 ms that few articles do not need
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    ends = np.concatenate([likely.left, likely.right]), np.concatenate([likely.right, likely.left])
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int32), ends), shape=(n, n)).tocsr()
    labels = connected_components(graph, directed=False)[1].astype(np.int64)
    sizes = np.bincount(labels)[labels]
    large = graph[np.flatnonzero(sizes > SMALL)]
    common = (large @ graph).tocoo()
    rows = np.flatnonzero(sizes > SMALL)[common.row]
    pairs = np.concatenate(
        [
            _each_two(labels, np.flatnonzero((sizes > 1) & (sizes <= SMALL))),
            np.stack([rows, common.col.astype(np.int64)], axis=1),
        ]
    )
    return each_once(pairs[pairs[:, 0] != pairs[:, 1]])


def _each_two(labels: Int64s, items: Int64s) -> Int64s:
    """Every two of the items that carry the same label, shape = (n, 2)."""
    items = items[np.argsort(labels[items], kind="stable")]
    own = labels[items]
    place = within(own, np.ones(len(own), dtype=np.int64))
    first = np.arange(len(own)) - place
    # Each with all before it.
    left = np.repeat(np.arange(len(own)), place)
    right = np.repeat(first, place) + within(left, np.ones(len(left), dtype=np.int64))
    return np.stack([items[right], items[left]], axis=1)
