"""Errors as RFC 9457 problem documents, from one table.

BadInput                 422 (dedupe.errors has the rest of its tree)
├── Unreadable           400  no JSON, no UTF-8, no gzip
├── Unauthorized         401  no key, or an unknown one
├── Forbidden            403  the key's scope does not reach
├── WrongHost            421  the Host header names another service
└── Unsupported          415  another content type or encoding
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dedupe.errors import (
    BadInput,
    Conflict,
    Contradiction,
    EncoderUnavailable,
    NotFound,
    SamestoryError,
    StoreBusy,
    StoreError,
    TextPurged,
    TextWithheld,
    TooLarge,
    Untold,
    VersionMismatch,
)

MEDIA_TYPE = "application/problem+json"
SHOWN = 200
"""Code points of an offending value that are repeated to the caller."""


class QueueFull(SamestoryError):
    """More requests wait than the service will hold, or it is shutting down."""


class Failed(SamestoryError):
    """One article of a batch made the service fail; the log names the cause."""


class Unreadable(BadInput):
    """The body is no JSON, no UTF-8 or no gzip."""


class Unauthorized(BadInput):
    """No API key came with the request, or an unknown one."""


class Forbidden(BadInput):
    """The key's scope does not include what was asked."""


class WrongHost(BadInput):
    """The Host header names another service."""


class Unsupported(BadInput):
    """The body has a type or an encoding that is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of error is told over HTTP."""

    status: int
    slug: str
    title: str
    fix: str | None = None
    """For errors that do not bring their own."""
    headers: Mapping[str, str] = field(default_factory=dict)


_FIXES: Mapping[str, str] = {
    "revision": "check the number; the revisions are at /v1/articles/{id}/revisions",
    "version before revision": "there is one revision only, or name both with from and to",
    "constraint": "check the id; the orders in force are at /v1/constraints",
    "line": "check the id; the lines of a source are at /v1/sources/{source}/furniture",
}
"""What to do about things not found that stand in no list of their own."""
_AGAIN = "send the same request again after the seconds in Retry-After"
INTERNAL = Kind(
    status=500,
    slug="internal-error",
    title="The service failed",
    fix="look for the X-Request-Id of this answer in the service's log",
)
KINDS: Mapping[type[SamestoryError], Kind] = {
    Unreadable: Kind(status=400, slug="unreadable", title="The body cannot be read"),
    Unauthorized: Kind(
        status=401,
        slug="unauthorized",
        title="An API key is needed",
        headers={"WWW-Authenticate": 'Bearer realm="samestory"'},
    ),
    Forbidden: Kind(status=403, slug="forbidden", title="The API key does not allow this"),
    NotFound: Kind(
        status=404,
        slug="not-found",
        title="There is no such thing",
        fix="check the id; lists are at /v1/articles, /v1/clusters and /v1/stories",
    ),
    Conflict: Kind(
        status=409, slug="idempotency-conflict", title="The key was used for another request"
    ),
    Contradiction: Kind(
        status=409,
        slug="contradiction",
        title="The orders in force contradict it",
        fix="remove one of the orders in chain.constraints, or send another",
    ),
    TextPurged: Kind(
        status=410,
        slug="text-purged",
        title="The text is gone",
        fix="compare revisions whose text is available; /v1/articles/{id}/revisions lists them",
    ),
    TooLarge: Kind(status=413, slug="too-large", title="The input is too large"),
    Unsupported: Kind(
        status=415,
        slug="unsupported-media-type",
        title="The body has an unsupported type",
        headers={"Accept-Encoding": "gzip, identity"},
    ),
    WrongHost: Kind(status=421, slug="wrong-host", title="The Host header names another service"),
    BadInput: Kind(status=422, slug="bad-input", title="The input cannot be used"),
    TextWithheld: Kind(
        status=451,
        slug="text-withheld",
        title="The text may not be shown",
        fix="ask again when it has been released or its embargo has ended",
    ),
    QueueFull: Kind(
        status=503,
        slug="busy",
        title="Too many requests are waiting",
        fix=_AGAIN,
        headers={"Retry-After": "1"},
    ),
    StoreBusy: Kind(
        status=503,
        slug="busy",
        title="Another process is writing",
        fix=_AGAIN,
        headers={"Retry-After": "2"},
    ),
    StoreError: Kind(
        status=503,
        slug="store-unavailable",
        title="The store cannot be used",
        fix="see /readyz and the service's log",
        headers={"Retry-After": "10"},
    ),
    EncoderUnavailable: Kind(
        status=503,
        slug="encoder-unavailable",
        title="The sentence encoder cannot be used",
        fix="see /readyz and the service's log",
        headers={"Retry-After": "10"},
    ),
    VersionMismatch: Kind(
        status=503,
        slug="version-mismatch",
        title="The stored data was made by another version",
        fix="run the command that the detail names",
        headers={"Retry-After": "60"},
    ),
    Failed: INTERNAL,
    SamestoryError: INTERNAL,
}


def kind_of(error: SamestoryError) -> Kind:
    """The table's row for an error, or for the nearest of its parents."""
    return next(KINDS[each] for each in type(error).__mro__ if each in KINDS)


def document(error: SamestoryError) -> dict[str, Any]:
    """The problem document of an error; every member is there, null where it says nothing."""
    kind = kind_of(error)
    if isinstance(error, BadInput):
        return problem(
            kind,
            detail=f"{error.field}: {error.problem}",
            field=error.field,
            value=error.value,
            fix=error.fix,
        )
    if isinstance(error, NotFound):
        return problem(
            kind,
            detail=str(error),
            field=error.kind,
            value=error.key,
            fix=_FIXES.get(error.kind),
        )
    if isinstance(error, Untold):
        told = f"{error.article_id}/{error.number}"
        return problem(kind, detail=str(error), field="revision", value=told)
    if isinstance(error, Contradiction):
        chain = {"constraints": list(error.constraints), "articles": list(error.articles)}
        return {**problem(kind, detail=str(error), field="articles"), "chain": chain}
    return problem(kind, detail=str(error))


def problem(
    kind: Kind,
    *,
    detail: str,
    field: str | None = None,
    value: object = None,
    fix: str | None = None,
) -> dict[str, Any]:
    """A problem document of that kind."""
    return {
        "type": f"urn:samestory:problem:{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": _clean(detail),
        "field": None if field is None else _clean(field),
        "value": None if value is None else shortened(value),
        "fix": _clean(fix or kind.fix or ""),
    }


def shortened(value: object) -> str:
    """A value as text of at most ``SHOWN`` code points, and a mark where something was left out."""
    text = value if isinstance(value, str) else _as_json(value)
    return _clean(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def _as_json(value: object) -> str:
    """The beginning of a value as JSON, as it was sent; what is none as Python shows it."""
    parts, length = [], 0
    try:
        for part in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > SHOWN:
                break
    except (TypeError, ValueError, RecursionError):
        return reprlib.repr(value)
    return "".join(parts)


def _clean(text: str) -> str:
    """Text that can be written as UTF-8: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
