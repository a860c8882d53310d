"""What one outlet files again and again counts once, and its first filing stands for it."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from dedupe.answer import Answer
from dedupe.formats.document import article_from
from dedupe.model import Relation
from dedupe.requests import Request
from dedupe.service import Service
from tests.e2e.texts import HARBOUR

VOTE = "\n\nThe harbour council is to vote on the repair on the third of June, its clerk said."
SUIT = "Boat owners sued the port of Velmar over its dues on Tuesday, their lawyer said.\n\n"
FILED = (
    ("Barge blocks port of Velmar after storm", HARBOUR),
    ("UPDATE 1-Barge blocks port of Velmar, council to vote", "(Adds vote)\n\n" + HARBOUR + VOTE),
    ("UPDATE 2-Velmar council seeks early vote on port", "(Adds clerk)\n\n" + HARBOUR + VOTE),
    ("UPDATE 3-Boat owners sue Velmar over port dues", SUIT + HARBOUR + VOTE),
    ("CORRECTED-UPDATE 3-Boat owners sue Velmar over dues", SUIT + HARBOUR + VOTE + " He did so."),
)


def filed(number: int, *, source: str = "Example Wire", dated: bool = True) -> dict[str, str]:
    title, body = FILED[number]
    told = {"id": f"v{number}", "title": title, "body": body, "source": source}
    return told | ({"published": f"2024-03-05T{8 + number:02d}:00:00Z"} if dated else {})


COPY = {
    "id": "copy",
    "title": "Barge blocks port",
    "body": HARBOUR,
    "source": "Ostrand News",
    "published": "2024-03-05T18:00:00Z",
}


def posted(service: Service, articles: list[dict[str, str]]) -> dict[str, Answer]:
    """The answers to each, asked when all have been posted."""
    ids = {}
    for one in articles:
        (outcome,) = service.handle([Request(articles=(article_from(one),))])
        (answer,) = outcome.results
        assert isinstance(answer, Answer)
        ids[one["id"]] = answer.article.id
    return {name: service.answer(one) for name, one in ids.items()}


def told(answers: dict[str, Answer]) -> tuple[set[int], set[int], dict[str, Relation]]:
    """Sizes of clusters and stories, and how each article stands in its cluster."""
    return (
        {answer.cluster.size for answer in answers.values() if answer.cluster},
        {answer.story.size for answer in answers.values() if answer.story},
        {name: answer.cluster.relation for name, answer in answers.items() if answer.cluster},
    )


def canonical_of(answers: dict[str, Answer]) -> tuple[str, str]:
    """Our name of the canonical article, and the rule that decided."""
    (found,) = {answer.canonical for answer in answers.values()}
    assert found is not None
    names = {answer.article.id: name for name, answer in answers.items()}
    return names[str(found.article_id)], found.reasons[0].rule


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("dated", [True, False])
def test_four_versions_count_once_in_every_order_of_arrival(
    tmp_path: Path, first: int, dated: bool
) -> None:
    """Headlines change and dates may be missing: one counts, and the first filed is canonical."""
    orders = [order for order in permutations(range(4)) if order[0] == first]
    for order in orders[:: 1 if dated else 3]:
        name = "".join(map(str, order))
        with open_service(Config(data=tmp_path / name, model=HASHED_MODEL)) as service:
            answers = posted(service, [filed(k, dated=dated) for k in order])
        sizes, stories, relations = told(answers)
        assert (order, sizes, stories) == (order, {1}, {1})
        assert relations == {
            "v0": Relation.NONE,
            **{f"v{k}": Relation.UPDATE for k in range(1, 4)},
        }
        assert canonical_of(answers) == ("v0", "first_filed")


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
def test_five_versions_count_once_at_every_step(tmp_path: Path, order: tuple[int, ...]) -> None:
    """The size is 1 after each of them, and each updates the version before it in the end."""
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        for step in range(1, 6):
            answers = posted(service, [filed(k) for k in order[:step]])
            assert told(answers)[:2] == ({1}, {1})
    names = {answer.article.id: name for name, answer in answers.items()}
    of = {
        name: names.get(str(answer.cluster.of))
        for name, answer in answers.items()
        if answer.cluster
    }
    assert of == {"v0": None, "v1": "v0", "v2": "v1", "v3": "v2", "v4": "v3"}


@pytest.mark.parametrize("place", range(5))
def test_a_copy_by_another_outlet_counts_beside_the_versions(tmp_path: Path, place: int) -> None:
    """Whenever the copy arrives, it and the piece make two; versions seen before it come first."""
    articles = [filed(k) for k in (2, 0, 3, 1)]
    articles.insert(place, COPY)
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        answers = posted(service, articles)
    sizes, stories, relations = told(answers)
    assert (sizes, stories) == ({2}, {2})
    canonical, rule = canonical_of(answers)
    assert (canonical, rule) == (("v0", "first_seen") if place else ("copy", "first_seen"))
    others = {"v1", "v2", "v3"}
    assert {relations[name] for name in others} == {Relation.UPDATE}
    assert relations["copy" if place else "v0"] is Relation.EXACT


def test_filings_that_say_nothing_count_once_too(tmp_path: Path) -> None:
    """One headline and no label: what an outlet files within hours of each other is one piece."""
    title = FILED[0][0]
    articles = [filed(k) | {"title": title} for k in (0, 1, 2, 3)]
    for one, tail in zip(
        articles, ("", VOTE, VOTE + SUIT, VOTE + SUIT + " It rained."), strict=True
    ):
        one["body"] = HARBOUR + tail
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        answers = posted(service, articles)
    assert told(answers)[:2] == ({1}, {1})


def test_equal_texts_of_one_outlet_are_copies(tmp_path: Path) -> None:
    """Without a word of a version, the same text under two identities counts twice."""
    articles = [filed(0), filed(0) | {"id": "again", "published": "2024-03-05T11:00:00Z"}]
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        answers = posted(service, articles)
    sizes, _, relations = told(answers)
    assert sizes == {2}
    assert relations == {"v0": Relation.NONE, "again": Relation.EXACT}


def test_a_version_behind_a_pay_wall_stands_for_nothing(tmp_path: Path) -> None:
    """Of two versions the later one is canonical where the first shows a part of itself."""
    cut = filed(0) | {"body": HARBOUR[:600] + "\n\nSubscribe to continue reading."}
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        answers = posted(service, [cut, filed(1)])
    sizes, _, relations = told(answers)
    assert sizes == {1}
    assert canonical_of(answers) == ("v1", "not_truncated")
    assert relations == {"v0": Relation.UPDATE, "v1": Relation.NONE}
