"""Copies, excerpts, updates, digests and whose they are, asked over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from api.http import create_app
from dedupe.model import StoryLink
from dedupe.state import Plan, RelatedLink
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD, paragraphs


@pytest.fixture
def client(shipped_client):
    return shipped_client


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


def test_a_check_knows_the_stories_that_stay_linked(tmp_path):
    """A link to a story that the article does not touch is in the answer, as it would be posted."""
    config = Config.load(data=tmp_path, model=HASHED_MODEL)
    with (
        open_service(config) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        stories = [
            post(client, name, body, source="Velmar Post")["story"]["id"]
            for name, body in (("harbour", HARBOUR), ("bridge", BRIDGE))
        ]
        a, b = sorted(stories)
        link = RelatedLink(a=a, b=b, relation=StoryLink.BACKGROUND, probability=0.3)
        with service.store.write() as writer:
            writer.apply(Plan(related=(link,)))
        copy = {"id": "copy", "body": HARBOUR, "source": "Ostrand News"}
        checked = client.post("/v1/check", json=copy).json()
        assert checked["story"]["related"] == [{"story": stories[1], "relation": "background"}]
        assert client.post("/v1/articles", json=copy).json()["story"] == checked["story"]


def test_a_crowd_of_copies_is_one_cluster(tmp_path):
    """A text is found on more sites than one article is compared with: still one cluster."""
    config = Config.load(data=tmp_path, model=HASHED_MODEL, copy_candidates=8)
    with (
        open_service(config) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        answers = [
            post(client, str(k), f"{HARBOUR}\nEdition number {k} of today.", source=f"Outlet {k}")
            for k in range(24)
        ]
        assert {cluster_of(client, answer) for answer in answers} == {answers[0]["cluster"]["id"]}
        assert answers[-1]["cluster"]["size"] == 24
        assert answers[-1]["canonical"]["article_id"] == answers[0]["article"]["id"]
        client.delete(f"/v1/articles/{answers[3]['article']['id']}")
        rest = [answer for answer in answers if answer is not answers[3]]
        assert {cluster_of(client, answer) for answer in rest} == {answers[0]["cluster"]["id"]}


def test_an_exact_copy_is_closer_than_a_text_that_contains_it(client):
    """Where the same text stands alone and inside a longer one, the relation is ``exact``."""
    longer = f"{HARBOUR}\n{paragraphs(BRIDGE, 0, 1)}\n"
    post(client, "longer", longer, source="Coast Blog", published="2024-03-05T07:00:00Z")
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    copy = post(client, "b", HARBOUR, source="Ostrand News", published="2024-03-05T09:00:00Z")
    assert copy["cluster"]["relation"] == "exact"
    assert copy["cluster"]["of"] == first["article"]["id"]


REPORT = """\
The index of the Velmar exchange closed {change} at {points} points on {day}, {percent} percent from
the session before. Turnover came to {turnover} million crowns. Shares of the grain terminal and the
railway were among the most traded, while banks moved little. Analysts said investors were waiting
for figures from abroad. The next session opens at the usual hour on the following trading day.
"""


def test_a_market_report_of_another_day_is_no_copy(client):
    """The same form with other numbers is other news; the same report elsewhere is a copy."""
    monday = REPORT.format(change="up", points=3612, day="Monday", percent=0.8, turnover=212)
    tuesday = REPORT.format(change="down", points=3580, day="Tuesday", percent=0.9, turnover=305)
    first = post(client, "mon", monday, source="Velmar Post", published="2024-03-04T17:00:00Z")
    second = post(client, "tue", tuesday, source="Velmar Post", published="2024-03-05T17:00:00Z")
    copy = post(client, "other", tuesday, source="Ostrand News", published="2024-03-05T18:00:00Z")
    assert second["cluster"]["relation"] == "none"
    assert second["cluster"]["id"] != first["cluster"]["id"]
    assert copy["cluster"]["id"] == second["cluster"]["id"]
    assert copy["cluster"]["relation"] == "exact"


def test_a_part_that_splits_off_is_told_its_new_canonical(client):
    """When a second excerpt makes a digest of the whole text, the log says whose the rest is now."""
    whole = post(client, "w", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    first = post(client, "e1", paragraphs(HARBOUR, 0, 2), source="Daily Brief")
    assert first["canonical"]["article_id"] == whole["article"]["id"]
    post(client, "e2", paragraphs(HARBOUR, 3, 5), source="Evening Brief")
    now = client.get(f"/v1/articles/{first['article']['id']}").json()
    assert now["canonical"]["article_id"] == first["article"]["id"]
    told = [item["subject"] for item in events(client, "canonical_changed")]
    assert now["cluster"]["id"] in told


def test_a_brief_that_grew_into_a_story_is_its_update(client):
    """The same outlet's newer text under the same headline is an update, however little it shares.

    It is linked and not folded: its text is another one.
    """
    title = "Divers find cracks in piers of the Velmar grain terminal"
    brief = "The northern basin of Port Velmar is closed until further notice, the harbour authority said."
    told = {"source": "Velmar Post", "title": title}
    first = post(client, "brief", brief, published="2024-03-05T08:00:00Z", **told)
    second = post(client, "grown", HARBOUR, published="2024-03-05T08:40:00Z", **told)
    (match,) = second["matches"]
    assert match["article_id"] == first["article"]["id"]
    assert match["relation"] == "update"
    assert match["evidence"]["overlap"] < 0.05
    assert second["cluster"]["relation"] == "none"
    assert second["story"]["id"] == first["story"]["id"]
