"""The terms of profiles weighed by their rarity, as rows of sparse matrices.

A column is a term: its top bits say which segment it is of (words, names, numbers, ...), the others
are the top bits of its hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedupe.evidence.cells import Cells, joined
from dedupe.model import Bools, Doubles, Int32s, Int64s, Profile, Terms, UInt32s, UInt64s
from dedupe.words import mix

COLUMN_BITS = 27
"""With four bits of segment they fill the 31 that SciPy's indices have."""
_ROW = 31
_COLUMN = (1 << _ROW) - 1
WORDS, NAMES, NUMBERS, TITLE, WEEKDAYS, PAIRS, MEASURES, QUOTES, PLACES, COUNTRIES = range(10)
LEDE = 10
"""Words of the lede, which are only asked for."""
SEGMENTS = 11
_MOST_WORDS = 64
"""Most telling words of a text that are compared: clustering came out the same as with all."""
_MOST_NAMES = 32
_AT_ONCE, _GIVEN_BACK = 1024, 8
"""Profiles that are put in order at a time: bounds the memory beside what is kept."""
_WEIGHT_BITS, _WEIGHT_STEPS = 40, float(1 << 30)
"""Weights are below 1,024; they are ranked in steps of 1e-9."""
_COUNTRY, _PLACE, _RARITY = 24, 6, 0.25
"""A place's code is its country from bit 24, its number from bit 6, and below that its rarity in
quarters."""
_LEAST_RARE = 1.0
"""More than 36 of 100 articles hold a commoner word: "12 of", "The Danish" say no more than a part."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_KINDS = ("terms", "asks", "holds")
_NO_PAIRS: UInt64s = np.empty((0, 2), np.uint64)
_NO_WEIGHTS: Doubles = np.empty(0, np.float64)


class Rarity(Protocol):
    """Says how much it tells to share a term."""

    def idf(self, hashes: UInt64s) -> Doubles:
        """Weight of each term, >= 0; the rarer, the larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The weighed terms of one profile: a row of what ``weighed`` gives."""

    columns: Int32s
    weights: Doubles
    squares: Doubles
    asked_columns: Int32s
    asked_weights: Doubles
    asked: Doubles
    held: Int32s


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The weighed terms of n profiles, n rows of cells each."""

    terms: Cells
    """The most telling words and names, and all else but words of the lede."""
    squares: Doubles
    """Sum of the squared weights of ``terms`` by segment, shape = (n, SEGMENTS)."""
    asks: Cells
    """Rarities of the words of the title, and of names, numbers and places of the lede, in the
    columns of what another article is to hold."""
    asked: Doubles
    """Sum of ``asks`` by segment, shape = (n, SEGMENTS)."""
    holds: Cells
    """Ones in the columns of words, names, numbers, places and words of the lede."""


def weighed(profiles: Sequence[Profile], rarity: Rarity) -> Weighed:
    """The terms of the profiles by their rarity."""
    return weighed_terms([profile.terms for profile in profiles], rarity, lambda: None)


def weighed_terms(terms: list[Terms], rarity: Rarity, give_back: Callable[[], None]) -> Weighed:
    """The same of the terms alone, which are given away: ``give_back`` is told that they are free."""
    slabs = [_weighed(some, rarity) for some in _given(terms, give_back)]
    if len(slabs) == 1:
        return slabs[0]
    said, asks, holds = ([getattr(one, kind) for one in slabs] for kind in _KINDS)
    squares = np.concatenate([slab.squares for slab in slabs])
    asked = np.concatenate([slab.asked for slab in slabs])
    # What was put together is not needed in parts: of many articles both are much.
    slabs.clear()
    cells = [_together(parts, give_back) for parts in (said, asks, holds)]
    return Weighed(terms=cells[0], squares=squares, asks=cells[1], asked=asked, holds=cells[2])


def _given(terms: list[Terms], give_back: Callable[[], None]) -> Iterator[list[Terms]]:
    """The terms, some at a time and at least once; what has been given is held no more."""
    terms.reverse()
    for turn in count(1):
        some = terms[: -_AT_ONCE - 1 : -1]
        del terms[-_AT_ONCE:]
        yield some
        if turn % _GIVEN_BACK == 0:
            give_back()
        if not terms:
            return


