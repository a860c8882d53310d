"""Articles without the notes of their versions: cleaning and the agencies' conventions together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dedupe.model import Article, Span
from dedupe.succession import role_of
from dedupe.text import CleanText, Plain
from dedupe.version import Role, Version, VersionNote
from dedupe.wire import Told, WireReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A clean text, and what it says of its version."""

    whole: CleanText
    """With its notes."""
    text: CleanText
    """Without them."""
    told: Told | None
    """None where no versions are read."""

    @classmethod
    def of(cls, article: Article, clean: CleanText, wire: WireReader | None) -> Page:
        """The clean text of an article without its notes."""
        if wire is None:
            return cls(whole=clean, text=clean, told=None)
        told = wire.told(article, clean.title.text, clean.body.text, clean.kept)
        text = clean
        if told.title.ranges or told.body.ranges:
            text = clean.without_notes(told.title.ranges, told.body.ranges)
        return cls(whole=clean, text=text, told=told)

    @property
    def role(self) -> Role:
        """What part the article may play among others."""
        return Role.ARTICLE if self.told is None else role_of(self.told.kind)

    def version(self, article: Article, wire: WireReader | None) -> Version:
        """Which version of a piece the article is."""
        if wire is None or self.told is None:
            return Version()
        title, body = self.whole.title.text, self.whole.body.text
        return wire.version(article, title, body, self.told, tuple(self._notes(article)))

    def _notes(self, article: Article) -> Iterator[VersionNote]:
        assert self.told is not None
        for field, plain, posted, noted in (
            ("title", self.whole.title, article.title, self.told.title),
            ("body", self.whole.body, article.body, self.told.body),
        ):
            for start, end, why in noted.ranges:
                span = _trimmed(field, plain, start, end)
                yield VersionNote(span=span, text=posted[span.start : span.end], why=why)


def _trimmed(field: str, plain: Plain, start: int, end: int) -> Span:
    """The range of the posted value, without white space at its ends."""
    words = plain.text[start:end]
    start += len(words) - len(words.lstrip())
    return plain.span(field, start, max(start, start + len(words.strip())))
