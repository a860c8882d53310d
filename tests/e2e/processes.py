"""Real service processes over a data folder, to be stopped, killed and started again."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import select
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from api.bootstrap import DATABASE, verify
from api.config import Config, plain_environment
from index.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "api.cli.main")
HASHED = {"SAMESTORY_MODEL": "hashed"}
START_SECONDS = 120
STOP_SECONDS = 60
JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}


def command(*words, **settings):
    """One command in a process of its own, to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=ROOT,
        env=plain_environment() | HASHED | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


class Running:
    """One command in a process of its own; killed when the ``with`` block ends."""

    def __init__(self, *words: object, **settings: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, words)],
            cwd=ROOT,
            env=plain_environment() | HASHED | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.process.stdout.close()
        self._log.close()

    def said(self) -> str:
        """What it wrote to standard error so far."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


class Service(Running):
    """A service on a free loopback port."""

    def __init__(self, data: Path, **settings: str) -> None:
        super().__init__("serve", "--port", 0, "--data", data, **settings)
        self.host = urlsplit(self._address()).netloc

    def _address(self) -> str:
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline().decode() if ready else ""
        if "http://" not in line:
            said = self.said()
            self.__exit__()
            raise AssertionError(f"the service did not start:\n{line}{said}")
        return line[line.index("http://") :].strip()

    def ask(self, method, path, body=None, headers=JSON):
        """Status and JSON of one request over a connection of its own.

        Raises:
            OSError, http.client.HTTPException: nothing came back.
        """
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            return asked(connection, method, path, body, headers)

    def post(self, article):
        """The answer to one article."""
        status, told = self.ask("POST", "/v1/articles", article)
        assert status in {200, 201}, told
        return told


def asked(connection, method, path, body=None, headers=JSON):
    """Status and JSON of one request over a connection that stays open."""
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection.request(method, path, content, headers)
    response = connection.getresponse()
    raw = response.read()
    return response.status, json.loads(raw) if raw else None


def text(rng, words=60):
    """Words that no two calls share."""
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(words))


def article(name, source, rng, body=None):
    """An article of its own text, dated some day of some century."""
    day = f"{rng.randrange(1930, 2020)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}"
    body = body or text(rng)
    title = body[:27]
    return {"id": name, "source": source, "title": title, "body": body, "published": day}


@dataclass
class Identity:
    """What a client knows of one article: acknowledged, and perhaps done at the kill."""

    acknowledged: dict | None = None
    """The article as last acknowledged; None: never there, or acknowledged as deleted."""
    open: list[dict | None] = field(default_factory=list)
    """What was under way when the connection broke; None is a deletion."""
    service_id: str | None = None


class Client(threading.Thread):
    """Posts, revises and deletes articles of its own source until the service is gone."""

    def __init__(self, service: Service, source: str, seed: int, known: dict[str, Identity]):
        super().__init__(name=source)
        self.service = service
        self.source = source
        self.rng = random.Random(seed)
        self.known = known
        self.refused: list[object] = []
        self.acknowledged = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.service.host, timeout=60)
        steps = [self.create, self.create, self.copy, self.revise, self.batch, self.keyed]
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            while not self.refused:
                self.rng.choice([*steps, self.delete])(connection)

    def create(self, connection) -> None:
        self.post(connection, article(self.fresh(), self.source, self.rng))

    def copy(self, connection) -> None:
        if (old := self.pick()) is not None:
            self.post(connection, article(self.fresh(), self.source, self.rng, body=old["body"]))

    def revise(self, connection) -> None:
        if (old := self.pick()) is not None:
            self.post(connection, old | {"body": old["body"] + " " + text(self.rng, 9)})

    def delete(self, connection) -> None:
        if (old := self.pick()) is None:
            return
        identity = self.known[old["id"]]
        identity.open.append(None)
        path = "/v1/articles/" + quote(identity.service_id, safe="")
        status, told = asked(connection, "DELETE", path)
        if status == 204:
            identity.acknowledged = None
            identity.open.clear()
            self.acknowledged += 1
        else:
            self.refused.append(told)

    def batch(self, connection) -> None:
        some = [
            article(self.fresh(), self.source, self.rng) for _ in range(self.rng.randint(2, 90))
        ]
        if (old := self.pick()) is not None:
            some.append(old | {"body": old["body"] + " " + text(self.rng, 9)})
        body = b"".join(json.dumps(one).encode() + b"\n" for one in some)
        self.post_all(connection, some, body, NDJSON | {"Accept": "application/json"})

    def keyed(self, connection) -> None:
        some = [article(self.fresh(), self.source, self.rng) for _ in range(self.rng.randint(1, 9))]
        key = {"Idempotency-Key": f"{self.source} {self.rng.random()}"}
        self.post_all(connection, some, json.dumps(some).encode(), JSON | key)

    def post(self, connection, one) -> None:
        identity = self.opened(one)
        status, told = asked(connection, "POST", "/v1/articles", one)
        self.closed(identity, one, told, ok=status in {200, 201})

    def post_all(self, connection, some, body, headers) -> None:
        identities = [self.opened(one) for one in some]
        status, told = asked(connection, "POST", "/v1/articles:batch", body, headers)
        if status != 200:
            self.refused.append(told)
            return
        for identity, one, result in zip(identities, some, told, strict=True):
            self.closed(identity, one, result, ok="error" not in result)

    def opened(self, one) -> Identity:
        identity = self.known.setdefault(one["id"], Identity())
        identity.open.append(one)
        return identity

    def closed(self, identity, one, told, *, ok) -> None:
        if not ok:
            self.refused.append(told)
            return
        identity.acknowledged = one
        identity.service_id = told["article"]["id"]
        identity.open.clear()
        self.acknowledged += 1

    def fresh(self) -> str:
        return f"{self.source}/{len(self.known)}"

    def pick(self):
        """An article that is there for certain."""
        names = [n for n, k in self.known.items() if k.acknowledged is not None and not k.open]
        return self.known[self.rng.choice(names)].acknowledged if names else None


@dataclass(frozen=True)
class Stored:
    """What the store holds, read past the service."""

    articles: dict[tuple[str, str], list[dict]]
    """Every article under (source, external id), with its id and revision."""
    events: list[tuple[str, str]]
    """(kind, subject) of the whole change log, whose cursors have no gap."""


def stored(data: Path) -> Stored:
    """Everything committed in a data folder, in use or not."""
    store = SqliteStore.open(data / DATABASE)
    with contextlib.closing(store), store.read() as reader:
        found: dict[tuple[str, str], list[dict]] = {}
        for article_id in reader.article_ids(after=None, limit=10**9):
            one = reader.article(article_id)
            held = {"id": one.id, "revision": one.revision, "body": one.article.body}
            held |= {"title": one.article.title, "cluster": one.placement.cluster}
            found.setdefault((one.article.source, one.article.external_id), []).append(held)
        lines = reader.changes(after=0, limit=10**9)
    assert [line.cursor for line in lines] == list(range(1, len(lines) + 1))
    return Stored(found, [(line.event.kind, line.event.subject) for line in lines])


def settle(known: dict[str, dict[str, Identity]], held: Stored) -> int:
    """Every client's knowledge is what the store holds; how many open questions that settled.

    Raises:
        AssertionError: something acknowledged is missing, twice, or neither before nor after.
    """
    settled = 0
    expected = set()
    for source, identities in known.items():
        for name, identity in identities.items():
            there = held.articles.get((source, name), [])
            assert len(there) <= 1, f"{source} {name} is stored {len(there)} times"
            found = there[0] if there else None
            allowed = [identity.acknowledged, *identity.open]
            matching = [one for one in allowed if _same(one, found)]
            assert matching, f"{source} {name} is {found}, and only {allowed} may be"
            settled += bool(identity.open)
            identity.acknowledged, identity.open = matching[0], []
            identity.service_id = found["id"] if found else None
            if found:
                expected.add((source, name))
    assert set(held.articles) == expected
    _once(held)
    return settled


def _same(told, found) -> bool:
    if told is None or found is None:
        return told is found
    return (told["title"], told["body"]) == (found["title"], found["body"])


def _once(held: Stored) -> None:
    """Each article was created once more often than deleted, and revised as often as it says."""
    counts: dict[tuple[str, str], int] = {}
    living = {one["id"]: one for some in held.articles.values() for one in some}
    revisions = dict.fromkeys(living, 1)
    for kind, subject in held.events:
        counts[kind, subject] = counts.get((kind, subject), 0) + 1
        if kind == "article_revised" and subject in living:
            revisions[subject] += 1
    subjects = {subject for kind, subject in counts if kind.startswith("article_")}
    for subject in subjects | set(living):
        made = counts.get(("article_created", subject), 0)
        gone = counts.get(("article_deleted", subject), 0)
        assert made - gone == (subject in living), f"{subject}: created {made}, deleted {gone}"
    assert revisions == {name: one["revision"] for name, one in living.items()}


def heard(clients, answers: int) -> None:
    """Together the clients have that many answers more than now, however slow the machine is."""
    enough = sum(client.acknowledged for client in clients) + answers
    end = time.monotonic() + STOP_SECONDS
    while sum(client.acknowledged for client in clients) < enough:
        assert time.monotonic() < end, "the service does not answer"
        time.sleep(0.01)


def stream(service, known, seed):
    """Clients that work on the service, one for each source in ``known``."""
    clients = [
        Client(service, source, seed * 100 + n, identities)
        for n, (source, identities) in enumerate(known.items())
    ]
    for client in clients:
        client.start()
    return clients


SOURCES = ("Harbour Herald", "Island Post", "Mainland Mirror")


def promises(data: Path) -> list[str]:
    """What ``samestory verify`` finds broken."""
    return list(verify(Config.load(data=data, model="hashed")))


def killed(data: Path, *, seed: int, kills: int, longest: float, answers: int = 0) -> int:
    """Kill the service under its clients, start it again, compare; articles acknowledged.

    Every fourth time the kill comes while it stops, and every fifth while it starts. No kill comes
    before that many ``answers``.
    """
    rng = random.Random(seed)
    known: dict[str, dict[str, Identity]] = {source: {} for source in SOURCES}
    acknowledged = 0
    for number in range(1, kills + 1):
        with Service(data) as service:
            clients = stream(service, known, rng.randrange(10**6))
            heard(clients, answers)
            time.sleep(rng.uniform(0.1, longest))
            if number % 4 == 0:
                service.process.terminate()
                time.sleep(rng.uniform(0, 0.3))
            service.kill()
            for client in clients:
                client.join(STOP_SECONDS)
        assert [client.refused for client in clients] == [[]] * len(clients)
        acknowledged += sum(client.acknowledged for client in clients)
        if number % 5 == 0:
            with Running("serve", "--port", 0, "--data", data):
                time.sleep(rng.uniform(0.2, 2.0))
        with Service(data) as service:
            settle(known, stored(data))
            assert promises(data) == []
            known_again(service, known)
            if number % 2:
                assert service.stop() == 0
    return acknowledged


def known_again(service: Service, known: dict[str, dict[str, Identity]]) -> None:
    """Posted again, everything that is there is unchanged."""
    there = [one.acknowledged for some in known.values() for one in some.values()]
    there = [one for one in there if one is not None]
    for start in range(0, len(there), 400):
        some = there[start : start + 400]
        status, results = service.ask("POST", "/v1/articles:batch", some)
        assert status == 200
        assert [result["article"]["status"] for result in results] == ["unchanged"] * len(some)
