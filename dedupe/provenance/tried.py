"""Which patterns are tried where: those that what stands in a text does not rule out.

All strings that some pattern cannot do without are looked for in one pass over the text. What that
costs hardly depends on how many patterns there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from dedupe.provenance.literals import plain
from dedupe.provenance.names import Mentioned, evened
from dedupe.provenance.strings import Hit, Strings

if TYPE_CHECKING:
    from dedupe.provenance.patterns import Pattern

BEFORE = 160
"""Code points before a mention that a named pattern may read; patterns look back less far."""
AFTER = 160
OVERHANG = 400
"""Code points by which a free or fixed credit that begins in the head may outlast it."""

_SHORT = 2
"""Letters of a text that does not stand everywhere."""
_LONG = 6
"""Letters of a text that hardly stands anywhere by chance."""
_END = 3
"""Letters beside a mention by which patterns are filed that need certain ones there."""
_GAP = "\x00"
"""Between the texts before and behind a mention: no text that is looked for holds it."""
_Numbers = frozenset[int]
Within = tuple[int, int, int]
"""Where matches begin at the soonest, before what at the latest, and where they end."""
_Key = TypeVar("_Key")
_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A pattern with what must be there."""

    rank: int
    pattern: Pattern
    choices: tuple[_Numbers, ...]
    """Of each of them one text, by its number."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    needs: tuple[str, ...]
    foreign: bool
    """No text of letters of ASCII alone fits it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidates:
    """Patterns by what brings them up."""

    always: tuple[_Candidate, ...]
    """Those that can do without any text."""
    behind: Mapping[str, tuple[_Candidate, ...]]
    """Those that can do with a text that ends so right before a mention, by its last letters."""
    ahead: Mapping[str, tuple[_Candidate, ...]]
    """Those that can do with a text that begins so right behind it, by its first letters."""
    by_text: Mapping[int, tuple[_Candidate, ...]]
    """The others, by each text of one of their choices."""

    @classmethod
    def of(cls, patterns: Mapping[Pattern, tuple[_Numbers, ...]]) -> _Candidates:
        """Of several choices the one that the fewest texts bring up counts."""
        always: list[_Candidate] = []
        behind: dict[str, list[_Candidate]] = {}
        ahead: dict[str, list[_Candidate]] = {}
        by_text: dict[int, list[_Candidate]] = {}
        for one, choices in patterns.items():
            beside = bool(one.before or one.after)
            candidate = _Candidate(
                rank=one.rank,
                pattern=one,
                choices=choices if beside else choices[1:],
                before=one.before or ("",),
                after=one.after or ("",),
                needs=one.needs or ("",),
                foreign=bool(one.needs) and not any(map(str.isascii, one.needs)),
            )
            if not beside and not choices:
                always.append(candidate)
            for brought in () if beside or not choices else choices[0]:
                by_text.setdefault(brought, []).append(candidate)
            for ends in {text[-_END:] for text in one.before}:
                behind.setdefault(ends, []).append(candidate)
            for begins in set() if one.before else {text[:_END] for text in one.after}:
                ahead.setdefault(begins, []).append(candidate)
        return cls(
            always=tuple(always),
            behind=_frozen(behind),
            ahead=_frozen(ahead),
            by_text=_frozen(by_text),
        )

    def among(self, found: set[int]) -> list[_Candidate]:
        """Those that what was found does not rule out, in their order."""
        some = {one.rank: one for one in self.always}
        self._brought(found, some)
        return _possible(some, found)

    def beside(self, found: set[int], left: str, right: str) -> list[_Candidate]:
        """Those that neither what was found nor the texts on both sides of a mention rule out."""
        some = {one.rank: one for one in self.always}
        for size in range(1, _END + 1):
            for one in self.behind.get(left[-size:], ()):
                if left.endswith(one.before) and right.startswith(one.after):
                    some[one.rank] = one
            for one in self.ahead.get(right[:size], ()):
                if right.startswith(one.after):
                    some[one.rank] = one
        self._brought(found, some)
        return _possible(some, found)

    def _brought(self, found: set[int], some: dict[int, _Candidate]) -> None:
        for number in found & self.by_text.keys():
            for one in self.by_text[number]:
                some[one.rank] = one


