"""Words of whole batches of texts as arrays: where each stands and a 64-bit hash of it.

A word is a maximal run of letters, marks and digits (Unicode categories L, M, Nd) of the text
under NFKC and case folding; each Han, Kana, Thai, Lao, Khmer or Myanmar grapheme is a word of its
own (a base and the marks after it). A mark belongs to what it stands on: on a space or a symbol
it is no word. Default-ignorable code points (soft hyphens, joiners, variation selectors) are as
if they were not there. Texts that are equal under NFKC and case folding have equal hashes, and
offsets always count code points of the text as it came.

A word's hash is the polynomial of its folded, decomposed code points modulo 2**64, one prefix sum
over a whole chunk of texts, divided by the power at its start, then mixed. It does not depend on
the machine or on how texts are batched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain

import numpy as np

from dedupe.folding import (
    BASE,
    COMBINING,
    LONG,
    MARK,
    MODULUS,
    RUN,
    SARA_AA,
    SOLO,
    SPLIT,
    UInt8s,
    code_point_value,
    fold,
    folding,
)
from dedupe.model import Bools, Int32s, Int64s, UInt64s

WORDS_VERSION = "words-1"
"""Changes whenever the hash of any word does."""

CHUNK = 1 << 17
"""Code points hashed at once: the work arrays (8 bytes each) stay within a processor's cache."""

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a batch of texts; text k owns words ``bounds[k]:bounds[k + 1]``."""

    hashes: UInt64s
    """shape = (n_words,)."""
    start: Int32s
    """Code-point offset of each word in its own text; none where no places were asked for."""
    end: Int32s
    """Half-open."""
    bounds: Int64s
    """shape = (n_texts + 1,)."""

    def text(self, k: int) -> Words:
        """The words of one text, as views."""
        low, high = int(self.bounds[k]), int(self.bounds[k + 1])
        return Words(
            hashes=self.hashes[low:high],
            start=self.start[low:high],
            end=self.end[low:high],
            bounds=np.array([0, high - low]),
        )


def split(
    texts: Sequence[str], keep: Sequence[Ranges | None] | None = None, *, places: bool = True
) -> Words:
    """The words of every text, in order.

    ``keep`` gives, per text, the sorted disjoint half-open code-point ranges that words are taken
    from (None: all of it). No word reaches across a range that is left out. Without ``places``
    there is no ``start`` and no ``end``: hashes alone cost less.
    """
    pieces, origins, owners = _pieces(texts, keep)
    counts = np.zeros(len(pieces), np.int64)
    parts: list[tuple[UInt64s | Int64s, ...]] = []
    order: list[int] = []
    for chosen in _chunks(pieces):
        hashes, start, end = _words_of([pieces[k] for k in chosen])
        lengths = np.fromiter((len(pieces[k]) for k in chosen), np.int64, len(chosen))
        first = np.cumsum(lengths + 1) - lengths
        counts[chosen] = found = np.diff(np.searchsorted(start, first), append=len(start))
        if places:
            moved = np.repeat(origins[chosen] - first, found)
            parts.append((hashes, start + moved, end + moved))
        else:
            parts.append((hashes,))
        order += chosen
    return _assembled(parts, np.array(order, np.int64), counts, owners)


def mix(values: UInt64s) -> UInt64s:
    """The same array with every bit of each value spread over all of its bits, in place.

    The finaliser of SplitMix64, a bijection.
    """
    values ^= values >> 30
    values *= 0xBF58476D1CE4E5B9
    values ^= values >> 27
    values *= 0x94D049BB133111EB
    values ^= values >> 31
    return values


def _pieces(
    texts: Sequence[str], keep: Sequence[Ranges | None] | None
) -> tuple[Sequence[str], Int64s, Int64s]:
    """The parts of texts that words are taken from, their offsets, and the pieces of text k."""
    if keep is None:
        return texts, np.zeros(len(texts), np.int64), np.arange(len(texts) + 1)
    pieces: list[str] = []
    origins: list[int] = []
    owners = [0]
    for text, ranges in zip(texts, keep, strict=True):
        if ranges is None:
            pieces.append(text)
            origins.append(0)
        else:
            for low, high in _joined(ranges):
                pieces.append(text[low:high])
                origins.append(low)
        owners.append(len(pieces))
    return pieces, np.array(origins, np.int64), np.array(owners, np.int64)


def _joined(ranges: Ranges) -> list[tuple[int, int]]:
    """The same ranges, those that touch made one: nothing is left out between them."""
    if len(ranges) < 2:
        return list(ranges)
    joined = [ranges[0]]
    for low, high in ranges[1:]:
        if low == joined[-1][1]:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


def _chunks(pieces: Sequence[str]) -> Iterator[list[int]]:
    """Positions of pieces that are read together: all ASCII or none, about CHUNK code points."""
    ascii_: list[int] = []
    other: list[int] = []
    for k, piece in enumerate(pieces):
        (ascii_ if piece.isascii() else other).append(k)
    for group in (ascii_, other):
        sizes = accumulate(len(pieces[k]) + 1 for k in group)
        cut = 0
        filled = 0
        for position, size in enumerate(sizes):
            if size - filled >= CHUNK:
                yield group[cut : position + 1]
                cut, filled = position + 1, size
        if cut < len(group):
            yield group[cut:]


def _assembled(
    parts: list[tuple[UInt64s | Int64s, ...]], order: Int64s, counts: Int64s, owners: Int64s
) -> Words:
    """The parts, found in the order given, as one batch in the order of the texts."""
    bounds = np.concatenate([[0], np.cumsum(counts)])
    none = np.empty(0, np.int64)
    columns = [
        column[0] if len(parts) == 1 else np.concatenate(column)
        for column in zip(*(parts or [(none, none, none)]), strict=True)
    ]
    if np.any(order[1:] < order[:-1]):
        found_at = np.empty_like(counts)
        found_at[order] = np.cumsum(counts[order]) - counts[order]
        source = np.repeat(found_at - bounds[:-1], counts) + np.arange(bounds[-1])
        columns = [column[source] for column in columns]
    hashes, start, end = columns if len(columns) == 3 else (columns[0], none, none)
    return Words(
        hashes=hashes.astype(np.uint64, copy=False),
        start=start.astype(np.int32),
        end=end.astype(np.int32),
        bounds=bounds[owners],
    )


def _words_of(pieces: list[str]) -> tuple[UInt64s, Int64s, Int64s]:
    """Hash, start and end of every word of the pieces, joined with a separator around each."""
    joined = "\n".join(("", *pieces, ""))
    if joined.isascii():
        return _ascii_words(joined.encode("ascii"))
    # "surrogatepass": a lone surrogate is no letter, and no reason to fail here.
    encoded = joined.encode("utf-32-le", "surrogatepass")
    return _unicode_words(np.frombuffer(encoded, "<u4").astype(np.int64))


def _ascii_words(joined: bytes) -> tuple[UInt64s, Int64s, Int64s]:
    fold_bytes, values = _ascii_tables()
    codes = np.frombuffer(joined.translate(fold_bytes), np.uint8)
    inside = codes != 0
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    before, last = edges[0::2], edges[1::2]
    power, inverse = _powers(len(codes))
    # ``take`` gathers twice as fast as an index of one byte per element.
    sums = values.take(codes)
    sums *= power
    np.cumsum(sums, out=sums)
    start = before + 1
    hashes = sums.take(last)
    hashes -= sums.take(before)
    hashes *= inverse.take(start)
    return mix(hashes), start, last + 1


def _unicode_words(code_points: Int64s) -> tuple[UInt64s, Int64s, Int64s]:
    table = folding()
    code_points, origin = _normalised(code_points)
    info, seen = table.classes(code_points)
    start, end = _edges(code_points, info, seen)
    sums = table.value[code_points]
    if seen & LONG:
        length = table.length[code_points]
        position = np.cumsum(length, dtype=np.int64) - length
        power, inverse = _powers(int(position[-1]) + 1)
        sums *= power[position]
        inverse = inverse[position[start]]
    else:
        power, inverse = _powers(len(code_points))
        sums *= power
        inverse = inverse[start]
    np.cumsum(sums, out=sums)
    hashes = sums[end - 1]
    hashes -= sums[start - 1]
    hashes *= inverse
    if origin is not None:
        start, end = origin[start], origin[end - 1] + 1
    return mix(hashes), start, end


def _edges(code_points: Int64s, info: UInt8s, seen: int) -> tuple[Int64s, Int64s]:
    """Where words start and end (half-open); the first and last code point are separators."""
    if not seen & (SOLO | MARK):
        inside = (info & RUN).view(np.bool_)
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        return edges[0::2], edges[1::2]
    kind = info & (RUN | SOLO | MARK)
    if seen & SARA_AA:
        vowels = np.flatnonzero(info & SARA_AA)
        kind[vowels[folding().follows_nikhahit(code_points, vowels)]] = MARK
    base = kind
    if seen & MARK:
        standing_on = np.where(kind != MARK, np.arange(len(kind)), 0)
        base = kind[np.maximum.accumulate(standing_on)]
    begins = kind == SOLO
    begins[1:] |= (base[1:] == RUN) & (base[:-1] != RUN)
    ends = (base[:-1] != 0) & ((base[1:] == 0) | begins[1:])
    return np.flatnonzero(begins), np.flatnonzero(ends) + 1


def _normalised(code_points: Int64s) -> tuple[Int64s, Int64s | None]:
    """The code points with those decomposed that a table look-up cannot serve, and their origins.

    Origins are None where nothing had to be done.
    """
    table = folding()
    origin = None
    info, seen = table.classes(code_points)
    if seen & SPLIT:
        code_points, origin, _ = _decomposed(code_points, (info & SPLIT) > 0)
        info, seen = table.classes(code_points)
    if seen & COMBINING:
        lead, trail = table.lead[code_points], table.trail[code_points]
        marked = lead > 0
        if np.any(marked[1:] & (trail[:-1] > lead[1:])):
            marked[:-1] |= marked[1:]
            code_points, source, classes = _decomposed(code_points, marked)
            code_points = _in_canonical_order(code_points, classes)
            origin = source if origin is None else origin[source]
    return code_points, origin


def _decomposed(code_points: Int64s, chosen: Bools) -> tuple[Int64s, Int64s, UInt8s]:
    """The code points with the chosen ones decomposed; origins; combining classes of the latter."""
    folded = [fold(code_point) for code_point in code_points[chosen].tolist()]
    counts = np.ones(len(code_points), np.int64)
    counts[chosen] = [len(elements) for elements, _ in folded]
    origin = np.repeat(np.arange(len(code_points)), counts)
    out = code_points[origin]
    classes = np.zeros(len(out), np.uint8)
    written = chosen[origin]
    out[written] = list(chain.from_iterable(elements for elements, _ in folded))
    classes[written] = list(chain.from_iterable(element_classes for _, element_classes in folded))
    return out, origin, classes


def _in_canonical_order(code_points: Int64s, classes: UInt8s) -> Int64s:
    """The code points with every run of combining marks sorted by class, stably."""
    marks = np.flatnonzero(classes)
    starter = np.cumsum(classes == 0)[marks]
    order = np.argsort(starter * 256 + classes[marks], kind="stable")
    ordered = code_points.copy()
    ordered[marks] = code_points[marks[order]]
    return ordered


@cache
def _ascii_tables() -> tuple[bytes, UInt64s]:
    """A byte for each byte (0: separates words, else lower case) and a value for each of those."""
    folded = bytes(ord(chr(c).lower()) if chr(c).isalnum() and c < 128 else 0 for c in range(256))
    return folded, np.array([code_point_value(c) for c in range(256)], np.uint64)


def _powers(n: int) -> tuple[UInt64s, UInt64s]:
    """BASE**i and BASE**-i modulo 2**64 for i < n."""
    power, inverse = _kept_powers() if n <= 2 * CHUNK else _computed_powers(n)
    return power[:n], inverse[:n]


@cache
def _kept_powers() -> tuple[UInt64s, UInt64s]:
    return _computed_powers(2 * CHUNK)


def _computed_powers(n: int) -> tuple[UInt64s, UInt64s]:
    table = np.empty((2, n), np.uint64)
    table[0], table[1] = BASE, pow(BASE, -1, MODULUS)
    table[:, 0] = 1
    np.multiply.accumulate(table, axis=1, out=table)
    return table[0], table[1]
