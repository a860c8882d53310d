"""Copies of one text in such number that not all of their pairs were compared.

An article is compared word by word with so many candidates and no more. In a larger crowd of
copies a pair without a link is no disagreement: it was never looked at. What such a pair shares is
estimated from its sketches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.apart import roles
from dedupe.model import Bools, Doubles, Int64s, Profile, Sketch, UInt64s
from dedupe.neighbourhood import Edges

INSIDE = 0.8
"""Containment from which two texts of a crowd are taken for copies; no guard of the verdict on
text says no from there on, except on pages of headlines."""


def uncompared(
    profiles: Sequence[Profile], copies: Edges, *, many: int, among: Bools | None = None
) -> Edges:
    """The pairs of a crowd that carry the same text and are not among ``copies``.

    Args:
        profiles: the articles, by number.
        copies: the pairs that were found to carry the same text.
        many: copies of an article from which it belongs to a crowd.
        among: who may belong to a crowd, shape = (len(profiles),); without it all.
    """
    found = np.bincount(np.concatenate([copies.left, copies.right]), minlength=len(profiles))
    page = np.array([profile.headline_page for profile in profiles], dtype=np.bool_)
    full = (found >= many) & ~page & (roles(profiles) == 0)
    crowd = np.flatnonzero(full if among is None else full & among)
    if len(crowd) < 2:
        return Edges(left=crowd[:0], right=crowd[:0], p=np.empty(0))
    i, j, inside = _contained([profiles[k] for k in crowd.tolist()])
    left, right = crowd[i], crowd[j]
    low, high = np.minimum(copies.left, copies.right), np.maximum(copies.left, copies.right)
    known = np.isin(left * len(profiles) + right, low * len(profiles) + high)
    wanted = (inside >= INSIDE) & ~known
    return Edges(left=left[wanted], right=right[wanted], p=inside[wanted])


def _contained(profiles: Sequence[Profile]) -> tuple[Int64s, Int64s, Doubles]:
    """Pairs (i < j) that share a sketched hash, and the larger estimated containment of each."""
    from scipy.sparse import csr_array  # noqa: PLC0415  80 ms that copies alone do not need

    sketches = [profile.sketch for profile in profiles]
    pointer = np.cumsum([0, *(len(sketch.hashes) for sketch in sketches)])
    hashes = np.concatenate([sketch.hashes for sketch in sketches])
    column = np.unique(hashes, return_inverse=True)[1].reshape(-1)
    held = csr_array((np.ones(len(column)), column, pointer))
    shared = (held @ held.T).tocoo()
    above = shared.row < shared.col
    i, j = shared.row[above].astype(np.int64), shared.col[above].astype(np.int64)
    thresholds = np.array([sketch.threshold for sketch in sketches], dtype=np.uint64)
    both_keep = np.minimum(thresholds[i], thresholds[j])
    sizes = np.minimum(_kept(sketches, i, both_keep), _kept(sketches, j, both_keep))
    return i, j, shared.data[above] / sizes


def _kept(sketches: Sequence[Sketch], which: Int64s, threshold: UInt64s) -> Int64s:
    """How many hashes the named sketches hold up to a threshold each."""
    counts = np.empty(len(which), dtype=np.int64)
    order = np.argsort(which, kind="stable")
    ends = np.searchsorted(which[order], np.arange(len(sketches) + 1))
    for sketch, low, high in zip(sketches, ends[:-1], ends[1:], strict=True):
        at = order[low:high]
        counts[at] = sketch.hashes.searchsorted(threshold[at], "right")
    return counts
