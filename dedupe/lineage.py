"""Which identifier lives on when groups are worked out anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from dedupe.state import Passed, Retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Identifiers of new groups and what became of the old ones."""

    ids: tuple[str, ...]
    """One for each new group."""
    born: frozenset[str]
    """Identifiers that did not exist before."""
    retired: tuple[Retired, ...]
    split: tuple[tuple[str, str], ...]
    """(old identifier, identifier of a group that took members away from it)."""
    passed: tuple[Passed, ...] = ()
    """What went from one identifier to another, most articles first."""


def trace(
    groups: Sequence[Sequence[int]],
    before: Sequence[str | None],
    new_id: Callable[[], str],
    *,
    claims: Sequence[float] | None = None,
    weight: Mapping[str, int] | None = None,
    vacated: frozenset[str] = frozenset(),
    age: Mapping[str, float] | None = None,
) -> Lineage:
    """Identifiers for ``groups``: each old one goes to the group that holds most of its members.

    Args:
        groups: the new groups, as item numbers.
        before: old identifier of each item, None for a newcomer.
        new_id: makes an identifier never used before.
        claims: how much each item counts; 1 by default, less for one whose text has changed.
        weight: members an old group has in all, where not all of them are among the items.
        vacated: old identifiers that may have lost their last member.
        age: when an old group was first seen: of those of equal weight the older lives on.
    """
    shares = _shares(groups, before, claims or [1.0] * len(before), weight or {}, age or {})
    ids = _inherit(shares, len(groups))
    named = tuple(new_id() if name is None else name for name in ids)
    born = frozenset(new for name, new in zip(ids, named, strict=True) if name is None)
    living = frozenset(named)
    takers: dict[str, list[str]] = {}
    for _, old, k in shares:
        takers.setdefault(old, []).append(named[k])
    heirs = {old: old if old in living else some[0] for old, some in takers.items()}
    split = [(old, named[k]) for _, old, k in shares if heirs[old] != named[k] and named[k] in born]
    retired = [
        Retired(id=old, merged_into=heir, split_into=tuple(takers[old][1:] and takers[old]))
        for old, heir in heirs.items()
        if old not in living
    ]
    retired += [
        Retired(id=old, merged_into=None) for old in sorted(vacated - living - heirs.keys())
    ]
    return Lineage(
        ids=named,
        born=born,
        retired=tuple(retired),
        split=tuple(split),
        passed=_passed(groups, before, named, weight or {}),
    )


def _passed(
    groups: Sequence[Sequence[int]],
    before: Sequence[str | None],
    named: Sequence[str],
    weight: Mapping[str, int],
) -> tuple[Passed, ...]:
    """What went from one identifier to another; a group gathered in part went as a whole."""
    went: dict[tuple[str, str], int] = {}
    for items, new in zip(groups, named, strict=True):
        for item in items:
            if (old := before[item]) is not None and old != new:
                went[old, new] = went.get((old, new), 0) + 1
    passed = [
        Passed(old=old, new=new, articles=max(count, weight.get(old, 0)))
        for (old, new), count in went.items()
    ]
    return tuple(sorted(passed, key=lambda one: (-one.articles, one.old, one.new)))


def _shares(
    groups: Sequence[Sequence[int]],
    before: Sequence[str | None],
    claims: Sequence[float],
    weight: Mapping[str, int],
    age: Mapping[str, float],
) -> list[tuple[float, str, int]]:
    """(members, old identifier, group), largest first, then the older, then by identifier."""
    if not any(before):
        return []
    shares = []
    for k, items in enumerate(groups):
        held: dict[str, float] = {}
        for item in items:
            if (old := before[item]) is not None:
                held[old] = held.get(old, 0.0) + claims[item]
        shares += [(max(count, weight.get(old, 0)), old, k) for old, count in held.items()]
    return sorted(shares, key=lambda share: (-share[0], age.get(share[1], inf), share[1], share[2]))


def _inherit(shares: Sequence[tuple[float, str, int]], n: int) -> list[str | None]:
    ids: list[str | None] = [None] * n
    given: set[str] = set()
    for _, old, k in shares:
        if ids[k] is None and old not in given:
            ids[k] = old
            given.add(old)
    return ids
