"""The candidate indexes follow the store: commits, roll-backs, other processes, restored stores."""

from __future__ import annotations

import contextlib
import shutil
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.shipped import article_reader
from dedupe.candidates import Candidates
from dedupe.embedding import Embedder, RecentVectors
from dedupe.formats.document import article_from
from dedupe.settings import Settings
from index.encoder_hashed import HashedEncoder
from index.sketches import MemorySketchIndex
from index.sqlite import SqliteStore
from index.vectors_numpy import NumpyVectorIndex

DIMENSION = 16
NAMES = ("a", "b", "c", "d")


class Failed(Exception):
    """What makes a transaction fail."""


@cache
def readings():
    """Four articles in three versions each, by name and version; the first has no date."""
    names = [(name, version) for name in NAMES for version in range(3)]
    articles = [
        article_from(
            {
                "id": name,
                "title": name,
                "body": f"{name} {version} " * 4,
                "published": f"2024-0{version}-01" if version else None,
            }
        )
        for name, version in names
    ]
    embedder = Embedder(HashedEncoder(DIMENSION), RecentVectors())
    return dict(zip(names, embedder.embed(article_reader().read(articles)), strict=True))


class Followed:
    """Candidates over a real store, and how often they started anew."""

    def __init__(self, path):
        self.path = path
        self.resets = -1
        self.store = SqliteStore.open(path)
        self.candidates = Candidates(*self.empty(), Settings(), empty=self.empty)
        self.readings = readings()

    def empty(self):
        self.resets += 1
        return NumpyVectorIndex(DIMENSION), MemorySketchIndex(100)

    def put(self, writer, name, version):
        reading = self.readings[name, version]
        if writer.article(reading.id) is None:
            writer.add(reading, received=1.0)
        else:
            writer.revise(reading)

    def drop(self, writer, name):
        article_id = self.readings[name, 0].id
        if writer.article(article_id) is not None:
            writer.remove(article_id)

    def run(self, steps, *, sees, fails):
        """One transaction; with ``sees`` the indexes follow each of its steps."""
        with self.candidates.tentative(), self.store.write() as writer:
            for name, version in steps:
                if version is None:
                    self.drop(writer, name)
                else:
                    self.put(writer, name, version)
                if sees:
                    self.candidates.catch_up(writer)
            if fails:
                raise Failed

    def held(self):
        """Vectors and sketches as the indexes give them."""
        vectors, sketches = self.candidates.vectors, self.candidates.sketches
        return vectors.keys().tolist(), sketches.keys().tolist()


@pytest.fixture
def tested(tmp_path):
    tested = Followed(tmp_path / "store.sqlite")
    yield tested
    tested.store.close()


STEP = st.tuples(st.sampled_from(NAMES), st.sampled_from([0, 1, 2, None]))
TRANSACTION = st.tuples(st.lists(STEP, max_size=5), st.booleans(), st.booleans(), st.booleans())


@settings(max_examples=30)
@given(transactions=st.lists(TRANSACTION, max_size=8))
def test_whatever_commits_and_fails_the_indexes_equal_the_store(transactions, tmp_path_factory):
    """After commits and roll-backs, seen or not, the caught-up indexes are the store's."""
    tested = Followed(tmp_path_factory.mktemp("store") / "store.sqlite")
    for steps, sees, fails, check in transactions:
        with contextlib.suppress(Failed):
            tested.run(steps, sees=sees, fails=fails)
        if check:
            assert tested.candidates.verify(tested.store) == []
    assert tested.candidates.verify(tested.store) == []
    with tested.store.read() as reader:
        stored = sorted(key for keys, _ in reader.vectors() for key in keys.tolist())
    assert tested.held() == (stored, stored)
    tested.store.close()


def test_a_roll_back_costs_what_it_touched(tested):
    """After a failed transaction nothing starts anew: its articles are read again, no others."""
    tested.run([("a", 0), ("b", 0)], sees=True, fails=False)
    with pytest.raises(Failed):
        tested.run([("a", 1), ("b", None), ("c", 0)], sees=True, fails=True)
    assert tested.candidates.verify(tested.store) == []
    assert tested.resets == 0
    assert len(tested.held()[0]) == 2


def test_a_failed_first_transaction_starts_anew(tested):
    """What was filled inside a transaction that failed is emptied: nothing tells its keys apart."""
    tested.run([("a", 0)], sees=False, fails=False)
    with pytest.raises(Failed):
        tested.run([("b", 0)], sees=True, fails=True)
    assert tested.held() == ([], [])
    assert tested.candidates.verify(tested.store) == []


def test_a_restored_store_is_told_by_its_shorter_log(tested, tmp_path):
    """When the store is older than the indexes, they are built anew."""
    tested.run([("a", 0)], sees=True, fails=False)
    tested.store.close()
    shutil.copy(tested.path, tmp_path / "backup")
    tested.store = SqliteStore.open(tested.path)
    tested.run([("b", 0), ("a", None)], sees=True, fails=False)
    tested.store.close()
    shutil.copy(tmp_path / "backup", tested.path)
    tested.store = SqliteStore.open(tested.path)
    assert tested.candidates.verify(tested.store) == []
    assert tested.held() == ([1], [1])
    assert tested.resets == 1


def test_neighbours_are_those_of_the_time_window(tested):
    """The nearest of those inside the window; who has no date is inside every one."""
    settings = Settings(story_candidates=2, story_window_days=20.0)
    tested.candidates = Candidates(*tested.empty(), settings, empty=tested.empty)
    tested.run([("a", 1), ("b", 2), ("c", 2), ("d", 0)], sees=True, fails=False)
    vector = tested.readings["a", 1].profile.vector
    january, february = (tested.readings["a", v].profile.published for v in (1, 2))

    def near(published):
        return sorted(tested.candidates.near(vector, published))

    assert near(january) == [1, 4]
    assert set(near(february)) < {2, 3, 4}
    assert 1 in near(None)
    assert near(february + 9000.0) == [4]
    tested.run([("a", 2), ("d", 1)], sees=True, fails=False)
    assert near(january) == [4]
    assert 1 in near(february)
    assert tested.candidates.near(None, january) == []


def test_differences_are_told_one_by_one(tested):
    """A vector or sketch that is missing, left over or another one is named by its number."""
    tested.run([("a", 0), ("b", 0), ("c", 0)], sees=True, fails=False)
    candidates = tested.candidates
    vector = candidates.vectors.vectors(np.array([1]))
    candidates.vectors.remove(np.array([1]))
    candidates.vectors.add(np.array([2, 9]), np.repeat(vector, 2, axis=0), np.array([7.0, 7.0]))
    candidates.sketches.remove(np.array([3]))
    assert candidates.verify(tested.store) == [
        "the vector of article number 1 is stored and missing in the index",
        "the vector of article number 9 is in the index and not stored",
        "the sketch of article number 3 is stored and missing in the index",
        "the vector of article number 2 in the index is not the stored one",
        "the time of article number 2 in the index is not the stored one",
    ]
