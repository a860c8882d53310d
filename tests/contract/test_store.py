"""One suite for every store: what is written comes back, whole, in order, and never half."""

import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from dedupe.errors import NotFound, StoreBusy, StoreError, VersionMismatch
from dedupe.furniture import Learned, Line
from dedupe.model import (
    Article,
    Canonical,
    Credit,
    CreditKind,
    DateOrigin,
    Evidence,
    Furniture,
    Match,
    Notice,
    Passage,
    Precision,
    Profile,
    Provenance,
    Published,
    Reading,
    Reason,
    Relation,
    Sketch,
    Span,
    StoryLink,
    Terms,
    TextWords,
)
from dedupe.state import (
    ALONE,
    ClusterState,
    CopyLink,
    Event,
    Placement,
    Plan,
    RelatedLink,
    Retired,
    Standing,
    StoryState,
)
from index.sqlite import SqliteStore
from index.sqlite.migrate import migrate, schema_version, shipped

VERSIONS = {"encoder": "hashed-1", "sketch": "1"}
NOW = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


def open_sqlite(folder, **options):
    return SqliteStore.open(
        folder / "store.db", versions=VERSIONS, clock=lambda: NOW, **{"busy_seconds": 5, **options}
    )


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def u64(*values):
    return np.array(values, np.uint64)


def unit(seed):
    vector = np.random.default_rng(seed).standard_normal(8)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


ARTICLE = Article(
    external_id="https://example.org/a/1?x=ü",
    source="Harbour Post",
    url="https://example.org/a/1",
    title="Ferry\x00 terminal \U0001f6a2",
    body="Line one.\r\n\tLine two with \x00, \ud800 and \U0010ffff. ",
    published=Published(value=NOW, precision=Precision.MINUTE, origin=DateOrigin.CLAIMED),
    published_raw="6/5/24",
    lang="en",
    metadata={"deep": [{"n": 2**70, "f": 0.1}], "Ключ": None, "ids": [1, True]},
    notices=(Notice(field="published", value="6/5/24", action="read as day first"),),
)


def reading(name, *, seed=1, lede=None, body="A body.", vector=True, article=None):
    profile = Profile(
        id=name,
        provenance=Provenance(outlet="Harbour Post"),
        published=float(seed),
        published_precise=True,
        event_days=np.array([seed], np.int32),
        text_hash=seed,
        word_count=10 + seed,
        shingle_count=6 + seed,
        sketch=Sketch(threshold=2**64 - 1, hashes=u64(seed, seed + 5, 2**64 - 1)),
        terms=Terms(
            words=u64(seed),
            counts=np.array([1], np.int32),
            names=u64(),
            numbers=u64(),
            title=u64(seed),
        ),
        vector=unit(seed) if vector else None,
    )
    none = np.empty(0, np.int64)
    return Reading(
        id=name,
        article=article or Article(external_id=f"ext-{name}", title=f"About {name}", body=body),
        lede=f"About {name}" if lede is None else lede,
        published=None,
        furniture=(),
        credits=(),
        words=TextWords(field="body", hashes=u64(), start=none, end=none, shingles=u64()),
        profile=profile,
    )


def canonical(name):
    return Canonical(
        article_id=name,
        source="Harbour Post",
        url=None,
        in_index=True,
        confidence=0.75,
        reasons=(
            Reason(rule="only_member"),
            Reason(rule="r", text="(wire)", span=Span(field="body", start=1, end=2)),
        ),
    )


def cluster(name, story, head, size=1):
    return ClusterState(id=name, story=story, size=size, canonical=canonical(head))


def story(name, size=1):
    return StoryState(id=name, size=size, independent_sources=1, first=1.5, last=None)


def created(*names):
    return tuple(Event(kind="article_created", subject=name) for name in names)


def alone(name):
    return Plan(
        placements=(Placement(article_id=name, cluster=f"c-{name}", story=f"s-{name}"),),
        clusters=(cluster(f"c-{name}", f"s-{name}", name),),
        stories=(story(f"s-{name}"),),
        events=created(name),
    )


def post(store, *names, received=0.0):
    """Articles with the seeds 1, 2, …, each alone in its cluster and story."""
    with store.write() as writer:
        for seed, name in enumerate(names, start=1):
            writer.add(reading(name, seed=seed), received=received + seed)
            writer.apply(alone(name))


def add_and_apply(writer, new, plan):
    writer.add(new, received=0.0)
    writer.apply(plan)


def flat(profile):
    terms = profile.terms
    arrays = (profile.event_days, profile.sketch.hashes, terms.words, terms.counts, terms.title)
    vector = None if profile.vector is None else profile.vector.tolist()
    return (
        profile.id,
        profile.provenance,
        profile.published,
        profile.text_hash,
        profile.word_count,
        profile.shingle_count,
        profile.sketch.threshold,
        [array.tolist() for array in arrays],
        vector,
    )


def all_vectors(reader, keys=None):
    return {
        int(key): vector.tolist()
        for found, vectors in reader.vectors(keys)
        for key, vector in zip(found, vectors, strict=True)
    }


def match(other, **changes):
    span = Span(field="body", start=0, end=9)
    evidence = Evidence(
        overlap=0.5,
        contains=0.6,
        contained=0.7,
        lede_cosine=None,
        hours_apart=-2.5,
        features={"idf": 0.25, "names": float(np.float32(0.5))},
        passages=(Passage(ours=span, theirs=replace(span, end=8), words=7, weight=0.75),),
    )
    whole = Match(
        article_id=other,
        relation=Relation.NEAR_DUPLICATE,
        p_same_text=0.97,
        p_same_story=0.99,
        evidence=evidence,
    )
    return replace(whole, **changes)


