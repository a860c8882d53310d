"""Every store tells everything at once, keeps the record of nights, and follows groups."""

import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dedupe.constraints.records import Level
from dedupe.errors import NightBusy, NotFound
from dedupe.model import StoryLink
from dedupe.night.records import LineageLine, NightRecord, NightState
from dedupe.state import CopyLink, Passed, Placement, Plan, RelatedLink, Retired
from tests.contract.test_store import (
    NOW,
    VERSIONS,
    alone,
    cluster,
    flat,
    open_sqlite,
    post,
    reading,
)

AT = NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")
RECORD = NightRecord(
    number=99,
    started=470_000.25,
    finished=None,
    state=NightState.RUNNING,
    since=168.0,
    articles=12,
    churn={"articles_moved": 3, "clusters_kept": 0.5},
)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def link(a, b, overlap=0.5):
    return CopyLink(a=a, b=b, overlap=overlap, a_in_b=0.6, b_in_a=0.7, p_same_text=0.8)


def moved(name, to):
    return Placement(article_id=name, cluster=f"c-{to}", story=f"s-{to}")


def merged(old, new, *others, articles=1):
    """The plan that ends ``old``; what it names moves to ``new``, ``others`` take parts of it."""
    passed = [Passed(old=old, new=each, articles=articles) for each in (new, *others)]
    split_into = (new, *others) if others else ()
    return Plan(
        retired=(Retired(id=old, merged_into=new, split_into=split_into),), passed=tuple(passed)
    )


def line(old, new, articles=1, *, retired=True, night=None):
    return LineageLine(at=AT, night=night, old=old, new=new, articles=articles, retired=retired)


class TestEverything:
    def test_members_come_in_pages(self, store):
        """Placed articles come by key, each as ``members`` gives it, from after the key asked."""
        post(store, "b", "a", "c")
        with store.write() as writer:
            writer.add(reading("unplaced", seed=9, vector=False), received=9.0)
            keys = [member.key for member in writer.members(["b", "a", "c"])]
            pages = [writer.members_after(0, limit=2), writer.members_after(keys[1], limit=2)]
            assert [[m.key for m in page] for page in pages] == [keys[:2], keys[2:]]
            asked = writer.members(["b", "a", "c"])
            for found, wanted in zip(pages[0] + pages[1], asked, strict=True):
                assert flat(found.profile) == flat(wanted.profile)
                assert (found.first_seen, found.placement) == (wanted.first_seen, wanted.placement)
            assert writer.members_after(keys[2], limit=2) == []
            writer.remove("unplaced")

    def test_who_reads_everything_leaves_the_cache_alone(self, tmp_path):
        """Pages of members neither take room in the cache of profiles nor push anybody out."""
        store = open_sqlite(tmp_path, cached_profiles=2)
        post(store, *"abcd")
        with store.read() as reader:
            kept = reader.members(["a", "b"])
            assert len(reader.members_after(0, limit=9)) == 4
            assert len(store._profiles) == 2
            again = reader.members(["a", "b"])
        assert [one.profile for one in again] == [one.profile for one in kept]
        assert all(x.profile is y.profile for x, y in zip(again, kept, strict=True))
        store.close()

    def test_placements_of_keys(self, store):
        """Places come in the order asked; unknown keys and unplaced articles are left out."""
        post(store, "a", "b")
        with store.write() as writer:
            key = writer.add(reading("new", seed=9), received=9.0)
            keys = [member.key for member in writer.members(["b", "a"])]
            found = writer.placements([keys[0], 10**6, key, keys[1]])
            assert found == [moved("b", "b"), moved("a", "a")]
            writer.remove("new")

    def test_stamps_name_the_state_of_each_article(self, store):
        """Each placed article has its newest line of the index log; who changes has another."""
        with store.read() as reader:
            keys, stamps = reader.stamps()
        assert (keys.dtype, keys.shape, stamps.shape) == (np.int64, (0,), (0,))
        post(store, "a", "b", "c")
        with store.read() as reader:
            keys, stamps = reader.stamps()
            newest, changed, _ = reader.index_changes(after=0)
        assert keys.tolist() == changed
        assert max(stamps.tolist()) == newest
        with store.write() as writer:
            writer.remove("b")
            for kind in ("c", "s"):
                writer.apply(Plan(retired=(Retired(id=f"{kind}-b", merged_into=None),)))
            writer.set_vector("c", reading("c", seed=7).profile.vector)
        with store.read() as reader:
            after, states = reader.stamps()
            assert after.tolist() == [keys[0], keys[2]]
            assert states[0] == stamps[0]
            assert states[1] == reader.index_changes(after=10**9)[0]

    def test_states_and_links_are_streamed(self, store):
        """Every cluster, story, copy link and related link comes once, as it is asked for by name."""
        post(store, *"abcd")
        links = [link("a", "b", 0.25), link("a", "d"), link("c", "d")]
        related = [
            RelatedLink(a="s-a", b="s-c", relation=StoryLink.LATER, probability=0.25),
            RelatedLink(a="s-b", b="s-c", relation=StoryLink.EARLIER, probability=0.5),
        ]
        with store.write() as writer:
            writer.apply(Plan(links=tuple(links), related=tuple(related)))
        with store.read() as reader:
            names = "abcd"
            assert list(reader.cluster_states()) == [reader.cluster(f"c-{n}") for n in names]
            assert list(reader.story_states()) == [reader.story(f"s-{n}") for n in names]
            assert sorted(reader.all_links(), key=lambda one: (one.a, one.b)) == links
            assert list(reader.all_related()) == related

    def test_streams_go_on_over_many_stretches(self, store, monkeypatch):
        """Nothing is lost or told twice where one stretch ends and the next begins."""
        monkeypatch.setattr("index.sqlite.nights._CHUNK", 2)
        post(store, *"abcde")
        pairs = [(a, b) for a in "abcde" for b in "abcde" if a < b]
        related = [
            RelatedLink(a=f"s-{a}", b=f"s-{b}", relation=StoryLink.LATER, probability=0.5)
            for a, b in pairs
        ]
        with store.write() as writer:
            writer.apply(Plan(links=tuple(link(*ends) for ends in pairs), related=tuple(related)))
            assert [s.id for s in writer.cluster_states()] == [f"c-{n}" for n in "abcde"]
            assert [s.id for s in writer.story_states()] == [f"s-{n}" for n in "abcde"]
            assert sorted((k.a, k.b) for k in writer.all_links()) == pairs
            assert list(writer.all_related()) == related

    def test_what_came_or_was_revised_since(self, store):
        """Articles count by their arrival and by that of each revision; the hour itself counts."""
        post(store, "a", "b", "c", received=10.0)
        with store.write() as writer:
            writer.revise(reading("a", body="Another body."), received=20.0)
            writer.revise(reading("b", body="An old body."), received=11.5)
            assert writer.received_since(13.0) == ["a", "c"]
            assert writer.received_since(12.0) == ["a", "b", "c"]
            assert writer.received_since(20.0) == ["a"]
            assert writer.received_since(20.5) == []

    def test_forgotten_links_are_gone(self, store):
        """A copy link that a plan forgets is gone, one that it writes besides stays."""
        post(store, *"abc")
        with store.write() as writer:
            writer.apply(Plan(links=(link("a", "b"), link("a", "c"), link("b", "c"))))
            again = link("b", "c", 0.75)
            ends = (("a", "b"), ("b", "c"), ("a", "x"))
            writer.apply(Plan(links=(again,), forgotten=ends))
            assert writer.links(["a", "b", "c"]) == [link("a", "c"), again]


