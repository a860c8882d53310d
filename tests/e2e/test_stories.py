"""Stories over HTTP: one as a whole, many by what is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from api.http import create_app
from dedupe.model import StoryLink
from dedupe.state import Plan, RelatedLink, Retired
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD

RETOLD = """\
Grain ships were turned away from Port Velmar on Tuesday after divers found cracks in two of the five
piers of the grain terminal in its northern basin, the harbour authority said. The ships went on to
Ostrand, forty miles down the coast, and eleven extra trains will bring the wheat back.

Chief engineer Mirela Tovan said at the quayside that the cracks were up to three metres under water
and that the authority would rather lose a week than a pier. The storms of last winter had probably
opened them, Tovan said.

Repairs will cost nine million crowns, said the ministry of transport. Daro Helm of the opposition
said the government had ignored a report on the piers for four years. Wheat rose by four percent.
"""
CREDIT = "\n\n(Courtesy: Al-Jazeera)"
COPIES = ["Lenn Courier", "Asker Post", "Ostrand Mirror", "Crown Times"]


def piece(name, body, *, source=None, day=6, hour=9, **given):
    return {
        "id": name,
        "source": source,
        "published": f"2024-03-{day:02d}T{hour:02d}:00:00Z",
        "title": given.pop("title", "Cracks close the northern basin of Port Velmar"),
        "body": body,
        **given,
    }


PIECES = [
    *(
        piece(f"copy{k}", HARBOUR + CREDIT, source=source, hour=10 + k, lang="en")
        for k, source in enumerate(COPIES)
    ),
    piece("own", RETOLD, source="Velmar Gazette", hour=9, lang="en-GB",
          title="Port Velmar turns grain ships away after cracks are found in piers"),
    piece("bridge", BRIDGE, source="Asker Post", day=2,
          title="A footbridge over the river Asker opens seven years after the flood"),
    piece("orchard", ORCHARD, source="Lenn Courier", day=20,
          title="Frost leaves the Lenn valley without apricots"),
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    config = Config.load(data=tmp_path_factory.mktemp("stories"), model=HASHED_MODEL)
    with (
        open_service(config) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        for each in PIECES:
            assert client.post("/v1/articles", json=each).status_code == 201
        yield client


def article(client, name):
    (found,) = client.get("/v1/articles", params={"external_id": name}).json()["items"]
    return found


@pytest.fixture
def harbour(client):
    """The story of the harbour, asked for by one of its copies."""
    name = article(client, "copy0")["story"]
    return client.get(f"/v1/stories/{name}").json()


def test_the_headline_is_the_own_report(client, harbour):
    """Of four copies and one report of its own the report stands for the story, with the reasons."""
    own = article(client, "own")
    assert harbour["headline"] == {
        "title": own["title"],
        "article_id": own["id"],
        "source": "Velmar Gazette",
        "url": None,
        "reasons": ["own_reporting", "early"],
    }


def test_four_copies_are_one_origin(harbour):
    """Outlets are counted, and grouped by whose reporting they carry."""
    assert [(each["source"], each["articles"]) for each in harbour["outlets"]] == [
        (source, 1) for source in sorted([*COPIES, "Velmar Gazette"])
    ]
    assert harbour["origins"] == [
        {
            "source": "Al Jazeera",
            "sources": ["Al Jazeera"],
            "in_index": False,
            "outlets": sorted(COPIES),
            "clusters": 1,
            "articles": 4,
        },
        {
            "source": "Velmar Gazette",
            "sources": ["Velmar Gazette"],
            "in_index": True,
            "outlets": ["Velmar Gazette"],
            "clusters": 1,
            "articles": 1,
        },
    ]
    assert harbour["independent_sources"] == 2
    assert (harbour["size"], harbour["articles"], harbour["sampled"]) == (5, 5, 5)


def test_every_answer_counts_the_same_sources(client, harbour):
    """The answer of an article, a check, the list and the story itself name one number."""
    told = [
        client.get(f"/v1/articles/{one['id']}").json()["story"]
        for one in harbour["timeline"]["items"]
    ]
    assert [each["independent_sources"] for each in told] == [2] * 5
    one_more = piece("copy9", HARBOUR + CREDIT, source="Lenn Herald", hour=15)
    checked = client.post("/v1/check", json=one_more).json()["story"]
    assert (checked["size"], checked["independent_sources"]) == (6, 2)
    listed = client.get("/v1/stories", params={"min_size": 5}).json()["items"]
    assert [each["independent_sources"] for each in listed] == [2]


def test_what_the_story_is_about(harbour):
    """Names and languages that its articles share; neither weekdays nor who is credited."""
    names = {each["text"]: each["articles"] for each in harbour["names"]}
    assert names == {"Daro Helm": 5, "Mirela Tovan": 5, "Ostrand": 5, "Port Velmar": 5}
    assert harbour["languages"] == [{"lang": "en", "articles": 5}]


def test_the_agreement_is_that_of_the_pairs(client, harbour):
    """Cohesion and weakest link are what ``explain`` says of each pair of the story.

    Nearly: it looks at what few words two texts share, which is not kept where they are no copies.
    """
    ids = sorted(each["id"] for each in harbour["timeline"]["items"])
    p = {}
    for k, a in enumerate(ids):
        for b in ids[k + 1 :]:
            told = client.get("/v1/explain", params={"a": a, "b": b}).json()
            p[a, b] = max(told["p_same_story"], told["p_same_text"])
    weakest = min(p, key=p.get)
    link = harbour["weakest_link"]
    assert harbour["cohesion"] == pytest.approx(sum(p.values()) / len(p), abs=2e-3)
    assert link["probability"] == pytest.approx(p[weakest], abs=2e-3)
    assert p[tuple(link["pair"])] == pytest.approx(p[weakest], abs=2e-3)
    means = {a: sum(q for pair, q in p.items() if a in pair) / (len(ids) - 1) for a in ids}
    assert link["article_id"] == min(means, key=means.get) == article(client, "own")["id"]
    assert link["mean"] == pytest.approx(min(means.values()), abs=2e-3)


def test_the_time_line(client, harbour):
    """Articles in order of publication, each with its cluster, in pages that join."""
    items = harbour["timeline"]["items"]
    assert [each["external_id"] for each in items] == ["own", *(f"copy{k}" for k in range(4))]
    assert harbour["timeline"]["next"] is None
    assert items[0]["relation"] == "same_story"
    assert len({each["cluster"] for each in items}) == 2
    assert {each["cluster"] for each in items} == set(harbour["clusters"])
    walked, after = [], None
    while after or not walked:
        asked = {"limit": 2} | ({"after": after} if after else {})
        told = client.get(f"/v1/stories/{harbour['id']}", params=asked).json()
        walked += told["timeline"]["items"]
        after = told["timeline"]["next"]
        assert {**told, "timeline": None} == {**harbour, "timeline": None}
    assert walked == items


def listed(client, **asked):
    """The external ids of the headlines' articles, in the order of the list."""
    items = client.get("/v1/stories", params=asked).json()["items"]
    names = {article(client, each["id"])["id"]: each["id"] for each in PIECES}
    return [names[each["headline"]["article_id"]] for each in items]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["orchard", "own", "bridge"]),
        ({"sort": "size"}, ["own", "orchard", "bridge"]),
        ({"min_size": 2}, ["own"]),
        ({"max_size": 1}, ["orchard", "bridge"]),
        ({"from": "2024-03-06"}, ["orchard", "own"]),
        ({"from": "2024-03-06T12:30:00Z", "to": "2024-03-06T12:31:00+00:00"}, ["own"]),
        ({"from": "2024-03-07", "to": "2024-03-19"}, []),
        ({"to": "2024-03-06"}, ["own", "bridge"]),
        ({"outlet": "asker post"}, ["own", "bridge"]),
        ({"language": "en"}, ["own"]),
        ({"q": "footbridge"}, ["bridge"]),
        ({"q": '"apricots for thirty years"'}, ["orchard"]),
        ({"q": "wheat Tovan", "outlet": "Velmar Gazette"}, ["own"]),
        ({"q": "engineer"}, ["own", "bridge"]),
        ({"q": "lighthouse"}, []),
    ],
)
def test_stories_are_listed_by_what_is_asked(client, asked, expected):
    """Each condition alone and some together; the newest first unless asked otherwise."""
    assert listed(client, **asked) == expected


