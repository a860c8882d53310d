"""Without its encoder the service judges copies, says so, and makes up for it later."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import open_service
from api.config import Config
from api.http import create_app
from dedupe.errors import EncoderUnavailable
from dedupe.formats.document import article_from
from dedupe.listing import StoryQuery
from dedupe.service import Request
from index.encoder_hashed import HashedEncoder
from tests.e2e.texts import BRIDGE, HARBOUR


class Flaky(HashedEncoder):
    """An encoder that fails until it is mended."""

    broken = True

    def encode(self, texts):
        if self.broken:
            raise EncoderUnavailable("the model ran out of memory")
        return super().encode(texts)


def stored(service, name, body, **more):
    article = article_from({"id": name, "title": f"Report {name}", "body": body, **more})
    return service.handle([Request(articles=(article,))])[0].results[0]


@pytest.fixture
def flaky():
    return Flaky()


def test_copies_are_still_found(tmp_path, flaky):
    """Nothing is lost: the article is stored, its copies are found, and the story is left open."""
    with open_service(Config.load(data=tmp_path), flaky) as service:
        first = stored(service, "a", HARBOUR, source="Velmar Post")
        copy = stored(service, "b", HARBOUR, source="Ostrand News")
    assert first.degraded
    assert copy.degraded
    assert (copy.story.relation, copy.story.probability) == (None, None)
    assert copy.cluster.id == first.cluster.id
    assert copy.cluster.relation == "exact"


def test_stories_are_told_without_ledes(tmp_path, flaky):
    """Headline, cohesion and lists do without vectors."""
    with open_service(Config.load(data=tmp_path), flaky) as service:
        first = stored(service, "a", HARBOUR, source="Velmar Post", published="2024-03-05")
        stored(service, "b", HARBOUR, source="Ostrand News", published="2024-03-06")
        told = service.story(first.story.id)
        (line,), following = service.stories(StoryQuery(text="Ostrand"))
    assert told.headline.article_id == first.article.id
    assert (told.articles, told.cohesion) == (2, 1.0)
    assert (line.id, line.headline, following) == (told.id, told.headline, None)


def test_readiness_says_what_is_missing(tmp_path, flaky):
    """/readyz answers, names the encoder and why."""
    with (
        open_service(Config.load(data=tmp_path), flaky) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        client.post("/v1/articles", json={"title": "A bridge", "body": BRIDGE})
        response = client.get("/readyz")
    assert "ran out of memory" in response.text


def test_a_warm_start_knows_the_state_of_the_encoder(tmp_path, flaky):
    """The encoder runs once before the first article: what is wrong with it is known by then."""
    for broken, status in ((True, "degraded"), (False, "ok")):
        flaky.broken = broken
        with (
            open_service(Config.load(data=tmp_path), flaky, warm=True) as service,
            TestClient(create_app(service), base_url="http://localhost") as client,
        ):
            assert client.get("/readyz").json()["status"] == status


def test_articles_that_waited_are_embedded_once_the_encoder_is_back(tmp_path, flaky):
    """They get their vectors and are judged anew; then nothing waits."""
    with open_service(Config.load(data=tmp_path), flaky) as service:
        answers = [stored(service, name, HARBOUR, source=f"Paper {name}") for name in "ab"]
        flaky.broken = False
        assert service.embed_waiting() == 2
        assert service.embed_waiting() == 0
        told = [service.answer(answer.article.id) for answer in answers]
        assert not any(answer.degraded for answer in told)
        assert told[0].story.id == told[1].story.id
        with service.store.read() as reader:
            assert reader.counts()["vectors"] == 2


def test_the_service_starts_without_its_model(tmp_path):
    """A model that is not on this machine degrades the service; it does not stop it."""
    config = Config.load(data=tmp_path, model=str(tmp_path / "no-such-model"))
    with open_service(config) as service:
        assert "no-such-model" in service.readiness()["encoder"]
        answer = stored(service, "a", HARBOUR)
        assert answer.degraded
        assert "no-such-model" in service.readiness()["encoder"]
