"""Lists of stories, and what stories hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dedupe.errors import BadInput
from dedupe.listing import Held, Listed, Place, Share, StoryOrder, StoryQuery
from dedupe.state import StoryState
from index.sqlite.search import expression, language_key, name_key
from index.sqlite.view import View, array

FEW = 2000
"""Stories that meet one condition and are looked at one by one; of more the list is gone through
in its order until the page is full."""
UNDATED = -1.0e12
"""Stands for no date: before every date there is."""
_COLUMN = {StoryOrder.NEWEST: "coalesce(s.last, -1.0e12)", StoryOrder.LARGEST: "s.size"}


class StoryLists(View):
    """Answers what is asked about many stories at once."""

    def stories(self, query: StoryQuery) -> Sequence[Listed]:
        """A page of stories in the order asked.

        Raises:
            BadInput: there is no word in the text that is looked for, or there are too many, or
                no letter in the name of the outlet.
        """
        conditions = _conditions(query)
        few, many = self._candidates(conditions, query.visible_at)
        if few is not None and not few:
            return []
        name = "stories_in_order" if few is None else "stories_among"
        asked = self._queries["story_asked"]
        sql = self._queries[name].format(by=_COLUMN[query.order], asked=asked)
        rows = self._run_sql(
            sql,
            {
                "among": array(few or ()),
                "since": query.since,
                "until": query.until,
                "min_size": query.min_size,
                "max_size": query.max_size,
                "now": query.visible_at,
                **{condition: many.get(condition) for condition in ("outlet", "language", "words")},
                **_after(query),
                "limit": query.limit,
            },
        )
        return [_listed(row) for row in rows]

    def held(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Held]]:
        """The articles of each of these stories, in order of arrival."""
        found: dict[str, list[Held]] = {story: [] for story in story_ids}
        for story, key, name, cluster, canonical in self._rows("held", ids=array(story_ids)):
            found[story].append(Held(key=key, id=name, cluster=cluster, canonical=bool(canonical)))
        return found

    def shares(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Share]]:
        """Whose articles each of these stories holds, by cluster and outlet."""
        found: dict[str, list[Share]] = {story: [] for story in story_ids}
        for story, cluster, outlet, source, family, in_index, count in self._rows(
            "shares", ids=array(story_ids)
        ):
            found[story].append(
                Share(
                    cluster=cluster,
                    outlet=outlet,
                    canonical_source=source,
                    canonical_family=family,
                    in_index=bool(in_index),
                    articles=count,
                )
            )
        return found

    def languages(self, story_id: str) -> Mapping[str, int]:
        """How many articles of a story state each language; "" where none is stated."""
        return dict(self._rows("languages", story=story_id))

    def unlisted(self) -> bool:
        """Some article is stored from before there were lists and is not in them yet."""
        return bool(self._rows("any_unlisted"))

    def forgetting(self) -> bool:
        """Hashes of words of removed articles still stand in the index, marked as gone."""
        return bool(self._rows("forgetting"))

    def _candidates(
        self, conditions: Mapping[str, str], now: float | None
    ) -> tuple[Sequence[str] | None, Mapping[str, str]]:
        """The stories that meet those conditions that few meet, and the other conditions."""
        few: set[str] | None = None
        many: dict[str, str] = {}
        for condition, value in conditions.items():
            found = self._column(f"stories_by_{condition}", value=value, limit=FEW + 1, now=now)
            if len(found) > FEW:
                many[condition] = value
            else:
                few = set(found) if few is None else few & set(found)
        return None if few is None else sorted(few), many


def _conditions(query: StoryQuery) -> Mapping[str, str]:
    """What is looked for in articles, in the form it is stored in."""
    conditions: dict[str, str] = {}
    if query.text is not None:
        conditions["words"] = expression(query.text)
    if query.outlet is not None:
        conditions["outlet"] = _outlet_key(query.outlet)
    if query.language is not None:
        conditions["language"] = language_key(query.language)
    return conditions


def _outlet_key(name: str) -> str:
    key = name_key(name)
    if not key:
        raise BadInput("outlet", "has no letter or digit", "send the outlet's name", value=name)
    return key


def _after(query: StoryQuery) -> Mapping[str, float]:
    """The place before the first of the list, or the one the last page ended at."""
    if query.after is None:
        return {"value": 1e300, "position": 0}
    value = query.after.value
    return {"value": UNDATED if value is None else value, "position": query.after.position}


def _listed(row: tuple[Any, ...]) -> Listed:
    story, size, independent_sources, first, last, value, position = row
    return Listed(
        state=StoryState(
            id=story,
            size=size,
            independent_sources=independent_sources,
            first=first,
            last=last,
        ),
        place=Place(value=None if value == UNDATED else value, position=position),
    )
