"""What is asked of the store about editors' orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dedupe.constraints.records import Constraint, ConstraintKind, Level


class ConstraintReads(Protocol):
    """What a reader of the store tells of orders (a part of ``ports.Reader``)."""

    def constraint(self, constraint_id: str) -> Constraint | None:
        """The order of that id."""

    def constraints(self, ids: Sequence[str]) -> Sequence[Constraint]:
        """Every order about one of these articles, once, in the order they were given."""

    def all_constraints(self) -> Sequence[Constraint]:
        """Every order, in the order they were given."""

    def constraints_after(
        self,
        *,
        after: str | None,
        limit: int,
        article: str | None = None,
        kind: ConstraintKind | None = None,
        level: Level | None = None,
    ) -> Sequence[Constraint]:
        """A page of the orders, or of some of them, after the one of that id.

        Raises:
            NotFound: there is no order ``after``.
        """

    def ordered_in(self, stories: Sequence[str]) -> Sequence[str]:
        """The articles of these stories that some order is about, sorted."""


class ConstraintWrites(Protocol):
    """What a writer of the store does with orders (a part of ``ports.Writer``)."""

    def add_constraint(self, constraint: Constraint) -> None:
        """The order is in force.

        Raises:
            StoreError: the same is ordered already, or an article is not stored.
        """

    def remove_constraint(self, constraint_id: str) -> None:
        """The order is gone; an unknown one is ignored."""
