"""Every store keeps the newest frequencies, and tells what a count of them starts from."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from dedupe.errors import StoreError
from dedupe.state import Placement
from dedupe.terms.background import Frequencies
from tests.contract.test_store import NOW, alone, open_sqlite, post, reading, story

FOUND = Frequencies(
    stories=30,
    added=41,
    position=57,
    keys=np.array([3, 2**63, 2**64 - 1], np.uint64),
    counts=np.array([20, 30, 21], np.int32),
)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def plain(found):
    return replace(found, keys=found.keys.tolist(), counts=found.counts.tolist())


def test_the_newest_frequencies_come_back(store):
    """They come back whole with their time; each has a greater number than those before."""
    with store.write() as writer:
        assert (writer.frequencies(), writer.frequencies_known()) == (None, (0, 0))
        writer.put_frequencies(FOUND, version="1+one")
        at = NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert plain(writer.frequencies()) == plain(replace(FOUND, at=at))
        first, added = writer.frequencies_known()
        assert (first > 0, added) == (True, 41)
        newer = replace(FOUND, added=90, keys=FOUND.keys[:1], counts=FOUND.counts[:1])
        writer.put_frequencies(newer, version="1+two")
    with store.read() as reader:
        assert plain(reader.frequencies()) == plain(replace(newer, at=at))
        number, added = reader.frequencies_known()
        assert (number > first, added) == (True, 90)
    assert store.versions()["background"] == "1+two"


def test_no_frequencies_are_frequencies(store):
    """A count that listed nothing comes back empty."""
    none = replace(FOUND, keys=FOUND.keys[:0], counts=FOUND.counts[:0])
    with store.write() as writer:
        writer.put_frequencies(none, version="1+none")
        assert len(writer.frequencies().keys) == 0
        assert writer.verify() == []


def test_frequencies_that_are_rolled_back_are_none(store):
    """What a failed transaction counted is not there, nor named."""

    def failing():
        with store.write() as writer:
            writer.put_frequencies(FOUND, version="1+lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with store.read() as reader:
        assert reader.frequencies() is None
    assert "background" not in store.versions()


def test_stories_are_gone_through_by_article(store):
    """Articles come with their stories in order of their ids, whenever they came, in pages."""
    post(store, "d", "b", "c")
    with store.write() as writer:
        writer.add(reading("a", seed=9), received=9.0)
        assert writer.stories_of(after="", limit=9) == [("b", "s-b"), ("c", "s-c"), ("d", "s-d")]
        joins = Placement(article_id="a", cluster="c-d", story="s-d")
        writer.apply(replace(alone("d"), placements=(joins,), stories=(story("s-d", size=2),)))
        assert writer.stories_of(after="", limit=2) == [("a", "s-d"), ("b", "s-b")]
        assert writer.stories_of(after="b", limit=9) == [("c", "s-c"), ("d", "s-d")]
        assert writer.stories_of(after="d", limit=9) == []


def test_articles_added_are_never_fewer(store):
    """Removed articles have been added too."""
    with store.read() as reader:
        assert reader.articles_added() == 0
    post(store, "a", "b", "c")
    with store.write() as writer:
        assert writer.articles_added() == 3
        writer.remove("c")
        assert writer.articles_added() == 3


def test_damaged_frequencies_are_told(tmp_path):
    """Counts that do not fit their terms are refused, and ``verify`` says so."""
    store = open_sqlite(tmp_path)
    with store.write() as writer:
        writer.put_frequencies(FOUND, version="1+one")
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE frequencies SET counts = x'00000000'")
    connection.close()
    with store.read() as reader:
        with pytest.raises(StoreError, match="frequencies --update"):
            reader.frequencies()
        assert [line for line in reader.verify() if "24 bytes of terms and 4 of counts" in line]
    store.close()
