"""The night: a whole set of articles judged at once, by the functions that judge one.

Copies come from the sketch index and exact overlap, stories from the nearest vectors; ``settle``
makes clusters, stories and canonical sources of them as it does for a single arrival. Each stage
is a function of the articles in order of their ids, and of nothing else: neither the order in
which they came nor the pieces it is worked out in tell in its result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeAlias

import numpy as np

from dedupe.candidates import hours_of
from dedupe.compared import Shares, by_words, copy_link, in_detail, without_words, worth_a_link
from dedupe.copying import CopySearch, SharingPairs, compared, places
from dedupe.course import PLAIN, Arrays, Course
from dedupe.headlines import under_one_headline
from dedupe.joining import each_once
from dedupe.judging import Judging
from dedupe.model import Doubles, Floats, Int64s, Profile, TextWords, UInt64s
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.plan import settle
from dedupe.ports import VectorIndex
from dedupe.settings import Settings
from dedupe.state import CopyLink, Plan

CHUNK = 2048
"""Articles looked up in the indexes at a time: bounds the memory of the hits."""
TEXTS = 512
"""Texts read at a time: the work arrays of so many stay within a processor's cache."""
KEPT_TEXTS = 16 * TEXTS
"""Texts whose shingles are kept together when a run is to be resumed."""
JUDGED = 2048
"""Pairs judged word by word at a time: bounds the memory of their words."""
WordsOf: TypeAlias = Callable[[Sequence[int]], Sequence[TextWords]]
"""What the overlap of articles is judged on, by their numbers."""


def recluster(
    items: Sequence[Item],
    words: Sequence[TextWords],
    *,
    vectors: VectorIndex | None,
    judging: Judging,
    settings: Settings,
    course: Course = PLAIN,
) -> Plan:
    """Clusters and stories of all items, named "1", "2", ... in order of their first article.

    Args:
        items: every article once, sorted by id.
        words: what the overlap of each is judged on.
        vectors: an empty index; without it only copies are judged.
        course: who is told of it, and who does it.
    """
    profiles = [item.profile for item in items]
    near = (
        nearest(profiles, vectors, settings, course=course) if vectors is not None else _no_pairs()
    )
    links = copy_links(profiles, words, judging, settings, near=near, course=course)
    around = Neighbourhood(items=tuple(items), links=tuple(links), new_links=tuple(links))
    numbers = {"cluster": count(1), "story": count(1)}
    return settle(
        around,
        judging.judge(around, near=near, course=course),
        settings,
        lambda kind: str(next(numbers[kind])),
    )


def copy_links(
    profiles: Sequence[Profile],
    words: Sequence[TextWords] | WordsOf,
    judging: Judging,
    settings: Settings,
    *,
    near: tuple[Int64s, Int64s] | None = None,
    course: Course = PLAIN,
) -> list[CopyLink]:
    """Every pair that shares text worth keeping, compared exactly, sorted by the ends' numbers.

    ``words`` are those of all articles, or what reads those of some by number: every text is asked
    for once, and once more if it shares text with another and overlap does not decide alone. Of the
    pairs of ``near`` ledes those under one headline are compared too, whatever they share.
    """
    words_of = words if callable(words) else _taking(words)
    pairs = _titled(profiles, near or _no_pairs())
    found = course.whole(
        "copies", lambda: _copies(profiles, words_of, pairs, judging, settings, course)
    )
    shares = Shares(
        jaccard=found["jaccard"],
        left_in_right=found["left_in_right"],
        right_in_left=found["right_in_left"],
    )
    ends = zip(found["left"].tolist(), found["right"].tolist(), found["p"].tolist(), strict=True)
    return [
        copy_link(profiles[a].id, profiles[b].id, shares, k, p) for k, (a, b, p) in enumerate(ends)
    ]


def nearest(
    profiles: Sequence[Profile],
    vectors: VectorIndex,
    settings: Settings,
    *,
    course: Course = PLAIN,
) -> tuple[Int64s, Int64s]:
    """Pairs (left < right) of articles among each other's nearest ledes, inside the time window.

    ``vectors`` is an empty index; it is filled with those of the profiles. Of equally near ledes
    those of the smaller numbers count.
    """
    known = np.array([k for k, p in enumerate(profiles) if p.vector is not None], dtype=np.int64)
    if not len(known):
        return _no_pairs()
    found = course.whole("nearest", lambda: _nearest(profiles, known, vectors, settings, course))
    return found["left"], found["right"]


