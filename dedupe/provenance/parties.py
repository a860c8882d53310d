"""Which listed sources a value of metadata names: the parties to a text, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.sources import Outlet, Outlets, comparison_key

Party = tuple[Outlet, str, int, int]
"""A listed source, the name it is given there, and the range of that name."""

_AND = "and|und|et|og|och|y|e|i|for|via"
_WITH = "with|mit|avec|con|com|met|med|z|s"
_PIECE = re.compile(
    rf"(?:(?!\s[–—-]\s|\s(?:{_AND}|{_WITH})\s)[^,;|/•–—©\n])+",
    re.IGNORECASE,
)
"""Names stand between signs; a hyphen parts them only with spaces around it."""
_BEFORE = re.compile(
    rf"(?:[\W_]|(?:by|von|par|por|di|da|av|door|copyright|from|source|{_AND}|{_WITH})\s"
    r"|(?<=\()c\b|copyright\b|\d{4}\b)*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:\s*\(.*|[.]?\s+(?:all|alle|tous|todos|tutti)\s.*|[.]?\s*\d{4}\b.*"
    r"|,?\s+(?:inc|ltd|llc|corp|gmbh|ag|pty)\b.*|[.]\s.*|[\W_]+)$",
    re.IGNORECASE | re.DOTALL,
)
_POST = re.compile(
    r"(?:\s+[A-Z]\w+){0,2}\s+(?:staff|staff writers?|writers?|reporters?|correspondents?|editors?"
    r"|newsdesk|desk|contributors?|photographers?)$",
    re.IGNORECASE,
)
"""What somebody is at an agency: "AP Business Writer"."""
_COPYRIGHT = re.compile(r"(?:\W|copyright|tous droits|\d{4}|c\b|by\b|the\b)*", re.IGNORECASE)
_TERMS = re.compile(
    r"\b(?:agreement|clients?|customers?|licen[cs]\w+|permission|vereinbarung|genehmigung|acuerdo"
    r"|accord)\b",
    re.IGNORECASE,
)
_HELPED = re.compile(rf"\b(?:{_WITH})\s+(?:the\s+|l[\x27’])?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_](?:[\w&.'’-]*\w)?")
_MOST_WORDS = 4


def named(text: str, outlets: Outlets) -> Iterator[Party]:
    """Every listed source in a value that holds names only ("Jane Doe, AP Business Writer")."""
    whole = outlets.find(text)
    if whole is not None:
        yield whole, text, 0, len(text)
        return
    for piece in _PIECE.finditer(text):
        start, end = _core(text, *piece.span())
        found = outlets.find(text[start:end]) if start < end else None
        if found is None and (post := _POST.search(text, start, end)):
            start, end, found = _employer(text, start, post, outlets)
        if found is not None:
            yield found, text[start:end], start, end


def is_helper(text: str, start: int, outlet: str | None) -> bool:
    """A name in it stands behind a "with", or beside the name of the article's own outlet."""
    if _HELPED.search(text, 0, start):
        return True
    own = comparison_key(outlet) if outlet else ""
    return own != "" and any(comparison_key(one[0]) == own for one in _PIECE.finditer(text))


def rights_holder(text: str, outlets: Outlets) -> Party | None:
    """The listed source that a line of rights begins with ("© 2024 AFP", "Copyright dpa ...")."""
    first = _COPYRIGHT.match(text)
    start = first.end() if first else 0
    return _longest(text, start, outlets)


def terms_of(text: str, outlets: Outlets) -> Party | None:
    """The only listed source in terms that tell of its agreement, clients or permission."""
    if _TERMS.search(text) is None:
        return None
    parties = [
        party
        for word in _WORD.finditer(text)
        if (party := _longest(text, word.start(), outlets)) is not None
    ]
    return parties[0] if len({outlet.name for outlet, *_ in parties}) == 1 else None


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without what goes before a name ("By", "© 2024") and follows on it (", Inc.")."""
    before = _BEFORE.match(text, start, end)
    start = before.end() if before else start
    behind = _BEHIND.search(text, start, end)
    return start, behind.start() if behind else end


def _employer(
    text: str, start: int, post: re.Match[str], outlets: Outlets
) -> tuple[int, int, Outlet | None]:
    """The source before a post: as many words as name one."""
    ends = [word.end() for word in _WORD.finditer(text, start, post.end())]
    for end in reversed(ends[:-1]):
        found = outlets.find(text[start:end])
        if found is not None:
            return start, end, found
    return start, start, None


def _longest(text: str, start: int, outlets: Outlets) -> Party | None:
    ends: list[int] = []
    for word in _WORD.finditer(text, start):
        if len(ends) == _MOST_WORDS or (ends and word.start() - ends[-1] > 1):
            break
        ends.append(word.end())
    for end in reversed(ends):
        found = outlets.find(text[start:end])
        if found is not None:
            return found, text[start:end], start, end
    return None
