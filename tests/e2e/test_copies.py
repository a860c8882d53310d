"""``dedupe --level copies`` over made-up words: the clusters are those of an exact oracle."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import orjson
import pytest

from api import bootstrap
from api.config import Config

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "sta", "lin")]


def job(**given):
    config = Config.load(model="hashed")
    return bootstrap.batch(
        config, stories=False, progress=lambda items, label: iter(items), **given
    )


def dedupe(rows, **given):
    lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in rows]
    return list(job(**given).dedupe(lines, level="copies"))


def article(name, body, **more):
    return {"id": name, "source": f"Paper {name}", "title": f"Title {name}", "body": body, **more}


def text(chance, n):
    """A text of n made-up words in sentences."""
    return " ".join(chance.choice(WORDS) + ("." if k % 12 == 11 else "") for k in range(n))


def edited(body, chance, every):
    """The body with one word in so many replaced."""
    words = body.split()
    for k in range(chance.randrange(every), len(words), every):
        words[k] = chance.choice(WORDS)
    return " ".join(words)


def shingles(body):
    words = [word.strip(".") for word in body.split()]
    return {tuple(words[k : k + 5]) for k in range(len(words) - 4)}


@pytest.fixture(scope="module")
def corpus():
    """Texts of which some are exact copies, edits or excerpts of others."""
    chance = random.Random(20)
    rows, family = [], {}
    for k in range(150):
        body = text(chance, chance.choice((60, 130, 400, 900)))
        made = {"whole": body}
        if k % 3 == 0:
            made["equal"] = body
            made["edited"] = edited(body, chance, 40)
        if k % 5 == 0:
            words = body.split()
            made["excerpt"] = " ".join(words[len(words) // 3 : len(words) // 3 + 50])
        for kind, one in made.items():
            name = f"{k}-{kind}"
            day = f"2024-03-{chance.randrange(1, 29):02}"
            rows.append(article(name, one, published=day))
            family[name] = (k, shingles(one))
    chance.shuffle(rows)
    return rows, family


def groups(rows):
    found = {}
    for row in rows:
        found.setdefault(row["cluster"], set()).add(row["id"])
    return {frozenset(names) for names in found.values()}


def test_clusters_are_those_of_exact_overlap(corpus):
    """Texts that share half of both or nearly all of one lie together, strangers never."""
    rows, family = corpus
    together = groups(dedupe(rows))
    names = list(family)
    for i, a in enumerate(names):
        for b in names[:i]:
            (k, ours), (h, theirs) = family[a], family[b]
            shared = len(ours & theirs)
            jaccard = shared / len(ours | theirs)
            smaller, larger = sorted((len(ours), len(theirs)))
            copy = jaccard >= 0.5 or (shared >= 0.8 * smaller and smaller >= 0.1 * larger)
            found = any({a, b} <= group for group in together)
            # Versions of one text may be together by their agreement with a third.
            assert found == copy or (found and k == h), (a, b, jaccard)


def test_the_number_of_processes_changes_nothing(corpus):
    """One process and two write the same rows."""
    rows, _ = corpus
    assert dedupe(rows) == dedupe(rows, jobs=2)


def test_the_order_of_the_lines_changes_nothing_but_labels(corpus):
    """The same texts in another order make the same clusters, relations and canonicals."""
    rows, _ = corpus
    one, other = dedupe(rows), dedupe(rows[::-1])
    assert groups(one) == groups(other)
    told = [{row.pop("id"): row for row in said if row.pop("cluster")} for said in (one, other)]
    assert told[0] == told[1]


def test_both_levels_find_the_same_clusters(corpus):
    """Texts that pass once and texts that are all held make the same clusters."""
    rows, _ = corpus
    config = Config.load(model="hashed")
    both = bootstrap.batch(config, stories=True, progress=lambda items, label: iter(items))
    held = both.dedupe([orjson.dumps(row) for row in rows], level="both")
    assert groups(dedupe(rows)) == groups(held)


@pytest.mark.parametrize("words", [70, 300])
def test_a_crowd_of_near_copies_is_one_cluster(words):
    """Two hundred versions of one text, an excerpt of it and other texts come out apart."""
    chance = random.Random(words)
    body = text(chance, words)
    versions = [body + f" Desk {k} {WORDS[k]}." for k in range(200)]
    excerpt = " ".join(body.split()[: words * 3 // 4])
    others = [text(chance, words) for _ in range(30)]
    rows = [article(str(k), one) for k, one in enumerate([*versions, excerpt, *others])]
    for order in (rows, rows[::-1]):
        found = groups(dedupe(order))
        assert found == {frozenset(map(str, range(201)))} | {
            frozenset({str(k)}) for k in range(201, 231)
        }


def test_a_digest_of_a_crowd_is_none_of_it():
    """A text made up of two others, of which one has many near-copies, joins neither."""
    chance = random.Random(3)
    one, other = text(chance, 200), text(chance, 200)
    rows = [article(f"a{k}", f"{one} Desk {k} {WORDS[k]}.") for k in range(100)]
    rows += [article("b", other), article("both", f"{one} {other}")]
    crowd = {f"a{k}" for k in range(100)}
    assert groups(dedupe(rows)) == {frozenset(crowd), frozenset({"b"}), frozenset({"both"})}


def test_lines_keep_their_place():
    """A row stands where its line stood, with its own id, whatever became of the others."""
    body = text(random.Random(1), 200)
    rows = [article("a", body), b"", b"nonsense", {"id": "x"}, article("b", body), article("", "")]
    said = dedupe(rows)
    assert [row["id"] for row in said] == ["a", None, None, "x", "b", ""]
    assert ["error" in row for row in said] == [False, True, True, True, False, True]
    assert said[0]["cluster"] == said[4]["cluster"]
    assert [said[0]["relation"], said[4]["relation"]].count("exact") == 1


def test_an_article_alone_is_its_own_canonical():
    """Nothing shares its text: its cluster is its own, and so is the canonical source."""
    (row,) = dedupe([article("a", text(random.Random(2), 50))])
    assert row == {
        "id": "a",
        "cluster": "c1",
        "story": None,
        "canonical_id": "a",
        "canonical_source": "Paper a",
        "relation": "none",
        "of": None,
        "probability": None,
    }


def test_of_one_identity_the_last_line_counts():
    """A line that tells an article anew replaces the earlier one; both rows say the same."""
    chance = random.Random(3)
    first, second = text(chance, 120), text(chance, 120)
    rows = [
        {**article("a", first), "source": "Paper"},
        article("b", first),
        {**article("a", second), "source": " PAPER "},
        article("c", second),
    ]
    one, other, again, copy = dedupe(rows)
    assert one["cluster"] == again["cluster"] == copy["cluster"] != other["cluster"]
    assert other["relation"] == "none"


def test_the_credited_source_is_the_canonical():
    """Credits are read for the members of a cluster: the phantom they name is the canonical."""
    body = text(random.Random(4), 150)
    rows = [article("a", body + "\n(Courtesy: Al-Jazeera)"), article("b", body)]
    assert {row["canonical_source"] for row in dedupe(rows)} == {"Al Jazeera"}
    assert {row["canonical_id"] for row in dedupe(rows)} == {None}


def test_no_text_matches_by_emptiness():
    """Articles without a body are judged by their titles, and only equal titles are alike."""
    rows = [
        {"id": name, "source": name, "title": title, "body": ""}
        for name, title in (("a", "One harbour"), ("b", "Two bridges"), ("c", "Three orchards"))
    ]
    assert len(groups(dedupe(rows))) == 3


def test_an_empty_file_has_no_rows():
    """No line, no row, no error."""
    assert dedupe([]) == []


def test_rejected_lines_come_back_from_other_processes():
    """With two processes too a broken line is an error in its place, and the others are read."""
    rows = [article("a", text(random.Random(6), 90)), b"not json", {"id": "b", "body": 5}]
    assert dedupe(rows, jobs=2) == dedupe(rows)
    assert dedupe(rows, jobs=2)[2]["error"]["field"] == "body"


def test_a_stock_phrase_makes_no_copies_of_two_pieces():
    """A few equal words under headlines without a word in common are two pieces, not one."""
    notice = "More details will follow as soon as they are known here."
    rows = [
        article("a", notice) | {"title": "Quake shakes the Lenn valley"},
        article("b", notice) | {"title": "Grain terminal closes"},
        article("c", notice) | {"title": "Grain terminal closes early"},
    ]
    assert groups(dedupe(rows)) == {frozenset("a"), frozenset("bc")}


def test_bare_headlines_of_different_days_are_different_pieces():
    """Without a body equal headlines are one piece on one day, and another one months later."""
    rows = [
        {"id": name, "source": "Wire", "title": "Wheat prices rise", "published": f"2024-{day}"}
        for name, day in (("a", "03-05"), ("b", "03-05"), ("c", "08-05"))
    ]
    assert groups(dedupe(rows)) == {frozenset("ab"), frozenset("c")}


def lives(group):
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_terminated_run_leaves_nothing_behind(tmp_path, jobs):
    """SIGTERM ends a run with exit code 143; no file and no process of it stays."""
    chance = random.Random(9)
    rows = [article(f"a{k}", text(chance, 400)) for k in range(400)]
    lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    out = tmp_path / "out.jsonl"
    words = ["dedupe", "-", "-o", str(out), "--level", "copies", "--jobs", jobs]
    run = subprocess.Popen(
        [sys.executable, "-c", "from api.cli.main import main; main()", *words],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    run.stdin.write(lines)  # more may come: the run waits for it
    run.stdin.flush()
    deadline = time.monotonic() + 30
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    run.terminate()
    _, said = run.communicate(timeout=30)
    assert run.returncode == 143, said
    assert list(tmp_path.iterdir()) == []
    while lives(run.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(run.pid)
