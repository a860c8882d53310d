"""Laws of the canonical order, over random clusters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedupe.canonical import CanonicalInput, Ranking, canonical, order
from dedupe.model import Credit, CreditKind, Provenance, Span

OUTLETS = st.sampled_from([None, "A", "B", "C", "D"])
URLS = st.sampled_from([None, "https://x.example/1", "https://x.example/2", "https://x.example/3"])
HOURS = st.one_of(st.none(), st.integers(0, 5).map(float))


@st.composite
def members(draw: st.DrawFn) -> CanonicalInput:
    origin = draw(OUTLETS)
    credit = None if origin is None else Credit(
        kind=draw(st.sampled_from([CreditKind.REPUBLICATION, CreditKind.PRESS_RELEASE])),
        source=origin,
        text=origin,
        span=Span(field="body", start=0, end=1),
        confidence=draw(st.sampled_from([0.6, 0.7, 0.9])),
    )  # fmt: skip
    return CanonicalInput(
        id=draw(st.text("abcdef", min_size=1, max_size=6)),
        provenance=Provenance(
            outlet=draw(OUTLETS),
            origin=origin,
            credit=credit,
            canonical_url=draw(URLS),
            url=draw(URLS),
            wire_id=draw(st.sampled_from([None, "w1"])),
            paywalled=draw(st.booleans()),
        ),
        word_count=draw(st.integers(0, 100)),
        first_seen=draw(HOURS),
        published=draw(HOURS),
    )


CLUSTERS = st.lists(members(), min_size=1, max_size=8, unique_by=lambda member: member.id)


@given(CLUSTERS)
def test_the_order_is_total(cluster: list[CanonicalInput]) -> None:
    """No two members share a key, and every member has its place."""
    keys = Ranking.of(cluster).keys
    assert len(set(keys)) == len(cluster)
    assert list(keys) == sorted(keys)
    assert sorted(order(cluster)) == sorted(member.id for member in cluster)


@given(CLUSTERS, st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(cluster: list[CanonicalInput], random: object) -> None:
    """Canonical and order are functions of the set of members."""
    shuffled = list(cluster)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical(shuffled) == canonical(cluster)
    assert order(shuffled) == order(cluster)


@given(CLUSTERS)
def test_the_canonical_is_a_member_or_a_phantom(cluster: list[CanonicalInput]) -> None:
    """In the index it is the first in the order; outside it is a credited source without member."""
    found = canonical(cluster)
    outlets = {member.provenance.outlet for member in cluster}
    assert found.reasons
    assert 0 < found.confidence <= 1
    if found.in_index:
        assert found.article_id == order(cluster)[0]
    else:
        assert found.article_id is None
        assert found.source not in outlets
        assert found.source in {member.provenance.origin for member in cluster}


@given(CLUSTERS, st.integers(1, 100))
def test_a_later_outsider_displaces_nobody(cluster: list[CanonicalInput], words: int) -> None:
    """Without credit, address, wire id or outlet a later arrival leaves the canonical as it is."""
    outsider = CanonicalInput(
        id="z",
        provenance=Provenance(
            outlet=None, origin=None, credit=None, canonical_url=None, url=None, wire_id=None,
            paywalled=False,
        ),
        word_count=words,
        first_seen=None,
        published=None,
    )  # fmt: skip
    before, after = canonical(cluster), canonical([*cluster, outsider])
    assert (after.article_id, after.source) == (before.article_id, before.source) or (
        Ranking.of(cluster).credited is None and after.reasons[0].rule == "not_truncated"
    )
    inner = [key for key in order([*cluster, outsider]) if key != "z"]
    assert inner == order(cluster)
