"""Whether words stand one after the other in a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedupe.model import Int64s, UInt64s

_PLACES = 1000
"""Places of the rarest word of a phrase that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """A text, its words in order and sorted."""

    words: UInt64s
    order: Int64s
    """Positions of the words, by their hashes."""
    sorted: UInt64s

    @classmethod
    def of(cls, words: UInt64s) -> Phrases:
        """Of the hashes of a text's words."""
        order = np.argsort(words, kind="stable")
        return cls(words=words, order=order, sorted=words[order])

    def hold(self, key: tuple[int, ...]) -> bool:
        """The words stand in the text one after the other."""
        sought = np.array(key, np.uint64)
        low = np.searchsorted(self.sorted, sought, "left")
        high = np.searchsorted(self.sorted, sought, "right")
        rarest = int(np.argmin(high - low))
        places = self.order[low[rarest] : high[rarest]][:_PLACES] - rarest
        places = places[(places >= 0) & (places + len(sought) <= len(self.words))]
        found = self.words[places[:, None] + np.arange(len(sought))] == sought
        return bool(found.all(axis=1).any())
