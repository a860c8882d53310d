"""The store in one SQLite file, shared by every process on the data folder."""

from index.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
