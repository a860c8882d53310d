"""Editors' orders about groups, kept by the articles that they are about."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import NotFound
from index.sqlite.view import Row, View, WritableView, array


class ConstraintReader(View):
    """Reads what was ordered."""

    def constraint(self, constraint_id: str) -> Constraint | None:
        """The order of that id."""
        row = self._row("constraint", id=constraint_id)
        return None if row is None else _constraint(row)

    def constraints(self, ids: Sequence[str]) -> Sequence[Constraint]:
        """Every order about one of these articles, once, in the order they were given."""
        if not self._rows("any_constraint"):
            return ()
        return [_constraint(row) for row in self._rows("constraints_of", ids=array(ids))]

    def all_constraints(self) -> Sequence[Constraint]:
        """Every order, in the order they were given."""
        return self.constraints_after(after=None, limit=-1)

    def constraints_after(
        self,
        *,
        after: str | None,
        limit: int,
        article: str | None = None,
        kind: ConstraintKind | None = None,
        level: Level | None = None,
    ) -> Sequence[Constraint]:
        """A page of the orders, or of some of them; a negative limit is none.

        Raises:
            NotFound: there is no order ``after``.
        """
        position = 0
        if after is not None:
            row = self._row("constraint_position", id=after)
            if row is None:
                raise NotFound("constraint", after)
            position = int(row[0])
        rows = self._rows(
            "constraints_after",
            after=position,
            limit=limit,
            article=article,
            kind=None if kind is None else kind.value,
            level=None if level is None else level.value,
        )
        return [_constraint(row) for row in rows]

    def ordered_in(self, stories: Sequence[str]) -> Sequence[str]:
        """The articles of these stories that some order is about, sorted."""
        if not self._rows("any_constraint"):
            return ()
        return self._column("ordered_in", ids=array(stories))


class ConstraintWriter(WritableView, ConstraintReader):
    """Writes what is ordered."""

    def add_constraint(self, constraint: Constraint) -> None:
        """The order is in force.

        Raises:
            StoreError: the same is ordered already, or an article is not stored.
        """
        a, b = (*constraint.articles, None)[:2]
        self._write(
            "insert_constraint",
            id=constraint.id,
            kind=constraint.kind.value,
            level=constraint.level.value,
            a=a,
            b=b,
            by=constraint.by,
            at=constraint.at,
            why=constraint.why,
        )

    def remove_constraint(self, constraint_id: str) -> None:
        """The order is gone; an unknown one is ignored."""
        self._write("delete_constraint", id=constraint_id)


def _constraint(row: Row) -> Constraint:
    found, kind, level, a, b, by, at, why = row
    return Constraint(
        id=found,
        kind=ConstraintKind(kind),
        level=Level(level),
        articles=(a, b) if b else (a,),
        by=by,
        at=at,
        why=why,
    )
