"""Which segments of a source are furniture: those its unrelated articles have in common.

A segment counts as furniture by witnesses: articles of the source that hold it, mutually unrelated
(nothing rare in common outside of what recurs, no story, no near lede) and of several days. Ten
editions of one wire story are one witness, and so are all pieces on one running affair with its
background paragraph. What is learned is a function of the set of pages, not of their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from dedupe.model import Bools, Doubles, Floats, Int64s, UInt64s

FEWEST_WITNESSES = 4
"""At the edge of the page: four articles that have nothing else in common do not agree by chance."""
FEWEST_INSIDE = 8
"""In the midst of the text, where standing questions ("What happens next?") recur as well."""
FREQUENT_SHARE = 0.05
"""Of a source's pages, and twenty of them at least: what recurs so often need not be on the edge."""
FREQUENT = 20
FEWEST_DAYS = 3
FEWEST_UNDATED = 8
"""Witnesses that need no days."""
EDGE_SHARE = 0.75
"""Of the pages that hold a segment: on these nothing but what recurs lies beyond it."""
RECURS = 3
"""Pages that make a segment one that recurs."""
COMMON_TERMS = 1
"""Telling terms that unrelated articles may have in common. Of pairs on one event in four development
sets .04 to .17 have no more; four articles are witnesses only when none of their six pairs has."""
FEWEST_TERMS = 6
"""Telling terms of an article that says what it is about; of a shorter text nobody knows."""
NEAR_LEDES = 0.5
"""Cosine from which ledes may be about one thing."""
ABOUT_SHARE = 0.75
"""Of the witnesses."""
EXAMPLES = 8
SAMPLE = 24
"""Pages looked at for one segment, and at most four times as many for a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article of a source, as far as learning looks at it."""

    id: str
    day: int | None
    """Of publication, days since 1970-01-01; None when unknown."""
    segments: UInt64s
    """Hashes of its segments in order (``kept_segments``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an article is about, outside of the segments that recur."""

    terms: UInt64s
    """Its telling terms (names, title words), sorted and unique."""
    rare: UInt64s
    """Those of them that are so rare that one in common makes two articles related."""
    habitual: UInt64s = field(default_factory=lambda: np.zeros(0, np.uint64))
    """Terms that may be habits of the outlet: where eight witnesses hold a line they tell nothing."""
    vector: Floats | None = None
    """Unit vector of the lede."""
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A segment that is furniture, and the evidence."""

    line: int
    """Its hash."""
    witnesses: int
    """Mutually unrelated articles found, at most ``SAMPLE``."""
    articles: int
    """Remembered articles that hold it."""
    first: int | None
    """Earliest day of publication among them."""
    last: int | None
    examples: tuple[str, ...]
    """Ids of the first witnesses."""

    @property
    def why(self) -> str:
        """The reason in words."""
        return f"learned: in {self.witnesses} unrelated articles of this source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A learned line of a source, with its text."""

    learned: Learned
    text: str
    """As the first example has it, shortened; empty when it is kept and recurs no more."""
    kept: bool = False
    """A person said that it is no furniture: it is taken out of nothing."""

    @property
    def why(self) -> str:
        """The reason in words."""
        return self.learned.why if self.learned.witnesses else "kept by a person; recurs no more"

    @property
    def id(self) -> str:
        """The hash as 16 hexadecimal digits: how the line is called."""
        return f"{self.learned.line:016x}"


Subjects: TypeAlias = Callable[[Sequence[str], UInt64s], Sequence[Subject]]
"""The subjects of pages by id; the hashes are those of the segments that recur, sorted."""


def due(articles: int) -> bool:
    """A source of this many articles is looked at again: at 8, 16, 32, … 256, then every 256."""
    doubled = articles >= 8 and articles & (articles - 1) == 0
    return (doubled and articles < 256) or (articles > 0 and articles % 256 == 0)


def recurring(pages: Sequence[Page]) -> UInt64s:
    """Hashes of the segments that ``RECURS`` pages hold, sorted."""
    return _counted(_pairs(*_flat(pages))[1], RECURS)


