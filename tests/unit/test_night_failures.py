"""What is kept of a night that failed: why, in words, and nothing of the machine it ran on."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.errors import NightOverran, StoreError
from dedupe.night.records import NightRecord, NightState
from dedupe.night.run import _failed, _long

BEGUN = NightRecord(number=1, started=0.0, finished=None, state=NightState.RUNNING, since=None)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileExistsError(17, "File exists", "/srv/news/night"), "File exists"),
        (OSError("no number"), "OSError"),
        (StoreError("no room; make some\nmore"), "no room; make some"),
        (ValueError("a text of an article"), "ValueError"),
    ],
)
def test_a_failure_is_told_without_paths_and_texts(error, told):
    """Of an error of the system what it says stays, of one of ours its first line, else its name."""
    kept = _failed(BEGUN, error, 1.0)
    assert (kept.state, kept.error, kept.finished) == (NightState.FAILED, told, 1.0)
    assert str(Path("/srv")) not in str(kept.error)
    assert _failed(BEGUN, NightOverran("it took long"), 1.0).state is NightState.OVERRAN


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (1 / 3600, "1 second"),
        (90 / 3600, "90 seconds"),
        (0.5, "30 minutes"),
        (1.0, "1 hour"),
        (1.5, "90 minutes"),
        (3.5, "3.5 hours"),
        (24.0, "1 day"),
        (60.0, "2.5 days"),
    ],
)
def test_a_limit_is_told_as_a_person_would(hours, told):
    """In the largest unit of which there are two, or exactly one."""
    assert _long(hours) == told
