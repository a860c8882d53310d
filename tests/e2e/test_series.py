"""Templated series stay apart: one form, filled in for another day, is another event."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from api import bootstrap
from api.bootstrap import open_service
from api.config import Config
from api.shipped import article_reader
from dedupe.formats.document import article_from
from dedupe.neighbourhood import Item
from dedupe.recluster import recluster
from dedupe.service import Request
from dedupe.settings import Settings
from index.vectors_faiss import FaissVectorIndex
from tests.e2e.test_seeds import RememberingEncoder
from tests.series import series

pytestmark = pytest.mark.model

ONE = ("Castleton Post",)
TWO = ("Castleton Post", "Daily Reporter")
SETTINGS = Settings()
FORMS = ("market", "football", "films")
HARD = pytest.param(
    "weather",
    marks=pytest.mark.xfail(
        strict=True,
        reason="two thirds of a warning are the form, and small numbers agree by chance: text that is "
        "shared so far is a copy, or one piece filed again where the headlines are alike too",
    ),
)


@pytest.fixture(scope="module")
def engine():
    return RememberingEncoder()


@pytest.fixture(scope="module")
def night(engine):
    """What lies in one cluster and in one story by the night, of a series filed by some outlets."""
    judging, reader, known = bootstrap.judging(SETTINGS), article_reader(), {}

    def grouped(name, issues, outlets):
        if (name, issues, outlets) not in known:
            read = []
            for document in series(name, issues, outlets):
                (one,) = reader.read([article_from(document)])
                vector = engine.encode([one.lede])[0]
                profile = replace(one.profile, id=document["id"], vector=vector)
                read.append((Item(profile=profile, first_seen=None), one.words))
            read.sort(key=lambda each: each[0].profile.id)
            plan = recluster(
                [item for item, _ in read],
                [words for _, words in read],
                vectors=FaissVectorIndex(engine.dimension),
                judging=judging,
                settings=SETTINGS,
            )
            known[name, issues, outlets] = groups(plan.placements)
        return known[name, issues, outlets]

    return grouped


def groups(placements):
    """The articles of every cluster and of every story."""
    clusters, stories = defaultdict(set), defaultdict(set)
    for place in placements:
        clusters[place.cluster].add(place.article_id)
        stories[place.story].add(place.article_id)
    return list(clusters.values()), list(stories.values())


def issues_in(parts):
    """How many groups hold so many issues, of those that hold more than one."""
    counts = Counter(len({name.split("-")[1] for name in part}) for part in parts)
    return {issues: n for issues, n in counts.items() if issues > 1}


@pytest.mark.parametrize("name", [*FORMS, HARD])
def test_no_two_issues_of_one_outlet_are_copies(night, name):
    """Forty issues of a form make forty clusters."""
    clusters, _ = night(name, 40, ONE)
    assert issues_in(clusters) == {}


@pytest.mark.parametrize("name", ["football", "films", HARD])
def test_no_two_issues_of_one_outlet_are_one_story(night, name):
    """Forty issues of a form make forty stories."""
    _, stories = night(name, 40, ONE)
    assert issues_in(stories) == {}


def test_one_headline_on_two_days_in_turn_is_the_most_that_meets(night):
    """Only two closes with the same headline, a day apart, pass for one piece filed again."""
    _, stories = night("market", 40, ONE)
    assert issues_in(stories) == {2: 1}


@pytest.mark.parametrize("name", [*FORMS, HARD])
def test_issues_of_two_outlets_meet_by_their_day(night, name):
    """Both reports of one issue are one story, and no report of another issue joins it."""
    _, stories = night(name, 20, TWO)
    together = [part for part in stories if len(part) == 2]
    assert len(together) >= 18
    assert sum(issues_in(stories).values()) <= 1


@pytest.mark.parametrize("outlets", [ONE, TWO])
def test_a_form_with_little_of_its_own_swallows_no_series(night, outlets):
    """Warnings that are mostly form meet by threes, not all of them."""
    for parts in night("weather", 40, outlets):
        assert max(issues_in(parts), default=1) <= 4


@pytest.mark.parametrize("name", ["football", "films"])
def test_issues_that_come_one_by_one_stay_apart(tmp_path, engine, name):
    """Posted in the order of their days, reports of two issues meet once in twenty at most."""
    issue = {}
    with open_service(Config.load(data=tmp_path), engine) as service:
        for document in series(name, 20, TWO):
            (outcome,) = service.handle([Request(articles=(article_from(document),))])
            issue[outcome.results[0].article.id] = document["id"]
        with service.store.read() as reader:
            placed = reader.placements(reader.stamps()[0].tolist())
    named = [replace(place, article_id=issue[place.article_id]) for place in placed]
    for parts in groups(named):
        assert issues_in(parts) in ({}, {2: 1})
        assert len(parts) >= 19
