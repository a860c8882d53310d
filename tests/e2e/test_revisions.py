"""Revisions over HTTP and on the command line: history, order, chains, differences."""

import itertools
import json

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service
from api.cli import main, revision_text
from api.config import Config
from api.http import create_app
from dedupe.version import PubStatus, Version
from tests.e2e.texts import HARBOUR

HEAD = "The ferry from the islands struck the quay in thick fog on Monday morning."
TAIL = "Divers will look at the hull before the ship may sail again, the port said."


def text(hurt, *more):
    return "\n\n".join((HEAD, f"At least {hurt} people were hurt.", *more, TAIL))


def ferry(version=None, hurt=12, title="Ferry strikes quay in thick fog", **posted):
    metadata = {} if version is None else {"version": version}
    return {
        "id": "ferry-1",
        "source": "Harbour Wire",
        "title": title,
        "body": text(hurt),
        "published": "2024-03-04T08:00:00Z",
        "metadata": metadata,
    } | posted


@pytest.fixture
def service(tmp_path):
    with open_service(Config(data=tmp_path / "var", model=HASHED_MODEL)) as service:
        yield service


@pytest.fixture
def client(service):
    with TestClient(create_app(service), base_url="http://localhost") as client:
        yield client


def post(client, *articles):
    """The ids and heads of what was posted, in order."""
    return [client.post("/v1/articles", json=one).json()["article"] for one in articles]


def revisions(client, name, **asked):
    return client.get(f"/v1/articles/{name}/revisions", params=asked).json()


def test_every_text_of_an_article_is_listed(client):
    """Newest version first, each with its title, size, times and who took its place; no bodies."""
    *_, head = post(client, ferry(1), ferry(2, 14, title="Ferry strikes quay, 14 hurt"))
    told = revisions(client, head["id"])
    assert (told["article_id"], told["revision"], told["next"]) == (head["id"], 2, None)
    newest, oldest = told["items"]
    assert [newest[name] for name in ("number", "represents", "replaced_by")] == [2, True, None]
    assert [oldest[name] for name in ("number", "represents", "replaced_by")] == [1, False, 2]
    assert (newest["title"], oldest["text"]) == ("Ferry strikes quay, 14 hurt", "available")
    assert oldest["characters"] == len(text(12))
    assert oldest["published"]["value"] == "2024-03-04T08:00:00Z"
    assert newest["version"]["revision"] == 2
    assert newest["received"] >= oldest["received"] > "2024"
    assert HEAD not in json.dumps(told)
    assert client.get(f"/v1/articles/{head['id']}").json()["article"]["version"]["revision"] == 2


@pytest.mark.parametrize("arrived", list(itertools.permutations([1, 2, 3, 4])))
def test_the_newest_version_represents_in_every_order_of_arrival(client, service, arrived):
    """Whatever comes last: version 4 is the article, all four are kept, and the store is sound."""
    heads = post(client, *(ferry(n, hurt=10 + n) for n in arrived))
    name = heads[0]["id"]
    told = revisions(client, name)
    assert [one["version"]["revision"] for one in told["items"]] == [4, 3, 2, 1]
    assert [one["represents"] for one in told["items"]] == [True, False, False, False]
    assert [one["number"] for one in told["items"]] == [arrived.index(n) + 1 for n in (4, 3, 2, 1)]
    best = [max(arrived[: k + 1]) for k in range(4)]
    assert [head["revision"] for head in heads] == [arrived.index(n) + 1 for n in best]
    with service.store.read() as reader:
        assert reader.article(name).article.body == text(14)
        assert reader.verify() == []


def test_an_older_version_that_comes_late_says_so(client):
    """It is `revised` with a warning, changes nothing else, is an event, and is kept once."""
    name = post(client, ferry(3, 14))[0]["id"]
    before = client.get(f"/v1/articles/{name}").json()
    checked = client.post("/v1/check", json=ferry(2, 13)).json()
    late = client.post("/v1/articles", json=ferry(2, 13))
    assert (late.status_code, checked) == (200, late.json())
    told = late.json()
    assert (told["article"]["status"], told["article"]["revision"]) == ("revised", 1)
    assert told["warnings"] == [
        {
            "field": "version",
            "value": "2",
            "action": "older than revision 1: kept in the history as revision 2, "
            "1 represents the article",
        }
    ]
    assert client.get(f"/v1/articles/{name}").json() == before
    events = [one for one in client.get("/v1/changes").json()["items"] if one["subject"] == name]
    assert [one["data"] for one in events if one["kind"] == "article_revised"] == [
        {"revision": 2, "represents": False}
    ]
    again = client.post("/v1/articles", json=ferry(2, 13)).json()
    assert (again["article"]["status"], again["warnings"]) == ("unchanged", [])
    assert len(revisions(client, name)["items"]) == 2


