"""Where a cluster comes from: rules, phantoms, and the reasons given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.canonical import CanonicalInput, canonical, order
from dedupe.model import Credit, CreditKind, Provenance, Span


def member(
    key: str,
    *,
    outlet: str | None = None,
    credits_to: str | None = None,
    confidence: float = 0.9,
    kind: CreditKind = CreditKind.REPUBLICATION,
    words: int = 400,
    first_seen: float | None = 0.0,
    published: float | None = None,
    url: str | None = None,
    canonical_url: str | None = None,
    wire_id: str | None = None,
    paywalled: bool = False,
    family: str | None = None,
) -> CanonicalInput:
    text = f"(Courtesy: {credits_to})"
    credit = Credit(kind=kind, source=credits_to, text=text, confidence=confidence,
                    span=Span(field="body", start=10, end=10 + len(text))) if credits_to else None  # fmt: skip
    return CanonicalInput(
        id=key,
        provenance=Provenance(
            outlet=outlet,
            outlet_family=family,
            origin=credits_to,
            credit=credit,
            canonical_url=canonical_url,
            url=url,
            wire_id=wire_id,
            paywalled=paywalled,
        ),
        word_count=words,
        first_seen=first_seen,
        published=published,
    )


def rules(*members: CanonicalInput) -> list[str]:
    return [reason.rule for reason in canonical(members).reasons]


def test_an_article_alone_is_its_own_canonical() -> None:
    """Without a credit there is one rule: it is the only member."""
    found = canonical([member("a", outlet="Gazette", url="https://x.example/a")])
    assert (found.article_id, found.source, found.url) == ("a", "Gazette", "https://x.example/a")
    assert found.in_index
    assert [reason.rule for reason in found.reasons] == ["only_member"]


def test_a_credit_to_a_source_outside_the_index_makes_a_phantom() -> None:
    """The phantom comes with the phrase that names it and where it stands."""
    found = canonical([member("a", outlet="Gazette", credits_to="Al Jazeera")])
    assert (found.article_id, found.source, found.in_index) == (None, "Al Jazeera", False)
    assert found.confidence == 0.9
    (reason,) = found.reasons
    assert (reason.rule, reason.text) == ("credit.republication", "(Courtesy: Al Jazeera)")
    assert reason.span == Span(field="body", start=10, end=32)


def test_the_credited_outlet_wins_when_its_article_arrives() -> None:
    """However late and short it is, and the credit that named it stays among the reasons."""
    repost = member("a", outlet="Gazette", credits_to="Al Jazeera", first_seen=1, words=500)
    original = member("b", outlet="Al-Jazeera", first_seen=9, words=300)
    found = canonical([repost, original])
    assert (found.article_id, found.in_index, found.source) == ("b", True, "Al-Jazeera")
    assert [reason.rule for reason in found.reasons] == ["credited_outlet", "credit.republication"]
    assert found.reasons[1].text == "(Courtesy: Al Jazeera)"


def test_a_press_release_is_a_phantom_too() -> None:
    """Its rule says what kind of credit it rests on."""
    release = member("a", credits_to="PR Newswire", kind=CreditKind.PRESS_RELEASE)
    assert rules(release) == ["credit.press_release"]


def test_most_crediting_members_name_the_source() -> None:
    """Number of members goes before confidence, confidence before name."""
    two = [member("a", outlet="A", credits_to="AFP", confidence=0.7),
           member("b", outlet="B", credits_to="AFP", confidence=0.6)]  # fmt: skip
    one = member("c", outlet="C", credits_to="Reuters", confidence=0.95)
    found = canonical([*two, one])
    assert found.source == "AFP"
    assert found.confidence == pytest.approx(0.7 * 2 / 3, abs=1e-4)
    assert canonical([two[0], one]).source == "Reuters"
    even = member("d", outlet="D", credits_to="Reuters", confidence=0.7)
    assert canonical([two[0], even]).source == "AFP"


def test_the_end_of_a_chain_of_credits_is_the_source() -> None:
    """A credits B, and B in the same cluster credits C."""
    a = member("a", outlet="A", credits_to="B")
    b = member("b", outlet="B", credits_to="C", confidence=0.8)
    assert canonical([a, b]).source == "C"
    assert canonical([a, b]).reasons[0].text == "(Courtesy: C)"
    c = member("c", outlet="C", first_seen=99)
    assert canonical([a, b, c]).article_id == "c"


def test_a_ring_of_credits_ends_somewhere() -> None:
    """Two outlets that credit each other do not hang the order."""
    a = member("a", outlet="A", credits_to="B")
    b = member("b", outlet="B", credits_to="A")
    assert canonical([a, b]) == canonical([b, a])
    assert canonical([a, b]).article_id == "a"


def test_an_outlet_that_credits_itself_says_nothing() -> None:
    """Its own name is no other source."""
    assert rules(member("a", outlet="The Gazette", credits_to="Gazette")) == ["only_member"]


def test_rel_canonical_and_wire_id_are_explicit_provenance() -> None:
    """The page another member points at goes first, then a wire item; not one with a credit."""
    plain = member("a", first_seen=0, canonical_url="https://x.example/b")
    pointed_at = member("b", first_seen=5, url="https://x.example/b")
    wire = member("c", first_seen=3, wire_id="abc")
    assert order([plain, pointed_at, wire]) == ["b", "c", "a"]
    assert rules(plain, pointed_at, wire)[0] == "rel_canonical"
    assert rules(plain, wire)[0] == "wire_id"


def test_a_truncation_does_not_go_before_the_full_text_of_its_own_group() -> None:
    """Under .9 of the longest of its outlet or origin, or behind a pay wall."""
    teaser = member("a", outlet="Gazette", words=80, first_seen=0)
    full = member("b", outlet="Gazette", words=400, first_seen=5)
    assert rules(teaser, full)[0] == "not_truncated"
    assert canonical([teaser, full]).article_id == "b"
    walled = member("c", outlet="C", paywalled=True, first_seen=0)
    assert canonical([walled, full]).article_id == "b"
    nearly = member("d", outlet="Gazette", words=361, first_seen=0)
    assert canonical([nearly, full]).article_id == "d"


def test_fuller_text_of_another_outlet_never_beats_an_earlier_article() -> None:
    """A blog that adds a paragraph is not the origin."""
    first = member("a", outlet="Gazette", words=300, first_seen=0)
    blog = member("b", outlet="Blog", words=500, first_seen=1)
    assert canonical([first, blog]).article_id == "a"
    assert rules(first, blog) == ["first_seen"]


def test_a_back_dated_article_does_not_take_over() -> None:
    """First seen goes before the claimed date; without arrivals the date decides, then the id."""
    seen = member("a", first_seen=1, published=100.0)
    claimed = member("b", first_seen=2, published=1.0)
    assert canonical([seen, claimed]).article_id == "a"
    bulk = [
        member("c", first_seen=None, published=5.0),
        member("d", first_seen=None, published=4.0),
    ]
    assert canonical(bulk).article_id == "d"
    assert rules(*bulk) == ["published"]
    assert rules(member("e"), member("f")) == ["id"]


def test_the_first_in_order_is_the_canonical_or_stands_for_it() -> None:
    """A phantom cannot stand for its cluster."""
    a = member("a", outlet="A", credits_to="AFP", first_seen=5)
    b = member("b", outlet="B", credits_to="AFP", first_seen=4)
    assert canonical([a, b]).article_id is None
    assert order([a, b]) == ["b", "a"]
    afp = member("c", outlet="AFP", first_seen=9)
    assert order([a, b, afp])[0] == canonical([a, b, afp]).article_id == "c"


def test_a_phantom_has_the_address_its_crediting_member_states() -> None:
    """rel=canonical tells where the original is, unless that is a member."""
    a = member("a", credits_to="AFP", canonical_url="https://afp.com/x")
    assert canonical([a]).url == "https://afp.com/x"
    b = member("b", outlet="B", url="https://afp.com/x")
    assert canonical([a, b]).url is None


def test_a_cluster_without_members_is_refused() -> None:
    """There is nothing to choose from."""
    with pytest.raises(ValueError, match="pass at least one"):
        canonical([])


def test_members_that_credit_different_sources_disagree() -> None:
    """The source most members credit is canonical; all that are credited are told, with a phrase."""
    found = canonical(
        [
            member("a", outlet="Gazette", credits_to="Reuters", confidence=0.9),
            member("b", outlet="Courier", credits_to="Al Jazeera", confidence=0.95),
            member("c", outlet="Herald", credits_to="Reuters", confidence=0.95),
            member("d", outlet="Tribune"),
        ]
    )
    assert (found.source, found.in_index) == ("Reuters", False)
    told = [(claim.source, claim.articles, claim.reason.article_id) for claim in found.claims]
    assert told == [("Reuters", 2, "c"), ("Al Jazeera", 1, "b")]
    assert found.confidence == pytest.approx(0.95 * 2 / 3, abs=1e-4)
    assert found.reasons[0].article_id == "c"


def test_a_chain_of_credits_is_no_disagreement() -> None:
    """A credits B, whose own article credits C: both claims lead to C."""
    found = canonical(
        [
            member("a", outlet="Gazette", credits_to="Courier"),
            member("b", outlet="Courier", credits_to="Reuters"),
        ]
    )
    assert [(claim.source, claim.articles) for claim in found.claims] == [("Reuters", 2)]


def test_a_shorter_text_of_another_brand_of_the_house_is_a_truncation() -> None:
    """Within one family the fuller text is canonical though it was seen later."""
    short = member("a", outlet="Gazette North", words=200, first_seen=1.0, family="Gazette Group")
    full = member("b", outlet="Gazette South", words=400, first_seen=2.0, family="Gazette Group")
    found = canonical([short, full])
    assert (found.article_id, found.family) == ("b", "Gazette Group")
    assert [reason.rule for reason in found.reasons] == ["not_truncated"]
    strangers = [replace(one, provenance=replace(one.provenance, outlet_family=None)) for one in (short, full)]  # fmt: skip
    assert canonical(strangers).article_id == "a"


def test_of_two_claims_the_earlier_one_stands() -> None:
    """One copy credits one source and a later copy another: the later one turns nothing."""
    first = member("b", outlet="Gazette", credits_to="Reuters", confidence=0.8, first_seen=1)
    later = member("a", outlet="Courier", credits_to="Al Jazeera", confidence=0.95, first_seen=2)
    found = canonical([later, first])
    assert (found.source, len(found.claims)) == ("Reuters", 2)


def test_a_source_known_by_its_domain_is_the_member_at_that_site() -> None:
    """A canonical address names a site only; the member that lies there is meant, whatever its name."""
    copy = member("a", outlet="Courier", credits_to="slatehollow.example", first_seen=1)
    original = member(
        "b", outlet="Slate Hollow Free Press", url="https://www.slatehollow.example/x", first_seen=9
    )
    found = canonical([copy, original])
    assert (found.article_id, found.source) == ("b", "Slate Hollow Free Press")
    elsewhere = replace(
        original, provenance=replace(original.provenance, url="https://other.example/x")
    )
    assert canonical([copy, elsewhere]).source == "slatehollow.example"


def versions(*words: int, grown: bool = True) -> list[CanonicalInput]:
    """One outlet's versions of a piece of so many words, the first filed first."""
    return [
        replace(
            member(f"v{9 - place}", outlet="Wire", words=count, first_seen=9.0 - place),
            piece="v9",
            filing=place,
            grown=grown,
        )
        for place, count in enumerate(words)
    ]


