"""Excerpts of one original: texts that share nothing with each other and all with a third.

A text that holds two strangers may be a digest of them, or the original they were both cut from.
Which it is only provenance and time tell: what credits the holder's outlet with its text, or came
after it, was cut from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from dedupe.model import Doubles, Int64s
from dedupe.neighbourhood import Edges, Item

MOST = 32
"""Excerpts of one text that are brought together pair by pair; those that agree with it most."""


def excerpts_of_one(items: Sequence[Item], part: Int64s, whole: Int64s, p: Doubles) -> Edges:
    """The pairs of texts that were cut from the same one; each agrees as the looser does with it.

    Args:
        items: the articles, by number.
        part, whole: ``part[k]`` is contained in ``whole[k]`` and much shorter.
        p: p_same_text of part and whole.
    """
    cut: dict[int, list[tuple[float, int]]] = {}
    for inner, outer, agreed in zip(part.tolist(), whole.tolist(), p.tolist(), strict=True):
        if _was_cut_from(items[inner], items[outer]):
            cut.setdefault(outer, []).append((-agreed, inner))
    agreed_on: dict[tuple[int, int], float] = {}
    for parts in cut.values():
        for (p_a, a), (p_b, b) in combinations(sorted(parts)[:MOST], 2):
            pair = (min(a, b), max(a, b))
            agreed_on[pair] = max(agreed_on.get(pair, 0.0), min(-p_a, -p_b))
    pairs = np.array(list(agreed_on), dtype=np.int64).reshape(-1, 2)
    return Edges(left=pairs[:, 0], right=pairs[:, 1], p=np.array(list(agreed_on.values())))


def _was_cut_from(part: Item, whole: Item) -> bool:
    """The part credits the outlet of the whole, or came after it by all that is known of time."""
    origin, outlet = part.profile.provenance.origin, whole.profile.provenance.outlet
    if origin is not None and origin == outlet:
        return True
    before, after = whole.profile.middle, part.profile.middle
    seen_first = (
        whole.first_seen is None or part.first_seen is None or whole.first_seen <= part.first_seen
    )
    return before < after and seen_first  # nothing is before or after an unknown time
