"""Words that differ between two passages, in order.

Long passages are parted at words that each holds once, in the order that both have (patience
difference, Cohen 2010); what lies between is compared word by word where it is short enough.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from dedupe.model import Int64s, UInt64s

SHORT = 20_000
"""Comparisons of words up to which two passages are compared word by word at once."""
WORK = 250_000
"""Comparisons that a stretch without a word to part it at is worth; a longer one differs as a whole."""

Range: TypeAlias = tuple[int, int]
"""Half-open range of words or sentences."""


def edits(ours: UInt64s, theirs: UInt64s) -> list[tuple[Range, Range]]:
    """Ranges of words that differ, as (range of ours, range of theirs), in order."""
    if not len(ours) or not len(theirs):
        return _compared(ours, theirs)
    (a, b), (c, d) = trimmed(ours, theirs)
    if a == b and c == d:
        return []
    ours, theirs = ours[a:b], theirs[c:d]
    if len(ours) * len(theirs) <= SHORT:
        found = _compared(ours, theirs)
    else:
        found = _joined(
            ((low + x, low + y), (under + z, under + w))
            for (low, high), (under, over) in _parts(ours, theirs)
            for (x, y), (z, w) in _compared(ours[low:high], theirs[under:over])
        )
    return [((a + x, a + y), (c + z, c + w)) for (x, y), (z, w) in found]


def trimmed(ours: UInt64s, theirs: UInt64s) -> tuple[Range, Range]:
    """What is left of both without the words that both begin and end with."""
    n = min(len(ours), len(theirs))
    differ = np.flatnonzero(ours[:n] != theirs[:n])
    low = int(differ[0]) if len(differ) else n
    differ = np.flatnonzero(
        ours[len(ours) - n + low :][::-1] != theirs[len(theirs) - n + low :][::-1]
    )
    tail = int(differ[0]) if len(differ) else n - low
    return (low, len(ours) - tail), (low, len(theirs) - tail)


def ascending(same: Mapping[int, int]) -> list[int]:
    """The longest run of keys, given in order, whose values ascend too."""
    tails: list[int] = []
    ends: list[int] = []
    back: dict[int, int | None] = {}
    for mine, theirs in same.items():
        at = bisect_left(tails, theirs)
        back[mine] = ends[at - 1] if at else None
        tails[at : at + 1], ends[at : at + 1] = [theirs], [mine]
    run: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        run.append(last)
        last = back[last]
    return run[::-1]


def _compared(ours: UInt64s, theirs: UInt64s) -> list[tuple[Range, Range]]:
    if not len(ours) and not len(theirs):
        return []
    whole = [((0, len(ours)), (0, len(theirs)))]
    if not len(ours) or not len(theirs) or len(ours) * len(theirs) > WORK:
        return whole
    matcher = SequenceMatcher(None, ours.tolist(), theirs.tolist(), autojunk=False)
    return [((a, b), (c, d)) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _parts(ours: UInt64s, theirs: UInt64s) -> Iterator[tuple[Range, Range]]:
    """What lies between the words that each of the two holds once."""
    mine, yours = _once(ours), _once(theirs)
    shared, here, there = np.intersect1d(
        ours[mine], theirs[yours], assume_unique=True, return_indices=True
    )
    order = np.argsort(mine[here])
    same = dict(zip(mine[here][order].tolist(), yours[there][order].tolist(), strict=True))
    held = [(k, same[k]) for k in ascending(same)] if len(shared) else []
    bounds = [(-1, -1), *held, (len(ours), len(theirs))]
    for (a, c), (b, d) in pairwise(bounds):
        yield (a + 1, b), (c + 1, d)


def _once(words: UInt64s) -> Int64s:
    """Where the words stand that occur once."""
    _, first, counts = np.unique(words, return_index=True, return_counts=True)
    found: Int64s = first[counts == 1]
    return found


def _joined(found: Iterator[tuple[Range, Range]]) -> list[tuple[Range, Range]]:
    """Edits of which none begins where another ends."""
    result: list[tuple[Range, Range]] = []
    for ours, theirs in found:
        if result and result[-1][0][1] == ours[0] and result[-1][1][1] == theirs[0]:
            before = result.pop()
            result.append(((before[0][0], ours[1]), (before[1][0], theirs[1])))
        else:
            result.append((ours, theirs))
    return result
