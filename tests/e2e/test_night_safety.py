"""What happens while a night is at work, in a night that dies, and after one that is taken back."""

from __future__ import annotations

import random
import shutil
from contextlib import contextmanager
from itertools import islice, pairwise

import pytest

from api import bootstrap
from api.bootstrap import HASHED_MODEL, open_night, open_service
from api.config import Config
from benchmarks.generate import articles
from dedupe import recluster, story_judge
from dedupe.constraints.records import ConstraintKind, Level
from dedupe.course import silent
from dedupe.errors import StoreMoved, VersionMismatch
from dedupe.formats.document import article_from
from dedupe.night.codec import encoded
from dedupe.night.records import NightState
from dedupe.night.stages import Stages
from dedupe.service import Request
from dedupe.state import Plan
from index.checkpoints import FolderCheckpoints
from index.encoder_hashed import HashedEncoder

ROWS = list(islice(articles(seed=11), 100))
APART = {"copy_threshold": 0.999, "story_threshold": 0.999}
"""Settings under which an arrival joins next to nobody: the night has much to put right."""
LATE = list(islice(articles(seed=12), 3))


def config(folder, **settings):
    return Config.load(data=folder, model=HASHED_MODEL, **settings)


@contextmanager
def service(folder, **settings):
    with open_service(config(folder, **settings)) as opened:
        yield opened


def told(row):
    return article_from({key: value for key, value in row.items() if key not in {"kind", "of"}})


def post(folder, rows, **settings):
    """The ids of the articles, posted one by one."""
    with service(folder, **settings) as opened:
        return posted(opened, rows)


def posted(opened, rows):
    found = []
    for row in rows:
        (outcome,) = opened.handle([Request(articles=(told(row),))])
        found.append(outcome.results[0].article.id)
    return found


@contextmanager
def night(folder, **given):
    with open_night(config(folder), progress=silent, **given) as opened:
        yield opened


def run(folder, *, since=None):
    with night(folder) as opened:
        return opened.run(since)


def roll_back(folder):
    with night(folder, embed=False) as opened:
        return opened.roll_back()


@contextmanager
def reading(folder, **settings):
    with service(folder, **settings) as opened, opened.store.read() as reader:
        yield reader


def placed(folder):
    """Where each article lies."""
    with reading(folder) as reader:
        keys = reader.stamps()[0].tolist()
        return {place.article_id: place for place in reader.placements(keys)}


def partition(folder):
    """The groups of both levels by their members."""
    groups = {}
    for place in placed(folder).values():
        groups.setdefault(place.cluster, set()).add(place.article_id)
        groups.setdefault(place.story, set()).add(place.article_id)
    return sorted(sorted(members) for members in groups.values())


def stored(folder):
    """All that a night may change."""
    with reading(folder) as reader:
        clusters = {state.id: state for state in reader.cluster_states()}
        stories = {state.id: state for state in reader.story_states()}
        links = {(link.a, link.b): link for link in reader.all_links()}
        related = set(reader.all_related())
    return placed(folder), clusters, stories, links, related


def promises(folder):
    return list(bootstrap.verify(config(folder)))


def within(monkeypatch, then):
    """``then`` happens once, between the look at the articles and the switch."""
    works, times = Stages.settled, []

    def settled(stages, inputs, progress):
        found = works(stages, inputs, progress)
        if not times:
            times.append(1)
            then()
        return found

    monkeypatch.setattr(Stages, "settled", settled)


