"""A store filled with articles that lie alone, without judging them one by one.

They are read by the shipped reader and written by the store's own writer, a thousand in one
transaction, with the vectors that an encoder gives their ledes. A corpus grown by replication (see
benchmarks/replication.py) has its replicas one span of dates after the other, so that an archive
grows in time and not in density; the vectors of a replica are those of the first copy with their
dimensions exchanged, which keeps every cosine inside a replica and brings those across near 0.

What a POST does beside is left out: no verdicts, no furniture learned, no frequencies counted.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

import numpy as np

from api import articles, bootstrap
from api.config import Config
from benchmarks import replication
from benchmarks.corpus import Row
from dedupe.errors import SamestoryError
from dedupe.formats.document import MAX_BODY_BYTES
from dedupe.judging import Judging
from dedupe.model import Article, Floats, Reading
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.plan import settle
from dedupe.ports import Encoder, Writer
from dedupe.settings import Settings
from dedupe.state import Event

TOGETHER = 1_000
"""Articles in one transaction."""
LATER_EVERY = 21
"""Of so many articles the last comes later: one new one for twenty that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One article of a grown corpus."""

    row: Row
    place: int
    """Of the article in the corpus that is grown."""
    replica: int
    """0 is the corpus itself."""


def grown(rows: Sequence[Row], count: int, *, seed: int = 1) -> list[Arrival]:
    """The first ``count`` articles of the rows and their replicas."""
    stream = enumerate(replication.grown(rows, count, seed=seed))
    return [Arrival(row=row, place=k % len(rows), replica=k // len(rows)) for k, row in stream]


def earlier(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """Those that are there from the beginning."""
    return (one for k, one in enumerate(arrivals) if k % LATER_EVERY != LATER_EVERY - 1)


def later(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """The others: a new one for every twenty, spread over all dates."""
    return (one for k, one in enumerate(arrivals) if k % LATER_EVERY == LATER_EVERY - 1)


def streamed(there: int) -> int:
    """Articles of a grown corpus of which ``there`` are there from the beginning."""
    return there + there // (LATER_EVERY - 1)


class Filler:
    """Puts articles into a store; ``rows`` is the corpus that is grown."""

    def __init__(self, config: Config, engine: Encoder, rows: Sequence[Row]) -> None:
        self._config = config
        self._engine = engine
        self._rows = rows
        self._reader = bootstrap.article_reader()
        self._settings = Settings()
        self._judging: Judging = bootstrap.judging(self._settings)
        self._span = _span(rows)
        self._vectors: dict[int, Floats | None] = {}

    def fill(self, arrivals: Iterable[Arrival]) -> int:
        """The store holds these too, each alone; how many of them it took."""
        stream, taken = iter(arrivals), 0
        with bootstrap.open_service(self._config, self._engine) as service:
            while some := list(islice(stream, TOGETHER)):
                readings = self._readings(some)
                with service.store.write() as writer:
                    for reading in readings:
                        self._alone(writer, reading)
                taken += len(readings)
        return taken

    def _readings(self, some: Sequence[Arrival]) -> list[Reading]:
        found = self._read(some, [self._article(one) for one in some])
        self._embed(found)
        return [
            replace(reading, profile=replace(reading.profile, vector=self._vector(one)))
            for one, reading in found
        ]

    def _read(
        self, some: Sequence[Arrival], parsed: Sequence[Article | SamestoryError]
    ) -> list[tuple[Arrival, Reading]]:
        """Those that the service takes, read."""
        read = iter(self._reader.read([one for one in parsed if isinstance(one, Article)]))
        return [
            (one, reading)
            for one, article in zip(some, parsed, strict=True)
            if isinstance(article, Article) and isinstance(reading := next(read), Reading)
        ]

    def _article(self, one: Arrival) -> Article | SamestoryError:
        article = _parsed(one.row)
        if not isinstance(article, Article) or article.published is None:
            return article
        when = article.published.value + one.replica * self._span
        return replace(article, published=replace(article.published, value=when))

    def _embed(self, found: Sequence[tuple[Arrival, Reading]]) -> None:
        """The vectors of the corpus itself are known, as far as these articles copy it."""
        ledes = {one.place: reading.lede for one, reading in found if one.replica == 0}
        wanted = {one.place for one, _ in found} - self._vectors.keys() - ledes.keys()
        first = [Arrival(row=self._rows[k], place=k, replica=0) for k in sorted(wanted)]
        read = self._read(first, [_parsed(one.row) for one in first])
        ledes |= {one.place: reading.lede for one, reading in read}
        told = [place for place, lede in ledes.items() if lede]
        self._vectors |= dict.fromkeys(ledes)
        if told:
            vectors = self._engine.encode([ledes[place] for place in told])
            self._vectors |= dict(zip(told, vectors, strict=True))

    def _vector(self, one: Arrival) -> Floats | None:
        vector = self._vectors.get(one.place)
        return vector if vector is None or one.replica == 0 else turned(vector, one.replica)

    def _alone(self, writer: Writer, reading: Reading) -> None:
        """The article is stored, in a cluster and a story of its own."""
        if writer.article(reading.id) is not None:
            return
        received = reading.profile.published or 0.0
        writer.add(reading, received=received)
        writer.log([Event(kind="article_created", subject=reading.id)])
        around = Neighbourhood(items=(Item(profile=reading.profile, first_seen=received),))
        writer.apply(settle(around, self._judging.judge(around), self._settings, _new_id))


def turned(vector: Floats, replica: int) -> Floats:
    """The vector with its dimensions exchanged and half of them negated, by replica."""
    rng = np.random.default_rng(replica)
    order = rng.permutation(len(vector))
    signs = rng.choice(np.array([-1.0, 1.0], np.float32), len(vector))
    return np.asarray(vector[order] * signs, dtype=np.float32)


def _parsed(row: Row) -> Article | SamestoryError:
    return articles.article(row, max_body_bytes=MAX_BODY_BYTES)


def _span(rows: Sequence[Row]) -> timedelta:
    """From the first day of the corpus to the one after its last."""
    found = [one for row in rows if isinstance(one := _parsed(row), Article)]
    dates = [one.published.value for one in found if one.published is not None]
    if not dates:
        return timedelta(0)
    return timedelta(days=(max(dates) - min(dates)).days + 1)


def _new_id(kind: str) -> str:
    return f"{kind[0]}_{secrets.token_hex(8)}"
