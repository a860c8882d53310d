"""Flags on what carries a killed article's text, and who carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dedupe.model import Relation
from dedupe.ports import Reader, Writer
from dedupe.state import CopyLink, Event
from dedupe.verdict import COPIED
from dedupe.version import PubStatus
from dedupe.withheld.records import By, Withholding
from dedupe.withheld.upstream import Fate, Piece, fate, same_source

CARRIED = 0.5
"""Share of either text from which one that lies in another cluster carries it all the same: an
excerpt too short for one, a digest that holds it."""
SHORT = 16
"""Distinct shingles below which a killed text is a line that others quote: only what is nearly equal
to it carries it."""
_QUOTES = "it quotes the killed text, which is a line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An article that carries a killed one's text."""

    article_id: str
    external_id: str | None
    source: str | None
    url: str | None
    relation: Relation
    contains: float | None
    """Share of the killed text's shingles that it holds; None where that was not measured."""
    contained: float | None
    """Share of its own shingles that is the killed text's."""
    withheld: bool
    reason: str | None
    """Why it is not withheld, or was released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagger:
    """Judges who has a killed text from there, each pair once."""

    writer: Writer
    now: float
    told: frozenset[str] = frozenset()
    """Articles whose flag is no news."""

    def flag(self, killed: Withholding, ids: Iterable[str]) -> list[str]:
        """These articles are flagged, or known to be spared; ids of those that die with the killed."""
        writer, name = self.writer, killed.article_id
        pieces = self._pieces([name, *ids])
        own = pieces.pop(name, None)
        if own is None:
            return []
        stored = writer.article(name)
        cluster = None if stored is None else writer.cluster(stored.placement.cluster)
        links = {_other(link, name): link for link in writer.links([name])}
        quotes = self._quoting(name, pieces, links)
        before = writer.withheld(list(pieces))
        rows, events, with_it = [], [], []
        for other in pieces.values():
            outcome, why = fate(
                own,
                other,
                canonical=None if cluster is None else cluster.canonical,
                by=killed.by,
                at=killed.since if killed.at is None else killed.at,
            )
            if outcome is Fate.KILLED:
                with_it.append(other.id)
                continue
            if outcome is Fate.FLAGGED and quotes(other.id):
                outcome, why = Fate.SPARED, _QUOTES
            spared = outcome is Fate.SPARED
            rows.append(self._row(killed, other.id, spared=spared, why=why))
            if not (spared or other.id in self.told or self._flagged(before.get(other.id, ()))):
                events.append(_event(killed, other.id, links.get(other.id)))
        writer.withhold(rows)
        writer.log(events)
        writer.forget_answers([row.article_id for row in rows if row.released is None])
        return with_it

    def beyond(self, article_id: str) -> list[str]:
        """Articles of other clusters that hold much of an article's text, or it of theirs.

        Where the verdict on their text holds two apart, as issues of one column, they are of other
        houses, and what they share is no form that both fill in.
        """
        links = [
            link
            for link in self.writer.links([article_id])
            if max(link.a_in_b, link.b_in_a) >= CARRIED
            and (link.p_same_text >= COPIED or link.overlap < CARRIED)
        ]
        apart = {_other(one, article_id) for one in links if one.p_same_text < COPIED}
        pieces = self._pieces([article_id, *apart]) if apart else {}
        own = pieces.get(article_id)
        theirs = {
            name
            for name in apart
            if own is None or (other := pieces.get(name)) is None or _one_house(own, other)
        }
        return sorted({_other(link, article_id) for link in links} - theirs)

    def _quoting(
        self, killed: str, others: Iterable[str], links: Mapping[str, CopyLink]
    ) -> Callable[[str], bool]:
        """Whether another only quotes a killed text that is a line; of longer ones nobody does."""
        profiles = {one.profile.id: one.profile for one in self.writer.members([killed, *others])}
        own = profiles.get(killed)
        if own is None or own.shingle_count >= SHORT:
            return lambda _: False

        def quotes(name: str) -> bool:
            if profiles[name].text_hash == own.text_hash:
                return False
            link = links.get(name)
            return link is None or min(link.a_in_b, link.b_in_a) < CARRIED

        return quotes

    def _flagged(self, rows: Sequence[Withholding]) -> bool:
        """It carries another killed version already, and was told to."""
        return any(
            row.status is PubStatus.UPSTREAM_KILLED and row.in_force(self.now) for row in rows
        )

    def _row(self, killed: Withholding, name: str, *, spared: bool, why: str | None) -> Withholding:
        return Withholding(
            article_id=name,
            status=PubStatus.UPSTREAM_KILLED,
            origin=killed.article_id,
            since=self.now,
            reason=why if spared else killed.reason,
            by=By.RULE,
            released=self.now if spared else None,
        )

    def _pieces(self, ids: Sequence[str]) -> dict[str, Piece]:
        members = {one.profile.id: one for one in self.writer.members(list(dict.fromkeys(ids)))}
        found = {name: self.writer.article(name) for name in members}
        return {
            name: Piece.of(stored, members[name])
            for name, stored in found.items()
            if stored is not None
        }


def _one_house(one: Piece, other: Piece) -> bool:
    return same_source(one.source, one.outlet, other.source, other.outlet)


def carriers(reader: Reader, killed: str, now: float) -> list[Carrier]:
    """Who carries a killed article's text, in order of arrival."""
    rows = reader.carriers(killed)
    links = {_other(link, killed): link for link in reader.links([killed])}
    return [
        found
        for row in rows
        if (found := _carrier(reader, row, killed, links.get(row.article_id), now)) is not None
    ]


def _carrier(
    reader: Reader, row: Withholding, killed: str, link: CopyLink | None, now: float
) -> Carrier | None:
    stored = reader.article(row.article_id)
    if stored is None:
        return None
    contains, contained = (None, None) if link is None else _shares(link, killed)
    return Carrier(
        article_id=stored.id,
        external_id=stored.article.external_id,
        source=stored.article.source,
        url=stored.article.url,
        relation=_relation(stored.placement.in_cluster.relation, contains, contained),
        contains=contains,
        contained=contained,
        withheld=row.in_force(now),
        reason=None if row.in_force(now) else row.reason,
    )


def _relation(placed: Relation, contains: float | None, contained: float | None) -> Relation:
    """How it stands to the killed one: as it lies in the cluster, else by what it holds."""
    if contains is not None and contained is not None:
        if min(contains, contained) == 1.0:
            return Relation.EXACT
        if min(contains, contained) < CARRIED:
            return Relation.EXCERPT
    return Relation.NEAR_DUPLICATE if placed is Relation.NONE else placed


def _shares(link: CopyLink, killed: str) -> tuple[float, float]:
    """(share of the killed text that the other holds, share of the other that is the killed text)."""
    return (link.a_in_b, link.b_in_a) if link.a == killed else (link.b_in_a, link.a_in_b)


def _other(link: CopyLink, name: str) -> str:
    return link.b if link.a == name else link.a


def _event(killed: Withholding, name: str, link: CopyLink | None) -> Event:
    contains, contained = (None, None) if link is None else _shares(link, killed.article_id)
    data = {
        "killed": killed.article_id,
        "reason": killed.reason,
        "contains": contains,
        "contained": contained,
    }
    return Event(kind="upstream_killed", subject=name, data=data)
