"""Laws of texts that equals speak for: which of their pairs were compared decides nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.constraints.voices import links_of_equals
from dedupe.grouping import copies
from dedupe.neighbourhood import Neighbourhood
from dedupe.settings import Settings
from dedupe.state import CopyLink
from tests.property.test_constraint_laws import taken
from tests.property.test_settle_laws import item

NAMES = ["a_00", "a_01", "a_02"]


def link(a, b, p):
    return CopyLink(
        a=f"a_{a:02}", b=f"a_{b:02}", overlap=0.7, a_in_b=0.95, b_in_a=0.95, p_same_text=p
    )


@given(n=st.integers(3, 10), seed=st.integers(0, 20_000))
@settings(max_examples=150, deadline=None)
def test_links_of_a_spokesman_are_as_good_as_those_of_all_his_equals(n, seed):
    """Under any orders the clusters are the same, whichever of two equal texts a third was held against."""
    rng = np.random.default_rng(seed)
    text = rng.integers(0, max(2, n // 2), n)
    agreement = rng.random((n, n))
    agreement = np.triu(agreement, 1) + np.triu(agreement, 1).T
    items = []
    for k in range(n):
        one = item(k, hours=float(k))
        items.append(replace(one, profile=replace(one.profile, text_hash=int(text[k]) + 1)))
    spokesman = {int(t): int(rng.choice(np.flatnonzero(text == t))) for t in set(text.tolist())}
    everything, spoken = [], []
    for a in range(n):
        for b in range(a + 1, n):
            same = text[a] == text[b]
            p = 1.0 if same else float(agreement[text[a], text[b]])
            everything.append(link(a, b, p))
            ends = {a, b} & set(spokesman.values())
            if len(ends) == (1 if same else 2):
                spoken.append(link(a, b, p))
    orders = tuple(taken(n, seed))

    def found(links):
        around = Neighbourhood(items=tuple(items), links=tuple(links), constraints=orders)
        return copies(around, Settings()).groups

    assert found(spoken) == found(everything)


def test_a_text_without_links_of_its_own_has_those_of_its_equals():
    """0 and 1 are equal and 2 was held against 0 alone: 1 is linked to it by the same link."""
    equal, near = link(0, 1, 1.0), link(0, 2, 0.7)
    ends = np.array([0, 0]), np.array([1, 2]), [equal, near]
    left, right, links = links_of_equals(ends, np.array([0, 0, 2]), np.array([0, 1, 2]), NAMES)
    assert set(zip(left.tolist(), right.tolist(), links, strict=True)) == {
        (0, 1, equal),
        (0, 2, near),
        (1, 2, replace(near, a="a_01")),
    }
    assert links_of_equals(ends, np.array([0, 0, 2]), np.array([0, 0, 2]), NAMES) is ends
