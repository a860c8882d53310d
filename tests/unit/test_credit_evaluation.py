"""Credits that were read against labelled ones: what matches, and the figures over it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.credit_evaluation import (
    KINDS,
    ReadText,
    Settled,
    Share,
    Whose,
    canonical_scores,
    scores,
)
from dedupe.credit_matching import REPRINT, Stated, matched, shared, taken_for_reprint
from dedupe.model import CreditKind

REPUBLICATION, ASSISTED = CreditKind.REPUBLICATION, CreditKind.ASSISTED
CITATION, PHOTO, OWN = CreditKind.CITATION, CreditKind.PHOTO, CreditKind.OWN


def credit(start, end, source="ap", kind=REPUBLICATION, field="body"):
    return Stated(kind=kind, source=source, field=field, start=start, end=end)


def text(gold=(), found=(), origins=(), origin=None, lang="en"):
    return ReadText(
        lang=lang,
        gold=tuple(gold),
        found=tuple(found),
        origins=frozenset(origins),
        origin=origin,
    )


def test_a_phrase_matches_what_overlaps_it_and_nothing_beside_it():
    """One code point in common is a match; to touch is none where the source is another."""
    assert matched([credit(4, 8)], [credit(7, 20, "afp")], REPRINT).pairs == ((0, 0),)
    apart = matched([credit(4, 8)], [credit(8, 20, "afp")], REPRINT)
    assert (apart.pairs, apart.missed, apart.wrong) == ((), (0,), (0,))


def test_the_same_source_in_the_same_field_matches_wherever_it_stands():
    """A credit read from other words of the field is right; one of another field is not."""
    far = matched([credit(0, 4)], [credit(900, 904)], REPRINT)
    assert far.pairs == ((0, 0),)
    other = matched([credit(0, 4)], [credit(0, 4, field="title")], REPRINT)
    assert (other.missed, other.wrong) == ((0,), (0,))


def test_of_two_that_overlap_the_one_of_the_same_source_is_the_match():
    """The source goes before the length of what is in common."""
    found = [credit(0, 30, "reuters"), credit(25, 30, "ap")]
    outcome = matched([credit(0, 30, "ap")], found, REPRINT)
    assert outcome.pairs == ((0, 1),)
    assert outcome.wrong == (0,)


def test_a_repeat_of_the_same_words_and_source_counts_neither_way():
    """A phrase read twice is one credit, and two labels on one phrase are one label."""
    once, twice = credit(0, 10), [credit(0, 10), credit(4, 10)]
    assert matched([once], twice, REPRINT).wrong == ()
    assert matched(twice, [once], REPRINT).missed == ()
    assert matched([once], [once, credit(4, 10, "afp")], REPRINT).wrong == (1,)


def test_republication_and_assisted_are_one_kind_only_where_they_are_asked_for_as_one():
    """An assisted credit read as republication is right as one kind, wrong and missed as two."""
    read = text([credit(0, 5, kind=ASSISTED)], [credit(0, 5)])
    kinds = scores([read]).kinds
    assert kinds["republication_or_assisted"].f1 == 1.0
    assert (kinds["assisted"].recall, kinds["republication"].precision) == (0.0, 0.0)


def test_a_photo_credit_read_as_republication_is_told_as_taken():
    """Labels of other kinds are taken where no label of a reprint covers what was read."""
    gold = [credit(0, 10, kind=PHOTO), credit(20, 30, kind=OWN), credit(40, 50, kind=CITATION)]
    assert taken_for_reprint(gold, [credit(5, 12)]) == [0]
    assert taken_for_reprint([*gold, credit(8, 12)], [credit(5, 12)]) == []
    taken = scores([text(gold, [credit(5, 12), credit(41, 42)])]).taken
    assert taken == {
        "photo": Share(right=1, of=1),
        "citation": Share(right=1, of=1),
        "own": Share(right=0, of=1),
    }


def test_the_source_is_judged_on_what_matches_and_names_one():
    """A label without a source asks for none; a wrong source counts for both names."""
    gold = [credit(0, 5, "ap"), credit(10, 15, None), credit(20, 25, "afp"), credit(30, 35, "pap")]
    found = [credit(0, 5, "ap"), credit(10, 15, "agencies"), credit(20, 25, "reuters")]
    photo = credit(50, 52, "epa", PHOTO)
    told = scores([text([*gold, photo], [*found, photo])])
    assert told.sources == Share(right=2, of=3)
    assert told.reprint_sources == Share(right=1, of=2)
    by_source = {
        name: (one.labels, one.found, one.right, one.wrongly)
        for name, one in told.by_source.items()
    }
    assert by_source == {
        "ap": (1, 1, 1, 0),
        "afp": (1, 1, 0, 0),
        "pap": (1, 0, 0, 0),
        "reuters": (0, 0, 0, 1),
        "epa": (1, 1, 1, 0),
    }


def test_the_origin_is_right_when_it_is_any_of_the_labelled_ones():
    """Texts from elsewhere and the outlets' own are told apart."""
    told = scores(
        [
            text(origins=["ap"], origin="ap"),
            text(origins=["ap", "afp"], origin="afp"),
            text(origins=["ap"], origin=None),
            text(origin="ap"),
            text(),
        ]
    )
    assert told.origin_elsewhere == Share(right=2, of=3)
    assert told.origin_own == Share(right=1, of=2)


