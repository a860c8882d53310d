"""The verdict on the event, the shipped numbers, and the names of relations."""

from __future__ import annotations

import json
import math
from importlib import resources

import numpy as np
import pytest

from dedupe.errors import VersionMismatch
from dedupe.evidence.event import FEATURE_NAMES
from dedupe.evidence.text import TEXT_FEATURES
from dedupe.logistic import Logistic
from dedupe.model import Profile, Provenance, Relation, Sketch
from dedupe.same_text import CIRCUMSTANCES
from dedupe.terms import terms
from dedupe.verdict import Saturation, Verdicts


@pytest.fixture(scope="module")
def shipped():
    """The verdicts that are shipped."""
    data = resources.files("dedupe").joinpath("data/verdicts.json").read_text("utf-8")
    return Verdicts.from_data(json.loads(data))


def profile(number, *, outlet=None, hours=None, shingles=300, headlines=False):
    """An article whose text is known by a number."""
    return Profile(
        id=f"a{number}",
        provenance=Provenance(outlet=outlet),
        published=hours,
        published_precise=True,
        event_days=np.empty(0, np.int32),
        text_hash=number,
        word_count=shingles + 4,
        shingle_count=shingles,
        sketch=Sketch(threshold=2**64 - 1, hashes=np.empty(0, np.uint64)),
        terms=terms([""], [""])[0],
        vector=None,
        headline_page=headlines,
    )


def event(**given):
    """One row of event features: a pair of ordinary articles that share nothing, but for these."""
    usual = {
        "has_ledes": 1,
        "has_names": 1,
        "has_numbers": 1,
        "has_titles": 1,
        "length": 6.0,
        "has_lede_names": 1,
        "has_lede_numbers": 1,
        "has_pairs": 1,
        "has_measures": 1,
    }
    return np.array([[{**usual, **given}.get(name, 0.0) for name in FEATURE_NAMES]])


ALIKE = {
    "lede_cosine": 0.85,
    "word_cosine": 0.7,
    "name_cosine": 0.7,
    "name_mass": 5.0,
    "number_cosine": 0.6,
    "number_mass": 3.0,
    "title_cosine": 0.5,
    "title_cover": 0.8,
    "title_lede_cover": 0.7,
    "lede_name_cover": 0.8,
    "lede_name_least": 0.7,
    "lede_number_cover": 0.7,
    "pair_cosine": 0.5,
    "pair_mass": 4.0,
    "measure_cosine": 0.4,
    "measure_mass": 3.0,
}


LOOKALIKE = {
    **ALIKE,
    "lede_cosine": 0.7,
    "word_cosine": 0.55,
    "name_cosine": 0.35,
    "number_cosine": 0.15,
    "number_mass": 1.5,
    "title_cosine": 0.25,
    "title_lede_cover": 0.4,
    "lede_name_cover": 0.5,
    "lede_name_least": 0.4,
    "lede_number_cover": 0.3,
    "pair_cosine": 0.2,
    "measure_cosine": 0.1,
}
"""Two events of one kind among the same parties, or one event told by two hands."""


def test_the_shipped_models_read_the_evidence_there_is(shipped):
    """The coefficients were made for exactly the features that are computed, in that order."""
    assert shipped.story.features == FEATURE_NAMES
    for model in (shipped.text.copied, shipped.text.refiled):
        assert model.features == (*TEXT_FEATURES, *CIRCUMSTANCES)


def test_a_logistic_model_is_its_formula():
    """Hinges, caps and products give the log odds worked out by hand."""
    model = Logistic.from_data(
        {
            "features": ["x", "y"],
            "basis": [
                {"of": "x", "coefficient": 2.0},
                {"of": "x", "above": 0.5, "coefficient": -3.0},
                {"of": "y", "below": 1.0, "times": "x", "coefficient": 4.0},
            ],
            "intercept": 0.25,
        }
    )
    expected = 0.25 + 2 * 0.75 - 3 * 0.25 + 4 * 1.0 * 0.75
    assert model.logit(np.array([[0.75, 9.0]])) == pytest.approx([expected])


