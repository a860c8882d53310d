"""The parameters of a request for stories, and the cursor that continues their list."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from api.http import cursors, pages
from api.story_query import story_query
from dedupe.listing import Place, StoryOrder, StoryQuery

MOST = 1_000_000
Since = Annotated[
    str | None,
    Query(alias="from", max_length=40, description="Stories that went on at this time or later."),
]
Until = Annotated[
    str | None,
    Query(
        alias="to",
        max_length=40,
        description="Stories that had begun by this time; a day counts to its end.",
    ),
]
Outlet = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        description="Stories with an article of this outlet; case, spaces and accents do not matter.",
    ),
]
Language = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$",
        max_length=35,
        description="Stories with an article that states this language; a region is left out.",
    ),
]
Words = Annotated[
    str | None,
    Query(
        alias="q",
        min_length=1,
        max_length=200,
        description=(
            'Stories with an article that holds all these words in title or body; "words in '
            'quotes" stand side by side.'
        ),
    ),
]
MinSize = Annotated[int, Query(ge=1, le=MOST, description="Only stories of at least this size.")]
MaxSize = Annotated[
    int | None, Query(ge=1, le=MOST, description="Only stories of at most this size.")
]
Sort = Annotated[
    StoryOrder,
    Query(description="`newest`: by the last publication, latest first; `size`: largest first."),
]


def asked(  # noqa: PLR0913 - one argument for each parameter of the operation
    *,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    language: Language = None,
    words: Words = None,
    min_size: MinSize = 1,
    max_size: MaxSize = None,
    sort: Sort = StoryOrder.NEWEST,
    after: pages.After = None,
    limit: pages.Limit = pages.DEFAULT,
) -> StoryQuery:
    """The query of a request.

    Raises:
        BadInput: a time cannot be read, bounds exclude each other, or the cursor is of another list.
    """
    place = cursors.place(_kind(sort), after)
    return story_query(
        since=since,
        until=until,
        outlet=outlet,
        language=language,
        words=words,
        min_size=min_size,
        max_size=max_size,
        sort=sort,
        after=None if place is None else Place(value=place[0], position=place[1]),
        limit=limit,
    )


def cursor(following: StoryQuery | None) -> str | None:
    """The cursor that continues a list with this query; None at its end."""
    if following is None or following.after is None:
        return None
    return cursors.placed(_kind(following.order), following.after.value, following.after.position)


def _kind(order: StoryOrder) -> str:
    """A cursor belongs to the list in its order."""
    return f"stories-{order}"


QueryDep = Annotated[StoryQuery, Depends(asked)]
