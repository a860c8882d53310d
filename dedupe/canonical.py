"""The article or outlet a cluster comes from, by a total order over its members.

Every member has a key of its own: explicit provenance, then not a truncation, then first seen,
then published, then id. A source that members credit and that no member belongs to is a
*phantom*: it is the canonical, and lies outside the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from dedupe.model import Canonical, Credit, CreditKind, Provenance, Reason
from dedupe.sources import comparison_key

TRUNCATED_BELOW = 0.9
"""A member with fewer words than this share of its group's longest is a truncation (design 3.8)."""

CONFIDENCE: Mapping[str, float] = {
    "rel_canonical": 0.8,
    "wire_id": 0.75,
    "not_truncated": 0.6,
    "first_seen": 0.6,
    "published": 0.55,
    "id": 0.3,
    "only_member": 0.6,
}
"""How far the rule that decided is believed, judged from what can fake it: anyone can be first
to *arrive* here (.6), a claimed date can be back-dated (.55), an id says nothing (.3). A credit
is believed as far as its pattern, times the share of crediting members that name that source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalInput:
    """What the canonical order needs to know of one member of a cluster."""

    id: str
    provenance: Provenance
    word_count: int
    first_seen: float | None
    """Hours since 1970-01-01 UTC; None where arrival says nothing (a bulk load, ``dedupe``)."""
    published: float | None
    """Hours since 1970-01-01 UTC, where it can be trusted."""


Key: TypeAlias = tuple[int, bool, float, float, str]
"""Rank of explicit provenance, truncation, first seen, published, id; smallest first."""

_CREDITED, _POINTED_AT, _WIRE, _PLAIN = range(4)
_EXPLICIT = {_CREDITED: "credited_outlet", _POINTED_AT: "rel_canonical", _WIRE: "wire_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """The source that the members' credits lead to."""

    key: str
    source: str
    credit: Credit
    """The surest credit that names it."""
    by: CanonicalInput
    """The member that carries this credit."""
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What the members of one cluster say together; the rest of a key is the member's own."""

    credited: Credited | None
    pointed_at: frozenset[str]
    """URLs of members that another member names as canonical."""
    longest: Mapping[str, int]
    """Words of the longest member by group."""

    @classmethod
    def of(cls, members: Sequence[CanonicalInput]) -> Cluster:
        """Gather it from all members, in any order."""
        longest: dict[str, int] = defaultdict(int)
        for member in members:
            for group in _groups(member):
                longest[group] = max(longest[group], member.word_count)
        named = {m.provenance.canonical_url for m in members} - {None}
        urls = {m.provenance.url for m in members}
        return cls(
            credited=_credited(members),
            pointed_at=frozenset(url for url in named & urls if url is not None),
            longest=longest,
        )


def canonical(members: Sequence[CanonicalInput]) -> Canonical:
    """The canonical of one cluster, with the reasons; independent of the order given.

    Raises:
        ValueError: there are no members.
    """
    if not members:
        raise ValueError("a cluster without members has no canonical; pass at least one")
    cluster = Cluster.of(members)
    ranked = sorted((canonical_key(member, cluster), member) for member in _once(members))
    (key, first), others = ranked[0], [other for other, _ in ranked[1:]]
    if cluster.credited is not None and key[0] != _CREDITED:
        return _phantom(cluster.credited, members)
    rules = _rules(key, others)
    confidence = CONFIDENCE[rules[0]] if cluster.credited is None else cluster.credited.confidence
    credit = () if cluster.credited is None else (_reason(cluster.credited),)
    return Canonical(
        article_id=first.id,
        source=first.provenance.outlet,
        url=first.provenance.url,
        in_index=True,
        confidence=confidence,
        reasons=(*(Reason(rule=rule) for rule in rules[:1]), *credit,
                 *(Reason(rule=rule) for rule in rules[1:])),
    )  # fmt: skip


def order(members: Sequence[CanonicalInput]) -> list[str]:
    """The members' ids in canonical order."""
    cluster = Cluster.of(members)
    return [key[-1] for key in sorted(canonical_key(member, cluster) for member in members)]


def representative(members: Sequence[CanonicalInput]) -> str:
    """The id of the canonical if it is indexed, else of the first in canonical order."""
    return order(members)[0]


def canonical_key(member: CanonicalInput, cluster: Cluster) -> Key:
    """Where a member stands in the canonical order of its cluster; no two keys are equal."""
    return (
        _rank(member, cluster),
        _truncated(member, cluster),
        inf if member.first_seen is None else member.first_seen,
        inf if member.published is None else member.published,
        member.id,
    )


def _once(members: Sequence[CanonicalInput]) -> list[CanonicalInput]:
    return list({member.id: member for member in members}.values())


