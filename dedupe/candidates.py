"""Who might belong to an article: the two candidate indexes, kept in step with the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from dedupe.model import Bools, Doubles, Floats, Int64s, Sketch, UInt64s
from dedupe.settings import Settings
from dedupe.sketch import KEPT_SHARE
from dedupe.weighing import Frequency

if TYPE_CHECKING:
    from dedupe.ports import Reader, SketchHits, SketchIndex, Store, VectorIndex

Chunks: TypeAlias = Iterator[tuple[Any, ...]]
"""Keys and what an index is to hold of them: the arguments of its ``add``."""
Changes: TypeAlias = tuple[int, Sequence[int], Sequence[int]]
"""Newest position in the log, keys added or changed and keys removed (``Reader.index_changes``)."""

_END = 2**62
"""After every line of the log: asks for the newest position only."""


class _Cache(Protocol):
    """What the two indexes have in common."""

    @property
    def add(self) -> Callable[..., None]: ...
    def remove(self, keys: Int64s, /) -> None: ...


LEAST_SHARE = 0.1
"""Of 8,038 pairs of wire stories below it none had a p_same_text over .04: shared bylines, dates
and stock phrases. They are 94 of 100 that share a sketched shingle at all."""


class Candidates:
    """Vector and sketch index with the position in the store's log that each has reached.

    Both are caches: ``catch_up`` brings them to the state of any reader, a transaction that is
    still open included, if that is inside a ``tentative`` block.
    """

    def __init__(
        self,
        vectors: VectorIndex,
        sketches: SketchIndex,
        settings: Settings,
        *,
        empty: Callable[[], tuple[VectorIndex, SketchIndex]],
        position: int = 0,
    ) -> None:
        self.vectors = vectors
        self.sketches = sketches
        self._settings = settings
        self._empty = empty
        self._vectors_at = position
        self._sketches_at = 0
        self._touched: set[int] = set()
        self._doubtful: set[int] = set()

    @property
    def position(self) -> int:
        """Place in the store's log up to which the vector index holds everything."""
        return self._vectors_at

    def catch_up(self, reader: Reader) -> None:
        """Hold what ``reader`` sees."""
        latest = max(self._vectors_at, self._sketches_at)
        changes = reader.index_changes(after=latest)
        newest = changes[0]
        if newest < latest:
            self.reset()  # the store is older than the caches: it was restored
        if self._doubtful or min(self._vectors_at, self._sketches_at) < newest:
            # Both have usually come equally far: what has changed since is asked for once.
            known = {latest: changes} if 0 < latest <= newest else {}
            self._vectors_at = self._held(
                reader, self.vectors, partial(_dated, reader), self._vectors_at, known
            )
            self._sketches_at = self._held(
                reader, self.sketches, reader.sketches, self._sketches_at, known
            )
            self._doubtful.clear()

    @contextmanager
    def tentative(self) -> Iterator[None]:
        """What is caught up with inside the block is read anew if the block fails.

        A transaction that is rolled back costs the articles it touched, not the whole index.
        """
        before = self._vectors_at, self._sketches_at
        held = self.vectors, self.sketches
        self._touched.clear()
        try:
            yield
        except BaseException:
            if 0 in before or held != (self.vectors, self.sketches):
                self.reset()
            else:
                self._doubtful |= self._touched
                self._vectors_at, self._sketches_at = before
            raise

    def reset(self) -> None:
        """Forget everything; the next ``catch_up`` rebuilds from the store."""
        self.vectors, self.sketches = self._empty()
        self._vectors_at = self._sketches_at = 0
        self._doubtful.clear()

    def verify(self, store: Store) -> Sequence[str]:
        """How the indexes, once caught up, differ from the store, in words; empty if nowhere."""
        with store.read() as reader:
            self.catch_up(reader)
            return [
                *_differing("vector", self.vectors.keys(), reader.vectors()),
                *_differing("sketch", self.sketches.keys(), reader.sketches()),
                *self._changed_vectors(reader),
            ]

    def _held(
        self,
        reader: Reader,
        index: _Cache,
        stored: Callable[[Sequence[int] | None], Chunks],
        at: int,
        known: Mapping[int, Changes],
    ) -> int:
        """The index holds what ``reader`` sees; the position that is reached with it.

        ``known`` are the changes after a position, where they were asked for already.
        """
        newest, added, removed = known.get(at) or reader.index_changes(after=at or _END)
        changed = None if at == 0 else [*added, *sorted(self._doubtful)]
        gone = [*removed, *(changed or ())]
        self._touched.update(gone)
        index.remove(np.array(gone, dtype=np.int64))
        for chunk in stored(changed):
            index.add(*chunk)
        return newest

    def _changed_vectors(self, reader: Reader) -> Iterator[str]:
        for keys, stored, published in _dated(reader, None):
            present = np.isin(keys, self.vectors.keys())
            held = self.vectors.vectors(keys[present])
            same = (held == stored[present].astype(np.float16)).all(axis=1)
            hours = self.vectors.hours(keys[present])
            timely = (hours == published[present]) | np.isnan(hours) & np.isnan(published[present])
            for what, right in (("vector", same), ("time", timely)):
                yield from (
                    f"the {what} of article number {key} in the index is not the stored one"
                    for key in keys[present][~right].tolist()
                )

    def sharing_text(self, shingles: UInt64s, near: Sequence[int] = ()) -> list[int]:
        """Keys of the articles to compare with a text word by word, most shared first.

        They share more than a phrase with it, or anything at all and are ``near`` too.
        """
        if not len(shingles):
            return []
        hits = self.sketches.search([shingles], limit=self._settings.copy_candidates)
        much = more_than_a_phrase(hits, np.array([len(shingles)])).tolist()
        close = frozenset(near)
        found = zip(hits.key.tolist(), much, strict=True)
        return [key for key, wanted in found if wanted or key in close]

    def frequency(self, shingles: UInt64s, own: Sketch | None) -> Frequency:
        """How many other articles hold those shingles of a text that every sketch keeps.

        ``own`` is the sketch that the index holds of the text's own article, if it holds one.
        """
        low = shingles[: shingles.searchsorted(np.uint64(KEPT_SHARE), "right")]
        others = self.sketches.holders(low)
        if own is not None and len(own.hashes):
            at = np.minimum(own.hashes.searchsorted(low), len(own.hashes) - 1)
            others = others - (own.hashes[at] == low)
        articles = len(self.sketches) - (own is not None)
        return Frequency(hashes=low, others=others, articles=articles)

    def near(self, vector: Floats | None, published: float | None) -> list[int]:
        """Keys of the articles with the nearest ledes inside the time window, nearest first.

        Who has no usable date passes every time gate.
        """
        if vector is None or not len(self.vectors):
            return []
        hits = self.vectors.search(
            vector[None, :],
            self._settings.story_candidates,
            hours=hours_of([published]),
            window=24.0 * self._settings.story_window_days,
        )
        return [int(key) for key in hits.key]


