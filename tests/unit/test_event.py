"""Evidence for one event, against the formulas worked out pair by pair."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from dedupe.evidence.event import FEATURE_NAMES, Batch, features
from dedupe.model import Profile, Provenance, Sketch
from dedupe.terms import Background, terms
from dedupe.words import split

COMMON = Background.from_rows(
    [("the", 900), ("said", 700), ("ferry", 40), ("2023", 300)], documents=999, version="t"
)


def profile(body="", title="", *, hours=None, precise=True, days=(), outlet=None, vector=None):
    """An article as judging sees it."""
    return Profile(
        id=f"{title}/{body}"[:40],
        provenance=Provenance(outlet=outlet),
        published=hours,
        published_precise=precise,
        event_days=np.array(sorted(days), dtype=np.int32),
        text_hash=0,
        word_count=len(split([body]).hashes),
        shingle_count=0,
        sketch=Sketch(threshold=2**64 - 1, hashes=np.empty(0, np.uint64)),
        terms=terms([title], [body])[0],
        vector=None if vector is None else np.array(vector, dtype=np.float32),
    )


def evidence(a, b, **given):
    """Features of one pair, by name."""
    batch = Batch.of([a, b], COMMON)
    row = features(batch, np.array([0]), np.array([1]), **given)[0]
    return dict(zip(FEATURE_NAMES, row.tolist(), strict=True))


def rarity(word):
    """The weight of one word."""
    return float(COMMON.idf(split([word]).hashes)[0])


def test_word_cosine_weighs_words_by_count_and_rarity():
    """The cosine of words equals the one worked out from (1 + ln tf) x idf."""
    a, b = "the ferry sank and the ferry burned", "the ferry said nothing"
    weights = [
        {w: (1 + math.log(text.split().count(w))) * rarity(w) for w in set(text.split())}
        for text in (a, b)
    ]
    dot = sum(value * weights[1].get(word, 0.0) for word, value in weights[0].items())
    norms = [math.sqrt(sum(v * v for v in w.values())) for w in weights]
    found = evidence(profile(a), profile(b))
    assert found["word_cosine"] == pytest.approx(dot / norms[0] / norms[1])


def test_names_count_by_their_rarity():
    """Shared names give the cosine by rarity and the rarity shared."""
    found = evidence(
        profile("he met Aurora and Lindqvist there"), profile("they left Aurora for Crete")
    )
    shared = rarity("aurora")
    total = [rarity("aurora") + rarity("lindqvist"), rarity("aurora") + rarity("crete")]
    assert found["name_cosine"] == pytest.approx(shared / math.sqrt(total[0] * total[1]))
    assert found["name_mass"] == pytest.approx(math.log1p(shared))
    assert found["has_names"] == 1


def test_numbers_agree_as_values_and_percentages_stay_apart():
    """3,000 agrees with 3000; 5 does not agree with 5 %."""
    assert evidence(profile("some 3,000 homes"), profile("3000 houses"))["number_cosine"] == (
        pytest.approx(1.0)
    )
    assert evidence(profile("5 homes"), profile("5% of homes"))["number_cosine"] == 0


def test_weekdays_agree_or_not():
    """Naming the same day of the week is evidence of its own, apart from numbers."""
    monday, friday, none = (profile(t) for t in ("it was Monday", "on Friday", "some day"))
    assert evidence(monday, profile("Monday morning"))["weekday_shared"] == 1
    apart = evidence(monday, friday)
    assert (apart["has_weekdays"], apart["weekday_shared"], apart["has_numbers"]) == (1, 0, 0)
    assert evidence(monday, none)["has_weekdays"] == 0


def test_titles_are_looked_for_in_the_other_text():
    """The share of a title that the other text holds is the mean of both directions."""
    a = profile("divers searched all night", "ferry sank")
    b = profile("ferry sank near crete", "divers searched")
    found = evidence(a, b)
    assert found["title_cosine"] == 0
    assert found["title_cover"] == pytest.approx(1.0)
    assert evidence(a, profile("ferry sank"))["title_cover"] == 0
    assert evidence(a, profile("ferry sank"))["has_titles"] == 0


@pytest.mark.parametrize(
    ("hours", "precise", "expected"),
    [
        ((0, 36), True, math.log1p(1.5)),
        ((36, 0), True, math.log1p(1.5)),
        ((0, 24), False, math.log1p(0.5)),
        ((0, 24 * 4000), True, math.log1p(90)),
    ],
)
def test_time_apart_grows_slowly_and_ends(hours, precise, expected):
    """Days apart count by ln(1 + days) up to 90; a date without its hour may be half a day off."""
    a, b = (profile("x", hours=float(h), precise=precise) for h in hours)
    found = evidence(a, b)
    assert found["time_gap"] == pytest.approx(expected)
    assert found["has_times"] == 1


def test_a_missing_date_is_neutral():
    """Without both dates the gap is 0 and says that it is unknown."""
    found = evidence(profile("x", hours=5.0), profile("x"))
    assert (found["time_gap"], found["has_times"]) == (0, 0)


def test_event_days_count_by_the_nearest_two():
    """The nearest pair of days that both texts name is what counts."""
    found = evidence(profile("x", days=(100, 130)), profile("x", days=(90, 133, 500)))
    assert found["day_gap"] == pytest.approx(math.log1p(3))
    assert evidence(profile("x", days=(1,)), profile("x"))["has_days"] == 0


def test_vectors_are_compared_where_both_are_there():
    """The cosine of unit vectors is their product; without one it is 0 and marked."""
    a, b = profile("x", vector=[1.0, 0.0]), profile("x", vector=[0.6, 0.8])
    assert evidence(a, b)["lede_cosine"] == pytest.approx(0.6)
    without = evidence(a, profile("x"))
    assert (without["lede_cosine"], without["has_ledes"]) == (0, 0)


def test_outlets_are_the_same_only_when_known():
    """Two unknown outlets are not the same outlet."""
    assert evidence(profile("x", outlet="A"), profile("y", outlet="A"))["same_outlet"] == 1
    assert evidence(profile("x", outlet="A"), profile("y", outlet="B"))["same_outlet"] == 0
    assert evidence(profile("x"), profile("y"))["same_outlet"] == 0


def test_overlap_is_passed_through():
    """Overlap and containment given are columns; not given they are 0."""
    a, b = profile("x"), profile("y")
    found = evidence(a, b, overlap=np.array([0.25]), containment=np.array([0.75]))
    assert (found["overlap"], found["containment"]) == (0.25, 0.75)
    assert evidence(a, b)["overlap"] == 0


def test_nothing_is_asked_of_nothing():
    """An empty batch and no pairs give no rows."""
    none = np.empty(0, dtype=np.int64)
    assert features(Batch.of([], COMMON), none, none).shape == (0, len(FEATURE_NAMES))
    assert features(Batch.of([profile("x")], COMMON), none, none).shape == (0, len(FEATURE_NAMES))


def test_one_article_against_sixty_is_quick():
    """Sixty candidates are compared in well under a tenth of a second on any machine."""
    rng = np.random.default_rng(5)
    words = np.array([f"word{k}" for k in range(3000)])
    many = [profile(" ".join(rng.choice(words, 300)), vector=np.ones(384) / 384**0.5)
            for _ in range(61)]  # fmt: skip
    left, right = np.zeros(60, dtype=np.int64), np.arange(1, 61)
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        features(Batch.of(many, COMMON), left, right)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.1
