"""Evidence that two articles report the same event, for many pairs at once.

A ``Batch`` holds profiles as arrays; ``features`` answers for pairs of its rows. Every feature is
symmetric in the pair and has a neutral value where a part is missing, with an indicator beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.evidence.weights import (
    COLUMN_BITS,
    NAMES,
    NO_COLUMNS,
    NUMBERS,
    SEGMENTS,
    TITLE,
    WEEKDAYS,
    WORDS,
    Rarity,
    Row,
    segment,
    stacked,
    weighed,
)
from dedupe.model import Bools, Doubles, Floats, Int64s, Profile

if TYPE_CHECKING:
    from scipy.sparse import csr_array

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
_FEW = 320
"""Rows up to which all their products may be worked out at once."""
_LONGEST_GAP = 24.0 * 90
"""Hours beyond which a longer gap says nothing more: claimed dates are often wrong."""
_DAYS_KEPT = 6
"""Days a text names that are compared, latest first."""
_FARTHEST = 90.0
"""Days beyond which a longer gap between event days says nothing more."""


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
        return cls._of(profiles, *weighed(profiles, rarity))

    @classmethod
    def of_rows(cls, profiles: Sequence[Profile], rows: Sequence[Row]) -> Batch:
        """The same batch from rows made before."""
        terms, squares = stacked(rows)
        return cls._of(profiles, terms, squares)

    @classmethod
    def _of(cls, profiles: Sequence[Profile], terms: csr_array, squares: Doubles) -> Batch:
        vectors, has_vector = _stacked(profiles)
        return cls(
            vectors=vectors,
            has_vector=has_vector,
            terms=terms,
            squares=squares,
            headings=segment(terms, TITLE, power=2),
            vocabulary=segment(terms, WORDS, power=0),
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
        "word_cosine": cosines[:, WORDS],
        "name_cosine": cosines[:, NAMES],
        "name_mass": np.log1p(dots[:, NAMES]),
        "has_names": known[:, NAMES],
        "number_cosine": cosines[:, NUMBERS],
        "number_mass": np.log1p(dots[:, NUMBERS]),
        "has_numbers": known[:, NUMBERS],
        "title_cosine": cosines[:, TITLE],
        "title_cover": (_covered(batch, i, j) + _covered(batch, j, i)) / 2 * known[:, TITLE],
        "has_titles": known[:, TITLE],
        "weekday_shared": (dots[:, WEEKDAYS] > 0).astype(np.float64),
        "has_weekdays": known[:, WEEKDAYS],
    }


def _dots(batch: Batch, i: Int64s, j: Int64s) -> Doubles:
    """Products of the term weights by segment, shape = (len(i), 5)."""
    if _many(batch, i):
        few, at = np.unique(i, return_inverse=True)
        return _products(batch.terms, batch.terms, few)[j, :, at]
    shared = batch.terms[i].multiply(batch.terms[j]).tocsr()
    pair = np.repeat(np.arange(len(i)), np.diff(shared.indptr))
    cell = pair * SEGMENTS + (shared.indices >> COLUMN_BITS)
    total = np.bincount(cell, shared.data, SEGMENTS * len(i)).astype(np.float64)
    return total.reshape(-1, SEGMENTS)


def _covered(batch: Batch, i: Int64s, j: Int64s) -> Doubles:
    """Share, by rarity, of the title of i that the words of j hold."""
    total = batch.squares[i, TITLE]
    total = np.where(total > 0, total, 1.0)
    if _many(batch, i):
        few, at = np.unique(i, return_inverse=True)
        shares: Doubles = _products(batch.vocabulary, batch.headings, few)[j, WORDS, at] / total
        return shares
    held = batch.headings[i].multiply(batch.vocabulary[j]).tocsr()
    pair = np.repeat(np.arange(len(i)), np.diff(held.indptr))
    covered: Doubles = np.bincount(pair, held.data, len(i)) / total
    return covered


def _many(batch: Batch, i: Int64s) -> bool:
    """All products of a few rows are worked out sooner than those of the pairs one by one."""
    if 2 * len(i) < len(batch):
        return False
    alone = len(i) > 0 and bool((i == i[0]).all())
    return alone or (len(batch) <= _FEW and len(i) >= 4 * len(batch))


def _products(all_rows: csr_array, right: csr_array, few: Int64s) -> Doubles:
    """Products of all rows with a few of the right, by segment, shape = (n, 5, len(few)).

    Summed in order of the columns, as every product of two rows is, whatever rows are beside them.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that copies alone do not need

    n = all_rows.shape[0]
    at = [slice(right.indptr[row], right.indptr[row + 1]) for row in few.tolist()]
    columns, place = np.unique(
        np.concatenate([NO_COLUMNS, *(right.indices[cells] for cells in at)]), return_inverse=True
    )
    if not len(columns):
        return np.zeros((n, SEGMENTS, len(few)))
    found = np.minimum(np.searchsorted(columns, all_rows.indices), len(columns) - 1)
    known = columns[found] == all_rows.indices
    row = np.repeat(np.arange(n), np.diff(all_rows.indptr))
    cell = (row * SEGMENTS + (all_rows.indices >> COLUMN_BITS))[known]
    ours, weights = found[known], all_rows.data[known]
    if len(few) == 1:
        sums = np.bincount(cell, weights * right.data[at[0]][ours], n * SEGMENTS)
        return sums.astype(np.float64, copy=False).reshape(n, SEGMENTS, 1)
    shape = (n * SEGMENTS, len(columns))
    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=shape[0]))])
    ends = np.cumsum([0, *(cells.stop - cells.start for cells in at)])
    data = np.concatenate([right.data[cells] for cells in at])
    there = csr_array((data, place, ends), shape=(len(few), len(columns))).T.tocsr()
    products: Doubles = (csr_array((weights, ours, pointer), shape=shape) @ there).toarray()
    return products.reshape(n, SEGMENTS, len(few))


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
