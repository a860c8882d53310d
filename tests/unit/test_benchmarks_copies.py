"""The benchmark of copies: its scorer, its reference, its corpus and the peers it is run against."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import orjson
import pytest

from benchmarks import (
    contestants,
    copies,
    lexical,
    publish,
    replication,
    scoreboard,
    scoring,
    sketching,
)
from benchmarks.peers import reading

# Six texts. Wanted: 0-1 (high Jaccard), 0-2 (half), 3-4 (contained). Listed below both: 1-2.
LISTED = [(0, 1, 0.9, 0.95), (2, 0, 0.5, 0.7), (3, 4, 0.2, 0.8), (1, 2, 0.4, 0.6)]
LABELS = ["a", "a", None, "b", "b", "a"]

STORY = (
    "the ferry to the outer islands was cancelled on monday after engineers found a crack in its "
    "rudder and the company said passengers could use the morning boat instead until repairs end"
)


def reference(labels=None):
    return scoring.Reference.of(6, LISTED, labels)


def found(*pairs):
    return scoring.found_codes(np.array(pairs, np.int64).reshape(-1, 2), 6)


def test_everything_found_scores_one():
    """Who finds exactly the wanted pairs has full recall and precision."""
    told = scoring.score(found((0, 1), (0, 2), (4, 3)), reference())
    classes = "jaccard_50", "jaccard_80", "containment_80", "containment_80_below_jaccard_50"
    assert [told[name] for name in classes] == [1.0] * 4
    assert told["pairs"] == dict(zip(classes, [2, 1, 2, 1], strict=True))
    assert told["precision"] == 1.0
    assert (told["found"], told["right"], told["false"]) == (3, 3, 0)


def test_classes_and_precision_by_hand():
    """Missed pairs cost the recall of their classes, unlisted ones precision, listed ones nothing."""
    # Right: 0-1. Neither: 1-2. Wrong: 0-5 and 2-5. Written twice and as a pair with itself: ignored.
    pairs = (1, 0), (0, 1), (5, 5), (2, 1), (0, 5), (5, 2)
    told = scoring.score(found(*pairs), reference(LABELS))
    assert told["jaccard_50"] == 0.5
    assert told["jaccard_80"] == 1.0
    assert told["containment_80"] == 0.5
    assert told["containment_80_below_jaccard_50"] == 0.0
    assert (told["found"], told["false"]) == (4, 2)
    assert told["precision"] == round(1 / 3, 5)
    # 0-5 carry the same silver label, 2 carries none.
    assert told["precision_with_labels"] == round(2 / 3, 5)


def test_nothing_found_has_no_precision():
    """No pair found is a recall of 0 and no precision, not a precision of 1."""
    told = scoring.score(found(), reference())
    assert told["jaccard_50"] == 0.0
    assert told["precision"] is None
    assert "precision_with_labels" not in told


def test_first_texts_have_their_own_reference():
    """The reference of the first texts holds the pairs among them, and scores the same."""
    part = scoring.Reference.of(6, LISTED, LABELS).first(3)
    assert part.n_texts == 3
    assert part.labels == LABELS[:3]
    found_by_them = scoring.found_codes(np.array([[0, 1], [1, 2]]), 3)
    told = scoring.score(found_by_them, part)
    assert told["pairs"]["jaccard_50"] == 2
    assert told["pairs"]["containment_80_below_jaccard_50"] == 0
    assert told["jaccard_50"] == 0.5
    assert told["precision"] == 1.0


def test_checked_precision_forgives_what_the_list_forgot():
    """A pair that is not listed though its texts overlap so much is right, or neither."""
    told = {"right": 3}
    assert scoring.checked_precision(told, [(0.5, 0.6), (0.1, 0.8), (0.2, 0.3), (0.1, 0.4)]) == (
        round(5 / 6, 5)
    )
    assert scoring.checked_precision({"right": 0}, []) is None


def test_clusters_are_all_their_pairs():
    """A cluster of three is three pairs; a text without a cluster is in none."""
    pairs = scoring.together(["c1", None, "c2", "c1", None, "c1"]).tolist()
    assert sorted(pairs) == [[0, 3], [0, 5], [3, 5]]


def test_what_is_wrong_is_named():
    """The pairs behind lost recall and lost precision are told by their places."""
    missed, false = scoring.wrong(found((0, 1), (1, 2), (0, 5)), reference())
    assert missed.tolist() == [[0, 2], [3, 4]]
    assert false.tolist() == [[0, 5]]


def test_curves_count_each_class_once():
    """The Jaccard curve leaves out low pairs wanted for containment; the other holds only low ones."""
    told = scoring.curves(found((0, 1), (3, 4)), reference())
    assert sum(told["jaccard"]["listed"]) == 3
    assert sum(told["jaccard"]["found"]) == 1
    assert sum(told["containment"]["listed"]) == 2
    assert sum(told["containment"]["found"]) == 1


def test_lexical_reference_equals_all_pairs():
    """The inverted index lists what comparing every pair with every other lists."""
    words = STORY.split()
    texts = [
        STORY,
        " ".join(words[8:20]),
        "",
        STORY.replace("monday", "tuesday"),
        "three words only",
        "Three words, only!",
        " ".join(reversed(words)),
        " ".join(words[:16] + list(reversed(words))),
    ]
    sets = [lexical.shingle_set(text) for text in texts]
    expected = {}
    for a, b in combinations(range(len(texts)), 2):
        both = len(sets[a] & sets[b])
        jaccard = both / max(1, len(sets[a] | sets[b]))
        containment = both / max(1, min(len(sets[a]), len(sets[b])))
        if jaccard >= 0.2 or containment >= 0.5:
            expected[a, b] = (jaccard, containment)
    assert {(a, b): (j, c) for a, b, j, c in lexical.listed(texts)} == expected
    assert {(0, 1), (0, 3), (4, 5), (6, 7)} <= expected.keys()


def test_overlap_of_two_texts():
    """Overlap is shared shingles over all and over those of the shorter text; none for no words."""
    words = [f"w{k}" for k in range(14)]
    whole, half = " ".join(words), " ".join([*words[:9], "other"])
    assert lexical.overlap(whole, half) == (round(5 / 11, 4), round(5 / 6, 4))
    assert lexical.overlap(whole, whole) == (1.0, 1.0)
    assert lexical.overlap(whole, "") == (0.0, 0.0)


def test_reading_a_lexical_file(tmp_path):
    """Pairs of articles that are not in the run are left out."""
    path = tmp_path / "pairs.jsonl"
    rows = [("x", "y", 0.5, 0.9), ("x", "z", 0.6, 0.7)]
    path.write_text(
        "".join(
            json.dumps({"a": a, "b": b, "jaccard5": j, "containment5": c}) + "\n"
            for a, b, j, c in rows
        )
    )
    assert list(lexical.read(path, {"x": 4, "y": 2})) == [(4, 2, 0.5, 0.9)]


def test_replicas_keep_copies_and_are_none_of_each_other():
    """Overlap within a replica is that of the original; between replicas little is shared."""
    rows = [
        {"id": "a", "title": "Ferry cancelled", "body": STORY, "url": "https://a.example/1"},
        {"id": "b", "title": None, "body": STORY.replace("monday", "tuesday"), "url": None},
    ]
    grown = list(replication.grown(rows, 5, seed=3))
    assert [row["id"] for row in grown] == ["a", "b", "a+1", "b+1", "a+2"]
    sets = [lexical.shingle_set(row["body"]) for row in grown]
    assert [len(one) for one in sets] == [len(sets[0])] * 5
    assert len(sets[0] & sets[1]) == len(sets[2] & sets[3]) > 0
    for a, b in ((0, 2), (0, 4), (2, 4)):
        assert len(sets[a] & sets[b]) <= 0.2 * len(sets[a])
    assert grown == list(replication.grown(rows, 5, seed=3))
    assert grown[2]["body"] != list(replication.grown(rows, 5, seed=4))[2]["body"]


def test_noise_keeps_the_shape_of_words():
    """Capitals stay capitals, digits stay as many digits, and a word is always the same noise."""
    noise = replication.Noise(seed=1, replica=1, share=1.0)
    assert noise.word("Ferry").istitle()
    assert noise.word("NATO").isupper()
    assert len(noise.word("2019")) == 4
    assert noise.word("2019").isdecimal()
    assert noise.word("Ferry").lower() == noise.word("ferry")
    assert replication.Noise(seed=1, replica=1, share=0.0).text(STORY) == STORY


def test_excerpts_have_the_shingles_asked_for():
    """An excerpt is a run of the text with exactly so many shingles; short texts give none."""
    random = importlib.import_module("random").Random(5)
    long = " ".join(f"word{k}" for k in range(sketching.LONG + 4))
    for shingles in (20, 77, 128):
        cut = sketching.excerpt(long, shingles, random)
        assert len(lexical.shingle_set(cut)) == shingles
        assert cut in long
    assert sketching.excerpt(long.rsplit(" ", 1)[0], 20, random) is None


def test_excerpts_of_distinct_texts_are_found():
    """Whole sketches of excerpts lead from long texts to them, and nearly always back."""
    texts = [" ".join(f"{name}{k}" for k in range(600)) for name in ("ash", "birch", "cedar")]
    told = sketching.excerpts(texts, count=40, seed=2)
    assert told["long_texts"] == 3
    assert [one["in_excerpts"] for one in told["lengths"].values()] == [1.0] * 3
    assert min(one["in_long"] for one in told["lengths"].values()) >= 0.9


def test_shingles_of_peers_are_those_of_the_reference():
    """Peers are given the shingles that the reference is computed from."""
    for text in ("", "One, two", "one two three four five", STORY.upper()):
        expected = {" ".join(shingle) for shingle in lexical.shingle_set(text)}
        assert set(reading.shingles(text)) == expected


@pytest.mark.parametrize(
    "peer",
    [
        pytest.param(one, id=one.name)
        for one in contestants.CONTESTANTS
        if one.module.startswith("benchmarks.peers.") and one.name != "minilm_faiss"
    ],
)
def test_peers_find_a_copy_and_leave_the_rest(peer):
    """A peer that is installed pairs two equal texts, and neither strangers nor empty texts."""
    pytest.importorskip(peer.needs)
    other = " ".join(reversed(STORY.replace("e", "o").split()))
    texts = [STORY, "", other, STORY, ""]
    module = importlib.import_module(peer.module)
    assert {tuple(sorted(pair)) for pair in module.pairs(iter(texts))} == {(0, 3)}


def test_a_peer_that_is_absent_says_so():
    """A contestant whose library is missing gives the reason and the command that mends it."""
    absent = contestants.Contestant(name="x", label="x", module="x", needs="no_such_library_x")
    assert "[bench]" in absent.missing
    assert contestants.SAMESTORY.missing is None


def test_launcher_counts_another_process(tmp_path):
    """CPU time and memory are those of the command, with its exit code and its output in the log."""
    burn = "import sys; x = bytearray(60 * 2**20); sum(range(3_000_000)); print('hi'); sys.exit(3)"
    log = tmp_path / "log"
    launch = [sys.executable, "-I", "-S", str(contestants.LAUNCHER), str(log)]
    done = subprocess.run([*launch, sys.executable, "-c", burn], capture_output=True, check=True)
    told = orjson.loads(done.stdout)
    assert told["exit"] == 3
    assert log.read_text() == "hi\n"
    assert 60 < told["peak_mib"] < 120
    assert 0 < told["cpu_seconds"] < 20


def test_exponent_of_linear_growth_is_one():
    """The exponent compares the second size with the last; start-up at the first does not count."""
    sizes = {
        str(size): {"cpu_seconds": seconds}
        for size, seconds in ((5, 9.0), (20, 2.0), (50, 5.0), (100, 10.0))
    }
    assert copies._exponent(sizes, "cpu_seconds") == 1.0


def test_unknown_peers_are_refused():
    """A mistyped peer ends the run before anything is measured."""
    with pytest.raises(SystemExit, match="no such peer: rnsa"):
        copies._chosen(SimpleNamespace(peers="rnsa", slow_articles=None))


def test_scoreboard_never_rounds_up_to_all():
    """What is not all is never shown as 1.000, and what was not measured is left blank."""
    assert [scoreboard._share(value) for value in (1.0, 0.9996, 0.95, 0.0, None)] == [
        "1.000",
        ".99960",
        ".950",
        ".000",
        "",
    ]


def test_publishing_replaces_only_what_is_marked(tmp_path):
    """The page around the marks stays; a page without marks is refused."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{publish.BEGIN}\nold\n{publish.END}\nafter\n")
    publish.publish(page, "new \\1")
    assert page.read_text() == f"before\n{publish.BEGIN}\nnew \\1\n{publish.END}\nafter\n"
    page.write_text("nothing")
    with pytest.raises(ValueError, match="needs"):
        publish.publish(page, "new")
