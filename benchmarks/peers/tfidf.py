"""scikit-learn: cosines of TF-IDF vectors of words, by sparse products of blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.peers import reading

THRESHOLD = 0.8
BLOCK = 256
"""Rows multiplied with all earlier ones at once; bounds the memory of a product."""


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Texts whose vectors have a cosine of .8 and more."""
    weights = TfidfVectorizer(dtype=np.float32).fit_transform(texts).tocsr()
    for first in range(0, weights.shape[0], BLOCK):
        rows = weights[first : first + BLOCK]
        near = (rows @ weights[: first + BLOCK].T).tocoo()
        close = (near.data >= THRESHOLD) & (near.col < near.row + first)
        found = zip(near.col[close], near.row[close] + first, strict=True)
        yield from ((int(a), int(b)) for a, b in found)


if __name__ == "__main__":
    reading.run(pairs)
