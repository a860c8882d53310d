"""Which patterns are tried where: those that what stands in a text does not rule out.

All strings that some pattern cannot do without are looked for in one pass over the text. What that
costs hardly depends on how many patterns there are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
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
_Numbers = frozenset[int]
_Key = TypeVar("_Key")
_Held = TypeVar("_Held")
_BY_RANK = attrgetter("rank")
_END = itemgetter(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A pattern with what must be there: of each choice one text, by its number."""

    pattern: Pattern
    choices: tuple[_Numbers, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidates:
    """Patterns by what brings them up."""

    always: tuple[Pattern, ...]
    """Those that can do without any text."""
    behind: Mapping[str, tuple[Pattern, ...]]
    """Those that can do with a text that ends so right before a mention, by its last letter."""
    ahead: Mapping[str, tuple[Pattern, ...]]
    """Those that can do with a text that begins so right behind it, by its first letter."""
    by_text: Mapping[int, tuple[_Candidate, ...]]
    """The others, by each text of one of their choices."""

    @classmethod
    def of(cls, patterns: Mapping[Pattern, tuple[_Numbers, ...]]) -> _Candidates:
        """Of several choices the one that the fewest texts bring up counts."""
        always: list[Pattern] = []
        behind: dict[str, list[Pattern]] = {}
        ahead: dict[str, list[Pattern]] = {}
        by_text: dict[int, list[_Candidate]] = {}
        for one, choices in patterns.items():
            if choices:
                candidate = _Candidate(pattern=one, choices=choices[1:])
                for brought in choices[0]:
                    by_text.setdefault(brought, []).append(candidate)
                continue
            if not one.before and not one.after:
                always.append(one)
            for letter in {text[-1] for text in one.before}:
                behind.setdefault(letter, []).append(one)
            for letter in set() if one.before else {text[0] for text in one.after}:
                ahead.setdefault(letter, []).append(one)
        return cls(
            always=tuple(always),
            behind=_frozen(behind),
            ahead=_frozen(ahead),
            by_text=_frozen(by_text),
        )

    def among(self, found: set[int], last: str = "", first: str = "") -> Sequence[Pattern]:
        """Those that what was found and the letters at a mention do not rule out, in their order."""
        some = [*self.always, *self.behind.get(last, ()), *self.ahead.get(first, ())]
        for number in found & self.by_text.keys():
            for one in self.by_text[number]:
                if one.pattern not in some and not any(map(found.isdisjoint, one.choices)):
                    some.append(one.pattern)
        some.sort(key=_BY_RANK)
        return some


def _frozen(lists: Mapping[_Key, list[_Held]]) -> dict[_Key, tuple[_Held, ...]]:
    return {key: tuple(held) for key, held in lists.items()}


class Tried:
    """The patterns, and the texts that they need."""

    def __init__(self, every: Iterable[Pattern]) -> None:
        some = tuple(every)
        sought = {one: _sought(one) for one in some}
        texts = sorted({text for choices in sought.values() for one in choices for text in one})
        number = {text: place for place, text in enumerate(texts)}
        self.strings = Strings(texts)
        self._choices = {
            one: tuple(frozenset(map(number.__getitem__, choice)) for choice in choices)
            for one, choices in sought.items()
        }
        self._named = [one for one in some if one.is_named]
        self._singles = frozenset(name for one in self._named for name in one.only)
        self._about: dict[tuple[str, bool, int], _Candidates] = {}
        loose = [one for one in some if not one.is_named]
        self.loose = _Candidates.of({one: self._choices[one] for one in loose})
        self.begins = {one: _begin(one, sought[one], number) for one in loose}

    def page(self, text: str, even: str) -> Page:
        """The text, looked through for all that patterns need; ``even`` is its ``evened`` form."""
        return Page(text, even, self)

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
    """A text with all that stands in it of what patterns need."""

    __slots__ = ("_ends", "_evened", "_hits", "_text", "_tried")

    def __init__(self, text: str, even: str, tried: Tried) -> None:
        # One letter longer on either side: the ends of a text count as ends of lines.
        self._text = f"\n{text}\n"
        self._tried = tried
        self._evened = plain(f"\n{even}\n")
        self._hits = tried.strings.hits(self._evened)
        self._ends = list(map(_END, self._hits))

    def around(self, mentioned: Mentioned, place: int, start: int, end: int) -> list[Pattern]:
        """In their order, the named patterns that the text around a mention does not rule out.

        ``place`` is a set of ``Place``, ``start`` and ``end`` the range of the mention.
        """
        begin, end = start + 1, end + 1
        low, high = max(0, start - BEFORE), min(len(self._text), end + AFTER + 1)
        left, right = plain(self._text[low:begin]), plain(self._text[end:high])
        found = self._found(low, begin) | self._found(end, high)
        return [
            one
            for one in self._tried.about(mentioned, place).among(found, left[-1], right[0])
            if (not one.before or left.endswith(one.before))
            and (not one.after or right.startswith(one.after))
            and (not one.needs or any(need in left or need in right for need in one.needs))
        ]

    def at_edge(self, begin: int, end: int) -> Iterator[tuple[Pattern, int]]:
        """In their order, the free and fixed patterns that a range and its overhang may match.

        With each the offset in the text before which no match of it begins.
        """
        stop = min(len(self._text), end + OVERHANG + 1)
        hits = self._within(begin + 1, stop)
        for one in self._tried.loose.among({hit[0] for hit in hits}):
            if one.needs and not any(self._is_word(need, begin + 1, end + 1) for need in one.needs):
                continue
            if not one.beside or any(
                part in plain(self._text[begin + 1 : stop]) for part in one.beside
            ):
                yield one, self._begin(one, hits, begin)

    def _is_word(self, need: str, begin: int, end: int) -> bool:
        """It stands in the range, no letter a to z beside one of its own."""
        # Single words are the same in both; the text itself is lowered only for others.
        same = need.isascii() and need.isalnum()
        text = self._evened if same else plain(self._text)
        start = text.find(need, begin, end)
        while start >= 0:
            stop = start + len(need)
            if not (_both_letters(text[start - 1], need[0]) or _both_letters(need[-1], text[stop])):
                return True
            start = text.find(need, start + 1, end)
        return False

    def _begin(self, pattern: Pattern, hits: Sequence[Hit], begin: int) -> int:
        nearest = self._tried.begins[pattern]
        if nearest is None:
            return begin
        texts, ahead = nearest
        return max(begin, min(hit[1] for hit in hits if hit[0] in texts) - ahead - 1)

    def _found(self, begin: int, end: int) -> set[int]:
        low, high = bisect_left(self._ends, begin), bisect_right(self._ends, end)
        return {hit[0] for hit in self._hits[low:high] if hit[1] >= begin}

    def _within(self, begin: int, end: int) -> list[Hit]:
        low, high = bisect_left(self._ends, begin), bisect_right(self._ends, end)
        return [hit for hit in self._hits[low:high] if hit[1] >= begin]


def _sought(pattern: Pattern) -> list[frozenset[str]]:
    """The choices that are looked for: the one that brings the pattern up, and long ones.

    Short texts stand everywhere; where a pattern needs them it is asked for when it is brought up.
    """
    known = [choice.texts for choice in pattern.required]
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
