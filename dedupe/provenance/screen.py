"""Which articles may credit an origin at all: decided for many at once, as hardly any does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe.model import Article
from dedupe.provenance.home import Home
from dedupe.provenance.patterns import (
    LATIN_END,
    CreditPatterns,
    Pattern,
    Place,
    other_script,
    with_spaces,
)
from dedupe.provenance.phrases import Phrases, folded, has_other_letters, is_phrase
from dedupe.provenance.places import borders
from dedupe.sources import comparison_key

OVERHANG = 400
"""Code points by which a free or fixed credit that begins in the head may outlast it."""

_Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainArticle:
    """An article with its plain title and body, as credits are read from it."""

    article: Article
    title: str
    body: str
    kept: Sequence[tuple[int, int]]
    """Sorted ranges of the body that are the article itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Where an origin may be credited."""

    names: tuple[str, ...]
    """Around one of these names, which are of other sources than the article's own."""
    any_name: bool
    """Around any name, as names in other scripts are not looked for."""
    loose: tuple[Pattern, ...]
    """In the words of these patterns, which tell by themselves."""


NONE = Suspicion(names=(), any_name=False, loose=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clue:
    """What it says that a phrase was found."""

    text: str
    source: str | None
    """Comparison key of the only source it may be about; None: it may be about any."""
    pattern: Pattern | None
    """The pattern that needs it; None: it is a name."""

    def tells(self, home: Home, text: str) -> bool:
        """It may be about another source than the article's own, and a name is so written."""
        if self.source is not None and self.source in home.keys:
            return False
        return self.pattern is not None or self.text in text


class Screen:
    """Looks for the names and words without which no pattern of an origin fits."""

    def __init__(self, patterns: CreditPatterns) -> None:
        phrases: dict[str, list[_Clue]] = {}
        signs: dict[str, list[_Clue]] = {}
        for clue in _clues(patterns):
            if is_phrase(clue.text):
                phrases.setdefault(folded(clue.text), []).append(clue)
            else:
                signs.setdefault(clue.text.split()[0], []).append(clue)
        self._phrases = Phrases.of(phrases)
        self._clues = tuple(map(tuple, phrases.values()))
        self._about: dict[str | None, set[int]] = {}
        for number, some in enumerate(self._clues):
            if len({clue.source for clue in some}) == 1:
                self._about.setdefault(some[0].source, set()).add(number)
        self._signs = signs
        self._always = tuple(one for one in patterns.always if one.may_be_origin)
        needing = (one for some in patterns.by_word.values() for one in some)
        self._origins = (*self._always, *(one for one in needing if one.may_be_origin))
        self._whole = patterns.origin_in_middle
        self._longest = patterns.longest

    def suspicions(self, pages: Sequence[PlainArticle], homes: Sequence[Home]) -> list[Suspicion]:
        """Per page where an origin may be credited; it is credited nowhere else."""
        edges = [self._edges(page) for page in pages]
        texts = [self._text(page, some) for page, some in zip(pages, edges, strict=True)]
        found = self._phrases.within(texts)
        return [
            self._suspicion(*one) for one in zip(pages, homes, edges, texts, found, strict=True)
        ]

    def _edges(self, page: PlainArticle) -> tuple[_Range, ...]:
        """Head and tail as ranges of the body; one range where they meet."""
        head_end, tail_start = borders(page.title, page.body, page.kept)
        if self._whole or tail_start <= head_end or not page.kept:
            return ((0, len(page.body)),)
        return (0, head_end), (tail_start, len(page.body))

    def _text(self, page: PlainArticle, edges: Sequence[_Range]) -> str:
        """All that is looked at: what stands at an edge of it is cut as the patterns see it."""
        if len(edges) == 1:
            return f"{page.title}\n{page.body}"
        body = page.body
        (_, head_end), (tail_start, _) = edges
        # A name may begin in the head and end behind it.
        across = body[max(0, head_end - self._longest) : head_end + self._longest]
        text = f"{page.title}\n{body[:head_end]}\n{across}\n{body[tail_start:]}"
        if len(page.kept) == 1:
            return text
        between = pairwise(page.kept)
        gaps = (body[end : start + self._longest] for (_, end), (start, _) in between)
        return "\n".join((text, *gaps))

    def _suspicion(
        self, page: PlainArticle, home: Home, edges: Sequence[_Range], text: str, numbers: set[int]
    ) -> Suspicion:
        for key in home.keys:
            if key in self._about:
                numbers -= self._about[key]
        loose = [one for one in self._always if _fits(one, page.body, edges)]
        signs = [sign for sign in self._signs if sign in text]
        names: list[str] = []
        if numbers or signs:
            clues = [clue for number in numbers for clue in self._clues[number]]
            clues += [clue for sign in signs for clue in self._signs[sign]]
            spaced = with_spaces(text)
            telling = [clue for clue in clues if clue.tells(home, spaced)]
            names = [clue.text for clue in telling if clue.pattern is None]
            loose += [clue.pattern for clue in telling if clue.pattern is not None]
        any_name = False
        if not text.isascii():
            # Names in other scripts are sought by other means; so are a few letters.
            odd = has_other_letters(text)
            any_name = odd or other_script(page.body) or other_script(page.title)
            loose = list(self._origins) if odd else loose
        if not names and not any_name and not loose:
            return NONE
        some = {one.id: one for one in loose}
        return Suspicion(names=tuple(names), any_name=any_name, loose=tuple(some.values()))


def _fits(pattern: Pattern, body: str, edges: Sequence[_Range]) -> bool:
    search = pattern.expr.search
    # What stands in the head alone is not looked for in the tail.
    for begin, end in edges[:1] if pattern.where == Place.HEAD else edges:
        if search(body, begin, end + OVERHANG) is not None:
            return True
    return False


def _clues(patterns: CreditPatterns) -> Iterator[_Clue]:
    """Every text without which no pattern of an origin is tried."""
    for word, some in patterns.by_word.items():
        for one in some:
            if one.may_be_origin:
                source = None if one.source is None else comparison_key(one.source)
                yield _Clue(text=word.decode(), source=source, pattern=one)
    for form, mentioned in patterns.forms.items():
        if form[0] < LATIN_END:
            yield _Clue(text=form, source=comparison_key(mentioned.outlet.name), pattern=None)
