"""Work spread over processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from concurrent.futures import Future

In = TypeVar("In")
Out = TypeVar("Out")

AHEAD = 3
"""Items handed out per process before a result is taken: bounds what waits in memory."""


class LocalRunner:
    """Port ``Runner`` over ``jobs`` processes; with one job everything stays in this one."""

    def __init__(self, jobs: int = 1) -> None:
        self._jobs = jobs

    def map(self, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """The function's results in order of the items, which are taken as they are needed."""
        if self._jobs <= 1:
            yield from map(function, items)
            return
        # One job starts without them.
        import multiprocessing  # noqa: PLC0415
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

        # A forked process starts with the compiled patterns of this one; it runs no threads yet.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        with ProcessPoolExecutor(
            self._jobs, multiprocessing.get_context(method), _remember, (function,)
        ) as pool:
            waiting: deque[Future[Out]] = deque()
            try:
                for item in items:
                    waiting.append(cast("Future[Out]", pool.submit(_applied, item)))
                    if len(waiting) > AHEAD * self._jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


_function: Callable[[Any], Any]


def _remember(function: Callable[[Any], Any]) -> None:
    """The function reaches each process once, not with every item.

    The process leaves interruptions to its parent, and does not outlive it.
    """
    global _function  # noqa: PLW0603 - a worker process has no other place to keep it
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_orphaned, daemon=True).start()


def _orphaned() -> None:
    """When the parent is gone, however it went, nobody waits for a result."""
    from multiprocessing import parent_process  # noqa: PLC0415 - as above

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _applied(item: Any) -> Any:
    return _function(item)
