"""The verdict on the text of many pairs at once, where the words of some are not at hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from api.bootstrap import judging
from api.shipped import article_reader
from dedupe.compared import same_text_as
from dedupe.formats.document import article_from
from dedupe.settings import Settings

OURS = "The harbour board raised the fees for small boats by a tenth on Monday. " + " ".join(
    f"Berth {k} now costs {k + 3} crowns a night in the summer." for k in range(9)
)
THEIRS = "Skippers said they would move to the bay. " + OURS[:260]
STRANGER = "A late frost has ruined most of the plum blossom in the valley, growers say."


@pytest.fixture(scope="module")
def readings():
    bodies = (OURS, THEIRS, STRANGER)
    return article_reader().read([article_from({"body": body}) for body in bodies])


@pytest.fixture(scope="module")
def asked(readings):
    """The verdict on the first reading and each, words at hand of those that are ``spoken``."""
    judge = judging(Settings())
    fields = ("hashes", "start", "end", "shingles", "kinds", "title")

    def verdict(spoken):
        ours = readings[0]
        none = replace(ours.words, **{name: getattr(ours.words, name)[:0] for name in fields})
        words = [one.words if k in spoken else none for k, one in enumerate(readings)]
        profiles = [ours.profile, *(one.profile for one in readings)]
        left, right = np.zeros(len(readings), np.int64), np.arange(1, len(readings) + 1)
        return judge.same_text(profiles, [ours.words, *words], left, right)

    return verdict


def test_one_text_against_others_is_the_verdict_on_all(readings, asked):
    """Those without words are left out of a comparison, and the verdict is the same."""
    texts = [None, readings[1].words, None]
    others = [one.profile for one in readings]
    found = same_text_as(judging(Settings()).verdicts.text, readings[0], others, texts)
    every = asked({1})
    assert found.p.tolist() == every.p.tolist()
    assert found.shares.jaccard.tolist() == every.shares.jaccard.tolist()
    assert found.shares.containment.tolist() == every.shares.containment.tolist()
    none = same_text_as(judging(Settings()).verdicts.text, readings[0], others[2:], [None])
    assert (none.p.tolist(), none.shares.containment.tolist()) == ([0.0], [0.0])


def test_a_text_whose_words_are_not_at_hand_is_a_copy_only_if_it_is_equal(asked):
    """Without words an equal text is certain and any other has a p_same_text of 0."""
    every = asked({0, 1, 2})
    assert every.p[0] == 1.0
    assert 0.0 < every.p[1] < 1.0
    assert asked({1}).p.tolist() == [1.0, every.p[1], 0.0]
    assert asked({1}).shares.jaccard.tolist() == [0.0, every.shares.jaccard[1], 0.0]
    assert asked(set()).p.tolist() == [1.0, 0.0, 0.0]
