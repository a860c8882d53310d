"""Articles read: parsed articles become readings, a whole batch at a time.

Composes the stages that need nothing but the article itself: clean, words, sketch, terms, dates,
credits. The vector is added by ``dedupe.embedding``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from dedupe import dates, sketch
from dedupe.apart import own_hash
from dedupe.errors import BadInput, SamestoryError
from dedupe.formats.urls import normalise_url
from dedupe.furniture import kept_segments, segments
from dedupe.kinds import kinds
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
from dedupe.noted import Page
from dedupe.provenance import CreditReader, Found, PlainText, value_at
from dedupe.repeats import NOTHING_LEARNED, LearnedLines, without_learned
from dedupe.sketched import ROLES, Facts, Sketched
from dedupe.succession import filed
from dedupe.terms import Gazetteer, terms
from dedupe.text import CleanText, FurniturePatterns, Plain, clean, is_headline_page
from dedupe.version import Version
from dedupe.wire import WireReader
from dedupe.withheld.records import ordered
from dedupe.words import Words, split

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ID_BYTES = 10
"""2**80 identifiers: two of a billion articles share one with probability 4e-7."""


class ArticleReader:
    """Reads articles with the given patterns."""

    def __init__(
        self,
        furniture: FurniturePatterns,
        credits: CreditReader,
        gazetteer: Gazetteer | None = None,
        wire: WireReader | None = None,
    ) -> None:
        self._furniture = furniture
        self._credits = credits
        self._gazetteer = gazetteer
        self._wire = wire

    def read(
        self, articles: Sequence[Article], learned: LearnedLines = NOTHING_LEARNED
    ) -> list[Reading | SamestoryError]:
        """The reading of each article, in order; an error for one that holds no word.

        ``learned`` is furniture of the articles' sources: no evidence, but no other identity.
        """
        pages = [self._page(article) for article in articles]
        general = [page.text for page in pages]
        words = _words(general)
        named = sketch.text_hashes(words)
        found = segments(_spoken(general), words)
        cleaned = without_learned(articles, general, found, np.diff(words.bounds), learned)
        if cleaned is not general:
            words = _words(cleaned)
        hashes = sketch.text_hashes(words)
        texts = _texts(cleaned, words)
        titles, prose = [c.title.text for c in cleaned], [c.prose for c in cleaned]
        spoken = terms(titles, prose, gazetteer=self._gazetteer)
        credited = self._credited(articles, cleaned, self._credits.find_all)
        return [
            self._reading(
                article,
                (cleaned[k], pages[k].version(article, self._wire)),
                credited[k],
                texts[k],
                (int(hashes[k]), identifier(article, int(named[k]))),
                spoken[k],
                kept_segments(found.text(k).hashes),
            )
            for k, article in enumerate(articles)
        ]

    def words(
        self, articles: Sequence[Article], learned: LearnedLines = NOTHING_LEARNED
    ) -> list[TextWords]:
        """The words that the overlap of each article is judged on."""
        cleaned = self._cleaned(articles)
        words = _words(cleaned)
        if learned:
            found = segments(_spoken(cleaned), words)
            sizes = np.diff(words.bounds)
            cleaned = list(without_learned(articles, cleaned, found, sizes, learned))
            words = _words(cleaned)
        return _texts(cleaned, words)

    def told(self, articles: Sequence[Article]) -> list[tuple[Provenance, Version]]:
        """Whose text each article says it is, and which version of a piece."""
        pages = [self._page(article) for article in articles]
        cleaned = [page.text for page in pages]
        credited = self._credited(articles, cleaned, self._credits.find_for_origin)
        return [
            (provenance, page.version(article, self._wire))
            for article, page, (provenance, _) in zip(articles, pages, credited, strict=True)
        ]

    def sketched(self, articles: Sequence[Article]) -> Sketched:
        """What the search for copies needs of each text; no credits, no terms, no dates."""
        cleaned, roles = [], np.empty(len(articles), dtype=np.uint8)
        for k, article in enumerate(articles):
            page = self._page(article)
            cleaned.append(page.text)
            roles[k] = ROLES.index(page.role)
        words = _words(cleaned, places=False)
        distinct = sketch.distinct(sketch.shingles(words))
        return Sketched(
            facts=Facts(
                text_hash=sketch.text_hashes(words),
                words=np.diff(words.bounds),
                shingles=np.fromiter(map(len, distinct), np.int64, len(distinct)),
                headline_page=np.array([is_headline_page(one) for one in cleaned], dtype=np.bool_),
                role=roles,
            ),
            shingles=distinct,
        )

    def published(self, article: Article) -> tuple[float | None, bool]:
        """When an article was published, in hours since 1970-01-01 UTC, and if the hour is known."""
        published = article.published or _published_in_text(clean(article, self._furniture))
        return _hours(published), _is_precise(published)

    def version(self, article: Article) -> Version:
        """Which version of a piece an article is."""
        return self._page(article).version(article, self._wire)

    def outlet(self, article: Article) -> str | None:
        """Normalised name of the article's own source."""
        return self._credits.outlet(article)

    def credits(self, article: Article) -> tuple[Provenance, tuple[Credit, ...]]:
        """Whose text an article says it is, and everything it credits."""
        return self._credited([article], [self._page(article).text], self._credits.find_all)[0]

    def _cleaned(self, articles: Sequence[Article]) -> list[CleanText]:
        return [self._page(article).text for article in articles]

    def _page(self, article: Article) -> Page:
        return Page.of(article, clean(article, self._furniture), self._wire)

    def _reading(
        self,
        article: Article,
        page: tuple[CleanText, Version],
        credited: tuple[Provenance, tuple[Credit, ...]],
        words: TextWords,
        names: tuple[int, str],
        spoken: Terms,
        lines: UInt64s,
    ) -> Reading | SamestoryError:
        cleaned, version = page
        if not len(words.hashes) and ordered(version) is None:
            return BadInput(
                "body", "neither title nor body holds a word", "send the article's text"
            )
        provenance, credits = credited
        published = article.published or _published_in_text(cleaned)
        hours = _hours(published)
        text_hash, article_id = names
        return Reading(
            id=article_id,
            article=article,
            lede=cleaned.lede,
            published=published,
            furniture=cleaned.furniture_spans(),
            credits=credits,
            words=words,
            segments=lines if _has_body(cleaned) else lines[:0].copy(),
            version=version,
            profile=Profile(
                id=article_id,
                provenance=provenance,
                published=hours,
                published_precise=_is_precise(published),
                event_days=dates.event_days(cleaned.prose, hours),
                text_hash=own_hash(text_hash, article_id, of=version.kind),
                word_count=len(words.hashes),
                shingle_count=len(words.shingles),
                sketch=sketch.sketch_of(words.shingles),
                terms=spoken,
                vector=None,
                headline_page=is_headline_page(cleaned),
                version=filed(version),
            ),
        )

    def _credited(
        self,
        articles: Sequence[Article],
        cleaned: Sequence[CleanText],
        find: Callable[[Sequence[Article], Sequence[PlainText]], list[tuple[Found, ...]]],
    ) -> list[tuple[Provenance, tuple[Credit, ...]]]:
        texts = [
            PlainText(title=one.title.text, body=one.body.text, kept=one.kept_by_patterns)
            for one in cleaned
        ]
        told = []
        for article, one, found in zip(articles, cleaned, find(articles, texts), strict=True):
            credits = tuple(_credit(credit, article, one) for credit in found)
            told.append((self._credits.provenance(article, one.body.text, credits), credits))
        return told


