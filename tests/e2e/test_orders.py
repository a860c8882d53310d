"""Kills, holds and embargoes that come out of order, twice, in part or unreadable."""

from __future__ import annotations

import contextlib
import json
from itertools import permutations

import pytest
from click.testing import CliRunner

from api import rendering
from api.bootstrap import HASHED_MODEL
from api.cli import main
from dedupe.formats.document import article_from
from dedupe.service import Request
from tests.e2e.test_withheld import (
    BODY,
    FILLER,
    HOURS,
    OTHER,
    SECRET,
    leaked,
    opened,
    rfc,
)


class Back(Exception):
    """Rolls back what was posted."""


@pytest.fixture
def house(tmp_path):
    yield from opened(tmp_path)


NEW = (
    "Bakers in Tremolo Bay want to sell bread on Sundays. The council hears them in June, and the "
    "church has asked to be heard before it. Nobody has sold bread there on a Sunday since 1911, said "
    "an old man at the mill, and his daughter added that nobody had asked for any either."
)


def version(number, **told):
    metadata = {**told.pop("metadata", {}), "version": number}
    return {**SECRET, "body": f"{BODY} Version {number}.", "metadata": metadata, **told}


def held(number, *, words=True):
    order = {"pubStatus": "withheld", "version": number}
    text = SECRET if words else {"id": SECRET["id"], "source": SECRET["source"]}
    body = {"body": f"{BODY} Version {number}."} if words else {}
    return {**text, **body, "metadata": order}


def whole(house):
    with house.service.store.read() as reader:
        assert reader.verify() == []


@pytest.mark.parametrize("words", [True, False], ids=["text", "order"])
@pytest.mark.parametrize(
    ("newest", "status"), [("held", "withheld"), ("usable", "usable")], ids=["held", "usable"]
)
def test_the_newest_stated_version_decides_whatever_came_when(tmp_path, words, newest, status):
    """A hold in the newest version holds in every order of arrival, one in an older version in none."""
    hold = 3 if newest == "held" else 2
    posts = [version(1), version(5 - hold), held(hold, words=words)]
    for k, arrived in enumerate(permutations(posts)):
        for house in opened(tmp_path / str(k)):
            for each in arrived:
                house.post(**each)
            name = house.get("/v1/articles", external_id="nh-1")["items"][0]["id"]
            assert house.status(name) == status, [each["metadata"] for each in arrived]
            if status == "usable":
                assert house.article(name)["version"]["revision"] == 3
            whole(house)
            house.post(**version(4))
            assert house.status(name) == "usable"
            whole(house)


def test_an_older_hold_that_comes_late_says_so(house):
    """It holds nothing and is told as what it is."""
    name = house.post(**version(2))["article"]["id"]
    told = house.post(**held(1, words=False))
    assert house.status(name) == "usable"
    assert any("nothing is held" in each["action"] for each in told["warnings"])


def test_a_hold_ends_when_the_embargo_of_a_newer_version_does(house):
    """A newer version under embargo frees the article at its hour."""
    name = house.post(**held(1))["article"]["id"]
    house.post(**version(2, metadata={"embargoed": rfc(2)}))
    assert house.status(name) != "usable"
    house.clock.hours += 2
    house.service.due()
    assert (house.status(name), house.article(name)["version"]["revision"]) == ("usable", 2)
    whole(house)


def test_a_release_notice_lets_the_newest_version_represent(house):
    """The version that was held takes the place of the older one as soon as it may be used."""
    house.post(**version(1))
    name = house.post(**held(2))["article"]["id"]
    order = {"title": "HOLD LIFTED", "body": "Editors, see the note."}
    links = {"links": [{"rel": "replaces", "id": "nh-1"}]}
    house.post(id="lifted", source="Norrhaven Wire", metadata=links, **order)
    assert (house.status(name), house.article(name)["version"]["revision"]) == ("usable", 2)
    whole(house)


