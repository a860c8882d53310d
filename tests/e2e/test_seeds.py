"""The five seeds come out right, whatever the order they arrive in."""

from __future__ import annotations

import shutil
from itertools import permutations

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.bootstrap import encoder, open_service
from api.config import Config
from api.http import create_app
from dedupe.formats.document import article_from
from dedupe.service import Request

pytestmark = pytest.mark.model

JUNE = {"000", "001", "002", "004"}
COURTESY = "(Courtesy: Al-Jazeera)"


class RememberingEncoder:
    """The real encoder, asked once for each text: 120 orders hold the same five ledes."""

    def __init__(self):
        self._real = encoder(Config.load())
        self._known = {}

    @property
    def name(self):
        return self._real.name

    @property
    def dimension(self):
        return self._real.dimension

    def encode(self, texts):
        for text in texts:
            if text not in self._known:
                self._known[text] = self._real.encode([text])[0]
        return np.stack([self._known[text] for text in texts])


@pytest.fixture(scope="module")
def engine():
    return RememberingEncoder()


@pytest.fixture
def client(tmp_path, engine):
    with (
        open_service(Config.load(data=tmp_path), engine) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        yield client


def post(client, article):
    response = client.post("/v1/articles", json=article)
    assert response.status_code == 201, response.text
    return response.json()


def stories(client):
    """Members of each story by the id they were posted under."""
    lines = client.get("/v1/stories").json()["items"]
    details = [client.get(f"/v1/stories/{line['id']}").json() for line in lines]
    return {
        each["id"]: {entry["external_id"] for entry in each["timeline"]["items"]}
        for each in details
    }


def phrase(body, credit):
    return body[credit["span"]["start"] : credit["span"]["end"]]


def test_the_june_disclosure_is_one_story_and_the_may_one_is_linked(client, seeds):
    """Four seeds are one story; 003 is another, earlier one."""
    for seed in seeds:
        post(client, seed)
    found = stories(client)
    assert sorted(map(sorted, found.values())) == [["000", "001", "002", "004"], ["003"]]
    june = next(name for name, members in found.items() if members == JUNE)
    may = next(name for name, members in found.items() if members == {"003"})
    related = client.get(f"/v1/stories/{june}").json()["related"]
    assert [(each["story"], each["relation"]) for each in related] == [(may, "earlier")]
    related = client.get(f"/v1/stories/{may}").json()["related"]
    assert [(each["story"], each["relation"]) for each in related] == [(june, "later")]


def test_the_courtesy_line_names_a_canonical_outside_the_index(client, seeds):
    """001 comes from Al Jazeera, which nobody has posted, and the phrase proves it."""
    answer = post(client, seeds[1])
    assert answer["canonical"] == {
        "article_id": None,
        "source": "Al Jazeera",
        "url": None,
        "in_index": False,
        "confidence": answer["canonical"]["confidence"],
        "reasons": answer["canonical"]["reasons"],
        "disputed": False,
        "claims": [
            {"source": "Al Jazeera", "articles": 1, "reason": answer["canonical"]["reasons"][0]}
        ],
    }
    (reason,) = answer["canonical"]["reasons"]
    assert reason["rule"] == "credit.republication"
    assert phrase(seeds[1]["body"], reason) == reason["text"] == COURTESY
    (credit,) = [c for c in answer["credits"] if c["kind"] == "republication"]
    assert (credit["source"], phrase(seeds[1]["body"], credit)) == ("Al Jazeera", COURTESY)


@pytest.mark.parametrize(
    ("number", "kind", "source", "text"),
    [
        (2, "citation", "Reuters", "#Reuters reports"),
        (4, "citation", "Associated Press", "according to the Associated Press"),
        (4, "photo", "Associated Press", "via AP, file"),
    ],
)
def test_a_mention_of_an_agency_is_no_origin(client, seeds, number, kind, source, text):
    """A citation or a photo credit is told as what it is and makes no phantom."""
    answer = post(client, seeds[number])
    told = [
        (credit["kind"], credit["source"])
        for credit in answer["credits"]
        if text in phrase(seeds[number]["body"], credit)
    ]
    assert (kind, source) in told
    assert answer["canonical"]["article_id"] == answer["article"]["id"]
    assert answer["canonical"]["reasons"][0]["rule"] == "only_member"


def test_page_furniture_is_marked(client, seeds):
    """What belongs to the page is named by its span in the posted body."""
    wanted = {
        0: ["You may also like", "[Source]"],
        1: ["Post a Comment"],
        3: ["See also Venezuela and Guyana", "See also Mozambique", "Leave a Reply"],
    }
    for number, phrases in wanted.items():
        body = seeds[number]["body"]
        spans = post(client, seeds[number])["article"]["furniture"]
        marked = [" ".join(body[s["start"] : s["end"]].split()) for s in spans]
        for text in phrases:
            assert any(text in piece for piece in marked), (number, text)


def test_dates_in_the_text_are_read_and_crawl_dates_are_not(client, seeds):
    """Without a claimed date 002 gives its own; its page clock and copyright years are none."""
    dates = [post(client, {**seed, "published": None})["article"]["published"] for seed in seeds]
    assert dates[2]["value"].startswith("2023-06-11")
    assert (dates[2]["precision"], dates[2]["from"]) == ("day", "text")
    for number in (0, 1, 3, 4):
        assert dates[number]["value"] is None, number


def test_without_dates_nobody_is_sure(client, seeds):
    """003 may then lie in the same story, but never with high confidence."""
    answers = {}
    for seed in seeds:
        answers[seed["id"]] = post(client, {**seed, "published": None})
    ids = {answer["article"]["id"]: name for name, answer in answers.items()}
    pairs = [
        (name, ids[match["article_id"]], match["p_same_story"])
        for name, answer in answers.items()
        for match in answer["matches"]
    ]
    assert any("003" in pair for pair in pairs)
    assert all(p < 0.7 for a, b, p in pairs if "003" in (a, b)), pairs


def test_every_order_of_arrival_gives_the_same_stories(tmp_path, engine, seeds):
    """All 120 orders end in the same two stories, linked the same way, and the same canonicals."""
    articles = {seed["id"]: article_from(seed) for seed in seeds}
    with open_service(Config.load(data=tmp_path / "empty"), engine):
        pass
    for number, order in enumerate(permutations(articles)):
        # As good as new, without every table made anew.
        data = shutil.copytree(tmp_path / "empty", tmp_path / str(number))
        with open_service(Config.load(data=data), engine) as service:
            answers = [
                service.handle([Request(articles=(articles[name],))])[0].results[0]
                for name in order
            ]
            final = {
                name: service.answer(answer.article.id)
                for name, answer in zip(order, answers, strict=True)
            }
        story_of = {name: answer.story.id for name, answer in final.items()}
        assert len({story_of[name] for name in JUNE}) == 1, order
        assert story_of["003"] != story_of["000"], order
        assert [(r.story, r.relation.value) for r in final["000"].story.related] == [
            (story_of["003"], "earlier")
        ], order
        assert [
            (answer.canonical.source, answer.canonical.in_index)
            for answer in (final["001"], final["002"])
        ] == [("Al Jazeera", False), ("Minembwe Capital News", True)], order
        assert all(answer.cluster.size == 1 for answer in final.values()), order
