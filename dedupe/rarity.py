"""How common terms are in the store itself: counted from its texts, and judged by.

Composes cleaning and terms. Learned furniture keeps the shipped background, and what is stored of
a text rests on none: neither depends on when an article came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from dedupe.errors import SamestoryError
from dedupe.judging import Judging
from dedupe.model import Article, Int64s, UInt64s
from dedupe.ports import Reader, Store, Writer
from dedupe.terms import Background
from dedupe.terms.background import LEAST, Frequencies, counted_terms
from dedupe.text import FurniturePatterns, clean

MOST_STORIES = 20_000
"""Shares of more than this many are no better: half a percent is known to a tenth of itself."""
MOST_TERMS = 200_000
"""Kept of a count, the most frequent: 2.4 MB."""
FIRST = 2_000
"""Articles from which a store is counted by itself; again whenever it has doubled."""
SHARE = 2
"""Articles looked at for each that comes while a count is under way: done before it is due again."""
CHUNK = 16
"""Articles looked at at a time, in 5 to 13 ms; of fewer each costs more."""
HELD = 1 << 20
"""Terms held while counting; beyond, those met once are dropped: a bound against made-up words."""
_PENDING = 1 << 18
"""Terms not yet counted that are held beside them."""


def due(added: int, before: int) -> bool:
    """A store of so many articles is counted (again), which had ``before`` at the last count."""
    return added >= max(FIRST, 2 * before)


class Tally:
    """In how many texts each term occurs."""

    def __init__(self, *, held: int = HELD) -> None:
        self._held = held
        self._keys: UInt64s = np.empty(0, np.uint64)
        self._counts: Int64s = np.empty(0, np.int64)
        self._pending: list[UInt64s] = []
        self._waiting = 0

    def add(self, texts: Iterable[UInt64s]) -> None:
        """Count the distinct terms of each text."""
        for found in texts:
            self._pending.append(found)
            self._waiting += len(found)
            if self._waiting > min(self._held, _PENDING):
                self._merge()

    def most_frequent(self, *, least: int, most: int) -> tuple[UInt64s, Int64s]:
        """Terms of ``least`` texts and more, sorted, at most ``most`` of them, with the counts."""
        self._merge()
        order = np.lexsort((self._keys, -self._counts))
        kept = np.sort(order[self._counts[order] >= least][:most])
        return self._keys[kept], self._counts[kept]

    def _merge(self) -> None:
        keys = np.concatenate([self._keys, *self._pending])
        ones = np.ones(len(keys) - len(self._keys), np.int64)
        self._keys, inverse = np.unique(keys, return_inverse=True)
        weights = np.concatenate([self._counts, ones])
        self._counts = np.bincount(inverse, weights, len(self._keys)).astype(np.int64)
        if len(self._keys) > self._held:
            often = self._counts > 1
            self._keys, self._counts = self._keys[often], self._counts[often]
        self._pending, self._waiting = [], 0


class Count:
    """A count under way: some articles at a time, nothing stored before it is done.

    Articles are gone through in order of their ids, which are hashes; the first of a story is read
    and speaks for it. So which ones are read depends on the set of articles and its stories alone.
    """

    def __init__(self, reader: Reader, patterns: FurniturePatterns) -> None:
        self.done = False
        self._patterns = patterns
        self._added = reader.articles_added()
        self._position = reader.index_changes(after=2**62)[0]
        self._last = ""
        self._seen: set[str] = set()
        self._stories = 0
        self._tally = Tally()

    def go_on(self, reader: Reader) -> None:
        """So many more articles are looked at, as they stand now."""
        rows = reader.stories_of(after=self._last, limit=CHUNK)
        self.done = len(rows) < CHUNK or self._stories + len(rows) > MOST_STORIES
        self._last = rows[-1][0] if rows else self._last
        # The first article of a story is the one that the dictionary is given last.
        first = {story: name for name, story in reversed(rows) if story not in self._seen}
        self._seen.update(first)
        found = reader.texts(sorted(first.values()))
        self._tally.add(_spoken(list(found.values()), self._patterns))
        self._stories += len(found)

    def result(self) -> Frequencies:
        """What was counted."""
        keys, counts = self._tally.most_frequent(least=LEAST, most=MOST_TERMS)
        return Frequencies(
            stories=self._stories,
            added=self._added,
            position=self._position,
            keys=keys,
            counts=counts.astype(np.int32),
        )


class LiveRarity:
    """Judges by the shipped background with the store's newest frequencies mixed in."""

    def __init__(self, patterns: FurniturePatterns, shipped: Background, judging: Judging) -> None:
        self.shipped = shipped
        self.background = shipped
        self._patterns = patterns
        self._judging = judging
        self._number = 0
        self._due = False
        self._owed = 0
        self._under_way: Count | None = None

    def follow(self, reader: Reader) -> None:
        """Verdicts rest on what the store says last, whichever process counted it."""
        number, before = reader.frequencies_known()
        self._due = due(reader.articles_added(), before)
        if number > self._number:
            self._use(reader.frequencies(), number)

    def after(self, store: Store, articles: int) -> None:
        """So many articles came in: the share of a due count that they pay for is done.

        To be called outside of any transaction, from one thread at a time. Fails silently: what
        came in is stored already, and the count is begun anew with the articles that follow.
        """
        if not self._due:
            self._under_way = None
            return
        self._owed += SHARE * articles
        steps, self._owed = divmod(self._owed, CHUNK)
        try:
            if steps:
                self._go_on(store, steps)
        except SamestoryError:
            self._under_way = None

    def count(self, store: Store, progress: Callable[..., Iterator[Any]]) -> Frequencies:
        """The store's frequencies are counted anew and stored; interrupted, nothing has changed."""
        with store.read() as reader:
            whole = Count(reader, self._patterns)
        for _ in progress(_steps(store, whole), label="count"):
            pass
        with store.write() as writer:
            return self._put(writer, whole.result())

    def _go_on(self, store: Store, steps: int) -> None:
        with store.read() as reader:
            count = self._under_way or Count(reader, self._patterns)
            for _ in range(steps):
                count.go_on(reader)
        self._under_way = count
        if count.done:
            self._finish(store, count.result())

    def _finish(self, store: Store, found: Frequencies) -> None:
        with store.write() as writer:
            # Another process may have counted meanwhile.
            if due(writer.articles_added(), writer.frequencies_known()[1]):
                self._put(writer, found)
        self._under_way, self._due = None, False

    def _put(self, writer: Writer, found: Frequencies) -> Frequencies:
        writer.put_frequencies(found, version=self.shipped.with_frequencies(found).version)
        stored = writer.frequencies()
        assert stored is not None
        return stored

    def _use(self, own: Frequencies | None, number: int) -> None:
        background = self.shipped.with_frequencies(own) if own else self.shipped
        # Another thread may have been given a newer one meanwhile.
        if number > self._number:
            self._number, self.background = number, background
            self._judging.use(background)


def _steps(store: Store, whole: Count) -> Iterator[None]:
    """The count is done when this has ended."""
    while not whole.done:
        # A snapshot each: a long one would keep the write-ahead log from being emptied.
        with store.read() as reader:
            whole.go_on(reader)
        yield


def _spoken(articles: Sequence[Article], patterns: FurniturePatterns) -> list[UInt64s]:
    """What is counted of each text."""
    cleaned = [clean(one, patterns) for one in articles]
    return counted_terms([one.title.text for one in cleaned], [one.prose for one in cleaned])