def _possible(some: Mapping[int, _Candidate], found: set[int]) -> list[_Candidate]:
    return [
        one
        for _, one in sorted(some.items())
        if not one.choices or not any(map(found.isdisjoint, one.choices))
    ]


def _frozen(lists: Mapping[_Key, list[_Held]]) -> dict[_Key, tuple[_Held, ...]]:
    return {key: tuple(held) for key, held in lists.items()}


class Tried:
    """The patterns, and the texts that they need."""

    def __init__(self, every: Iterable[Pattern]) -> None:
        some = tuple(every)
        self._named = [one for one in some if one.is_named]
        self._singles = frozenset(name for one in self._named for name in one.only)
        self._about: dict[tuple[str, bool, int], _Candidates] = {}
        self.strings, self._choices, _ = _numbered(self._named)
        loose = [one for one in some if not one.is_named]
        self.loose_strings, choices, self.begins = _numbered(loose)
        self.loose = _Candidates.of(choices)

    def page(self, text: str) -> Page:
        """The text, to be looked through for all that patterns need."""
        return Page(text, self)

    def about(self, mentioned: Mentioned, place: int) -> _Candidates:
        """The named patterns about a source that may stand there."""
        name = mentioned.outlet.name
        use = name if name in self._singles else mentioned.kind
        key = (use, mentioned.weak, place)
        if (known := self._about.get(key)) is None:
            some = {
                one: self._choices[one]
                for one in self._named
                if one.is_about(mentioned.outlet, weak=mentioned.weak) and one.where & place
            }
            known = self._about[key] = _Candidates.of(some)
        return known


class Page:
    """A text, and what stands in it of what patterns need."""

    __slots__ = ("_beside", "_edges", "_lower", "_text", "_tried")

    def __init__(self, text: str, tried: Tried) -> None:
        # One letter longer on either side: the ends of a text count as ends of lines.
        self._text = f"\n{text}\n"
        self._tried = tried
        self._lower = ""
        self._edges: dict[tuple[int, int], list[Hit]] = {}
        self._beside: dict[tuple[int, int], tuple[str, str, set[int]]] = {}

    def look_around(self, start: int, end: int) -> tuple[str, str, set[int]]:
        """The texts on both sides of a mention, and what they hold; it is remembered."""
        left = plain(self._text[max(0, start - BEFORE) : start + 1])
        right = plain(self._text[end + 1 : end + AFTER + 2])
        found = self._tried.strings.found(evened(f"{left}{_GAP}{right}"))
        self._beside[start, end] = left, right, found
        return left, right, found

    def look_at_edge(self, begin: int, end: int) -> list[Hit]:
        """What a range and its overhang hold, counted from its beginning; it is remembered."""
        text = evened(plain(self._text[begin + 1 : end + OVERHANG + 1]))
        found = self._edges[begin, end] = self._tried.loose_strings.hits(text)
        return found

    def around(self, mentioned: Mentioned, place: int, start: int, end: int) -> Iterator[Pattern]:
        """In their order, the named patterns that the text around a mention does not rule out.

        ``place`` is a set of ``Place``, ``start`` and ``end`` the range of the mention.
        """
        known = self._beside.get((start, end))
        left, right, found = known or self.look_around(start, end)
        ascii_only = left.isascii() and right.isascii()
        for one in self._tried.about(mentioned, place).beside(found, left, right):
            if one.foreign and ascii_only:
                continue
            if one.needs[0] == "" or any(need in left or need in right for need in one.needs):
                yield one.pattern

    def at_edge(
        self, begin: int, end: int, wanted: Callable[[Pattern], bool] | None = None
    ) -> Iterator[tuple[Pattern, list[Within]]]:
        """In their order, the free and fixed patterns that a range and its overhang may match.

        With each the ranges of the text that hold every match of it. With ``wanted`` only those
        that it takes.
        """
        low, stop = begin + 1, min(len(self._text), end + OVERHANG + 1)
        known = self._edges.get((begin, end))
        hits = self.look_at_edge(begin, end) if known is None else known
        for candidate in self._tried.loose.among({hit[0] for hit in hits}):
            one = candidate.pattern
            if wanted is not None and not wanted(one):
                continue
            if one.needs and not any(self._is_word(need, low, end + 1) for need in one.needs):
                continue
            if not one.beside or any(
                self._lowered().find(part, low, stop) >= 0 for part in one.beside
            ):
                yield one, self._within(one, hits, begin, end)

    def _lowered(self) -> str:
        self._lower = self._lower or plain(self._text)
        return self._lower

    def _is_word(self, need: str, begin: int, end: int) -> bool:
        """It stands in the range, no letter a to z beside one of its own."""
        text = self._lowered()
        start = text.find(need, begin, end)
        while start >= 0:
            stop = start + len(need)
            if not (_both_letters(text[start - 1], need[0]) or _both_letters(need[-1], text[stop])):
                return True
            start = text.find(need, start + 1, end)
        return False

    def _within(self, pattern: Pattern, hits: Sequence[Hit], begin: int, end: int) -> list[Within]:
        nearest, most = self._tried.begins[pattern], end + OVERHANG
        if nearest is None:
            return [(begin, end, most)]
        texts, ahead = nearest
        within: list[Within] = []
        for at in sorted(hit[1] for hit in hits if hit[0] in texts):
            first, last = begin + max(0, at - ahead), min(end, begin + at + 1)
            if within and first <= within[-1][2]:
                first = within.pop()[0]
            within.append((first, last, min(most, begin + at + pattern.extent)))
        return within