class TestNights:
    def test_nights_come_back(self, store):
        """A night has its own number and is told as it ended; the newest comes first."""
        with store.write() as writer:
            assert (list(writer.nights(limit=9)), writer.night(1)) == ([], None)
            first = replace(RECORD, number=writer.begin_night(RECORD))
            assert writer.night(first.number) == first
        with store.write() as writer:
            over = replace(first, finished=470_001.5, state=NightState.APPLIED, churn={})
            writer.end_night(over)
            fails = replace(RECORD, since=None, error="no room: \U0001f6a2")
            second = replace(fails, number=writer.begin_night(fails))
        assert second.number > first.number
        with store.read() as reader:
            assert reader.nights(limit=9) == [second, over]
            assert reader.nights(limit=1) == [second]
            assert reader.night(over.number) == over

    def test_a_night_that_never_began_cannot_end(self, store):
        """Ending an unknown night is refused."""
        with store.write() as writer, pytest.raises(NotFound, match="night '99'"):
            writer.end_night(RECORD)

    def test_only_the_newest_undo_is_kept(self, store):
        """One night can be taken back, the last for which that was kept, until it is dropped."""
        with store.write() as writer:
            assert writer.undo() is None
            one, two = writer.begin_night(RECORD), writer.begin_night(RECORD)
            writer.keep_undo(one, b"first")
            writer.keep_undo(two, b"\x00second")
            assert writer.undo() == (two, b"\x00second")
        with store.write() as writer:
            assert writer.undo() == (two, b"\x00second")
            writer.drop_undo()
            assert writer.undo() is None


