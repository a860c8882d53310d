"""Where a grouping goes wrong, group by group: what was divided, and which pairs say why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.model import Doubles, Int64s
from dedupe.sampling import evenly

ASKED = 24
"""Items of a part that stand for it where its pairs are asked about, spread evenly."""

Score = Callable[[Int64s, Int64s], Doubles]
"""Probabilities of pairs of items that they belong together, shape = left.shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The items of a divided group that lie in one group of the other grouping."""

    group: Hashable
    """That other group."""
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """A group of one grouping that lies in several groups of another."""

    group: Hashable
    parts: tuple[Part, ...]
    """At least two, largest first, ties by their first item."""

    @property
    def size(self) -> int:
        """Items of the group."""
        return sum(len(part.items) for part in self.parts)

    @property
    def hurt(self) -> int:
        """Items outside its largest part."""
        return self.size - len(self.parts[0].items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """How a part of a divided group agrees with the other parts."""

    part: int
    left: int
    """Item of the part."""
    right: int
    """Item of another part: of all pairs asked about, the two that agree best."""
    p: float
    """Their probability."""
    mean: float
    """Mean probability of all pairs asked about."""
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many groups and items are wrong in which way."""

    whole: int
    """Gold groups found exactly as they are."""
    split: int
    """Gold groups that lie in several found ones."""
    merged: int
    """Found groups that hold several gold ones."""
    found: int
    """Found groups."""
    hurt_by_splits: int
    """Items outside the largest part of their gold group."""
    hurt_by_merges: int
    """Items of another gold group than most of their found group."""


def divided(groups: Sequence[Hashable], into: Sequence[Hashable]) -> list[Divided]:
    """The groups that lie in several groups of ``into``, those that hurt most items first.

    ``groups[k]`` and ``into[k]`` are the groups item k lies in. Gold groups into found ones are the
    splits, found groups into gold ones the merges. Ties go to the first item.

    Raises:
        ValueError: the groupings are not of the same items.
    """
    cells: dict[Hashable, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(list))
    for k, (group, other) in enumerate(zip(groups, into, strict=True)):
        cells[group][other].append(k)
    found = [
        Divided(group=group, parts=_parts(parts))
        for group, parts in cells.items()
        if len(parts) > 1
    ]
    return sorted(found, key=lambda one: -one.hurt)


def tally(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Tally:
    """How many of the gold groups were found, split and merged."""
    splits, merges = divided(gold, found), divided(found, gold)
    split_or_merged = {one.group for one in splits}
    split_or_merged |= {part.group for one in merges for part in one.parts}
    return Tally(
        whole=len(set(gold) - split_or_merged),
        split=len(splits),
        merged=len(merges),
        found=len(set(found)),
        hurt_by_splits=sum(one.hurt for one in splits),
        hurt_by_merges=sum(one.hurt for one in merges),
    )


def joints(one: Divided, score: Score) -> list[Joint]:
    """How each part but the largest agrees with all the others, best agreement first."""
    found = [_joint(one, k, score) for k in range(1, len(one.parts))]
    return sorted(found, key=lambda joint: -joint.p)


def _parts(parts: dict[Hashable, list[int]]) -> tuple[Part, ...]:
    found = [Part(group=group, items=tuple(items)) for group, items in parts.items()]
    return tuple(sorted(found, key=lambda part: (-len(part.items), part.items[0])))


def _joint(one: Divided, k: int, score: Score) -> Joint:
    ours = _asked(one.parts[k])
    theirs = np.concatenate([_asked(part) for j, part in enumerate(one.parts) if j != k])
    left, right = np.repeat(ours, len(theirs)), np.tile(theirs, len(ours))
    p = score(left, right)
    best = int(p.argmax())
    return Joint(
        part=k,
        left=int(left[best]),
        right=int(right[best]),
        p=float(p[best]),
        mean=float(p.mean()),
        pairs=len(p),
    )


def _asked(part: Part) -> Int64s:
    return evenly(np.array(part.items, dtype=np.int64), ASKED)
