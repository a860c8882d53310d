import sqlite3
import threading

import pytest

from dedupe.errors import StoreError, VersionMismatch
from index.sqlite.migrate import migrate, schema_version, shipped

FIRST = (1, "-- a comment; with a semicolon\nCREATE TABLE one (x TEXT DEFAULT 'a;b');\n")
SECOND = (2, "CREATE TABLE two (y);\nINSERT INTO one (x) VALUES ('kept');\n")
BROKEN = (2, "CREATE TABLE two (y);\nINSERT INTO nowhere VALUES (1);\n")


@pytest.fixture
def connection(tmp_path):
    connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    yield connection
    connection.close()


def tables(connection):
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def test_an_empty_file_gets_every_migration(connection):
    """Each migration is applied once, in order."""
    assert migrate(connection, [FIRST, SECOND]) == 2
    assert tables(connection) == {"one", "two"}
    assert connection.execute("SELECT x FROM one").fetchall() == [("kept",)]


def test_only_what_is_missing_is_applied(connection):
    """A store of an older form gets the newer migrations only, and keeps its data."""
    migrate(connection, [FIRST])
    connection.execute("INSERT INTO one (x) VALUES ('mine')")
    migrate(connection, [FIRST, SECOND])
    migrate(connection, [FIRST, SECOND])
    assert connection.execute("SELECT x FROM one").fetchall() == [("mine",), ("kept",)]
    assert schema_version(connection) == 2


def test_a_failing_migration_changes_nothing(connection):
    """A migration that fails half-way leaves the form before it."""
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, [FIRST, BROKEN])
    assert schema_version(connection) == 1
    assert tables(connection) == {"one"}
    assert not connection.in_transaction


def test_an_unfinished_statement_is_refused(connection):
    """A script whose last statement has no end is refused, not skipped."""
    with pytest.raises(StoreError, match="unfinished statement"):
        migrate(connection, [(1, "CREATE TABLE one (x);\nCREATE TABLE two (y)\n")])
    assert tables(connection) == set()


def test_a_newer_store_is_refused(connection):
    """A store that a newer release wrote is refused; both numbers are named."""
    migrate(connection, [FIRST, SECOND])
    with pytest.raises(VersionMismatch, match="schema 2, this release knows schemas up to 1"):
        migrate(connection, [FIRST])


def test_two_openers_migrate_once(tmp_path):
    """Connections that open a new store at once apply each migration once between them."""
    barrier, failures = threading.Barrier(4), []

    def opener():
        connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None, timeout=30)
        try:
            barrier.wait()
            migrate(connection, [FIRST, SECOND])
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=opener) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with sqlite3.connect(tmp_path / "store.db") as connection:
        assert connection.execute("SELECT count(*) FROM one").fetchall() == [(1,)]
    connection.close()


def test_the_shipped_migrations_are_numbered(connection):
    """The shipped migrations run from 1 without a gap and make a store."""
    numbers = [number for number, _ in shipped()]
    assert numbers == list(range(1, len(numbers) + 1))
    migrate(connection, shipped())
    assert {"articles", "events", "index_log"} <= tables(connection)
