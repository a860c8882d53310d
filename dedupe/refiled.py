"""Newer versions of one piece within a cluster: an outlet's own, which count as no copy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dedupe.neighbourhood import Item
from dedupe.verdict import updated

NEIGHBOURS = 8
"""Versions before and behind one that it is compared with: a headline may be used a thousand times."""


def refiled(items: Sequence[Item], groups: Sequence[Sequence[int]]) -> Mapping[int, int]:
    """Per item that says it replaces another of its group, the newest one that it replaces.

    ``items`` by number; ``groups`` hold numbers. Texts are not looked at: a group shares one.
    """
    found: dict[int, int] = {}
    for group in groups:
        if len(group) > 1:
            for chain in _chains(items, group):
                found |= _replaced(items, chain)
    return found


def _chains(items: Sequence[Item], group: Sequence[int]) -> list[list[int]]:
    """The items of each outlet and chain that has more than one, oldest first."""
    chains: dict[tuple[str, str], list[int]] = {}
    for k in group:
        outlet = items[k].profile.provenance.outlet
        chain = items[k].profile.version.chain
        if outlet is not None and chain is not None:
            chains.setdefault((outlet, chain), []).append(k)

    def age(k: int) -> tuple[float, str]:
        published = items[k].profile.published
        return (-math.inf if published is None else published), items[k].profile.id

    return [sorted(some, key=age) for some in chains.values() if len(some) > 1]


def _replaced(items: Sequence[Item], chain: Sequence[int]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for place, k in enumerate(chain):
        for other in chain[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]:
            if k != other and updated(items[k].profile, items[other].profile) > 0:
                found[k] = other
    return found
