from __future__ import annotations

import asyncio
import gzip
import inspect
import io
import json
import logging
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import dedupe.errors
from api import logs, problems
from api.http import cursors, failures
from api.http.limits import BodyLimits
from api.http.observe import Observe
from api.intake import QueueFull
from api.metrics import Metrics
from api.rendering import instant
from dedupe.errors import (
    BadInput,
    Conflict,
    EncoderUnavailable,
    NotFound,
    SamestoryError,
    StoreBusy,
    StoreError,
    TooLarge,
    VersionMismatch,
)

MEMBERS = {"type", "title", "status", "detail", "field", "value", "fix"}
LIMIT = 10_000


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (BadInput("title", "is a number", "send text", value=7), 422, "bad-input"),
        (TooLarge("body", "is too long", "shorten it"), 413, "too-large"),
        (Conflict("Idempotency-Key", "was used", "send another"), 409, "idempotency-conflict"),
        (problems.Unreadable("request", "is no JSON", "send JSON"), 400, "unreadable"),
        (NotFound("story", "s_1"), 404, "not-found"),
        (StoreBusy("another process is writing"), 503, "busy"),
        (QueueFull("1024 requests wait already"), 503, "busy"),
        (StoreError("disk full"), 503, "store-unavailable"),
        (EncoderUnavailable("no model"), 503, "encoder-unavailable"),
        (VersionMismatch("run `samestory rebuild-index`"), 503, "version-mismatch"),
        (SamestoryError("something else"), 500, "internal-error"),
    ],
)
def test_an_error_is_told_as_its_kind(error, status, slug):
    """One table gives each error its status and type; every member is there and has a fix."""
    told = problems.document(error)
    assert (told["status"], told["type"]) == (status, f"urn:samestory:problem:{slug}")
    assert told.keys() == MEMBERS
    assert told["fix"]


def test_a_line_not_found_leads_to_its_source():
    """Who asks for an unknown line of furniture is told where a source's lines are."""
    told = problems.document(NotFound("line", "00ff"))
    assert told["fix"].endswith("/v1/sources/{source}/furniture")
    assert "/v1/stories" in problems.document(NotFound("story", "s_1"))["fix"]


def test_every_error_of_the_tree_is_told():
    """No error of the domain reaches a caller without a status."""
    tree = [
        each
        for _, each in inspect.getmembers(dedupe.errors, inspect.isclass)
        if issubclass(each, SamestoryError)
    ]
    assert len(tree) >= 9
    for error in tree:
        assert problems.kind_of(error.__new__(error)).status >= 400


def test_503_says_when_to_come_back():
    """Whatever may go away by itself carries Retry-After in whole seconds."""
    for error in (StoreBusy("x"), QueueFull("x"), EncoderUnavailable("x"), StoreError("x")):
        assert int(failures.answered(error).headers["retry-after"]) >= 1


def test_bad_input_names_field_value_and_fix():
    """The caller reads what was wrong, where, and what to do."""
    told = problems.document(BadInput("lang", "is a number", "send a BCP 47 tag", value=7))
    assert (told["field"], told["value"], told["fix"]) == ("lang", "7", "send a BCP 47 tag")
    assert told["detail"] == "lang: is a number"


@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=())),
        st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists),
        st.text(min_size=300),
    )
)
def test_values_are_shortened_and_writable(value):
    """Whatever was sent comes back as at most 201 code points that UTF-8 can carry."""
    shown = problems.shortened(value)
    assert len(shown) <= problems.SHOWN + 1
    assert shown.encode().decode() == shown
    if isinstance(value, str) and len(value) <= problems.SHOWN and value.isascii():
        assert shown == value


def test_a_large_value_is_cheap_to_show():
    """A list of a million numbers is shortened without being written out."""

    def numbers():
        for k in range(1_000_000):
            assert k < problems.SHOWN, "written out"
            yield k

    class Long(list):
        def __iter__(self):
            return numbers()

    told = problems.shortened(Long([0]))
    assert told.startswith("[0, 1, 2, 3, 4, 5,")
    assert len(told) == problems.SHOWN + 1


@pytest.fixture
def echo() -> TestClient:
    """An application that answers how many bytes it was given."""

    async def length(request: Request) -> int:
        return len(await request.body())

    def breaks() -> None:
        raise ZeroDivisionError("a text nobody should read")

    app = FastAPI()
    app.add_api_route("/", length, methods=["POST"])
    app.add_api_route("/breaks", breaks)
    failures.install(app)
    app.add_middleware(BodyLimits, max_bytes=LIMIT)
    app.add_middleware(Observe, metrics=Metrics())
    return TestClient(app, raise_server_exceptions=False)


