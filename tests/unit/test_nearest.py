"""Pairs of a whole set whose ledes lie near, inside the time window."""

import numpy as np
import pytest

from dedupe.model import Profile, Provenance, Sketch, Terms
from dedupe.recluster import nearest
from dedupe.settings import Settings
from index.vectors_faiss import FaissVectorIndex
from index.vectors_numpy import NumpyVectorIndex

NONE = np.empty(0, np.uint64)
DAY = 24.0


def profile(number, vector, published):
    return Profile(
        id=f"a{number}",
        provenance=Provenance(outlet=None),
        published=published,
        published_precise=True,
        event_days=np.empty(0, np.int32),
        text_hash=number,
        word_count=1,
        shingle_count=1,
        sketch=Sketch(threshold=2**64 - 1, hashes=NONE),
        terms=Terms(words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE),
        vector=vector,
    )


def corpus(n, seed=3):
    """Articles over 400 days, a tenth without a date and a few without a vector."""
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return [
        profile(
            k,
            None if rng.random() < 0.05 else vectors[k],
            None if rng.random() < 0.1 else float(rng.uniform(0, 400 * DAY)),
        )
        for k in range(n)
    ]


def expected(profiles, settings):
    """By definition: the nearest of those that may be, each with itself among them."""
    found = set()
    known = [k for k, one in enumerate(profiles) if one.vector is not None]
    for k in known:
        ours = profiles[k]
        inside = [
            j
            for j in known
            if ours.published is None
            or profiles[j].published is None
            or abs(ours.published - profiles[j].published) <= DAY * settings.story_window_days
        ]
        halves = np.stack([profiles[j].vector for j in inside]).astype(np.float16).astype(float)
        cosines = halves @ ours.vector.astype(np.float16).astype(float)
        best = np.argsort(-cosines, kind="stable")[: settings.story_candidates + 1]
        found |= {(min(k, inside[b]), max(k, inside[b])) for b in best if inside[b] != k}
    return found


@pytest.mark.parametrize("engine", [NumpyVectorIndex, FaissVectorIndex])
@pytest.mark.parametrize("days", [5.0, 60.0, 1000.0])
def test_the_nearest_of_those_inside_the_window(engine, days):
    """Each article with the nearest of those it may belong to by time, and every pair once."""
    profiles = corpus(300)
    settings = Settings(story_window_days=days, story_candidates=6)
    left, right = nearest(profiles, engine(8), settings)
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected(profiles, settings)


def test_the_order_of_the_set_does_not_matter():
    """The same articles in another order give the same pairs of articles; cells lose hardly one."""
    profiles, settings = corpus(900), Settings(story_candidates=5, story_window_days=200.0)

    def named(order, exact):
        some = [profiles[k] for k in order]
        left, right = nearest(some, FaissVectorIndex(8, exact=exact), settings)
        return {
            frozenset({some[a].id, some[b].id})
            for a, b in zip(left.tolist(), right.tolist(), strict=True)
        }

    shuffled = np.random.default_rng(1).permutation(len(profiles)).tolist()
    assert named(range(len(profiles)), 10_000) == named(shuffled, 10_000)
    assert len(named(shuffled, 100) & named(shuffled, 10_000)) >= 0.97 * len(
        named(shuffled, 10_000)
    )


def test_no_vector_no_pair():
    """Articles that wait for the encoder have no neighbours."""
    left, right = nearest([profile(1, None, 1.0)], FaissVectorIndex(8), Settings())
    assert (len(left), len(right)) == (0, 0)
