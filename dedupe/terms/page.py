"""The words of a batch of texts laid out as arrays, and the terms among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Int32s, Int64s, UInt32s, UInt64s
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
SENTENCE_MARKS = ".!?:…\n\r•。！？।؟۔"
QUOTATION_MARKS = '"＂«»“”„‟「」『』‘’'


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
    marks: Int64s
    """Where in ``codes`` the marks stand that end sentences, lines and quotations."""

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
            marks=np.flatnonzero(_marks().take(codes, mode="clip")),
        )

    def adjoins(self) -> Bools:
        """Whether each word follows the one before it in the same text; shape = words.shape."""
        follows = np.zeros(len(self.text), dtype=np.bool_)
        follows[1:] = self.text[1:] == self.text[:-1]
        return follows


@cache
def _marks() -> Bools:
    """Whether each code point of the basic plane is a mark; the last one stands for all beyond."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[[ord(mark) for mark in SENTENCE_MARKS + QUOTATION_MARKS]] = True
    return table


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """The distinct hashes of each of n owners, one owner after the other, sorted."""

    first: Int64s
    """Where each occurs first, as a position in what was given."""
    counts: Int32s
    """How often each occurs."""
    spans: list[tuple[int, int]]
    """Which of them each owner has, half-open."""

    @classmethod
    def of(cls, owner: Int64s, hashes: UInt64s | UInt32s, n: int) -> Distinct:
        """The distinct hashes of each owner; what is given of one hash ascends by position."""
        order = _by_owner_and_hash(owner, hashes, n)
        owner, hashes = owner[order], hashes[order]
        new = np.ones(len(owner), dtype=np.bool_)
        new[1:] = (owner[1:] != owner[:-1]) | (hashes[1:] != hashes[:-1])
        at = np.flatnonzero(new)
        cuts = np.searchsorted(owner[at], np.arange(n + 1)).tolist()
        return cls(
            first=np.minimum.reduceat(order, at) if len(at) else at,
            counts=np.diff(np.append(at, len(owner))).astype(np.int32),
            spans=list(pairwise(cuts)),
        )

    def earliest(self, most: int) -> Distinct:
        """Of each owner only the ``most`` that occur first, still sorted by hash."""
        kept, spans, filled = [], [], 0
        for low, high in self.spans:
            chosen = np.arange(low, high)
            if high - low > most:
                late = np.partition(self.first[low:high], most - 1)[most - 1]
                chosen = chosen[self.first[low:high] <= late]
            kept.append(chosen)
            spans.append((filled, filled := filled + len(chosen)))
        at = np.concatenate([np.empty(0, np.int64), *kept])
        return Distinct(first=self.first[at], counts=self.counts[at], spans=spans)

    def each(self, *given: npt.NDArray[Any]) -> Iterator[list[npt.NDArray[Any]]]:
        """Of each owner what stands where its hashes occur first in the arrays given."""
        there = [array[self.first] for array in given]
        for low, high in self.spans:
            yield [array[low:high].copy() for array in there]


def _by_owner_and_hash(owner: Int64s, hashes: UInt64s | UInt32s, n: int) -> Int64s:
    """The order of (owner, hash)."""
    bits = np.uint64(n.bit_length())
    key = (owner.astype(np.uint64) << (np.uint64(64) - bits)) | (hashes.astype(np.uint64) >> bits)
    order = np.argsort(key)
    # A sort by one number is twice as fast; the low bits that it leaves out hardly ever matter.
    key, found = key[order], hashes[order]
    if np.any((key[1:] == key[:-1]) & (found[1:] != found[:-1])):
        return np.lexsort((hashes, owner))
    return order


def distinct(owner: Int64s, hashes: UInt64s, n: int) -> tuple[list[UInt64s], list[Int32s]]:
    """Sorted distinct hashes of each of n owners, and how often each occurs."""
    found = Distinct.of(owner, hashes, n)
    kept = hashes[found.first]
    return (
        [kept[a:b].copy() for a, b in found.spans],
        [found.counts[a:b].copy() for a, b in found.spans],
    )
