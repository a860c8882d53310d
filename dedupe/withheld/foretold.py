"""Whether an article might be shown if it were posted: nothing is ordered by asking."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dedupe.answer import Answer, Status
from dedupe.model import Match, Reading
from dedupe.ports import Reader
from dedupe.revisions.order import Filed, masked, outdated, usable
from dedupe.state import Member
from dedupe.verdict import COPIED
from dedupe.version import PubStatus, Version
from dedupe.withheld.flags import CARRIED, SHORT
from dedupe.withheld.precedence import met, older
from dedupe.withheld.records import (
    ORDERS,
    By,
    Visibility,
    Withholding,
    ordered,
    visibility,
)
from dedupe.withheld.upstream import Fate, Piece, fate


def foretold(reader: Reader, reading: Reading, answer: Answer, *, now: float) -> Visibility:
    """What ``pub_status`` posting would answer; ``answer`` is the rest of it."""
    rows = list(reader.withheld([reading.id]).get(reading.id, ()))
    wanted, status = ordered(reading.version), answer.article.status
    if status is not Status.UNCHANGED:
        rows = _retold(reader, reading, answer, rows, now)
    if wanted is not None:
        rows += _ordered(reader, reading, wanted, now, created=status is Status.CREATED)
    elif status is Status.CREATED:
        rows += [_row(reading, one.status, now, by=By.NOTICE) for one in met(reader, reading, now)]
    elif status is not Status.UNCHANGED and _frees(reader, reading, rows, now):
        rows = [r for r in rows if r.status is not PubStatus.WITHHELD or r.by is By.ADMIN]
    return visibility(rows, now)


def _retold(
    reader: Reader, reading: Reading, answer: Answer, rows: list[Withholding], now: float
) -> list[Withholding]:
    """The records as another text under this identity leaves them: its embargo, what it carries."""
    stored = reader.article(reading.id)
    if stored is None or not older(reader, reading):
        rows = [row for row in rows if row.status is not PubStatus.EMBARGOED]
    rows += _embargo(reading, now)
    if stored is None or answer.article.revision != stored.revision:
        flagged = PubStatus.UPSTREAM_KILLED
        rows = [row for row in rows if row.status is not flagged or row.by is not By.RULE]
        rows += _flags(reader, reading, answer, rows, now)
    return rows


def _ordered(
    reader: Reader, reading: Reading, wanted: PubStatus, now: float, *, created: bool
) -> list[Withholding]:
    """What an order does to the identity it comes under."""
    notice = reading.version.kind in ORDERS
    by = By.NOTICE if notice else By.SOURCE
    if created:
        hidden = wanted if wanted is PubStatus.CANCELED else PubStatus.WITHHELD
        return [_row(reading, hidden, now, by=by)]
    if wanted is PubStatus.USABLE or (wanted is PubStatus.WITHHELD and older(reader, reading)):
        return []
    return [_row(reading, wanted, now, by=by)]


def _frees(reader: Reader, reading: Reading, rows: Sequence[Withholding], now: float) -> bool:
    """It may be used and is no older than what holds the article."""
    held = [row for row in rows if row.status is PubStatus.WITHHELD and row.in_force(now)]
    if not held or not usable(reading.version, now=now):
        return False
    before = [*reader.revisions(reading.id), *(Filed(version=r.version or Version()) for r in held)]
    return not outdated([*before, Filed(version=reading.version)], len(before))


def _embargo(reading: Reading, now: float) -> list[Withholding]:
    version = reading.version
    if masked(replace(version, status=_unordered(version)), now=now) is None:
        return []
    return [_row(reading, PubStatus.EMBARGOED, now, by=By.SOURCE, until=version.embargo)]


def _unordered(version: Version) -> PubStatus:
    """Its status as far as it is no order."""
    return version.status if version.status is PubStatus.EMBARGOED else PubStatus.USABLE


def _flags(
    reader: Reader,
    reading: Reading,
    answer: Answer,
    rows: Sequence[Withholding],
    now: float,
) -> Iterator[Withholding]:
    """The flags for killed texts that it carries."""
    if not reader.any_withheld():
        return
    freed = {row.origin for row in rows if row.status is PubStatus.UPSTREAM_KILLED}
    matches = {match.article_id: match for match in answer.matches}
    for killed in _killed(reader, answer, now):
        if killed.article_id == reading.id or killed.article_id in freed:
            continue
        outcome = _fate(reader, reading, killed, matches.get(killed.article_id))
        if outcome is not Fate.SPARED:
            status = PubStatus.CANCELED if outcome is Fate.KILLED else PubStatus.UPSTREAM_KILLED
            row = _row(reading, status, now, by=By.RULE)
            origin = None if outcome is Fate.KILLED else killed.article_id
            yield replace(row, reason=killed.reason, origin=origin)


def _killed(reader: Reader, answer: Answer, now: float) -> list[Withholding]:
    """The kills of articles that it would share its cluster with, or much of its text."""
    inside = [] if answer.cluster.id is None else reader.withheld_in([answer.cluster.id])
    near = [match.article_id for match in answer.matches if _shared(match) >= CARRIED]
    rows = [*inside, *(row for found in reader.withheld(near).values() for row in found)]
    kills = (row for row in rows if row.status is PubStatus.CANCELED and row.in_force(now))
    return list({row.article_id: row for row in kills}.values())


def _shared(match: Match) -> float:
    copied = match.p_same_text >= COPIED
    return max(match.evidence.contains, match.evidence.contained) if copied else 0.0


def _fate(reader: Reader, reading: Reading, killed: Withholding, match: Match | None) -> Fate:
    stored = reader.article(killed.article_id)
    members = reader.members([killed.article_id])
    if stored is None or not members or stored.version.kind in ORDERS:
        return Fate.SPARED
    if _quotes(members[0], reading, match):
        return Fate.SPARED
    cluster = reader.cluster(stored.placement.cluster)
    return fate(
        Piece.of(stored, members[0]),
        _piece(reader, reading),
        canonical=None if cluster is None else cluster.canonical,
        by=killed.by,
        at=killed.since if killed.at is None else killed.at,
    )[0]


def _quotes(killed: Member, reading: Reading, match: Match | None) -> bool:
    """It only quotes a killed text that is a line."""
    profile = killed.profile
    if profile.shingle_count >= SHORT or profile.text_hash == reading.profile.text_hash:
        return False
    return match is None or min(match.evidence.contains, match.evidence.contained) < CARRIED


def _piece(reader: Reader, reading: Reading) -> Piece:
    """The article asked about; one that is new would come after all others."""
    stored = reader.article(reading.id)
    return Piece.read(reading, arrival=sys.maxsize if stored is None else stored.key)


def _row(
    reading: Reading, status: PubStatus, now: float, *, by: By, until: float | None = None
) -> Withholding:
    return Withholding(article_id=reading.id, status=status, since=now, until=until, by=by)
