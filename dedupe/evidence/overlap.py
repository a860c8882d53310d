"""Exact overlap of texts by their shingles, and the passages that they share."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedupe.model import Doubles, Int64s, TextWords, UInt64s
from dedupe.words import Words

PASSAGE_WORDS = 5
"""Words of the shortest passage: one shingle."""
REPEATS = 8
"""Five words that stand more often than this in a text are matched at their first places only:
boilerplate repeated a thousand times on both sides would make a million pairs."""
RUNS = 4096
"""Most runs that passages are chosen from, longest first; two real articles share under 200."""


_STEP = 0xD1342543DE82EF95  # odd and random-looking; any such multiplier will do


class Overlaps(NamedTuple):
    """How pairs of texts overlap, as parallel arrays; shares are 0 for texts without words."""

    shared: Int64s
    """Number of distinct shingles in both."""
    jaccard: Doubles
    left_in_right: Doubles
    """Share of the left text's distinct shingles that is in the right text."""
    right_in_left: Doubles


class Run(NamedTuple):
    """The same words in two texts; half-open ranges of code points of either text."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int
    a_word: int
    """Place of its first word among the words of a."""


def overlaps(left: Sequence[UInt64s], right: Sequence[UInt64s]) -> Overlaps:
    """The overlap of each left text with the right text at the same place.

    Texts are given as sorted distinct shingle hashes (``sketch.distinct``).
    """
    shared = _shared_counts(left, right)
    ours = np.fromiter(map(len, left), np.float64, len(left))
    theirs = np.fromiter(map(len, right), np.float64, len(right))
    return Overlaps(
        shared=shared,
        jaccard=shared / np.maximum(ours + theirs - shared, 1),
        left_in_right=shared / np.maximum(ours, 1),
        right_in_left=shared / np.maximum(theirs, 1),
    )


def _shared_counts(left: Sequence[UInt64s], right: Sequence[UInt64s]) -> Int64s:
    """Values that stand in both sets of each pair: equal neighbours once both are sorted as one."""
    counts = np.zeros(len(left), np.int64)
    for i, (ours, theirs) in enumerate(zip(left, right, strict=True)):
        if not len(ours) or not len(theirs):
            continue
        merged = np.concatenate((ours, theirs))
        merged.sort()
        counts[i] = np.count_nonzero(merged[1:] == merged[:-1])
    return counts


def passages(a: Words | TextWords, b: Words | TextWords, *, limit: int = 5) -> list[Run]:
    """The longest runs of at least five words that stand in both texts, longest first.

    ``a`` and ``b`` hold one text each (``Words.text``). Runs are taken greedily, longest first,
    then by place in a, then in b; none overlaps another one in either text: what an earlier one
    leaves of a run counts as a run. At most ``limit``. Exact unless five words in a row stand
    more than ``REPEATS`` times in a text or there are more than ``RUNS`` runs.
    """
    runs = [(-n, p, q) for p, q, n in _maximal_runs(a.hashes, b.hashes)]
    heapq.heapify(runs)
    taken: list[tuple[int, int, int]] = []
    while runs and len(taken) < limit:
        negative, p, q = heapq.heappop(runs)
        pieces = _left_over(p, q, -negative, taken)
        if pieces == [(p, q, -negative)]:
            taken.append((p, q, -negative))
            continue
        for piece_p, piece_q, n in pieces:
            heapq.heappush(runs, (-n, piece_p, piece_q))
    return [_run(a, b, p, q, n) for p, q, n in taken]


def _run(a: Words | TextWords, b: Words | TextWords, p: int, q: int, n: int) -> Run:
    return Run(
        a_start=int(a.start[p]),
        a_end=int(a.end[p + n - 1]),
        b_start=int(b.start[q]),
        b_end=int(b.end[q + n - 1]),
        words=n,
        a_word=p,
    )


def _left_over(
    p: int, q: int, n: int, taken: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """The parts of a run, long enough to count, that overlap nothing taken on either side."""
    pieces = [(p, q, n)]
    for taken_p, taken_q, taken_n in taken:
        for at, side in ((taken_p, 0), (taken_q, 1)):
            pieces = [part for piece in pieces for part in _without(piece, at, at + taken_n, side)]
    return pieces


def _without(
    piece: tuple[int, int, int], low: int, high: int, side: int
) -> list[tuple[int, int, int]]:
    p, q, n = piece
    at = piece[side]
    if high <= at or low >= at + n:
        return [piece]
    parts = []
    if low - at >= PASSAGE_WORDS:
        parts.append((p, q, low - at))
    if at + n - high >= PASSAGE_WORDS:
        parts.append((p + high - at, q + high - at, at + n - high))
    return parts


def _maximal_runs(a: UInt64s, b: UInt64s) -> list[tuple[int, int, int]]:
    """(place in a, place in b, words) of the longest maximal runs of five or more equal words."""
    ours, theirs, capped = _matching_places(a, b)
    diagonal = theirs - ours
    order = np.lexsort((ours, diagonal))
    ours, diagonal = ours[order], diagonal[order]
    opens = np.ones(len(ours), np.bool_)
    opens[1:] = (diagonal[1:] != diagonal[:-1]) | (ours[1:] != ours[:-1] + 1)
    first = np.flatnonzero(opens)
    length = np.diff(first, append=len(ours)) + (PASSAGE_WORDS - 1)
    p, shift = ours[first], diagonal[first]
    longest = np.lexsort((p + shift, p, -length))[:RUNS]
    columns = (column[longest].tolist() for column in (p, p + shift, length))
    runs = list(zip(*columns, strict=True))
    return sorted({_extended(a, b, *run) for run in runs}) if capped else runs


def _matching_places(a: UInt64s, b: UInt64s) -> tuple[Int64s, Int64s, bool]:
    """Places where the same five words start in a and in b, and whether some were left out."""
    windows_a, windows_b = _windows(a), _windows(b)
    order_a, order_b = (np.argsort(w, kind="stable") for w in (windows_a, windows_b))
    sorted_a, sorted_b = windows_a.take(order_a), windows_b.take(order_b)
    low = sorted_b.searchsorted(sorted_a)
    if len(sorted_b):
        shared = (sorted_b.take(low, mode="clip") == sorted_a).nonzero()[0]
        order_a, sorted_a, low = (every.take(shared) for every in (order_a, sorted_a, low))
    counts = sorted_b.searchsorted(sorted_a, "right") - low
    rank = np.arange(len(sorted_a)) - sorted_a.searchsorted(sorted_a)
    capped = bool(np.any((counts > 0) & ((counts > REPEATS) | (rank >= REPEATS))))
    counts = np.where(rank < REPEATS, np.minimum(counts, REPEATS), 0)
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(order_a, counts), order_b[np.repeat(low, counts) + inside], capped


def _windows(hashes: UInt64s) -> UInt64s:
    """One number for the five words that start at each place."""
    if len(hashes) < PASSAGE_WORDS:
        return hashes[:0]
    windows = np.zeros(len(hashes) - PASSAGE_WORDS + 1, np.uint64)
    for place in range(PASSAGE_WORDS):
        windows *= np.uint64(_STEP)
        windows += hashes[place : place + len(windows)]
    return windows


def _extended(a: UInt64s, b: UInt64s, p: int, q: int, n: int) -> tuple[int, int, int]:
    """The run made maximal: matches left out beside it are found by comparing word by word."""
    back = _common_prefix(a[:p][::-1], b[:q][::-1])
    return p - back, q - back, back + n + _common_prefix(a[p + n :], b[q + n :])


def _common_prefix(a: UInt64s, b: UInt64s) -> int:
    longest, looked_at = min(len(a), len(b)), 64
    while True:
        differs = a[:looked_at][:longest] != b[:looked_at][:longest]
        if np.any(differs):
            return int(np.argmax(differs))
        if looked_at >= longest:
            return longest
        looked_at *= 4
