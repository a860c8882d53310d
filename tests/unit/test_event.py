"""Evidence for one event, against the formulas worked out pair by pair."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from dedupe.evidence.event import FEATURE_NAMES, Batch, features
from dedupe.model import Profile, Provenance, Sketch
from dedupe.terms import Background, Gazetteer, terms
from dedupe.terms.places import PLACES_VERSION
from dedupe.words import split

COMMON = Background.from_rows(
    [("the", 900), ("said", 700), ("ferry", 40), ("2023", 300)], documents=999, version="t"
)
PLACES = Gazetteer.from_table(
    lambda: f"# version={PLACES_VERSION}\nAX\t20\tArvost\nAX\t30\tMadrin\nBX\t8\tKellan\n"
)
FAR = " ".join(["word"] * 60)
"""As many words as a lede has."""


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
        terms=terms([title], [body], gazetteer=PLACES)[0],
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


def test_titles_are_looked_for_in_the_other_lede():
    """What of a title only the far end of the other text holds does not cover it."""
    a, b = profile("all night", "ferry sank"), profile(f"{FAR} sank", "ferry")
    found = evidence(a, b)
    assert found["title_cover"] == pytest.approx(1.0)
    ferry, sank = rarity("ferry"), rarity("sank")
    assert found["title_lede_cover"] == pytest.approx((ferry / (ferry + sank) + 1.0) / 2)
    assert evidence(a, profile("ferry"))["title_lede_cover"] == 0


def test_names_of_a_lede_are_looked_for_in_the_whole_other_text():
    """The share by rarity of each lede's names that the other text names: mean and smaller one."""
    a = profile(f"he met Aurora and Lindqvist, {FAR} he left Crete")
    b = profile(f"they left Aurora, {FAR} with Lindqvist")
    found = evidence(a, b)
    assert found["lede_name_cover"] == pytest.approx(1.0)
    c = profile(f"he met Aurora and Berg, {FAR} then Lindqvist too")
    found = evidence(a, c)
    aurora, lindqvist, berg = (rarity(name) for name in ("aurora", "lindqvist", "berg"))
    assert found["lede_name_least"] == pytest.approx(aurora / (aurora + berg))
    assert found["lede_name_cover"] == pytest.approx((1 + aurora / (aurora + berg)) / 2)
    assert lindqvist > 0


def test_one_lede_is_enough_to_ask():
    """Where only one lede has numbers, the share of them that the other holds counts alone."""
    found = evidence(profile("some 3,000 homes"), profile(f"{FAR} 3000 homes"))
    assert (found["lede_number_cover"], found["has_lede_numbers"]) == (pytest.approx(1.0), 1)
    found = evidence(profile("some 3,000 homes"), profile("no homes"))
    assert (found["lede_number_cover"], found["has_lede_numbers"]) == (0, 1)
    found = evidence(profile(f"{FAR} 3,000 homes"), profile("no homes"))
    assert (found["lede_number_cover"], found["has_lede_numbers"]) == (0, 0)


def test_a_full_name_tells_more_than_its_parts():
    """A name of two words in common weighs twice its commoner word; two halves share none."""
    a, b = profile("he met Maria Santos there"), profile("they saw Maria Santos")
    found = evidence(a, b)
    assert found["pair_cosine"] == pytest.approx(1.0)
    assert found["pair_mass"] == pytest.approx(math.log1p(2 * rarity("maria")))
    apart = evidence(a, profile("they saw Maria Berg and Pedro Santos"))
    assert (apart["pair_cosine"], apart["has_pairs"]) == (0, 1)
    assert apart["name_cosine"] > 0


def test_a_function_word_makes_no_compound():
    """Where one part is a word that most articles hold, the compound is left out."""
    assert evidence(profile("so The Danish left"), profile("so The Danish left"))["has_pairs"] == 0
    assert evidence(profile("they said 12"), profile("they said 12"))["has_measures"] == 0


def test_numbers_count_with_what_they_count():
    """12 people are not 12 boats."""
    found = evidence(profile("some 12 people"), profile("with 12 people"))
    assert found["measure_mass"] == pytest.approx(math.log1p(2 * rarity("people")))
    assert found["measure_cosine"] == pytest.approx(0.5)
    apart = evidence(profile("some 12 people"), profile("with 12 boats"))
    assert (apart["measure_cosine"], apart["has_measures"]) == (0, 1)
    assert apart["number_cosine"] == pytest.approx(1.0)


def test_quotes_count_by_the_words_shared():
    """Each run of three quoted words in common counts one."""
    a, b = profile('"we will not go back"'), profile('"we will not go there"')
    assert evidence(a, b)["quote_mass"] == pytest.approx(math.log1p(2))
    apart = evidence(a, profile("we will not go back"))
    assert (apart["quote_mass"], apart["has_quotes"]) == (0, 0)


def test_places_count_by_their_rarity():
    """Shared places give the cosine by their rarity, and one country is a weaker bond."""
    a, b = profile("in Arvost and Kellan"), profile("in Arvost and Madrin")
    found = evidence(a, b)
    assert found["place_cosine"] == pytest.approx(5 / math.sqrt((5 + 2) * (5 + 7.5)))
    assert found["place_mass"] == pytest.approx(math.log1p(5))
    assert (found["has_places"], found["country_shared"]) == (1, 1)
    same_country = evidence(profile("in Arvost"), profile("in Madrin"))
    assert (same_country["place_cosine"], same_country["country_shared"]) == (0, 1)
    abroad = evidence(profile("in Arvost"), profile("in Kellan"))
    assert (abroad["has_places"], abroad["place_mass"], abroad["country_shared"]) == (1, 0, 0)
    assert evidence(a, profile("nowhere"))["has_places"] == 0


def test_places_of_a_lede_are_looked_for_in_the_whole_other_text():
    """What the lede names may stand anywhere in the other text."""
    found = evidence(profile(f"in Arvost, {FAR} in Kellan"), profile(f"then {FAR} to Arvost"))
    assert (found["lede_place_cover"], found["has_lede_places"]) == (pytest.approx(1.0), 1)


@pytest.mark.parametrize(
    ("hours", "words", "expected"),
    [
        ((24 * 4, 24 * 4), ("on Monday", "on Monday"), 0.0),  # both 1970-01-05
        ((24 * 4, 24 * 12), ("on Monday", "on Monday"), math.log1p(7)),
        ((24 * 3, 24 * 4 + 5), ("on Sunday", "on Monday"), math.log1p(1)),
        ((24 * 9, 24 * 12), ("on Sunday", "on Monday"), math.log1p(8)),
        ((24 * 11, 24 * 12), ("on Sunday, on Tuesday", "on Monday"), math.log1p(1)),
    ],
)
def test_weekdays_of_ledes_are_days(hours, words, expected):
    """A weekday in a lede is the last one on or before publication; the nearest two count."""
    a, b = (profile(text, hours=float(hour)) for text, hour in zip(words, hours, strict=True))
    found = evidence(a, b)
    assert found["lede_day_gap"] == pytest.approx(expected)
    assert found["has_lede_days"] == 1
    assert evidence(a, profile("on Monday"))["has_lede_days"] == 0
    assert evidence(a, profile(f"{FAR} on Monday", hours=0.0))["has_lede_days"] == 0


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
    assert found["days_apart"] == 1
    assert evidence(profile("x", days=(1,)), profile("x"))["has_days"] == 0
    shared = evidence(profile("x", days=(1, 9)), profile("x", days=(9, 30)))
    assert (shared["day_gap"], shared["days_apart"]) == (0, 0)


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
