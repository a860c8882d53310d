"""A verdict on one event taken apart: as JSON, with each reason in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from dedupe.counterfactual import Weight, Why
from dedupe.moves import ALIKE, Change, Move

Json: TypeAlias = dict[str, Any]

NOUNS: Final[Mapping[str, str]] = {
    "ledes": "ledes",
    "words": "words",
    "names": "names",
    "places": "places",
    "pairs": "pairs of names",
    "numbers": "numbers",
    "quotes": "quotes",
    "titles": "titles",
    "weekdays": "weekdays",
    "time": "publication",
    "days": "the days they name",
    "outlets": "outlets",
    "length": "length",
    "text": "text",
}
"""What is said of each group of evidence."""


def why(found: Why) -> Json:
    """Contributions, heaviest first, and what would turn the verdict, smallest change first."""
    return {
        "contributions": [weight(one) for one in found.weights],
        "changes": [change(one, found.same_from) for one in found.changes],
        "nearest": None if found.nearest is None else change(found.nearest, found.same_from),
        "together": [change(one, found.same_from) for one in found.together],
        "held_by": list(found.held_by),
        "says": conclusion(found),
    }


def weight(one: Weight) -> Json:
    """What a group of evidence adds to the log odds of one event."""
    return {
        "evidence": one.group,
        "log_odds": round(one.log_odds, 3),
        "says": evidence(one.group, one.columns),
    }


def change(one: Change, same_from: float) -> Json:
    """One group of evidence changed, with p_same_story after it and what the verdict then is."""
    return {
        "evidence": one.group,
        "before": None if one.before is None else round(one.before, 4),
        "after": None if one.after is None else round(one.after, 4),
        "p_same_story": round(one.p, 4),
        "says": f"{changed(one)}: {'yes' if one.p >= same_from else 'no'} ({_probability(one.p, same_from)})",
    }


def conclusion(found: Why) -> str:
    """Whether a single change would turn the verdict, and what stands in its way."""
    if found.p_same_text >= found.same_from:
        return "the text they share makes them one story, whatever else is known of them"
    other = "another story" if found.same else "one story"
    if found.changes:
        say = f"the smallest change to {other}: {changed(found.changes[0])}"
    elif found.together:
        both = " and ".join(changed(one) for one in found.together)
        say = f"no single change makes it {other}; two together do: {both}"
    else:
        say = f"no single change makes it {other}, nor do any two"
    if found.held_by:
        held = " and ".join(found.held_by)
        say += f"; as the {held} are, nothing else can"
    return say


def evidence(group: str, columns: Mapping[str, float]) -> str:
    """What was found, in a few words."""
    noun = NOUNS.get(group, group)
    if is_unknown(columns):
        return _unknown(group, noun)
    if group == "time":
        return f"published {_days(columns.get('time_gap', 0.0))}"
    if group == "days":
        return f"{noun} are {_days(columns.get('day_gap', 0.0))}"
    if group == "outlets":
        return "one outlet" if columns.get("same_outlet") else "two outlets, or unknown"
    if group == "weekdays":
        return f"{'a weekday' if columns.get('weekday_shared') else 'no weekday'} in common"
    # A mass says in another unit what the share beside it says.
    told = {n: v for n, v in columns.items() if not n.startswith("has_") and "_mass" not in n}
    if not told:
        masses = (value for name, value in columns.items() if "_mass" in name)
        return f"{noun if any(masses) else f'no {noun}'} in common"
    first = next(iter(told))
    shown = (
        f"{name.replace('_', ' ')} {_share(value)}"
        for name, value in told.items()
        if value or name == first
    )
    return ", ".join(shown)


def is_unknown(columns: Mapping[str, float]) -> bool:
    """Not both articles have any of it."""
    flags = [value for name, value in columns.items() if name.startswith("has_")]
    return bool(flags) and not any(flags)


def changed(one: Change) -> str:
    """The change as an "if", without its outcome."""
    noun, after, before = NOUNS.get(one.group, one.group), one.after or 0.0, one.before or 0.0
    if one.move is Move.UNKNOWN:
        return f"with {noun} unknown"
    if one.move is Move.KNOWN:
        had = "were dated" if one.group == "time" else "named a day"
        return f"if both {had}, {_number(after)} days apart"
    if one.move in {Move.FARTHER, Move.NEARER}:
        return f"with {noun} {_number(after)} days apart instead of {_number(before)}"
    if one.move in {Move.SET, Move.UNSET}:
        return _switched(one)
    if one.before is None and one.group in ALIKE:
        return f"if both had {noun}, {_share(after)} alike"
    if not after:
        return f"with no {noun} in common"
    return f"with {noun} {_share(after)} alike instead of {_share(before)}"


def _switched(one: Change) -> str:
    on = one.move is Move.SET
    if one.group == "outlets":
        return "if one outlet had both" if on else "if they were of two outlets"
    return f"if both named {'the same weekday' if on else 'other weekdays'}"


def _unknown(group: str, noun: str) -> str:
    if group == "time":
        return "not both dated"
    return f"not both have {noun}" if group != "days" else "not both name a day"


def _days(gap: float) -> str:
    """ln(1 + days) as days."""
    return f"{_number(math.expm1(gap))} days apart"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value < 10 else f"{value:.0f}"


def _probability(p: float, same_from: float) -> str:
    """As many places as show on which side of a verdict it lies."""
    fits = (k for k in (2, 3) if (round(p, k) >= same_from) is (p >= same_from))
    return f"{p:.{next(fits, 4)}f}".replace("0.", ".", 1)


def _share(value: float) -> str:
    """Two places, without a leading zero."""
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"
