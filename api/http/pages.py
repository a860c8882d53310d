"""Pages of lists: cursor, limit, and the JSON that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Query, Response

from api import rendering
from api.http import cursors
from api.http.limits import JSON

DEFAULT = 50
MOST = 500

After = Annotated[str | None, Query(description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of the page.")]


class Ids(Protocol):
    """A reader's way to list ids."""

    def __call__(self, *, after: str | None, limit: int) -> Sequence[str]:
        """Ids in order, after the given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Ids of a page, and the cursor that continues it."""

    ids: Sequence[str]
    next: str | None


def page(kind: str, after: str | None, limit: int, ids: Ids) -> Page:
    """The page after a cursor; one id more is asked for, to know whether there is another page.

    Raises:
        BadInput: the cursor is none of this list.
    """
    found = ids(after=cursors.read(kind, after), limit=limit + 1)
    shown = found[:limit]
    return Page(ids=shown, next=cursors.written(kind, shown[-1]) if len(found) > limit else None)


def whole(ids: Sequence[str]) -> Page:
    """Everything there is, on one page."""
    return Page(ids=ids, next=None)


def response(items: Sequence[Any], following: str | int | None) -> Response:
    """Items and where the list goes on."""
    return json({"items": items, "next": following})


def json(told: Any, *, status: int = 200) -> Response:
    """A JSON response."""
    return Response(rendering.dump(told), status_code=status, media_type=JSON)
