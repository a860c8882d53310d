"""Posted articles are handled in groups by one worker thread, and answered after the commit.

An idle worker takes a request at once; what arrives while a group is worked on is the next group,
so nobody waits for a timer and a busy service still pays one commit for many requests. Everything
that writes goes through this worker, for the service may be used by one thread at a time.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar

from api.logs import log
from api.problems import Failed, QueueFull
from dedupe.answer import Answer
from dedupe.errors import EncoderUnavailable, SamestoryError, StoreError, VersionMismatch
from dedupe.service import Outcome, Request

Handled: TypeAlias = Outcome | Exception
Job: TypeAlias = Callable[[], None]
Answered = TypeVar("Answered")
Observer: TypeAlias = Callable[[Sequence[Request], Sequence[Handled]], None]

# These say something about the service, not about one article: trying again one by one would
# only wait for the same lock as often as there are requests.
_OF_THE_SERVICE = (StoreError, EncoderUnavailable, VersionMismatch)

_logger = logging.getLogger("samestory.intake")


class Handler(Protocol):
    """What the intake needs of the service."""

    def handle(self, requests: Sequence[Request]) -> list[Outcome]:
        """One outcome per request, in order, all committed."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: Request
    future: Future[Outcome]
    job: Job | None = None
    """Done alone instead of handling the request, between two groups."""

    @property
    def size(self) -> int:
        return len(self.request.articles)


_NOTHING = Request(articles=())


