"""What a disclosed reader tells of an article that may not be shown, method by method."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.answer import Answer, ArticleView, ClusterView, Status, StoryView
from dedupe.furniture import Learned, Line
from dedupe.listing import Held, Share, StoryQuery
from dedupe.model import (
    Article,
    Canonical,
    Credit,
    CreditKind,
    Evidence,
    Furniture,
    Match,
    Notice,
    Passage,
    Reason,
    Relation,
    Span,
)
from dedupe.night.records import LineageLine
from dedupe.ports import Change, StoredArticle
from dedupe.revisions.order import Chained, KeptRevision
from dedupe.state import ClusterState, Event, Placement
from dedupe.version import PubStatus, Version, VersionNote
from dedupe.withheld.disclosure import answered, disclosed
from dedupe.withheld.records import USABLE, By, Visibility, Withholding

SPAN = Span(field="body", start=0, end=6)
PASSAGE = Passage(ours=SPAN, theirs=SPAN, words=9, weight=1.0)
VERSION = Version(
    number=2,
    chain="headline:secret",
    targets=("secret",),
    notes=(VersionNote(span=SPAN, text="secret note", why="w"),),
)
TEXT = Article(
    external_id="x",
    source="Wire",
    url="https://secret.example",
    title="secret",
    body="secret",
    metadata={"k": "secret"},
    notices=(Notice(field="body", value="secret", action="secret"),),
)


def credit(source):
    return Credit(
        kind=CreditKind.REPUBLICATION, source=source, text="secret", span=SPAN, confidence=1.0
    )


def match(name):
    evidence = Evidence(
        overlap=0.5,
        contains=0.5,
        contained=0.5,
        lede_cosine=None,
        hours_apart=None,
        features={},
        passages=(PASSAGE,),
    )
    return Match(
        article_id=name,
        relation=Relation.EXACT,
        p_same_text=1.0,
        p_same_story=1.0,
        evidence=evidence,
    )


def stored(name, *others, source="Secret Agency"):
    return StoredArticle(
        key=1,
        id=name,
        revision=1,
        received=1.0,
        article=TEXT,
        published=None,
        furniture=(Furniture(span=SPAN, why="share"),),
        credits=(credit(source),),
        placement=Placement(article_id=name, cluster="c", story="s"),
        matches=tuple(map(match, others)),
        has_vector=True,
        version=VERSION,
    )


def phantom(by):
    return Canonical(
        article_id=None,
        source="Secret Agency",
        url=None,
        in_index=False,
        confidence=0.9,
        reasons=(Reason(rule="credit.republication", text="secret", span=SPAN, article_id=by),),
    )


def line(name, *examples):
    learned = Learned(line=1, witnesses=3, articles=3, first=None, last=None, examples=examples)
    return Line(learned=learned, text=name, kept=False)


class Shelf:
    """A reader of three articles: ``h`` is hidden until hour 50, ``v`` and ``w`` are not."""

    def __init__(self):
        self.asked = None
        self.credits = {"v": "Wire", "w": "Wire"}
        self.subject = "c"
        self.passed = []
        self.heirs = {}

    def any_withheld(self):
        return True

    def withheld(self, ids):
        row = Withholding(
            article_id="h", status=PubStatus.EMBARGOED, since=1.0, until=50.0, by=By.SOURCE
        )
        return {"h": [row]} if "h" in ids else {}

    def withheld_in(self, clusters):
        return self.withheld(["h"])["h"] if "c" in clusters else []

    def article(self, name):
        return stored(name, "h", "v", source=self.credits.get(name, "Secret Agency"))

    def texts(self, ids):
        return dict.fromkeys(ids, TEXT)

    def cluster(self, name):
        if name in self.heirs:
            return None
        return ClusterState(id=name, story="s", size=2, canonical=phantom("h"))

    def cluster_members(self, name, *, limit):
        return ["h", "v"]

    def held(self, stories):
        one = Held(key=1, id="h", cluster="c", canonical=True)
        return {name: [one, replace(one, key=2, id="v")] for name in stories}

    def shares(self, stories):
        one = Share(
            cluster="c", outlet="Wire", canonical_source="Secret Agency", in_index=False, articles=1
        )
        return {name: [one, replace(one, cluster="other")] for name in stories}

    def stories(self, query):
        self.asked = query
        return []

    def changes(self, *, after, limit):
        side = {"article_id": None, "source": "Secret Agency"}
        event = Event(
            kind="canonical_changed", subject=self.subject, data={"from": side, "to": side}
        )
        joined = Event(kind="cluster_joined", subject="h", data={"cluster": "c"})
        return [Change(cursor=1, at="", event=event), Change(cursor=2, at="", event=joined)]

    def survivors(self, name):
        return self.heirs.get(name, ())

    def lineage(self, name):
        ends = [(old, new) for old, new in self.passed if name in (old, new)]
        return [
            LineageLine(at="", night=None, old=old, new=new, articles=1, retired=False)
            for old, new in ends
        ]

    def furniture(self, source):
        return [line("secret", "h"), line("theirs", "h", "v"), line("old")]

    def revisions(self, name):
        kept = KeptRevision(
            version=VERSION,
            digest=b"",
            number=1,
            received=1.0,
            represents=True,
            replaced_by=None,
            purged=None,
            source="wire",
            at=1.0,
        )
        waiting = replace(VERSION, embargo=60.0)
        return [kept, replace(kept, number=2, version=waiting, represents=False)]

    def revision_texts(self, name, numbers):
        return dict.fromkeys(numbers, TEXT)

    def chained(self, source, chain, *, at, hours):
        return [
            Chained(article_id=name, version=VERSION, at=1.0, received=1.0) for name in ("h", "v")
        ]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def reader(shelf):
    return disclosed(shelf, 49.9)


@pytest.fixture
def later(shelf):
    return disclosed(shelf, 50.0)


def test_a_hidden_article_says_who_and_when_but_nothing_else(reader, shelf):
    """Of all that is stored with it only ids, outlet, place and numbers are left."""
    told = reader.article("h")
    assert "secret" not in repr(told).lower()
    assert (told.article.external_id, told.article.source) == ("x", "Wire")
    assert told.version == Version(number=2)
    assert told.visibility == Visibility(
        status=PubStatus.EMBARGOED, since=1.0, until=50.0, by=By.SOURCE
    )
    assert [one.evidence.passages for one in told.matches] == [(), ()]
    assert told.placement == shelf.article("h").placement


def test_at_the_hour_all_is_told(later, shelf):
    """Nothing of a reader differs from the plain one once the embargo has ended."""
    assert later.article("h") == shelf.article("h")
    assert later.cluster("c") == shelf.cluster("c")
    assert later.held(["s"]) == shelf.held(["s"])
    assert later.changes(after=0, limit=9) == shelf.changes(after=0, limit=9)
    assert later.furniture("wire") == shelf.furniture("wire")


def test_an_article_that_may_be_shown_hides_what_it_shares_with_one_that_may_not(reader, shelf):
    """All of it is told but the passages that it has in common with the hidden one."""
    told = reader.article("v")
    assert [len(one.evidence.passages) for one in told.matches] == [0, 1]
    assert replace(told, matches=shelf.article("v").matches) == shelf.article("v")


def test_texts(reader):
    """Only those that may be shown; revisions that wait for their hour neither."""
    assert reader.texts(["h", "v"]) == {
        "h": Article(external_id="x", source="Wire"),
        "v": TEXT,
    }
    assert not any(t.title or t.body for t in reader.revision_texts("h", [1, 2]).values())
    told = reader.revision_texts("v", [1, 2])
    assert [number for number, text in told.items() if text.body] == [1]
    assert [one.version.chain for one in reader.revisions("v")] == ["headline:secret", None]
    assert "secret" not in repr(reader.revisions("h"))
    assert [one.version.notes for one in reader.chained("w", "c", at=1.0)] == [(), VERSION.notes]


def test_a_source_only_the_hidden_article_credits_is_named_nowhere(reader, shelf):
    """Not by the cluster, not by the story's origins, not by the change log."""
    assert "secret" not in repr(reader.cluster("c")).lower()
    shares = reader.shares(["s"])["s"]
    assert [one.canonical_source for one in shares] == [None, "Secret Agency"]
    changed, joined = reader.changes(after=0, limit=9)
    assert [changed.event.data[side]["source"] for side in ("from", "to")] == [None, None]
    assert joined.event.data == {"cluster": "c"}
    shelf.credits["v"] = "Secret Agency"
    again = disclosed(shelf, 49.9)
    assert again.cluster("c").canonical.source == "Secret Agency"
    assert again.cluster("c").canonical.reasons[0].text is None
    assert again.changes(after=0, limit=9)[0].event.data["to"]["source"] == "Secret Agency"