def _copies(
    profiles: Sequence[Profile],
    words_of: WordsOf,
    titled: Int64s,
    judging: Judging,
    settings: Settings,
    course: Course,
) -> Arrays:
    """The links as arrays: the numbers of both ends, what they share, and p_same_text."""
    pairs, sizes = _sharing(profiles, words_of, titled, settings, course)
    p, unsure = without_words(profiles, sizes, pairs.shares, pairs.left, pairs.right)

    def judged(start: int) -> Arrays:
        some = unsure[start : start + JUDGED]
        numbers, left, right = places(pairs.left[some], pairs.right[some])
        asked = numbers.tolist()
        found = by_words(
            judging.verdicts.text, [profiles[k] for k in asked], words_of(asked), left, right
        )
        return {"p": in_detail(p[some], found)}

    starts = range(0, len(unsure), JUDGED)
    parts = [one["p"] for one in course.pieces("compare", starts, judged, alone=True)]
    p[unsure] = np.concatenate([_NO_NUMBERS, *parts])
    kept = worth_a_link(p, pairs.shares, least=settings.link_threshold)
    linked = pairs.where(kept)
    return {
        "left": linked.left,
        "right": linked.right,
        "jaccard": linked.shares.jaccard,
        "left_in_right": linked.shares.left_in_right,
        "right_in_left": linked.shares.right_in_left,
        "p": p[kept],
    }


def _sharing(
    profiles: Sequence[Profile],
    words_of: WordsOf,
    titled: Int64s,
    settings: Settings,
    course: Course,
) -> tuple[SharingPairs, Int64s]:
    """The pairs that share text and the titled ones, and how many words each text has."""
    kept: list[UInt64s] = []
    search = CopySearch(
        common_hash=settings.common_hash,
        limit=settings.copy_candidates,
        keep=kept.extend,
        kept=lambda numbers: [kept[k] for k in numbers],
    )
    text_hashes = np.array([profile.text_hash for profile in profiles], dtype=np.uint64)
    sizes: list[Int64s] = [np.empty(0, dtype=np.int64)]

    def read(start: int) -> Arrays:
        return _read(words_of, range(start, min(start + KEPT_TEXTS, len(profiles))))

    starts = range(0, len(profiles), KEPT_TEXTS)
    for start, part in zip(starts, course.pieces("texts", starts, read, alone=True), strict=True):
        sizes.append(part["words"])
        ends = part["ends"].tolist()
        shingles = [part["shingles"][a:b] for a, b in zip([0, *ends], ends, strict=False)]
        search.add(text_hashes[start : start + KEPT_TEXTS], shingles)
    found = search.pairs()
    known = found.left << 32 | found.right
    fresh = titled[~np.isin(titled[:, 0] << 32 | titled[:, 1], known)]
    also = compared(fresh, lambda numbers: [kept[search.place(k)] for k in numbers])
    return SharingPairs.joined([found, also]).sorted(), np.concatenate(sizes)


def _read(words_of: WordsOf, numbers: range) -> Arrays:
    """The shingles of some texts one after the other, where each ends, and how many words it has."""
    shingles: list[UInt64s] = []
    sizes: list[int] = []
    words: list[int] = []
    for start in range(0, len(numbers), TEXTS):
        found = words_of(numbers[start : start + TEXTS])
        # A copy: a view of the batch would keep its other arrays too.
        shingles.append(np.concatenate([one.shingles for one in found]))
        sizes += [len(one.shingles) for one in found]
        words += [len(one.hashes) for one in found]
    return {
        "shingles": np.concatenate(shingles),
        "ends": np.cumsum(sizes),
        "words": np.array(words, dtype=np.int64),
    }


def _nearest(
    profiles: Sequence[Profile],
    known: Int64s,
    vectors: VectorIndex,
    settings: Settings,
    course: Course,
) -> Arrays:
    """The pairs of ``nearest`` among the profiles that have a vector."""
    hours = hours_of(profiles[k].published for k in known.tolist())
    # Neighbours in time are held and looked up together: they look at one stretch of the index.
    order = np.argsort(np.nan_to_num(hours, nan=-np.inf), kind="stable")
    for start in range(0, len(order), CHUNK):
        some = order[start : start + CHUNK]
        vectors.add(known[some] + 1, _vectors(profiles, known[some]), hours[some])

    def looked_up(start: int) -> Arrays:
        some = order[start : start + CHUNK]
        hits = vectors.search(
            _vectors(profiles, known[some]),
            settings.story_candidates + 1,
            hours=hours[some],
            window=24.0 * settings.story_window_days,
        )
        ours, theirs = known[some[hits.query]], hits.key - 1
        return {"pairs": np.stack([ours, theirs], axis=1)[ours != theirs]}

    parts = course.pieces("near", range(0, len(order), CHUNK), looked_up)
    left, right = each_once(np.concatenate([part["pairs"] for part in parts])).T
    return {"left": left, "right": right}


def _vectors(profiles: Sequence[Profile], numbers: Int64s) -> Floats:
    """The vectors of profiles that have one, shape = (len(numbers), dimension)."""
    return np.stack([v for k in numbers.tolist() if (v := profiles[k].vector) is not None])


def _titled(profiles: Sequence[Profile], near: tuple[Int64s, Int64s]) -> Int64s:
    """The near pairs that stand under one headline, shape = (n, 2)."""
    left, right = near
    return np.stack(near, axis=1)[under_one_headline(profiles, left, right)]


def _taking(words: Sequence[TextWords]) -> WordsOf:
    return lambda numbers: [words[k] for k in numbers]


def _no_pairs() -> tuple[Int64s, Int64s]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)


_NO_NUMBERS: Doubles = np.empty(0, dtype=np.float64)
