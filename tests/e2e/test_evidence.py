"""What an answer shows for its claims: passages with their weight, furniture with its reason."""

from __future__ import annotations

import pytest

from tests.e2e.texts import BRIDGE, HARBOUR

FOOT = " ".join(f"standing line number{k} of this agency" for k in range(12))


@pytest.fixture
def client(shipped_client):
    return shipped_client


def article(name, *paragraphs):
    return {"id": name, "title": f"Report {name}", "body": "\n".join(paragraphs)}


def text_of(body, span):
    return body[span["start"] : span["end"]]


def test_what_others_hold_too_weighs_less(client):
    """The passage that two articles alone hold weighs 1, the foot of every article next to 0."""
    for k in range(30):
        own = " ".join(f"filler{k}x{n}" for n in range(80))
        assert client.post("/v1/articles", json=article(f"f{k}", own, FOOT)).status_code == 201
    first = article("first", HARBOUR, BRIDGE, FOOT)
    theirs = client.post("/v1/articles", json=first).json()["article"]["id"]
    other = " ".join(f"other{n}" for n in range(60))
    second = article("second", BRIDGE, other, FOOT)
    checked = client.post("/v1/check", json=second).json()
    posted = client.post("/v1/articles", json=second).json()
    (match,) = (m for m in posted["matches"] if m["article_id"] == theirs)
    weights = {}
    for passage in match["evidence"]["passages"]:
        ours = text_of(second["body"], passage["ours"])
        assert ours.split() == text_of(first["body"], passage["theirs"]).split()
        weights["foot" if "standing line" in ours else "bridge"] = passage["weight"]
    assert weights["bridge"] == 1.0
    assert weights["foot"] < 0.1
    assert checked["matches"] == posted["matches"]
    stored = client.get(f"/v1/articles/{posted['article']['id']}").json()
    assert stored["matches"] == posted["matches"]


def test_furniture_has_a_reason(client):
    """Every part of the page that is left out says what kind of furniture it is."""
    body = f"{HARBOUR}\nShare this\n{BRIDGE}\nLeave a Reply"
    posted = client.post("/v1/articles", json=article("a", body)).json()
    told = {text_of(body, part): part["why"] for part in posted["article"]["furniture"]}
    assert told["Share this"] == "share"
    assert told.keys() == {"Share this", "Leave a Reply"}
    assert told["Leave a Reply"] not in ("", "share")
    stored = client.get(f"/v1/articles/{posted['article']['id']}").json()
    assert stored["article"]["furniture"] == posted["article"]["furniture"]
