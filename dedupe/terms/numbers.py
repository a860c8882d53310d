"""Numbers and weekdays in texts, as codes: 3,000 is 3000, 14m is 14 million, Monday is -1."""

from __future__ import annotations

from functools import cache

import numpy as np

from dedupe.model import Bools, Doubles, Int64s, UInt64s
from dedupe.terms.page import Page
from dedupe.words import split

_SCALES = {
    1e2: "hundred",
    1e3: "thousand mille tausend тысяч тыс",
    1e6: "million millions mln mn m millones millionen milioni milhões млн миллионов milyon",
    1e9: "billion billions bn bln b milliards milliarden miliardi млрд миллиардов milyar",
    1e12: "trillion trillions trn трлн",
}
_PERCENT = "percent pct procent prozent процентов yüzde"
_WEEKDAYS = (
    "monday montag lundi lunes lunedì понедельник понедельника",
    "tuesday dienstag mardi martes martedì вторник вторника",
    "wednesday mittwoch mercredi miércoles mercoledì среду среды",
    "thursday donnerstag jeudi jueves giovedì четверг четверга",
    "friday freitag vendredi viernes venerdì пятницу пятницы",
    "saturday samstag samedi sábado sabato субботу субботы",
    "sunday sonntag dimanche domingo domenica воскресенье воскресенья",
)
_DIGITS = 7
"""Significant digits of a number that are told apart."""


def weekdays(page: Page) -> tuple[Int64s, UInt64s]:
    """Where weekdays are named (word positions) and their codes."""
    names, codes = _weekday_words()
    nearest = np.minimum(np.searchsorted(names, page.hashes), len(names) - 1)
    at = np.flatnonzero(names[nearest] == page.hashes)
    return at, codes[nearest[at]]


def numbers(page: Page) -> tuple[Int64s, UInt64s]:
    """Where numbers start (word positions) and their codes: 3,000 is 3000, 14m is 14 million."""
    at, codes, _ = figures(page)
    return at, codes


def figures(page: Page) -> tuple[Int64s, UInt64s, Int64s]:
    """``numbers``, and the position of the word behind each number and its "million" or "percent"."""
    at = np.flatnonzero(page.numeric)
    if not len(at):
        return at, np.empty(0, dtype=np.uint64), at
    value, digits = _leading_digits(page, at)
    whole = digits == page.end[at] - page.start[at]
    thousands, decimal = _joined(page, at, digits, whole)
    chain = np.cumsum(~(thousands | decimal)) - 1
    value = _chained(value, digits, thousands, decimal, chain)
    last = np.append(np.flatnonzero(np.diff(chain)), len(at) - 1)
    first = np.append(0, last[:-1] + 1)
    factor, percent, words = _unit(page, at[last], whole[last], digits[last])
    return at[first], _codes(value * factor, percent), at[last] + 1 + words


def _leading_digits(page: Page, at: Int64s) -> tuple[Doubles, Int64s]:
    """Value and number of the digits each word starts with."""
    start, end = page.start[at], page.end[at]
    lengths = end - start
    owner = np.repeat(np.arange(len(at)), lengths)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    value = _digit_values()[np.minimum(page.codes[start[owner] + place], 0xFFFF)]
    broken = np.where(value < 0, place, np.int64(1 << 40))
    digits = np.minimum(np.minimum.reduceat(broken, np.cumsum(lengths) - lengths), lengths)
    weight = np.where(place < digits[owner], 10.0 ** np.minimum(digits[owner] - 1 - place, 300), 0)
    total = np.bincount(owner, weights=weight * np.maximum(value, 0))
    return total.astype(np.float64), digits


def _joined(page: Page, at: Int64s, digits: Int64s, whole: Bools) -> tuple[Bools, Bools]:
    """Whether each number word continues the one before it: by thousands, as decimals."""
    thousands = np.zeros(len(at), dtype=np.bool_)
    decimal = thousands.copy()
    mark = page.codes[page.end[at[:-1]]]
    near = (np.diff(at) == 1) & (page.start[at[1:]] == page.end[at[:-1]] + 1)
    near &= page.adjoins()[at[1:]] & whole[:-1]
    pointed = (mark == ord(".")) | (mark == ord(","))
    spaced = (mark == 0xA0) | (mark == 0x202F) | (mark == ord("'"))
    by_three = (digits[1:] == 3) & (digits[:-1] <= 3)
    thousands[1:] = near & whole[1:] & by_three & (pointed | spaced)
    decimal[1:] = near & pointed & ~by_three
    decimal[1:] &= ~decimal[:-1]
    thousands[1:] &= ~decimal[:-1]
    return thousands, decimal


