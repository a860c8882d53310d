"""Ways of grouping the same sparse graph of probabilities into stories, each with one setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dedupe.cluster import Score, partition
from dedupe.model import Bools, Doubles, Int64s
from dedupe.settings import Settings

THRESHOLDS: tuple[float, ...] = tuple(round(0.02 * k, 2) for k in range(2, 49))
"""Probabilities that are tried."""
LOW: tuple[float, ...] = tuple(threshold for threshold in THRESHOLDS if threshold <= 0.6)
"""The same for what is slower; none was ever best above."""
RESOLUTIONS: tuple[float, ...] = tuple(round(0.1 * 1.25**k, 3) for k in range(32))
"""Resolutions of modularity that are tried: .1 to 100; a larger one makes smaller groups."""
TOLERANCE = 1e-7
"""Least gain for another pass; the library's default stops early on graphs with many groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What every method is given: articles, candidate pairs with p_same_story, clusters of copies."""

    clusters: Int64s
    """Cluster of each article, shape = (n,); no method divides one."""
    left: Int64s
    right: Int64s
    p: Doubles
    """One line per unordered pair, shape = (e,)."""
    ask: Score
    """p_same_story of any pairs of articles."""

    def __len__(self) -> int:
        return len(self.clusters)

    def renumbered(self, order: Int64s) -> Graph:
        """The same, where place k holds the article that was at ``order[k]``."""
        place = np.argsort(order)
        return Graph(
            clusters=self.clusters[order],
            left=place[self.left],
            right=place[self.right],
            p=self.p,
            ask=lambda left, right: self.ask(order[left], order[right]),
        )

    def among(self, kept: Bools) -> Graph:
        """The part of it among some articles, numbered in the same order."""
        order, place = np.flatnonzero(kept), np.cumsum(kept) - 1
        inside = kept[self.left] & kept[self.right]
        return Graph(
            clusters=self.clusters[order],
            left=place[self.left[inside]],
            right=place[self.right[inside]],
            p=self.p[inside],
            ask=lambda left, right: self.ask(order[left], order[right]),
        )


Method = Callable[[Graph, float], Int64s]
"""The group of each article, shape = (n,), at a threshold or resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One method and the values of its setting that are tried."""

    name: str
    label: str
    groups: Method
    grid: Sequence[float] = THRESHOLDS
    needs: str | None = None
    """The library, where it is none that the service runs on."""


@dataclass(frozen=True)
class ByContrast:
    """Average linkage as ``dedupe.grouping`` uses it: missing pairs asked, with contrast."""

    settings: Settings
    contrast: float | None = None
    """None: as in the settings."""

    def __call__(self, graph: Graph, threshold: float) -> Int64s:
        """The stories at this threshold."""
        contrast = self.settings.story_contrast if self.contrast is None else self.contrast
        likely = graph.p >= min(self.settings.related_threshold, threshold)
        return partition(
            graph.clusters,
            graph.left[likely],
            graph.right[likely],
            graph.p[likely],
            threshold=threshold,
            contrast=contrast,
            voices=graph.clusters,
            score=graph.ask,
            sample=self.settings.group_sample,
        )


def average_link(graph: Graph, threshold: float) -> Int64s:
    """Plain average linkage on the sparse graph: pairs that are no edge agree by 0."""
    return partition(graph.clusters, graph.left, graph.right, graph.p, threshold=threshold)


def components(graph: Graph, threshold: float) -> Int64s:
    """Connected components of the pairs from a threshold on, and of the clusters of copies."""
    joined = graph.p >= threshold
    _, first, cluster = np.unique(graph.clusters, return_index=True, return_inverse=True)
    left = np.concatenate([graph.left[joined], np.arange(len(graph))])
    right = np.concatenate([graph.right[joined], first[cluster.reshape(-1)]])
    links = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(len(graph),) * 2)
    labels: Int64s = connected_components(links, directed=False)[1].astype(np.int64)
    return labels


