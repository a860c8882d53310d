"""How common terms are in news at large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from dedupe.model import Doubles, Int64s, UInt64s
from dedupe.terms.numbers import numbers
from dedupe.terms.page import Page, content
from dedupe.words import mix

_SHELF_BITS = 17
"""Two bits more than the 30,000 terms of the shipped background need: few share a shelf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Terms with the number of articles each occurs in.

    ``keys`` are the terms' hashes (of words, grapheme pairs and number codes) mixed once more,
    sorted and unique: number codes are anything but evenly spread, and keys that are can be found
    by their top bits.
    """

    keys: UInt64s
    counts: Doubles
    shelf: Int64s
    """Where the keys of each value of the top bits start, and the end."""
    depth: int
    """Most keys on one shelf."""

    @classmethod
    def of(cls, keys: UInt64s, counts: Doubles) -> Table:
        """The table of keys in any order; what one key is given is added up."""
        keys, inverse = np.unique(keys, return_inverse=True)
        total = np.zeros(len(keys), dtype=np.float64)
        np.add.at(total, inverse, counts)
        shelves = np.bincount(_top(keys), minlength=1 << _SHELF_BITS)
        return cls(
            keys=keys,
            counts=total,
            shelf=np.concatenate([[0], np.cumsum(shelves)]),
            depth=int(shelves.max()),
        )

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, float]]) -> Table:
        """The table of (term as written, number of articles)."""
        items = list(rows)
        page = Page.of([term for term, _ in items])
        at, hashes = content(page)
        number_at, codes = numbers(page)
        frequency = np.array([count for _, count in items], dtype=np.float64)
        keys = mix(np.concatenate([hashes, codes]))
        return cls.of(keys, frequency[page.text[np.concatenate([at, number_at])]])

    def counted(self, hashes: UInt64s) -> Doubles:
        """In how many articles each of these terms occurs; 0 for one that is not listed."""
        keys = mix(np.array(hashes, dtype=np.uint64))
        counts = np.zeros(len(keys), dtype=np.float64)
        at = self.shelf[_top(keys)]
        for step in range(self.depth):
            there = np.minimum(at + step, len(self.keys) - 1)
            counts = np.where(self.keys[there] == keys, self.counts[there], counts)
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """How common terms are in news at large: the rarer a term, the more it says to share it."""

    version: str
    documents: float
    table: Callable[[], Table]
    """In how many of ``documents`` articles each term occurs; made when it is first asked for, as
    copies alone need none of it."""

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[str, float]], *, documents: float, version: str
    ) -> Background:
        """The background of (term as written, document frequency); terms may be numbers."""
        table = Table.of_rows(rows)
        return cls(version=version, documents=documents, table=lambda: table)

    @classmethod
    def from_tsv(cls, text: str) -> Background:
        """The background of a table as ``benchmarks/background.py`` writes it.

        Raises:
            ValueError: the first line does not give documents and version.
        """
        head, _, rest = text.partition("\n")
        given = dict(item.split("=", 1) for item in head.split() if "=" in item)
        if not {"documents", "version"} <= given.keys():
            raise ValueError(f"a background table starts with documents and version, not {head!r}")
        return cls(
            version=given["version"],
            documents=float(given["documents"]),
            table=cache(lambda: Table.of_rows(_rows(rest))),
        )

    def idf(self, hashes: UInt64s) -> Doubles:
        """ln((N + 1) / (df + 1)) of each term, dtype = float64; unknown terms get the maximum."""
        return np.log((self.documents + 1.0) / (self.table().counted(hashes) + 1.0))

    def with_counts(self, hashes: UInt64s, counts: Doubles, *, documents: float) -> Background:
        """This background with live counts added: of ``documents`` articles, ``counts`` hold each.

        The version stays: live counts refine, they do not change what the numbers mean.
        """
        table = Table.of(
            np.concatenate([self.table().keys, mix(np.array(hashes, dtype=np.uint64))]),
            np.concatenate([self.table().counts, np.asarray(counts, dtype=np.float64)]),
        )
        return Background(
            version=self.version, documents=self.documents + documents, table=lambda: table
        )


def _rows(text: str) -> Iterator[tuple[str, float]]:
    for line in text.splitlines():
        term, count = line.rsplit("\t", 1)
        yield term, float(count)


def _top(keys: UInt64s) -> Int64s:
    return (keys >> np.uint64(64 - _SHELF_BITS)).astype(np.int64)
