"""Rows of a vector index: marked, tidied, and scanned in stretches."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.vector_rows import BLOCK, FEW, RUNS, Rows, runs


def filled(hours, start=1):
    rows = Rows(2)
    add(rows, hours, start)
    return rows


def add(rows, hours, start):
    keys = np.arange(start, start + len(hours))
    vectors = np.stack([keys % 7, keys % 5], axis=1).astype(np.float32)
    rows.append(keys, vectors, np.array(hours, np.float64))


def test_one_batch_stands_in_order_of_time():
    """Unknown times come first, then the oldest; equal times by key."""
    rows = filled([5.0, np.nan, 1.0, 5.0])
    assert rows.keys.tolist() == [2, 3, 1, 4]
    assert rows.halves[:, 0].tolist() == [2.0, 3.0, 1.0, 4.0]
    assert rows.positions(np.array([4, 2])).tolist() == [3, 0]


def test_tidying_drops_what_is_removed_and_orders_the_rest():
    """After tidying only living rows are left, by time; each old position is told its new one."""
    rows = filled([5.0, 6.0])
    add(rows, [1.0, 2.0], 3)
    rows.remove(np.array([2, 3, 99]))
    assert rows.alive.tolist() == [True, False, False, True]
    assert rows.tidy().tolist() == [1, -1, -1, 0]
    assert (rows.keys.tolist(), rows.hours.tolist()) == ([4, 1], [2.0, 5.0])
    assert (rows.total, len(rows)) == (2, 2)
    assert rows.positions(np.array([1, 4])).tolist() == [1, 0]


def test_a_feed_in_order_is_never_tidied():
    """Rows that come in order of time are not moved, however many; out of order they are once."""
    rows, moves = filled([0.0]), 0
    for start in range(2, 6 * FEW, 100):
        add(rows, [float(start)] * 100, start)
        moves += rows.untidy
    assert moves == 0
    while not rows.untidy:
        add(rows, [1.0] * 100, rows.total + 1)
    rows.tidy()
    assert not rows.untidy
    assert (np.diff(rows.hours) >= 0).all()


def test_many_removed_rows_are_worth_tidying():
    """A few removed rows are left where they are; more than a quarter are dropped."""
    rows = filled(np.arange(8.0 * FEW))
    assert not rows.untidy
    rows.remove(np.arange(1, 2 * FEW + 1))
    assert not rows.untidy
    rows.remove(np.array([2 * FEW + 1]))
    assert rows.untidy


@given(
    ends=st.lists(st.integers(0, 30 * BLOCK), max_size=40),
    length=st.integers(0, 30 * BLOCK),
)
def test_stretches_hold_every_chosen_row_once(ends, length):
    """Stretches are few, in order, do not overlap, and nothing chosen lies outside of them."""
    chosen = np.zeros(length, np.bool_)
    for end in ends:
        chosen[end : end + 3] = True
    found = list(runs(chosen))
    covered = np.zeros(length, np.bool_)
    for start, end in found:
        assert start < end <= length
        assert not covered[start:].any()
        covered[start:end] = True
    assert not (chosen & ~covered).any()
    assert len(found) <= RUNS
    assert all(chosen[start:end].any() for start, end in found)
