"""How the nights of a store stand, from their records and whether one is running now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dedupe.night.records import NightRecord, NightState

ENDED_WELL = frozenset({NightState.APPLIED, NightState.UNCHANGED, NightState.ROLLED_BACK})
"""The work of such a night is done; a person may have taken it back afterwards."""
_COUNTED = (
    NightState.APPLIED,
    NightState.UNCHANGED,
    NightState.FAILED,
    NightState.INTERRUPTED,
    NightState.OVERRAN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is to be known of the nights at a glance."""

    running: NightRecord | None = None
    last: NightRecord | None = None
    """The newest that is over; one that was killed is an interrupted one without an end."""
    last_good: NightRecord | None = None
    """The newest that ended well."""
    ended: Mapping[NightState, int]
    """Nights by how they ended. One taken back later had been applied: no figure ever falls."""
    rolled_back: int = 0


def health(records: Sequence[NightRecord], *, held: bool) -> Health:
    """How things stand, from all records (the newest first) and whether the lock is ``held``."""
    told = as_they_are(records, held=held)
    over = [one for one in told if one.state is not NightState.RUNNING]
    states = Counter(one.state for one in over)
    rolled_back = states[NightState.ROLLED_BACK]
    states[NightState.APPLIED] += rolled_back
    return Health(
        running=next((one for one in told if one.state is NightState.RUNNING), None),
        last=next(iter(over), None),
        last_good=next((one for one in over if one.state in ENDED_WELL), None),
        ended={state: states[state] for state in _COUNTED},
        rolled_back=rolled_back,
    )


def as_they_are(records: Sequence[NightRecord], *, held: bool) -> list[NightRecord]:
    """The records, the newest first, with those of killed nights told as interrupted.

    Whoever runs holds the lock, and has begun the newest of them.
    """
    return [
        one
        if one.state is not NightState.RUNNING or (held and number == 0)
        else replace(one, state=NightState.INTERRUPTED, error="it was killed")
        for number, one in enumerate(records)
    ]


def hours_taken(record: NightRecord) -> float | None:
    """Hours that a night took; None where it is not known."""
    if record.finished is None or record.state is NightState.ROLLED_BACK:
        return None  # what is kept of one taken back is when that was done
    return max(0.0, record.finished - record.started)
