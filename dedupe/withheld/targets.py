"""Which articles a notice means: by identifiers, else by the chain of versions it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dedupe.model import Article, Notice, Reading
from dedupe.ports import StoredArticle, Writer
from dedupe.reading import identifier, identity_source
from dedupe.revisions.order import Chained, chain_source
from dedupe.version import PubStatus
from dedupe.wire.chains import LONGEST
from dedupe.withheld.names import (
    BY_HEADLINE,
    BY_ID,
    NOTICES,
    headline,
    id_key,
    keys_of,
    named,
    spelled,
)
from dedupe.withheld.records import CHAIN_HOURS, Order, target_key
from dedupe.withheld.upstream import filed, house, same_source

__all__ = ["Targets", "kept_kill", "keys_of", "meant", "meets", "notice_time", "orders_of"]

_TEXT = "its text"
_HEADLINE = "its headline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The articles a notice means, and what has to be said about others that it names."""

    ids: tuple[str, ...] = ()
    warnings: tuple[Notice, ...] = ()


def meant(writer: Writer, reading: Reading, *, now: float) -> Targets:
    """The articles of the same source that a notice, or a canceled version, means.

    What it names by id it means, with all versions of one piece; a name that leads to several
    different pieces means none of them, and so do several words of its text that are ids of
    different pieces. No article of another source is ever meant.
    """
    names = named(reading)
    search = _Search(writer, reading, now)
    for name in (*names.ids, *names.chains):
        search.take(_shown(name), search.known(name))
    loose = [one for name in names.loose for one in search.known(name, chains=False)]
    search.take(_TEXT, loose)
    search.take_own([(_shown(name), search.known(name)) for name in names.own])
    return Targets(
        ids=tuple(dict.fromkeys(search.ids)), warnings=tuple(dict.fromkeys(search.warnings))
    )


def orders_of(
    reading: Reading, status: PubStatus, at: float, *, now: float, reason: str | None
) -> list[Order]:
    """What has to be remembered of a notice of this time for articles that arrive after it."""
    names = named(reading)
    about = Order(
        target=b"",
        source=identity_source(reading.article),
        outlet=house(reading.profile),
        status=status,
        notice=reading.id,
        at=at,
        reason=reason,
    )
    if not about.source and about.outlet is None:
        return []
    chains = [
        replace(about, target=target_key("chain", chain), until=now + CHAIN_HOURS)
        for chain in dict.fromkeys((*names.own, *names.chains))
    ]
    ids = [replace(about, target=id_key(name)) for name in names.ids]
    # Of several words one is the id; which one, nobody can say before an article has it.
    unsure = status if len(names.loose) == 1 else PubStatus.WITHHELD
    ids += [replace(about, target=id_key(name), status=unsure) for name in names.loose]
    return [replace(about, target=target_key("article", reading.id)), *ids, *chains]


def kept_kill(stored: StoredArticle, *, at: float, reason: str | None) -> Order:
    """What has to be remembered of a killed article, whatever becomes of it."""
    return Order(
        target=target_key("article", stored.id),
        source=identity_source(stored.article),
        outlet=None,
        status=PubStatus.CANCELED,
        notice=stored.id,
        at=at,
        reason=reason,
    )


def notice_time(reading: Reading, now: float) -> float:
    """When an order was given: as it is dated, at the end of its day where it tells no hour; else now.

    What names its target by chain means versions filed up to then.
    """
    at = filed(reading.version, reading.profile)
    if at is None:
        return now
    return min(now, at if _precise(reading) else at + 24.0)


def meets(order: Order, reading: Reading, *, now: float) -> bool:
    """An order given before an article came reaches it, by the dates of both.

    Identifiers always do; chains those filed up to the order and not long before it. An article
    without a date was filed when it came.
    """
    if order.until is None:
        return True
    when = filed(reading.version, reading.profile)
    if when is None:
        return now <= order.until
    return order.at - CHAIN_HOURS <= when <= order.at


def _precise(reading: Reading) -> bool:
    return reading.version.created is not None or reading.profile.published_precise


