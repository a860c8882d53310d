"""What was learned of sources, taken out of their articles.

Composes cleaning and words with ``dedupe.furniture``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from dedupe.furniture import Segments, removable, source_key
from dedupe.model import Article, Int64s, UInt64s
from dedupe.text import CleanText

LearnedLines: TypeAlias = Mapping[str, UInt64s]
"""Hashes of the lines learned as furniture of each source, sorted, by ``source_key``."""

NOTHING_LEARNED: LearnedLines = MappingProxyType({})


def without_learned(
    articles: Sequence[Article],
    cleaned: Sequence[CleanText],
    found: Segments,
    sizes: Int64s,
    learned: LearnedLines,
) -> Sequence[CleanText]:
    """The texts without what was learned of their sources; the same sequence where that is nothing.

    ``found`` are the segments of the bodies and ``sizes`` their numbers of words. A text that would
    lose more than half of its words loses none, and a body never loses all of them.
    """
    concerned = [k for k, one in enumerate(articles) if source_key(one.source) in learned]
    if not concerned:
        return cleaned
    result = list(cleaned)
    for k in concerned:
        lines = learned[source_key(articles[k].source)]
        ranges = removable(cleaned[k].body.text, found.text(k), int(sizes[k]), lines)
        if ranges:
            result[k] = cleaned[k].without(ranges)
    return result if any(a is not b for a, b in zip(result, cleaned, strict=True)) else cleaned
