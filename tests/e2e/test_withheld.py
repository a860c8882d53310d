"""Kills, holds and embargoes: what may not be shown is shown nowhere, and is there again in time."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from api import logs
from api.bootstrap import HASHED_MODEL, open_service
from api.cli import main
from api.config import Config
from api.http import create_app
from api.keys import KeyRing, Scope, issue
from dedupe.errors import SamestoryError
from dedupe.settings import Settings

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOURS = START.timestamp() / 3600.0
SECRETS = ("Zorvexil", "quandrifol", "Blixtorp", "krampuzzle", "wraxotine", "vlimmerstad", "48,317")
"""Words of the article in title, body, credit, metadata, note to editors, address, and a number."""
SHOWN = {"Zorvexil", "Blixtorp", "wraxotine", "vlimmerstad"}
"""Those of them that answers tell of a usable article: title, credit, note and address."""
SOUGHT = SECRETS[:2]
"""Words by which ``q`` finds it while it may be shown."""
FILLER = (
    "The ferry company of Norrhaven will stop its night crossings in May because too few "
    "passengers use them, its director said on Monday. The last boat will leave the northern pier at eight in the evening, and "
    "lorries are to wait for the morning. Islanders had asked the regional assembly to pay for the night boats, as it does for the "
    "winter road. The assembly will vote on the request next Thursday. Teachers who live on the mainland fear that they "
    "cannot stay for evening meetings any longer. "
)
BODY = (
    f"{FILLER}\n\nThe mayor, Runa quandrifol, called the decision a mistake that would cost 48,317 crowns a month "
    "and drive families from the islands. Three of the five members of the board voted for it. "
    "The union of sailors wants to hear the company before the assembly meets.\n\n(Courtesy: Blixtorp News)"
)
SECRET = {
    "id": "nh-1",
    "source": "Norrhaven Wire",
    "url": "https://wire.example/vlimmerstad",
    "title": "Zorvexil night boats to end in May",
    "body": BODY,
    "published": "2026-03-02T08:00:00Z",
    "metadata": {"ednote": "Eds: wraxotine", "keywords": ["krampuzzle"]},
}
OTHER = {
    "id": "isl-9",
    "source": "Island Herald",
    "title": "Ferry company ends night crossings",
    "body": (
        "Night crossings to the islands end in May, the ferry company of Norrhaven said on Monday. "
        "Its last boat will then leave the northern pier at eight in the evening. The regional "
        "assembly votes on Thursday on a request to pay for the boats."
    ),
    "published": "2026-03-02T08:30:00Z",
}


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.hours = HOURS

    def __call__(self) -> float:
        return self.hours


class House:
    """The real service over a folder of its own, with a clock to turn."""

    def __init__(self, folder, client, service, clock, log):
        self.folder, self.client, self.service, self.clock, self.log = (
            folder,
            client,
            service,
            clock,
            log,
        )

    def post(self, *, key=None, **article):
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.client.post("/v1/articles", json=article, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def get(self, path, **params):
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def article(self, article_id):
        return self.get(f"/v1/articles/{article_id}")["article"]

    def status(self, article_id):
        return self.article(article_id)["pub_status"]["status"]

    def kill(self, article_id, reason="withdrawn"):
        answer = self.client.delete(
            f"/v1/articles/{article_id}", params={"kill": "true", "reason": reason}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, *kinds):
        items = self.get("/v1/changes", limit=500)["items"]
        return [(each["kind"], each["subject"]) for each in items if each["kind"] in kinds]

    def everything(self, *posted) -> str:
        """All that any route, the log and the command line tell."""
        told = []
        client = self.client
        articles = [each["id"] for each in self.get("/v1/articles", limit=500)["items"]]
        clusters = [each["id"] for each in self.get("/v1/clusters", limit=500)["items"]]
        stories = {self.get(f"/v1/clusters/{name}")["story"] for name in clusters}
        paths = ["/v1/articles", "/v1/clusters", "/v1/stories", "/metrics", "/readyz", "/healthz"]
        paths += ["/v1/changes?limit=500", "/v1/stories?sort=size", "/v1/articles?external_id=nh-1"]
        paths += [f"/v1/articles/{name}{tail}" for name in articles for tail in PAGES]
        paths += [f"/v1/articles/{name}/diff?from=1&to=2" for name in articles]
        paths += [f"/v1/clusters/{name}" for name in clusters]
        paths += [f"/v1/stories/{name}" for name in stories]
        paths += [f"/v1/explain?a={a}&b={b}" for a, b in permutations(articles, 2)]
        paths += ["/v1/sources/Norrhaven%20Wire/furniture", "/v1/articles/none", "/v1/stories/none"]
        told += [client.get(path).text for path in paths]
        told += [client.post("/v1/check", json=article).text for article in posted]
        told += [client.post("/v1/articles", json=article).text for article in posted]
        told += [client.post("/v1/articles:batch", json=list(posted)).text]
        told.append(self.log.getvalue())
        return "\n".join(told)

    def found(self, word):
        """Stories that a search for the word lists."""
        return [each["id"] for each in self.get("/v1/stories", q=word)["items"]]


PAGES = ("", "/revisions", "/carriers")


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    yield from opened(tmp_path)


def opened(folder, **settings):
    clock, stream = Clock(), io.StringIO()
    before = logs.logging.getLogger().handlers[:]
    with open_service(Config.load(data=folder, model=HASHED_MODEL, **settings)) as service:
        service._clock = service.history._clock = clock
        logs.configure(stream=stream)
        try:
            with TestClient(
                create_app(service), base_url="http://localhost", raise_server_exceptions=False
            ) as client:
                yield House(folder, client, service, clock, stream)
        finally:
            logs.logging.getLogger().handlers[:] = before


def leaked(text, secrets=SECRETS):
    return [word for word in secrets if word.casefold() in text.casefold()]


def rfc(hours):
    return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def test_nothing_of_an_embargoed_article_leaves_before_the_hour(house):
    """Before its hour no route, log line or search tells a word of it; from then on all of it."""
    embargoed = {**SECRET, "metadata": {**SECRET["metadata"], "embargoed": rfc(5)}}
    other = house.post(**OTHER)
    answer = house.post(key="k1", **embargoed)
    assert answer["article"]["pub_status"]["status"] == "embargoed"
    assert answer["article"]["pub_status"]["until"] == rfc(5)
    told = house.everything(embargoed, OTHER)
    assert leaked(told + json.dumps(answer)) == []
    assert [house.found(word) for word in SOUGHT] == [[], []]
    replay = house.client.post("/v1/articles", json=embargoed, headers={"Idempotency-Key": "k1"})
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert leaked(replay.text) == []
    assert (
        answer["story"]["id"] == house.get(f"/v1/articles/{other['article']['id']}")["story"]["id"]
    )

    house.clock.hours += 5
    assert set(leaked(house.everything(embargoed))) >= SHOWN
    assert house.found("Zorvexil") == house.found("quandrifol") == [answer["story"]["id"]]
    name = answer["article"]["id"]
    assert house.status(name) == "usable"
    house.service.due()
    assert house.events("embargo_lifted") == [("embargo_lifted", name)]


def test_nothing_of_a_held_article_leaves_until_it_is_released(house):
    """A held article is told nowhere, an answer kept before neither; released it is whole."""
    copy = house.post(**{**OTHER, "id": "c", "source": "Post", "body": FILLER})["article"]["id"]
    name = house.post(key="k1", **SECRET)["article"]["id"]
    assert house.get("/v1/explain", a=copy, b=name)["evidence"]["passages"]
    assert set(leaked(house.everything())) >= SHOWN
    held = house.client.post(f"/v1/articles/{name}/hold", json={"reason": "lawyers"}).json()
    assert held["article"]["pub_status"]["reason"] == "lawyers"
    assert leaked(json.dumps(held) + house.everything(SECRET)) == []
    assert house.get("/v1/explain", a=copy, b=name)["evidence"]["passages"] == []
    assert [house.found(word) for word in SOUGHT] == [[], []]
    again = house.client.post("/v1/articles", json=SECRET, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, leaked(again.text)) == (409, [])
    released = house.client.post(f"/v1/articles/{name}/release").json()
    assert released["article"]["pub_status"]["status"] == "usable"
    assert set(leaked(house.everything())) >= SHOWN
    assert house.events("article_held", "article_released") == [
        ("article_held", name),
        ("article_released", name),
    ]


def test_nothing_of_a_killed_text_leaves_by_whoever_carries_it(house):
    """A kill silences the article and every copy, those that come later too; carriers are listed."""
    name = house.post(**SECRET)["article"]["id"]
    copy = {
        **SECRET,
        "id": "c-2",
        "source": "Harbour Post",
        "url": "https://post.example/vlimmerstad",
        "published": "2026-03-02T09:30:00Z",
    }
    excerpt = {
        "id": "c-3",
        "source": "Brief News",
        "title": "Zorvexil boats",
        "body": BODY[: BODY.index("Three of the five")],
        "published": "2026-03-02T09:40:00Z",
    }
    carrying = [house.post(**copy)["article"]["id"], house.post(**excerpt)["article"]["id"]]
    other = house.post(**OTHER)["article"]["id"]
    killed = house.kill(name, reason="withdrawn by the agency")
    assert [each["article_id"] for each in killed["carriers"]] == carrying
    assert killed["carriers"][0]["url"] == copy["url"]
    assert killed["carriers"][1]["contains"] < 1.0 == killed["carriers"][1]["contained"]
    late = house.post(
        **{**copy, "id": "c-4", "source": "Late Mail", "body": BODY.replace("Three", "Two")}
    )
    assert late["article"]["pub_status"]["of"] == name
    assert house.status(other) == "usable"
    told = house.everything(SECRET, copy, excerpt)
    told = told.replace(copy["url"], "")  # carriers are told their addresses, to admins
    assert leaked(told) == []
    assert [house.found(word) for word in SOUGHT] == [[], []]
    assert house.events("article_killed", "upstream_killed") == [
        ("article_killed", name),
        *(("upstream_killed", each) for each in (*carrying, late["article"]["id"])),
    ]
    story = house.get(f"/v1/articles/{other}")["story"]["id"]
    shown = house.get(f"/v1/stories/{story}")
    assert [each["id"] for each in shown["timeline"]["items"]] == [other]
    assert shown["headline"]["article_id"] == other


def test_a_kill_stands_whatever_its_source_sends_after_it(house):
    """The same text again and a newer version change nothing; only an admin takes a kill back."""
    name = house.post(**SECRET)["article"]["id"]
    copy = house.post(**{**SECRET, "id": "c", "source": "Harbour Post"})["article"]["id"]
    house.kill(name)
    assert house.post(**SECRET)["article"]["status"] == "unchanged"
    newer = house.post(**{**SECRET, "body": BODY + " It will appeal.", "metadata": {"version": 2}})
    assert newer["article"]["pub_status"]["status"] == "canceled"
    assert house.status(copy) == "upstream_killed"
    house.client.post(f"/v1/articles/{name}/release")
    assert (house.status(name), house.status(copy)) == ("usable", "usable")


def test_a_killed_article_that_was_deleted_stays_killed_when_it_comes_again(house):
    """A feed that sends it again does not bring it back; a release does."""
    name = house.post(**SECRET)["article"]["id"]
    house.kill(name)
    assert house.client.delete(f"/v1/articles/{name}").status_code == 204
    again = house.post(**SECRET)
    assert (again["article"]["id"], again["article"]["pub_status"]["status"]) == (name, "canceled")
    house.client.post(f"/v1/articles/{name}/release")
    house.client.delete(f"/v1/articles/{name}")
    assert house.post(**SECRET)["article"]["pub_status"]["status"] == "usable"


def test_a_flag_can_be_taken_back_alone(house):
    """An editor may release one carrier; it stays released when its cluster changes."""
    name = house.post(**SECRET)["article"]["id"]
    copy = house.post(**{**SECRET, "id": "c", "source": "Harbour Post"})["article"]["id"]
    house.kill(name)
    house.client.post(f"/v1/articles/{copy}/release")
    house.post(**{**SECRET, "id": "d", "source": "Late Mail"})
    assert house.status(copy) == "usable"
    assert [each["withheld"] for each in house.kill(name)["carriers"]] == [False, True]
    with house.service.store.read() as reader:
        assert reader.verify() == []


@pytest.mark.parametrize("how", ["status", "status without text", "notice"])
@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
def test_a_source_kills_its_own_article_before_or_after_it_came(house, how, first):
    """By pubStatus under the same identity, with a text or none, or by a notice that names its id."""
    source, name = SECRET["source"], SECRET["id"]
    order = {
        "status": {
            "id": name,
            "title": "Withdrawn",
            "metadata": {"pubStatus": "stat:canceled", "version": 2},
        },
        "status without text": {"id": name, "pubStatus": "canceled", "version": 2},
        "notice": {
            "id": "kill-1",
            "title": "STORY WITHDRAWN",
            "body": "The story is withdrawn. Kill it.",
            "metadata": {"links": [{"rel": "replaces", "id": name}]},
        },
    }[how] | {"source": source}
    steps = [SECRET, order]
    answers = [house.post(**each) for each in (steps[::-1] if first else steps)]
    killed = next(a for a in house.get("/v1/articles", external_id=name)["items"])
    assert house.status(killed["id"]) == "canceled"
    assert leaked(house.everything(SECRET)) == []
    if how == "status without text" and first:
        assert answers[0]["article"]["status"] == "noted"


def test_a_notice_of_another_source_kills_nothing(house):
    """Whoever names somebody else's article in a kill is told that nothing was done."""
    name = house.post(**SECRET)["article"]["id"]
    answer = house.post(
        id="kill-1",
        source="Evil Blog",
        title="STORY WITHDRAWN",
        body="The story is withdrawn. Kill it.",
        metadata={"links": [{"rel": "replaces", "id": SECRET["id"]}]},
    )
    assert house.status(name) == "usable"
    assert any("another source" in each["action"] for each in answer["warnings"])