def sources(reader):
    changed, _ = reader.changes(after=0, limit=9)
    return [changed.event.data[side]["source"] for side in ("from", "to")]


@pytest.mark.parametrize(
    ("passed", "heirs"),
    [
        ([], {"old": ("b", "c")}),
        ([("old", "c")], {}),
        ([("old", "b"), ("b", "c")], {}),
        ([("old", "c")], {"old": ("b",)}),
        ([("old", "b"), ("b", "a")], {"a": ("c",)}),
    ],
)
def test_a_source_is_not_told_of_a_cluster_that_the_hidden_article_has_left(shelf, passed, heirs):
    """Whatever became of the cluster: the change log looks wherever its members may lie by now."""
    shelf.subject = "old"
    assert sources(disclosed(shelf, 49.9)) == ["Secret Agency"] * 2
    shelf.passed, shelf.heirs = passed, heirs
    assert sources(disclosed(shelf, 49.9)) == [None, None]
    shelf.credits["v"] = "Secret Agency"
    assert sources(disclosed(shelf, 49.9)) == ["Secret Agency"] * 2


def test_of_a_cluster_that_went_everywhere_nothing_is_told(shelf):
    """Where there are too many to ask, sources outside the index are not named."""
    shelf.subject = "old"
    shelf.passed = [("old", f"b{n}") for n in range(200)]
    assert sources(disclosed(shelf, 49.9)) == [None, None]