def post(client: TestClient, body: object, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/", content=body, headers={"Content-Type": "application/json"} | named)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/x-ndjson",
    ],
)
def test_json_and_ndjson_are_read(echo, content_type):
    """The two types are read whatever their case and parameters."""
    assert post(echo, b"12345", Content_Type=content_type).json() == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": ""},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "multipart/form-data; boundary=x"},
        {"Content_Type": "application/json; charset=latin-1"},
        {"Content_Encoding": "br"},
        {"Content_Encoding": "gzip, gzip"},
        {"Content_Encoding": "deflate"},
    ],
)
def test_other_types_and_encodings_are_415(echo, headers):
    """What a form on another site could send without asking is not read at all."""
    answer = post(echo, b"{}", **headers)
    assert answer.status_code == 415
    assert answer.headers["content-type"] == problems.MEDIA_TYPE


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413), (LIMIT * 9, 413)])
def test_the_limit_holds_with_and_without_a_length(echo, size, status):
    """The last byte allowed is read, the next is 413, whether announced or streamed."""
    body = b"x" * size
    assert post(echo, body).status_code == status
    assert post(echo, iter([body[:100], body[100:]])).status_code == status


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413)])
def test_the_limit_holds_after_inflation(echo, size, status):
    """Gzip is read as what it inflates to, and counted so."""
    answer = post(echo, gzip.compress(b"x" * size), Content_Encoding="gzip")
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == size


@given(data=st.binary(max_size=400), cut=st.integers(1, 40), members=st.integers(1, 3))
def test_gzip_arrives_whole_however_it_is_cut(data, cut, members):
    """Chunks of any size and members that follow each other give the same bytes."""
    from api.http.limits import _Inflate

    packed = gzip.compress(data) * members
    inflate = _Inflate(LIMIT)
    chunks = (packed[at : at + cut] for at in range(0, len(packed), cut))
    plain = b"".join(part for chunk in chunks for part in inflate.feed(chunk))
    inflate.finish()
    assert plain == data * members


def test_a_bomb_dies_early(echo):
    """Of 100 MB packed into 100 kB no more than a step beyond the limit is inflated."""
    from api.http.limits import _STEP, _Inflate

    bomb = gzip.compress(b"\0" * 100_000_000, compresslevel=9)
    inflated: list[bytes] = []
    with pytest.raises(TooLarge):
        inflated.extend(_Inflate(LIMIT).feed(bomb))
    assert sum(map(len, inflated)) <= LIMIT + _STEP
    assert post(echo, bomb, Content_Encoding="gzip").status_code == 413


@pytest.mark.parametrize(
    "body", [b"{}", gzip.compress(b"{}" * 99, mtime=0)[:-9], b"\x1f\x8b\x08garbage"]
)
def test_broken_gzip_is_400(echo, body):
    """What is no gzip, or is cut off, is unreadable, not a failure of ours."""
    answer = post(echo, body, Content_Encoding="gzip")
    assert (answer.status_code, answer.json()["field"]) == (400, "body")


def test_an_unforeseen_error_is_told_without_its_text(echo, caplog):
    """The caller gets a 500 problem with a request id; the log gets type and place, no text."""
    with caplog.at_level(logging.INFO):
        answer = echo.get("/breaks")
    assert answer.status_code == 500
    assert answer.json().keys() == MEMBERS
    assert "nobody" not in answer.text
    [record] = [each for each in caplog.records if each.name == "samestory.http"]
    line = json.loads(logs.JsonLines().format(record))
    assert line["error"] == "ZeroDivisionError"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert "nobody" not in json.dumps(line)


def test_a_client_that_leaves_is_no_failure(echo, caplog):
    """A body that breaks off is logged as 499, answered to nobody, and is no error of ours."""
    parts = iter([{"type": "http.request", "body": b"12", "more_body": True}])
    sent = []

    async def receive():
        return next(parts, {"type": "http.disconnect"})

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    with caplog.at_level(logging.INFO, logger="samestory.http"):
        asyncio.run(echo.app(scope, receive, send))
    assert sent == []
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.records[0].facts["status"] == 499


def test_unknown_paths_and_methods_are_problems(echo):
    """404 and 405 have the same form as every other error, and 405 says what is allowed."""
    missing, wrong = echo.get("/nothing/here"), echo.delete("/")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert missing.json().keys() == wrong.json().keys() == MEMBERS
    assert wrong.headers["allow"] == "POST"


@given(kind=st.sampled_from(["articles", "stories"]), last=st.text(min_size=1))
def test_a_cursor_reads_back(kind, last):
    """A cursor brings back the id it was made of, in characters a URL takes as they are."""
    cursor = cursors.written(kind, last)
    assert cursors.read(kind, cursor) == last
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text() | st.sampled_from([cursors.written("clusters", "c_1"), "YQ", "é"]))
def test_what_is_no_cursor_is_refused(text):
    """Made-up cursors and those of another list are bad input, nothing worse."""
    with pytest.raises(BadInput, match="cursor"):
        cursors.read("articles", text)


@given(st.floats(-600_000, 2_000_000))
def test_hours_are_told_as_rfc_3339(hours):
    """An instant reads back to the hour it was, to the second, and ends in Z."""
    told = instant(hours)
    assert told.endswith("Z")
    seconds = (datetime.fromisoformat(told) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    assert seconds == pytest.approx(hours * 3600, abs=0.5)


def test_log_lines_are_json_and_carry_their_facts():
    """One line, one object: time, level, event and facts."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("samestory.test")
    logger.addHandler(handler)
    try:
        logs.log(logger, "stored", level=logging.WARNING, articles=3, of={"created": 2})
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "samestory.test",
        "event": "stored",
        "articles": 3,
        "of": {"created": 2},
    }
