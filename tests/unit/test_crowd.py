"""Copies in such number that not all of their pairs were compared."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.crowd import uncompared
from dedupe.model import Profile, Provenance
from dedupe.neighbourhood import Edges
from dedupe.sketch import estimate, sketch_of
from dedupe.terms import terms


def profile(number: int, hashes: np.ndarray, *, headlines: bool = False) -> Profile:
    """An article of these distinct shingle hashes."""
    return Profile(
        id=f"a{number:03}",
        provenance=Provenance(outlet=None),
        published=None,
        published_precise=True,
        event_days=np.empty(0, np.int32),
        text_hash=number + 1,
        word_count=len(hashes) + 4,
        shingle_count=len(hashes),
        sketch=sketch_of(np.sort(hashes)),
        terms=terms([""], [""])[0],
        vector=None,
        headline_page=headlines,
    )


def text(seed: int, size: int = 100) -> np.ndarray:
    """The distinct shingle hashes of a random text."""
    return np.random.default_rng(seed).integers(0, 2**64, size, dtype=np.uint64)


def compared_with_the_first(n: int, limit: int) -> Edges:
    """What is found when n copies arrive one by one and each is compared with the first few."""
    pairs = np.array([(a, b) for b in range(n) for a in range(min(b, limit))]).T
    return Edges(left=pairs[0], right=pairs[1], p=np.ones(len(pairs[0])))


@pytest.mark.parametrize("size", [100, 700])
def test_pairs_that_were_not_compared_are_found(size):
    """Of copies with a few words of their own, all pairs are known together with the links."""
    shared = text(0, size)
    profiles = [profile(k, np.concatenate([shared, text(k + 1, size // 20)])) for k in range(12)]
    links = compared_with_the_first(12, 4)
    found = uncompared(profiles, links, many=2)
    both = {*zip(links.left.tolist(), links.right.tolist(), strict=True)}
    both |= {*zip(found.left.tolist(), found.right.tolist(), strict=True)}
    assert both == {(a, b) for b in range(12) for a in range(b)}
    assert len(both) == len(links.left) + len(found.left)
    assert (found.p >= 0.8).all()


def test_short_and_long_texts_are_compared_by_what_both_keep():
    """The estimate of every pair is the one of the sketches alone, whatever each of them keeps."""
    long = text(0, 900)
    profiles = [profile(k, long[: 900 - 70 * k]) for k in range(13)]
    ring = np.arange(12)
    links = Edges(left=ring, right=ring + 1, p=np.ones(12))
    found = uncompared(profiles, links, many=1)
    assert len(found.left)
    for i, j, p in zip(found.left, found.right, found.p, strict=True):
        shares = estimate(profiles[i].sketch, profiles[j].sketch)
        assert p == pytest.approx(max(shares))


def test_few_copies_are_no_crowd():
    """Where no candidates are full, every pair was compared: nothing is assumed."""
    profiles = [profile(k, text(0)) for k in range(5)]
    links = compared_with_the_first(5, 1)
    assert len(uncompared(profiles, links, many=32).left) == 0


def test_two_crowds_that_share_a_passage_stay_apart():
    """Texts of two crowds that have less than four fifths in common are not assumed to be copies."""
    passage = text(0, 40)
    profiles = [profile(k, np.concatenate([passage, text(1 + k % 2, 60)])) for k in range(12)]
    pairs = [(a, b) for b in range(12) for a in range(b % 2, min(b, 4), 2)]
    left, right = np.array(pairs).T
    links = Edges(left=left, right=right, p=np.ones(len(left)))
    found = uncompared(profiles, links, many=2)
    assert len(found.left)
    assert (found.left % 2 == found.right % 2).all()


def test_only_those_that_speak_for_themselves_are_of_a_crowd():
    """Pairs are assumed among the articles that are asked about and no others."""
    profiles = [profile(k, text(0)) for k in range(12)]
    links = compared_with_the_first(12, 4)
    among = np.arange(12) % 2 == 0
    found = uncompared(profiles, links, many=2, among=among)
    whole = uncompared(profiles, links, many=2)
    both = among[whole.left] & among[whole.right]
    assert len(found.left)
    assert found.left.tolist() == whole.left[both].tolist()
    assert found.right.tolist() == whole.right[both].tolist()


def test_pages_of_headlines_are_never_assumed_to_be_copies():
    """A page of headlines holds what others hold; only a comparison can tell."""
    profiles = [profile(k, text(0), headlines=True) for k in range(12)]
    assert len(uncompared(profiles, compared_with_the_first(12, 4), many=2).left) == 0