def test_languages_come_with_their_own_counts():
    """The language of most texts first; the counts add up to those of all."""
    read = [text([credit(0, 3)], [credit(0, 3)], lang="de"), text([credit(0, 3)], lang="fr")]
    told = scores([*read, text(lang="fr")])
    assert list(told.languages) == ["fr", "de"]
    assert dict(told.texts_of) == {"fr": 2, "de": 1}
    assert [told.languages[lang].recall for lang in ("fr", "de")] == [0.0, 1.0]


def test_a_canonical_is_right_when_all_members_have_the_labelled_one():
    """A phantom is right by its source and only where no article took its place."""
    phantom, article = Whose(article=None, source="ap"), Whose(article="7", source="ap")
    assert Whose(article=None, source="ap").fits(phantom)
    assert not article.fits(phantom)
    assert article.fits(Whose(article="7", source=None))
    settled = [
        Settled(gold=phantom, found=(phantom, phantom), clusters=1),
        Settled(gold=article, found=(article, phantom), clusters=2),
        Settled(gold=article, found=(article,), clusters=1),
    ]
    told = canonical_scores(settled)
    assert told.clusters == Share(right=2, of=3)
    assert told.phantoms == Share(right=1, of=1)
    assert told.articles == Share(right=1, of=2)
    assert told.together == Share(right=2, of=3)


def test_nothing_has_no_share():
    """A figure over nothing is unknown, not 0."""
    assert Share.count([]).share is None
    assert scores([]).kinds["photo"].precision is None


credits_of = st.lists(
    st.builds(
        lambda start, length, source, kind, field: credit(
            start, start + length, source, kind, field
        ),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(["ap", "afp", "tt"]),
        st.sampled_from(CreditKind),
        st.sampled_from(["title", "body"]),
    ),
    max_size=6,
)


@given(credits_of)
def test_labels_against_themselves_are_all_right(labels):
    """What was read exactly as labelled has nothing missed, wrong or taken."""
    told = scores([text(labels, labels)])
    for name, kinds in KINDS.items():
        there = any(one.kind in kinds for one in labels)
        assert told.kinds[name].f1 == (1.0 if there else None)
    assert told.sources.right == told.sources.of
    assert all(not share.right for share in told.taken.values())


@given(credits_of, credits_of)
def test_every_credit_is_matched_once_or_left_over(gold, found):
    """Pairs are one to one and of the kinds asked for, and every overlap of equals is used."""
    told = matched(gold, found, REPRINT)
    labels, reads = [a for a, _ in told.pairs], [b for _, b in told.pairs]
    assert len(set(labels)) == len(labels)
    assert len(set(reads)) == len(reads)
    assert not set(labels) & set(told.missed)
    assert not set(reads) & set(told.wrong)
    assert all(gold[a].kind in REPRINT and found[b].kind in REPRINT for a, b in told.pairs)
    for a in told.missed:
        assert not any(
            shared(gold[a], found[b]) and gold[a].source == found[b].source for b in told.wrong
        )


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_scored_by_its_name(name):
    """The names of the figures are the kinds, and the two soft ones as one."""
    assert name == "republication_or_assisted" or KINDS[name] == {CreditKind(name)}
