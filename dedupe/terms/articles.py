"""What texts speak of, as hashes: content words, names, numbers, title words.

Everything is worked out over a whole batch as arrays; no loop runs over words. Words come from
``dedupe.words``; in scripts written without spaces, where one grapheme is one word, a term is a
pair of neighbouring graphemes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.model import Doubles, Int64s, Terms
from dedupe.terms.background import Background
from dedupe.terms.names import named
from dedupe.terms.numbers import numbers, weekdays
from dedupe.terms.page import Page, content, distinct

TERMS_VERSION = "1"
KEPT_WORDS = 64
KEPT_NAMES = 32


def terms(
    titles: Sequence[str], bodies: Sequence[str], background: Background | None = None
) -> list[Terms]:
    """The terms of each article, in order; titles and clean bodies run in parallel.

    With a background only the most telling words (by count and rarity) and the rarest names and
    numbers are kept, ``KEPT_WORDS`` and ``KEPT_NAMES`` of them: clustering of the development sets
    came out the same with 64 words as with all. Days of the week count as numbers, -1 (Monday)
    to -7.

    Raises:
        ValueError: there are not as many titles as bodies.
    """
    page = Page.of([text for pair in zip(titles, bodies, strict=True) for text in pair])
    n = len(titles)
    at, hashes = content(page)
    words, counts = distinct(page.text[at] // 2, hashes, n)
    in_title = page.text[at] % 2 == 0
    title, _ = distinct(page.text[at[in_title]] // 2, hashes[in_title], n)
    capitals = named(page)
    names, _ = distinct(page.text[capitals] // 2, page.hashes[capitals], n)
    number_at, codes = numbers(page)
    day_at, day_codes = weekdays(page)
    figures = page.text[np.concatenate([number_at, day_at])] // 2
    figures_found, _ = distinct(figures, np.concatenate([codes, day_codes]), n)
    found = [
        Terms(
            words=words[k],
            counts=counts[k],
            names=names[k],
            numbers=figures_found[k],
            title=title[k],
        )
        for k in range(n)
    ]
    return found if background is None else [telling(one, background) for one in found]


def telling(found: Terms, background: Background) -> Terms:
    """The terms that tell most, still sorted by hash."""
    words = _largest((1.0 + np.log(found.counts)) * background.idf(found.words), KEPT_WORDS)
    names = _largest(background.idf(found.names), KEPT_NAMES)
    figures = _largest(background.idf(found.numbers), KEPT_NAMES)
    return Terms(
        words=found.words[words],
        counts=found.counts[words],
        names=found.names[names],
        numbers=found.numbers[figures],
        title=found.title,
    )


def _largest(values: Doubles, most: int) -> Int64s:
    """Positions of the largest values in ascending order; of equal ones the first."""
    return np.sort(np.argsort(-values, kind="stable")[:most])
