"""What holds of one text holds of its equals, also where an order lets each speak for itself.

At night equal texts are compared with others through a spokesman alone (``dedupe.copying``), and
nearly equal ones through their leader; an arrival is compared with each. Where one of them speaks
for itself, a pair that was never looked at is no disagreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dedupe.model import Int64s
from dedupe.state import CopyLink

Linked = tuple[Int64s, Int64s, Sequence[CopyLink]]
"""Item numbers of both ends of some links, and the links."""


def links_of_equals(ends: Linked, spoken: Int64s, voice: Int64s, names: Sequence[str]) -> Linked:
    """These links, where texts that one voice spoke for now have several: each has them all.

    Args:
        ends: item numbers of both ends of each link, and the links.
        spoken: who spoke for each item, shape = (n,).
        voice: who does now: the same, or another of those that it spoke for.
        names: id of each item.

    Between the voices of two such texts, and among those of one, the most probable link holds;
    which of them were compared with each other decides nothing.
    """
    speaking = np.unique(voice)
    several = np.bincount(spoken[speaking], minlength=len(spoken)) > 1
    left, right, links = ends
    touched = np.flatnonzero(several[spoken[left]] | several[spoken[right]])
    if not len(touched):
        return ends
    best: dict[tuple[int, int], int] = {}
    for k in sorted(touched.tolist(), key=lambda k: (-links[k].p_same_text, -links[k].overlap, k)):
        a, b = int(spoken[left[k]]), int(spoken[right[k]])
        if (b, a) not in best:
            best.setdefault((a, b), k)
    voices: dict[int, list[int]] = {}
    for one in speaking.tolist():
        voices.setdefault(int(spoken[one]), []).append(one)
    made = [
        _between(x, y, names, links[k])
        for (a, b), k in best.items()
        for x in voices[a]
        for y in voices[b]
        if x < y or a != b
    ]
    kept = np.ones(len(links), np.bool_)
    kept[touched] = ~(np.isin(left[touched], speaking) & np.isin(right[touched], speaking))
    return (
        np.concatenate([left[kept], np.array([x for x, _, _ in made], dtype=np.int64)]),
        np.concatenate([right[kept], np.array([y for _, y, _ in made], dtype=np.int64)]),
        [*(links[k] for k in np.flatnonzero(kept).tolist()), *(link for *_, link in made)],
    )


def _between(x: int, y: int, names: Sequence[str], link: CopyLink) -> tuple[int, int, CopyLink]:
    """The link as one of x, in the place of its ``a``, and y."""
    if names[x] < names[y]:
        return x, y, replace(link, a=names[x], b=names[y])
    shares = {"a_in_b": link.b_in_a, "b_in_a": link.a_in_b}
    return y, x, replace(link, a=names[y], b=names[x], **shares)


__all__ = ["Linked", "links_of_equals"]
