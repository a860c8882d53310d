"""One connection to the store, and how the named queries are run over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from dedupe.errors import StoreError

Row = tuple[Any, ...]


class View:
    """Runs queries by their names; usable until the ``with`` it came from ends."""

    def __init__(self, connection: sqlite3.Connection, queries: Mapping[str, str]) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._queries = queries

    def close(self) -> None:
        """Nothing is read or written through this view any more."""
        self._connection = None

    def _column(self, name: str, /, **parameters: object) -> list[Any]:
        return [value for (value,) in self._rows(name, **parameters)]

    def _row(self, name: str, /, **parameters: object) -> Row | None:
        rows = self._rows(name, **parameters)
        return rows[0] if rows else None

    def _rows(self, name: str, /, **parameters: object) -> list[Row]:
        return self._run_sql(self._queries[name], parameters)

    def _run_sql(self, sql: str, parameters: Mapping[str, object]) -> list[Row]:
        connection = self._open_connection()
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"the store cannot be read: {error}") from error

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError("this view of the store has ended; open another with read()")
        return self._connection


class WritableView(View):
    """Runs queries that change the store, inside the one write transaction."""

    def _write(self, name: str, /, **parameters: object) -> sqlite3.Cursor:
        connection = self._open_connection()
        try:
            return connection.execute(self._queries[name], parameters)
        except sqlite3.Error as error:
            raise StoreError(f"the store cannot be written ({name}): {error}") from error

    def _write_many(self, name: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Number of rows changed."""
        connection = self._open_connection()
        try:
            return connection.executemany(self._queries[name], rows).rowcount
        except sqlite3.Error as error:
            raise StoreError(f"the store cannot be written ({name}): {error}") from error


def array(ids: Iterable[str]) -> str:
    """Ids bound as one JSON array."""
    return orjson.dumps(list(ids)).decode()


def keys_array(keys: Sequence[int]) -> str:
    """Keys bound as one JSON array."""
    return orjson.dumps([int(key) for key in keys]).decode()
