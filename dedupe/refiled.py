"""Versions of one piece within a cluster: an outlet's own, which count once however many there are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedupe.model import Profile
from dedupe.neighbourhood import Item
from dedupe.succession import filing_order, is_first
from dedupe.verdict import REFILED_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one outlet filed again and again within one cluster."""

    members: tuple[int, ...]
    """Items by number, from the first filed to the last; at least two."""
    told: bool
    """One of them says that it is a version of it, so that a longer one has grown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Which of the filings of a piece an item is."""

    piece: str
    """Identifier of the first filed."""
    place: int
    told: bool


def pieces(items: Sequence[Item], groups: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """The pieces that outlets filed several times within one group.

    ``items`` by number; ``groups`` hold numbers, of articles that share a text. What one outlet
    filed, without a pause of more than a week, is one piece where some of it says that it is a
    version, or where it is of different times and differs; what has no date, only where it is said.
    """
    found: list[Piece] = []
    for group in groups:
        if len(group) > 1:
            for filings in _by_outlet(items, group):
                found += _pieces(items, filings)
    return tuple(found)


def filings(items: Sequence[Item], found: Sequence[Piece]) -> Mapping[int, Filing]:
    """Per item that is a version of a piece, which one."""
    return {
        k: Filing(piece=items[piece.members[0]].profile.id, place=place, told=piece.told)
        for piece in found
        for place, k in enumerate(piece.members)
    }


def _by_outlet(items: Sequence[Item], group: Sequence[int]) -> list[list[int]]:
    """The items of each outlet that has more than one, by date, those without one first."""
    found: dict[str, list[int]] = {}
    for k in group:
        outlet = items[k].profile.provenance.outlet
        if outlet is not None:
            found.setdefault(outlet, []).append(k)

    def date(k: int) -> tuple[float, str]:
        published = items[k].profile.published
        return (-math.inf if published is None else published), items[k].profile.id

    return [sorted(some, key=date) for some in found.values() if len(some) > 1]


def _pieces(items: Sequence[Item], ordered: Sequence[int]) -> list[Piece]:
    """The pieces of one outlet, whose items are given by date."""
    found: list[Piece] = []
    for run in _runs(items, ordered):
        told = _told([items[k].profile for k in run])
        some = run if told else [k for k in run if items[k].profile.published is not None]
        profiles = [items[k].profile for k in some]
        if len(some) > 1 and (told or _filed_again(profiles)):
            ages = dict(zip(some, _ages(profiles), strict=True))
            found.append(Piece(members=tuple(sorted(some, key=ages.__getitem__)), told=told))
    return found


def _runs(items: Sequence[Item], ordered: Sequence[int]) -> list[list[int]]:
    """Items by date, parted where an outlet paused for longer than it files a piece again.

    What has no date belongs with what the outlet filed first.
    """
    runs: list[list[int]] = [[]]
    last: float | None = None
    for k in ordered:
        now = items[k].profile.published
        if last is not None and now is not None and now - last > REFILED_WITHIN:
            runs.append([])
        runs[-1].append(k)
        last = now
    return runs


def _told(run: Sequence[Profile]) -> bool:
    """One of them says that it is a later version, or some are alerts and others are not."""
    later = any(not is_first(one.version) for one in run)
    return later or len({one.version.kind for one in run}) > 1


def _filed_again(run: Sequence[Profile]) -> bool:
    """They are of different times and differ; equal texts that say nothing are copies."""
    return len({one.published for one in run}) > 1 and len({one.text_hash for one in run}) > 1


def _ages(run: Sequence[Profile]) -> list[tuple[float, tuple[float, ...], str]]:
    """What sorts the versions of one piece: time where all tell it, then what they say."""
    dated = all(one.published is not None for one in run)
    unit = 1.0 if all(one.published_precise for one in run) else 24.0
    return [
        (
            _time(one.published, unit) if dated else 0.0,
            filing_order(one.version),
            one.id,
        )
        for one in run
    ]


def _time(published: float | None, unit: float) -> float:
    """A date in whole days where the unit is one."""
    time = published or 0.0
    return time if unit == 1.0 else time // unit
