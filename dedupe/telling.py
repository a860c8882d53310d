"""The names and numbers that members of a story share, as they are written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from dedupe.answer import Term
from dedupe.model import Bools, Int64s
from dedupe.terms.background import Background
from dedupe.terms.names import capitalised, opens_sentence
from dedupe.terms.numbers import figures
from dedupe.terms.page import Page
from dedupe.tongues import MONTHS, TONGUES
from dedupe.words import split

NAMES, NUMBERS = 12, 8
"""Most names and numbers of a story that are told."""
_FULL_LINE = 60
"""Code points of a line from which its end may be a matter of width."""
LONGEST_NAME = 6
"""Words of a name; what is longer is a heading."""
_SPOKEN_FOR = 0.5
"""A longer name stands for a shorter one inside it that hardly more members have without it."""
_JOINTS = " -'’.&\u00a0"
"""What may stand between two words of one name."""
_CENTURIES = [100 * ord(first) + ord(second) for first, second in ("19", "20")]
_SIGNS = re.compile(r"[$€£¥₹₽]\s?$")


Key: TypeAlias = tuple[int, ...]
"""Hashes of the words of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Title and body of one article without markup and furniture."""

    title: str
    body: str


def shared_terms(
    texts: Sequence[Text], background: Background
) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The telling names and numbers of these members of one story, the most telling first.

    A term tells by how rare it is in news at large times the square of the members that have it: what
    all have goes before the rare name of a witness or a reporter. Where there are several members,
    only what two of them have is told. Names are words with capitals inside
    sentences: scripts without capitals have none.
    """
    page = Page.of([part for text in texts for part in (text.title, text.body)])
    if not len(page.text):
        return (), ()
    least = min(2, len(texts))
    whole = page.codes.tobytes().decode("utf-32-le", "replace")
    return (
        _chosen(_names(page, whole, background), least, NAMES),
        _chosen(_numbers(page, whole, background), least, NUMBERS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A term with the members that have it."""

    text: str
    members: frozenset[int]
    rarity: float


def _chosen(found: Iterable[_Found], least: int, most: int) -> tuple[Term, ...]:
    wanted = [one for one in found if len(one.members) >= least]
    wanted.sort(key=lambda one: (-(len(one.members) ** 2) * one.rarity, one.text))
    return tuple(Term(text=one.text, articles=len(one.members)) for one in wanted[:most])


def _names(page: Page, whole: str, background: Background) -> list[_Found]:
    """Names of one or more words; a part of a longer name that says no more is left out."""
    runs = name_runs(page, in_names(page))
    inside = np.unique([k for run in runs for k in range(*run)]).astype(np.int64)
    hashes, start, end = page.hashes.tolist(), page.start.tolist(), page.end.tolist()
    owner = (page.text // 2).tolist()
    idf = background.idf(page.hashes[inside]).tolist()
    rarity = dict(zip(page.hashes[inside].tolist(), idf, strict=True))
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    members: dict[Key, set[int]] = defaultdict(set)
    for first, behind in runs:
        key = tuple(hashes[first:behind])
        written[key][" ".join(whole[start[first] : end[behind - 1]].split())] += 1
        members[key].add(owner[first])
    having = _with_longer(members)
    return [
        _Found(
            text=_usual(written[key]),
            members=frozenset(having[key]),
            rarity=max(rarity[word] for word in key),
        )
        for key in members.keys() - _spoken_for(having)
        if not day_words().issuperset(key)
    ]


def in_names(page: Page) -> Bools:
    """Words with a capital inside a sentence, and the same words where every text has capitals.

    So a name that opens a sentence or stands in a headline is seen as well; "The" is not, for it is
    also written small.
    """
    inside = capitalised(page) & ~opens_sentence(page)
    small = np.unique(page.hashes[page.lower])
    always = np.setdiff1d(page.hashes[inside], small)
    known: Bools = inside | (page.upper & np.isin(page.hashes, always))
    return known


def name_runs(page: Page, inside: Bools) -> list[tuple[int, int]]:
    """Half-open ranges of words that make one name: side by side, with nothing but a joint between."""
    at = np.flatnonzero(inside)
    if not len(at):
        return []
    gap = page.start[at[1:]] - page.end[at[:-1]]
    joint = np.isin(page.codes[page.end[at[:-1]]], np.array([ord(mark) for mark in _JOINTS]))
    joint |= _wraps(page, page.end[at[:-1]])
    stop = page.codes[page.end[at[:-1]]] == ord(".")
    short = page.end[at[:-1]] - page.start[at[:-1]] <= 3
    joined = (np.diff(at) == 1) & page.adjoins()[at[1:]] & joint & (gap <= 2)
    joined &= (gap == 1) & ~stop | stop & short
    starts = np.flatnonzero(np.append(True, ~joined))
    ends = np.append(starts[1:], len(at))
    return [
        (int(at[a]), int(at[b - 1]) + 1)
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        if b - a <= LONGEST_NAME and page.end[at[b - 1]] - page.start[at[a]] > 1
    ]


def _wraps(page: Page, places: Int64s) -> Bools:
    """Whether a line that was wrapped by hand ends at each place: it is full, the sentence goes on."""
    ends = np.append(-1, np.flatnonzero(page.codes == ord("\n")))
    before = ends[np.searchsorted(ends, places) - 1]
    wrapped: Bools = (page.codes[places] == ord("\n")) & (places - before > _FULL_LINE)
    return wrapped


def _with_longer(
    members: Mapping[Key, set[int]],
) -> Mapping[Key, set[int]]:
    """Who has each name, be it as a part of a longer one."""
    having = {key: set(found) for key, found in members.items()}
    for key, found in members.items():
        for part in _parts(key):
            if part in having:
                having[part] |= found
    return having


def _spoken_for(having: Mapping[Key, set[int]]) -> set[Key]:
    """Names that are part of a longer one which a good part of their members have."""
    return {
        part
        for longer, found in having.items()
        for part in _parts(longer)
        if part in having and len(found) > _SPOKEN_FOR * len(having[part])
    }


def _parts(key: Key) -> set[Key]:
    """The shorter runs of words inside a name."""
    n = len(key)
    return {key[a:b] for a in range(n) for b in range(a + 1, n + 1) if b - a < n}


def _numbers(page: Page, whole: str, background: Background) -> list[_Found]:
    """Numbers with their unit, equal ones once; single digits and years say little and are left out."""
    at, codes, behind = figures(page)
    worth = _worth_telling(page, at, behind)
    at, codes, behind = at[worth], codes[worth], behind[worth]
    rarity = background.idf(codes)
    written: dict[int, Counter[str]] = defaultdict(Counter)
    members: dict[int, set[int]] = defaultdict(set)
    rare: dict[int, float] = {}
    for k in range(len(at)):
        code = int(codes[k])
        written[code][_figure(page, whole, int(at[k]), int(behind[k]))] += 1
        members[code].add(int(page.text[at[k]]) // 2)
        rare[code] = float(rarity[k])
    return [
        _Found(
            text=_usual(found),
            members=frozenset(members[code]),
            rarity=rare[code],
        )
        for code, found in written.items()
    ]


def _worth_telling(page: Page, at: Int64s, behind: Int64s) -> Bools:
    """Whether a number has two digits at least and is no bare year."""
    length = page.end[behind - 1] - page.start[at]
    century = page.codes[page.start[at]] * 100 + page.codes[page.start[at] + 1]
    year = (length == 4) & (behind - at == 1) & np.isin(century, _CENTURIES)
    worth: Bools = (length > 1) & ~year
    return worth


def _figure(page: Page, whole: str, first: int, behind: int) -> str:
    """A number as it is written, with the sign of a currency or of percent beside it."""
    start, end = int(page.start[first]), int(page.end[behind - 1])
    sign = _SIGNS.search(whole, max(start - 2, 0), start)
    percent = "%" if whole[end : end + 1] == "%" else ""
    return (sign[0] if sign else "") + " ".join(whole[start:end].split()) + percent


@cache
def day_words() -> frozenset[int]:
    """Hashes of the names of weekdays and months: they say when, not what."""
    weekdays = " ".join(tongue.weekdays for tongue in TONGUES)
    return frozenset(split([f"{weekdays} {' '.join(MONTHS)}"]).hashes.tolist())


def _usual(written: Counter[str]) -> str:
    """The most frequent spelling; of equals the one that sorts first."""
    return min(written, key=lambda text: (-written[text], text))
