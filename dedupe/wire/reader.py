"""The version of a piece, read from its title, its text and its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain as chained

from dedupe.model import Article, Span
from dedupe.succession import NOTICES
from dedupe.version import Version, VersionKind, VersionNote
from dedupe.wire import chains, fields, notes
from dedupe.wire.embargo import embargo_hour
from dedupe.wire.marks import doubted, stated_order, without_marks
from dedupe.wire.notes import Hint, Noted
from dedupe.wire.patterns import WirePatterns
from dedupe.wire.stated import Stated, stated

WIRE_VERSION = "wire-1"
"""What is left out of texts as a version note; a store made with other notes is refused."""
NOTICE_WORDS = 400
"""Words up to which a text is a message about a piece; an article that quotes one is longer."""

_STRONGEST = (
    *(VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE, VersionKind.ADVISORY),
    *(VersionKind.WRAPUP, VersionKind.CORRECTED, VersionKind.REFILE, VersionKind.REPEAT),
    *(VersionKind.UPDATE, VersionKind.NEWSBREAK, VersionKind.ALERT),
)
"""Of several notes the first of these tells what the piece is: "CORRECTED-UPDATE 2-" corrects."""
_SLUG, _EMBARGO = "ap.slug", "desk.embargo"
"""Conventions of which more is read than that they are followed."""
_COUNTED = 1000
"""A version field from which it counts something else: the seconds, the items of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an article's plain title and body say of its version."""

    title: Noted
    body: Noted
    stated: Stated | None
    """What metadata states; None where it states nothing."""
    kind: VersionKind
    number: int | None
    doubted: VersionKind | None = None
    """The notice that its words may make of it."""


NOTHING = Told(
    title=notes.NOTHING,
    body=notes.NOTHING,
    stated=None,
    kind=VersionKind.ORIGINAL,
    number=None,
)
"""Of an article that says nothing of versions, as most."""


class WireReader:
    """Reads versions with the given patterns."""

    def __init__(self, patterns: WirePatterns) -> None:
        self._patterns = patterns

    def told(
        self, article: Article, title: str, body: str, kept: Sequence[tuple[int, int]]
    ) -> Told:
        """The notes in plain title and body, of which ``kept`` are the article's ranges."""
        in_title = notes.in_title(title, self._patterns)
        headline = title[in_title.ranges[0][1] :] if in_title.ranges else title
        in_body = notes.in_body(body, kept, self._patterns, title=headline)
        known = stated(article.metadata) if fields.may_tell(article.metadata) else None
        if in_title is in_body is notes.NOTHING and known is None:
            return NOTHING
        hints = self._hints(known)
        for start, end, why in in_body.ranges:
            if why == _SLUG:
                hints += chains.slug_hints(body[start:end], self._patterns.slug)
        doubt = None
        if not stated_order(known, hints):
            doubt = doubted(title, body, kept, (in_title, in_body), self._patterns.marks)
        if doubt is not None:
            in_title, in_body = (
                without_marks(one, self._patterns.marks) for one in (in_title, in_body)
            )
        hints = [*in_title.hints, *hints]
        # Of a long text a notice's words at its head are a quotation.
        short = body.count(" ") <= NOTICE_WORDS
        hints += [one for one in in_body.hints if short or one.kind not in NOTICES]
        kinds = {hint.kind for hint in hints}
        kind = next((one for one in _STRONGEST if one in kinds), VersionKind.ORIGINAL)
        numbers = [hint.number for hint in hints if hint.number is not None]
        number = numbers[0] if numbers else known.number if known is not None else None
        if kind is VersionKind.ORIGINAL and known is not None and _is_later(known):
            kind = VersionKind.UPDATE
        return Told(
            title=in_title, body=in_body, stated=known, kind=kind, number=number, doubted=doubt
        )

    def version(
        self,
        article: Article,
        title: str,
        body: str,
        told: Told,
        found: Iterable[VersionNote],
    ) -> Version:
        """The version of an article with this plain title and body; ``found`` are its notes."""
        known = told.stated or Stated()
        notes_found = (*found, *(_stated_note(path, text) for path, text in known.notes))
        notice = told.kind in NOTICES
        return Version(
            kind=told.kind,
            number=told.number,
            revision=known.revision,
            chain=self._chain(article, title, body, told, known),
            created=known.created,
            status=known.status,
            embargo=self._embargo(article, notes_found, known),
            targets=_targets(title, body, known, notice=notice),
            notes=notes_found,
            doubted=told.doubted,
        )

    def _hints(self, known: Stated | None) -> list[Hint]:
        if known is None:
            return []
        hints = [Hint(kind=kind, number=None) for kind in known.kinds]
        for slug in known.slugs:
            hints += chains.slug_hints(slug, self._patterns.slug)
        for _, text in known.notes:
            found = self._patterns.ednote.at(text)
            first = known.revision is not None and known.revision <= 1
            if found is not None and not (first and found.convention.kind is VersionKind.UPDATE):
                hints.append(Hint(kind=found.convention.kind, number=None))
        return hints

    def _embargo(
        self, article: Article, found: Iterable[VersionNote], known: Stated
    ) -> float | None:
        """When an embargo ends: as a field states, else as a note to editors says."""
        if known.embargo is not None:
            return known.embargo
        published = article.published.value if article.published is not None else None
        for note in found:
            told = note.why == _EMBARGO or self._says_embargo(note.text)
            if told and (hour := embargo_hour(note.text, published)) is not None:
                return hour
        return None

    def _says_embargo(self, text: str) -> bool:
        hit = self._patterns.ednote.at(text)
        return hit is not None and hit.convention.id == _EMBARGO

    def _chain(
        self, article: Article, title: str, body: str, told: Told, known: Stated
    ) -> str | None:
        if known.key is not None:
            return f"id:{known.key.casefold()}"[: chains.LONGEST]
        written = (body[start:end] for start, end, why in told.body.ranges if why == _SLUG)
        for slug in (*known.slugs, *written):
            found = chains.slug_chain(slug, chains.slug_hints(slug, self._patterns.slug))
            if found is not None:
                return found
        if not told.title.ranges:
            number = chains.reuters_number(article.url, article.external_id)
            if number is not None:
                return number
            ids = [one for one in known.ids if one != article.external_id]
            if ids:
                return f"id:{ids[0].casefold()}"[: chains.LONGEST]
        return chains.headline_chain(_headline(title, told.title))


def _headline(title: str, noted: Noted) -> str:
    for start, end, _ in reversed(noted.ranges):
        title = title[:start] + title[end:]
    return title


def _is_later(known: Stated) -> bool:
    return known.revision is not None and 2 <= known.revision < _COUNTED


def _stated_note(path: str, text: str) -> VersionNote:
    return VersionNote(span=Span(field=path, start=0, end=len(text)), text=text, why="stated")


def _targets(title: str, body: str, known: Stated, *, notice: bool) -> tuple[str, ...]:
    named: Iterable[str] = known.targets
    if notice:
        texts = (title, body[:4000], *(text for _, text in known.notes))
        named = chained(named, *map(chains.named_targets, texts))
    return tuple(dict.fromkeys(one for one in named if one))[:32]
