"""What one would use instead of Samestory to group articles by event, each with one threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.story_sets import family
from dedupe.model import Doubles, Floats, Int64s

GRID: tuple[float, ...] = tuple(round(0.01 * k, 2) for k in range(5, 96))
"""Thresholds that are tried: cosines, higher is closer."""
Grouping = Callable[[float], Int64s]
"""The group of each article at a threshold."""


@dataclass
class Material:
    """The articles of one set as the peers see them: texts and vectors of the same ledes."""

    texts: Sequence[str]
    vectors: Floats
    _kept: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def minilm(self) -> Doubles:
        """Cosines of ledes, shape = (n, n)."""
        return np.asarray(self.vectors @ self.vectors.T, dtype=np.float64)

    @cached_property
    def tfidf(self) -> Doubles:
        """Cosines of texts by TF-IDF of this very set, shape = (n, n)."""
        return tfidf_cosines(self.texts)

    @cached_property
    def both(self) -> Doubles:
        """The mean of the two."""
        return (self.minilm + self.tfidf) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One way of grouping articles; ``groups`` prepares a set and answers for any threshold."""

    name: str
    label: str
    groups: Callable[[Material], Grouping]


def tfidf_vectors(texts: Sequence[str]) -> Any:
    """Sparse unit vectors, one row a text; of a set without a word zeros.

    Sublinear term frequency and English stop words: the settings that did best of the usual ones.
    """
    return TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)


def tfidf_cosines(texts: Sequence[str]) -> Doubles:
    """Cosines of texts by TF-IDF fitted on them, shape = (n, n)."""
    vectors = tfidf_vectors(texts)
    cosines: Doubles = np.asarray((vectors @ vectors.T).todense(), dtype=np.float64)
    return cosines


def linked(cosines: Doubles, method: str) -> Grouping:
    """Agglomerative clustering; ``single`` gives the connected components of a threshold."""
    distance = np.clip(1.0 - (cosines + cosines.T) / 2.0, 0.0, 2.0)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method)
    # Cut just above: a pair whose cosine equals the threshold is together.
    return lambda threshold: np.asarray(fcluster(tree, 1.0 - threshold + 1e-9, "distance"))


def communities(vectors: Floats) -> Grouping:
    """``sentence_transformers.util.community_detection``; who is in none is alone."""
    import torch  # noqa: PLC0415 - seconds to load, and only this peer needs it
    from sentence_transformers.util import community_detection  # noqa: PLC0415 - as above

    ready = torch.from_numpy(np.ascontiguousarray(vectors))

    def grouped(threshold: float) -> Int64s:
        groups = np.arange(len(vectors)) + len(vectors)
        found = community_detection(ready, threshold=threshold, min_community_size=2)
        for number, members in enumerate(found):
            groups[members] = number
        return groups

    return grouped


PEERS = (
    Peer(
        name="components",
        label="MiniLM + connected components",
        groups=lambda m: linked(m.minilm, "single"),
    ),
    Peer(
        name="communities",
        label="community_detection",
        groups=lambda m: communities(m.vectors),
    ),
    Peer(
        name="minilm_average",
        label="MiniLM + average link",
        groups=lambda m: linked(m.minilm, "average"),
    ),
    Peer(
        name="tfidf_average",
        label="TF-IDF + average link",
        groups=lambda m: linked(m.tfidf, "average"),
    ),
    Peer(
        name="both_average",
        label="mean(MiniLM, TF-IDF) + average link",
        groups=lambda m: linked(m.both, "average"),
    ),
)


def chosen_elsewhere(scores: Mapping[str, Sequence[float]], name: str) -> int | None:
    """Place in the grid of the threshold that is best on the other sets, by their mean score.

    None where there is no other set. Of equals the one in the middle.
    """
    others = [told for other, told in scores.items() if family(other) != family(name)]
    if not others:
        return None
    mean = np.mean(others, axis=0)
    best = np.flatnonzero(mean >= mean.max() - 1e-12)
    return int(best[len(best) // 2])
