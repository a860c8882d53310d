"""Grouping without chaining: average-link agglomeration over a sparse graph of probabilities.

A group joins another by its mean agreement with all members, never by one edge. The same
function groups copies (pairs without an edge agree by 0) and stories (pairs without an edge are
asked from ``score``), online over a neighbourhood and at night over everything.

Stories are told from look-alikes by contrast: two groups that agree less with each other than
the looser of them agrees inside are two events, however alike they are.

Source: UPGMA (Sokal and Michener 1958) with the Lance-Williams update, on a sparse graph.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dedupe.constraints.keeping import Orders, Strangers
from dedupe.guards import Measured, Refused, Score, Tripped, Watch
from dedupe.model import Bools, Doubles, Int64s
from dedupe.sampling import evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class Agglomerated:
    """Groups, and the merges that a limit forbade."""

    labels: Int64s
    """Label of each item's group: its smallest item."""
    refused: tuple[Refused, ...] = ()
    """One for each two groups that would otherwise have merged, ordered by their labels."""


def agglomerated(  # noqa: PLR0913 - a graph, and how it is cut
    groups: Int64s,
    left: Int64s,
    right: Int64s,
    probability: Doubles,
    *,
    threshold: float,
    contrast: float = 0.0,
    voices: Int64s | None = None,
    score: Score | None = None,
    sample: int = 24,
    orders: Orders | None = None,
    measured: Measured | None = None,
) -> Agglomerated:
    """The groups after merging them while agreement, orders and limits allow it.

    Args:
        groups: initial group of each item, any integers, shape = (n,).
        left, right, probability: edges between items, one line per unordered pair, shape = (e,).
        threshold: least agreement of two groups to merge. It is the mean probability m over all
            cross pairs, less ``contrast`` times what m falls short of the mean inside the looser
            group; a group of one voice has no inside, and nothing is taken off beside it.
        contrast: >= 0; 0 is average linkage.
        voices: what speaks with one voice within the initial groups (copies of one text): pairs
            of one voice are not inside a group. Without it an initial group is one voice.
        score: probabilities of any pairs of items; None takes pairs without an edge as 0.
        sample: members that stand for a larger group where ``score`` is asked.
        orders: who has to lie together and who may not. What has to is joined last, whatever it
            measures: an order is no evidence, and weighs in no average.
        measured: limits, and what each item counts against them.

    Two groups merge only if at least one edge joins them. The label of a group is its smallest
    item, and ties go to the smaller labels, so the result depends only on the numbering of items.
    """
    if not len(left):
        alone = smallest_item_of_group(groups)
        return Agglomerated(labels=joined(alone, orders.together) if orders else alone)
    agglomeration = _Agglomeration(groups, threshold, contrast, score, sample)
    if orders:
        agglomeration.obey(orders)
    if measured is not None:
        agglomeration.watch(measured, left, right, probability)
    if voices is not None and contrast:
        agglomeration.look_inside(voices)
    agglomeration.connect(left, right, probability)
    agglomeration.run()
    labels = agglomeration.labels()
    if orders:
        labels = joined(labels, orders.together)
    refused = agglomeration.refusals(labels, left, right, probability)
    return Agglomerated(labels=labels, refused=refused)


def partition(  # noqa: PLR0913 - as agglomerated
    groups: Int64s,
    left: Int64s,
    right: Int64s,
    probability: Doubles,
    *,
    threshold: float,
    contrast: float = 0.0,
    voices: Int64s | None = None,
    score: Score | None = None,
    sample: int = 24,
) -> Int64s:
    """Group labels, shape = (n,), of ``agglomerated`` without orders and limits."""
    return agglomerated(
        groups,
        left,
        right,
        probability,
        threshold=threshold,
        contrast=contrast,
        voices=voices,
        score=score,
        sample=sample,
    ).labels