@dataclass(frozen=True)
class Communities:
    """A community detection of scikit-network over the clusters of copies."""

    algorithm: str
    """``Leiden`` or ``Louvain``."""
    potts: bool
    """Constant Potts model: every group's mean probability is held against the setting, a missing
    pair counts 0 and a cluster counts once. Else modularity, where the setting is its resolution."""

    def __call__(self, graph: Graph, setting: float) -> Int64s:
        """The communities; shuffled nowhere, so that only the numbering of articles decides."""
        from sknetwork import clustering  # noqa: PLC0415 - of the extra `bench`

        whole = _Contracted(graph)
        weights = whole.means if self.potts else whole.sums
        if not weights.nnz:
            return whole.cluster
        n, resolution = weights.shape[0], setting
        if self.potts:
            # The library holds shares of all weight against shares of all pairs of nodes.
            resolution = setting * n * n / float(weights.sum())
        made = getattr(clustering, self.algorithm)(
            resolution=resolution,
            modularity="potts" if self.potts else "newman",
            tol_optimization=TOLERANCE,
            tol_aggregation=TOLERANCE,
            return_probs=False,
            return_aggregate=False,
        )
        labels: Int64s = np.asarray(made.fit_predict(weights), dtype=np.int64)
        return labels[whole.cluster]


class _Contracted:
    """The graph with a node per cluster of copies."""

    def __init__(self, graph: Graph) -> None:
        nodes, cluster = np.unique(graph.clusters, return_inverse=True)
        self.cluster: Int64s = cluster.reshape(-1).astype(np.int64)
        self._n = len(nodes)
        self._ends = self.cluster[graph.left], self.cluster[graph.right]
        self._p = graph.p

    @cached_property
    def sums(self) -> Any:
        """Sum of the probabilities between nodes, and inside each, symmetric."""
        return self._matrix(self._p, *self._ends)

    @cached_property
    def means(self) -> Any:
        """Mean of the probabilities between nodes; nothing inside."""
        left, right = self._ends
        across = left != right
        ends = left[across], right[across]
        total, pairs = self._matrix(self._p[across], *ends), self._matrix(None, *ends)
        total.data = total.data / pairs.data
        return total

    def _matrix(self, values: Doubles | None, left: Int64s, right: Int64s) -> Any:
        values = np.ones(len(left)) if values is None else values
        both = np.concatenate([left, right]), np.concatenate([right, left])
        shape = (self._n, self._n)
        # Probabilities of 0 stay: sums and counts have their places in common.
        return sparse.coo_matrix((np.concatenate([values, values]), both), shape=shape).tocsr()


def ways(settings: Settings) -> tuple[Way, ...]:
    """All methods, ours first."""
    return (
        Way(
            name="contrast",
            label="average link, missing pairs asked, contrast",
            groups=ByContrast(settings),
            grid=LOW,
        ),
        Way(
            name="asked",
            label="average link, missing pairs asked",
            groups=ByContrast(settings, contrast=0.0),
            grid=LOW,
        ),
        Way(name="average", label="average link, missing pairs 0", groups=average_link),
        *(
            Way(
                name=f"{algorithm.lower()}_{model}",
                label=f"{algorithm}, {told}",
                groups=Communities(algorithm, potts=potts),
                grid=THRESHOLDS if potts else RESOLUTIONS,
                needs="sknetwork",
            )
            for algorithm in ("Leiden", "Louvain")
            for model, told, potts in (
                ("modularity", "modularity", False),
                ("potts", "constant Potts", True),
            )
        ),
        Way(name="components", label="connected components", groups=components),
    )


def moved(ours: Int64s, theirs: Int64s) -> float:
    """Share of articles whose group has other members in the one grouping than in the other."""
    if not len(ours):
        return 0.0
    _, a, size_a = np.unique(ours, return_inverse=True, return_counts=True)
    _, b, size_b = np.unique(theirs, return_inverse=True, return_counts=True)
    a, b = a.reshape(-1), b.reshape(-1)
    _, both, size_both = np.unique(a * len(b) + b, return_inverse=True, return_counts=True)
    common = size_both[both.reshape(-1)]
    return float(np.mean((common != size_a[a]) | (common != size_b[b])))
