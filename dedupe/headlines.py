"""Articles that stand under one headline: they may be one piece, filed anew, however little they share.

A brief that has grown into a story shares hardly a shingle with it: only title, outlet and time
tell (decision 0005).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.apart import outlets
from dedupe.model import Bools, Int64s, Profile, UInt64s

ONE_HEADLINE = 0.5
"""Jaccard of title words from which two articles may stand under one headline."""
LOOKED_AT = 24
"""Words of a title that are compared; longer ones are lists."""
AT_ONCE = 1 << 13
"""Pairs compared at a time: bounds the memory of their words."""


def under_one_headline(profiles: Sequence[Profile], left: Int64s, right: Int64s) -> Bools:
    """Whether pairs of articles, by number, may be one piece by title and outlet, shape = left.shape.

    Their titles have half of their words in common, and no two outlets are known.
    """
    outlet = outlets([profile.provenance.outlet for profile in profiles])
    may = (outlet[left] < 0) | (outlet[right] < 0) | (outlet[left] == outlet[right])
    words, sizes = _titles(profiles)
    found = np.zeros(len(left), dtype=np.bool_)
    asked = np.flatnonzero(may & (sizes[left] > 0) & (sizes[right] > 0))
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        ours, theirs = left[some], right[some]
        same = words[ours][:, :, None] == words[theirs][:, None, :]
        shared = same.any(axis=2) & (np.arange(LOOKED_AT) < sizes[ours][:, None])
        common = shared.sum(axis=1)
        found[some] = common / (sizes[ours] + sizes[theirs] - common) >= ONE_HEADLINE
    return found


def _titles(profiles: Sequence[Profile]) -> tuple[UInt64s, Int64s]:
    """Distinct words of each title in rows, and how many they are; 0 fills a row up."""
    words = np.zeros((len(profiles), LOOKED_AT), dtype=np.uint64)
    sizes = np.zeros(len(profiles), dtype=np.int64)
    for k, profile in enumerate(profiles):
        title = profile.terms.title[:LOOKED_AT]
        words[k, : len(title)] = title
        sizes[k] = len(title)
    return words, sizes
