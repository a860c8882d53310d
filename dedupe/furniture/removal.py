"""Taking learned furniture out of one text, and what is remembered of it to learn from."""

from __future__ import annotations

import re

import numpy as np

from dedupe.furniture.segments import Segments
from dedupe.model import UInt64s

MOST_SHARE = 0.5
"""Learned furniture that holds more of a text's words than this takes nothing from it."""
KEPT_SEGMENTS = 96
"""Segments remembered of a page: the first half of them from its head, the rest from its foot."""

_EDGE = re.compile(r"[^\w\s]*")


def source_key(source: str | None) -> str:
    """The name under which a source is remembered; empty where there is none."""
    return " ".join((source or "").casefold().split())


def kept_segments(hashes: UInt64s) -> UInt64s:
    """The segments of one text to learn from, in order: all, or those of its head and foot."""
    if len(hashes) <= KEPT_SEGMENTS:
        return hashes.copy()
    half = KEPT_SEGMENTS // 2
    return np.concatenate([hashes[:half], hashes[-half:]])


def removable(
    text: str, segments: Segments, n_words: int, learned: UInt64s
) -> tuple[tuple[int, int], ...]:
    """Ranges of the text that are learned furniture, with the marks around them; sorted, disjoint.

    ``learned`` is sorted; ``n_words`` counts the words of the whole text. None where they would be
    more than half of it.
    """
    if not len(learned) or not len(segments.hashes):
        return ()
    at = np.minimum(np.searchsorted(learned, segments.hashes), len(learned) - 1)
    hits = np.flatnonzero(learned[at] == segments.hashes)
    if not len(hits) or segments.words[hits].sum() > MOST_SHARE * n_words:
        return ()
    spans = zip(segments.start[hits].tolist(), segments.end[hits].tolist(), strict=True)
    return tuple(_with_marks(text, start, end) for start, end in spans)


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The range with the marks that touch it: brackets, quotes and full stops go with their words."""
    ahead = _EDGE.match(text[max(start - 8, 0) : start][::-1])
    behind = _EDGE.match(text, end, end + 8)
    assert ahead is not None
    assert behind is not None
    # A mark that also touches the words before belongs to them.
    marks = ahead.end()
    if marks and start - marks > 0 and not text[start - marks - 1].isspace():
        marks = 0
    return start - marks, behind.end()
