from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import story
from dedupe.answer import Origin, Tally, WeakestLink
from dedupe.listing import Held, Share
from dedupe.story import Piece


def held(key, cluster, *, canonical=False):
    return Held(key=key, id=f"a{key}", cluster=cluster, canonical=canonical)


def piece(name, cluster=None, **given):
    usual = {
        "canonical": True,
        "own": True,
        "published": 100.0,
        "first_seen": 500.0,
        "word_count": 400,
        "cut": False,
        "vector": None,
    }
    return Piece(id=name, cluster=cluster or f"c-{name}", **{**usual, **given})


def share(cluster, outlet, source, articles=1, *, in_index=True):
    return Share(
        cluster=cluster,
        outlet=outlet,
        canonical_source=source,
        in_index=in_index,
        articles=articles,
    )


def unit(*items):
    vector = np.array(items, np.float32)
    return vector / np.linalg.norm(vector)


class TestSample:
    def test_a_small_story_is_looked_at_whole(self):
        """Up to the limit every member is taken, in order of arrival."""
        assert story.sampled([held(5, "x"), held(2, "y")], 2) == [2, 5]

    def test_every_cluster_has_its_turn(self):
        """A crowd of copies leaves room for the other texts of the story."""
        crowd = [held(key, "crowd") for key in range(1, 101)]
        others = [held(200, "one"), held(300, "two")]
        assert story.sampled([*crowd, *others], 4) == [1, 2, 200, 300]

    def test_the_canonical_goes_before_the_copies(self):
        """Of a cluster the article that the text comes from is taken first."""
        members = [held(1, "x"), held(2, "x", canonical=True), held(3, "y"), held(4, "y")]
        assert story.sampled(members, 2) == [2, 3]

    def test_many_clusters_are_taken_evenly(self):
        """With more clusters than room the whole time is seen, not the first hours."""
        found = story.sampled([held(key, f"c{key}") for key in range(100)], 10)
        assert found == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]

    @given(
        st.lists(st.integers(0, 5), min_size=1, max_size=40),
        st.integers(1, 20),
        st.randoms(use_true_random=False),
    )
    def test_as_many_as_there_is_room_for_in_any_order(self, clusters, most, random):
        """The sample is full, holds nothing twice and does not depend on the order given."""
        members = [held(key, f"c{cluster}") for key, cluster in enumerate(clusters)]
        found = story.sampled(members, most)
        assert len(found) == len(set(found)) == min(most, len(members))
        random.shuffle(members)
        assert story.sampled(members, most) == found
        covered = {clusters[key] for key in found}
        assert len(covered) == min(most, len(set(clusters)))


class TestHeadline:
    def test_one_article_stands_for_itself(self):
        """Of one article there is nothing to choose, and of copies of one text only the canonical."""
        assert story.headline([piece("a")]).reasons == ("only_article",)
        copies = [piece("b", "c", canonical=False, word_count=900), piece("a", "c")]
        found = story.headline(copies)
        assert (found.article_id, found.reasons) == ("a", ("only_text",))

    def test_own_reporting_goes_before_copies(self):
        """An article that credits another outlet with its text does not stand for the story."""
        copy = piece("a", own=False, published=99.0)
        found = story.headline([copy, piece("b")])
        assert found.article_id == "b"
        assert found.reasons == ("own_reporting",)

    def test_a_brief_does_not_stand_for_the_story(self):
        """A text of a few words is passed over for a complete one that is hours later."""
        brief = piece("a", word_count=30, published=97.0)
        found = story.headline([brief, piece("b"), piece("c", published=101.0)])
        assert found.article_id == "b"

    def test_a_text_that_ends_at_a_pay_wall_is_not_complete(self):
        """Its words do not count."""
        walled = piece("a", cut=True, word_count=4000)
        assert story.headline([walled, piece("b", word_count=390)]).article_id == "b"

    def test_the_earliest_of_equals(self):
        """Where all else is equal the first stands for the story."""
        later = [piece(name, published=100.0 + 12 * k) for k, name in enumerate("bca")]
        found = story.headline(later)
        assert (found.article_id, found.reasons) == ("b", ("early",))

    def test_the_lede_that_the_others_are_about(self):
        """A member that looks at one side of the story does not stand for it."""
        pieces = [
            piece("a", vector=unit(1, 0, 0), published=99.0),
            piece("b", vector=unit(0, 1, 0.1)),
            piece("c", vector=unit(0, 1, -0.1)),
            piece("d", vector=unit(0.1, 1, 0)),
        ]
        found = story.headline(pieces)
        assert found.article_id == "d"
        assert "central" in found.reasons

    def test_the_score_is_the_weighted_sum(self):
        """The choice is the one that an independent sum over the four shares makes."""
        random = np.random.default_rng(7)
        for _ in range(50):
            pieces = [
                piece(
                    f"a{k}",
                    own=bool(random.integers(2)),
                    published=float(random.integers(100, 160)),
                    word_count=int(random.integers(20, 900)),
                    vector=unit(*random.standard_normal(4)),
                )
                for k in range(5)
            ]
            assert story.headline(pieces).article_id == by_hand(pieces)

    def test_no_members(self):
        """Nothing stands for nothing."""
        with pytest.raises(ValueError, match="without members"):
            story.headline([])

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.booleans(),
                st.none() | st.integers(0, 99),
                st.integers(0, 500),
            ),
            min_size=1,
            max_size=8,
        ),
        st.randoms(use_true_random=False),
    )
    def test_the_order_does_not_matter(self, rows, random):
        """The same members give the same headline however they are listed."""
        pieces = [
            piece(f"a{k}", f"c{c}", canonical=False, own=own, published=p, word_count=words)
            for k, (c, own, p, words) in enumerate(rows)
        ]
        found = story.headline(pieces)
        random.shuffle(pieces)
        assert story.headline(pieces) == found


