"""Labelled sets of articles as benchmarks/stories.py uses them: rows, labels, ledes and vectors."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from api import articles
from api.shipped import article_reader
from benchmarks import generate
from dedupe.embedding import lede_hash
from dedupe.errors import SamestoryError
from dedupe.formats.document import MAX_BODY_BYTES
from dedupe.model import Article, Doubles, Floats, Int64s, Reading
from dedupe.ports import Encoder
from dedupe.reading import ArticleReader

Row = dict[str, Any]
LABELS = ("cluster", "story", "split", "kind", "of")
"""What a line says about the answer: nobody is given it."""
CHUNK = 256
PAIRED = {
    "telegram": "telegram_news_pairs",
    "bloomberg_hard": "bloomberg_hard",
    "bloomberg_large": "bloomberg_large",
    "finnews": "finnews_human",
    "semeval": "semeval2022t8_dev",
}
"""Files of pairs by the name of their set; ``telegram`` is reported by language."""
CLUSTERED = ("fnc1", "basil", "ecbplus_dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySet:
    """Articles with the story each belongs to, read once for everybody."""

    name: str
    rows: tuple[Row, ...]
    """Without labels; each has an id."""
    stories: tuple[Any, ...]
    """Label per row, None where there is none."""
    ids: tuple[str | None, ...]
    """The service's id of each article; None of one that it refuses."""
    published: Doubles
    """Hours since 1970-01-01 UTC, NaN where no date is known."""
    vectors: Floats
    """Unit vectors of the ledes, shape = (n_rows, dimension); zeros where there is no lede."""

    @property
    def texts(self) -> list[str]:
        """Title and body of each article, as they are."""
        return [text_of(row) for row in self.rows]

    @property
    def dated(self) -> bool:
        """At least half of the articles come with a date."""
        return 2 * sum(row.get("published") is not None for row in self.rows) >= len(self.rows)

    def in_date_order(self) -> Int64s:
        """Positions by date where the set has dates, else as they are in the file."""
        if not self.dated:
            return np.arange(len(self.rows))
        return np.argsort(np.nan_to_num(self.published, nan=np.inf), kind="stable")