def learned(pages: Sequence[Page], subjects: Subjects) -> tuple[Learned, ...]:
    """The furniture of one source, most frequent first.

    ``subjects`` is asked once, and not at all where no segment recurs enough.
    """
    ordered = sorted(pages, key=lambda page: page.id)
    of, flat = _flat(ordered)
    owner, hashes = _pairs(of, flat)
    candidates = _counted(hashes, FEWEST_WITNESSES)
    if not len(candidates):
        return ()
    recurs = _counted(hashes, RECURS)
    edge = _at_edge(of, flat, recurs)
    on_edge = _pairs(of[edge], flat[edge])[1]
    holders = _groups(owner, hashes, candidates)
    share = _counts(on_edge, candidates) / [len(pages_of) for pages_of in holders]
    asked = _sample(holders)
    found = subjects([ordered[k].id for k in asked], recurs)
    place = {int(k): row for row, k in enumerate(asked)}
    apart, apart_but_for_habits = unrelated(found), unrelated([_freed(one) for one in found])
    results = []
    for line, pages_of, beyond in zip(candidates, holders, share, strict=True):
        rows = [place[k] for k in pages_of.tolist() if k in place][:SAMPLE]
        frequent = len(pages_of) >= max(FREQUENT, FREQUENT_SHARE * len(ordered))
        fewest = FEWEST_WITNESSES if frequent or beyond >= EDGE_SHARE else FEWEST_INSIDE
        for asked_for, pairs in ((fewest, apart), (FEWEST_INSIDE, apart_but_for_habits)):
            chosen = [int(asked[row]) for row in _mutual(rows, pairs)]
            if len(chosen) >= asked_for and _days_suffice([ordered[k].day for k in chosen]):
                results.append(_learned(int(line), ordered, pages_of, chosen))
                break
    return tuple(sorted(results, key=lambda one: (-one.articles, one.line)))


def unrelated(subjects: Sequence[Subject]) -> Bools:
    """Which pairs have nothing to do with each other; shape = (n, n), symmetric."""
    n = len(subjects)
    apart = _in_common([one.terms for one in subjects]) <= COMMON_TERMS
    apart &= _in_common([one.rare for one in subjects]) == 0
    vectors = [k for k in range(n) if subjects[k].vector is not None]
    if vectors:
        stacked = np.stack([v for one in subjects if (v := one.vector) is not None])
        apart[np.ix_(vectors, vectors)] &= stacked @ stacked.T < NEAR_LEDES
    spoken = np.array([len(one.terms) >= FEWEST_TERMS for one in subjects], np.bool_)
    apart &= spoken[:, None] & spoken
    stories = np.array([one.story or f"\0{k}" for k, one in enumerate(subjects)], dtype=object)
    apart &= stories[:, None] != stories[None, :]
    np.fill_diagonal(apart, False)  # noqa: FBT003 - NumPy's signature
    return apart


def about(terms: UInt64s, witnesses: Sequence[Subject]) -> bool:
    """Three quarters of the witnesses speak elsewhere of one thing that a line speaks of.

    Such a line is the background of an affair, not of the page. ``terms`` are the line's own
    telling words without the source's name, sorted and unique.
    """
    if not witnesses or not len(terms):
        return False
    speak = sum(np.isin(terms, one.terms, assume_unique=True).astype(int) for one in witnesses)
    return bool(np.max(speak) >= ABOUT_SHARE * len(witnesses))


def _freed(subject: Subject) -> Subject:
    """The subject without what may be habits of the outlet."""
    terms, rare = (
        np.setdiff1d(own, subject.habitual, assume_unique=True)
        for own in (subject.terms, subject.rare)
    )
    return replace(subject, terms=terms, rare=rare)


def _in_common(sets: Sequence[UInt64s]) -> Doubles:
    """How many elements each pair of sets shares; shape = (n, n)."""
    sizes = [len(one) for one in sets]
    if not sum(sizes):
        return np.zeros((len(sets), len(sets)))
    names, column = np.unique(np.concatenate(sets), return_inverse=True)
    held = np.zeros((len(sets), len(names)), np.float32)
    held[np.repeat(np.arange(len(sets)), sizes), column] = 1.0
    return (held @ held.T).astype(np.float64)


