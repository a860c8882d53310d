"""Which of a thousand phrases may stand in which of many texts, in one pass over all of them.

Case, digits and all signs are passed over: what counts are runs of letters a to z. Of every
phrase one word is looked for: the first 12, 8, 5 or 3 letters from its beginning on, which may
reach into the next word, make a number that a table knows. Only where it does the phrase is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.model import Bools, Int64s, UInt64s

_SIZES = (12, 8, 5, 3)
"""Letters, with the spaces between words, of the beginnings that are looked for."""
_READ = 8
"""Letters in a number of 64 bits; 12 are two such numbers, the second four letters on."""
_SPREAD = 0x9E3779B97F4A7C15
"""Odd, of no pattern: spreads numbers over a table."""
_SLOT_BITS = 18
_CODES = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalpha() else 32 for c in range(256))
_OTHER_LETTERS = "\u0130\u212a"
"""The only ones outside ASCII whose lower case holds a letter a to z."""
_PADDING = "\n" * 28
"""Every word is followed by as many letters or spaces as are read from its beginning on."""
_TEXTS = 64
"""Texts read at a time: the work arrays stay within a processor's cache."""

Entry = tuple[int, bytes, int]
"""Where the word that is looked for begins in a phrase, the phrase, its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases to look for, as tables."""

    entries: Mapping[int, tuple[Entry, ...]]
    """By the beginning that is looked for."""
    tables: tuple[Bools, ...]
    """Per size, shape = (2**18,): whether a beginning of that size falls there."""

    @classmethod
    def of(cls, phrases: Collection[str]) -> Phrases:
        """Tables for texts that are phrases; the number of one is its position."""
        written = [_letters(f" {phrase} ") for phrase in phrases]
        places = [_best_word(letters) for letters in written]
        ends = np.cumsum([len(letters) for letters in written])
        lengths = np.diff(ends, prepend=0)
        starts = np.array(places, np.int64)
        kinds = np.searchsorted(-np.array(_SIZES), starts - lengths)
        all_keys = np.stack(
            _beginnings(b"".join([*written, _PADDING.encode()]), ends - lengths + starts)
        )
        keys = all_keys[kinds, np.arange(len(written))]
        entries: dict[int, list[Entry]] = {}
        for number, key in enumerate(keys.tolist()):
            entries.setdefault(key, []).append((places[number], written[number], number))
        return cls(
            entries={key: tuple(found) for key, found in entries.items()},
            tables=tuple(_table(keys[kinds == kind]) for kind in range(len(_SIZES))),
        )

    def within(self, texts: Sequence[str]) -> list[set[int]]:
        """The numbers of the phrases that stand in each text between letters of no word."""
        found: list[set[int]] = []
        for start in range(0, len(texts), _TEXTS):
            found += self._within(texts[start : start + _TEXTS])
        return found

    def _within(self, texts: Sequence[str]) -> list[set[int]]:
        letters, ends = _joined(texts)
        found: list[set[int]] = [set() for _ in texts]
        starts = _starts(letters)
        for keys, table in zip(_beginnings(letters, starts), self.tables, strict=True):
            known = np.flatnonzero(table.take(_slots(keys)))
            at = starts[known]
            owners = np.searchsorted(ends, at).tolist()
            for position, owner, key in zip(at.tolist(), owners, keys[known].tolist(), strict=True):
                for offset, phrase, number in self.entries.get(key, ()):
                    if letters.startswith(phrase, position - offset):
                        found[owner].add(number)
        return found


def _joined(texts: Sequence[str]) -> tuple[bytearray, Int64s]:
    """The letters of all texts with a space around each, no phrase across two; where each ends."""
    letters = bytearray(_letters("\n\n\n".join(("", *texts, _PADDING))))
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(sizes + 3)
    letters[1] = 0
    np.frombuffer(letters, np.uint8)[ends + 1] = 0
    return letters, ends


def folded(text: str) -> str:
    """The text as it is compared: letters a to z and, for every other code point, a space."""
    return _letters(text).decode("ascii")


def is_phrase(text: str) -> bool:
    """There are letters enough in it to be looked for as a phrase."""
    letters = _letters(f" {text} ")
    return not letters.isspace() and len(letters) - _best_word(letters) >= _SIZES[-1]


def has_other_letters(text: str) -> bool:
    """The text holds a letter outside ASCII that is one of a to z in lower case."""
    return not text.isascii() and any(map(text.__contains__, _OTHER_LETTERS))


def _letters(text: str) -> bytes:
    # Latin-1 gives one byte per code point; what it cannot hold parts words like any sign.
    return text.encode("latin-1", "replace").translate(_CODES)


def _starts(letters: bytes | bytearray) -> Int64s:
    """Where each word begins."""
    inside = np.frombuffer(letters, np.uint8) != ord(" ")
    return np.flatnonzero(inside[1:] > inside[:-1]) + 1


def _beginnings(letters: bytes | bytearray, starts: Int64s) -> tuple[UInt64s, ...]:
    """Per size the number that so many letters from each start on make."""
    blocks = np.frombuffer(letters, "<u8", len(letters) // _READ)
    words = _read(blocks, starts)
    longest = words * _SPREAD
    longest += _read(blocks, starts + (_SIZES[0] - _READ))
    return longest, words, *(words & np.uint64((1 << 8 * size) - 1) for size in _SIZES[2:])


def _read(blocks: UInt64s, starts: Int64s) -> UInt64s:
    """The 8 letters from each start on, out of the two blocks of 8 that they lie in."""
    block = starts >> 3
    shift = ((starts & 7) << 3).view(np.uint64)
    read: UInt64s = blocks.take(block) >> shift
    read |= blocks.take(block + 1) << np.uint64(1) << (np.uint64(63) - shift)
    return read


def _slots(keys: UInt64s) -> Int64s:
    return ((keys * _SPREAD) >> (64 - _SLOT_BITS)).view(np.int64)


def _table(keys: UInt64s) -> Bools:
    table = np.zeros(1 << _SLOT_BITS, np.bool_)
    table[_slots(keys)] = True
    return table


def _best_word(letters: bytes) -> int:
    """Where a word begins from which on as many letters as possible are left and it is long."""
    words = letters.split()
    starts, position = [], 0
    for word in words:
        position = letters.index(word, position)
        starts.append((min(_SIZES[0], len(letters) - position), len(word), position))
        position += len(word)
    return max(starts)[2]
