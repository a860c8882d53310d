"""What no match of a regular expression can do without, read off the expression itself.

Looking for such texts first, for those of all expressions at once, spares nearly every search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

# The module's own parser, which has no public name. What it may come to call otherwise is read as
# unknown, which costs time and never a match.
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Texts = frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """Texts in ``plain`` form, none of them part of another: every match holds one of them."""

    texts: Texts
    ahead: int
    """Most code points of a match before the first of them in it."""


SHORTEST = 3
"""Letters of a text that is worth looking for; of scripts with a letter a syllable or word: 2."""
_MOST = 96
"""Texts of one choice: more are not worth it either."""
_LONGEST = 20
"""Letters of a text that are looked for."""
_DENSE = "\u0590"
_LETTERS = 4
"""Letters of a class ("[cç]") that are told apart."""
_FAR = 1 << 20
"""Code points that stand for any number."""
_EVERYTHING = frozenset(("",))


def plain(text: str) -> str:
    """The text in lower case, as many code points long.

    What an expression without regard to case takes for the same letter is the same.
    """
    if text.isascii():
        return text.lower()
    lower = text.replace("İ", "i").lower()
    return lower.replace("ı", "i").replace("ſ", "s").replace("ς", "σ")


@dataclass(frozen=True, slots=True)
class Literals:
    """What is known of every match of an expression."""

    required: tuple[Choice, ...]
    """A match holds one text of each choice."""
    reach: int | None
    """Most code points of a match before the mark; None where a match may do without it."""

    @classmethod
    def of(cls, expr: str, mark: str) -> Literals:
        """Read a valid expression (MULTILINE); no text that is required holds the mark.

        >>> Literals.of(".{2}(?:sent|handed) out by #", "#").required
        (Choice(texts=frozenset({'handed out b', 'sent out by'}), ahead=2),)
        """
        parsed = _parser.parse(expr, re.MULTILINE)
        choices = dict.fromkeys(_Reader(mark=mark).sequence(parsed).required)
        return cls(tuple(map(_least, choices)), _before(parsed, ord(mark)))


def extent(expr: str) -> int:
    """Most code points from the beginning of a match on that it depends on (MULTILINE)."""
    parsed = _parser.parse(expr, re.MULTILINE)
    return min(_most(parsed) + _looked_ahead(parsed) + 2, _FAR)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of the matches of a part of an expression."""

    exact: Texts | None
    """All that it can match; None: more than can be listed."""
    required: Sequence[Choice] = ()


