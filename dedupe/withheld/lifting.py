"""What is taken back: by a release, by a newer version, by the hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dedupe.revisions.order import Filed, order, outdated, usable
from dedupe.state import Event
from dedupe.version import PubStatus, Version
from dedupe.withheld.imposing import Imposing, event
from dedupe.withheld.records import By, Withholding
from dedupe.withheld.releasing import What, ending
from dedupe.withheld.targets import keys_of

LIFTED = "embargo_lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting(Imposing):
    """Takes back what was ordered about articles."""

    def release(
        self,
        ids: Sequence[str],
        *,
        by: By,
        reason: str | None,
        what: What | None = None,
        embargo: bool = False,
    ) -> None:
        """What keeps these articles in is taken back as far as the release reaches (``ending``).

        ``embargo`` ends an embargo too. With a kill the flags that follow from it are taken back.
        """
        early = embargo or what in {What.EMBARGO, What.ALL}
        records = self.writer.withheld(ids)
        for name in ids:
            rows = records.get(name, ())
            ended = ending(rows, self.now, by=by, what=what, embargo=early)
            if ended:
                self._end(name, ended, by=by, reason=reason)
            self._restate(name, {row.status for row in ended}, embargo=early)

    def _end(self, name: str, ended: Sequence[Withholding], *, by: By, reason: str | None) -> None:
        """These records are in force no more, nor are the flags that follow from a kill."""
        follow = [
            flag
            for row in ended
            if row.status is PubStatus.CANCELED
            for flag in self.writer.carriers(row.article_id)
            if flag.in_force(self.now)
        ]
        # What an editor lets go is not flagged again by itself.
        freed = [
            replace(row, by=by if row.status is PubStatus.UPSTREAM_KILLED else row.by)
            for row in ended
        ]
        self.writer.withhold([replace(row, released=self.now) for row in (*freed, *follow)])
        if by is By.ADMIN:
            self._forget({row.status for row in ended}, name)
        self.writer.log(
            [event("article_released", row, by=by, reason=reason) for row in (*ended, *follow)]
        )

    def _forget(self, statuses: Iterable[PubStatus], name: str) -> None:
        """What was ordered about an article, as far as it orders this, meets it no more."""
        stored = self._needed(name)
        keys = keys_of(name, stored.article, stored.version)
        kept = [one for one in self.writer.orders(keys) if one.status not in statuses]
        self.writer.forget_orders(keys)
        self.writer.remember_orders(kept)

    def lift(self, rows: Sequence[Withholding]) -> list[str]:
        """The embargoes whose hour has come are gone; the articles they kept."""
        self.writer.unwithhold(rows)
        ended = list(dict.fromkeys(row.article_id for row in rows if row.released is None))
        self.writer.log([Event(kind=LIFTED, subject=name) for name in ended])
        return ended

    def renewed(self, article_id: str) -> None:
        """A version whose hour has come ends a hold that its source ordered before it."""
        rows = self.writer.withheld([article_id]).get(article_id, ())
        kept = self.writer.revisions(article_id)
        if rows and kept:
            self._free(article_id, kept[order(kept)[-1]].digest, rows)

    def _free(self, article_id: str, digest: bytes, rows: Sequence[Withholding]) -> None:
        """The hold of its source ends by a version that may be used and is no older than all else."""
        kept = self.writer.revisions(article_id)
        ours = next((one for one in reversed(kept) if one.digest == digest), None)
        holds = [row for row in rows if row.status is PubStatus.WITHHELD and row.in_force(self.now)]
        if ours is None or not holds or not usable(ours.version, now=self.now):
            return
        before = [one for one in kept if one is not ours]
        held = [Filed(version=row.version or Version()) for row in holds]
        if not outdated([*before, *held, ours], len(before) + len(held)):
            self.release([article_id], by=By.SOURCE, reason="a newer version may be used")

    def _restate(self, article_id: str, statuses: Iterable[PubStatus], *, embargo: bool) -> None:
        """No revision says any more what was taken back."""
        ended = {PubStatus.CANCELED, PubStatus.WITHHELD}.intersection(statuses)
        for one in self.writer.revisions(article_id):
            version = one.version
            if version.status in ended:
                version = replace(version, status=PubStatus.USABLE)
            if embargo:
                early = version.status is PubStatus.EMBARGOED
                status = PubStatus.USABLE if early else version.status
                version = replace(version, status=status, embargo=None)
            if version != one.version:
                self.writer.restate(article_id, one.number, version)
                self.restated.add(article_id)
