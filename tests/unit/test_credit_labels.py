"""Labels of credits: how a line states them, and that the shipped set is consistent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import pytest

from api.credit_labels import canonical_label, labelled_text, unlabelled, value_of
from dedupe.credit_evaluation import Whose
from dedupe.errors import BadInput
from dedupe.model import CreditKind

SHIPPED = Path(__file__).parents[2] / "benchmarks" / "labels" / "credits.jsonl"
ELSEWHERE = {"republication", "assisted", "press_release"}


def row(*credits, **more):
    return {"id": "1", "title": "Lock", "body": "AP: gates. AP", "credits": list(credits), **more}


def read(told):
    return labelled_text(told, str.upper)


@pytest.fixture(scope="module")
def shipped():
    return [orjson.loads(line) for line in SHIPPED.read_bytes().splitlines()]


def test_a_phrase_stands_where_it_first_occurs_unless_the_label_says_where():
    """Without ``start`` the first occurrence counts, with it that very one; the body is meant."""
    first = read(row({"kind": "photo", "source": "ap", "text": "AP"})).credits[0]
    assert (first.field, first.start, first.end, first.source) == ("body", 0, 2, "ap")
    last = read(row({"kind": "own", "source": None, "text": "AP", "start": 11})).credits[0]
    assert (last.start, last.end, last.source, last.kind) == (11, 13, None, CreditKind.OWN)


def test_fields_are_those_of_a_span():
    """Title, body, address and a value of the metadata can hold a phrase."""
    told = row(url="https://x.example/ap/", metadata={"credit": "AP / TT", "n": 3})
    values = [value_of(told, name) for name in ("title", "url", "metadata.credit", "metadata.n")]
    assert values == ["Lock", "https://x.example/ap/", "AP / TT", None]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ({"kind": "reprint", "source": "AP", "text": "AP"}, "kind"),
        ({"kind": "photo", "source": "AP", "text": "TASS"}, "text"),
        ({"kind": "photo", "source": "AP", "text": "AP", "start": 3}, "text"),
        ({"kind": "photo", "source": "AP", "text": "AP", "field": "metadata.credit"}, "text"),
        ("AP", "credits"),
    ],
)
def test_a_label_that_cannot_be_used_is_refused(label, field):
    """A kind nobody knows and a phrase that does not stand there name the label that is wrong."""
    with pytest.raises(BadInput) as refused:
        read(row(label))
    assert refused.value.field == field


def test_an_origin_is_one_of_several_or_none():
    """One name, a list any of which is right, or null for the outlet's own text."""
    assert read(row(origin="Afp")).origins == {"afp"}
    assert read(row(origin=["AP", "tt  x"])).origins == {"ap", "tt x"}
    assert read(row(origin=None)).origins == frozenset()


def test_a_canonical_is_an_article_or_a_phantom():
    """Nothing else is a label, both at once are none, and it is one beside credits only."""

    def label(told):
        return canonical_label(row(canonical=told), str)

    assert label({"article": 7}) == Whose(article="7", source=None)
    assert label({"phantom": "AP"}) == Whose(article=None, source="ap")
    assert label(None) is None
    assert canonical_label({"canonical": "https://x.example/a"}, str) is None
    for bad in ({}, {"article": "1", "phantom": "AP"}, "AP"):
        with pytest.raises(BadInput):
            label(bad)


def test_the_pipeline_never_sees_a_label():
    """Credits, origin, canonical and groups are taken off, everything else stays."""
    told = row(origin="AP", canonical={"phantom": "AP"}, cluster="c", story="s", lang="en")
    assert unlabelled(told) == {"id": "1", "title": "Lock", "body": "AP: gates. AP", "lang": "en"}
    assert unlabelled({"id": "1", "cluster": "c", "origin": "AP"}) == {"id": "1", "origin": "AP"}


def test_the_shipped_set_can_be_read(shipped):
    """Every phrase stands where its label says and every kind is known."""
    for one in shipped:
        for credit in read(one).credits:
            assert credit.end <= len(value_of(one, credit.field) or "")


def test_the_shipped_set_is_as_large_and_as_mixed_as_it_says(shipped):
    """At least 350 texts in 30 languages, 100 of them own reporting, all kinds, ids once each."""
    assert len(shipped) >= 350
    assert len({one["id"] for one in shipped}) == len(shipped)
    assert len({one["lang"] for one in shipped}) >= 30
    own = [o for o in shipped if not any(c["kind"] in ELSEWHERE for c in o["credits"])]
    assert len(own) >= 100
    kinds = Counter(credit["kind"] for one in shipped for credit in one["credits"])
    assert set(kinds) == set(CreditKind)
    assert min(kinds.values()) >= 15
    for one in shipped:
        assert all(one.get(name) for name in ("id", "lang", "source", "url", "title", "published"))
        assert len(one["body"]) >= 90


def test_the_documentation_counts_the_shipped_set(shipped):
    """Texts, languages, own reporting and clusters are as many as docs/evaluate.md says."""
    own = [o for o in shipped if not any(c["kind"] in ELSEWHERE for c in o["credits"])]
    clusters = {one["cluster"] for one in shipped if "cluster" in one}
    said = " ".join((SHIPPED.parents[2] / "docs" / "evaluate.md").read_text("utf-8").split())
    assert f"{len(shipped)} made-up articles in {len({o['lang'] for o in shipped})} langu" in said
    assert f"{len(own)} articles of the outlets' own" in said
    assert f"and {len(clusters)} clusters" in said


def test_what_comes_from_elsewhere_says_so(shipped):
    """A text with an origin has a credit to it; its own text has no republication in it."""
    for one in shipped:
        kinds = {credit["kind"] for credit in one["credits"]}
        if one["origin"] is None:
            assert not kinds & {"republication", "press_release"}, one["id"]
        else:
            assert kinds & {"republication", "press_release"}, one["id"]


def test_the_shipped_clusters_agree_with_their_labels(shipped):
    """Clusters have two members or more and one canonical, which is one of them or a phantom."""
    clusters: dict[str, list] = {}
    for one in shipped:
        if "cluster" in one:
            clusters.setdefault(one["cluster"], []).append(one)
    assert len(clusters) >= 35
    for members in clusters.values():
        assert 2 <= len(members) <= 5
        (canonical,) = {orjson.dumps(one["canonical"]) for one in members}
        article = orjson.loads(canonical).get("article")
        assert article is None or article in {one["id"] for one in members}
