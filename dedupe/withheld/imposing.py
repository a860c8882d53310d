"""Kills and holds imposed, inside the transaction they came in, and everybody whom a kill reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dedupe.errors import NotFound
from dedupe.ports import StoredArticle, Writer
from dedupe.state import Event
from dedupe.version import PubStatus
from dedupe.withheld.flags import Flagger
from dedupe.withheld.names import NOTICES
from dedupe.withheld.records import By, Withholding
from dedupe.withheld.targets import kept_kill

_EVENTS = {PubStatus.CANCELED: "article_killed", PubStatus.WITHHELD: "article_held"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposing:
    """Imposes what is ordered about articles at ``now`` (hours since 1970-01-01 UTC)."""

    writer: Writer
    now: float
    purge_after: float
    """Hours from a kill to the removal of the text."""
    restated: set[str] = field(default_factory=set)
    """Articles of which a revision may be used now, or no more: to be elected."""
    flagged: set[str] = field(default_factory=set)
    """Articles that were flagged before and are judged anew: it is no news that they are."""

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
            if row is None or self._known(name, killed):
                continue
            stored = self.writer.article(killed)
            # What a notice says of a text is no text that was killed.
            if stored is not None and stored.version.kind not in NOTICES:
                self._with_copies(row, [name])

    def rejudge(self, article_id: str) -> None:
        """A text that carries no killed one any more is shown again; what it carries now is not.

        To be called when an article has another text. What an editor let go stays so.
        """
        rows = self.writer.withheld([article_id]).get(article_id, ())
        ruled = [
            row
            for row in rows
            if row.status is PubStatus.UPSTREAM_KILLED and row.by is By.RULE and row.origin
        ]
        killed = self.writer.withheld([row.origin for row in ruled if row.origin])
        ruled = [
            row
            for row in ruled
            if _killed(killed.get(row.origin or "", ())) and not self._changed(row)
        ]
        if not ruled:
            return
        before = {row.origin: row for row in ruled if row.in_force(self.now)}
        self.flagged.update({article_id} if before else ())
        self.writer.unwithhold(ruled)
        self.flag_in([self._needed(article_id).placement.cluster], article_id)
        now = self.writer.withheld([article_id]).get(article_id, ())
        kept = {row.origin: row for row in now if row.in_force(self.now)}
        same = [replace(row, since=before[one].since) for one, row in kept.items() if one in before]
        self.writer.withhold(same)
        freed = [row for one, row in before.items() if one not in kept]
        why = "its newer text does not carry the killed text"
        self.writer.log([event("article_released", row, by=By.RULE, reason=why) for row in freed])

    def _asked(
        self, status: PubStatus, *, by: By, reason: str | None, at: float | None = None
    ) -> Withholding:
        """The record of an order, without the article. ``at``: as the source states."""
        dies = status is PubStatus.CANCELED
        return Withholding(
            article_id="",
            status=status,
            since=self.now,
            reason=reason,
            by=by,
            at=at,
            purge_at=self.now + self.purge_after if dies else None,
        )

    def _withhold(self, asked: Withholding, ids: Sequence[str]) -> list[str]:
        """The articles are killed or held; with what died with them."""
        done: list[str] = []
        records = self.writer.withheld(ids)
        for name in ids:
            row = replace(asked, article_id=name)
            standing = [r for r in records.get(name, ()) if r.status is row.status]
            if standing and standing[0].in_force(self.now):
                done += self._once_more(standing[0], row)
            else:
                done += self._impose(row)
        return done

    def _once_more(self, standing: Withholding, asked: Withholding) -> list[str]:
        """What is ordered again stands as it did; a reason, an editor's hand, a later version count."""
        taken = asked.by is By.ADMIN or standing.reason is None
        row = replace(
            standing,
            by=By.ADMIN if asked.by is By.ADMIN else standing.by,
            reason=asked.reason if taken and asked.reason is not None else standing.reason,
            version=standing.version if asked.version is None else asked.version,
        )
        self.writer.withhold([] if row == standing else [row])
        if (row.by, row.reason) == (standing.by, standing.reason):
            return []
        self.writer.log([event(_EVENTS[row.status], row, by=row.by, reason=row.reason)])
        self.writer.forget_answers([row.article_id])
        if row.status is PubStatus.CANCELED:
            flags = [one for one in self.writer.carriers(row.article_id) if one.in_force(self.now)]
            self.writer.withhold([replace(one, reason=row.reason) for one in flags])
        return self._reach(row) if row.status is PubStatus.CANCELED else []

    def _impose(self, row: Withholding) -> list[str]:
        """The record stands; of a kill, all that follows from it too."""
        self.writer.withhold([row])
        self.writer.log([event(_EVENTS[row.status], row, by=row.by, reason=row.reason)])
        self.writer.forget_answers([row.article_id])
        if row.status is not PubStatus.CANCELED:
            return [row.article_id]
        stored = self._needed(row.article_id)
        # Deleted and sent again, it stays killed.
        at = row.since if row.at is None else row.at
        self.writer.remember_orders([kept_kill(stored, at=at, reason=row.reason)])
        return [row.article_id, *self._reach(row)]

    def _reach(self, row: Withholding) -> list[str]:
        """Whoever has a killed text is flagged; what an earlier kill of it spared is judged anew."""
        name = row.article_id
        spared = [one for one in self.writer.carriers(name) if one.released is not None]
        self.writer.unwithhold([one for one in spared if one.by is By.RULE])
        cluster = self._needed(name).placement.cluster
        inside = [one for one, killed in self.writer.unflagged([cluster]) if killed == name]
        beyond = Flagger(writer=self.writer, now=self.now).beyond(name)
        return self._with_copies(
            row, [*inside, *(one for one in beyond if not self._known(one, name))]
        )

    def _changed(self, flag: Withholding) -> bool:
        """The killed article has another text since: who carries the first is not seen any more."""
        kept = self.writer.revisions(flag.origin or "")
        return any(one.represents and (one.received or 0.0) > flag.since for one in kept)

    def _with_copies(self, row: Withholding, ids: Sequence[str]) -> list[str]:
        """Copies are flagged; versions of the killed piece by its source are killed too."""
        flagger = Flagger(writer=self.writer, now=self.now, told=frozenset(self.flagged))
        died: list[str] = []
        for name in flagger.flag(row, ids):
            died += self._impose(replace(row, article_id=name, version=None))
        return died

    def _known(self, name: str, killed: str) -> bool:
        """It was judged for this kill before, or is killed itself."""
        rows = self.writer.withheld([name]).get(name, ())
        return any(row.origin == killed or row.status is PubStatus.CANCELED for row in rows)

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


def event(kind: str, row: Withholding, *, by: By, reason: str | None) -> Event:
    """The line of the change log for an order, or for its end."""
    data = {"by": by.value, "reason": reason, "status": row.status.value}
    return Event(kind=kind, subject=row.article_id, data=data)