def more_than_a_phrase(hits: SketchHits, sizes: Int64s) -> Bools:
    """Whether one text may hold ``LEAST_SHARE`` of the other, by the share of kept hashes.

    ``sizes`` are the distinct shingles of each query. Of a short text a sketch keeps all, of a
    long one an eighth, so that what it shares stands for eight times as many.
    """
    theirs = hits.shared / np.maximum(hits.kept, 1)
    ours = hits.shared * hits.scale / sizes[hits.query]
    return np.maximum(theirs, ours) >= LEAST_SHARE


def hours_of(published: Iterable[float | None]) -> Doubles:
    """Times of publication as an array; NaN where there is none."""
    return np.array([np.nan if hour is None else hour for hour in published], np.float64)


def _dated(reader: Reader, keys: Sequence[int] | None) -> Iterator[tuple[Int64s, Floats, Doubles]]:
    """All stored vectors, or those of some keys, with the times of publication, in chunks."""
    for found, vectors in reader.vectors(keys):
        published = reader.published(found.tolist())
        yield found, vectors, hours_of(published.get(key) for key in found.tolist())


def _differing(what: str, held: Int64s, stored: Iterable[tuple[Int64s, object]]) -> Iterator[str]:
    """Keys that only one side has."""
    chunks = [keys for keys, _ in stored]
    known = np.concatenate([np.empty(0, np.int64), *chunks])
    for key in np.setdiff1d(known, held).tolist():
        yield f"the {what} of article number {key} is stored and missing in the index"
    for key in np.setdiff1d(held, known).tolist():
        yield f"the {what} of article number {key} is in the index and not stored"
