"""Whether words that mark a notice make the text one: a notice is short, an article is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dedupe.version import PubStatus, VersionKind
from dedupe.wire.notes import Hint, Noted
from dedupe.wire.stated import Stated

ORDERS = frozenset({VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE})
"""Notices that do something to an article, and that nobody is shown."""
LONGEST = (150, 1000)
"""Words and code points of a notice with its mark in capitals or in an agency's form."""
LONGEST_PROSE = (60, 400)
"""The same where the mark may be a sentence: "This article has been withdrawn."."""

_AGENCY = "ap."
"""Conventions that an agency words like this; those of other houses are written in capitals."""


def doubted(
    title: str,
    body: str,
    kept: Sequence[tuple[int, int]],
    noted: tuple[Noted, Noted],
    marks: frozenset[str],
) -> VersionKind | None:
    """The notice that words of title and body are the mark of, where it is too long to be one.

    ``kept`` are the article's ranges of ``body``, ``noted`` the notes of both, ``marks`` the
    conventions that mark a notice.
    """
    kinds = [hint.kind for one in noted for hint in one.hints if hint.kind in ORDERS]
    if not kinds:
        return None
    words = sum(body.count(" ", start, end) + 1 for start, end in kept)
    letters = sum(end - start for start, end in kept)
    plainly = any(
        why.startswith(_AGENCY) or _capitals(text[start:end])
        for text, one in zip((title, body), noted, strict=True)
        for start, end, why in one.ranges
        if why in marks
    )
    most = LONGEST if plainly else LONGEST_PROSE
    return kinds[0] if words > most[0] or letters > most[1] else None


def without_marks(noted: Noted, marks: frozenset[str]) -> Noted:
    """The notes without those that mark a notice: they are words of the article."""
    return replace(
        noted,
        ranges=tuple(one for one in noted.ranges if one[2] not in marks),
        hints=tuple(hint for hint in noted.hints if hint.kind not in ORDERS),
    )


def stated_order(known: Stated | None, hints: Iterable[Hint]) -> bool:
    """Metadata or a slug, which ``hints`` are of, says that the piece is a notice or may not be used."""
    if known is not None and known.status in {PubStatus.CANCELED, PubStatus.WITHHELD}:
        return True
    return any(hint.kind in ORDERS for hint in hints)


def _capitals(mark: str) -> bool:
    """The first word of a mark is in capitals, or of a script that has none."""
    first = next((word for word in mark.split() if any(map(str.isalpha, word))), "")
    return first == first.upper()
