"""The pairs that an order on a large story is worked out from: the nearest ledes, as at night.

Every pair of 500 articles is 125,000 verdicts, of 5,000 it is 12.5 million: more than an editor
waits for, and no more is learnt from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from dedupe.candidates import hours_of
from dedupe.joining import each_once
from dedupe.model import Int64s, Profile
from dedupe.settings import Settings

Pairs: TypeAlias = tuple[Int64s, Int64s]
"""Positions of both ends of each pair."""
MANY = 500
"""Articles up to which every pair is judged."""
_ROWS = 256
"""Ledes compared with all at a time: 5 MB for 5,000."""


def nearest_of_many(profiles: Sequence[Profile], settings: Settings) -> Pairs | None:
    """Pairs (left < right) among each other's nearest ledes, inside the time window; None for all.

    Of equally near ledes those of the smaller positions count. The window bounds no pair of which a
    date is missing.
    """
    if len(profiles) <= MANY:
        return None
    known = np.array([k for k, p in enumerate(profiles) if p.vector is not None], dtype=np.int64)
    vectors = [v for k in known.tolist() if (v := profiles[k].vector) is not None]
    if len(known) < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    ledes = np.stack(vectors)
    hours = hours_of(profiles[k].published for k in known.tolist())
    window = 24.0 * settings.story_window_days
    most = min(settings.story_candidates, len(known) - 1)
    found = []
    for start in range(0, len(known), _ROWS):
        ours = np.arange(start, min(start + _ROWS, len(known)))
        cosines = ledes[ours] @ ledes.T
        cosines[np.arange(len(ours)), ours] = -np.inf
        cosines[np.abs(hours[ours, None] - hours[None, :]) > window] = -np.inf
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :most]
        row, place = np.nonzero(np.isfinite(np.take_along_axis(cosines, best, axis=1)))
        found.append(np.stack([known[ours[row]], known[best[row, place]]], axis=1))
    left, right = each_once(np.concatenate(found)).T
    return left, right


__all__ = ["MANY", "Pairs", "nearest_of_many"]
