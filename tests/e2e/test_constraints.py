"""What an editor orders is obeyed at once, by every later arrival, and taken back as it was given."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import open_service, verify
from api.cli.main import cli
from api.config import Config
from api.http import create_app
from api.keys import KeyRing, Scope, issue
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD

COPY = {"title": "Ferries stop", "body": HARBOUR}
OTHER = {"title": "A bridge closes", "body": BRIDGE}


@pytest.fixture
def service(tmp_path):
    with open_service(Config.load(data=tmp_path, model="hashed")) as service:
        yield service


@pytest.fixture
def client(service):
    with TestClient(create_app(service), base_url="http://localhost") as client:
        yield client


def post(client, name, text, **more):
    told = {"id": name, "source": f"Paper {name}", "published": "2024-03-01T10:00:00Z", **text}
    answer = client.post("/v1/articles", json=told | more)
    assert answer.status_code == 201, answer.text
    return answer.json()["article"]["id"]


def order(client, kind, *articles, **more):
    told = {"kind": kind, "articles": list(articles), "by": "night desk", **more}
    return client.post("/v1/constraints", json=told)


def groups(client, *ids):
    """(cluster, story) of each article."""
    told = [client.get(f"/v1/articles/{name}").json() for name in ids]
    return [(one["cluster"]["id"], one["story"]["id"]) for one in told]


def test_articles_ordered_together_are_one_story_at_once(client):
    """A must-link merges two stories, the answer says where both lie, and taking it back splits them."""
    a, b, copy = post(client, "a", COPY), post(client, "b", OTHER), post(client, "c", COPY)
    before = groups(client, a, b, copy)
    assert before[0] == before[2] != before[1]
    answer = order(client, "must_link", b, a, why="one event")
    assert answer.status_code == 201
    told = answer.json()
    (ca, sa), (cb, sb), (_, sc) = groups(client, a, b, copy)
    assert sa == sb == sc
    assert ca != cb
    assert told["articles"] == sorted([a, b])
    assert told["level"] == "story"
    assert {each["story"] for each in told["now"]} == {sa}
    assert client.delete(f"/v1/constraints/{told['id']}").status_code == 204
    assert len({story for _, story in groups(client, a, b, copy)}) == 2
    kinds = [each["kind"] for each in client.get("/v1/changes?limit=500").json()["items"]]
    assert kinds.count("constraint_added") == kinds.count("constraint_removed") == 1
    assert kinds.index("constraint_added") < kinds.index("story_merged")


def test_articles_ordered_apart_stay_apart_whatever_arrives(client):
    """A cannot-link takes copies apart; a later copy joins one of both, never brings them together."""
    a, b = post(client, "a", COPY), post(client, "b", COPY)
    assert len(set(groups(client, a, b))) == 1
    assert order(client, "cannot_link", a, b).status_code == 201
    later = [post(client, str(k), COPY) for k in range(4)]
    (ca, sa), (cb, sb) = groups(client, a, b)
    assert ca != cb
    assert sa != sb
    assert {story for _, story in groups(client, *later)} <= {sa, sb}


def test_articles_apart_at_the_level_of_clusters_share_a_story(client):
    """The text of one is not to be a copy of the other's; they may be about one event."""
    a, b = post(client, "a", COPY), post(client, "b", COPY)
    order(client, "cannot_link", a, b, level="cluster")
    (ca, sa), (cb, sb) = groups(client, a, b)
    assert ca != cb
    assert sa == sb


def test_a_pinned_article_is_the_canonical(client):
    """It stands for its cluster, with who pinned it as the reason, until it is taken back."""
    a, b = post(client, "a", COPY), post(client, "b", COPY)
    first = client.get(f"/v1/articles/{b}").json()["canonical"]
    assert first["article_id"] == a
    told = client.post(
        "/v1/constraints",
        json={"kind": "pinned_canonical", "article": b, "by": "night desk", "why": "they broke it"},
    ).json()
    assert (told["level"], told["articles"]) == ("cluster", [b])
    post(client, "c", COPY)
    pinned = client.get(f"/v1/articles/{a}").json()["canonical"]
    assert (pinned["article_id"], pinned["confidence"], pinned["in_index"]) == (b, 1.0, True)
    assert pinned["reasons"][0]["rule"] == "pinned"
    assert pinned["reasons"][0]["text"] == "by night desk: they broke it"
    client.delete(f"/v1/constraints/{told['id']}")
    assert client.get(f"/v1/articles/{b}").json()["canonical"] == first | {
        "reasons": client.get(f"/v1/articles/{a}").json()["canonical"]["reasons"]
    }


