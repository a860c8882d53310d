"""Learning a source's furniture from its articles: pages, what they are about, what recurs.

Composes cleaning, words, segments and terms for ``dedupe.furniture``, which decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from dedupe.furniture import (
    RECURS,
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
"""Code points of an article's own prose that say what it is about."""
READ = 12_000
"""Code points of a posted body that are read for them: markup and furniture fall away."""
HABIT_SHARE = 0.75
"""Of an outlet's articles: terms that so many hold are habits of the outlet."""
TITLE_SHARE = 0.25
"""Of its titles: terms that more of them say are subjects."""
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
        named = _outlet(list(there.values()))
        lines = [Line(learned=one, text=shown[one.line]) for one in found if one.line in shown]
        spoken = terms([""] * len(lines), [line.text for line in lines])
        return tuple(
            line
            for line, of in zip(lines, spoken, strict=True)
            if not about(
                np.setdiff1d(self._telling(of.words, TELLING), named),
                [subjects[name] for name in line.learned.examples],
            )
        )

    def subjects(
        self,
        articles: Sequence[Article],
        recurs: UInt64s,
        told: Sequence[tuple[str | None, Floats | None]],
    ) -> list[Subject]:
        """What the head of each article is about, outside of what recurs and of what is furniture.

        The words of the outlet's name tell nothing.
        """
        cleaned, found = self._segments([replace(one, body=one.body[:READ]) for one in articles])
        own = [_without(one, found.text(k), recurs)[:HEAD] for k, one in enumerate(cleaned)]
        spoken = terms(_headlines([one.title.text for one in cleaned]), own)
        named = _outlet(articles)
        told_of = [np.setdiff1d(np.union1d(one.names, one.title), named) for one in spoken]
        habitual = _habitual(told_of, [one.title for one in spoken])
        return [
            Subject(
                terms=self._telling(words, TELLING),
                rare=self._telling(words, RARE),
                habitual=habitual,
                vector=vector,
                story=story,
            )
            for words, (story, vector) in zip(told_of, told, strict=True)
        ]

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
_SIGNED = re.compile(r".*(\s[|\u2013\u2014-]\s.*)", re.DOTALL)


def _without(cleaned: CleanText, of: Segments, recurs: UInt64s) -> str:
    """The prose without the segments that recur."""
    recurring = np.isin(of.hashes, recurs, kind="sort")
    spans = zip(of.start[recurring].tolist(), of.end[recurring].tolist(), strict=True)
    return cleaned.without(tuple(spans)).prose


def _headlines(titles: Sequence[str]) -> list[str]:
    """The titles without what several end with behind a dash or bar: the outlet signs there."""
    ends = [found[1] if (found := _SIGNED.match(title)) else "" for title in titles]
    often = Counter(ends)
    return [
        title.removesuffix(end) if often[end] >= RECURS else title
        for title, end in zip(titles, ends, strict=True)
    ]


def _outlet(articles: Sequence[Article]) -> UInt64s:
    """The words of the names of the articles' outlets, sorted."""
    names = sorted({one.source or "" for one in articles})
    words = [one.words for one in terms(names, [""] * len(names))]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *words]))


def _habitual(spoken: Sequence[UInt64s], titles: Sequence[UInt64s]) -> UInt64s:
    """Terms that most of an outlet's articles hold and few of its titles: its town, its programmes.

    What many titles say is a subject, of however many articles. Sorted.
    """
    words, counts = np.unique(np.concatenate([*spoken, np.zeros(0, np.uint64)]), return_counts=True)
    said, times = np.unique(np.concatenate([*titles, np.zeros(0, np.uint64)]), return_counts=True)
    most = words[counts >= HABIT_SHARE * len(spoken)]
    return np.setdiff1d(most, said[times > TITLE_SHARE * len(titles)])


def _day(article: Article) -> int | None:
    return None if article.published is None else int(article.published.value.timestamp() // 86400)
