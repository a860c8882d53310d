"""The part of the service that takes editors' orders: checked, kept, obeyed at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from dedupe.constraints.contradictions import check, twin
from dedupe.constraints.nearest import Pairs, nearest_of_many
from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import BadInput, NotFound
from dedupe.gathering import EVERY, Gatherer
from dedupe.neighbourhood import Neighbourhood
from dedupe.ports import Reader, Store, Writer
from dedupe.settings import Settings
from dedupe.state import Event, Plan
from dedupe.withheld.worded import worded

ADDED, REMOVED = "constraint_added", "constraint_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """Where an article lies."""

    article: str
    cluster: str
    story: str
    canonical: str | None
    """Article that is the canonical of the cluster; None where it is not stored here."""


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
    _settings: Settings
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

        A canonical that is pinned again is the last one pinned: its order keeps its id alone.

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
            same = twin(new, known)
            if same is not None and kind is not ConstraintKind.PINNED_CANONICAL:
                return _now(writer, same)
            if same is not None:
                new = replace(new, id=same.id)
                writer.remove_constraint(same.id)
            else:
                check(new, known)
            writer.add_constraint(new)
            writer.log([_event(ADDED, new)])
            self._regroup(writer, new.articles)
            return replace(_now(writer, new), new=same is None)

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
        self,
        *,
        article: str | None = None,
        kind: ConstraintKind | None = None,
        level: Level | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[Ordered]:
        """A page of the orders in force, the first given first; of some, where they are named.

        Raises:
            NotFound: there is no such article, or no order ``after``.
        """
        with self.store.read() as reader:
            if article is not None and reader.article(article) is None:
                raise NotFound("article", article)
            found = reader.constraints_after(
                after=after, limit=limit, article=article, kind=kind, level=level
            )
            return [_now(reader, one) for one in found]

    def _regroup(self, writer: Writer, articles: Sequence[str]) -> None:
        """The whole stories of these articles are settled anew, however large they are."""
        around = self._gatherer.whole_stories(writer, articles)
        near = nearest_of_many([item.profile for item in around.items], self._settings)
        plan = self._settled(around, near)
        writer.apply(plan)
        self._flag(writer, plan, None)

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Writer]: ...
    @abstractmethod
    def _settled(self, around: Neighbourhood, near: Pairs | None = None) -> Plan: ...
    @abstractmethod
    def _flag(self, writer: Writer, plan: Plan, article_id: str | None) -> None: ...


def dropped_with(writer: Writer, article_id: str, story_id: str) -> set[str]:
    """Orders about an article that is going to be deleted are gone; the change log says so.

    Returns the articles that these orders held together or apart: those that they named, and
    those of the article's own story.
    """
    gone = writer.constraints([article_id])
    for one in gone:
        writer.remove_constraint(one.id)
    writer.log([_event(REMOVED, one) for one in gone])
    freed = {name for one in gone for name in one.articles} - {article_id}
    if freed:
        freed.update(writer.story_members(story_id, limit=EVERY))
    return freed - {article_id}


def _now(reader: Reader, one: Constraint) -> Ordered:
    placed = {member.profile.id: member.placement for member in reader.members(one.articles)}
    return Ordered(
        constraint=one,
        now=tuple(
            [
                Lies(
                    article=name,
                    cluster=place.cluster,
                    story=place.story,
                    canonical=None if state is None else state.canonical.article_id,
                )
                for name in one.articles
                if (place := placed.get(name)) is not None
                for state in [reader.cluster(place.cluster)]
            ]
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
        named = "1 article is" if len(found) == 1 else f"{len(found)} articles are"
        often = "; one is named twice" if len(found) < len(articles) else ""
        raise BadInput("articles", f"{named} named{often}", fix, value=list(articles))
    return found


def _one_line(field: str, text: str | None) -> str | None:
    try:
        return worded(text)
    except BadInput as error:
        raise BadInput(field, error.problem, error.fix, value=error.value) from error


def _nobody(by: str) -> str:
    raise BadInput("by", "does not say who orders it", "name a person or a desk", value=by)
