"""What would have to change for the other verdict on one event.

One group of evidence at a time is moved in steps, and the model is asked at each: the first step at
which the verdict turns is told, with exactly the features it was asked with. Nothing is assumed of
the model, so it may be any that answers ``p_same_story``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import TypeAlias

import numpy as np

from dedupe.attribution import EventModel, contributions, grouped, row_of
from dedupe.evidence.event import FEATURE_NAMES
from dedupe.model import Doubles, Match
from dedupe.moves import Change, steps_of
from dedupe.verdict import COPIED

Asked: TypeAlias = Callable[[Doubles], Doubles]
"""p_same_story of rows of features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one group of evidence adds to the log odds of one event."""

    group: str
    log_odds: float
    columns: Mapping[str, float]
    """What was found, by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A verdict on one event taken apart."""

    same: bool
    same_from: float
    """p_same_story from which the verdict is one event."""
    p: float
    """p_same_story as it was told: at least ``p_same_text``."""
    p_same_text: float
    weights: tuple[Weight, ...]
    """Of the verdict on the event, heaviest first."""
    changes: tuple[Change, ...]
    """The smallest single change of each group that turns the verdict, smallest first."""
    nearest: Change | None
    """Where no single change does: the one that comes nearest; None where all leave it as it is."""
    together: tuple[Change, ...]
    """Where no single change does: two that do, each as far as it goes; empty where none do."""
    held_by: tuple[str, ...]
    """Groups that hold the verdict as they are, whatever the others say: a guard, or next to one."""


def why(
    model: EventModel,
    features: Mapping[str, float],
    *,
    same_from: float,
    p_same_text: float = 0.0,
) -> Why:
    """The verdict on a pair of these features, with what it rests on and what would turn it.

    It is one event from a p_same_story of ``same_from`` on.

    Copies are one event whatever else is known of them: a ``p_same_text`` that makes them copies
    bounds p from below.
    """
    row = row_of(features)
    p_same_text = p_same_text if p_same_text >= COPIED else 0.0

    def asked(rows: Doubles) -> Doubles:
        return np.maximum(model.p_same_story(rows), p_same_text)

    p = float(asked(row)[0])
    same = p >= same_from
    groups = () if p_same_text >= same_from else grouped()
    tried = [change for group in groups for change in steps_of(group, row[0], same=same)]
    rows = np.concatenate([row, *(_moved(row, change.columns) for change in tried)])
    found = asked(rows)[1:].tolist()
    tried = [replace(change, p=q) for change, q in zip(tried, found, strict=True)]
    turning = sorted(_first_turning(tried, same_from, same=same), key=lambda c: (c.size, c.group))
    strongest = _strongest(tried, same=same)
    return Why(
        same=same,
        same_from=same_from,
        p=p,
        p_same_text=p_same_text,
        weights=weights_of(
            row[0], {group: float(odds[0]) for group, odds in contributions(model, row).items()}
        ),
        changes=tuple(turning),
        nearest=None if turning else _nearest(strongest, p, same=same),
        together=() if turning else _pair(asked, row, strongest, same_from, same=same),
        held_by=_holding(asked, row, strongest, same_from, same=same),
    )


def _moved(row: Doubles, columns: Mapping[str, float]) -> Doubles:
    """The row with these columns changed, shape = (1, n)."""
    moved = row.copy()
    for name, value in columns.items():
        moved[0, FEATURE_NAMES.index(name)] = value
    return moved


def why_matched(model: EventModel, match: Match, *, same_from: float) -> Why:
    """The verdict on a pair, as it was told, taken apart."""
    return why(model, match.evidence.features, same_from=same_from, p_same_text=match.p_same_text)


def weights_of(row: Doubles, log_odds: Mapping[str, float]) -> tuple[Weight, ...]:
    """What each group adds with what was found, heaviest first; ``row`` is one row of features."""
    groups = grouped()
    found = [
        Weight(
            group=group,
            log_odds=float(odds),
            columns={FEATURE_NAMES[k]: float(row[k]) for k in groups[group]},
        )
        for group, odds in log_odds.items()
    ]
    return tuple(sorted(found, key=lambda weight: (-abs(weight.log_odds), weight.group)))


def _first_turning(tried: Sequence[Change], same_from: float, *, same: bool) -> Iterator[Change]:
    """Of each group and move the first step at which the verdict is the other one."""
    for _, steps in groupby(tried, key=lambda change: (change.group, change.move)):
        turned = next((c for c in steps if (c.p >= same_from) is not same), None)
        if turned is not None:
            yield turned


def _strongest(tried: Sequence[Change], *, same: bool) -> dict[str, Change]:
    """Of each group the change that brings p nearest to the other verdict."""
    found: dict[str, Change] = {}
    for change in tried:
        held = found.get(change.group)
        if held is None or (change.p < held.p if same else change.p > held.p):
            found[change.group] = change
    return found


def _nearest(strongest: Mapping[str, Change], p: float, *, same: bool) -> Change | None:
    """The change after which p is farthest on the other side; None where none moves it there."""
    moving = [c for c in strongest.values() if (c.p < p if same else c.p > p)]
    return (min if same else max)(moving, key=lambda change: change.p, default=None)


def _pair(
    asked: Asked,
    row: Doubles,
    strongest: Mapping[str, Change],
    same_from: float,
    *,
    same: bool,
) -> tuple[Change, ...]:
    """Two changes of different groups that turn the verdict together, the surest pair."""
    pairs = list(combinations(strongest.values(), 2))
    if not pairs:
        return ()
    rows = np.concatenate([_moved(_moved(row, a.columns), b.columns) for a, b in pairs])
    p = asked(rows)
    best = int(p.argmin() if same else p.argmax())
    if bool(p[best] >= same_from) is same:
        return ()
    return tuple(replace(change, p=float(p[best])) for change in pairs[best])


def _holding(
    asked: Asked,
    row: Doubles,
    strongest: Mapping[str, Change],
    same_from: float,
    *,
    same: bool,
) -> tuple[str, ...]:
    """Groups that keep the verdict where all others are as far on the other side as they go."""
    if not strongest:
        return ()
    rows = []
    for kept in strongest:
        moved = row
        for group, change in strongest.items():
            moved = moved if group == kept else _moved(moved, change.columns)
        rows.append(moved)
    p = asked(np.concatenate(rows))
    turned = ((p >= same_from) != same).tolist()
    # Where all of them hold, none does: no change of the evidence turns the verdict at all.
    held = [group for group, done in zip(strongest, turned, strict=True) if not done]
    return tuple(held) if len(held) < len(strongest) else ()