def test_who_copied_a_text_cannot_kill_it(house):
    """A later copy that is withdrawn by its source takes nothing away from what was there before."""
    first = house.post(**OTHER)["article"]["id"]
    house.post(**{**OTHER, "id": "copy", "source": "Evil Blog"})
    house.post(id="copy", source="Evil Blog", pubStatus="canceled", version=2)
    assert house.status(first) == "usable"
    with house.service.store.read() as reader:
        assert reader.verify() == []


def test_check_kills_nothing(house):
    """Asking about a kill does not kill."""
    name = house.post(**SECRET)["article"]["id"]
    for pub_status in ("canceled", "withheld"):
        order = {"id": SECRET["id"], "source": SECRET["source"], "pubStatus": pub_status}
        assert house.client.post("/v1/check", json=order).status_code == 200
    assert house.status(name) == "usable"


def test_a_newer_version_ends_a_hold_of_its_source_but_not_an_editors(house):
    """What the source holds it may release; what an editor holds only an editor does."""
    name = house.post(**SECRET)["article"]["id"]
    house.post(id=SECRET["id"], source=SECRET["source"], pubStatus="withheld")
    assert house.status(name) == "withheld"
    house.post(**{**SECRET, "body": BODY + " More follows.", "metadata": {"version": 2}})
    assert house.status(name) == "usable"
    house.client.post(f"/v1/articles/{name}/hold")
    house.post(**{**SECRET, "body": BODY + " That is all.", "metadata": {"version": 3}})
    assert house.status(name) == "withheld"