def _rank(member: CanonicalInput, cluster: Cluster) -> int:
    provenance = member.provenance
    if cluster.credited is not None and _outlet(member) == cluster.credited.key:
        return _CREDITED
    if provenance.origin is not None:
        return _PLAIN
    if provenance.url is not None and provenance.url in cluster.pointed_at:
        return _POINTED_AT
    return _PLAIN if provenance.wire_id is None else _WIRE


def _truncated(member: CanonicalInput, cluster: Cluster) -> bool:
    longest = max(cluster.longest[group] for group in _groups(member))
    return member.provenance.paywalled or member.word_count < TRUNCATED_BELOW * longest


def _groups(member: CanonicalInput) -> tuple[str, ...]:
    """The groups within which length tells a truncation: whose text it is, who published it.

    The origin's own article lies in the group of those that credit it. A member that neither
    says is compared with itself.
    """
    origin, outlet = member.provenance.origin, _outlet(member)
    keys = {comparison_key(origin) if origin else None, outlet} - {None, ""}
    return tuple(sorted(f"source:{key}" for key in keys)) or (f"article:{member.id}",)


def _outlet(member: CanonicalInput) -> str | None:
    outlet = member.provenance.outlet
    return comparison_key(outlet) if outlet else None


def _credited(members: Sequence[CanonicalInput]) -> Credited | None:
    """The source most members' credits lead to; ties by the surest credit, then by name."""
    links = _links(members)
    votes: dict[str, list[CanonicalInput]] = defaultdict(list)
    for member in members:
        origin = _credited_key(member)
        if origin is not None:
            votes[_end(origin, links)].append(member)
    if not votes:
        return None
    named = {key: _surest(key, members) for key in votes}
    winner = min(votes, key=lambda key: (-len(votes[key]), -_sureness(named[key]), key))
    by = named[winner]
    credit = by.provenance.credit
    assert credit is not None
    share = len(votes[winner]) / sum(len(voters) for voters in votes.values())
    return Credited(
        key=winner,
        source=by.provenance.origin or credit.source,
        credit=credit,
        by=by,
        confidence=round(credit.confidence * share, 4),
    )


def _credited_key(member: CanonicalInput) -> str | None:
    """Comparison key of the source a member credits with its text, itself excepted."""
    provenance = member.provenance
    if provenance.origin is None or provenance.credit is None:
        return None
    key = comparison_key(provenance.origin)
    return None if not key or key == _outlet(member) else key


def _links(members: Sequence[CanonicalInput]) -> dict[str, str]:
    """Which source the members of each outlet credit; the smallest where they disagree."""
    links: dict[str, str] = {}
    for member in members:
        outlet, origin = _outlet(member), _credited_key(member)
        if outlet is not None and origin is not None:
            links[outlet] = min(origin, links.get(outlet, origin))
    own = {_outlet(member) for member in members if member.provenance.origin is None}
    return {outlet: origin for outlet, origin in links.items() if outlet not in own}


def _end(source: str, links: Mapping[str, str]) -> str:
    """The end of a chain of credits; of a ring the source whose name sorts first."""
    passed: list[str] = []
    while source in links and source not in passed:
        passed.append(source)
        source = links[source]
    return min(passed[passed.index(source) :]) if source in passed else source


def _surest(key: str, members: Sequence[CanonicalInput]) -> CanonicalInput:
    """The member whose credit names this source most surely."""
    naming = [member for member in members if _credited_key(member) == key]
    return min(naming, key=lambda member: (-_sureness(member), member.id))


def _sureness(member: CanonicalInput) -> float:
    return member.provenance.credit.confidence if member.provenance.credit else 0.0


def _phantom(credited: Credited, members: Sequence[CanonicalInput]) -> Canonical:
    """The credited source, which no member belongs to."""
    return Canonical(
        article_id=None,
        source=credited.source,
        url=_outside(credited.by, members),
        in_index=False,
        confidence=credited.confidence,
        reasons=(_reason(credited),),
    )


def _outside(by: CanonicalInput, members: Sequence[CanonicalInput]) -> str | None:
    """The canonical URL the crediting member states, if no member has it."""
    stated = by.provenance.canonical_url
    return None if stated in {member.provenance.url for member in members} else stated


def _reason(credited: Credited) -> Reason:
    kind: CreditKind = credited.credit.kind
    return Reason(rule=f"credit.{kind}", text=credited.credit.text, span=credited.credit.span)


def _rules(first: Key, others: Sequence[Key]) -> list[str]:
    """The rules by which the first member stands before the others, in the order they decided."""
    if not others:
        return [_EXPLICIT[first[0]]] if first[0] in _EXPLICIT else ["only_member"]
    rules: list[str] = []
    left = list(others)
    names = (_EXPLICIT.get(first[0], ""), "not_truncated", "first_seen", "published", "id")
    for place, name in enumerate(names):
        still = [other for other in left if other[place] == first[place]]
        if len(still) < len(left):
            rules.append(name)
        left = still
    return rules
