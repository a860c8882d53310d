"""Numbers, names and quotations of two articles, each as the words it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from dedupe.difference.number_words import in_letters, spelled
from dedupe.difference.sentences import Layout
from dedupe.model import Bools, Int64s
from dedupe.telling import day_words, in_names, name_runs
from dedupe.terms.background import Background
from dedupe.terms.numbers import figures
from dedupe.terms.page import QUOTATION_MARKS, Page
from dedupe.terms.quotes import QUOTED_WORDS, quoted
from dedupe.tongues import MONTHS
from dedupe.words import split

_COMMON_UNIT = 1.0
"""Rarity under which a word says nothing of what is counted: "12 of", "5 were"."""
_CURRENCIES = "$€£¥₹₽"
_PERCENT = len(_CURRENCIES) + 1
_UNSPACED_QUOTE = 10


_SINGLE = re.compile(
    r"""(?<![\w'])'(?=[^\W\d])([^\n]{8,1500}?(?:[.,!?…]|[^\Ws](?=')|s(?='[.,;:!?)]|'\s*\n|'$)))'(?!\w)"""
)
"""What single marks quote; behind an s one closes only where a clause ends: "the owners' boats"."""


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
    signed: bool = False
    """A minus sign stands before the number."""
    letters: bool = False
    """A name of single letters: "U.S."."""


def numbers(layout: Layout, background: Background | None) -> list[Fact]:
    """Every number, in order; a clock time ("10:15") is one."""
    page = layout.page
    words = _spelled_out(page)
    figured = zip(*(column.tolist() for column in figures(page)), strict=True)
    written = sorted([*((low, high, code) for low, code, high in figured), *words])
    spoken = {low for low, _, _ in words}
    counted = _Counted(page, background)
    found: list[Fact] = []
    for low, high, code in written:
        if found and found[-1].high > low:
            continue  # "2 million", of which the second word is no number
        if found and found[-1].high == low and low not in spoken and _clock(page, low):
            hour = found.pop()
            key = (*hour.key, code)
            found.append(Fact(key=key, low=hour.low, high=high, shown=(hour.low, high)))
        else:
            unit, shown = counted.of(low, high, code)
            found.append(
                Fact(
                    key=(code, 1) if layout.signed[low] else (code,),
                    low=low,
                    high=high,
                    shown=shown,
                    unit=unit,
                    weak=low in spoken and not unit,
                    signed=bool(layout.signed[low]),
                )
            )
    return found


def names(layout: Layout) -> list[Fact]:
    """Every name of one or more words, in order; days and months are none."""
    page = layout.page
    days = day_words()
    inside = (in_names(page) & ~_listed(page)) | _lettered(page)
    behind = _quotes_open(page)
    spoken = set(page.hashes[inside & ~behind].tolist())
    counts = {low for low, _, _ in in_letters(page)}
    found = []
    runs = (part for run in name_runs(page, inside) for part in _sentences(page, *run))
    for low, high in runs:
        key = tuple(page.hashes[low:high].tolist())
        # The first word of what is quoted has a capital for that alone.
        alone = high - low == 1
        opens = alone and ((behind[low] and key[0] not in spoken) or low in counts)
        if not opens and not days.issuperset(key):
            letters = not alone and bool((page.end[low:high] - page.start[low:high] == 1).all())
            found.append(Fact(key=key, low=low, high=high, shown=(low, high), letters=letters))
    return found


def quotations(layout: Layout) -> list[Fact]:
    """Every quotation that is long enough to be somebody's words, in order."""
    page = layout.page
    if not len(page.start):
        return []
    marked, single = quoted(page), _in_single_marks(layout)
    begin, end = (np.concatenate(both) for both in zip(marked, single, strict=True))
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


def _in_single_marks(layout: Layout) -> tuple[Int64s, Int64s]:
    """Ranges of the page between straight single marks, as far as they are no apostrophes."""
    found = [
        (base + one.start(1), base + one.end(1))
        for value, base in zip(layout.values, layout.origin, strict=True)
        if "'" in value.plain
        for one in _SINGLE.finditer(value.plain)
    ]
    ends = np.array(found, np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


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


def _lettered(page: Page) -> Bools:
    """Single capitals that make a name with what they are joined to: "O'Brien", "U.S."."""
    alone = page.upper & (page.end - page.start == 1)
    joint, follows = page.codes[page.end[:-1]], page.start[1:] == page.end[:-1] + 1
    found: Bools = np.zeros(len(page.start), np.bool_)
    pair = alone[:-1] & alone[1:] & follows & (joint == ord("."))
    found[:-1] |= pair
    found[1:] |= pair
    named = alone[:-1] & page.upper[1:] & ~alone[1:] & follows
    found[:-1] |= named & np.isin(joint, [ord("'"), ord("’")])
    return found


def _listed(page: Page) -> Bools:
    """Words joined to the next by a full stop alone: the code of a share ("ABCD.N"), an address."""
    joined: Bools = np.zeros(len(page.start), np.bool_)
    joined[:-1] = (page.codes[page.end[:-1]] == ord(".")) & (page.start[1:] == page.end[:-1] + 1)
    return joined


def _spelled_out(page: Page) -> list[tuple[int, int, int]]:
    """Numbers in words as (first word, word behind the last, code)."""
    # A capital behind a capital is a name: "World War Two".
    found = [
        one
        for one in spelled(page)
        if not (one[0] and page.upper[one[0]] and page.upper[one[0] - 1] and _beside(page, one[0]))
    ]
    values = sorted({value for _, _, value in found})
    _, codes, _ = figures(Page.of([" ".join(map(str, values))]))
    code_of = dict(zip(values, codes.tolist(), strict=True))
    return [(low, high, code_of[value]) for low, high, value in found]


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
