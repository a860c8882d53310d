"""Kills by the dozen. The seed is printed; ``SOAK_SEED=n make soak`` does the same again."""

from __future__ import annotations

import contextlib
import os
import random
import time

import pytest

from tests.e2e.processes import (
    SOURCES,
    Running,
    Service,
    article,
    command,
    killed,
    promises,
    settle,
    stored,
    stream,
)

pytestmark = pytest.mark.soak


@pytest.fixture
def seed():
    seed = int(os.environ.get("SOAK_SEED") or random.randrange(10**6))
    print(f"\nSOAK_SEED={seed}")  # noqa: T201 - to do it again
    return seed


def test_fifty_kills_lose_nothing_and_do_nothing_twice(tmp_path, seed):
    """Fifty times killed, while it works, starts or stops: all is there, once; verify is clean."""
    acknowledged = killed(tmp_path / "data", seed=seed, kills=50, longest=3.0)
    print(f"{acknowledged} articles acknowledged")  # noqa: T201 - how much the kills met
    done = command("verify", "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (0, "all promises hold\n"), done.stderr


def test_one_of_two_writers_killed_again_and_again(tmp_path, seed):
    """Two services on one folder, one killed at a time: the other goes on, and both lose nothing."""
    rng = random.Random(seed)
    known = {source: {} for source in SOURCES}
    halves = [dict(list(known.items())[:1]), dict(list(known.items())[1:])]
    with contextlib.ExitStack() as running:
        services = [running.enter_context(Service(tmp_path)) for _ in halves]
        for _ in range(20):
            clients = [
                stream(service, half, rng.randrange(10**6))
                for service, half in zip(services, halves, strict=True)
            ]
            time.sleep(rng.uniform(0.1, 2.0))
            victim = rng.randrange(2)
            services[victim].kill()
            time.sleep(rng.uniform(0.1, 1.0))
            services[1 - victim].process.terminate()
            for client in [client for some in clients for client in some]:
                client.join(60)
                assert client.refused == []
            assert services[1 - victim].process.wait(60) == 0
            settle(known, stored(tmp_path))
            assert promises(tmp_path) == []
            services = [running.enter_context(Service(tmp_path)) for _ in halves]
        last = services[0].post(article("last", "Archive", rng))
        assert last["article"]["status"] == "created"


def test_killed_while_it_starts_for_the_first_time(tmp_path, seed):
    """A first start cut off anywhere leaves a folder that the next start can use."""
    rng = random.Random(seed)
    for n in range(15):
        data = tmp_path / str(n)
        with Running("serve", "--port", 0, "--data", data):
            time.sleep(rng.uniform(0.8, 1.8))
        with Service(data) as service:
            service.post(article("1", "Archive", rng))
        assert promises(data) == []
