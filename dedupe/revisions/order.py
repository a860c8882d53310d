"""Which of the revisions of one article is the newest, and which one represents it.

Source of the order (version number, then version date, then content): IPTC's guidelines for
NewsML-G2 and ninjs, where a version number and ``versionCreated`` state it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import Protocol, TypeAlias

from dedupe.furniture import source_key
from dedupe.model import Article, Provenance, Reading
from dedupe.succession import is_notice
from dedupe.version import PubStatus, Version, VersionKind

Place: TypeAlias = tuple[float, float, int]
"""Number, date and word of a version; the lowest where none is known."""

_NOWHERE: Place = (-inf, -inf, 0)
_FIRST_WORDS = frozenset({VersionKind.ALERT, VersionKind.NEWSBREAK})
_LATER_WORDS = {VersionKind.REPEAT: 1, VersionKind.REFILE: 2, VersionKind.CORRECTED: 3}
"""Under one number: "UPDATE 2", its repeat, its refiling, its correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One revision, as far as its place among the others rests on it."""

    version: Version
    digest: bytes = b""
    """Of the article as it was posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRevision(Filed):
    """One revision of an article as it is kept, without its text."""

    number: int
    """In order of arrival, from 1."""
    received: float | None
    """Hours since 1970-01-01 UTC; None of revisions from before this was kept."""
    represents: bool
    replaced_by: int | None
    """The revision that took its place when it last represented the article."""
    purged: float | None
    """When its text was removed, hours since 1970-01-01 UTC."""
    source: str | None
    """Whose chain it states, as ``chain_source`` names it; None where it states none."""
    at: float | None
    """Time it is found by in its chain: its own date, else publication, else arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    """An article that states the same chain as another: another version of one piece."""

    article_id: str
    version: Version
    """Of the revision that represents it; so are the times."""
    at: float
    """Its own date, else publication, else arrival; hours since 1970-01-01 UTC."""
    received: float | None


class RevisionReads(Protocol):
    """What a reader of the store tells of revisions (a part of ``ports.Reader``)."""

    def revisions(self, article_id: str) -> Sequence[KeptRevision]:
        """Every revision of an article in order of arrival."""

    def revision_texts(self, article_id: str, numbers: Sequence[int]) -> Mapping[int, Article]:
        """Articles as posted, by the number of the revision; what was purged is left out."""

    def chained(
        self, source: str, chain: str, *, at: float, hours: float = 96.0
    ) -> Sequence[Chained]:
        """Articles of a source (``chain_source``) that state a chain, near a time."""

    def headlined(
        self, source: str, words: str, *, at: float, hours: float = 96.0
    ) -> Sequence[Chained]:
        """Articles of a source that state some chain and hold these words in their title, near a time."""

    def waking(self, now: float, *, limit: int) -> Sequence[str]:
        """Articles with a revision whose embargo has ended since they were last elected."""


class RevisionWrites(Protocol):
    """What a writer of the store does with revisions (a part of ``ports.Writer``)."""

    def revise(self, reading: Reading, *, received: float | None = None) -> int:
        """Store another text for an article that exists: it represents, the old one is kept."""

    def shelve(self, reading: Reading, *, received: float | None) -> int:
        """Store a text in the history of an article that it does not represent; its number."""

    def represent(self, reading: Reading, number: int) -> None:
        """Let a kept revision, read anew, represent its article."""

    def restate(self, article_id: str, number: int, version: Version) -> None:
        """Know another version of a revision: one that is withheld, or usable again."""

    def woken(self, article_id: str, now: float) -> None:
        """Elect an article for embargoes that have ended no more."""

    def purge_revision(self, article_id: str, number: int, *, at: float) -> None:
        """Forget the text of a revision that does not represent; note when."""


def order(filed: Sequence[Filed]) -> list[int]:
    """Positions of revisions, given in order of arrival, from the oldest to the newest.

    Numbers come first, then dates: the number of the identity's own version field where any states
    one, else that of "UPDATE n". What states a date alone stands with the highest number up to
    that date; what states nothing follows whatever had arrived before it, an alert or a newsbreak
    whatever states nothing. Of one number and date later words go after earlier ones ("UPDATE 2",
    "CORRECTED-UPDATE 2"), then the digest decides where both are stated, else arrival. So the order
    is total, and where all state both number and date, or different numbers, the same for every
    order of arrival.
    """
    numbers = _numbers(filed)
    places = _places(filed, numbers)

    def key(k: int) -> tuple[Place, bool, bytes, int]:
        whole = numbers[k] is not None and filed[k].version.created is not None
        return places[k], not whole, filed[k].digest if whole else b"", k

    return sorted(range(len(filed)), key=key)


def representing(filed: Sequence[Filed], *, now: float | None = None) -> int:
    """Position of the newest usable revision; of the newest where none is usable.

    ``now`` (hours since 1970-01-01 UTC) ends the embargoes before it.

    Raises:
        ValueError: there is no revision.
    """
    if not filed:
        raise ValueError("an article without a revision is represented by none")
    newest_first = order(filed)[::-1]
    found = (k for k in newest_first if usable(filed[k].version, now=now))
    return next(found, newest_first[0])


def outdated(filed: Sequence[Filed], k: int) -> bool:
    """A revision states a later number or date than the one at position ``k``, whatever came when."""
    places = _places(filed, _numbers(filed))
    return places[k] < max(places)


def usable(version: Version, *, now: float | None = None) -> bool:
    """The version is an article and may be used; one under embargo from its hour on."""
    return not is_notice(version) and masked(version, now=now) is None


def masked(version: Version, *, now: float | None = None) -> PubStatus | None:
    """Why a version may not be shown: withheld, canceled or under embargo; None where it may."""
    if version.status not in {PubStatus.USABLE, PubStatus.EMBARGOED}:
        return version.status
    if version.embargo is None:
        return version.status if version.status is PubStatus.EMBARGOED else None
    return None if now is not None and version.embargo <= now else PubStatus.EMBARGOED


def chain_source(article: Article, provenance: Provenance) -> str:
    """The name of the source whose chains an article's version belongs to."""
    return source_key(provenance.outlet or article.source)


