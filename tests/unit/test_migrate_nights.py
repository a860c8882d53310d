"""A store from before there were nights has the lineage that its change log tells."""

import json
import sqlite3

import pytest

from dedupe.night.records import LineageLine
from index.sqlite import SqliteStore
from index.sqlite.migrate import migrate, shipped

BEFORE = 8
LOG = [
    ("1", "article_created", "a", {}),
    ("1", "cluster_joined", "a", {"cluster": "c_1"}),
    ("1", "story_joined", "a", {"story": "s_1"}),
    ("2", "article_created", "b", {}),
    ("2", "cluster_joined", "b", {"cluster": "c_2"}),
    ("2", "story_joined", "b", {"story": "s_1"}),
    ("3", "article_created", "c", {}),
    ("3", "cluster_joined", "c", {"cluster": "c_2"}),
    ("3", "story_joined", "c", {"story": "s_1"}),
    # c_2 ends: one of its two goes to c_1, then the other to c_3; d comes from nowhere.
    ("4", "article_created", "d", {}),
    ("4", "cluster_joined", "d", {"cluster": "c_3"}),
    ("4", "cluster_joined", "b", {"cluster": "c_3"}),
    ("4", "cluster_joined", "c", {"cluster": "c_1"}),
    ("4", "story_joined", "d", {"story": "s_1"}),
    ("4", "cluster_merged", "c_2", {"merged_into": "c_1"}),
    ("4", "cluster_split", "c_2", {"new": "c_3"}),
    # Two leave s_1 for s_2, which is all that the log says of it: s_1 lives on.
    ("5", "story_joined", "a", {"story": "s_2"}),
    ("5", "story_joined", "c", {"story": "s_2"}),
    ("5", "story_split", "s_1", {"new": "s_2"}),
    # A group of which nobody was gathered moves whole.
    ("6", "story_merged", "s_9", {"merged_into": "s_2"}),
    # b is another article of the same id: it leaves nothing.
    ("7", "article_deleted", "b", {}),
    ("8", "article_created", "b", {}),
    ("8", "cluster_joined", "b", {"cluster": "c_1"}),
    ("8", "story_joined", "b", {"story": "s_2"}),
    # A group that the store has no trace of has no lineage either.
    ("8", "story_merged", "s_0", {"merged_into": "s_2"}),
    # Two verdicts of one commit: e leaves c_4, which lives on; then c_4 ends and all of it goes to c_1.
    ("8", "article_created", "e", {}),
    ("8", "cluster_joined", "e", {"cluster": "c_4"}),
    ("8", "article_created", "g", {}),
    ("8", "cluster_joined", "g", {"cluster": "c_4"}),
    ("9", "article_created", "f", {}),
    ("9", "cluster_joined", "f", {"cluster": "c_5"}),
    ("9", "cluster_joined", "e", {"cluster": "c_5"}),
    ("9", "cluster_split", "c_4", {"new": "c_5"}),
    ("9", "article_created", "h", {}),
    ("9", "cluster_joined", "h", {"cluster": "c_1"}),
    ("9", "cluster_joined", "g", {"cluster": "c_1"}),
    ("9", "cluster_merged", "c_4", {"merged_into": "c_1"}),
    ("9", "canonical_changed", "c_1", {"from": {"source": "x"}, "to": None, "rule": None}),
]
RETIRED = [("c_2", "c_1"), ("c_4", "c_1"), ("s_9", "s_2"), ("c_8", None), ("odd", None)]
LIVING = {"clusters": ["c_1", "c_3", "c_5"], "stories": ["s_1", "s_2"]}


@pytest.fixture
def old(tmp_path):
    """A store of the form before nights, with groups, retired ids and a change log."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, shipped()[:BEFORE])
    for name in LIVING["stories"]:
        sql = "INSERT INTO stories (id, size, independent_sources) VALUES (?, 1, 1)"
        connection.execute(sql, [name])
    for name in LIVING["clusters"]:
        sql = "INSERT INTO clusters (id, story, size, canonical) VALUES (?, 's_1', 1, x'7b7d')"
        connection.execute(sql, [name])
    connection.executemany("INSERT INTO retired (id, merged_into) VALUES (?, ?)", RETIRED)
    connection.executemany(
        "INSERT INTO events (at, kind, subject, data) VALUES (?, ?, ?, ?)",
        [(at, kind, subject, json.dumps(data).encode()) for at, kind, subject, data in LOG],
    )
    connection.close()
    return path


def line(at, old, new, articles, *, retired):
    return LineageLine(at=at, night=None, old=old, new=new, articles=articles, retired=retired)


def test_the_lineage_until_now_is_told_by_the_change_log(old):
    """Who joined a group has left the one before: counted by commit, with what was retired by it."""
    store = SqliteStore.open(old)
    with store.read() as reader:
        ended = [line("4", "c_2", "c_3", 1, retired=True), line("4", "c_2", "c_1", 1, retired=True)]
        assert reader.lineage("c_2") == ended
        left = line("9", "c_4", "c_5", 1, retired=False)
        merged = line("9", "c_4", "c_1", 1, retired=True)
        assert reader.lineage("c_4") == [left, merged]
        assert reader.lineage("c_1") == [ended[1], merged]
        apart = line("5", "s_1", "s_2", 2, retired=False)
        assert reader.lineage("s_1") == [apart]
        assert reader.lineage("s_2") == [apart, line("6", "s_9", "s_2", 1, retired=True)]
        assert (reader.nights(limit=9), reader.undo()) == ([], None)
    store.close()


def test_retired_ids_live_on_in_all_that_took_a_part(old):
    """What the log tells of several heirs stands with the id, the one that took most of it first."""
    store = SqliteStore.open(old)
    with store.read() as reader:
        assert reader.survivors("c_2") == ("c_1", "c_3")
        assert reader.survivors("c_4") == ("c_1",)
        assert reader.survivors("s_9") == ("s_2",)
        assert reader.survivors("c_8") == ()
        found = {name: reader.level_of(name) for name in ("c_2", "c_1", "s_9", "c_8", "odd")}
    assert found == {
        "c_2": "cluster",
        "c_1": "cluster",
        "s_9": "story",
        "c_8": "cluster",
        "odd": None,
    }
    store.close()


def test_a_store_without_a_log_has_no_lineage(tmp_path):
    """A new store, and an old one in which nothing ever passed, starts with none."""
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as connection:
        migrate(connection, shipped()[:BEFORE])
        migrate(connection, shipped())
        assert connection.execute("SELECT count(*) FROM lineage").fetchone() == (0,)
    connection.close()
