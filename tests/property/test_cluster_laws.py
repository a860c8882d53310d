"""Laws of grouping, against SciPy's average linkage as an independent implementation."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from dedupe.cluster import digests, partition


def random_agreement(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix of random probabilities: ties would leave two right answers."""
    rng = np.random.default_rng(seed)
    matrix = np.zeros((n, n))
    rows, columns = np.triu_indices(n, 1)
    matrix[rows, columns] = rng.random(len(rows))
    return matrix + matrix.T


def same_groups(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(((a[:, None] == a[None, :]) == (b[:, None] == b[None, :])).all())


@given(n=st.integers(2, 24), seed=st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_dense_grouping_is_average_linkage(n: int, seed: int) -> None:
    """With every pair known, groups are those of average linkage cut at the threshold."""
    agreement = random_agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    labels = partition(np.arange(n), left, right, agreement[left, right], threshold=0.5, score=None)
    distance = 1.0 - agreement
    np.fill_diagonal(distance, 0.0)
    oracle = fcluster(linkage(squareform(distance), "average"), 0.5, "distance")
    assert same_groups(labels, oracle)


@given(n=st.integers(2, 20), seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_asking_for_missing_pairs_gives_the_same_groups(n: int, seed: int) -> None:
    """A sparse graph whose missing pairs can be asked groups as the dense one does."""
    agreement = random_agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    likely = agreement[left, right] >= 0.5
    labels = partition(
        np.arange(n),
        left[likely],
        right[likely],
        agreement[left, right][likely],
        threshold=0.5,
        score=lambda i, j: agreement[i, j],
    )
    dense = partition(np.arange(n), left, right, agreement[left, right], threshold=0.5)
    assert same_groups(labels, dense)


@given(n=st.integers(2, 16), seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_grouping_does_not_depend_on_the_order_of_edges(n: int, seed: int) -> None:
    """Shuffled and turned edges give the same labels."""
    agreement = random_agreement(n, seed)
    left, right = np.triu_indices(n, 1)
    shuffled = np.random.default_rng(seed + 1).permutation(len(left))
    one = partition(np.arange(n), left, right, agreement[left, right], threshold=0.4)
    other = partition(
        np.arange(n),
        right[shuffled],
        left[shuffled],
        agreement[left, right][shuffled],
        threshold=0.4,
    )
    assert one.tolist() == other.tolist()


def test_a_chain_is_not_followed() -> None:
    """a agrees with b and b with c, but a and c do not: they are not one group."""
    labels = partition(
        np.arange(3), np.array([0, 1]), np.array([1, 2]), np.array([0.9, 0.8]), threshold=0.5
    )
    assert labels.tolist() == [0, 0, 2]


def test_items_of_one_initial_group_stay_together() -> None:
    """Groups given from the start are never divided, and agree by their mean."""
    labels = partition(
        np.array([7, 7, 3]),
        np.array([0, 1]),
        np.array([2, 2]),
        np.array([0.9, 0.05]),
        threshold=0.5,
    )
    assert labels.tolist() == [0, 0, 2]


def test_no_items_make_no_groups() -> None:
    """An empty set has an empty partition."""
    none = np.array([], dtype=np.int64)
    assert partition(none, none, none, none.astype(float), threshold=0.5).tolist() == []


def test_a_text_that_holds_two_strangers_is_a_digest() -> None:
    """0 and 1 share nothing and are both inside 2, which is a digest; 3 holds only 0."""
    held_by_both = digests(
        np.array([0, 1, 0]),
        np.array([2, 2, 3]),
        np.array([0.3, 0.4, 0.8]),
        np.array([0, 1, 0]),
        np.array([2, 2, 3]),
        n=4,
    )
    assert held_by_both.tolist() == [False, False, True, False]


def test_a_text_that_holds_two_cuts_of_one_piece_is_no_digest() -> None:
    """0 and 1 share text with each other: 2 is simply the longer version."""
    found = digests(
        np.array([0, 1]),
        np.array([2, 2]),
        np.array([0.5, 0.5]),
        np.array([0, 1, 0]),
        np.array([2, 2, 1]),
        n=3,
    )
    assert found.tolist() == [False, False, False]


def test_a_text_that_is_mostly_its_own_is_no_digest() -> None:
    """0 and 1 are strangers inside 2, of which they make up less than half, each counted once."""
    inner, outer = np.array([0, 1, 3]), np.array([2, 2, 2])
    shares = np.array([0.2, 0.25, 0.2])
    linked = np.array([0, 1, 3, 0]), np.array([2, 2, 2, 3])
    assert not digests(inner, outer, shares, *linked, n=4).any()
    assert digests(inner, outer, shares + 0.05, *linked, n=4).tolist() == [
        False,
        False,
        True,
        False,
    ]


def test_texts_of_one_voice_make_no_digest_of_each_other() -> None:
    """Two parts that one text speaks for are one part; with a stranger beside them they are two."""
    none = np.empty(0, np.int64)
    holder, part = np.array([4, 4]), np.array([0.45, 0.4])
    one_voice = digests(np.array([1, 1]), holder, part, none, none, n=5)
    assert not one_voice.any()
    strangers = digests(
        np.array([1, 1, 2]), np.append(holder, 4), np.append(part, 0.2), none, none, n=5
    )
    assert strangers.tolist() == [False] * 4 + [True]
