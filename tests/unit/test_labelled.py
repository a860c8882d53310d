"""Labelled files against predictions."""

from __future__ import annotations

import os

import orjson
import pytest

from api import evaluated, labelled
from api.cli import main, options
from dedupe.errors import BadInput


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"label": "reprint"}, ("copies", True)),
        ({"label": "partial"}, ("copies", True)),
        ({"label": "quotes"}, ("copies", False)),
        ({"label": "furniture"}, ("copies", False)),
        ({"label": "SAME"}, ("stories", True)),
        ({"label": "OK"}, ("stories", True)),
        ({"label": "DIFFERENT"}, ("stories", False)),
        ({"label": "BAD"}, ("stories", False)),
        ({"label": 1}, ("stories", True)),
        ({"label": 1.9}, ("stories", True)),
        ({"label": 2.0}, None),
        ({"label": 2.9}, None),
        ({"label": 3.0}, ("stories", False)),
        ({"label": "4"}, ("stories", False)),
        ({"jaccard5": 0.5, "containment5": 0.5}, ("copies", True)),
        ({"jaccard5": 0.2, "containment5": 0.8}, ("copies", True)),
        ({"jaccard5": 0.49, "containment5": 0.79}, None),
        ({"label": None}, None),
    ],
)
def test_labels_of_pairs(row, label):
    """Each kind of label says yes, no or nothing at its level."""
    assert labelled.pair_label(row) == label


def test_an_unknown_label_is_refused():
    """A label of no known kind is an error, not a no."""
    with pytest.raises(BadInput, match="perhaps"):
        labelled.pair_label({"label": "perhaps"})


def documents(*groups, field="story"):
    return [{"id": str(k), field: group} for k, group in enumerate(groups)]


def documents_scored(gold, said, level):
    """The figures of predicted groups; None where nothing is scored."""
    found = evaluated.documents(gold, said, level, None, calibrated=False)
    return None if found is None else found.figures


def pairs_scored(gold, said, level):
    """The figures of predicted pairs; None where nothing is scored."""
    found = evaluated.pairs(gold, said, level, None, None, lines=range(1, len(gold) + 1))
    return None if found is None else found.figures


