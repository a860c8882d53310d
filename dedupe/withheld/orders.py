"""Kills, holds, releases and embargoes carried out, inside the transaction they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dedupe.errors import NotFound
from dedupe.model import Notice, Reading
from dedupe.ports import StoredArticle, Writer
from dedupe.reading import identity_source
from dedupe.revisions.order import masked, order
from dedupe.state import Event
from dedupe.version import PubStatus, Version
from dedupe.withheld.flags import Flagger
from dedupe.withheld.records import ORDERS, By, Withholding, ordered, target_key
from dedupe.withheld.targets import (
    Targets,
    filed_after,
    filed_before,
    kept_kill,
    keys_of,
    meant,
    orders_of,
)
from dedupe.withheld.upstream import filed, house, same_source

EMBARGO_NOTE = "desk.embargo"
"""What the table of conventions calls words about an embargo."""
LIFTED = "embargo_lifted"
_EVENTS = {PubStatus.CANCELED: "article_killed", PubStatus.WITHHELD: "article_held"}
_RELEASED = (PubStatus.CANCELED, PubStatus.WITHHELD, PubStatus.UPSTREAM_KILLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Carries out what is ordered about articles at ``now`` (hours since 1970-01-01 UTC)."""

    writer: Writer
    now: float
    purge_after: float
    """Hours from a kill to the removal of the text."""

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
        return (*warnings, *_unread_embargo(reading.version))

    def obey(self, reading: Reading, wanted: PubStatus, *, own: bool) -> tuple[Notice, ...]:
        """What a notice orders is done to what it names, and kept for what comes later.

        ``own``: it came under the identity of an article that is stored, and means that too.
        """
        found = meant(self.writer, reading, now=self.now)
        ids = list(dict.fromkeys([*([reading.id] if own else []), *found.ids]))
        by = By.NOTICE if reading.version.kind in ORDERS else By.SOURCE
        if wanted is PubStatus.USABLE:
            early = any("embargo" in note.text.casefold() for note in reading.version.notes)
            self.release(ids, by=by, reason=_reason(reading), embargo=early)
        else:
            at = filed(reading.version, reading.profile)
            at = self.now if at is None else min(at, self.now)
            self._withhold(wanted, ids, by=by, reason=_reason(reading), at=at)
            self.writer.remember_orders(orders_of(reading, wanted, at, reason=_reason(reading)))
        return (*found.warnings, *_told(reading, wanted, found, ids))

    def kill(self, article_id: str, *, by: By, reason: str | None) -> list[str]:
        """The article is killed, and every version of it that shares its chain; their ids.

        Raises:
            NotFound: there is no such article.
        """
        self._needed(article_id)
        return self._withhold(PubStatus.CANCELED, [article_id], by=by, reason=reason)

    def hold(self, article_id: str, *, by: By, reason: str | None) -> None:
        """The article is held.

        Raises:
            NotFound: there is no such article.
        """
        self._needed(article_id)
        self._withhold(PubStatus.WITHHELD, [article_id], by=by, reason=reason)

    def release(
        self, ids: Sequence[str], *, by: By, reason: str | None, embargo: bool = False
    ) -> None:
        """Nothing keeps these articles from being shown any more but an embargo.

        ``embargo`` ends that too. A notice or a newer version ends only holds that a source
        ordered. With a kill the flags that follow from it are taken back.
        """
        for name, rows in self.writer.withheld(ids).items():
            ended = [
                row for row in rows if row.in_force(self.now) and _ends(row, by, embargo=embargo)
            ]
            if not ended:
                continue
            follow = [
                flag
                for row in ended
                if row.status is PubStatus.CANCELED
                for flag in self.writer.carriers(row.article_id)
                if flag.in_force(self.now)
            ]
            self.writer.withhold([replace(row, released=self.now) for row in (*ended, *follow)])
            self._restate(name, embargo=embargo)
            if by is By.ADMIN and (stored := self.writer.article(name)) is not None:
                self.writer.forget_orders(keys_of(name, stored.article, stored.version))
            self.writer.log(
                [_event("article_released", row, by=by, reason=reason) for row in (*ended, *follow)]
            )

    def flag_in(self, clusters: Iterable[str], article_id: str | None = None) -> None:
        """Every copy of a killed article in these clusters is flagged or known to be spared.

        So is ``article_id`` where it holds much of one that lies elsewhere, or that of it.
        """
        pairs = [(killed, name) for name, killed in self.writer.unflagged(list(clusters))]
        if article_id is not None:
            flagger = Flagger(writer=self.writer, now=self.now)
            beyond = flagger.beyond(article_id)
            pairs += [(name, article_id) for name in beyond]
            pairs += [(article_id, name) for name in beyond]
        if not pairs:
            return
        records = self.writer.withheld(list(dict.fromkeys(killed for killed, _ in pairs)))
        for killed, name in dict.fromkeys(pairs):
            row = _killed(records.get(killed, ()))
            if row is not None and not self._known(name, killed):
                self._with_copies(row, [name])

    def lift(self, rows: Sequence[Withholding]) -> list[str]:
        """The embargoes whose hour has come are gone; the articles they kept."""
        self.writer.unwithhold(rows)
        ended = list(dict.fromkeys(row.article_id for row in rows if row.released is None))
        self.writer.log([Event(kind=LIFTED, subject=name) for name in ended])
        return ended

    def _withhold(
        self,
        status: PubStatus,
        ids: Sequence[str],
        *,
        by: By,
        reason: str | None,
        at: float | None = None,
    ) -> list[str]:
        """The articles are killed or held; with what died with them. ``at``: as the source states."""
        done: list[str] = []
        records = self.writer.withheld(ids)
        for name in ids:
            if any(r.status is status and r.in_force(self.now) for r in records.get(name, ())):
                continue
            row = Withholding(
                article_id=name,
                status=status,
                since=self.now if at is None else at,
                reason=reason,
                by=by,
                purge_at=self.now + self.purge_after if status is PubStatus.CANCELED else None,
            )
            done += self._impose(row)
        return done

    def _impose(self, row: Withholding) -> list[str]:
        """The record stands; of a kill, all that follows from it too."""
        self.writer.withhold([row])
        self.writer.log([_event(_EVENTS[row.status], row, by=row.by, reason=row.reason)])
        self.writer.forget_answers([row.article_id])
        if row.status is not PubStatus.CANCELED:
            return [row.article_id]
        stored = self._needed(row.article_id)
        # Deleted and sent again, it stays killed.
        self.writer.remember_orders([kept_kill(stored, at=row.since, reason=row.reason)])
        flagger = Flagger(writer=self.writer, now=self.now)
        inside = [
            name
            for name, killed in self.writer.unflagged([stored.placement.cluster])
            if killed == row.article_id
        ]
        beyond = [
            name for name in flagger.beyond(row.article_id) if not self._known(name, row.article_id)
        ]
        return [row.article_id, *self._with_copies(row, [*inside, *beyond])]

    def _with_copies(self, row: Withholding, ids: Sequence[str]) -> list[str]:
        """Copies are flagged; versions of the killed piece by its source are killed too."""
        flagger = Flagger(writer=self.writer, now=self.now)
        died: list[str] = []
        for name in flagger.flag(row, ids):
            died += self._impose(replace(row, article_id=name))
        return died

    def _known(self, name: str, killed: str) -> bool:
        """It was judged for this kill before, or is killed itself."""
        rows = self.writer.withheld([name]).get(name, ())
        return any(row.origin == killed or row.status is PubStatus.CANCELED for row in rows)

    def _hide_notice(self, reading: Reading, wanted: PubStatus) -> None:
        """A notice that came under an identity of its own is no article; nobody reads it here.

        Of a kill the identity is dead: an article that comes under it later stays killed.
        """
        status = PubStatus.CANCELED if wanted is PubStatus.CANCELED else PubStatus.WITHHELD
        by = By.NOTICE if reading.version.kind in ORDERS else By.SOURCE
        # Words alone may be mistaken for a notice: those stay, unseen, for an editor to release.
        dies = status is PubStatus.CANCELED and by is By.SOURCE
        purge_at = self.now + self.purge_after if dies else None
        self.writer.withhold(
            [
                Withholding(
                    article_id=reading.id,
                    status=status,
                    since=self.now,
                    reason=_reason(reading),
                    by=by,
                    purge_at=purge_at,
                )
            ]
        )

    def _meet(self, reading: Reading) -> None:
        """A new article is killed or held as was ordered before it came."""
        outlet = house(reading.profile)
        source = identity_source(reading.article)
        keys = keys_of(reading.id, reading.article, reading.version)
        for one in self.writer.orders(keys):
            itself = one.target == target_key("article", reading.id)
            if not itself and not same_source(source, outlet, one.source, one.outlet):
                continue
            if one.until is not None and (one.until < self.now or filed_after(reading, one.at)):
                continue
            # By chain a substitute may be meant: what is not known to be older is only held.
            sure = one.until is None or filed_before(reading, one.at)
            status = one.status if sure else PubStatus.WITHHELD
            self._withhold(status, [reading.id], by=By.NOTICE, reason=one.reason, at=one.at)

    def _superseded(self, reading: Reading) -> None:
        """A newer version that may be used ends a hold that its source ordered; a kill stands."""
        rows = self.writer.withheld([reading.id]).get(reading.id, ())
        if not rows:
            return
        stored = self._needed(reading.id)
        newest = stored.version == reading.version and stored.article == reading.article
        if newest and masked(reading.version, now=self.now) is None:
            self.release([reading.id], by=By.SOURCE, reason="a newer version may be used")
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

    def _restate(self, article_id: str, *, embargo: bool) -> None:
        """No revision says any more that the article may not be used."""
        for one in self.writer.revisions(article_id):
            version = one.version
            if version.status in {PubStatus.CANCELED, PubStatus.WITHHELD}:
                version = replace(version, status=PubStatus.USABLE)
            if embargo:
                version = replace(version, status=PubStatus.USABLE, embargo=None)
            if version != one.version:
                self.writer.restate(article_id, one.number, version)

    def _needed(self, article_id: str) -> StoredArticle:
        stored = self.writer.article(article_id)
        if stored is None:
            raise NotFound("article", article_id)
        return stored


def _killed(rows: Sequence[Withholding]) -> Withholding | None:
    """The record of a kill that stands."""
    return next(
        (row for row in rows if row.status is PubStatus.CANCELED and row.released is None), None
    )


def _ends(row: Withholding, by: By, *, embargo: bool) -> bool:
    """Whether a release reaches a record."""
    if row.status is PubStatus.EMBARGOED:
        return embargo
    if by is By.ADMIN:
        return row.status in _RELEASED
    return row.status is PubStatus.WITHHELD and row.by is not By.ADMIN


def _unread_embargo(version: Version) -> tuple[Notice, ...]:
    """What is said of a text that speaks of an embargo and gives no hour that can be read."""
    if version.embargo is not None or version.status is PubStatus.EMBARGOED:
        return ()
    if not any(note.why == EMBARGO_NOTE for note in version.notes):
        return ()
    action = "the text speaks of an embargo whose hour is not read: not withheld"
    return (Notice(field="embargo", value="", action=f"{action}; send `embargo` with the hour"),)


def _event(kind: str, row: Withholding, *, by: By, reason: str | None) -> Event:
    data = {"by": by.value, "reason": reason, "status": row.status.value}
    return Event(kind=kind, subject=row.article_id, data=data)


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
