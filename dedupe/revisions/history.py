"""The revisions of an article as they are told, and what differs between two of them.

Everything is read through ``dedupe.withheld.disclosure``: of what may not be shown it is told that it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dedupe.difference import Difference, Value, difference
from dedupe.errors import NotFound, SamestoryError, TextPurged, TextWithheld
from dedupe.model import Article, CreditKind, Published, Reading, Span
from dedupe.ports import Reader, Store, StoredArticle
from dedupe.reading import ArticleReader
from dedupe.revisions.order import Chained, KeptRevision, masked, order
from dedupe.succession import UPDATED_WITHIN, is_digest, newer, role_of
from dedupe.terms import Background
from dedupe.text.plain import Plain, plain
from dedupe.version import PubStatus, Version, VersionKind
from dedupe.withheld.disclosure import bare_version, disclosed

CHAIN_HOURS = 96.0
"""How far apart versions of one piece lie at most where an identifier says that they are."""
IDENTIFIER, HEADLINE = "id:", "headline:"
"""What chains begin with that are an identifier, or the words of a headline."""
CHAIN_SHOWN = 100
"""Other articles of a chain that are told, the nearest in time."""


End: TypeAlias = tuple[str, int]
"""One of two texts that are compared: the article and the number of the revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One revision in the list of an article's revisions."""

    number: int
    received: float | None
    published: Published | None
    """As it claims."""
    version: Version
    represents: bool
    replaced_by: int | None
    title: str | None
    """None where it may not be shown or is gone."""
    text: str
    """``available``, ``purged`` or ``withheld``."""
    characters: int | None
    """Of the body as it was posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLine:
    """Another article that is a version of the same piece."""

    article_id: str
    earlier: bool
    """It is the earlier version; else the later one."""
    version: Version
    title: str | None
    published: Published | None
    received: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPage:
    """Some revisions of an article, the newest version first."""

    article_id: str
    revision: int
    """The one that represents the article."""
    lines: tuple[RevisionLine, ...]
    next: int | None
    """Number of the last one shown, where there are more."""
    chain: tuple[ChainLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs between two revisions, and which they are."""

    before: End
    after: End
    difference: Difference


