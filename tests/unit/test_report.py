"""Mistakes as rows and as a page: what went wrong, by which pairs, by which evidence."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import click
import numpy as np
import orjson
import pytest

from api import evaluated, reasons
from api.cli import main, text
from api.labelled import aligned
from api.report import page
from api.report.plots import plots
from api.watched import Pair
from dedupe.attribution import grouped
from dedupe.counterfactual import why, why_matched
from dedupe.evidence.event import FEATURE_NAMES
from dedupe.model import Evidence, Match, Relation
from dedupe.moves import Change, Move

HOSTILE = '<script>alert("x")</script>\'"><img src=x onerror=y>&amp;'
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Model:
    """One event, the more names they share."""

    def p_same_story(self, features):
        return np.clip(features[:, FEATURE_NAMES.index("name_cosine")] + 0.1, 0.0, 1.0)


class Page(HTMLParser):
    """Every element with its attributes; ends must meet their starts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def rows(*groups, title="Harbour"):
    return [
        {"id": str(k), "title": f"{title} {k}", "source": "Herald", "story": group}
        for k, group in enumerate(groups)
    ]


class Looked:
    """What a run would have seen: p by position, no evidence."""

    same_from = 0.2

    def __init__(self, p):
        self.p = np.array(p)

    def candidates(self, rows):
        left, right = np.triu_indices(len(self.p), 1)
        return left, right, self.p[left, right]

    def p_same_story(self, left, right):
        return self.p[left, right]

    def pairs(self, left, right):
        return [None] * len(left)

    def hours(self, rows):
        return np.array([24.0 * row if row % 4 else np.nan for row in rows])


def scored(title="Harbour", seen=None):
    """Five articles of two stories: x is split, and its last one lies with y."""
    gold = rows("x", "x", "x", "y", "y", title=title)
    said = rows("1", "1", "2", "2", "2")
    return evaluated.documents(gold, said, "stories", seen, calibrated=seen is not None)


@pytest.mark.parametrize(
    ("p", "says"),
    [(0.2, "these two agree, their groups do not (mean 0.20)"), (0.19, "too little in common")],
)
def test_two_agree_from_the_border_of_one_story_on(p, says):
    """A pair that reaches the threshold of stories agrees, though it is far from certain."""
    seen = Looked([[1.0, p], [p, 1.0]])
    seen.pairs = lambda left, right: [
        Pair(p_same_story=p, p_same_text=0.0, overlap=0.0, weights=()) for _ in left
    ]
    split = evaluated.documents(rows("x", "x"), rows("1", "2"), "stories", seen, calibrated=False)
    ((joint,),) = (error["joints"] for error in split.errors)
    assert joint["says"].startswith(says)


def wrong_pair(title="Harbour"):
    features = dict.fromkeys(FEATURE_NAMES, 0.0) | {"name_cosine": 0.5, "has_names": 1.0}
    match = Match(
        article_id="b",
        relation=Relation.SAME_STORY,
        p_same_text=0.0,
        p_same_story=0.6,
        evidence=Evidence(
            overlap=0.0,
            contains=0.0,
            contained=0.0,
            lede_cosine=None,
            hours_apart=None,
            features=features,
        ),
    )
    pair = {"a": {"id": "a", "title": title}, "b": {"id": "b", "title": "Other"}, "label": "BAD"}
    said = [{"a_id": "a", "b_id": "b", "relation": "same_story"}]
    taken_apart = partial(why_matched, Model(), same_from=0.5)
    return evaluated.pairs([pair], said, "stories", [match], taken_apart, lines=[7])


def test_mistakes_are_told_with_their_articles():
    """A split and a merged story are rows with sizes, articles hurt and every article."""
    one = scored()
    assert one.figures["errors"] == {
        "whole": 0,
        "split": 1,
        "merged": 1,
        "found": 2,
        "hurt_by_splits": 1,
        "hurt_by_merges": 1,
    }
    split, merged = one.errors
    assert (split["kind"], split["group"], split["size"], split["hurt"]) == ("split", "x", 3, 1)
    assert [[a["id"] for a in part["articles"]] for part in split["parts"]] == [["0", "1"], ["2"]]
    assert [(part["group"], part["size"]) for part in merged["parts"]] == [("y", 2), ("x", 1)]
    assert merged["joints"] == []
    assert one.figures["calibration"] is None


