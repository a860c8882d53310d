"""Words written with a capital inside a sentence."""

from __future__ import annotations

import numpy as np

from dedupe.model import Bools, Int64s
from dedupe.terms.page import Page

_CASE_SHARE = 0.6
"""Where more of the words than this are capitalised, capitals say nothing."""
_ABBREVIATED = 3
"""A capitalised word of at most this length before a full stop is "Mr." or "U.S.", not an end."""
_SENTENCE_MARKS = "!?:…\n\r•。！？।؟۔"


def named(page: Page) -> Int64s:
    """Positions of words capitalised inside a sentence, in texts where capitals mean something."""
    size = int(page.text[-1]) + 1 if len(page.text) else 0
    cased = np.bincount(page.text[page.upper | page.lower], minlength=size)
    share = np.bincount(page.text[page.upper], minlength=size) / np.maximum(cased, 1)
    inside = page.upper & (page.end - page.start > 1) & ~_opens_sentence(page)
    return np.flatnonzero(inside & (share[page.text] <= _CASE_SHARE))


def _opens_sentence(page: Page) -> Bools:
    """Whether each word is the first of its text or follows a sentence mark."""
    marks = np.isin(page.codes, np.array([ord(mark) for mark in _SENTENCE_MARKS]))
    before = np.roll(page.end, 1)
    if len(before):
        before[0] = 0
    strong = _any_between(marks, before, page.start)
    stop = _any_between(page.codes == ord("."), before, page.start)
    short = np.roll(page.upper & (page.end - page.start <= _ABBREVIATED), 1)
    return ~page.adjoins() | strong | (stop & ~short)


def _any_between(marks: Bools, start: Int64s, end: Int64s) -> Bools:
    """Whether ``marks`` holds anywhere in each half-open range."""
    seen = np.concatenate([[0], np.cumsum(marks)])
    return seen[np.maximum(end, start)] > seen[start]
