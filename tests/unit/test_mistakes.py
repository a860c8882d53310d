"""What a grouping does wrong, and how well probabilities agree with the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from dedupe import mistakes
from dedupe.calibration import calibration
from dedupe.evaluation import b_cubed, b_cubed_of_each
from dedupe.mistakes import ASKED, divided, joints, tally

GOLD = "aaaaabbbccd"
SAID = "11223333445"
"""a lies in 1, 2 and (one article) 3; 3 holds that one and all of b; c and d are whole."""


def parts(one):
    return [(part.group, part.items) for part in one.parts]


def test_a_split_group_names_its_parts():
    """A labelled group in several found ones is told with its parts, largest first."""
    (split,) = divided(GOLD, SAID)
    assert split.group == "a"
    assert parts(split) == [("1", (0, 1)), ("2", (2, 3)), ("3", (4,))]
    assert (split.size, split.hurt) == (5, 3)


def test_a_merged_group_names_what_it_holds():
    """A found group that holds several labelled ones is told with them, largest first."""
    (merged,) = divided(SAID, GOLD)
    assert merged.group == "3"
    assert parts(merged) == [("b", (5, 6, 7)), ("a", (4,))]
    assert (merged.size, merged.hurt) == (4, 1)


def test_the_worst_come_first():
    """Groups are ordered by the items outside their largest part, ties by their first item."""
    found = divided("aabbbbcc", "12345567")
    assert [(one.group, one.hurt) for one in found] == [("b", 2), ("a", 1), ("c", 1)]


def test_the_tally_counts_groups_and_items():
    """Whole, split and merged groups are counted, and the items that each kind hurts."""
    assert tally(GOLD, SAID) == mistakes.Tally(
        whole=2, split=1, merged=1, found=5, hurt_by_splits=3, hurt_by_merges=1
    )
    assert tally("aabb", "1122") == mistakes.Tally(
        whole=2, split=0, merged=0, found=2, hurt_by_splits=0, hurt_by_merges=0
    )
    # b is merged into what a lies in, whole or not.
    assert tally("aab", "111").whole == 0


groupings = st.integers(1, 25).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 5), min_size=n, max_size=n),
        st.lists(st.integers(0, 5), min_size=n, max_size=n),
    )
)


@given(groupings)
def test_parts_hold_every_item_of_a_divided_group_once(both):
    """A divided group has at least two parts, which hold its items and no other's."""
    gold, said = both
    found = divided(gold, said)
    for one in found:
        items = [k for part in one.parts for k in part.items]
        assert sorted(items) == [k for k, group in enumerate(gold) if group == one.group]
        assert len(one.parts) == len({said[k] for k in items}) >= 2
        assert one.hurt == len(items) - max(len(part.items) for part in one.parts)
    whole = {frozenset(k for k, g in enumerate(gold) if g == group) for group in gold}
    whole &= {frozenset(k for k, g in enumerate(said) if g == group) for group in said}
    assert tally(gold, said).whole == len(whole)


def test_a_joint_is_the_pair_that_agrees_best():
    """Each smaller part has its strongest pair with the others, and the mean of all of them."""
    (split,) = divided(GOLD, SAID)
    p = np.zeros((11, 11))
    p[0, 2] = p[2, 0] = 0.4
    p[4, 3] = p[3, 4] = 0.7
    found = joints(split, lambda left, right: p[left, right])
    assert [(j.part, j.left, j.right, j.p) for j in found] == [(1, 3, 4, 0.7), (2, 4, 3, 0.7)]
    assert [j.pairs for j in found] == [6, 4]
    assert [j.mean for j in found] == [pytest.approx(1.1 / 6), pytest.approx(0.7 / 4)]


def test_large_parts_are_asked_about_by_a_sample():
    """Of a large part evenly spread items are asked about, the first and the last among them."""
    (merged,) = divided("1" * 100 + "1", "a" * 100 + "b")
    asked = []

    def score(left, right):
        asked.extend(zip(left.tolist(), right.tolist(), strict=True))
        return np.zeros(len(left))

    joints(merged, score)
    assert {left for left, _ in asked} == {100}
    assert len(asked) == ASKED
    assert {asked[0][1], asked[-1][1]} == {0, 99}


def test_calibration_by_hand():
    """Brier score, expected error and the table of two bins are those worked out by hand."""
    p = np.array([0.9, 0.1, 0.7, 0.3])
    found = calibration(p, np.array([True, False, False, True]), bins=2)
    assert found.brier == pytest.approx((0.01 + 0.01 + 0.49 + 0.49) / 4)
    assert [(b.low, b.high, b.pairs) for b in found.bins] == [(0.1, 0.3, 2), (0.7, 0.9, 2)]
    assert [b.expected for b in found.bins] == pytest.approx([0.2, 0.8])
    assert [b.found for b in found.bins] == pytest.approx([0.5, 0.5])
    assert found.error == pytest.approx(0.3)
    assert (found.pairs, found.same) == (4, 2)
    assert calibration(np.empty(0), np.empty(0, dtype=bool)) is None


judged = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.35, 0.5, 0.9, 1.0]), st.booleans()), min_size=1
)


@given(judged, st.randoms(use_true_random=False))
def test_calibration_does_not_depend_on_the_order(pairs, random):
    """The same pairs in another order have the same calibration, equal probabilities too."""
    before = calibration(*map(np.array, zip(*pairs, strict=True)))
    random.shuffle(pairs)
    p, same = map(np.array, zip(*pairs, strict=True))
    again = calibration(p, same)
    assert again.error == pytest.approx(before.error)
    assert [b.found for b in again.bins] == pytest.approx([b.found for b in before.bins])
    assert again.brier == pytest.approx(brier_score_loss(same, p, labels=[False, True]))
    assert sum(b.pairs for b in again.bins) == len(pairs)
    assert max(b.pairs for b in again.bins) - min(b.pairs for b in again.bins) <= 1


def test_probabilities_that_hold_have_no_error():
    """Pairs of which the told share is the same are without error."""
    p = np.repeat([0.25, 0.75], 40)
    same = np.tile([True, False, False, False], 10).tolist() + [True, True, True, False] * 10
    assert calibration(p, np.array(same)).error == pytest.approx(0.0)


@given(groupings)
def test_b_cubed_of_each_averages_to_b_cubed(both):
    """Mean precision and recall over the items are those of the whole grouping."""
    whole = b_cubed(*both)
    precision, recall, sizes = b_cubed_of_each(*both)
    assert precision.mean() == pytest.approx(whole.precision)
    assert recall.mean() == pytest.approx(whole.recall)
    assert sizes.tolist() == [both[0].count(group) for group in both[0]]
