"""Texts that are older than they are kept: the record, and what the store is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A revision whose text is older than texts are kept."""

    article_id: str
    revision: int
    represents: bool
    """It is the article's own text, not one of its history."""


class RetentionReads(Protocol):
    """What a reader of the store tells of old texts (a part of ``ports.Reader``)."""

    def aged(self, before: float, *, limit: int) -> Sequence[Aged]:
        """Revisions received before this hour (since 1970-01-01 UTC) that have a text, oldest first.

        A text that represents an article is left out while a younger revision of it has one.
        """
