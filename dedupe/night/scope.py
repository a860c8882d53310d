"""Which articles a night looks at: all, or what came lately with everything that it may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

import numpy as np

from dedupe.candidates import Candidates
from dedupe.model import Int64s
from dedupe.night.inputs import PAGE, Progress
from dedupe.ports import Reader
from dedupe.state import Member

Name = TypeVar("Name")
ALL = 2**31
"""More members than any group has."""


def everything(reader: Reader) -> Int64s:
    """The store keys of all articles, ascending."""
    return reader.stamps()[0]


def recent(reader: Reader, candidates: Candidates, after: float, *, progress: Progress) -> Int64s:
    """Ascending keys of what was first seen or revised since, with all that it may change.

    These are its candidates (who shares text with it, whose lede is near) and every member of the
    stories of them all. ``after`` is in hours since 1970-01-01 UTC; ``candidates`` hold what
    ``reader`` sees.
    """
    seeds = reader.received_since(after)
    stories: set[str] = set()
    for start in progress(range(0, len(seeds), PAGE), label="scope"):
        for member in _with_candidates(reader, candidates, seeds[start : start + PAGE]):
            stories.add(member.placement.story)
    ids = chain.from_iterable(reader.story_members(name, limit=ALL) for name in sorted(stories))
    return np.sort(np.fromiter(_keys(reader, list(ids)), np.int64))


def _with_candidates(
    reader: Reader, candidates: Candidates, ids: Sequence[str]
) -> Iterator[Member]:
    """These articles and those that each may belong to."""
    members = reader.members(ids)
    yield from members
    keys: set[int] = set()
    for member in members:
        near = candidates.near(member.profile.vector, member.profile.published)
        keys |= {*near, *candidates.sharing_text(member.profile.sketch.hashes, near)}
    linked = {end for link in reader.links(ids) for end in (link.a, link.b)}
    yield from _paged(reader.members_by_key, sorted(keys))
    yield from _paged(reader.members, sorted(linked))


def _paged(
    read: Callable[[Sequence[Name]], Sequence[Member]], names: Sequence[Name]
) -> Iterator[Member]:
    for start in range(0, len(names), PAGE):
        yield from read(names[start : start + PAGE])


def _keys(reader: Reader, ids: Sequence[str]) -> Iterator[int]:
    yield from (member.key for member in _paged(reader.members, ids))
