"""A whole set judged at once: in pieces, interrupted, and however it came."""

from dataclasses import replace

import numpy as np
import pytest

from api import bootstrap
from api.shipped import article_reader
from dedupe import recluster as night
from dedupe import story_judge
from dedupe.course import PLAIN, Course
from dedupe.formats.document import article_from
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.recluster import copy_links, nearest, recluster
from dedupe.settings import Settings
from index.runners.local import LocalRunner
from index.vectors_faiss import FaissVectorIndex

SETTINGS = Settings()
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgk" for b in ("an", "el", "or", "ist") for c in ("a", "um")]
EVENTS = 12


class Memory:
    """Checkpoints in a dictionary; after so many pieces saving fails."""

    def __init__(self, most=10**9):
        self.held = {}
        self.most = most

    def save(self, name, arrays):
        if len(self.held) >= self.most:
            raise InterruptedError
        self.held[name] = {key: array.copy() for key, array in arrays.items()}

    def load(self, name):
        return self.held.get(name)

    def names(self):
        return sorted(self.held)


@pytest.fixture(scope="module")
def judging():
    return bootstrap.judging(SETTINGS)


@pytest.fixture(scope="module")
def readings():
    """Pieces on a few events, of which some are copies with a sentence cut off, sorted by id."""
    rng = np.random.default_rng(11)
    centres = rng.standard_normal((EVENTS, 16))
    read = []
    for number in range(96):
        event = number % EVENTS
        own = np.random.default_rng(event if number % 3 else number)
        words = [VOCABULARY[k] for k in own.integers(0, len(VOCABULARY), 90)]
        words[::9] = [f"Event{event}"] * len(words[::9])
        document = {
            "id": str(number),
            "title": f"Event{event} {' '.join(words[:4])}",
            "body": " ".join(words[: 90 - 5 * (number % 2)]),
            "published": f"2024-03-{1 + event:02d}T{number % 24:02d}:00:00Z",
        }
        (one,) = article_reader().read([article_from(document)])
        vector = centres[event] + 0.4 * rng.standard_normal(16)
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        read.append(replace(one, profile=replace(one.profile, vector=unit)))
    return sorted(read, key=lambda one: one.id)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Pieces of a few articles and pairs."""
    monkeypatch.setattr(night, "CHUNK", 16)
    monkeypatch.setattr(night, "TEXTS", 8)
    monkeypatch.setattr(night, "KEPT_TEXTS", 24)
    monkeypatch.setattr(night, "JUDGED", 16)
    monkeypatch.setattr(story_judge, "AT_ONCE", 64)
    monkeypatch.setattr(story_judge, "PIECE", 256)


def plan(readings, judging, course=PLAIN, *, exact=50_000):
    return recluster(
        [Item(profile=one.profile, first_seen=None) for one in readings],
        [one.words for one in readings],
        vectors=FaissVectorIndex(16, exact=exact),
        judging=judging,
        settings=SETTINGS,
        course=course,
    )


def test_texts_read_by_number_give_the_links_of_texts_at_hand(readings, judging):
    """Whoever reads texts again, some at a time, gets the same links."""
    profiles = [one.profile for one in readings]
    words = [one.words for one in readings]
    asked = []

    def words_of(numbers):
        asked.append(len(numbers))
        return [words[k] for k in numbers]

    found = copy_links(profiles, words_of, judging, SETTINGS)
    assert found == copy_links(profiles, words, judging, SETTINGS)
    assert found
    assert max(asked) <= 32


@pytest.mark.parametrize("most", [0, 1, 3, 6, 9, 12])
def test_a_resumed_night_gives_what_an_uninterrupted_one_gives(readings, judging, most):
    """Wherever it stopped, the next run comes to the same plan."""
    kept = Memory(most)
    with pytest.raises(InterruptedError):
        plan(readings, judging, Course(checkpoints=kept))
    kept.most = 10**9
    assert plan(readings, judging, Course(checkpoints=kept)) == plan(readings, judging)


def test_two_processes_give_the_plan_of_one(readings, judging):
    """The plan does not depend on how many work on it."""
    assert plan(readings, judging, Course(runner=LocalRunner(2))) == plan(readings, judging)


@pytest.mark.parametrize("exact", [50_000, 40])
def test_the_plan_does_not_depend_on_the_order_of_arrival(readings, judging, exact):
    """Shuffled and sorted again by id the set gives one plan, with cells over the vectors too."""
    expected = plan(readings, judging, exact=exact)
    assert len({one.story for one in expected.placements}) > 1
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(readings))
        mixed = sorted((readings[k] for k in order), key=lambda one: one.id)
        assert plan(mixed, judging, exact=exact) == expected


def test_near_ledes_do_not_depend_on_the_pieces_they_are_looked_up_in(
    readings, judging, monkeypatch
):
    """Pieces of 16 and of all articles give the same pairs."""
    profiles = [one.profile for one in readings]
    some = nearest(profiles, FaissVectorIndex(16), SETTINGS)
    monkeypatch.setattr(night, "CHUNK", 4096)
    whole = nearest(profiles, FaissVectorIndex(16), SETTINGS)
    assert np.array_equal(np.stack(some), np.stack(whole))


def test_a_pair_has_one_probability_alone_and_among_others(readings, judging):
    """What was foreseen, judged in pieces or asked for alone is the same to the last bit."""
    profiles = [one.profile for one in readings]
    links = tuple(copy_links(profiles, [one.words for one in readings], judging, SETTINGS))
    items = tuple(Item(profile=profile, first_seen=None) for profile in profiles)
    around = Neighbourhood(items=items, links=links)
    near = nearest(profiles, FaissVectorIndex(16), SETTINGS)
    few = near[0][::2], near[1][::2]
    judge, sparse = judging.judge(around, near=near), judging.judge(around, near=few)
    left, right = np.triu_indices(len(profiles), 1)
    together = judge.same_story(left, right)
    assert np.array_equal(together, sparse.same_story(right, left))
    for k in (0, 17, 400, len(left) - 1):
        assert judge.same_story(left[k : k + 1], right[k : k + 1])[0] == together[k]
