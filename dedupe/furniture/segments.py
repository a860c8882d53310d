"""Segments of a text: lines, and the sentences of a line, each with a hash of its words.

What a page repeats under its articles is a line of its own or a sentence glued to a paragraph:
the segment is the unit in which furniture is learned and taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Int64s, UInt64s
from dedupe.words import Words, mix

FEWEST_WORDS = 3
"""Of a line; a shorter one says too little to be known again."""
FEWEST_IN_SENTENCE = 5
"""Of a sentence with others in its line: what an abbreviation cuts off is mostly shorter."""
SHORTEST = 12
"""Code points: three graphemes of a script without spaces are three words and no line."""

_LONGEST_ABBREVIATION = 4
""" "Mr.", "Gov.", "Sept.": a full stop behind a capitalised word of at most this length ends nothing."""
_STOP, _END, _BREAK, _SPACE, _CLOSER = (1 << bit for bit in range(5))
_CLASSES = {
    _STOP | _END: ".",
    _END: "!?。！？।؟۔…",
    _BREAK | _SPACE: "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029",
    _SPACE: " \t\x1f\u00a0\u3000",
    _CLOSER: "'\"”’»)]」』",
}
_LAST = 0xFFFF
"""No mark lies beyond the first plane; a table of it stays in a processor's cache."""
_MULTIPLIERS = 1 << 10
"""Words of a segment that are told apart by their place; further ones share places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The segments of a batch in text order; text k owns ``bounds[k]:bounds[k + 1]``."""

    hashes: UInt64s
    """Of the words in order, as ``dedupe.words`` folds them; shape = (n_segments,)."""
    start: Int64s
    """Code-point offset of the first word in its own text."""
    end: Int64s
    """Behind the last word."""
    words: Int64s
    """Number of words."""
    bounds: Int64s
    """shape = (n_texts + 1,)."""

    def text(self, k: int) -> Segments:
        """The segments of one text, as views."""
        low, high = int(self.bounds[k]), int(self.bounds[k + 1])
        return Segments(
            hashes=self.hashes[low:high],
            start=self.start[low:high],
            end=self.end[low:high],
            words=self.words[low:high],
            bounds=np.array([0, high - low]),
        )


def segments(texts: Sequence[str], words: Words) -> Segments:
    """The segments of every text that are long enough to be known again, in order.

    ``words`` are those of the same texts, or of the ranges kept of them.
    """
    n = len(words.hashes)
    if not n:
        none = np.zeros(0, np.int64)
        bounds = np.zeros(len(texts) + 1, np.int64)
        return Segments(
            hashes=np.zeros(0, np.uint64), start=none, end=none, words=none, bounds=bounds
        )
    ends, at_line_end = _ends(texts, words)
    last = np.flatnonzero(ends)
    first = np.empty_like(last)
    first[0], first[1:] = 0, last[:-1] + 1
    size = last - first + 1
    place = np.arange(n) - first.repeat(size)
    sums = np.add.reduceat(words.hashes * _multipliers()[place & (_MULTIPLIERS - 1)], first)
    start, end = words.start[first].astype(np.int64), words.end[last].astype(np.int64)
    whole = at_line_end[last]
    whole[1:] &= at_line_end[last[:-1]]
    fewest = np.where(whole, FEWEST_WORDS, FEWEST_IN_SENTENCE)
    kept = (size >= fewest) & (end - start >= SHORTEST)
    return Segments(
        hashes=mix(sums[kept]),
        start=start[kept],
        end=end[kept],
        words=size[kept],
        bounds=np.searchsorted(first[kept], words.bounds),
    )


def _ends(texts: Sequence[str], words: Words) -> tuple[Bools, Bools]:
    """Whether a segment ends behind each word, and whether the line does."""
    codes, kinds = _codes(texts)
    start, end = _places(texts, words)
    marks = np.flatnonzero(kinds & (_END | _BREAK))
    before = start.searchsorted(marks) - 1
    if len(before) and before[0] < 0:
        marks, before = marks[before >= 0], before[before >= 0]
    kind, behind = kinds[marks], end[before]
    line_end = np.zeros(len(start), np.bool_)
    line_end[before[kind & _BREAK > 0]] = True
    line_end[words.bounds[1:][words.bounds[1:] > words.bounds[:-1]] - 1] = True
    # A mark inside a word's own range ("a.b") or glued to the next one ends nothing.
    sentence = (kind & _END > 0) & (marks >= behind)
    sentence &= kinds[marks + 1] & (_SPACE | _CLOSER | _END) > 0
    sentence |= (kind == _END) & (codes[marks] > 0x7F)
    first, following = codes[start[before]], codes[start[np.minimum(before + 1, len(start) - 1)]]
    capital = (first >= ord("A")) & (first <= ord("Z"))
    short = behind - start[before] <= _LONGEST_ABBREVIATION
    # "(D-Calif.) said": who goes on in lower case has not ended.
    goes_on = (following >= ord("a")) & (following <= ord("z"))
    sentence &= ~((kind & _STOP > 0) & (goes_on | (capital & short)))
    ends = line_end.copy()
    ends[before[sentence]] = True
    return ends, line_end


def _places(texts: Sequence[str], words: Words) -> tuple[Int64s, Int64s]:
    """Where each word starts and ends in all texts, a line break between two."""
    start, end = words.start.astype(np.int64), words.end.astype(np.int64)
    if len(texts) > 1:
        sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        origin = np.repeat(np.cumsum(sizes) - sizes, np.diff(words.bounds))
        start += origin
        end += origin
    return start, end


def _codes(texts: Sequence[str]) -> tuple[npt.NDArray[np.unsignedinteger], npt.NDArray[np.uint8]]:
    """The code points of all texts, a line break behind each, and the class of each."""
    joined = "\n".join((*texts, " "))
    if joined.isascii():
        encoded = joined.encode("ascii")
        classes = np.frombuffer(encoded.translate(_ascii_table()), np.uint8)
        return np.frombuffer(encoded, np.uint8), classes
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    return codes, _table()[np.minimum(codes, _LAST)]


@cache
def _table() -> npt.NDArray[np.uint8]:
    table = np.zeros(_LAST + 1, np.uint8)
    for kind, marks in _CLASSES.items():
        table[[ord(mark) for mark in marks]] = kind
    return table


@cache
def _ascii_table() -> bytes:
    return _table()[:256].tobytes()


@cache
def _multipliers() -> UInt64s:
    """Odd numbers, one for each place of a word in its segment (SplitMix64 of the place)."""
    places = np.arange(1, _MULTIPLIERS + 1, dtype=np.uint64)
    places *= 0x9E3779B97F4A7C15
    mix(places)
    places |= 1
    return places
