"""Long work in pieces that are kept."""

import numpy as np
import pytest

from dedupe.course import PLAIN, Course
from index.runners.local import LocalRunner


class Memory:
    """Checkpoints in a dictionary, some of which cannot be read."""

    def __init__(self):
        self.held = {}
        self.damaged = set()

    def save(self, name, arrays):
        self.held[name] = dict(arrays)

    def load(self, name):
        return None if name in self.damaged else self.held.get(name)

    def names(self):
        return sorted(self.held)

    def clear(self):
        self.held.clear()


class Worker:
    """Squares its parts, and fails at one of them."""

    def __init__(self, fails_at=None):
        self.done = []
        self.fails_at = fails_at

    def __call__(self, part):
        if part == self.fails_at:
            raise InterruptedError
        self.done.append(part)
        return {"square": np.array([part * part])}


def squares(course, worker, parts=range(5)):
    return [int(one["square"][0]) for one in course.pieces("square", parts, worker)]


def test_pieces_come_in_order():
    """Without anything kept every part is worked out, in order."""
    assert squares(PLAIN, Worker()) == [0, 1, 4, 9, 16]


def test_a_resumed_run_does_what_is_missing():
    """What was worked out before an interruption is not worked out again, and the result is the same."""
    kept = Memory()
    with pytest.raises(InterruptedError):
        squares(Course(checkpoints=kept), Worker(fails_at=3))
    again = Worker()
    assert squares(Course(checkpoints=kept), again) == [0, 1, 4, 9, 16]
    assert again.done == [3, 4]


def test_a_piece_that_cannot_be_read_is_worked_out_again():
    """A damaged checkpoint costs its own piece only."""
    kept = Memory()
    squares(Course(checkpoints=kept), Worker())
    kept.damaged = {"square-0002"}
    again = Worker()
    assert squares(Course(checkpoints=kept), again) == [0, 1, 4, 9, 16]
    assert again.done == [2]


def test_processes_give_the_same():
    """The pieces of two processes are those of one."""
    assert squares(Course(runner=LocalRunner(2)), Worker()) == squares(PLAIN, Worker())


def test_a_whole_stage_is_worked_out_once():
    """What is kept of a stage is given back."""
    course, worker = Course(checkpoints=Memory()), Worker()
    first = course.whole("stage", lambda: worker(7))
    assert course.whole("stage", lambda: worker(8)) == first
    assert worker.done == [7]
