"""Furniture learned from what is posted, over HTTP and on the command line."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service, rebuild_index
from api.cli import main
from api.config import Config
from api.http import create_app
from tests import outlets

LINE = "Read the paper at your door: order it before the end of the week"
SOURCE = "Harbour/Herald & Sons"


def posted(seed, *, text=None, source=SOURCE):
    made = outlets.article(seed, text=text or f"{outlets.body(seed)}\n\n{LINE}", source=source)
    return {
        "id": made.external_id,
        "source": made.source,
        "title": made.title,
        "body": made.body,
        "published": made.published.value.isoformat(),
    }


def served(service):
    return TestClient(create_app(service), base_url="http://localhost")


@pytest.fixture
def client(shipped):
    with served(shipped) as client:
        yield client


def path(source=SOURCE):
    return f"/v1/sources/{quote(source, safe='')}/furniture"


def post(client, seed, **more):
    return client.post("/v1/articles", json=posted(seed, **more)).json()


def furniture(client, source=SOURCE):
    return client.get(path(source)).json()["items"]


def taken(answer, body):
    return [body[span["start"] : span["end"]] for span in answer["article"]["furniture"]]


def test_a_line_is_learned_and_taken_out(client):
    """After eight articles the line under them all is furniture, and goes from the ninth."""
    answers = [post(client, seed) for seed in range(8)]
    assert all(answer["article"]["furniture"] == [] for answer in answers)
    (line,) = furniture(client)
    assert (line["text"], line["why"]) == (LINE, "learned: in 8 unrelated articles of this source")
    assert (line["articles"], line["kept"]) == (8, False)
    assert (line["first"], line["last"]) == ("2024-03-01", "2024-03-08")
    assert set(line["examples"]) <= {answer["article"]["id"] for answer in answers}
    ninth = post(client, 9)
    assert taken(ninth, posted(9)["body"]) == [LINE]
    assert [each["why"] for each in ninth["article"]["furniture"]] == ["learned"]
    assert post(client, 9, source="Another")["article"]["furniture"] == []
    assert furniture(client, "  harbour/HERALD &  Sons") == [line]
    assert furniture(client, "Nobody") == []


def test_ten_editions_teach_nothing(client):
    """A wire story that one outlet runs again and again is no furniture of it."""
    text = outlets.body(1)
    for seed in range(16):
        post(client, seed, text=f"{text}\n\n{outlets.body(100 + seed, 1)}")
    assert furniture(client) == []


def test_the_order_of_arrival_does_not_matter(client, tmp_path):
    """The same sixteen articles teach the same in any order."""
    for seed in range(16):
        post(client, seed)
    first = furniture(client)
    config = Config.load(data=tmp_path / "other", model=HASHED_MODEL)
    with open_service(config) as service, served(service) as other:
        for seed in reversed(range(16)):
            post(other, seed)
        assert furniture(other) == first
    assert len(first) == 1


def test_learned_furniture_makes_no_copies(client):
    """Two articles that share nothing but a long learned text share no cluster and no passage."""
    long = "\n\n".join(
        f"Our readers' club number {n} offers you the finest of walks along the coast."
        for n in ("one", "two", "three", "four", "five", "six")
    )
    for seed in range(8):
        post(client, seed, text=f"{outlets.body(seed, 12)}\n\n{long}")
    assert len(furniture(client)) == 6
    answer = post(client, 20, text=f"{outlets.body(20, 12)}\n\n{long}")
    assert answer["cluster"]["relation"] == "none"
    assert all(match["evidence"]["overlap"] == 0 for match in answer["matches"])
    assert long.startswith(taken(answer, f"{outlets.body(20, 12)}\n\n{long}")[0][:40])


def test_furniture_goes_with_its_witnesses(client):
    """Once so many witnesses are deleted that too few are left, nothing is furniture any more."""
    names = [post(client, seed)["article"]["id"] for seed in range(8)]
    assert len(furniture(client)) == 1
    for name in names[:5]:
        assert client.delete(f"/v1/articles/{name}").status_code == 204
    assert furniture(client) == []
    assert post(client, 9)["article"]["furniture"] == []


def test_a_credit_that_a_source_repeats_is_a_credit(client):
    """A credit under every article is learned as furniture and still read as what it credits."""
    credit = "The Associated Press contributed to this report."
    for seed in range(8):
        post(client, seed, text=f"{outlets.body(seed)}\n\n{credit}")
    assert [line["text"] for line in furniture(client)] == [credit.rstrip(".")]
    answer = post(client, 9, text=f"{outlets.body(9)}\n\n{credit}")
    assert [found["kind"] for found in answer["credits"]] == ["assisted"]
    assert len(answer["article"]["furniture"]) == 1


def test_an_article_without_id_keeps_its_identity(client):
    """What was learned since changes nothing of which article a text is."""
    bare = {name: value for name, value in posted(30).items() if name != "id"}
    first = client.post("/v1/articles", json=bare).json()["article"]
    for seed in range(8):
        post(client, seed)
    again = client.post("/v1/articles", json=bare).json()["article"]
    assert len(furniture(client)) == 1
    assert (again["id"], again["status"]) == (first["id"], "unchanged")


def test_a_person_has_the_last_word(client):
    """A line that was deleted from the list stays in the texts, until it is put back."""
    for seed in range(8):
        post(client, seed)
    (line,) = furniture(client)
    assert client.delete(f"{path()}/{line['id']}").status_code == 204
    assert post(client, 8)["article"]["furniture"] == []
    for seed in range(9, 16):
        post(client, seed)
    (kept,) = furniture(client)
    assert (kept["id"], kept["kept"], kept["articles"]) == (line["id"], True, 16)
    assert client.put(f"{path()}/{line['id']}").status_code == 204
    assert taken(post(client, 17), posted(17)["body"]) == [LINE]
    refused = client.delete(f"{path()}/0123456789abcdef")
    assert (refused.status_code, refused.json()["value"]) == (404, "0123456789abcdef")
    assert "/v1/sources/{source}/furniture" in refused.json()["fix"]


def test_a_kept_line_that_recurs_no_more_is_forgotten(client):
    """Its id alone is remembered without its witnesses; put back it is nowhere, until learned anew."""
    names = [post(client, seed)["article"]["id"] for seed in range(8)]
    (line,) = furniture(client)
    assert client.delete(f"{path()}/{line['id']}").status_code == 204
    for name in names:
        assert client.delete(f"/v1/articles/{name}").status_code == 204
    (kept,) = furniture(client)
    assert (kept["id"], kept["kept"], kept["text"], kept["articles"]) == (line["id"], True, "", 0)
    assert kept["why"] == "kept by a person; recurs no more"
    assert client.put(f"{path()}/{line['id']}").status_code == 204
    assert furniture(client) == []
    assert post(client, 30)["article"]["furniture"] == []
    assert client.put(f"{path()}/{line['id']}").status_code == 404
    for seed in range(31, 38):
        post(client, seed)
    assert [(one["id"], one["kept"]) for one in furniture(client)] == [(line["id"], False)]


def test_lines_beside_general_furniture_are_learned(client):
    """A copyright line that names the outlet keeps nobody from learning the lines around it."""
    footer = "Copyright 2024 Harbour Herald Media Group. All rights reserved."
    for seed in range(8):
        post(client, seed, text=f"{outlets.body(seed)}\n\n{footer}\n{LINE}")
    assert [one["text"] for one in furniture(client)] == [LINE]


def test_the_command_shows_and_keeps(tmp_path, capsys):
    """``samestory furniture`` lists what was learned, as text and as JSON, and keeps a line."""
    config = Config.load(data=tmp_path, model=HASHED_MODEL)
    with open_service(config) as service, served(service) as client:
        for seed in range(8):
            post(client, seed)

    def run(*more):
        with pytest.raises(SystemExit) as left:
            main.main(["furniture", SOURCE, "--data", str(tmp_path), *more])
        read = capsys.readouterr()
        told.append(read.err)
        return left.value.code, read.out

    told = []

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SAMESTORY_MODEL", HASHED_MODEL)
        code, shown = run()
        assert code == 0
        assert LINE in shown
        assert "learned: in 8 unrelated articles of this source" in shown
        (line,) = json.loads(run("--json")[1])["items"]
        assert run("--keep", line["id"])[0] == 0
        assert json.loads(run("--json")[1])["items"][0]["kept"] is True
        assert run("--drop", line["id"])[0] == 0
        assert json.loads(run("--json")[1])["items"][0]["kept"] is False
        assert run("--keep", "ffff") == (1, "")
        assert f"`samestory furniture '{SOURCE}'` shows the lines" in told[-1]


def test_rebuilding_learns_anew(tmp_path):
    """``rebuild-index`` leaves what the stored articles teach, due or not."""
    config = Config.load(data=tmp_path, model=HASHED_MODEL)
    with open_service(config) as service:
        with served(service) as client:
            for seed in range(6):
                post(client, seed)
        assert service.furniture(SOURCE) == []
    rebuild_index(config, progress=lambda items, **_: items)
    with open_service(config) as service:
        assert [line.text for line in service.furniture(SOURCE)] == [LINE]