def test_revisions_are_paged(client):
    """Each page goes on where the one before ended, newest version first."""
    name = post(client, *(ferry(n, hurt=10 + n) for n in (1, 2, 3, 4, 5)))[0]["id"]
    seen, after = [], None
    while True:
        page = revisions(client, name, limit=2, **({"after": after} if after else {}))
        seen.append([one["number"] for one in page["items"]])
        if (after := page["next"]) is None:
            break
    assert seen == [[5, 4], [3, 2], [1]]
    answer = client.get(f"/v1/articles/{name}/revisions", params={"after": "nonsense"})
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


def test_what_differs_is_told(client):
    """By default the version that represents and the one before it; others by their numbers."""
    name = post(client, ferry(1, 12), ferry(2, 14), ferry(3, 17))[0]["id"]
    told = client.get(f"/v1/articles/{name}/diff").json()
    assert [told[end] for end in ("from", "to")] == [
        {"article_id": name, "revision": 2},
        {"article_id": name, "revision": 3},
    ]
    (number,) = told["numbers"]
    start = text(14).index("14 people")
    assert number == {
        "change": "changed",
        "before": {"field": "body", "start": start, "end": start + 9, "text": "14 people"},
        "after": {"field": "body", "start": start, "end": start + 9, "text": "17 people"},
    }
    assert told["summary"] == "1 number changed; 1 passage changed"
    other = client.get(f"/v1/articles/{name}/diff", params={"from": 3, "to": 1}).json()
    assert [(one["before"]["text"], one["after"]["text"]) for one in other["numbers"]] == [
        ("17 people", "12 people")
    ]


def test_notes_and_furniture_do_not_differ(client):
    """The word UPDATE, the line about what was added and the share bar are no news."""
    name = post(
        client,
        ferry(title="Ferry strikes quay in thick fog"),
        ferry(
            title="UPDATE 1-Ferry strikes quay in thick fog",
            body=f"(Adds number of people hurt)\n\n{text(12)}\n\nShare this",
        ),
    )[0]["id"]
    told = client.get(f"/v1/articles/{name}/diff").json()
    assert (told["summary"], told["headline"]) == ("no words changed", None)


def test_what_cannot_be_compared_is_refused(client):
    """No article, no such revision, none before the first: each problem names what is missing."""
    name = post(client, ferry(1))[0]["id"]
    for path, field, value in [
        ("/v1/articles/nowhere/revisions", "article", "nowhere"),
        ("/v1/articles/nowhere/diff", "article", "nowhere"),
        (f"/v1/articles/{name}/diff", "version before revision", f"{name}/1"),
        (f"/v1/articles/{name}/diff?from=1&to=2", "revision", f"{name}/2"),
        (f"/v1/articles/{name}/diff?with=nowhere", "article", "nowhere"),
    ]:
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert (answer.json()["field"], answer.json()["value"]) == (field, value)


def test_a_purged_text_is_named(client, service):
    """What was removed is in the list without its title; a difference with it is 410."""
    name = post(client, ferry(1), ferry(2, 14))[0]["id"]
    with service.store.write() as writer:
        writer.purge_revision(name, 1, at=480_000.0)
    oldest = revisions(client, name)["items"][1]
    assert (oldest["title"], oldest["characters"], oldest["text"]) == (None, None, "purged")
    answer = client.get(f"/v1/articles/{name}/diff")
    assert (answer.status_code, answer.json()["value"]) == (410, f"{name}/1")
    assert answer.json()["detail"] == f"the text of revision 1 of article {name!r} was purged"


def test_a_revision_that_is_withheld_gives_way(client, service):
    """Held back, the newest version hands over to the one before, and comes back when released."""
    name = post(client, ferry(1), ferry(2, 14))[0]["id"]
    with service.store.write() as writer:
        writer.restate(name, 2, Version(revision=2, status=PubStatus.WITHHELD))
    assert service.release(name).article.revision == 1
    newest = revisions(client, name)["items"][0]
    assert (newest["number"], newest["represents"], newest["text"]) == (2, False, "withheld")
    assert newest["title"] is None
    answer = client.get(f"/v1/articles/{name}/diff", params={"from": 1, "to": 2})
    assert (answer.status_code, answer.json()["title"]) == (451, "The text may not be shown")
    with service.store.write() as writer:
        assert writer.article(name).article.body == text(12)
        assert writer.verify() == []
        writer.restate(name, 2, Version(revision=2))
    assert service.release(name).article.revision == 2
    with service.store.read() as reader:
        assert reader.article(name).article.body == text(14)


