"""The article or outlet a cluster comes from, by a total order over its members.

Whatever an editor has pinned is it, the last one pinned. Else every member has a key of its own:
explicit provenance, then not a truncation, then first seen,
then published, then first filed, then id. An outlet's versions of one piece are seen when the first
of them is, whichever that was. A source that members credit and that no member belongs to is a
*phantom*: it is the canonical, and lies outside the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple, TypeAlias

from dedupe.constraints.pinning import pinned_canonical, pinned_key
from dedupe.constraints.records import Constraint
from dedupe.model import Canonical, Claim, Credit, Provenance, Reason
from dedupe.sources import comparison_key, host_of, registered_domain

TRUNCATED_BELOW = 0.9
"""A member with fewer words than this share of its group's longest is a truncation (design 3.8)."""

CONFIDENCE: Mapping[str, float] = {
    "rel_canonical": 0.8,
    "wire_id": 0.75,
    "not_truncated": 0.6,
    "first_seen": 0.6,
    "published": 0.55,
    "first_filed": 0.6,
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
    piece: str | None = None
    """What its outlet's other versions of it among the members have too; None where there are none."""
    filing: int = 0
    """Its place among them, the first filed first."""
    grown: bool = False
    """They are known to be versions: a longer one has grown, a shorter one is not cut."""
    pinned: Constraint | None = None
    """The order that makes it the canonical of its cluster."""


Key: TypeAlias = tuple[int, bool, float, float, int, str]
"""Rank of explicit provenance, truncation, first seen, published, filing, id; smallest first."""

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
    articles: int
    """Members whose credits lead to it."""
    first_seen: float
    """When the first of them was seen; inf where arrival says nothing."""
    confidence: float
    """Of the credit, times the share of crediting members that it has."""

    @property
    def reason(self) -> Reason:
        """The credit as a reason."""
        return Reason(
            rule=f"credit.{self.credit.kind}",
            text=self.credit.text,
            span=self.credit.span,
            article_id=self.by.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The members of one cluster in canonical order, and what they say together."""

    members: tuple[CanonicalInput, ...]
    """As they were given."""
    order: tuple[int, ...]
    """Positions of the members in canonical order."""
    keys: tuple[Key, ...]
    """Of the members in canonical order; no two are equal."""
    claims: tuple[Credited, ...]
    """Every source that the members' credits lead to, the one that most name first."""

    @property
    def credited(self) -> Credited | None:
        """The source that the cluster is credited to."""
        return self.claims[0] if self.claims else None

    @classmethod
    def of(cls, members: Sequence[CanonicalInput]) -> Ranking:
        """Rank members given in any order.

        Raises:
            ValueError: there are no members.
        """
        if not members:
            raise ValueError("a cluster without members has no canonical; pass at least one")
        known = _named_by_site([_Known.of(member) for member in members])
        claims = _claims(known)
        keys = _keys(known, claims[0].key if claims else None)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        return cls(
            members=tuple(members),
            order=tuple(order),
            keys=tuple([keys[k] for k in order]),
            claims=claims,
        )

    def canonical(self) -> Canonical:
        """The canonical of the cluster, with the reasons."""
        credited, key, first = self.credited, self.keys[0], self.members[self.order[0]]
        claims = tuple(
            Claim(source=one.source, articles=one.articles, reason=one.reason)
            for one in self.claims
        )
        if first.pinned is not None:
            return replace(
                pinned_canonical(first.pinned, first.id, first.provenance), claims=claims
            )
        if credited is not None and key[0] != _CREDITED:
            return replace(_phantom(credited, self.members), claims=claims)
        rules = _rules(key, [other for other in self.keys[1:] if other != key])
        reasons = [Reason(rule=rule) for rule in rules]
        if credited is not None:
            reasons.insert(1, credited.reason)
        return Canonical(
            article_id=first.id,
            source=first.provenance.outlet,
            url=first.provenance.url,
            in_index=True,
            confidence=CONFIDENCE[rules[0]] if credited is None else credited.confidence,
            reasons=tuple(reasons),
            claims=claims,
            family=first.provenance.outlet_family,
        )


def canonical(members: Sequence[CanonicalInput]) -> Canonical:
    """The canonical of one cluster, with the reasons; independent of the order given.

    Raises:
        ValueError: there are no members.
    """
    return Ranking.of(members).canonical()


def order(members: Sequence[CanonicalInput]) -> list[str]:
    """The members' ids in canonical order."""
    return [key[-1] for key in Ranking.of(members).keys]


def origin_key(cluster: str, source: str | None, family: str | None = None) -> str:
    """Equal for clusters of one origin: of one house; a text of nobody's has its own.

    ``source`` is the canonical one, ``family`` the house it belongs to, where that has another name.
    """
    return f"text {cluster}" if source is None else f"source {family or source}"


class _Known(NamedTuple):
    """A member with the comparison keys of the sources it names, each worked out once."""

    member: CanonicalInput
    outlet: str | None
    credited: str | None
    """The source it credits with its text, itself excepted."""
    groups: tuple[str, ...]
    """The houses within which length tells a truncation: whose text it is, who published it.

    The origin's own article lies in the group of those that credit it. A member that neither
    says is compared with itself.
    """

    @classmethod
    def of(cls, member: CanonicalInput) -> _Known:
        told = member.provenance
        outlet = comparison_key(told.outlet) if told.outlet else None
        origin = comparison_key(told.origin) if told.origin else None
        credits = told.credit is not None and origin and origin != outlet
        houses = (told.outlet_family or told.outlet, told.origin_family or told.origin)
        groups = tuple({key for house in houses if house and (key := comparison_key(house))})
        return cls(member, outlet, origin if credits else None, groups or (f"article:{member.id}",))


def _named_by_site(known: list[_Known]) -> list[_Known]:
    """The same, where a source known by its domain alone is the member that stands at it."""
    if not any("." in (one.member.provenance.origin or "") for one in known):
        return known
    at = {
        comparison_key(registered_domain(host)): one.outlet
        for one in known
        if (host := host_of(one.member.provenance.url)) and one.outlet
    }
    return [one._replace(credited=at.get(one.credited or "", one.credited)) for one in known]


def _keys(known: Sequence[_Known], credited: str | None) -> list[Key]:
    """Where each member stands in the canonical order of its cluster."""
    words = _words([one.member for one in known])
    longest: dict[str, int] = {}
    for one, count in zip(known, words, strict=True):
        for group in one.groups:
            longest[group] = max(longest.get(group, 0), count)
    named = {one.member.provenance.canonical_url for one in known} - {None}
    seen = _earliest([(one.member, one.member.first_seen) for one in known])
    published = _earliest([(one.member, one.member.published) for one in known])
    return [
        pinned_key(one.member.pinned, one.member.id)
        if one.member.pinned is not None
        else (
            _rank(one, credited, named),
            _truncated(one, count, longest),
            seen[_piece(one.member)],
            published[_piece(one.member)],
            one.member.filing,
            one.member.id,
        )
        for one, count in zip(known, words, strict=True)
    ]


def _piece(member: CanonicalInput) -> str:
    """What stands for the piece that a member is a version of: itself where it is the only one."""
    return f"article {member.id}" if member.piece is None else f"piece {member.piece}"


def _words(members: Sequence[CanonicalInput]) -> list[int]:
    """How long each member is as a text that may have been cut: as long as its piece has grown."""
    longest: dict[str, int] = {}
    for one in members:
        if one.grown:
            longest[_piece(one)] = max(longest.get(_piece(one), 0), one.word_count)
    return [longest[_piece(one)] if one.grown else one.word_count for one in members]


def _earliest(times: Sequence[tuple[CanonicalInput, float | None]]) -> Mapping[str, float]:
    """The first time of each piece."""
    found: dict[str, float] = {}
    for one, time in times:
        found[_piece(one)] = min(found.get(_piece(one), inf), inf if time is None else time)
    return found


def _rank(one: _Known, credited: str | None, named: AbstractSet[str | None]) -> int:
    """``named`` are the URLs that members name as canonical."""
    provenance = one.member.provenance
    if credited is not None and one.outlet == credited:
        return _CREDITED
    if provenance.origin is not None:
        return _PLAIN
    if provenance.url is not None and provenance.url in named:
        return _POINTED_AT
    return _PLAIN if provenance.wire_id is None else _WIRE


def _truncated(one: _Known, words: int, longest: Mapping[str, int]) -> bool:
    most = max([longest[group] for group in one.groups])
    return one.member.provenance.paywalled or words < TRUNCATED_BELOW * most


def _claims(known: Sequence[_Known]) -> tuple[Credited, ...]:
    """The sources that the members' credits lead to.

    Ties by which was claimed first, so that a later copy turns nothing, then by the surest credit,
    then by name.
    """
    crediting = [one for one in known if one.credited is not None]
    if not crediting:
        return ()
    links = _links(known)
    votes: dict[str, list[_Known]] = defaultdict(list)
    for one in crediting:
        votes[_end(str(one.credited), links)].append(one)
    claims = [_claim(key, voters, crediting) for key, voters in votes.items()]
    return tuple(
        sorted(
            claims,
            key=lambda claim: (
                -claim.articles,
                claim.first_seen,
                -claim.credit.confidence,
                claim.key,
            ),
        )
    )


def _claim(key: str, voters: Sequence[_Known], crediting: Sequence[_Known]) -> Credited:
    by = _surest(key, crediting)
    credit = by.provenance.credit
    assert credit is not None
    return Credited(
        key=key,
        source=by.provenance.origin or credit.source,
        credit=credit,
        by=by,
        articles=len(voters),
        first_seen=min(inf if s is None else s for s in (v.member.first_seen for v in voters)),
        confidence=round(credit.confidence * len(voters) / len(crediting), 4),
    )


def _links(known: Sequence[_Known]) -> dict[str, str]:
    """Which source the members of each outlet credit; the smallest where they disagree."""
    links: dict[str, str] = {}
    for one in known:
        if one.outlet is not None and one.credited is not None:
            links[one.outlet] = min(one.credited, links.get(one.outlet, one.credited))
    own = {one.outlet for one in known if one.member.provenance.origin is None}
    return {outlet: origin for outlet, origin in links.items() if outlet not in own}


def _end(source: str, links: Mapping[str, str]) -> str:
    """The end of a chain of credits; of a ring the source whose name sorts first."""
    passed: list[str] = []
    while source in links and source not in passed:
        passed.append(source)
        source = links[source]
    return min(passed[passed.index(source) :]) if source in passed else source


def _surest(key: str, crediting: Sequence[_Known]) -> CanonicalInput:
    """The member whose credit names this source most surely."""
    naming = [one.member for one in crediting if one.credited == key]
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
        reasons=(credited.reason,),
        family=credited.by.provenance.origin_family,
    )


def _outside(by: CanonicalInput, members: Sequence[CanonicalInput]) -> str | None:
    """The canonical URL the crediting member states, if no member has it."""
    stated = by.provenance.canonical_url
    return None if stated in {member.provenance.url for member in members} else stated


def _rules(first: Key, others: Sequence[Key]) -> list[str]:
    """The rules by which the first member stands before the others, in the order they decided."""
    if not others:
        return [_EXPLICIT[first[0]]] if first[0] in _EXPLICIT else ["only_member"]
    rules: list[str] = []
    left = list(others)
    names = (
        *(_EXPLICIT.get(first[0], ""), "not_truncated"),
        *("first_seen", "published", "first_filed", "id"),
    )
    for place, name in enumerate(names):
        if not left:
            break
        still = [other for other in left if other[place] == first[place]]
        if len(still) < len(left):
            rules.append(name)
        left = still
    return rules
