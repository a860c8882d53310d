"""What each Unicode code point is worth to a word: its class, its folded value, its marks.

Comparison runs under NFKC and case folding, with default-ignorable code points dropped
(Unicode's NFKC_Casefold). One code point at a time that is a table look-up, because canonical
equivalence is decided by the *decomposed* form: the table knows the polynomial hash of the
decomposition of every code point it has met, so that no text is ever normalised as a string.
Two things need more than the table and are marked in it: code points whose decomposition holds
several words, or none, and combining marks that stand out of canonical order.

The tables follow ``unicodedata`` of the running Python. A code point that an older Unicode
version does not know is no letter there: only texts that use such a code point differ.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from dedupe.model import Int64s, UInt64s

UInt8s = npt.NDArray[np.uint8]

RUN, SOLO, MARK, SPLIT, COMBINING, LONG, SARA_AA, UNKNOWN = (1 << bit for bit in range(8))
"""Bits of a code point's class; none of the first three: it separates words.

RUN joins its neighbours in a word, SOLO is a word of its own with the MARKs that follow.
SPLIT: its decomposition holds several words or nothing. COMBINING: it may stand out of order.
LONG: it decomposes to another number of code points than one. SARA_AA: SOLO, or a MARK where a
nikhahit stands before it (so that U+0E33 equals its own decomposition).
"""

MODULUS = 1 << 64
BASE = 0x9E3779B97F4A7C15
"""Base of the word polynomial; odd, so that it has an inverse modulo 2**64."""

_CODE_POINTS = 0x110000
_NIKHAHIT = (0x0E4D, 0x0ECD)
_AA = (0x0E32, 0x0EB2)

# Han, Kana, Thai, Lao, Khmer and Myanmar (Unicode's Scripts.txt, blocks rounded up; only the
# letters, digits and Han letter numbers in them count, and U+30FC is Kana by use).
_SOLO_RANGES = (
    (0x0E01, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3021, 0x3029),
    (0x3038, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x116D0, 0x116E3), (0x16FE2, 0x16FE3),
    (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFD),
)  # fmt: skip

# Default_Ignorable_Code_Point, less U+200B, which separates words where no space is written.
_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200C, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip


def code_point_value(code_point: int) -> int:
    """The 64-bit number that stands for a folded code point (SplitMix64 of it)."""
    z = (code_point + 1) * 0x9E3779B97F4A7C15 % MODULUS
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % MODULUS
    z = (z ^ z >> 27) * 0x94D049BB133111EB % MODULUS
    return z ^ z >> 31


@lru_cache(maxsize=4096)
def fold(code_point: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The folded, decomposed code points of one code point and their combining classes.

    U+0345 keeps its class though it folds to a letter: marks are put in order before folding
    (Unicode, definition D145).
    """
    folded: list[int] = []
    classes: list[int] = []
    for part in unicodedata.normalize("NFKD", chr(code_point)):
        stable = _stable(part)
        folded += map(ord, stable)
        classes += map(unicodedata.combining, part if len(stable) == 1 else stable)
    kept = [i for i, element in enumerate(folded) if not _within(element, _IGNORABLE_RANGES)]
    return tuple(folded[i] for i in kept), tuple(classes[i] for i in kept)


def _stable(text: str) -> str:
    while (folded := unicodedata.normalize("NFKD", text.casefold())) != text:
        text = folded
    return text


def _within(code_point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code_point <= high for low, high in ranges)


def _element_kind(code_point: int) -> int:
    category = unicodedata.category(chr(code_point))
    if category[0] == "M":
        return MARK
    alone = _within(code_point, _SOLO_RANGES)
    if category[0] == "L" or category == "Nd" or (category == "Nl" and alone):
        return SOLO if alone else RUN
    return 0


def _kind(elements: tuple[int, ...]) -> int:
    """Class of a whole decomposition; SPLIT where it is not of one piece."""
    if elements in {(mark, aa) for mark, aa in zip(_NIKHAHIT, _AA, strict=True)}:
        return MARK
    kinds = [_element_kind(element) for element in elements]
    if not kinds:
        return SPLIT
    tail = {RUN: {RUN, MARK}, SOLO: {MARK}, MARK: {MARK}, 0: {0, MARK}}[kinds[0]]
    if not tail.issuperset(kinds[1:]):
        return SPLIT
    return kinds[0] | (SARA_AA if elements[0] in _AA and len(elements) == 1 else 0)


class Folding:
    """The table, by code point, of those met so far; it fills itself where asked.

    ``info`` holds the class bits, ``value`` the polynomial hash of the decomposition, ``length``
    its number of code points, ``lead`` and ``trail`` the combining classes of its ends.
    Filling in is idempotent and ``info`` is written last: threads may share a table.
    """

    def __init__(self) -> None:
        self.info: UInt8s = np.full(_CODE_POINTS, UNKNOWN, np.uint8)
        self.value: UInt64s = np.zeros(_CODE_POINTS, np.uint64)
        self.length: UInt8s = np.ones(_CODE_POINTS, np.uint8)
        self.lead: UInt8s = np.zeros(_CODE_POINTS, np.uint8)
        self.trail: UInt8s = np.zeros(_CODE_POINTS, np.uint8)

    def classes(self, code_points: Int64s) -> tuple[UInt8s, int]:
        """Class bits of each code point, and all of them together."""
        info = self.info[code_points]
        seen = int(np.bitwise_or.reduce(info))
        if seen & UNKNOWN:
            for code_point in np.unique(code_points[(info & UNKNOWN) > 0]).tolist():
                self._learn(code_point)
            info = self.info[code_points]
            seen = int(np.bitwise_or.reduce(info))
        return info, seen

    def _learn(self, code_point: int) -> None:
        elements, classes = fold(code_point)
        kind = _kind(elements)
        if kind & (RUN | SOLO | MARK):
            hashed = sum(
                code_point_value(e) * pow(BASE, i, MODULUS) for i, e in enumerate(elements)
            )
            self.value[code_point] = hashed % MODULUS
            self.length[code_point] = len(elements)
            self.lead[code_point], self.trail[code_point] = classes[0], classes[-1]
            kind |= (LONG if len(elements) != 1 else 0) | (COMBINING if classes[0] else 0)
        self.info[code_point] = kind

    def follows_nikhahit(self, code_points: Int64s, positions: Int64s) -> npt.NDArray[np.bool_]:
        """Whether the code point before each position is the mark half of a SARA AM."""
        before = code_points[positions - 1]
        return np.isin(before, _NIKHAHIT)


@cache
def folding() -> Folding:
    """The process's table, made on first use."""
    return Folding()
