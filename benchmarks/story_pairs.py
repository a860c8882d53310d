"""Labelled pairs of articles: who says of which that they report the same event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from api.labelled import pair_label
from benchmarks import story_runs, story_sets
from benchmarks.story_peers import GRID, chosen_elsewhere, tfidf_vectors
from benchmarks.story_sets import Row
from dedupe.evaluation import pair_scores
from dedupe.model import Bools, Doubles, Relation
from dedupe.ports import Encoder
from dedupe.verdict import Verdicts

Figures = dict[str, Any]
DAYS: tuple[float, ...] = (0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 30.0, np.inf)
"""Days apart that the cosine-and-days rule may allow; a pair without two dates passes."""
BY_LANGUAGE = ("telegram",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSet:
    """Labelled pairs with what the peers look at."""

    name: str
    pairs: tuple[Row, ...]
    gold: Bools
    minilm: Doubles
    """Cosine of the ledes of each pair."""
    tfidf: Doubles
    """Cosine of the texts by TF-IDF of this very set."""
    days: Doubles
    """Days between the two, NaN where one has no date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A way of telling pairs apart: for every setting that is tried, who says yes."""

    name: str
    label: str
    settings: tuple[str, ...]
    answers: Callable[[PairSet], Iterable[Bools]]


def pair_set(name: str, rows: Sequence[Row], encoder: Encoder) -> PairSet:
    """The pairs whose label says something of the event, with cosines and days apart."""
    kept: list[tuple[Row, bool]] = []
    for row in rows:
        label = pair_label(row)
        if label is not None and label[0] == "stories":
            kept.append((row, label[1]))
    sides = [row[side] for row, _ in kept for side in "ab"]
    told = story_sets.readings(sides)
    vectors = story_sets.embedded([one.lede if one else "" for one in told], encoder)
    words = tfidf_vectors([story_sets.text_of(side) for side in sides])
    hours = story_sets.hours_of(told)
    return PairSet(
        name=name,
        pairs=tuple(row for row, _ in kept),
        gold=np.array([yes for _, yes in kept], dtype=np.bool_),
        minilm=np.asarray((vectors[::2] * vectors[1::2]).sum(axis=1), dtype=np.float64),
        tfidf=np.asarray(words[::2].multiply(words[1::2]).sum(axis=1)).reshape(-1),
        days=np.abs(hours[::2] - hours[1::2]) / 24.0,
    )


def read(folder: Path, encoder: Encoder) -> list[PairSet]:
    """Every file of pairs that is in the folder, those of several languages apart."""
    found = []
    for name, stem in story_sets.PAIRED.items():
        path = folder / f"{stem}.pairs.jsonl.gz"
        if not path.exists():
            print(f"skipped: {path} is not there", flush=True)
            continue
        found += [pair_set(part, rows, encoder) for part, rows in _parts(name, path)]
    return found


def scores(sets: Sequence[PairSet]) -> Figures:
    """F1 of every rule on every set, with its settings chosen on the others and on itself."""
    told: Figures = {}
    for rule in RULES:
        counts = {
            one.name: [pair_scores(one.gold, yes) for yes in rule.answers(one)] for one in sets
        }
        f1 = {name: [count.f1 or 0.0 for count in tried] for name, tried in counts.items()}
        told[rule.name] = {"label": rule.label, "sets": {}}
        for name, tried in f1.items():
            chosen, own = chosen_elsewhere(f1, name), int(np.argmax(tried))
            told[rule.name]["sets"][name] = {
                "f1": None if chosen is None else round(tried[chosen], 4),
                "setting": None if chosen is None else rule.settings[chosen],
                "oracle_f1": round(tried[own], 4),
                "oracle_setting": rule.settings[own],
            }
    return told


def samestory(one: PairSet, encoder: Encoder, verdicts: Verdicts | None = None) -> Figures:
    """Precision, recall and F1 of ``samestory compare``: yes is every relation but none."""
    rows = story_runs.compared(one.pairs, encoder, verdicts)
    yes = np.array([row.get("relation", Relation.NONE) != Relation.NONE for row in rows])
    counts = pair_scores(one.gold, yes)
    told = {"f1": counts.f1, "precision": counts.precision, "recall": counts.recall}
    return {name: None if value is None else round(value, 4) for name, value in told.items()}


def _parts(name: str, path: Path) -> Iterable[tuple[str, list[Row]]]:
    rows = story_sets.lines(path)
    if name not in BY_LANGUAGE:
        return [(name, rows)]
    languages = sorted({row["a"]["lang"] for row in rows})
    return [(f"{name}_{one}", [r for r in rows if r["a"]["lang"] == one]) for one in languages]


def _above(cosines: Callable[[PairSet], Doubles]) -> Callable[[PairSet], Iterable[Bools]]:
    return lambda one: [cosines(one) >= threshold for threshold in GRID]


def _near_in_time(one: PairSet) -> Iterable[Bools]:
    for threshold in GRID:
        for days in DAYS:
            yield (one.minilm >= threshold) & ~(one.days > days)


_COSINES = tuple(f"{threshold:.2f}" for threshold in GRID)
RULES = (
    Rule(
        name="minilm",
        label="MiniLM cosine",
        settings=_COSINES,
        answers=_above(lambda one: one.minilm),
    ),
    Rule(
        name="tfidf",
        label="TF-IDF cosine",
        settings=_COSINES,
        answers=_above(lambda one: one.tfidf),
    ),
    Rule(
        name="both",
        label="mean of the two",
        settings=_COSINES,
        answers=_above(lambda one: (one.minilm + one.tfidf) / 2),
    ),
    Rule(
        name="days",
        label="MiniLM cosine and days apart",
        settings=tuple(f"{threshold:.2f}, {days:g} days" for threshold in GRID for days in DAYS),
        answers=_near_in_time,
    ),
)


def facts(sets: Sequence[PairSet]) -> Mapping[str, Figures]:
    """Pairs of each set, those that are the same event, and those with two dates."""
    return {
        one.name: {
            "pairs": len(one.gold),
            "yes": int(one.gold.sum()),
            "dated": int((~np.isnan(one.days)).sum()),
        }
        for one in sets
    }