def test_a_contradiction_is_refused_with_its_chain(client):
    """a with b, b with c, then a apart from c: 409, and the orders and articles in between."""
    a, b, c = (
        post(client, name, text)
        for name, text in (("a", COPY), ("b", OTHER), ("c", {"title": "Apples", "body": ORCHARD}))
    )
    chain = [order(client, "must_link", *pair).json()["id"] for pair in ((a, b), (b, c))]
    before = groups(client, a, b, c)
    refused = order(client, "cannot_link", a, c)
    assert refused.status_code == 409
    told = refused.json()
    assert told["type"] == "urn:samestory:problem:contradiction"
    assert set(told["chain"]["constraints"]) == set(chain)
    assert told["chain"]["articles"] in ([a, b, c], [c, b, a])
    assert groups(client, a, b, c) == before
    assert len(client.get("/v1/constraints").json()["items"]) == 2


def test_the_same_order_is_given_once(client):
    """Sent again, by whomever, the order in force is the answer."""
    a, b = post(client, "a", COPY), post(client, "b", OTHER)
    first = order(client, "cannot_link", a, b)
    again = order(client, "cannot_link", b, a, by="another desk")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


@pytest.mark.parametrize(
    ("told", "status", "field"),
    [
        ({"kind": "must_link", "articles": ["{a}", "a_none"], "by": "x"}, 404, "article"),
        ({"kind": "must_link", "articles": ["{a}", "{a}"], "by": "x"}, 422, "articles"),
        ({"kind": "must_link", "articles": ["{a}"], "by": "x"}, 422, "articles"),
        ({"kind": "must_link", "by": "x"}, 422, "articles"),
        ({"kind": "must_link", "articles": ["{a}", "{b}"]}, 422, "by"),
        ({"kind": "must_link", "articles": ["{a}", "{b}"], "by": " "}, 422, "by"),
        ({"kind": "pinned_canonical", "article": "{a}", "level": "story", "by": "x"}, 422, "level"),
        ({"kind": "never", "articles": ["{a}", "{b}"], "by": "x"}, 422, "kind"),
        (
            {"kind": "must_link", "articles": ["{a}", "{b}"], "by": "x", "why": "y" * 1001},
            422,
            "why",
        ),
    ],
)
def test_what_cannot_be_ordered_is_refused_by_field(client, told, status, field):
    """An order that is unclear, or about nobody, names the field and leaves nothing behind."""
    ids = {"{a}": post(client, "a", COPY), "{b}": post(client, "b", OTHER)}
    named = {
        name: [ids.get(each, each) for each in value]
        if isinstance(value, list)
        else ids.get(value, value)
        for name, value in told.items()
    }
    refused = client.post("/v1/constraints", json=named)
    assert (refused.status_code, refused.json()["field"]) == (status, field)
    assert client.get("/v1/constraints").json() == {"items": [], "next": None}


def test_orders_are_listed_in_pages_and_by_article(client):
    """In the order they were given, with a cursor; about one article, only those."""
    ids = [post(client, str(k), {"title": f"T {k}", "body": f"{HARBOUR} {k}"}) for k in range(4)]
    given = [order(client, "cannot_link", ids[0], other).json()["id"] for other in ids[1:]]
    first = client.get("/v1/constraints?limit=2").json()
    rest = client.get("/v1/constraints", params={"limit": 2, "after": first["next"]}).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == given
    assert rest["next"] is None
    about = client.get("/v1/constraints", params={"article": ids[2]}).json()["items"]
    assert [each["id"] for each in about] == [given[1]]
    assert client.get(f"/v1/constraints/{given[1]}").json() == about[0]


def test_an_order_outlives_revisions_and_goes_with_its_article(client, service):
    """A new text moves nobody that an order holds; a deleted article takes its orders along."""
    a, b = post(client, "a", COPY), post(client, "b", OTHER)
    order(client, "must_link", a, b)
    told = {"id": "a", "source": "Paper a", "title": "Apples", "body": ORCHARD}
    assert client.post("/v1/articles", json=told).json()["article"]["status"] == "revised"
    assert len({story for _, story in groups(client, a, b)}) == 1
    assert client.delete(f"/v1/articles/{a}").status_code == 204
    assert client.get("/v1/constraints").json()["items"] == []
    kinds = [each["kind"] for each in client.get("/v1/changes?limit=500").json()["items"]]
    assert kinds.count("constraint_removed") == 1


