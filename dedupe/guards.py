"""Limits of a group: how many articles, how many days, how many hops from end to end.

A merge that would pass a limit is refused inside the agglomeration. Groups that agree best merge
first, so what is refused is the merge of least agreement: the group stays split at its weakest
bridge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.model import Doubles, Int64s

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Score = Callable[[Int64s, Int64s], Doubles]

ASKED = 256
"""Points of the largest group of which every pair is asked for, before it is called too wide."""
SWEPT = 1024
"""Points from which the width of a group is found by two sweeps, which may miss a hop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Most that a group may measure; 0 is no limit."""

    size: int = 0
    """Articles."""
    span: float = 0.0
    """Days between the first and the last publication."""
    diameter: int = 0
    """Hops between two members, over pairs at or above the level's threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What limits are told of each item, shape = (n,) each."""

    limits: Limits
    articles: Int64s | Doubles
    """Articles that an item stands for."""
    hours: Doubles | None = None
    """Publication, hours since 1970-01-01 UTC, NaN where it is unknown."""


class Tripped(NamedTuple):
    """The limit that a merge would pass."""

    guard: str
    """``size``, ``span`` or ``diameter``."""
    value: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A merge that a limit forbade, told of the two groups as they are in the end."""

    left: int
    """Label of one group, the smaller one."""
    right: int
    guard: str
    """``size``, ``span`` or ``diameter``."""
    value: float
    """What one group would have measured: articles, days or hops."""
    limit: float
    agreement: float
    bridge: tuple[int, int]
    """The pair of items across both that agrees most."""
    p: float
    """Its probability."""

    def renamed(self, number: Int64s) -> Refused:
        """The same, told by what each item stands for."""
        a, b = (int(number[item]) for item in self.bridge)
        left, right = sorted((int(number[self.left]), int(number[self.right])))
        return replace(self, left=left, right=right, bridge=(a, b))


class Watch:
    """Measures of each living group of one agglomeration."""

    def __init__(self, measured: Measured, units: Int64s, *, threshold: float) -> None:
        """``units`` is the label of each item's initial group: one point, of no width."""
        self._limits = measured.limits
        self._threshold = threshold
        self._units = units
        self._points, self._at = np.unique(units, return_inverse=True)
        labels = self._points.tolist()
        sizes = np.bincount(self._at, weights=measured.articles, minlength=len(labels))
        self._size = dict(zip(labels, sizes.tolist(), strict=True))
        self._span: dict[int, tuple[float, float]] = {}
        """First and last publication of a group, in hours."""
        if self._limits.span and measured.hours is not None:
            self._look_at(measured.hours, labels)
        self._width: dict[int, int] = {}
        """Upper bound of the hops across a group; of most 0."""
        self._edges: tuple[Int64s, Int64s] | None = None
        self._graph: csr_array | None = None
        self._score: Score | None = None

    def connect(self, left: Int64s, right: Int64s, p: Doubles, score: Score | None) -> None:
        """These are the pairs that hops are counted over, those below the threshold left out."""
        likely = p >= self._threshold
        self._edges, self._score = (left[likely], right[likely]), score

    def tripped(self, a: int, b: int, members: Callable[[], Int64s]) -> Tripped | None:
        """The limit that ``a`` and ``b`` would pass as one; ``members`` are the items of both."""
        limits = self._limits
        if limits.size and (size := self._size[a] + self._size[b]) > limits.size:
            return Tripped("size", size, limits.size)
        if limits.span and (days := self._days(a, b)) > limits.span:
            return Tripped("span", days, limits.span)
        if limits.diameter and self._bound(a, b) > limits.diameter:
            hops = self._hops(members())
            if hops > limits.diameter:
                return Tripped("diameter", hops, limits.diameter)
            self._width[a], self._width[b] = hops, -1
        return None

    def merge(self, a: int, b: int) -> None:
        """What was measured of ``b`` is measured of ``a`` from now on."""
        self._size[a] += self._size.pop(b)
        if b in self._span:
            both = (*self._span.pop(b), *self._span.get(a, ()))
            self._span[a] = min(both), max(both)
        if self._limits.diameter:
            self._width[a] = self._bound(a, b)
            self._width.pop(b, None)

    def _bound(self, a: int, b: int) -> int:
        return self._width.get(a, 0) + self._width.get(b, 0) + 1

    def _days(self, a: int, b: int) -> float:
        ours, theirs = self._span.get(a), self._span.get(b)
        if ours is None or theirs is None:
            return 0.0
        return (max(ours[1], theirs[1]) - min(ours[0], theirs[0])) / 24.0

    def _look_at(self, hours: Doubles, labels: list[int]) -> None:
        known = np.flatnonzero(np.isfinite(hours))
        first, last = np.full(len(labels), np.inf), np.full(len(labels), -np.inf)
        np.minimum.at(first, self._at[known], hours[known])
        np.maximum.at(last, self._at[known], hours[known])
        for k in np.flatnonzero(first <= last).tolist():
            self._span[labels[k]] = float(first[k]), float(last[k])

    def _hops(self, members: Int64s) -> int:
        """Most hops between two points; where not all is known, what is known of it."""
        points = np.unique(self._at[members])
        near = self._graph_of_all()[points][:, points]
        most = _width(near, self._limits.diameter)
        if most <= self._limits.diameter or self._score is None or len(points) > ASKED:
            return most
        # Only the nearest pairs are known of a large set: all are asked for before it is refused.
        i, j = np.triu_indices(len(members), 1)
        likely = self._score(members[i], members[j]) >= self._threshold
        a, b = (np.searchsorted(points, self._at[members[k[likely]]]) for k in (i, j))
        return _width(_graph(a, b, len(points)), self._limits.diameter)

    def _graph_of_all(self) -> csr_array:
        if self._graph is None:
            assert self._edges is not None
            left, right = self._edges
            self._graph = _graph(self._at[left], self._at[right], len(self._points))
        return self._graph


def _graph(left: Int64s, right: Int64s, n: int) -> csr_array:
    from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that few groupings need

    across = left != right
    ends = (
        np.concatenate([left[across], right[across]]),
        np.concatenate([right[across], left[across]]),
    )
    return csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(n, n))


def _width(graph: csr_array, limit: int) -> int:
    """Most hops between two points that are joined at all; exact where it passes the limit.

    At most twice the hops from any one point; two sweeps tell at least how many they are.
    """
    once = _from(graph, 0)
    if 2 * once.max() <= limit:
        return int(2 * once.max())
    if len(once) > SWEPT:
        return int(_from(graph, int(once.argmax())).max())
    return int(_from(graph, None).max())


def _from(graph: csr_array, point: int | None) -> Doubles:
    """Hops from one point, or from each, to every one that it is joined to."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  80 ms that few groupings need

    hops = dijkstra(graph, directed=False, unweighted=True, indices=point)
    return np.where(np.isfinite(hops), hops, 0.0)


__all__ = ["Limits", "Measured", "Refused", "Score", "Tripped", "Watch"]
