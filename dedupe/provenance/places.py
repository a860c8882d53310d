"""Where in an article a phrase stands, counted on the article's own text without furniture."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.provenance.patterns import Place

HEAD = 500
"""Credits of the whole text stand in the first 500 code points (general wire practice) ..."""
TAIL = 700
"""... or the last 700: editors' notes and sign-offs come after the story, often several lines."""
SIGN_OFF = 60
"""A sign-off is at most this far from the end."""
SENTENCE = 400
"""A first or last sentence is looked for in so many code points."""

# Plain numbers: joining flags of an enumeration takes 20 times as long.
_MIDDLE, _HEAD, _TAIL, _LAST, _PAGE = map(
    int, (Place.MIDDLE, Place.HEAD, Place.TAIL, Place.LAST, Place.PAGE)
)
# It begins with a set of characters, so that the search skips all others quickly.
_END = re.compile(r"[.!?…。！？؟\n](?:(?<=[。！？؟\n])|[\"'”’»)\]]*\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The borders of head, tail, first and last sentence, as offsets in the plain body."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    head_end: int
    tail_start: int
    first_end: int
    last_start: int

    @classmethod
    def of(cls, title: str, body: str, kept: Sequence[tuple[int, int]]) -> Places:
        """Measure a body whose ranges ``kept`` (sorted, apart) are the article itself."""
        if not kept:
            return cls(
                starts=(), ends=(), head_end=0, tail_start=len(body), first_end=0, last_start=0
            )
        begin, end = _after_title(title, body, kept[0][0]), kept[-1][1]
        while end > begin and body[end - 1].isspace():
            end -= 1
        return cls(
            starts=tuple(start for start, _ in kept),
            ends=tuple(stop for _, stop in kept),
            head_end=_walk(kept, begin, HEAD),
            tail_start=_walk_back(kept, end, TAIL),
            first_end=_sentence_end(body, begin, end),
            last_start=_sentence_start(body, begin, end),
        )

    def at(self, position: int) -> int:
        """Everything that holds of this position: a set of ``Place``."""
        index = bisect_right(self.starts, position) - 1
        if index < 0 or position >= self.ends[index]:
            return _PAGE
        place = _MIDDLE
        if position < self.head_end:
            place |= _HEAD
        if position >= self.tail_start:
            place |= _TAIL
        if position >= min(self.last_start, self.ends[-1] - SIGN_OFF):
            place |= _LAST
        return place

    def outskirts(self, length: int) -> tuple[tuple[int, int], ...]:
        """Ranges of the body, ``length`` long, that hold every position but some in the middle.

        What they leave out is neither page nor head, tail, first or last sentence.
        """
        if not self.ends:
            return ((0, length),)
        begin = max(self.head_end, self.first_end)
        end = min(self.tail_start, self.last_start, self.ends[-1] - SIGN_OFF)
        if begin >= end:
            return ((0, length),)
        page = zip(self.ends[:-1], self.starts[1:], strict=True)
        between = ((max(start, begin), min(stop, end)) for start, stop in page)
        return (
            (0, begin),
            *((start, stop) for start, stop in between if start < stop),
            (end, length),
        )

    def in_edge_sentence(self, position: int) -> bool:
        """The position lies in the first or the last sentence."""
        return position < self.first_end or position >= self.last_start


def _after_title(title: str, body: str, begin: int) -> int:
    """Where the text begins once a leading repeat of the title is passed over."""
    while body[begin : begin + 1].isspace():
        begin += 1
    name = title.strip()
    while name and body.startswith(name, begin):
        begin += len(name)
        while body[begin : begin + 1].isspace():
            begin += 1
    return begin


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


def _sentence_end(body: str, begin: int, end: int) -> int:
    found = _END.search(body, begin, min(end, begin + SENTENCE))
    return found.end() if found else min(end, begin + SENTENCE)


def _sentence_start(body: str, begin: int, end: int) -> int:
    low = max(begin, end - SENTENCE)
    start = low
    for found in _END.finditer(body, low, end - 1):
        start = found.end()
    return start