def test_a_changed_embargo_in_a_newer_version_holds(house):
    """A later hour in a newer version keeps all versions in, past the first hour too."""

    def version(number, hour):
        metadata = {**SECRET["metadata"], "embargoed": rfc(hour), "version": number}
        return {**SECRET, "body": f"{BODY} Version {number}.", "metadata": metadata}

    name = house.post(**version(1, 2))["article"]["id"]
    house.post(**version(2, 6))
    house.clock.hours += 3
    house.service.due()
    assert house.article(name)["pub_status"] == {
        "status": "embargoed",
        "since": rfc(0),
        "until": rfc(6),
        "reason": None,
        "by": "source",
        "of": None,
    }
    assert leaked(house.everything()) == []
    house.clock.hours += 3
    house.service.due()
    assert house.status(name) == "usable"
    assert house.article(name)["revision"] == 2


def test_a_new_version_under_embargo_waits_behind_the_one_that_is_shown(house):
    """What is public stays so; its next version takes its place at the hour, by itself."""
    name = house.post(**{**SECRET, "body": FILLER})["article"]["id"]
    update = {**SECRET, "metadata": {"embargoed": rfc(2), "version": 2}}
    answer = house.post(**update)
    assert leaked(json.dumps(answer), ("quandrifol", "48,317")) == []
    assert (house.status(name), house.article(name)["revision"]) == ("usable", 1)
    assert leaked(house.everything(update), ("quandrifol", "48,317", "(Courtesy: Blixtorp")) == []
    house.clock.hours += 2
    assert house.service.due().lifted == 1
    assert (house.status(name), house.article(name)["revision"]) == ("usable", 2)
    assert house.events("embargo_lifted") == [("embargo_lifted", name)]
    assert house.service.due().lifted == 0


