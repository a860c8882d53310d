"""Shingles of texts and the sketches kept of them, for whole batches at once.

A shingle is five consecutive words; a text of one to four words is one shingle; an empty text has
none and matches nothing. A sketch keeps every shingle hash up to a threshold that depends on the
text alone (FracMinHash as in sourmash, Irber et al. 2022, with a floor): two sketches, compared
up to the smaller of their thresholds, estimate Jaccard *and* containment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dedupe.model import Int64s, Sketch, UInt64s
from dedupe.words import WORDS_VERSION, Words, mix

SHINGLE_WORDS = 5
KEEP_ALL_BELOW = 128
"""Texts with fewer distinct shingles keep all of them: every excerpt of a short text is found."""
KEPT_SHARE = 1 << 61
"""Threshold of a long text: an eighth of all hashes. Of 4,911 excerpts of 20 to 40 shingles .974
share a kept hash at an eighth, .85 at a sixteenth."""
KEPT_AT_LEAST = 8
KEEP_ALL = (1 << 64) - 1

SKETCH_VERSION = f"sketch-1/{WORDS_VERSION}"
"""Changes whenever the sketch of any text does; stored beside sketches."""

_STEP = 0xD1342543DE82EF95
"""Multiplier of the shingle polynomial over word hashes (Steele and Vigna 2021); odd."""
_STEP_2 = _STEP * _STEP % (1 << 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shingles:
    """The shingle hashes of a batch in text order; text k owns ``bounds[k]:bounds[k + 1]``.

    Shingle i of a text starts at its word i.
    """

    hashes: UInt64s
    """shape = (n_shingles,), repeats included."""
    bounds: Int64s
    """shape = (n_texts + 1,)."""

    def text(self, k: int) -> UInt64s:
        """The shingles of one text, as a view."""
        return self.hashes[self.bounds[k] : self.bounds[k + 1]]


def shingles(words: Words) -> Shingles:
    """The shingles of every text."""
    first, sizes = words.bounds[:-1], np.diff(words.bounds)
    counts = np.where(sizes >= SHINGLE_WORDS, sizes - (SHINGLE_WORDS - 1), sizes > 0)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    rolled = _rolled(words.hashes)
    short = np.flatnonzero((sizes > 0) & (sizes < SHINGLE_WORDS))
    if len(short):
        rolled[first[short]] = _short(words.hashes, first[short], sizes[short])
    starts_one = np.ones(len(rolled), np.bool_)
    for back in range(1, SHINGLE_WORDS):
        starts_one[words.bounds[1:][sizes > back] - back] = False
    return Shingles(hashes=mix(rolled[starts_one]), bounds=bounds)


def in_order(hashes: UInt64s) -> UInt64s:
    """The shingles of one text of five words or more, by its word hashes; none of a shorter one."""
    return mix(_rolled(hashes)[: max(len(hashes) - (SHINGLE_WORDS - 1), 0)])


def distinct(shingled: Shingles) -> list[UInt64s]:
    """The sorted distinct shingle hashes of every text, views of one array."""
    hashes, bounds = shingled.hashes.copy(), shingled.bounds.tolist()
    for low, high in pairwise(bounds):
        hashes[low:high].sort()
    fresh = np.ones(len(hashes), np.bool_)
    fresh[1:] = hashes[1:] != hashes[:-1]
    fresh[shingled.bounds[:-1][np.diff(shingled.bounds) > 0]] = True
    ends = np.concatenate([[0], np.cumsum(fresh)])[shingled.bounds].tolist()
    hashes = hashes[fresh]
    return [hashes[low:high] for low, high in pairwise(ends)]


def sketch_of(hashes: UInt64s) -> Sketch:
    """The sketch of a text with these sorted distinct shingle hashes.

    Kept are all hashes up to and including t = max(2**61, the 8th smallest hash); all of them,
    with t = 2**64 - 1, where there are fewer than 128.
    """
    if len(hashes) < KEEP_ALL_BELOW:
        return Sketch(threshold=KEEP_ALL, hashes=hashes.copy())
    threshold = max(KEPT_SHARE, int(hashes[KEPT_AT_LEAST - 1]))
    kept = int(hashes.searchsorted(np.uint64(threshold), "right"))
    return Sketch(threshold=threshold, hashes=hashes[:kept].copy())


def sketches(distincts: Sequence[UInt64s]) -> list[Sketch]:
    """The sketch of every text, from its sorted distinct shingle hashes."""
    return [sketch_of(hashes) for hashes in distincts]


def text_hashes(words: Words) -> UInt64s:
    """A hash of each whole word sequence, dtype = uint64, shape = (n_texts,); 0 for no words.

    Equal sequences have equal hashes, and order counts.
    """
    sizes = np.diff(words.bounds)
    hashes = np.zeros(len(sizes), np.uint64)
    filled = sizes > 0
    if not np.any(filled):
        return hashes
    first = words.bounds[:-1][filled]
    # One odd random factor per place in the text.
    factors = mix(np.arange(1, int(sizes.max()) + 1, dtype=np.uint64)) | np.uint64(1)
    place = np.arange(len(words.hashes)) - np.repeat(words.bounds[:-1], sizes)
    sums = np.add.reduceat(words.hashes * factors[place], first)
    hashes[filled] = np.maximum(mix(sums + sizes[filled].astype(np.uint64)), 1)
    return hashes


def estimate(a: Sketch, b: Sketch) -> tuple[float, float, float]:
    """Estimated Jaccard, share of a that is in b, and share of b that is in a, each in [0, 1].

    From the hashes up to the smaller threshold; exact where both sketches keep all. A share is 0
    where nothing is kept to judge it by.
    """
    threshold = np.uint64(min(a.threshold, b.threshold))
    ours = a.hashes[: a.hashes.searchsorted(threshold, "right")]
    theirs = b.hashes[: b.hashes.searchsorted(threshold, "right")]
    merged = np.sort(np.concatenate([ours, theirs]))
    shared = int(np.count_nonzero(merged[1:] == merged[:-1]))
    either = len(merged) - shared
    return shared / max(either, 1), shared / max(len(ours), 1), shared / max(len(theirs), 1)


def _rolled(hashes: UInt64s) -> UInt64s:
    """At each word, the polynomial of it and the four words after it; the last four are unset."""
    rolled = np.zeros_like(hashes)
    if len(hashes) >= SHINGLE_WORDS:
        pairs = hashes[:-1] * np.uint64(_STEP)
        pairs += hashes[1:]
        fours = pairs[:-2] * np.uint64(_STEP_2)
        fours += pairs[2:]
        np.multiply(fours[:-1], np.uint64(_STEP), out=rolled[: 1 - SHINGLE_WORDS])
        rolled[: 1 - SHINGLE_WORDS] += hashes[SHINGLE_WORDS - 1 :]
    return rolled


def _short(hashes: UInt64s, first: Int64s, sizes: Int64s) -> UInt64s:
    """The same polynomial of one to four words, told apart by their number."""
    total = sizes.astype(np.uint64)
    for place in range(SHINGLE_WORDS - 1):
        there = place < sizes
        total[there] = total[there] * np.uint64(_STEP) + hashes[first[there] + place]
    return total
