"""Abbreviations that a text itself uses for something else: no agency is meant by them.

"the Unified Payments Interface (UPI)", "alpha-fetoprotein (AFP)", "sign a DPA", "the AFP spokesman".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe.provenance.names import Mention
from dedupe.sources import Outlets

_BEFORE = 90
"""Code points before the brackets in which the words stand that are shortened."""
_WORDS = re.compile(r"[^\W\d_][\w’'.-]*")
_SMALL = frozenset(
    ("and", "de", "del", "der", "des", "di", "do", "du", "e", "et", "for", "für", "in", "la", "of",
     "on", "para", "por", "pour", "the", "to", "und", "y")
)  # fmt: skip
"""They give no letter and are written small."""
_NEWS = re.compile(
    r"agenc|agentur|agence|agenz|ajans|nachricht|news|press|prens|prasow|stampa|tisk|televis|telegra",
    re.IGNORECASE,
)
"""The long form is an agency's, whether listed or not."""


_SHORT = 5
_A_WORD = re.compile(
    r"\b(?:an?|your|his|her|our|their|each|every|any|no|this|that|the)\s$", re.IGNORECASE
)
_ENGLISH = re.compile(r" the .{0,400}? (?:and|of|to|in|on) ", re.DOTALL)
_THE = frozenset(("AP", "PA"))
"""Agencies that are called "the" AP."""
_OF_NEWS = re.compile(
    r"\W*(?:\w+ )?(?:news|reports?|report(?:ed|ing|ers?)|journalists?|correspondents?|photo\w*|camera\w*|video\w*"
    r"|stor(?:y|ies)|articles?|staff|writers?|tally|toll|count|estimates?|polls?|surveys?|analys[ei]s|interviews?|team|files?|wire"
    r"|agency|agencies|bureau|said|says|told|wrote|quoted|cited|fact|headlines?|editor\w*|stringers?|office|copy)\b"
    r"|[\x27’]s (?:\w+ )?(?:report|story|chief|news|corresp)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r" (?:spokes\w+|troops|soldiers|forces|personnel|operatives?|candidates?|lawmakers?|MLAs?|MPs?|members?"
    r"|supporters?|workers|activists|leaders?(?:hip)?|founder|convener|chairman|government|ministers?|rally|payments?"
    r"|transactions?|apps?|users?|IDs?|levels?|tests?|smears?|batter\w+|meetings?|races?|riders?|courses?|exams?"
    r"|clauses?|agreements?|sponsors?|party|ticket|nominee)\b"
)


def used_otherwise(body: str, mentions: Iterable[Mention]) -> frozenset[str]:
    """The abbreviations that stand in an English sentence for something else than an agency.

    Behind an article and before no word of the trade, or before what agencies do not have.
    """
    short = {
        span: form
        for span, _ in mentions
        if span[1] - span[0] < _SHORT and (form := body[slice(*span)]).isupper()
    }
    if not short or _ENGLISH.search(body) is None:
        return frozenset()
    return frozenset(form for span, form in short.items() if _is_other(body, span, form))


def _is_other(body: str, span: tuple[int, int], form: str) -> bool:
    start, end = span
    if _OF_OTHERS.match(body, end):
        return True
    return (
        form not in _THE
        and _A_WORD.search(body, max(0, start - 6), start) is not None
        and body[end : end + 1] in (" ", ",", ".")
        and _OF_NEWS.match(body, end, end + 40) is None
    )


_PERSON = re.compile(r"(?:[a-z]{2}|[:)]) (?:[A-Z][a-z’\x27-]+ ){1,2}[A-Z][a-z’\x27-]+ \($")
_STATE = re.compile(
    r"(?:, |\b(?:in|of|at|near|from) )(?:[A-Z][\w.’\x27-]+ ){0,2}[A-Z][\w’\x27-]+, $"
)
"""A town, before the two letters of its state."""
_POLISH = re.compile("[ąęłńśż]")


def belongs_to_another(body: str, span: tuple[int, int]) -> bool:
    """Right before the name in brackets stands a person ("Farah Khan (AAP)"), or a town in PA.

    In Polish the agency is PAP, cut off by whoever stored the text.
    """
    start, end = span
    if body.startswith(")", end) and not body.startswith("By ", body.rfind("\n", 0, start) + 1):
        return _PERSON.search(body, max(0, start - 60), start) is not None
    if body[start:end] != "PA":
        return False
    return (
        _POLISH.search(body) is not None
        or _STATE.search(body, max(0, start - 60), start) is not None
    )


def spelled_otherwise(body: str, mentions: Iterable[Mention], outlets: Outlets) -> frozenset[str]:
    """The abbreviations of listed sources that stand in brackets behind another long form."""
    return frozenset(
        body[start:end]
        for (start, end), mentioned in mentions
        if _in_brackets(body, start, end)
        and body[start:end] not in (mentioned.outlet.name, *mentioned.outlet.domains)
        and _stands_for_other(
            body[max(0, start - 1 - _BEFORE) : start - 1], body[start:end], outlets
        )
    )


def _in_brackets(body: str, start: int, end: int) -> bool:
    return body.startswith("(", start - 1) and body.startswith(")", end) and body[start].isupper()


def _stands_for_other(before: str, short: str, outlets: Outlets) -> bool:
    """The words right before begin with its letters, and are no agency's name."""
    letters = [letter.casefold() for letter in short if letter.isalpha()]
    if len(letters) < 2 or not before.endswith(" "):
        return False
    long_form = _long_form(before, letters) or _compound(before, letters)
    if long_form is None or _NEWS.search(long_form):
        return False
    return outlets.find(long_form) is None


def _long_form(before: str, letters: list[str]) -> str | None:
    """As many capitalised words as there are letters, each beginning with the next of them."""
    left = list(letters)
    start = len(before)
    for word in reversed(list(_WORDS.finditer(before))):
        if before[word.end() : start].strip():
            return None
        start = word.start()
        parts = [part for part in re.split(r"[-’']", word[0]) if part]
        if word[0].casefold() in _SMALL and left[-1] != word[0][0].casefold():
            continue
        if not word[0][0].isupper():
            return None
        for part in reversed(parts) if _fits(parts, left) else parts[:1]:
            if not left or part[0].casefold() != left.pop():
                return None
        if not left:
            return before[start:].strip()
    return None


def _fits(parts: list[str], left: list[str]) -> bool:
    """A hyphened word gives a letter for each of its parts."""
    ends = left[-len(parts) :]
    return len(parts) > 1 and [part[0].casefold() for part in parts] == ends


def _compound(before: str, letters: list[str]) -> str | None:
    """One small hyphened word that holds all letters in their order ("alpha-fetoprotein")."""
    words = before.split()
    word = words[-1].casefold() if words else ""
    if "-" not in word or not word.startswith(letters[0]):
        return None
    at = 0
    for letter in letters:
        at = word.find(letter, at) + 1
        if not at:
            return None
    return word
