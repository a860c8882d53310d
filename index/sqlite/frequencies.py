"""How common terms are in the store: one snapshot of counts, the newest, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dedupe.errors import StoreError
from dedupe.terms.background import Frequencies
from index.sqlite.view import View, WritableView

_U64, _I32 = np.dtype("<u8"), np.dtype("<i4")


class FrequencyReader(View):
    """Reads what was counted, and what a count starts from."""

    def articles_added(self) -> int:
        """How many articles were stored so far, removed ones included."""
        return int(self._rows("articles_added")[0][0])

    def stories_of(self, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(article, its story) in order of the articles' ids, those after this id."""
        return [(name, story) for name, story in self._rows("stories_of", after=after, limit=limit)]

    def frequencies_known(self) -> tuple[int, int]:
        """(number of the newest snapshot, articles stored until then); zeros while there is none."""
        number, added = self._rows("frequencies_known")[0]
        return int(number), int(added)

    def frequencies(self) -> Frequencies | None:
        """The newest snapshot.

        Raises:
            StoreError: it is damaged.
        """
        row = self._row("frequencies")
        return None if row is None else _decoded(row)


class FrequencyWriter(WritableView):
    """Writes what was counted."""

    _at: str

    def put_frequencies(self, found: Frequencies, *, version: str) -> None:
        """This is the newest snapshot and the one before is gone; ``version`` names what it makes."""
        self._write("forget_frequencies")
        self._write(
            "put_frequencies",
            at=self._at,
            stories=found.stories,
            added=found.added,
            position=found.position,
            keys=np.ascontiguousarray(found.keys, _U64).tobytes(),
            counts=np.ascontiguousarray(found.counts, _I32).tobytes(),
        )
        self._write_many("set_version", [{"name": "background", "value": version}])


def _decoded(row: tuple[Any, ...]) -> Frequencies:
    at, stories, added, position, keys, counts = row
    if len(keys) != 2 * len(counts) or len(keys) % _U64.itemsize:
        raise StoreError(
            "the counted frequencies are damaged; run `samestory frequencies --update`"
        )
    return Frequencies(
        stories=stories,
        added=added,
        position=position,
        keys=np.frombuffer(keys, _U64).astype(np.uint64),
        counts=np.frombuffer(counts, _I32).astype(np.int32),
        at=at,
    )
