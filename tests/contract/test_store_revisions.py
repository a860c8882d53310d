"""One suite for every store: the history of an article, and the versions of a piece."""

import sqlite3
from dataclasses import replace

import pytest

from dedupe.errors import NotFound
from dedupe.model import Article, Provenance, Span
from dedupe.revisions.order import article_digest
from dedupe.state import Event
from dedupe.version import PubStatus, Version, VersionKind, VersionNote
from index.sqlite import SqliteStore
from index.sqlite.migrate import migrate, shipped
from tests.contract.test_store import open_sqlite, post, reading

FULL = Version(
    kind=VersionKind.UPDATE,
    number=2,
    revision=7,
    chain="slug:ferry ü",
    created=468_000.5,
    status=PubStatus.EMBARGOED,
    embargo=468_010.0,
    targets=("urn:1", "2"),
    notes=(VersionNote(span=Span(field="title", start=0, end=9), text="UPDATE 2-", why="reuters"),),
    doubted=VersionKind.HOLD,
)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def version(name, body, *, outlet="Harbour Post", published=None, title="Ferry", **told):
    one = reading(name, article=Article(external_id=name, source="HP", title=title, body=body))
    profile = replace(one.profile, provenance=Provenance(outlet=outlet), published=published)
    return replace(one, profile=profile, version=Version(**told))


def lines(reader, name="a"):
    """(number, received, represents, replaced by) of each revision."""
    return [
        (one.number, one.received, one.represents, one.replaced_by)
        for one in reader.revisions(name)
    ]


def bodies(reader, *numbers, name="a"):
    return {n: text.body for n, text in reader.revision_texts(name, numbers).items()}