def _chained(
    value: Doubles, digits: Int64s, thousands: Bools, decimal: Bools, chain: Int64s
) -> Doubles:
    """The value of each chain of joined number words."""
    steps = np.cumsum(thousands)
    final = np.zeros(chain[-1] + 1, dtype=np.int64)
    np.maximum.at(final, chain, steps)
    weight = 1000.0 ** np.minimum(final[chain] - steps, 90)
    weight = np.where(decimal, 10.0 ** -np.minimum(digits, 300).astype(np.float64), weight)
    return np.bincount(chain, weights=value * weight).astype(np.float64)


def _unit(page: Page, at: Int64s, whole: Bools, digits: Int64s) -> tuple[Doubles, Bools, Bools]:
    """What each number is multiplied by, whether it is a percentage, and if a word says so."""
    scales, factors, percents = _scale_words()
    following = np.minimum(at + 1, len(page.text) - 1)
    beside = (following > at) & (page.text[following] == page.text[at])
    beside &= page.start[following] - page.end[at] <= 2
    factor = np.ones(len(at), dtype=np.float64)
    for scale, by in zip(scales, factors, strict=True):
        factor[beside & (page.hashes[following] == scale)] = by
    sign = page.codes[np.minimum(page.end[at], len(page.codes) - 1)]
    spelled = beside & np.isin(page.hashes[following], percents)
    percent = (sign == ord("%")) | spelled
    worded = spelled | (factor != 1.0)
    for letter, by in (("b", 1e9), ("m", 1e6), ("k", 1e3)):
        tail = page.codes[np.minimum(page.start[at] + digits, len(page.codes) - 1)] | 0x20
        short = page.end[at] - page.start[at] - digits
        factor[~whole & (short >= 1) & (short <= 2) & (tail == ord(letter))] = by
    return factor, percent, worded


def _codes(values: Doubles, percent: Bools) -> UInt64s:
    """Codes of numbers: values equal to seven digits are equal, 3 and 3 % are not."""
    scale = 10.0 ** (np.floor(np.log10(np.maximum(values, 1e-300))) - (_DIGITS - 1))
    rounded = np.where(values > 0, np.round(values / scale) * scale, 0.0)
    bits = rounded.astype(np.float32).astype(np.float64).view(np.uint64)
    return bits | percent.astype(np.uint64)


def number_value(code: int) -> str:
    """A number as written, from its code: "3000", "5%"."""
    value = float(np.array([code & ~1], dtype=np.uint64).view(np.float64)[0])
    text = f"{value:.7g}"
    plain = f"{int(float(text))}" if float(text).is_integer() and value < 1e15 else text
    return plain + ("%" if code & 1 else "")


@cache
def _digit_values() -> Int64s:
    """Value of every decimal digit of the basic plane, -1 elsewhere."""
    values = [int(chr(c)) if chr(c).isdecimal() else -1 for c in range(0x10000)]
    return np.array(values, dtype=np.int64)


@cache
def _weekday_words() -> tuple[UInt64s, UInt64s]:
    """Hashes of the names of weekdays, sorted, and their codes."""
    found = split(list(_WEEKDAYS))
    number = -1.0 - np.repeat(np.arange(7), np.diff(found.bounds))
    order = np.argsort(found.hashes)
    return found.hashes[order], number[order].view(np.uint64)


@cache
def _scale_words() -> tuple[UInt64s, Doubles, UInt64s]:
    """Hashes of the words that scale a number with their factors, and of those for percent."""
    words = [(word, factor) for factor, line in _SCALES.items() for word in line.split()]
    return (
        split([word for word, _ in words]).hashes,
        np.array([factor for _, factor in words]),
        split([_PERCENT]).hashes,
    )
