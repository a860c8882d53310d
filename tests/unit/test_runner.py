"""Work spread over processes."""

import os

import pytest

from index.runners.local import AHEAD, LocalRunner


def double(number):
    return 2 * number


def where(_):
    return os.getpid()


def broken(number):
    if number == 7:
        raise ValueError("seven")
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs):
    """Whatever the number of processes, results stand in the order of the items."""
    assert list(LocalRunner(jobs).map(double, range(50))) == list(range(0, 100, 2))


def test_one_job_stays_here_and_two_do_not():
    """One job needs no other process; with two this process works on none of the items."""
    assert set(LocalRunner(1).map(where, range(3))) == {os.getpid()}
    assert os.getpid() not in set(LocalRunner(2).map(where, range(8)))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_reaches_the_caller(jobs):
    """What a function raises is raised where its result would have come."""
    results = LocalRunner(jobs).map(broken, range(20))
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven"):
        next(results)


def test_items_are_taken_as_they_are_needed():
    """No more items wait than a few per process, however many there are."""
    taken = []
    results = LocalRunner(2).map(double, (taken.append(k) or k for k in range(1000)))
    next(results)
    assert len(taken) <= 2 * AHEAD + 2
    results.close()
