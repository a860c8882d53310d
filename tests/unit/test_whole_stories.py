"""An order on a story of very many articles is worked out from the nearest of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dedupe.constraints.nearest import MANY, nearest_of_many
from dedupe.settings import Settings
from tests.night_plans import item

SETTINGS = Settings(story_candidates=3, story_window_days=10)


def profiles(n, *, dimension=8, every=1):
    """Ledes in all directions, published an hour apart; only every so many have one."""
    rng = np.random.default_rng(n)
    found = []
    for k in range(n):
        vector = rng.standard_normal(dimension).astype(np.float32)
        unit = vector / np.linalg.norm(vector)
        found.append(replace(item(k, None).profile, vector=None if k % every else unit))
    return found


def test_of_few_articles_every_pair_is_judged():
    """Up to a number nothing is chosen."""
    assert nearest_of_many(profiles(MANY), SETTINGS) is None


@pytest.mark.parametrize("every", [1, 3])
def test_of_many_articles_the_nearest_ledes_are_paired(every):
    """Each lede with the three nearest inside ten days, by one look at every pair."""
    many = profiles(MANY + 200, every=every)
    left, right = nearest_of_many(many, SETTINGS)
    wanted = set()
    for a, one in enumerate(many):
        near = [
            (-float(one.vector @ other.vector), b)
            for b, other in enumerate(many)
            if one.vector is not None and other.vector is not None and a != b and abs(a - b) <= 240
        ]
        wanted |= {(min(a, b), max(a, b)) for _, b in sorted(near)[:3]}
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert len(found) == len(left)
    assert (left < right).all()
    assert len(found ^ wanted) <= 2  # products of float32 in blocks may differ in the last bit


def test_a_lede_alone_has_no_pairs():
    """What has no lede, or none near in time, is known by the text it shares alone."""
    for every in (10**6, MANY + 1):
        left, right = nearest_of_many(profiles(MANY + 50, every=every), SETTINGS)
        assert len(left) == len(right) == 0
