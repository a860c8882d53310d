"""Articles judged anew by other rules: every group keeps the size of what it holds."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from api.bootstrap import open_service, rebuild_index, verify
from api.config import Config
from dedupe.formats.document import article_from
from dedupe.model import Relation, StoryLink
from dedupe.service import Request
from dedupe.state import Plan, RelatedLink
from tests.e2e.texts import BRIDGE, HARBOUR, ORCHARD, paragraphs

LOOSE = {"story_threshold": 0.01, "copy_threshold": 0.05, "related_threshold": 0.01}
STRICT = {"story_threshold": 0.9, "copy_threshold": 0.95, "related_threshold": 0.5}
FEW = {"repair_limit": 4, "group_sample": 2, "copy_candidates": 4}
PLACES = ("Velmar", "Ostrand", "Asker", "Lenn", "Tolm", "Ruse")


def config(data, **more):
    return Config.load(data=data, model="hashed", **more)


def quiet(items, **_):
    return items


def pieces(seed, n=18):
    """Copies, parts and rewrites of three texts, and updates of their own outlets' pieces."""
    rng = random.Random(seed)
    made = []
    for k in range(n):
        body = rng.choice((HARBOUR, BRIDGE, ORCHARD))
        words = paragraphs(body, rng.randrange(2), rng.randrange(2, 5)).split()
        place = rng.choice(PLACES)
        words = [place if rng.random() < rng.choice((0.0, 0.1, 0.4)) else one for one in words]
        made.append(
            article_from(
                {
                    "id": f"piece {k}",
                    "title": f"{body.split()[1]} in {place}",
                    "source": f"Paper {rng.randrange(5)}",
                    "published": f"2024-03-{rng.randrange(1, 9):02}T{rng.randrange(24):02}:00:00Z",
                    "body": " ".join(words),
                }
            )
        )
    return made


def held(reader):
    """What each cluster and story says of its size, and how many articles that count it holds."""
    said, counted = {}, Counter()
    for name in reader.article_ids(after=None, limit=1000):
        placement = reader.article(name).placement
        counts = placement.in_cluster.relation is not Relation.UPDATE
        for group, state in (
            (placement.cluster, reader.cluster(placement.cluster)),
            (placement.story, reader.story(placement.story)),
        ):
            said[group] = state.size
            counted[group] += counts
    return said, dict(counted)


def true(data, **more):
    """The sizes are right, and so is all else that is promised."""
    with open_service(config(data, **more)) as service, service.store.read() as reader:
        said, counted = held(reader)
        assert said == counted
        assert list(reader.verify()) == []


@pytest.mark.parametrize("limits", [{}, FEW])
@pytest.mark.parametrize("seed", range(3))
def test_sizes_are_right_after_any_change_of_verdicts(tmp_path, seed, limits):
    """Judged anew by looser and stricter rules in any order, whole or in part, sizes stay true."""
    rng = random.Random(seed)
    with open_service(config(tmp_path, **limits)) as service:
        answers = service.handle([Request(articles=tuple(pieces(seed)))])[0].results
        ids = [answer.article.id for answer in answers]
    true(tmp_path, **limits)
    for rules in rng.sample([LOOSE, STRICT, {}, LOOSE, STRICT], 5):
        with open_service(config(tmp_path, **limits, **rules)) as service:
            service.refresh(rng.sample(ids, rng.randrange(6, len(ids) + 1)))
            service.delete(ids.pop(rng.randrange(len(ids))))
        true(tmp_path, **limits)


@pytest.mark.parametrize("seed", range(2))
def test_a_rebuild_by_other_rules_keeps_every_promise(tmp_path, seed):
    """Stories made by looser rules come apart in one rebuild, and nothing is left of the old."""
    with open_service(config(tmp_path, **LOOSE)) as service:
        service.handle([Request(articles=tuple(pieces(seed)))])
    rebuild_index(config(tmp_path, **STRICT), progress=quiet)
    assert verify(config(tmp_path)) == []
    true(tmp_path)


def linked(service):
    with service.store.read() as reader:
        names = {
            reader.article(a).placement.story for a in reader.article_ids(after=None, limit=99)
        }
        return {(link.a, link.b) for link in reader.related(sorted(names))}


def test_a_rebuild_leaves_no_link_that_it_did_not_find(tmp_path):
    """Links between stories are found anew; one that nothing speaks for any longer is gone."""
    with open_service(config(tmp_path, **LOOSE)) as service:
        for text, year in ((HARBOUR, 2023), (ORCHARD, 2024)):
            piece = {"body": text, "published": f"{year}-03-01"}
            service.handle([Request(articles=(article_from(piece),))])
        with service.store.read() as reader:
            ids = reader.article_ids(after=None, limit=9)
            a, b = sorted(reader.article(name).placement.story for name in ids)
        link = RelatedLink(a=a, b=b, relation=StoryLink.LATER, probability=0.5)
        with service.store.write() as writer:
            writer.apply(Plan(related=(link,)))
        assert linked(service) == {(a, b)}
    rebuild_index(config(tmp_path, **STRICT), progress=quiet)
    with open_service(config(tmp_path)) as service:
        assert linked(service) == set()


def test_an_article_that_is_gone_by_then_is_left_out(tmp_path):
    """What was deleted while others were read anew is not there again."""
    with open_service(config(tmp_path)) as service:
        (answer,) = service.handle([Request(articles=(pieces(1)[0],))])[0].results
        read = service._read
        service._read = lambda articles: (read(articles), service.delete(name))[0]
        name = answer.article.id
        service.refresh([name])
        with service.store.read() as reader:
            assert reader.article(name) is None


def test_an_article_revised_meanwhile_keeps_its_newer_text(tmp_path):
    """What was revised while it was read anew is read once more."""
    old, new = (article_from({"id": "a", "body": text}) for text in (HARBOUR, ORCHARD))
    with open_service(config(tmp_path)) as service:
        (answer,) = service.handle([Request(articles=(old,))])[0].results
        read = service._read

        def revised_meanwhile(articles):
            found = read(articles)
            service._read = read
            service.handle([Request(articles=(new,))])
            return found

        service._read = revised_meanwhile
        service.refresh([answer.article.id])
        with service.store.read() as reader:
            assert reader.article(answer.article.id).article.body == new.body
            assert reader.verify() == []