def test_a_version_under_embargo_waits_for_its_hour(client, service):
    """Until then the one before it is the article, and shown; from then on it is the article."""
    held = ferry(metadata={"version": 2, "embargoed": "2099-01-01T00:00:00Z"}, hurt=14)
    name, late = (head["id"] for head in post(client, ferry(1), held))
    assert name == late
    first = revisions(client, name)
    assert [(one["represents"], one["text"]) for one in first["items"]] == [
        (False, "withheld"),
        (True, "available"),
    ]
    assert service.due().purged == 0
    assert revisions(client, name) == first
    service._clock = service.history._clock = lambda: 1_200_000.0  # 2106
    service.due()
    with service.store.read() as reader:
        assert reader.article(name).article.body == text(14)
        assert reader.verify() == []
    assert [one["text"] for one in revisions(client, name)["items"]] == ["available"] * 2


def chained(number, hurt, title, at):
    """A version under an identity of its own: its headline says which piece it is of."""
    return ferry(
        None,
        hurt,
        title=title,
        id=f"story-{number}",
        published=at,
    )


def test_versions_under_other_identities_are_a_chain(client):
    """Each lists the others as earlier or later, what differs is told, and the piece counts once."""
    heads = post(
        client,
        chained(1, 12, "Ferry strikes quay in thick fog", "2024-03-04T08:00:00Z"),
        chained(2, 14, "UPDATE 1-Ferry strikes quay in thick fog", "2024-03-04T09:00:00Z"),
        chained(3, 17, "UPDATE 2-Ferry strikes quay in thick fog", "2024-03-04T10:00:00Z"),
    )
    first, second, third = (head["id"] for head in heads)
    told = revisions(client, second)
    assert [(one["article_id"], one["relation"]) for one in told["chain"]] == [
        (first, "earlier"),
        (third, "later"),
    ]
    assert told["chain"][1]["title"] == "UPDATE 2-Ferry strikes quay in thick fog"
    diff = client.get(f"/v1/articles/{first}/diff", params={"with": third}).json()
    assert (diff["from"]["article_id"], diff["to"]["article_id"]) == (first, third)
    assert [one["after"]["text"] for one in diff["numbers"]] == ["17 people"]
    answers = [client.get(f"/v1/articles/{name}").json() for name in (first, second, third)]
    assert {answer["cluster"]["size"] for answer in answers} == {1}
    assert sorted(answer["cluster"]["relation"] for answer in answers) == [
        "none",
        "update",
        "update",
    ]


def test_a_deleted_article_takes_its_revisions_along(client, service):
    """Nothing is listed, and the same id starts with revision 1."""
    name = post(client, ferry(1), ferry(2, 14))[0]["id"]
    assert client.delete(f"/v1/articles/{name}").status_code == 204
    assert client.get(f"/v1/articles/{name}/revisions").status_code == 404
    assert post(client, ferry(1))[0]["revision"] == 1
    with service.store.read() as reader:
        assert reader.verify() == []


def test_reading_anew_keeps_the_history(client, service):
    """A refresh changes what was read, not which revisions there are or which represents."""
    name = post(client, ferry(3, 14), ferry(2, 13), {**ferry(), "id": "2", "body": HARBOUR})[0][
        "id"
    ]
    before = revisions(client, name)
    service.refresh([name])
    assert revisions(client, name) == before


def test_the_command_line_tells_both(tmp_path, capsys, monkeypatch):
    """`revisions` marks the one that represents, `diff` says what changed; both write JSON too."""
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    data = str(tmp_path / "var")
    with (
        open_service(Config(data=tmp_path / "var", model=HASHED_MODEL)) as service,
        TestClient(create_app(service), base_url="http://localhost") as client,
    ):
        name = post(client, ferry(1), ferry(2, 14))[0]["id"]

    def said(*arguments):
        with pytest.raises(SystemExit) as left:
            main.main([*arguments, "--data", data])
        assert left.value.code in {0, None}
        return capsys.readouterr().out

    listed = said("revisions", "ferry-1")
    assert f"article {name}, represented by revision 2" in listed
    assert "*   2" in listed
    assert json.loads(said("revisions", "ferry-1", "--json"))["revision"] == 2
    told = said("diff", name)
    assert "~ 12 people -> 14 people" in told
    assert "- At least 12 people were hurt.\n+ At least 14 people were hurt." in told
    assert "\x1b" not in told
    assert (
        json.loads(said("diff", name, "--from", "2", "--to", "1", "--json"))["from"]["revision"]
        == 2
    )


