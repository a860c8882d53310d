from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from api import rendering
from api.http import create_app
from api.keys import KeyRing, Scope, issue
from dedupe.answer import Answer, ArticleView, ClusterView, RelatedStory, Status, StoryView
from dedupe.model import (
    Canonical,
    Credit,
    CreditKind,
    DateOrigin,
    Evidence,
    Furniture,
    Match,
    Notice,
    Passage,
    Precision,
    Published,
    Reason,
    Relation,
    Span,
    StoryLink,
)

ANYTHING_GOES = frozenset(
    {
        "get /v1/articles/{article_id}/carriers",
        "delete /v1/sources/{source}/furniture/{line}",
        "delete /v1/constraints/{constraint_id}",
        "get /v1/constraints/{constraint_id}",
        "get /healthz",
        "get /metrics",
        "get /readyz",
        "get /v1/articles/{article_id}",
        "get /v1/clusters/{cluster_id}",
        "get /v1/sources/{source}/furniture",
        "put /v1/sources/{source}/furniture/{line}",
    }
)
"""They take nothing, or any text: no request to them is against their schema."""
METHODS = ("get", "post", "put", "delete")


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Validator:
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.validator_for(whole)


@pytest.fixture
def document(inside) -> dict[str, Any]:
    return inside.get("/openapi.json").json()


OPERATIONS = (
    "delete /v1/articles/{article_id}",
    "delete /v1/constraints/{constraint_id}",
    "delete /v1/sources/{source}/furniture/{line}",
    "get /healthz",
    "get /metrics",
    "get /readyz",
    "get /v1/articles",
    "get /v1/articles/{article_id}",
    "get /v1/articles/{article_id}/carriers",
    "get /v1/articles/{article_id}/diff",
    "get /v1/articles/{article_id}/revisions",
    "get /v1/changes",
    "get /v1/clusters",
    "get /v1/clusters/{cluster_id}",
    "get /v1/clusters/{cluster_id}/lineage",
    "get /v1/constraints",
    "get /v1/constraints/{constraint_id}",
    "get /v1/explain",
    "get /v1/sources/{source}/furniture",
    "get /v1/stories",
    "get /v1/stories/{story_id}",
    "get /v1/stories/{story_id}/lineage",
    "post /v1/articles",
    "post /v1/articles/{article_id}/hold",
    "post /v1/articles/{article_id}/release",
    "post /v1/articles:batch",
    "post /v1/check",
    "post /v1/constraints",
    "put /v1/sources/{source}/furniture/{line}",
)


def test_every_path_of_the_service_is_described(document):
    """The described operations are exactly the ones there are."""
    assert tuple(sorted(name for name, _ in operations(document))) == OPERATIONS


def test_every_answer_has_an_example_that_fits_its_schema(document):
    """What OpenAPI shows is what OpenAPI promises, for bodies, answers and problems alike."""
    seen = 0
    for name, operation in operations(document):
        contents = [
            (status, content)
            for status, answer in operation["responses"].items()
            for content in answer.get("content", {}).values()
        ]
        body = operation.get("requestBody", {}).get("content", {})
        for status, content in [*contents, *(("body", each) for each in body.values())]:
            if "example" not in content:
                assert (name, status) in {("get /readyz", "503"), ("get /metrics", "200")}
                continue
            validator(document, content["schema"]).validate(content["example"])
            seen += 1
    assert seen > 100


def test_what_refuses_an_order_is_shown_as_it_is(document):
    """The examples of 404 and 409 are the documents that these errors make, with their chain."""
    told = dict(operations(document))["post /v1/constraints"]["responses"]
    shown = {
        status: answer["content"]["application/problem+json"]["example"]
        for status, answer in told.items()
        if status in {"404", "409", "422"}
    }
    kinds = {status: each["type"].rsplit(":", 1)[1] for status, each in shown.items()}
    assert kinds == {"404": "not-found", "409": "contradiction", "422": "bad-input"}
    assert all(each["status"] == int(status) for status, each in shown.items())
    chain = shown["409"]["chain"]
    assert all(name in shown["409"]["detail"] for name in chain["constraints"] + chain["articles"])
    assert told["409"]["description"] == shown["409"]["title"]


