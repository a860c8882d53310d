"""The verdicts fitted without one set, as benchmarks/train_story.py keeps them beside the data."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Any

import orjson

from benchmarks.story_sets import family
from dedupe.verdict import Verdicts

FOLDS = Path(__file__).parent / "folds" / "story"
"""A file per set, or per family of sets, that was left out."""


def left_out(name: str, folder: Path = FOLDS) -> Verdicts | None:
    """The verdicts with a model of the event that has not seen the set; None where none is kept.

    A file holds the model, or everything that differs from the shipped data file. The rest (the
    verdict on the text, the background) is as shipped.
    """
    for stem in dict.fromkeys([name, family(name)]):
        path = folder / f"{stem}.json"
        if path.exists():
            told: dict[str, Any] = orjson.loads(path.read_bytes())
            return Verdicts.from_data(_shipped() | (told if "story" in told else {"story": told}))
    return None


def _shipped() -> dict[str, Any]:
    content = pkgutil.get_data("dedupe", "data/verdicts.json")
    assert content is not None
    shipped: dict[str, Any] = orjson.loads(content)
    return shipped
