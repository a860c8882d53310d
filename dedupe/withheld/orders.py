"""Kills, holds, releases and embargoes carried out, inside the transaction they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedupe.model import Notice, Reading
from dedupe.revisions.order import article_digest, masked, order
from dedupe.version import PubStatus
from dedupe.withheld.lifting import Lifting
from dedupe.withheld.precedence import met, older
from dedupe.withheld.records import ORDERS, By, Order, Withholding, ordered, target_key
from dedupe.withheld.targets import (
    Targets,
    meant,
    notice_time,
    orders_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders(Lifting):
    """Carries out what is ordered about articles at ``now`` (hours since 1970-01-01 UTC)."""

    def arrived(self, reading: Reading, *, created: bool) -> tuple[Notice, ...]:
        """What a stored article orders is done, and what was ordered about it; the warnings."""
        warnings: tuple[Notice, ...] = ()
        wanted = ordered(reading.version)
        if wanted is not None:
            warnings = self.obey(reading, wanted, own=not created)
            if created:
                self._hide_notice(reading, wanted)
        elif created:
            self._meet(reading)
        else:
            self._superseded(reading)
        if masked(reading.version, now=self.now) is not None or self.writer.any_withheld():
            self._embargo(reading)
        return warnings

    def again(self, reading: Reading) -> tuple[Notice, ...]:
        """An order that was posted before is obeyed once more: whoever repeats it means it."""
        wanted = ordered(reading.version)
        if wanted is None:
            return ()
        stored = self._needed(reading.id)
        own = not {reading.version.kind, stored.version.kind} & ORDERS.keys()
        warnings = self.obey(reading, wanted, own=own)
        if own and (wanted is PubStatus.CANCELED or not older(self.writer, reading)):
            digest = article_digest(reading.article)
            for one in self.writer.revisions(reading.id):
                if one.digest == digest and one.version.status is not wanted:
                    self.writer.restate(reading.id, one.number, reading.version)
                    self.restated.add(reading.id)
        return warnings

    def obey(self, reading: Reading, wanted: PubStatus, *, own: bool) -> tuple[Notice, ...]:
        """What a notice orders is done to what it names, and kept for what comes later.

        ``own``: it came under the identity of an article that is stored, and means that too. A hold
        in a version that is not the newest orders nothing.
        """
        if own and wanted is PubStatus.WITHHELD and older(self.writer, reading):
            action = "older than the newest version, so nothing is held by it"
            number = "" if reading.version.revision is None else str(reading.version.revision)
            return (Notice(field="version", value=number, action=action),)
        found = meant(self.writer, reading, now=self.now)
        ids = list(dict.fromkeys([*([reading.id] if own else []), *found.ids]))
        by = By.NOTICE if reading.version.kind in ORDERS else By.SOURCE
        if wanted is PubStatus.USABLE:
            early = any("embargo" in note.text.casefold() for note in reading.version.notes)
            self.release(ids, by=by, reason=_reason(reading), embargo=early)
        else:
            at, reason = notice_time(reading, self.now), _reason(reading)
            asked = self._asked(wanted, by=by, reason=reason, at=at)
            own_ids = [name for name in ids if name == reading.id]
            self._withhold(replace(asked, version=reading.version), own_ids)
            self._withhold(asked, [name for name in ids if name != reading.id])
            found_orders = orders_of(reading, wanted, at, now=self.now, reason=reason)
            self.writer.remember_orders([_versioned(one, reading) for one in found_orders])
        return (*found.warnings, *_told(reading, wanted, found, ids))

    def kill(self, article_id: str, *, by: By, reason: str | None) -> list[str]:
        """The article is killed, and every version of it that shares its chain; their ids.

        Raises:
            NotFound: there is no such article.
        """
        self._needed(article_id)
        return self._withhold(self._asked(PubStatus.CANCELED, by=by, reason=reason), [article_id])

    def hold(self, article_id: str, *, by: By, reason: str | None) -> None:
        """The article is held.

        Raises:
            NotFound: there is no such article.
        """
        self._needed(article_id)
        self._withhold(self._asked(PubStatus.WITHHELD, by=by, reason=reason), [article_id])

    def _hide_notice(self, reading: Reading, wanted: PubStatus) -> None:
        """An order that came under an identity of its own is no article; nobody reads it here.

        Of a kill the identity is dead: an article that comes under it later stays killed. A text that
        its source cancels is a killed text; what a notice says of one is not.
        """
        status = PubStatus.CANCELED if wanted is PubStatus.CANCELED else PubStatus.WITHHELD
        worded = reading.version.kind in ORDERS
        asked = replace(
            self._asked(status, by=By.NOTICE if worded else By.SOURCE, reason=_reason(reading)),
            article_id=reading.id,
            at=notice_time(reading, self.now),
            version=reading.version,
        )
        if worded:
            # Words alone may be mistaken for a notice: those stay, unseen, for an editor to release.
            self.writer.withhold([replace(asked, purge_at=None)])
        else:
            self._withhold(asked, [reading.id])

    def _meet(self, reading: Reading) -> None:
        """A new article is killed or held as was ordered before it came."""
        for one in met(self.writer, reading, self.now):
            asked = self._asked(one.status, by=By.NOTICE, reason=one.reason, at=one.at)
            self._withhold(replace(asked, version=one.version), [reading.id])

    def _superseded(self, reading: Reading) -> None:
        """A newer version that may be used ends a hold that its source ordered; a kill stands."""
        rows = self.writer.withheld([reading.id]).get(reading.id, ())
        if not rows:
            return
        self._free(reading.id, article_digest(reading.article), rows)
        self._purge_again(rows)

    def _purge_again(self, rows: Sequence[Withholding]) -> None:
        """A killed article has new text: it is removed in its turn."""
        again = [
            replace(row, purge_at=self.now + self.purge_after)
            for row in rows
            if row.status is PubStatus.CANCELED and row.in_force(self.now) and row.purge_at is None
        ]
        self.writer.withhold(again)

    def _embargo(self, reading: Reading) -> None:
        """The article is under the embargo of its newest version, where one represents it.

        An article that may be shown stays so: a newer version under embargo waits in the history.
        """
        article_id = reading.id
        stored = self._needed(article_id)
        rows = self.writer.withheld([article_id]).get(article_id, ())
        standing = [r for r in rows if r.status is PubStatus.EMBARGOED and r.in_force(self.now)]
        waits = masked(stored.version, now=self.now) is PubStatus.EMBARGOED
        if not waits and not standing:
            return
        kept = self.writer.revisions(article_id)
        newest = kept[order(kept)[-1]].version if kept else stored.version
        if masked(newest, now=self.now) is not PubStatus.EMBARGOED:
            self.lift(standing)
        elif not standing or standing[0].until != newest.embargo:
            row = Withholding(
                article_id=article_id,
                status=PubStatus.EMBARGOED,
                since=standing[0].since if standing else self.now,
                until=newest.embargo,
                by=By.SOURCE,
            )
            self.writer.withhold([row])
            self.writer.forget_answers([article_id])


def _versioned(one: Order, reading: Reading) -> Order:
    """The order; of the item itself with its version: versions of two items are not compared."""
    itself = one.target == target_key("article", reading.id)
    return replace(one, version=reading.version) if itself else one


def _reason(reading: Reading) -> str:
    """What is told as the reason of a notice: what it is, none of its words."""
    kind = reading.version.kind
    if kind in ORDERS:
        return f"{kind} notice {reading.id}"
    return f"version with status {reading.version.status}"


def _told(
    reading: Reading, wanted: PubStatus, found: Targets, ids: Sequence[str]
) -> tuple[Notice, ...]:
    """What was done, for the answer to the notice."""
    if reading.version.kind not in ORDERS:
        return ()
    done = {PubStatus.CANCELED: "killed", PubStatus.WITHHELD: "held", PubStatus.USABLE: "released"}
    if ids:
        action = f"{done[wanted]}: {', '.join(ids)}"
    elif found.warnings:
        return ()
    else:
        action = "names no article that is here; it is kept for one that comes later"
    return (Notice(field="version", value=str(reading.version.kind), action=action),)
