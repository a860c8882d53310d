"""Embargoes told in words: the hour is read where it can be, and never too early."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.shipped import article_reader
from dedupe.formats.document import article_from
from dedupe.version import PubStatus
from dedupe.wire.embargo import embargo_hour

PUBLISHED = datetime(2024, 3, 18, 9, 0, tzinfo=UTC)


def hours(year: int, month: int, day: int, hour: int, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() / 3600


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("EMBARGOED FOR RELEASE AT 1130 GMT TUES MARCH 19", hours(2024, 3, 19, 11, 30)),
        ("Embargoed until 00:01 UTC on 19 March 2024", hours(2024, 3, 19, 0, 1)),
        ("EMBARGOED UNTIL 2024-03-19 08:00 CET", hours(2024, 3, 19, 7)),
        ("Embargoed until 9 p.m. EDT, March 19", hours(2024, 3, 20, 1)),
        ("Sperrfrist: 19. März, 12.00 Uhr MEZ", hours(2024, 3, 19, 11)),
        ("Embargoed until 1130 GMT", hours(2024, 3, 18, 11, 30)),
        ("Embargoed until 0001 GMT", hours(2024, 3, 19, 0, 1)),
        ("Embargoed until 00:01 on 19 March", hours(2024, 3, 19, 12, 1)),
        ("Not for publication before 19 March", hours(2024, 3, 20, 12)),
        ("EMBARGOED until further notice", None),
        ("Embargoed until 0001 GMT on 19 March 1987", None),
    ],
)
def test_the_hour_is_read(text: str, hour: float | None) -> None:
    """A zone counts; without one the hour has come when it has come everywhere."""
    assert embargo_hour(text, PUBLISHED) == hour


def test_without_publication_a_year_is_needed() -> None:
    """What day is meant cannot be guessed."""
    assert embargo_hour("Embargoed until 1130 GMT March 19", None) is None
    assert embargo_hour("Embargoed until 1130 GMT March 19, 2024", None) == hours(
        2024, 3, 19, 11, 30
    )


def test_an_article_under_a_line_is_under_embargo() -> None:
    """The line is a note; what it says of the hour is the version's."""
    told = article_reader().version(
        article_from(
            {
                "title": "Ferry line to be sold",
                "body": "EMBARGOED UNTIL 1130 GMT MARCH 19\n\nThe ferry line is to be sold, its owner said.",
                "published": "2024-03-18T09:00:00Z",
                "source": "Outlet",
            }
        )
    )
    assert told.embargo == hours(2024, 3, 19, 11, 30)
    assert told.status is PubStatus.USABLE
    assert [note.why for note in told.notes] == ["desk.embargo"]


def test_a_field_goes_before_a_line() -> None:
    """What metadata states is not read from words."""
    told = article_reader().version(
        article_from(
            {
                "title": "Ferry line to be sold",
                "body": "EMBARGOED UNTIL 1130 GMT MARCH 19\n\nThe ferry line is to be sold.",
                "published": "2024-03-18T09:00:00Z",
                "metadata": {"embargoed": "2024-03-20T00:00:00Z"},
            }
        )
    )
    assert told.embargo == hours(2024, 3, 20, 0)
