"""Killed at any moment, the service has lost nothing it acknowledged and done nothing twice."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import threading
from http.client import HTTPException

import pytest

from api.bootstrap import DATABASE
from tests.e2e.processes import (
    Service,
    article,
    command,
    heard,
    killed,
    promises,
    settle,
    stored,
    stream,
)


def test_killed_again_and_again_nothing_is_lost_and_nothing_twice(tmp_path):
    """After kill -9 all that was acknowledged is there, whole and once, and verify is clean."""
    acknowledged = killed(tmp_path / "data", seed=20, kills=3, longest=1.5, answers=7)
    assert acknowledged > 20
    done = command("verify", "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (0, "all promises hold\n"), done.stderr


def test_asked_to_stop_it_answers_first_and_leaves_with_zero(tmp_path):
    """SIGTERM under load: what was acknowledged is there, the rest whole or not, exit code 0."""
    data = tmp_path / "data"
    known = {"Harbour Herald": {}, "Island Post": {}}
    with Service(data) as service:
        clients = stream(service, known, seed=4)
        heard(clients, 20)
        code = service.stop()
        for client in clients:
            client.join(60)
        assert code == 0, service.said()
    assert sum(client.acknowledged for client in clients) > 0
    settle(known, stored(data))
    assert promises(data) == []


def test_a_batch_under_a_key_is_done_whole_or_not_at_all_and_once(tmp_path):
    """A keyed batch cut off by a kill and sent again has its effect once, and one answer."""
    rng = random.Random(5)
    some = [article(str(n), "Harbour Herald", rng) for n in range(200)]
    key = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    with Service(tmp_path) as service:
        kill = threading.Timer(0.4, service.kill)
        kill.start()
        with pytest.raises((OSError, HTTPException)):
            service.ask("POST", "/v1/articles:batch", some, key)
        kill.join()
    there = len(stored(tmp_path).articles)
    assert there in {0, 200}
    with Service(tmp_path) as service:
        first = service.ask("POST", "/v1/articles:batch", some, key)
        assert service.ask("POST", "/v1/articles:batch", some, key) == first
    held = stored(tmp_path)
    assert len(held.articles) == 200
    assert [kind for kind, _ in held.events].count("article_created") == 200


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux's prlimit")
def test_a_full_disk_refuses_and_loses_nothing(tmp_path):
    """While nothing can be written posts get 503; with room again the same service goes on."""
    import resource

    rng = random.Random(6)
    with Service(tmp_path) as service:
        first = service.post(article("1", "Harbour Herald", rng))
        pid, limit = service.process.pid, resource.RLIMIT_FSIZE
        old = resource.prlimit(pid, limit, (4096, resource.RLIM_INFINITY))
        status, told = service.ask("POST", "/v1/articles", article("2", "Harbour Herald", rng))
        assert (status, told["type"].rsplit(":")[-1]) == (503, "store-unavailable")
        assert service.ask("GET", "/v1/articles/" + first["article"]["id"])[0] == 200
        resource.prlimit(pid, limit, old)
        assert service.post(article("3", "Harbour Herald", rng))["article"]["status"] == "created"
        assert service.stop() == 0
    assert {name for _, name in stored(tmp_path).articles} == {"1", "3"}
    assert promises(tmp_path) == []


def file_for_a_folder(path):
    (path / "data").write_text("")
    return path / "data"


def folder_under_a_file(path):
    (path / "file").write_text("")
    return path / "file" / "data"


def no_database(path):
    (path / DATABASE).write_text("this is no database, and long enough to be told from one" * 20)
    return path


def folder_for_a_database(path):
    (path / DATABASE).mkdir()
    return path


def read_only(path):
    if os.geteuid() == 0:
        pytest.skip("nothing is read-only to root")
    path.chmod(0o500)
    return path


@pytest.mark.parametrize(
    "harm", [file_for_a_folder, folder_under_a_file, no_database, folder_for_a_database, read_only]
)
def test_a_data_folder_that_cannot_be_used_is_named_in_one_line(tmp_path, harm):
    """The command ends with code 1 or 2 and one line that names the path: no traceback."""
    data = harm(tmp_path)
    done = command("serve", "--port", 0, "--data", data)
    assert done.returncode in {1, 2}
    assert str(data) in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 4


def test_verify_makes_no_store(tmp_path):
    """Asked about a folder without a store, verify says so and leaves the folder as it was."""
    done = command("verify", "--data", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "there is no store in" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_backup_taken_under_load_is_a_whole_store(tmp_path):
    """SQLite's own snapshot of a store in use, put in its place, keeps every promise."""
    data = tmp_path / "data"
    known = {"Harbour Herald": {}, "Island Post": {}}
    with Service(data) as service:
        clients = stream(service, known, seed=9)
        heard(clients, 40)
        with contextlib.closing(sqlite3.connect(data / DATABASE)) as live:
            live.execute("VACUUM INTO ?", (str(tmp_path / "backup"),))
        heard(clients, 40)
        assert service.stop() == 0
        for client in clients:
            client.join(60)
    before = len(stored(data).articles)
    shutil.copy(tmp_path / "backup", data / DATABASE)
    with Service(data):
        assert promises(data) == []
    assert 0 < len(stored(data).articles) < before


def test_a_kept_answer_goes_with_the_article_it_speaks_of(tmp_path):
    """Sent again after the deletion a keyed request is refused, stores nothing and says why."""
    one = article("1", "Harbour Herald", random.Random(7))
    key = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    with Service(tmp_path) as service:
        told = service.ask("POST", "/v1/articles", one, key)[1]
        assert service.ask("DELETE", "/v1/articles/" + told["article"]["id"])[0] == 204
        for path, body in (("/v1/articles", one), ("/v1/articles:batch", [one])):
            status, again = service.ask("POST", path, body, key)
            assert (status, again["field"]) == (409, "Idempotency-Key")
        status, again = service.ask("POST", "/v1/articles", one, key)
        assert "deleted or withheld since" in again["detail"]
        assert service.ask("GET", "/v1/articles/" + told["article"]["id"])[0] == 404
