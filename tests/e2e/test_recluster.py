"""Nights over a real store: what they change, that they change nothing twice, and taking them back."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import pytest

from api import bootstrap
from api.bootstrap import HASHED_MODEL, open_night, open_service
from api.config import Config
from benchmarks.generate import articles
from dedupe.course import silent
from dedupe.errors import NightBusy, NightOverran, StoreMoved
from dedupe.formats.document import article_from
from dedupe.night.records import NightState
from dedupe.service import Request
from dedupe.state import Plan

ROWS = list(islice(articles(seed=11), 160))


def config(folder):
    return Config.load(data=folder, model=HASHED_MODEL)


def post(folder, rows):
    with open_service(config(folder)) as service:
        for row in rows:
            told = {key: value for key, value in row.items() if key not in {"kind", "of"}}
            (outcome,) = service.handle([Request(articles=(article_from(told),))])
            assert not isinstance(outcome.results[0], Exception)


@contextmanager
def night(folder, **given):
    with open_night(config(folder), progress=silent, **given) as opened:
        yield opened


@contextmanager
def store(folder):
    with bootstrap.open_service(config(folder)) as service, service.store.read() as reader:
        yield reader


def stored(folder):
    """Everything that a reader may see of how articles lie."""
    with store(folder) as reader:
        keys = reader.stamps()[0].tolist()
        return {
            "placements": {p.article_id: p for p in reader.placements(keys)},
            "clusters": {state.id: state for state in reader.cluster_states()},
            "stories": {state.id: state for state in reader.story_states()},
            "links": {(link.a, link.b): link for link in reader.all_links()},
            "related": set(reader.all_related()),
        }


def partition(folder):
    """The groups of both levels by what the callers call their members."""
    groups = {}
    for place in stored(folder)["placements"].values():
        groups.setdefault(place.cluster, set()).add(place.article_id)
        groups.setdefault(place.story, set()).add(place.article_id)
    return sorted(sorted(members) for members in groups.values())


def broken(folder):
    with store(folder) as reader:
        return reader.verify()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store whose articles came in a bad order: late originals, copies before them."""
    folder = tmp_path_factory.mktemp("filled")
    rows = ROWS[:]
    random.Random(3).shuffle(rows)
    post(folder, rows)
    return folder


@pytest.fixture
def folder(filled, tmp_path):
    """A copy of that store."""
    import shutil

    shutil.copytree(filled, tmp_path / "data")
    return tmp_path / "data"


def test_a_second_night_changes_nothing_at_all(folder):
    """Nothing is written by a night over a store that a night has just left."""
    with night(folder) as opened:
        opened.run()
    after = stored(folder)
    with night(folder) as opened:
        done = opened.run()
    assert done.record.state is NightState.UNCHANGED
    assert stored(folder) == after
    assert broken(folder) == []


def test_ten_orders_of_arrival_end_in_one_partition(tmp_path):
    """Whatever order articles came in, the night puts them into the same groups."""
    found = []
    for seed in range(10):
        rows = ROWS[:60]
        random.Random(seed).shuffle(rows)
        post(tmp_path / str(seed), rows)
        with night(tmp_path / str(seed)) as opened:
            opened.run()
        found.append(partition(tmp_path / str(seed)))
    assert all(one == found[0] for one in found)


def test_a_dry_run_changes_nothing_and_its_plan_does_what_a_night_does(folder, tmp_path):
    """A plan is carried out exactly; until then the store is as it was."""
    import shutil

    before = stored(folder)
    with night(folder, embed=False) as opened:
        plan = opened.plan()
    assert stored(folder) == before
    shutil.copytree(folder, tmp_path / "other")
    with night(folder) as opened:
        assert opened.apply(plan).record.state in {NightState.APPLIED, NightState.UNCHANGED}
    with night(tmp_path / "other") as opened:
        opened.run()
    assert partition(folder) == partition(tmp_path / "other")


def test_a_plan_is_refused_once_an_article_has_come(folder):
    """The store has moved on: nothing is changed."""
    with night(folder) as opened:
        plan = opened.plan()
    post(
        folder, [{"id": "late", "title": "A late text", "body": "It came after the plan was made."}]
    )
    before = stored(folder)
    with night(folder) as opened, pytest.raises(StoreMoved, match="moved on"):
        opened.apply(plan)
    assert stored(folder) == before


def test_rolling_back_puts_everything_where_it_lay(folder):
    """A night that was taken back leaves no trace but in the lineage."""
    before = stored(folder)
    with night(folder) as opened:
        done = opened.run()
        assert done.record.state is NightState.APPLIED
        assert opened.roll_back().state is NightState.ROLLED_BACK
    assert stored(folder) == before
    assert broken(folder) == []
    with night(folder) as opened, pytest.raises(StoreMoved, match="no night"):
        opened.roll_back()


def test_a_canonical_that_only_the_night_mended_is_taken_back_too(folder):
    """Rolling back restores clusters whose members did not move, and says so in the change feed."""
    with night(folder) as opened:
        opened.run()
    with open_service(config(folder)) as service, service.store.write() as writer:
        one = next(state for state in writer.cluster_states() if state.size > 1)
        wrong = replace(one.canonical, source="Somebody Else")
        writer.apply(Plan(clusters=(replace(one, canonical=wrong),)))
    before = stored(folder)
    with night(folder) as opened:
        assert opened.run().record.churn["clusters_canonical_changed"] == 1
        opened.roll_back()
    assert stored(folder) == before
    with store(folder) as reader:
        last = reader.changes(after=reader.last_cursor() - 1, limit=1)[0].event
    assert (last.kind, last.subject) == ("canonical_changed", one.id)
    assert last.data["to"]["source"] == "Somebody Else"


def test_two_nights_never_run_at_once(folder):
    """Who comes second is told so and changes nothing."""
    with night(folder) as first, night(folder) as second:
        with first._store.night_lock(), pytest.raises(NightBusy):
            second.run()
        assert second.run().record.state is not NightState.RUNNING


def test_a_night_that_takes_too_long_leaves_the_day_as_it_was(folder):
    """It ends with an error, says so in its record, and the next one goes on."""
    before = stored(folder)
    with night(folder) as opened, pytest.raises(NightOverran):
        opened.run(limit=0.0)
    assert stored(folder) == before
    with night(folder) as opened:
        assert opened.nights()[0].state is NightState.OVERRAN
        opened.run()
        assert opened.nights()[0].state in {NightState.APPLIED, NightState.UNCHANGED}
