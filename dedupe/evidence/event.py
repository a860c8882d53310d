"""Evidence that two articles report the same event, for many pairs at once.

A ``Batch`` holds profiles as arrays; ``features`` answers for pairs of its rows. Every feature is
symmetric in the pair and has a neutral value where a part is missing, with an indicator beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from dedupe.model import Bools, Doubles, Floats, Int64s, Profile, UInt64s
from dedupe.words import mix

FEATURE_NAMES = (
    "lede_cosine",
    "has_ledes",
    "word_cosine",
    "name_cosine",
    "name_mass",
    "has_names",
    "number_cosine",
    "number_mass",
    "has_numbers",
    "title_cosine",
    "title_cover",
    "has_titles",
    "weekday_shared",
    "has_weekdays",
    "time_gap",
    "has_times",
    "day_gap",
    "has_days",
    "same_outlet",
    "length",
    "length_ratio",
    "overlap",
    "containment",
)
"""Columns of ``features``."""
EVENT_VERSION = "1"
_COLUMN_BITS = 28
_WORDS, _NAMES, _NUMBERS, _TITLE, _WEEKDAYS = range(5)
_SEGMENTS = 5
_MOST_WORDS = 64
"""Most telling words of a text that are compared: clustering came out the same as with all."""
_MOST_NAMES = 32
_WEIGHT_BITS, _WEIGHT_STEPS = 40, float(1 << 30)
"""Weights are below 1,024; they are ranked in steps of 1e-9."""
_FEW = 320
"""Rows up to which all their products may be worked out at once."""
_LONGEST_GAP = 24.0 * 90
"""Hours beyond which a longer gap says nothing more: claimed dates are often wrong."""
_DAYS_KEPT = 6
"""Days a text names that are compared, latest first."""
_FARTHEST = 90.0
"""Days beyond which a longer gap between event days says nothing more."""


class Rarity(Protocol):
    """Says how much it tells to share a term."""

    def idf(self, hashes: UInt64s) -> Doubles:
        """Weight of each term, >= 0; the rarer, the larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Profiles as arrays, a row an article; made once, asked for many pairs."""

    vectors: Floats
    """Unit lede vectors, shape = (n, dimension), zeros where missing."""
    has_vector: Bools
    terms: csr_array
    """Term weights; the top bits of a column are the segment, the others the hash."""
    squares: Doubles
    """Sum of squared weights of each row by segment, shape = (n, 5)."""
    headings: csr_array
    """Squared weights of title words, in the columns of words."""
    vocabulary: csr_array
    """Ones in the columns of words."""
    hours: Doubles
    """Publication, hours since 1970-01-01 UTC; NaN when unknown."""
    precise: Bools
    days: Doubles
    """Days the text names, shape = (n, 6), NaN-padded."""
    outlet: Int64s
    """Number of the outlet within the batch, -1 when unknown."""
    words: Doubles
    """Words of the clean text."""

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def of(cls, profiles: Sequence[Profile], rarity: Rarity) -> Batch:
        """The batch of these profiles, row by row."""
        vectors, has_vector = _stacked(profiles)
        n = len(profiles)
        words, names, figures, title = _terms(profiles, rarity)
        tokens = np.concatenate([np.empty(0, np.int32), *(p.terms.counts for p in profiles)])
        words = words.weighted((1.0 + np.log(np.maximum(tokens, 1))) * words.weight**2)
        words = words.largest(_MOST_WORDS)
        numbers, weekdays = _figures(figures, [p.terms.numbers for p in profiles])
        segments = [
            words,
            names.largest(_MOST_NAMES).moved(_NAMES),
            numbers.moved(_NUMBERS),
            title.moved(_TITLE),
            weekdays.moved(_WEEKDAYS),
        ]
        terms = _matrix(segments, n)
        return cls(
            vectors=vectors,
            has_vector=has_vector,
            terms=terms,
            squares=np.stack([np.bincount(s.row, s.weight**2, n) for s in segments], axis=1),
            headings=_segment(terms, _TITLE, power=2),
            vocabulary=_segment(terms, _WORDS, power=0),
            hours=_middle_hours(profiles),
            precise=np.array([p.published_precise for p in profiles], dtype=np.bool_),
            days=_padded_days(profiles),
            outlet=_outlet_numbers(profiles),
            words=np.array([p.word_count for p in profiles], dtype=np.float64),
        )


def features(
    batch: Batch,
    i: Int64s,
    j: Int64s,
    *,
    overlap: Doubles | None = None,
    containment: Doubles | None = None,
) -> Doubles:
    """What speaks for one event in pairs (i, j) of rows, shape = (len(i), len(FEATURE_NAMES)).

    ``overlap`` (Jaccard of the shingles) and ``containment`` (the larger of both directions) are
    0 for every pair where not given.
    """
    zeros = np.zeros(len(i))
    columns = {
        **_shared_meaning(batch, i, j),
        **_shared_terms(batch, i, j),
        **_shared_time(batch, i, j),
        **_shared_shape(batch, i, j),
        "overlap": zeros if overlap is None else overlap,
        "containment": zeros if containment is None else containment,
    }
    return np.column_stack([columns[name] for name in FEATURE_NAMES]).astype(np.float64)


def _shared_meaning(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Cosine of the lede vectors."""
    known = batch.has_vector[i] & batch.has_vector[j]
    cosine = np.einsum("nd,nd->n", batch.vectors[i], batch.vectors[j])
    return {"lede_cosine": np.where(known, cosine, 0.0), "has_ledes": known.astype(np.float64)}


