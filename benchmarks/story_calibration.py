"""Whether probabilities mean what they say: expected calibration error, Brier score, bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.story_runs import Grouped
from benchmarks.story_sets import StorySet
from dedupe.model import Bools, Doubles

Figures = dict[str, Any]
BINS = 10
"""Of equal mass: each holds a tenth of the pairs."""


def of_candidates(found: StorySet, grouped: Grouped) -> tuple[Doubles, Bools]:
    """Probability and label of every pair that was judged and whose articles both carry a label."""
    story = {name: label for name, label in zip(found.ids, found.stories, strict=True) if name}
    labels = [story.get(name) for name in grouped.ids]
    edges = grouped.edges
    ends = [
        (labels[a], labels[b])
        for a, b in zip(edges.left.tolist(), edges.right.tolist(), strict=True)
    ]
    known = np.array([a is not None and b is not None for a, b in ends], dtype=np.bool_)
    same = np.array([a == b for a, b in ends], dtype=np.bool_)
    return edges.p[known], same[known]


def reliability(p: Doubles, yes: Bools, *, bins: int = BINS) -> Figures:
    """ECE over bins of equal mass, Brier score, and per bin its mean p and its share of yes.

    Brier of always saying the share of yes is given beside it: what knowing nothing costs.
    """
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    said = [float(p[part].mean()) for part in parts]
    seen = [float(yes[part].mean()) for part in parts]
    mass = [len(part) / len(p) for part in parts]
    error = sum(m * abs(a - b) for m, a, b in zip(mass, said, seen, strict=True))
    share = float(yes.mean())
    return {
        "pairs": len(p),
        "yes": int(yes.sum()),
        "ece": round(error, 4),
        "brier": round(float(np.mean((p - yes) ** 2)), 4),
        "brier_of_share": round(share * (1.0 - share), 4),
        "mean_p": round(float(p.mean()), 4),
        "said": [round(value, 4) for value in said],
        "seen": [round(value, 4) for value in seen],
    }
