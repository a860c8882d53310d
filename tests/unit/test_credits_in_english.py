"""How papers in English word their credits, and what only looks like one."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dedupe.model import CreditKind
from dedupe.provenance import origin_of
from tests import credits
from tests.credits import OUTLETS

OUTLETS_PAGES = tomllib.loads(
    (Path(__file__).parent / "outlets_in_english.toml").read_text("utf-8")
)["outlets"]
FROM_ELSEWHERE = (CreditKind.REPUBLICATION, CreditKind.ASSISTED, CreditKind.PRESS_RELEASE)
WORDINGS = tomllib.loads((Path(__file__).parent / "credits_in_english.toml").read_text("utf-8"))
STORY = "\n\n".join(WORDINGS["paragraphs"] * 2)
read = partial(
    credits.read,
    title="Dam to be repaired by spring",
    url="https://springfieldgazette.example/a/1",
)


def from_elsewhere(body: str) -> list[str]:
    return [one.source for one in read(body) if one.kind in FROM_ELSEWHERE]


@pytest.mark.parametrize(("head", "source"), WORDINGS["at_the_head"])
def test_a_head_names_the_source(head: str, source: str) -> None:
    """Datelines and bylines name the source of the story."""
    assert source in from_elsewhere(head + STORY)


@pytest.mark.parametrize(("tail", "source"), WORDINGS["at_the_end"])
def test_an_end_names_the_source(tail: str, source: str) -> None:
    """Sign-offs and notes name the source of the story or who helped."""
    assert source in from_elsewhere(f"{STORY}\n\n{tail}")


@pytest.mark.parametrize("head", WORDINGS["captions"])
def test_a_caption_at_the_head_says_nothing_of_the_story(head: str) -> None:
    """Neither the agency of a picture nor the outlet's own people make the story another's."""
    assert from_elsewhere(head + STORY) == []


@pytest.mark.parametrize("note", WORDINGS["notes"])
def test_a_note_behind_the_story_may_say_nothing_of_it(note: str) -> None:
    """Photo credits, citations, the outlet's own lines and words that equal a name are no origin."""
    assert from_elsewhere(f"{STORY}\n\n{note}") == []


@pytest.mark.parametrize(
    "page", OUTLETS_PAGES, ids=lambda page: f"{page[0]} {page[2]}{page[3]}"[:60]
)
def test_pages_of_outlets_credit_whom_they_credit(page: list[Any]) -> None:
    """Sources and origin of a page are told, seen from the outlet that shows it."""
    outlet, url, head, tail, sources, origin = page
    body = f"{head}{STORY}\n\n{tail}".strip()
    found = read(body, outlet=outlet, url=url)
    assert sorted({one.source for one in found if one.kind in FROM_ELSEWHERE}) == sources
    first = origin_of(found, OUTLETS.name(outlet, url))
    assert (first.source if first else "") == origin


def test_every_credit_is_the_text_it_points_at() -> None:
    """Spans lie within the body and neither begin nor end with white space."""
    for tail, _ in WORDINGS["at_the_end"]:
        body = f"{STORY}\n\n{tail}"
        for one in read(body):
            phrase = body[one.start : one.end]
            assert phrase
            assert phrase == phrase.strip()
