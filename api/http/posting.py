"""From a posted body to the worker and back: read, hand in, answer with the bytes that are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson
from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from api import problems, rendering
from api.http.bodies import Posted, read_batch, read_either, read_one
from api.http.limits import JSON, NDJSON
from api.intake import Handled, Intake
from api.problems import Forbidden
from dedupe.answer import Answer, Status
from dedupe.errors import Conflict, SamestoryError
from dedupe.model import Article
from dedupe.reading import identity_source
from dedupe.service import Idempotency, Outcome, Request

Results: TypeAlias = Sequence[Answer | SamestoryError]
Articles: TypeAlias = tuple[Article | SamestoryError, ...]

_INLINE = 64 * 1024
"""Bytes up to which reading a body costs less than handing it to another thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one request may carry."""

    max_body_bytes: int
    max_batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The three ways to post articles."""

    intake: Intake
    limits: Limits
    clock: Callable[[], datetime]

    async def one(self, request: HttpRequest, key: str | None) -> Response:
        """One article, stored.

        Raises:
            SamestoryError: it cannot be read, or the service refused it.
        """
        body = await request.body()
        posted = await self._read(read_one, request, body)
        asked = Request(
            articles=_allowed(request, posted.articles), idempotency=_once(request, key, body, _one)
        )
        outcome = await self.intake.submit(asked)
        _note(request, [outcome])
        return _response(outcome.replay, replayed=True) if outcome.replay else _alone(outcome)

    async def batch(self, request: HttpRequest, key: str | None) -> Response:
        """Many articles, stored; each has its own result in its own place.

        Raises:
            SamestoryError: the body as a whole cannot be read, or the service refused all of it.
        """
        body = await request.body()
        posted = await self._read(read_batch, request, body)
        render = _lines if _wants_lines(request) else _array
        once = _once(request, key, body, render)
        articles = _allowed(request, posted.articles)
        results = await self._all(request, Request(articles=articles, idempotency=once))
        if isinstance(results, bytes):
            return _response(results, replayed=True)
        return _response(render(results))

    async def check(self, request: HttpRequest) -> Response:
        """One article or many, judged as if stored, and not stored.

        Raises:
            SamestoryError: the body cannot be read, or the service refused all of it.
        """
        body = await request.body()
        posted = await self._read(read_either, request, body)
        if posted.alone:
            outcome = await self.intake.submit(Request(articles=posted.articles, store=False))
            _note(request, [outcome])
            return _json(200, rendering.answer(_sole(outcome)))
        results = await self._all(request, Request(articles=posted.articles, store=False))
        assert not isinstance(results, bytes), "a check is never kept"
        return _response(_lines(results) if _wants_lines(request) else _array(results))

    async def _read(self, read: Callable[..., Posted], request: HttpRequest, body: bytes) -> Posted:
        arguments: tuple[Any, ...] = (body, request.headers.get("content-type", JSON))
        settings = {"limits": self.limits, "now": self.clock()}
        if len(body) <= _INLINE:
            return read(*arguments, **settings)
        return await run_in_threadpool(read, *arguments, **settings)

    async def _all(self, request: HttpRequest, asked: Request) -> Results | bytes:
        """Every article's result, in order, or the response kept under the idempotency key.

        Without such a key the batch goes in parts, so that single articles get between them.
        """
        if not asked.articles:
            return ()
        parts = [asked] if asked.idempotency else _parts(asked, self.intake.max_group)
        handled = await self.intake.submit_all(parts)
        _note(request, handled)
        if isinstance(handled[0], Outcome) and handled[0].replay is not None:
            return handled[0].replay
        if all(isinstance(each, Exception) for each in handled):
            raise next(each for each in handled if isinstance(each, Exception))
        pairs = zip(parts, handled, strict=True)
        results = [result for part, each in pairs for result in _results(part, each)]
        if asked.idempotency and isinstance(results[0], Conflict):
            raise results[0]
        return results