def together(folder, plan, level="story"):
    """Two articles that lay apart and that the plan brings together."""
    groups = {}
    before = placed(folder)
    for place in plan.plan.placements:
        groups.setdefault(getattr(place, level), []).append(place.article_id)
    for ids in groups.values():
        for a, b in pairwise(ids):
            if getattr(before[a], level) != getattr(before[b], level):
                return sorted((a, b))
    raise AssertionError("the plan brings nobody together")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with articles that lie apart and belong together."""
    folder = tmp_path_factory.mktemp("filled")
    rows = ROWS[:]
    random.Random(3).shuffle(rows)
    post(folder, rows, **APART)
    return folder


@pytest.fixture
def folder(filled, tmp_path):
    """A copy of that store."""
    shutil.copytree(filled, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def planned(folder, tmp_path):
    """What a night would change, worked out over a copy that leaves nothing behind."""
    shutil.copytree(folder, tmp_path / "planned")
    with night(tmp_path / "planned", embed=False) as opened:
        return opened.plan()


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def dying_after(monkeypatch, saves):
    """The process dies as soon as so many checkpoints stand."""
    keeps, count = FolderCheckpoints.save, iter(range(10**6))

    def save(checkpoints, name, arrays):
        keeps(checkpoints, name, arrays)
        if next(count) == saves:
            raise Killed(name)

    with monkeypatch.context() as patched:
        patched.setattr(FolderCheckpoints, "save", save)
        with pytest.raises(Killed):
            yield


def numbered(monkeypatch):
    """New identifiers count up, so that two plans can be compared bit by bit."""
    numbers = iter(range(10**6))
    monkeypatch.setattr(bootstrap, "_new_id", lambda kind: f"{kind[0]}_{next(numbers):016d}")


def test_a_run_killed_in_any_stage_ends_in_the_plan_of_an_uninterrupted_one(
    folder, tmp_path, monkeypatch
):
    """Wherever it died, the next run goes on with what was kept and finds bit by bit the same."""
    monkeypatch.setattr(recluster, "KEPT_TEXTS", 50)
    monkeypatch.setattr(recluster, "CHUNK", 50)
    monkeypatch.setattr(story_judge, "PIECE", 1000)
    plans = []
    with night(folder, embed=False) as opened:
        numbered(monkeypatch)
        plans.append(opened.plan())
        names = opened._checkpoints.names()
    assert {name.split("-")[0] for name in names} >= {"pinned", "texts", "copies", "near"}
    for saves in sorted({0, 1, len(names) // 3, len(names) // 2, len(names) - 2, len(names) - 1}):
        with night(folder, embed=False) as opened:
            opened._checkpoints.clear()
            with dying_after(monkeypatch, saves):
                opened.plan()
        assert promises(folder) == []
        with night(folder, embed=False) as opened:
            assert len(opened._checkpoints.names()) == saves + 1
            numbered(monkeypatch)
            plans.append(opened.plan())
    first = plans[0]
    assert first.plan.placements
    for one in plans[1:]:
        assert encoded(one.plan) == encoded(first.plan)
        assert encoded(one.review) == encoded(first.review)


def test_a_run_killed_right_inside_the_switch_changes_nothing(folder, monkeypatch):
    """What one transaction writes is there whole or not at all; the next run does all of it."""
    from index.sqlite.writer import SqliteWriter

    before = stored(folder)
    for name in ("keep_undo", "end_night", "_pass"):
        with monkeypatch.context() as patched:
            patched.setattr(SqliteWriter, name, lambda *_, **__: (_ for _ in ()).throw(Killed))
            patched.setattr("dedupe.night.run.Night._ended", lambda *_: None)
            with pytest.raises(Killed):
                run(folder)
        assert stored(folder) == before
        assert promises(folder) == []
    assert run(folder).record.state is NightState.APPLIED


def test_articles_that_come_meanwhile_are_kept_and_what_they_touch_is_left(
    folder, planned, monkeypatch
):
    """A post into a group that the night is about to change leaves that change for the next night."""
    a, b = together(folder, planned)
    before = placed(folder)
    with reading(folder) as reader:
        text = reader.texts([a])[a]
    copy = {"id": "late", "source": "Late Paper", "title": text.title, "body": text.body}
    came = []
    within(monkeypatch, lambda: came.extend(post(folder, [copy, *LATE], **APART)))
    done = run(folder)
    after = placed(folder)
    assert done.left > 0
    assert done.record.state is NightState.APPLIED
    assert set(came) <= set(after)
    assert len(after) == len(before) + len(came)
    assert after[came[0]].cluster == after[a].cluster
    assert after[a].story != after[b].story
    assert promises(folder) == []
    run(folder)
    assert placed(folder)[a].story == placed(folder)[b].story
    assert run(folder).record.state is NightState.UNCHANGED


def test_a_revision_meanwhile_is_kept_and_judged_by_the_next_night(folder, planned, monkeypatch):
    """An article with another text by now stays where it was put when that text came."""
    a, b = together(folder, planned)
    with reading(folder) as reader:
        one = reader.article(a).article
    new = {"id": one.external_id, "source": one.source, "title": LATE[0]["title"]}
    found = []

    def revise():
        found.extend(post(folder, [new | {"body": LATE[0]["body"]}]))
        found.append(placed(folder)[a])

    within(monkeypatch, revise)
    run(folder)
    assert found[0] == a
    after = placed(folder)
    assert after[a] == found[1]
    assert after[a].story != after[b].story
    assert promises(folder) == []
    run(folder)
    assert run(folder).record.state is NightState.UNCHANGED
    assert placed(folder)[a].story != placed(folder)[b].story


def test_a_deletion_meanwhile_stays_a_deletion(folder, planned, monkeypatch):
    """Who is gone at the switch is not put anywhere, and its group is left to the next night."""
    a, b = together(folder, planned)

    def delete():
        with service(folder) as opened:
            opened.delete(a)

    within(monkeypatch, delete)
    done = run(folder)
    assert done.left > 0
    assert a not in placed(folder)
    assert b in placed(folder)
    assert promises(folder) == []
    run(folder)
    assert run(folder).record.state is NightState.UNCHANGED


@pytest.mark.parametrize("level", [Level.CLUSTER, Level.STORY])
def test_an_order_given_meanwhile_is_obeyed(folder, planned, monkeypatch, level):
    """Two that an editor holds apart after the look are not brought together by the switch."""
    a, b = together(folder, planned, level.value)

    def order():
        with service(folder) as opened:
            opened.order(ConstraintKind.CANNOT_LINK, [a, b], by="desk", level=level)

    within(monkeypatch, order)
    run(folder)
    assert getattr(placed(folder)[a], level) != getattr(placed(folder)[b], level)
    run(folder)
    assert getattr(placed(folder)[a], level) != getattr(placed(folder)[b], level)
    assert promises(folder) == []


def test_an_order_that_keeps_together_is_obeyed_when_given_meanwhile(folder, monkeypatch):
    """A pair in one story that the night would part stays together, though the order moves nobody."""
    with service(folder) as opened, opened.store.read() as reader:
        a, b, *_ = reader.article_ids(after=None, limit=100)
        assert reader.article(a).placement.story != reader.article(b).placement.story
        rule = ConstraintKind.MUST_LINK
    with service(folder) as opened:
        number = opened.order(rule, [a, b], by="desk").constraint.id
    run(folder)
    lifted = []

    def order():
        with service(folder) as opened:
            opened.order(rule, [a, b], by="desk")
        lifted.append(placed(folder)[a].story == placed(folder)[b].story)

    with service(folder) as opened, opened.store.write() as writer:
        writer.remove_constraint(number)
    within(monkeypatch, order)
    run(folder)
    assert lifted == [True]
    assert placed(folder)[a].story == placed(folder)[b].story
    assert promises(folder) == []


def unlinked(folder):
    """No two articles are known to share text."""
    with service(folder) as opened, opened.store.write() as writer:
        writer.apply(Plan(forgotten=tuple((link.a, link.b) for link in writer.all_links())))


def test_a_copy_of_a_killed_article_that_the_night_finds_is_flagged(folder, planned):
    """Whom a night brings together with a killed text is withheld until somebody has looked."""
    a, b = together(folder, planned, "cluster")
    unlinked(folder)
    with service(folder) as opened:
        assert b not in {one.article_id for one in opened.kill(a, reason="withdrawn").carriers}
    run(folder)
    assert placed(folder)[a].cluster == placed(folder)[b].cluster
    with service(folder) as opened:
        assert b in {one.article_id for one in opened.carriers(a).carriers}
    with reading(folder) as reader:
        assert reader.withheld([b])
    assert promises(folder) == []


def test_a_kill_meanwhile_holds_and_finds_its_copies_then_or_in_the_next_night(
    folder, planned, monkeypatch
):
    """An article killed after the look stays killed, and who comes to lie with it is flagged."""
    a, b = together(folder, planned, "cluster")

    def kill():
        with service(folder) as opened:
            opened.kill(a, reason="withdrawn")

    within(monkeypatch, kill)
    run(folder)
    run(folder)
    assert placed(folder)[a].cluster == placed(folder)[b].cluster
    with reading(folder) as reader:
        assert reader.withheld([a])
        assert reader.withheld([b])
    assert promises(folder) == []


def test_a_night_over_what_came_lately_equals_one_over_all_where_all_came_lately(folder, tmp_path):
    """``--since`` with everything inside is ``--all``."""
    shutil.copytree(folder, tmp_path / "other")
    run(folder, since=1.0)
    run(tmp_path / "other")
    assert partition(folder) == partition(tmp_path / "other")


def test_a_night_over_what_came_lately_leaves_the_rest(tmp_path):
    """Stories that neither a newcomer nor its candidates lie in are not touched."""
    old = [row | {"published": f"2019-01-{1 + k % 28:02}"} for k, row in enumerate(ROWS[:60])]
    new = [row | {"id": f"n{row['id']}", "published": "2024-06-01"} for row in ROWS[60:80]]
    post(tmp_path, old, **APART)
    with service(tmp_path, **APART) as opened:
        opened._clock = lambda: bootstrap.time.time() / 3600.0 + 10.0
        recent = set(posted(opened, new))
    before = placed(tmp_path)
    with night(tmp_path) as opened:
        opened._clock = lambda: bootstrap.time.time() / 3600.0 + 10.0
        done = opened.run(1.0)
    after = placed(tmp_path)
    moved = {name for name, place in after.items() if before[name] != place}
    assert done.record.articles < len(before)
    assert moved & recent
    with reading(tmp_path) as reader:
        links = {frozenset((link.a, link.b)) for link in reader.all_links()}
    for name in moved - recent:
        story = {other for other, place in before.items() if place.story == after[name].story}
        assert story & recent or any(len(link & recent) == 1 for link in links)
    assert promises(tmp_path) == []
    run(tmp_path)
    assert {name for name, place in placed(tmp_path).items() if before[name] != place} > moved


class Other(HashedEncoder):
    """Another model."""

    @property
    def name(self) -> str:
        return "other-model"

    def encode(self, texts):
        return super().encode([text[::-1] for text in texts])


def test_under_another_model_all_is_embedded_again_as_in_a_fresh_store(
    folder, tmp_path, monkeypatch
):
    """The store is the other model's after the night, and lies as one that never had the first."""
    monkeypatch.setattr(bootstrap, "encoder", lambda _: Other())
    with pytest.raises(VersionMismatch):
        post(folder, LATE)
    run(folder)
    assert run(folder).record.state is NightState.UNCHANGED
    post(tmp_path / "fresh", ROWS)
    run(tmp_path / "fresh")
    assert partition(folder) == partition(tmp_path / "fresh")
    for one in (folder, tmp_path / "fresh"):
        with reading(one) as reader:
            assert not reader.without_vector(limit=1)
        assert promises(one) == []
    assert vectors(folder) == vectors(tmp_path / "fresh")


