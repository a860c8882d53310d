"""The pipeline run on labelled files: figures, mistakes with their evidence, and the page."""

from __future__ import annotations

import orjson
import pytest

from api.bootstrap import HASHED_MODEL
from api.cli import main
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD, paragraphs


@pytest.fixture(autouse=True)
def small_model(monkeypatch):
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)


def run(*arguments):
    """The exit code of one command."""
    with pytest.raises(SystemExit) as left:
        main.main([str(argument) for argument in arguments])
    return left.value.code


def written(path, rows):
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return path


def articles():
    """Two copies of one text labelled apart, and two texts of nothing in common labelled as one."""
    base = {"published": "2024-03-05T09:00:00Z", "source": "Herald"}
    return [
        {**base, "id": "1", "title": "Piers", "body": HARBOUR, "story": "x", "cluster": "c"},
        {**base, "id": "2", "title": "Piers!", "body": HARBOUR, "story": "y", "source": "Post"},
        {**base, "id": "3", "title": "Footbridge", "body": BRIDGE, "story": "x"},
        {"id": "4", "title": "", "body": "", "story": "z"},
        {**base, "id": "5", "title": "", "body": "Wheat.", "story": None},
    ]


def test_every_mistake_is_explained(tmp_path, capsys):
    """What was merged is held together by shared text, what was split by little in common."""
    gold, out = written(tmp_path / "gold.jsonl", articles()), tmp_path / "errors.jsonl"
    assert run("evaluate", gold, "--level", "stories", "--errors", out, "--json") == 0
    told = orjson.loads(capsys.readouterr().out)
    assert told["errors"] == {
        "whole": 0,
        "split": 1,
        "merged": 1,
        "found": 2,
        "hurt_by_splits": 1,
        "hurt_by_merges": 1,
    }
    assert (told["documents"], told["groups"], told["rejected"]) == (3, 2, 1)
    assert told["calibration"]["pairs"] == 3
    rows = {row["kind"]: row for row in map(orjson.loads, out.read_bytes().splitlines())}
    (held,) = rows["merged"]["joints"]
    assert held["p_same_text"] == held["p_same_story"] == 1.0
    assert held["says"] == "held together by text they share"
    assert {held["a"]["id"], held["b"]["id"]} == {"1", "2"}
    (apart,) = rows["split"]["joints"]
    assert apart["p_same_story"] < 0.2
    assert {one["evidence"] for one in apart["contributions"]} >= {"words", "names", "time"}
    assert apart["says"].startswith(("kept apart by", "too little in common"))


def test_a_line_without_text_is_rejected_as_dedupe_rejects_it(tmp_path, capsys):
    """Run or given the output of dedupe, the figures are the same, and the line is told."""
    gold, out = written(tmp_path / "gold.jsonl", articles()), tmp_path / "out.jsonl"
    assert run("dedupe", gold, "--jobs", 1) == 1
    out.write_text(capsys.readouterr().out, encoding="utf-8")
    words = ["evaluate", gold, "--level", "stories"]
    assert run(*words) == 0
    ran = capsys.readouterr().out.splitlines()
    assert run(*words, "--predictions", out) == 0
    assert capsys.readouterr().out.splitlines() == [
        line for line in ran if not line.startswith("  calibrated")
    ]
    assert ran[1] == "  rejected   1 lines, scored neither way"


def test_joints_are_what_compare_says_of_the_pair(tmp_path):
    """The probability and the reasons of a joint are those of its own two articles."""
    base = {"published": "2024-03-05T09:00:00Z", "source": "Herald"}
    texts = [
        BRIDGE,
        ORCHARD,
        HARBOUR,
        paragraphs(HARBOUR, 2, 4),
        paragraphs(BRIDGE, 1, 2),
        "Wheat.",
    ]
    rows = [
        {**base, "id": str(k), "title": f"Piece {k}", "body": text, "story": "x" if k % 2 else "y"}
        for k, text in enumerate(texts)
    ]
    gold, out = written(tmp_path / "gold.jsonl", rows), tmp_path / "errors.jsonl"
    assert run("evaluate", gold, "--level", "stories", "--errors", out) == 0
    joints = [
        one for row in map(orjson.loads, out.read_bytes().splitlines()) for one in row["joints"]
    ]
    assert len(joints) > 2
    # Of each label and its contrary one is a mistake, which is told as compare judges the pair.
    asked = [
        {"a": rows[int(one["a"]["id"])], "b": rows[int(one["b"]["id"])], "label": label}
        for one in joints
        for label in ("SAME", "DIFFERENT")
    ]
    pairs = written(tmp_path / "pairs.jsonl", asked)
    assert run("evaluate", pairs, "--level", "stories", "--errors", out) == 0
    mistakes = sorted(map(orjson.loads, out.read_bytes().splitlines()), key=lambda one: one["line"])
    for joint, told in zip(joints, mistakes, strict=True):
        assert joint["p_same_story"] == told["p_same_story"]
        ours, theirs = (
            {weight.pop("evidence"): weight for weight in weights}
            for weights in (joint["contributions"], told["why"]["contributions"])
        )
        assert ours == theirs
        assert joint["p_same_story"] >= joint["mean"]


