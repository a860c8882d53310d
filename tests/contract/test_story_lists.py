"""One suite for every store: stories are found by what their articles say, and by nothing else."""

from __future__ import annotations

import itertools
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from api.shipped import article_reader
from dedupe.errors import BadInput, StoreError
from dedupe.listing import Held, Listed, Share, StoryOrder, StoryQuery
from dedupe.model import Article, Canonical, Furniture, Span
from dedupe.state import ClusterState, Event, Placement, Plan, Retired, StoryState
from index.sqlite import SqliteStore
from index.sqlite import store as sqlite_store
from index.sqlite.migrate import migrate, shipped
from index.sqlite.search import searched

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
READER = article_reader()


def open_sqlite(folder, **options):
    return SqliteStore.open(folder / "store.db", clock=lambda: NOW, **options)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def read(name, body="", *, furniture=(), **article):
    """A reading of an article under a short id; ``furniture`` are words of the page."""
    (found,) = READER.read([Article(external_id=name, body=body or f"Body of {name}.", **article)])
    spans = [
        Furniture(span=Span(field="body", start=at, end=at + len(words)), why="share")
        for words in furniture
        if (at := body.index(words)) >= 0
    ]
    return replace(found, id=name, furniture=tuple(spans), profile=replace(found.profile, id=name))


def put(store, story, readings, *, first=None, last=None, source=None):
    """A story of these articles, each a cluster of its own, all from ``source``."""
    names = [reading.id for reading in readings]
    with store.write() as writer:
        for reading in readings:
            writer.add(reading, received=1.0)
        writer.apply(
            Plan(
                placements=tuple(
                    Placement(article_id=name, cluster=f"c-{name}", story=story) for name in names
                ),
                clusters=tuple(
                    ClusterState(
                        id=f"c-{name}", story=story, size=1, canonical=canonical(name, source)
                    )
                    for name in names
                ),
                stories=(
                    StoryState(
                        id=story,
                        size=len(names),
                        independent_sources=1,
                        first=first,
                        last=first if last is None else last,
                    ),
                ),
                events=tuple(Event(kind="article_created", subject=name) for name in names),
            )
        )


def canonical(name, source):
    return Canonical(
        article_id=name if source is None else None,
        source=source,
        url=None,
        in_index=source is None,
        confidence=0.5,
        reasons=(),
    )


def ids(store, **query):
    with store.read() as reader:
        return [one.state.id for one in reader.stories(StoryQuery(**query))]


class TestOrder:
    def test_newest_first_and_undated_last(self, store):
        """The last publication decides; of equals, and of those without, the one made last."""
        for name, last in (("a", 5.0), ("b", None), ("c", 9.0), ("d", 5.0), ("e", None)):
            put(store, f"s-{name}", [read(name)], first=last)
        assert ids(store) == ["s-c", "s-d", "s-a", "s-e", "s-b"]

    def test_largest_first(self, store):
        """By size; of equals the one made last."""
        for story, size in (("s", 1), ("t", 3), ("u", 1)):
            put(store, story, [read(f"{story}{k}") for k in range(size)])
        assert ids(store, order=StoryOrder.LARGEST) == ["t", "u", "s"]

    @pytest.mark.parametrize("order", StoryOrder)
    @pytest.mark.parametrize("text", [None, "harbour"])
    def test_pages_join(self, store, order, text):
        """Pages of any length hold every story once, in order, though some go meanwhile."""
        dates = [3.0, None, 3.0, -2.5, 8.0, None, 3.0]
        for k, date in enumerate(dates):
            put(store, f"s{k}", [read(f"a{k}", "At the harbour.")], first=date)
        whole = ids(store, order=order, text=text)
        assert sorted(whole) == [f"s{k}" for k in range(7)]
        for limit in (1, 2, 3, 7):
            query, walked = StoryQuery(order=order, text=text, limit=limit), []
            while True:
                with store.read() as reader:
                    found = reader.stories(query)
                if not found:
                    break
                walked += [one.state.id for one in found]
                query = replace(query, after=found[-1].place)
            assert walked == whole

    def test_a_page_is_what_the_store_knows(self, store):
        """A line carries the story as it is stored, and its place."""
        put(store, "s", [read("a")], first=2.0, last=7.5)
        with store.read() as reader:
            (found,) = reader.stories(StoryQuery())
            assert found == Listed(state=reader.story("s"), place=found.place)
            assert found.place.value == 7.5