class _Agglomeration:
    """State of one run: members of each living group and mean probability of joined groups."""

    def __init__(
        self,
        groups: Int64s,
        threshold: float,
        contrast: float,
        score: Score | None,
        sample: int,
    ) -> None:
        self._n = len(groups)
        self._threshold = threshold
        self._contrast = contrast
        self._score = score
        self._sample = sample
        self._first = smallest_item_of_group(groups)
        self._members = _members_by_label(self._first)
        self._means: dict[int, dict[int, float]] = {label: {} for label in self._members}
        self._inside: dict[int, tuple[float, int]] = {}
        """Sum of the probabilities inside a group of more than one voice, and of how many pairs."""
        self._merges = dict.fromkeys(self._members, 0)
        self._heap: list[tuple[float, int, int, int]] = []
        """(minus the agreement of two groups, the groups, merges behind both): the best first."""
        self._strangers: tuple[Strangers, ...] = ()
        self._watch: Watch | None = None
        self._refused: list[tuple[int, int, Tripped, float]] = []

    def obey(self, orders: Orders) -> None:
        """Groups that these orders keep apart do not merge."""
        levels = (
            Strangers(self._first, together=orders.together, apart=orders.apart),
            Strangers(
                self._first,
                together=np.concatenate([orders.together, orders.bound]),
                apart=orders.strangers,
            ),
        )
        self._strangers = tuple([level for level in levels if level])

    def watch(self, measured: Measured, left: Int64s, right: Int64s, p: Doubles) -> None:
        """Groups that would pass a limit together do not merge."""
        self._watch = Watch(measured, self._first, threshold=self._threshold)
        self._watch.connect(left, right, p, self._score)

    def look_inside(self, voices: Int64s) -> None:
        """Ask how far the initial groups of more than one voice agree within themselves."""
        if self._score is None:
            return
        for label, members in self._members.items():
            if len(members) < 2 or (voices[members] == voices[members[0]]).all():
                continue
            some = evenly(members, self._sample)
            i, j = np.triu_indices(len(some), 1)
            apart = voices[some[i]] != voices[some[j]]
            left, right = some[i[apart]], some[j[apart]]
            if len(left):
                mean = float(self._score(left, right).mean())
                pairs = len(members) * (len(members) - 1) // 2
                self._inside[label] = mean * pairs, pairs

    def connect(self, left: Int64s, right: Int64s, probability: Doubles) -> None:
        """Turn edges between items into mean agreements between groups."""
        a, b = self._first[left], self._first[right]
        a, b = np.minimum(a, b), np.maximum(a, b)
        across = a != b
        pairs, where = np.unique(np.stack([a[across], b[across]], 1), axis=0, return_inverse=True)
        sums = np.bincount(where.reshape(-1), weights=probability[across], minlength=len(pairs))
        known = np.bincount(where.reshape(-1), minlength=len(pairs))
        joined = [(int(x), int(y)) for x, y in pairs]
        cells = [len(self._members[x]) * len(self._members[y]) for x, y in joined]
        means = [total / cell for total, cell in zip(sums.tolist(), cells, strict=True)]
        if self._score is not None:
            partial = [k for k, cell in enumerate(cells) if known[k] < cell]
            asked = self._ask([joined[k] for k in partial])
            for k, mean in zip(partial, asked, strict=True):
                means[k] = mean
        for (x, y), mean in zip(joined, means, strict=True):
            self._set(x, y, mean)

    def run(self) -> None:
        """Merge the two groups that agree best until none reach the threshold."""
        while self._heap:
            against, a, b, merges = heapq.heappop(self._heap)
            if a in self._members and b in self._members and merges == self._merged(a, b):
                if self._strangers and not all(level.meet(a, b) for level in self._strangers):
                    continue
                if self._watch is not None and (tripped := self._tripped(a, b)) is not None:
                    self._refused.append((a, b, tripped, -against))
                    continue
                self._merge(a, b)

    def refusals(
        self, labels: Int64s, left: Int64s, right: Int64s, p: Doubles
    ) -> tuple[Refused, ...]:
        """What a limit forbade, told of the groups that ``labels`` makes; each two groups once."""
        told = {
            (min(ends), max(ends)): (tripped, agreement)
            for a, b, tripped, agreement in self._refused
            for ends in [(int(labels[a]), int(labels[b]))]
            if ends[0] != ends[1]
        }
        if not told:
            return ()
        low, high = np.sort(np.stack([labels[left], labels[right]]), axis=0)
        wanted = np.array([x << 32 | y for x, y in told], dtype=np.int64)
        across = np.flatnonzero(np.isin(low << 32 | high, wanted))
        order = across[np.lexsort((right[across], left[across], -p[across]))][::-1]
        best = {
            (x, y): k
            for x, y, k in zip(
                *map(np.ndarray.tolist, (low[order], high[order], order)), strict=True
            )
        }
        return tuple(
            [
                Refused(
                    left=ends[0],
                    right=ends[1],
                    guard=tripped.guard,
                    value=tripped.value,
                    limit=tripped.limit,
                    agreement=agreement,
                    bridge=(int(left[best[ends]]), int(right[best[ends]])),
                    p=float(p[best[ends]]),
                )
                for ends, (tripped, agreement) in sorted(told.items())
            ]
        )

    def labels(self) -> Int64s:
        """Label of each item."""
        labels = np.empty(self._n, dtype=np.int64)
        for label, members in self._members.items():
            labels[members] = label
        return labels

    def _tripped(self, a: int, b: int) -> Tripped | None:
        assert self._watch is not None
        return self._watch.tripped(
            a, b, lambda: np.concatenate([self._members[a], self._members[b]])
        )

    def _merge(self, a: int, b: int) -> None:
        for level in self._strangers:
            level.unite(a, b)
        if self._watch is not None:
            self._watch.merge(a, b)
        near_a, near_b = self._means.pop(a), self._means.pop(b)
        members_a, members_b = self._members.pop(a), self._members.pop(b)
        self._join_insides(a, b, near_a[b], len(members_a) * len(members_b))
        weight = len(members_a) / (len(members_a) + len(members_b))
        others = sorted((near_a.keys() | near_b.keys()) - {a, b})
        missing = [
            (members, other)
            for other in others
            for near, members in ((near_a, members_a), (near_b, members_b))
            if other not in near
        ]
        asked = iter(self._ask_members(missing))
        self._members[a] = np.concatenate([members_a, members_b])
        self._means[a] = {}
        for other in others:
            with_a = near_a[other] if other in near_a else next(asked)
            with_b = near_b[other] if other in near_b else next(asked)
            self._means[other].pop(a, None)
            self._means[other].pop(b, None)
            self._set(a, other, weight * with_a + (1.0 - weight) * with_b)

    def _set(self, x: int, y: int, mean: float) -> None:
        self._means[x][y] = self._means[y][x] = mean
        agreement = mean - self._contrast * max(0.0, self._looser(x, y) - mean)
        if agreement >= self._threshold:
            entry = -agreement, min(x, y), max(x, y), self._merged(x, y)
            heapq.heappush(self._heap, entry)

    def _looser(self, x: int, y: int) -> float:
        """Mean probability inside the looser of two groups; 0 where one is a single voice."""
        ours, theirs = self._inside.get(x), self._inside.get(y)
        if ours is None or theirs is None:
            return 0.0
        return min(ours[0] / ours[1], theirs[0] / theirs[1])

    def _join_insides(self, a: int, b: int, mean: float, cells: int) -> None:
        """What was across ``a`` and ``b`` is inside ``a`` from now on."""
        total, pairs = mean * cells, cells
        for inside in (self._inside.pop(a, None), self._inside.pop(b, None)):
            if inside is not None:
                total, pairs = total + inside[0], pairs + inside[1]
        self._inside[a] = total, pairs
        self._merges[a] += self._merges.pop(b) + 1

    def _merged(self, x: int, y: int) -> int:
        """Merges behind two groups: tells what was known of them before the last one."""
        return self._merges[x] + self._merges[y]

    def _ask(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        return self._ask_members([(self._members[x], y) for x, y in pairs])

    def _ask_members(self, wanted: Sequence[tuple[Int64s, int]]) -> list[float]:
        """Mean probability between each set of items and each group, in one call of ``score``."""
        if not wanted:
            return []
        if self._score is None:
            return [0.0] * len(wanted)
        blocks = [
            (evenly(members, self._sample), evenly(self._members[label], self._sample))
            for members, label in wanted
        ]
        left = np.concatenate([np.repeat(x, len(y)) for x, y in blocks])
        right = np.concatenate([np.tile(y, len(x)) for x, y in blocks])
        sizes = np.array([len(x) * len(y) for x, y in blocks])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        means: list[float] = (np.add.reduceat(self._score(left, right), starts) / sizes).tolist()
        return means


def smallest_item_of_group(groups: Int64s) -> Int64s:
    """The label of each item's group: its smallest item."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return first.astype(np.int64)[inverse.reshape(-1)]


def joined(labels: Int64s, together: Int64s) -> Int64s:
    """Labels of groups, those of both items of each pair being one; the smallest item's."""
    if not len(together):
        return labels
    bonds = Strangers(labels, together=together, apart=together[:0])
    names, which = np.unique(labels, return_inverse=True)
    roots = np.array([bonds.root(name) for name in names.tolist()], dtype=np.int64)
    return roots[which.reshape(-1)]


def _members_by_label(first: Int64s) -> dict[int, Int64s]:
    order = np.argsort(first, kind="stable").astype(np.int64)
    labels, starts = np.unique(first[order], return_index=True)
    parts = pairwise([*starts.tolist(), len(order)])
    return {label: order[a:b] for label, (a, b) in zip(labels.tolist(), parts, strict=True)}


DIGESTED = 0.5
"""Share of a digest that the texts it holds make up at least; a longer piece that quotes two short
ones whole is an article of its own."""


def digests(
    inner: Int64s, outer: Int64s, share: Doubles, left: Int64s, right: Int64s, *, n: int
) -> Bools:
    """True for every text made up of two others which share nothing (a digest, a wrap-up).

    Args:
        inner, outer: ``inner[k]`` is contained in ``outer[k]`` and much shorter. Of texts that one
            speaks for, named by it in ``inner``, ``left`` and ``right``, the largest part counts.
        share: share of ``outer[k]`` that ``inner[k]`` makes up.
        left, right: all pairs of texts that share text at all.
        n: number of texts.

    Such a text joins no cluster of what it holds (design, section 1, *cluster*).
    """
    held: dict[int, list[tuple[float, int]]] = {}
    for text, holder, part in zip(inner.tolist(), outer.tolist(), share.tolist(), strict=True):
        held.setdefault(holder, []).append((-part, text))
    sharing = {(a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True)}
    sharing |= {(b, a) for a, b in sharing}
    result = np.zeros(n, dtype=np.bool_)
    for holder, parts in held.items():
        strangers: list[tuple[float, int]] = []
        for part in sorted(parts):
            if not any(part[1] == other or (part[1], other) in sharing for _, other in strangers):
                strangers.append(part)
        made_up = -sum(part for part, _ in strangers)
        result[holder] = len(strangers) > 1 and made_up >= DIGESTED
    return result
