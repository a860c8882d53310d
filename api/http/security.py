"""The doors: which address may be bound, which Host is served, which key opens what."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import failures
from api.keys import KeyRing
from api.keys import Scope as KeyScope
from api.problems import Forbidden, Unauthorized, WrongHost
from dedupe.errors import BadInput

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
ANY_HOST = "*"


def check_bind(host: str, keys: KeyRing) -> None:
    """The service may listen on this address.

    Raises:
        BadInput: others can reach the address and no API key is set.
    """
    if keys or is_loopback(host):
        return
    raise BadInput(
        "host",
        "can be reached from other machines, and no API key is set",
        "bind to 127.0.0.1, or set SAMESTORY_API_KEYS",
        value=host,
    )


def is_loopback(host: str) -> bool:
    """Only this machine reaches the address; a name other than localhost may lead anywhere."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class HostGate:
    """Requests whose Host header names another service go no further (DNS rebinding)."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(_bare(name) for name in (*LOOPBACK_HOSTS, *allowed))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 421."""
        if scope["type"] != "http" or ANY_HOST in self._allowed:
            return await self._app(scope, receive, send)
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) == 1 and _bare(hosts[0]) in self._allowed:
            return await self._app(scope, receive, send)
        refusal = WrongHost(
            "Host",
            "is not a name this service answers to",
            "use the service's own name, or add the name to SAMESTORY_ALLOWED_HOSTS",
            value=", ".join(hosts),
        )
        return await failures.answered(refusal)(scope, receive, send)


def needs(scope: KeyScope) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets a request through whose key includes ``scope``.

    Without keys the service is open: ``check_bind`` keeps it on this machine then.
    """

    async def check(request: Request) -> None:
        keys: KeyRing = request.app.state.keys
        if not keys:
            return
        key = keys.find(_secret(request.headers))
        if key is None:
            raise Unauthorized(
                "Authorization",
                "carries no API key that is known here",
                "send `Authorization: Bearer KEY` or `X-API-Key: KEY`",
            )
        request.scope["samestory.key"] = key.name
        request.scope["samestory.source"] = key.source
        if not key.scope.includes(scope):
            raise Forbidden(
                "Authorization",
                f"carries a key of scope {key.scope}, this needs {scope}",
                f"use a key of scope {scope}",
            )

    return check


def _secret(headers: Headers) -> str:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    return headers.get("x-api-key", "")


def _bare(host: str) -> str:
    """The name without port, case or closing dot; an IPv6 address keeps its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    if host.count(":") > 1:
        return f"[{host}]"
    return host.partition(":")[0].removesuffix(".")