def _shared_terms(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Cosines by rarity, ln(1 + rarity shared) and, of titles, the share the other text holds."""
    dots = _dots(batch, i, j)
    scale = np.sqrt(batch.squares[i] * batch.squares[j])
    known = (scale > 0).astype(np.float64)
    cosines = dots / np.where(scale > 0, scale, 1.0)
    return {
        "word_cosine": cosines[:, _WORDS],
        "name_cosine": cosines[:, _NAMES],
        "name_mass": np.log1p(dots[:, _NAMES]),
        "has_names": known[:, _NAMES],
        "number_cosine": cosines[:, _NUMBERS],
        "number_mass": np.log1p(dots[:, _NUMBERS]),
        "has_numbers": known[:, _NUMBERS],
        "title_cosine": cosines[:, _TITLE],
        "title_cover": (_covered(batch, i, j) + _covered(batch, j, i)) / 2 * known[:, _TITLE],
        "has_titles": known[:, _TITLE],
        "weekday_shared": (dots[:, _WEEKDAYS] > 0).astype(np.float64),
        "has_weekdays": known[:, _WEEKDAYS],
    }


def _dots(batch: Batch, i: Int64s, j: Int64s) -> Doubles:
    """Products of the term weights by segment, shape = (len(i), 5)."""
    if _many(batch, i):
        few, at = np.unique(i, return_inverse=True)
        return _products(batch.terms, batch.terms, few)[j, :, at]
    shared = batch.terms[i].multiply(batch.terms[j]).tocsr()
    pair = np.repeat(np.arange(len(i)), np.diff(shared.indptr))
    cell = pair * _SEGMENTS + (shared.indices >> _COLUMN_BITS)
    total = np.bincount(cell, shared.data, _SEGMENTS * len(i)).astype(np.float64)
    return total.reshape(-1, _SEGMENTS)


def _covered(batch: Batch, i: Int64s, j: Int64s) -> Doubles:
    """Share, by rarity, of the title of i that the words of j hold."""
    total = batch.squares[i, _TITLE]
    total = np.where(total > 0, total, 1.0)
    if _many(batch, i):
        few, at = np.unique(i, return_inverse=True)
        shares: Doubles = _products(batch.vocabulary, batch.headings, few)[j, _WORDS, at] / total
        return shares
    held = batch.headings[i].multiply(batch.vocabulary[j]).tocsr()
    pair = np.repeat(np.arange(len(i)), np.diff(held.indptr))
    covered: Doubles = np.bincount(pair, held.data, len(i)) / total
    return covered


def _many(batch: Batch, i: Int64s) -> bool:
    """The pairs are so many that all products of the rows are worked out sooner."""
    return len(batch) <= _FEW and len(i) >= 4 * len(batch)


def _products(all_rows: csr_array, right: csr_array, few: Int64s) -> Doubles:
    """Products of all rows with a few of the right, by segment, shape = (n, 5, len(few)).

    Summed in order of the columns, as every product of two rows is, whatever rows are beside them.
    """
    n = all_rows.shape[0]
    chosen = right[few]
    columns, place = np.unique(chosen.indices, return_inverse=True)
    if not len(columns):
        return np.zeros((n, _SEGMENTS, len(few)))
    there = csr_array((chosen.data, place, chosen.indptr), shape=(len(few), len(columns))).T.tocsr()
    at = np.minimum(np.searchsorted(columns, all_rows.indices), len(columns) - 1)
    known = columns[at] == all_rows.indices
    row = np.repeat(np.arange(n), np.diff(all_rows.indptr))
    cell = (row * _SEGMENTS + (all_rows.indices >> _COLUMN_BITS))[known]
    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=n * _SEGMENTS))])
    here = csr_array(
        (all_rows.data[known], at[known], pointer), shape=(n * _SEGMENTS, len(columns))
    )
    products: Doubles = (here @ there).toarray().reshape(n, _SEGMENTS, len(few))
    return products


def _shared_time(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """ln(1 + days) between the publications and between the nearest days the texts name."""
    hours = np.abs(batch.hours[i] - batch.hours[j])
    dated = ~np.isnan(hours)
    vague = ~(batch.precise[i] & batch.precise[j])
    # A date without its hour may be off by most of a day.
    hours = np.minimum(np.where(dated, hours, 0.0), _LONGEST_GAP)
    gap = np.log1p(np.where(vague, np.maximum(hours - 12.0, 0.0), hours) / 24.0)
    days, named = _nearest_days(batch, i, j)
    return {
        "time_gap": gap,
        "has_times": dated.astype(np.float64),
        "day_gap": np.log1p(np.minimum(days, _FARTHEST)),
        "has_days": named.astype(np.float64),
    }


def _nearest_days(batch: Batch, i: Int64s, j: Int64s) -> tuple[Doubles, Bools]:
    """Smallest distance between a day of i and a day of j, and whether both name one."""
    named = ~np.isnan(batch.days[i, 0]) & ~np.isnan(batch.days[j, 0])
    nearest = np.zeros(len(i))
    at = np.flatnonzero(named)
    if len(at):
        apart = np.abs(batch.days[i[at], :, None] - batch.days[j[at], None, :])
        nearest[at] = np.nanmin(apart.reshape(len(at), -1), axis=1)
    return nearest, named


def _shared_shape(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Same outlet; ln(1 + words) of the shorter text; ln of the ratio of the lengths."""
    shorter = np.minimum(batch.words[i], batch.words[j])
    longer = np.maximum(batch.words[i], batch.words[j])
    same = (batch.outlet[i] == batch.outlet[j]) & (batch.outlet[i] >= 0)
    return {
        "same_outlet": same.astype(np.float64),
        "length": np.log1p(shorter),
        "length_ratio": np.log1p(longer) - np.log1p(shorter),
    }


@dataclass(frozen=True, slots=True)
class _Entries:
    """Cells of a sparse matrix, sorted by row and column, none twice."""

    row: Int64s
    column: Int64s
    weight: Doubles

    def largest(self, most: int) -> _Entries:
        """The cells of the largest weights of each row; of equal ones the first."""
        if not len(self.row) or np.bincount(self.row).max() <= most:
            return self
        # One sort of whole numbers, row by row, finds the smallest weight that each row keeps.
        key = (self.row << _WEIGHT_BITS) + np.rint(self.weight * _WEIGHT_STEPS).astype(np.int64)
        last = np.cumsum(np.bincount(self.row))
        first = last - np.bincount(self.row)
        least = np.where(last - first > most, np.sort(key)[np.maximum(last - most, 0)], -1)
        above, equal = key > least[self.row], key == least[self.row]
        room = np.where(least < 0, 0, most - np.bincount(self.row, above).astype(np.int64))
        before = np.cumsum(equal) - equal
        place = before - before[np.minimum(first, len(key) - 1)][self.row]
        return self.among(above | (equal & (place < room[self.row])))

    def among(self, chosen: Bools | Int64s) -> _Entries:
        """Only these cells."""
        return _Entries(self.row[chosen], self.column[chosen], self.weight[chosen])

    def mixed(self, hashes: UInt64s) -> _Entries:
        """The same cells in columns by mixed hashes: codes that differ in low bits come apart."""
        column = (mix(hashes.copy()) >> np.uint64(64 - _COLUMN_BITS)).astype(np.int64)
        order = np.lexsort((column, self.row))
        return _Entries(self.row[order], column[order], self.weight[order])

    def weighted(self, weight: Doubles) -> _Entries:
        """The same cells with other weights."""
        return _Entries(self.row, self.column, weight)

    def moved(self, segment: int) -> _Entries:
        """The same cells in the columns of a segment."""
        return _Entries(self.row, self.column + (segment << _COLUMN_BITS), self.weight)


def _terms(profiles: Sequence[Profile], rarity: Rarity) -> list[_Entries]:
    """Words, names, numbers and title words of each row; a squared weight is the term's rarity."""
    kinds = [
        [p.terms.words for p in profiles],
        [p.terms.names for p in profiles],
        [p.terms.numbers for p in profiles],
        [p.terms.title for p in profiles],
    ]
    flat = [np.concatenate([np.empty(0, dtype=np.uint64), *kind]) for kind in kinds]
    weight = np.sqrt(rarity.idf(np.concatenate(flat)))
    found, at = [], 0
    for kind, hashes in zip(kinds, flat, strict=True):
        row = np.repeat(np.arange(len(kind)), [len(terms) for terms in kind])
        column = (hashes >> np.uint64(64 - _COLUMN_BITS)).astype(np.int64)
        found.append(_Entries(row, column, weight[at : at + len(hashes)]))
        at += len(hashes)
    return found


def _figures(found: _Entries, codes: Sequence[UInt64s]) -> tuple[_Entries, _Entries]:
    """The numbers of each row, and the days of the week, which are the negative ones."""
    flat = np.concatenate([np.empty(0, dtype=np.uint64), *codes])
    negative = flat >> np.uint64(63) == 1
    return (
        found.among(~negative).mixed(flat[~negative]),
        found.among(negative).mixed(flat[negative]),
    )


def _matrix(segments: Sequence[_Entries], n: int) -> csr_array:
    """All segments side by side; of cells that fall together one is kept (1 in 10**5 rows)."""
    row = np.concatenate([s.row for s in segments])
    order = np.argsort(row, kind="stable")
    row = row[order]
    column = np.concatenate([s.column for s in segments])[order]
    weight = np.concatenate([s.weight for s in segments])[order]
    twice = np.zeros(len(row), dtype=np.bool_)
    twice[1:] = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
    row, column, weight = row[~twice], column[~twice], weight[~twice]
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))])
    made = csr_array((weight, column.astype(np.int32), pointer.astype(np.int32)),
                     shape=(n, (1 << 31) - 1))  # fmt: skip
    made.has_canonical_format = True
    return made


