"""Whether an article that shares a killed one's text has it from there.

A kill reaches what was copied from the killed article, not what it was copied from itself: whoever
posts a copy of an agency's story and withdraws it takes nothing away from the agency. An admin's kill
reaches every copy: whoever means one article alone deletes or holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dedupe.model import Canonical, CreditKind, Profile, Reading
from dedupe.ports import StoredArticle
from dedupe.reading import identity_source
from dedupe.state import Member
from dedupe.version import Version
from dedupe.withheld.records import By

_FROM_ELSEWHERE = frozenset({"credited_outlet", "rel_canonical", "wire_id"})
"""Rules of the canonical order by which somebody says whose text a cluster is."""
_GIVES_TEXT = frozenset({CreditKind.REPUBLICATION, CreditKind.ASSISTED, CreditKind.PRESS_RELEASE})


class Fate(StrEnum):
    """What a kill does to an article that shares the killed one's text."""

    KILLED = "killed"
    FLAGGED = "flagged"
    SPARED = "spared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article as far as its part in a kill rests on it."""

    id: str
    source: str
    """Identity source; "" where it has none."""
    outlet: str | None
    """The house it is of, or its normalised outlet."""
    arrival: int
    """Number in the order of arrival."""
    filed: float | None
    """When it says that it was made or published, hours since 1970-01-01 UTC."""
    filed_precisely: bool
    """By the hour, not only by the day."""
    chain: str | None
    origin: str | None
    credits: frozenset[str]
    """Sources whose text it says it carries."""

    @classmethod
    def of(cls, stored: StoredArticle, member: Member) -> Piece:
        """A stored article."""
        return cls(
            id=stored.id,
            source=identity_source(stored.article),
            outlet=house(member.profile),
            arrival=stored.key,
            filed=filed(stored.version, member.profile),
            filed_precisely=stored.version.created is not None or member.profile.published_precise,
            # A digest, which outlives the text.
            chain=member.profile.version.chain,
            origin=member.profile.provenance.origin_family or member.profile.provenance.origin,
            credits=frozenset(c.source for c in stored.credits if c.kind in _GIVES_TEXT),
        )

    @classmethod
    def read(cls, reading: Reading, *, arrival: int) -> Piece:
        """An article that is asked about."""
        profile = reading.profile
        return cls(
            id=reading.id,
            source=identity_source(reading.article),
            outlet=house(profile),
            arrival=arrival,
            filed=filed(reading.version, profile),
            filed_precisely=reading.version.created is not None or profile.published_precise,
            chain=profile.version.chain,
            origin=profile.provenance.origin_family or profile.provenance.origin,
            credits=frozenset(c.source for c in reading.credits if c.kind in _GIVES_TEXT),
        )


def house(profile: Profile) -> str | None:
    """The house an article is of: the family of its outlet, else the outlet."""
    return profile.provenance.outlet_family or profile.provenance.outlet


def filed(version: Version, profile: Profile) -> float | None:
    """When an article says that it was made or published."""
    return version.created if version.created is not None else profile.published


def same_source(source: str, outlet: str | None, theirs: str, their_outlet: str | None) -> bool:
    """Both come from one source: by the name they were posted under, or by the house it is of."""
    return bool(source and source == theirs) or (outlet is not None and outlet == their_outlet)


def fate(
    killed: Piece, other: Piece, *, canonical: Canonical | None, by: By, at: float
) -> tuple[Fate, str | None]:
    """What the kill of an article does to another that shares its text, and why it is spared.

    ``canonical`` is that of the killed article's cluster, ``at`` the time of the kill.
    """
    if same_source(killed.source, killed.outlet, other.source, other.outlet):
        if other.filed is not None and other.filed_precisely and other.filed > at:
            return Fate.SPARED, "its source filed it after the kill"
        own = killed.chain is not None and killed.chain == other.chain
        return (Fate.KILLED if own else Fate.FLAGGED), None
    named = {killed.outlet} - {None}
    if named & {*other.credits, other.origin}:
        return Fate.FLAGGED, None
    if by is By.ADMIN:
        return Fate.FLAGGED, None
    if (whose := _elsewhere(killed, canonical)) is not None:
        return Fate.SPARED, f"the text is {whose}'s, not the killed article's"
    if other.arrival < killed.arrival:
        return Fate.SPARED, "it was here before the killed article"
    return Fate.FLAGGED, None


def _elsewhere(killed: Piece, canonical: Canonical | None) -> str | None:
    """The other source that a cluster's text is said to come from."""
    if canonical is None or canonical.source is None or canonical.article_id == killed.id:
        return None
    if killed.outlet in {canonical.source, canonical.family}:
        return None
    rule = canonical.reasons[0].rule if canonical.reasons else ""
    told = rule in _FROM_ELSEWHERE or rule.startswith("credit.")
    return canonical.source if told else None