def test_every_operation_documents_its_problems(document):
    """Each may be refused for host, key or parameters, and each says so as problem+json."""
    for name, operation in operations(document):
        assert {"401", "403", "421", "422", "500", "503"} <= operation["responses"].keys(), name
        assert "application/problem+json" in operation["responses"]["422"]["content"]
        assert operation["summary"]


SPAN = Span(field="body", start=3, end=9)
FULL = Answer(
    article=ArticleView(
        id="a_1",
        external_id="x/1",
        revision=2,
        status=Status.REVISED,
        published=Published(
            value=datetime(2023, 6, 11, tzinfo=UTC), precision=Precision.DAY, origin=DateOrigin.TEXT
        ),
        furniture=(Furniture(span=SPAN, why="share"),),
    ),
    cluster=ClusterView(
        id="c_1", size=2, relation=Relation.NEAR_DUPLICATE, of="a_2", probability=0.987654
    ),
    story=StoryView(
        id="s_1",
        size=4,
        relation=Relation.SAME_STORY,
        of="a_3",
        independent_sources=2,
        probability=0.9,
        related=(RelatedStory(story="s_2", relation=StoryLink.EARLIER),),
    ),
    canonical=Canonical(
        article_id=None,
        source="Al Jazeera",
        url=None,
        in_index=False,
        confidence=0.9,
        reasons=(
            Reason(rule="credit.republication", text="(Courtesy: Al-Jazeera)", span=SPAN),
            Reason(rule="only_member"),
        ),
    ),
    credits=(
        Credit(
            kind=CreditKind.REPUBLICATION,
            source="Al Jazeera",
            text="(Courtesy: Al-Jazeera)",
            span=SPAN,
            confidence=0.9,
        ),
    ),
    matches=(
        Match(
            article_id="a_2",
            relation=Relation.NEAR_DUPLICATE,
            p_same_text=0.97,
            p_same_story=0.99,
            evidence=Evidence(
                overlap=0.81,
                contains=0.99,
                contained=0.82,
                lede_cosine=0.93,
                hours_apart=2.5,
                features={"names": 0.7},
                passages=(Passage(ours=SPAN, theirs=SPAN, words=7, weight=0.98765),),
            ),
        ),
    ),
    warnings=(Notice(field="published", value="9/6/17", action="ignored"),),
    degraded=False,
)


def test_a_full_answer_is_written_as_documented(document):
    """Every member, its name, its order and its form: the answer's shape is a promise."""
    told = json.loads(rendering.dump(rendering.answer(FULL)))
    schema = document["paths"]["/v1/articles"]["post"]["responses"]["201"]["content"]
    validator(document, schema["application/json"]["schema"]).validate(told)
    assert list(told) == [
        "article",
        "cluster",
        "story",
        "canonical",
        "credits",
        "matches",
        "warnings",
        "degraded",
    ]
    assert told["article"]["published"] == {
        "value": "2023-06-11T00:00:00Z",
        "precision": "day",
        "from": "text",
    }
    assert told["cluster"] == {
        "id": "c_1",
        "size": 2,
        "relation": "near_duplicate",
        "of": "a_2",
        "probability": 0.9877,
    }
    assert told["canonical"]["reasons"][1] == {
        "rule": "only_member",
        "text": None,
        "span": None,
        "article_id": None,
    }
    assert told["matches"][0]["evidence"]["passages"] == [
        {
            "ours": {"field": "body", "start": 3, "end": 9},
            "theirs": {"field": "body", "start": 3, "end": 9},
            "words": 7,
            "weight": 0.9877,
        }
    ]
    assert told["article"]["furniture"] == [{"field": "body", "start": 3, "end": 9, "why": "share"}]