class History:
    """What is told of revisions."""

    def __init__(
        self,
        store: Store,
        articles: ArticleReader,
        *,
        clock: Callable[[], float],
        background: Callable[[], Background],
    ) -> None:
        self._store = store
        self._articles = articles
        self._clock = clock
        self._background = background

    def revisions(
        self, article_id: str, *, after: int | None = None, limit: int = 50
    ) -> RevisionPage:
        """A page of an article's revisions; ``after`` is ``next`` of the page before.

        Raises:
            NotFound: there is no such article.
        """
        with self._reading() as reader:
            stored = _found(reader, article_id)
            kept = _newest_first(reader, article_id)
            numbers = [one.number for one in kept]
            start = numbers.index(after) + 1 if after in numbers else 0
            shown = kept[start : start + limit]
            texts = reader.revision_texts(article_id, [one.number for one in shown])
            return RevisionPage(
                article_id=article_id,
                revision=stored.revision,
                lines=tuple(self._line(stored, one, texts.get(one.number)) for one in shown),
                next=shown[-1].number if shown and start + limit < len(kept) else None,
                chain=tuple(self._chain(reader, stored, kept)),
            )

    def compared(
        self,
        article_id: str,
        *,
        before: int | None = None,
        after: int | None = None,
        other: str | None = None,
    ) -> Compared:
        """What differs between two revisions of an article, or between two articles.

        ``after`` is the revision that represents where it is not given, ``before`` the version before
        that one. With ``other`` what is compared is the article with that one, by the revisions that
        represent them where none is given.

        Raises:
            NotFound: there is no such article or revision, or none before that one.
            TextPurged: the text of one of the two was removed.
            TextWithheld: one of the two may not be shown.
        """
        with self._reading() as reader:
            if other is None:
                ends = _versions(reader, article_id, before, after)
            else:
                ends = _end(reader, article_id, before), _end(reader, other, after)
            texts = [self._text(reader, name, number) for name, number in ends]
        found = texts_compared(self._articles, *texts, background=self._background())
        return Compared(before=ends[0], after=ends[1], difference=found)

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        with self._store.read() as reader:
            yield disclosed(reader, self._clock())

    def _line(self, stored: StoredArticle, one: KeptRevision, text: Article | None) -> RevisionLine:
        hidden = self._hidden(stored, one.version) is not None
        state = "withheld" if hidden else "purged" if text is None else "available"
        told = text if state == "available" else None
        # Of a text that was removed the date of the one that represents is kept.
        known = stored.published if one.represents else None
        return RevisionLine(
            number=one.number,
            received=one.received,
            published=text.published if text is not None else known,
            version=bare_version(one.version) if hidden else one.version,
            represents=one.represents,
            replaced_by=one.replaced_by,
            title=told.title if told else None,
            text=state,
            characters=len(told.body) if told else None,
        )

    def _hidden(self, stored: StoredArticle, version: Version) -> PubStatus | None:
        """Why a revision may not be shown; None where it may."""
        if not stored.visibility.usable:
            return stored.visibility.status
        return masked(version, now=self._clock())

    def _text(self, reader: Reader, article_id: str, number: int) -> Article:
        stored = _found(reader, article_id)
        one = _numbered(reader.revisions(article_id), article_id, number)
        if (status := self._hidden(stored, one.version)) is not None:
            raise TextWithheld(article_id, number, f"may not be shown: it is {status}")
        text = reader.revision_texts(article_id, [number]).get(number)
        if text is None:
            raise TextPurged(article_id, number, "was purged")
        return text

    def _chain(
        self, reader: Reader, stored: StoredArticle, kept: Sequence[KeptRevision]
    ) -> list[ChainLine]:
        """The other versions of the piece, in order of time; a digest of several pieces is none."""
        ours = next(one for one in kept if one.represents)
        chain = ours.version.chain
        if chain is None or ours.source is None or ours.at is None:
            return []
        hours = CHAIN_HOURS if chain.startswith(IDENTIFIER) else UPDATED_WITHIN
        mates = [
            one
            for one in reader.chained(ours.source, chain, at=ours.at, hours=hours)
            if one.article_id != stored.id and _versions_of_one(one.version, ours.version)
        ]
        mates.sort(key=lambda one: abs(one.at - (ours.at or 0.0)))
        shown = sorted(mates[:CHAIN_SHOWN], key=lambda one: one.at)
        found = ((one, reader.article(one.article_id)) for one in shown)
        # Two pieces of one headline may be two days of a column: a version is of the same story.
        story = stored.placement.story if chain.startswith(HEADLINE) else None
        return [
            self._mate(stored, ours, one, mate)
            for one, mate in found
            if mate is not None and story in {None, mate.placement.story}
        ]

    def _mate(
        self, stored: StoredArticle, ours: KeptRevision, one: Chained, mate: StoredArticle
    ) -> ChainLine:
        hidden = self._hidden(mate, one.version) is not None
        dated = _dated(one.version, mate.published) and _dated(ours.version, stored.published)
        return ChainLine(
            article_id=one.article_id,
            earlier=_earlier(one, ours, dated=dated),
            version=bare_version(one.version) if hidden else one.version,
            title=None if hidden else mate.article.title,
            published=mate.published,
            received=one.received,
        )


def texts_compared(
    reader: ArticleReader, before: Article, after: Article, *, background: Background
) -> Difference:
    """What differs between two articles; page furniture and notes about versions are left out."""
    readings = reader.read([before, after])
    sides = [_values(a, read) for a, read in zip((before, after), readings, strict=True)]
    return difference(*sides, background=background)