class KeptVectors:
    """An encoder that embeds no text twice, not even in the next run where ``path`` is given."""

    def __init__(self, engine: Encoder, path: Path | None = None) -> None:
        self._engine = engine
        self._path = path
        self._vectors: dict[bytes, Floats] = {}
        if path is not None and path.exists():
            kept = np.load(path)
            keys = (key.tobytes() for key in kept["keys"])
            self._vectors = dict(zip(keys, kept["vectors"], strict=True))

    @property
    def name(self) -> str:
        """That of the encoder."""
        return self._engine.name

    @property
    def dimension(self) -> int:
        """That of the encoder."""
        return self._engine.dimension

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, dtype = float32, shape = (len(texts), dimension)."""
        keys = [lede_hash(text) for text in texts]
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._vectors}
        if new:
            self._vectors.update(zip(new, self._engine.encode(list(new.values())), strict=True))
        found = [self._vectors[key] for key in keys]
        return np.stack(found) if found else np.empty((0, self.dimension), np.float32)

    def save(self) -> None:
        """The file holds every vector there is."""
        if self._path is not None and self._vectors:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            keys = np.stack([np.frombuffer(key, dtype=np.uint8) for key in self._vectors])
            np.savez(self._path, keys=keys, vectors=np.stack(list(self._vectors.values())))


def story_set(name: str, labelled: Sequence[Row], encoder: Encoder) -> StorySet:
    """The articles of a set, read by the shipped reader and embedded."""
    rows = unlabelled(labelled)
    told = readings(rows)
    return StorySet(
        name=name,
        rows=tuple(rows),
        stories=tuple(row.get("story") for row in labelled),
        ids=tuple(reading.profile.id if reading else None for reading in told),
        published=hours_of(told),
        vectors=embedded([reading.lede if reading else "" for reading in told], encoder),
    )


def unlabelled(labelled: Sequence[Row]) -> list[Row]:
    """The rows without their labels, each with an id of its own.

    A file that names several articles alike would have them taken for revisions of one; whoever
    labelled them meant articles.
    """
    rows: list[Row] = []
    known: set[str] = set()
    for n, row in enumerate(labelled, 1):
        name = str(row.get("id") or f"line {n}")
        name = f"{name} (line {n})" if name in known else name
        known.add(name)
        rows.append({key: value for key, value in row.items() if key not in LABELS} | {"id": name})
    return rows


def without_dates(found: StorySet) -> StorySet:
    """The same articles as if nobody had said when they were published."""
    rows = tuple({**row, "published": None} for row in found.rows)
    return replace(found, name=f"{found.name}, undated", rows=rows)


def embedded(ledes: Sequence[str], encoder: Encoder) -> Floats:
    """Unit vectors of ledes; zeros of an empty one."""
    vectors = np.zeros((len(ledes), encoder.dimension), np.float32)
    told = [k for k, lede in enumerate(ledes) if lede]
    if told:
        vectors[told] = encoder.encode([ledes[k] for k in told])
    return vectors


def ledes_of(rows: Sequence[Row]) -> list[str]:
    """What the service embeds of each article; empty of one that it refuses."""
    return [told.lede if told else "" for told in readings(rows)]


def hours_of(told: Sequence[Reading | None]) -> Doubles:
    """When each article was published, hours since 1970-01-01 UTC; NaN where no date is known."""
    found = [reading.profile.published if reading else None for reading in told]
    return np.array([np.nan if hours is None else hours for hours in found], dtype=np.float64)


def text_of(row: Row) -> str:
    """Title and body of an article as they are."""
    return "\n".join(filter(None, (row.get("title"), row.get("body"))))


def lines(path: Path) -> list[Row]:
    """The JSON lines of a file, gzipped or not."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as opened:
        return [orjson.loads(line) for line in opened]


def named(path: Path) -> str:
    """The name of the set in a file."""
    return path.name.split(".")[0]


def made_up(seed: int, count: int) -> list[Row]:
    """Articles of the generator, each with the story it belongs to."""
    found: list[Row] = []
    story: dict[str, str] = {}
    for row in generate.articles(seed):
        if len(found) == count:
            break
        story[row["id"]] = story.get(row["of"] or "", row["id"])
        found.append({**row, "story": story[row["id"]]})
    return found


def made_up_pairs(seed: int, count: int) -> list[Row]:
    """Pairs of the generator: each follower with what it follows, others with the one before."""
    found: list[Row] = []
    known: dict[str, Row] = {}
    before: Row | None = None
    for row in made_up(seed, count):
        followed = known.get(row["of"] or "")
        if followed is not None:
            found.append({"a": followed, "b": row, "label": "SAME"})
        elif before is not None:
            found.append({"a": before, "b": row, "label": "DIFFERENT"})
        known[row["id"]] = before = row
    return found


def family(name: str) -> str:
    """What is left out together: files that overlap or come from one source."""
    return name.partition("_")[0]


def parsed(row: Row) -> Article | SamestoryError:
    """The article of a row as the service takes it, or why it is refused."""
    return articles.article(row, max_body_bytes=MAX_BODY_BYTES)


def readings(rows: Sequence[Row]) -> list[Reading | None]:
    """The reading of each article; None of one that the service refuses."""
    found: list[Reading | None] = []
    for at in range(0, len(rows), CHUNK):
        told = [parsed(row) for row in rows[at : at + CHUNK]]
        read = iter(_reader().read([one for one in told if isinstance(one, Article)]))
        for one in told:
            reading = next(read) if isinstance(one, Article) else None
            found.append(reading if isinstance(reading, Reading) else None)
    return found


@cache
def _reader() -> ArticleReader:
    return article_reader()