def test_what_is_held_stays_held_past_the_hour_of_its_embargo(house):
    """A hold and an embargo are two things; releasing the one leaves the other."""
    embargoed = {**SECRET, "metadata": {"embargoed": rfc(5)}}
    name = house.post(**embargoed)["article"]["id"]
    house.client.post(f"/v1/articles/{name}/hold")
    house.client.post(f"/v1/articles/{name}/release")
    assert house.status(name) == "embargoed"
    house.client.post(f"/v1/articles/{name}/hold")
    house.clock.hours += 6
    assert house.status(name) == "withheld"
    house.client.post(f"/v1/articles/{name}/release")
    assert house.status(name) == "usable"


def test_a_purged_text_is_in_no_file_and_its_copies_are_still_known(tmp_path):
    """After the delay no byte of the killed text is in the folder; a near copy is flagged all the same."""
    for house in opened(tmp_path):
        name = house.post(key="k", **SECRET)["article"]["id"]
        house.post(**{**SECRET, "body": BODY + " More.", "metadata": {"version": 2}})
        house.post(**OTHER)
        house.kill(name)
        assert house.service.due().purged == 0
        house.clock.hours += Settings().purge_killed_after
        assert house.service.due().purged == 1
        assert house.events("text_purged") == [("text_purged", name)]
        near = {**SECRET, "id": "n", "source": "Late Mail", "body": BODY.replace("Three", "Two")}
        late = house.post(**near)
        assert late["article"]["pub_status"]["of"] == name
        assert house.post(**SECRET)["article"]["status"] == "unchanged"
        house.client.delete(f"/v1/articles/{late['article']['id']}")
        with house.service.store.read() as reader:
            assert reader.verify() == []
    kept = [word for word in SECRETS if word not in {"vlimmerstad", "Blixtorp"}]
    assert bytes_left(tmp_path, kept) == []