class _Search:
    """What one notice means, as far as its names were looked up."""

    def __init__(self, writer: Writer, reading: Reading, now: float) -> None:
        self._writer, self._reading, self._now = writer, reading, now
        self._at = notice_time(reading, now)
        self._source = chain_source(reading.article, reading.profile.provenance)
        self.ids: list[str] = []
        self.warnings: list[Notice] = []

    def take(self, name: str, found: Sequence[StoredArticle]) -> None:
        """What this name leads to is meant, where it is one piece of the same source."""
        own = self._own(name, found)
        if len(_pieces(own)) > 1:
            self._several(name, own)
        else:
            self.ids += [one.id for one in own]

    def take_own(self, names: Sequence[tuple[str, Sequence[StoredArticle]]]) -> None:
        """The first of these names that leads to one piece says which; versions of it are meant."""
        found = [(name, self._own(name, some)) for name, some in names]
        piece = next((_pieces(own) for _, own in found if len(_pieces(own)) == 1), None)
        for name, own in found:
            if piece is None and len(_pieces(own)) > 1:
                self._several(name, own)
            self.ids += [one.id for one in own if piece and one.placement.story in piece]

    def known(self, name: str, *, chains: bool = True) -> list[StoredArticle]:
        """Whatever is known by a name, notices left out."""
        source = self._reading.article.source
        ids = [name, *(one for each in spelled(name) for one in self._writer.by_external_id(each))]
        ids.append(identifier(Article(source=source, url=name), 0))
        if chains:
            ids += self._chained(name)
        stored = (self._writer.article(one) for one in dict.fromkeys(ids))
        return [
            one
            for one in stored
            if one is not None and one.version.kind not in NOTICES and one.id != self._reading.id
        ]

    def _chained(self, name: str) -> Iterator[str]:
        """Versions of the piece that were filed before the notice."""
        writer, source = self._writer, self._source
        for chain in dict.fromkeys((name, BY_ID + name.casefold())):
            yield from self._before(partial(writer.chained, source, chain))
        if name.startswith(BY_HEADLINE):
            words = name.removeprefix(BY_HEADLINE)
            if len(name) >= LONGEST:
                # The last word of a long headline is cut.
                words = words.rsplit(" ", 1)[0]
            for one in self._before(partial(writer.headlined, source, words)):
                if self._headed(one, name):
                    yield one

    def _before(self, near: Callable[..., Sequence[Chained]]) -> Iterator[str]:
        """Those dated before the notice, and those without a date that came before it."""
        for one in near(at=self._at, hours=CHAIN_HOURS):
            if one.at <= self._at and one.at != one.received:
                yield one.article_id
        for one in near(at=self._now, hours=CHAIN_HOURS):
            if one.at == one.received:
                yield one.article_id

    def _headed(self, article_id: str, name: str) -> bool:
        stored = self._writer.article(article_id)
        return stored is not None and headline(stored.article, stored.version) == name

    def _own(self, name: str, found: Sequence[StoredArticle]) -> list[StoredArticle]:
        """Those of the same source; that there are only others is said."""
        own = [one for one in found if self._same(one)]
        if found and not own and name is not _TEXT:
            others = ", ".join(one.id for one in found)
            self._warn(name, f"of another source: nothing was done to {others}")
        return own

    def _several(self, name: str, own: Sequence[StoredArticle]) -> None:
        several = ", ".join(one.id for one in own)
        self._warn(name, f"names several different pieces, so none of them is meant: {several}")

    def _same(self, stored: StoredArticle) -> bool:
        members = self._writer.members([stored.id])
        outlet = house(members[0].profile) if members else None
        ours = identity_source(self._reading.article), house(self._reading.profile)
        return same_source(*ours, identity_source(stored.article), outlet)

    def _warn(self, name: str, action: str) -> None:
        self.warnings.append(Notice(field="version", value=name[:200], action=action))


def _pieces(found: Sequence[StoredArticle]) -> set[str | None]:
    return {one.placement.story for one in found}


def _shown(name: str) -> str:
    """How a name is told: the words of a headline or a slug are not."""
    return name if ":" not in name or name.startswith(BY_ID) or "://" in name else _HEADLINE
