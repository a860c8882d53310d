"""How common terms are in news at large, and in one store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np

from dedupe.model import Doubles, Int32s, Int64s, UInt64s
from dedupe.terms.numbers import numbers
from dedupe.terms.page import Page, content, distinct
from dedupe.words import mix

_SHELF_BITS = 17
"""Two bits more than the 30,000 terms of the shipped background need: few share a shelf."""
LEAST = 20
"""A term of fewer stories is not listed: its count says little, and it may be a person's name."""
EVIDENCE = 10_000.0
"""Stories of a store that weigh as much as the shipped background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """In how many stories of a store each term occurs: hashes and counts, no text.

    One article speaks for a story: what all the articles on one event have in common tells that
    they are one story, and must not count as common because there are many of them.
    """

    stories: int
    """Counted, one article of each."""
    added: int
    """Articles that the store had been given until then, removed ones included."""
    position: int
    """Of the store's log when the count began."""
    keys: UInt64s
    """Mixed hashes as in ``Table``, sorted and unique."""
    counts: Int32s
    """Stories of each, from ``LEAST`` to ``stories``; shape = keys.shape."""
    at: str = ""
    """RFC 3339 time it was stored."""

    @property
    def name(self) -> str:
        """Of how many stories, and which counts: equal counts have equal names."""
        counts = np.ascontiguousarray(self.counts, dtype="<i4").tobytes()
        parts = np.ascontiguousarray(self.keys, dtype="<u8").tobytes() + counts
        return f"n{self.stories}-{blake2b(parts, digest_size=4).hexdigest()}"

    def counted(self, hashes: UInt64s) -> Doubles:
        """In how many stories each of these terms occurs; 0 for one that is not listed."""
        return _found(self.keys, self.counts, mix(np.array(hashes, dtype=np.uint64)), unlisted=0)


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
        hashes, of = spelled([term for term, _ in items])
        frequency = np.array([count for _, count in items], dtype=np.float64)
        return cls.of(mix(hashes), frequency[of])

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

    def with_frequencies(self, own: Frequencies) -> Background:
        """This background with the frequencies of a store mixed in, share by share.

        Of n stories the store's share of a term weighs n / (n + ``EVIDENCE``), the shipped share
        the rest. A term that the store does not list is in fewer than ``LEAST`` of its stories: its
        share there counts as the shipped one, as far as that is possible. The number of documents
        stays, so weights keep the range that the models were trained on.
        """
        if not own.stories:
            return self
        return Background(
            version=f"{self.version}+{own.name}",
            documents=self.documents,
            table=cache(lambda: self._mixed(own)),
        )

    def _mixed(self, own: Frequencies) -> Table:
        shipped = self.table()
        keys = np.union1d(shipped.keys, own.keys)
        here = _found(shipped.keys, shipped.counts, keys, unlisted=0) / self.documents
        counts = _found(own.keys, own.counts, keys, unlisted=-1)
        at_most = np.minimum(here, min(LEAST - 1, own.stories) / own.stories)
        there = np.where(counts < 0, at_most, counts / own.stories)
        weight = own.stories / (own.stories + EVIDENCE)
        return Table.of(keys, self.documents * ((1.0 - weight) * here + weight * there))


def spelled(written: Sequence[str]) -> tuple[UInt64s, Int64s]:
    """The terms that are written so, as hashes, and the position of the one each is of.

    A word is one term, and so is a number; several words are several, a lone letter is none.
    """
    page = Page.of(written)
    at, hashes = content(page)
    number_at, codes = numbers(page)
    return np.concatenate([hashes, codes]), page.text[np.concatenate([at, number_at])]


def counted_terms(titles: Sequence[str], bodies: Sequence[str]) -> list[UInt64s]:
    """The distinct words and numbers of each article, as sorted keys of a ``Table``.

    Raises:
        ValueError: there are not as many titles as bodies.
    """
    hashes, of = spelled([text for pair in zip(titles, bodies, strict=True) for text in pair])
    return distinct(of // 2, mix(hashes), len(titles))[0]


def _rows(text: str) -> Iterator[tuple[str, float]]:
    for line in text.splitlines():
        term, count = line.rsplit("\t", 1)
        yield term, float(count)


def _top(keys: UInt64s) -> Int64s:
    return (keys >> np.uint64(64 - _SHELF_BITS)).astype(np.int64)


def _found(keys: UInt64s, counts: Doubles | Int32s, asked: UInt64s, *, unlisted: int) -> Doubles:
    """The count of each key asked for among sorted keys."""
    if not len(keys):
        return np.full(len(asked), float(unlisted))
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[at] == asked, counts[at], unlisted).astype(np.float64)
