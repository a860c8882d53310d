"""An article's text told apart from its page: what is kept, what is furniture, what is embedded."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.model import Article, Span
from dedupe.text.furniture import Range, furniture_ranges
from dedupe.text.lede import lede
from dedupe.text.patterns import FurniturePatterns
from dedupe.text.plain import Plain, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """An article without markup, its furniture marked but not lost."""

    title: Plain
    body: Plain
    furniture: tuple[Range, ...]
    """Ranges of the plain body that belong to the page; sorted, disjoint."""
    kept: tuple[tuple[int, int], ...]
    """The other ranges of the plain body: the article's text."""
    prose: str
    """The kept ranges, joined."""
    lede: str
    """Title and first 60 words of the prose: what is embedded."""

    @property
    def html(self) -> bool:
        """The body held tags or character references."""
        return self.body.html

    def to_body(self, start: int, end: int) -> tuple[int, int]:
        """The range of the plain body that covers ``prose[start:end]``."""
        if not self.furniture:
            return start, end
        first = self._body_position(start)
        return first, (self._body_position(end - 1) + 1 if end > start else first)

    def span(self, start: int, end: int) -> Span:
        """The range of the posted body that covers ``prose[start:end]``."""
        return self.body.span("body", *self.to_body(start, end))

    def furniture_spans(self) -> tuple[Span, ...]:
        """The furniture as ranges of the posted body."""
        return tuple(self.body.span("body", start, end) for start, end, _ in self.furniture)

    def _body_position(self, position: int) -> int:
        for start, end in self.kept:
            if position < end - start:
                return start + position
            position -= end - start
        return self.kept[-1][1] + position if self.kept else position


def clean(article: Article, patterns: FurniturePatterns) -> CleanText:
    """The article's text without markup, with its furniture marked; nothing of it is lost."""
    title, body = plain(article.title), plain(article.body)
    furniture = furniture_ranges(body.text, patterns, title=title.text, source=article.source)
    kept = _kept(len(body.text), furniture)
    prose = "".join(body.text[start:end] for start, end in kept) if furniture else body.text
    return CleanText(
        title=title,
        body=body,
        furniture=furniture,
        kept=kept,
        prose=prose,
        lede=lede(title.text, prose),
    )


def _kept(length: int, furniture: tuple[Range, ...]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    position = 0
    for start, end, _ in (*furniture, (length, length, "")):
        if start > position:
            kept.append((position, start))
        position = end
    return tuple(kept)
