"""Pairs of articles with their overlap and their verdicts, as parallel arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.evidence import event, weights
from dedupe.evidence.overlap import head_shares, overlaps
from dedupe.model import Bools, Doubles, Profile, Reading, TextWords
from dedupe.state import CopyLink, Member

KEPT_ROWS = 16_384
"""Profiles whose weighed terms are kept ready: some 40 MB beside their profiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Verdicts on pairs of articles, as parallel arrays."""

    features: Doubles
    """shape = (n, len(event.FEATURE_NAMES))."""
    p_same_text: Doubles
    p_same_story: Doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Exact overlap of pairs (left, right) of texts, as parallel arrays."""

    jaccard: Doubles
    left_in_right: Doubles
    right_in_left: Doubles
    head: Doubles
    """Share of the beginning of either text that stands in the other; the larger of both."""

    @classmethod
    def of(cls, left: Sequence[TextWords], right: Sequence[TextWords]) -> Shares:
        """The overlap of texts."""
        ours, theirs = [text.shingles for text in left], [text.shingles for text in right]
        found = overlaps(ours, theirs)
        head = np.maximum(
            head_shares([text.head for text in left], theirs),
            head_shares([text.head for text in right], ours),
        )
        return cls(
            jaccard=found.jaccard,
            left_in_right=found.left_in_right,
            right_in_left=found.right_in_left,
            head=head,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A reading judged against members, position by position."""

    reading: Reading
    members: tuple[Member, ...]
    texts: tuple[TextWords | None, ...]
    """None for a member that was not compared word by word."""
    shares: Shares
    judged: Judged
    linked: Bools
    """Shares enough text for the link to be kept."""

    def links(self) -> list[CopyLink]:
        """The links to the members that share text."""
        return [
            copy_link(
                self.reading.id,
                self.members[k].profile.id,
                self.shares,
                k,
                float(self.judged.p_same_text[k]),
            )
            for k in np.flatnonzero(self.linked).tolist()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Profiles with their arrays; a row is an article."""

    profiles: tuple[Profile, ...]
    events: event.Batch


class Rows:
    """The rows of the profiles that were judged last; the same profile is the same object.

    An entry holds its profile, so that no other one can have its identity while it lasts.
    """

    def __init__(self, rarity: weights.Rarity) -> None:
        self._rarity = rarity
        self._held: dict[int, tuple[Profile, weights.Row]] = {}

    def of(self, profiles: Sequence[Profile]) -> list[weights.Row]:
        """The row of each profile."""
        # Threads may share this: each goes on with the dictionary that it has found.
        held = self._held
        missing = [profile for profile in profiles if id(profile) not in held]
        if len(held) + len(missing) > KEPT_ROWS:
            held = {id(p): held[id(p)] for p in profiles if id(p) in held}
            self._held = held
        if missing:
            for profile, row in zip(missing, weights.rows(missing, self._rarity), strict=True):
                held[id(profile)] = profile, row
        return [held[id(profile)][1] for profile in profiles]


def copy_link(a: str, b: str, shares: Shares, k: int, p: float) -> CopyLink:
    """The link of pair k, its ends in order."""
    a_in_b, b_in_a = float(shares.left_in_right[k]), float(shares.right_in_left[k])
    if a > b:
        a, b, a_in_b, b_in_a = b, a, b_in_a, a_in_b
    return CopyLink(
        a=a,
        b=b,
        overlap=float(shares.jaccard[k]),
        a_in_b=a_in_b,
        b_in_a=b_in_a,
        p_same_text=p,
    )