UNREAD = [
    {"embargo": "tomorrow noon"},
    {"embargoed": "2099-13-45T00:00:00Z"},
    {"embargoed": "99999-01-01T00:00:00Z"},
    {"embargoedUntil": {"when": "2099-01-01"}},
    {"embargo": "EMBARGOED until the speech", "pubStatus": "usable"},
    {"embargo": 1},
    {"embargo": "tomorrow noon", "releaseDate": "2020-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("told", UNREAD, ids=json.dumps)
@pytest.mark.parametrize("top", [True, False], ids=["field", "metadata"])
def test_an_embargo_that_cannot_be_read_withholds(house, told, top):
    """Nothing is shown, and a warning names field and value and how to write it."""
    article = {**SECRET, **told} if top else {**SECRET, "metadata": told}
    asked = house.client.post("/v1/check", json=article).json()
    answer = house.post(**article)
    for each in (asked, answer):
        status = each["article"]["pub_status"]
        assert (status["status"], status["until"]) == ("embargoed", None)
        (warning,) = [one for one in each["warnings"] if "RFC 3339" in one["action"]]
        assert warning["field"] == next(iter(told))
        assert warning["value"]
    assert leaked(house.everything(article)) == []
    name = answer["article"]["id"]
    house.clock.hours += 10_000
    house.service.due()
    assert house.status(name) == "embargoed"
    released = house.client.post(f"/v1/articles/{name}/release", json={"what": "embargo"})
    assert released.json()["article"]["pub_status"]["status"] == "usable"
    again = house.post(**article)
    assert again["article"]["pub_status"]["status"] == "usable" == house.status(name)
    whole(house)


@pytest.mark.parametrize(
    "told", [{"embargo": None}, {"embargo": False}, {"embargo": ""}, {"embargo": "none"}]
)
def test_no_embargo_is_none(house, told):
    """What denies an embargo withholds nothing and warns of nothing."""
    answer = house.post(**{**SECRET, "metadata": told})
    assert answer["article"]["pub_status"]["status"] == "usable"
    assert not [one for one in answer["warnings"] if "RFC 3339" in one["action"]]


@pytest.mark.parametrize(
    ("told", "hour"),
    [
        ({"embargo": {"until": rfc(3)}}, 3),
        ({"signals": {"embargoed": rfc(4)}}, 4),
        ({"embargo": True, "embargoed": rfc(5)}, 5),
        ({"embargo": "noon", "embargoed": rfc(6)}, 6),
        ({"embargo": rfc(7), "embargoed": rfc(2)}, 7),
    ],
)
def test_the_latest_hour_that_can_be_read_holds(house, told, hour):
    """Wherever it stands, and beside whatever cannot be read."""
    answer = house.post(**{**SECRET, "metadata": told})
    assert answer["article"]["pub_status"]["until"] == rfc(hour)


def test_a_newer_version_ends_an_embargo_that_cannot_be_read(house):
    """It says what holds from then on: another hour, or none."""
    name = house.post(**version(1, metadata={"embargo": "noon"}))["article"]["id"]
    assert house.status(name) == "embargoed"
    house.post(**version(2))
    assert house.status(name) == "usable"


def test_a_version_whose_embargo_cannot_be_read_is_released_behind_one_that_is_shown(house):
    """It waits in the history until an editor ends its embargo."""
    name = house.post(**version(1))["article"]["id"]
    house.post(**version(2, metadata={"embargo": "noon"}))
    assert house.article(name)["version"]["revision"] == 1
    house.client.post(f"/v1/articles/{name}/release", json={"what": "embargo"})
    assert house.article(name)["version"]["revision"] == 2
    whole(house)


@pytest.mark.parametrize("how", ["text", "order", "notice"])
def test_an_order_that_is_posted_again_is_obeyed_again(house, how):
    """After an editor's release the identical kill kills once more, its copies too."""
    whose = {**SECRET, "body": FILLER}
    name = house.post(**whose)["article"]["id"]
    copy = house.post(**{**whose, "id": "c", "source": "Harbour Post"})["article"]["id"]
    kill = {"id": SECRET["id"], "source": SECRET["source"], "pubStatus": "canceled", "version": 2}
    if how == "text":
        kill = {**whose, **kill}
    elif how == "notice":
        links = {"links": [{"rel": "replaces", "id": "nh-1"}]}
        kill = {
            "id": "k",
            "source": SECRET["source"],
            "title": "STORY WITHDRAWN",
            "body": "The story is withdrawn. Kill it.",
            "metadata": links,
        }
    for _ in range(2):
        told = house.post(**kill)
        assert (house.status(name), house.status(copy)) == ("canceled", "upstream_killed")
        if how != "notice":
            assert told["article"]["pub_status"]["status"] == "canceled"
        house.client.post(f"/v1/articles/{name}/release")
        assert (house.status(name), house.status(copy)) == ("usable", "usable")
        whole(house)
    assert house.post(**whose)["article"]["pub_status"]["status"] == "usable"


@pytest.mark.parametrize(
    ("params", "sent", "field"),
    [
        ({"kil": "true", "reason": "x"}, {}, "kil"),
        ({"Kill": "true"}, {}, "Kill"),
        ({"reason": "x"}, {}, "reason"),
        ({"kill": "false", "reason": "x"}, {}, "reason"),
        ({"kill": ["true", "false"]}, {}, "kill"),
        ({"kill": "perhaps"}, {}, "kill"),
        ({}, {"json": {"kill": True, "reason": "x"}}, "body"),
        ({}, {"content": iter([b"{}"])}, "body"),
    ],
)
def test_a_slip_of_the_pen_deletes_nothing(house, params, sent, field):
    """A deletion with a parameter or a body it does not take is refused, and says what to send."""
    name = house.post(**SECRET)["article"]["id"]
    answer = house.client.request("DELETE", f"/v1/articles/{name}", params=params, **sent)
    told = answer.json()
    assert (answer.status_code, told["field"]) == (422, field)
    assert told["fix"]
    assert house.status(name) == "usable"


def test_hold_and_release_take_no_other_parameter(house):
    """What is misspelt is refused by them too."""
    name = house.post(**SECRET)["article"]["id"]
    for path in ("hold", "release"):
        answer = house.client.post(f"/v1/articles/{name}/{path}", params={"resaon": "x"})
        assert (answer.status_code, answer.json()["field"]) == (422, "resaon")
    answer = house.client.post(f"/v1/articles/{name}/release", json={"what": "everything"})
    assert answer.status_code == 422
    assert house.status(name) == "usable"


@pytest.mark.parametrize("sent", [b"{bad", b"\xff", b'{"reason": "\xff"}'])
def test_a_body_that_is_no_json_is_unreadable(house, sent):
    """400 as for every other operation, and it names the request."""
    name = house.post(**SECRET)["article"]["id"]
    headers = {"Content-Type": "application/json"}
    answer = house.client.post(f"/v1/articles/{name}/hold", content=sent, headers=headers)
    told = answer.json()
    assert (answer.status_code, told["field"]) == (400, "request")
    assert told["type"] == "urn:samestory:problem:unreadable"
    assert house.status(name) == "usable"


def test_check_says_whether_posting_would_be_shown(house):
    """Of a killed text, its copies, its versions, of orders, and of what was ordered before."""
    copy = {**SECRET, "id": "c", "source": "Harbour Post", "url": None}
    excerpt = {**copy, "id": "d", "body": BODY[: BODY.index("Three of the five")]}
    rewritten = {**copy, "body": NEW, "title": "Bakers"}
    early = {"id": "z", "source": "Wire", "pubStatus": "canceled"}
    steps = [
        (None, [SECRET, copy, {**SECRET, "pubStatus": "canceled"}, {**SECRET, "embargo": "x"}]),
        (SECRET, [SECRET, copy, held(2, words=False), version(2)]),
        (held(2), [version(1), version(3), version(3, metadata={"embargoed": rfc(2)}), copy]),
        (None, [early, {**OTHER, "id": "z", "source": "Wire"}]),
        (early, [{**OTHER, "id": "z", "source": "Wire"}, {**OTHER, "id": "z", "source": "Y"}]),
        ("kill", [SECRET, copy, excerpt, version(3), OTHER, rewritten]),
        (copy, [copy, rewritten]),
    ]
    for step, asked in steps:
        if step == "kill":
            name = house.get("/v1/articles", external_id="nh-1")["items"][0]["id"]
            house.kill(name)
        elif step is not None:
            house.post(**step)
        for article in asked:
            told = house.client.post("/v1/check", json=article).json()["article"]["pub_status"]
            answered = posted(house, article)
            for key in ("status", "until", "of", "by"):
                assert told[key] == answered[key], (step, article, told, answered)


def posted(house, article):
    """What posting answers, of which nothing stays."""
    told = []
    with contextlib.suppress(Back):
        write_and_roll_back(house.service, article, told)
    return told[0]


def write_and_roll_back(service, article, told):
    request = Request(articles=(article_from(article),), store=True)
    readings = service._read(list(request.articles))
    with service._writing() as writer:
        outcome = service._one(writer, request, readings)
        told.append(rendering.answer(outcome.results[0])["article"]["pub_status"])
        raise Back


def test_what_a_mistaken_kill_removed_can_be_posted_again(tmp_path):
    """Once the kill is taken back the identical article has its text; before that it stays removed."""
    for house in opened(tmp_path, purge_killed_after=0.0):
        name = house.post(**SECRET)["article"]["id"]
        house.kill(name)
        assert house.post(**SECRET)["article"]["status"] == "unchanged"
        house.client.post(f"/v1/articles/{name}/release")
        again = house.post(**SECRET)["article"]
        assert (again["status"], again["pub_status"]["status"]) == ("revised", "usable")
        assert house.found("quandrifol")
        assert house.get(f"/v1/articles/{name}/revisions")["items"][0]["title"] == SECRET["title"]
        assert house.post(**SECRET)["article"]["status"] == "unchanged"
        whole(house)


def test_a_copy_that_is_rewritten_is_shown_again(house):
    """Its flag goes with the text, and comes back with it; each is an event, once."""
    name = house.post(**SECRET)["article"]["id"]
    copy = {**SECRET, "id": "c", "source": "Harbour Post", "url": None, "metadata": {}}
    house.post(**copy)
    house.kill(name)
    own = {**copy, "title": "Bakers want to sell bread", "body": NEW}
    told = house.post(**{**copy, "title": "Another title"})
    assert told["article"]["pub_status"]["status"] == "upstream_killed"
    told = house.post(**own)
    assert told["article"]["pub_status"]["status"] == "usable"
    assert house.get(f"/v1/articles/{name}/carriers")["carriers"] == []
    whole(house)
    told = house.post(**{**copy, "title": "Back again"})
    assert told["article"]["pub_status"]["of"] == name
    kinds = house.events("upstream_killed", "article_released")
    assert [kind for kind, _ in kinds] == ["upstream_killed", "article_released", "upstream_killed"]
    whole(house)


def test_what_an_editor_let_go_stays_so_whatever_its_text(house):
    """A flag that was released by hand is not put back by a new version of the copy."""
    name = house.post(**SECRET)["article"]["id"]
    copy = {**SECRET, "id": "c", "source": "Harbour Post", "url": None, "metadata": {}}
    theirs = house.post(**copy)["article"]["id"]
    house.kill(name)
    house.client.post(f"/v1/articles/{theirs}/release")
    house.post(**{**copy, "title": "Another title"})
    assert house.status(theirs) == "usable"


def test_a_release_takes_back_one_thing(house):
    """The gravest alone, and what is still in force is told; a lawyer's hold outlives a kill."""
    name = house.post(**{**SECRET, "metadata": {"embargoed": rfc(9)}})["article"]["id"]
    path = f"/v1/articles/{name}"
    house.client.post(f"{path}/hold", json={"reason": "lawyers"})
    house.kill(name)
    told = house.client.post(f"{path}/release").json()
    assert told["article"]["pub_status"]["status"] == "withheld"
    assert [one["value"] for one in told["warnings"]] == ["withheld", "embargoed"]
    told = house.client.post(f"{path}/release", params={"what": "hold"}).json()
    assert told["article"]["pub_status"]["status"] == "embargoed"
    told = house.client.post(f"{path}/release", json={"what": "all"}).json()
    assert told["article"]["pub_status"]["status"] == "usable"
    assert not [one for one in told["warnings"] if one["field"] == "pub_status"]


def test_an_editor_makes_a_sources_hold_his_own(house):
    """Held by its source and then by an editor, it is the editor who lets it go."""
    name = house.post(**held(1))["article"]["id"]
    told = house.client.post(f"/v1/articles/{name}/hold", json={"reason": "lawyers"}).json()
    status = told["article"]["pub_status"]
    assert (status["by"], status["reason"]) == ("admin", "lawyers")
    house.post(**version(2))
    assert house.status(name) == "withheld"


def test_a_reason_may_come_later(house):
    """A kill without a reason takes the one that is given with the next, for the copies too."""
    name = house.post(**SECRET)["article"]["id"]
    copy = house.post(**{**SECRET, "id": "c", "source": "Harbour Post"})["article"]["id"]
    assert house.client.delete(f"/v1/articles/{name}", params={"kill": "true"}).status_code == 200
    assert house.article(name)["pub_status"]["reason"] is None
    assert house.kill(name, reason="a\x1b[2J lie\u202e")["pub_status"]["reason"] == "a [2J lie"
    assert house.article(copy)["pub_status"]["reason"] == "a [2J lie"
    assert house.kill(name, reason="")["pub_status"]["reason"] == "a [2J lie"


def test_the_command_line_takes_no_longer_reasons_than_the_routes(tmp_path, monkeypatch):
    """More than a thousand characters are refused, and nothing is done."""
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    for house in opened(tmp_path):
        house.post(**SECRET)
    words = ["kill", "nh-1", "--reason", "x" * 1001, "--data", str(tmp_path)]
    assert CliRunner().invoke(main.cli, words).exit_code != 0
    words = ["hold", "nh-1", "--data", str(tmp_path)]
    assert CliRunner().invoke(main.cli, words).exit_code == 0
    done = CliRunner().invoke(main.cli, ["release", *words[1:], "--what", "kill", "--json"])
    assert json.loads(done.output)["article"]["pub_status"]["status"] == "withheld"


def test_since_is_when_it_was_withheld_here(house):
    """Whoever orders it, and however old the order says that it is; dates are told everywhere."""
    name = house.post(**{**SECRET, "published": "2024-01-02T08:00:00Z"})["article"]["id"]
    house.post(**{**SECRET, "published": "2024-01-03T08:00:00Z", "pubStatus": "canceled"})
    article = house.article(name)
    assert article["pub_status"]["since"] == rfc(house.clock.hours - HOURS)
    lines = house.get(f"/v1/articles/{name}/revisions")["items"]
    assert {one["text"] for one in lines} == {"withheld"}
    assert all(one["published"] for one in lines)
    assert article["published"]["value"] in [one["published"]["value"] for one in lines]


def test_an_order_that_is_only_noted_says_what_was_ordered(house):
    """Posted or asked about: ``canceled`` or ``withheld``, not usable."""
    for status in ("canceled", "withheld"):
        order = {"id": f"n-{status}", "source": "Wire", "pubStatus": status}
        for told in (house.client.post("/v1/check", json=order).json(), house.post(**order)):
            assert told["article"]["status"] == "noted"
            assert told["article"]["pub_status"]["status"] == status


def test_an_editors_kill_reaches_what_was_there_before_a_sources_does_not(house):
    """A source withdraws what it gave away, an editor whatever holds the text."""
    first = house.post(**{**OTHER, "body": FILLER})["article"]["id"]
    later = {**OTHER, "id": "later", "source": "Blog", "body": FILLER, "published": rfc(1)}
    name = house.post(**later)["article"]["id"]
    house.post(id="later", source="Blog", pubStatus="canceled")
    assert (house.status(first), house.status(name)) == ("usable", "canceled")
    house.kill(name)
    assert house.status(first) == "upstream_killed"
    whole(house)


def test_a_flag_stays_when_the_killed_article_has_another_text_since(house):
    """What the copy carries can not be compared with that any more: it stays in."""
    name = house.post(**SECRET)["article"]["id"]
    copy = {**SECRET, "id": "c", "source": "Harbour Post", "url": None, "metadata": {}}
    theirs = house.post(**copy)["article"]["id"]
    house.kill(name)
    house.clock.hours += 1
    house.post(**version(2, body=NEW, title="Bakers want to sell bread"))
    house.post(**{**copy, "title": "Another title"})
    assert house.status(theirs) == "upstream_killed"


def test_a_hold_that_is_posted_again_holds_again(house):
    """The identical item, after an editor's release; an older one than the newest version does not."""
    name = house.post(**held(1))["article"]["id"]
    house.client.post(f"/v1/articles/{name}/release")
    assert house.status(name) == "usable"
    house.post(**held(1))
    assert house.status(name) == "withheld"
    house.post(**version(2))
    house.post(**held(1))
    assert house.status(name) == "usable"
    whole(house)


@pytest.mark.parametrize("told", [{"pubStatus": "withheld"}, {"embargo": "noon"}], ids=json.dumps)
def test_reading_anew_takes_no_release_back(house, told):
    """After another reading of all texts what an editor released is there as it was."""
    name = house.post(**version(1, metadata=told))["article"]["id"]
    house.client.post(f"/v1/articles/{name}/release", json={"what": "all"})
    house.service.refresh([name])
    assert house.status(name) == "usable"
    (line,) = house.get(f"/v1/articles/{name}/revisions")["items"]
    assert (line["text"], line["title"]) == ("available", SECRET["title"])
    whole(house)
