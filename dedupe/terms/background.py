"""How common terms are in news at large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dedupe.model import Doubles, Int64s, UInt64s
from dedupe.terms.numbers import numbers
from dedupe.terms.page import Page, content
from dedupe.words import mix

_SHELF_BITS = 17
"""Two bits more than the 30,000 terms of the shipped background need: few share a shelf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """How common terms are in news at large: the rarer a term, the more it says to share it.

    ``counts`` says in how many of ``documents`` articles each term occurs. ``keys`` are the terms'
    hashes (of words, grapheme pairs and number codes) mixed once more, sorted and unique: number
    codes are anything but evenly spread, and keys that are can be found by their top bits.
    """

    version: str
    documents: float
    keys: UInt64s
    counts: Doubles
    shelf: Int64s
    """Where the keys of each value of the top bits start, and the end."""
    depth: int
    """Most keys on one shelf."""

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[str, float]], *, documents: float, version: str
    ) -> Background:
        """The background of (term as written, document frequency); terms may be numbers."""
        items = list(rows)
        page = Page.of([term for term, _ in items])
        at, hashes = content(page)
        number_at, codes = numbers(page)
        frequency = np.array([count for _, count in items], dtype=np.float64)
        keys = mix(np.concatenate([hashes, codes]))
        counts = frequency[page.text[np.concatenate([at, number_at])]]
        return cls._of(keys, counts, documents=documents, version=version)

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
        rows = (line.rsplit("\t", 1) for line in rest.splitlines())
        return cls.from_rows(
            ((term, float(count)) for term, count in rows),
            documents=float(given["documents"]),
            version=given["version"],
        )

    @classmethod
    def _of(cls, keys: UInt64s, counts: Doubles, *, documents: float, version: str) -> Background:
        keys, inverse = np.unique(keys, return_inverse=True)
        total = np.zeros(len(keys), dtype=np.float64)
        np.add.at(total, inverse, counts)
        shelves = np.bincount(_top(keys), minlength=1 << _SHELF_BITS)
        return cls(
            version=version,
            documents=documents,
            keys=keys,
            counts=total,
            shelf=np.concatenate([[0], np.cumsum(shelves)]),
            depth=int(shelves.max()),
        )

    def idf(self, hashes: UInt64s) -> Doubles:
        """ln((N + 1) / (df + 1)) of each term, dtype = float64; unknown terms get the maximum."""
        keys = mix(np.array(hashes, dtype=np.uint64))
        counts = np.zeros(len(keys), dtype=np.float64)
        at = self.shelf[_top(keys)]
        for step in range(self.depth):
            there = np.minimum(at + step, len(self.keys) - 1)
            counts = np.where(self.keys[there] == keys, self.counts[there], counts)
        return np.log((self.documents + 1.0) / (counts + 1.0))

    def with_counts(self, hashes: UInt64s, counts: Doubles, *, documents: float) -> Background:
        """This background with live counts added: of ``documents`` articles, ``counts`` hold each.

        The version stays: live counts refine, they do not change what the numbers mean.
        """
        return self._of(
            np.concatenate([self.keys, mix(np.array(hashes, dtype=np.uint64))]),
            np.concatenate([self.counts, np.asarray(counts, dtype=np.float64)]),
            documents=self.documents + documents,
            version=self.version,
        )


def _top(keys: UInt64s) -> Int64s:
    return (keys >> np.uint64(64 - _SHELF_BITS)).astype(np.int64)
