"""What became of clusters and stories over HTTP: where retired ids live on, and what passed when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.night.records import NightRecord, NightState
from dedupe.state import Passed, Plan, Retired

TEXTS = {
    "ferry": "The night ferry to Ostrand runs again from Tuesday after three weeks in the dock.",
    "frost": "Frost took most of the apricots of the Lenn valley, growers said on Saturday.",
    "bridge": "Seven years after the flood a footbridge crosses the river Asker once more.",
    "choir": "A choir of two hundred bakers sang in the market hall until the roof gave way.",
}
PLURAL = {"cluster": "clusters", "story": "stories"}
KINDS = pytest.mark.parametrize("kind", ["cluster", "story"])


@pytest.fixture
def groups(shipped_client):
    """Ids of the clusters and the stories of four texts, one of which six outlets ran."""
    found = {"cluster": {}, "story": {}}
    for name, body in TEXTS.items():
        for number in range(6 if name == "choir" else 1):
            sent = {"id": f"{name}{number}", "source": f"Courier {number}", "body": body}
            told = shipped_client.post("/v1/articles", json=sent).json()
        for kind, ids in found.items():
            ids[name] = told[kind]["id"]
    assert len({*found["cluster"].values(), *found["story"].values()}) == 8
    return found


def end(service, old, *heirs, night=None):
    """Of what lies in ``old`` the last heir takes one, the one before two, the first the rest."""
    kind = "cluster" if old.startswith("c_") else "story"
    with service.store.write() as writer:
        members = writer.cluster_members if kind == "cluster" else writer.story_members
        ids = list(members(old, limit=99))
        shares = list(range(len(heirs) - 1, 0, -1))
        shares.insert(0, len(ids) - sum(shares))
        takes = [heir for heir, share in zip(heirs, shares, strict=True) for _ in range(share)]
        keys = [member.key for member in writer.members(ids)]
        placed = [
            replace(place, **{kind: heir})
            for place, heir in zip(writer.placements(keys), takes, strict=True)
        ]
        passed = [
            Passed(old=old, new=heir, articles=share)
            for heir, share in zip(heirs, shares, strict=True)
        ]
        one = Retired(id=old, merged_into=heirs[0], split_into=heirs[1:] and heirs)
        number = None
        if night is not None:
            writer.at_night(number := writer.begin_night(night))
        writer.apply(Plan(placements=tuple(placed), retired=(one,), passed=tuple(passed)))
    return number


def get(client, kind, name, **params):
    return client.get(f"/v1/{PLURAL[kind]}/{name}", params=params)


@KINDS
def test_exactly_one_of_both_says_where_an_id_lives_on(shipped, shipped_client, groups, kind):
    """Several living groups are listed, one is ``merged_into``, and an id in use has neither."""
    ferry, frost, bridge, choir = (groups[kind][name] for name in TEXTS)
    living = get(shipped_client, kind, ferry).json()
    assert (living["merged_into"], living["split_into"]) == (None, None)
    end(shipped, choir, ferry, frost, bridge)
    whole = get(shipped_client, kind, ferry).json()
    told = get(shipped_client, kind, choir).json()
    assert told == {**whole, "id": choir, "split_into": [ferry, frost, bridge]}
    end(shipped, ferry, bridge)
    told = get(shipped_client, kind, choir).json()
    assert (told["merged_into"], told["split_into"]) == (None, [bridge, frost])
    end(shipped, frost, bridge)
    whole = get(shipped_client, kind, bridge).json()
    for name in (choir, ferry, frost):
        assert get(shipped_client, kind, name).json() == {
            **whole,
            "id": name,
            "merged_into": bridge,
        }


@KINDS
def test_a_lineage_tells_what_passed(shipped, shipped_client, groups, kind):
    """Lines are told by both ends, the oldest first; the id may be in use or retired."""
    ferry, frost, bridge, choir = (groups[kind][name] for name in TEXTS)
    end(shipped, choir, ferry, frost)
    end(shipped, ferry, bridge)
    told = get(shipped_client, kind, f"{ferry}/lineage").json()
    lines = told.pop("lines")
    assert told == {
        "id": ferry,
        "living": False,
        "merged_into": bridge,
        "split_into": None,
        "next": None,
    }
    assert [list(each) for each in lines] == [
        ["at", "night", "old", "new", "articles", "retired"]
    ] * len(lines)
    assert [(each["old"], each["new"], each["articles"]) for each in lines] == [
        (choir, ferry, 5),
        (ferry, bridge, 6),
    ]
    assert all(each["retired"] and each["night"] is None for each in lines)
    assert lines[0]["at"] <= lines[1]["at"]
    told = get(shipped_client, kind, f"{choir}/lineage").json()
    assert (told["living"], told["split_into"]) == (False, [bridge, frost])
    assert [(each["new"], each["articles"]) for each in told["lines"]] == [(ferry, 5), (frost, 1)]
    told = get(shipped_client, kind, f"{bridge}/lineage").json()
    assert (told["living"], told["merged_into"], told["split_into"]) == (True, None, None)
    assert [each["old"] for each in told["lines"]] == [ferry]


@KINDS
def test_a_lineage_is_walked_page_by_page(shipped, shipped_client, groups, kind):
    """``next`` continues where the page ended; a cursor of another list is refused."""
    ferry, *others = (groups[kind][name] for name in TEXTS)
    for other in others:
        end(shipped, other, ferry)
    found, after = [], None
    for _ in range(3):
        params = {"limit": 1} if after is None else {"limit": 1, "after": after}
        page = get(shipped_client, kind, f"{ferry}/lineage", **params).json()
        found += [each["old"] for each in page["lines"]]
        after = page["next"]
    assert (found, after) == (others, None)
    refused = get(shipped_client, kind, f"{ferry}/lineage", after="YTpi")
    assert (refused.status_code, refused.json()["field"]) == (422, "after")


@KINDS
def test_only_what_never_was_is_not_found(shipped_client, groups, kind):
    """An id that lives on nowhere has a lineage and no content; a made-up one has neither."""
    other = "story" if kind == "cluster" else "cluster"
    for name in ("x", groups[other]["ferry"]):
        missing = get(shipped_client, kind, f"{name}/lineage")
        assert (missing.status_code, missing.json()["field"]) == (404, kind)
    (article,) = shipped_client.get("/v1/articles", params={"external_id": "ferry0"}).json()[
        "items"
    ]
    assert shipped_client.delete(f"/v1/articles/{article['id']}").status_code == 204
    gone = groups[kind]["ferry"]
    assert get(shipped_client, kind, gone).status_code == 404
    assert get(shipped_client, kind, f"{gone}/lineage").json() == {
        "id": gone,
        "living": False,
        "merged_into": None,
        "split_into": None,
        "lines": [],
        "next": None,
    }


def test_a_line_names_its_night(shipped, shipped_client, groups):
    """What a night did bears its number."""
    record = NightRecord(number=0, started=1.0, finished=2.0, state=NightState.APPLIED, since=None)
    ferry, frost = groups["story"]["ferry"], groups["story"]["frost"]
    number = end(shipped, frost, ferry, night=record)
    (line,) = get(shipped_client, "story", f"{ferry}/lineage").json()["lines"]
    assert (line["night"], line["old"]) == (number, frost)