class TestArticles:
    def test_an_article_comes_back_as_posted(self, store):
        """Every code point, big integer, date and notice of an article comes back."""
        span = Span(field="title", start=0, end=3)
        credit = Credit(
            kind=CreditKind.REPUBLICATION, source="Wire", text="(Wire)", span=span, confidence=0.9
        )
        posted = replace(
            reading("a", article=ARTICLE),
            published=replace(ARTICLE.published, origin=DateOrigin.TEXT),
            furniture=(Furniture(span=span, why="share"),),
            credits=(credit,),
        )
        with store.write() as writer:
            key = writer.add(posted, received=123.25)
            writer.apply(alone("a"))
        with store.read() as reader:
            stored = reader.article("a")
            assert reader.texts(["a", "nobody"]) == {"a": ARTICLE}
        assert stored.article == ARTICLE
        assert (stored.key, stored.id, stored.revision, stored.received) == (key, "a", 1, 123.25)
        assert (stored.published, stored.furniture, stored.credits) == (
            posted.published,
            posted.furniture,
            (credit,),
        )
        assert stored.placement == Placement(article_id="a", cluster="c-a", story="s-a")
        assert (stored.matches, stored.has_vector) == ((), True)

    def test_unknown_articles(self, store):
        """Lookups of unknown ids give nothing."""
        with store.read() as reader:
            assert reader.article("x") is None
            assert reader.members(["x"]) == []
            assert reader.members_by_key([9]) == []
            assert reader.by_external_id("x") == []
            assert reader.links(["x"]) == []
            assert reader.cluster("x") is reader.story("x") is None
            assert reader.survivors("x") == ()
            assert reader.remembered("x") is None

    def test_published_by_key(self, store):
        """The time of publication is told by key, None where there is none; others are left out."""
        undated = reading("c", seed=3)
        with store.write() as writer:
            keys = [writer.add(reading("a", seed=1), received=0.0)]
            profile = replace(undated.profile, published=None)
            keys.append(writer.add(replace(undated, profile=profile), received=0.0))
            writer.apply(alone("a"))
            writer.apply(alone("c"))
            assert writer.published([*keys, 99]) == {keys[0]: 1.0, keys[1]: None}

    def test_members_in_the_order_asked(self, store):
        """Members come in the order asked, by id as by key, with profile and place."""
        post(store, "a", "b", "c", received=100.0)
        with store.read() as reader:
            members = reader.members(["c", "nobody", "a"])
            assert reader.members_by_key([m.key for m in members])[1] == members[1]
        assert [m.profile.id for m in members] == ["c", "a"]
        assert [flat(m.profile) for m in members] == [
            flat(reading("c", seed=3).profile),
            flat(reading("a", seed=1).profile),
        ]
        assert [m.first_seen for m in members] == [103.0, 101.0]
        assert members[0].placement == Placement(article_id="c", cluster="c-c", story="s-c")

    def test_by_external_id_whatever_the_source(self, store):
        """All articles of one external id are found, in order of arrival."""
        same = Article(external_id="7", body="x")
        with store.write() as writer:
            for name in ("z", "a"):
                writer.add(reading(name, article=same), received=0.0)
                writer.apply(alone(name))
            assert writer.by_external_id("7") == ["z", "a"]

    def test_an_id_is_stored_once(self, store):
        """Adding an id again is refused and nothing of the transaction stays."""
        post(store, "a")
        with pytest.raises(StoreError, match="UNIQUE"):
            post(store, "b", "a")
        with store.read() as reader:
            assert reader.counts()["articles"] == 1

    def test_a_revision_keeps_key_and_place(self, store):
        """A revision has the same key, first-seen time and place, newer text and a number."""
        post(store, "a", "b")
        with store.write() as writer:
            before = writer.article("a")
            assert writer.revise(reading("a", seed=40, body="Newer.")) == 2
            assert writer.revise(reading("a", seed=41, body="Newest.")) == 3
            after, member = writer.article("a"), writer.members(["a"])[0]
            assert writer.verify() == []
        assert (after.key, after.received, after.placement) == (
            before.key,
            before.received,
            before.placement,
        )
        assert (after.revision, after.article.body) == (3, "Newest.")
        assert flat(member.profile) == flat(reading("a", seed=41).profile)

    def test_a_revision_ends_what_rested_on_the_old_text(self, store):
        """Copy links and verdicts on the old text are gone on both sides, others stay."""
        post(store, "a", "b", "c")
        link = CopyLink(a="a", b="b", overlap=0.5, a_in_b=0.6, b_in_a=0.7, p_same_text=0.9)
        with store.write() as writer:
            writer.apply(Plan(links=(link, replace(link, a="b", b="c"))))
            writer.set_matches("a", [match("b")])
            writer.set_matches("b", [match("a"), match("c")])
            writer.revise(reading("a", seed=9))
            assert writer.links(["a", "b", "c"]) == [replace(link, a="b", b="c")]
            assert writer.article("a").matches == ()
            assert writer.article("b").matches == (match("c"),)

    def test_links_between_articles_are_those_with_both_ends_among_them(self, store):
        """Of all links of some articles only those to each other are told, sorted by their ends."""
        post(store, "b", "a", "d", "c")
        link = CopyLink(a="a", b="b", overlap=0.5, a_in_b=0.6, b_in_a=0.7, p_same_text=0.9)
        others = [replace(link, a=a, b=b) for a, b in (("a", "c"), ("b", "c"), ("c", "d"))]
        with store.write() as writer:
            writer.apply(Plan(links=(link, *others)))
            assert writer.links_between(["c", "a", "b"]) == [link, *others[:2]]
            assert writer.links_between(["b", "d"]) == writer.links_between(["x"]) == []

    def test_rereading_is_no_revision(self, store):
        """A newer reading of the same text changes profile and indexes, not revision or links."""
        post(store, "a", "b")
        link = CopyLink(a="a", b="b", overlap=0.5, a_in_b=0.6, b_in_a=0.7, p_same_text=0.9)
        with store.write() as writer:
            writer.apply(Plan(links=(link,)))
            position, _, _ = writer.index_changes(after=0)
            writer.reread(reading("a", seed=8))
            assert writer.article("a").revision == 1
            assert writer.links(["a"]) == [link]
            assert flat(writer.members(["a"])[0].profile) == flat(reading("a", seed=8).profile)
            assert writer.index_changes(after=position)[1] == [writer.article("a").key]

    def test_unknown_articles_cannot_be_changed(self, store):
        """Changing what is not stored is refused by name."""
        for change in (
            lambda writer: writer.revise(reading("x")),
            lambda writer: writer.reread(reading("x")),
            lambda writer: writer.remove("x"),
            lambda writer: writer.set_vector("x", unit(1)),
            lambda writer: writer.set_matches("x", []),
        ):
            with pytest.raises(NotFound, match="no article 'x'"), store.write() as writer:
                change(writer)

    def test_verdicts_come_back_in_order(self, store):
        """Verdicts come back whole and in order; setting them again replaces them."""
        post(store, "a", "b", "c")
        verdicts = (match("c"), match("b", relation=Relation.SAME_STORY))
        with store.write() as writer:
            writer.set_matches("a", [match("b")])
            writer.set_matches("a", verdicts)
        with store.read() as reader:
            assert reader.article("a").matches == verdicts

    def test_a_verdict_on_nobody_is_refused(self, store):
        """A verdict on an article that is not stored is refused."""
        post(store, "a")
        with pytest.raises(StoreError), store.write() as writer:
            writer.set_matches("a", [match("nobody")])


