"""Numbers, names and quotations of two articles, each as the words it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from dedupe.difference.sentences import Layout
from dedupe.model import Bools, Int64s, UInt64s
from dedupe.telling import day_words, in_names, name_runs
from dedupe.terms.background import Background
from dedupe.terms.numbers import figures
from dedupe.terms.page import QUOTATION_MARKS, Page
from dedupe.terms.quotes import QUOTED_WORDS, quoted
from dedupe.tongues import MONTHS
from dedupe.words import split

_SPELLED = (
    "two zwei deux dos due dois twee två два две",
    "three drei trois tres tre três drie три",
    "four vier quatre cuatro quattro quatro fyra четыре",
    "five fünf cinq cinco cinque vijf fem пять",
    "six sechs seis sei zes sex шесть",
    "seven sieben sept siete sette sete zeven sju семь",
    "eight acht huit ocho otto oito åtta восемь",
    "nine neun neuf nueve nove negen nio девять",
    "ten zehn dix diez dieci dez tien tio десять",
    "eleven elf onze once undici elva одиннадцать",
    "twelve zwölf douze doce dodici doze twaalf tolv двенадцать",
)
"""Numbers that style books have written out, from 2 on."""
_MONTH_TOO = "sept"
_AMBIGUOUS = frozenset(("sex", "once", "due", "nove", "otto", "elf", "tio", "sei", _MONTH_TOO))
"""Words of other languages too, or other words of theirs."""
_COMMON_UNIT = 1.0
"""Rarity under which a word says nothing of what is counted: "12 of", "5 were"."""
_CURRENCIES = "$€£¥₹₽"
_PERCENT = len(_CURRENCIES) + 1
_UNSPACED_QUOTE = 10


Words: TypeAlias = tuple[int, int]
"""Half-open range of words of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number, name or quotation where it stands."""

    key: tuple[int, ...]
    """Equal for two that say the same: the number, the hashes of the words."""
    low: int
    """Its words in the page, half-open; of a number the word for what it counts is not one."""
    high: int
    shown: Words
    """The words it is shown with: what a number counts is no part of it."""
    unit: int = 0
    """Hash of what a number counts; 0 where it is unknown."""
    weak: bool = False
    """A small number in words that counts nothing: it tells something in place of another only."""


def numbers(layout: Layout, background: Background | None) -> list[Fact]:
    """Every number, in order; a clock time ("10:15") is one."""
    page = layout.page
    at, codes, behind = figures(page)
    spelled, values = _spelled_out(page)
    words = set(spelled.tolist())
    at, codes = np.append(at, spelled), np.append(codes, values)
    behind = np.append(behind, spelled + 1)
    order = np.argsort(at, kind="stable")
    columns = (at[order], behind[order], codes[order])
    counted = _Counted(page, background)
    found: list[Fact] = []
    for low, high, code in zip(*(column.tolist() for column in columns), strict=True):
        if found and found[-1].high == low and _clock(page, low):
            hour = found.pop()
            key = (*hour.key, code)
            found.append(Fact(key=key, low=hour.low, high=high, shown=(hour.low, high)))
        else:
            unit, shown = counted.of(low, high, code)
            weak = low in words and not unit
            fact = Fact(key=(code,), low=low, high=high, shown=shown, unit=unit, weak=weak)
            found.append(fact)
    return found


def names(layout: Layout) -> list[Fact]:
    """Every name of one or more words, in order; days and months are none."""
    page = layout.page
    days = day_words()
    inside = in_names(page) & ~_listed(page)
    behind = _quotes_open(page)
    spoken = set(page.hashes[inside & ~behind].tolist())
    counts = set(_spelled_out(page)[0].tolist())
    found = []
    runs = (part for run in name_runs(page, inside) for part in _sentences(page, *run))
    for low, high in runs:
        key = tuple(page.hashes[low:high].tolist())
        # The first word of what is quoted has a capital for that alone.
        alone = high - low == 1
        opens = alone and ((behind[low] and key[0] not in spoken) or low in counts)
        if not opens and not days.issuperset(key):
            found.append(Fact(key=key, low=low, high=high, shown=(low, high)))
    return found


def quotations(layout: Layout) -> list[Fact]:
    """Every quotation that is long enough to be somebody's words, in order."""
    page = layout.page
    if not len(page.start):
        return []
    begin, end = quoted(page)
    ranges = np.stack(
        [np.searchsorted(page.start, begin), np.searchsorted(page.start, end)], axis=1
    )
    found = []
    for low, high in sorted(map(tuple, ranges.tolist())):
        least = _UNSPACED_QUOTE if low < len(page.start) and page.unspaced[low] else QUOTED_WORDS
        if high - low >= least:
            key = tuple(page.hashes[low:high].tolist())
            found.append(Fact(key=key, low=low, high=high, shown=(low, high)))
    return found


