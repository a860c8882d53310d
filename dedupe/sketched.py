"""Texts as columns: what the search for copies keeps of each, of any number of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from dedupe.model import (
    Bools,
    Int32s,
    Int64s,
    Profile,
    Provenance,
    Terms,
    UInt8s,
    UInt64s,
)
from dedupe.sketch import sketch_of
from dedupe.version import Role, Version

ROLES = tuple(Role)
_NO_HASHES: UInt64s = np.empty(0, np.uint64)
_NO_NUMBERS: Int32s = np.empty(0, np.int32)
NO_TERMS = Terms(
    words=_NO_HASHES, counts=_NO_NUMBERS, names=_NO_HASHES, numbers=_NO_HASHES, title=_NO_HASHES
)
"""Of an article that only its text is judged of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is kept of each text, one row each, in order."""

    text_hash: UInt64s
    """0 for a text without a word."""
    words: Int64s
    """Number of words."""
    shingles: Int64s
    """Number of distinct shingles."""
    headline_page: Bools
    role: UInt8s
    """Position of the article's role in ``ROLES``."""

    @classmethod
    def joined(cls, parts: Sequence[Facts]) -> Facts:
        """The rows of all parts, one after the other; there is at least one part."""
        return cls(
            **{
                column.name: np.concatenate([getattr(part, column.name) for part in parts])
                for column in fields(cls)
            }
        )

    @classmethod
    def none(cls) -> Facts:
        """No rows."""
        integers = np.empty(0, np.int64)
        return cls(
            text_hash=_NO_HASHES,
            words=integers,
            shingles=integers,
            headline_page=np.empty(0, np.bool_),
            role=np.empty(0, np.uint8),
        )

    def profile(
        self,
        row: int,
        *,
        article_id: str,
        published: tuple[float | None, bool],
        provenance: Provenance,
        shingles: UInt64s,
        version: Version,
    ) -> Profile:
        """All that judging texts needs to know of one article.

        ``published`` is when, in hours, and whether the hour is known; ``shingles`` are its own,
        ``version`` is as ``dedupe.succession.filed`` gives it.
        """
        return Profile(
            id=article_id,
            provenance=provenance,
            published=published[0],
            published_precise=published[1],
            event_days=_NO_NUMBERS,
            text_hash=int(self.text_hash[row]),
            word_count=int(self.words[row]),
            shingle_count=int(self.shingles[row]),
            sketch=sketch_of(shingles),
            terms=NO_TERMS,
            vector=None,
            headline_page=bool(self.headline_page[row]),
            version=version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketched:
    """A batch of texts, read for the search for copies."""

    facts: Facts
    shingles: Sequence[UInt64s]
    """Sorted distinct shingle hashes of each text."""