def test_what_is_answered_fits_its_schema(client, document):
    """Real answers of every operation validate against what is published for their status."""
    sent = {"id": "1", "source": "Harbour Herald", "title": "Ferry", "body": "It runs again."}
    posted = client.post("/v1/articles", json=sent)
    client.post("/v1/articles", json=sent | {"source": "Island Times"})
    head = posted.json()
    ids = {
        "{article_id}": head["article"]["id"],
        "{cluster_id}": head["cluster"]["id"],
        "{story_id}": head["story"]["id"],
    }
    calls = [
        ("post", "/v1/articles", {"json": sent}),
        ("post", "/v1/articles", {"json": {"title": 17}}),
        ("post", "/v1/articles:batch", {"json": [sent, {"id": "2"}]}),
        ("post", "/v1/check", {"json": sent}),
        ("post", "/v1/check", {"json": [sent]}),
        ("get", "/v1/articles", {}),
        ("get", "/v1/articles/{article_id}", {}),
        ("get", "/v1/articles/{article_id}/revisions", {}),
        ("get", "/v1/articles/{article_id}/diff", {}),
        ("get", "/v1/articles/{article_id}/diff", {"params": {"from": 7}}),
        ("get", "/v1/clusters", {}),
        ("get", "/v1/clusters/{cluster_id}", {}),
        ("get", "/v1/clusters/{cluster_id}/lineage", {}),
        ("get", "/v1/stories", {}),
        ("get", "/v1/stories/{story_id}", {}),
        ("get", "/v1/stories/{story_id}/lineage", {}),
        ("get", "/v1/changes", {}),
        (
            "get",
            "/v1/explain",
            {"params": {"a": head["article"]["id"], "b": head["article"]["id"]}},
        ),
        ("get", "/healthz", {}),
        ("get", "/readyz", {}),
    ]
    for method, template, arguments in calls:
        path = template
        for name, value in ids.items():
            path = path.replace(name, value)
        answer = client.request(method, path, **arguments)
        told = document["paths"][template][method]["responses"][str(answer.status_code)]
        content = told["content"][answer.headers["content-type"]]
        validator(document, content["schema"]).validate(answer.json())


def test_keys_are_described_where_they_are_asked_for(dictionaries):
    """An application with keys says how to send one; an open one does not."""
    keyed = create_app(dictionaries, keys=KeyRing([issue(Scope.READ)[1]])).openapi()
    assert keyed["security"] == [{"bearer": []}, {"apiKey": []}]
    assert "security" not in create_app(dictionaries).openapi()


@pytest.fixture
def described(shipped):
    """Schemathesis runs the application's lifespan itself, under a host name of its own."""
    app = create_app(shipped, allowed_hosts=["*"], max_request_bytes=20_000, max_batch=20)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, GenerationMode.POSITIVE) for name in OPERATIONS),
        *((name, GenerationMode.NEGATIVE) for name in OPERATIONS if name not in ANYTHING_GOES),
    ],
)
def test_no_input_makes_the_service_fail(described, name, mode):
    """Whatever OpenAPI allows, and what it does not: no 5xx, and answers as documented."""
    method, _, path = name.partition(" ")
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case) -> None:
        checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
        case.call_and_validate(checks=checks)

    holds()


@pytest.fixture
def shipped_client(shipped):
    with TestClient(
        create_app(shipped), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ARTICLE = st.dictionaries(
    st.sampled_from(["id", "title", "body", "source", "url", "published", "lang", "metadata"]),
    JSON,
)


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles:batch", "/v1/check"])
@given(
    body=st.binary()
    | (JSON | ARTICLE | st.lists(ARTICLE, max_size=4)).map(lambda told: json.dumps(told).encode()),
    kind=st.sampled_from(["application/json", "application/x-ndjson"]),
    encoding=st.sampled_from(["identity", "gzip"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_body_makes_the_service_fail(shipped_client, path, body, kind, encoding):
    """Any bytes, any JSON, any types in an article's fields: refused or taken, never a 5xx."""
    headers = {"Content-Type": kind, "Content-Encoding": encoding}
    answer = shipped_client.post(path, content=body, headers=headers)
    assert answer.status_code < 500
    if "ndjson" not in answer.headers["content-type"]:
        answer.json()