_NOTHING = _Told(_EVERYTHING)
_UNKNOWN = _Told(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    mark: str

    def sequence(self, items: Any) -> _Told:
        """One part after the other: runs that are known exactly are put together."""
        choices: list[Choice] = []
        run, since, whole, before, letters = _EVERYTHING, 0, True, 0, ""
        for place, (op, given) in enumerate(items):
            if op is _parser.LITERAL and chr(given) != self.mark:
                letters, before = letters + plain(chr(given)), before + 1
                continue
            run, letters = _extended(run, letters), ""
            told = self.item(op, given)
            behind = before + _most(items[place : place + 1])
            choices += (Choice(one.texts, before + one.ahead) for one in told.required)
            joined = None if told.exact is None else _joined(run, told.exact)
            if joined is not None:
                run = joined
            else:
                whole = False
                choices += _worth(run, since)
                run = _EVERYTHING if told.exact is None else told.exact
                since = behind if told.exact is None else before
            before = behind
        run = _extended(run, letters)
        choices += _worth(run, since)
        return _Told(run if whole else None, choices)

    def item(self, op: Any, given: Any) -> _Told:
        """One part."""
        match str(op):
            case "LITERAL":
                letter = chr(given)
                return _UNKNOWN if letter == self.mark else _Told(frozenset((plain(letter),)))
            case "IN":
                return self.letters(given)
            case "BRANCH":
                return _either([self.sequence(one) for one in given[1]])
            case "SUBPATTERN":
                return self.sequence(given[3])
            case "ATOMIC_GROUP":
                return self.sequence(given)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self.repeated(*given)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return _NOTHING
        return _UNKNOWN

    def letters(self, given: Sequence[tuple[Any, Any]]) -> _Told:
        """A class of a few letters."""
        if len(given) > _LETTERS or any(str(op) != "LITERAL" for op, _ in given):
            return _UNKNOWN
        return _Told(frozenset(plain(chr(code)) for _, code in given))

    def repeated(self, least: int, most: int, items: Iterable[tuple[Any, Any]]) -> _Told:
        """What stands there at least so often."""
        told = self.sequence(items)
        if (least, int(most)) == (1, 1):
            return told
        if (least, int(most)) == (0, 1) and told.exact is not None:
            return _Told(told.exact | _EVERYTHING)
        if least == 0:
            return _UNKNOWN
        return _Told(None, [*told.required, *_worth(told.exact or _EVERYTHING, 0)])


def _extended(run: Texts, letters: str) -> Texts:
    return frozenset(text + letters for text in run) if letters else run


def _joined(first: Texts, second: Texts) -> Texts | None:
    if len(first) * len(second) > _MOST:
        return None
    return frozenset(a + b for a, b in product(first, second))


def _either(told: Sequence[_Told]) -> _Told:
    """What holds whichever part matches."""
    best: list[Choice] | None = []
    exact: set[str] | None = set()
    for one in told:
        choices = [*one.required, *_worth(one.exact or _EVERYTHING, 0)]
        if best is not None:
            best = [*best, max(choices, key=_value)] if choices else None
        if exact is not None:
            exact = None if one.exact is None else exact | one.exact
    if exact is not None and len(exact) <= _MOST:
        return _Told(frozenset(exact))
    if not best:
        return _UNKNOWN
    texts = frozenset[str]().union(*(one.texts for one in best))
    return _Told(None, _worth(texts, max(one.ahead for one in best)))


def _worth(run: Texts, since: int) -> list[Choice]:
    """The choice, if each of its texts is worth looking for, cut to what is looked for of it."""
    cut = frozenset(text.strip()[:_LONGEST] for text in run)
    if not all(map(_is_long, cut)):
        return []
    # What is left of a text may stand behind white space.
    return [Choice(cut, since if cut == run else since + max(map(len, run)))]


def _least(choice: Choice) -> Choice:
    """The same without texts that hold another, which may stand further in."""
    texts = choice.texts
    if len(texts) == 1:
        return choice
    short: list[str] = []
    for text in sorted(texts, key=len):
        if not any(map(text.__contains__, short)):
            short.append(text)
    if len(short) == len(texts):
        return choice
    least = frozenset(short)
    return Choice(least, choice.ahead + max(map(len, texts)))


def _most(items: Any) -> int:
    most: int = items.getwidth()[1]
    return min(most, _FAR)


def _looked_ahead(items: Any) -> int:
    """Code points that all parts together may look at behind what they match."""
    ahead = 0
    for op, given in items:
        match str(op):
            case "ASSERT" | "ASSERT_NOT":
                ahead += (_most(given[1]) if given[0] > 0 else 0) + _looked_ahead(given[1])
            case "BRANCH":
                ahead += sum(map(_looked_ahead, given[1]))
            case "SUBPATTERN":
                ahead += _looked_ahead(given[3])
            case "ATOMIC_GROUP":
                ahead += _looked_ahead(given)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                ahead += _looked_ahead(given[2])
            case "GROUPREF_EXISTS":
                ahead = _FAR
    return ahead


def _is_long(text: str) -> bool:
    return len(text) >= SHORTEST or (len(text) == SHORTEST - 1 and text[0] >= _DENSE)


def _value(choice: Choice) -> tuple[int, int]:
    """The longer its shortest text, the seldomer it stands anywhere by chance."""
    return min(map(len, choice.texts)), -len(choice.texts)


def _before(items: Any, mark: int) -> int | None:
    for place, (op, given) in enumerate(items):
        inner = _before_inside(str(op), given, mark)
        if inner is not None:
            return _most(items[:place]) + inner
    return None


def _before_inside(op: str, given: Any, mark: int) -> int | None:
    match op:
        case "LITERAL":
            return 0 if given == mark else None
        case "BRANCH":
            inside = [_before(one, mark) for one in given[1]]
            known = [one for one in inside if one is not None]
            return max(known) if len(known) == len(inside) else None
        case "SUBPATTERN":
            return _before(given[3], mark)
        case "ATOMIC_GROUP":
            return _before(given, mark)
    return None
