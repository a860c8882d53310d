"""Which evidence a verdict on one event rests on, whatever model gives it.

The columns of ``evidence.event.features`` fall into groups (names, numbers, time ...). What a group
weighs is found by asking the model again as if nothing were known of it: the difference of the log
odds. The weights of several groups need not add up to the whole: evidence works together, and
guards cut it off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from dedupe.evidence.event import FEATURE_NAMES
from dedupe.model import Doubles

Columns: TypeAlias = tuple[int, ...]

PREFIXES: Mapping[str, str] = {
    "lede": "ledes",
    "word": "words",
    "lede_word": "words",
    "name": "names",
    "lede_name": "names",
    "place": "places",
    "lede_place": "places",
    "country": "places",
    "pair": "pairs",
    "number": "numbers",
    "lede_number": "numbers",
    "lede_day": "days",
    "measure": "numbers",
    "quote": "quotes",
    "title": "titles",
    "weekday": "weekdays",
    "time": "time",
    "day": "days",
    "same_outlet": "outlets",
    "length": "length",
    "overlap": "text",
    "containment": "text",
}
"""Group of a column by the longest of these that its name begins with, ``has_`` left off."""
OTHER = "other"
"""Group of a column that no prefix fits."""
NEUTRAL: Mapping[str, float] = {"length": 6.0}
"""Value of a column of whose group nothing is known: 0 but for these. Texts of 400 words are long
enough for their length to say nothing."""
_CERTAIN = 1e-9
"""Closest to 0 and 1 that a probability is told from them."""


class EventModel(Protocol):
    """What is explained: ``dedupe.verdict.Verdicts``, or any other model over the same columns."""

    def p_same_story(self, features: Doubles) -> Doubles:
        """Probability that pairs report the same event, shape = (n,)."""


def group_of(column: str) -> str:
    """The group a column of ``FEATURE_NAMES`` belongs to."""
    bare = column.removeprefix("has_")
    fitting = [prefix for prefix in PREFIXES if bare.startswith(prefix)]
    return PREFIXES[max(fitting, key=len)] if fitting else OTHER


def grouped(columns: Sequence[str] = FEATURE_NAMES) -> Mapping[str, Columns]:
    """Positions of the columns of each group; groups in order of their first column."""
    found: dict[str, list[int]] = {}
    for k, column in enumerate(columns):
        found.setdefault(group_of(column), []).append(k)
    return {group: tuple(at) for group, at in found.items()}


def row_of(features: Mapping[str, float]) -> Doubles:
    """One row of ``FEATURE_NAMES`` from features by name, shape = (1, n); a missing one is 0."""
    return np.array([[features.get(name, 0.0) for name in FEATURE_NAMES]], dtype=np.float64)


def contributions(model: EventModel, features: Doubles) -> Mapping[str, Doubles]:
    """Log odds that each group adds to the verdict on each pair, by group, shape = (n,).

    Above 0 it speaks for one event, below 0 against. ``features`` has shape
    (n, len(FEATURE_NAMES)).
    """
    groups = grouped()
    neutral = np.array([NEUTRAL.get(name, 0.0) for name in FEATURE_NAMES])
    asked = [features]
    for at in groups.values():
        without = features.copy()
        without[:, at] = neutral[list(at)]
        asked.append(without)
    odds = log_odds(model.p_same_story(np.concatenate(asked))).reshape(len(asked), -1)
    return dict(zip(groups, odds[0] - odds[1:], strict=True))


def log_odds(p: Doubles) -> Doubles:
    """ln(p / (1 - p)), finite also for 0 and 1."""
    inside = np.clip(p, _CERTAIN, 1.0 - _CERTAIN)
    odds: Doubles = np.log(inside) - np.log1p(-inside)
    return odds
