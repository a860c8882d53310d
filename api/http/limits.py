"""Bodies are limited in type, encoding and size before anything reads them, inflated or not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import failures
from api.problems import Unreadable, Unsupported
from dedupe.errors import BadInput, TooLarge

JSON = "application/json"
NDJSON = "application/x-ndjson"
_STEP = 64 * 1024
"""Bytes inflated at a time: a bomb is noticed within one step of the limit."""


class BodyLimits:
    """Only JSON and NDJSON of at most ``max_bytes`` get through; gzip is inflated on the way."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a limited body, or answer 413 or 415 at once."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        try:
            encoding = self._checked(headers)
        except BadInput as refusal:
            if "expect" not in headers:
                await _discard(receive, self._max_bytes * 2)
            return await failures.answered(refusal)(scope, receive, send)
        inflate = _Inflate(self._max_bytes) if encoding == "gzip" else None
        return await self._app(scope, _Limited(receive, self._max_bytes, inflate), send)

    def _checked(self, headers: Headers) -> str:
        """The encoding of a body that may be read."""
        length = headers.get("content-length", "0")
        if _without_body(headers, length):
            return "identity"
        _check_type(headers.get("content-type", ""))
        if length.isascii() and length.isdigit() and int(length) > self._max_bytes:
            raise too_large(self._max_bytes, value=length)
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip"}:
            raise Unsupported(
                "Content-Encoding", "is not read", "send the body as gzip or plain", value=encoding
            )
        return encoding


def _without_body(headers: Headers, length: str) -> bool:
    """A bare order, from no web page: a page's request names its origin."""
    bare = length == "0" and "transfer-encoding" not in headers
    return bare and "content-type" not in headers and "origin" not in headers


def media_type(content_type: str) -> str:
    """The type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def too_large(limit: int, *, value: object = None) -> TooLarge:
    """The refusal of a request over the limit."""
    return TooLarge(
        "request",
        f"is larger than {limit} bytes",
        "send fewer articles at once, or raise SAMESTORY_MAX_REQUEST_BYTES",
        value=value,
    )


def _check_type(content_type: str) -> None:
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() not in {JSON, NDJSON}:
        raise Unsupported(
            "Content-Type",
            "is neither JSON nor NDJSON",
            f"send {JSON}, or {NDJSON} for one article a line",
            value=content_type,
        )
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if "charset=" in charset and "charset=utf-8" not in charset:
        raise Unsupported(
            "Content-Type", "names a charset other than UTF-8", "send UTF-8", value=content_type
        )


class _Limited:
    """A ``receive`` that counts what comes in and hands on what it inflates to."""

    def __init__(self, receive: Receive, max_bytes: int, inflate: _Inflate | None) -> None:
        self._receive = receive
        self._max_bytes = max_bytes
        self._inflate = inflate
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")
        more = message.get("more_body", False)
        self._seen += len(body)
        if self._seen > self._max_bytes:
            raise too_large(self._max_bytes)
        if self._inflate is not None:
            body = b"".join(self._inflate.feed(body))
            if not more:
                self._inflate.finish()
        return {"type": "http.request", "body": body, "more_body": more}


class _Inflate:
    """Gzip, inflated as it arrives and stopped at the limit; members may follow each other."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._left = max_bytes
        self._stream = _gunzip()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these bytes inflate to.

        Raises:
            Unreadable: they are no gzip.
            TooLarge: they inflate to more than the limit.
        """
        while data:
            if self._stream.eof:
                self._stream = _gunzip()
            self._begun = True
            try:
                plain = self._stream.decompress(data, _STEP)
            except zlib.error as error:
                raise _no_gzip() from error
            self._left -= len(plain)
            if self._left < 0:
                raise too_large(self._max_bytes)
            yield plain
            data = self._stream.unused_data or self._stream.unconsumed_tail

    def finish(self) -> None:
        """Nothing is missing at the end.

        Raises:
            Unreadable: the last member is cut off.
        """
        if self._begun and not self._stream.eof:
            raise _no_gzip()


def _gunzip() -> zlib._Decompress:
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _no_gzip() -> Unreadable:
    return Unreadable("body", "is no complete gzip", "send gzip as Content-Encoding says")


async def _discard(receive: Receive, at_most: int) -> None:
    """The refused body is read and dropped, so that the client gets to see the answer.

    A client that is still sending when the connection closes reads "broken pipe", not the reason.
    """
    while at_most > 0:
        message = await receive()
        at_most -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return
