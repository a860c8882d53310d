"""Articles of a whole store in little memory: what only verdicts on pairs need is held apart.

A profile from the store is a view of its record. Of a hundred thousand the records are most of the
memory of a run, so they are let go once the terms in them were weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from dedupe.model import Floats, Int32s, Int64s, Profile, Sketch, Terms, UInt32s, UInt64s

Number = TypeVar("Number", bound=np.generic)

_NO_HASHES: UInt64s = np.empty(0, np.uint64)
_NO_CODES: UInt32s = np.empty(0, np.uint32)
_NO_COUNTS: Int32s = np.empty(0, np.int32)
NO_TERMS = Terms(
    words=_NO_HASHES,
    counts=_NO_COUNTS,
    names=_NO_HASHES,
    numbers=_NO_HASHES,
    title=_NO_HASHES,
    quotes=_NO_CODES,
    places=_NO_CODES,
)


def lean(profiles: Sequence[Profile]) -> list[Profile]:
    """The profiles without terms and vectors, sharing nothing with the others' records."""
    days = _copied([profile.event_days for profile in profiles], np.int32)
    hashes = _copied([profile.sketch.hashes for profile in profiles], np.uint64)
    return [
        replace(
            profile,
            event_days=own_days,
            sketch=Sketch(threshold=profile.sketch.threshold, hashes=own_hashes),
            terms=NO_TERMS,
            vector=None,
        )
        for profile, own_days, own_hashes in zip(profiles, days, hashes, strict=True)
    ]


def whole(told: Sequence[Profile], like: Sequence[Profile]) -> list[Profile]:
    """The profiles ``told``, each with what it shares with one ``like`` it, and their vectors.

    The vectors lie side by side: of so many small arrays each would have room of its own.
    """
    present = [profile.vector for profile in told if profile.vector is not None]
    vectors = iter(np.stack(present) if present else ())
    return [
        replace(
            profile,
            event_days=one.event_days,
            sketch=one.sketch,
            vector=None if profile.vector is None else next(vectors),
        )
        for profile, one in zip(told, like, strict=True)
    ]


def with_vectors(told: Sequence[Profile], vectors: Sequence[Floats | None]) -> list[Profile]:
    """The profiles with other vectors."""
    return [replace(one, vector=vector) for one, vector in zip(told, vectors, strict=True)]


def _copied(
    arrays: Sequence[npt.NDArray[Number]], dtype: type[Number]
) -> list[npt.NDArray[Number]]:
    """The arrays as views of one of their own."""
    ends: Int64s = np.cumsum([0, *map(len, arrays)], dtype=np.int64)
    flat: npt.NDArray[Any] = np.concatenate([np.empty(0, dtype), *arrays])
    places = ends.tolist()
    return [flat[a:b] for a, b in pairwise(places)]
