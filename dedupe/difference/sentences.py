"""Sentences of two articles laid out as ranges of words, in one page of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from dedupe.difference.changes import Part
from dedupe.model import Bools, Int64s, Span
from dedupe.terms.page import Page

_END = re.compile(
    r"""
      [!?…]+ ["'”’»)\]]* (?=\s)                  # ends whatever stands before it
    | (?P<stop>\.) (?P<close>["'”’»)\]]*) (?=\s)
    | [。！？؟۔।॥]+ [”’」』）)]*
    | [^\S\n]* \n [^\S\n]* (?P<more>\n\s*)?
    """,
    re.VERBOSE,
)
_SHORT = re.compile(r"(?:^|[\s(“\"])(?:[^\W\d_]|[A-Z][a-z]{1,3}|(?:[^\W\d_]\.)+[^\W\d_])$")
"""What a full stop abbreviates: an initial, "Mr", "Sept", "U.S"; not "Co" before a new sentence."""
_LONGEST_SHORT = 12
_SPACED_PERCENT = frozenset((" %", "\u00a0%", "\u202f%"))
_CURRENCIES, _MINUS = "$€£¥₹₽", "-−"
_FULL_LINE = 50
"""Code points of a line from which its end may be a matter of width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One field of an article to be compared."""

    field: str
    posted: str
    plain: str
    """Without markup; what is left out of the comparison is line breaks, as many as it was long."""
    spans: Callable[[str, int, int], Span]
    """``Plain.span`` of the field: the way back to what was posted."""
    quiet: tuple[tuple[int, int], ...] = ()
    """Ranges of ``plain`` that speak of the outlet (a byline, a credit): no fact is told of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A run of words; half-open ranges of words of the page."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The words of four fields in one page: title and body of the first article, then the second."""

    page: Page
    values: tuple[Value, ...]
    origin: tuple[int, ...]
    """Where each field starts in the page."""
    sentences: tuple[tuple[Sentence, ...], ...]
    """Of each field, in order."""
    paragraph: Int64s
    """A number for each word: words of one paragraph have the same."""
    signed: Bools
    """Whether a minus sign stands right before each word, a figure; its hash tells that too."""
    quiet: Bools
    """Whether each word is the outlet's about itself."""

    @classmethod
    def of(cls, values: Sequence[Value]) -> Layout:
        """The fields laid out in the order given."""
        page = Page.of([value.plain for value in values])
        signed = _signed(page)
        page = replace(page, hashes=np.where(signed, ~page.hashes, page.hashes))
        sizes = [len(value.plain) + 1 for value in values]
        origin = tuple(int(at) for at in np.cumsum([0, *sizes[:-1]]))
        ends, breaks = _ends(values, origin)
        cuts = np.unique(np.searchsorted(page.start, np.concatenate([ends, [*origin]])))
        bounds = [int(cut) for cut in cuts if cut < len(page.start)] + [len(page.start)]
        found: list[list[Sentence]] = [[] for _ in values]
        for low, high in pairwise(bounds):
            found[int(page.text[low])].append(Sentence(low=low, high=high))
        return cls(
            page=page,
            values=tuple(values),
            origin=origin,
            sentences=tuple(map(tuple, found)),
            paragraph=np.searchsorted(breaks, page.start, side="right"),
            signed=signed,
            quiet=_quiet(values, origin, page.start),
        )

    def part(self, low: int, high: int, *, lead: str = "", tail: str = "") -> Part:
        """The words ``low`` to ``high`` as they stand in their field.

        Of the signs ``lead`` those that stand right before the first word belong to it (one of each),
        of ``tail`` those right behind the last one.
        """
        text = int(self.page.text[low])
        value, origin = self.values[text], self.origin[text]
        start = int(self.page.start[low]) - origin
        end = int(self.page.end[high - 1]) - origin
        while start > 0 and (sign := value.plain[start - 1]) in lead:
            lead = lead.replace(sign, "")
            start -= 1
        if "%" in tail and value.plain[end : end + 2] in _SPACED_PERCENT:
            end += 2
        while end < len(value.plain) and value.plain[end] in tail:
            end += 1
        return self.stretch(text, start, end)

    def stretch(self, text: int, start: int, end: int) -> Part:
        """A range of the plain text of a field."""
        value = self.values[text]
        span: Span = value.spans(value.field, start, end)
        return Part(
            field=value.field,
            start=span.start,
            end=span.end,
            text=value.posted[span.start : span.end],
        )


def _signed(page: Page) -> Bools:
    """Figures with a minus sign before them or before their currency: "-5", "-$5"; not "3-5"."""
    if not len(page.start):
        return np.zeros(0, np.bool_)
    codes = page.codes
    at = page.start - 1
    currency = (at > 0) & np.isin(codes[at], [ord(sign) for sign in _CURRENCIES])
    at = at - currency
    minus = page.numeric & (at >= 0) & np.isin(codes[at], [ord(sign) for sign in _MINUS])
    before = codes[np.maximum(at - 1, 0)]
    opens = (at <= 0) | np.isin(before, [ord(sign) for sign in " \n\t\u00a0\u202f(["])
    found: Bools = minus & opens
    return found


def _quiet(values: Sequence[Value], origin: Sequence[int], start: Int64s) -> Bools:
    """Whether each word, by its start in the page, lies in a quiet range."""
    found: Bools = np.zeros(len(start), np.bool_)
    for value, base in zip(values, origin, strict=True):
        for low, high in value.quiet:
            found |= (start >= base + low) & (start < base + high)
    return found


def _ends(values: Sequence[Value], origin: Sequence[int]) -> tuple[Int64s, Int64s]:
    """Where in the page sentences end, and where paragraphs do."""
    ends: list[int] = []
    breaks: list[int] = [*origin]
    for value, base in zip(values, origin, strict=True):
        for at, paragraph in _marks(value.plain):
            ends.append(base + at)
            if paragraph:
                breaks.append(base + at)
    return np.array(ends, np.int64), np.sort(np.array(breaks, np.int64))


def _marks(text: str) -> Iterator[tuple[int, bool]]:
    """Ends of sentences, and whether a paragraph ends there too."""
    line = 0
    for found in _END.finditer(text):
        at = found.end()
        if found["stop"]:
            if not _abbreviates(text, found):
                yield at, False
        elif "\n" in found[0]:
            if found["more"] or not _wraps(text, line, found):
                yield at, True
            line = at
        else:
            yield at, False


def _abbreviates(text: str, found: re.Match[str]) -> bool:
    """The full stop ends a word and no sentence: "Mr.", or somebody goes on in lower case."""
    following = text[found.end() : found.end() + 2].strip()
    if following[:1].islower():
        return True
    before = text[max(0, found.start() - _LONGEST_SHORT) : found.start()]
    return not found["close"] and _SHORT.search(before) is not None


def _wraps(text: str, line: int, found: re.Match[str]) -> bool:
    """The line was broken by its width: it is full, ends no sentence, and goes on."""
    last, following = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    full = found.start() - line >= _FULL_LINE
    return full and (last.isalnum() or last in ",-") and following.isalnum()
