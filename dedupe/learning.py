"""Learning a source's furniture from its articles: pages, what they are about, what recurs.

Composes cleaning, words, segments and terms for ``dedupe.furniture``, which decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from dedupe.furniture import (
    Line,
    Page,
    Segments,
    Subject,
    about,
    due,
    kept_segments,
    learned,
    segments,
    source_key,
)
from dedupe.model import Article, Floats, Reading, UInt64s
from dedupe.ports import Reader, Writer
from dedupe.repeats import LearnedLines
from dedupe.terms import Background, terms
from dedupe.text import CleanText, FurniturePatterns, clean
from dedupe.words import split

TELLING = 4.0
"""ln of how many times more articles there are than hold a term: under 1.8 of 100 hold it."""
RARE = 6.0
"""One of 400 articles holds it."""
HEAD = 3000
"""Code points of a body that say what an article is about."""
SHOWN = 300
"""Code points of a line that are shown."""


def learned_of(store: Reader, articles: Sequence[Article]) -> LearnedLines:
    """What was learned of the sources of these articles."""
    sources = {source_key(article.source) for article in articles} - {""}
    lines = store.learned(sorted(sources)) if sources else {}
    return {source: np.array(sorted(found), np.uint64) for source, found in lines.items()}


class FurnitureLearner:
    """Learns furniture with the given patterns and the shipped background."""

    def __init__(self, patterns: FurniturePatterns, background: Background) -> None:
        self._patterns = patterns
        self._background = background

    def learn(self, writer: Writer, source: str) -> None:
        """The store holds what the remembered pages of a source (``source_key``) teach, no more."""

        def told(ids: Sequence[str]) -> Mapping[str, tuple[str | None, Floats | None]]:
            return {
                one.profile.id: (one.placement.story, one.profile.vector)
                for one in writer.members(ids)
            }

        writer.learn(source, self.lines(writer.pages(source), writer.texts, told))

    def after(self, writer: Writer, reading: Reading) -> None:
        """The reading's source is looked at again where its number of articles makes it due."""
        source = source_key(reading.article.source)
        if source and due(writer.articles_of(source)):
            self.learn(writer, source)

    def of_articles(
        self, articles: Sequence[Article], days: Sequence[int | None] | None = None
    ) -> tuple[Line, ...]:
        """The furniture of one source, learned from a batch of its articles, in any order."""
        names = [f"{k:09d}" for k in range(len(articles))]
        found = self.pages(articles)
        pages = [
            Page(id=name, day=days[k] if days else _day(articles[k]), segments=found[k])
            for k, name in enumerate(names)
        ]
        by_name = dict(zip(names, articles, strict=True))
        return self.lines(pages, lambda ids: {name: by_name[name] for name in ids})

    def pages(self, articles: Sequence[Article]) -> list[UInt64s]:
        """The segments of each article that it is remembered by."""
        _, found = self._segments(articles)
        return [kept_segments(found.text(k).hashes) for k in range(len(articles))]

    def lines(
        self,
        pages: Sequence[Page],
        texts: Callable[[Sequence[str]], Mapping[str, Article]],
        told: Callable[[Sequence[str]], Mapping[str, tuple[str | None, Floats | None]]]
        | None = None,
    ) -> tuple[Line, ...]:
        """The furniture of one source with its text.

        ``texts`` gives articles by id, ``told`` their stories and vectors where they are known.
        """
        subjects: dict[str, Subject] = {}

        def asked(ids: Sequence[str], recurs: UInt64s) -> Sequence[Subject]:
            known = told(ids) if told else {}
            there = texts(ids)
            articles = [there.get(name, _GONE) for name in ids]
            found = self.subjects(articles, recurs, [known.get(name, (None, None)) for name in ids])
            subjects.update(zip(ids, found, strict=True))
            return found

        found = learned(pages, asked)
        if not found:
            return ()
        there = texts(sorted({one.examples[0] for one in found}))
        shown = self._texts(list(there.values()))
        own = terms([one.source or "" for one in there.values()], [""] * len(there))[0].words
        lines = [Line(learned=one, text=shown[one.line]) for one in found if one.line in shown]
        spoken = terms([""] * len(lines), [line.text for line in lines])
        return tuple(
            line
            for line, of in zip(lines, spoken, strict=True)
            if not about(
                np.setdiff1d(self._telling(of.words, TELLING), own),
                [subjects[name] for name in line.learned.examples],
            )
        )

    def subjects(
        self,
        articles: Sequence[Article],
        recurs: UInt64s,
        told: Sequence[tuple[str | None, Floats | None]],
    ) -> list[Subject]:
        """What the head of each article is about outside of the segments that recur."""
        cleaned, found = self._segments([replace(one, body=one.body[:HEAD]) for one in articles])
        own = [_without(one, found.text(k), recurs) for k, one in enumerate(cleaned)]
        spoken = terms([one.title.text for one in cleaned], own)
        subjects = []
        for one, (story, vector) in zip(spoken, told, strict=True):
            names = np.union1d(one.names, one.title)
            subjects.append(
                Subject(
                    terms=self._telling(names, TELLING),
                    rare=self._telling(names, RARE),
                    vector=vector,
                    story=story,
                )
            )
        return subjects

    def _telling(self, words: UInt64s, rarity: float) -> UInt64s:
        return words[self._background.idf(words) >= rarity]

    def _texts(self, articles: Sequence[Article]) -> dict[int, str]:
        """The text of every segment of the articles, by hash."""
        cleaned, found = self._segments(articles)
        shown: dict[int, str] = {}
        for k, one in enumerate(cleaned):
            of = found.text(k)
            for line, start, end in zip(
                of.hashes.tolist(), of.start.tolist(), of.end.tolist(), strict=True
            ):
                shown.setdefault(
                    line, " ".join(one.body.text[start : min(end, start + SHOWN)].split())
                )
        return shown

    def _segments(self, articles: Sequence[Article]) -> tuple[list[CleanText], Segments]:
        cleaned = [clean(article, self._patterns) for article in articles]
        texts = [one.body.text for one in cleaned]
        return cleaned, segments(texts, split(texts, [one.kept for one in cleaned]))


_GONE = Article()


def _without(cleaned: CleanText, of: Segments, recurs: UInt64s) -> str:
    """The body's prose without the segments that recur."""
    text = cleaned.body.text
    recurring = np.isin(of.hashes, recurs, kind="sort")
    pieces, done = [], 0
    for start, end in zip(of.start[recurring].tolist(), of.end[recurring].tolist(), strict=True):
        pieces.append(text[done:start])
        done = end
    return " ".join([*pieces, text[done:]])


def _day(article: Article) -> int | None:
    return None if article.published is None else int(article.published.value.timestamp() // 86400)
