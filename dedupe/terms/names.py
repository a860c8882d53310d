"""Words written with a capital inside a sentence, and full names: two of them side by side."""

from __future__ import annotations

import numpy as np

from dedupe.model import Bools, Int64s
from dedupe.terms.page import SENTENCE_MARKS, Page

_CASE_SHARE = 0.6
"""Where more of the words than this are capitalised, capitals say nothing."""
_ABBREVIATED = 3
"""A capitalised word of at most this length before a full stop is "Mr." or "U.S.", not an end."""
_ENDINGS = np.array([ord(mark) for mark in SENTENCE_MARKS if mark != "."])
_INITIAL_GAP = 4
"""Code points between the two parts of a name around an initial: " W. "."""


def capitalised(page: Page) -> Bools:
    """Whether each word of two letters or more has a capital that means something."""
    size = int(page.text[-1]) + 1 if len(page.text) else 0
    upper = np.bincount(page.text[page.upper], minlength=size)
    either = upper + np.bincount(page.text[page.lower], minlength=size)
    meant = upper <= _CASE_SHARE * either
    capital: Bools = page.upper & (page.end - page.start > 1) & meant[page.text]
    return capital


def named(page: Page, opens: Bools) -> Int64s:
    """Positions of words capitalised inside a sentence, in texts where capitals mean something.

    ``opens`` is what ``opens_sentence`` gives.
    """
    return np.flatnonzero(capitalised(page) & ~opens)


def full_names(page: Page, long: Bools) -> tuple[Int64s, Int64s]:
    """Positions of the first and second word of names of two words ("Maria Santos").

    ``long`` is what ``capitalised`` gives. An initial between them is passed over, and the first
    word may open a sentence.
    """
    first = np.flatnonzero(long[:-1] & long[1:])
    first = first[page.start[first + 1] - page.end[first] == 1]
    around = np.flatnonzero(long[:-2] & page.upper[1:-1] & ~long[1:-1] & long[2:])
    around = around[page.start[around + 2] - page.end[around] <= _INITIAL_GAP]
    first, second = np.append(first, around), np.append(first + 1, around + 2)
    whole = (page.text[first] == page.text[second]) & ~_line_between(page, first, second)
    order = np.argsort(first[whole], kind="stable")
    return first[whole][order], second[whole][order]


def opens_sentence(page: Page) -> Bools:
    """Whether each word is the first of its text or follows a sentence mark."""
    codes = page.codes[page.marks]
    ending = page.marks[np.isin(codes, _ENDINGS)]
    opens = ~page.adjoins()
    opens[_word_behind(page, ending)] = True
    behind = _word_behind(page, page.marks[codes == ord(".")])
    before = np.maximum(behind - 1, 0)
    short = page.upper[before] & (page.end[before] - page.start[before] <= _ABBREVIATED)
    opens[behind[~short]] = True
    return opens


def _word_behind(page: Page, marks: Int64s) -> Int64s:
    """The word that each mark stands before, where there is one."""
    at = np.searchsorted(page.start, marks)
    return at[at < len(page.start)]


def _line_between(page: Page, first: Int64s, second: Int64s) -> Bools:
    """Whether a line ends right behind the first word or right before the second."""
    ends = page.codes[page.end[first]], page.codes[page.start[second] - 1]
    between: Bools = (ends[0] == ord("\n")) | (ends[1] == ord("\n"))
    return between
