"""How common terms are in a whole set, counted by the articles that speak for it."""

from dataclasses import replace

import numpy as np
import pytest

from dedupe import counted
from dedupe.counted import frequencies, speakers
from dedupe.model import Profile, Provenance, Sketch, Terms
from dedupe.state import CopyLink
from dedupe.terms import terms
from dedupe.terms.background import LEAST, counted_terms

NONE = np.empty(0, np.uint64)
WORDS = ("harbour", "ferry", "council", "budget", "orchard", "glacier", "lantern", "quarry")
NO_PAIRS = (np.empty(0, np.int64), np.empty(0, np.int64))


def profile(number, *, vector=(1.0, 0.0), found=None):
    return Profile(
        id=f"a{number:05d}",
        provenance=Provenance(outlet=None),
        published=None,
        published_precise=False,
        event_days=np.empty(0, np.int32),
        text_hash=number + 1,
        word_count=1,
        shingle_count=1,
        sketch=Sketch(threshold=2**64 - 1, hashes=NONE),
        terms=found
        or Terms(words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE),
        vector=np.array(vector, np.float32),
    )


def link(a, b, p):
    return CopyLink(a=a.id, b=b.id, overlap=p, a_in_b=p, b_in_a=p, p_same_text=p)


def pairs(*some):
    left, right = np.array(some, np.int64).T
    return left, right


def written(n, seed=4):
    """Articles of few words, of which each holds a number of its own and the day of the week."""
    rng = np.random.default_rng(seed)
    bodies = [" ".join(rng.choice(WORDS, 5)) + f" on Monday {k}" for k in range(n)]
    return [f"Title {WORDS[k % 8]}" for k in range(n)], bodies


def test_of_copies_the_one_of_the_smallest_id_speaks():
    """A copy link silences its later end; one that is hardly a copy does not."""
    some = [profile(k) for k in range(4)]
    links = [link(some[0], some[2], 0.9), link(some[1], some[3], 0.4)]
    assert speakers(some, links, NO_PAIRS).tolist() == [0, 1, 3]


def test_of_near_ledes_the_one_of_the_smallest_id_speaks():
    """A pair of nearly the same ledes has one speaker, however its ends are given."""
    some = [profile(0), profile(1, vector=(0.8, 0.6)), profile(2, vector=(0.0, 1.0))]
    assert speakers(some, [], pairs((1, 0), (0, 2), (2, 1))).tolist() == [0, 2]


def test_only_so_many_speak(monkeypatch):
    """Those of the smallest ids speak, up to the number that is counted."""
    monkeypatch.setattr(counted, "MOST_STORIES", 3)
    assert speakers([profile(k) for k in range(9)], [], NO_PAIRS).tolist() == [0, 1, 2]


def test_a_small_set_is_not_counted(monkeypatch):
    """Below the number from which a store is counted there are no frequencies."""
    monkeypatch.setattr(counted, "FIRST", 5)
    some = [profile(k) for k in range(5)]
    assert frequencies(some[:4], [], NO_PAIRS, added=4, position=1) is None
    assert frequencies(some, [], NO_PAIRS, added=5, position=1) is not None


def test_the_terms_are_those_that_the_day_counts(monkeypatch):
    """Counted from profiles comes what counting the texts gives, days of the week left out."""
    monkeypatch.setattr(counted, "FIRST", 10)
    titles, bodies = written(60)
    told = terms(titles, bodies)
    some = [profile(k, found=one) for k, one in enumerate(told)]
    found = frequencies(some, [], NO_PAIRS, added=60, position=7)
    keys, counts = np.unique(np.concatenate(counted_terms(titles, bodies)), return_counts=True)
    assert found is not None
    assert found.keys.tolist() == keys[counts >= LEAST].tolist()
    assert found.counts.tolist() == counts[counts >= LEAST].tolist()
    assert (found.stories, found.added, found.position) == (60, 60, 7)


@pytest.mark.parametrize("seed", range(3))
def test_the_count_does_not_depend_on_how_links_and_pairs_are_given(monkeypatch, seed):
    """Shuffled links and pairs, ends exchanged, give the same frequencies under the same name."""
    monkeypatch.setattr(counted, "FIRST", 10)
    rng = np.random.default_rng(seed)
    told = terms(*written(80))
    vectors = rng.standard_normal((80, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    some = [profile(k, vector=vectors[k], found=one) for k, one in enumerate(told)]
    near = rng.integers(0, 80, (300, 2))
    near = near[near[:, 0] != near[:, 1]]
    links = [link(some[a], some[b], 0.8) for a, b in ((1, 2), (2, 9), (30, 31))]
    plain = frequencies(some, links, (near[:, 0], near[:, 1]), added=80, position=1)
    order = rng.permutation(len(near))
    turned = [replace(one, a=one.b, b=one.a) for one in reversed(links)]
    mixed = frequencies(some, turned, (near[order, 1], near[order, 0]), added=80, position=1)
    assert plain is not None
    assert mixed is not None
    assert plain.name == mixed.name
