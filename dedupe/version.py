"""Which version of a piece an article is, and whether it may be used: the record of it.

Terms follow IPTC (NewsML-G2, ninjs), AP and Reuters; ``dedupe.wire`` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.model import Span


class PubStatus(StrEnum):
    """Whether a piece may be used: IPTC's ``pubStatus``, AP's ``embargoed`` and our last."""

    USABLE = "usable"
    EMBARGOED = "embargoed"
    WITHHELD = "withheld"
    CANCELED = "canceled"
    UPSTREAM_KILLED = "upstream_killed"
    """What it copies was killed."""


class VersionKind(StrEnum):
    """What a piece says it is to the versions before it (conventions of the agencies)."""

    ORIGINAL = "original"
    ALERT = "alert"
    NEWSBREAK = "newsbreak"
    UPDATE = "update"
    """A newer version: "UPDATE 2", "1st Ld-Writethru", a lead, a higher version number."""
    WRAPUP = "wrapup"
    """A digest of several pieces: an article of its own."""
    CORRECTED = "corrected"
    REFILE = "refile"
    REPEAT = "repeat"
    KILL = "kill"
    """Not an article: it withdraws one for good."""
    HOLD = "hold"
    """Not an article: it suspends one."""
    RELEASE = "release"
    """Not an article: it takes a hold back."""
    ADVISORY = "advisory"
    """Not an article: a note to editors, a daybook."""


class Role(StrEnum):
    """What part a piece may play among others."""

    ARTICLE = "article"
    DIGEST = "digest"
    """It puts pieces together (a wrap-up): linked to them, in no cluster with them."""
    NOTICE = "notice"
    """A message about a piece (a kill, an advisory): it is compared with nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNote:
    """Words about the version, not of the article: left out of every comparison, kept as data."""

    span: Span
    text: str
    why: str
    """Which convention it follows, by the table of patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which version of a piece an article says it is, and whether it may be used."""

    kind: VersionKind = VersionKind.ORIGINAL
    number: int | None = None
    """The n of "UPDATE n", "nth Ld-Writethru": the higher the newer in its chain."""
    revision: int | None = None
    """A version field, which counts the versions of one identity: the higher the newer."""
    chain: str | None = None
    """What versions of one piece have in common at one source, in the form it is compared in."""
    created: float | None = None
    """When this version was made, hours since 1970-01-01 UTC."""
    status: PubStatus = PubStatus.USABLE
    embargo: float | None = None
    """Hours since 1970-01-01 UTC before which nothing of it may be shown."""
    targets: tuple[str, ...] = ()
    """Identifiers of what it kills, holds or replaces, as it names them."""
    notes: tuple[VersionNote, ...] = ()
    doubted: VersionKind | None = None
    """The notice that words of it are the mark of, where it is too long to be one."""
