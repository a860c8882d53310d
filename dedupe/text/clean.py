"""An article's text told apart from its page: what is kept, what is furniture, what is embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedupe.model import Article, Furniture, Span
from dedupe.text.furniture import Range, disjoint, furniture_ranges
from dedupe.text.lede import lede
from dedupe.text.patterns import FurniturePatterns
from dedupe.text.plain import Plain, plain

LEARNED = "learned"
"""Why a range is furniture that no general pattern names."""


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
    notes: tuple[Range, ...] = ()
    """Ranges of the plain body that tell of its version; no part of the text either."""

    @property
    def kept_by_patterns(self) -> tuple[tuple[int, int], ...]:
        """What the general patterns keep: a credit that a source repeats is a credit all the same."""
        removed = tuple(one for one in self.furniture if one[2] != LEARNED)
        if self.notes:
            removed = disjoint([*removed, *self.notes], self.body.text)
        return _kept(len(self.body.text), removed)

    @property
    def lede(self) -> str:
        """Title and first 60 words of the prose: what is embedded. Worked out at each look."""
        return lede(self.title.text, self.prose)

    @property
    def html(self) -> bool:
        """The body held tags or character references."""
        return self.body.html

    def to_body(self, start: int, end: int) -> tuple[int, int]:
        """The range of the plain body that covers ``prose[start:end]``."""
        if not self.furniture and not self.notes:
            return start, end
        first = self._body_position(start)
        return first, (self._body_position(end - 1) + 1 if end > start else first)

    def span(self, start: int, end: int) -> Span:
        """The range of the posted body that covers ``prose[start:end]``."""
        return self.body.span("body", *self.to_body(start, end))

    def furniture_spans(self) -> tuple[Furniture, ...]:
        """The furniture as ranges of the posted body."""
        return tuple(
            Furniture(span=self.body.span("body", start, end), why=why)
            for start, end, why in self.furniture
        )

    def without(self, ranges: Sequence[tuple[int, int]]) -> CleanText:
        """The same text with these ranges of the plain body as learned furniture."""
        learned = ((start, end, LEARNED) for start, end in ranges)
        furniture = disjoint([*self.furniture, *learned], self.body.text)
        kept = _kept(len(self.body.text), disjoint([*furniture, *self.notes], self.body.text))
        prose = "".join(self.body.text[start:end] for start, end in kept)
        return replace(self, furniture=furniture, kept=kept, prose=prose)

    def without_notes(self, title: Sequence[Range], body: Sequence[Range]) -> CleanText:
        """The same text without these ranges of plain title and body.

        A body of notes alone stays as it is, and so does such a title where the body has no word.
        """
        clean = self
        kept = _kept(len(self.body.text), disjoint([*self.furniture, *body], self.body.text))
        prose = "".join(self.body.text[start:end] for start, end in kept)
        if body and _has_word(prose):
            clean = replace(clean, notes=tuple(body), kept=kept, prose=prose)
        if title:
            rest = self.title.without([one[:2] for one in title])
            if _has_word(rest.text) or _has_word(clean.prose):
                clean = replace(clean, title=rest)
        return clean

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
    )


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _kept(length: int, furniture: tuple[Range, ...]) -> tuple[tuple[int, int], ...]:
    if not furniture:
        return ((0, length),) if length else ()
    kept: list[tuple[int, int]] = []
    position = 0
    for start, end, _ in (*furniture, (length, length, "")):
        if start > position:
            kept.append((position, start))
        position = end
    return tuple(kept)
