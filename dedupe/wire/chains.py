"""What the versions of one piece have in common: slug, story number, headline, identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dedupe.wire.notes import Hint
from dedupe.wire.patterns import Conventions

LONGEST = 160
"""Code points of a chain."""
_EVERY_ALERT = frozenset(("apnewsalert", "newsalert", "alert"))
"""Keywords that alerts on anything share."""
_PARTS = 12
"""Parts of a slug that are looked at."""
_FEWEST_WORDS = 4
_FEWEST_LETTERS = 10
"""Letters of a headline in a script without spaces."""

_NUMBER = re.compile(r"\d{1,3}")
_WORDS = re.compile(r"\w+")
_AP = re.compile(r"(?:BC|AP)-(?=\S)")
_VERSION_TAIL = re.compile(r"\s*\(([^()]*)\)\s*$")
_REUTERS = re.compile(r"[A-Z0-9][A-Z0-9 .&'-]*/[A-Z0-9 ,.&'-]*$")
_STORY_NUMBER = re.compile(r"-?id([A-Z]{2,3}[A-Z0-9]{4,10}?)((?:19|20)\d{6})?$")
_IDENTIFIERS = re.compile(
    r"(?:urn|tag):[^\s\"'<>(),;]{6,200}|\b[0-9a-f]{32}\b"
    r"|\bn?[A-Z]{1,2}\d[A-Z]\d[A-Z0-9]{4}\b|\bid[A-Z]{2}[A-Z0-9]{8,20}\b|\bdpa \d{4}\b"
)
_SLUGS = re.compile(r"\b(?:BC|AP)-[A-Z0-9][^\n,;\"<]{2,80}")
_QUOTED = re.compile(r"[\"“„«]([^\"”“»\n]{12,200})[\"”“»]")
_NAMED = re.compile(
    r"\b(?:story|item|article|report|headline)\b[, ]+(?:headlined |titled |entitled |slugged )?"
    r"(?:[\"“])?([^\n\"”]{12,200}?)(?:[\"”])?,? (?:has been|was|is|is hereby) "
    r"(?:withdrawn|killed|retracted|WITHDRAWN|KILLED)"
)
_LABELLED = re.compile(
    r"^[ \t]*(?:Headline|HEADLINE|Title|TITLE|Story|STORY|Titre|Título|Titolo|Titel|Schlagzeile)"
    r" ?: ?([^\n]{12,200})$",
    re.MULTILINE,
)


def headline_chain(title: str) -> str | None:
    """The words of a headline without its prefix; None for one that says too little."""
    words = _WORDS.findall(title.casefold())
    if len(words) < _FEWEST_WORDS and not (
        words and not title.isascii() and sum(map(len, words)) >= _FEWEST_LETTERS
    ):
        return None
    return f"headline:{' '.join(words)}"[:LONGEST]


def slug_chain(slug: str, hints: Iterable[Hint]) -> str | None:
    """The keyword of an agency's slug; None for a slug that may be any topic's."""
    bare = _VERSION_TAIL.sub("", slug)
    keyword = bare.partition(",")[0].strip(" <^")
    of_agency = _AP.match(keyword) or "--" in keyword
    if not (of_agency or any(hint.kind for hint in hints) or _REUTERS.fullmatch(bare)):
        return None
    words = _WORDS.findall(_AP.sub("", keyword).casefold())
    if not words or words[-1] in _EVERY_ALERT:
        return None
    return f"slug:{' '.join(words)}"[:LONGEST]


def slug_hints(slug: str, patterns: Conventions) -> Iterator[Hint]:
    """What the parts of a slug behind its keyword make of the piece."""
    parts = slug.split(",")
    tail = _VERSION_TAIL.search(slug)
    if tail is not None:
        parts = [*_VERSION_TAIL.sub("", slug).split(","), *tail[1].split(",")]
    for number, part in enumerate(parts[:_PARTS]):
        text = part.strip(" <^")
        found = patterns.at(text)
        if found is None or (number == 0 and found.end < len(text)):
            continue
        digits = _NUMBER.search(text, 0, found.end)
        yield Hint(kind=found.convention.kind, number=int(digits[0]) if digits else None)


def reuters_number(*values: str | None) -> str | None:
    """The story number in a web address or identifier of Reuters ("…-idUSN1234567820100105")."""
    for value in values:
        if value and "id" in value:
            found = _STORY_NUMBER.search(value)
            if found is not None:
                return f"reuters:{found[1].lower()}"
    return None


def named_targets(text: str) -> Iterator[str]:
    """Identifiers, slugs and headlines of the pieces that a notice names."""
    for found in _IDENTIFIERS.finditer(text):
        yield found[0].rstrip(".:")
    for found in _SLUGS.finditer(text):
        words = _WORDS.findall(_AP.sub("", found[0]).casefold())
        yield f"slug:{' '.join(words)}"[:LONGEST]
    for pattern in (_QUOTED, _NAMED, _LABELLED):
        for found in pattern.finditer(text):
            chain = headline_chain(found[1])
            if chain is not None:
                yield chain