def _numbered(
    some: Sequence[Pattern],
) -> tuple[
    Strings,
    dict[Pattern, tuple[_Numbers, ...]],
    dict[Pattern, tuple[_Numbers, int] | None],
]:
    """The texts that patterns need, each pattern's choices of them, and how soon one stands."""
    sought = {one: _sought(one) for one in some}
    every = {text for choices in sought.values() for one in choices for text in one}
    texts = sorted(every, key=lambda text: (not text.isascii(), text))
    number = {text: place for place, text in enumerate(texts)}
    choices = {
        one: tuple(frozenset(map(number.__getitem__, choice)) for choice in mine)
        for one, mine in sought.items()
    }
    begins = {one: _begin(one, sought[one], number) for one in some if not one.is_named}
    return Strings(texts), choices, begins


def _sought(pattern: Pattern) -> list[frozenset[str]]:
    """The choices that are looked for: the one that brings the pattern up, and long ones.

    Short texts stand everywhere; where a pattern needs them it is asked for when it is brought up.
    """
    # Named ones with other conditions are rare enough without; reading an expression takes 1 ms.
    told = pattern.is_named and (pattern.before or pattern.after or pattern.needs)
    known = [] if told else [choice.texts for choice in pattern.required]
    said = [frozenset(texts) for texts in (pattern.needs, pattern.beside) if texts]
    choices = [frozenset(map(evened, texts)) for texts in (*known, *said)]
    telling = [choice for choice in choices if min(map(_letters, choice)) >= _SHORT]
    first, *others = sorted(telling, key=_how_frequent) or [frozenset[str]()]
    return [first, *(one for one in others if min(map(len, one)) >= _LONG)] if first else []


def _begin(
    pattern: Pattern, sought: Sequence[frozenset[str]], number: Mapping[str, int]
) -> tuple[_Numbers, int] | None:
    """The choice whose texts a match holds soonest, and how soon."""
    known = [
        (choice.ahead, texts)
        for choice in pattern.required
        if (texts := frozenset(map(evened, choice.texts))) in sought
    ]
    if not known:
        return None
    ahead, nearest = min(known, key=itemgetter(0))
    return frozenset(map(number.__getitem__, nearest)), ahead


def _both_letters(first: str, second: str) -> bool:
    return "a" <= first <= "z" and "a" <= second <= "z"


def _how_frequent(choice: frozenset[str]) -> tuple[int, int]:
    """Short texts stand in many places, and of many texts one does."""
    return -min(map(_letters, choice)), len(choice)


def _letters(text: str) -> int:
    """Its letters and signs; one that no English text holds counts twice."""
    return sum(1 if letter.isascii() else 2 for letter in text.strip())
