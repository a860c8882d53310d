"""The articles a benchmark runs on: made up, or the caller's own."""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks import generate
from dedupe.formats.document import article_from
from dedupe.model import Article

Row = dict[str, Any]
FIELDS = ("id", "title", "body", "source", "url", "published", "lang")
"""What is taken of a line; labels stay out."""
MAX_BODY_BYTES = 2 * 1024 * 1024


def options(parser: argparse.ArgumentParser) -> None:
    """The options that choose the articles."""
    parser.add_argument("--data", type=Path, help="JSON lines (.gz too) instead of the generator")
    parser.add_argument("--seed", type=int, default=1, help="of the generator")


def rows(given: argparse.Namespace, count: int) -> list[Row]:
    """The first ``count`` articles.

    Raises:
        SystemExit: there are fewer.
    """
    source = generate.articles(given.seed) if given.data is None else _file(given.data)
    taken = [{name: row.get(name) for name in FIELDS} for row in islice(source, count)]
    if len(taken) < count:
        raise SystemExit(f"{given.data} holds {len(taken)} articles, {count} are needed")
    return taken


def labelled(given: argparse.Namespace, count: int) -> list[Row]:
    """The first ``count`` articles, or as many as there are, with their labels."""
    source = generate.articles(given.seed) if given.data is None else _file(given.data)
    return list(islice(source, count))


def written(path: Path, articles: Iterable[Row]) -> Path:
    """The path of a file that holds the articles, without their labels, as JSON lines."""
    if not path.exists():
        with path.open("wb") as lines:
            for row in articles:
                lines.write(orjson.dumps({name: row.get(name) for name in FIELDS}) + b"\n")
    return path


def told(given: argparse.Namespace) -> str:
    """Which articles these are, in words."""
    return f"generator, seed {given.seed}" if given.data is None else given.data.name


def name(given: argparse.Namespace, benchmark: str) -> str:
    """Name of the result: figures on own data never replace the generator's."""
    if given.quick:
        benchmark += "-quick"
    return benchmark if given.data is None else f"{benchmark}-{given.data.name.split('.')[0]}"


def parsed(articles: Iterable[Row]) -> list[Article]:
    """The same as the service reads them."""
    now = datetime.now(UTC)
    return [article_from(row, max_body_bytes=MAX_BODY_BYTES, now=now) for row in articles]


def _file(path: Path) -> Iterator[Row]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(orjson.loads, lines)
