"""Which of many strings stand in a text, in one pass whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick, Implementation

Hit = tuple[int, int, int]
"""The position of a string among those sought, and the range in which it stands."""

_WORD = bytes(chr(code).isalnum() or chr(code) == "_" for code in range(128)) + bytes(128)
"""By bytes of UTF-8: letters and digits of ASCII, which no name of such letters stands behind."""
_END = itemgetter(2)


class Strings:
    """Strings to look for, all of them at once (Aho-Corasick)."""

    def __init__(self, strings: Iterable[str], *, inside_words: bool = True) -> None:
        """Without ``inside_words`` most of what begins within a word is left out."""
        self.sought = tuple(strings)
        self._inside_words = inside_words
        self._lengths = tuple(map(len, self.sought))
        # Those in ASCII have a table of all transitions, which is read in a third of the time; for
        # the others it would take 50 MB, and most texts are ASCII once their signs are evened.
        plain = {place: one for place, one in enumerate(self.sought) if one.isascii()}
        other = {place: one for place, one in enumerate(self.sought) if not one.isascii()}
        self._ascii = _Automaton(plain, Implementation.DFA)
        self._other = _Automaton(other, Implementation.ContiguousNFA)

    def found(self, text: str) -> set[int]:
        """The positions of those that stand anywhere, also within words."""
        posted = _bytes(text)
        found = self._ascii.found(posted)
        return found if len(posted) == len(text) else found | self._other.found(posted)

    def hits(self, text: str) -> list[Hit]:
        """Everywhere that any of them stands, also within another, by their ends."""
        posted = _bytes(text)
        hits = self._ascii.hits(posted)
        if len(posted) == len(text):
            return hits if self._inside_words else _at_words(posted, hits)
        others = self._other.hits(posted)
        if others:
            hits += others
            hits.sort(key=_END)
        if not self._inside_words:
            hits = _at_words(posted, hits)
        return self._in_code_points(posted, hits)

    def _in_code_points(self, posted: bytes, hits: list[Hit]) -> list[Hit]:
        """The same ranges, counted in code points: hits come by their ends."""
        told = []
        ends = code_points = 0
        for number, _, end in hits:
            if end > ends:
                code_points += len(posted[ends:end].decode("utf-8", "surrogatepass"))
                ends = end
            told.append((number, code_points - self._lengths[number], code_points))
        return told


class _Automaton:
    """Some of the strings, told by their positions among all of them."""

    def __init__(self, some: Mapping[int, str], kind: Implementation) -> None:
        self._automaton = BytesAhoCorasick(map(_bytes, some.values()), implementation=kind)
        numbers = tuple(some)
        # Where they are the first of all nothing is to be told anew.
        self._numbers = None if numbers == tuple(range(len(numbers))) else numbers

    def hits(self, posted: bytes) -> list[Hit]:
        hits: list[Hit] = self._automaton.find_matches_as_indexes(posted, overlapping=True)
        if self._numbers is None:
            return hits
        return [(self._numbers[number], start, end) for number, start, end in hits]

    def found(self, posted: bytes) -> set[int]:
        return {hit[0] for hit in self.hits(posted)}


def _at_words(posted: bytes, hits: list[Hit]) -> list[Hit]:
    return [
        hit
        for hit in hits
        if not hit[1] or not (_WORD[posted[hit[1] - 1]] and _WORD[posted[hit[1]]])
    ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
