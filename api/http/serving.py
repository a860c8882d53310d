"""uvicorn, run from code: listen, serve, and at SIGTERM answer what was taken before leaving."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from dedupe.errors import BadInput, SamestoryError

OnBound = Callable[[str, int], None]

_BACKLOG = 2048
_LARGEST_HEAD = 64 * 1024
"""Bytes of a request line with its headers."""


class NotStarted(SamestoryError):
    """The application could not start; the log names the cause."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket: the port is known, and taken, before anything slow is loaded.

    Raises:
        BadInput: the address cannot be bound.
    """
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # asyncio switches Nagle's delay off only on sockets that name TCP as their protocol; without it
    # every answer of two packets waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((name, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise BadInput(
            "port",
            f"cannot listen on {host}:{port} ({error.strerror or error})",
            "stop what listens there, or name another --port (0 takes a free one)",
            value=port,
        ) from error
    return listener


def serve(
    app: FastAPI, listener: socket.socket, on_bound: OnBound, *, drain_seconds: int = 30
) -> None:
    """Serve until SIGINT or SIGTERM, then return; ``on_bound`` gets host and port once answering.

    At the signal no more connections are taken, requests in flight get ``drain_seconds`` to be
    answered, and the application's lifespan ends: everything acknowledged is committed.

    Raises:
        NotStarted: the application's lifespan failed.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_graceful_shutdown=drain_seconds,
    )
    host, port = listener.getsockname()[:2]
    server = _Server(config, lambda: on_bound(host, port))
    with _ends_quietly():
        server.run(sockets=[listener])
    if not server.started:
        raise NotStarted("the service could not start; the log lines above say why")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, told: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


@contextlib.contextmanager
def _ends_quietly() -> Iterator[None]:
    """A caught signal, which uvicorn raises again when it is done, no longer ends the process.

    Whoever called ``serve`` still has a store to close. Only the main thread can set handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: None) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