def test_a_line_is_the_head_of_the_story(client, harbour):
    """The list says of a story what the story says of itself."""
    (line,) = client.get("/v1/stories", params={"q": "Ostrand"}).json()["items"]
    assert line == {name: harbour[name] for name in line}
    assert list(line) == ["id", "headline", "size", "independent_sources", "first", "last"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2024-02-30"}, "to"),
        ({"from": "2024-03-06", "to": "2024-03-05"}, "to"),
        ({"q": "?!"}, "q"),
        ({"q": ""}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"outlet": "..."}, "outlet"),
        ({"language": "e"}, "language"),
        ({"min_size": 0}, "min_size"),
        ({"min_size": 3, "max_size": 2}, "max_size"),
        ({"sort": "oldest"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"after": "made-up"}, "after"),
    ],
)
def test_what_cannot_be_asked(client, asked, field):
    """Each refusal is a problem document that names the parameter and says what to send."""
    answer = client.get("/v1/stories", params=asked)
    told = answer.json()
    assert (answer.status_code, told["field"]) == (422, field)
    assert told["type"] == "urn:samestory:problem:bad-input"
    assert told["fix"]


def test_a_cursor_belongs_to_its_list(client):
    """One of the list by date is refused by the list by size and by a time line."""
    after = client.get("/v1/stories", params={"limit": 1}).json()["next"]
    assert after
    other = client.get("/v1/stories", params={"sort": "size", "after": after})
    assert (other.status_code, other.json()["field"]) == (422, "after")
    name = article(client, "own")["story"]
    other = client.get(f"/v1/stories/{name}", params={"after": after})
    assert (other.status_code, other.json()["field"]) == (422, "after")