def _together(parts: list[Cells], give_back: Callable[[], None]) -> Cells:
    """The rows of all parts; the list is empty afterwards."""
    found = Cells.under(parts)
    parts.clear()
    give_back()
    return found


def _weighed(terms: Sequence[Terms], rarity: Rarity) -> Weighed:
    n = len(terms)
    of = _Parts.of(terms, rarity)
    tokens = _flat([one.counts for one in terms], np.int32)
    words = of.words.weighted((1.0 + np.log(np.maximum(tokens, 1))) * of.words.weight**2)
    telling = words.largest(_MOST_WORDS)
    names = of.names.largest(_MOST_NAMES)
    # Rows of what is asked stand below those of the terms, and rows of what is held below these:
    # all are put in order at once.
    asks, holds = n << _ROW, 2 * n << _ROW
    all_cells = _cells(
        [
            telling,
            names.moved(NAMES),
            of.figures,
            of.title.moved(TITLE),
            of.compounds,
            of.quotes.moved(QUOTES),
            of.places.moved(PLACES),
            of.countries.moved(COUNTRIES),
            of.title.moved(WORDS, asks),
            of.names.among(of.lede_names).moved(NAMES, asks),
            of.figures.among(of.lede_numbers).moved(0, asks),
            of.places.among(of.lede_places).moved(PLACES, asks),
            of.title.moved(LEDE, asks),
            telling.moved(WORDS, holds),
            of.names.moved(NAMES, holds),
            of.figures.among(of.numbers).moved(0, holds),
            of.places.moved(PLACES, holds),
            of.words.among(of.lede_words).moved(LEDE, holds),
        ],
        3 * n,
    )
    said, asked, held = (all_cells.part(k * n, (k + 1) * n) for k in range(3))
    sums = _sums(all_cells, all_cells.data**2)
    # What is kept are no views of the weights of all three.
    return Weighed(
        terms=said.weighted(said.data.copy()),
        squares=sums[:n],
        asks=asked.weighted(asked.data**2),
        asked=sums[n : 2 * n],
        holds=held.weighted(np.ones(len(held.data))),
    )


def rows(profiles: Sequence[Profile], rarity: Rarity) -> list[Row]:
    """The row of each profile: worth keeping for those that come again.

    They are views of arrays that they have in common.
    """
    found = weighed(profiles, rarity)
    ends = [pairwise(m.indptr.tolist()) for m in (found.terms, found.asks, found.holds)]
    return [
        Row(
            columns=found.terms.indices[a:b],
            weights=found.terms.data[a:b],
            squares=squares,
            asked_columns=found.asks.indices[c:d],
            asked_weights=found.asks.data[c:d],
            asked=asked,
            held=found.holds.indices[e:f],
        )
        for squares, asked, (a, b), (c, d), (e, f) in zip(
            found.squares, found.asked, *ends, strict=True
        )
    ]


def stacked(rows: Sequence[Row]) -> Weighed:
    """What ``weighed`` gives for the profiles of these rows."""
    held = [row.held for row in rows]
    return Weighed(
        terms=joined([row.columns for row in rows], [row.weights for row in rows]),
        squares=_under([row.squares for row in rows]),
        asks=joined([row.asked_columns for row in rows], [row.asked_weights for row in rows]),
        asked=_under([row.asked for row in rows]),
        holds=joined(held, [np.ones(sum(map(len, held)))]),
    )


