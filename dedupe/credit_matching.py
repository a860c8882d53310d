"""Which credit that was read is which labelled one, and which label was taken for a reprint."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dedupe.model import CreditKind

REPRINT: frozenset[CreditKind] = frozenset({CreditKind.REPUBLICATION, CreditKind.ASSISTED})
"""Both say that the text, or some of it, is another's; the border between them is soft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A credit as it is compared: one that was labelled or one that was read."""

    kind: CreditKind
    source: str | None
    """Comparison key of the source's name; None where the phrase names none ("agencies")."""
    field: str
    start: int
    end: int
    """Half-open range of code points of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Labels against what was read, by their positions; a repeat is in none of the three."""

    pairs: tuple[tuple[int, int], ...]
    """A label and what was read of it."""
    missed: tuple[int, ...]
    wrong: tuple[int, ...]


def matched(
    gold: Sequence[Stated], found: Sequence[Stated], kinds: AbstractSet[CreditKind]
) -> Matching:
    """Every credit of these kinds is matched with at most one of the other side, or left over.

    Two match where their phrases overlap, else where they have field and source in common. Of
    several that overlap, one of the same source goes first, then the one with most in common. What
    is left over and overlaps a match, saying the same source, repeats it and counts neither way.
    """
    ours = [k for k, one in enumerate(gold) if one.kind in kinds]
    theirs = [k for k, one in enumerate(found) if one.kind in kinds]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, label, read in sorted(
        (closeness, label, read)
        for label in ours
        for read in theirs
        if (closeness := _closeness(gold[label], found[read])) is not None
    ):
        if label not in pairs and read not in taken:
            pairs[label] = read
            taken.add(read)
    return Matching(
        pairs=tuple(sorted(pairs.items())),
        missed=tuple(k for k in ours if k not in pairs and not _told(gold[k], found, taken)),
        wrong=tuple(k for k in theirs if k not in taken and not _told(found[k], gold, pairs)),
    )


def taken_for_reprint(gold: Sequence[Stated], found: Sequence[Stated]) -> list[int]:
    """The labels of other kinds whose phrase was read as republication or assisted, by position.

    What was read counts only where no label of these two kinds overlaps it.
    """
    reprints = [one for one in gold if one.kind in REPRINT]
    said = [
        one
        for one in found
        if one.kind in REPRINT and not any(shared(one, label) for label in reprints)
    ]
    return [
        k
        for k, label in enumerate(gold)
        if label.kind not in REPRINT and any(shared(label, one) for one in said)
    ]


def shared(a: Stated, b: Stated) -> int:
    """Code points that the phrases of both have in common."""
    return max(0, min(a.end, b.end) - max(a.start, b.start)) if a.field == b.field else 0


def _closeness(label: Stated, read: Stated) -> tuple[int, int] | None:
    """How two match, the best first in order; None where they do not."""
    same = label.source is not None and label.source == read.source
    common = shared(label, read)
    if common:
        return (0 if same else 1, -common)
    if same and label.field == read.field:
        return (2, abs(label.start - read.start))
    return None


def _told(one: Stated, others: Sequence[Stated], matches: Collection[int]) -> bool:
    """A match already says it: the same words, the same source."""
    return any(
        shared(one, others[k]) and (one.source == others[k].source or others[k].source is None)
        for k in matches
    )
