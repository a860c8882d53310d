"""Orders that are taken as they are written or refused: a slip of the pen deletes nothing."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from dedupe.errors import BadInput


def known_only(request: Request) -> None:
    """Every parameter of the request is one that the operation takes, and is given once.

    Raises:
        BadInput: one is not; names it and those that are.
    """
    route = request.scope["route"]
    assert isinstance(route, APIRoute), "only operations ask for this"
    taken = [one.alias for one in route.dependant.query_params]
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        value = request.query_params[name]
        if name not in taken:
            fix = f"send only {', '.join(taken)}" if taken else "send no parameters"
            raise BadInput(name, "is no parameter of this operation", fix, value=value)
        if given.count(name) > 1:
            raise BadInput(name, "is given several times", "send it once", value=value)


def without_body(request: Request, fix: str) -> None:
    """The request has no body.

    Raises:
        BadInput: it has one.
    """
    sized = request.headers.get("content-length", "0") != "0"
    if sized or "transfer-encoding" in request.headers:
        raise BadInput("body", f"{request.method} takes none here", fix)
