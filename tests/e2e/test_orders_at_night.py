"""What an editor keeps apart by day, the night keeps apart in the same way."""

from __future__ import annotations

import random

import pytest

from api.bootstrap import open_service
from dedupe.constraints.records import ConstraintKind, Level
from dedupe.formats.document import article_from
from dedupe.night.records import NightState
from dedupe.service import Request
from tests.e2e.test_recluster import broken, config, night, partition, stored

BASE = (
    "The harbour bridge will close on Monday for eleven days of repairs to its deck, the port "
    "authority of Marbeck said on Friday. Buses will use the tunnel and ferries will run twice as "
    "often between the two banks while welders replace forty steel plates. Engineers at the dam "
    "found hairline cracks in the third spillway during a routine dive on Wednesday and lowered the "
    "reservoir by two metres as a precaution, the water board announced late in the evening."
)
MORE = (
    " Farmers in the northern valley reported an unusually early harvest of plums this summer, and "
    "growers say that mild nights in April and steady rain in May are the reason why the fruit "
    "ripened three weeks ahead of the calendar."
)
TEXTS = {
    "a": BASE,
    "b": BASE + MORE,
    "g": BASE + MORE + " So it was said.",
    "f": BASE + MORE + " Nobody knows yet.",
    "b2": BASE + MORE,
}


def posted(service, name):
    told = {
        "id": name,
        "source": f"Paper {name}",
        "published": "2024-03-05T09:30:00Z",
        "title": "Bridge shut",
        "body": TEXTS[name],
    }
    (outcome,) = service.handle([Request(articles=(article_from(told),))])
    return outcome.results[0].article.id


def arrived(folder, names, level):
    """The articles are there, the first two under an order that keeps a and b apart."""
    with open_service(config(folder)) as service:
        ids = {}
        for name in names:
            ids[name] = posted(service, name)
            if name in {"a", "b"} and {"a", "b"} <= ids.keys():
                pair = [ids["a"], ids["b"]]
                service.order(ConstraintKind.CANNOT_LINK, pair, by="desk", level=level)
    return {value: name for name, value in ids.items()}


def clusters(folder, names):
    named = [{names[one] for one in group} for group in partition(folder)]
    return {frozenset(group) for group in named}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("seed", range(3))
def test_equals_of_an_ordered_text_keep_its_company_at_night(tmp_path, level, seed):
    """Copies of b stay with b, day and night, whatever order they came in; a second night rests."""
    order = list(TEXTS)
    if seed:
        random.Random(seed).shuffle(order)
    names = arrived(tmp_path, order, level)
    with night(tmp_path) as opened:
        opened.run()
    found = clusters(tmp_path, names)
    assert {frozenset({"a"}), frozenset({"b", "g", "f", "b2"})} <= found
    with night(tmp_path) as opened:
        assert opened.run().record.state is NightState.UNCHANGED
    assert clusters(tmp_path, names) == found


def standings(folder, names):
    """Each article's place beside its fellows: who they are, and how it stands to them."""
    found = {}
    for place in stored(folder)["placements"].values():
        own = place.in_cluster
        found[names[place.article_id]] = (own.relation, None if own.of is None else names[own.of])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_equals_that_are_kept_apart_stand_to_their_fellows_as_by_day(tmp_path, seed):
    """b and its exact copy lie apart; whoever has company is a copy of it, by day and by night."""
    order = list(TEXTS)
    random.Random(seed).shuffle(order)
    with open_service(config(tmp_path)) as service:
        ids = {name: posted(service, name) for name in order}
        service.order(ConstraintKind.CANNOT_LINK, [ids["b"], ids["b2"]], by="desk")
    names = {value: name for name, value in ids.items()}
    by_day = standings(tmp_path, names), clusters(tmp_path, names)
    with night(tmp_path) as opened:
        opened.run()
    assert (standings(tmp_path, names), clusters(tmp_path, names)) == by_day
    assert broken(tmp_path) == []