def test_pinning_again_makes_it_the_canonical_again(client):
    """Of two pinned articles of a cluster the one pinned last stands for it, anew when pinned anew."""
    a, b = post(client, "a", COPY), post(client, "b", COPY)

    def pinned(name, **more):
        told = {"kind": "pinned_canonical", "article": name, "by": "desk", **more}
        answer = client.post("/v1/constraints", json=told)
        (now,) = answer.json()["now"]
        assert now["canonical"] == name
        assert client.get(f"/v1/articles/{a}").json()["canonical"]["article_id"] == name
        return answer

    first, second = pinned(b), pinned(a)
    again = pinned(b, by="night desk", why="it was first")
    assert [each.status_code for each in (first, second, again)] == [201, 201, 200]
    assert again.json()["id"] == first.json()["id"]
    assert (again.json()["by"], again.json()["why"]) == ("night desk", "it was first")
    assert again.json()["at"] >= second.json()["at"]
    listed = [each["id"] for each in client.get("/v1/constraints").json()["items"]]
    assert listed == [second.json()["id"], first.json()["id"]]


def test_a_contradiction_is_told_step_by_step_and_a_long_chain_is_cut(client):
    """The text names what was ordered and each order of the chain; `chain` has all of them."""
    texts = [{"title": f"T {k}", "body": f"{ORCHARD} Number {k}."} for k in range(9)]
    ids = [post(client, str(k), text) for k, text in enumerate(texts)]
    must = [order(client, "must_link", *pair).json()["id"] for pair in pairwise(ids)]
    told = order(client, "cannot_link", ids[0], ids[2]).json()
    a, b = sorted((ids[0], ids[2]))
    one, two = must[:2] if a == ids[0] else (must[1], must[0])
    assert told["detail"] == (
        f"cannot_link, story of {a} and {b} cannot be obeyed: these must share a story: "
        f"{a} - {one} (must_link, story) - {ids[1]} - {two} (must_link, story) - {b}"
    )
    told = order(client, "cannot_link", ids[0], ids[8]).json()
    assert "- ... 2 more ... -" in told["detail"]
    assert sum(name in told["detail"] for name in must) == 6
    assert set(told["chain"]["constraints"]) == set(must)
    apart = order(client, "cannot_link", ids[0], post(client, "x", OTHER)).json()
    other = next(name for name in apart["articles"] if name != ids[0])
    told = order(client, "must_link", ids[1], other).json()
    assert f"with {apart['id']} (cannot_link, story of" in told["detail"]
    assert " - this order - " in told["detail"]


def test_orders_are_filtered_and_an_unknown_parameter_is_refused(client):
    """By kind, level and article; what the route does not know is no filter that is passed over."""
    a, b = post(client, "a", COPY), post(client, "b", OTHER)
    must = order(client, "must_link", a, b).json()["id"]
    apart = order(client, "cannot_link", a, b, level="cluster").json()["id"]

    def ids(**asked):
        answer = client.get("/v1/constraints", params=asked)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    assert ids(kind="must_link") == [must]
    assert ids(level="cluster") == [apart] == ids(kind="cannot_link", article=a)
    assert ids(kind="pinned_canonical") == []
    for asked, status, field in (
        ({"sort": "by"}, 422, "sort"),
        ({"kind": "never"}, 422, "kind"),
        ({"article": "a_none"}, 404, "article"),
    ):
        refused = client.get("/v1/constraints", params=asked)
        assert (refused.status_code, refused.json()["field"]) == (status, field)


@pytest.mark.parametrize("level", ["cluster", "story"])
def test_a_deleted_article_keeps_nobody_apart_any_more(client, level):
    """The copies of both sides lie together as soon as one side of the order is deleted."""
    a, b, c, d = (post(client, name, COPY) for name in "abcd")
    order(client, "cannot_link", a, b, level=level)
    order(client, "must_link", a, c, level="cluster")
    order(client, "must_link", b, d, level="cluster")
    before = groups(client, b, c, d)
    assert before[0] == before[2] != before[1]
    client.delete(f"/v1/articles/{a}")
    assert len(set(groups(client, b, c, d))) == 1


