"""The benchmark of stories: sets, peers, folds, pairs, calibration, and a whole quick run."""

from __future__ import annotations

import argparse
import json
import pkgutil
from dataclasses import replace

import networkx as nx
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import bootstrap
from api.shipped import verdicts
from benchmarks import (
    machine,
    publish,
    stories,
    story_board,
    story_calibration,
    story_folds,
    story_pairs,
    story_peers,
    story_runs,
    story_sets,
    story_speed,
)
from dedupe.neighbourhood import Edges
from dedupe.settings import Settings
from index.encoder_hashed import HashedEncoder

FERRY = "The ferry to the outer islands stays in port after engineers found a crack in its rudder."
TRAM = "A tram left the rails near the old market hall and two passengers were taken to hospital."


def hashed():
    return story_sets.KeptVectors(HashedEncoder())


def row(name, body, **more):
    return {"id": name, "title": None, "body": body, "source": None, "published": None, **more}


def test_labels_are_not_given_away_and_names_are_unique():
    """Rows lose what tells the answer, and articles that a file names alike get ids of their own."""
    told = [
        row("a", FERRY, story="s", cluster="c", split="x", kind="copy", of="b"),
        row("a", TRAM, story="t"),
        row(None, TRAM, story="t"),
    ]
    rows = story_sets.unlabelled(told)
    assert [one["id"] for one in rows] == ["a", "a (line 2)", "line 3"]
    assert not any(set(one) & set(story_sets.LABELS) for one in rows)
    found = story_sets.story_set("made", told, hashed())
    assert found.stories == ("s", "t", "t")
    assert len(set(found.ids)) == 3
    assert not found.dated


def test_vectors_are_those_of_the_ledes():
    """An article's vector is what the encoder makes of its lede; one that is refused has zeros."""
    encoder = hashed()
    found = story_sets.story_set("made", [row("a", FERRY), row("b", "...")], encoder)
    assert np.array_equal(found.vectors[0], HashedEncoder().encode([FERRY])[0])
    assert not found.vectors[1].any()
    assert found.ids[1] is None


def test_vectors_are_kept_from_run_to_run(tmp_path):
    """What was embedded once comes from the file, bit by bit, and is not embedded again."""

    class Counting(HashedEncoder):
        asked = 0

        def encode(self, texts):
            Counting.asked += len(texts)
            return super().encode(texts)

    first = story_sets.KeptVectors(Counting(), tmp_path / "kept.npz")
    made = first.encode([FERRY, TRAM, FERRY])
    first.save()
    second = story_sets.KeptVectors(Counting(), tmp_path / "kept.npz")
    assert np.array_equal(second.encode([TRAM, FERRY]), made[[1, 0]])
    assert Counting.asked == 2


def test_date_order_is_file_order_without_dates():
    """Articles arrive by date where the set has dates, else in the order of the file."""
    days = ["2024-03-03", "2024-03-01", "2024-03-02"]
    dated = [row(day, FERRY, published=day) for day in days]
    assert story_sets.story_set("made", dated, hashed()).in_date_order().tolist() == [1, 2, 0]
    undated = story_sets.without_dates(story_sets.story_set("made", dated, hashed()))
    assert undated.in_date_order().tolist() == [0, 1, 2]
    assert all(one["published"] is None for one in undated.rows)


