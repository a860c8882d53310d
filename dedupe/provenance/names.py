"""Where listed names stand in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from dedupe.provenance.strings import Hit, Strings
from dedupe.sources import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """What a form of a name stands for."""

    outlet: Outlet
    kind: str
    weak: bool


Mention: TypeAlias = tuple[tuple[int, int], Mentioned]
"""The range in which a name stands, and what it stands for."""

_SOUGHT = 8
"""Code points of a name that are looked for; the rest is compared where they stand."""
_EVENED = (
    *((sign, " ") for sign in "-\u00a0\u2010\u2011\u2012\u2013\u2014\u2026"),
    *((sign, "'") for sign in "\u2018\u2019"),
    *((sign, '"') for sign in "\u201c\u201d"),
)
"""Signs that are written in several ways: a page that has no others than these is all ASCII."""
_HEBREW, _ARABIC, _INDIC, _UNSPACED = "\u0590", "\u0600", "\u0900", "\u0e00"
"""Where these scripts begin, and those that set no words apart."""
_PREFIXES = {
    _HEBREW: "\u05d1\u05d4\u05d5\u05db\u05dc\u05de\u05e9",
    _ARABIC: "\u0648\u0641\u0628\u0644\u0643",
}
"""Words of one letter that are written as one with the next: and, in, to, as, from, that, the."""


class Names:
    """Finds every listed name, in any script."""

    def __init__(self, listed: Iterable[Outlet]) -> None:
        self.forms: Mapping[str, Mentioned] = _forms(listed)
        """By the form found, its signs evened."""
        by_beginning: dict[str, list[str]] = {}
        # Those in ASCII first: that saves a look-up per hit.
        for form in sorted(self.forms, key=lambda one: (not one[:_SOUGHT].isascii(), -len(one))):
            by_beginning.setdefault(form[:_SOUGHT], []).append(form)
        self._strings = Strings(by_beginning, inside_words=False)
        self._forms = tuple(map(tuple, by_beginning.values()))

    def mentions(self, text: str) -> list[Mention]:
        """Every listed name in a text that is ``evened``, with its range, in order.

        Of names that begin together the longest counts, and none that begins within another.
        """
        return list(self._mentions(text, self._strings.hits(text)))

    def in_all(self, texts: Sequence[str]) -> list[list[Mention]]:
        """The ``mentions`` in each text."""
        hits = [self._strings.hits(text) for text in texts]
        return [
            list(self._mentions(*one)) if one[1] else [] for one in zip(texts, hits, strict=True)
        ]

    def _mentions(self, text: str, hits: list[Hit]) -> Iterator[Mention]:
        if len(hits) > 1:
            hits.sort(key=itemgetter(2), reverse=True)
            hits.sort(key=itemgetter(1))
        free = 0
        for number, start, _ in hits:
            if start < free:
                continue
            for form in self._forms[number]:
                if text.startswith(form, start) and _ends_word(text, start + len(form)):
                    if _begins_word(text, start):
                        free = start + len(form)
                        yield (start, free), self.forms[form]
                    break


def evened(text: str) -> str:
    """The text with plain spaces for dashes and fixed spaces and plain quotes, as long."""
    if text.isascii():
        return text.replace("-", " ")
    for sign, plain_sign in _EVENED:
        text = text.replace(sign, plain_sign)
    return text


def _begins_word(text: str, at: int) -> bool:
    """No word, address or account is left that the letter here is a part of."""
    first = text[at]
    if not at or first >= _UNSPACED:
        return True
    before = text[at - 1]
    if before == " ":
        return True
    if first < _HEBREW:
        return before != "@" and not _parts_no_words(before)
    if first >= _INDIC:
        return not _in_indic_word(before)
    if not _in_word(before):
        return True
    prefix = before in _PREFIXES[_ARABIC if first >= _ARABIC else _HEBREW]
    return prefix and (at == 1 or not _in_word(text[at - 2]))


def _ends_word(text: str, stop: int) -> bool:
    """No word goes on here; particles may be joined to a name in some scripts."""
    last = text[stop - 1]
    if stop == len(text) or last >= _UNSPACED:
        return True
    after = text[stop]
    if last >= _INDIC:
        return not _in_indic_word(after)
    return after != "@" and not _parts_no_words(after)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _parts_no_words(letter: str) -> bool:
    """A letter or digit of a script that sets words apart: the others part words themselves."""
    unspaced = "\u0e00" <= letter < "\u0f00" or "\u3040" <= letter < "\ud800"
    return _in_word(letter) and not unspaced


def _in_indic_word(letter: str) -> bool:
    """Its vowel signs are no letters of their own."""
    return _in_word(letter) or _INDIC <= letter < _UNSPACED


def _forms(listed: Iterable[Outlet]) -> dict[str, Mentioned]:
    """Every way the listed names may be written, in capitals too if they hold one."""
    forms: dict[str, Mentioned] = {}
    capitals: dict[str, Mentioned] = {}
    for outlet in listed:
        weak = set(outlet.weak)
        for name in (*outlet.weak, outlet.name, *outlet.aliases):
            mentioned = Mentioned(outlet=outlet, kind=outlet.kind.value, weak=name in weak)
            forms.setdefault(evened(name), mentioned)
            if len(name) > 3 and not name.islower():
                capitals.setdefault(evened(name.upper()), mentioned)
    # A name as it is listed goes before another written in capitals ("ANSA" before "Ansa").
    return {**capitals, **forms}