class TestLineage:
    def test_what_passes_is_kept(self, store):
        """Each plan leaves its lines, with the time, the night, and whether the old group ended."""
        post(store, *"abc")
        with store.write() as writer:
            writer.apply(merged("c-b", "c-a"))
            number = writer.begin_night(RECORD)
            writer.at_night(number)
            writer.apply(
                Plan(
                    placements=(Placement(article_id="c", cluster="c-a", story="s-c"),),
                    clusters=(cluster("c-a", "s-a", "a", 3), cluster("c-c", "s-c", "c")),
                    passed=(Passed(old="c-c", new="c-a", articles=2),),
                )
            )
            writer.at_night(None)
            writer.apply(merged("s-b", "s-a", articles=4))
        first = line("c-b", "c-a")
        second = line("c-c", "c-a", 2, retired=False, night=number)
        with store.read() as reader:
            assert reader.lineage("c-a") == [first, second]
            assert reader.lineage("c-b") == [first]
            assert reader.lineage("c-c") == [second]
            assert reader.lineage("s-a") == [line("s-b", "s-a", 4)]
            assert reader.lineage("c-a", skip=1) == [second]
            assert reader.lineage("c-a", limit=1) == [first]
            assert reader.lineage("never") == []
        with store.write() as writer:
            writer.apply(merged("s-c", "s-a"))
            assert writer.lineage("s-c") == [line("s-c", "s-a")]

    def test_what_is_deleted_leaves_its_lineage(self, store):
        """An article that goes, and its groups with it, take no line away."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.apply(merged("c-b", "c-a"))
            writer.apply(merged("s-b", "s-a"))
            before = writer.lineage("c-a")
            for name in "ab":
                writer.remove(name)
            for name in ("c-a", "s-a"):
                writer.apply(Plan(retired=(Retired(id=name, merged_into=None),)))
            assert writer.lineage("c-a") == before == [line("c-b", "c-a")]
            assert writer.survivors("c-a") == writer.survivors("c-b") == ()
            assert writer.verify() == []

    def test_survivors_are_who_holds_the_members_now(self, store):
        """A retired id lives on where its articles lie, wherever they went since, most first."""
        post(store, *"abcdef")
        with store.write() as writer:
            writer.apply(Plan(placements=(moved("b", "a"), moved("c", "a"))))
            ended = Retired(id="c-a", merged_into="c-d", split_into=("c-d", "c-e"))
            gone = (moved("a", "d"), moved("b", "d"), moved("c", "e"))
            writer.apply(Plan(placements=gone, retired=(ended,)))
            assert writer.survivors("c-a") == ("c-d", "c-e")
            # Nothing is retired by this: an article just goes elsewhere.
            writer.apply(Plan(placements=(moved("b", "f"),)))
            assert writer.survivors("c-a") == ("c-d", "c-e", "c-f")
            writer.apply(merged("c-d", "c-f"))
            assert writer.survivors("c-a") == ("c-f", "c-e")
            writer.remove("c")
            assert writer.survivors("c-a") == writer.survivors("c-d") == ("c-f",)
            for name in "abd":
                writer.remove(name)
            assert writer.survivors("c-a") == writer.survivors("c-d") == ()
            assert writer.survivors("c-f") == writer.survivors("never") == ()

    def test_circles_end(self, store):
        """Ids that lead to each other lead to whatever else they lead to, and the lookup ends."""
        post(store, *"abc")
        with store.write() as writer:
            writer.apply(
                Plan(
                    retired=(
                        Retired(id="x", merged_into="y"),
                        Retired(id="y", merged_into="x", split_into=("x", "c-c", "y")),
                    )
                )
            )
            assert writer.survivors("x") == writer.survivors("y") == ("c-c",)
            writer.apply(Plan(retired=(Retired(id="y", merged_into="x"),)))
            assert writer.survivors("x") == writer.survivors("y") == ()

    def test_a_revived_id_is_retired_no_more(self, store):
        """An id in use again lives on as itself; retired again, by who lies in it then."""
        post(store, *"abc")
        with store.write() as writer:
            writer.apply(merged("c-a", "c-b"))
            writer.apply(merged("s-a", "s-b"))
            assert writer.survivors("c-a") == ("c-b",)
            writer.apply(replace(alone("a"), events=()))
            assert writer.survivors("c-a") == ()
            writer.apply(Plan(placements=(moved("b", "a"),)))
            writer.apply(merged("c-a", "c-c"))
            writer.apply(Plan(placements=(moved("a", "b"),)))
            assert writer.survivors("c-a") == ("c-b", "c-c")

    def test_levels(self, store):
        """An id is or was a cluster's or a story's, also where it lives on nowhere."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.apply(merged("c-b", "c-a"))
            writer.apply(Plan(retired=(Retired(id="s-b", merged_into=None),)))
            found = [writer.level_of(name) for name in ("c-a", "c-b", "s-a", "s-b", "a", "x")]
        both = [Level.CLUSTER] * 2 + [Level.STORY] * 2
        assert found == [*both, None, None]

    def test_a_long_lineage_is_read_through_its_indexes(self, tmp_path):
        """Neither lookup of a group's lines looks at every line of the lineage."""
        store = open_sqlite(tmp_path)
        queries = store._queries
        with sqlite3.connect(tmp_path / "store.db") as connection:
            for name in ("lineage", "heirs", "in_use"):
                values = {"id": "x", "skip": 0, "limit": 9, "ids": "[]"}
                rows = connection.execute(f"EXPLAIN QUERY PLAN {queries[name]}", values)
                steps = [step for *_, step in rows.fetchall()]
                assert not any(
                    f"SCAN {table}" in step
                    for step in steps
                    for table in ("lineage", "retired", "r", "clusters", "stories")
                    if step.split()[:2] == ["SCAN", table]
                ), steps
        connection.close()
        store.close()