def test_followers_of_the_generator_share_a_story():
    """A made-up article is in the story of what it follows, through any number of followers."""
    rows = {one["id"]: one for one in story_sets.made_up(1, 200)}
    followers = [one for one in rows.values() if one["of"]]
    assert followers
    assert all(one["story"] == rows[one["of"]]["story"] for one in followers)
    assert all(one["story"] == one["id"] for one in rows.values() if not one["of"])


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_single_link_is_connected_components(seed, threshold):
    """Cutting the single-link tree at a threshold gives the components of networkx's graph."""
    vectors = np.random.default_rng(seed).normal(size=(12, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    groups = story_peers.linked(cosines, "single")(threshold)
    graph = nx.Graph(zip(*np.nonzero(cosines >= threshold), strict=True))
    graph.add_nodes_from(range(12))
    parts = {frozenset(part) for part in nx.connected_components(graph)}
    assert {frozenset(np.flatnonzero(groups == g).tolist()) for g in set(groups)} == parts


def test_average_link_joins_at_the_mean():
    """Two groups join where the mean of all cosines between them reaches the threshold."""
    cosines = np.array([[1, 0.9, 0.6], [0.9, 1, 0.4], [0.6, 0.4, 1]])
    grouped = story_peers.linked(cosines, "average")
    assert len(set(grouped(0.5))) == 1
    assert len(set(grouped(0.51))) == 2
    assert len(set(grouped(0.95))) == 3


@pytest.mark.model
def test_communities_cover_everybody():
    """Who is in no community is alone; who is, lies with those its centre reaches."""
    vectors = HashedEncoder().encode([FERRY, TRAM, FERRY + " Repairs last.", "Rain."])
    groups = story_peers.communities(vectors)(0.7).tolist()
    assert groups[0] == groups[2]
    assert len(set(groups)) == 3


def test_threshold_is_chosen_on_the_others():
    """The threshold of a set is best in the mean of the others; its own scores play no part."""
    scores = {"a": [0.9, 0.1, 0.1], "b": [0.2, 0.5, 0.4], "c": [0.2, 0.3, 0.6], "a_2": [1, 0, 0]}
    assert story_peers.chosen_elsewhere(scores, "a") == 2
    assert story_peers.chosen_elsewhere(scores, "b") == 0
    assert story_peers.chosen_elsewhere({"a": [1.0], "a_2": [0.5]}, "a") is None


def test_models_left_out_are_read_by_name_then_by_family(tmp_path):
    """A fold is that of the set, else of its family, else none; it changes the event model only."""
    shipped = verdicts()
    told = json.loads(pkgutil.get_data("dedupe", "data/verdicts.json"))["story"]
    (tmp_path / "one.json").write_bytes(orjson.dumps({**told, "intercept": 7.0}))
    (tmp_path / "one_two.json").write_bytes(orjson.dumps({"story": {**told, "intercept": 8.0}}))
    of = {name: story_folds.left_out(name, tmp_path) for name in ("one_two", "one_three", "two")}
    assert of["two"] is None
    nothing = np.zeros((1, len(shipped.story.features)))
    assert of["one_three"].story.logit(nothing) - 7 == of["one_two"].story.logit(nothing) - 8
    assert of["one_two"].undated == shipped.undated


def test_pairs_are_read_as_evaluate_reads_them():
    """Labels that speak of no event are left out; cosines and days are those of the pair."""
    twins = {"a": row("1", FERRY), "b": row("2", FERRY), "label": "SAME"}
    others = {
        "a": row("3", FERRY, published="2024-03-01T00:00:00Z"),
        "b": row("4", TRAM, published="2024-03-02T12:00:00Z"),
        "label": 4,
    }
    neither = {"a": row("5", FERRY), "b": row("6", TRAM), "label": 2.5}
    copies = {"a": row("7", FERRY), "b": row("8", FERRY), "label": "reprint"}
    one = story_pairs.pair_set("made", [twins, others, neither, copies], hashed())
    assert one.gold.tolist() == [True, False]
    assert one.minilm[0] == pytest.approx(1.0)
    assert one.tfidf[0] == pytest.approx(1.0)
    assert one.tfidf[1] < 0.3
    assert np.isnan(one.days[0])
    assert one.days[1] == 1.5


def test_days_rule_lets_undated_pairs_pass():
    """Days apart only forbid: a pair without two dates is judged by its cosine alone."""
    one = story_pairs.PairSet(
        name="made",
        pairs=(),
        gold=np.array([True, True, False]),
        minilm=np.array([0.9, 0.9, 0.9]),
        tfidf=np.zeros(3),
        days=np.array([np.nan, 0.4, 2.5]),
    )
    rule = next(rule for rule in story_pairs.RULES if rule.name == "days")
    answers = dict(zip(rule.settings, rule.answers(one), strict=True))
    assert answers["0.90, 0.5 days"].tolist() == [True, True, False]
    assert answers["0.90, inf days"].tolist() == [True, True, True]
    assert answers["0.91, inf days"].tolist() == [False, False, False]
    told = story_pairs.scores([one])["days"]["sets"]["made"]
    assert (told["f1"], told["oracle_f1"]) == (None, 1.0)


def test_calibration_error_by_hand():
    """ECE is the mean distance of what was said from what was seen, over bins of equal mass."""
    p = np.array([0.1] * 10 + [0.8] * 10)
    yes = np.array([True] * 2 + [False] * 8 + [True] * 7 + [False] * 3)
    told = story_calibration.reliability(p, yes, bins=2)
    assert told["ece"] == pytest.approx((0.1 + 0.1) / 2)
    brier = (2 * 0.81 + 8 * 0.01 + 7 * 0.04 + 3 * 0.64) / 20
    assert told["brier"] == pytest.approx(brier)
    assert told["brier_of_share"] == pytest.approx(0.45 * 0.55, abs=1e-4)
    assert (told["said"], told["seen"]) == ([0.1, 0.8], [0.2, 0.7])


def test_candidate_pairs_count_where_both_are_labelled():
    """A judged pair is right or wrong by its labels; without two labels it is not counted."""
    told = [row(name, TRAM, story=label) for name, label in zip("abcd", "sstt", strict=True)]
    told[3]["story"] = None
    found = story_sets.story_set("made", told, hashed())
    grouped = story_runs.Grouped(
        stories=("1",) * 4,
        ids=tuple(reversed(found.ids)),
        edges=Edges(left=np.array([2, 1, 0]), right=np.array([3, 2, 1]), p=np.array([0.9, 0.2, 1])),
    )
    p, yes = story_calibration.of_candidates(found, grouped)
    assert p.tolist() == [0.9, 0.2]
    assert yes.tolist() == [True, False]


def test_online_and_bulk_are_the_real_service():
    """Copies posted in any order lie in one story, as they do in a file; others lie apart."""
    rows = [row(f"{n}", text, published="2024-03-01") for n, text in enumerate([FERRY, TRAM] * 2)]
    encoder = hashed()
    grouped = story_runs.in_bulk(rows, encoder)
    assert grouped.stories[0] == grouped.stories[2] != grouped.stories[1] == grouped.stories[3]
    assert len(grouped.ids) == 4
    posted = story_runs.online(rows, np.array([3, 0, 2, 1]), encoder)
    assert posted[0] == posted[2] != posted[1] == posted[3]


def test_left_out_verdicts_reach_every_path():
    """What is judged inside is judged by the verdicts given, and by the shipped ones after."""
    encoder, shipped = hashed(), verdicts()
    other = replace(shipped, version="other")
    with story_runs.judged_by(encoder, other):
        assert bootstrap.judging(Settings()).verdicts is other
        assert bootstrap.encoder(None) is encoder
    assert bootstrap.judging(Settings()).verdicts.version == shipped.version


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """All figures of a quick run with the hashed encoder, and the file they are kept in."""
    results = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(machine, "RESULTS", results)
        patched.setattr(story_speed, "PROBES", 10)
        patched.setattr(stories, "QUICK", 24)
        patched.setattr(stories, "QUICK_SPEED", 40)
        # Importing sentence_transformers alone takes seconds; it has a test of its own.
        swift = [peer for peer in story_peers.PEERS if peer.name != "communities"]
        patched.setattr(story_peers, "PEERS", swift)
        patched.setattr("sys.argv", ["stories", "--quick", "--model", "hashed"])
        stories.main()
    return results / "stories-quick.json"


def test_quick_run_measures_every_part(quick):
    """Without any data the benchmark runs all its parts over made-up articles and keeps figures."""
    result = orjson.loads(quick.read_bytes())
    figures = result["figures"]
    assert set(figures) == {*stories.PARTS, "load_before", "load_after"}
    assert result["settings"]["data"] == ["generator-1", "generator-2"]
    methods = figures["contest"]["methods"]
    assert set(methods) == {peer.name for peer in story_peers.PEERS} - {"communities"} | {"shipped"}
    for told in methods.values():
        for scored in told["sets"].values():
            assert 0 < scored["f1"] <= scored.get("oracle", scored)["f1"] <= 1
    for told in figures["online"].values():
        furthest = max(abs(one["f1"] - told["batch"]["f1"]) for one in told["orders"].values())
        assert told["spread"] == pytest.approx(furthest, abs=1e-4)
    pooled = figures["calibration"]["shipped"]["pooled"]
    assert pooled["pairs"] == sum(
        told["pairs"]
        for name, told in figures["calibration"]["shipped"].items()
        if name in result["settings"]["data"]
    )
    assert 0 < figures["speed"]["bulk"]["of_embedding"] < 1
    assert figures["speed"]["online"]["probes"] == 10


def test_missing_data_is_named(quick, tmp_path, capsys):
    """Files and folds that are not there are named, and what is left is measured."""
    assert quick.exists()
    given = argparse.Namespace(
        files=[], data=tmp_path, folds=tmp_path, articles=6, quick=False, cache=None, model="hashed"
    )
    bench = stories.Bench(given)
    assert bench.made_up
    assert bench.hows() == ["shipped"]
    said = capsys.readouterr().out
    assert f"skipped: {tmp_path / 'fnc1.jsonl.gz'} is not there" in said
    assert "no model left out for generator-1" in said


def test_tables_say_what_the_figures_say(quick):
    """Every part has its table or its sentences, with the figures in them."""
    figures = orjson.loads(quick.read_bytes())["figures"]
    told = story_board.everything(figures)
    f1 = figures["contest"]["methods"]["shipped"]["sets"]["generator-2"]["f1"]
    assert f"{f1:.3f}".removeprefix("0") in story_board.contest(figures["contest"])
    assert "40 articles, start-up left out" in told
    assert "Posted one by one" in story_board.in_short(figures)
    lines = [line for line in told.splitlines() if line.startswith("|")]
    heads = [k for k, line in enumerate(lines) if line.startswith("| ---")]
    assert len(heads) == 5
    assert all(line.count("|") == lines[0].count("|") for line in lines[: heads[1] - 1])


def test_stories_are_published_between_their_marks(quick, tmp_path):
    """A page gets the stories between their own marks; those of copies stay as they are."""
    page = tmp_path / "page.md"
    marks = "<!-- copies -->\nkept\n<!-- end of copies -->\n"
    page.write_text(f"{marks}<!-- stories -->\nold\n<!-- end of stories -->\n")
    publish.publish(page, publish.stories_long(quick), publish.STORIES)
    written = page.read_text()
    assert written.startswith(marks)
    assert "old" not in written
    assert "generator-1, generator-2" in written
    assert "encoder hashed-1-256" in publish.stories_short(quick)


def test_plots_hold_every_method_and_set(quick):
    """The contest has a line a method, reliability a line a set; the same figures, the same file."""
    pytest.importorskip("matplotlib")
    from benchmarks import story_plots

    contest, reliability = story_plots.draw(quick)
    drawn = contest.read_bytes()
    assert all(
        told["label"].replace("*", "").encode() in drawn
        for told in orjson.loads(quick.read_bytes())["figures"]["contest"]["methods"].values()
    )
    assert b"pooled (ECE" in reliability.read_bytes()
    assert story_plots.draw(quick)[0].read_bytes() == drawn