class TestConditions:
    def test_time(self, store):
        """A story is met by every interval that it overlaps; one without dates by none."""
        put(store, "early", [read("a")], first=10.0, last=20.0)
        put(store, "late", [read("b")], first=30.0, last=30.0)
        put(store, "never", [read("c")])
        for (since, until), expected in {
            (None, None): {"early", "late", "never"},
            (20.0, None): {"early", "late"},
            (20.5, None): {"late"},
            (None, 10.0): {"early"},
            (None, 9.5): set(),
            (12.0, 13.0): {"early"},
            (21.0, 29.0): set(),
            (-5.0, 99.0): {"early", "late"},
        }.items():
            assert set(ids(store, since=since, until=until)) == expected

    def test_size(self, store):
        """Both bounds belong to what is asked."""
        for story, size in (("s1", 1), ("s2", 2), ("s3", 3)):
            put(store, story, [read(f"{story}-{k}") for k in range(size)])
        assert ids(store, min_size=2) == ["s3", "s2"]
        assert ids(store, max_size=2) == ["s2", "s1"]
        assert ids(store, min_size=2, max_size=2) == ["s2"]

    @pytest.mark.parametrize(
        "name", ["Al Jazeera", "al-jazeera", " AL  JAZEERA ", "The Al Jazeera", "Ál Jazeera"]
    )
    def test_outlet(self, store, name):
        """An outlet is found under any spelling of its name, in a story with others too."""
        put(store, "s", [read("a", source="Al-Jazeera"), read("b", source="Gazette")])
        put(store, "t", [read("c", source="Gazette")])
        assert ids(store, outlet=name) == ["s"]
        assert ids(store, outlet="gazette") == ["t", "s"]
        assert ids(store, outlet="Jazeera") == []

    def test_outlet_as_posted_and_as_known(self, store):
        """A source posted as an address is found by the address and by the outlet's name."""
        put(store, "s", [read("a", source="www.reuters.com")])
        assert ids(store, outlet="Reuters") == ids(store, outlet="www.reuters.com") == ["s"]

    def test_language(self, store):
        """A region does not matter; what states none is found by none."""
        put(store, "s", [read("a", lang="pt-BR")])
        put(store, "t", [read("b")])
        assert ids(store, language="pt") == ids(store, language="PT_pt") == ["s"]
        assert ids(store, language="en") == []

    def test_conditions_may_be_met_by_different_articles(self, store):
        """Of a story one article has the word and another the outlet; all conditions must hold."""
        put(
            store,
            "s",
            [read("a", "The lighthouse.", source="Gazette"), read("b", "A ferry.", source="Post")],
        )
        put(store, "t", [read("c", "The lighthouse.", source="Gazette")])
        assert ids(store, text="lighthouse", outlet="Post") == ["s"]
        assert ids(store, text="ferry", outlet="Gazette", language=None, min_size=2) == ["s"]
        assert ids(store, text="ferry", outlet="Herald") == []

    def test_what_few_meet_and_what_many_meet(self, store, monkeypatch):
        """The answer is the same whether stories are looked up or gone through in order."""
        random = np.random.default_rng(3)
        for k in range(24):
            words = random.choice(["harbour", "ferry", "storm", "tunnel"], size=2)
            put(
                store,
                f"s{k}",
                [read(f"a{k}", " ".join(words), source=str(random.choice(["Post", "Gazette"])))],
                first=float(random.integers(9)),
            )
        asked = [
            {"text": text, "outlet": outlet, "order": order, "since": since}
            for text, outlet, order, since in itertools.product(
                (None, "harbour", "ferry storm"), (None, "Post"), StoryOrder, (None, 4.0)
            )
        ]
        few = [ids(store, **query) for query in asked]
        monkeypatch.setattr("index.sqlite.stories.FEW", 0)
        assert [ids(store, **query) for query in asked] == few
        assert any(few)