def test_of_versions_the_first_filed_is_canonical() -> None:
    """However much the piece has grown, and though the newest arrived first."""
    found = canonical(versions(200, 300, 500))
    assert (found.article_id, [reason.rule for reason in found.reasons]) == ("v9", ["first_filed"])
    assert order(versions(200, 300, 500)) == ["v9", "v8", "v7"]


def test_a_piece_is_seen_when_its_first_version_is() -> None:
    """A copy that came after a version is behind all of them, one that came before is not."""
    after, before = (member("copy", outlet="Gazette", first_seen=time) for time in (8.5, 6.5))
    assert canonical([*versions(200, 300, 500), after]).article_id == "v9"
    assert canonical([*versions(200, 300, 500), before]).article_id == "copy"


def test_a_version_that_is_not_known_to_have_grown_may_be_cut() -> None:
    """Filings that say nothing of versions are compared in length as before."""
    assert rules(*versions(200, 500, grown=False))[0] == "not_truncated"


def test_a_cut_copy_of_a_piece_is_measured_by_its_longest_version() -> None:
    """What credits the outlet and is shorter than its newest version was cut."""
    excerpt = member("a", outlet="Gazette", credits_to="Wire", words=100, first_seen=0.0)
    assert order([*versions(200, 500), excerpt]) == ["v9", "v8", "a"]
