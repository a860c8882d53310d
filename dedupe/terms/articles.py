"""What texts speak of, as hashes: words, names, numbers, places, quotations and their like.

Everything is worked out over a whole batch as arrays; no loop runs over words. Words come from
``dedupe.words``; in scripts written without spaces, where one grapheme is one word, a term is a
pair of neighbouring graphemes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Doubles, Int64s, Terms, UInt32s, UInt64s
from dedupe.terms.background import Background
from dedupe.terms.measures import measures
from dedupe.terms.names import capitalised, full_names, opens_sentence
from dedupe.terms.numbers import figures, weekdays
from dedupe.terms.page import Distinct, Page, content, distinct
from dedupe.terms.places import PLACES_VERSION, Gazetteer
from dedupe.terms.quotes import quotes

TERMS_VERSION = f"2/places-{PLACES_VERSION}"
KEPT_WORDS = 64
KEPT_NAMES = 32
KEPT_COMPOUNDS = 32
"""Full names, and numbers with what they count, of each the first in the text."""
KEPT_QUOTES = 48
KEPT_PLACES = 16
LEDE_WORDS = 60
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def terms(
    titles: Sequence[str],
    bodies: Sequence[str],
    background: Background | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[Terms]:
    """The terms of each article, in order; titles and clean bodies run in parallel.

    With a background only the most telling words (by count and rarity) and the rarest names and
    numbers are kept, ``KEPT_WORDS`` and ``KEPT_NAMES`` of them: clustering of the development sets
    came out the same with 64 words as with all. Days of the week count as numbers, -1 (Monday)
    to -7. Without a gazetteer no places are known.

    Raises:
        ValueError: there are not as many titles as bodies.
    """
    page = Page.of([text for pair in zip(titles, bodies, strict=True) for text in pair])
    n, lede = len(titles), _in_lede(page)
    opens, long = opens_sentence(page), capitalised(page)
    number_at, codes, after = figures(page)
    days = weekdays(page)
    found = zip(
        _words(page, lede, n),
        _marked(page, lede, np.flatnonzero(long & ~opens), page.hashes[long & ~opens], n),
        _marked(page, lede, np.append(number_at, days[0]), np.append(codes, days[1]), n),
        _places(page, lede, gazetteer, opens, n),
        _compounds(page, *_full_names(page, long), n),
        _compounds(page, *measures(page, number_at, codes, after), n),
        _quoted(page, n),
        strict=True,
    )
    terms = [
        Terms(
            words=words[0],
            lede_words=words[1],
            counts=words[2],
            title=words[3],
            names=names[0],
            lede_names=names[1],
            numbers=numbers[0],
            lede_numbers=numbers[1],
            places=places[0],
            lede_places=places[1],
            pairs=pairs,
            measures=counted,
            quotes=quoted,
        )
        for words, names, numbers, places, pairs, counted, quoted in found
    ]
    return terms if background is None else [telling(one, background) for one in terms]


def telling(found: Terms, background: Background) -> Terms:
    """The terms that tell most, still sorted by hash."""
    words = _largest((1.0 + np.log(found.counts)) * background.idf(found.words), KEPT_WORDS)
    names = _largest(background.idf(found.names), KEPT_NAMES)
    figures = _largest(background.idf(found.numbers), KEPT_NAMES)
    return replace(
        found,
        words=found.words[words],
        counts=found.counts[words],
        lede_words=found.lede_words[words],
        names=found.names[names],
        lede_names=found.lede_names[names],
        numbers=found.numbers[figures],
        lede_numbers=found.lede_numbers[figures],
    )


def _in_lede(page: Page) -> Bools:
    """Whether each word is of a title, or of the first 60 of a body."""
    first = np.flatnonzero(~page.adjoins())
    lengths = np.diff(np.append(first, len(page.text)))
    place = np.arange(len(page.text)) - np.repeat(first, lengths)
    within: Bools = (page.text % 2 == 0) | (place < LEDE_WORDS)
    return within


def _words(page: Page, lede: Bools, n: int) -> list[list[npt.NDArray[Any]]]:
    """Words, whether each stands in the lede, how often it occurs, and the words of the title."""
    at, hashes = content(page)
    owner = page.text[at] // 2
    found = Distinct.of(owner, hashes, n)
    in_title = page.text[at] % 2 == 0
    title, _ = distinct(owner[in_title], hashes[in_title], n)
    words = found.each(hashes, lede[at])
    spans = zip(words, found.spans, title, strict=True)
    return [[*one, found.counts[a:b].copy(), of_title] for one, (a, b), of_title in spans]


def _marked(
    page: Page, lede: Bools, at: Int64s, hashes: UInt64s, n: int
) -> Iterator[list[npt.NDArray[Any]]]:
    """The distinct terms of each article, and whether each stands in the lede."""
    return Distinct.of(page.text[at] // 2, hashes, n).each(hashes, lede[at])


def _places(
    page: Page, lede: Bools, gazetteer: Gazetteer | None, opens: Bools, n: int
) -> Iterator[list[npt.NDArray[Any]]]:
    """The first places of each article, and whether each stands in the lede."""
    at, codes = np.empty(0, np.int64), np.empty(0, np.uint32)
    if gazetteer is not None:
        at, codes = gazetteer.find(page, opens)
    return Distinct.of(page.text[at] // 2, codes, n).earliest(KEPT_PLACES).each(codes, lede[at])


def _full_names(page: Page, long: Bools) -> tuple[Int64s, UInt64s, UInt64s]:
    first, second = full_names(page, long)
    return first, page.hashes[first], page.hashes[second]


def _compounds(page: Page, at: Int64s, one: UInt64s, other: UInt64s, n: int) -> Iterator[UInt64s]:
    """The first distinct pairs (one, other) of each article, shape = (kept, 2)."""
    found = Distinct.of(page.text[at] // 2, (one * _GOLDEN) ^ other, n).earliest(KEPT_COMPOUNDS)
    return (both for (both,) in found.each(np.stack([one, other], axis=1)))


def _quoted(page: Page, n: int) -> list[UInt32s]:
    """The smallest hashes of what each article quotes."""
    at, hashes = quotes(page)
    found = Distinct.of(page.text[at] // 2, hashes >> np.uint64(32), n)
    kept = hashes[found.first] >> np.uint64(32)
    return [kept[a : min(b, a + KEPT_QUOTES)].astype(np.uint32) for a, b in found.spans]


def _largest(values: Doubles, most: int) -> Int64s:
    """Positions of the largest values in ascending order; of equal ones the first."""
    return np.sort(np.argsort(-values, kind="stable")[:most])
