"""What a release takes back, and what it leaves in force."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from dedupe.model import Notice
from dedupe.version import PubStatus
from dedupe.withheld.records import WEIGHT, By, Withholding


class What(StrEnum):
    """What a release takes back."""

    KILL = "kill"
    HOLD = "hold"
    FLAG = "flag"
    """That it carries a killed text."""
    EMBARGO = "embargo"
    """Before its hour."""
    ALL = "all"


_STATUS = {
    What.KILL: PubStatus.CANCELED,
    What.HOLD: PubStatus.WITHHELD,
    What.FLAG: PubStatus.UPSTREAM_KILLED,
    What.EMBARGO: PubStatus.EMBARGOED,
}
_WHAT = {status: what for what, status in _STATUS.items()}


def ending(
    rows: Sequence[Withholding], now: float, *, by: By, what: What | None, embargo: bool
) -> list[Withholding]:
    """The records in force that a release reaches.

    Of an admin's what it names, by default the gravest of kill, flag and hold alone. A notice or a
    newer version ends only holds that a source ordered. ``embargo`` ends one of those too.
    """
    standing = [row for row in rows if row.in_force(now)]
    if by is not By.ADMIN:
        reached = {PubStatus.WITHHELD}
        standing = [row for row in standing if row.by is not By.ADMIN]
    elif what is What.ALL:
        reached = set(_WHAT)
    elif what is not None:
        reached = {_STATUS[what]}
    else:
        kept = {row.status for row in standing} - {PubStatus.EMBARGOED}
        reached = {max(kept, key=WEIGHT.__getitem__)} if kept else set()
    if embargo:
        reached.add(PubStatus.EMBARGOED)
    return [row for row in standing if row.status in reached]


def still(rows: Sequence[Withholding], now: float) -> tuple[Notice, ...]:
    """What keeps an article in after a release, the gravest first, and how to end it."""
    kept = {row.status: row for row in rows if row.in_force(now)}
    return tuple(
        Notice(
            field="pub_status",
            value=str(status),
            action=f"still in force, by {kept[status].by}; release it with `what` {_WHAT[status]}",
        )
        for status in sorted(kept, key=WEIGHT.__getitem__, reverse=True)
    )