def test_the_strongest_wrong_pair_is_told():
    """Of a merged story the pair that agrees best across its labels is told, with the mean."""
    p = np.full((5, 5), 0.2)
    p[2, 4] = p[4, 2] = 0.8
    split, merged = scored(seen=Looked(p)).errors
    (joint,) = merged["joints"]
    assert (joint["a"]["id"], joint["b"]["id"], joint["mean"]) == ("2", "4", 0.5)
    (joint,) = split["joints"]
    assert (joint["a"]["id"], joint["mean"], joint["pairs"]) == ("2", 0.2, 2)


def test_candidate_pairs_are_held_against_the_labels():
    """Calibration is of the labelled pairs that were judged."""
    p = np.where(np.equal.outer(list("xxxyy"), list("xxxyy")), 1.0, 0.0)
    found = scored(seen=Looked(p)).figures["calibration"]
    assert (found["pairs"], found["same"], found["brier"]) == (10, 4, 0.0)
    assert found["expected_calibration_error"] == 0.0
    assert sum(one["pairs"] for one in found["bins"]) == 10


def test_a_wrong_pair_is_told_with_its_reasons():
    """A pair answered wrongly has its line, its verdict and what would have turned it."""
    (row,) = wrong_pair().errors
    assert (row["kind"], row["line"], row["label"], row["p_same_story"]) == ("wrong", 7, "BAD", 0.6)
    (change,) = row["why"]["changes"]
    assert change["says"] == "with names .35 alike instead of .50: no (.45)"
    (heaviest, *_) = row["why"]["contributions"]
    assert heaviest["evidence"] == "names"
    assert heaviest["log_odds"] == pytest.approx(np.log(0.6 / 0.4) - np.log(0.1 / 0.9), abs=1e-3)


def test_wrong_pairs_are_found_without_a_verdict():
    """Pairs of given predictions that nobody judged are told without evidence."""
    pairs = [{"a": "1", "b": "2", "label": "SAME"}]
    said = [{"id": "1", "story": "s1"}, {"id": "2", "story": "s2"}]
    one = evaluated.pairs(pairs, said, "stories", None, None, lines=[1])
    (row,) = one.errors
    assert (row["kind"], row["p_same_story"], row["why"]) == ("missed", None, None)
    assert evaluated.wrongly_answered(pairs, said, ["stories"]) == [0]


def test_what_is_involved_in_mistakes():
    """The documents of split and merged groups, and no others, are looked at again."""
    gold, said = rows("x", "x", None, "y", "z"), rows("1", "2", "2", "3", "4")
    assert evaluated.involved(gold, aligned(gold, said), ["stories"]) == [0, 1]


def test_the_page_fetches_nothing_and_runs_nothing():
    """The report is whole in itself: no script, no reference to anything but its own parts."""
    p = np.full((5, 5), 0.2)
    text = page([("a.jsonl", scored(seen=Looked(p))), ("b.jsonl", wrong_pair())])
    found = Page(text)
    assert found.open == []
    tags = {tag for tag, _ in found.elements}
    assert "svg" in tags
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "image"}
    names = [value for _, attributes in found.elements if (value := attributes.get("id"))]
    assert len(names) == len(set(names))
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "xlink:href", "src", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    targets = re.findall(r'(?:url\(|href=")([^)"]*)', text)
    assert targets
    assert {target[1:] for target in targets} <= set(names)
    assert "@import" not in text


def test_titles_of_strangers_are_text():
    """Markup in a title, a file name or a label is shown, not obeyed."""
    done = [(HOSTILE, scored(title=HOSTILE)), ("b", wrong_pair(title=HOSTILE))]
    text = page(done)
    found = Page(text)
    assert "<script" not in text
    assert not {"script", "img"} & {tag for tag, _ in found.elements}
    assert HOSTILE in "".join(found.text)


def test_plots_take_the_colours_of_the_page():
    """Each drawing is well-formed, scales, and writes in the colour of the text around it."""
    drawn = plots(scored(seen=Looked(np.full((5, 5), 0.4))), name="p1")
    assert len(drawn) == 5
    for plot in drawn:
        root = ET.fromstring(plot.svg)
        assert "width" not in root.attrib
        assert "viewBox" in root.attrib
        assert "currentColor" in plot.svg
        assert "#010203" not in plot.svg
    assert [plot.svg for plot in plots(scored(seen=Looked(np.full((5, 5), 0.4))), name="p1")] == [
        plot.svg for plot in drawn
    ]


