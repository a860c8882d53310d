"""Rows of pages and learned furniture: how they are read and written, and how many there are.

A source is remembered by at most ``PAGES_OF_A_DAY`` pages of one day and, give or take the
``TRIMMED_EVERY`` between two looks, ``PAGES_OF_A_SOURCE`` in all: 8 bytes a segment, 96 segments a
page, so 0.8 MB a source at the most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson

from dedupe.furniture import Learned, Line, Page, source_key
from dedupe.model import Reading

PAGES_OF_A_DAY = 64
PAGES_OF_A_SOURCE = 1024
TRIMMED_EVERY = 64

Row = tuple[Any, ...]


def page_row(key: int, reading: Reading) -> Mapping[str, object] | None:
    """What is remembered of an article; None where it has no source or no line to learn from."""
    source = source_key(reading.article.source)
    if not source or not len(reading.segments):
        return None
    hours = reading.profile.published
    digest = blake2b(reading.id.encode(), digest_size=8).digest()
    return {
        "key": key,
        "source": source,
        "day": None if hours is None else int(hours // 24),
        "rank": int.from_bytes(digest) >> 1,
        "segments": reading.segments.astype("<u8", copy=False).tobytes(),
    }


def page(row: Row) -> Page:
    """A page as it was remembered."""
    article_id, day, segments = row
    return Page(id=article_id, day=day, segments=np.frombuffer(segments, "<u8").astype(np.uint64))


def line(row: Row) -> Line:
    """A learned line as it was stored."""
    name, kept, text, witnesses, articles, first, last, examples = row
    learned = Learned(
        line=int(name, 16),
        witnesses=witnesses,
        articles=articles,
        first=first,
        last=last,
        examples=tuple(orjson.loads(examples)),
    )
    return Line(learned=learned, text=text, kept=bool(kept))


def line_row(source: str, line: Line) -> Mapping[str, object]:
    """A learned line as it is stored."""
    return {
        "source": source,
        "line": line.id,
        "text": line.text,
        "witnesses": line.learned.witnesses,
        "articles": line.learned.articles,
        "first": line.learned.first,
        "last": line.learned.last,
        "examples": orjson.dumps(line.learned.examples),
    }


def by_source(rows: Sequence[Row]) -> Mapping[str, Sequence[int]]:
    """The hashes of learned lines by source."""
    found: dict[str, list[int]] = {}
    for source, name in rows:
        found.setdefault(source, []).append(int(name, 16))
    return found
