"""The steps in which the evidence on one pair may be changed, one group at a time.

A change says what it changes in words' terms (names in common, days apart) and in columns of
``evidence.event.features``, so that a model can be asked with exactly what is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dedupe.attribution import grouped
from dedupe.evidence.event import FEATURE_NAMES
from dedupe.model import Doubles

ALIKE = frozenset(
    {"ledes", "words", "names", "places", "pairs", "numbers", "quotes", "titles", "text"}
)
"""Groups that tell how much two articles have in common, in columns from 0 to 1 and masses."""
APART = frozenset({"time", "days"})
"""Groups that tell how many days lie between them, as ln(1 + days)."""
SWITCHED = frozenset({"outlets", "weekdays"})
"""Groups that are so or not."""
STEP = 0.05
"""Between the shares that are tried."""
GAPS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0)
"""Days apart that are tried; beyond the last the evidence sees no difference."""
CONFLICT = "_conflict"
"""Ends a column that holds where both have something and share nothing of it."""
SHARED = frozenset({"country_shared"})
"""Columns of a group that hold or not, and hold where much is in common."""
SCALES: Mapping[str, float] = {"name_mass": 120.0, "number_mass": 30.0}
"""Rarity in an article's names and numbers (medians of 1,500 wire reports): what two articles that
share nothing yet would share if all were common."""
_SCALE = 50.0
_LEAST = 0.001
"""Share in common from which it tells what there is to share."""


class Move(StrEnum):
    """How the evidence is changed."""

    MORE = "more"
    """More in common."""
    LESS = "less"
    NEARER = "nearer"
    """Fewer days apart."""
    FARTHER = "farther"
    KNOWN = "known"
    """As if both had it, so many days apart."""
    UNKNOWN = "unknown"
    """As if one of them did not have it."""
    SET = "set"
    """As if it were so."""
    UNSET = "unset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One group of evidence changed, and what the verdict would be then."""

    group: str
    move: Move
    before: float | None
    """Share in 0..1, or days apart; None where nothing is known."""
    after: float | None
    columns: Mapping[str, float]
    """Every column that changes, with its value after."""
    size: float
    """From 0 to 1: the share of its range that the evidence moves."""
    p: float
    """p_same_story after the change."""


def steps_of(group: str, row: Doubles, *, same: bool) -> Iterator[Change]:
    """The steps of a group away from the verdict ``same``, in order; their p is not known yet.

    ``row`` is one row of features, shape = (len(FEATURE_NAMES),).
    """
    now = {FEATURE_NAMES[k]: float(row[k]) for k in grouped()[group]}
    if group in ALIKE:
        yield from _less_alike(group, now) if same else _more_alike(group, now)
    elif group in APART:
        yield from _apart(group, now, same=same)
    elif group in SWITCHED:
        yield from _switched(group, now)


def _more_alike(group: str, now: Mapping[str, float]) -> Iterator[Change]:
    """More in common. Text in common makes a copy, which is judged elsewhere: none of that."""
    share = _share(now)
    if group == "text" or share is None:
        return
    for after in _steps(share, 1.0):
        part = (after - share) / (1.0 - share)
        shares = {n: max(v, 0.0) * (1.0 - part) + part for n, v in now.items() if _is_share(n)}
        yield _alike(group, Move.MORE, now, shares, after)


def _less_alike(group: str, now: Mapping[str, float]) -> Iterator[Change]:
    share = _share(now)
    if share is None or share <= 0.0:
        return
    for after in reversed(_steps(0.0, share)):
        shares = {name: v * after / share for name, v in now.items() if _is_share(name)}
        yield _alike(group, Move.LESS, now, shares, after)