def identifier(article: Article, text_hash: int) -> str:
    """URL-safe identifier of an article, the same for every revision of it.

    The identity is (source, external id), else (source, normalised URL), else (source, text).
    """
    source = identity_source(article)
    if article.external_id is not None:
        identity = ("id", source, article.external_id)
    elif article.url is not None and (url := normalise_url(article.url)) is not None:
        identity = ("url", source, url)
    else:
        identity = ("text", source, f"{text_hash:016x}")
    digest = hashlib.blake2b(json.dumps(identity).encode(), digest_size=ID_BYTES).digest()
    return "a_" + base64.b32encode(digest).decode().lower()


def identity_source(article: Article) -> str:
    """The source as two revisions of an article have it in common; "" where it has none."""
    return " ".join((article.source or "").casefold().split())


def _words(cleaned: Sequence[CleanText], *, places: bool = True) -> Words:
    """The words of each body without furniture; of the title where the body has none."""
    keep = [c.kept if (c.furniture or c.notes) and _has_body(c) else None for c in cleaned]
    return split(_spoken(cleaned), keep, places=places)


def _spoken(cleaned: Sequence[CleanText]) -> list[str]:
    """The text of each article that words are taken from."""
    return [_judged(one)[1].text for one in cleaned]


def _has_body(cleaned: CleanText) -> bool:
    return any(character.isalnum() for character in cleaned.prose)


def _texts(cleaned: Sequence[CleanText], words: Words) -> list[TextWords]:
    """What the overlap of each text is judged on."""
    distinct = sketch.distinct(sketch.shingles(words))
    told = kinds(_spoken(cleaned), words)
    titles = split([c.title.text for c in cleaned])
    return [
        _text_words(
            one,
            words.text(k),
            shingles=distinct[k],
            kinds=told[words.bounds[k] : words.bounds[k + 1]],
            title=titles.text(k).hashes,
        )
        for k, one in enumerate(cleaned)
    ]


def _text_words(cleaned: CleanText, words: Words, **known: Any) -> TextWords:
    field, value = _judged(cleaned)
    start, end = _posted(value, words)
    return TextWords(field=field, hashes=words.hashes, start=start, end=end, **known)


def _judged(cleaned: CleanText) -> tuple[str, Plain]:
    """The field that overlap is judged on: the body, or the title where that holds no word."""
    return ("body", cleaned.body) if _has_body(cleaned) else ("title", cleaned.title)


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


def _is_precise(published: Published | None) -> bool:
    """The hour is known, not only the day."""
    return published is not None and published.precision is not Precision.DAY
