"""Unit vectors from hashed words and character n-grams: no model, the same on every machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from dedupe.model import Floats

_WORD = re.compile(r"\w+")
_GRAM = 4
_WORD_WEIGHT = 2.0
"""A shared word counts as much as two shared n-grams; chosen by hand, nothing rests on it."""


class HashedEncoder:
    """Texts that share words and stems lie near each other; meaning is not seen.

    For tests and for machines without a model. Features are summed into ``dimension`` slots by
    CRC-32 with a sign bit ("feature hashing", Weinberger et al. 2009), then brought to length 1.
    """

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """Identity of the features; a change of them changes the number."""
        return f"hashed-1-{self._dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, dtype = float32, shape = (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self._dimension))
        for vector, text in zip(vectors, texts, strict=True):
            self._fill(vector, text.casefold())
        lengths: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / lengths).astype(np.float32)

    def _fill(self, vector: np.ndarray[tuple[int], np.dtype[np.float64]], text: str) -> None:
        words = _WORD.findall(text)
        padded = f" {' '.join(words)} "
        grams = [padded[k : k + _GRAM] for k in range(max(1, len(padded) - _GRAM + 1))]
        for features, weight in ((words, _WORD_WEIGHT), (grams, 1.0)):
            data = [feature.encode("utf-8", "surrogatepass") for feature in features]
            hashes = np.array([crc32(item) for item in data], np.uint64)
            signs = np.where(hashes >> np.uint64(31), weight, -weight)
            np.add.at(vector, (hashes % np.uint64(self._dimension)).astype(np.int64), signs)
        if not vector.any():
            # Every feature met its opposite: rare, and still a unit vector.
            vector[0] = 1.0
