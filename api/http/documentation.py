"""OpenAPI: every answer an operation can give, with an example, and the keys that open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api import problems
from api.http import examples, schemas
from api.http.limits import JSON, NDJSON
from api.problems import document
from dedupe.errors import SamestoryError

_SUMMARY = (
    "Have we seen this story, and whose is it? Post an article; get its cluster (the copies of "
    "the same text), its story (the pieces about the same event), the canonical source, and the "
    "evidence for each claim."
)
_ALWAYS = (401, 403, 421, 422, 500, 503)
"""Problems every operation under /v1 can end in."""
_POSTED = (400, 413, 415)
_NULL = "\0null"
_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def answers(
    model: Any,
    example: object,
    *,
    status: int = 200,
    problems: Sequence[int] = (),
    told: Sequence[SamestoryError] = (),
) -> dict[int | str, dict[str, Any]]:
    """What an operation answers: its model at ``status``, and the problems it can end in.

    ``told`` are the errors by which some of these are shown, as they come from the operation.
    """
    shown: dict[int | str, dict[str, Any]] = {
        status: {"model": model, "content": {JSON: {"example": _hidden(example)}}}
    }
    shown |= {code: _problem(code) for code in sorted({*_ALWAYS, *problems})}
    return shown | {told["status"]: _shown_problem(told) for told in map(document, told)}


def posted(
    model: Any,
    example: object,
    *,
    status: int = 200,
    problems: Sequence[int] = (),
    told: Sequence[SamestoryError] = (),
) -> dict[int | str, dict[str, Any]]:
    """As ``answers``, for an operation that reads a body."""
    return answers(model, example, status=status, problems=(*_POSTED, *problems), told=told)


def body(*, alone: bool, many: bool) -> dict[str, Any]:
    """The request body of an operation that takes one article, many, or either."""
    one = _schema(schemas.Posted)
    array = {"type": "array", "items": one}
    schema = {"oneOf": [one, array]} if alone and many else one if alone else array
    example: object = examples.POSTED if alone else [examples.POSTED]
    content: dict[str, Any] = {JSON: {"schema": schema, "example": example}}
    if many:
        content[NDJSON] = {
            "schema": {"type": "string", "description": "one article a line"},
            "example": '{"id": "1", "title": "First"}\n{"id": "2", "title": "Second"}\n',
        }
    return {"requestBody": {"required": True, "content": content}}


def install(app: FastAPI, *, keyed: bool) -> None:
    """``app.openapi`` describes the application; ``keyed`` says whether it asks for keys."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title, version=app.version, description=_SUMMARY, routes=app.routes
            )
            parts = found.setdefault("components", {})
            parts.setdefault("schemas", {})["Problem"] = _schema(schemas.Problem)
            if keyed:
                parts["securitySchemes"] = _KEYS
                found["security"] = [{name: []} for name in _KEYS]
            app.openapi_schema = _shown(found)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI documents it so


def _hidden(example: Any) -> Any:
    """The example with a mark for each null: FastAPI leaves nulls out of what it describes."""
    if isinstance(example, dict):
        return {name: _hidden(value) for name, value in example.items()}
    if isinstance(example, list):
        return [_hidden(value) for value in example]
    return _NULL if example is None else example


def _shown(document: Any) -> Any:
    """The document with its nulls back."""
    if isinstance(document, dict):
        return {name: _shown(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_shown(value) for value in document]
    return None if document == _NULL else document


def _shown_problem(told: Mapping[str, Any]) -> dict[str, Any]:
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": _hidden(dict(told)),
    }
    return {"description": told["title"], "content": {problems.MEDIA_TYPE: content}}


def _problem(status: int) -> dict[str, Any]:
    titles = {kind.title for kind in problems.KINDS.values() if kind.status == status}
    example = {**examples.PROBLEM, "status": status, "title": min(titles)}
    content: Mapping[str, Any] = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": example,
    }
    return {
        "description": "; ".join(sorted(titles)),
        "content": {problems.MEDIA_TYPE: content},
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()
