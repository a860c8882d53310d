"""Numbered migrations, each applied once, whole, by whichever process opens the store first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from importlib.resources import files

from dedupe.errors import StoreError, VersionMismatch


def shipped() -> Sequence[tuple[int, str]]:
    """Number and text of every migration, in order; the numbers run from 1 without a gap."""
    folder = files("index.sqlite").joinpath("migrations")
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    numbers = [int(name.split("_", 1)[0]) for name in found]
    if numbers != list(range(1, len(found) + 1)):
        raise StoreError(f"migrations are not numbered 1, 2, 3, …: {', '.join(found)}")
    return [
        (number, folder.joinpath(name).read_text(encoding="utf-8"))
        for number, name in zip(numbers, found, strict=True)
    ]


def migrate(connection: sqlite3.Connection, migrations: Sequence[tuple[int, str]]) -> int:
    """The store has the newest form; returns its number.

    Each migration is one transaction, and the number is looked at again inside it: two processes
    may open a new store at once.

    Raises:
        VersionMismatch: the store was written by a newer release.
    """
    newest = migrations[-1][0]
    present = schema_version(connection)
    if present > newest:
        raise VersionMismatch(
            f"the store has schema {present}, this release knows schemas up to {newest}; "
            "install the release that wrote it, or a newer one"
        )
    for number, script in migrations[present:]:
        _apply(connection, number, script)
    return newest


def schema_version(connection: sqlite3.Connection) -> int:
    """Number of the last migration applied; 0 for an empty file."""
    row = connection.execute("PRAGMA user_version").fetchone()
    return int(row[0])


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if schema_version(connection) < number:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit before it starts."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if any(line.strip() and not line.strip().startswith("--") for line in pending.splitlines()):
        raise StoreError(f"a migration ends in an unfinished statement: {pending.strip()[:80]!r}")