def _flat(pages: Sequence[Page]) -> tuple[Int64s, UInt64s]:
    """Page and hash of every segment, in the order of the pages."""
    owner = np.repeat(np.arange(len(pages)), [len(page.segments) for page in pages])
    return owner, np.concatenate([np.zeros(0, np.uint64), *(page.segments for page in pages)])


def _pairs(owner: Int64s, hashes: UInt64s) -> tuple[Int64s, UInt64s]:
    """(page, segment) for every distinct segment of every page, ordered by segment, then page."""
    order = np.lexsort((owner, hashes))
    owner, hashes = owner[order], hashes[order]
    new = np.ones(len(owner), np.bool_)
    new[1:] = (owner[1:] != owner[:-1]) | (hashes[1:] != hashes[:-1])
    return owner[new], hashes[new]


def _counted(hashes: UInt64s, fewest: int) -> UInt64s:
    """The hashes that occur at least so often, sorted; ``hashes`` are sorted."""
    lines, counts = np.unique(hashes, return_counts=True)
    return lines[counts >= fewest]


def _at_edge(owner: Int64s, hashes: UInt64s, recurs: UInt64s) -> Bools:
    """Whether nothing but what recurs lies between each segment and the head or foot of its page.

    The segment itself recurs too. Both arrays run in the order of the pages.
    """
    own = np.flatnonzero(~_among(recurs, hashes))
    n = int(owner[-1]) + 1 if len(owner) else 0
    first, last = np.full(n, len(owner)), np.full(n, -1)
    last[owner[own]] = own
    first[owner[own][::-1]] = own[::-1]
    at = np.arange(len(owner))
    return (at < first[owner]) | (at > last[owner])


def _among(of: UInt64s, values: UInt64s) -> Bools:
    """Whether each value is one of ``of``, which is sorted and not empty."""
    at = np.minimum(np.searchsorted(of, values), len(of) - 1)
    found: Bools = of[at] == values
    return found


def _groups(owner: Int64s, hashes: UInt64s, lines: UInt64s) -> list[Int64s]:
    """The pages that hold each line; ``hashes`` are sorted."""
    low, high = np.searchsorted(hashes, lines), np.searchsorted(hashes, lines, "right")
    return [owner[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _counts(hashes: UInt64s, lines: UInt64s) -> Int64s:
    """How often each line occurs; ``hashes`` are sorted."""
    return np.searchsorted(hashes, lines, "right") - np.searchsorted(hashes, lines)


def _sample(holders: Sequence[Int64s]) -> Int64s:
    """Pages whose subjects are asked for: up to ``SAMPLE`` of each segment, fewer of very many."""
    for most in (SAMPLE, SAMPLE // 2, SAMPLE // 3):
        asked = np.unique(np.concatenate([pages[:most] for pages in holders]))
        if len(asked) <= 4 * SAMPLE:
            break
    return asked[: 4 * SAMPLE]


def _mutual(rows: Sequence[int], apart: Bools) -> list[int]:
    """Rows that are all apart from each other; those apart from most are taken first."""
    degree = apart[np.ix_(rows, rows)].sum(axis=1)
    chosen: list[int] = []
    for k in np.argsort(-degree, kind="stable").tolist():
        if apart[rows[k], chosen].all():
            chosen.append(rows[k])
    return sorted(chosen)


def _days_suffice(days: Sequence[int | None]) -> bool:
    return len(days) >= FEWEST_UNDATED or len({d for d in days if d is not None}) >= FEWEST_DAYS


def _learned(line: int, pages: Sequence[Page], holders: Int64s, chosen: Sequence[int]) -> Learned:
    days = [day for k in holders.tolist() if (day := pages[k].day) is not None]
    return Learned(
        line=line,
        witnesses=len(chosen),
        articles=len(holders),
        first=min(days, default=None),
        last=max(days, default=None),
        examples=tuple(pages[k].id for k in chosen[:EXAMPLES]),
    )
