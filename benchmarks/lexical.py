"""Every pair of texts that share much of their wording, found exactly: the reference for copies.

Plain Python sets of 5-word shingles over an inverted index, written to be checked by eye. It uses
nothing of the service, so that neither can inherit the other's mistakes.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from benchmarks.scoring import LISTED_CONTAINMENT, LISTED_JACCARD

COMMON = 1000
"""A shingle in more texts than this proposes no pairs; it counts in those that others propose."""

Listed = tuple[int, int, float, float]
"""Place, place, Jaccard, containment of the shorter text in the longer."""


def shingle_set(text: str) -> frozenset[tuple[str, ...]]:
    """The distinct runs of five words; a text of one to four words is one run."""
    words = re.findall(r"\w+", text.lower())
    if not words:
        return frozenset()
    return frozenset(tuple(words[k : k + 5]) for k in range(max(1, len(words) - 4)))


def overlap(a: str, b: str) -> tuple[float, float]:
    """Jaccard of two texts and containment of the shorter in the longer, rounded; 0 for no words."""
    left, right = shingle_set(a), shingle_set(b)
    both = len(left & right)
    if not both:
        return 0.0, 0.0
    return round(both / len(left | right), 4), round(both / min(len(left), len(right)), 4)


def listed(texts: Sequence[str]) -> Iterator[Listed]:
    """Every pair of texts with Jaccard >= .2 or containment >= .5, in order."""
    repeated = _repeated(texts)
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: list[int] = []
    kept: list[frozenset[tuple[str, ...]]] = []
    for place, text in enumerate(texts):
        whole = shingle_set(text)
        own = frozenset(shingle for shingle in whole if hash(shingle) in repeated)
        near = {other for one in own if len(holders[one]) <= COMMON for other in holders[one]}
        for other in sorted(near):
            both = len(own & kept[other])
            jaccard = both / (len(whole) + sizes[other] - both)
            containment = both / min(len(whole), sizes[other])
            if jaccard >= LISTED_JACCARD or containment >= LISTED_CONTAINMENT:
                yield other, place, jaccard, containment
        for one in own:
            holders[one].append(place)
        sizes.append(len(whole))
        kept.append(own)


def _repeated(texts: Sequence[str]) -> set[int]:
    """Hashes of all shingles that two or more texts hold, and perhaps of a few more.

    Most shingles stand in one text alone; without them the index is a tenth of its size. Nothing
    is decided by a hash.
    """
    hashes = [np.fromiter(map(hash, shingle_set(text)), np.int64) for text in texts]
    values, counts = np.unique(np.concatenate(hashes), return_counts=True)
    return set(values[counts > 1].tolist())


def read(path: Path, places: Mapping[str, int]) -> Iterator[Listed]:
    """The pairs of a file whose two articles are among ``places``.

    A line holds ``a``, ``b`` (ids), ``jaccard5`` and ``containment5``.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if row["a"] in places and row["b"] in places:
                jaccard, containment = row["jaccard5"], row["containment5"]
                yield places[row["a"]], places[row["b"]], jaccard, containment
