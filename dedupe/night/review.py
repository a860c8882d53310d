"""What a person reads before a plan is applied: each change with its evidence, and how much churns.

Only the groups that change are looked at one by one; of the others there are but figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter

import numpy as np

from dedupe.constraints.records import Level
from dedupe.grouping import Grouping
from dedupe.model import Bools, Int64s
from dedupe.neighbourhood import Edges, Neighbourhood
from dedupe.night import churn
from dedupe.night.bridges import bridges, spanning
from dedupe.night.lines import Lines, Titles, titled
from dedupe.night.records import (
    BridgeLine,
    CanonicalLine,
    Change,
    ChangeKind,
    Churn,
    GroupLine,
    Guarded,
    PairLine,
    Review,
)
from dedupe.night.regrouping import Regrouped
from dedupe.plan import Settled
from dedupe.settings import Settings
from dedupe.state import Event, Plan

SHOWN = 200
"""Changes of a kind at a level that are looked into, those that move most articles first."""
BRIDGES = 5
"""Bridges told of a change at most."""


def review(
    around: Neighbourhood,
    settled: Settled,
    *,
    settings: Settings,
    titles: Titles,
    shown: int = SHOWN,
) -> Review:
    """The review of a plan that was worked out from ``around``.

    Args:
        around: the articles with their placements and groups as they are stored.
        settled: what becomes of them.
        settings: those that it was worked out with.
        titles: titles by article id, asked once for what is shown; masked articles have none.
        shown: changes of a kind at a level that bridges and titles are told of.
    """
    changes: list[Change] = []
    guarded: list[Guarded] = []
    found = {level: _regrouped(around, settled.plan, level) for level in Level}
    levels = (settled.copies, settled.events)
    overlap = _overlaps(around, found.values(), levels)
    for level, groups in found.items():
        grouping = settled.copies if level is Level.CLUSTER else settled.events
        threshold = _threshold(level, settings)
        told = _Level(around, settled.plan, level, groups, grouping, threshold, overlap)
        changes += told.changes(shown)
        guarded += told.guarded()
    changes.sort(key=_place)
    told_changes, told_guarded = titled(changes, guarded, titles)
    return Review(
        churn=churn.churn(around, settled.plan, found),
        changes=told_changes,
        guarded=told_guarded,
        sizes={level: churn.sizes(groups) for level, groups in found.items()},
        scores={
            Level.CLUSTER: churn.scores(settled.copies),
            Level.STORY: churn.scores(settled.events),
        },
        thresholds={level: _threshold(level, settings) for level in Level},
    )


def _threshold(level: Level, settings: Settings) -> float:
    return settings.copy_threshold if level is Level.CLUSTER else settings.story_threshold


def _place(change: Change) -> tuple[int, str, str]:
    """What moves most articles first, then by level and identifier."""
    return -change.moved, change.level, change.after[0].id if change.after else ""


def churned(around: Neighbourhood, plan: Plan) -> Churn:
    """How much a plan changes, without a look at what."""
    return churn.churn(around, plan, {level: _regrouped(around, plan, level) for level in Level})


def _regrouped(around: Neighbourhood, plan: Plan, level: Level) -> Regrouped:
    placed = {place.article_id: place for place in plan.placements}
    group = attrgetter(level)
    was = [group(item.placement) if item.placement else None for item in around.items]
    now = [group(placed.get(item.profile.id, item.placement)) for item in around.items]
    return Regrouped.of(was, now)


class _Level:
    """The changes of one level, told one by one."""

    def __init__(
        self,
        around: Neighbourhood,
        plan: Plan,
        level: Level,
        found: Regrouped,
        grouping: Grouping,
        threshold: float,
        overlap: Mapping[tuple[str, str], float],
    ) -> None:
        self._around = around
        self._level = level
        self._found = found
        self._threshold = threshold
        self._lines = Lines(around, plan, level, found)
        self._canonical = _canonical(plan) if level is Level.CLUSTER else {}
        self._grouping = grouping
        self._edges, self._change = _edges_of(grouping.edges, found)
        self._starts = np.searchsorted(self._change, np.arange(len(found.kinds) + 1))
        self._overlap = overlap

    def changes(self, shown: int) -> list[Change]:
        """Every change, ``shown`` of each kind with all that can be told of it."""
        strongest, weakest = self._strongest(), self._weakest()
        members = self._found.members()
        moved = np.bincount(self._found.change[self._found.moved], minlength=len(members)).tolist()
        order = sorted(range(len(members)), key=lambda k: -moved[k])
        counted: Counter[ChangeKind] = Counter()
        changes = []
        for k in order:
            kind = self._found.kinds[k]
            counted[kind] += 1
            after = self._lines.after(members[k])
            change = Change(
                level=self._level,
                kind=kind,
                before=self._lines.before(members[k]),
                after=after,
                moved=moved[k],
                strongest=self._pair(strongest.get(k)),
                weakest=self._pair(weakest.get(k)),
                canonical=tuple(
                    self._canonical[one.id] for one in after if one.id in self._canonical
                ),
                looked_into=counted[kind] <= shown,
            )
            changes.append(self._looked_into(change, k) if change.looked_into else change)
        return changes + self._canonical_changes(shown)

    def guarded(self) -> list[Guarded]:
        """The merges that a limit forbade, those that agree most first."""
        groups = {group[0]: group for group in self._grouping.groups}

        def line(label: int) -> GroupLine:
            return self._lines.after(np.array(groups[label], dtype=np.int64))[0]

        return [
            Guarded(
                level=self._level,
                guard=one.guard,
                value=float(one.value),
                limit=float(one.limit),
                groups=(line(one.left), line(one.right)),
                agreement=one.agreement,
                bridge=self._told_pair(*one.bridge, one.p),
            )
            for one in sorted(self._grouping.refused, key=lambda one: -one.agreement)
        ]

    def _looked_into(self, change: Change, number: int) -> Change:
        """The change with its bridges; of a group too large for that there are none."""
        here = np.arange(self._starts[number], self._starts[number + 1])
        found: list[tuple[int, int]] = []
        done = True
        for edges, items in _groups_of(self._edges, here, self._found.after):
            cut = bridges(edges, n=len(items), threshold=self._threshold)
            done &= cut is not None
            found += [(int(items[k]), cuts_off) for k, cuts_off in cut or ()]
        found.sort(key=lambda one: (-one[1], one[0]))
        lines = tuple(BridgeLine(article=self._id(k), cuts_off=n) for k, n in found[:BRIDGES])
        return replace(change, bridges=lines, bridges_sought=done)

    def _strongest(self) -> dict[int, int]:
        """The edge of each change that agrees most across its parts."""
        edges, kinds = self._edges, self._found.kinds
        was, now = self._found.before, self._found.after
        known = (was[edges.left] >= 0) & (was[edges.right] >= 0)
        one_before = was[edges.left] == was[edges.right]
        one_after = now[edges.left] == now[edges.right]
        split = np.array([kind is ChangeKind.SPLIT for kind in kinds], np.bool_)[self._change]
        across = np.where(split, one_before & ~one_after, ~one_before & one_after)
        return self._first(np.flatnonzero(known & across), -edges.p)

    def _weakest(self) -> dict[int, int]:
        """The edge of each change that holds a group of it together at the least probability."""
        edges, now = self._edges, self._found.after
        inside = np.flatnonzero(now[edges.left] == now[edges.right])
        kept = inside[spanning(_some(edges, inside), n=len(now))]
        return self._first(kept, edges.p)

    def _first(self, some: Int64s, rank: np.ndarray) -> dict[int, int]:
        """Of each change the edge that ranks first, ties by item."""
        edges = self._edges
        order = np.lexsort((edges.right[some], edges.left[some], rank[some], self._change[some]))
        some = some[order]
        change, first = np.unique(self._change[some], return_index=True)
        return dict(zip(change.tolist(), some[first].tolist(), strict=True))

    def _canonical_changes(self, shown: int) -> list[Change]:
        """Clusters that keep their members and come from another source or article."""
        if not self._canonical:
            return []
        found = self._found
        numbers = {name: k for k, name in enumerate(found.names)}
        still = np.flatnonzero(found.change < 0)
        order = still[np.argsort(found.after[still], kind="stable")]
        changes = []
        for name, line in sorted(self._canonical.items()):
            group = numbers.get(name, -1)
            start, end = np.searchsorted(found.after[order], [group, group + 1])
            if start == end:
                continue
            items = order[start:end]
            changes.append(
                Change(
                    level=self._level,
                    kind=ChangeKind.CANONICAL,
                    before=self._lines.before(items),
                    after=self._lines.after(items),
                    moved=0,
                    strongest=None,
                    weakest=None,
                    canonical=(line,),
                )
            )
        changes.sort(key=lambda one: -one.after[0].size)
        return [replace(one, looked_into=k < shown) for k, one in enumerate(changes)]

    def _pair(self, edge: int | None) -> PairLine | None:
        if edge is None:
            return None
        edges = self._edges
        return self._told_pair(int(edges.left[edge]), int(edges.right[edge]), float(edges.p[edge]))

    def _told_pair(self, left: int, right: int, p: float) -> PairLine:
        a, b = sorted((self._id(left), self._id(right)))
        return PairLine(a=a, b=b, probability=p, overlap=self._overlap.get((a, b)))

    def _id(self, item: int) -> str:
        return self._around.items[item].profile.id


def _canonical(plan: Plan) -> dict[str, CanonicalLine]:
    """The clusters whose canonical changes, by identifier."""
    return {e.subject: _canonical_line(e) for e in plan.events if e.kind == "canonical_changed"}


def _canonical_line(event: Event) -> CanonicalLine:
    was, now = event.data["from"], event.data["to"]
    return CanonicalLine(
        cluster=event.subject,
        was=was["source"],
        now=now["source"],
        was_article=was["article_id"],
        now_article=now["article_id"],
        rule=event.data["rule"],
    )


def _edges_of(edges: Edges, found: Regrouped) -> tuple[Edges, Int64s]:
    """The edges within changes, in order of the changes, and the change of each."""
    change = found.change[edges.left]
    within = np.flatnonzero((change >= 0) & (change == found.change[edges.right]))
    within = within[np.argsort(change[within], kind="stable")]
    return _some(edges, within), change[within]


def _overlaps(
    around: Neighbourhood, levels: Iterable[Regrouped], groupings: Iterable[Grouping]
) -> dict[tuple[str, str], float]:
    """Jaccard of the linked pairs that may be told of."""
    touched = np.zeros(len(around.items), dtype=np.bool_)
    for level in levels:
        touched |= level.change >= 0
    for grouping in groupings:
        touched[[item for one in grouping.refused for item in one.bridge]] = True
    names = {around.items[k].profile.id for k in np.flatnonzero(touched).tolist()}
    return {(x.a, x.b): x.overlap for x in around.links if x.a in names and x.b in names}


def _groups_of(edges: Edges, here: Int64s, groups: Int64s) -> list[tuple[Edges, Int64s]]:
    """The edges inside each group, its items numbered from 0, and those items."""
    within = here[groups[edges.left[here]] == groups[edges.right[here]]]
    label = groups[edges.left[within]]
    parts = []
    for one in np.unique(label).tolist():
        some = _some(edges, within[label == one])
        items, place = np.unique(np.concatenate([some.left, some.right]), return_inverse=True)
        left, right = place.reshape(2, -1).astype(np.int64)
        parts.append((Edges(left=left, right=right, p=some.p), items))
    return parts


def _some(edges: Edges, which: Int64s | Bools) -> Edges:
    return Edges(left=edges.left[which], right=edges.right[which], p=edges.p[which])
