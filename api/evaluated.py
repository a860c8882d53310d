"""How well predictions agree with labels, how far probabilities do, and every mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import numpy as np

from api.error_rows import divided_row, pair_row
from api.labelled import (
    Grouped,
    Level,
    Row,
    answer_scores,
    answered,
    group_scores,
    grouped,
)
from api.watched import Seen
from dedupe.calibration import Calibration, calibration
from dedupe.counterfactual import Why
from dedupe.mistakes import Divided, divided, tally
from dedupe.model import Bools, Doubles, Match

Json: TypeAlias = dict[str, Any]

EXPLAINED = 200
"""Mistakes of a kind, those that hurt most first, whose pairs are looked at."""
NO_P: Doubles = np.empty(0)
"""Probabilities of no pair."""
NO_SAME: Bools = np.empty(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """One file at one level."""

    figures: Json
    """What is printed."""
    errors: Sequence[Json]
    """One for each mistake, those that hurt most articles first."""
    p: Doubles
    """p_same_story of the pairs that are labelled and were judged; empty where none was."""
    same: Bools
    """Whether they are one story, shape = p.shape."""
    groups: Grouped | None = None
    """Labels and predictions; None of a file of pairs."""
    hours: Doubles = field(default_factory=lambda: NO_P)
    """When each of ``groups`` was published, hours since 1970, NaN where unknown; empty where the
    pipeline was not run on all of them."""


def documents(
    rows: Sequence[Row],
    predicted: Sequence[Row],
    level: Level,
    seen: Seen | None,
    *,
    calibrated: bool,
) -> Evaluated | None:
    """Predicted groups against labelled ones; None where nothing is labelled at this level.

    ``seen`` tells of the evidence; without it mistakes are named and not explained. It is
    ``calibrated`` against where it is of all documents.
    """
    found = grouped(rows, predicted, level)
    if found is None:
        return None
    p, same, hours = NO_P, NO_SAME, NO_P
    if seen is not None and calibrated:
        hours = seen.hours(found.rows)
        if level == "stories":
            p, same = _candidates(found, seen)
    errors = [
        divided_row(kind, one, rows, found.rows, level, seen if k < EXPLAINED else None)
        for kind, ones in _mistakes(found)
        for k, one in enumerate(ones)
    ]
    return Evaluated(
        figures={
            **group_scores(found, level),
            "errors": asdict(tally(found.gold, found.said)),
            "calibration": told_calibration(calibration(p, same)),
        },
        errors=sorted(errors, key=lambda error: -error["hurt"]),
        p=p,
        same=same,
        groups=found,
        hours=hours,
    )


def pairs(
    rows: Sequence[Row],
    predicted: Sequence[Row],
    level: Level,
    matches: Sequence[Match | None] | None,
    why: Callable[[Match], Why] | None,
    *,
    lines: Sequence[int],
) -> Evaluated | None:
    """Predicted pairs against labelled ones; None where no label speaks of this level.

    ``matches`` are the verdicts on the pairs, line by line, None where there is none; ``why`` takes
    one apart; ``lines`` are the numbers of the pairs in their file.
    """
    found = answered(rows, predicted, level)
    if found is None:
        return None
    told = [None if matches is None else matches[k] for k in found.rows]
    p, same = NO_P, NO_SAME
    if level == "stories" and matches is not None and all(told):
        p, same = np.array([match.p_same_story for match in told if match]), found.gold
    wrong = np.flatnonzero(found.gold != found.said).tolist()
    errors = [
        pair_row(
            rows[found.rows[k]],
            yes=bool(found.gold[k]),
            line=lines[found.rows[k]],
            match=told[k],
            why=why,
        )
        for k in wrong
    ]
    return Evaluated(
        figures={
            **answer_scores(found, level),
            "errors": {
                "wrong": int((found.said & ~found.gold).sum()),
                "missed": int((found.gold & ~found.said).sum()),
            },
            "calibration": told_calibration(calibration(p, same)),
        },
        errors=sorted(errors, key=_nearness),
        p=p,
        same=same,
    )


def involved(rows: Sequence[Row], predicted: Sequence[Row], levels: Iterable[Level]) -> list[int]:
    """The documents that lie in a mistake at one of these levels, by position."""
    wanted: set[int] = set()
    for level in levels:
        found = grouped(rows, predicted, level)
        if found is not None:
            divisions = (one for _, ones in _mistakes(found) for one in ones)
            wanted |= {found.rows[k] for one in divisions for p in one.parts for k in p.items}
    return sorted(wanted)


def wrongly_answered(
    rows: Sequence[Row], predicted: Sequence[Row], levels: Iterable[Level]
) -> list[int]:
    """The pairs that were answered wrongly at one of these levels, by position."""
    wanted: set[int] = set()
    for level in levels:
        found = answered(rows, predicted, level)
        if found is not None:
            wanted |= {found.rows[k] for k in np.flatnonzero(found.gold != found.said).tolist()}
    return sorted(wanted)


def told_calibration(found: Calibration | None) -> Json | None:
    """A calibration as JSON, figures to four places."""
    if found is None:
        return None
    return {
        "pairs": found.pairs,
        "same": found.same,
        "brier": round(found.brier, 4),
        "expected_calibration_error": round(found.error, 4),
        "bins": [{name: round(value, 4) for name, value in asdict(b).items()} for b in found.bins],
    }


def _mistakes(found: Grouped) -> Iterator[tuple[str, list[Divided]]]:
    yield "split", divided(found.gold, found.said)
    yield "merged", divided(found.said, found.gold)


def _candidates(found: Grouped, seen: Seen) -> tuple[Doubles, Bools]:
    """p_same_story of the candidate pairs that are labelled, and whether they are one story."""
    left, right, p = seen.candidates(found.rows)
    numbers = {label: k for k, label in enumerate(dict.fromkeys(found.gold))}
    gold = np.array([numbers[label] for label in found.gold])
    return p, gold[left] == gold[right]


def _nearness(error: Json) -> float:
    """How near to the truth a wrong pair's probability was; .5 where it is not known."""
    p = error["p_same_story"]
    if p is None:
        return 0.5
    return float(p if error["kind"] == "missed" else 1.0 - p)