def test_only_labelled_documents_are_scored():
    """Documents without a label count neither for nor against."""
    gold = documents("x", "x", None, "y")
    said = documents("1", "1", "1", "2")
    told = documents_scored(gold, said, "stories")
    assert told["documents"] == 3
    assert told["pairwise"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert told["b_cubed"]["f1"] == told["adjusted_rand"] == 1.0
    assert documents_scored(gold, said, "copies") is None


def test_predictions_in_another_order_are_found_by_id():
    """Predictions are matched by id when their order differs."""
    gold = documents("x", "x", "y")
    said = list(reversed(documents("1", "1", "2")))
    assert documents_scored(gold, said, "stories")["pairwise"]["f1"] == 1.0


def test_every_line_has_an_id_of_its_own():
    """A missing or repeated id is made one that no other line has; the others stay as they are."""
    given = ["a", "a (line 3)", "a", None, 7, "7", "line 4", "a", ["x"]]
    ids = labelled.told_apart({k: {"id": one} for k, one in enumerate(given)})
    assert ids == [
        "a", "a (line 3)", "a (line 3)'", "line 4'", 7, "7 (line 6)", "line 4", "a (line 8)", ["x"],
    ]  # fmt: skip
    assert labelled.told_apart({11: {}}) == ["line 12"]


def test_an_id_on_two_lines_is_two_articles():
    """Predictions of one id are taken in the order of its lines; too few of them are an error."""
    gold = [{"id": "x", "story": "one"}, {"id": "x", "story": "two"}, {"id": "y", "story": "two"}]
    said = [{"id": "y", "story": "2"}, {"id": "x", "story": "1"}, {"id": "x", "story": "2"}]
    assert documents_scored(gold, said, "stories")["pairwise"]["f1"] == 1.0
    with pytest.raises(BadInput, match=r"'x' \(line 2 of that id\)"):
        documents_scored(gold, said[:2], "stories")


def test_rejected_lines_are_told_and_not_scored():
    """A rejected line is in no group, not even one of its own; where all are, there is no score."""
    gold = documents("x", "x", "x", "y", None)
    said = documents("1", "1", "1", "2", "2")
    for k in (2, 3, 4):
        said[k] = {"id": str(k), "error": "no text"}
    told = documents_scored(gold, said, "stories")
    assert (told["documents"], told["groups"], told["rejected"]) == (2, 1, 3)
    assert told["pairwise"]["recall"] == told["b_cubed"]["f1"] == 1.0
    assert documents_scored(gold[2:], said[2:], "stories") is None


@pytest.mark.parametrize(
    "said",
    [
        [
            {"a_id": "0", "b_id": "1", "relation": "exact"},
            {"a_id": None, "b_id": None, "error": "no text"},
        ],
        [{"id": "0", "story": "s"}, {"id": "1", "story": "s"}, {"id": "2", "error": "no text"}],
    ],
)
def test_rejected_pairs_are_told_and_not_scored(said):
    """A pair that was not judged is no wrong answer."""
    pairs = [pair("0", "1", "SAME"), pair("0", "2", "SAME")]
    told = pairs_scored(pairs, said, "stories")
    assert (told["pairs"], told["yes"], told["rejected"], told["recall"]) == (1, 1, 1, 1.0)


def test_missing_predictions_are_refused():
    """A document nothing is said of is an error, as are predictions without the level."""
    with pytest.raises(BadInput, match="'1'"):
        documents_scored(documents("x", "x"), documents("1")[:1], "stories")
    with pytest.raises(BadInput, match="carry no story"):
        documents_scored(documents("x"), documents("1", field="cluster"), "stories")


def pair(a, b, label):
    return {"a": {"id": a}, "b": {"id": b}, "label": label}


def verdict(a, b, relation):
    return {"a_id": a, "b_id": b, "relation": relation}


def test_pairs_against_verdicts():
    """A verdict of any copy relation is a yes for copies; rewrite and same_story are not."""
    pairs = [pair("1", "2", "reprint"), pair("3", "4", "quotes"), pair("5", "6", "partial")]
    said = [verdict("1", "2", "excerpt"), verdict("3", "4", "near_duplicate")]
    said.append(verdict("5", "6", "rewrite"))
    told = pairs_scored(pairs, said, "copies")
    assert (told["yes"], told["no"]) == (2, 1)
    assert (told["precision"], told["recall"], told["f1"]) == (0.5, 0.5, 0.5)
    assert pairs_scored(pairs, said, "stories") is None


def test_copies_are_of_one_story():
    """For stories a copy is a yes too."""
    pairs = [pair("1", "2", "SAME"), pair("3", "4", "OK"), pair("5", "6", "BAD")]
    said = [verdict("1", "2", "exact"), verdict("3", "4", "same_story"), verdict("5", "6", "none")]
    told = pairs_scored(pairs, said, "stories")
    assert (told["precision"], told["recall"]) == (1.0, 1.0)


def test_pairs_against_groups():
    """Predictions of dedupe answer a pair of ids by sharing a group."""
    pairs = [{"a": "0", "b": "1", "jaccard5": 0.9}, {"a": "0", "b": "2", "jaccard5": 0.9}]
    said = documents("c", "c", "d", field="cluster")
    told = pairs_scored(pairs, said, "copies")
    assert (told["precision"], told["recall"]) == (1.0, 0.5)


def test_ids_that_are_numbers_are_their_digits():
    """Predictions carry ids as text; labels may carry them as numbers."""
    gold = [{**row, "id": int(row["id"])} for row in documents("x", "x", "y")]
    said = documents("1", "1", "2")
    assert documents_scored(gold, said, "stories")["pairwise"]["f1"] == 1.0
    assert documents_scored(gold, said[::-1], "stories")["pairwise"]["f1"] == 1.0
    pairs = [{"a": 0, "b": 1, "jaccard5": 0.9}]
    said = documents("c", "c", field="cluster")
    assert pairs_scored(pairs, said, "copies")["recall"] == 1.0
    (whole,) = labelled.with_documents(pairs, {"0": {"x": 1}, "1": {"x": 2}})
    assert (whole["a"], whole["b"]) == ({"x": 1}, {"x": 2})


def test_pairs_of_the_same_ids_are_told_apart_by_their_lines():
    """Verdicts in the order of the pairs are read line by line, ids or none."""
    pairs = [pair("1", "2", "SAME"), pair("1", "2", "BAD"), {"a": {}, "b": {}, "label": "SAME"}]
    said = [verdict("1", "2", "same_story"), verdict("1", "2", "none")]
    said.append(verdict(None, None, "same_story"))
    told = pairs_scored(pairs, said, "stories")
    assert (told["precision"], told["recall"]) == (1.0, 1.0)


@pytest.mark.parametrize("label", [True, [1], "perhaps"])
def test_a_label_of_no_known_kind_is_refused(label):
    """What is no name and no number is an error, not a guess."""
    with pytest.raises(BadInput, match="is no label"):
        labelled.pair_label({"label": label})


def test_a_group_label_is_text_or_a_number():
    """A list as the label of a group is an error that shows it."""
    with pytest.raises(BadInput, match="is no label"):
        documents_scored([{"id": "1", "story": ["x"]}], documents("1"), "stories")


def test_pairs_of_ids_need_their_documents():
    """An id stands for an article only where the articles are given."""
    with pytest.raises(BadInput, match="--docs"):
        list(labelled.with_documents([{"a": "1", "b": "2"}], None))
    whole = list(labelled.with_documents([{"a": "1", "b": "2"}], {"1": {"x": 1}, "2": {"x": 2}}))
    assert whole == [{"a": {"x": 1}, "b": {"x": 2}}]


def test_the_command_scores_given_predictions(tmp_path, capsys):
    """Evaluate --predictions prints each measure; --json gives the same as data."""
    gold, said = tmp_path / "gold.jsonl", tmp_path / "said.jsonl"
    gold.write_bytes(b"\n".join(map(orjson.dumps, documents("x", "x", "y", "y"))))
    said.write_bytes(b"\n".join(map(orjson.dumps, documents("1", "1", "1", "2"))))
    arguments = ["evaluate", str(gold), "--predictions", str(said)]
    with pytest.raises(SystemExit) as left:
        main.main(arguments)
    assert left.value.code == 0
    assert "precision 0.3333  recall 0.5000" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main.main([*arguments, "--json"])
    told = orjson.loads(capsys.readouterr().out)
    assert told["pairwise"]["precision"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "it is empty"),
        (documents("x", "x", field="cluster"), "has a label that says anything of stories"),
        ([{"a": {}, "b": {}, "label": "reprint"}], "has a label that says anything of stories"),
    ],
)
def test_a_file_of_which_nothing_can_be_scored_fails(tmp_path, capsys, rows, reason):
    """One line says why, the exit code is 1, and neither mistakes nor a page are written."""
    gold, errors, page = (tmp_path / name for name in ("gold.jsonl", "e.jsonl", "r.html"))
    gold.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    outputs = ["--errors", str(errors), "--report", str(page)]
    with pytest.raises(SystemExit) as left:
        main.main(["evaluate", str(gold), "--level", "stories", *outputs])
    assert left.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{gold}: nothing to score: ")
    assert line.endswith(reason)
    assert not errors.exists()
    assert not page.exists()