class Intake:
    """Queues requests for the service and resolves each one's future after its commit."""

    def __init__(
        self,
        service: Handler,
        *,
        max_group: int = 64,
        max_waiting: int = 1024,
        observer: Observer | None = None,
        idle: Job | None = None,
        idle_seconds: float = 5.0,
    ) -> None:
        """``idle`` is done whenever nothing came in for ``idle_seconds``."""
        self.max_group = max_group
        self._service = service
        self._max_waiting = max_waiting
        self._observer = observer
        self._idle = idle
        self._idle_seconds = idle_seconds
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._worker: threading.Thread | None = None

    def __len__(self) -> int:
        """Requests that wait, without those being worked on."""
        return len(self._queue)

    @property
    def alive(self) -> bool:
        """The worker is there to take requests."""
        return self._worker is not None and self._worker.is_alive()

    def start(self) -> None:
        """The worker runs; a started or closed intake refuses."""
        if self._worker is not None or self._closing:
            raise RuntimeError("an intake is started once")
        self._worker = threading.Thread(target=self._run, name="samestory-intake", daemon=True)
        self._worker.start()

    def close(self, timeout: float | None = None) -> None:
        """Everything queued is handled and answered; nothing more is taken.

        Raises:
            TimeoutError: the worker was not done after ``timeout`` seconds.
        """
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._worker is not None:
            self._worker.join(timeout)
            if self._worker.is_alive():
                raise TimeoutError(f"the intake still works on {len(self)} requests")

    def enqueue(self, requests: Sequence[Request]) -> list[Future[Outcome]]:
        """A future per request; all of them are queued, in order, or none.

        Raises:
            QueueFull: too many requests wait, or the service is shutting down.
        """
        return self._put([_Waiting(request, Future()) for request in requests])

    async def call(self, job: Job) -> None:
        """The worker has done ``job`` after everything queued before it; its errors are raised.

        Raises:
            QueueFull: too many requests wait.
        """
        await asyncio.wrap_future(self._put([_Waiting(_NOTHING, Future(), job)])[0])

    async def ask(self, job: Callable[[], Answered]) -> Answered:
        """What ``job`` gave, done by the worker after everything queued before it.

        Raises:
            QueueFull: too many requests wait.
        """
        given: list[Answered] = []
        await self.call(lambda: given.append(job()))
        return given[0]

    async def submit(self, request: Request) -> Outcome:
        """The outcome of one request, once it is committed.

        Raises:
            QueueFull: too many requests wait.
            SamestoryError: the service refused the whole request.
        """
        return await asyncio.wrap_future(self.enqueue([request])[0])

    async def submit_all(self, requests: Sequence[Request]) -> list[Handled]:
        """The outcome of each request, or what it failed with, in order.

        Raises:
            QueueFull: too many requests wait; none of these was taken.
        """
        futures = [asyncio.wrap_future(future) for future in self.enqueue(requests)]
        done = await asyncio.gather(*futures, return_exceptions=True)
        return [_not_fatal(each) for each in done]

    def _put(self, waiting: Sequence[_Waiting]) -> list[Future[Outcome]]:
        with self._wake:
            if self._closing:
                raise QueueFull("the service is shutting down")
            if self._queue and len(self._queue) + len(waiting) > self._max_waiting:
                raise QueueFull(f"{len(self._queue)} requests wait already")
            self._queue.extend(waiting)
            self._wake.notify()
        return [each.future for each in waiting]

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if not group:
                self._rest()
            elif (job := group[0].job) is not None:
                _do(job, group[0].future)
            else:
                self._answer(group)

    def _next_group(self) -> list[_Waiting] | None:
        """A job, or requests of up to ``max_group`` articles; None when closed and empty.

        Empty when nothing came for ``idle_seconds``, or when all that came was cancelled.
        """
        with self._wake:
            if not self._queue and not self._closing:
                self._wake.wait(self._idle_seconds if self._idle else None)
            if not self._queue:
                return None if self._closing else []
            group: list[_Waiting] = []
            articles = 0
            while self._queue:
                articles += self._queue[0].size
                if group and (articles > self.max_group or self._queue[0].job):
                    break
                waiting = self._queue.popleft()
                if waiting.future.set_running_or_notify_cancel():
                    group.append(waiting)
                if waiting.job:
                    break
            return group

    def _rest(self) -> None:
        if self._idle is None:
            return
        try:
            self._idle()
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the next rest tries again
            log(_logger, "idle_job_failed", level=logging.WARNING, error=error)

    def _answer(self, group: Sequence[_Waiting]) -> None:
        requests = [waiting.request for waiting in group]
        handled = self._handled(requests)
        for waiting, outcome in zip(group, handled, strict=True):
            if isinstance(outcome, Exception):
                waiting.future.set_exception(outcome)
            else:
                waiting.future.set_result(outcome)
        if self._observer is not None:
            self._observer(requests, handled)

    def _handled(self, requests: Sequence[Request]) -> list[Handled]:
        """Outcomes of a group; a request that makes the group fail fails alone."""
        try:
            return self._checked(requests)
        except _OF_THE_SERVICE as error:
            return [error] * len(requests)
        except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours must be answered
            if len(requests) == 1:
                return [self._salvaged(requests[0], error)]
            log(_logger, "group_failed", level=logging.WARNING, error=error, size=len(requests))
            return [self._handled([request])[0] for request in requests]

    def _checked(self, requests: Sequence[Request]) -> list[Handled]:
        outcomes = self._service.handle(requests)
        if len(outcomes) != len(requests):
            raise RuntimeError(f"{len(requests)} requests came back as {len(outcomes)} outcomes")
        return list(outcomes)

    def _salvaged(self, request: Request, error: Exception) -> Handled:
        """The request article by article, so that one bad article fails alone.

        A request with an idempotency key is kept whole: its answer is remembered as one.
        """
        if len(request.articles) <= 1 or request.idempotency is not None:
            return error
        log(_logger, "batch_failed", level=logging.ERROR, error=error, size=len(request.articles))
        results: list[Answer | SamestoryError] = []
        for article in request.articles:
            handled = self._handled([replace(request, articles=(article,))])[0]
            results.append(_result(handled))
        return Outcome(results=tuple(results))


def _do(job: Job, future: Future[Outcome]) -> None:
    try:
        job()
    except Exception as error:  # noqa: BLE001 - the caller who waits is told, whatever it is
        future.set_exception(error)
    else:
        future.set_result(Outcome(results=()))


def _result(handled: Handled) -> Answer | SamestoryError:
    if isinstance(handled, Outcome):
        return handled.results[0]
    if isinstance(handled, SamestoryError):
        return handled
    log(_logger, "article_failed", level=logging.ERROR, error=handled)
    return Failed("the service failed on this article")


def _not_fatal(done: Outcome | BaseException) -> Handled:
    if isinstance(done, Outcome | Exception):
        return done
    raise done