BREAKS = {
    "id c-a is retired and in use": "INSERT INTO retired (id) VALUES ('c-a')",
    "id c-x is retired and lives on in c-y, which never was": (
        "INSERT INTO retired (id, merged_into) VALUES ('c-x', 'c-y')"
    ),
    "id c-x is retired and lives on in s-y, which never was": (
        "INSERT INTO retired (id, merged_into, split_into) "
        "VALUES ('c-x', 'c-a', '[\"c-a\",\"s-y\"]')"
    ),
    'id c-x is retired, lives on in ["c-b","c-a"] and is said to have gone to c-a': (
        "INSERT INTO retired (id, merged_into, split_into) "
        "VALUES ('c-x', 'c-a', '[\"c-b\",\"c-a\"]')"
    ),
    "the lineage has a line from c-a to c-x, and there never was a c-x": (
        "INSERT INTO lineage (at, old, new, articles, retired) VALUES ('', 'c-a', 'c-x', 1, 0)"
    ),
    "the lineage has a line from c-b to c-a of 0 articles": (
        "INSERT INTO lineage (at, old, new, articles, retired) VALUES ('', 'c-b', 'c-a', 0, 0)"
    ),
    "there is something that takes back night 7, which": (
        "INSERT INTO undo (night, record) VALUES (7, x'00')"
    ),
}


@pytest.mark.parametrize("message", BREAKS)
def test_verify_finds_every_broken_promise(message, tmp_path):
    """Each promise about nights and lineage, broken behind the store's back, is told in words."""
    store = open_sqlite(tmp_path)
    post(store, "a", "b")
    with store.read() as reader:
        assert reader.verify() == []
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute(BREAKS[message])
    connection.close()
    with store.read() as reader:
        assert any(message in line for line in reader.verify()), reader.verify()
    store.close()


HOLDER = """
import os
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from index.sqlite import SqliteStore
store = SqliteStore.open(Path({folder!r}) / "store.db", versions={versions!r})
with store.night_lock():
    if {forks} and os.fork() == 0:
        sys.stdin.read()
        os._exit(0)
    print("held", flush=True)
    sys.stdin.read()
"""


class TestLock:
    def test_one_night_at_a_time(self, store):
        """Who holds the lock keeps everybody else out, in this process too, until it is done."""
        assert not store.night_running()
        with store.night_lock():
            assert store.night_running()
            with pytest.raises(NightBusy, match="wait until it is over"), store.night_lock():
                pass
            assert store.night_running()
        assert not store.night_running()
        with store.night_lock():
            pass

    def test_a_night_that_fails_gives_the_lock_back(self, store):
        """An error inside the night leaves the lock free."""
        with pytest.raises(RuntimeError, match="broken"), store.night_lock():
            raise RuntimeError("broken")
        assert not store.night_running()

    def test_the_lock_is_no_lock_on_the_store(self, store):
        """Articles are read and written while a night is running."""
        with store.night_lock():
            post(store, "a")
        with store.read() as reader:
            assert reader.article_ids(after=None, limit=9) == ["a"]

    @pytest.mark.parametrize("forks", [False, True])
    def test_a_killed_process_gives_the_lock_back(self, tmp_path, forks):
        """Another process keeps the night out as long as it lives; its workers do not."""
        root = str(Path(__file__).parent.parent.parent)
        code = HOLDER.format(root=root, folder=str(tmp_path), versions=VERSIONS, forks=forks)
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout.readline() == "held\n"
            store = open_sqlite(tmp_path)
            assert store.night_running()
            with pytest.raises(NightBusy), store.night_lock():
                pass
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert not store.night_running()
            with store.night_lock():
                assert store.night_running()
            store.close()