def article_digest(article: Article) -> bytes:
    """BLAKE2b-128 of an article as it was posted, without what was noted about it."""
    fields = dataclasses.asdict(dataclasses.replace(article, notices=()))
    told = json.dumps(fields, sort_keys=True, default=str)
    return hashlib.blake2b(told.encode(), digest_size=16).digest()


def _numbers(filed: Sequence[Filed]) -> list[int | None]:
    """The number of each revision, all of them of one kind."""
    own = [one.version.revision for one in filed]
    if any(number is not None for number in own):
        return own
    return [one.version.number for one in filed]


def _places(filed: Sequence[Filed], numbers: Sequence[int | None]) -> list[Place]:
    """The place of each revision, what it does not state taken from the others."""
    dated = _Numbered(filed, numbers)
    places: list[Place] = []
    newest: dict[int, float] = {}
    highest = _NOWHERE
    for one, number in zip(filed, numbers, strict=True):
        created, word = one.version.created, _LATER_WORDS.get(one.version.kind, 0)
        if number is not None:
            known = newest.get(number, -inf)
            found = (float(number), known if created is None else created, word)
            newest[number] = max(known, found[1])
        elif created is not None:
            found = (dated.at(created), created, word)
        elif one.version.kind in _FIRST_WORDS:
            found = _NOWHERE
        else:
            found = (*highest[:2], max(highest[2], word))
        highest = max(highest, found)
        places.append(found)
    return places


class _Numbered:
    """The highest number among the revisions that state number and date, up to any date."""

    def __init__(self, filed: Sequence[Filed], numbers: Sequence[int | None]) -> None:
        stated = sorted(
            (one.version.created, float(number))
            for one, number in zip(filed, numbers, strict=True)
            if number is not None and one.version.created is not None
        )
        self._dates = [created for created, _ in stated]
        self._highest = list(accumulate((number for _, number in stated), max))

    def at(self, date: float) -> float:
        """That number; the lowest there is where none is stated."""
        k = bisect_right(self._dates, date)
        return self._highest[k - 1] if k else -inf