@pytest.mark.parametrize(
    "name", ["all_links", "cluster_states", "members_after", "placements", "stamps", "undo"]
)
def test_what_the_night_reads_is_shown_to_nobody(reader, name):
    """Who reads everything at once reads the store itself."""
    with pytest.raises(AttributeError, match=f"a disclosed reader has no {name}"):
        getattr(reader, name)


def test_feeds_leave_it_out(reader, shelf):
    """Stories are told by the others, and found by them."""
    assert [one.id for one in reader.held(["s"])["s"]] == ["v"]
    reader.stories(StoryQuery(text="secret"))
    assert shelf.asked.visible_at == pytest.approx(49.9)


def test_a_line_known_from_hidden_articles_alone_has_no_text(reader):
    """One that stands in an article that may be shown is no secret."""
    assert [one.text for one in reader.furniture("wire")] == ["", "theirs", "old"]


def answer():
    return Answer(
        article=ArticleView(
            id="h",
            external_id="x",
            revision=1,
            status=Status.CREATED,
            published=None,
            furniture=(Furniture(span=SPAN, why="share"),),
            version=VERSION,
        ),
        cluster=ClusterView(id="c", size=1, relation=Relation.NONE, of=None, probability=None),
        story=StoryView(
            id="s",
            size=1,
            relation=Relation.NONE,
            of=None,
            independent_sources=1,
            probability=None,
            related=(),
        ),
        canonical=phantom("h"),
        credits=(credit("Secret Agency"),),
        matches=(match("v"),),
        warnings=TEXT.notices,
        degraded=False,
    )


def test_the_poster_of_a_hidden_article_is_told_no_more_than_others(reader):
    """The answer to it quotes nothing."""
    hidden = Visibility(status=PubStatus.EMBARGOED, until=50.0)
    told = answered(answer(), reader, hidden)
    assert "secret" not in repr(told).lower()
    assert told.article.pub_status == hidden
    assert told.matches[0].evidence.passages == ()


def test_an_answer_where_nothing_is_hidden_is_the_answer(later):
    """It is not even copied."""
    whole = replace(answer(), cluster=replace(answer().cluster, id="other"))
    assert answered(whole, later, USABLE) == whole
