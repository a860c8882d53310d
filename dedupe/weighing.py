"""How much of a shared passage is the texts' own: a sentence of two articles, or what all write.

A passage weighs the mean over its shingles of 1 - ln(1 + d) / ln(1 + N), where d of N other
articles hold the shingle: the inverse document frequency (Sparck Jones 1972) as a share of the
greatest there is. What nobody else holds weighs 1, what everybody writes 0. Every sketch keeps
the lowest eighth of all hashes, so for shingles among these d is exact; they stand for the rest.

Where no index is at hand, or none of the passage's shingles is among the lowest, its words tell:
a shingle is at least as rare as the rarest of its five words in news at large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dedupe.evidence.overlap import PASSAGE_WORDS, Run
from dedupe.kinds import NUMBER
from dedupe.model import Bools, Doubles, Int64s, TextWords, UInt64s
from dedupe.sketch import KEPT_SHARE, SHINGLE_WORDS, in_order
from dedupe.terms import Background

NEUTRAL = 0.5
"""Weight of a passage of which nothing is known: its words are numbers or single letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How many other articles hold the shingles of a text."""

    hashes: UInt64s
    """The text's shingles that every sketch keeps, sorted."""
    others: Int64s
    """Articles other than the text's own that hold each."""
    articles: int
    """Articles other than the text's own."""


class Weights:
    """Weighs passages of one text.

    ``frequency`` is asked for once, when the first passage is weighed; None: there is no index.
    """

    def __init__(
        self,
        text: TextWords,
        background: Background,
        frequency: Callable[[], Frequency] | None = None,
    ) -> None:
        self._text = text
        self._background = background
        self._ask = frequency

    def of(self, runs: Sequence[Run]) -> list[float]:
        """The weight of each run of the text's words, in [0, 1]."""
        if not runs:
            return []
        first = np.array([run.a_word for run in runs])
        last = first + np.array([run.words for run in runs]) - (PASSAGE_WORDS - 1)
        weights, known = self._indexed.means(first, last) if self._ask else _nothing(len(runs))
        if not known.all():
            by_words, told = self._worded.means(first, last)
            weights = np.where(known, weights, np.where(told, by_words, NEUTRAL))
        clipped: list[float] = np.minimum(np.maximum(weights, 0.0), 1.0).tolist()
        return clipped

    @cached_property
    def _indexed(self) -> _Means:
        """By the articles of the index that hold a shingle, the text compared with left out."""
        assert self._ask is not None
        found = self._ask()
        hashes = in_order(self._text.hashes)
        known = (hashes <= np.uint64(KEPT_SHARE)).nonzero()[0]
        others = np.zeros(len(known))
        if len(found.hashes):
            at = found.hashes.searchsorted(hashes.take(known))
            others = np.maximum(found.others.take(at, mode="clip") - 1.0, 0.0)
        return _Means.of(known, 1.0 - np.log1p(others) / np.log1p(max(found.articles - 1, 1)))

    @cached_property
    def _worded(self) -> _Means:
        """By the rarest word of each shingle, of those that are words."""
        rarest_of_all = np.log(self._background.documents + 1.0)
        rarity = self._background.idf(self._text.hashes) / rarest_of_all
        rarity[self._text.end - self._text.start <= 1] = -1.0
        if len(self._text.kinds):
            rarity[(self._text.kinds & NUMBER) > 0] = -1.0
        count = max(len(rarity) - (SHINGLE_WORDS - 1), 0)
        rarest = np.max([rarity[k : k + count] for k in range(SHINGLE_WORDS)], axis=0)
        known = (rarest >= 0.0).nonzero()[0]
        return _Means.of(known, rarest[known])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """The mean of any range of shingles, by sums over those of which something is known."""

    place: Int64s
    """Of each known shingle; ascending."""
    sums: Doubles
    """Of the values before each known shingle, and of all."""

    @classmethod
    def of(cls, place: Int64s, values: Doubles) -> _Means:
        sums = np.zeros(len(values) + 1)
        values.cumsum(out=sums[1:])
        return cls(place=place, sums=sums)

    def means(self, first: Int64s, last: Int64s) -> tuple[Doubles, Bools]:
        """The mean of each half-open range and whether anything in it is known."""
        low, high = self.place.searchsorted(first), self.place.searchsorted(last)
        known = high - low
        sums = self.sums.take(high) - self.sums.take(low)
        return sums / np.maximum(known, 1), known > 0


def _nothing(n: int) -> tuple[Doubles, Bools]:
    return np.zeros(n), np.zeros(n, np.bool_)
