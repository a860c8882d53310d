"""Groups before and after, as the changes that tell one from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedupe.model import Bools, Int64s
from dedupe.night.records import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """Where each item lay and where it lies, by the numbers of the groups' identifiers."""

    names: tuple[str, ...]
    """Identifiers before and after, each once."""
    before: Int64s
    """Number of the identifier of each item's old group; -1: it had none."""
    after: Int64s
    change: Int64s
    """Number of the change that each item is part of; -1: its group has the members it had."""
    kinds: tuple[ChangeKind, ...]
    """By number of the change."""

    @classmethod
    def of(cls, before: Sequence[str | None], after: Sequence[str]) -> Regrouped:
        """The changes between two groupings of the same items, by identifier.

        Groups that share an item, or an identifier, belong to one change. What newcomers alone
        bring is none.
        """
        numbers: dict[str, int] = {}
        now = np.array([numbers.setdefault(x, len(numbers)) for x in after], np.int64)
        was = np.array(
            [-1 if x is None else numbers.setdefault(x, len(numbers)) for x in before], np.int64
        )
        n = len(numbers)
        old = was >= 0
        ends = was[old], now[old] + n
        # An identifier before and after is one group: what both hold belongs together.
        both = np.intersect1d(was[old], now)
        ends = np.concatenate([ends[0], both]), np.concatenate([ends[1], both + n])
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(2 * n, 2 * n))
        count, labels = connected_components(graph.tocsr(), directed=False)
        touched = np.zeros(count, dtype=np.bool_)
        touched[labels[now[old & (was != now)] + n]] = True
        number = np.where(touched, np.cumsum(touched) - 1, -1)
        change = number[labels[now + n]].astype(np.int64)
        return cls(
            names=tuple(numbers),
            before=was,
            after=now,
            change=change,
            kinds=_kinds(was, now, change, int(touched.sum())),
        )

    @property
    def moved(self) -> Bools:
        """The items whose group has another identifier."""
        moved: Bools = (self.before >= 0) & (self.before != self.after)
        return moved

    def members(self) -> list[Int64s]:
        """The items of each change, by its number."""
        order = np.argsort(self.change, kind="stable")
        starts = np.searchsorted(self.change[order], np.arange(len(self.kinds) + 1))
        return [order[a:b] for a, b in pairwise(starts.tolist())]

    def identifiers(self) -> tuple[frozenset[int], frozenset[int]]:
        """Numbers of the identifiers before and after."""
        was, now = np.unique(self.before[self.before >= 0]), np.unique(self.after)
        return frozenset(was.tolist()), frozenset(now.tolist())


def _kinds(was: Int64s, now: Int64s, change: Int64s, count: int) -> tuple[ChangeKind, ...]:
    """The kind of each change; newcomers make none."""
    part = (change >= 0) & (was >= 0)
    retired, born = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    retired[change[part & ~np.isin(was, now)]] = True
    born[change[part & ~np.isin(now, was)]] = True
    return tuple(
        ChangeKind.MERGE if gone else ChangeKind.SPLIT if made else ChangeKind.MOVE
        for gone, made in zip(retired.tolist(), born.tolist(), strict=True)
    )
