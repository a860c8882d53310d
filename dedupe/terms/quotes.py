"""What stands between quotation marks, as hashes of three words."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Int64s, UInt64s
from dedupe.terms.page import Page
from dedupe.words import mix

QUOTED_WORDS = 4
"""A shorter quotation is a word set off, a title or a slogan."""
LONGEST = 150
"""Words beyond which a closing mark was missed."""
_UNSPACED_WORDS = 10
"""The same as ``QUOTED_WORDS`` where each grapheme is a word."""
_STRAIGHT, _ANGLED, _CURVED, _CORNERED, _SINGLE = range(1, 6)
_KINDS = {
    '"': _STRAIGHT, "＂": _STRAIGHT, "«": _ANGLED, "»": _ANGLED, "“": _CURVED, "”": _CURVED,
    "„": _CURVED, "‟": _CURVED, "「": _CORNERED, "」": _CORNERED, "『": _CORNERED, "』": _CORNERED,
    "‘": _SINGLE, "’": _SINGLE,
}  # fmt: skip
_PAIRS = ("“”", "„“", "„”", "‟”", "「」", "『』", "‘’")
"""Marks that open and close."""
_BY_TURNS = (_STRAIGHT, _ANGLED)
"""Kinds whose marks open and close by turns within a line: "…" and »…«."""


def quotes(page: Page) -> tuple[Int64s, UInt64s]:
    """Where three words inside a quotation start (word positions), and their hashes."""
    if not len(page.hashes):
        return page.start, page.hashes
    begin, end = quoted(page)
    low, high = np.searchsorted(page.start, begin), np.searchsorted(page.start, end)
    long = high - low
    unspaced = page.unspaced[np.minimum(low, len(page.unspaced) - 1)]
    least = np.where(unspaced, _UNSPACED_WORDS, QUOTED_WORDS)
    kept = (long >= least) & (long <= LONGEST)
    low, long = low[kept], long[kept] - 2
    first = np.cumsum(long) - long
    at = np.repeat(low - first, long) + np.arange(long.sum())
    hashes = page.hashes[at] * np.uint64(0x9E3779B97F4A7C15)
    hashes = (hashes ^ page.hashes[at + 1]) * np.uint64(0xC2B2AE3D27D4EB4F)
    return at, mix(hashes ^ page.hashes[at + 2])


def quoted(page: Page) -> tuple[Int64s, Int64s]:
    """Ranges of ``page.codes`` between quotation marks of one kind in one line."""
    codes = page.codes[page.marks]
    line = np.cumsum(codes == ord("\n"))
    kinds = _kinds().take(codes, mode="clip")
    chosen = np.flatnonzero(kinds)
    at, line, kind = page.marks[chosen], line[chosen], kinds[chosen]
    begin, end = [], []
    for one in range(1, 6):
        mine = at[kind == one] if one != _SINGLE else _single(page, at[kind == one])
        lines = line[np.searchsorted(at, mine)]
        chosen = (lines[1:] == lines[:-1]) & _closes(page, mine, lines, one)
        begin.append(mine[:-1][chosen] + 1)
        end.append(mine[1:][chosen])
    return np.concatenate(begin), np.concatenate(end)


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """The kind of every code point of the basic plane that is a quotation mark, else 0."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for mark, kind in _KINDS.items():
        table[ord(mark)] = kind
    return table


def _closes(page: Page, at: Int64s, line: Int64s, kind: int) -> Bools:
    """Whether each mark and the next open and close a quotation."""
    if kind in _BY_TURNS:
        place = np.arange(len(at))
        opens = np.ones(len(at), dtype=np.bool_)
        opens[1:] = line[1:] != line[:-1]
        first = np.maximum.accumulate(np.where(opens, place, 0))
        even: Bools = (place - first)[:-1] % 2 == 0
        return even
    found: Bools = np.zeros(max(len(at) - 1, 0), dtype=np.bool_)
    for pair in _PAIRS:
        found |= (page.codes[at[:-1]] == ord(pair[0])) & (page.codes[at[1:]] == ord(pair[1]))
    return found


def _single(page: Page, at: Int64s) -> Int64s:
    """Those single marks that are no apostrophe inside a word."""
    ends, starts = (
        places[np.minimum(np.searchsorted(places, one), len(places) - 1)] == one
        for places, one in ((page.end, at), (page.start, at + 1))
    )
    single: Int64s = at[~(ends & starts)]
    return single
