"""Nights as plain data and as a sentence."""

from __future__ import annotations

from typing import Any

from dedupe.night.records import NightPlan, NightRecord, NightState
from dedupe.night.run import Done

_SAID = {
    NightState.APPLIED: "applied",
    NightState.UNCHANGED: "everything lay where it belongs; nothing was changed",
    NightState.ROLLED_BACK: "rolled back",
}


def summary(plan: NightPlan, done: Done | None) -> dict[str, Any]:
    """What a night found, and what became of it; ``done`` is None where it was only planned."""
    told: dict[str, Any] = {
        "state": "planned" if done is None else done.record.state.value,
        "night": None if done is None else done.record.number,
        "articles": plan.articles,
        "churn": dict(plan.review.churn.figures),
        "guarded": len(plan.review.guarded),
    }
    if done is not None:
        told["left_for_the_next_night"] = done.left
    return told


def outcome(done: Done) -> str:
    """What became of a night, in a sentence or two."""
    text = f"night {done.record.number}: {_SAID[done.record.state]}"
    if done.left:
        text += f"; {done.left} changes are left for the next one, articles came meanwhile"
    return text


def rolled_back(record: NightRecord) -> str:
    """What was undone, in a sentence."""
    return f"night {record.number} is rolled back; the next one would do the same again"