@pytest.fixture
def service(tmp_path):
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL)) as service:
        yield service


@pytest.fixture
def fresh(service):
    with TestClient(create_app(service), base_url="http://localhost") as client:
        yield client


def test_a_story_follows_its_articles(fresh):
    """A copy, a revision and a deletion change what the story says, at once."""
    first = fresh.post("/v1/articles", json=piece("a", HARBOUR, source="Asker Post")).json()
    name = first["story"]["id"]
    assert fresh.get(f"/v1/stories/{name}").json()["weakest_link"] is None
    second = fresh.post("/v1/articles", json=piece("b", HARBOUR, source="Lenn Courier")).json()
    assert second["story"]["id"] == name
    told = fresh.get(f"/v1/stories/{name}").json()
    assert (told["size"], told["headline"]["article_id"]) == (2, first["article"]["id"])
    assert told["headline"]["reasons"] == ["only_text"]
    assert told["cohesion"] == 1.0
    fresh.post("/v1/articles", json=piece("b", BRIDGE, source="Lenn Courier", title="A bridge"))
    assert fresh.get(f"/v1/stories/{name}").json()["articles"] == 1
    assert len(fresh.get("/v1/stories", params={"outlet": "Lenn Courier"}).json()["items"]) == 1
    assert fresh.get("/v1/stories", params={"q": "bridge Ostrand"}).json()["items"] == []
    fresh.delete(f"/v1/articles/{first['article']['id']}")
    assert fresh.get(f"/v1/stories/{name}").status_code == 404
    assert fresh.get("/v1/stories", params={"q": "Ostrand"}).json()["items"] == []


def test_articles_without_title_date_and_source(fresh):
    """A story of bare texts has a headline and a line: what is not known is null."""
    posted = fresh.post("/v1/articles", json={"id": "x", "body": f"<p>{BRIDGE}</p>"}).json()
    told = fresh.get(f"/v1/stories/{posted['story']['id']}").json()
    assert told["headline"]["title"].startswith("A wooden footbridge over the river Asker was")
    assert told["headline"]["title"].endswith("…")
    assert (told["first"], told["cohesion"], told["related"]) == (None, None, [])
    assert told["outlets"] == [{"source": None, "articles": 1}]
    assert told["languages"] == [{"lang": None, "articles": 1}]
    assert (told["origins"][0]["source"], told["independent_sources"]) == (None, 1)
    (line,) = fresh.get("/v1/stories").json()["items"]
    assert line["headline"] == told["headline"]
    assert fresh.get("/v1/stories", params={"from": "1990-01-01"}).json()["items"] == []


def test_related_stories_come_with_their_headlines(fresh, service):
    """A linked story is told with what it is about, the most probable first, seen from both."""
    names = [fresh.post("/v1/articles", json=each).json()["story"]["id"] for each in PIECES[-2:]]
    third = fresh.post("/v1/articles", json=piece("w", HARBOUR, day=9)).json()["story"]["id"]
    with service.store.write() as writer:
        links = [
            RelatedLink(a=min(pair), b=max(pair), relation=relation, probability=p)
            for pair, relation, p in (
                ((names[0], names[1]), StoryLink.BACKGROUND, 0.25),
                ((names[0], third), StoryLink.LATER, 0.4),
            )
        ]
        writer.apply(Plan(related=tuple(links)))
    told = fresh.get(f"/v1/stories/{names[0]}").json()["related"]
    assert [(each["story"], each["probability"]) for each in told] == [
        (third, 0.4),
        (names[1], 0.25),
    ]
    for each in told:
        other = fresh.get(f"/v1/stories/{each['story']}").json()
        assert {**each, **other} | {"related": []} == other | {
            "story": other["id"],
            "relation": each["relation"],
            "probability": each["probability"],
            "related": [],
        }
    (back,) = fresh.get(f"/v1/stories/{names[1]}").json()["related"]
    assert (back["story"], back["relation"]) == (names[0], "background")


def test_a_merged_story_answers_under_both_ids(fresh, service):
    """The old id says where it lives on and tells all of that; the list has only the living one."""
    one, two = (
        fresh.post("/v1/articles", json=piece(name, body, title=f"Title {name}", day=day)).json()
        for name, body, day in (("a", HARBOUR, 3), ("b", BRIDGE, 9))
    )
    living, old = one["story"]["id"], two["story"]["id"]
    with service.store.write() as writer:
        state = replace(writer.story(living), size=2, last=writer.story(old).last)
        writer.apply(Plan(stories=(state,), retired=(Retired(id=old, merged_into=living),)))
    told, whole = (fresh.get(f"/v1/stories/{name}").json() for name in (old, living))
    assert (told["id"], told["merged_into"]) == (old, living)
    assert {**told, "id": living, "merged_into": None} == whole
    assert [each["external_id"] for each in whole["timeline"]["items"]] == ["a", "b"]
    (line,) = fresh.get("/v1/stories", params={"q": "footbridge", "min_size": 2}).json()["items"]
    assert line["id"] == living
