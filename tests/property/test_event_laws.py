"""Laws of event evidence: symmetric, finite, independent of the batch; words against a slow count."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedupe.evidence.event import FEATURE_NAMES, Batch, features
from dedupe.model import Profile, Provenance, Sketch
from dedupe.terms import Background, Gazetteer, terms
from dedupe.terms.places import PLACES_VERSION

COMMON = Background.from_rows([("the", 500), ("3000", 40)], documents=999, version="t")
PLACES = Gazetteer.from_table(
    lambda: f"# version={PLACES_VERSION}\nAX\t20\tArvost\nBX\t8\tKellan|北京\n"
)
FRAGMENTS = st.sampled_from(
    ["the", "Ferry", "aurora", "Mr. Lindqvist", "3,000", "5%", "14 million", "Monday", "freitag",
     ".", "\n", "in Arvost", "Kellan", '"we will not go back"', "$5", "boats", "北京今天", "Москва", "e\u0301t\u00e9", "\U0001f6a2", "مدينة", "9/6/17", "1.234.567,8"]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=12).map(" ".join) | st.text(max_size=30)


@st.composite
def profiles(draw):
    """Any article, with any part missing."""
    title, body = draw(TEXTS), draw(TEXTS)
    angle = draw(st.none() | st.floats(0, 6.28))
    return Profile(
        id="x",
        provenance=Provenance(outlet=draw(st.sampled_from([None, "A", "B"]))),
        published=draw(st.none() | st.floats(-(10**6), 10**6)),
        published_precise=draw(st.booleans()),
        event_days=np.array(sorted(draw(st.sets(st.integers(0, 20000), max_size=9))), np.int32),
        text_hash=0,
        word_count=draw(st.integers(0, 5000)),
        shingle_count=0,
        sketch=Sketch(threshold=2**64 - 1, hashes=np.empty(0, np.uint64)),
        terms=terms([title], [body], gazetteer=PLACES)[0],
        vector=None
        if angle is None
        else np.array([np.cos(angle), np.sin(angle)], dtype=np.float32),
    )


def all_pairs(n):
    """Every ordered pair of n rows."""
    return np.repeat(np.arange(n), n), np.tile(np.arange(n), n)


@given(st.lists(profiles(), min_size=1, max_size=4))
def test_evidence_is_symmetric_and_finite(found):
    """Both directions of a pair give the same finite numbers, and cosines lie in their range."""
    n = len(found)
    i, j = all_pairs(n)
    rows = features(Batch.of(found, COMMON), i, j)
    assert np.all(np.isfinite(rows))
    table = rows.reshape(n, n, -1)
    assert np.allclose(table, table.transpose(1, 0, 2), atol=1e-6)
    for name in FEATURE_NAMES:
        column = rows[:, FEATURE_NAMES.index(name)]
        if name.startswith("has_") or name in {"country_shared", "days_apart", "weekday_shared"}:
            assert set(column.tolist()) <= {0.0, 1.0}
        elif name.endswith(("_cosine", "_cover", "_least")) and name != "lede_cosine":
            assert np.all((column >= 0) & (column <= 1 + 1e-9))


@given(st.lists(profiles(), min_size=2, max_size=5))
def test_a_pair_does_not_depend_on_its_batch(found):
    """Two articles give the same evidence alone and among others."""
    i, j = np.array([0]), np.array([1])
    among = features(Batch.of(found, COMMON), i, j)
    alone = features(Batch.of(found[:2], COMMON), i, j)
    assert np.allclose(among, alone)


@given(profiles())
def test_an_article_agrees_with_itself(found):
    """Against itself, every cosine is 1 where the part is there, and no gap is left."""
    row = features(Batch.of([found], COMMON), np.array([0]), np.array([0]))[0]
    value = dict(zip(FEATURE_NAMES, row.tolist(), strict=True))
    for part, known in (
        ("name_cosine", "has_names"),
        ("number_cosine", "has_numbers"),
        ("title_cosine", "has_titles"),
        ("pair_cosine", "has_pairs"),
        ("measure_cosine", "has_measures"),
        ("place_cosine", "has_places"),
        ("lede_name_cover", "has_lede_names"),
        ("lede_number_cover", "has_lede_numbers"),
        ("lede_place_cover", "has_lede_places"),
    ):
        assert abs(value[part] - value[known]) < 1e-6
    assert value["time_gap"] == value["day_gap"] == value["length_ratio"] == 0
    assert value["lede_day_gap"] == value["days_apart"] == 0


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_terms_do_not_depend_on_the_batch(articles):
    """Articles read together have the terms they have alone, sorted and each once."""
    titles, bodies = [a for a, _ in articles], [b for _, b in articles]
    together = terms(titles, bodies, gazetteer=PLACES)
    for found, (title, body) in zip(together, articles, strict=True):
        alone = terms([title], [body], gazetteer=PLACES)[0]
        for part in fields(found):
            assert np.array_equal(getattr(found, part.name), getattr(alone, part.name)), part.name
        for name in ("words", "names", "numbers", "title", "quotes", "places"):
            values = getattr(found, name)
            assert np.all(values[1:] > values[:-1])
