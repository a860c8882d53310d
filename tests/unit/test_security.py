from __future__ import annotations

import hashlib

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.http import failures
from api.http.security import HostGate, check_bind, is_loopback, needs
from api.keys import MIN_LENGTH, ApiKey, KeyRing, Scope, issue
from dedupe.errors import BadInput

SECRET, KEY = issue(Scope.WRITE)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "::1", "[::1]"]
)
def test_loopback_needs_no_key(host):
    """Addresses only this machine reaches may be bound by an open service."""
    check_bind(host, KeyRing())


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.4", "2001:db8::1", "news.example", ""]
)
def test_other_addresses_need_a_key(host):
    """Anything others may reach is refused without a key, and served with one."""
    with pytest.raises(BadInput, match="API key"):
        check_bind(host, KeyRing())
    check_bind(host, KeyRing([KEY]))
    assert not is_loopback(host)


def test_an_issued_key_is_found_by_its_secret():
    """The secret opens, its hash and anything near it do not."""
    ring = KeyRing([issue(Scope.READ)[1], KEY])
    assert ring.find(SECRET) == KEY
    for wrong in (SECRET[:-1], SECRET + "x", SECRET.swapcase(), KEY.digest.hex(), "", "é" * 40):
        assert ring.find(wrong) is None


def test_a_key_is_kept_as_its_sha256():
    """The kept line is what sha256sum prints, and never holds the secret."""
    assert KEY.line() == "write:" + hashlib.sha256(SECRET.encode()).hexdigest()
    assert SECRET not in KEY.line() + repr(KEY)
    assert ApiKey.parse(f" {KEY.line()} \n") == KEY


def test_short_secrets_are_never_accepted():
    """A secret that could be guessed opens nothing, even if somebody configured its hash."""
    short = "x" * (MIN_LENGTH - 1)
    ring = KeyRing.parse(["read:" + hashlib.sha256(short.encode()).hexdigest()])
    assert ring.find(short) is None


@pytest.mark.parametrize("line", ["", "write", "owner:" + "0" * 64, "read:xyz", "read:00", "read:"])
def test_a_line_that_is_no_key_is_refused(line):
    """A malformed key is an error that shows the form, and does not repeat what may be a secret."""
    with pytest.raises(BadInput, match="SCOPE:SHA256") as refused:
        KeyRing.parse([line])
    assert refused.value.value is None


def test_scopes_include_the_ones_before():
    """read < write < admin."""
    allowed = {scope: [needed for needed in Scope if scope.includes(needed)] for scope in Scope}
    assert allowed == {
        Scope.READ: [Scope.READ],
        Scope.WRITE: [Scope.READ, Scope.WRITE],
        Scope.ADMIN: [Scope.READ, Scope.WRITE, Scope.ADMIN],
    }


def keyed(*keys: ApiKey) -> TestClient:
    app = FastAPI()
    app.state.keys = KeyRing(keys)
    for scope in Scope:
        app.add_api_route(f"/{scope}", lambda: "in", dependencies=[Depends(needs(scope))])
    failures.install(app)
    app.add_middleware(HostGate, allowed=["News.Example"])
    return TestClient(app, base_url="http://localhost")


@pytest.mark.parametrize("headers", [{"Authorization": f"Bearer {SECRET}"}, {"X-API-Key": SECRET}])
def test_a_key_opens_its_scopes(headers):
    """A write key reads and writes; what needs admin is 403."""
    client = keyed(KEY)
    statuses = [client.get(f"/{scope}", headers=headers).status_code for scope in Scope]
    assert statuses == [200, 200, 403]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": f"Basic {SECRET}"}, {"Authorization": "Bearer"}, {"X-API-Key": "no"}],
)
def test_without_a_known_key_the_answer_is_401(headers):
    """Missing, malformed and unknown keys are told how to send one, and nothing else."""
    answer = keyed(KEY).get("/read", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["value"] is None


def test_without_keys_the_service_is_open():
    """No keys, no questions: check_bind keeps such a service on this machine."""
    assert [keyed().get(f"/{scope}").status_code for scope in Scope] == [200, 200, 200]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LocalHost:8080", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("news.example", 200),
        ("news.example.", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ],
)
def test_only_known_hosts_are_served(host, status):
    """A page that points its own name at this machine gets no answer out of the service."""
    answer = keyed().get("/read", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert answer.json()["type"] == "urn:samestory:problem:wrong-host"


def test_any_host_must_be_asked_for():
    """``*`` switches the check off."""
    app = FastAPI()
    app.add_api_route("/", lambda: "in")
    app.add_middleware(HostGate, allowed=["*"])
    assert TestClient(app, base_url="http://anything.example").get("/").status_code == 200


@given(st.text(max_size=80))
def test_no_text_but_the_secret_opens(text):
    """Whatever is presented, finding a key never fails and never guesses."""
    assert KeyRing([KEY]).find(text) is None