def test_what_was_sent_is_shown_as_json_and_cut(client):
    """`value` is JSON, one article named twice is said to be, a long id is not echoed whole."""
    a = post(client, "a", COPY)
    told = order(client, "must_link", a, a).json()
    assert json.loads(told["value"]) == [a, a]
    assert told["detail"] == "articles: 1 article is named; one is named twice"
    told = order(client, "must_link", a, "x" * 5000).json()
    assert (told["status"], "x" * 100 in told["detail"]) == (404, True)
    assert "x" * 101 not in told["detail"]


def test_the_key_says_who_orders(service):
    """Where keys are asked for, one of scope admin is needed, and names who gave the order."""
    secrets = {scope: issue(scope) for scope in (Scope.WRITE, Scope.ADMIN)}
    app = create_app(service, keys=KeyRing([key for _, key in secrets.values()]))
    with TestClient(app, base_url="http://localhost") as client:
        client.headers["X-API-Key"] = secrets[Scope.WRITE][0]
        a, b = post(client, "a", COPY), post(client, "b", OTHER)
        told = {"kind": "must_link", "articles": [a, b]}
        assert client.post("/v1/constraints", json=told).status_code == 403
        client.headers["X-API-Key"] = secrets[Scope.ADMIN][0]
        given = client.post("/v1/constraints", json=told).json()
    assert given["by"] == f"key {secrets[Scope.ADMIN][1].name}"


def test_orders_hold_in_groups_that_are_gathered_in_part(tmp_path):
    """With groups far above what an arrival gathers, nobody is brought together or torn apart."""
    few = {"repair_limit": 4, "group_sample": 2, "copy_candidates": 4}
    config = Config.load(data=tmp_path, model="hashed", **few)
    rng = random.Random(5)
    with (
        open_service(config) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        ids = [
            post(client, f"p{k}", {"title": COPY["title"], "body": f"{HARBOUR} {k % 3}"})
            for k in range(16)
        ]
        strange = post(client, "s", OTHER)
        order(client, "cannot_link", ids[2], ids[11])
        order(client, "must_link", ids[2], strange)
        for k in range(16, 40):
            words = HARBOUR.split()
            body = " ".join(w for w in words if rng.random() > 0.03)
            ids.append(post(client, f"p{k}", {"title": COPY["title"], "body": body}))
            (_, one), (_, other), (_, third) = groups(client, ids[2], ids[11], strange)
            assert one != other
            assert one == third
    assert not verify(config)


def test_the_command_line_orders_lists_and_removes(tmp_path, client, monkeypatch, capsys):
    """`samestory constraints` adds, lists and removes, by the ids articles were posted under."""
    a, b = post(client, "one", COPY), post(client, "two", OTHER)
    monkeypatch.setenv("SAMESTORY_MODEL", "hashed")
    data = ["--data", str(tmp_path)]
    run = ["constraints", "add", "must", "one", "two", "--by", "desk", "--why", "one event", *data]
    cli.main(run, standalone_mode=False)
    (known,) = client.get("/v1/constraints").json()["items"]
    assert (known["articles"], known["by"], known["why"]) == (sorted([a, b]), "desk", "one event")
    assert known["id"] in capsys.readouterr().out
    cli.main(["constraints", "list", "--article", "two", *data], standalone_mode=False)
    told = capsys.readouterr().out
    assert known["id"] in told
    assert "one event" in told
    cli.main(["constraints", "remove", known["id"], *data], standalone_mode=False)
    assert client.get("/v1/constraints").json()["items"] == []


def test_events_of_one_commit_come_in_order(client):
    """First the order, then the moves, each cluster before the story, then what the groups became."""
    a, b = post(client, "a", COPY), post(client, "b", OTHER)
    before = client.get("/v1/changes?limit=500").json()["next"]
    order(client, "must_link", a, b, level="cluster")
    found = client.get("/v1/changes", params={"after": before, "limit": 500}).json()["items"]
    moved = [each["subject"] for each in found if each["kind"].endswith("_joined")]
    assert len(set(moved)) == 1
    assert [each["kind"] for each in found][:5] == [
        "constraint_added",
        "cluster_joined",
        "story_joined",
        "cluster_merged",
        "story_merged",
    ]
    assert (found[1]["data"]["cluster"], found[2]["data"]["story"]) == groups(client, a)[0]