class _Entries(NamedTuple):
    """Cells of a sparse matrix, those of a row together."""

    cell: Int64s
    """Row, and its column in the last ``_ROW`` bits."""
    weight: Doubles

    def largest(self, most: int) -> _Entries:
        """The cells of the largest weights of each row; of equal ones the first."""
        if len(self.cell) <= most:
            return self
        row = self.cell >> _ROW
        sizes = np.bincount(row)
        if sizes.max() <= most:
            return self
        if len(sizes) == 1:
            return self.among(_largest(np.rint(self.weight * _WEIGHT_STEPS), most))
        # One sort of whole numbers, row by row, finds the smallest weight that each row keeps.
        key = (row << _WEIGHT_BITS) + np.rint(self.weight * _WEIGHT_STEPS).astype(np.int64)
        last = np.cumsum(sizes)
        least = np.where(sizes > most, np.sort(key)[np.maximum(last - most, 0)], -1)
        above, equal = key > least[row], key == least[row]
        room = np.where(least < 0, 0, most - np.bincount(row, above).astype(np.int64))
        before = np.cumsum(equal) - equal
        place = before - before[np.minimum(last - sizes, len(key) - 1)][row]
        return self.among(above | (equal & (place < room[row])))

    def among(self, chosen: Bools) -> _Entries:
        """Only these cells."""
        return _Entries(self.cell[chosen], self.weight[chosen])

    def weighted(self, weight: Doubles) -> _Entries:
        """The same cells with other weights."""
        return _Entries(self.cell, weight)

    def moved(self, segment: int, rows: int = 0) -> _Entries:
        """The same cells in the columns of a segment, ``rows`` (times 2**_ROW) further down."""
        return _Entries(self.cell + ((segment << COLUMN_BITS) + rows), self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The terms of profiles by their kind; a squared weight is a rarity."""

    words: _Entries
    names: _Entries
    title: _Entries
    figures: _Entries
    """Numbers and weekdays, in the columns of their segments."""
    numbers: Bools
    """Which figures are numbers."""
    compounds: _Entries
    """Full names and measures, in the columns of their segments."""
    quotes: _Entries
    places: _Entries
    countries: _Entries
    lede_words: Bools
    """Which words stand in the lede, as far as that is known."""
    lede_names: Bools
    lede_numbers: Bools
    """Which figures are numbers of the lede."""
    lede_places: Bools

    @classmethod
    def of(cls, terms: Sequence[Terms], rarity: Rarity) -> _Parts:
        """The parts of these terms."""
        kinds = [[getattr(one, kind) for one in terms] for kind in ("words", "names", "title", "numbers")]  # fmt: skip
        pairs, measures = [one.pairs for one in terms], [one.measures for one in terms]
        quotes, places = [one.quotes for one in terms], [one.places for one in terms]
        hashes = _flat([part for kind in kinds for part in kind], np.uint64)
        ends = np.concatenate([_NO_PAIRS, *pairs, *measures])
        # All that has a rarity is looked up at once, and made a cell at once.
        rare = rarity.idf(np.concatenate([hashes, ends[:, 0], ends[:, 1]]))
        rows, (w, n, t, f, p, m, q, _) = _rows([*kinds, pairs, measures, quotes, places])
        plain = _Entries(rows[:t] + _column(hashes[:t]), np.sqrt(rare[:t]))
        codes = np.concatenate([hashes[t:], (ends[:, 0] * _GOLDEN) ^ ends[:, 1]])
        # Codes that differ in low bits alone come apart.
        mixed = rows[t:m] + _column(mix(codes))
        day = hashes[t:] >> np.uint64(63) == 1
        early = _early((one.numbers, one.lede_numbers) for one in terms)
        spots = _places(rows[q:], _flat(places, np.uint32))
        return cls(
            words=_Entries(plain.cell[:w], plain.weight[:w]),
            names=_Entries(plain.cell[w:n], plain.weight[w:n]),
            title=_Entries(plain.cell[n:], plain.weight[n:]),
            figures=_Entries(
                mixed[: f - t] + (np.where(day, WEEKDAYS, NUMBERS) << COLUMN_BITS),
                np.sqrt(rare[t:f]),
            ),
            numbers=~day,
            compounds=_compounds(mixed[f - t :], p - f, *np.split(rare[f:], 2)),
            quotes=_quotes(rows[m:q], _flat(quotes, np.uint32)),
            places=spots,
            countries=_countries(spots),
            lede_words=_early((one.words, one.lede_words) for one in terms),
            lede_names=_early((one.names, one.lede_names) for one in terms),
            lede_numbers=early & ~day,
            lede_places=_early((one.places, one.lede_places) for one in terms),
        )


def _largest(ranks: Doubles, most: int) -> Bools:
    """The largest of more than ``most`` ranks; of equal ones the first."""
    least = np.partition(ranks, -most)[-most]
    chosen: Bools = ranks > least
    chosen[np.flatnonzero(ranks == least)[: most - np.count_nonzero(chosen)]] = True
    return chosen


def _compounds(cell: Int64s, pairs: int, one: Doubles, other: Doubles) -> _Entries:
    """Cells of terms of two parts: twice as rare as the commoner part, function words left out.

    The first ``pairs`` are full names, the others measures.
    """
    cell[:pairs] += PAIRS << COLUMN_BITS
    cell[pairs:] += MEASURES << COLUMN_BITS
    rare = np.minimum(one, other)
    telling = rare >= _LEAST_RARE
    return _Entries(cell[telling], np.sqrt(2.0 * rare[telling]))


def _quotes(rows: Int64s, codes: UInt32s) -> _Entries:
    """Cells of quoted words, all alike."""
    return _Entries(rows + (codes >> np.uint32(32 - COLUMN_BITS)), np.ones(len(codes)))


def _places(rows: Int64s, codes: UInt32s) -> _Entries:
    """Cells of places; their codes say how rare they are."""
    rare = (codes & np.uint32((1 << _PLACE) - 1)) * _RARITY
    return _Entries(rows + (codes >> np.uint32(_PLACE)), np.sqrt(rare))


def _countries(places: _Entries) -> _Entries:
    """Cells of the countries of places, all alike."""
    spot = places.cell >> (_COUNTRY - _PLACE)
    new = np.ones(len(spot), dtype=np.bool_)
    new[1:] = spot[1:] != spot[:-1]
    found = places.cell[new]
    column = (found & _COLUMN) >> (_COUNTRY - _PLACE)
    return _Entries((found & ~_COLUMN) + column, np.ones(len(found)))


def _flat(kind: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *kind])


def _column(hashes: UInt64s) -> Int64s:
    """Columns of hashes by their top bits."""
    return (hashes >> np.uint64(64 - COLUMN_BITS)).astype(np.int64)


def _rows(kinds: Sequence[Sequence[npt.NDArray[Any]]]) -> tuple[Int64s, list[int]]:
    """The first cell of the row of each term, one kind after the other, and where kinds end."""
    sizes = [len(part) for kind in kinds for part in kind]
    n = len(kinds[0])
    rows = np.repeat(np.tile(np.arange(n) << _ROW, len(kinds)), sizes)
    return rows, [sum(sizes[: n * (k + 1)]) for k in range(len(kinds))]


def _early(kinds: Iterable[tuple[npt.NDArray[Any], Bools]]) -> Bools:
    """Which terms stand in the lede, as far as that is known."""
    return _flat(
        [lede if len(lede) else np.zeros(len(terms), np.bool_) for terms, lede in kinds], np.bool_
    )


def _sums(cells: Cells, data: Doubles) -> Doubles:
    """Sum of these weights of cells by row and segment, shape = (n, SEGMENTS)."""
    n = len(cells)
    row = np.repeat(np.arange(0, n * SEGMENTS, SEGMENTS), np.diff(cells.indptr))
    sums = np.bincount(row + (cells.indices >> COLUMN_BITS), data, n * SEGMENTS)
    return sums.astype(np.float64, copy=False).reshape(n, SEGMENTS)


def _cells(segments: Sequence[_Entries], n: int) -> Cells:
    """All segments side by side; of cells that fall together one is kept (1 in 10**5 rows)."""
    cell = np.concatenate([s.cell for s in segments])
    weight = np.concatenate([s.weight for s in segments])
    order = np.argsort(cell, kind="stable")
    cell, weight = cell[order], weight[order]
    new = cell[1:] != cell[:-1]
    if not new.all():
        kept = np.concatenate([[True], new])
        cell, weight = cell[kept], weight[kept]
    return Cells(
        indices=(cell & _COLUMN).astype(np.int32),
        data=weight,
        indptr=np.searchsorted(cell, np.arange(n + 1) << _ROW),
    )


def _under(rows: Sequence[Doubles]) -> Doubles:
    """Sums by segment one under the other."""
    return np.concatenate([_NO_WEIGHTS, *rows]).reshape(-1, SEGMENTS)