def _dated(version: Version, published: Published | None) -> bool:
    """The version tells when it was made, or the article when it came out; else arrival counts."""
    return version.created is not None or published is not None


def _earlier(one: Chained, ours: KeptRevision, *, dated: bool) -> bool:
    """The other is the earlier version: by time where both tell it, else by what they say."""
    at = ours.at or 0.0
    if dated and one.at != at:
        return one.at < at
    told = newer(one.version, ours.version, chain=True)
    return told < 0 if told else (one.at, one.received or 0.0) < (at, ours.received or 0.0)


def _versions_of_one(one: Version, other: Version) -> bool:
    """Two of one chain are versions of one piece: neither is a digest or a message about it.

    Equal headlines alone do not say so: one of the two has to be an update, or its like.
    """
    if role_of(one.kind) is not role_of(other.kind) or is_digest(one):
        return False
    original = one.kind is other.kind is VersionKind.ORIGINAL
    return not (original and (one.chain or "").startswith(HEADLINE))


def _found(reader: Reader, article_id: str) -> StoredArticle:
    stored = reader.article(article_id)
    if stored is None:
        raise NotFound("article", article_id)
    return stored


def _newest_first(reader: Reader, article_id: str) -> list[KeptRevision]:
    kept = reader.revisions(article_id)
    return [kept[k] for k in reversed(order(kept))]


def _numbered(kept: Sequence[KeptRevision], article_id: str, number: int) -> KeptRevision:
    for one in kept:
        if one.number == number:
            return one
    raise NotFound("revision", f"{article_id}/{number}")


def _end(reader: Reader, article_id: str, number: int | None) -> End:
    """A revision by its number, else the one that represents its article."""
    revision = _found(reader, article_id).revision
    return article_id, revision if number is None else number


def _versions(
    reader: Reader, article_id: str, before: int | None, after: int | None
) -> tuple[End, End]:
    """Two revisions of an article; the version before the second where no first one is named."""
    latter = _end(reader, article_id, after)
    if before is not None:
        return (article_id, before), latter
    kept = _newest_first(reader, article_id)
    _numbered(kept, *latter)
    numbers = [one.number for one in kept]
    following = numbers[numbers.index(latter[1]) + 1 :]
    if not following:
        raise NotFound("version before revision", f"{article_id}/{latter[1]}")
    return (article_id, following[0]), latter


def _values(article: Article, read: Reading | SamestoryError) -> tuple[Value, Value]:
    """Title and body; what of them is no text of the article is blank, what is its outlet's quiet."""
    left_out: list[Span] = []
    quiet: list[Span] = []
    if isinstance(read, Reading):
        left_out += [one.span for one in read.furniture]
        left_out += [one.span for one in read.version.notes]
        quiet += [one.span for one in read.credits if one.kind is not CreditKind.CITATION]
    title, body = (
        _value(field, posted, left_out, quiet)
        for field, posted in (("title", article.title), ("body", article.body))
    )
    return title, body


def _value(field: str, posted: str, left_out: Sequence[Span], quiet: Sequence[Span]) -> Value:
    value = plain(posted)
    blank, silent = (
        tuple(_in_plain(value, span) for span in spans if span.field == field)
        for spans in (left_out, quiet)
    )
    text = value.text
    for start, end in blank:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return Value(field=field, posted=posted, plain=text, spans=value.span, quiet=silent)


def _in_plain(value: Plain, span: Span) -> tuple[int, int]:
    """The range of the plain text that comes from a range of the posted value."""
    if value.offsets is None or value.ends is None:
        return span.start, min(span.end, len(value.text))
    start = int(np.searchsorted(value.offsets, span.start))
    return start, max(start, int(np.searchsorted(value.ends, span.end, side="right")))


__all__ = ["ChainLine", "Compared", "History", "RevisionLine", "RevisionPage", "texts_compared"]