def _segment(terms: csr_array, segment: int, *, power: int) -> csr_array:
    """The cells of one segment in the columns of words, their weights raised to a power."""
    chosen = terms.indices >> _COLUMN_BITS == segment
    before = np.concatenate([[0], np.cumsum(chosen)])
    made = csr_array(
        (
            terms.data[chosen] ** power,
            terms.indices[chosen] & ((1 << _COLUMN_BITS) - 1),
            before[terms.indptr].astype(np.int32),
        ),
        shape=terms.shape,
    )
    made.has_canonical_format = True
    return made


def _stacked(profiles: Sequence[Profile]) -> tuple[Floats, Bools]:
    """The vectors as one matrix, zeros where missing, and which are there."""
    known = np.array([p.vector is not None for p in profiles], dtype=np.bool_)
    present = [p.vector for p in profiles if p.vector is not None]
    stacked = np.zeros((len(profiles), len(present[0]) if present else 1), dtype=np.float32)
    if present:
        stacked[known] = np.stack(present)
    return stacked, known


def _middle_hours(profiles: Sequence[Profile]) -> Doubles:
    """When each was published; noon where only the day is known, NaN where not even that."""
    return np.array(
        [
            np.nan if p.published is None else p.published + (0.0 if p.published_precise else 12.0)
            for p in profiles
        ],
        dtype=np.float64,
    )


def _padded_days(profiles: Sequence[Profile]) -> Doubles:
    """The latest days each text names, first the latest, NaN-padded."""
    padded = np.full((len(profiles), _DAYS_KEPT), np.nan)
    for row, profile in zip(padded, profiles, strict=True):
        latest = profile.event_days[::-1][:_DAYS_KEPT]
        row[: len(latest)] = latest
    return padded


def _outlet_numbers(profiles: Sequence[Profile]) -> Int64s:
    """Equal outlets, equal numbers; -1 where unknown."""
    numbers: dict[str, int] = {}
    return np.array(
        [
            -1
            if p.provenance.outlet is None
            else numbers.setdefault(p.provenance.outlet, len(numbers))
            for p in profiles
        ],
        dtype=np.int64,
    )