def test_what_comes_after_a_purge_is_purged_in_its_turn(house):
    """A newer version of a killed article is hidden and removed after the delay, an older one too."""
    name = house.post(**{**SECRET, "metadata": {"version": 2}})["article"]["id"]
    house.kill(name)
    house.clock.hours += 24
    assert house.service.due().purged == 1
    for number in (3, 1):
        text = {**SECRET, "body": f"{BODY} Number {number}.", "metadata": {"version": number}}
        assert house.post(**text)["article"]["pub_status"]["status"] == "canceled"
    house.clock.hours += 24
    assert house.service.due().purged == 1
    assert house.service.due().purged == 0
    with house.service.store.read() as reader:
        assert reader.verify() == []
        assert reader.revision_texts(name, [1, 3]) == {}


def wire(number, **told):
    """A version of one piece that an agency files under an id of its own."""
    return {
        "id": f"w-{number}",
        "source": "Norrhaven Wire",
        "title": f"{'' if number == 1 else f'UPDATE {number - 1}-'}Island ferries to end night crossings",
        "body": f"{FILLER} This is what was known at {number} o'clock, when the board had met.",
        "published": rfc(number),
        **told,
    }


WITHDRAWN = {
    "id": "w-kill",
    "source": "Norrhaven Wire",
    "title": "STORY WITHDRAWN-Island ferries to end night crossings",
    "body": "The story is withdrawn. A corrected one will be sent.",
    "published": rfc(4),
}


def test_a_notice_kills_the_versions_of_its_chain_and_no_substitute(house):
    """All versions filed before the notice die, late ones too; a story filed after it lives."""
    house.clock.hours += 6
    names = [house.post(**wire(number))["article"]["id"] for number in (1, 2)]
    house.post(**WITHDRAWN)
    assert [house.status(name) for name in names] == ["canceled", "canceled"]
    late = house.post(**wire(3))["article"]
    assert late["pub_status"]["status"] == "canceled"
    substitute = house.post(**wire(5, title="Island ferries to end night crossings"))["article"]
    assert substitute["pub_status"]["status"] == "usable"
    with house.service.store.read() as reader:
        assert reader.verify() == []


