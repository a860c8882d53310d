"""Evidence that two articles report the same event, for many pairs at once.

A ``Batch`` holds profiles as arrays; ``features`` answers for pairs of its rows. Every feature is
symmetric in the pair and has a neutral value where a part is missing, with an indicator beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.evidence.products import dots
from dedupe.evidence.weights import (
    COUNTRIES,
    LEDE,
    MEASURES,
    NAMES,
    NUMBERS,
    PAIRS,
    PLACES,
    QUOTES,
    TITLE,
    WEEKDAYS,
    WORDS,
    Rarity,
    Weighed,
    stacked,
    weighed,
    weighed_terms,
)
from dedupe.evidence.weights import Row as TermRow
from dedupe.evidence.weights import rows as term_rows
from dedupe.model import Bools, Doubles, Floats, Int64s, Profile

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
    "title_lede_cover",
    "lede_name_cover",
    "lede_name_least",
    "has_lede_names",
    "lede_number_cover",
    "has_lede_numbers",
    "lede_place_cover",
    "has_lede_places",
    "pair_cosine",
    "pair_mass",
    "has_pairs",
    "measure_cosine",
    "measure_mass",
    "has_measures",
    "quote_mass",
    "has_quotes",
    "place_cosine",
    "place_mass",
    "has_places",
    "country_shared",
    "days_apart",
    "lede_day_gap",
    "has_lede_days",
)
"""Columns of ``features``."""
_LONGEST_GAP = 24.0 * 90
"""Hours beyond which a longer gap says nothing more: claimed dates are often wrong."""
_DAYS_KEPT = 6
"""Days a text names that are compared, latest first."""
_FARTHEST = 90.0
"""Days beyond which a longer gap between event days says nothing more."""
_LEDE_DAYS_KEPT = 2
_KINDS = {
    "name": NAMES,
    "number": NUMBERS,
    "pair": PAIRS,
    "measure": MEASURES,
    "place": PLACES,
}
_HOUR, _PRECISE, _WORD_COUNT = range(3)
_NO_FACTS: Doubles = np.empty(0)
_DAYS = slice(3, 3 + _DAYS_KEPT)
_LEDE_DAYS = slice(_DAYS.stop, _DAYS.stop + _LEDE_DAYS_KEPT)
"""Columns of ``_facts``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a batch holds of one profile, but for its vector and its outlet."""

    terms: TermRow
    facts: Doubles


def rows(profiles: Sequence[Profile], rarity: Rarity) -> list[Row]:
    """The row of each profile: worth keeping for those that come again."""
    found = zip(term_rows(profiles, rarity), _facts(profiles), strict=True)
    return [Row(terms=terms, facts=facts) for terms, facts in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Profiles as arrays, a row an article; made once, asked for many pairs."""

    vectors: Floats
    """Unit lede vectors, shape = (n, dimension), zeros where missing."""
    has_vector: Bools
    weighed: Weighed
    """Terms by their rarity, and what the title and lede of each asks another to hold."""
    hours: Doubles
    """Publication, hours since 1970-01-01 UTC; NaN when unknown."""
    precise: Bools
    days: Doubles
    """Days the text names, shape = (n, 6), NaN-padded."""
    lede_days: Doubles
    """Days that weekdays in the lede stand for, shape = (n, 2), NaN-padded."""
    outlet: Int64s
    """Number of the outlet within the batch, -1 when unknown."""
    words: Doubles
    """Words of the clean text."""

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def of(cls, profiles: Sequence[Profile], rarity: Rarity) -> Batch:
        """The batch of these profiles, row by row."""
        return cls._of(
            _vectors(profiles),
            _outlet_numbers(profiles),
            weighed(profiles, rarity),
            _facts(profiles),
        )

    @classmethod
    def taken(cls, profiles: list[Profile], rarity: Rarity, give_back: Callable[[], None]) -> Batch:
        """The same batch of profiles that are given away: the list is empty afterwards."""
        facts, outlets, vectors = _facts(profiles), _outlet_numbers(profiles), _vectors(profiles)
        terms = [profile.terms for profile in profiles]
        profiles.clear()
        return cls._of(vectors, outlets, weighed_terms(terms, rarity, give_back), facts)

    @classmethod
    def of_rows(cls, profiles: Sequence[Profile], rows: Sequence[Row]) -> Batch:
        """The same batch from rows made before."""
        facts = np.concatenate([_NO_FACTS, *(row.facts for row in rows)])
        terms = stacked([row.terms for row in rows])
        facts = facts.reshape(-1, _LEDE_DAYS.stop)
        return cls._of(_vectors(profiles), _outlet_numbers(profiles), terms, facts)

    @classmethod
    def _of(
        cls, found: list[Floats | None], outlets: Int64s, terms: Weighed, facts: Doubles
    ) -> Batch:
        vectors, has_vector = _stacked(found)
        return cls(
            vectors=vectors,
            has_vector=has_vector,
            weighed=terms,
            hours=facts[:, _HOUR],
            precise=facts[:, _PRECISE] > 0,
            days=facts[:, _DAYS],
            lede_days=facts[:, _LEDE_DAYS],
            outlet=outlets,
            words=facts[:, _WORD_COUNT],
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
        **_shared_ledes(batch, i, j),
        **_shared_time(batch, i, j),
        **_shared_shape(batch, i, j),
        "overlap": zeros if overlap is None else overlap,
        "containment": zeros if containment is None else containment,
    }
    return np.array([columns[name] for name in FEATURE_NAMES], dtype=np.float64).T


