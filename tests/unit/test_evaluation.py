"""Scores against scikit-learn and against definitions written out pair by pair."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import pair_confusion_matrix

from dedupe import evaluation

groupings = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 6), min_size=n, max_size=n),
        st.lists(st.sampled_from("abcdefg"), min_size=n, max_size=n),
    )
)


@given(groupings)
def test_pairwise_counts_every_pair_once(both):
    """Pairwise counts equal those found by looking at every pair."""
    gold, predicted = both
    expected = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for i, j in itertools.combinations(range(len(gold)), 2):
        same, said = gold[i] == gold[j], predicted[i] == predicted[j]
        expected[("t" if same == said else "f") + ("p" if said else "n")] += 1
    got = evaluation.pairwise(gold, predicted)
    assert got.true_positive == expected["tp"]
    assert got.false_positive == expected["fp"]
    assert got.false_negative == expected["fn"]
    assert got.true_negative == expected["tn"]


@given(groupings)
def test_pairwise_agrees_with_scikit_learn(both):
    """Pairwise counts are half of scikit-learn's ordered pair confusion matrix."""
    (tn, fp), (fn, tp) = (pair_confusion_matrix(*both) // 2).tolist()
    got = evaluation.pairwise(*both)
    assert (got.true_negative, got.false_positive) == (tn, fp)
    assert (got.false_negative, got.true_positive) == (fn, tp)


@given(groupings)
def test_b_cubed_is_the_mean_over_items(both):
    """B-cubed equals its definition, item by item."""
    gold, predicted = both
    precision, recall = [], []
    for g, p in zip(gold, predicted, strict=True):
        right = sum(x == g and y == p for x, y in zip(gold, predicted, strict=True))
        precision.append(right / predicted.count(p))
        recall.append(right / gold.count(g))
    got = evaluation.b_cubed(gold, predicted)
    assert got.precision == pytest.approx(np.mean(precision))
    assert got.recall == pytest.approx(np.mean(recall))


@given(groupings)
def test_adjusted_rand_agrees_with_scikit_learn(both):
    """The adjusted Rand index equals scikit-learn's."""
    assert evaluation.adjusted_rand(*both) == pytest.approx(adjusted_rand_score(*both))


def test_a_known_example():
    """One wrong member in a worked example gives the figures worked out by hand."""
    gold, predicted = [1, 1, 1, 2, 2], ["x", "x", "y", "y", "y"]
    assert evaluation.pairwise(gold, predicted) == evaluation.Counts.of(2, 2, 2, 4)
    cubed = evaluation.b_cubed(gold, predicted)
    assert cubed.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert cubed.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_pair_scores():
    """Answers on pairs are counted by label and answer."""
    gold = np.array([True, True, False, False, False])
    said = np.array([True, False, True, False, False])
    got = evaluation.pair_scores(gold, said)
    assert got == evaluation.Counts.of(1, 1, 1, 2)
    assert got.f1 == pytest.approx(0.5)


def test_nothing_to_count_is_not_a_score():
    """Where no pair was predicted or labelled the score is unknown, not zero."""
    got = evaluation.pairwise(["a", "b"], [1, 2])
    assert got.precision is None
    assert got.recall is None
    assert got.f1 is None
    assert evaluation.b_cubed([], []).f1 is None


def test_every_item_needs_both():
    """Labels and predictions of different length are refused."""
    with pytest.raises(ValueError, match="3 labels against 2 predictions"):
        evaluation.pairwise([1, 2, 3], [1, 2])
