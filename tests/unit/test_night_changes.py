"""A plan's independent changes: which belong together, and what is left out when one is touched."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.model import Canonical, Profile, Provenance, Sketch, StoryLink, Terms
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.night.changes import parts, without
from dedupe.state import (
    ClusterState,
    CopyLink,
    Event,
    Passed,
    Placement,
    Plan,
    RelatedLink,
    Retired,
    StoryState,
)

NONE = np.empty(0, dtype=np.uint64)
NOBODY = Canonical(
    article_id=None, source=None, url=None, in_index=False, confidence=0.0, reasons=()
)


def item(place):
    profile = Profile(
        id=place.article_id,
        provenance=Provenance(outlet=None),
        published=None,
        published_precise=False,
        event_days=np.empty(0, dtype=np.int32),
        text_hash=1,
        word_count=1,
        shingle_count=1,
        sketch=Sketch(threshold=1, hashes=NONE),
        terms=Terms(words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE),
        vector=None,
    )
    return Item(profile=profile, first_seen=1.0, placement=place)


def lies(name, cluster, story):
    return Placement(article_id=name, cluster=cluster, story=story)


def cluster(name, story):
    return ClusterState(id=name, story=story, size=1, canonical=NOBODY)


def story(name):
    return StoryState(id=name, size=1, independent_sources=1, first=None, last=None)


def copies(a, b):
    return CopyLink(a=a, b=b, overlap=1.0, a_in_b=1.0, b_in_a=1.0, p_same_text=1.0)


def related(a, b):
    return RelatedLink(a=a, b=b, relation=StoryLink.BACKGROUND, probability=0.2)


BEFORE = [
    lies("a1", "c1", "s1"),
    lies("a2", "c2", "s2"),
    lies("a3", "c3", "s3"),
    lies("a4", "c4", "s3"),
    lies("a5", "c5", "s5"),
]
AROUND = Neighbourhood(
    items=tuple(map(item, BEFORE)),
    clusters={p.cluster: cluster(p.cluster, p.story) for p in BEFORE},
    stories={p.story: story(p.story) for p in BEFORE},
)
PLAN = Plan(
    # c2 and its story go into c1 and s1; c4 leaves s3 for a story of its own; a5 stays.
    placements=(lies("a2", "c1", "s1"), lies("a4", "c4", "s4")),
    clusters=(cluster("c1", "s1"), cluster("c4", "s4")),
    stories=(story("s1"), story("s3"), story("s4"), story("s5")),
    retired=(Retired(id="c2", merged_into="c1"), Retired(id="s2", merged_into="s1")),
    passed=(Passed(old="c2", new="c1", articles=1), Passed(old="s3", new="s4", articles=1)),
    links=(copies("a1", "a2"),),
    forgotten=(("a3", "a4"),),
    unlinked=frozenset({"s1", "s3", "s4"}),
    related=(related("s1", "s3"), related("s3", "s4")),
    events=(
        Event(kind="cluster_joined", subject="a2", data={"cluster": "c1"}),
        Event(kind="story_merged", subject="s2", data={"merged_into": "s1"}),
        Event(kind="story_joined", subject="a4", data={"story": "s4"}),
        Event(kind="story_split", subject="s3", data={"new": "s4"}),
    ),
)


def test_groups_between_which_something_passes_are_one_change():
    """The merge, the split and the story whose figures change are three."""
    found = parts(PLAN, AROUND)
    assert found.count == 3
    assert len({found.of[name] for name in ("c1", "c2", "s1", "s2")}) == 1
    assert len({found.of[name] for name in ("c4", "s3", "s4")}) == 1
    assert found.of["s1"] != found.of["s3"] != found.of["s5"]


def test_nothing_touched_leaves_the_plan_whole():
    """The very same plan."""
    assert without(PLAN, AROUND, frozenset()) == (PLAN, 0)
    assert without(PLAN, AROUND, frozenset({"somebody else"})) == (PLAN, 0)


@pytest.mark.parametrize("touched", ["a1", "a2", "c1", "c2", "s1", "s2"])
def test_a_touched_change_is_left_out_whole(touched):
    """Whether article, cluster or story is touched: of the merge nothing remains, of the split all."""
    plan, left = without(PLAN, AROUND, frozenset({touched}))
    assert left == 1
    assert plan.placements == (lies("a4", "c4", "s4"),)
    assert plan.clusters == (cluster("c4", "s4"),)
    assert plan.stories == (story("s3"), story("s4"), story("s5"))
    assert plan.retired == ()
    assert plan.passed == (Passed(old="s3", new="s4", articles=1),)
    assert plan.links == ()
    assert plan.forgotten == (("a3", "a4"),)
    assert plan.unlinked == {"s3", "s4"}
    assert plan.related == (related("s3", "s4"),)
    assert [event.subject for event in plan.events] == ["a4", "s3"]


def test_all_touched_leaves_nothing():
    """A plan without any change."""
    plan, left = without(PLAN, AROUND, frozenset({"a1", "a4", "s5"}))
    assert left == 3
    assert plan == Plan()
