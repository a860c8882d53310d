"""How much a night changes, in figures: identifiers, articles, sizes of groups, scores of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dedupe.constraints.records import Level
from dedupe.grouping import Grouping
from dedupe.model import Int64s
from dedupe.neighbourhood import Neighbourhood
from dedupe.night.records import ChangeKind, Churn
from dedupe.night.regrouping import Regrouped
from dedupe.state import Plan

PLURAL: Mapping[Level, str] = {Level.CLUSTER: "clusters", Level.STORY: "stories"}
"""What the groups of a level are called."""
_TWENTIETHS = 20
_KINDS = ((ChangeKind.MERGE, "merged"), (ChangeKind.SPLIT, "split"), (ChangeKind.MOVE, "moved"))


def churn(around: Neighbourhood, plan: Plan, levels: Mapping[Level, Regrouped]) -> Churn:
    """The figures of a plan, see ``records.Churn``; ``levels`` is what became of the groups."""
    moved = np.zeros(len(around.items), dtype=np.bool_)
    for level in levels.values():
        moved |= level.moved
    went = {around.items[k].profile.id for k in np.flatnonzero(moved).tolist()}
    others = went | {item.profile.id for item in around.items if item.placement is None}
    figures: dict[str, float] = {
        "articles": len(around.items),
        "articles_moved": len(went),
        "standings": sum(p.article_id not in others for p in plan.placements),
        "links": len(plan.links),
        "links_forgotten": len(plan.forgotten),
        "clusters_canonical_changed": sum(e.kind == "canonical_changed" for e in plan.events),
    }
    for name, level in levels.items():
        told = _figures(level)
        figures |= {f"{PLURAL[name]}_{key}": value for key, value in told.items()}
    return Churn(figures=figures)


def _figures(level: Regrouped) -> dict[str, float]:
    before, after = level.identifiers()
    return {
        "before": len(before),
        "after": len(after),
        "kept": len(before & after),
        "born": len(after - before),
        "retired": len(before - after),
        "articles_moved": int(level.moved.sum()),
        **{name: level.kinds.count(kind) for kind, name in _KINDS},
    }


def sizes(level: Regrouped) -> Sequence[tuple[int, int, int]]:
    """(size, groups of that size before, after), rising, in articles."""
    was, now = (_of_each_size(x) for x in (level.before[level.before >= 0], level.after))
    n = max(len(was), len(now))
    was, now = np.pad(was, (0, n - len(was))), np.pad(now, (0, n - len(now)))
    found = np.flatnonzero(was + now)
    return tuple(zip(found.tolist(), was[found].tolist(), now[found].tolist(), strict=True))


def _of_each_size(groups: Int64s) -> Int64s:
    counts = np.bincount(groups)
    return np.bincount(counts[counts > 0]).astype(np.int64)


def scores(level: Grouping) -> Sequence[tuple[float, int, int]]:
    """(lower end of a twentieth, pairs inside groups, pairs across), of all twentieths, rising."""
    edges = level.edges
    place = np.clip((edges.p * _TWENTIETHS).astype(np.int64), 0, _TWENTIETHS - 1)
    inside = level.labels[edges.left] == level.labels[edges.right]
    within = np.bincount(place[inside], minlength=_TWENTIETHS).tolist()
    across = np.bincount(place[~inside], minlength=_TWENTIETHS).tolist()
    return tuple((k / _TWENTIETHS, within[k], across[k]) for k in range(_TWENTIETHS))
