"""Near-copies that arrive one by one in great number: one cluster, and no arrival is slow."""

from __future__ import annotations

import random

import pytest

import dedupe.judging
from api.bootstrap import open_service
from api.config import Config
from dedupe.formats.document import article_from
from dedupe.service import Request

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "sta", "lin")]
BODY = " ".join(random.Random(1).choices(WORDS, k=220))
REST = " ".join(random.Random(2).choices(WORDS, k=160))


def version(number, *, body=BODY, source="Paper"):
    return article_from(
        {
            "id": f"v{number}",
            "source": f"{source} {number}",
            "title": "One and the same",
            "body": f"{body} Desk {number} {WORDS[number]}.",
            "published": f"2024-05-01T{number % 24:02}:00:00Z",
        }
    )


def posted(service, article):
    return service.handle([Request(articles=(article,))])[0].results[0]


@pytest.fixture
def service(tmp_path):
    with open_service(Config.load(data=tmp_path, model="hashed")) as service:
        yield service


@pytest.mark.parametrize("common_hash", [2000, 40])
def test_near_copies_are_one_cluster_whatever_their_number(tmp_path, common_hash):
    """More near-copies than are compared with one, or may share a hash, and a stranger to them."""
    config = Config.load(data=tmp_path, model="hashed", common_hash=common_hash)
    with open_service(config) as service:
        answers = [posted(service, version(k)) for k in range(90)]
        stranger = posted(service, version(1, body="Nothing of the kind was said.", source="X"))
        found = {answer.cluster.id for answer in answers}
        members = service.cluster(answers[-1].cluster.id)
    assert len(found) == 1
    assert stranger.cluster.id not in found
    assert members.size == 90
    assert members.canonical.article_id == answers[0].article.id


def test_what_an_arrival_looks_at_does_not_grow_with_the_crowd(service, monkeypatch):
    """The articles gathered, and the pairs judged, for the hundredth near-copy are those of the 40th."""
    gathered = []
    original = dedupe.judging.Judging.judge

    def counting(self, around, **given):
        gathered.append((len(around.items), len(around.links), len(around.new_links)))
        return original(self, around, **given)

    monkeypatch.setattr(dedupe.judging.Judging, "judge", counting)
    for k in range(100):
        posted(service, version(k))
    early, late = gathered[40], gathered[99]
    assert late[0] <= early[0] <= 40
    assert late[1] <= 1.2 * early[1]
    assert late[2] <= 40


def test_others_of_a_crowded_story_are_gathered_still(service):
    """A text that is no copy stays in the story of a crowd, and the crowd in one cluster."""
    for k in range(70):
        posted(service, version(k))
    half = " ".join(BODY.split()[:110])
    variant = posted(service, version(70, body=f"{half} {REST}"))
    last = posted(service, version(71))
    first = service.answer(last.matches[0].article_id)
    assert last.cluster.id == first.cluster.id
    assert service.answer(variant.article.id).cluster.id == variant.cluster.id
    assert service.cluster(last.cluster.id).size in {71, 72}
