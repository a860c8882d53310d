"""Where in an article a phrase stands, counted on the article's own text without furniture."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedupe.provenance.patterns import Place

HEAD = 500
"""Credits of the whole text stand in the first 500 code points (general wire practice) ..."""
TAIL = 700
"""... or the last 700: editors' notes and sign-offs come after the story, often several lines."""
EARLY = 1000
"""Captions, summaries and bylines before a dateline may fill twice as much as the head ..."""
LATE = 2000
"""... and notes on authors and other stories much more than the tail."""
SIGN_OFF = 60
"""A sign-off is at most this far from the end."""
SENTENCE = 400
"""A first or last sentence is looked for in so many code points."""

PROSE = 60
"""A line as long as that is a sentence or a caption; bylines, dates and headings are shorter."""

_LONG_LINE = re.compile(
    r"(?![^\n]{0,120}\d\d[:.]\d\d[^\n]{1,60}\d\d[:.]\d\d[^\n]{0,9}(?:\n|\Z))"
    rf"(?:[^\n]{{{PROSE}}}|(?:[\u3040-\u30ff\u4e00-\ud7a3][^\n]?){{{PROSE // 3}}})"
)
"""Characters that are words tell more; two times of day close a line of dates."""
_SITE = re.compile(r" [|–—-] (?:[^|–—-]{2,30})\Z")
# Plain numbers: joining flags of an enumeration takes 20 times as long.
_MIDDLE, _HEAD, _TAIL, _LAST = map(int, (Place.MIDDLE, Place.HEAD, Place.TAIL, Place.LAST))
_PAGE, _OPENING, _EARLY, _LATE = map(int, (Place.PAGE, Place.OPENING, Place.EARLY, Place.LATE))
# It begins with a set of characters, so that the search skips all others quickly.
_END = re.compile(r"[.!?…。！？؟।۔\n](?:(?<=[。！？؟।\n])|[\"'”’»)\]]*\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The borders of head and tail as offsets in a plain body, and the sentences at its edges."""

    body: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    begin: int
    """Where the article's own text begins, behind a repeat of the title."""
    end: int
    """Where it ends, before white space."""
    head_end: int
    tail_start: int
    early_end: int
    late_start: int
    first_paragraph: int
    """Where the first line of the head begins that is as long as a caption or a sentence."""

    @classmethod
    def of(cls, title: str, body: str, kept: Sequence[tuple[int, int]]) -> Places:
        """Measure a body whose ranges ``kept`` (sorted, apart) are the article itself."""
        begin, end = _text(title, body, kept)
        head_end, tail_start = _borders(body, kept, begin, end)
        return cls(
            body=body,
            starts=tuple(start for start, _ in kept),
            ends=tuple(stop for _, stop in kept),
            begin=begin,
            end=end,
            head_end=head_end,
            tail_start=tail_start,
            early_end=max(head_end, begin + EARLY),
            late_start=min(tail_start, end - LATE),
            first_paragraph=_first_paragraph(body, begin, head_end),
        )

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Head and tail of the page as ranges of the body; one range where they meet."""
        late = max(0, min(self.late_start, self.tail_start))
        if late <= self.head_end:
            return ((0, len(self.body)),)
        return ((0, self.head_end), (late, len(self.body)))

    def at(self, position: int) -> int:
        """Everything that holds of this position: a set of ``Place``."""
        index = bisect_right(self.starts, position) - 1
        if index < 0 or position >= self.ends[index]:
            return _PAGE
        place = _MIDDLE
        if position < self.early_end:
            place |= _EARLY
            if position < self.head_end:
                place |= _HEAD
            if position < self.first_paragraph:
                place |= _OPENING
        if position >= self.late_start:
            place |= _LATE
            if position >= self.tail_start:
                place |= _TAIL
        if position >= self.ends[-1] - SIGN_OFF or self._in_last_sentence(position):
            place |= _LAST
        return place

    def latest(self, where: int) -> int:
        """Where everything ends that stands in one of these places."""
        if not where & ~(_HEAD | _OPENING):
            return self.head_end
        return self.early_end if not where & ~(_HEAD | _OPENING | _EARLY) else len(self.body)

    def possible(self, start: int, end: int) -> int:
        """What may hold of a position in this range of the body; with more than is so in doubt."""
        place = _MIDDLE
        if start < self.head_end:
            place |= _HEAD | _OPENING
        if start < self.early_end:
            place |= _EARLY
        if end > self.tail_start or not self.ends:
            place |= _TAIL | _LAST
        if end > self.late_start or not self.ends:
            place |= _LATE
        if len(self.starts) != 1 or start < self.starts[0] or end > self.ends[0]:
            place |= _PAGE
        return place

    def in_edge_sentence(self, position: int) -> bool:
        """The position lies in the first or the last sentence.

        A date or a name on a line of its own before the first paragraph is not the first one.
        """
        if self._in_last_sentence(position):
            return True
        # No look for an end where the first sentence cannot reach.
        return any(
            begin <= position < begin + SENTENCE
            and position < _sentence_end(self.body, begin, self.end)
            for begin in (self.begin, self.first_paragraph)
        )

    def _in_last_sentence(self, position: int) -> bool:
        near = position >= self.end - SENTENCE
        return near and position >= _sentence_start(self.body, self.begin, self.end)


def _borders(body: str, kept: Sequence[tuple[int, int]], begin: int, end: int) -> tuple[int, int]:
    if not kept:
        return 0, len(body)
    return _walk(kept, begin, HEAD), _walk_back(kept, end, TAIL)


def _text(title: str, body: str, kept: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The article's own text without a repeat of the title before it and white space behind it."""
    if not kept:
        return 0, 0
    begin, end = _after_title(title, body, kept[0][0]), kept[-1][1]
    while end > begin and body[end - 1].isspace():
        end -= 1
    return begin, end


def _after_title(title: str, body: str, begin: int) -> int:
    """Where the text begins once a leading repeat of the title is passed over."""
    while body[begin : begin + 1].isspace():
        begin += 1
    for name in _titles(title):
        behind = begin
        while body.startswith(name, behind):
            behind += len(name)
            while body[behind : behind + 1].isspace():
                behind += 1
        if behind > begin:
            return behind
    return begin


def _titles(title: str) -> Iterator[str]:
    """The title, its first line, and that without the name of a site behind it."""
    name = title.strip()
    if not name:
        return
    yield name
    first = name.partition("\n")[0].rstrip()
    if first != name:
        yield first
    site = _SITE.search(first)
    if site is not None:
        yield first[: site.start()]


def _walk(kept: Sequence[tuple[int, int]], begin: int, length: int) -> int:
    for start, end in kept:
        low = max(start, begin)
        if end - low >= length:
            return low + length
        length -= max(0, end - low)
    return kept[-1][1]


def _walk_back(kept: Sequence[tuple[int, int]], stop: int, length: int) -> int:
    for start, end in reversed(kept):
        high = min(end, stop)
        if high - start >= length:
            return high - length
        length -= max(0, high - start)
    return kept[0][0]


def _first_paragraph(body: str, begin: int, end: int) -> int:
    """Where the first long line begins, at the end of the range at the latest."""
    found = _LONG_LINE.search(body, begin, end + PROSE)
    return min(found.start(), end) if found else end


def _sentence_end(body: str, begin: int, end: int) -> int:
    found = _END.search(body, begin, min(end, begin + SENTENCE))
    return found.end() if found else min(end, begin + SENTENCE)


def _sentence_start(body: str, begin: int, end: int) -> int:
    low = max(begin, end - SENTENCE)
    start = low
    for found in _END.finditer(body, low, end - 1):
        start = found.end()
    return start
