"""The night: a whole set of articles judged at once, by the functions that judge one.

Copies come from the sketch index and exact overlap, stories from the nearest vectors; ``settle``
makes clusters, stories and canonical sources of them as it does for a single arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np

from dedupe.candidates import hours_of
from dedupe.copying import CopySearch
from dedupe.joining import each_once
from dedupe.judging import Judging
from dedupe.model import Int64s, Profile, TextWords, UInt64s
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.plan import settle
from dedupe.ports import VectorIndex
from dedupe.settings import Settings
from dedupe.state import CopyLink, Plan

CHUNK = 2048
"""Articles looked up in the indexes at a time: bounds the memory of the hits."""


def recluster(
    items: Sequence[Item],
    words: Sequence[TextWords],
    *,
    vectors: VectorIndex | None,
    judging: Judging,
    settings: Settings,
) -> Plan:
    """Clusters and stories of all items, named "1", "2", ... in order of their first article.

    Args:
        items: every article once, sorted by id.
        words: what the overlap of each is judged on.
        vectors: an empty index; without it only copies are judged.
    """
    profiles = [item.profile for item in items]
    links = copy_links(profiles, words, judging, settings)
    near = nearest(profiles, vectors, settings) if vectors is not None else _no_pairs()
    around = Neighbourhood(items=tuple(items), links=tuple(links), new_links=tuple(links))
    numbers = {"cluster": count(1), "story": count(1)}
    return settle(
        around,
        judging.judge(around, near=near),
        settings,
        lambda kind: str(next(numbers[kind])),
    )


def copy_links(
    profiles: Sequence[Profile], words: Sequence[TextWords], judging: Judging, settings: Settings
) -> list[CopyLink]:
    """Every pair that shares text worth keeping, compared exactly."""
    kept: list[UInt64s] = []
    search = CopySearch(
        common_hash=settings.common_hash,
        limit=settings.copy_candidates,
        keep=kept.extend,
        kept=lambda numbers: [kept[k] for k in numbers],
    )
    text_hashes = np.array([profile.text_hash for profile in profiles], dtype=np.uint64)
    search.add(text_hashes, [one.shingles for one in words])
    pairs = search.pairs()
    links: list[CopyLink] = []
    for start in range(0, len(pairs.left), 32 * CHUNK):
        some = slice(start, start + 32 * CHUNK)
        links += judging.copy_links(profiles, words, pairs.left[some], pairs.right[some])
    return links


def nearest(
    profiles: Sequence[Profile], vectors: VectorIndex, settings: Settings
) -> tuple[Int64s, Int64s]:
    """Pairs (left < right) of articles among each other's nearest ledes, inside the time window."""
    known = np.array([k for k, p in enumerate(profiles) if p.vector is not None], dtype=np.int64)
    if not len(known):
        return _no_pairs()
    matrix = np.stack([v for k in known.tolist() if (v := profiles[k].vector) is not None])
    hours = hours_of(profiles[k].published for k in known.tolist())
    vectors.add(known + 1, matrix, hours)
    # Neighbours in time are looked up together: they look at the same stretch of the index.
    order = np.argsort(hours, kind="stable")
    found: list[Int64s] = []
    for start in range(0, len(order), CHUNK):
        some = order[start : start + CHUNK]
        hits = vectors.search(
            matrix[some],
            settings.story_candidates + 1,
            hours=hours[some],
            window=24.0 * settings.story_window_days,
        )
        ours, theirs = known[some[hits.query]], hits.key - 1
        found.append(np.stack([ours, theirs], axis=1)[ours != theirs])
    left, right = each_once(np.concatenate(found)).T
    return left, right


def _no_pairs() -> tuple[Int64s, Int64s]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
