"""The review of a night: what happens to which groups, on what evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dedupe.constraints.records import Level
from dedupe.guards import Refused
from dedupe.neighbourhood import Edges
from dedupe.night import bridges as weak
from dedupe.night.bridges import bridges
from dedupe.night.records import BridgeLine, ChangeKind, PairLine
from dedupe.night.regrouping import Regrouped
from dedupe.night.review import BRIDGES
from dedupe.state import Event
from tests.night_plans import (
    HARBOUR,
    SETTINGS,
    agreement,
    canonical,
    copies,
    harbour,
    night,
    plan_of,
)

LOOSE = replace(SETTINGS, story_threshold=0.1, story_contrast=0.0, guard_diameter=0)
"""Groups that hang together by little are one."""


def chained():
    """Ten articles of two stories, each linked to the next, become one."""
    pairs = [(k, k + 1, 0.9) for k in range(9)]
    pairs += [(a, b, 0.09) for a in range(10) for b in range(a + 2, 10)]
    before = [(f"c{k}", "s" if k < 5 else "t") for k in range(10)]
    return night(before, (), agreement(10, pairs), LOOSE)


def told(plan, level, kind):
    return [one for one in plan.review.changes if (one.level, one.kind) == (level, kind)]


def test_a_merge_is_told_with_its_strongest_pair_and_the_overlap():
    """Two clusters become one by the pair across them, of which the link tells the overlap."""
    (merge,) = told(harbour(), Level.CLUSTER, ChangeKind.MERGE)
    assert [(one.id, one.size) for one in merge.before] == [("c0", 1), ("c1", 1)]
    assert [(one.id, one.size) for one in merge.after] == [("c0", 2)]
    assert merge.moved == 1
    expected = PairLine(
        a="a_000",
        b="a_001",
        probability=0.97,
        overlap=0.9,
        a_title="Title of a_000",
        b_title="Title of a_001",
    )
    assert merge.strongest == merge.weakest == expected


def test_a_story_tells_the_canonical_of_its_largest_cluster():
    """A group line has size, title and source: before as stored, afterwards as planned."""
    merges = told(harbour(), Level.STORY, ChangeKind.MERGE)
    (merge,) = [one for one in merges if "s0" in {line.id for line in one.before}]
    assert [(line.id, line.canonical) for line in merge.before] == [
        ("s1", "Paper 1"),
        ("s0", "Paper 0"),
    ]
    (whole,) = [line for line in merge.after if line.size == 3]
    assert (whole.article, whole.title) == ("a_000", "Title of a_000")
    assert whole.canonical == "Paper 0"


def test_a_split_tells_what_spoke_for_keeping_the_group_whole():
    """Of a story that falls into two, the pair across both that agrees most."""
    pairs = [(0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.15), (0, 3, 0.1)]
    around, done = night([(f"c{k}", "s") for k in range(4)], (), agreement(4, pairs))
    (split,) = plan_of(around, done).review.changes
    assert (split.kind, split.moved) == (ChangeKind.SPLIT, 2)
    assert [line.size for line in split.after] == [2, 2]
    assert (split.strongest.a, split.strongest.b) == ("a_001", "a_002")
    assert split.strongest.probability == 0.15
    assert split.weakest.probability == 0.9


def test_articles_that_go_between_living_stories_are_a_move():
    """An article that leaves one story for another, both living on, moves."""
    before = [("c0", "s"), ("c1", "s"), ("c2", "s"), ("c3", "t"), ("c4", "t"), ("c5", "t")]
    pairs = [(0, 1, 0.9), *((a, b, 0.9) for a in range(2, 6) for b in range(a + 1, 6))]
    around, done = night(before, (), agreement(6, pairs))
    (move,) = plan_of(around, done).review.changes
    assert (move.kind, move.moved) == (ChangeKind.MOVE, 1)
    assert [(one.id, one.size) for one in move.before] == [("s", 3), ("t", 3)]
    assert [(one.id, one.size) for one in move.after] == [("t", 4), ("s", 2)]
    assert "a_002" in {move.strongest.a, move.strongest.b}


def test_a_canonical_that_changes_alone_is_a_change_of_its_own():
    """A cluster that keeps its members and comes from elsewhere moves nobody."""
    around, done = night([("c", "s"), ("c", "s")], copies([(0, 1, 0.9)]), agreement(2, [(0, 1, 1)]))
    around = replace(
        around, clusters={"c": replace(around.clusters["c"], canonical=canonical("Old Wire"))}
    )
    data = {
        "from": {"article_id": None, "source": "Old Wire"},
        "to": {"article_id": "a_000", "source": "Paper 0"},
        "rule": "first_seen",
    }
    event = Event(kind="canonical_changed", subject="c", data=data)
    done = replace(done, plan=replace(done.plan, events=(event,)))
    (change,) = plan_of(around, done).review.changes
    assert (change.kind, change.moved, change.strongest) == (ChangeKind.CANONICAL, 0, None)
    (line,) = change.canonical
    assert (line.was, line.now, line.rule) == ("Old Wire", "Paper 0", "first_seen")
    assert (line.was_article, line.now_article) == (None, "a_000")
    assert change.before[0].canonical == "Old Wire"


def test_a_bridge_is_told_with_what_it_cuts_off():
    """The article through which alone two halves of a merged story are linked."""
    pairs = [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (2, 3, 0.9), (2, 4, 0.9), (3, 4, 0.9)]
    before = [(f"c{k}", "s" if k < 3 else "t") for k in range(5)]
    around, done = night(before, (), agreement(5, pairs), LOOSE)
    (merge,) = plan_of(around, done, limits=LOOSE).review.changes
    assert merge.kind is ChangeKind.MERGE
    assert merge.bridges == (BridgeLine(article="a_002", cuts_off=2, title="Title of a_002"),)


def test_titles_are_asked_for_what_is_shown_only():
    """Titles are fetched once, of changed groups alone; masked articles stay without one."""
    around, done = night(HARBOUR, copies([(0, 1, 0.97)]), agreement(6, [(0, 1, 0.97), (2, 3, 0.9)]))
    asked = []

    def titles(ids):
        asked.append(list(ids))
        return {}

    review = plan_of(around, done, titles=titles).review
    (ids,) = asked
    assert "a_004" not in ids
    assert "a_005" not in ids
    assert ids == sorted(set(ids))
    assert {line.title for one in review.changes for line in one.before} == {None}
    plan_of(around, done, titles=titles, shown=0)
    assert len(asked) == 1


def test_what_is_not_looked_into_is_still_told():
    """Of too many changes of a kind the smallest have neither titles nor bridges, and are there."""
    before = [(f"c{k}", f"s{k}") for k in range(6)]
    around, done = night(before, (), agreement(6, [(0, 1, 0.9), (2, 3, 0.9), (4, 5, 0.9)]))
    changes = plan_of(around, done, shown=1).review.changes
    assert [one.looked_into for one in changes] == [True, False, False]
    assert [one.after[0].title is None for one in changes] == [False, True, True]
    assert {one.strongest.probability for one in changes} == {0.9}


def test_a_newcomer_changes_no_group():
    """Articles that lay nowhere join or make groups without a change of what there was."""
    around, done = night([("c", "s"), None, None], (), agreement(3, [(0, 1, 0.9)]))
    review = plan_of(around, done).review
    assert review.changes == ()
    assert review.churn.figures["articles_moved"] == 0
    assert review.churn.figures["stories_born"] == 1
    assert review.sizes[Level.STORY] == ((1, 1, 1), (2, 0, 1))


def test_a_new_group_that_takes_a_living_identifier_belongs_to_the_change():
    """Where an identifier goes to other articles, both its old and its new group are one change."""
    told = Regrouped.of(["x", "x", "y", "y"], ["y", "y", "z", "z"])
    assert told.change.tolist() == [0, 0, 0, 0]
    assert told.kinds == (ChangeKind.MERGE,)


def test_scores_and_thresholds_are_told_by_level():
    """Each pair is counted in its twentieth, inside or across; one of 1 in the last."""
    pairs = [(0, 1, 1.0), (1, 2, 0.04), (0, 2, 0.051)]
    around, done = night([(f"c{k}", f"s{k}") for k in range(3)], (), agreement(3, pairs))
    review = plan_of(around, done).review
    scores = {low: (inside, across) for low, inside, across in review.scores[Level.STORY]}
    assert len(scores) == 20
    assert (scores[0.95], scores[0.0], scores[0.05]) == ((1, 0), (0, 1), (0, 1))
    assert review.thresholds == {
        Level.CLUSTER: SETTINGS.copy_threshold,
        Level.STORY: SETTINGS.story_threshold,
    }


def test_a_merge_that_a_limit_forbade_is_listed():
    """Both groups are told with the limit, the closest pair and its overlap."""
    links = copies([(0, 2, 0.3)])
    around, done = night([("c", "s"), ("c", "s"), ("d", "t")], links, agreement(3, []))
    refused = Refused(
        left=0, right=1, guard="size", value=12, limit=10, agreement=0.6, bridge=(2, 0), p=0.7
    )
    done = replace(done, events=replace(done.events, refused=(refused,)))
    (one,) = plan_of(around, done).review.guarded
    assert (one.level, one.guard, one.value, one.limit) == (Level.STORY, "size", 12.0, 10.0)
    assert [line.title for line in one.groups] == ["Title of a_000", "Title of a_001"]
    assert (one.bridge.a, one.bridge.b, one.bridge.overlap) == ("a_000", "a_002", 0.9)
    assert one.bridge.b_title == "Title of a_002"


def test_a_group_too_large_is_not_searched_for_bridges(monkeypatch):
    """Where too many items would have to be taken away in turn, none is, and the change says so."""
    chain = Edges(left=np.arange(9), right=np.arange(1, 10), p=np.full(9, 0.9))
    assert len(bridges(chain, n=10, threshold=0.5)) == 8
    monkeypatch.setattr(weak, "WORK", 100)
    assert bridges(chain, n=10, threshold=0.5) is None
    around, done = chained()
    (merge,) = plan_of(around, done, limits=LOOSE).review.changes
    assert (merge.bridges, merge.bridges_sought) == ((), False)


def test_the_bridges_of_a_change_are_few():
    """Only those that cut off most are told."""
    around, done = chained()
    (merge,) = plan_of(around, done, limits=LOOSE).review.changes
    assert len(merge.bridges) == BRIDGES
    assert [one.cuts_off for one in merge.bridges] == [4, 4, 3, 3, 2]
