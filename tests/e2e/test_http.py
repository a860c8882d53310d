from __future__ import annotations

import gzip
import json
import logging
import random
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http import create_app
from api.keys import KeyRing, Scope, issue
from dedupe.errors import EncoderUnavailable, StoreBusy

NDJSON = {"Content-Type": "application/x-ndjson"}
TEXT = (
    "The ferry to the outer islands will run every hour from Monday, the harbour office said, "
    "after a winter in which storms kept it at the quay for nineteen days."
)


def article(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "source": "Harbour Herald", "title": "Ferry", "body": TEXT} | more


def other(n: int, **more: object) -> dict[str, object]:
    """An article that shares neither text nor time with any other number's."""
    words = random.Random(n)
    letters = "abcdefghijklmnopqrstuvwxyz"
    text = " ".join("".join(words.choices(letters, k=7)) for _ in range(40))
    published = f"{1920 + n}-03-01T12:00:00Z"
    return article(str(n), title=text[:31], body=text, published=published) | more


def lines(*documents: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def test_an_article_is_created_then_unchanged_then_revised(client):
    """201 the first time, 200 after that; the identity is source and id, not the text."""
    first = client.post("/v1/articles", json=article("1"))
    again = client.post("/v1/articles", json=article("1"))
    newer = client.post("/v1/articles", json=article("1", body=TEXT + " Tickets cost more."))
    assert [each.status_code for each in (first, again, newer)] == [201, 200, 200]
    heads = [each.json()["article"] for each in (first, again, newer)]
    assert [head["status"] for head in heads] == ["created", "unchanged", "revised"]
    assert [head["revision"] for head in heads] == [1, 1, 2]
    assert len({head["id"] for head in heads}) == 1
    assert first.headers["location"] == f"/v1/articles/{heads[0]['id']}"


def test_a_copy_is_found_and_named(client):
    """The second outlet's copy joins the first one's cluster and says of whom it is a copy."""
    original = client.post("/v1/articles", json=article("1")).json()
    copy = client.post("/v1/articles", json=article("1", source="Island Times")).json()
    assert copy["cluster"]["id"] == original["cluster"]["id"]
    assert (copy["cluster"]["relation"], copy["cluster"]["size"]) == ("exact", 2)
    assert copy["cluster"]["of"] == copy["matches"][0]["article_id"] == original["article"]["id"]


def test_check_judges_and_stores_nothing(client):
    """The answer is there, the article is not; one article is answered alone, many as a list."""
    client.post("/v1/articles", json=article("1"))
    alone = client.post("/v1/check", json=article("2"))
    many = client.post("/v1/check", json=[article("3"), {"id": "4"}])
    assert alone.status_code == many.status_code == 200
    assert alone.json()["cluster"]["relation"] == "exact"
    assert many.json()[0]["cluster"]["relation"] == "exact"
    assert many.json()[1]["error"]["status"] == 422
    assert len(client.get("/v1/articles").json()["items"]) == 1


def test_an_article_is_found_by_id_and_by_external_id(client):
    """External ids may be URLs with slashes and any script; the same one may serve two sources."""
    name = "https://herald.example/a/b?c=d&é=ü#1"
    ids = [
        client.post("/v1/articles", json=article(name, source=source)).json()["article"]["id"]
        for source in ("Harbour Herald", "Island Times")
    ]
    found = client.get("/v1/articles", params={"external_id": name}).json()
    assert [item["id"] for item in found["items"]] == ids
    assert found["next"] is None
    assert client.get(f"/v1/articles/{ids[1]}").json()["article"]["external_id"] == name
    assert client.get("/v1/articles", params={"external_id": "none"}).json()["items"] == []


def test_a_deleted_article_is_gone(client):
    """204, then 404 everywhere."""
    posted = client.post("/v1/articles", json=article("1")).json()["article"]["id"]
    gone = client.delete(f"/v1/articles/{posted}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(f"/v1/articles/{posted}").status_code == 404
    assert client.delete(f"/v1/articles/{posted}").status_code == 404
    assert client.get("/v1/articles").json()["items"] == []


def test_all_writing_is_done_by_one_thread(inside, dictionaries):
    """Posts, checks and deletes run on the worker, for the service takes one thread at a time."""
    posted = inside.post("/v1/articles", json=article("1")).json()["article"]["id"]
    inside.post("/v1/check", json=article("2"))
    inside.delete(f"/v1/articles/{posted}")
    assert dictionaries.threads == {"samestory-intake"}


def test_clusters_and_stories_tell_their_members(client):
    """Both list what lies in them, and a made-up id is a 404 problem that names it."""
    first = client.post("/v1/articles", json=article("1")).json()
    second = client.post("/v1/articles", json=article("2")).json()
    members = [first["article"]["id"], second["article"]["id"]]
    cluster = client.get(f"/v1/clusters/{first['cluster']['id']}").json()
    story = client.get(f"/v1/stories/{first['story']['id']}").json()
    assert [each["id"] for each in cluster["members"]] == members
    assert [each["id"] for each in story["timeline"]["items"]] == members
    assert cluster["merged_into"] is None
    for kind in ("cluster", "story"):
        plural = {"cluster": "clusters", "story": "stories"}[kind]
        missing = client.get(f"/v1/{plural}/s_0")
        assert (missing.status_code, missing.json()["field"]) == (404, kind)


def test_a_retired_id_answers_with_the_living_one(inside, dictionaries):
    """200 with ``merged_into`` and the living cluster's members under the old id."""
    living = inside.post("/v1/articles", json=article("1")).json()["cluster"]["id"]
    dictionaries.store.merged["c_old"] = living
    told = inside.get("/v1/clusters/c_old")
    assert told.status_code == 200
    assert (told.json()["id"], told.json()["merged_into"]) == ("c_old", living)
    assert len(told.json()["members"]) == 1


@pytest.mark.parametrize("kind", ["articles", "clusters", "stories"])
def test_lists_are_walked_page_by_page(client, kind):
    """Following ``next`` visits everything once, in order, whatever the page size."""
    client.post("/v1/articles:batch", json=[other(n) for n in range(7)])
    whole = [item["id"] for item in client.get(f"/v1/{kind}").json()["items"]]
    assert len(set(whole)) == 7
    for limit in (1, 3, 7):
        walked, after, pages = [], None, 0
        while pages == 0 or after:
            parameters = {"limit": limit} | ({"after": after} if after else {})
            page = client.get(f"/v1/{kind}", params=parameters).json()
            assert len(page["items"]) <= limit
            walked += [item["id"] for item in page["items"]]
            after, pages = page["next"], pages + 1
        assert walked == whole
        assert pages == -(-7 // limit)


def test_a_cursor_on_a_deleted_article_never_fails(client):
    """It is told as gone, or the list goes on; it is no failure of the service."""
    client.post("/v1/articles:batch", json=[other(n) for n in range(3)])
    page = client.get("/v1/articles?limit=1").json()
    client.delete(f"/v1/articles/{page['items'][0]['id']}")
    after = client.get("/v1/articles", params={"after": page["next"]})
    assert after.status_code in {200, 404}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "after=made-up", "after=Yzpm", "after=%ff"]
)
def test_bad_list_parameters_are_refused(client, query):
    """A wrong limit or cursor is 422 and named."""
    answer = client.get(f"/v1/articles?{query}")
    assert answer.status_code == 422
    assert answer.json()["field"] == query.partition("=")[0]


def test_only_clusters_of_some_size_are_listed(client):
    """``min_size`` leaves out what stands alone."""
    client.post("/v1/articles:batch", json=[article("1"), article("2"), other(3)])
    assert [len(client.get(f"/v1/clusters?min_size={n}").json()["items"]) for n in (1, 2, 3)] == [
        2,
        1,
        0,
    ]


def test_changes_are_read_from_a_cursor_on(client):
    """Each event once; an empty page brings its cursor back, so a reader just repeats itself."""
    client.post("/v1/articles:batch", json=[other(n) for n in range(5)])
    whole = client.get("/v1/changes?limit=500").json()
    after, walked = 0, []
    while page := client.get("/v1/changes", params={"after": after, "limit": 3}).json()["items"]:
        assert len(page) <= 3
        walked += page
        after = page[-1]["cursor"]
    assert walked == whole["items"]
    assert client.get(f"/v1/changes?after={after}").json() == {"items": [], "next": after}
    assert whole["next"] == after
    cursors = [item["cursor"] for item in walked]
    assert cursors == sorted(set(cursors))
    assert [item["kind"] for item in walked].count("article_created") == 5
    assert client.get("/v1/changes?after=99999999999999999999999").status_code == 422


def test_explain_tells_every_number_of_a_pair(client):
    """The verdict on two indexed articles carries the features it was computed from."""
    ids = [
        each["article"]["id"]
        for each in client.post("/v1/articles:batch", json=[article("1"), article("2")]).json()
    ]
    told = client.get("/v1/explain", params={"a": ids[0], "b": ids[1]}).json()
    assert told["article_id"] == ids[1]
    assert told["relation"] == "exact"
    assert told["evidence"]["features"]
    assert client.get("/v1/explain", params={"a": ids[0], "b": "a_0"}).status_code == 404


def test_a_batch_answers_each_article_in_its_place(client):
    """One bad item never loses the others, in an array as in NDJSON."""
    documents = [article("1"), {"id": "2"}, article("3"), 17]
    array = client.post("/v1/articles:batch", json=documents)
    told = client.post("/v1/articles:batch", content=lines(*documents), headers=NDJSON)
    assert array.status_code == told.status_code == 200
    assert told.headers["content-type"] == "application/x-ndjson"
    for items in (array.json(), [json.loads(line) for line in told.text.splitlines()]):
        assert [item.get("article", {}).get("external_id") for item in items] == [
            "1",
            None,
            "3",
            None,
        ]
        assert [item["error"]["status"] for item in items[1::2]] == [422, 422]


def test_a_broken_line_is_named_and_the_others_go_through(client):
    """Bad JSON and bad UTF-8 on a line are errors of that line only; blank lines are none."""
    body = (
        lines(article("1")) + b"\n" + b'{"id": \n' + b'{"title": "\xff"}\r\n' + lines(article("5"))
    )
    told = client.post("/v1/articles:batch", content=body, headers=NDJSON)
    items = [json.loads(line) for line in told.text.splitlines()]
    assert [sorted(item) == ["error"] for item in items] == [False, True, True, False]
    errors = [item["error"] for item in items[1:3]]
    assert [each["field"] for each in errors] == ["line 3", "line 4"]
    assert [each["status"] for each in errors] == [400, 400]
    assert "UTF-8" in errors[1]["detail"]


@pytest.mark.parametrize(
    ("sent", "accept", "told"),
    [
        ("application/json", "*/*", "application/json"),
        ("application/json", "application/x-ndjson", "application/x-ndjson"),
        ("application/x-ndjson", "*/*", "application/x-ndjson"),
        ("application/x-ndjson", "application/json", "application/json"),
    ],
)
def test_a_batch_is_answered_as_asked(client, sent, accept, told):
    """Accept decides between array and NDJSON, and where it is silent, how the request came."""
    body = lines(article("1")) if "ndjson" in sent else json.dumps([article("1")])
    headers = {"Content-Type": sent, "Accept": accept}
    answer = client.post("/v1/articles:batch", content=body, headers=headers)
    assert answer.headers["content-type"] == told


def test_an_empty_batch_is_answered_with_nothing(client):
    """No articles, no results, no error."""
    assert client.post("/v1/articles:batch", json=[]).json() == []
    assert client.post("/v1/check", json=[]).json() == []
    empty = client.post("/v1/articles:batch", content=b"\n\n", headers=NDJSON)
    assert (empty.status_code, empty.content) == (200, b"")


def test_a_large_batch_goes_to_the_worker_in_parts(inside, dictionaries):
    """A batch leaves room for single articles between its parts, and keeps its order."""
    names = [str(n) for n in range(150)]
    items = inside.post(
        "/v1/articles:batch", json=[{"id": name, "title": name} for name in names]
    ).json()
    assert [item["article"]["external_id"] for item in items] == names
    assert sum(dictionaries.groups) == 150
    assert max(dictionaries.groups) <= 64


def test_the_same_id_twice_in_a_batch_is_two_revisions(client):
    """Articles of a batch are taken in order."""
    items = client.post(
        "/v1/articles:batch", json=[article("1"), article("1", title="Ferry, corrected")]
    ).json()
    assert [item["article"]["revision"] for item in items] == [1, 2]


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "field"),
    [
        ("/v1/articles", b"{", {}, 400, "request"),
        ("/v1/articles", b"", {}, 400, "request"),
        ("/v1/articles", b'{"title": "\xff"}', {}, 400, "request"),
        ("/v1/articles", b'{"title": "\\ud83d"}', {}, 422, "title"),
        ("/v1/articles", b"[" * 5000, {}, 400, "request"),
        ("/v1/articles", b"[]", {}, 422, "request"),
        ("/v1/articles", b"{}", NDJSON, 415, "Content-Type"),
        ("/v1/articles", b'{"id": "1"}', {}, 422, None),
        ("/v1/articles", b'{"title": 17}', {}, 422, "title"),
        ("/v1/articles", b'{"title": "x"}', {"Idempotency-Key": ""}, 422, "Idempotency-Key"),
        ("/v1/articles", b'{"body": "' + b"x" * 2001 + b'"}', {}, 413, "body"),
        ("/v1/articles", b'{"body": "' + b"x" * 20001 + b'"}', {}, 413, "request"),
        ("/v1/articles:batch", b"{}", {}, 422, "request"),
        ("/v1/articles:batch", b'[{"title": "x"}, ', {}, 400, "request"),
        ("/v1/articles:batch", b"[" + b"1," * 200 + b"1]", {}, 413, "request"),
        ("/v1/articles", b"a=b", {"Content-Type": "text/plain"}, 415, "Content-Type"),
        ("/v1/articles", b"{}", {"Content-Encoding": "br"}, 415, "Content-Encoding"),
        ("/v1/check", b'{"title": 17}', {}, 422, "title"),
    ],
)
def test_bad_input_is_refused_with_field_value_and_fix(client, path, body, headers, status, field):
    """Each has its status and a problem document that says where and what to do."""
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"} | headers)
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["fix"]
    assert field is None or told["field"] == field
    assert client.get("/v1/articles").json()["items"] == []


