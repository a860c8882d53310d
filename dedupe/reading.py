"""Articles read: parsed articles become readings, a whole batch at a time.

Composes the stages that need nothing but the article itself: clean, words, sketch, terms, dates,
credits. The vector is added by ``dedupe.embedding``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from dedupe import dates, sketch
from dedupe.errors import BadInput, SamestoryError
from dedupe.formats.urls import normalise_url
from dedupe.model import (
    Article,
    Credit,
    Int64s,
    Precision,
    Profile,
    Provenance,
    Published,
    Reading,
    Span,
    Terms,
    TextWords,
    UInt64s,
)
from dedupe.provenance import CreditReader, Found, value_at
from dedupe.terms import terms
from dedupe.text import CleanText, FurniturePatterns, Plain, clean, is_headline_page
from dedupe.words import Words, split

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEAD_SHINGLES = 48
"""Shingles that a text begins with: its first 52 words, about the lede."""
ID_BYTES = 10
"""2**80 identifiers: two of a billion articles share one with probability 4e-7."""


class ArticleReader:
    """Reads articles with the given patterns."""

    def __init__(self, furniture: FurniturePatterns, credits: CreditReader) -> None:
        self._furniture = furniture
        self._credits = credits

    def read(self, articles: Sequence[Article]) -> list[Reading | SamestoryError]:
        """The reading of each article, in order; an error for one that holds no word."""
        cleaned = [clean(article, self._furniture) for article in articles]
        words = _words(cleaned)
        hashes = sketch.text_hashes(words)
        texts = _texts(cleaned, words)
        spoken = terms([c.title.text for c in cleaned], [c.prose for c in cleaned])
        return [
            self._reading(article, cleaned[k], texts[k], int(hashes[k]), spoken[k])
            for k, article in enumerate(articles)
        ]

    def words(self, articles: Sequence[Article]) -> list[TextWords]:
        """The words that the overlap of each article is judged on."""
        cleaned = [clean(article, self._furniture) for article in articles]
        return _texts(cleaned, _words(cleaned))

    def credits(self, article: Article) -> tuple[Provenance, tuple[Credit, ...]]:
        """Whose text an article says it is, and everything it credits."""
        return self._credited(article, clean(article, self._furniture))

    def _reading(
        self,
        article: Article,
        cleaned: CleanText,
        words: TextWords,
        text_hash: int,
        spoken: Terms,
    ) -> Reading | SamestoryError:
        if not len(words.hashes):
            return BadInput(
                "body", "neither title nor body holds a word", "send the article's text"
            )
        provenance, credits = self._credited(article, cleaned)
        published = article.published or _published_in_text(cleaned)
        hours = _hours(published)
        article_id = identifier(article, text_hash)
        return Reading(
            id=article_id,
            article=article,
            lede=cleaned.lede,
            published=published,
            furniture=cleaned.furniture_spans(),
            credits=credits,
            words=words,
            profile=Profile(
                id=article_id,
                provenance=provenance,
                published=hours,
                published_precise=published is not None
                and published.precision is not Precision.DAY,
                event_days=dates.event_days(cleaned.prose, hours),
                text_hash=text_hash,
                word_count=len(words.hashes),
                shingle_count=len(words.shingles),
                sketch=sketch.sketch_of(words.shingles),
                terms=spoken,
                vector=None,
                headline_page=is_headline_page(cleaned),
            ),
        )

    def _credited(
        self, article: Article, cleaned: CleanText
    ) -> tuple[Provenance, tuple[Credit, ...]]:
        found = self._credits.find(article, cleaned.title.text, cleaned.body.text, cleaned.kept)
        credits = tuple(_credit(one, article, cleaned) for one in found)
        return self._credits.provenance(article, cleaned.body.text, credits), credits


def identifier(article: Article, text_hash: int) -> str:
    """URL-safe identifier of an article, the same for every revision of it.

    The identity is (source, external id), else (source, normalised URL), else (source, text).
    """
    source = " ".join((article.source or "").casefold().split())
    if article.external_id is not None:
        identity = ("id", source, article.external_id)
    elif article.url is not None and (url := normalise_url(article.url)) is not None:
        identity = ("url", source, url)
    else:
        identity = ("text", source, f"{text_hash:016x}")
    digest = hashlib.blake2b(json.dumps(identity).encode(), digest_size=ID_BYTES).digest()
    return "a_" + base64.b32encode(digest).decode().lower()


def _words(cleaned: Sequence[CleanText]) -> Words:
    """The words of each body without furniture; of the title where the body has none."""
    texts = [c.body.text if _has_body(c) else c.title.text for c in cleaned]
    return split(texts, [c.kept if _has_body(c) else None for c in cleaned])


def _has_body(cleaned: CleanText) -> bool:
    return any(character.isalnum() for character in cleaned.prose)


def _texts(cleaned: Sequence[CleanText], words: Words) -> list[TextWords]:
    """What the overlap of each text is judged on."""
    shingled = sketch.shingles(words)
    distinct = sketch.distinct(shingled)
    return [
        _text_words(one, words.text(k), distinct[k], shingled.text(k)[:HEAD_SHINGLES])
        for k, one in enumerate(cleaned)
    ]


def _text_words(cleaned: CleanText, words: Words, shingles: UInt64s, head: UInt64s) -> TextWords:
    field, value = ("body", cleaned.body) if _has_body(cleaned) else ("title", cleaned.title)
    start, end = _posted(value, words)
    return TextWords(
        field=field,
        hashes=words.hashes,
        start=start,
        end=end,
        shingles=shingles,
        head=head.copy(),
    )


def _posted(value: Plain, words: Words) -> tuple[Int64s, Int64s]:
    """Offsets of words in the value as it was posted."""
    start, end = words.start.astype(np.int64), words.end.astype(np.int64)
    if value.offsets is None or value.ends is None:
        return start, end
    return value.offsets[start], value.ends[end - 1]


def _credit(found: Found, article: Article, cleaned: CleanText) -> Credit:
    """A credit with its phrase and span as they stand in the posted value."""
    values = {"title": cleaned.title, "body": cleaned.body}
    if found.field in values:
        value = values[found.field]
        text = value.text[found.start : found.end]
        span = value.span(found.field, found.start, found.end)
    else:
        text = value_at(article, found.field)[found.start : found.end]
        span = Span(field=found.field, start=found.start, end=found.end)
    return Credit(
        kind=found.kind, source=found.source, text=text, span=span, confidence=found.confidence
    )


def _published_in_text(cleaned: CleanText) -> Published | None:
    found = dates.published_in_text(cleaned.title.text, cleaned.body.text)
    return found[0] if found is not None else None


def _hours(published: Published | None) -> float | None:
    return None if published is None else (published.value - EPOCH).total_seconds() / 3600.0
