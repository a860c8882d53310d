"""The store on one SQLite file: who may read and write it, when, and what made its data."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from dedupe.errors import SamestoryError, StoreBusy, StoreError, VersionMismatch
from index.sqlite.cache import ProfileCache
from index.sqlite.lock import NightLock
from index.sqlite.migrate import migrate, schema_version, shipped
from index.sqlite.queries import load_queries
from index.sqlite.reader import SqliteReader
from index.sqlite.writer import SqliteWriter

_RETRY_SECONDS = 0.002
"""SQLite's own busy handler sleeps up to 100 ms between looks and starves beside a bulk load."""
_CHECKPOINT_PAGES = 4000
"""16 MB of write-ahead log: a checkpoint every few hundred articles, out of reach of p99."""

_FORGETTING_STEPS = 200
"""Steps of merging the full-text index that a start takes up: a second's work."""
_LISTED_AT_ONCE = 500
"""Articles put into the lists by one transaction: half a second's work."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqliteStore:
    """The truth, in one file shared by any number of threads and processes.

    Reads see a snapshot and never wait. Writes queue behind one lock, which is SQLite's own
    ``BEGIN IMMEDIATE`` between processes and a thread lock within one; a commit is on disk
    (WAL, ``synchronous=FULL``) when ``write()`` ends.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_seconds: float,
        idle_readers: int,
        cached_profiles: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._idle_readers = idle_readers
        self._clock = clock
        self._queries = load_queries()
        self._profiles = ProfileCache(cached_profiles)
        self._expected: Mapping[str, str] = {}
        self._schema = 0
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._writer_lock = threading.Lock()
        self._forgotten_in_log = False
        self._night = NightLock(path)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        versions: Mapping[str, str] = MappingProxyType({}),
        accept_mismatch: bool = False,
        busy_seconds: float = 30.0,
        idle_readers: int = 8,
        cached_profiles: int = 16_384,
        clock: Callable[[], datetime] = _utc_now,
    ) -> SqliteStore:
        """The store at ``path``, made and migrated where needed.

        ``versions`` names what would make new data (encoder, sketch, verdict). An empty store
        takes them on; otherwise they must be those of the data, unless ``accept_mismatch``, which
        leaves it to the caller to make the data anew and to ``set_versions``.

        Raises:
            VersionMismatch: the data was made by another version, or by a newer release.
            StoreBusy: another process held the lock too long.
            StoreError: the file cannot be opened or is no store.
        """
        store = cls(
            path,
            busy_seconds=busy_seconds,
            idle_readers=idle_readers,
            cached_profiles=cached_profiles,
            clock=clock,
        )
        try:
            store._start(versions, accept_mismatch=accept_mismatch)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def read(self) -> Iterator[SqliteReader]:
        """A snapshot of what is committed now, for the ``with`` block."""
        connection = self._borrow()
        reader = SqliteReader(connection, self._queries, self._profiles)
        try:
            with _wrapped("read", self._path):
                connection.execute("BEGIN")
            # A deferred transaction takes its snapshot at its first read, not at BEGIN.
            reader.last_cursor()
            yield reader
        finally:
            reader.close()
            self._give_back(connection)

    @contextmanager
    def write(self) -> Iterator[SqliteWriter]:
        """The judge's lock: committed whole at the end of the ``with`` block, or not at all.

        Raises:
            StoreBusy: the lock was held by others for ``busy_seconds``.
            VersionMismatch: another process has given the data other versions since.
            StoreError: the commit failed; nothing was written.
        """
        deadline = time.monotonic() + self._busy_seconds
        if not self._writer_lock.acquire(timeout=self._busy_seconds):
            raise self._busy()
        try:
            with self._transaction(deadline) as writer:
                self._refuse_mismatch(writer)
                yield writer
            self._forgotten_in_log |= writer.forgot
            self._wipe_log()
        finally:
            self._writer_lock.release()

    def night_lock(self) -> AbstractContextManager[None]:
        """One night at a time, over every process on the data.

        Raises:
            NightBusy: another night is running.
        """
        return self._night.held()

    def night_running(self) -> bool:
        """Some process holds the night's lock now."""
        return self._night.taken()

    def versions(self) -> Mapping[str, str]:
        """What made the stored data: encoder, sketch, verdict, schema."""
        with self.read() as reader:
            return {**reader.versions(), "schema": str(self._schema)}

    def set_versions(self, versions: Mapping[str, str]) -> None:
        """The data is made by these from now on; see ``SqliteWriter.set_versions``."""
        with self.write() as writer:
            writer.set_versions(versions)
            self._expected = dict(versions)

    def close(self) -> None:
        """Every connection is closed; what was committed stays."""
        with self._writer_lock, self._readers_lock:
            idle, self._readers = self._readers, []
            writer, self._writer = self._writer, None
        # The writer last: the last connection to go moves the log into the file.
        for connection in (*idle, *([writer] if writer is not None else [])):
            connection.close()

    def _start(self, versions: Mapping[str, str], *, accept_mismatch: bool) -> None:
        with _wrapped("opened", self._path):
            self._writer = self._connect(
                f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES:d}",
                # Overwritten with zeros, or a removed article's text would linger in free pages.
                "PRAGMA secure_delete = ON",
                "PRAGMA foreign_keys = ON",
            )
            if not accept_mismatch:
                self._refuse_before_migrating(versions)
            self._schema = migrate(self._writer, shipped())
            # From here on waiting for the lock is _begin's.
            self._writer.execute("PRAGMA busy_timeout = 0")
        self._take_on(versions)
        if not accept_mismatch:
            self._expected = dict(versions)
            with self.read() as reader:
                self._refuse_mismatch(reader)
        self._fill_lists()

    def _refuse_before_migrating(self, versions: Mapping[str, str]) -> None:
        """What is refused keeps its form: the release that made it opens it still."""
        connection = self._connection()
        if not 0 < schema_version(connection) < shipped()[-1][0]:
            return
        reader = SqliteReader(connection, self._queries, self._profiles)
        try:
            if reader.article_ids(after=None, limit=1):
                self._refuse_versions(reader.versions(), versions)
        finally:
            reader.close()

    def _fill_lists(self) -> None:
        """Articles stored before there were lists are in them, and removed ones leave the index.

        Some at a time, in order of arrival: what is interrupted goes on at the next start, and
        nobody waits long for the judge's lock.
        """
        with self.read() as reader:
            more, forgetting = reader.unlisted(), reader.forgetting()
        while more:
            with self.write() as writer:
                more = bool(writer.list_more(limit=_LISTED_AT_ONCE))
        if forgetting:
            with self.write() as writer:
                writer.forget_more(steps=_FORGETTING_STEPS)

    def _take_on(self, versions: Mapping[str, str]) -> None:
        # A look without the lock first: a store in use is opened without waiting for its writer.
        with self.read() as reader:
            if not self._unnamed(reader, versions):
                return
        with self.write() as writer:
            writer.set_versions(self._unnamed(writer, versions))

    def _unnamed(self, reader: SqliteReader, versions: Mapping[str, str]) -> Mapping[str, str]:
        """Versions an empty store does not state yet."""
        if reader.article_ids(after=None, limit=1):
            return {}
        stored = reader.versions()
        return {name: value for name, value in versions.items() if name not in stored}

    def _refuse_mismatch(self, reader: SqliteReader) -> None:
        self._refuse_versions(reader.versions(), self._expected)
        schema = self._schema
        if (present := schema_version(self._connection())) != schema:
            raise VersionMismatch(
                f"the data in {self._path} has schema {present} by now, this process knows "
                f"{schema}; restart it with the release that migrated the data"
            )

    def _refuse_versions(self, stored: Mapping[str, str], expected: Mapping[str, str]) -> None:
        for name, ours in expected.items():
            theirs = stored.get(name)
            if theirs != ours:
                raise VersionMismatch(
                    f"the data in {self._path} was made with {name} {theirs or 'unknown'}, "
                    f"settings name {name} {ours}; run `samestory rebuild-index`"
                )

    @contextmanager
    def _transaction(self, deadline: float) -> Iterator[SqliteWriter]:
        connection = self._connection()
        self._begin(connection, deadline)
        writer = SqliteWriter(connection, self._queries, self._profiles, now=self._clock())
        try:
            yield writer
            with _wrapped("written", self._path):
                connection.execute("COMMIT")
        except BaseException:
            # In this order: after the rollback another process may use the same stamps.
            self._profiles.clear()
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise
        finally:
            writer.close()

    def _begin(self, connection: sqlite3.Connection, deadline: float) -> None:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise StoreError(
                        f"the store {self._path} cannot be written: {error}"
                    ) from error
                if time.monotonic() >= deadline:
                    raise self._busy() from error
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _wipe_log(self) -> None:
        """Removed text leaves the write-ahead log as soon as no reader needs it."""
        if self._forgotten_in_log:
            # The commit stands whatever comes of this; the next one tries again.
            with suppress(sqlite3.Error):
                row = self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                self._forgotten_in_log = bool(row[0])

    def _connection(self) -> sqlite3.Connection:
        if self._writer is None:
            raise StoreError(f"the store {self._path} is closed")
        return self._writer

    def _borrow(self) -> sqlite3.Connection:
        with self._readers_lock:
            if self._readers:
                return self._readers.pop()
        with _wrapped("opened", self._path):
            return self._connect("PRAGMA query_only = ON")

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._readers_lock:
                if self._writer is not None and len(self._readers) < self._idle_readers:
                    self._readers.append(connection)
                    return
        connection.close()

    def _connect(self, *pragmas: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *pragmas):
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _busy(self) -> StoreBusy:
        return StoreBusy(
            f"another writer has held {self._path} for {self._busy_seconds:g} s; "
            "try again, or wait for the bulk load to end"
        )


@contextmanager
def _wrapped(action: str, path: Path) -> Iterator[None]:
    try:
        yield
    except SamestoryError:
        raise
    except sqlite3.Error as error:
        raise StoreError(f"the store {path} cannot be {action}: {error}") from error
