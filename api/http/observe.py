"""Every request is counted, timed and logged in one line, and every answer carries its headers."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import failures
from api.logs import log
from api.metrics import Metrics

UNMATCHED = "unmatched"
"""Route of a request that met none: paths that callers make up must not become label values."""
LEFT = 499
"""Status in log and metrics of a request whose client left before it had sent all of it."""
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_logger = logging.getLogger("samestory.http")


class Observe:
    """Outermost layer: knows every answer, also the one to an error nobody foresaw."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what fails inside is answered with 500."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = time.perf_counter()
        sent = _Sent(send)
        failed: Exception | None = None
        try:
            await self._app(scope, receive, sent)
        except ClientDisconnect:
            sent.status = sent.status or LEFT
        except Exception as error:  # noqa: BLE001 - the last door: it is answered and logged below
            failed = error
            if sent.status is None:
                await failures.internal()(scope, receive, sent)
        self._told(scope, sent, time.perf_counter() - began, failed)
        return None

    def _told(self, scope: Scope, sent: _Sent, seconds: float, failed: Exception | None) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", UNMATCHED)
        status = sent.status or 500
        self._metrics.request(method=method, route=route, status=status, seconds=seconds)
        log(
            _logger,
            "request",
            level=logging.ERROR if failed else logging.INFO,
            error=failed,
            request_id=sent.request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            key=scope.get("samestory.key"),
            **scope.get("samestory.facts", {}),
        )


class _Sent:
    """A ``send`` that adds the headers every answer has and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.request_id = secrets.token_hex(8)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
        await self._send(message)
