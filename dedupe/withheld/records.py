"""What may not be shown, since when, until when and by whose order: records and their rules.

Four things keep a text inside: a kill (``canceled``), a copy of something killed
(``upstream_killed``), a hold (``withheld``) and an embargo. Each is one record; an article may have
several, and may be shown when none of them is in force. Times are hours since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

from dedupe.model import UInt64s
from dedupe.version import PubStatus, Version, VersionKind

CHAIN_HOURS = 96.0
"""How long a kill by chain meets versions that arrive after it: keywords are used again."""
WEIGHT = {
    PubStatus.CANCELED: 4,
    PubStatus.UPSTREAM_KILLED: 3,
    PubStatus.WITHHELD: 2,
    PubStatus.EMBARGOED: 1,
    PubStatus.USABLE: 0,
}
"""Which status is told where several are in force."""


ORDERS = {
    VersionKind.KILL: PubStatus.CANCELED,
    VersionKind.HOLD: PubStatus.WITHHELD,
    VersionKind.RELEASE: PubStatus.USABLE,
}
"""What each kind of notice asks for."""


def ordered(version: Version) -> PubStatus | None:
    """What a version orders, by its kind or its status; None for one that is only an article."""
    if version.kind in ORDERS:
        return ORDERS[version.kind]
    if version.status in {PubStatus.CANCELED, PubStatus.WITHHELD}:
        return version.status
    return None


class By(StrEnum):
    """Who ordered it."""

    ADMIN = "admin"
    """Whoever holds an admin key."""
    SOURCE = "source"
    """The item itself, in a version of its source."""
    NOTICE = "notice"
    """A notice of the item's source."""
    RULE = "rule"
    """Nobody: it follows from another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """One reason why an article is not shown, or was not."""

    article_id: str
    status: PubStatus
    since: float
    until: float | None = None
    """Hour at which it ends by itself."""
    reason: str | None = None
    by: By = By.ADMIN
    origin: str | None = None
    """The killed article whose text it carries (``upstream_killed``)."""
    purge_at: float | None = None
    """When the text is removed for good, while it is in force then."""
    released: float | None = None
    """When it was taken back; it is not imposed again by itself."""
    at: float | None = None
    """When its source says that it was ordered; ``since`` is when it was obeyed here."""
    version: Version | None = None
    """Of the item that ordered it; None where no item of its source did."""

    def in_force(self, now: float) -> bool:
        """The article may not be shown because of this."""
        return self.released is None and (self.until is None or self.until > now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Whether an article may be shown, and if not why."""

    status: PubStatus = PubStatus.USABLE
    since: float | None = None
    until: float | None = None
    reason: str | None = None
    by: By | None = None
    origin: str | None = None

    @property
    def usable(self) -> bool:
        """Its text may be shown."""
        return self.status is PubStatus.USABLE


USABLE = Visibility()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A kill or a hold that a source sent, kept for articles that arrive after it."""

    target: bytes
    """Digest of what it names, see ``target_key``."""
    source: str
    """Identity source of the notice."""
    outlet: str | None
    """Its normalised outlet."""
    status: PubStatus
    """``canceled`` or ``withheld``."""
    notice: str
    """Article id of the notice."""
    at: float
    until: float | None = None
    reason: str | None = None
    version: Version | None = None
    """Of the item that ordered it."""


def visibility(rows: Iterable[Withholding], now: float) -> Visibility:
    """What is told of an article with these records: the gravest that is in force."""
    found = [row for row in rows if row.in_force(now)]
    if not found:
        return USABLE
    worst = max(found, key=lambda row: (WEIGHT[row.status], row.until or 0.0, -row.since))
    return Visibility(
        status=worst.status,
        since=worst.since,
        until=worst.until,
        reason=worst.reason,
        by=worst.by,
        origin=worst.origin,
    )


def target_key(kind: str, name: str) -> bytes:
    """Names what a notice means, without its words: ``kind`` is ``id``, ``article`` or ``chain``."""
    told = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=16).digest()


class WithheldReads(Protocol):
    """What a reader of the store tells of withheld articles (a part of ``ports.Reader``)."""

    def any_withheld(self) -> bool:
        """Some article has a record, in force or not."""

    def withheld(self, ids: Sequence[str]) -> Mapping[str, Sequence[Withholding]]:
        """Every record of these articles, those taken back too; articles without one are left out."""

    def withheld_in(self, clusters: Sequence[str]) -> Sequence[Withholding]:
        """Every record of the articles that lie in these clusters."""

    def carriers(self, killed: str) -> Sequence[Withholding]:
        """The records of what carries a killed article's text, in order of arrival."""

    def unflagged(self, clusters: Sequence[str]) -> Sequence[tuple[str, str]]:
        """(article, killed one) that share one of these clusters; the pair was not judged yet."""

    def orders(self, targets: Sequence[bytes]) -> Sequence[Order]:
        """The kept orders about any of these."""

    def due(self, now: float, *, limit: int) -> tuple[Sequence[Withholding], Sequence[Withholding]]:
        """(records whose text is to be purged, embargoes that have ended), oldest first."""

    def purged(self, ids: Sequence[str]) -> Mapping[str, UInt64s]:
        """Distinct shingle hashes of the articles among these whose text is gone."""

    def withheld_counts(self, now: float) -> Mapping[str, int]:
        """How many articles each status keeps from being shown, and how many texts were purged."""


class WithheldWrites(Protocol):
    """What a writer of the store does about withheld articles (a part of ``ports.Writer``)."""

    def withhold(self, rows: Sequence[Withholding]) -> None:
        """These records stand, in place of earlier ones of the same article, status and origin."""

    def unwithhold(self, rows: Sequence[Withholding]) -> None:
        """These records are gone as if they had never been."""

    def remember_orders(self, orders: Sequence[Order]) -> None:
        """Articles that arrive later meet these orders."""

    def forget_orders(self, targets: Sequence[bytes]) -> None:
        """Nothing is ordered about these any more."""

    def forget_answers(self, ids: Sequence[str]) -> None:
        """No kept answer speaks of these articles any more."""

    def purge_text(self, article_id: str, shingles: UInt64s) -> None:
        """Remove an article's text for good; sketch, profile, vector and ``shingles`` stay."""