class TestWords:
    @pytest.mark.parametrize(
        ("body", "hits", "misses"),
        [
            ("The Harbour's lights went OUT.", ["harbour", "LIGHTS out", "harbour’s"], ["light"]),
            ("Café Zürich, Straße 5", ["cafe", "zurich", "strasse", "STRASSE 5"], ["caf"]),
            ("Die Häfen von Łódź", ["häfen", "hafen"], ["hafe"]),
            ("Порт Стрельнино закрыт", ["стрельнино", "ПОРТ закрыт"], ["стрельн"]),
            ("東京港は今日閉鎖された。", ["東京", "東京港", "閉鎖", "港"], ["京東", "大阪"]),
            ("上海港口今天关闭。", ["上海", "港口 今天", "“关闭”"], ["海上"]),
            ("ท่าเรือกรุงเทพปิดวันนี้", ["กรุงเทพ", "ท่าเรือ"], ["เทพกรุง"]),
            ("서울항이 오늘 폐쇄되었다", ["오늘", "서울항이"], ["서울"]),
            ("बंदरगाह आज बंद है", ["बंदरगाह", "आज"], ["बंदर"]),
            ("أُغلق الميناء اليوم", ["اغلق", "الميناء"], ["ميناءات"]),
            ("A U.S.-backed plan of 3,000 words", ["U.S.", "us-backed".replace("us", "u.s."), "3,000"], ["us"]),
            ("<p>Tom &amp; Jerry</p><script>hidden()</script>", ["tom jerry", '"Jerry"'], ["hidden", "amp", "p"]),
        ],
    )  # fmt: skip
    def test_in_any_script(self, store, body, hits, misses):
        """Whole words count, without case and accents; where no spaces stand, any run does."""
        put(store, "s", [read("a", body)])
        put(store, "t", [read("b", "Nothing of the kind.")])
        for text in hits:
            assert ids(store, text=text) == ["s"], text
        for text in misses:
            assert ids(store, text=text) == [], text

    def test_title_and_body(self, store):
        """Both are looked at; a phrase does not run from the one into the other."""
        put(store, "s", [read("a", "Ferry runs again.", title="Lighthouse reopens")])
        assert ids(store, text="lighthouse ferry") == ["s"]
        assert ids(store, text='"reopens ferry"') == []

    def test_phrases(self, store):
        """Words in quotes stand side by side; without quotes they may stand anywhere."""
        put(store, "s", [read("a", "The drone factory is new.")])
        put(store, "t", [read("b", "A factory for the drone.")])
        assert ids(store, text='"drone factory"') == ids(store, text="drone-factory") == ["s"]
        assert ids(store, text="drone factory") == ["t", "s"]
        assert ids(store, text='"drone factory') == ["s"]
        assert ids(store, text='factory "for the drone"') == ["t"]

    @pytest.mark.parametrize("text", ["", " ", "!?", '""', "…", "\u200b", "*", "'\"'"])
    def test_nothing_to_look_for(self, store, text):
        """A text without a word is refused by its name, with what to send instead."""
        with pytest.raises(BadInput, match="no word to look for") as caught:
            ids(store, text=text)
        assert (caught.value.field, caught.value.fix) == ("q", "send a word, or a phrase")

    def test_too_many_words(self, store):
        """More words than can be looked for at once are refused; both numbers are named."""
        with pytest.raises(BadInput, match="has 65 words"):
            ids(store, text=" ".join(f"w{k}" for k in range(65)))

    @pytest.mark.parametrize(
        "text",
        [
            "title:ferry", "NOT ferry", "ferry*", "ferry OR storm", "NEAR(ferry storm)", "^ferry",
            "{title} : ferry", '" OR 1=1 --', "ferry) OR (storm", "-ferry", "\x00ferry", "'ferry",
        ],
    )  # fmt: skip
    def test_signs_mean_nothing(self, store, text):
        """What is special to a search engine is words or nothing here: no text breaks a query."""
        put(store, "s", [read("a", "A ferry.")])
        words = "".join(c if c.isalnum() else " " for c in text).casefold().split()
        assert ids(store, text=text) == (["s"] if words == ["ferry"] else [])

    def test_the_page_is_not_searched(self, store):
        """Furniture is not what an article says."""
        body = "The ferry runs. You may also like: Lighthouse reopens"
        put(store, "s", [read("a", body, furniture=["You may also like: Lighthouse reopens"])])
        assert ids(store, text="ferry") == ["s"]
        assert ids(store, text="lighthouse") == []

    def test_no_letter_in_an_outlet(self, store):
        """A name without letters is refused: it would mean every article without a source."""
        with pytest.raises(BadInput, match="outlet: has no letter"):
            ids(store, outlet="—")


def add_and_fail(writer, reading):
    writer.add(reading, received=1.0)
    writer.apply(Plan(placements=(Placement(article_id="nobody", cluster="c", story="s"),)))


