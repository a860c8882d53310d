"""Several processes write to one data folder: nothing is lost, and each sees what the others did."""

from __future__ import annotations

import json
import random
import time
from urllib.parse import quote

from tests.e2e.processes import (
    Running,
    Service,
    article,
    command,
    promises,
    settle,
    stored,
    stream,
)


def file_of(path, some):
    path.write_text("".join(json.dumps(one) + "\n" for one in some))
    return path


def finished(running):
    """What an ingest wrote to standard output, once it is done."""
    out = running.process.stdout.read().decode()
    assert running.process.wait(120) == 0, running.said()
    return out


def bodies(held):
    return {name: some[0]["body"] for (_, name), some in held.articles.items()}


def test_serve_and_ingest_write_side_by_side(tmp_path):
    """Everything both were given is there once, while they ran at the same time."""
    data, rng = tmp_path / "data", random.Random(1)
    some = [article(f"file {n}", "Archive", rng) for n in range(120)]
    known = {"Harbour Herald": {}, "Island Post": {}}
    with Service(data) as service:
        with Running("ingest", file_of(tmp_path / "in.jsonl", some), "--data", data) as ingest:
            clients = stream(service, known, seed=3)
            out = finished(ingest)
        time.sleep(0.2)
        assert service.stop() == 0
        for client in clients:
            client.join(60)
    assert out == "120 created, 0 revised, 0 unchanged, 0 rejected\n"
    assert all(client.acknowledged for client in clients)
    assert [client.refused for client in clients] == [[], []]
    held = stored(data)
    archive = {k: held.articles.pop(k) for k in list(held.articles) if k[0] == "Archive"}
    assert {name for _, name in archive} == {one["id"] for one in some}
    assert {one["body"] for one in some} == {held[0]["body"] for held in archive.values()}
    held.events[:] = [e for e in held.events if e[1] not in {h[0]["id"] for h in archive.values()}]
    settle(known, held)
    assert promises(data) == []


def test_two_ingests_at_once_lose_nothing(tmp_path):
    """Two files with half their articles in common: each identity once, none rejected."""
    data, rng = tmp_path / "data", random.Random(2)
    some = [article(str(n), "Archive", rng) for n in range(150)]
    first = file_of(tmp_path / "a.jsonl", some[:100])
    second = file_of(tmp_path / "b.jsonl", some[50:])
    with (
        Running("ingest", first, "--data", data) as a,
        Running("ingest", second, "--data", data) as b,
    ):
        told = [finished(one) for one in (a, b)]
    created = sum(int(line.split(" created")[0]) for line in told)
    unchanged = sum(int(line.split(" revised, ")[1].split(" ")[0]) for line in told)
    assert (created, unchanged) == (150, 50)
    assert bodies(stored(data)) == {one["id"]: one["body"] for one in some}
    assert promises(data) == []


def test_a_running_service_sees_what_another_process_adds_and_takes_away(tmp_path):
    """It answers for the other's article, puts a copy with it, and forgets it when it goes."""
    rng = random.Random(3)
    theirs, ours = article("theirs", "Archive", rng), article("ours", "Harbour Herald", rng)
    copy = article("copy", "Island Post", rng, body=theirs["body"])
    with Service(tmp_path) as service, Service(tmp_path) as other:
        service.post(ours)
        source = file_of(tmp_path / "one.jsonl", [theirs])
        done = command("ingest", source, "--data", tmp_path, "--json")
        name = json.loads(done.stdout.splitlines()[0])["article"]["id"]
        path = "/v1/articles/" + quote(name, safe="")
        status, told = service.ask("GET", path)
        assert (status, told["article"]["external_id"]) == (200, "theirs")
        answer = service.post(copy)
        assert answer["cluster"]["id"] == told["cluster"]["id"]
        assert (answer["cluster"]["size"], answer["cluster"]["of"]) == (2, name)
        assert other.ask("GET", path)[1]["cluster"]["size"] == 2
        assert other.ask("DELETE", path)[0] == 204
        assert service.ask("GET", path)[0] == 404
        late = service.post(article("late", "Mainland Mirror", rng, body=theirs["body"]))
        assert late["cluster"]["size"] == 2
        assert {match["article_id"] for match in late["matches"]} == {answer["article"]["id"]}
        assert [service.stop(), other.stop()] == [0, 0]
    assert promises(tmp_path) == []


def test_the_change_feed_of_one_service_tells_of_the_other(tmp_path):
    """A reader of either feed meets each event once, in the one order of the commits."""
    rng = random.Random(4)
    with Service(tmp_path) as one, Service(tmp_path) as two:
        for n in range(6):
            (one if n % 2 else two).post(article(str(n), "Archive", rng))
        feeds = [service.ask("GET", "/v1/changes?limit=500")[1] for service in (one, two)]
    assert feeds[0] == feeds[1]
    assert [item["kind"] for item in feeds[0]["items"]].count("article_created") == 6
