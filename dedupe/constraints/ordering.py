"""The part of the service that takes editors' orders: checked, kept, obeyed at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from dedupe.constraints.contradictions import check, twin
from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import BadInput, NotFound
from dedupe.gathering import Gatherer
from dedupe.neighbourhood import Neighbourhood
from dedupe.ports import Reader, Store, Writer
from dedupe.state import Event, Plan
from dedupe.withheld.worded import worded

ADDED, REMOVED = "constraint_added", "constraint_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """Where an article lies."""

    article: str
    cluster: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order in force, and where its articles lie."""

    constraint: Constraint
    now: tuple[Lies, ...]
    """One for each of its articles, in their order."""
    new: bool = False
    """It was not in force before."""


class Ordering(ABC):
    """Editors' orders about groups, for the service to inherit."""

    store: Store
    _gatherer: Gatherer
    _clock: Callable[[], float]
    _new_id: Callable[[str], str]

    def order(
        self,
        kind: ConstraintKind,
        articles: Sequence[str],
        *,
        by: str,
        level: Level | None = None,
        why: str | None = None,
    ) -> Ordered:
        """The order is in force and obeyed; the one in force where the same is ordered already.

        Args:
            kind: what is ordered.
            articles: ids of two different articles, of one for a pinned canonical.
            by: who orders it, in one line.
            level: by default stories; of a pinned canonical it is clusters.
            why: for whoever reads it later.

        Raises:
            BadInput: an argument cannot be used.
            NotFound: there is no such article.
            Contradiction: the orders in force contradict it.
        """
        new = Constraint(
            id=self._new_id("order"),
            kind=kind,
            level=_level(kind, level),
            articles=_articles(kind, articles),
            by=_one_line("by", by) or _nobody(by),
            at=self._clock(),
            why=_one_line("why", why),
        )
        with self._writing() as writer:
            for name in new.articles:
                if writer.article(name) is None:
                    raise NotFound("article", name)
            known = writer.all_constraints()
            if (same := twin(new, known)) is not None:
                return _now(writer, same)
            check(new, known)
            writer.add_constraint(new)
            writer.log([_event(ADDED, new)])
            self._regroup(writer, new.articles)
            return replace(_now(writer, new), new=True)

    def revoke(self, constraint_id: str) -> None:
        """The order is gone, and what it held together or apart is grouped by evidence again.

        Raises:
            NotFound: there is no such order.
        """
        with self._writing() as writer:
            one = writer.constraint(constraint_id)
            if one is None:
                raise NotFound("constraint", constraint_id)
            writer.remove_constraint(one.id)
            writer.log([_event(REMOVED, one)])
            self._regroup(writer, one.articles)

    def ordered(self, constraint_id: str) -> Ordered:
        """An order in force.

        Raises:
            NotFound: there is no such order.
        """
        with self.store.read() as reader:
            one = reader.constraint(constraint_id)
            if one is None:
                raise NotFound("constraint", constraint_id)
            return _now(reader, one)

    def orders(
        self, *, article: str | None = None, after: str | None = None, limit: int
    ) -> list[Ordered]:
        """A page of the orders in force, or of those about an article, the first given first.

        Raises:
            NotFound: there is no order ``after``.
        """
        with self.store.read() as reader:
            found = reader.constraints_after(after=after, limit=limit, article=article)
            return [_now(reader, one) for one in found]

    def _regroup(self, writer: Writer, articles: Sequence[str]) -> None:
        """The whole stories of these articles are settled anew, however large they are."""
        plan = self._settled(self._gatherer.whole_stories(writer, articles))
        writer.apply(plan)
        self._flag(writer, plan, None)

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Writer]: ...
    @abstractmethod
    def _settled(self, around: Neighbourhood) -> Plan: ...
    @abstractmethod
    def _flag(self, writer: Writer, plan: Plan, article_id: str | None) -> None: ...


def dropped_with(writer: Writer, article_id: str) -> None:
    """Orders about an article that is going to be deleted are gone; the change log says so."""
    gone = writer.constraints([article_id])
    for one in gone:
        writer.remove_constraint(one.id)
    writer.log([_event(REMOVED, one) for one in gone])


def _now(reader: Reader, one: Constraint) -> Ordered:
    placed = {member.profile.id: member.placement for member in reader.members(one.articles)}
    return Ordered(
        constraint=one,
        now=tuple(
            Lies(article=name, cluster=place.cluster, story=place.story)
            for name in one.articles
            if (place := placed.get(name)) is not None
        ),
    )


def _event(kind: str, one: Constraint) -> Event:
    data = {
        "kind": one.kind.value,
        "level": one.level.value,
        "articles": list(one.articles),
        "by": one.by,
        "why": one.why,
    }
    return Event(kind=kind, subject=one.id, data=data)


def _level(kind: ConstraintKind, level: Level | None) -> Level:
    """The level that is meant.

    Raises:
        BadInput: a story has no pinned canonical.
    """
    if kind is not ConstraintKind.PINNED_CANONICAL:
        return level or Level.STORY
    if level is Level.STORY:
        fix = "leave it out: the article represents the cluster that it lies in"
        raise BadInput("level", "a canonical is pinned for its cluster", fix, value=level.value)
    return Level.CLUSTER


def _articles(kind: ConstraintKind, articles: Sequence[str]) -> tuple[str, ...]:
    """The articles in order.

    Raises:
        BadInput: there are too many, too few, or one is named twice.
    """
    wanted = 1 if kind is ConstraintKind.PINNED_CANONICAL else 2
    found = tuple(sorted(set(articles)))
    if len(found) != wanted or len(articles) != wanted:
        told = "the id of one article" if wanted == 1 else "the ids of two different articles"
        fix = f"a {kind.value} needs {told}"
        raise BadInput("articles", f"{len(found)} articles are named", fix, value=list(articles))
    return found


def _one_line(field: str, text: str | None) -> str | None:
    try:
        return worded(text)
    except BadInput as error:
        raise BadInput(field, error.problem, error.fix, value=error.value) from error


def _nobody(by: str) -> str:
    raise BadInput("by", "does not say who orders it", "name a person or a desk", value=by)