def test_gzip_bodies_are_read(client):
    """A packed body is the same article."""
    body = gzip.compress(json.dumps(article("1")).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert client.post("/v1/articles", content=body, headers=headers).status_code == 201


def test_an_idempotency_key_brings_back_the_first_answer(client, service):
    """Status, headers and bytes are those of the first time; nothing is judged again."""
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/v1/articles", json=article("1"), headers=headers)
    client.post("/v1/articles", json=article("1", title="Ferry, corrected"))
    again = client.post("/v1/articles", json=article("1"), headers=headers)
    assert (
        (again.status_code, again.content)
        == (first.status_code, first.content)
        == (
            201,
            first.content,
        )
    )
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert client.get(again.headers["location"]).json()["article"]["revision"] == 2


def test_a_batch_is_repeated_as_one(client):
    """The whole batch's answer is kept under its key, in the form it was asked for."""
    headers = {"Idempotency-Key": "k1"} | NDJSON
    body = lines(article("1"), {"id": "2"})
    first = client.post("/v1/articles:batch", content=body, headers=headers)
    again = client.post("/v1/articles:batch", content=body, headers=headers)
    assert again.content == first.content
    assert again.headers["content-type"] == "application/x-ndjson"
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles:batch"])
def test_a_key_with_another_request_is_a_conflict(client, path):
    """409, and the second request has no effect."""
    headers = {"Idempotency-Key": "k1"}
    client.post("/v1/articles", json=article("1"), headers=headers)
    sent = article("2") if path == "/v1/articles" else [article("2")]
    answer = client.post(path, json=sent, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (409, "Idempotency-Key")
    assert answer.json()["value"] is None, "a key is kept with the name of the caller's API key"
    assert len(client.get("/v1/articles").json()["items"]) == 1


@pytest.mark.parametrize("error", [StoreBusy("another writes"), EncoderUnavailable("no model")])
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles:batch", "/v1/check"])
def test_what_may_pass_is_503_with_retry_after(client, service, monkeypatch, path, error):
    """A busy store or a missing encoder is told as such, for one article and for many."""

    def handle(requests):
        raise error

    monkeypatch.setattr(service, "handle", handle)
    sent = [article("1")] if "batch" in path else article("1")
    answer = client.post(path, json=sent)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_an_unforeseen_error_is_a_problem_and_the_next_request_goes_on(
    client, service, monkeypatch
):
    """A bug costs one request, with a 500 that tells nothing of the inside."""
    with monkeypatch.context() as patched:
        patched.setattr(service, "handle", lambda requests: 1 / 0)
        answer = client.post("/v1/articles", json=article("1"))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Zero" not in answer.text
    assert client.post("/v1/articles", json=article("1")).status_code == 201


def test_concurrent_posts_are_all_answered_rightly(client):
    """Forty clients at once each get the answer to their own article."""

    def post(n: int) -> tuple[str, str]:
        told = client.post("/v1/articles", json=other(n)).json()
        return str(n), told["article"]["external_id"]

    with ThreadPoolExecutor(40) as pool:
        pairs = list(pool.map(post, range(80)))
    assert all(sent == told for sent, told in pairs)
    assert len(client.get("/v1/articles?limit=500").json()["items"]) == 80


def test_health_and_readiness(inside, dictionaries):
    """healthz asks nobody; readyz is 503 without a store, and degraded without an encoder."""
    assert inside.get("/healthz").json() == {"status": "ok"}
    ready = inside.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    night = "ok (no night yet)"
    checks = {"store": "ok", "encoder": "ok", "intake": "ok", "night": night}
    assert ready.json()["checks"] == checks
    dictionaries.ready = {"store": "ok", "encoder": "the model is missing"}
    degraded = inside.get("/readyz")
    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    dictionaries.ready = {"store": "disk full", "encoder": "ok"}
    broken = inside.get("/readyz")
    assert (broken.status_code, broken.json()["status"]) == (503, "unavailable")
    assert inside.get("/healthz").status_code == 200


def test_metrics_count_what_happened(client):
    """Requests by route and status, articles by what became of them, verdicts, sizes."""
    client.post("/v1/articles:batch", json=[article("1"), article("2"), {"id": "3"}])
    client.get("/v1/articles/a_0")
    client.get("/made/up/path")
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if line[0] != "#")
    expected = {
        'samestory_http_requests_total{method="POST",route="/v1/articles:batch",status="200"}': 1,
        'samestory_http_requests_total{method="GET",route="/v1/articles/{article_id}",status="404"}': 1,
        'samestory_http_requests_total{method="GET",route="unmatched",status="404"}': 1,
        'samestory_articles_total{status="created"}': 2,
        'samestory_articles_total{status="rejected"}': 1,
        'samestory_relations_total{level="cluster",relation="none"}': 1,
        'samestory_relations_total{level="cluster",relation="exact"}': 1,
        "samestory_group_articles_count": 1,
        "samestory_queue_requests": 0,
        'samestory_stored{kind="articles"}': 2,
    }
    assert {name: float(found[name]) for name in expected} == expected


def test_every_answer_carries_the_safe_headers(client):
    """Also errors: nothing is cached, sniffed, framed or read by other sites."""
    for answer in (client.get("/healthz"), client.get("/nothing"), client.get("/v1/articles/a_0")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
        assert len(answer.headers["x-request-id"]) == 16


def test_another_host_is_refused(client):
    """A name that is not the service's own is 421, also where nothing would be found."""
    for path in ("/healthz", "/v1/articles", "/nothing"):
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 421


def test_keys_open_what_their_scope_says(service):
    """read reads and checks, write posts, admin deletes; probes need no key."""
    secrets = {scope: issue(scope) for scope in Scope}
    app = create_app(service, keys=KeyRing(key for _, key in secrets.values()))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/v1/articles").status_code == 401
        assert client.post("/v1/articles", json=article("1")).status_code == 401
        assert client.get("/metrics").status_code == 401
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
        allowed = {}
        for scope, (secret, _) in secrets.items():
            headers = {"Authorization": f"Bearer {secret}"}
            posted = client.post("/v1/articles", json=article(scope), headers=headers)
            allowed[scope] = [
                client.get("/v1/articles", headers=headers).status_code,
                client.post("/v1/check", json=article("0"), headers=headers).status_code,
                client.get("/metrics", headers=headers).status_code,
                posted.status_code,
                client.delete("/v1/articles/a_0", headers=headers).status_code,
            ]
    assert allowed == {
        Scope.READ: [200, 200, 200, 403, 403],
        Scope.WRITE: [200, 200, 200, 201, 403],
        Scope.ADMIN: [200, 200, 200, 201, 404],
    }


def test_two_callers_do_not_meet_in_one_idempotency_key(service):
    """Another caller's key neither conflicts nor brings back what the first was told."""
    (one, first), (other, second) = issue(Scope.WRITE), issue(Scope.WRITE)
    app = create_app(service, keys=KeyRing([first, second]))
    with TestClient(app, base_url="http://localhost") as client:
        statuses = [
            client.post(
                "/v1/articles",
                json=article(name),
                headers={"X-API-Key": secret, "Idempotency-Key": "k1"},
            ).status_code
            for name, secret in (("1", one), ("2", other))
        ]
    assert statuses == [201, 201]


def test_one_line_is_logged_for_each_request_without_texts_or_keys(service, caplog):
    """The line tells route, status, time and counts; no body, no title, no secret."""
    secret, key = issue(Scope.WRITE)
    app = create_app(service, keys=KeyRing([key]))
    with (
        TestClient(app, base_url="http://localhost") as client,
        caplog.at_level(logging.INFO, logger="samestory"),
    ):
        client.post("/v1/articles", json=article("1"), headers={"X-API-Key": secret})
    [record] = [each for each in caplog.records if each.name.startswith("samestory")]
    facts = record.facts
    assert (facts["method"], facts["route"], facts["status"]) == ("POST", "/v1/articles", 201)
    assert facts["articles"] == {"created": 1}
    assert facts["key"] == key.name
    assert not any(text in str(facts) for text in (secret, "ferry", "Ferry"))


SERVER = """
import importlib.util, sys, threading, time
spec = importlib.util.spec_from_file_location("fake", sys.argv[1])
fake = importlib.util.module_from_spec(spec)
sys.modules["fake"] = fake
spec.loader.exec_module(fake)
from api import logs
from api.http import create_app, listen, serve

class Slow(fake.DictService):
    def handle(self, requests):
        time.sleep(0.5)
        return super().handle(requests)

logs.configure()
service = Slow()
serve(
    create_app(service),
    listen("127.0.0.1", 0),
    lambda host, port: print(port, flush=True),
)
print(len(service.store.kept), flush=True)
"""


def test_sigterm_answers_what_was_taken_before_leaving():
    """The free port is told; a request in flight at SIGTERM is answered; serve then returns."""
    conftest = Path(__file__).with_name("conftest.py")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, conftest], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        port = int(process.stdout.readline())
        statuses = []

        def post() -> None:
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/v1/articles",
                data=json.dumps(article("1")).encode(),
                headers={"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                statuses.append(answer.status)

        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            assert answer.status == 200
        posting = threading.Thread(target=post)
        posting.start()
        _wait_until_sent(port)
        process.send_signal(signal.SIGTERM)
        posting.join(30)
        kept, log = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert statuses == [201]
    assert (process.returncode, kept.strip()) == (0, b"1")
    assert [json.loads(line)["route"] for line in log.splitlines()][-1] == "/v1/articles"


def _wait_until_sent(port: int) -> None:
    """Readiness is asked after the post, so its answer means the post has been taken."""
    threading.Event().wait(0.2)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
        assert answer.status == 200


def test_a_taken_port_is_refused_with_the_fix():
    """Two services cannot listen on one port; the second is told so before it loads anything."""
    from api.http import listen
    from dedupe.errors import BadInput

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=str(port)):
            listen("127.0.0.1", port)