def test_a_name_of_several_pieces_kills_none(house):
    """Two different stories under one headline: the notice names both in its warning and kills none."""
    house.clock.hours += 6
    title = "Island ferries to end night crossings"
    names = [
        house.post(**wire(1))["article"]["id"],
        house.post(
            id="w-x",
            source="Norrhaven Wire",
            title=title,
            body="Bakers in Tremolo Bay want to sell bread on Sundays. The council hears them in June, "
            "and the church has asked to be heard before it. Nobody has sold bread there on a Sunday since 1911.",
            published=rfc(2),
        )["article"]["id"],
    ]
    assert len({house.get(f"/v1/articles/{name}")["story"]["id"] for name in names}) == 2
    told = house.post(**WITHDRAWN)["warnings"]
    assert [house.status(name) for name in names] == ["usable", "usable"]
    assert any(all(name in each["action"] for name in names) for each in told)


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("dated", [False, True])
def test_a_kill_by_chain_reaches_what_has_no_date_in_either_order(house, first, dated):
    """A piece without a date dies whether it comes before the notice or within four days after it."""
    house.clock.hours += 6
    undated, notice = wire(3), dict(WITHDRAWN)
    for each in [undated] if dated else [undated, notice]:
        del each["published"]
    for each in (notice, undated) if first else (undated, notice):
        house.post(**each)
    (article,) = house.get("/v1/articles", external_id="w-3")["items"]
    assert house.status(article["id"]) == "canceled"
    house.clock.hours += 97
    later = house.post(**{**undated, "id": "w-later", "body": OTHER["body"]})["article"]
    assert later["pub_status"]["status"] == "usable"


def test_a_release_notice_ends_a_hold_of_its_source(house):
    """A hold by notice, then a release by notice, each naming the article."""
    name = house.post(**wire(1))["article"]["id"]
    for kind, status in (("HOLD HOLD HOLD", "withheld"), ("HOLD LIFTED", "usable")):
        order = {
            "id": kind,
            "source": "Norrhaven Wire",
            "title": kind,
            "body": "Editors, see the note.",
            "metadata": {"links": [{"rel": "replaces", "id": "w-1"}]},
        }
        house.post(**order)
        assert house.status(name) == status, kind


def test_a_deleted_text_is_in_no_file(tmp_path):
    """After a plain DELETE no byte of the article is in the folder."""
    for house in opened(tmp_path):
        name = house.post(key="k", **SECRET)["article"]["id"]
        house.post(**{**SECRET, "body": BODY + " More.", "metadata": {"version": 2}})
        house.post(**OTHER)
        assert house.client.delete(f"/v1/articles/{name}").status_code == 204
    assert bytes_left(tmp_path, SECRETS) == []


def test_a_kill_without_delay_purges_at_once(tmp_path):
    """With ``purge_killed_after`` 0 the text is gone when the kill is answered."""
    for house in opened(tmp_path, purge_killed_after=0.0):
        killed = house.kill(house.post(**SECRET)["article"]["id"])
        assert (killed["purged"], killed["purge_at"]) == (True, None)


def bytes_left(folder, words):
    """Words that stand in any file of the folder, whatever its case."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in files)
    content = b"\n".join(path.read_bytes() for path in files).lower()
    return [word for word in words if word.lower().encode() in content]


def test_kill_flags_and_events_are_one_commit(house, monkeypatch):
    """A kill that fails half-way leaves nothing behind: no flag, no event."""
    name = house.post(**SECRET)["article"]["id"]
    house.post(**{**SECRET, "id": "c", "source": "Harbour Post"})
    before = rows(house.folder)
    with monkeypatch.context() as patch:
        patch.setattr("dedupe.withheld.flags._event", fails)
        with pytest.raises(SamestoryError):
            house.service.kill(name)
    assert rows(house.folder) == before
    house.service.kill(name)
    assert rows(house.folder) == (2, before[1] + 2)


def fails(*_):
    raise SamestoryError("the disk is full")


def rows(folder):
    with sqlite3.connect(folder / "samestory.sqlite") as connection:
        return tuple(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("withheld", "events")
        )


def test_kills_and_holds_take_an_admin_key(tmp_path):
    """A write key posts, but neither deletes, kills, holds, releases nor lists carriers."""
    secret, key = issue(Scope.WRITE)
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL)) as service:
        app = create_app(service, keys=KeyRing([key]))
        with TestClient(app, base_url="http://localhost") as client:
            client.headers["X-API-Key"] = secret
            name = client.post("/v1/articles", json=SECRET).json()["article"]["id"]
            path = f"/v1/articles/{name}"
            answers = [
                client.delete(path),
                client.delete(path, params={"kill": "true"}),
                client.post(f"{path}/hold"),
                client.post(f"{path}/release"),
                client.get(f"{path}/carriers"),
            ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_key_bound_to_a_source_posts_for_no_other(tmp_path):
    """Nobody else's article can be posted, and so killed, with a key for one source."""
    secret, key = issue(Scope.WRITE, source="Norrhaven Wire")
    order = {"id": "isl-9", "source": "Island Herald", "pubStatus": "canceled"}
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL)) as service:
        app = create_app(service, keys=KeyRing([KeyRing.parse([key.line()]).find(secret)]))
        with TestClient(app, base_url="http://localhost") as client:
            client.headers["X-API-Key"] = secret
            own = client.post("/v1/articles", json={**SECRET, "source": "norrhaven  WIRE"})
            others = [client.post("/v1/articles", json=each) for each in (OTHER, order)]
            many = client.post("/v1/articles:batch", json=[OTHER, SECRET]).json()
    assert (own.status_code, [answer.status_code for answer in others]) == (201, [403, 403])
    assert others[0].json()["field"] == "source"
    assert [("error" in each) for each in many] == [True, False]