def test_two_files_are_compared_without_a_store(tmp_path, capsys):
    """Articles as JSON or their bare texts; what is no file, or no article, is refused."""
    before, after, bare = (tmp_path / name for name in ("a.json", "b.json", "c.txt"))
    before.write_text(json.dumps(ferry(1)))
    after.write_text(json.dumps(ferry(2, 14)))
    bare.write_text(text(17))

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main.main(["diff", *map(str, arguments)])
        return left.value.code or 0, capsys.readouterr()

    code, said = run(before, after)
    assert code == 0
    assert f"{before} -> {after}" in said.out
    assert "~ 12 people -> 14 people" in said.out
    code, said = run(after, bare, "--json")
    told = json.loads(said.out)
    assert (code, told["to"]) == (0, str(bare))
    assert told["summary"] == "headline changed; 1 number changed; 1 passage changed"
    assert run(tmp_path / "nowhere", after)[0] == 2
    assert run(before, after, "--from", "1")[0] == 2
    bare.write_text("{}")
    assert run(before, bare)[0] == 1


def test_lines_of_a_difference_are_coloured():
    """On a terminal words that came are green and words that went are red, nothing else is."""
    part = {"field": "body", "start": 4, "end": 16, "text": "twelve hurt."}
    told = {
        "from": "a",
        "to": "b",
        "summary": "1 passage changed",
        "headline": None,
        "numbers": [],
        "names": [],
        "quotes": [],
        "passages": [
            {
                "change": "changed",
                "before": part,
                "after": part | {"text": "twenty hurt."},
                "edits": [{"before": {"start": 4, "end": 10}, "after": {"start": 4, "end": 10}}],
            }
        ],
    }
    assert revision_text.difference(told).splitlines()[-2:] == [
        "\x1b[31m-\x1b[0m \x1b[31mtwelve\x1b[0m hurt.",
        "\x1b[32m+\x1b[0m \x1b[32mtwenty\x1b[0m hurt.",
    ]


def test_reading_anew_elects_anew(client, service):
    """A revision that is known to be newer only since then represents the article."""
    name = post(client, ferry(1, 12), ferry(2, 14))[0]["id"]
    with service.store.write() as writer:
        writer.restate(name, 1, Version(revision=9))
    service.refresh([name])
    with service.store.read() as reader:
        assert reader.article(name).article.body == text(12)
        assert reader.verify() == []


def test_one_headline_makes_no_chain(client):
    """The same words over two articles of one outlet are a column, unless one says it updates."""
    column = {"source": "Harbour Wire", "title": "What to look for in the harbour today"}
    first, second = post(
        client,
        {**column, "id": "1", "body": text(12), "published": "2024-03-04T08:00:00Z"},
        {**column, "id": "2", "body": HARBOUR, "published": "2024-03-05T08:00:00Z"},
    )
    assert revisions(client, second["id"])["chain"] == []
    assert revisions(client, first["id"])["chain"] == []


def test_nothing_of_a_held_article_is_told(client):
    """Of its revisions only that they exist; in the chain of another its title is not told either."""
    first, second = post(
        client,
        chained(1, 12, "Ferry strikes quay in thick fog", "2024-03-04T08:00:00Z"),
        chained(2, 14, "UPDATE 1-Ferry strikes quay in thick fog", "2024-03-04T09:00:00Z"),
    )
    assert client.post(f"/v1/articles/{first['id']}/hold").status_code == 200
    told = revisions(client, first["id"])
    (line,) = told["items"]
    assert (line["title"], line["text"], line["characters"]) == (None, "withheld", None)
    (mate,) = revisions(client, second["id"])["chain"]
    assert (mate["article_id"], mate["title"]) == (first["id"], None)
    assert "thick fog" not in json.dumps([told["items"], mate])
    for path in (
        f"{first['id']}/diff?with={second['id']}",
        f"{second['id']}/diff?with={first['id']}",
    ):
        answer = client.get(f"/v1/articles/{path}")
        assert (answer.status_code, answer.json()["value"]) == (451, f"{first['id']}/1")
        assert "fog" not in answer.text


def test_versions_of_a_chain_are_earlier_and_later_by_time(client):
    """A correction that does not say of which update it is lies where its time puts it."""
    title = "Ferry strikes quay in thick fog"
    posted = [
        chained(1, 12, f"UPDATE 1-{title}", "2024-03-04T10:40:00Z"),
        chained(2, 14, f"CORRECTED-{title}", "2024-03-04T10:20:00Z"),
        chained(3, 17, f"UPDATE 2-{title}", "2024-03-04T11:10:00Z"),
    ]
    first, corrected, second = post(client, *posted)
    told = revisions(client, first["id"])["chain"]
    assert [(one["article_id"], one["relation"]) for one in told] == [
        (corrected["id"], "earlier"),
        (second["id"], "later"),
    ]