def by_hand(pieces):
    """The headline by loops over single numbers."""
    words = sorted(p.word_count for p in pieces)[len(pieces) // 2]
    first = min(p.published for p in pieces)
    cosines = [
        max(sum(float(p.vector @ q.vector) for q in pieces if q is not p) / (len(pieces) - 1), 0.0)
        for p in pieces
    ]
    most = max(cosines)
    scores = {
        p.id: 0.3 * p.own
        + 0.3 * ((cosine / most) ** 2 if most else 1.0)
        + 0.25 * min(p.word_count / words, 1.0)
        + 0.15 * 2 ** (-(p.published - first) / 24)
        for p, cosine in zip(pieces, cosines, strict=True)
    }
    return max(scores, key=scores.get)


class TestAgreement:
    def test_one_article_agrees_with_nobody(self):
        """There is no pair: no cohesion, no weakest link."""
        none = np.empty(0, np.int64)
        assert story.cohesion(np.empty(0)) is None
        assert story.weakest_link(["a"], none, none, np.empty(0)) is None

    def test_the_weakest_pair_and_the_loosest_article(self):
        """The least probable pair is told, and the article with the least mean."""
        ids = ["a", "b", "c", "d"]
        left, right = np.triu_indices(4, 1)
        p = np.array([0.9, 0.9, 0.3, 0.9, 0.8, 0.2])
        assert story.weakest_link(ids, left, right, p) == WeakestLink(
            pair=("c", "d"), probability=0.2, article_id="d", mean=pytest.approx(1.3 / 3)
        )
        assert story.cohesion(p) == pytest.approx(4.0 / 6)

    def test_ties_go_to_the_first_ids(self):
        """Which of two equal pairs is told does not depend on their order."""
        ids, p = ["b", "a", "c"], np.array([0.4, 0.4])
        left, right = np.array([0, 1]), np.array([2, 2])
        assert story.weakest_link(ids, left, right, p).pair == ("a", "c")


class TestWhose:
    def test_five_outlets_with_one_agency_are_one_origin(self):
        """Outlets are counted one by one; what they carry counts once, with who carries it."""
        shares = [share("c1", f"Paper {k}", "Wire", in_index=False) for k in range(5)]
        shares.append(share("c2", "Gazette", "Gazette", 2))
        assert story.origins(shares) == (
            Origin(
                source="Wire",
                sources=("Wire",),
                in_index=False,
                outlets=tuple(f"Paper {k}" for k in range(5)),
                clusters=1,
                articles=5,
            ),
            Origin(
                source="Gazette",
                sources=("Gazette",),
                in_index=True,
                outlets=("Gazette",),
                clusters=1,
                articles=2,
            ),
        )
        assert story.outlets(shares)[0] == Tally(name="Gazette", articles=2)

    def test_two_texts_of_one_agency_are_one_origin(self):
        """The agency's article and a paper that carries another of its texts."""
        shares = [share("c1", "Wire", "Wire"), share("c2", "Paper", "Wire", in_index=False)]
        (found,) = story.origins(shares)
        assert (found.in_index, found.outlets, found.clusters) == (True, ("Paper", "Wire"), 2)

    def test_the_brands_of_one_house_are_one_origin(self):
        """Two texts of its own each: one publisher does not confirm itself."""
        shares = [
            replace(
                share("c1", "Gazette North", "Gazette North"), canonical_family="Gazette Group"
            ),
            replace(
                share("c2", "Gazette South", "Gazette South"), canonical_family="Gazette Group"
            ),
        ]
        (found,) = story.origins(shares)
        assert (found.source, found.sources) == (
            "Gazette Group",
            ("Gazette North", "Gazette South"),
        )

    def test_an_uncredited_copy_is_no_origin(self):
        """The same text under another name is not independent of where it comes from."""
        shares = [share("c1", "Gazette", "Gazette"), share("c1", "Mirror", "Gazette")]
        assert len(story.origins(shares)) == 1

    def test_texts_of_nobody_are_apart(self):
        """Two texts without a source may be of two: each is an origin."""
        assert len(story.origins([share("c1", None, None), share("c2", None, None)])) == 2

    def test_what_is_not_known_comes_last(self):
        """Counts go by number, then by name; the unknown after the known."""
        assert story.languages({"": 2, "ru": 2, "en": 3, "de": 2}) == (
            Tally(name="en", articles=3),
            Tally(name="de", articles=2),
            Tally(name="ru", articles=2),
            Tally(name=None, articles=2),
        )