def _sentences(page: Page, low: int, high: int) -> Iterator[Words]:
    """The parts of a name that a full stop behind an acronym cuts: "… at 10 GMT. The Board"."""
    for k in range(low, high - 1):
        acronym = chr(int(page.codes[page.start[k] + 1])).isupper()
        if acronym and page.codes[page.end[k]] == ord("."):
            yield low, k + 1
            low = k + 1
    yield low, high


def _quotes_open(page: Page) -> Bools:
    """Words that a quotation mark or a bracket stands right before."""
    marks = np.array([ord(mark) for mark in QUOTATION_MARKS + "'(["])
    opens: Bools = (page.start > 0) & np.isin(page.codes[page.start - 1], marks)
    return opens


def _listed(page: Page) -> Bools:
    """Words joined to the next by a full stop alone: the code of a share ("ABCD.N"), an address."""
    joined: Bools = np.zeros(len(page.start), np.bool_)
    joined[:-1] = (page.codes[page.end[:-1]] == ord(".")) & (page.start[1:] == page.end[:-1] + 1)
    return joined


def _spelled_out(page: Page) -> tuple[Int64s, UInt64s]:
    """Where small numbers are written as words, and their codes."""
    hashes, codes = _spelled_table()
    nearest = np.minimum(np.searchsorted(hashes, page.hashes), len(hashes) - 1)
    at = np.flatnonzero(hashes[nearest] == page.hashes)
    # A capital behind a capital is a name: "World War Two".
    at = at[~(page.upper[at] & page.upper[np.maximum(at - 1, 0)] & page.adjoins()[at])]
    return at, codes[nearest[at]]


@cache
def _spelled_table() -> tuple[UInt64s, UInt64s]:
    """Hashes of the words for small numbers, sorted, and the codes of the numbers."""
    _, codes, _ = figures(Page.of([" ".join(str(k) for k in range(2, 13))]))
    words = [
        (word, int(code))
        for line, code in zip(_SPELLED, codes, strict=True)
        for word in line.split()
        if word not in _AMBIGUOUS
    ]
    hashes = split([word for word, _ in words]).hashes
    values = np.array([code for _, code in words], np.uint64)
    order = np.argsort(hashes)
    return hashes[order], values[order]


class _Counted:
    """What numbers count, and the words they are shown with: "12 people", "$40 million", "May 3"."""

    def __init__(self, page: Page, background: Background | None) -> None:
        self._page = page
        telling = np.ones(len(page.hashes), np.bool_)
        if background is not None:
            telling = background.idf(page.hashes) >= _COMMON_UNIT
        self._telling = telling
        self._months = _month_words()

    def of(self, low: int, high: int, code: int) -> tuple[int, tuple[int, int]]:
        """(hash of what is counted, 0 where it is unknown; the words shown)."""
        page, alone = self._page, (low, high)
        sign = chr(int(page.codes[page.start[low] - 1])) if page.start[low] else ""
        if sign in _CURRENCIES:
            return _CURRENCIES.index(sign) + 1, alone
        if code & 1:
            return _PERCENT, alone
        if low and int(page.hashes[low - 1]) in self._months and _beside(page, low):
            return int(page.hashes[low - 1]), (low - 1, high)
        if high < len(page.start) and self._counts(high):
            return int(page.hashes[high]), (low, high + 1)
        return 0, alone

    def _counts(self, word: int) -> bool:
        """The word stands right behind a number, in small letters, and is no word of grammar."""
        page = self._page
        long = page.end[word] - page.start[word] > 2
        plain = page.lower[word] and not page.unspaced[word]
        return bool(long and plain and _beside(page, word) and self._telling[word])


@cache
def _month_words() -> frozenset[int]:
    """Hashes of the names of months."""
    return frozenset(split([" ".join(MONTHS)]).hashes.tolist())


def _beside(page: Page, word: int) -> bool:
    """One space or hyphen stands between the word and the one before it."""
    mark = chr(int(page.codes[page.end[word - 1]]))
    near = page.text[word] == page.text[word - 1]
    return bool(near and page.start[word] - page.end[word - 1] == 1 and mark in " -\u00a0")


def _clock(page: Page, word: int) -> bool:
    """A colon alone stands before the word."""
    return bool(
        page.start[word] - page.end[word - 1] == 1 and page.codes[page.end[word - 1]] == ord(":")
    )
