"""A plan as a file: read back exactly, refused where it is not what was written."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import orjson
import pytest

from dedupe.errors import BadInput, TooLarge
from dedupe.night import document
from dedupe.night.codec import decoded, encoded
from dedupe.night.records import NightPlan
from dedupe.state import Event, Passed, Placement, Retired
from tests.night_plans import harbour

FIX = "make the plan anew"


def signed(told):
    """A document whose digest fits what it says."""
    rest = {key: value for key, value in told.items() if key != "digest"}
    whole = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps({**rest, "digest": hashlib.sha256(whole).hexdigest()})


def changed(**values):
    """The document of a plan with other values, well signed."""
    return signed({**orjson.loads(document.dump(harbour())), **values})


def test_a_plan_is_json_that_says_what_it_is():
    """The file is one JSON object with the form, the digest, and names for what is in lists."""
    data = document.dump(harbour())
    assert data.endswith(b"}\n")
    told = orjson.loads(data)
    assert list(told)[:3] == ["samestory_plan", "digest", "columns"]
    assert told["samestory_plan"] == 1
    assert told["columns"]["Placement"][:3] == ["article_id", "cluster", "story"]
    assert told["review"]["changes"][0]["after"][0].keys() == {
        "id",
        "size",
        "article",
        "title",
        "canonical",
    }
    assert signed(told) == orjson.dumps(
        {**{k: v for k, v in told.items() if k != "digest"}, "digest": told["digest"]}
    )


def test_everything_comes_back_as_it_was():
    """Enums, sets, tuples, absent values and what events carry are read back equal."""
    plan = harbour()
    more = replace(
        plan.plan,
        retired=(Retired(id="r", merged_into=None, split_into=("x", "y")),),
        passed=(Passed(old="r", new="x", articles=3),),
        forgotten=(("a", "b"),),
        recounted=frozenset({"x", "z", "y"}),
        events=(Event(kind="story_split", subject="r", data={"new": ["x", {"deep": None}]}),),
    )
    plan = replace(plan, plan=more, since=36.5, made=0.1 + 0.2)
    back = document.load(document.dump(plan))
    assert back == plan
    assert isinstance(back.plan.recounted, frozenset)
    assert back.review.changes[0].kind is plan.review.changes[0].kind


def test_a_plan_holds_no_text_of_an_article():
    """The fields of a plan are identifiers, titles, sources and scores."""
    keys = set()

    def walk(value):
        if isinstance(value, dict):
            keys.update(value)
            for held in value.values():
                walk(held)
        if isinstance(value, list):
            for held in value:
                walk(held)

    walk(orjson.loads(document.dump(harbour())))
    assert not keys & {"body", "lede", "terms", "vector", "sketch_hashes"}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no JSON"),
        (b'{"samestory_plan": 1', "is no JSON"),
        (b"[1, 2]", "is no plan of samestory"),
        (b'{"cluster": "c"}', "is no plan of samestory"),
        (changed(samestory_plan=2), "is 2, this program reads 1"),
        (changed(columns={}), "not those that this program reads"),
        (changed(made="yesterday"), "is 'yesterday' and should be a number"),
        (changed(position=True), "is True and should be a whole number"),
        (changed(versions=None), "is None and should be an object"),
        (changed(notes="mine"), "has an unknown key 'notes'"),
        (changed(plan={"placements": []}), "has no 'clusters' and no 'events'"),
    ],
)
def test_what_is_no_plan_is_refused(data, problem):
    """A damaged, foreign, newer or ill-formed file is refused with what is wrong and what to do."""
    with pytest.raises(BadInput) as caught:
        document.load(data)
    assert problem in caught.value.problem
    assert caught.value.fix


def test_a_wrong_value_is_named_by_its_place():
    """The message leads to the list entry and the field within."""
    told = orjson.loads(document.dump(harbour()))
    told["plan"]["placements"][1][3][2] = "likely"
    with pytest.raises(BadInput) as caught:
        document.load(signed(told))
    assert caught.value.field == "plan.plan.placements[1][3][2]"
    told = orjson.loads(document.dump(harbour()))
    told["review"]["changes"][0]["kind"] = "swap"
    with pytest.raises(
        BadInput, match=r"plan\.review\.changes\[0\]\.kind: is 'swap' and should be"
    ):
        document.load(signed(told))
    told["review"]["changes"][0]["kind"] = "merge"
    told["plan"]["placements"][0].append(1)
    with pytest.raises(BadInput, match="holds 6 values and should hold 5"):
        document.load(signed(told))


def test_a_plan_changed_by_hand_is_refused():
    """One character elsewhere, and the digest does not fit any more."""
    data = document.dump(harbour())
    with pytest.raises(BadInput, match="changed by hand"):
        document.load(data.replace(b'"c1"', b'"c7"'))
    told = orjson.loads(data)
    del told["digest"]
    with pytest.raises(BadInput, match="digest"):
        document.load(orjson.dumps(told))


def test_white_space_and_order_of_keys_do_not_matter():
    """A plan that was printed another way says the same and is read."""
    told = orjson.loads(document.dump(harbour()))
    printed = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    assert document.load(printed) == harbour()


def test_a_huge_file_is_refused_unread(monkeypatch):
    """More than the limit is not parsed."""
    monkeypatch.setattr(document, "MOST_BYTES", 10)
    with pytest.raises(TooLarge, match="of at most 10"):
        document.load(document.dump(harbour()))


def test_a_score_that_is_no_number_is_not_written():
    """NaN has no place in JSON and none in a plan."""
    with pytest.raises(ValueError, match="nan"):
        document.dump(replace(harbour(), made=float("nan")))


def test_rows_are_lists_and_others_objects():
    """Records that there are many of are lists of their fields, without the names."""
    place = Placement(article_id="a", cluster="c", story="s")
    told = encoded(place)
    assert told == ["a", "c", "s", ["none", None, None], ["none", None, None]]
    assert decoded(Placement, told, name="place", fix=FIX) == place
    assert decoded(NightPlan, encoded(harbour()), name="plan", fix=FIX) == harbour()
