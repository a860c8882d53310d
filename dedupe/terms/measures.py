"""Numbers with what they count: "12 people", "$40 million", "magnitude 6.1", "3-2"."""

from __future__ import annotations

from functools import cache

import numpy as np

from dedupe.model import Bools, Int64s, UInt64s
from dedupe.terms.page import Page
from dedupe.words import split

_CURRENCIES = {
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
    "¥": "yen",
    "₹": "rupees",
    "₽": "рублей",
}
_GAP = 2
"""Code points between a number and what it counts: a space, a hyphen, "6.1-magnitude"."""


def measures(
    page: Page, at: Int64s, codes: UInt64s, after: Int64s
) -> tuple[Int64s, UInt64s, UInt64s]:
    """Positions of numbers, their codes, and the hash of a word that each is the number of.

    The word before a number and the one behind it both count, and a sign of currency by its word.
    ``at``, ``codes`` and ``after`` are what ``figures`` gives.
    """
    if not len(at):
        return at, codes, codes
    signs, currencies = _currencies()
    sign = page.codes[page.start[at] - 1]
    nearest = np.minimum(np.searchsorted(signs, sign), len(signs) - 1)
    paid = (signs[nearest] == sign) & (page.start[at] > 0)
    following = np.minimum(after, len(page.text) - 1)
    counted = (after < len(page.text)) & _beside(page, following - 1, following)
    counted &= (page.text[following] == page.text[at]) & ~paid
    before = np.maximum(at - 1, 0)
    preceded = (at > 0) & _beside(page, before, at) & ~page.numeric[before]
    preceded &= (page.end[before] - page.start[before] > 1) & ~paid
    found = np.concatenate([at[paid], at[counted], at[preceded]])
    numbers = np.concatenate([codes[paid], codes[counted], codes[preceded]])
    units = np.concatenate(
        [currencies[nearest[paid]], page.hashes[following[counted]], page.hashes[before[preceded]]]
    )
    order = np.argsort(found, kind="stable")
    return found[order], numbers[order], units[order]


def _beside(page: Page, first: Int64s, second: Int64s) -> Bools:
    """Whether the words stand side by side in one text, in a script with spaces."""
    near = (page.text[first] == page.text[second]) & ~page.unspaced[first] & ~page.unspaced[second]
    near &= page.start[second] - page.end[first] <= _GAP
    beside: Bools = near & (page.codes[page.end[first]] != ord("\n"))
    return beside


@cache
def _currencies() -> tuple[Int64s, UInt64s]:
    """Code points of signs of currency, sorted, and the hashes of their words."""
    signs = sorted(_CURRENCIES)
    words = split([_CURRENCIES[sign] for sign in signs]).hashes
    return np.array([ord(sign) for sign in signs], dtype=np.int64), words