def _alike(
    group: str, move: Move, now: Mapping[str, float], shares: Mapping[str, float], after: float
) -> Change:
    """The shares changed, and with them what follows: masses, and that there is something."""
    columns = dict(shares)
    for name, value in now.items():
        if name.startswith("has_") and move is Move.MORE:
            columns[name] = 1.0
        elif name.endswith("_mass"):
            of = _share_of(name, now)
            columns[name] = _mass(name, value, now.get(of, 0.0), shares.get(of, 0.0))
        elif name.endswith(CONFLICT):
            columns[name] = float(after == 0.0)
        elif name in SHARED:
            columns[name] = value if after and move is Move.LESS else float(after > 0.0)
    # The first indicator is that of the share that stands for the group.
    known = next((value > 0 for name, value in now.items() if name.startswith("has_")), True)
    before = _share(now)
    assert before is not None
    return Change(
        group=group,
        move=move,
        before=before if known else None,
        after=after,
        columns=columns,
        size=abs(after - before) if known else 1.0,
        p=0.0,
    )


def _mass(name: str, mass: float, share: float, after: float) -> float:
    """ln(1 + rarity in common) where the share of it has changed."""
    told = share >= _LEAST and mass > 0
    scale = np.expm1(mass) / share if told else SCALES.get(name, _SCALE)
    return float(np.log1p(scale * after))


def _share_of(mass: str, now: Mapping[str, float]) -> str:
    """The column that tells as a share what a mass tells as a sum."""
    stem = mass.removesuffix("_mass")
    return next((f"{stem}{end}" for end in ("_cosine", "_share") if f"{stem}{end}" in now), "")


def _apart(group: str, now: Mapping[str, float], *, same: bool) -> Iterator[Change]:
    """Other distances in days: farther from one event, nearer to it; or not known at all."""
    gap = next(name for name in now if name.endswith("_gap"))
    has = next(name for name in now if name.startswith("has_"))
    known = now[has] > 0
    days = float(np.expm1(now[gap])) if known else None
    tried: tuple[float, ...] = GAPS if same else GAPS[::-1]
    if days is not None:
        tried = tuple(d for d in tried if (d > days if same else d < days))
    for after in tried:
        step = abs(np.log1p(after) - now[gap]) / np.log1p(GAPS[-1]) if known else 1.0
        yield Change(
            group=group,
            move=(Move.FARTHER if same else Move.NEARER) if known else Move.KNOWN,
            before=days,
            after=after,
            columns=_at_distance(now, gap, has, after),
            size=float(step),
            p=0.0,
        )
    if known:
        yield Change(
            group=group,
            move=Move.UNKNOWN,
            before=days,
            after=None,
            columns=dict.fromkeys(now, 0.0),
            size=1.0,
            p=0.0,
        )


def _at_distance(now: Mapping[str, float], gap: str, has: str, days: float) -> Mapping[str, float]:
    """The columns at so many days apart: days in common where there is none between, else apart."""
    columns = {gap: float(np.log1p(days)), has: 1.0}
    for name, value in now.items():
        if name.endswith("_shared"):
            columns[name] = (value or 1.0) if days == 0.0 else 0.0
        elif name.endswith("_apart"):
            columns[name] = float(days > 0.0)
    return columns


def _switched(group: str, now: Mapping[str, float]) -> Iterator[Change]:
    """What is so is not so, and the other way round."""
    flag = next(name for name in now if not name.startswith("has_"))
    on = now[flag] > 0
    columns = {name: 1.0 for name in now if name.startswith("has_")}
    yield Change(
        group=group,
        move=Move.UNSET if on else Move.SET,
        before=float(on),
        after=float(not on),
        columns={**columns, flag: float(not on)},
        size=1.0,
        p=0.0,
    )


def _is_share(name: str) -> bool:
    follows = name.startswith("has_") or name.endswith(("_mass", CONFLICT)) or name in SHARED
    return not follows


def _share(now: Mapping[str, float]) -> float | None:
    """The first share of a group, which stands for it, within 0..1."""
    first = next((value for name, value in now.items() if _is_share(name)), None)
    return None if first is None else min(max(first, 0.0), 1.0)


def _steps(low: float, high: float) -> list[float]:
    """Round shares between ``low`` and ``high``, and that of 0 and 1 which is an end of it."""
    rounded = [round(k * STEP, 2) for k in range(round(1.0 / STEP) + 1)]
    ends = {0.0, 1.0} if low < high else set()
    return [s for s in rounded if low < s < high or (s in ends and low <= s <= high)]