def vectors(folder):
    with reading(folder) as reader:
        members = reader.members_by_key(reader.stamps()[0].tolist())
        return {one.profile.id: one.profile.vector.tobytes() for one in members}


def test_what_is_revised_under_the_old_model_meanwhile_waits_for_the_new_one(folder, monkeypatch):
    """A lede that changed after the look never keeps the new model's vector of its old words."""
    first = next(iter(placed(folder)))
    with reading(folder) as reader:
        one = reader.article(first).article
    new = {"id": one.external_id, "source": one.source, "title": "Anew", "body": LATE[0]["body"]}

    def revise():
        with monkeypatch.context() as patched:
            patched.setattr(bootstrap, "encoder", lambda _: HashedEncoder())
            post(folder, [new, LATE[1]])

    within(monkeypatch, revise)
    monkeypatch.setattr(bootstrap, "encoder", lambda _: Other())
    run(folder)
    run(folder)
    with reading(folder) as reader:
        (member,) = reader.members([first])
        assert not reader.without_vector(limit=1)
    with service(folder) as opened:
        (read,) = opened._read([told(new)])
    assert member.profile.vector.tobytes() == read.profile.vector.tobytes()
    assert promises(folder) == []


def test_rolled_back_after_newcomers_deletions_and_moves_the_others_lie_where_they_lay(
    folder, planned
):
    """Newcomers stay with whom they joined; every other article lies where it lay before."""
    a, b = together(folder, planned)
    moves = {place.article_id for place in planned.plan.placements}
    before = placed(folder)
    run(folder)
    made = {place.cluster for place in placed(folder).values()}
    with reading(folder) as reader:
        texts = reader.texts(sorted(moves))
    copies = [
        {"id": f"late {k}", "source": "Late Paper", "title": text.title, "body": text.body}
        for k, text in enumerate(list(texts.values())[:6])
    ]
    came = post(folder, [*copies, *LATE])
    assert any(placed(folder)[name].cluster in made for name in came)
    with service(folder) as opened:
        gone = [name for name in sorted(moves) if name not in {a, b}][-3:]
        for name in gone:
            opened.delete(name)
        opened.order(ConstraintKind.CANNOT_LINK, [a, b], by="desk")
    shown = placed(folder)
    roll_back(folder)
    after = placed(folder)
    assert promises(folder) == []
    assert set(after) == set(shown)
    for name in moves - set(gone):
        assert (after[name].cluster, after[name].story) == (
            before[name].cluster,
            before[name].story,
        ), name
    with night(folder, embed=False) as opened, pytest.raises(StoreMoved):
        opened.roll_back()
    run(folder)
    assert promises(folder) == []
    assert run(folder).record.state is NightState.UNCHANGED


