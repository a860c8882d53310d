"""Places that texts name, as codes: Moscow, Москва and Moscou are one.

A code is 32 bits: the country (8), the place (18) and how rare it is to name it, in quarters of a
natural logarithm (6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np

from dedupe.errors import VersionMismatch
from dedupe.model import Bools, Int64s, UInt32s, UInt64s
from dedupe.terms.page import Page
from dedupe.words import mix, split

PLACES_VERSION = "1"
MOST_WORDS = 3
"""Words of the longest name that is looked for."""
MOST_GRAPHEMES = 6
"""The same where each grapheme is a word."""
_SIEVE_BITS = 20
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of places by their hashes."""

    keys: UInt64s
    """Sorted and unique."""
    codes: UInt32s
    sieve: Bools
    """Whether any key has these top bits: what has none is no name."""

    @classmethod
    def of_table(cls, table: str) -> Names:
        """The names of a table of rows: country, rarity in quarters, names.

        Raises:
            VersionMismatch: the table is of another version.
        """
        head, _, rest = table.partition("\n")
        if head != f"# version={PLACES_VERSION}":
            raise VersionMismatch(
                f"the table of places starts with {head!r}, this program reads version "
                f"{PLACES_VERSION}; run benchmarks/gazetteer.py"
            )
        rows = [line.split("\t") for line in rest.splitlines()]
        names = [row[2].split("|") for row in rows]
        number = {country: k for k, country in enumerate(sorted({row[0] for row in rows}))}
        country = np.array([number[row[0]] for row in rows], dtype=np.int64)
        rarity = np.array([int(row[1]) for row in rows], dtype=np.int64)
        codes = (country << 24) | (np.arange(len(rows)) << 6) | rarity
        codes = np.repeat(codes, np.fromiter(map(len, names), np.int64, len(names)))
        keys, at = np.unique(_keys(list(chain.from_iterable(names))), return_index=True)
        sieve = np.zeros(1 << _SIEVE_BITS, dtype=np.bool_)
        sieve[keys >> np.uint64(64 - _SIEVE_BITS)] = True
        return cls(keys=keys, codes=codes[at].astype(np.uint32), sieve=sieve)

    def found(self, keys: UInt64s) -> tuple[Int64s, UInt32s]:
        """Which keys are names, and their codes."""
        mixed = mix(keys.copy())
        likely = np.flatnonzero(self.sieve[mixed >> np.uint64(64 - _SIEVE_BITS)])
        if not len(likely):
            return likely, self.codes[:0]
        nearest = np.minimum(np.searchsorted(self.keys, mixed[likely]), len(self.keys) - 1)
        hit = self.keys[nearest] == mixed[likely]
        return likely[hit], self.codes[nearest[hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Finds the places that texts name."""

    names: Callable[[], Names]
    """Made when it is first asked for, as copies alone need none of it."""

    @classmethod
    def from_table(cls, table: Callable[[], str]) -> Gazetteer:
        """The gazetteer of a table as ``benchmarks/gazetteer.py`` writes it.

        ``table`` is asked for it when the first text is read, which raises VersionMismatch where
        the table is of another version than this release reads.
        """
        return cls(names=cache(lambda: Names.of_table(table())))

    def find(self, page: Page, opens: Bools) -> tuple[Int64s, UInt32s]:
        """Where places are named (positions of first words, ascending), and their codes.

        The longest name counts. A name of one word behind a capitalised word that is no place is
        a person's ("Michael Jordan"). ``opens`` says which words open a sentence.
        """
        names = self.names()
        taken = np.zeros(len(page.text) + MOST_GRAPHEMES, dtype=np.bool_)
        found = [(np.empty(0, np.int64), np.empty(0, np.uint32))]
        for length, (starts, keys) in reversed(list(enumerate(_sequences(page), 1))):
            which, codes = names.found(keys)
            at = starts[which]
            free = ~taken[at]
            if length == 1:
                free &= ~_personal(page, at, opens, taken)
            at, codes = at[free], codes[free]
            for step in range(length):
                taken[at + step] = True
            found.append((at, codes))
        at = np.concatenate([at for at, _ in found])
        order = np.argsort(at, kind="stable")
        return at[order], np.concatenate([codes for _, codes in found])[order]


def _sequences(page: Page) -> Iterator[tuple[Int64s, UInt64s]]:
    """First words and keys of what may be names, of one word first, then of two, and so on."""
    starts = np.flatnonzero(~page.lower & ~page.numeric)
    keys = page.hashes[starts]
    yield starts, keys
    for length in range(1, MOST_GRAPHEMES):
        following = starts + length
        going = following < len(page.text)
        following = np.where(going, following, 0)
        going &= _follows(page, following)
        if length >= MOST_WORDS:
            going &= page.unspaced[following]
        starts, following = starts[going], following[going]
        keys = (keys[going] * _GOLDEN) ^ page.hashes[following]
        yield starts, keys


def _follows(page: Page, words: Int64s) -> Bools:
    """Whether these words continue the one before: by a space or hyphen, or by nothing at all."""
    before = np.maximum(words - 1, 0)
    gap = page.start[words] - page.end[before]
    behind = page.codes[page.end[before]]
    near = (gap == 1) | ((gap == 2) & (behind == ord(".")))
    near = np.where(page.unspaced[words], gap == 0, near & (behind != ord("\n")))
    follows: Bools = near & (page.text[words] == page.text[before])
    return follows


def _personal(page: Page, at: Int64s, opens: Bools, taken: Bools) -> Bools:
    """Whether each word follows a capitalised one that is no place and opens no sentence."""
    before = np.maximum(at - 1, 0)
    known = taken.copy()
    known[at] = True
    beside = (at > 0) & (page.start[at] - page.end[before] == 1)
    beside &= page.text[at] == page.text[before]
    personal: Bools = beside & page.upper[at] & page.upper[before]
    personal &= ~opens[before] & ~opens[at] & ~known[before]
    return personal


def _keys(names: Sequence[str]) -> UInt64s:
    """The key of each name: of its first word, with each further one hashed in."""
    # All as one text: 100,000 short ones take ten times as long.
    found = split(["\n".join(names)])
    ends = np.cumsum(np.fromiter(map(len, names), np.int64, len(names)) + 1)
    first = np.searchsorted(found.start, np.append(0, ends))
    lengths, first = np.diff(first), first[:-1]
    keys = found.hashes[np.minimum(first, len(found.hashes) - 1)]
    for step in range(1, MOST_GRAPHEMES):
        more = lengths > step
        keys[more] = (keys[more] * _GOLDEN) ^ found.hashes[first[more] + step]
    return mix(keys)