def test_reasons_as_a_person_reads_them():
    """Explain prints a bar for each kind of evidence, on the side that it speaks for."""
    (row,) = wrong_pair().errors
    evidence = {"lede_cosine": 0.5, "passages": []}
    told = {"relation": "none", "p_same_text": 0.0, "p_same_story": 0.6, "evidence": evidence}
    said = click.unstyle(text.match({**told, "why": row["why"]}))
    assert re.search(r"names +\+2\.60 +\|\+{5} +name cosine \.50$", said, re.MULTILINE)
    assert re.search(r"otherwise +with names \.35 alike instead of \.50: no \(\.45\)", said)
    assert re.match(" +so +the smallest change to another story", said.splitlines()[-1])
    assert "otherwise" not in text.match(told)


def test_without_matplotlib_the_command_says_what_to_install(monkeypatch, tmp_path, capsys):
    """--report without its extra is refused before any work, in one line with the command."""
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(b"{}\n")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit) as left:
        main.main(["evaluate", str(gold), "--report", str(tmp_path / "r.html")])
    assert left.value.code == 2
    assert ".[report]" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "r.html").exists()


def test_all_evidence_is_put_into_words():
    """Every kind of evidence says something, whether nothing, anything or all of it is known."""
    for value in (0.0, 0.5, 1.0):
        for flag in (0.0, 1.0):
            for group, at in grouped().items():
                names = [FEATURE_NAMES[k] for k in at]
                found = {name: flag if name.startswith("has_") else value for name in names}
                assert reasons.evidence(group, found).strip(), (group, value, flag)
    assert reasons.evidence("quotes", {"quote_mass": 2.0, "has_quotes": 1.0}) == "quotes in common"
    assert (
        reasons.evidence("quotes", {"quote_mass": 0.0, "has_quotes": 1.0}) == "no quotes in common"
    )
    assert (
        reasons.evidence("quotes", {"quote_mass": 0.0, "has_quotes": 0.0}) == "not both have quotes"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("names", Move.LESS, 0.42, 0.0), "with no names in common"),
        (("ledes", Move.MORE, 0.15, 0.25), "with ledes .25 alike instead of .15"),
        (("numbers", Move.MORE, None, 0.4), "if both had numbers, .40 alike"),
        (("time", Move.FARTHER, 0.2, 3.0), "with publication 3 days apart instead of 0.2"),
        (("time", Move.KNOWN, None, 2.0), "if both were dated, 2 days apart"),
        (("time", Move.UNKNOWN, 7.0, None), "with publication unknown"),
        (("days", Move.NEARER, 12.0, 1.5), "with the days they name 1.5 days apart instead of 12"),
        (("outlets", Move.SET, 0.0, 1.0), "if one outlet had both"),
        (("weekdays", Move.UNSET, 1.0, 0.0), "if both named other weekdays"),
    ],
)
def test_changes_in_words(change, says):
    """Each kind of change is said so that a reader can picture it."""
    group, move, before, after = change
    told = Change(group=group, move=move, before=before, after=after, columns={}, size=0.1, p=0.2)
    assert reasons.changed(told) == says
    assert reasons.change(told, 0.5)["says"] == f"{says}: no (.20)"


def test_a_probability_shows_its_side():
    """A change that just does not do is not rounded to one that does."""
    change = Change(
        group="outlets", move=Move.SET, before=0.0, after=1.0, columns={}, size=1.0, p=0.4969
    )
    assert reasons.change(change, 0.5)["says"] == "if one outlet had both: no (.497)"
    assert reasons.change(replace(change, p=0.5), 0.5)["says"].endswith("yes (.50)")


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"name_cosine": 0.5, "has_names": 1.0}, "the smallest change to another story: with"),
        ({"name_cosine": 0.2, "has_names": 1.0}, "the smallest change to one story: with names"),
    ],
)
def test_the_conclusion_says_what_would_do(features, says):
    """The last word names the smallest change, or that the text decides."""
    assert reasons.conclusion(why(Model(), features, same_from=0.5)).startswith(says)
    copies = reasons.conclusion(why(Model(), features, same_from=0.5, p_same_text=0.9))
    assert copies.startswith("the text they share")


def test_errors_of_given_predictions_are_written(tmp_path, monkeypatch, capsys):
    """--errors without mistakes runs no pipeline and writes an empty file."""
    gold, out = tmp_path / "gold.jsonl", tmp_path / "errors.jsonl"
    gold.write_bytes(b"\n".join(map(orjson.dumps, rows("x", "y"))))
    arguments = ["evaluate", str(gold), "--predictions", str(gold), "--errors", str(out), "--json"]
    with pytest.raises(SystemExit) as left:
        main.main(arguments)
    assert left.value.code == 0
    assert out.read_bytes() == b""
    told = orjson.loads(capsys.readouterr().out)
    assert told["errors"]["whole"] == 2