def _shared_meaning(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Cosine of the lede vectors."""
    known = batch.has_vector[i] & batch.has_vector[j]
    cosine = np.einsum("nd,nd->n", batch.vectors[i], batch.vectors[j])
    return {"lede_cosine": np.where(known, cosine, 0.0), "has_ledes": known.astype(np.float64)}


def _shared_terms(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Cosines by rarity and ln(1 + rarity shared), by kind of term."""
    terms, squares = batch.weighed.terms, batch.weighed.squares
    shared = dots(terms, terms, j, i)
    scale = np.sqrt(squares[i] * squares[j])
    known = (scale > 0).astype(np.float64)
    cosines = shared / np.where(scale > 0, scale, 1.0)
    found = {
        "word_cosine": cosines[:, WORDS],
        "title_cosine": cosines[:, TITLE],
        "has_titles": known[:, TITLE],
        "weekday_shared": (shared[:, WEEKDAYS] > 0).astype(np.float64),
        "has_weekdays": known[:, WEEKDAYS],
        "quote_mass": np.log1p(shared[:, QUOTES]),
        "has_quotes": known[:, QUOTES],
        "country_shared": (shared[:, COUNTRIES] > 0).astype(np.float64),
    }
    for name, segment in _KINDS.items():
        found[f"{name}_cosine"] = cosines[:, segment]
        found[f"{name}_mass"] = np.log1p(shared[:, segment])
        found[f"has_{name}s"] = known[:, segment]
    return found


def _shared_ledes(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """Share, by rarity, of the title and lede of one that the other holds.

    Mean of both ways and, of names, the smaller; of titles both must be there, of ledes one way
    will do where only one has anything to ask for.
    """
    asked = batch.weighed.asked
    ours, theirs = (
        dots(batch.weighed.holds, batch.weighed.asks, b, a) / np.where(asked[a] > 0, asked[a], 1.0)
        for a, b in ((i, j), (j, i))
    )
    ways = (asked[i] > 0).astype(np.float64) + (asked[j] > 0)
    mean = (ours + theirs) / np.maximum(ways, 1.0)
    least = np.where(ways > 1, np.minimum(ours, theirs), ours + theirs)
    known = (ways > 0).astype(np.float64)
    return {
        "title_cover": np.where(ways > 1, mean, 0.0)[:, WORDS],
        "title_lede_cover": np.where(ways > 1, mean, 0.0)[:, LEDE],
        "lede_name_cover": mean[:, NAMES],
        "lede_name_least": least[:, NAMES],
        "has_lede_names": known[:, NAMES],
        "lede_number_cover": mean[:, NUMBERS],
        "has_lede_numbers": known[:, NUMBERS],
        "lede_place_cover": mean[:, PLACES],
        "has_lede_places": known[:, PLACES],
    }


def _shared_time(batch: Batch, i: Int64s, j: Int64s) -> dict[str, Doubles]:
    """ln(1 + days) between the publications and between the nearest days the texts name."""
    hours = np.abs(batch.hours[i] - batch.hours[j])
    dated = ~np.isnan(hours)
    vague = ~(batch.precise[i] & batch.precise[j])
    # A date without its hour may be off by most of a day.
    hours = np.minimum(np.where(dated, hours, 0.0), _LONGEST_GAP)
    gap = np.log1p(np.where(vague, np.maximum(hours - 12.0, 0.0), hours) / 24.0)
    days, named = _nearest(batch.days[i], batch.days[j])
    lede, told = _nearest(batch.lede_days[i], batch.lede_days[j])
    return {
        "time_gap": gap,
        "has_times": dated.astype(np.float64),
        "day_gap": np.log1p(np.minimum(days, _FARTHEST)),
        "has_days": named.astype(np.float64),
        "days_apart": (days > 0).astype(np.float64),
        "lede_day_gap": np.log1p(np.minimum(lede, _FARTHEST)),
        "has_lede_days": told.astype(np.float64),
    }


def _nearest(ours: Doubles, theirs: Doubles) -> tuple[Doubles, Bools]:
    """Smallest distance between a day of ours and one of theirs, and whether both name one."""
    named = ~np.isnan(ours[:, 0]) & ~np.isnan(theirs[:, 0])
    nearest = np.zeros(len(ours))
    at = np.flatnonzero(named)
    if len(at):
        apart = np.abs(ours[at, :, None] - theirs[at, None, :])
        nearest[at] = np.fmin.reduce(apart.reshape(len(at), -1), axis=1)
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


def _vectors(profiles: Sequence[Profile]) -> list[Floats | None]:
    return [profile.vector for profile in profiles]


def _stacked(vectors: Sequence[Floats | None]) -> tuple[Floats, Bools]:
    """The vectors as one matrix, zeros where missing, and which are there."""
    known = np.array([vector is not None for vector in vectors], dtype=np.bool_)
    present = [vector for vector in vectors if vector is not None]
    if len(present) == len(vectors) and present:
        return np.array(present, dtype=np.float32), known
    stacked = np.zeros((len(vectors), len(present[0]) if present else 1), dtype=np.float32)
    if present:
        stacked[known] = np.array(present)
    return stacked, known


def _facts(profiles: Sequence[Profile]) -> Doubles:
    """Hour, whether it is precise, words, days and days of the lede of each profile."""
    facts = np.empty((len(profiles), _LEDE_DAYS.stop))
    facts[:, _HOUR] = [p.middle for p in profiles]
    facts[:, _PRECISE] = [p.published_precise for p in profiles]
    facts[:, _WORD_COUNT] = [p.word_count for p in profiles]
    facts[:, _DAYS] = _padded_days(profiles)
    facts[:, _LEDE_DAYS] = _lede_days(profiles)
    return facts


def _padded_days(profiles: Sequence[Profile]) -> Doubles:
    """The latest days each text names, first the latest, NaN-padded."""
    padded = np.full((len(profiles), _DAYS_KEPT), np.nan)
    for row, profile in zip(padded, profiles, strict=True):
        latest = profile.event_days[::-1][:_DAYS_KEPT]
        row[: len(latest)] = latest
    return padded


def _lede_days(profiles: Sequence[Profile]) -> Doubles:
    """The days that the weekdays of each lede stand for: the last ones on or before publication."""
    days = np.full((len(profiles), _LEDE_DAYS_KEPT), np.nan)
    for row, profile in zip(days, profiles, strict=True):
        codes = profile.terms.numbers[: len(profile.terms.lede_numbers)]
        weekdays = -1 - codes[profile.terms.lede_numbers].view(np.float64)
        weekdays = weekdays[weekdays >= 0][:_LEDE_DAYS_KEPT]
        if profile.published is not None and len(weekdays):
            day = profile.published // 24.0
            # 1970-01-01 was a Thursday, which is 3.
            row[: len(weekdays)] = day - (day + 3 - weekdays) % 7
    return days


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
