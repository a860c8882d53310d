"""Every store keeps records of what is withheld, orders about articles to come, and removes texts."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dedupe.errors import NotFound, StoreError
from dedupe.listing import StoryQuery
from dedupe.model import Article, Credit, CreditKind, Reason, Span
from dedupe.state import Event, Plan, Retired
from dedupe.version import PubStatus, Version, VersionNote
from dedupe.withheld.records import By, Order, Withholding
from tests.contract.test_store import (
    NOW,
    add_and_apply,
    alone,
    canonical,
    cluster,
    open_sqlite,
    post,
    reading,
)

HOURS = NOW.timestamp() / 3600.0
SHINGLES = np.array([3, 2**63, 2**64 - 1], np.uint64)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    yield store
    store.close()


def killed(name, **told):
    given = {"since": 10.0, "reason": "withdrawn", "by": By.NOTICE, "purge_at": 34.0}
    return Withholding(article_id=name, status=PubStatus.CANCELED, **{**given, **told})


def flag(name, origin, **told):
    return Withholding(
        article_id=name,
        status=PubStatus.UPSTREAM_KILLED,
        origin=origin,
        since=10.0,
        by=By.RULE,
        **told,
    )


def embargo(name, until):
    return Withholding(
        article_id=name, status=PubStatus.EMBARGOED, since=1.0, until=until, by=By.SOURCE
    )


def test_records_come_back_whole(store):
    """By article and by cluster; another one of the same status and origin takes the place."""
    post(store, "a", "b")
    rows = [killed("a"), flag("b", "a"), flag("b", "x", released=11.0), embargo("b", 50.0)]
    with store.write() as writer:
        assert not writer.any_withheld()
        writer.withhold(rows)
        writer.withhold([killed("a", released=12.0)])
    with store.read() as reader:
        assert reader.any_withheld()
        found = reader.withheld(["a", "b", "none"])
        assert found["a"] == [killed("a", released=12.0)]
        assert sorted(found["b"], key=repr) == sorted(rows[1:], key=repr)
        assert set(found) == {"a", "b"}
        assert [row.article_id for row in reader.withheld_in(["c-b", "c-none"])] == ["b"] * 3
        assert reader.carriers("a") == [flag("b", "a")]
    with store.write() as writer:
        writer.unwithhold([flag("b", "a"), embargo("b", 99.0)])
        assert writer.withheld(["b"]) == {"b": [flag("b", "x", released=11.0)]}


def test_records_go_with_their_article(store):
    """A removed article has no record; a record of none is refused."""
    post(store, "a")
    with store.write() as writer:
        writer.withhold([killed("a")])
        writer.remove("a")
        writer.apply(Plan(retired=()))
        assert not writer.any_withheld()
    with pytest.raises(StoreError), store.write() as writer:
        writer.withhold([killed("a")])


def test_what_is_due(store):
    """Texts to purge unless released, embargoes whose hour has come; oldest first, so many."""
    post(store, "a", "b", "c")
    rows = [
        killed("a", purge_at=20.0),
        killed("b", purge_at=10.0),
        killed("c", purge_at=5.0, released=6.0),
        embargo("a", 9.0),
        embargo("c", 21.0),
    ]
    with store.write() as writer:
        writer.withhold(rows)
    with store.read() as reader:
        assert reader.due(9.0, limit=9) == ([], [rows[3]])
        assert reader.due(20.0, limit=9) == ([rows[1], rows[0]], [rows[3]])
        assert reader.due(20.0, limit=1) == ([rows[1]], [rows[3]])


def test_orders_are_found_by_what_they_name(store):
    """The same target of the same source is ordered once; forgotten, it is ordered no more."""
    one = Order(
        target=b"one",
        source="wire",
        outlet="Wire",
        status=PubStatus.CANCELED,
        notice="n",
        at=5.0,
        until=None,
        reason="r",
    )
    two = replace(one, target=b"two", at=4.0, until=9.0, outlet=None)
    with store.write() as writer:
        writer.remember_orders([replace(one, at=1.0), two, one])
    with store.write() as writer:
        assert writer.orders([b"one", b"two", b"three"]) == [two, one]
        writer.forget_orders([b"one"])
        assert writer.orders([b"one", b"two"]) == [two]


def test_pairs_that_share_a_cluster_with_a_killed_one(store):
    """Until they are flagged, spared or killed themselves; ``verify`` names them."""
    post(store, "a", "b", "c", "d")
    with store.write() as writer:
        for name in "bcd":
            place = replace(alone(name).placements[0], cluster="c-a", story="s-a")
            writer.apply(Plan(placements=(place,)))
        writer.apply(Plan(clusters=(cluster("c-a", "s-a", "a", size=4),)))
        writer.withhold([killed("a"), killed("b", released=11.0)])
        assert writer.unflagged(["c-a"]) == [("c", "a"), ("d", "a")]
        assert writer.unflagged(["c-b"]) == []
        writer.withhold([flag("c", "a")])
        assert writer.unflagged(["c-a"]) == [("d", "a")]
        writer.withhold([flag("d", "a", released=10.0)])
        assert writer.unflagged(["c-a"]) == []
    with store.write() as writer:
        writer.unwithhold([flag("d", "a")])
        assert "article d lies in cluster c-a with the killed article a" in " ".join(
            writer.verify()
        )


def test_lists_leave_out_what_may_not_be_shown(store):
    """No word, outlet or language finds a hidden article; a story of hidden ones alone is not listed."""
    words = {"a": "quandrifol", "b": "zorvexil"}
    with store.write() as writer:
        for name, word in words.items():
            told = Article(external_id=name, source="Wire", body=word, lang="sv")
            add_and_apply(writer, reading(name, article=told), alone(name))
        place = replace(alone("b").placements[0], story="s-a")
        gone = Retired(id="s-b", merged_into="s-a")
        states = (cluster("c-b", "s-a", "b"),)
        writer.apply(Plan(placements=(place,), clusters=states, retired=(gone,)))
        writer.withhold([embargo("a", 50.0)])

    def listed(now, **asked):
        with store.read() as reader:
            return [one.state.id for one in reader.stories(StoryQuery(visible_at=now, **asked))]

    queries = [{"text": "quandrifol"}, {"text": "zorvexil"}, {"outlet": "wire"}, {"language": "sv"}]
    assert [listed(49.9, **asked) for asked in queries] == [[], ["s-a"], ["s-a"], ["s-a"]]
    assert [listed(50.0, **asked) for asked in queries] == [["s-a"]] * 4
    assert [listed(None, **asked) for asked in queries] == [["s-a"]] * 4
    with store.write() as writer:
        writer.withhold([killed("b")])
    assert [listed(49.9, **asked) for asked in [*queries, {}]] == [[]] * 5
    assert "s-a" in listed(None)


def secret():
    told = Article(
        external_id="x/1",
        source="Wire",
        url="https://wire.example/1",
        title="Zorvexil",
        body="The quandrifol text (Courtesy: Agency).",
        lang="sv",
        metadata={"note": "krampuzzle"},
    )
    credit = Credit(
        kind=CreditKind.REPUBLICATION,
        source="Agency",
        text="(Courtesy: Agency)",
        span=Span(field="body", start=20, end=38),
        confidence=0.9,
    )
    note = VersionNote(span=Span(field="body", start=0, end=3), text="wraxotine", why="w")
    version = Version(number=3, chain="headline:zorvexil", targets=("x",), notes=(note,))
    found = reading("a", article=told)
    provenance = replace(found.profile.provenance, origin="Agency", credit=credit)
    profile = replace(found.profile, provenance=provenance)
    return replace(found, profile=profile, credits=(credit,), version=version)


def test_a_purged_text_is_gone_and_what_it_is_known_by_stays(store, tmp_path):
    """No word of text, history, credit, note or chain is left in the file; profile and id stay."""
    one = secret()
    reasons = (
        Reason(rule="credit.republication", text="(Courtesy: Agency)", article_id="a"),
        Reason(rule="r", text="(kept)", article_id="b"),
    )
    changed = {
        "from": {"article_id": "b", "source": "Agency"},
        "to": {"article_id": None, "source": "Agency"},
    }
    with store.write() as writer:
        writer.add(one, received=1.0)
        writer.apply(alone("a"))
        state = replace(alone("a").clusters[0], canonical=replace(canonical("a"), reasons=reasons))
        event = Event(kind="canonical_changed", subject="c-a", data=changed)
        writer.apply(Plan(clusters=(state,), events=(event,)))
        writer.revise(replace(one, article=replace(one.article, body="Another quandrifol text.")))
        writer.remember("k", b"d", b'{"id": "a", "text": "zorvexil"}')
        writer.withhold([killed("a")])
    with store.write() as writer:
        writer.purge_text("a", SHINGLES)
    with store.read() as reader:
        stored = reader.article("a")
        assert stored.article == Article(
            external_id="x/1", source="Wire", url="https://wire.example/1", lang="sv"
        )
        assert (stored.credits, stored.furniture, stored.revision) == ((), (), 2)
        assert (stored.version.number, stored.version.chain, stored.version.notes) == (3, None, ())
        assert reader.purged(["a", "none"])["a"].tolist() == SHINGLES.tolist()
        profile = reader.members(["a"])[0].profile
        assert profile.provenance.credit.text == ""
        assert profile.sketch.hashes.tolist() == one.profile.sketch.hashes.tolist()
        assert [why.text for why in reader.cluster("c-a").canonical.reasons] == [None, "(kept)"]
        (told,) = [
            c.event.data for c in reader.changes(after=0, limit=99) if c.event.subject == "c-a"
        ]
        assert told == {**changed, "to": {"article_id": None, "source": None}}
        assert reader.remembered("k") == (b"d", b"")
        assert reader.revision_texts("a", [1, 2]) == {} or all(
            not text.body for text in reader.revision_texts("a", [1, 2]).values()
        )
        assert reader.due(99.0, limit=9) == ([], [])
        assert reader.withheld_counts(11.0)["purged"] == 1
        assert reader.verify() == []
    store.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    words = ["zorvexil", "quandrifol", "krampuzzle", "wraxotine", "courtesy"]
    assert [word for word in words if word.encode() in content] == []


def test_a_text_after_a_purge_is_a_text(store):
    """An article that is stored anew has text and can be purged once more."""
    post(store, "a")
    with store.write() as writer:
        writer.purge_text("a", SHINGLES)
        writer.revise(reading("a", seed=2, body="New words."))
        assert writer.purged(["a"]) == {}
        assert writer.article("a").article.body == "New words."
        writer.purge_text("a", SHINGLES[:1])
        assert writer.purged(["a"])["a"].tolist() == [3]
    with store.read() as reader:
        assert reader.verify() == []


def test_only_a_stored_text_is_purged(store):
    """An unknown article is told so."""
    with store.write() as writer, pytest.raises(NotFound):
        writer.purge_text("a", SHINGLES)


@pytest.mark.parametrize("n", [1, 100])
def test_kept_answers_that_speak_of_articles_are_forgotten(store, n):
    """Of few articles as of many; the others stay."""
    names = [
        f"a_{k:a>16}".replace("0", "2").replace("1", "b").replace("8", "c").replace("9", "d")
        for k in range(n)
    ]
    with store.write() as writer:
        writer.remember("speaks", b"d", json.dumps({"id": names[-1]}).encode())
        writer.remember("silent", b"d", json.dumps({"id": "a_zzzzzzzzzzzzzzzz"}).encode())
    with store.write() as writer:
        writer.forget_answers(names)
        assert writer.remembered("speaks") == (b"d", b"")
        assert writer.remembered("silent")[1]


def test_counts_by_status(store):
    """Each article once a status, those released or past their hour not at all."""
    post(store, "a", "b", "c")
    with store.write() as writer:
        writer.withhold([killed("a"), flag("b", "a"), flag("b", "x"), embargo("c", 5.0)])
        counts = writer.withheld_counts(6.0)
    assert counts == {
        "canceled": 1,
        "upstream_killed": 1,
        "withheld": 0,
        "embargoed": 0,
        "purged": 0,
    }


def test_what_an_order_says_of_itself_comes_back(store):
    """Its time and its version are kept with the record and the order, without words."""
    stated = Version(revision=2, created=4.0, status=PubStatus.WITHHELD)
    worded = replace(stated, chain="headline:secret words", targets=("x",))
    post(store, "a")
    with store.write() as writer:
        writer.withhold([replace(killed("a"), at=4.5, version=worded)])
        about = Order(
            target=b"t",
            source="wire",
            outlet=None,
            status=PubStatus.WITHHELD,
            notice="a",
            at=4.5,
            version=worded,
        )
        writer.remember_orders([about])
    with store.read() as reader:
        (row,) = reader.withheld(["a"])["a"]
        assert (row.at, row.version) == (4.5, stated)
        assert reader.orders([b"t"]) == [replace(about, version=stated)]