ONE_FILE = [
    ("evaluate", "X", "--errors", "X"),
    ("evaluate", "X", "--report", "X"),
    ("evaluate", "X", "--report", "L"),
    ("evaluate", "X", "--report", "H"),
    ("evaluate", "X", "--docs", "D", "--errors", "D"),
    ("evaluate", "X", "--predictions", "D", "--errors", "D"),
    ("evaluate", "X", "--errors", "F", "--report", "F"),
    ("evaluate", "X", "--errors", "-", "--report", "-"),
    ("dedupe", "X", "-o", "X"),
    ("dedupe", "L", "-o", "X"),
    ("compare", "X", "-o", "X"),
    ("credits", "X", "-o", "X"),
]


@pytest.mark.parametrize("words", ONE_FILE, ids=" ".join)
def test_no_output_replaces_what_is_read_or_written(tmp_path, monkeypatch, capsys, words):
    """One file under two names is refused as wrong usage before any work; it stays as it was."""
    monkeypatch.chdir(tmp_path)
    for name in ("X", "D"):
        (tmp_path / name).write_bytes(b"no json")
    (tmp_path / "L").symlink_to("X")
    (tmp_path / "H").hardlink_to("X")
    with pytest.raises(SystemExit) as left:
        main.main(list(words))
    assert left.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "would replace a file that is read" in last or "name one file" in last
    assert (tmp_path / "X").read_bytes() == (tmp_path / "D").read_bytes() == b"no json"
    assert not (tmp_path / "F").exists()


def test_streams_may_be_named_twice(tmp_path):
    """Standard input is not standard output, and a device is no file to be lost."""
    options.kept_apart({"--out": "-"}, ["-", None])
    options.kept_apart({"--errors": os.devnull, "--report": os.devnull}, [os.devnull])
    options.kept_apart({"--errors": str(tmp_path / "a"), "--report": None}, [str(tmp_path / "b")])
