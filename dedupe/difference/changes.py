"""What came, went or changed between two texts: the records of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ChangeKind(StrEnum):
    """What became of something from the first text to the second."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


_TURNED = {
    ChangeKind.ADDED: ChangeKind.REMOVED,
    ChangeKind.REMOVED: ChangeKind.ADDED,
    ChangeKind.CHANGED: ChangeKind.CHANGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something as it stands in one of the texts."""

    field: str
    """``title`` or ``body``."""
    start: int
    """Code points of the field exactly as it was posted; ``end`` is half-open."""
    end: int
    text: str
    """The field's value from ``start`` to ``end``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Words of a changed passage that differ; one side is empty where words came or went."""

    before: tuple[int, int]
    """Range of the field of the passage's ``before``."""
    after: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that came (no ``before``), went (no ``after``) or changed."""

    kind: ChangeKind
    before: Part | None
    after: Part | None
    edits: tuple[Edit, ...] = ()
    """Of a passage that changed: where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a reader of the first text learns from the second, and no longer from it."""

    headline: Change | None
    numbers: tuple[Change, ...]
    names: tuple[Change, ...]
    quotes: tuple[Change, ...]
    passages: tuple[Change, ...]
    """Sentences and runs of them, in the order of the texts; those that only moved are not told."""
    moved: int
    """Sentences that stand elsewhere and are the same."""

    @property
    def summary(self) -> str:
        """One line with the number of changes of each kind."""
        told = ["headline changed"] if self.headline is not None else []
        for noun in ("number", "name", "quote", "passage"):
            told += _counted(noun, getattr(self, f"{noun}s"))
        if self.moved:
            told.append(_many(self.moved, "sentence") + " moved")
        return "; ".join(told) or "no words changed"


def mirrored(change: Change) -> Change:
    """The same change told from the second text to the first."""
    return replace(
        change,
        kind=_TURNED[change.kind],
        before=change.after,
        after=change.before,
        edits=tuple(Edit(before=edit.after, after=edit.before) for edit in change.edits),
    )


def _counted(noun: str, changes: tuple[Change, ...]) -> list[str]:
    """What became of things of one kind, in words."""
    words = {ChangeKind.CHANGED: "changed", ChangeKind.ADDED: "came", ChangeKind.REMOVED: "went"}
    found = [(sum(one.kind is kind for one in changes), word) for kind, word in words.items()]
    told = [(n, word) for n, word in found if n]
    if not told:
        return []
    (first, word), *others = told
    return [", ".join([f"{_many(first, noun)} {word}", *(f"{n} {word}" for n, word in others)])]


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