def test_other_features_are_refused(shipped):
    """Evidence of another width, and a file of another format, name the script that mends it."""
    with pytest.raises(VersionMismatch, match="train_story"):
        shipped.p_same_story(np.zeros((1, 3)))
    with pytest.raises(VersionMismatch, match="train_story"):
        Verdicts.from_data({"format": 99})


def test_like_articles_report_one_event_and_unlike_ones_do_not(shipped):
    """Content that agrees is one event; articles that share nothing are not."""
    close = {"has_times": 1, "time_gap": 0.2}
    assert shipped.p_same_story(event(**ALIKE, **close))[0] > 0.9
    assert shipped.p_same_story(event())[0] < 0.01


def test_time_apart_lowers_the_verdict(shipped):
    """The further apart two like articles are, the less probable is one event."""
    gaps = [0.0, math.log1p(2), math.log1p(7), math.log1p(30), math.log1p(90)]
    p = [shipped.p_same_story(event(**LOOKALIKE, has_times=1, time_gap=gap))[0] for gap in gaps]
    assert p == sorted(p, reverse=True)
    assert p[-1] < p[0] / 2


def test_without_dates_content_convinces_less(shipped):
    """Undated articles that would be near certain the same day stay well below certain."""
    assert shipped.p_same_story(event(**LOOKALIKE, has_times=1))[0] > 0.7
    assert 0.5 < shipped.p_same_story(event(**LOOKALIKE))[0] < 0.7


def test_saturation_rises_throughout_and_never_adds():
    """Saturated log odds keep sign and order and are never above what they were."""
    logit = np.linspace(-6, 12, 500)
    found = Saturation(knee=2.6, level=0.78, slope=1.8)(logit)
    assert np.all(np.diff(found) > 0)
    assert np.all(found <= logit + 1e-12)
    assert np.array_equal(found[logit <= 0], logit[logit <= 0])
    assert found[-1] == logit[-1]


def test_relations_by_what_is_shared(shipped):
    """Equal, re-filed by one outlet, contained, otherwise alike: each has its name."""

    def name(a, b, inside=0.9, around=0.9):
        return shipped.relation(
            a,
            b,
            story_from=0.5,
            p_same_text=0.9,
            p_same_story=0.9,
            ours_in_theirs=inside,
            theirs_in_ours=around,
        )

    assert name(profile(1), profile(1)) is Relation.EXACT
    early, late = profile(1, outlet="A", hours=10.0), profile(2, outlet="A", hours=14.0)
    assert name(late, early) is Relation.UPDATE
    assert name(late, profile(3, outlet="B", hours=10.0)) is Relation.NEAR_DUPLICATE
    much_later = profile(4, outlet="A", hours=24.0 * 90)
    assert name(much_later, early) is Relation.NEAR_DUPLICATE
    assert name(profile(1), profile(2, shingles=900), 0.95, 0.3) is Relation.EXCERPT
    assert name(profile(1), profile(2)) is Relation.NEAR_DUPLICATE


def test_relations_without_shared_text(shipped):
    """Below a half for the text, the event decides; only the nearest retelling is a rewrite."""

    def name(p, cosine):
        return shipped.relation(
            profile(1),
            profile(2),
            p_same_text=0.2,
            p_same_story=p,
            story_from=0.5,
            ours_in_theirs=0.1,
            theirs_in_ours=0.1,
            word_cosine=cosine,
        )

    assert name(0.49, 0.9) is Relation.NONE
    assert name(0.6, 0.9) is Relation.SAME_STORY
    assert name(0.99, 0.3) is Relation.SAME_STORY
    assert name(0.99, 0.8) is Relation.REWRITE


def test_ledes_about_different_things_keep_a_story_open(shipped):
    """Shared names alone, under ledes that have nothing in common, do not make one story."""
    named = {**ALIKE, "has_times": 1.0, "lede_cosine": 0.1}
    assert shipped.p_same_story(event(**named))[0] <= 0.35
    assert shipped.p_same_story(event(**{**named, "lede_cosine": 0.8}))[0] > 0.5
    assert shipped.p_same_story(event(**{**named, "containment": 0.9}))[0] > 0.35