@pytest.mark.parametrize("level", ["copies", "stories"])
def test_lines_of_one_id_are_articles_of_their_own(tmp_path, capsys, level):
    """An id that recurs takes nothing of the first: its line is judged by its own text."""
    first, second, third, *_ = articles()
    same = {"id": "1", "source": "Herald", "story": None, "cluster": None}
    labels = [{"cluster": "c", "story": "x"}, {"cluster": "d", "story": "y"}]
    rows = [
        {**first, **same, **labels[0]},
        {**third, **same, **labels[1]},
        {**second, "source": "Post", **labels[0]},
    ]
    gold, errors = written(tmp_path / "gold.jsonl", rows), tmp_path / "errors.jsonl"
    assert run("evaluate", gold, "--level", level, "--errors", errors, "--json") == 0
    told = orjson.loads(capsys.readouterr().out)
    assert (told["documents"], told["errors"]["whole"], told["adjusted_rand"]) == (3, 2, 1.0)
    assert errors.read_bytes() == b""


def test_given_predictions_are_explained_too(tmp_path, capsys):
    """Mistakes of predictions made elsewhere are looked at with the pipeline's evidence."""
    gold = written(tmp_path / "gold.jsonl", articles())
    said = [{"id": str(k), "story": f"s{k}", "cluster": f"c{k}"} for k in range(1, 6)]
    said[2]["story"] = "s2"
    out = tmp_path / "errors.jsonl"
    predicted = written(tmp_path / "said.jsonl", said)
    words = ["evaluate", gold, "--predictions", predicted, "--level", "stories"]
    assert run(*words, "--errors", out) == 0
    assert "calibrated" not in capsys.readouterr().out
    split, merged = map(orjson.loads, out.read_bytes().splitlines())
    assert (split["kind"], merged["kind"]) == ("split", "merged")
    assert merged["joints"][0]["p_same_story"] < 0.2
    assert merged["joints"][0]["contributions"]


def test_pairs_and_articles_on_one_page(tmp_path, capsys):
    """--report holds a section for each file, with what went wrong in it."""
    first, second, third, *_ = articles()
    pairs = [{"a": first, "b": second, "label": "DIFFERENT"}, {"a": first, "b": third, "label": 4}]
    files = [
        written(tmp_path / "gold.jsonl", articles()),
        written(tmp_path / "pairs.jsonl", pairs),
    ]
    page = tmp_path / "report.html"
    assert run("evaluate", *files, "--level", "stories", "--report", page) == 0
    said = capsys.readouterr().out
    assert "1 said yes wrongly, 0 missed" in said
    assert "on 2 labelled pairs" in said
    text = page.read_text(encoding="utf-8")
    assert text.count("<section>") == 2
    assert "held together by text they share" in text
    assert "the text they share" in text


def test_explain_says_what_would_turn_the_verdict(client):
    """GET /v1/explain tells contributions, heaviest first, and the changes that would do."""
    first, _, third, *_ = articles()
    posted = [client.post("/v1/articles", json=one).json() for one in (first, third)]
    a, b = (one["article"]["id"] for one in posted)
    told = client.get("/v1/explain", params={"a": a, "b": b}).json()
    weights = [abs(one["log_odds"]) for one in told["why"]["contributions"]]
    assert weights == sorted(weights, reverse=True)
    assert told["p_same_story"] < 0.2
    assert all(one["p_same_story"] >= 0.2 for one in told["why"]["changes"])
    assert all(one["says"].endswith(")") for one in told["why"]["changes"])
    assert "one story" in told["why"]["says"]