class TestChanges:
    def test_a_revision_is_found_by_its_new_words(self, store):
        """The words of the text before are gone, the new ones are there, again and again."""
        put(store, "s", [read("a", "A ferry.")])
        for before, after in itertools.pairwise(["ferry", "storm", "tunnel", "ferry"]):
            with store.write() as writer:
                writer.revise(read("a", f"A {after}.", source=after))
            assert ids(store, text=before) == []
            assert ids(store, text=after) == ids(store, outlet=after) == ["s"]

    def test_a_removed_article_is_found_no_more(self, store):
        """Neither by words nor by outlet, while others with the same words still are."""
        put(store, "s", [read("a", "A ferry.", source="Post"), read("b", "A ferry.")])
        with store.write() as writer:
            writer.remove("a")
            writer.apply(Plan(stories=(StoryState(
                id="s", size=1, independent_sources=1, first=None, last=None),)))  # fmt: skip
        assert ids(store, text="ferry") == ["s"]
        assert ids(store, outlet="Post") == []

    def test_the_words_of_a_removed_article_leave_the_index(self, store, tmp_path):
        """Not even their hashes stay: storing and removing other articles merges them away."""
        filler = " ".join(f"word{k}" for k in range(3000))
        for k in range(40):
            put(store, f"s{k}", [read(f"a{k}", f"{filler} number{k} {'zanzibarite' * (k == 5)}")])
        assert ids(store, text="zanzibarite") == ["s5"]
        with store.write() as writer:
            writer.remove("a5")
            writer.apply(
                Plan(
                    retired=(
                        Retired(id="c-a5", merged_into=None),
                        Retired(id="s5", merged_into=None),
                    )
                )
            )
        for k in range(40, 140):
            put(store, f"s{k}", [read(f"a{k}", f"{filler} number{k}")])
            with store.read() as reader:
                if not reader.forgetting():
                    break
        hashed = searched(Article(title="zanzibarite"), [])[0].encode()
        on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        # The index leaves out what a word has in common with the one before it.
        assert hashed[3:] not in on_disk
        with store.read() as reader:
            assert not reader.forgetting()
            assert reader.verify() == []

    def test_what_a_start_finds_unfinished_it_finishes(self, tmp_path):
        """Words that were on their way out when the process ended go at the next start."""
        store = open_sqlite(tmp_path)
        for name in "abc":
            put(store, f"s-{name}", [read(name, f"{name} ferry")])
        with store.write() as writer:
            writer.remove("b")
            writer.apply(Plan(retired=tuple(
                Retired(id=name, merged_into=None) for name in ("c-b", "s-b"))))  # fmt: skip
        store.close()
        store = open_sqlite(tmp_path)
        with store.read() as reader:
            assert not reader.forgetting()
        assert ids(store, text="ferry") == ["s-c", "s-a"]
        store.close()

    def test_what_is_not_committed_is_not_found(self, store):
        """The words go with the article: a failed transaction leaves neither."""
        with pytest.raises(StoreError, match="not stored"), store.write() as writer:
            add_and_fail(writer, read("a", "A ferry."))
        put(store, "s", [read("b", "A storm.")])
        assert ids(store, text="ferry") == []

    def test_a_merged_story_is_found_under_its_heir(self, store):
        """Articles are asked where they lie now."""
        put(store, "s", [read("a", "A ferry.")])
        put(store, "t", [read("b", "A storm.")])
        with store.write() as writer:
            place = Placement(article_id="a", cluster="c-a", story="t")
            writer.apply(
                Plan(
                    placements=(place,),
                    clusters=(
                        ClusterState(id="c-a", story="t", size=1, canonical=canonical("a", None)),
                    ),
                )
            )
        assert ids(store, text="ferry") == ["t"]