def test_the_commands_do_what_the_routes_do(tmp_path, monkeypatch):
    """kill, hold, release, purge, delete and show from the command line, by the id as posted."""
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    (tmp_path / "a.jsonl").write_text(json.dumps(SECRET) + "\n", encoding="utf-8")
    data = ["--data", str(tmp_path / "var")]

    def run(*words):
        done = CliRunner().invoke(main.cli, [*words, *data])
        return done.exit_code, done.output

    assert run("ingest", str(tmp_path / "a.jsonl"))[0] == 0
    assert "withheld" in run("hold", "nh-1", "--reason", "lawyers")[1]
    assert "lawyers" in run("show", "nh-1")[1]
    assert run("release", "nh-1")[0] == 0
    code, told = run("kill", "nh-1", "--reason", "withdrawn")
    assert (code, leaked(told)) == (0, [])
    assert leaked(run("show", "nh-1")[1] + run("show", "nh-1", "--json")[1]) == []
    monkeypatch.setenv("SAMESTORY_PURGE_KILLED_AFTER", "0")
    assert run("purge")[1].startswith("0 texts removed")
    assert run("delete", "nh-1")[0] == 0
    assert run("kill", "nh-1")[0] == 1


def test_verify_names_a_killed_text_past_its_hour(tmp_path, monkeypatch):
    """A text that should have been removed is a broken promise, until somebody purges."""
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)
    for house in opened(tmp_path):
        house.kill(house.post(**SECRET)["article"]["id"])
    data = ["--data", str(tmp_path)]
    assert "was to be removed by now" in CliRunner().invoke(main.cli, ["verify", *data]).output
    done = CliRunner().invoke(main.cli, ["purge", *data])
    assert done.output == "1 texts removed, 0 embargoes lifted\n"
    assert CliRunner().invoke(main.cli, ["verify", *data]).exit_code == 0


def test_a_long_piece_that_holds_a_killed_one_is_flagged_and_says_how_much(house):
    """A digest ten times as long lies in another cluster: it is flagged all the same, with the share."""
    name = house.post(**SECRET)["article"]["id"]
    rest = "".join(
        f"In item {n} of the list the clerk of Tremolo Bay wrote down {n * 37} loaves, {n * 11} eggs and "
        f"{n * 5} jars of honey that were sold on day {n} of the fair by farmers from hill number {n * 3}. "
        for n in range(1, 80)
    )
    long = {
        "id": "long",
        "source": "Weekly",
        "title": "The week in short",
        "body": f"{BODY}\n\n{rest}",
    }
    other = house.post(**{**long, "published": "2026-03-02T10:00:00Z"})
    (carrier,) = house.kill(name)["carriers"]
    assert carrier["article_id"] == other["article"]["id"]
    assert carrier["relation"] == "excerpt"
    assert carrier["contains"] > 0.95
    assert carrier["contained"] < 0.1
    assert house.status(other["article"]["id"]) == "upstream_killed"


def test_metrics_count_what_is_withheld(house):
    """``samestory_withheld`` tells each status."""
    house.kill(house.post(**SECRET)["article"]["id"])
    text = house.client.get("/metrics").text
    assert 'samestory_withheld{status="canceled"} 1.0' in text
    assert 'samestory_withheld{status="embargoed"} 0.0' in text