class TestHistory:
    def test_a_new_article_has_one_revision(self, store):
        """Revision 1 represents, came when the article did, and its text is the article's."""
        post(store, "a")
        with store.read() as reader:
            stored = reader.article("a")
            (one,) = reader.revisions("a")
            assert reader.revision_texts("a", [1, 2]) == {1: stored.article}
            assert (reader.revisions("b"), reader.revision_texts("b", [1])) == ([], {})
        assert lines_of(one) == (1, stored.received, True, None)
        assert one.digest == article_digest(stored.article)
        assert (one.version, stored.version, one.purged) == (Version(), Version(), None)

    def test_what_a_version_says_comes_back(self, store):
        """Every field of a version is kept, of revisions and of the article it represents."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(replace(reading("a", seed=2), version=FULL), received=5.5)
            assert writer.revisions("a")[1].version == writer.article("a").version == FULL

    def test_every_text_is_kept_with_who_replaced_it(self, store):
        """Revised texts stay under their numbers; each says which one took its place."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(reading("a", body="Two."), received=2.5)
            writer.revise(reading("a", body="Three."), received=3.5)
            assert lines(writer)[1:] == [(2, 2.5, False, 3), (3, 3.5, True, None)]
            assert lines(writer)[0][2:] == (False, 2)
            assert bodies(writer, 3, 1, 2) == {1: "A body.", 2: "Two.", 3: "Three."}
            assert writer.verify() == []

    def test_a_shelved_revision_changes_nothing_else(self, store):
        """It is in the history; article, profile and indexes are what they were."""
        post(store, "a", "b")
        with store.write() as writer:
            before = writer.article("a"), writer.index_changes(after=0)
            older = version("a", "Older.", number=1, created=3.0)
            writer.revise(version("a", "Newer.", number=3))
            before = writer.article("a"), writer.index_changes(after=0)
            assert writer.shelve(older, received=9.5) == 3
            assert (writer.article("a"), writer.index_changes(after=0)) == before
            assert lines(writer)[1:] == [(2, None, True, None), (3, 9.5, False, None)]
            assert bodies(writer, 2, 3) == {2: "Newer.", 3: "Older."}
            assert writer.revise(version("a", "Newest.", number=4)) == 4
            assert bodies(writer, 1, 2, 3, 4)[3] == "Older."
            assert writer.verify() == []

    def test_a_kept_revision_can_represent_again(self, store):
        """The article takes on its text and its number; the other one goes into the history."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.revise(version("a", "Newer.", number=2), received=2.5)
            writer.restate("a", 2, Version(number=2, status=PubStatus.WITHHELD))
            writer.represent(reading("a"), 1)
            stored = writer.article("a")
            assert (stored.revision, stored.article.body) == (1, "A body.")
            assert lines(writer)[1] == (2, 2.5, False, 1)
            assert lines(writer)[0][2:] == (True, None)
            assert bodies(writer, 1, 2) == {1: "A body.", 2: "Newer."}
            assert writer.verify() == []

    def test_rereading_keeps_what_was_decided(self, store):
        """A newer reading brings the version up to date, not the hold that somebody ordered."""
        post(store, "a")
        with store.write() as writer:
            received = lines(writer)
            writer.restate("a", 1, Version(status=PubStatus.WITHHELD))
            writer.reread(version("a", "A body.", number=4, kind=VersionKind.UPDATE))
            (one,) = writer.revisions("a")
            assert (one.version.number, one.version.status) == (4, PubStatus.WITHHELD)
            assert lines(writer) == received

    def test_a_purged_text_is_gone(self, store):
        """Of a purged revision number, times and version stay; text, notes and chain do not."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(replace(version("a", "Two."), version=FULL), received=2.5)
            writer.revise(version("a", "Three.", number=9))
            writer.purge_revision("a", 2, at=7.5)
            assert bodies(writer, 1, 2, 3) == {1: "A body.", 3: "Three."}
            two = writer.revisions("a")[1]
            assert two.version == replace(FULL, notes=(), chain=None)
            assert (two.received, two.purged, two.replaced_by) == (2.5, 7.5, 3)
            assert writer.verify() == []

    def test_an_embargo_wakes_its_article_once(self, store):
        """Articles with a revision whose hour has come are told, the oldest hour first, until seen to."""
        post(store, "a", "b", "c")
        with store.write() as writer:
            writer.shelve(version("a", "Two.", embargo=20.0), received=1.0)
            writer.revise(version("b", "Two.", embargo=10.0))
            writer.shelve(version("b", "Three.", embargo=30.0), received=1.0)
            assert writer.waking(9.9, limit=5) == []
            assert writer.waking(20.0, limit=5) == ["b", "a"]
            assert writer.waking(20.0, limit=1) == ["b"]
            writer.woken("b", 20.0)
            assert writer.waking(29.0, limit=5) == ["a"]
            assert writer.waking(30.0, limit=5) == ["a", "b"]

    def test_a_removed_article_has_no_history(self, store, tmp_path):
        """Nothing of any revision is left in the store, nor in its file."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(version("a", "Quercus secret."))
            writer.shelve(version("a", "Quercus older."), received=1.0)
            writer.remove("a")
            assert writer.revisions("a") == []
        store.close()
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"Quercus" not in held

    def test_unknown_revisions_cannot_be_changed(self, store):
        """Changing what is not kept is refused by name."""
        post(store, "a")
        for change in (
            lambda writer: writer.represent(reading("a"), 2),
            lambda writer: writer.restate("a", 2, Version()),
            lambda writer: writer.purge_revision("a", 2, at=1.0),
        ):
            with pytest.raises(NotFound, match="no revision 'a/2'"), store.write() as writer:
                change(writer)
        for change in (
            lambda writer: writer.shelve(reading("x"), received=None),
            lambda writer: writer.restate("x", 1, Version()),
            lambda writer: writer.purge_revision("x", 1, at=1.0),
        ):
            with pytest.raises(NotFound, match="no article 'x'"), store.write() as writer:
                change(writer)


def lines_of(one):
    return one.number, one.received, one.represents, one.replaced_by


class TestChains:
    def test_versions_of_a_piece_are_found(self, store):
        """Articles of one source that state one chain, near the time asked for, by their time."""
        post(store, "a", "b", "c", "d", "e", "f")
        stated = {
            "a": version("a", "1.", chain="slug:ferry", created=50.0, number=1),
            "b": version("b", "2.", chain="slug:ferry", published=20.0, number=2),
            "c": version("c", "3.", chain="slug:ferry", created=200.0),
            "d": version("d", "4.", chain="slug:ferry", created=50.0, outlet="Island Times"),
            "e": version("e", "5.", chain="slug:other", created=50.0),
            "f": version("f", "6.", created=50.0),
        }
        with store.write() as writer:
            for one in stated.values():
                writer.revise(one, received=60.0)
            found = writer.chained("harbour post", "slug:ferry", at=50.0, hours=96.0)
            assert [(one.article_id, one.at, one.received) for one in found] == [
                ("b", 20.0, 60.0),
                ("a", 50.0, 60.0),
            ]
            assert [one.version.number for one in found] == [2, 1]
            wider = writer.chained("harbour post", "slug:ferry", at=50.0, hours=150.0)
            assert [one.article_id for one in wider] == ["b", "a", "c"]

    def test_articles_are_found_by_their_headlines(self, store):
        """Whatever chain they state, by words side by side in the title, near the time asked for."""
        post(store, "a", "b", "c", "d", "e")
        stated = {
            "a": version(
                "a", "1.", title="Ferry strikes QUAY in fog", chain="slug:ferry", created=50.0
            ),
            "b": version(
                "b",
                "2.",
                title="UPDATE 1-Ferry strikes quay in fog",
                chain="slug:ferry",
                published=20.0,
            ),
            "c": version(
                "c", "3.", title="Ferry strikes quay in fog", chain="slug:ferry", created=200.0
            ),
            "d": version(
                "d", "4.", title="Ferry strikes old quay in fog", chain="slug:ferry", created=50.0
            ),
            "e": version("e", "Ferry strikes quay in fog.", chain="slug:ferry", created=50.0),
        }
        with store.write() as writer:
            for one in stated.values():
                writer.revise(one, received=60.0)
            found = writer.headlined("harbour post", "ferry strikes quay in fog", at=50.0)
            assert [(one.article_id, one.at) for one in found] == [("b", 20.0), ("a", 50.0)]
            assert writer.headlined("island times", "ferry strikes quay in fog", at=50.0) == []
            assert writer.headlined("harbour post", "!?", at=50.0) == []

    def test_only_the_revision_that_represents_counts(self, store):
        """A chain that an article's earlier text stated finds it no more."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(version("a", "1.", chain="slug:ferry", created=1.0))
            writer.revise(version("a", "2.", chain="slug:tram", created=2.0))
            assert writer.chained("harbour post", "slug:ferry", at=1.0) == []
            assert len(writer.chained("harbour post", "slug:tram", at=1.0)) == 1
            assert writer.revisions("a")[2].source == "harbour post"


