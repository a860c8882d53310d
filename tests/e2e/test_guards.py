"""Limits of groups: an arrival, a night and the next one make the same of them, and say so."""

from __future__ import annotations

from itertools import permutations

import pytest

from api import bootstrap
from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from dedupe.constraints import nearest
from dedupe.constraints.records import ConstraintKind, Level
from dedupe.course import silent
from dedupe.formats.document import article_from
from dedupe.service import Request
from tests.e2e.texts import HARBOUR

SMALL = {"guard_cluster_size": 3, "guard_story_size": 3}
LINES = (
    "A tug was sent from Ostrand on Monday night.",
    "Two cranes of the terminal were shut down as well, and one was taken apart.",
    "The mayor asked everyone to stay away from the quay until the divers have finished their work there.",
    "Insurers sent three men.",
)
TEXTS = [f"{HARBOUR}\n\n{line}" for line in LINES]
"""Four copies, each with a line of its own; none is a part of another."""


def post(folder, order=range(4), **settings):
    """The ids of the texts in their own order, posted in this one."""
    found = {}
    with open_service(Config.load(data=folder, model=HASHED_MODEL, **settings)) as service:
        for k in order:
            told = {
                "id": str(k),
                "title": "Port Velmar closes a basin",
                "body": TEXTS[k],
                "source": f"Paper {k}",
                "published": f"2024-03-01T1{k}:00:00Z",
            }
            (outcome,) = service.handle([Request(articles=(article_from(told),))])
            found[k] = outcome.results[0].article.id
    return [found[k] for k in range(4)]


def night(folder, **settings):
    config = Config.load(data=folder, model=HASHED_MODEL, **settings)
    with bootstrap.open_night(config, progress=silent) as opened:
        return opened.run(None)


def sizes(folder):
    """The clusters and the stories as sets of articles."""
    with (
        open_service(Config.load(data=folder, model=HASHED_MODEL)) as service,
        service.store.read() as reader,
    ):
        placed = reader.placements(reader.stamps()[0].tolist())
    levels = []
    for level in ("cluster", "story"):
        groups = {}
        for place in placed:
            groups.setdefault(getattr(place, level), set()).add(place.article_id)
        levels.append(sorted(map(sorted, groups.values())))
    return levels


def test_without_limits_all_are_one(tmp_path):
    """The four are copies: what the tests below see is the work of limits."""
    ids = post(tmp_path)
    assert sizes(tmp_path) == [[sorted(ids)]] * 2


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_order_of_arrival_changes_nothing_after_a_night(tmp_path, order):
    """No group is ever too large, and after a night all stores are one."""
    post(tmp_path / "a", **SMALL)
    post(tmp_path / "b", order, **SMALL)
    for folder in ("a", "b"):
        assert max(len(group) for level in sizes(tmp_path / folder) for group in level) <= 3
        night(tmp_path / folder, **SMALL)
    assert sizes(tmp_path / "a") == sizes(tmp_path / "b")


def test_a_stored_group_above_the_limit_is_split_by_the_next_night(tmp_path):
    """It is split at its weakest bridge and listed; the night after that changes nothing."""
    post(tmp_path)
    assert max(map(len, sizes(tmp_path)[0])) == 4
    done = night(tmp_path, **SMALL)
    split = sizes(tmp_path)
    assert max(map(len, split[0])) <= 3
    assert len(split[0]) == 2
    listed = [one for one in done.plan.review.guarded if one.guard == "size"]
    assert {one.level for one in listed} <= {Level.CLUSTER, Level.STORY}
    assert listed
    assert {(one.value, one.limit) for one in listed} == {(4, 3)}
    again = night(tmp_path, **SMALL)
    assert again.plan.review.changes == ()
    assert sizes(tmp_path) == split


def test_an_order_goes_before_a_limit(tmp_path):
    """Whom an editor has brought together no limit takes apart, at once and by night."""
    post(tmp_path, **SMALL)
    (_, stories) = sizes(tmp_path)
    ends = [group[0] for group in stories]
    assert len(ends) == 2
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL, **SMALL)) as service:
        service.order(ConstraintKind.MUST_LINK, ends, by="desk", level=Level.STORY)
    together = sizes(tmp_path)
    assert list(map(len, together[1])) == [4]
    night(tmp_path, **SMALL)
    assert sizes(tmp_path)[1] == together[1]


def test_an_order_on_a_story_of_many_is_worked_out_from_the_nearest(tmp_path, monkeypatch):
    """Whether every pair is judged or only near ones, two copies ordered apart are taken apart."""
    found = []
    for most in (500, 1):
        monkeypatch.setattr(nearest, "MANY", most)
        folder = tmp_path / str(most)
        ids = post(folder)
        with open_service(Config.load(data=folder, model=HASHED_MODEL)) as service:
            service.order(ConstraintKind.CANNOT_LINK, ids[:2], by="desk", level=Level.STORY)
        found.append(sizes(folder))
    assert found[0] == found[1]
    assert list(map(len, found[0])) == [2, 2]