def test_taken_back_and_done_again_a_night_does_the_same(folder):
    """A night after a rollback ends in the partition of the one that was taken back."""
    before = stored(folder)
    run(folder)
    first = partition(folder)
    roll_back(folder)
    assert stored(folder) == before
    run(folder)
    assert partition(folder) == first
    assert promises(folder) == []


def test_a_plan_is_carried_out_once_and_by_its_own_store_only(folder, planned, tmp_path):
    """A second ``--apply``, and one to another store, are refused and change nothing."""
    post(tmp_path / "other", ROWS[:30], **APART)
    before = stored(tmp_path / "other")
    with night(tmp_path / "other", embed=False) as opened, pytest.raises(StoreMoved):
        opened.apply(planned)
    assert stored(tmp_path / "other") == before
    with night(folder, embed=False) as opened:
        assert opened.apply(planned).record.state is NightState.APPLIED
    before = stored(folder)
    with night(folder, embed=False) as opened, pytest.raises(StoreMoved):
        opened.apply(planned)
    assert stored(folder) == before


def test_a_plan_is_refused_once_an_order_was_given_or_an_article_killed(folder, planned):
    """Not only articles move a store on."""
    a, b = together(folder, planned)
    with service(folder) as opened:
        opened.order(ConstraintKind.CANNOT_LINK, [a, b], by="desk")
    with night(folder, embed=False) as opened, pytest.raises(StoreMoved):
        opened.apply(planned)
    with night(folder, embed=False) as opened:
        again = opened.plan()
    with service(folder) as opened:
        opened.kill(a)
    with night(folder, embed=False) as opened, pytest.raises(StoreMoved):
        opened.apply(again)