BROKEN = {
    "article a has 2 revisions, numbered up to 3": (
        "UPDATE versions SET revision = 3 WHERE key = 1 AND revision = 2;"
        "UPDATE articles SET revision = 3 WHERE key = 1"
    ),
    "revision 1 of article a has no text and was not purged": "DELETE FROM revisions",
    "revision 1 of article a has a text that it should not have": (
        "UPDATE versions SET purged = 1.0 WHERE revision = 1"
    ),
    "article a is represented by revision 2, its newest usable one is 1": (
        "UPDATE versions SET version = CAST(replace(CAST(version AS TEXT), 'usable', 'withheld') "
        "AS BLOB) WHERE revision = 2"
    ),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_broken_history_is_told(tmp_path, problem):
    """Each promise about revisions, broken behind the store's back, is named."""
    store = open_sqlite(tmp_path)
    post(store, "a", "b")
    with store.write() as writer:
        writer.revise(version("a", "Two.", number=2))
        assert writer.verify() == []
    store.close()
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.executescript(BROKEN[problem])
    connection.close()
    store = open_sqlite(tmp_path)
    with store.read() as reader:
        assert reader.verify() == [problem]
    store.close()


def test_a_store_from_before_keeps_its_history(tmp_path):
    """Older revisions come along with their texts; when they came is known of the first alone."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, shipped()[:4])
    connection.executescript(
        """
        INSERT INTO articles (key, id, revision, received, stamp, lede_hash, waiting)
        VALUES (1, 'a', 3, 7.25, 1, x'00', 0), (2, 'b', 1, 8.25, 2, x'00', 0);
        INSERT INTO revisions (key, revision, posted) VALUES
        (1, 1, CAST('{"body": "One.", "published": null, "notices": []}' AS BLOB)),
        (1, 2, CAST('{"body": "Two.", "published": null, "notices": []}' AS BLOB));
        INSERT INTO documents (key, posted, findings) VALUES
        (1, CAST('{"body": "Three.", "published": null, "notices": []}' AS BLOB), x'5b5d'),
        (2, CAST('{"body": "Else.", "published": null, "notices": []}' AS BLOB), x'5b5d');
        """
    )
    migrate(connection, shipped())
    connection.close()
    store = SqliteStore(path, busy_seconds=1, idle_readers=1, cached_profiles=8, clock=lambda: None)
    store._writer = sqlite3.connect(path)  # opened without filling the lists: there are no profiles
    with store.read() as reader:
        assert lines(reader) == [(1, 7.25, False, 2), (2, None, False, 3), (3, None, True, None)]
        assert lines(reader, "b") == [(1, 8.25, True, None)]
        assert bodies(reader, 1, 2, 3) == {1: "One.", 2: "Two.", 3: "Three."}
        assert {one.version for one in reader.revisions("a")} == {Version()}
    store.close()


def test_history_is_no_event_of_its_own(tmp_path):
    """What the store keeps is told by whoever changes it: shelving writes no line of the log."""
    store = open_sqlite(tmp_path)
    post(store, "a")
    with store.write() as writer:
        cursor = writer.last_cursor()
        writer.shelve(version("a", "Older."), received=1.0)
        assert writer.last_cursor() == cursor
        writer.log([Event(kind="article_revised", subject="a")])
        assert writer.last_cursor() == cursor + 1
    store.close()
