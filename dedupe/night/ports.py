"""What the night asks of the store, and of the place where it keeps what it has worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy.typing as npt

from dedupe.constraints.records import Level
from dedupe.model import Int64s
from dedupe.night.records import LineageLine, NightRecord
from dedupe.state import ClusterState, CopyLink, Member, Placement, RelatedLink, StoryState

Arrays = Mapping[str, npt.NDArray[Any]]
"""Arrays by name."""


class NightReads(Protocol):
    """What a reader of the store tells of everything at once, and of what became of groups.

    A part of ``ports.Reader``.
    """

    def members_after(self, key: int, *, limit: int) -> Sequence[Member]:
        """A page of the placed articles, those after this key, ascending; 0 begins.

        Their profiles are not kept at hand: who reads everything leaves no trace in the cache.
        """

    def placements(self, keys: Sequence[int]) -> Sequence[Placement]:
        """Where the placed ones of these articles lie, in the order asked."""

    def stamps(self) -> tuple[Int64s, Int64s]:
        """(keys of the placed articles, ascending; the newest line of the index log of each)."""

    def cluster_states(self) -> Iterator[ClusterState]:
        """Every cluster, in order of their making."""

    def story_states(self) -> Iterator[StoryState]:
        """Every story, in order of their making."""

    def all_links(self) -> Iterator[CopyLink]:
        """Every copy link, once."""

    def all_related(self) -> Iterator[RelatedLink]:
        """Every link between two stories, once, sorted by its ends."""

    def received_since(self, hours: float) -> Sequence[str]:
        """Ids of the articles that came, or were revised, at this hour or later, ascending.

        Hours are since 1970-01-01 UTC.
        """

    def nights(self, *, limit: int) -> Sequence[NightRecord]:
        """The last nights, the newest first."""

    def night(self, number: int) -> NightRecord | None:
        """The night of this number."""

    def lineage(
        self, group_id: str, *, skip: int = 0, limit: int | None = None
    ) -> Sequence[LineageLine]:
        """What passed from or to a cluster or story, the oldest first, without the first ``skip``.

        Lines are only ever added at the end.
        """

    def level_of(self, group_id: str) -> Level | None:
        """What this is or was the id of; None where there never was such a group."""

    def survivors(self, retired_id: str) -> tuple[str, ...]:
        """The living groups that a retired id lives on in, over mergers and splits, each once.

        The one that most of it went to first; none where it lives on nowhere or is not retired.
        """

    def undo(self) -> tuple[int, bytes] | None:
        """(number of a night, what takes it back); None where none can be taken back."""


class NightWrites(Protocol):
    """What the night changes besides its plan (a part of ``ports.Writer``)."""

    def begin_night(self, record: NightRecord) -> int:
        """A night stands in the record; its number, ``record.number`` says nothing."""

    def end_night(self, record: NightRecord) -> None:
        """This is what is known of the night of that number.

        Raises:
            NotFound: there is no such night.
        """

    def keep_undo(self, number: int, undo: bytes) -> None:
        """This takes back the night of that number; what took back an earlier one is gone."""

    def drop_undo(self) -> None:
        """No night can be taken back."""

    def set_versions(self, versions: Mapping[str, str]) -> None:
        """The stored data is made by these; under another encoder no article has a vector."""

    def at_night(self, number: int | None) -> None:
        """What passes from group to group in this transaction, from now on, passes in this night."""


class Checkpoints(Protocol):
    """Outputs of the stages of a run, kept until it is over. Names are of ``a-z``, ``0-9``, ``-``."""

    def save(self, name: str, arrays: Arrays) -> None:
        """These arrays stand under the name, whole, or what stood there stands still."""

    def load(self, name: str) -> dict[str, npt.NDArray[Any]] | None:
        """What stands under the name; None where nothing does, or nothing that can be read."""

    def names(self) -> Sequence[str]:
        """Every name that something stands under, sorted."""

    def clear(self) -> None:
        """Nothing stands under any name."""
