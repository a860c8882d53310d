"""Dates in a text: the one it was published on and the days it speaks of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dedupe.dates import event_days, published_in_text
from dedupe.model import DateOrigin, Precision

EPOCH = date(1970, 1, 1)
SEEDS = Path(__file__).parents[2] / "seeds"
MANIFEST = json.loads((SEEDS / "manifest.json").read_text()) if SEEDS.is_dir() else []


def hours(day: str) -> float:
    return (date.fromisoformat(day) - EPOCH).days * 24.0


def days(text: str, published: str | None = None) -> list[str]:
    found = event_days(text, None if published is None else hours(published) + 13.5)
    assert found.dtype == np.int32
    return [date.fromordinal(int(d) + EPOCH.toordinal()).isoformat() for d in found]


@pytest.mark.parametrize(
    ("line", "value", "precision"),
    [
        ("Jun 11, 2023", "2023-06-11T00:00", Precision.DAY),
        ("June 11th, 2023", "2023-06-11T00:00", Precision.DAY),
        ("Sunday, June 11, 2023", "2023-06-11T00:00", Precision.DAY),
        ("Published: 11 June 2023", "2023-06-11T00:00", Precision.DAY),
        ("Posted on June 11, 2023 at 4:30 PM", "2023-06-11T16:30", Precision.MINUTE),
        ("Published June 11, 2023 4:30 p.m. EDT", "2023-06-11T20:30", Precision.MINUTE),
        ("2023-06-11T23:30:05-04:00", "2023-06-12T03:30:05", Precision.SECOND),
        ("2023-06-11", "2023-06-11T00:00", Precision.DAY),
        ("11.06.2023, 18:05 Uhr", "2023-06-11T18:05", Precision.MINUTE),
        ("11. Juni 2023", "2023-06-11T00:00", Precision.DAY),
        ("Publié le 11 juin 2023 à 08h15", "2023-06-11T08:15", Precision.MINUTE),
        ("11 de junio de 2023", "2023-06-11T00:00", Precision.DAY),
        ("25/06/2023", "2023-06-25T00:00", Precision.DAY),
        ("06/25/2023", "2023-06-25T00:00", Precision.DAY),
        ("2023年6月11日", "2023-06-11T00:00", Precision.DAY),
        ("By Jane Doe | June 11, 2023", "2023-06-11T00:00", Precision.DAY),
        ("Jun 11, 2023 | 5 min read", "2023-06-11T00:00", Precision.DAY),
        ("June 11, 2023 25:99", "2023-06-11T00:00", Precision.DAY),
    ],
)
def test_a_date_line_is_when_the_text_was_published(
    line: str, value: str, precision: Precision
) -> None:
    """A date that stands on its own, or after a label or byline, is read with its precision."""
    body = f"A dam is found sound\n{line}\nThe dam is sound, the mayor said."
    found = published_in_text("A dam is found sound", body)
    if line.endswith("25:99"):
        assert found is None
        return
    assert found is not None
    published, (start, end) = found
    assert published.value == datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert published.precision is precision
    assert published.origin is DateOrigin.TEXT
    assert body[start:end] in line


@pytest.mark.parametrize(
    "line",
    [
        "© 2023 Springfield Gazette",
        "Copyright June 11, 2023 Springfield Gazette",
        "On June 11, 2023 the dam was closed for the first time since it was built.",
        "June 11, 2023 was a long day for the town",
        "06/07/2023",
        "February 30, 2023",
        "2023",
        "June 2023",
        "June 11",
    ],
)
def test_other_dates_are_not_when_it_was_published(line: str) -> None:
    """Copyright years, dates inside sentences, impossible and ambiguous ones give nothing."""
    assert published_in_text("A dam", f"A dam\n{line}\nThe dam is sound.") is None


def test_a_date_before_the_title_is_the_clock_of_the_page() -> None:
    """Where the body repeats the title, only what follows it counts; else the first line may."""
    body = "Mon. Jul 8th, 2024\n\nA dam is found sound\n\nIt is sound."
    assert published_in_text("A dam is found sound", body) is None
    found = published_in_text("Another title", body)
    assert found is not None
    assert found[1] == (0, 18)


def test_publication_goes_before_update() -> None:
    """Of several date lines "Published" counts, then a bare date, then the update."""
    body = "Updated June 13, 2023\nJune 12, 2023\nPublished June 11, 2023\nThe dam is sound."
    for day in (11, 12, 13):
        found = published_in_text("", body)
        assert found is not None
        assert found[0].value.day == day
        body = body[: found[1][0]] + body[found[1][1] :]
    assert published_in_text("", body) is None


def test_a_date_line_far_down_is_none() -> None:
    """Only the head is looked at."""
    assert published_in_text("", "The dam is sound. " * 200 + "\nJune 11, 2023\n") is None


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("He said on June 9, 2023 that", None, ["2023-06-09"]),
        ("on 9 June 2023, and 2023-06-10 and June 11", None, ["2023-06-09", "2023-06-10"]),
        ("am 9. Juni, le 10 juin, el 11 de junio", "2023-06-12",
         ["2023-06-09", "2023-06-10", "2023-06-11"]),
        ("on Dec. 30 and Jan. 2", "2023-01-01", ["2022-12-30", "2023-01-02"]),
        ("on Feb 29", "2024-01-15", ["2024-02-29"]),
        ("on Feb 30 and June 31, 2023", "2024-01-15", []),
        ("on Friday", "2023-06-12", ["2023-06-09"]),
        ("on Monday", "2023-06-12", ["2023-06-12"]),
        ("last Monday", "2023-06-12", ["2023-06-05"]),
        ("next Monday", "2023-06-12", ["2023-06-19"]),
        ("next Tuesday", "2023-06-12", ["2023-06-13"]),
        ("yesterday, today and tomorrow", "2023-06-12",
         ["2023-06-11", "2023-06-12", "2023-06-13"]),
        ("on Friday and yesterday", None, []),
        ("der Mann sagte am Freitag und in der Stadt gestern", "2023-06-12",
         ["2023-06-09", "2023-06-11"]),
        ("dijeron a los diputados el viernes", "2023-06-12", ["2023-06-09"]),
        ("что на прошлой неделе в пятницу на заводе", "2023-06-12", ["2023-06-09"]),
        ("6月9日に、2023年6月10日に", "2023-06-12", ["2023-06-09", "2023-06-10"]),
        ("March 400 people, May 5.5 percent, Mayor 3, 1.5 May, June 1990", "2023-06-12", []),
        ("Mondays and Fridays, USA TODAY, mayday", "2023-06-12", []),
        ("", "2023-06-12", []),
    ],
)  # fmt: skip
def test_the_days_a_text_names(text: str, published: str | None, expected: list[str]) -> None:
    """Full dates always count, the others are resolved against publication."""
    assert days(text, published) == expected


@pytest.mark.parametrize("seed", MANIFEST, ids=lambda seed: seed["id"])
def test_the_seeds_say_when_they_were_published(seed: dict[str, Any]) -> None:
    """Only one of the five gives its own date: not the clock of the page above its title."""
    body = (SEEDS / seed["file"]).read_text(encoding="utf-8")
    found = published_in_text(seed["title"], body)
    if seed["id"] != "002":
        assert found is None
        return
    assert found is not None
    assert found[0].value.date().isoformat() == "2023-06-11"
    assert body[slice(*found[1])] == "Jun 11, 2023"


def test_the_seeds_tell_the_june_event_from_the_may_event() -> None:
    """The days named in the seeds, resolved against their dates, are those of the disclosures."""
    named = {
        seed["id"]: days((SEEDS / seed["file"]).read_text(encoding="utf-8"), seed["published"])
        for seed in MANIFEST
    }
    if named:
        assert "2023-06-09" in named["001"]
        assert "2023-06-09" in named["004"]
        assert named["003"] == ["2023-05-15"]