def paged(name, lines, *, source="Harbour Post", day=None, seed=1):
    """An article of a source that is remembered by these segments."""
    whole = reading(name, seed=seed, article=Article(external_id=name, source=source, body="x"))
    published = None if day is None else 24.0 * day + 7
    return replace(whole, segments=u64(*lines), profile=replace(whole.profile, published=published))


def line(number, *, text="Order the paper", examples=("a",), **evidence):
    known = {"witnesses": 4, "articles": 9, "first": 3, "last": None, **evidence}
    return Line(learned=Learned(line=number, examples=examples, **known), text=text)


class TestFurniture:
    def test_pages_come_back_by_source(self, store):
        """What a source's articles are remembered by comes back, and nothing of other sources."""
        with store.write() as writer:
            add_and_apply(writer, paged("a", (5, 2**64 - 1), day=19_000), alone("a"))
            add_and_apply(writer, paged("b", (1,), source="HARBOUR  post"), alone("b"))
            add_and_apply(writer, paged("c", (9,), source="Other"), alone("c"))
            add_and_apply(writer, paged("d", (9,), source=None), alone("d"))
            add_and_apply(writer, paged("e", (), source="Other"), alone("e"))
        with store.read() as reader:
            pages = {p.id: (p.day, p.segments.tolist()) for p in reader.pages("harbour post")}
            assert pages == {"a": (19_000, [5, 2**64 - 1]), "b": (None, [1])}
            assert [p.id for p in reader.pages("other")] == ["c"]
            assert reader.pages("nobody") == []
            assert reader.paged_sources() == ["harbour post", "other"]
            assert [reader.articles_of(s) for s in ("harbour post", "other", "x")] == [2, 2, 0]

    def test_a_page_follows_its_article(self, store):
        """A revision or another reading replaces the page, a removed article takes it along."""
        with store.write() as writer:
            for name in ("a", "b"):
                add_and_apply(writer, paged(name, (1, 2)), alone(name))
            writer.revise(paged("a", (3,), day=7))
            writer.remove("b")
            (page,) = writer.pages("harbour post")
            assert (page.id, page.day, page.segments.tolist()) == ("a", 7, [3])
            writer.reread(paged("a", (4,)))
            assert writer.pages("harbour post")[0].segments.tolist() == [4]
            writer.reread(paged("a", ()))
            assert writer.pages("harbour post") == []
            assert writer.articles_of("harbour post") == 2

    def test_pages_are_bounded(self, store):
        """64 pages of one day are remembered, and 1,024 of a source: those of the newest days."""
        names = [f"n{k:04d}" for k in range(80)]
        with store.write() as writer:
            for name in names:
                add_and_apply(writer, paged(name, (1,), day=5, source="One"), alone(name))
            assert len(writer.pages("one")) == 64
            for k in range(1400):
                name = f"m{k:04d}"
                add_and_apply(writer, paged(name, (1,), day=k // 20, source="Two"), alone(name))
            pages = writer.pages("two")
            assert 1024 <= len(pages) < 1024 + 64
            assert min(page.day for page in pages) >= (1400 - 1024 - 64) // 20

    def test_which_pages_of_a_day_stay_does_not_depend_on_their_order(self, tmp_path):
        """Two stores that take the same articles in opposite order remember the same pages."""
        names = [f"n{k:03d}" for k in range(100)]
        kept = []
        for folder, order in (("one", names), ("two", names[::-1])):
            (tmp_path / folder).mkdir()
            store = open_sqlite(tmp_path / folder)
            with store.write() as writer:
                for name in order:
                    add_and_apply(writer, paged(name, (1,), day=5), alone(name))
                kept.append({page.id for page in writer.pages("harbour post")})
            store.close()
        assert kept[0] == kept[1]
        assert len(kept[0]) == 64

    def test_learned_lines_come_back(self, store):
        """Lines come back whole, most frequent first; those learned no more are gone."""
        first, second = line(2**64 - 1, articles=5), line(7, text="Über uns", examples=("a", "b"))
        with store.write() as writer:
            writer.learn("one", [first, second])
            writer.learn("two", [line(8)])
        with store.read() as reader:
            assert reader.furniture("one") == [second, first]
            assert reader.furniture("nobody") == []
            found = reader.learned(["one", "two", "nobody"])
            assert {s: sorted(lines) for s, lines in found.items()} == {
                "one": [7, 2**64 - 1],
                "two": [8],
            }
            assert reader.learned([]) == {}
        with store.write() as writer:
            writer.learn("one", [line(7, witnesses=6)])
            assert writer.furniture("one") == [line(7, witnesses=6)]
            writer.learn("one", [])
            assert writer.furniture("one") == []
            assert writer.learned(["one", "two"]) == {"two": [8]}

    def test_a_kept_line_is_remembered(self, store):
        """A line that a person kept stays out of force; once it recurs no more its text is gone."""
        with store.write() as writer:
            writer.learn("one", [line(7), line(9)])
            writer.keep("one", line(7).id, kept=True)
            assert writer.learned(["one"]) == {"one": [9]}
            writer.learn("one", [line(7, witnesses=5)])
            assert writer.furniture("one") == [replace(line(7, witnesses=5), kept=True)]
            writer.learn("one", [])
            (left,) = writer.furniture("one")
            assert (left.id, left.kept, left.text) == ("0000000000000007", True, "")
            assert (left.learned.examples, left.learned.articles) == ((), 0)
            writer.learn("one", [line(7)])
            writer.keep("one", line(7).id, kept=False)
            assert writer.learned(["one"]) == {"one": [7]}

    def test_a_kept_line_that_recurs_no_more_is_forgotten_when_it_is_let_go(self, store):
        """Without articles that hold it, a line that is not kept any more is none of the source's."""
        with store.write() as writer:
            writer.learn("one", [line(7), line(9)])
            writer.keep("one", line(7).id, kept=True)
            writer.learn("one", [line(9)])
            writer.keep("one", line(7).id, kept=False)
            assert writer.learned(["one"]) == {"one": [9]}
            assert writer.furniture("one") == [line(9)]
        with pytest.raises(NotFound), store.write() as writer:
            writer.keep("one", line(7).id, kept=True)

    def test_only_learned_lines_are_kept(self, store):
        """Keeping a line that was not learned of the source is refused by name."""
        with store.write() as writer:
            writer.learn("one", [line(7)])
        for source, name in (("one", "00ff"), ("two", line(7).id)):
            with pytest.raises(NotFound, match=f"no line '{name}'"), store.write() as writer:
                writer.keep(source, name, kept=True)


class TestRemoving:
    def test_all_of_an_article_goes(self, store, tmp_path):
        """No word of a removed article stays: not in a table, a free page or the log."""
        secret = "zanzibarite"
        with store.write() as writer:
            for name in ("a", "b"):
                writer.add(reading(name, body=f"{secret} in {name}. " * 900), received=0.0)
                writer.apply(alone(name))
            writer.revise(reading("a", body=f"newer {secret}"))
            writer.apply(
                Plan(links=(CopyLink(a="a", b="b", overlap=1, a_in_b=1, b_in_a=1, p_same_text=1),))
            )
            writer.set_matches("b", [match("a")])
            writer.remember("key-a", b"digest-a", f'{{"id":"a","t":"{secret}"}}'.encode())
            writer.remember("key-b", b"digest-b", b'{"id":"b"}')
        for name in ("a", "b"):
            with store.write() as writer:
                writer.remove(name)
                writer.apply(
                    Plan(
                        retired=(
                            Retired(id=f"c-{name}", merged_into=None),
                            Retired(id=f"s-{name}", merged_into=None),
                        )
                    )
                )
                assert writer.article(name) is None
                assert writer.members([name]) == []
                if name == "a":
                    assert writer.article("b").matches == ()
                    assert writer.links(["b"]) == []
                    assert writer.remembered("key-a") == (b"digest-a", b"")
                    assert writer.remembered("key-b") == (b"digest-b", b'{"id":"b"}')
                assert writer.verify() == []
        on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert secret.encode() not in on_disk

    def test_keys_are_never_used_twice(self, store):
        """The key of a removed article is not given to another."""
        post(store, "a")
        with store.write() as writer:
            key = writer.article("a").key
            writer.remove("a")
            assert writer.add(reading("b"), received=0.0) > key
            writer.apply(alone("b"))


class TestGroups:
    def test_states_come_back(self, store):
        """Clusters, stories and standings come back as planned, and again when changed."""
        post(store, "a", "b")
        near = Standing(relation=Relation.NEAR_DUPLICATE, of="a", probability=0.9)
        told = Standing(relation=Relation.SAME_STORY, of="a", probability=0.8)
        place = Placement(
            article_id="b", cluster="c-a", story="s-a", in_cluster=near, in_story=told
        )
        plan = Plan(
            placements=(place,),
            clusters=(cluster("c-a", "s-a", "a", size=2),),
            stories=(replace(story("s-a", size=2), last=9.0),),
            retired=(
                Retired(id="c-b", merged_into="c-a"),
                Retired(id="s-b", merged_into="s-a"),
            ),
        )
        with store.write() as writer:
            writer.apply(plan)
            assert writer.members(["b"])[0].placement == place
        with store.read() as reader:
            assert reader.article("b").placement == place
            assert reader.article("a").placement.in_cluster is ALONE
            assert reader.cluster("c-a") == plan.clusters[0]
            assert reader.story("s-a") == plan.stories[0]
            assert reader.cluster_members("c-a", limit=9) == ["a", "b"]
            assert reader.cluster_members("c-a", limit=1) == ["a"]
            assert reader.story_members("s-a", limit=9) == ["a", "b"]
            assert reader.story_clusters("s-a", limit=9) == ["c-a"]
            assert reader.cluster("c-b") is reader.story("s-b") is None
            assert reader.verify() == []

    def test_retired_ids_are_followed_to_their_end(self, store):
        """A retired id leads to the living one, over several mergers, or nowhere."""
        post(store, "a", "b", "c")
        with store.write() as writer:
            for old, new in (("c", "b"), ("b", "a")):
                writer.apply(
                    Plan(
                        retired=(
                            Retired(id=f"c-{old}", merged_into=f"c-{new}"),
                            Retired(id=f"s-{old}", merged_into=f"s-{new}"),
                        )
                    )
                )
            assert writer.survivors("c-c") == writer.survivors("c-b") == ("c-a",)
            assert writer.survivors("s-c") == ("s-a",)
            assert writer.survivors("c-a") == ()
            assert writer.story_members("s-a", limit=9) == ["a", "b", "c"]
            assert writer.verify() == []

    def test_a_circle_leads_nowhere(self, store):
        """Ids that are merged into each other lead nowhere, and the lookup ends."""
        with store.write() as writer:
            writer.apply(
                Plan(retired=(Retired(id="x", merged_into="y"), Retired(id="y", merged_into="x")))
            )
            assert writer.survivors("x") == ()

    def test_a_retired_id_may_live_again(self, store):
        """An id that a later plan uses again is retired no longer."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.apply(
                Plan(
                    retired=(
                        Retired(id="c-b", merged_into="c-a"),
                        Retired(id="s-b", merged_into="s-a"),
                    )
                )
            )
            writer.apply(alone("b"))
            assert writer.survivors("c-b") == writer.survivors("s-b") == ()
            assert writer.verify() == []

    def test_what_a_plan_does_not_name_moves_whole(self, store):
        """Members, clusters and story links of retired groups move to the heir's end."""
        post(store, "a", "b", "c", "d")
        with store.write() as writer:
            writer.apply(
                Plan(
                    related=(
                        RelatedLink(a="s-a", b="s-d", relation=StoryLink.EARLIER, probability=0.3),
                        RelatedLink(a="s-a", b="s-b", relation=StoryLink.LATER, probability=0.4),
                    )
                )
            )
            writer.apply(
                Plan(
                    retired=(
                        Retired(id="c-a", merged_into="c-b"),
                        Retired(id="s-a", merged_into="s-b"),
                        Retired(id="s-b", merged_into="s-e"),
                    ),
                    stories=(story("s-e", size=2),),
                )
            )
            assert writer.cluster_members("c-b", limit=9) == ["a", "b"]
            assert writer.story_members("s-e", limit=9) == ["a", "b"]
            assert writer.cluster("c-b").story == "s-e"
            assert writer.related(["s-d"]) == [
                RelatedLink(a="s-d", b="s-e", relation=StoryLink.LATER, probability=0.3)
            ]
            assert writer.verify() == []

    def test_articles_follow_their_cluster(self, store):
        """A cluster that is given another story takes its articles along."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.apply(
                Plan(
                    clusters=(cluster("c-a", "s-b", "a"),),
                    stories=(story("s-b", size=2),),
                    retired=(Retired(id="s-a", merged_into="s-b"),),
                )
            )
            assert writer.members(["a"])[0].placement.story == "s-b"
            assert writer.verify() == []

    def test_the_origins_of_a_story_are_those_of_all_its_clusters(self, store):
        """Whatever a plan could see of a story: a source counts once, each text of nobody's once."""
        post(store, "a", "b", "c", "d")
        nobodys = [
            replace(state, canonical=replace(state.canonical, source=None))
            for state in (cluster("c-c", "s-a", "c"), cluster("c-d", "s-a", "d"))
        ]
        with store.write() as writer:
            writer.apply(
                Plan(
                    clusters=(cluster("c-b", "s-a", "b"), *nobodys),
                    stories=(story("s-a", size=4),),
                    retired=tuple(Retired(id=f"s-{k}", merged_into="s-a") for k in "bcd"),
                )
            )
            assert writer.story("s-a").independent_sources == 3

    def test_links_touch_either_end(self, store):
        """A link is found from either end, once, and the newer of two replaces."""
        post(store, "a", "b", "c")
        old = CopyLink(a="a", b="b", overlap=0.1, a_in_b=0.1, b_in_a=0.1, p_same_text=0.1)
        new = CopyLink(a="a", b="b", overlap=0.5, a_in_b=0.6, b_in_a=0.7, p_same_text=0.9)
        other = replace(new, a="b", b="c")
        with store.write() as writer:
            writer.apply(Plan(links=(old,)))
            writer.apply(Plan(links=(other, new)))
        with store.read() as reader:
            assert reader.links(["a"]) == [new]
            assert reader.links(["b"]) == [new, other]
            assert reader.links(["a", "b", "c"]) == [new, other]

    def test_related_links_are_replaced_among_the_unlinked(self, store):
        """Links between two unlinked stories are replaced; those to other stories stay."""
        post(store, "a", "b", "c")
        ab = RelatedLink(a="s-a", b="s-b", relation=StoryLink.EARLIER, probability=0.3)
        bc = RelatedLink(a="s-b", b="s-c", relation=StoryLink.BACKGROUND, probability=0.2)
        ac = replace(ab, b="s-c")
        with store.write() as writer:
            writer.apply(Plan(related=(ab, bc)))
            assert writer.related(["s-b"]) == [ab, bc]
            assert writer.related(["s-a", "s-b"]) == [ab, bc]
            writer.apply(Plan(related=(ac,), unlinked=frozenset({"s-a", "s-b"})))
            assert writer.related(["s-a", "s-b", "s-c"]) == [ac, bc]

    def test_an_unplaced_cluster_cannot_be_committed(self, store):
        """A commit that leaves an article in a cluster nobody wrote is refused whole."""
        place = Placement(article_id="a", cluster="nowhere", story="nowhere")
        with pytest.raises(StoreError, match="FOREIGN KEY"), store.write() as writer:
            add_and_apply(writer, reading("a"), Plan(placements=(place,)))
        with store.read() as reader:
            assert reader.counts()["articles"] == 0

    def test_an_unknown_article_cannot_be_placed(self, store):
        """A plan that places nobody is refused."""
        with pytest.raises(StoreError, match="not stored"), store.write() as writer:
            writer.apply(alone("nobody"))


class TestLists:
    def test_pages_in_order_of_arrival(self, store):
        """Pages follow the order of arrival and join without gap or overlap."""
        post(store, "z", "m", "a")
        with store.read() as reader:
            for ids, prefix in (
                (reader.article_ids, ""),
                (reader.cluster_ids, "c-"),
            ):
                assert ids(after=None, limit=2) == [f"{prefix}z", f"{prefix}m"]
                assert ids(after=f"{prefix}m", limit=2) == [f"{prefix}a"]
                assert ids(after=f"{prefix}a", limit=2) == []
                with pytest.raises(NotFound):
                    ids(after="nobody", limit=2)

    def test_only_groups_of_a_size(self, store):
        """Smaller groups can be left out."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.apply(Plan(clusters=(cluster("c-b", "s-b", "b", size=2),)))
            assert writer.cluster_ids(after=None, limit=9, min_size=2) == ["c-b"]

    def test_a_list_goes_on_after_a_retired_id(self, store):
        """A page asked for after an id that was retired meanwhile goes on where it stood."""
        post(store, "a", "b", "c")
        with store.write() as writer:
            writer.apply(
                Plan(
                    retired=(
                        Retired(id="c-b", merged_into="c-a"),
                        Retired(id="s-b", merged_into="s-a"),
                    )
                )
            )
            assert writer.cluster_ids(after="c-b", limit=9) == ["c-c"]

    def test_changes_in_pages(self, store):
        """The change log is read in order, from any line on, with data and time of commit."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.log([Event(kind="canonical_changed", subject="c-a", data={"n": [1, "ü"]})])
        with store.read() as reader:
            first = reader.changes(after=0, limit=2)
            rest = reader.changes(after=first[-1].cursor, limit=9)
            assert reader.last_cursor() == rest[-1].cursor
        assert [change.event.subject for change in first] == ["a", "b"]
        assert rest[0].event == Event(kind="canonical_changed", subject="c-a", data={"n": [1, "ü"]})
        assert rest[0].at == "2024-05-06T07:08:09.123Z"

    def test_counts(self, store):
        """Articles, clusters, stories, vectors and events are counted."""
        post(store, "a", "b")
        with store.write() as writer:
            writer.add(reading("c", vector=False), received=0.0)
            writer.apply(alone("c"))
            assert writer.counts() == {
                "articles": 3,
                "clusters": 3,
                "stories": 3,
                "vectors": 2,
                "events": 3,
            }


class TestIndexes:
    def test_the_log_tells_the_last_of_each_key(self, store):
        """Keys added or changed, keys removed, each once; added and removed is removed."""
        post(store, "a", "b", "c")
        with store.read() as reader:
            start, added, removed = reader.index_changes(after=0)
            a, b, c = (member.key for member in reader.members(["a", "b", "c"]))
            assert (list(added), list(removed)) == ([a, b, c], [])
        with store.write() as writer:
            writer.revise(reading("b", seed=7))
            writer.remove("c")
            d = writer.add(reading("d"), received=0.0)
            writer.remove("d")
            newest, added, removed = writer.index_changes(after=start)
            assert (list(added), list(removed)) == ([b], [c, d])
            assert writer.index_changes(after=newest) == (newest, [], [])
            writer.apply(Plan(retired=(Retired(id="c-c", merged_into=None),)))
            writer.apply(Plan(retired=(Retired(id="s-c", merged_into=None),)))

    def test_vectors_and_sketches_stream(self, store):
        """All vectors and sketches come by key, or those asked for, parallel to their keys."""
        post(store, "a", "b", "c")
        with store.read() as reader:
            a, b, c = (member.key for member in reader.members(["a", "b", "c"]))
            assert all_vectors(reader) == {
                a: unit(1).tolist(),
                b: unit(2).tolist(),
                c: unit(3).tolist(),
            }
            assert all_vectors(reader, [c, a, 999]) == {a: unit(1).tolist(), c: unit(3).tolist()}
            assert all_vectors(reader, []) == {}
            ((keys, sketches),) = reader.sketches([b])
            assert keys.tolist() == [b]
            assert (sketches[0].threshold, sketches[0].hashes.tolist()) == (
                2**64 - 1,
                [2, 7, 2**64 - 1],
            )
            assert sum(len(keys) for keys, _ in reader.sketches()) == 3

    def test_streams_in_chunks(self, store, monkeypatch):
        """More than a chunk comes in several, nothing twice."""
        monkeypatch.setattr("index.sqlite.reader._CHUNK", 2)
        post(store, *"abcde")
        with store.read() as reader:
            chunks = [keys.tolist() for keys, _ in reader.vectors()]
            assert [len(chunk) for chunk in chunks] == [2, 2, 1]
            keys = [key for chunk in chunks for key in chunk]
            assert sorted(set(keys)) == keys
            assert [len(k) for k, _ in reader.sketches(keys)] == [2, 2, 1]

    def test_waiting_for_the_encoder(self, store):
        """An article without a vector waits until it gets one; an empty lede waits for none."""
        with store.write() as writer:
            for name, lede in (("a", None), ("b", ""), ("c", None)):
                writer.add(reading(name, lede=lede, vector=False), received=0.0)
                writer.apply(alone(name))
        with store.write() as writer:
            assert writer.without_vector(limit=9) == ["a", "c"]
            assert writer.without_vector(limit=1) == ["a"]
            position = writer.index_changes(after=0)[0]
            assert writer.members(["a"])[0].profile.vector is None
            writer.set_vector("a", unit(5))
            assert writer.without_vector(limit=9) == ["c"]
            assert writer.members(["a"])[0].profile.vector.tolist() == unit(5).tolist()
            assert writer.article("a").has_vector
            assert not writer.article("b").has_vector
            assert writer.index_changes(after=position)[1] == [writer.article("a").key]
            assert writer.verify() == []

    def test_a_revision_without_encoder_loses_its_vector(self, store):
        """A vector of the old text does not stand for the new one."""
        post(store, "a")
        with store.write() as writer:
            writer.revise(reading("a", lede="Another", vector=False))
            assert writer.without_vector(limit=9) == ["a"]
            assert all_vectors(writer) == {}

    def test_an_equal_lede_is_paid_once(self, store):
        """A vector is found by the BLAKE2b-128 of the lede it was made of, and only by it."""
        post(store, "a")

        def key(text):
            return blake2b(text.encode(), digest_size=16).digest()

        with store.read() as reader:
            found = reader.cached_vectors([key("About a"), key("About b")])
        assert {name: vector.tolist() for name, vector in found.items()} == {
            key("About a"): unit(1).tolist()
        }


class TestTransactions:
    def test_all_or_nothing(self, store):
        """What fails leaves nothing: no article, event, log line or decoded profile."""
        post(store, "a")

        def fail_half_way(writer):
            writer.revise(reading("a", seed=50))
            writer.members(["a"])
            raise RuntimeError("in the middle")

        with pytest.raises(RuntimeError, match="in the middle"), store.write() as writer:
            fail_half_way(writer)
        with store.write() as writer:
            writer.revise(reading("a", seed=60))
            assert flat(writer.members(["a"])[0].profile) == flat(reading("a", seed=60).profile)
        with store.read() as reader:
            assert reader.article("a").revision == 2
            assert reader.last_cursor() == 1

    def test_a_reader_keeps_its_snapshot(self, store):
        """A view does not change while others write; a later one sees what was written."""
        post(store, "a")
        with store.read() as reader:
            post(store, "b")
            assert reader.counts()["articles"] == 1
            assert reader.article("b") is None
        with store.read() as reader:
            assert reader.counts()["articles"] == 2

    def test_a_view_ends(self, store):
        """A view used after its end is refused, not answered from another state."""
        with store.read() as reader:
            pass
        with pytest.raises(StoreError, match="has ended"):
            reader.counts()

    def test_readers_cannot_write(self, store):
        """The connection of a view refuses writes by itself."""
        with store.read() as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._connection.execute("DELETE FROM articles")

    def test_many_threads(self, store):
        """Writers from many threads queue, readers see whole states; nothing is lost."""
        failures = []

        def work(thread):
            try:
                for n in range(5):
                    name = f"{thread}-{n}"
                    with store.write() as writer:
                        writer.add(reading(name, seed=thread * 10 + n), received=0.0)
                        writer.apply(alone(name))
                    with store.read() as reader:
                        counts = reader.counts()
                        assert counts["articles"] == counts["clusters"] == counts["events"]
                        assert flat(reader.members([name])[0].profile) == flat(
                            reading(name, seed=thread * 10 + n).profile
                        )
            except BaseException as error:  # noqa: BLE001 - told by the assertion below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with store.read() as reader:
            assert reader.counts()["articles"] == 30
            assert reader.verify() == []

    def test_a_held_lock_is_told(self, tmp_path):
        """Who waits too long for the lock is told so, from another store as from the same."""
        holder, waiter = open_sqlite(tmp_path), open_sqlite(tmp_path, busy_seconds=0.05)
        with holder.write():
            with pytest.raises(StoreBusy, match=r"for 0\.05 s"), waiter.write():
                pass
            with waiter.read() as reader:
                assert reader.counts()["articles"] == 0
        with waiter.write(), pytest.raises(StoreBusy), waiter.write():
            pass
        with waiter.write() as writer:
            assert writer.last_cursor() == 0
        holder.close()
        waiter.close()

    def test_idempotency_is_committed_with_the_rest(self, store):
        """An answer is remembered in the transaction of what it answers."""

        def fail_half_way(writer):
            writer.remember("k", b"digest", b"response")
            assert writer.remembered("k") == (b"digest", b"response")
            raise RuntimeError("in the middle")

        with pytest.raises(RuntimeError, match="in the middle"), store.write() as writer:
            fail_half_way(writer)
        with store.write() as writer:
            assert writer.remembered("k") is None
            writer.remember("k", b"\x00digest", b"response")
        with store.read() as reader:
            assert reader.remembered("k") == (b"\x00digest", b"response")


class TestFiles:
    def test_everything_is_there_after_opening_again(self, tmp_path):
        """A store that is closed and opened again holds what it held."""
        store = open_sqlite(tmp_path)
        post(store, "a", "b")
        store.close()
        again = open_sqlite(tmp_path)
        with again.read() as reader:
            assert reader.article_ids(after=None, limit=9) == ["a", "b"]
            assert reader.verify() == []
        again.close()
        with pytest.raises(StoreError, match="closed"), again.write():
            pass

    def test_two_stores_see_each_other(self, tmp_path):
        """What one process commits another reads and judges on, decoded profiles included."""
        one, two = open_sqlite(tmp_path), open_sqlite(tmp_path)
        post(one, "a")
        with two.read() as reader:
            assert flat(reader.members(["a"])[0].profile) == flat(reading("a").profile)
        with one.write() as writer:
            writer.revise(reading("a", seed=33))
        with two.write() as writer:
            assert flat(writer.members(["a"])[0].profile) == flat(reading("a", seed=33).profile)
            assert writer.revise(reading("a", seed=34)) == 3
        one.close()
        two.close()

    def test_other_versions_are_refused(self, tmp_path):
        """Data of another encoder is refused; both are named, and the command that mends it."""
        store = open_sqlite(tmp_path)
        post(store, "a")
        assert store.versions() == {**VERSIONS, "schema": str(len(shipped()))}
        store.close()
        path = tmp_path / "store.db"
        with pytest.raises(
            VersionMismatch, match=r"encoder hashed-1, settings name encoder x; run `samestory reb"
        ):
            SqliteStore.open(path, versions={"encoder": "x"})
        with pytest.raises(VersionMismatch, match="verdict unknown"):
            SqliteStore.open(path, versions={**VERSIONS, "verdict": "3"})
        SqliteStore.open(path).close()

    def test_an_empty_store_takes_versions_on(self, tmp_path):
        """While a store holds no article it takes on the versions it does not state."""
        SqliteStore.open(tmp_path / "store.db").close()
        store = open_sqlite(tmp_path)
        assert store.versions() == {**VERSIONS, "schema": str(len(shipped()))}
        store.close()

    def test_changing_the_encoder(self, tmp_path):
        """Under another encoder every article waits anew, and no vector of the old one stays."""
        store = open_sqlite(tmp_path)
        post(store, "a", "b")
        store.close()
        options = {"versions": {**VERSIONS, "encoder": "x"}, "accept_mismatch": True}
        other = SqliteStore.open(tmp_path / "store.db", **options)
        with other.read() as reader:
            assert len(reader.members(["a"])[0].profile.vector) == 8
            position = reader.index_changes(after=0)[0]
        other.set_versions({**VERSIONS, "encoder": "x"})
        with other.write() as writer:
            assert writer.versions()["encoder"] == "x"
            assert writer.without_vector(limit=9) == ["a", "b"]
            assert writer.members(["a"])[0].profile.vector is None
            assert len(writer.index_changes(after=position)[1]) == 2
            assert writer.verify() == []
        other.close()

    def test_what_is_refused_keeps_its_form(self, tmp_path):
        """Data of an older release and of other versions is refused before it is migrated."""
        path = tmp_path / "store.db"
        connection = sqlite3.connect(path, isolation_level=None)
        migrate(connection, shipped()[:1])
        connection.execute(
            "INSERT INTO articles (id, revision, received, lede_hash, waiting, stamp)"
            " VALUES ('a', 1, 0.0, x'00', 0, 0)"
        )
        connection.execute("INSERT INTO meta (name, value) VALUES ('verdict', '1')")
        with pytest.raises(VersionMismatch, match="verdict 1, settings name verdict 2; run"):
            SqliteStore.open(path, versions={"verdict": "2"})
        assert schema_version(connection) == 1
        connection.close()

    def test_a_process_of_the_old_encoder_stops_writing(self, tmp_path):
        """Who opened before the encoder changed is refused at its next write."""
        store = open_sqlite(tmp_path)
        post(store, "a")
        other = SqliteStore.open(tmp_path / "store.db", versions=VERSIONS)
        other.set_versions({**VERSIONS, "encoder": "x"})
        with pytest.raises(VersionMismatch, match="encoder x, settings name encoder hashed-1"):
            post(store, "b")
        store.close()
        other.close()

    def test_a_file_that_is_no_store(self, tmp_path):
        """A file of something else is refused, and a folder that is not there."""
        (tmp_path / "store.db").write_bytes(b"no database at all, and long enough to tell" * 30)
        with pytest.raises(StoreError, match="not a database"):
            open_sqlite(tmp_path)
        with pytest.raises(StoreError, match="unable to open"):
            open_sqlite(tmp_path / "missing")

    def test_a_full_disk_is_told(self, store):
        """A write that finds no room is told as StoreError; what was there stays."""
        post(store, "a")
        store._writer.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match="full") as caught:
            post(store, *(f"b{n}" for n in range(400)))
        assert isinstance(caught.value.__cause__, sqlite3.Error)
        store._writer.execute("PRAGMA max_page_count = 100000")
        post(store, "b")
        with store.read() as reader:
            assert reader.article_ids(after=None, limit=9) == ["a", "b"]
            assert reader.verify() == []


BREAKS = {
    "article a lies in no cluster": "UPDATE articles SET cluster = NULL WHERE id = 'a'",
    "article a lies in cluster x, which does not exist": (
        "UPDATE articles SET cluster = 'x' WHERE id = 'a'"
    ),
    "article a lies in story x, which does not exist": (
        "UPDATE articles SET story = 'x' WHERE id = 'a'"
    ),
    "article a lies in story s-b, its cluster c-a in story s-a": (
        "UPDATE articles SET story = 's-b' WHERE id = 'a'"
    ),
    "cluster c-a says it has size 2 and holds 1 articles": (
        "UPDATE clusters SET size = 2 WHERE id = 'c-a'"
    ),
    "story s-a says it has size 0 and holds 1 articles": (
        "UPDATE stories SET size = 0 WHERE id = 's-a'"
    ),
    "story s-x says it has size 1 and holds 0 articles": (
        "INSERT INTO stories (id, size, independent_sources) VALUES ('s-x', 1, 1)"
    ),
    "article a stands to article gone": "UPDATE articles SET cluster_of = 'gone' WHERE id = 'a'",
    "id c-a is retired and in use": "INSERT INTO retired (id) VALUES ('c-a')",
    "article a has no text or no profile": "DELETE FROM documents WHERE key = 1",
    "article a has a vector and still waits": "UPDATE articles SET waiting = 1 WHERE id = 'a'",
    "vectors have 2 different lengths": "UPDATE vectors SET vector = x'00000000' WHERE key = 1",
    "article a is represented by revision 2, which is not kept": (
        "UPDATE articles SET revision = 2 WHERE id = 'a'"
    ),
    "article a has no article_created event": "DELETE FROM events WHERE subject = 'a'",
    "article a has no line of its own in the index log": "DELETE FROM index_log WHERE key = 1",
    "cluster c-a has canonical article b2": (
        "UPDATE clusters SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"a\"', '\"b2\"') "
        "AS BLOB) WHERE id = 'c-a'"
    ),
    "article a cannot be found in any list": "DELETE FROM facets WHERE key = 1",
    "the profile of article a is damaged": "UPDATE profiles SET profile = x'00' WHERE key = 1",
    "article a cannot be read back": "UPDATE documents SET posted = x'7b' WHERE key = 1",
    "of matches points at a row of articles": "INSERT INTO matches VALUES (1, 0, 99, x'')",
    "of copy_links points at a row of articles": (
        "INSERT INTO copy_links VALUES (1, 99, 0, 0, 0, 0)"
    ),
}


@pytest.mark.parametrize("message", BREAKS)
def test_verify_finds_every_broken_promise(message, tmp_path):
    """Each promise of the stored data, broken behind the store's back, is told in words."""
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


def test_verify_tells_a_damaged_file(tmp_path):
    """A file whose pages were overwritten is told as damaged, not raised."""
    store = open_sqlite(tmp_path)
    post(store, *(f"a{n}" for n in range(40)))
    store.close()
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'documents'"
        ((page,),) = connection.execute(sql).fetchall()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    again = SqliteStore.open(path)
    with again.read() as reader:
        assert reader.verify() != []
    again.close()


WRITER = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
import test_store as suite
store = suite.open_sqlite(Path({folder!r}), busy_seconds=30)
for n in range(10**6):
    name = {prefix!r} + str(n)
    with store.write() as writer:
        writer.add(suite.reading(name, seed=n + 1), received=0.0)
        writer.apply(suite.alone(name))
    print(name, flush=True)
"""


def start_writer(folder, prefix):
    tests = Path(__file__).parent
    root = str(tests.parent.parent)
    code = WRITER.format(root=root, tests=str(tests), folder=str(folder), prefix=prefix)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def stop(process):
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    return rest


def test_kill_loses_nothing_acknowledged(tmp_path):
    """Two processes write at once and are killed: all they acknowledged is there, once."""
    acknowledged = set()
    for round_ in range(2):
        processes = [start_writer(tmp_path, f"{round_}-{side}-") for side in "lr"]
        for process in processes:
            for _ in range(8):
                acknowledged.add(process.stdout.readline().strip())
        for process in processes:
            acknowledged.update(stop(process))
        store = open_sqlite(tmp_path)
        with store.read() as reader:
            stored = reader.article_ids(after=None, limit=10**6)
            assert reader.verify() == []
        store.close()
        assert acknowledged - {""} <= set(stored)
        # At most the one commit of each process that was not yet told of may be there besides.
        assert len(stored) <= len(acknowledged) + 2 * (round_ + 1)
