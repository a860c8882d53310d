"""Pairs of articles under one headline, told for many at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedupe.headlines import ONE_HEADLINE, under_one_headline
from tests.unit.test_verdict import profile

WORDS = st.sets(st.integers(1, 9), max_size=6)
OUTLETS = st.sampled_from([None, "Lenn Courier", "Asker Post"])


def titled(number, words, outlet):
    from dataclasses import replace

    one = profile(number, outlet=outlet)
    title = np.array(sorted(words), dtype=np.uint64)
    return replace(one, terms=replace(one.terms, title=title))


@given(st.lists(st.tuples(WORDS, OUTLETS), min_size=2, max_size=6))
def test_every_pair_is_told_as_sets_of_words_tell_it(told):
    """Half of the words of both titles in common, and no two outlets that are known."""
    profiles = [titled(k, words, outlet) for k, (words, outlet) in enumerate(told)]
    left, right = np.triu_indices(len(told), 1)
    expected = [
        bool(told[a][0] and told[b][0])
        and len(told[a][0] & told[b][0]) / len(told[a][0] | told[b][0]) >= ONE_HEADLINE
        and (None in {told[a][1], told[b][1]} or told[a][1] == told[b][1])
        for a, b in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert under_one_headline(profiles, left, right).tolist() == expected
