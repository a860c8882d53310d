"""Problem documents as responses: no route has a try/except."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.problems import INTERNAL, MEDIA_TYPE, Kind, Unreadable, document, kind_of, problem
from dedupe.errors import BadInput, SamestoryError

_JSON_FIX = "send a JSON object, or no body"


def answered(error: SamestoryError) -> Response:
    """The response to a request that ends in this error."""
    return _response(document(error), kind_of(error).headers)


def internal() -> Response:
    """The response to a request that ends in an error nobody foresaw; tells nothing of it."""
    return _response(problem(INTERNAL, detail="the request could not be answered"))


def install(app: FastAPI) -> None:
    """Every error the application raises on purpose is answered with a problem document."""
    app.add_exception_handler(SamestoryError, _on_samestory)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)


async def _on_samestory(_: Request, error: Exception) -> Response:
    return answered(cast("SamestoryError", error))


async def _on_http(request: Request, error: Exception) -> Response:
    """No route for this path or method, or a body that is no text."""
    error = cast("HTTPException", error)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        return answered(Unreadable("request", "is no JSON in UTF-8", _JSON_FIX))
    kind = Kind(
        status=status,
        slug=status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        fix="/openapi.json lists every path and method",
    )
    told = problem(kind, detail=str(error.detail), field="path", value=request.url.path)
    return _response(told, error.headers or {})


async def _on_validation(_: Request, error: Exception) -> Response:
    """FastAPI refused a parameter; the first complaint is told."""
    first = cast("RequestValidationError", error).errors()[0]
    where, *name = first["loc"]
    if first["type"] == "json_invalid":
        at = "".join(map(str, name))
        why = first.get("ctx", {}).get("error", "broken")
        return answered(Unreadable("request", f"is no JSON at character {at}: {why}", _JSON_FIX))
    field = ".".join(map(str, name)) or str(where)
    wrong = BadInput(
        field,
        f"{first['msg'][:1].lower()}{first['msg'][1:]}",
        f"correct the {where} parameter {field!r}; /openapi.json has its type and range",
        value=first.get("input"),
    )
    return answered(wrong)


def _response(told: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(told), status_code=told["status"], headers=headers, media_type=MEDIA_TYPE
    )
