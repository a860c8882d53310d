"""Rows of weighed terms kept for profiles that come again, and products of many pairs at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from api.shipped import article_reader
from dedupe import compared
from dedupe.candidates import LEAST_SHARE, more_than_a_phrase
from dedupe.compared import Rows
from dedupe.evidence import weights
from dedupe.evidence.event import Batch, features, rows
from dedupe.evidence.products import dots
from dedupe.evidence.weights import COLUMN_BITS, SEGMENTS
from dedupe.formats.document import article_from
from dedupe.ports import SketchHits
from dedupe.terms import Background

COMMON = Background.from_rows([("the", 900), ("said", 700)], documents=999, version="t")
WORDS = (
    "ferry harbour storm minister vote budget court Kellan Arvost Madrin 12 400 Monday Kenya Paris "
    '"they will not come back" said'
).split()


def profiles(n, seed):
    """Articles of words drawn at random, 1 to 150 of them."""
    random = np.random.default_rng(seed)
    vocabulary = [*WORDS, *(f"word{k}" for k in range(300))]
    articles = [
        article_from(
            {
                "id": str(k),
                "title": " ".join(random.choice(vocabulary, 4)),
                "body": " ".join(random.choice(vocabulary, random.integers(1, 150))),
            }
        )
        for k in range(n)
    ]
    return [reading.profile for reading in article_reader().read(articles)]


def same(one, other):
    """The matrices of two batches hold the same cells."""
    one, other = one.weighed, other.weighed
    matrices = [(getattr(one, of), getattr(other, of)) for of in ("terms", "asks", "holds")]
    return (
        np.array_equal(one.squares, other.squares)
        and np.array_equal(one.asked, other.asked)
        and all(np.array_equal(a.indptr, b.indptr) for a, b in matrices)
        and all(np.array_equal(a.indices, b.indices) for a, b in matrices)
        and all(np.array_equal(a.data, b.data) for a, b in matrices)
    )


@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_rows_made_before_give_the_same_batch(n):
    """A batch put together from rows equals the one made of the profiles at once."""
    made = profiles(n, seed=n)
    assert same(Batch.of_rows(made, rows(made, COMMON)), Batch.of(made, COMMON))


def test_slabs_of_a_large_batch_are_put_together(monkeypatch):
    """A batch that is put in order piece by piece equals the one made at once."""
    made = profiles(23, seed=5)
    whole = Batch.of(made, COMMON)
    monkeypatch.setattr(weights, "_AT_ONCE", 5)
    assert same(Batch.of(made, COMMON), whole)


def test_rows_stay_right_when_old_ones_make_room(monkeypatch):
    """However few rows are kept, every profile gets its own."""
    monkeypatch.setattr(compared, "KEPT_ROWS", 5)
    made, kept = profiles(20, seed=3), Rows(COMMON)
    for start in (0, 4, 8, 2, 0, 12):
        some = made[start : start + 5]
        assert same(Batch.of_rows(some, kept.of(some)), Batch.of(some, COMMON))


def test_a_row_is_made_once(monkeypatch):
    """A profile that comes again costs nothing."""
    made, kept = profiles(6, seed=4), Rows(COMMON)
    first = kept.of(made)
    assert all(one is other for one, other in zip(first, kept.of(made[::-1])[::-1], strict=True))


def test_columns_ascend_and_are_there_once():
    """Every matrix is in SciPy's canonical form, and no column is beyond what its indices hold."""
    found = Batch.of(profiles(30, seed=8), COMMON).weighed
    for cells in (found.terms, found.asks, found.holds):
        matrix = cells.matrix()
        plain = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape)
        assert plain.has_canonical_format
        assert matrix.nnz
        assert matrix.indices.min() >= 0
        assert (matrix.indices >> COLUMN_BITS).max() < SEGMENTS


@pytest.mark.parametrize("n", [2, 9, 30])
def test_many_pairs_at_once_equal_the_pairs_one_by_one(n):
    """Features are the same to the last bit whether asked for all pairs, one row or one pair."""
    batch = Batch.of(profiles(n, seed=10 + n), COMMON)
    left, right = np.triu_indices(n, 1)
    at_once = features(batch, left, right)
    one_by_one = [features(batch, left[k : k + 1], right[k : k + 1])[0] for k in range(len(left))]
    assert np.array_equal(at_once, np.array(one_by_one))
    first = left == 0
    assert np.array_equal(features(batch, left[first], right[first]), at_once[first])


def plain(all_rows, right, j, i):
    """Products of rows by segment, from dictionaries."""
    sums = np.zeros((len(i), SEGMENTS))
    for k, (a, b) in enumerate(zip(j.tolist(), i.tolist(), strict=True)):
        ours, theirs = (
            dict(zip(m.indices[at].tolist(), m.data[at].tolist(), strict=True))
            for m, row in ((all_rows, a), (right, b))
            for at in [slice(m.indptr[row], m.indptr[row + 1])]
        )
        for column in sorted(ours.keys() & theirs.keys()):
            sums[k, column >> COLUMN_BITS] += ours[column] * theirs[column]
    return sums


@pytest.mark.parametrize("pairs", [0, 1, 30, 100, 300])
def test_products_are_those_of_plain_dictionaries(pairs):
    """Few or many pairs, with one row or with all: every product is the sum over shared columns."""
    batch, random = Batch.of(profiles(60, seed=12), COMMON).weighed, np.random.default_rng(pairs)
    j, i = random.integers(0, 60, (2, pairs))
    for a, b in ((j, i), (j, i // 60), (j // 60, i)):
        for left, right in ((batch.terms, batch.terms), (batch.holds, batch.asks)):
            assert np.array_equal(dots(left, right, a, b), plain(left, right, a, b))


def test_more_than_a_phrase_is_a_tenth_of_either_text():
    """A hit counts when a tenth of either text may be shared, by the hashes that are kept."""
    hits = SketchHits(
        query=np.array([0, 0, 0, 1]),
        key=np.array([1, 2, 3, 4]),
        shared=np.array([1, 5, 40, 1], dtype=np.int32),
        kept=np.array([50, 50, 600, 50], dtype=np.int32),
        scale=np.array([8, 8, 1, 8], dtype=np.float32),
    )
    wanted = more_than_a_phrase(hits, np.array([400, 79]))
    # The last: one kept hash stands for eight shingles at most, and the query has 79.
    assert wanted.tolist() == [False, True, True, True]
    assert LEAST_SHARE == 0.1
