"""What became of a cluster or a story, as it is told: where it lives on, and what passed when."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass

from dedupe.constraints.records import Level
from dedupe.errors import NotFound
from dedupe.night.records import LineageLine
from dedupe.ports import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Heirs:
    """Where an id lives on; neither is given of one that is in use, or lives on nowhere."""

    merged_into: str | None = None
    """The living group that all of it went to."""
    split_into: tuple[str, ...] = ()
    """The living groups that parts of it went to, what took most of it first."""

    @property
    def first(self) -> str | None:
        """The living group that took most of it."""
        return next(iter(self.split_into), self.merged_into)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLineage:
    """A part of what passed from or to a group, the oldest first."""

    id: str
    living: bool
    heirs: Heirs
    lines: tuple[LineageLine, ...]
    next: int | None
    """Lines to skip for those that follow; None at the end."""


class Followed(ABC):
    """What became of groups, for the service to inherit."""

    @abstractmethod
    def shown(self) -> AbstractContextManager[Reader]:
        """A reader that tells nothing of what may not be shown now."""

    def lineage(
        self, level: Level, group_id: str, *, skip: int = 0, limit: int = 50
    ) -> GroupLineage:
        """What passed from or to a group, without the first ``skip`` lines.

        Raises:
            NotFound: there never was such a group of that level.
        """
        with self.shown() as reader:
            return group_lineage(reader, level, group_id, skip=skip, limit=limit)


def heirs(reader: Reader, group_id: str) -> Heirs:
    """Where an id lives on, over all mergers and splits since."""
    living = reader.survivors(group_id)
    return (
        Heirs(split_into=living) if len(living) > 1 else Heirs(merged_into=next(iter(living), None))
    )


def group_lineage(
    reader: Reader, level: Level, group_id: str, *, skip: int, limit: int
) -> GroupLineage:
    """At most ``limit`` lines of a group's lineage, without the first ``skip``.

    Raises:
        NotFound: there never was such a group of that level.
    """
    if reader.level_of(group_id) is not level:
        raise NotFound(level.value, group_id)
    lines = reader.lineage(group_id, skip=skip, limit=limit + 1)
    find = reader.cluster if level is Level.CLUSTER else reader.story
    return GroupLineage(
        id=group_id,
        living=find(group_id) is not None,
        heirs=heirs(reader, group_id),
        lines=tuple(lines[:limit]),
        next=skip + limit if len(lines) > limit else None,
    )
