"""The words of a batch of texts laid out as arrays, and the terms among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Int32s, Int64s, UInt64s
from dedupe.words import split

Codes: TypeAlias = npt.NDArray[np.uint32]

_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FFF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Thai and Lao, Myanmar, Khmer, Han and Kana blocks."""
_UPPER, _LOWER, _DIGIT = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The words of a batch of texts laid out one after the other; arrays run over words."""

    codes: Codes
    """Code points of all texts, a line feed after each."""
    text: Int64s
    """Number of the text a word stands in."""
    start: Int64s
    """Where a word starts in ``codes``; ``end`` is half-open."""
    end: Int64s
    hashes: UInt64s
    unspaced: Bools
    numeric: Bools
    """The word starts with a digit."""
    upper: Bools
    lower: Bools

    @classmethod
    def of(cls, texts: Sequence[str]) -> Page:
        """The words of these texts, in order."""
        joined = "\n".join(texts) + "\n"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        found = split(texts)
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        text = np.repeat(np.arange(len(texts)), np.diff(found.bounds))
        base = (np.cumsum(lengths) - lengths)[text]
        start, end = found.start + base, found.end + base
        first = codes[start]
        letters = _letters()[np.minimum(first, 0xFFFF)]
        return cls(
            codes=codes,
            text=text,
            start=start,
            end=end,
            hashes=found.hashes,
            unspaced=np.logical_or.reduce([(first >= a) & (first <= b) for a, b in _UNSPACED]),
            numeric=letters == _DIGIT,
            upper=letters == _UPPER,
            lower=letters == _LOWER,
        )

    def adjoins(self) -> Bools:
        """Whether each word follows the one before it in the same text; shape = words.shape."""
        follows = np.zeros(len(self.text), dtype=np.bool_)
        follows[1:] = self.text[1:] == self.text[:-1]
        return follows


@cache
def _letters() -> npt.NDArray[np.uint8]:
    """Case of every code point of the basic plane: upper or title, lower, decimal digit, or 0."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for code in range(0x10000):
        letter = chr(code)
        if letter.isupper() or letter.istitle():
            table[code] = _UPPER
        elif letter.islower():
            table[code] = _LOWER
        elif letter.isdecimal():
            table[code] = _DIGIT
    return table


def content(page: Page) -> tuple[Int64s, UInt64s]:
    """Where the terms start (word positions) and their hashes."""
    spaced = (page.end - page.start > 1) & ~page.numeric & ~page.unspaced
    touching = page.adjoins()
    touching[1:] &= page.start[1:] == page.end[:-1]
    second = np.flatnonzero(touching & page.unspaced & np.roll(page.unspaced, 1))
    pairs = (page.hashes[second - 1] * np.uint64(0x9E3779B97F4A7C15)) ^ page.hashes[second]
    at = np.concatenate([np.flatnonzero(spaced), second - 1])
    return at, np.concatenate([page.hashes[spaced], pairs])


def distinct(owner: Int64s, hashes: UInt64s, n: int) -> tuple[list[UInt64s], list[Int32s]]:
    """Sorted distinct hashes of each of n owners, and how often each occurs."""
    order = np.lexsort((hashes, owner))
    owner, hashes = owner[order], hashes[order]
    new = np.ones(len(owner), dtype=np.bool_)
    new[1:] = (owner[1:] != owner[:-1]) | (hashes[1:] != hashes[:-1])
    at = np.flatnonzero(new)
    counts: Int32s = np.diff(np.append(at, len(owner))).astype(np.int32)
    cuts = np.searchsorted(owner[at], np.arange(n + 1))
    kept = hashes[at]
    spans = list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
    return [kept[a:b].copy() for a, b in spans], [counts[a:b].copy() for a, b in spans]
