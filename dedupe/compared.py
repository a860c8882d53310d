"""Pairs of articles with their overlap and their verdicts, as parallel arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.apart import held_apart, outlets, roles
from dedupe.evidence.overlap import overlaps
from dedupe.evidence.text import text_evidence
from dedupe.model import Bools, Doubles, Int64s, Profile, Reading, TextWords, UInt64s
from dedupe.same_text import (
    EQUAL_ALONE,
    TextVerdict,
    certain,
    circumstances,
    copied,
    overlapping,
)
from dedupe.state import CopyLink, Member

if TYPE_CHECKING:
    from dedupe.evidence import event
    from dedupe.evidence.weights import Rarity

LINKED_INSIDE = 0.3
"""Share of the shorter text from which two texts overlap each other, whatever it makes of them."""
KEPT_ROWS = 16_384
"""Profiles whose weighed terms are kept ready: some 65 MB beside their profiles."""
_NO_HASHES: UInt64s = np.empty(0, dtype=np.uint64)
_NO_PLACES: Int64s = np.empty(0, dtype=np.int64)
_NO_WORDS = TextWords(
    field="body",
    hashes=_NO_HASHES,
    start=_NO_PLACES,
    end=_NO_PLACES,
    shingles=_NO_HASHES,
)
"""Of a text that shares no sketch hash with the one it is compared to."""


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

    @classmethod
    def of(cls, left: Sequence[TextWords], right: Sequence[TextWords]) -> Shares:
        """The overlap of texts."""
        return cls.of_shingles([text.shingles for text in left], [text.shingles for text in right])

    @classmethod
    def of_shingles(cls, left: Sequence[UInt64s], right: Sequence[UInt64s]) -> Shares:
        """The overlap of texts with these sorted distinct shingle hashes."""
        found = overlaps(left, right)
        return cls(
            jaccard=found.jaccard,
            left_in_right=found.left_in_right,
            right_in_left=found.right_in_left,
        )

    @classmethod
    def of_equals(cls, n: int) -> Shares:
        """The overlap of pairs of equal texts."""
        return cls(jaccard=np.ones(n), left_in_right=np.ones(n), right_in_left=np.ones(n))

    @classmethod
    def joined(cls, parts: Sequence[Shares]) -> Shares:
        """The pairs of all parts, one after the other; there is at least one part."""
        return cls(
            jaccard=np.concatenate([part.jaccard for part in parts]),
            left_in_right=np.concatenate([part.left_in_right for part in parts]),
            right_in_left=np.concatenate([part.right_in_left for part in parts]),
        )

    def turned(self, turned: Bools) -> Shares:
        """The same with left and right exchanged in the chosen pairs."""
        return Shares(
            jaccard=self.jaccard,
            left_in_right=np.where(turned, self.right_in_left, self.left_in_right),
            right_in_left=np.where(turned, self.left_in_right, self.right_in_left),
        )

    def where(self, chosen: Bools | Int64s) -> Shares:
        """The chosen pairs."""
        return Shares(
            jaccard=self.jaccard[chosen],
            left_in_right=self.left_in_right[chosen],
            right_in_left=self.right_in_left[chosen],
        )

    @property
    def containment(self) -> Doubles:
        """The larger of both directions."""
        return np.maximum(self.left_in_right, self.right_in_left)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameText:
    """The verdict on the text of pairs, as parallel arrays."""

    shares: Shares
    p: Doubles
    """p_same_text."""


def same_text(
    verdict: TextVerdict,
    profiles: Sequence[Profile],
    words: Sequence[TextWords],
    left: Int64s,
    right: Int64s,
) -> SameText:
    """The verdict on the text of pairs (left, right) of positions.

    Equal texts of more than a few words are certain. Only what overlap does not decide alone is
    looked at in detail; of a text whose words are not at hand overlap alone decides, where its
    shingles are, and it is no copy otherwise unless it is equal.
    """
    shares = Shares.of([words[k] for k in left.tolist()], [words[k] for k in right.tolist()])
    sizes = np.fromiter((len(text.hashes) for text in words), np.int64, len(words))
    p, unsure = without_words(profiles, sizes, shares, left, right)
    if len(unsure):
        found = by_words(verdict, profiles, words, left[unsure], right[unsure])
        p[unsure] = in_detail(p[unsure], found)
    return SameText(shares=shares, p=p)


def without_words(
    profiles: Sequence[Profile], sizes: Int64s, shares: Shares, left: Int64s, right: Int64s
) -> tuple[Doubles, Int64s]:
    """p_same_text of pairs as far as it can be told, and which pairs their words decide on.

    ``sizes`` are the words of each text, 0 where they are not at hand; ``shares`` is the overlap of
    the pairs (left, right).
    """
    hashes = np.array([profile.text_hash for profile in profiles], dtype=np.uint64)
    page = np.array([profile.headline_page for profile in profiles], dtype=np.bool_)
    shorter = np.minimum(sizes[left], sizes[right])
    equal = (hashes[left] == hashes[right]) & (hashes[left] != 0)
    outlet = outlets([profile.provenance.outlet for profile in profiles])
    p, unsure = by_overlap(
        shares,
        shorter=shorter,
        equal=equal,
        headlines=page[left] | page[right],
        apart=held_apart(roles(profiles), outlet, left, right, shares.jaccard),
    )
    spoken = shorter[unsure] > 0
    told = unsure[~spoken]
    alike = overlapping(shares.jaccard[told], shares.containment[told]) & ~(
        page[left[told]] | page[right[told]]
    )
    p[told] = np.where(equal[told], 1.0, np.where(alike, p[told], 0.0))
    return p, unsure[spoken]


def same_text_as(
    verdict: TextVerdict,
    reading: Reading,
    others: Sequence[Profile],
    texts: Sequence[TextWords | None],
) -> SameText:
    """The verdict on the text of a reading and each other; one without words must be equal."""
    ours = reading.profile
    asked = [k for k, text in enumerate(texts) if text or others[k].text_hash == ours.text_hash]
    columns = np.zeros((4, len(others)))
    if asked:
        left, right = np.zeros(len(asked), np.int64), np.arange(1, len(asked) + 1)
        words = [reading.words, *(texts[k] or _NO_WORDS for k in asked)]
        found = same_text(verdict, [ours, *(others[k] for k in asked)], words, left, right)
        shares = found.shares
        columns[:, asked] = shares.jaccard, shares.left_in_right, shares.right_in_left, found.p
    jaccard, left_in_right, right_in_left, p = columns
    return SameText(
        shares=Shares(jaccard=jaccard, left_in_right=left_in_right, right_in_left=right_in_left),
        p=p,
    )


def by_overlap(
    shares: Shares, *, shorter: Int64s, equal: Bools, headlines: Bools, apart: Bools
) -> tuple[Doubles, Int64s]:
    """p_same_text of pairs as far as overlap alone decides, and the positions where it does not.

    ``shorter`` are the words of the shorter text; ``equal`` texts have the same words in the same
    order; ``headlines`` says that one of both is a page of headlines, ``apart`` that they are no
    copies whatever they share.
    """
    decided = certain(shares.jaccard, shares.containment, shorter.astype(np.float64)) & ~headlines
    decided |= equal & (shorter > EQUAL_ALONE)
    p = np.where(equal, 1.0, copied(shares.jaccard))
    return np.where(apart, 0.0, p), np.flatnonzero(~(decided | apart))


def in_detail(by_overlap: Doubles, by_words: Doubles) -> Doubles:
    """p_same_text of pairs looked at in detail: equal texts that pass the guards are certain."""
    return np.where((by_overlap == 1.0) & (by_words >= 0.5), 1.0, by_words)


def by_words(
    verdict: TextVerdict,
    profiles: Sequence[Profile],
    words: Sequence[TextWords],
    left: Int64s,
    right: Int64s,
) -> Doubles:
    """p_same_text of pairs (left, right) of positions, by all evidence of their words."""
    page = np.array([profile.headline_page for profile in profiles], dtype=np.bool_)
    features = text_features(profiles, words, left, right)
    return verdict.p(features, headlines=page[left] | page[right])


def worth_a_link(p: Doubles, shares: Shares, *, least: float) -> Bools:
    """Whether a pair is remembered: it may be a copy, or one text holds a good part of the other.

    ``least`` is the p_same_text from which it may be. A part that is no copy is remembered all the
    same: texts that overlap each other make no digest of a text that holds both.
    """
    kept: Bools = (p >= least) | (shares.containment >= LINKED_INSIDE)
    return kept


def text_features(
    profiles: Sequence[Profile], words: Sequence[TextWords], left: Int64s, right: Int64s
) -> Doubles:
    """What the verdict on the text is given of pairs: evidence of the texts and circumstances."""
    ours, theirs = left.tolist(), right.tolist()
    evidence = text_evidence([words[k] for k in ours], [words[k] for k in theirs])
    # Few of the profiles may be asked about: nothing is made ready for the others.
    sides = [profiles[k] for k in (*ours, *theirs)]
    place = np.arange(len(ours))
    return np.hstack([evidence.features, _circumstances(sides, place, place + len(ours))])


def _circumstances(profiles: Sequence[Profile], left: Int64s, right: Int64s) -> Doubles:
    """Time and outlets of pairs."""
    # A date without its hour may be off by most of a day: it stands for noon.
    hours = np.array([p.middle for p in profiles])
    vague = np.array([not p.published_precise for p in profiles], dtype=np.bool_)
    apart = np.abs(hours[left] - hours[right])
    apart = np.where(vague[left] | vague[right], np.maximum(apart - 12.0, 0.0), apart)
    names: dict[str | None, int] = {None: -1}
    outlet = np.array([names.setdefault(p.provenance.outlet, len(names)) for p in profiles])
    known = (outlet[left] >= 0) & (outlet[right] >= 0)
    same = outlet[left] == outlet[right]
    return circumstances(apart, known & same, known & ~same)


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
    at: Int64s
    """Row of each profile in ``events``."""

    def among(self, profiles: Sequence[Profile]) -> Batch | None:
        """The same for these profiles, by what was made for all; None if one is not among them."""
        row = {id(held): at for held, at in zip(self.profiles, self.at.tolist(), strict=True)}
        at = [row.get(id(profile), -1) for profile in profiles]
        if -1 in at:
            return None
        return Batch(profiles=tuple(profiles), events=self.events, at=np.array(at, np.int64))


class Rows:
    """The rows of the profiles that were judged last; the same profile is the same object.

    An entry holds its profile, so that no other one can have its identity while it lasts.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._held: dict[int, tuple[Profile, event.Row]] = {}

    def of(self, profiles: Sequence[Profile]) -> list[event.Row]:
        """The row of each profile."""
        # Threads may share this: each goes on with the dictionary that it has found.
        held = self._held
        missing = [profile for profile in profiles if id(profile) not in held]
        if len(held) + len(missing) > KEPT_ROWS:
            held = {id(p): held[id(p)] for p in profiles if id(p) in held}
            self._held = held
        if missing:
            from dedupe.evidence import event  # noqa: PLC0415  copies alone start without it

            for profile, row in zip(missing, event.rows(missing, self._rarity), strict=True):
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
