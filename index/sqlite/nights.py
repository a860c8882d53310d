"""Nights: the record of each, what takes the last one back, and everything stored read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dedupe.errors import NotFound
from dedupe.model import Int64s, StoryLink
from dedupe.night.records import NightRecord, NightState
from dedupe.state import ClusterState, CopyLink, Member, Placement, RelatedLink, StoryState
from index.sqlite.codec import decode_profile
from index.sqlite.documents import decode_canonical, dump, load
from index.sqlite.places import member, placement
from index.sqlite.view import Row, View, WritableView, keys_array

_CHUNK = 4096
"""Rows read at a time where all are streamed."""


class NightReader(View):
    """Reads everything of a kind, a stretch at a time, and what is recorded of nights."""

    def members_after(self, key: int, *, limit: int) -> Sequence[Member]:
        """A page of the placed articles after this key, ascending; the cache is left alone."""
        rows = self._rows("members_after", after=key, limit=limit)
        return [member(row[3:], decode_profile(row[4], *row[:3])) for row in rows]

    def placements(self, keys: Sequence[int]) -> Sequence[Placement]:
        """Where the placed ones of these articles lie, in the order asked."""
        rows = self._rows("members_by_key", keys=keys_array(keys))
        return [placement(name, place) for _, name, _, _, *place in rows if place[0] is not None]

    def stamps(self) -> tuple[Int64s, Int64s]:
        """(keys, stamps) of the placed articles, keys ascending; the arrays are parallel."""
        found = np.array(self._rows("stamps"), dtype=np.int64).reshape(-1, 2)
        return np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1])

    def cluster_states(self) -> Iterator[ClusterState]:
        """Every cluster, in order of their making."""
        for _, name, story, size, canonical in self._walk("clusters_after", 0):
            yield ClusterState(
                id=name, story=story, size=size, canonical=decode_canonical(canonical)
            )

    def story_states(self) -> Iterator[StoryState]:
        """Every story, in order of their making."""
        for _, name, size, sources, first, last in self._walk("stories_after", 0):
            yield StoryState(
                id=name, size=size, independent_sources=sources, first=first, last=last
            )

    def all_links(self) -> Iterator[CopyLink]:
        """Every copy link, once."""
        for _, _, a, b, overlap, a_in_b, b_in_a, p in self._walk("links_after", 0, 0):
            yield CopyLink(a=a, b=b, overlap=overlap, a_in_b=a_in_b, b_in_a=b_in_a, p_same_text=p)

    def all_related(self) -> Iterator[RelatedLink]:
        """Every link between two stories, once, sorted by its ends."""
        for a, b, relation, probability in self._walk("related_after", "", ""):
            yield RelatedLink(a=a, b=b, relation=StoryLink(relation), probability=probability)

    def received_since(self, hours: float) -> Sequence[str]:
        """Ids of the articles that came, or were revised, at this hour or later, ascending."""
        return self._column("received_since", hours=hours)

    def nights(self, *, limit: int) -> Sequence[NightRecord]:
        """The last nights, the newest first."""
        return [_night(row) for row in self._rows("nights", limit=limit)]

    def night(self, number: int) -> NightRecord | None:
        """The night of this number."""
        row = self._row("night", number=number)
        return None if row is None else _night(row)

    def undo(self) -> tuple[int, bytes] | None:
        """(number of the night, what takes it back)."""
        row = self._row("undo")
        return None if row is None else (int(row[0]), bytes(row[1]))

    def _walk(self, name: str, *start: int | str) -> Iterator[Row]:
        """Every row of a query that goes on after the columns it sorts by.

        Stretches are read to their end: an open cursor would outlive the snapshot.
        """
        names = ("after", "then")[: len(start)]
        last: tuple[Any, ...] = start
        while rows := self._rows(name, limit=_CHUNK, **dict(zip(names, last, strict=True))):
            yield from rows
            last = rows[-1][: len(start)]


class NightWriter(WritableView):
    """Writes what is recorded of nights."""

    def begin_night(self, record: NightRecord) -> int:
        """The night stands in the record; its number."""
        number = self._write("begin_night", **_row(record)).lastrowid
        assert number is not None
        return number

    def end_night(self, record: NightRecord) -> None:
        """This is what is known of the night of that number.

        Raises:
            NotFound: there is no such night.
        """
        if not self._write("end_night", number=record.number, **_row(record)).rowcount:
            raise NotFound("night", str(record.number))

    def keep_undo(self, number: int, undo: bytes) -> None:
        """This takes back the night of that number; what took back an earlier one is gone."""
        self._write("drop_undo")
        self._write("keep_undo", number=number, undo=undo)

    def drop_undo(self) -> None:
        """No night can be taken back."""
        self._write("drop_undo")


def _night(row: Row) -> NightRecord:
    number, started, finished, state, since, articles, churn, error = row
    return NightRecord(
        number=number,
        started=started,
        finished=finished,
        state=NightState(state),
        since=since,
        articles=articles,
        churn=load(churn),
        error=error,
    )


def _row(record: NightRecord) -> dict[str, object]:
    return {
        "started": record.started,
        "finished": record.finished,
        "state": record.state.value,
        "since": record.since,
        "articles": record.articles,
        "churn": dump(dict(record.churn)),
        "error": record.error,
    }
