"""Counting in how many texts terms occur, in bounded memory."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.rarity import FIRST, Tally, due

TEXTS = st.lists(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 9)), max_size=30)


def arrays(texts):
    return [np.array(sorted(text), np.uint64) for text in texts]


def counted(tally, *, least=1, most=10_000):
    keys, counts = tally.most_frequent(least=least, most=most)
    assert keys.tolist() == sorted(keys.tolist())
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


@given(TEXTS, st.integers(1, 3), st.integers(0, 12))
def test_every_term_is_counted_once_a_text(texts, least, most):
    """Counts are those of a plain counter; where there are too many terms the most frequent stay."""
    tally = Tally()
    tally.add(arrays(texts))
    plain = Counter(term for text in texts for term in text)
    wanted = sorted((-n, term) for term, n in plain.items() if n >= least)[:most]
    assert counted(tally, least=least, most=most) == {term: -n for n, term in wanted}


@given(TEXTS, st.integers(0, 30))
def test_counting_in_parts_is_counting_at_once(texts, cut):
    """It makes no difference in how many goes, and in which order, texts are counted."""
    parts, whole = Tally(), Tally()
    for some in (texts[cut:], texts[:cut]):
        parts.add(arrays(some))
        counted(parts)
    whole.add(arrays(texts))
    assert counted(parts) == counted(whole)


def test_made_up_words_do_not_fill_the_memory():
    """What was met once is dropped when too much is held; what recurs stays counted."""
    tally = Tally(held=50)
    common = set(range(10))
    for text in range(40):
        made_up = set(range(1000 * (text + 1), 1000 * (text + 1) + 20))
        tally.add(arrays([common | made_up]))
    found = counted(tally, least=2)
    assert set(found) == common
    assert all(39 <= count <= 40 for count in found.values())


@pytest.mark.parametrize(
    ("added", "before", "expected"),
    [
        (FIRST - 1, 0, False),
        (FIRST, 0, True),
        (2 * FIRST - 1, FIRST, False),
        (2 * FIRST, FIRST, True),
        (FIRST, 10, True),
    ],
)
def test_a_store_is_counted_when_it_has_doubled(added, before, expected):
    """First at 2,000 articles, then at twice as many as at the last count."""
    assert due(added, before) is expected
