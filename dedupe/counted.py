"""How common terms are in a set of articles: a function of the set alone, however they came.

What the day counts (``dedupe.rarity``) rests on stories as they stood at some moment. The night
asks nobody: an article speaks unless one of a smaller id has the same text or nearly the same
lede, and what is counted of it is what its profile holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.joining import opens
from dedupe.model import Bools, Int64s, Profile, UInt64s
from dedupe.rarity import FIRST, MOST_STORIES, MOST_TERMS
from dedupe.state import CopyLink
from dedupe.terms.background import LEAST, Frequencies
from dedupe.verdict import COPIED
from dedupe.words import mix

ALIKE = 0.7
"""Cosine of two ledes from which one article speaks for both: most pieces on one event lie above
it; of what is above and is not one event, little is lost by counting one of the two."""
LOOKED_AT = 2 * MOST_STORIES
"""Articles that may speak, those of the smallest ids: half of them are enough."""
AT_ONCE = 1 << 14
"""Pairs of vectors multiplied at a time."""


def frequencies(
    profiles: Sequence[Profile],
    links: Sequence[CopyLink],
    near: tuple[Int64s, Int64s],
    *,
    added: int,
    position: int,
) -> Frequencies | None:
    """In how many stories of a set each term occurs; None of a set too small to be counted.

    Args:
        profiles: all articles of the set, sorted by id.
        links: the copy links between them.
        near: pairs (left, right) of numbers of articles whose ledes are among the nearest.
        added, position: how many articles the store was given, and where its log stood.
    """
    if len(profiles) < FIRST:
        return None
    speaking = speakers(profiles, links, near)
    keys, counts = _tallied([profiles[k] for k in speaking.tolist()])
    return Frequencies(
        stories=len(speaking),
        added=added,
        position=position,
        keys=keys,
        counts=counts.astype(np.int32),
    )


def speakers(
    profiles: Sequence[Profile], links: Sequence[CopyLink], near: tuple[Int64s, Int64s]
) -> Int64s:
    """Numbers of the articles that speak, ascending; at most ``MOST_STORIES``."""
    n = min(len(profiles), LOOKED_AT)
    speaks = np.ones(n, dtype=np.bool_)
    number = {profile.id: k for k, profile in enumerate(profiles)}
    for link in links:
        if link.p_same_text >= COPIED and link.a in number and link.b in number:
            later = max(number[link.a], number[link.b])
            if later < n:
                speaks[later] = False
    low, high = np.minimum(*near), np.maximum(*near)
    first = high < n
    low, high = low[first], high[first]
    speaks[high[_alike(profiles, low, high)]] = False
    return np.flatnonzero(speaks)[:MOST_STORIES]


def _alike(profiles: Sequence[Profile], left: Int64s, right: Int64s) -> Bools:
    """Whether the ledes of each pair say nearly the same."""
    numbers, at = np.unique(np.concatenate([left, right]), return_inverse=True)
    vectors = [v for k in numbers.tolist() if (v := profiles[k].vector) is not None]
    if not len(numbers) or len(vectors) < len(numbers):
        return np.zeros(len(left), dtype=np.bool_)
    matrix = np.stack(vectors)
    ours, theirs = at[: len(left)], at[len(left) :]
    parts = [np.empty(0, dtype=np.bool_)]
    for start in range(0, len(left), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        parts.append(np.einsum("nd,nd->n", matrix[ours[some]], matrix[theirs[some]]) >= ALIKE)
    return np.concatenate(parts)


def _tallied(profiles: Sequence[Profile]) -> tuple[UInt64s, Int64s]:
    """Keys of a table of the terms of enough profiles, sorted, and of how many each is."""
    terms = [one.terms.words for one in profiles]
    terms += [_figures(one.terms.numbers) for one in profiles]
    found = mix(np.concatenate([np.empty(0, dtype=np.uint64), *terms]))
    found.sort()
    first = np.flatnonzero(opens(found))
    counts = np.diff(first, append=len(found))
    listed = np.flatnonzero(counts >= LEAST)
    best = listed[np.lexsort((found[first[listed]], -counts[listed]))][:MOST_TERMS]
    kept = np.sort(best)
    return found[first[kept]], counts[kept]


def _figures(codes: UInt64s) -> UInt64s:
    """Numbers without the days of the week, whose sign bit is set."""
    kept: UInt64s = codes[codes >> np.uint64(63) == 0]
    return kept
