"""One night at a time on one store, whichever processes work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dedupe.errors import NightBusy

_PATIENCE_SECONDS = 0.5
"""Who only looks whether a night is running holds the lock for less than this."""
_PRIVATE = 0o600


class NightLock:
    """A lock of the operating system beside the database: it goes with the process that holds it."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path = store.with_name(store.name + ".night")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else holds the lock during the ``with`` block.

        Raises:
            NightBusy: somebody holds it.
        """
        lock = self._lock(_PATIENCE_SECONDS)
        try:
            lock.acquire(poll_interval=0.01)
        except Timeout as error:
            raise NightBusy(
                f"another night is running on {self._store}; wait until it is over, or end it: "
                "what it has worked out serves the next one"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def taken(self) -> bool:
        """Somebody holds the lock now."""
        if not self._path.exists():
            return False
        lock = self._lock(0)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False

    def _lock(self, timeout: float) -> FileLock:
        return FileLock(self._path, timeout=timeout, mode=_PRIVATE)
