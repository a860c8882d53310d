"""The jobs without a service, over the real parts and the encoder that needs no model."""

from __future__ import annotations

import random

import orjson
import pytest

from api import bootstrap
from api.config import Config
from dedupe.errors import EncoderUnavailable
from tests.e2e.texts import BRIDGE, HARBOUR

TOWNS = ("Ostrand", "Velmar", "Asker", "Tovan", "Brask", "Helm", "Norrby", "Calder")


def batch(**given):
    config = Config.load(model="hashed")
    return bootstrap.batch(config, stories=True, progress=lambda items, label: iter(items), **given)


def article(name, body, **more):
    return {"id": name, "source": f"Paper {name}", "title": "", "body": body, **more}


def lines(rows):
    return [orjson.dumps(row) for row in rows]


def crowd():
    """Originals, their reposts and look-alikes: enough of each for a tie to be settled wrongly."""
    rows = []
    for k, town in enumerate(TOWNS):
        body = HARBOUR.replace("Port Velmar", f"Port {town}") + BRIDGE[: 120 * (k % 4)]
        rows.append(article(f"{town}-1", body, published=f"2024-03-{k + 1:02}T08:00:00Z"))
        rows.append(article(f"{town}-2", f"{body}(Courtesy: Paper {town}-1)"))
    return rows


def test_the_order_of_the_lines_changes_nothing():
    """The same articles in another order give the same groups, canonicals, relations and numbers."""
    rows, said = crowd(), []
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        out = {row["id"]: row for row in batch().dedupe(lines(rows), level="both")}
        groups = {
            (level, frozenset(name for name in out if out[name][level] == group))
            for level in ("cluster", "story")
            for group in {row[level] for row in out.values()}
        }
        told = {
            name: [row[key] for key in row if key not in {"cluster", "story"}]
            for name, row in out.items()
        }
        said.append((groups, told))
    assert said[0] == said[1] == said[2]


def test_ledes_are_embedded_in_the_order_of_the_set():
    """Which texts the encoder sees together does not depend on the order of the lines."""
    rows, seen = crowd(), []
    for turn in (rows, rows[::-1]):
        job = batch()
        encode, asked = job.embedder._encoder.encode, []
        job.embedder._encoder.encode = lambda texts, encode=encode, asked=asked: (
            asked.append(list(texts)) or encode(texts)
        )
        list(job.dedupe(lines(turn), level="both"))
        seen.append(asked)
    assert seen[0]
    assert seen[0] == seen[1]


def test_other_processes_read_the_same():
    """With two processes reading, the rows are those of one, rejected lines among them."""
    rows = [*lines(crowd()), b"{", *lines([{"id": "empty", "body": ""}])]
    alone = list(batch(jobs=1).dedupe(rows, level="both"))
    assert list(batch(jobs=2).dedupe(rows, level="both")) == alone
    assert [row["error"]["title"] for row in alone if "error" in row]


def followed_up():
    """A closure, the vote on it two days later, and a bridge nobody links to either."""
    vote = HARBOUR.replace("closed its northern basin on Tuesday", "put the basin to a vote")
    return [
        article("closure", HARBOUR, published="2024-03-05T08:00:00Z"),
        article("vote", vote[:260] + BRIDGE, published="2024-03-07T08:00:00Z"),
        article("bridge", BRIDGE[600:], published="2024-03-06T08:00:00Z"),
    ]


def test_rows_name_the_related_stories_from_both_sides(monkeypatch):
    """Every row of a story has its links; what is later from one side is earlier from the other."""
    monkeypatch.setenv("SAMESTORY_STORY_THRESHOLD", "1")
    monkeypatch.setenv("SAMESTORY_RELATED_THRESHOLD", "0.000001")
    rows = {row["id"]: row for row in batch().dedupe(lines(followed_up()), level="stories")}
    opposite = {"earlier": "later", "later": "earlier", "background": "background"}
    seen = {
        (row["story"], link["story"]): link["relation"]
        for row in rows.values()
        for link in row["related"]
    }
    assert seen[rows["closure"]["story"], rows["vote"]["story"]] == "later"
    assert all(seen[theirs, ours] == opposite[told] for (ours, theirs), told in seen.items())
    assert {name for pair in seen for name in pair} <= {row["story"] for row in rows.values()}


def test_rows_on_copies_alone_name_no_stories():
    """At level copies a row has no related stories, as it has no story."""
    (row,) = batch().dedupe(lines([article("a", HARBOUR)]), level="copies")
    assert row["story"] is None
    assert "related" not in row


def test_a_copy_is_of_the_same_story_and_no_rewrite():
    """Seen as stories, a repost and its original report the same event, in the same words."""
    rows = [article("a", HARBOUR), article("b", HARBOUR + "(Courtesy: Paper a)")]
    original, repost = batch().dedupe(lines(rows), level="stories")
    assert (original["relation"], repost["relation"], repost["of"]) == ("none", "same_story", "a")


def test_an_article_without_an_id_is_rejected():
    """Rows are told apart by their ids, so a line without one is an error in its place."""
    rows = [article("a", HARBOUR), {"body": HARBOUR}, article("c", BRIDGE)]
    first, second, third = batch().dedupe(lines(rows), level="copies")
    assert (first["id"], third["id"]) == ("a", "c")
    assert second["error"]["field"] == "id"


def test_a_pair_names_the_side_that_cannot_be_used():
    """An error in one article of a pair says which of the two it is."""
    pairs = [{"a": article("a", HARBOUR), "b": {"id": "b"}}]
    (row,) = batch().compare(lines(pairs))
    assert row["line"] == 1
    assert row["error"]["field"] == "b.body"


def test_files_are_not_judged_without_the_encoder():
    """When the encoder fails nothing is written, rather than verdicts on copies alone."""
    job = batch()

    def broken(texts):
        raise EncoderUnavailable("the model broke")

    job.embedder._encoder.encode = broken
    with pytest.raises(EncoderUnavailable, match="the model broke"):
        list(job.dedupe(lines([article("a", HARBOUR)]), level="both"))
    with pytest.raises(EncoderUnavailable, match="the model broke"):
        list(job.compare(lines([{"a": article("a", HARBOUR), "b": article("b", BRIDGE)}])))
