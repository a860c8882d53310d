"""Copies, excerpts, updates, digests and whose they are, asked over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from api.http import create_app
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD, paragraphs


@pytest.fixture
def client(tmp_path):
    config = Config.load(data=tmp_path, model=HASHED_MODEL)
    with (
        open_service(config) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        yield client


def post(client, name, body, **more):
    article = {"id": name, "title": f"Report {name}", "body": body, **more}
    response = client.post("/v1/articles", json=article)
    assert response.status_code in (200, 201), response.text
    return response.json()


def cluster_of(client, answer):
    return client.get(f"/v1/articles/{answer['article']['id']}").json()["cluster"]["id"]


def events(client, kind):
    items = client.get("/v1/changes", params={"limit": 500}).json()["items"]
    return [item for item in items if item["kind"] == kind]


def test_the_original_takes_over_when_it_arrives(client):
    """A repost names a phantom; the credited outlet's own article becomes canonical, as an event."""
    repost = post(
        client,
        "blog-1",
        HARBOUR + "\n(Courtesy: Al-Jazeera)\n",
        source="Coast Blog",
        published="2024-03-06",
    )
    assert repost["canonical"]["source"] == "Al Jazeera"
    assert repost["canonical"]["in_index"] is False
    original = post(
        client,
        "aj-77",
        HARBOUR,
        source="Al Jazeera",
        url="https://www.aljazeera.com/news/port-velmar",
        published="2024-03-05",
    )
    assert original["cluster"]["id"] == repost["cluster"]["id"]
    assert original["canonical"]["article_id"] == original["article"]["id"]
    assert original["canonical"]["in_index"] is True
    (changed,) = events(client, "canonical_changed")
    assert changed["subject"] == repost["cluster"]["id"]
    assert changed["data"]["from"] == {"article_id": None, "source": "Al Jazeera"}
    assert changed["data"]["to"]["article_id"] == original["article"]["id"]
    again = client.get(f"/v1/articles/{repost['article']['id']}").json()
    assert again["canonical"]["article_id"] == original["article"]["id"]
    assert again["cluster"]["relation"] in {"exact", "near_duplicate"}
    assert again["cluster"]["of"] == original["article"]["id"]


def test_a_copy_an_excerpt_and_a_stranger(client):
    """The copy and the excerpt join the cluster with their evidence; the stranger does not."""
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    copy = post(client, "b", HARBOUR, source="Ostrand News", published="2024-03-05T10:00:00Z")
    excerpt = post(
        client,
        "c",
        paragraphs(HARBOUR, 0, 2),
        source="Daily Brief",
        published="2024-03-05T11:00:00Z",
    )
    stranger = post(client, "d", BRIDGE, source="Asker Echo", published="2024-03-05T12:00:00Z")
    assert copy["cluster"]["relation"] == "exact"
    assert excerpt["cluster"]["relation"] == "excerpt"
    assert excerpt["cluster"]["size"] == 3
    assert cluster_of(client, first) == cluster_of(client, copy) == cluster_of(client, excerpt)
    assert stranger["cluster"] | {"id": None} == {
        "id": None,
        "size": 1,
        "relation": "none",
        "of": None,
        "probability": None,
    }
    match = next(m for m in excerpt["matches"] if m["article_id"] == first["article"]["id"])
    assert match["evidence"]["contained"] == 1.0
    passage = match["evidence"]["passages"][0]
    ours = paragraphs(HARBOUR, 0, 2)[passage["ours"]["start"] : passage["ours"]["end"]]
    theirs = HARBOUR[passage["theirs"]["start"] : passage["theirs"]["end"]]
    assert ours == theirs
    assert len(ours.split()) > 60


