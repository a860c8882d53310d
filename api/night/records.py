"""Nights as a person reads them: in the details of ``/readyz``, as rows, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from api.rendering import instant
from dedupe.errors import SamestoryError
from dedupe.night.health import ENDED_WELL, Health, as_they_are, health, hours_taken
from dedupe.night.records import NightRecord, NightState
from dedupe.ports import Store

Json: TypeAlias = dict[str, Any]

ALL = 2**31
"""More nights than any store has seen."""
WHY = 160
"""Most code points of an error that are told."""
COLUMNS = (
    "night",
    "started",
    "took",
    "state",
    "articles",
    "moved",
    "merged",
    "split",
    "canonical",
    "error",
)
_RIGHT = frozenset({"night", "took", "articles", "moved", "merged", "split", "canonical"})


class Scheduled(Protocol):
    """What the service's own schedule knows that the store does not."""

    def complaint(self, newest: NightRecord | None) -> str | None:
        """What became of the last night it started, where that is in no record."""


def known(store: Store) -> Health:
    """How the nights of a store stand now."""
    # Looked at before and after: a night that begins or ends between was not killed.
    held = store.night_running()
    with store.read() as reader:
        records = reader.nights(limit=ALL)
    return health(records, held=held or store.night_running())


def check(store: Store, scheduled: Scheduled | None) -> str:
    """One line for ``/readyz``: begins with "ok" unless the last night ended badly."""
    try:
        now = known(store)
    except SamestoryError as error:
        return f"unknown: {error}"
    if now.running is not None:
        return f"ok (running since {instant(now.running.started)})"
    if scheduled is not None and (complaint := scheduled.complaint(now.last)) is not None:
        return complaint
    return _over(now.last)


def _over(last: NightRecord | None) -> str:
    if last is None:
        return "ok (no night yet)"
    state, at = last.state, instant(last.finished or last.started)
    if state in ENDED_WELL:
        return f"ok ({state.value.replace('_', ' ')} {at})"
    if state is NightState.FAILED:
        return f"failed {at}: {_why(last)}; the day's state is intact"
    said = "overran its limit" if state is NightState.OVERRAN else "was interrupted"
    return f"{said} {at}; the day's state is intact, it resumes at the next run"


def _why(record: NightRecord) -> str:
    """The error in one line that is not too long."""
    flat = " ".join((record.error or "for no known reason").split())
    return flat if len(flat) <= WHY else flat[: WHY - 1] + "…"


def rows(records: Sequence[NightRecord], *, held: bool) -> list[Json]:
    """Records as JSON, the newest first; ``held`` says whether a night is running."""
    return [_row(one) for one in as_they_are(records, held=held)]


def _row(record: NightRecord) -> Json:
    taken = hours_taken(record)
    return {
        "night": record.number,
        "started": instant(record.started),
        "finished": instant(record.finished),
        "seconds": None if taken is None else round(taken * 3600.0, 3),
        "state": record.state.value,
        "since_hours": record.since,
        "articles": record.articles,
        "churn": dict(record.churn),
        "error": record.error,
    }


def table(told: Sequence[Json]) -> str:
    """Rows as a table of text; of two figures the first counts clusters, the other stories."""
    if not told:
        return "no night yet"
    lines = [COLUMNS, *(_cells(row) for row in told)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if name in _RIGHT else cell.ljust(width)
            for name, cell, width in zip(COLUMNS, line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _cells(row: Json) -> tuple[str, ...]:
    churn = row["churn"]
    return (
        str(row["night"]),
        row["started"].replace("T", " "),
        _took(row["seconds"]),
        row["state"].replace("_", " "),
        f"{row['articles']:,}",
        _figure(churn, "articles_moved"),
        f"{_figure(churn, 'clusters_merged')}/{_figure(churn, 'stories_merged')}",
        f"{_figure(churn, 'clusters_split')}/{_figure(churn, 'stories_split')}",
        _figure(churn, "clusters_canonical_changed"),
        " ".join((row["error"] or "").split()),
    )


def _figure(churn: Json, name: str) -> str:
    return f"{churn[name]:,.0f}" if name in churn else "-"


def _took(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"
