"""How good a grouping is against labels: pairwise, B-cubed, adjusted Rand, and pairs of texts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.model import Bools, Doubles, Int64s

_UNEVEN = "{} labels against {} predictions: one each is needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Precision, recall and their harmonic mean, each in 0..1; None where nothing was to count."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """Harmonic mean; 0 when both are 0, None when either is unknown."""
        if self.precision is None or self.recall is None:
            return None
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Scores):
    """Scores with the counts they come from."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @classmethod
    def of(cls, tp: int, fp: int, fn: int, tn: int) -> Counts:
        """Scores of these counts."""
        return cls(
            precision=tp / (tp + fp) if tp + fp else None,
            recall=tp / (tp + fn) if tp + fn else None,
            true_positive=tp,
            false_positive=fp,
            false_negative=fn,
            true_negative=tn,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contingency:
    """Sizes of gold groups, of predicted groups and of their intersections (non-empty only)."""

    gold: Int64s
    predicted: Int64s
    cells: Int64s
    cell_gold: Int64s
    """Size of the gold group each cell lies in, shape = cells.shape."""
    cell_predicted: Int64s


def pair_scores(gold: Bools, predicted: Bools) -> Counts:
    """Scores of yes/no answers on labelled pairs; both shape = (n_pairs,), dtype = bool."""
    return Counts.of(
        int(np.sum(gold & predicted)),
        int(np.sum(~gold & predicted)),
        int(np.sum(gold & ~predicted)),
        int(np.sum(~gold & ~predicted)),
    )


def pairwise(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Counts:
    """Scores over all pairs of items: is a pair that lies together labelled together?

    ``gold[i]`` and ``predicted[i]`` are the groups item i lies in.
    """
    table = _contingency(gold, predicted)
    together = _pairs(table.cells)
    in_gold, in_predicted = _pairs(table.gold), _pairs(table.predicted)
    n = len(gold)
    apart = n * (n - 1) // 2 - in_gold - in_predicted + together
    return Counts.of(together, in_predicted - together, in_gold - together, apart)


def b_cubed(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Scores:
    """Mean over items of the share of its group that is right (Bagga and Baldwin, 1998)."""
    if not len(gold):
        return Scores(precision=None, recall=None)
    table = _contingency(gold, predicted)
    squares = table.cells.astype(np.float64) ** 2
    return Scores(
        precision=float((squares / table.cell_predicted).sum() / len(gold)),
        recall=float((squares / table.cell_gold).sum() / len(gold)),
    )


def b_cubed_of_each(
    gold: Sequence[Hashable], predicted: Sequence[Hashable]
) -> tuple[Doubles, Doubles, Int64s]:
    """B-cubed precision and recall of each item, and the size of its gold group, shape = (n,)."""
    if len(gold) != len(predicted):
        raise ValueError(_UNEVEN.format(len(gold), len(predicted)))
    rows, columns = _codes(gold), _codes(predicted)
    width = int(columns.max(initial=0)) + 1
    _, at, shared = np.unique(rows * width + columns, return_inverse=True, return_counts=True)
    together = shared[at.reshape(-1)].astype(np.float64)
    sizes = np.bincount(rows)[rows]
    return together / np.bincount(columns)[columns], together / sizes, sizes


def adjusted_rand(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Rand index corrected for chance (Hubert and Arabie, 1985): 1 equal, 0 as good as chance."""
    pairs = pairwise(gold, predicted)
    tp, fp = pairs.true_positive, pairs.false_positive
    fn, tn = pairs.false_negative, pairs.true_negative
    if fp == fn == 0:
        return 1.0
    return 2 * (tp * tn - fn * fp) / ((tp + fn) * (fn + tn) + (tp + fp) * (fp + tn))


def _contingency(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> _Contingency:
    if len(gold) != len(predicted):
        raise ValueError(_UNEVEN.format(len(gold), len(predicted)))
    rows, columns = _codes(gold), _codes(predicted)
    width = int(columns.max(initial=0)) + 1
    cells, sizes = np.unique(rows * width + columns, return_counts=True)
    by_gold, by_predicted = np.bincount(rows), np.bincount(columns)
    return _Contingency(
        gold=by_gold,
        predicted=by_predicted,
        cells=sizes,
        cell_gold=by_gold[cells // width],
        cell_predicted=by_predicted[cells % width],
    )


def _codes(groups: Sequence[Hashable]) -> Int64s:
    """Groups numbered from 0 in order of appearance."""
    numbers: dict[Hashable, int] = {}
    return np.fromiter(
        (numbers.setdefault(group, len(numbers)) for group in groups), np.int64, len(groups)
    )


def _pairs(sizes: Int64s) -> int:
    """Pairs within groups of these sizes."""
    return int((sizes * (sizes - 1) // 2).sum())
