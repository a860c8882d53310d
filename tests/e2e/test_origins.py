"""Whose a text is where credits disagree, follow each other or name one house, asked over HTTP."""

from __future__ import annotations

import pytest

from tests.e2e.texts import HARBOUR, paragraphs


@pytest.fixture
def client(shipped_client):
    return shipped_client


def post(client, name, body, **more):
    article = {"id": name, "title": "Divers find cracks in the piers", "body": body, **more}
    response = client.post("/v1/articles", json=article)
    assert response.status_code in (200, 201), response.text
    return response.json()


def now(client, answer):
    return client.get(f"/v1/articles/{answer['article']['id']}").json()


def test_members_that_disagree_on_the_origin_are_told(client):
    """Both sources stand in the answer, each with the phrase and the article it stands in."""
    one = post(client, "one", HARBOUR + "\n(Reuters)\n", source="Velmar Post")
    assert one["canonical"]["disputed"] is False
    two = post(client, "two", HARBOUR + "\n(Courtesy: Al-Jazeera)\n", source="Ostrand News")
    three = post(client, "three", HARBOUR + "\n(Courtesy: Al-Jazeera)\n", source="Lenn Times")
    told = now(client, one)["canonical"]
    assert (told["source"], told["in_index"], told["disputed"]) == ("Al Jazeera", False, True)
    assert [(claim["source"], claim["articles"]) for claim in told["claims"]] == [
        ("Al Jazeera", 2),
        ("Reuters", 1),
    ]
    assert told["claims"][1]["reason"] == {
        "rule": "credit.republication",
        "text": "(Reuters)",
        "span": {"field": "body", "start": len(HARBOUR) + 1, "end": len(HARBOUR) + 10},
        "article_id": one["article"]["id"],
    }
    assert told["reasons"][0]["article_id"] in {two["article"]["id"], three["article"]["id"]}


def test_a_claimed_date_does_not_take_a_cluster_over(client):
    """An article that comes later and says it is older does not become the canonical."""
    first = post(client, "a", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    late = post(client, "b", HARBOUR, source="Ostrand News", published="2024-03-01T08:00:00Z")
    assert late["cluster"]["relation"] == "exact"
    assert late["canonical"]["article_id"] == first["article"]["id"]


def test_five_outlets_with_one_agency_are_one_source(client):
    """The story counts the agency once and says who carries it, though it is not in the index."""
    for number in range(5):
        text = f"VELMAR (Reuters) - {HARBOUR}"
        last = post(client, f"p{number}", text, source=f"Paper {number}", published="2024-03-05")
    assert last["story"]["independent_sources"] == 1
    story = client.get(f"/v1/stories/{last['story']['id']}").json()
    (origin,) = story["origins"]
    assert (origin["source"], origin["in_index"]) == ("Reuters", False)
    assert origin["outlets"] == [f"Paper {number}" for number in range(5)]


def test_an_agency_s_fuller_text_stands_before_the_excerpt_of_it(client):
    """Of two papers that carry one agency, the one that has all of it is the canonical's best copy."""
    short = post(
        client, "short", "VELMAR (Reuters) - " + paragraphs(HARBOUR, 0, 3), source="Paper One"
    )
    full = post(client, "full", f"VELMAR (Reuters) - {HARBOUR}", source="Paper Two")
    assert full["canonical"]["in_index"] is False
    told = now(client, short)
    assert (told["cluster"]["relation"], told["cluster"]["of"]) == (
        "excerpt",
        full["article"]["id"],
    )
    assert now(client, full)["cluster"]["relation"] == "none"


def test_two_excerpts_of_one_original_stay_with_it(client):
    """They share nothing with each other, and both came after the text that holds them."""
    whole = post(client, "w", HARBOUR, source="Velmar Post", published="2024-03-05T08:00:00Z")
    for name, part, hour in (("e1", (0, 2), 10), ("e2", (3, 5), 12)):
        told = post(
            client,
            name,
            paragraphs(HARBOUR, *part),
            source=f"Brief {name}",
            published=f"2024-03-05T{hour}:00:00Z",
        )
        assert (told["cluster"]["relation"], told["cluster"]["of"]) == (
            "excerpt",
            whole["article"]["id"],
        )
    assert told["cluster"]["size"] == 3
    assert told["canonical"]["article_id"] == whole["article"]["id"]


def test_a_late_original_gathers_the_excerpts_that_credit_it(client):
    """Two excerpts name a source; its article brings both together and is the canonical."""
    parts = [
        post(
            client,
            f"e{k}",
            paragraphs(HARBOUR, *part) + "\n(Courtesy: Al-Jazeera)\n",
            source=f"Brief {k}",
        )
        for k, part in enumerate(((0, 2), (3, 5)))
    ]
    assert parts[0]["cluster"]["id"] != parts[1]["cluster"]["id"]
    whole = post(client, "aj", HARBOUR, source="Al Jazeera")
    assert whole["cluster"]["size"] == 3
    for part in parts:
        assert now(client, part)["canonical"]["article_id"] == whole["article"]["id"]