def test_an_outlet_that_files_again_updates_its_piece(client):
    """The newer filing shares the cluster and counts once in its size."""
    post(client, "v1", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    longer = HARBOUR + "\nA second team of divers was to go down at first light on Wednesday.\n"
    update = post(client, "v2", longer, source="Velmar Post", published="2024-03-05T14:00:00Z")
    assert update["cluster"]["relation"] == "update"
    assert update["cluster"]["size"] == 1


def test_a_digest_joins_no_cluster(client):
    """A text that holds two strangers is linked to both and merged with neither."""
    one = post(client, "one", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    two = post(client, "two", ORCHARD, source="Lenn Times", published="2024-03-05T08:30:00Z")
    digest = post(
        client,
        "digest",
        HARBOUR + "\n" + ORCHARD,
        source="Evening Digest",
        published="2024-03-05T18:00:00Z",
    )
    names = {cluster_of(client, answer) for answer in (one, two, digest)}
    assert len(names) == 3
    assert digest["cluster"]["size"] == 1
    assert {m["article_id"] for m in digest["matches"] if m["relation"] == "excerpt"} == {
        one["article"]["id"],
        two["article"]["id"],
    }


def test_a_digest_stays_out_when_another_copy_arrives(client):
    """A later copy of one part does not pull the digest into its cluster."""
    post(client, "one", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    post(client, "two", ORCHARD, source="Lenn Times", published="2024-03-05T08:30:00Z")
    digest = post(client, "digest", HARBOUR + "\n" + ORCHARD, source="Evening Digest")
    copy = post(client, "three", HARBOUR, source="Ostrand News", published="2024-03-06")
    assert copy["cluster"]["size"] == 2
    assert cluster_of(client, digest) != copy["cluster"]["id"]


def test_a_revision_moves_to_where_its_new_text_belongs(client):
    """The same identity with another text leaves its cluster and keeps its id."""
    post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
    copy = post(client, "b", HARBOUR, source="Ostrand News", published="2024-03-05")
    assert copy["cluster"]["size"] == 2
    revised = post(client, "b", BRIDGE, source="Ostrand News", published="2024-03-05")
    assert revised["article"]["id"] == copy["article"]["id"]
    assert (revised["article"]["revision"], revised["article"]["status"]) == (2, "revised")
    assert revised["cluster"]["size"] == 1
    assert revised["cluster"]["id"] != copy["cluster"]["id"]


def test_a_deleted_article_leaves_no_trace_in_its_cluster(client):
    """The rest of the cluster is settled anew; the last one to go retires it."""
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
    copy = post(client, "b", HARBOUR, source="Ostrand News", published="2024-03-05")
    assert client.delete(f"/v1/articles/{first['article']['id']}").status_code == 204
    assert client.get(f"/v1/articles/{first['article']['id']}").status_code == 404
    rest = client.get(f"/v1/articles/{copy['article']['id']}").json()
    assert rest["cluster"]["size"] == 1
    assert rest["canonical"]["article_id"] == copy["article"]["id"]
    assert client.delete(f"/v1/articles/{copy['article']['id']}").status_code == 204
    assert client.get(f"/v1/clusters/{copy['cluster']['id']}").status_code == 404
    third = post(client, "c", HARBOUR, source="Third Paper", published="2024-03-07")
    assert third["cluster"]["size"] == 1
    assert third["matches"] == []


def test_posting_again_changes_nothing(client):
    """The same article twice is one article, unchanged."""
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
    again = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
    assert again["article"] | {"status": "created"} == first["article"]
    assert again["article"]["status"] == "unchanged"
    assert [item["kind"] for item in events(client, "article_created")] == ["article_created"]


def test_a_check_answers_as_a_post_would_and_stores_nothing(client):
    """The answer names the cluster that a copy would join; nothing is indexed."""
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
    copy = {"id": "b", "title": "Report b", "body": HARBOUR, "source": "Ostrand News"}
    checked = client.post("/v1/check", json=copy).json()
    assert checked["cluster"]["id"] == first["cluster"]["id"]
    assert checked["cluster"]["size"] == 2
    assert client.get(f"/v1/articles/{checked['article']['id']}").status_code == 404
    alone = client.post("/v1/check", json={"title": "A bridge", "body": BRIDGE}).json()
    assert (alone["cluster"]["id"], alone["story"]["id"]) == (None, None)
    assert events(client, "article_created")[1:] == []