class TestContents:
    def test_held(self, store):
        """The articles of stories come in order of arrival, with their clusters."""
        put(store, "s", [read("b"), read("a")])
        put(store, "t", [read("c")], source="Wire")
        with store.read() as reader:
            assert reader.held(["t", "s", "x"]) == {
                "t": [Held(key=3, id="c", cluster="c-c", canonical=False)],
                "s": [
                    Held(key=1, id="b", cluster="c-b", canonical=True),
                    Held(key=2, id="a", cluster="c-a", canonical=True),
                ],
                "x": [],
            }

    def test_shares(self, store):
        """Whose articles a story holds, by cluster and outlet, and whose text they are."""
        put(store, "s", [read("a", source="Post"), read("b")], source="Wire")
        with store.read() as reader:
            assert reader.shares(["s"]) == {
                "s": [
                    Share(cluster="c-a", outlet="Post", canonical_source="Wire", in_index=False,
                          articles=1),
                    Share(cluster="c-b", outlet=None, canonical_source="Wire", in_index=False,
                          articles=1),
                ]
            }  # fmt: skip

    def test_languages(self, store):
        """How many articles state each language, the most first."""
        put(store, "s", [read("a", lang="en"), read("b"), read("c", lang="EN-gb")])
        with store.read() as reader:
            assert list(reader.languages("s").items()) == [("en", 2), ("", 1)]


OLD = 2
"""Form of the store before there were lists."""


def older(path):
    """The store as a release without lists left it."""
    before = sqlite3.connect(":memory:", isolation_level=None)
    migrate(before, shipped()[:OLD])
    kept = {name for (name,) in before.execute("SELECT name FROM sqlite_master")}
    connection = sqlite3.connect(path, isolation_level=None)
    listed = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    new = [(kind, name) for kind, name in connection.execute(listed) if name not in kept]
    for kind, name in sorted(new, key=lambda one: (one[0] != "table", len(one[1]))):
        if not (kind == "table" and name.startswith("words_")):
            connection.execute(f"DROP {kind} IF EXISTS {name}")
    for name in kept:
        had = {column for _, column, *_ in before.execute(f"PRAGMA table_info({name})")}
        for _, column, *_ in connection.execute(f"PRAGMA table_info({name})").fetchall():
            if column not in had:
                connection.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
    connection.execute(f"PRAGMA user_version = {OLD}")
    connection.close()
    before.close()


def fill(folder, n=7):
    store = open_sqlite(folder)
    for k in range(n):
        put(store, f"s{k}", [read(f"a{k}", f"Ferry number {k}.", source="Post", lang="en")])
    store.close()


class TestOlderStores:
    @pytest.mark.parametrize("at_once", [1, 3, 500])
    def test_articles_from_before_are_found(self, tmp_path, monkeypatch, at_once):
        """A store of an older release is filled when it is opened, however many at a time."""
        fill(tmp_path)
        older(tmp_path / "store.db")
        monkeypatch.setattr(sqlite_store, "_LISTED_AT_ONCE", at_once)
        store = open_sqlite(tmp_path)
        assert len(ids(store, text="ferry", outlet="post", language="en")) == 7
        assert ids(store, text='"number 3"') == ["s3"]
        with store.read() as reader:
            assert reader.verify() == []
        store.close()

    def test_an_interrupted_filling_goes_on(self, tmp_path, monkeypatch):
        """What was filled before the stop stays, the rest follows, nothing is there twice."""
        fill(tmp_path)
        older(tmp_path / "store.db")
        monkeypatch.setattr(sqlite_store, "_LISTED_AT_ONCE", 2)
        commits = itertools.count()

        def stop(self):
            if next(commits) == 2:
                raise StoreError("stopped")

        with monkeypatch.context() as patched:
            patched.setattr(SqliteStore, "_wipe_log", stop)
            with pytest.raises(StoreError, match="stopped"):
                open_sqlite(tmp_path)
        store = open_sqlite(tmp_path)
        assert len(ids(store, text="ferry")) == 7
        with store.write() as writer:
            writer.revise(read("a3", "A storm."))
        assert len(ids(store, text="ferry")) == 6
        with store.read() as reader:
            assert reader.verify() == []
        store.close()

    def test_the_words_of_an_article_never_change_unseen(self):
        """An article leaves the index by the words it came in with: these are golden.

        Where this fails, a migration has to empty ``words`` and ``facets``.
        """
        article = Article(
            title="Café 3,000", body="<b>Straße</b> &amp; 東京, O’Neill’s हिन्दी U.S. Like us"
        )
        furniture = [Furniture(span=Span(field="body", start=46, end=53), why="share")]
        assert article.body[46:53] == "Like us"
        assert searched(article, furniture) == (
            "4fbd7f10 6dd28e9b 22b53add",
            "bfaa103d 2aa7024d 90e0089f 0f0f9344 2692c077 1b0ecf0b 8c4e35eb f26d6a3e 1b0ecf0b",
        )
