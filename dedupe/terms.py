"""What texts speak of, as hashes: content words, names, numbers, title words.

Everything is worked out over a whole batch as arrays; no loop runs over words. Words come from
``dedupe.words``; in scripts written without spaces, where one grapheme is one word, a term is a
pair of neighbouring graphemes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Doubles, Int32s, Int64s, Terms, UInt64s
from dedupe.words import mix, split

Codes: TypeAlias = npt.NDArray[np.uint32]

TERMS_VERSION = "1"
_CASE_SHARE = 0.6
"""Where more of the words than this are capitalised, capitals say nothing."""
_ABBREVIATED = 3
"""A capitalised word of at most this length before a full stop is "Mr." or "U.S.", not an end."""
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
_SENTENCE_MARKS = "!?:…\n\r•。！？।؟۔"
_SCALES = {
    1e2: "hundred",
    1e3: "thousand mille tausend тысяч тыс",
    1e6: "million millions mln mn m millones millionen milioni milhões млн миллионов milyon",
    1e9: "billion billions bn bln b milliards milliarden miliardi млрд миллиардов milyar",
    1e12: "trillion trillions trn трлн",
}
_PERCENT = "percent pct procent prozent процентов yüzde"
KEPT_WORDS = 64
KEPT_NAMES = 32
_WEEKDAYS = (
    "monday montag lundi lunes lunedì понедельник понедельника",
    "tuesday dienstag mardi martes martedì вторник вторника",
    "wednesday mittwoch mercredi miércoles mercoledì среду среды",
    "thursday donnerstag jeudi jueves giovedì четверг четверга",
    "friday freitag vendredi viernes venerdì пятницу пятницы",
    "saturday samstag samedi sábado sabato субботу субботы",
    "sunday sonntag dimanche domingo domenica воскресенье воскресенья",
)
_SHELF_BITS = 17
"""Two bits more than the 30,000 terms of the shipped background need: few share a shelf."""
_DIGITS = 7
"""Significant digits of a number that are told apart."""


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
    page = _Page.of([text for pair in zip(titles, bodies, strict=True) for text in pair])
    n = len(titles)
    at, hashes = _content(page)
    words, counts = _distinct(page.text[at] // 2, hashes, n)
    in_title = page.text[at] % 2 == 0
    title, _ = _distinct(page.text[at[in_title]] // 2, hashes[in_title], n)
    named = _named(page)
    names, _ = _distinct(page.text[named] // 2, page.hashes[named], n)
    number_at, codes = _numbers(page)
    day_at, day_codes = _weekdays(page)
    figures = page.text[np.concatenate([number_at, day_at])] // 2
    numbers, _ = _distinct(figures, np.concatenate([codes, day_codes]), n)
    found = [
        Terms(words=words[k], counts=counts[k], names=names[k], numbers=numbers[k], title=title[k])
        for k in range(n)
    ]
    return found if background is None else [telling(one, background) for one in found]


def telling(found: Terms, background: Background) -> Terms:
    """The terms that tell most, still sorted by hash."""
    words = _largest((1.0 + np.log(found.counts)) * background.idf(found.words), KEPT_WORDS)
    names = _largest(background.idf(found.names), KEPT_NAMES)
    numbers = _largest(background.idf(found.numbers), KEPT_NAMES)
    return Terms(
        words=found.words[words],
        counts=found.counts[words],
        names=found.names[names],
        numbers=found.numbers[numbers],
        title=found.title,
    )


def _largest(values: Doubles, most: int) -> Int64s:
    """Positions of the largest values in ascending order; of equal ones the first."""
    return np.sort(np.argsort(-values, kind="stable")[:most])


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """How common terms are in news at large: the rarer a term, the more it says to share it.

    ``counts`` says in how many of ``documents`` articles each term occurs. ``keys`` are the terms'
    hashes (of words, grapheme pairs and number codes) mixed once more, sorted and unique: number
    codes are anything but evenly spread, and keys that are can be found by their top bits.
    """

    version: str
    documents: float
    keys: UInt64s
    counts: Doubles
    shelf: Int64s
    """Where the keys of each value of the top bits start, and the end."""
    depth: int
    """Most keys on one shelf."""

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[str, float]], *, documents: float, version: str
    ) -> Background:
        """The background of (term as written, document frequency); terms may be numbers."""
        items = list(rows)
        page = _Page.of([term for term, _ in items])
        at, hashes = _content(page)
        number_at, codes = _numbers(page)
        frequency = np.array([count for _, count in items], dtype=np.float64)
        keys = mix(np.concatenate([hashes, codes]))
        counts = frequency[page.text[np.concatenate([at, number_at])]]
        return cls._of(keys, counts, documents=documents, version=version)

    @classmethod
    def from_tsv(cls, text: str) -> Background:
        """The background of a table as ``benchmarks/background.py`` writes it.

        Raises:
            ValueError: the first line does not give documents and version.
        """
        head, _, rest = text.partition("\n")
        given = dict(item.split("=", 1) for item in head.split() if "=" in item)
        if not {"documents", "version"} <= given.keys():
            raise ValueError(f"a background table starts with documents and version, not {head!r}")
        rows = (line.rsplit("\t", 1) for line in rest.splitlines())
        return cls.from_rows(
            ((term, float(count)) for term, count in rows),
            documents=float(given["documents"]),
            version=given["version"],
        )

    @classmethod
    def _of(cls, keys: UInt64s, counts: Doubles, *, documents: float, version: str) -> Background:
        keys, inverse = np.unique(keys, return_inverse=True)
        total = np.zeros(len(keys), dtype=np.float64)
        np.add.at(total, inverse, counts)
        shelves = np.bincount(_top(keys), minlength=1 << _SHELF_BITS)
        return cls(
            version=version,
            documents=documents,
            keys=keys,
            counts=total,
            shelf=np.concatenate([[0], np.cumsum(shelves)]),
            depth=int(shelves.max()),
        )

    def idf(self, hashes: UInt64s) -> Doubles:
        """ln((N + 1) / (df + 1)) of each term, dtype = float64; unknown terms get the maximum."""
        keys = mix(np.array(hashes, dtype=np.uint64))
        counts = np.zeros(len(keys), dtype=np.float64)
        at = self.shelf[_top(keys)]
        for step in range(self.depth):
            there = np.minimum(at + step, len(self.keys) - 1)
            counts = np.where(self.keys[there] == keys, self.counts[there], counts)
        return np.log((self.documents + 1.0) / (counts + 1.0))

    def with_counts(self, hashes: UInt64s, counts: Doubles, *, documents: float) -> Background:
        """This background with live counts added: of ``documents`` articles, ``counts`` hold each.

        The version stays: live counts refine, they do not change what the numbers mean.
        """
        return self._of(
            np.concatenate([self.keys, mix(np.array(hashes, dtype=np.uint64))]),
            np.concatenate([self.counts, np.asarray(counts, dtype=np.float64)]),
            documents=self.documents + documents,
            version=self.version,
        )


def _top(keys: UInt64s) -> Int64s:
    return (keys >> np.uint64(64 - _SHELF_BITS)).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
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
    def of(cls, texts: Sequence[str]) -> _Page:
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


_UPPER, _LOWER, _DIGIT = 1, 2, 3


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


def _content(page: _Page) -> tuple[Int64s, UInt64s]:
    """Where the terms start (word positions) and their hashes."""
    spaced = (page.end - page.start > 1) & ~page.numeric & ~page.unspaced
    touching = page.adjoins()
    touching[1:] &= page.start[1:] == page.end[:-1]
    second = np.flatnonzero(touching & page.unspaced & np.roll(page.unspaced, 1))
    pairs = (page.hashes[second - 1] * np.uint64(0x9E3779B97F4A7C15)) ^ page.hashes[second]
    at = np.concatenate([np.flatnonzero(spaced), second - 1])
    return at, np.concatenate([page.hashes[spaced], pairs])


def _distinct(owner: Int64s, hashes: UInt64s, n: int) -> tuple[list[UInt64s], list[Int32s]]:
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


def _named(page: _Page) -> Int64s:
    """Positions of words capitalised inside a sentence, in texts where capitals mean something."""
    size = int(page.text[-1]) + 1 if len(page.text) else 0
    cased = np.bincount(page.text[page.upper | page.lower], minlength=size)
    share = np.bincount(page.text[page.upper], minlength=size) / np.maximum(cased, 1)
    inside = page.upper & (page.end - page.start > 1) & ~_opens_sentence(page)
    return np.flatnonzero(inside & (share[page.text] <= _CASE_SHARE))


def _opens_sentence(page: _Page) -> Bools:
    """Whether each word is the first of its text or follows a sentence mark."""
    marks = np.isin(page.codes, np.array([ord(mark) for mark in _SENTENCE_MARKS]))
    before = np.roll(page.end, 1)
    if len(before):
        before[0] = 0
    strong = _any_between(marks, before, page.start)
    stop = _any_between(page.codes == ord("."), before, page.start)
    short = np.roll(page.upper & (page.end - page.start <= _ABBREVIATED), 1)
    return ~page.adjoins() | strong | (stop & ~short)


def _any_between(marks: Bools, start: Int64s, end: Int64s) -> Bools:
    """Whether ``marks`` holds anywhere in each half-open range."""
    seen = np.concatenate([[0], np.cumsum(marks)])
    return seen[np.maximum(end, start)] > seen[start]


def _weekdays(page: _Page) -> tuple[Int64s, UInt64s]:
    """Where weekdays are named (word positions) and their codes."""
    names, codes = _weekday_words()
    nearest = np.minimum(np.searchsorted(names, page.hashes), len(names) - 1)
    at = np.flatnonzero(names[nearest] == page.hashes)
    return at, codes[nearest[at]]


def _numbers(page: _Page) -> tuple[Int64s, UInt64s]:
    """Where numbers start (word positions) and their codes: 3,000 is 3000, 14m is 14 million."""
    at = np.flatnonzero(page.numeric)
    if not len(at):
        return at, np.empty(0, dtype=np.uint64)
    value, digits = _leading_digits(page, at)
    whole = digits == page.end[at] - page.start[at]
    thousands, decimal = _joined(page, at, digits, whole)
    chain = np.cumsum(~(thousands | decimal)) - 1
    value = _chained(value, digits, thousands, decimal, chain)
    last = np.append(np.flatnonzero(np.diff(chain)), len(at) - 1)
    first = np.append(0, last[:-1] + 1)
    factor, percent = _unit(page, at[last], whole[last], digits[last])
    return at[first], _codes(value * factor, percent)


def _leading_digits(page: _Page, at: Int64s) -> tuple[Doubles, Int64s]:
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


def _joined(page: _Page, at: Int64s, digits: Int64s, whole: Bools) -> tuple[Bools, Bools]:
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


def _unit(page: _Page, at: Int64s, whole: Bools, digits: Int64s) -> tuple[Doubles, Bools]:
    """What each number is multiplied by, and whether it is a percentage."""
    scales, factors, percents = _scale_words()
    following = np.minimum(at + 1, len(page.text) - 1)
    beside = (following > at) & (page.text[following] == page.text[at])
    beside &= page.start[following] - page.end[at] <= 2
    factor = np.ones(len(at), dtype=np.float64)
    for scale, by in zip(scales, factors, strict=True):
        factor[beside & (page.hashes[following] == scale)] = by
    sign = page.codes[np.minimum(page.end[at], len(page.codes) - 1)]
    percent = (sign == ord("%")) | (beside & np.isin(page.hashes[following], percents))
    for letter, by in (("b", 1e9), ("m", 1e6), ("k", 1e3)):
        tail = page.codes[np.minimum(page.start[at] + digits, len(page.codes) - 1)] | 0x20
        short = page.end[at] - page.start[at] - digits
        factor[~whole & (short >= 1) & (short <= 2) & (tail == ord(letter))] = by
    return factor, percent


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