def _allowed(request: HttpRequest, articles: Articles) -> Articles:
    """The articles; in place of one that the key may not post for its source stands the refusal."""
    bound = request.scope.get("samestory.source")
    if bound is None:
        return articles
    own = identity_source(Article(source=bound))

    def checked(one: Article | SamestoryError) -> Article | SamestoryError:
        if isinstance(one, SamestoryError) or identity_source(one) == own:
            return one
        return Forbidden(
            "source",
            f"is not the source that this key posts for, {bound}",
            f"post it as {bound}, or with a key for its source",
            value=one.source,
        )

    return tuple(map(checked, articles))


def _parts(asked: Request, size: int) -> list[Request]:
    articles = asked.articles
    return [
        replace(asked, articles=articles[at : at + size]) for at in range(0, len(articles), size)
    ]


def _results(part: Request, handled: Handled) -> Results:
    """A part that failed as a whole failed for each of its articles."""
    if isinstance(handled, Outcome):
        return handled.results
    if isinstance(handled, SamestoryError):
        return [handled] * len(part.articles)
    raise handled


def _sole(outcome: Outcome) -> Answer:
    (result,) = outcome.results
    if isinstance(result, SamestoryError):
        raise result
    return result


def _alone(outcome: Outcome) -> Response:
    return _response(_one([_sole(outcome)]))


def _once(
    request: HttpRequest, key: str | None, body: bytes, render: Callable[[Results], bytes]
) -> Idempotency | None:
    """What makes a repeated request be answered with the first one's bytes.

    The key is kept together with the API key's name, so two callers cannot meet in one key.
    """
    if key is None:
        return None
    head = f"{request.method} {request.url.path} {request.headers.get('accept', '')}\n"
    return Idempotency(
        key=f"{request.scope.get('samestory.key', '')}:{key}",
        digest=hashlib.blake2b(head.encode() + body, digest_size=32).digest(),
        render=render,
    )


def _one(results: Results) -> bytes:
    """A kept response: a line with status and headers, then the exact body."""
    (result,) = results
    if isinstance(result, SamestoryError):
        told = problems.document(result)
        head = {"status": told["status"], "type": problems.MEDIA_TYPE, "headers": {}}
        return rendering.dump(head) + b"\n" + rendering.dump(told)
    created = result.article.status is Status.CREATED
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    location = f"/v1/articles/{quote(result.article.id, safe='')}"
    head = {"status": status, "type": JSON, "headers": {"Location": location}}
    return rendering.dump(head) + b"\n" + rendering.dump(rendering.answer(result))


def _array(results: Results) -> bytes:
    head = {"status": 200, "type": JSON, "headers": {}}
    return rendering.dump(head) + b"\n" + rendering.dump([rendering.result(r) for r in results])


def _lines(results: Results) -> bytes:
    head = {"status": 200, "type": NDJSON, "headers": {}}
    lines = (rendering.dump(rendering.result(r)) + b"\n" for r in results)
    return rendering.dump(head) + b"\n" + b"".join(lines)


def _response(kept: bytes, *, replayed: bool = False) -> Response:
    head, _, body = kept.partition(b"\n")
    told = orjson.loads(head)
    headers = told["headers"] | ({"Idempotent-Replayed": "true"} if replayed else {})
    return Response(body, status_code=told["status"], headers=headers, media_type=told["type"])


def _json(status: int, told: Any) -> Response:
    return Response(rendering.dump(told), status_code=status, media_type=JSON)


def _wants_lines(request: HttpRequest) -> bool:
    """As Accept says; where it names neither, as the request came."""
    accept = request.headers.get("accept", "")
    if NDJSON in accept:
        return True
    return JSON not in accept and NDJSON in request.headers.get("content-type", "")


def _note(request: HttpRequest, handled: Sequence[Handled]) -> None:
    """What the log line says of the articles: how many, and what became of them."""
    counted: dict[str, int] = {}
    for outcome in handled:
        for result in outcome.results if isinstance(outcome, Outcome) else ():
            name = result.article.status.value if isinstance(result, Answer) else "rejected"
            counted[name] = counted.get(name, 0) + 1
    request.scope["samestory.facts"] = {"articles": counted}
