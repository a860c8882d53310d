"""What Prometheus reads of the nights, from their records: whoever started them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dedupe.night.health import Health, hours_taken

SECONDS = 3600.0
"""In an hour, which is what records are kept in."""
_GROUPS = ("merged", "split", "born", "retired", "canonical_changed")


class NightGauges(Collector):
    """The figures of the nights, read from the store at every scrape."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self._health = health

    def describe(self) -> list[Metric]:
        """Nothing is read while registering."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Counts of all nights, when the last ones were, what the last good one changed."""
        now = self._health()
        yield _gauge("samestory_night_running", "1 while a night runs", float(bool(now.running)))
        yield from _counted(now)
        yield from _times(now)
        yield from _changed(now)


def _counted(now: Health) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "samestory_night_runs", "Nights that are over, by how they ended", labels=["state"]
    )
    for state, count in now.ended.items():
        ended.add_metric([state.value], count)
    yield ended
    back = CounterMetricFamily("samestory_night_rollbacks", "Nights that were taken back")
    back.add_metric([], now.rolled_back)
    yield back


def _times(now: Health) -> Iterator[Metric]:
    """Moments as Unix time; what never was is left out."""
    if (newest := now.running or now.last) is not None:
        yield _moment("last_started_timestamp", "When the newest night began", newest.started)
    if (over := now.last) is not None:
        yield _moment("last_finished_timestamp", "When the last night ended", over.finished)
        yield _moment("last_duration", "Time that the last night took", hours_taken(over))
    if (good := now.last_good) is not None:
        yield _moment("last_success_timestamp", "When a night last ended well", good.finished)


def _changed(now: Health) -> Iterator[Metric]:
    """What the last night that ended well looked at and changed."""
    good = now.last_good
    if good is None:
        return
    figures = good.churn
    says = "by the last night that ended well"
    yield _gauge("samestory_night_last_articles", f"Articles judged {says}", good.articles)
    moved = figures.get("articles_moved", 0.0)
    yield _gauge("samestory_night_last_articles_moved", f"Articles moved {says}", moved)
    groups = GaugeMetricFamily(
        "samestory_night_last_groups", f"Groups changed {says}", labels=["level", "change"]
    )
    for level in ("clusters", "stories"):
        for change in _GROUPS:
            if (count := figures.get(f"{level}_{change}")) is not None:
                groups.add_metric([level, change], count)
    yield groups


def _moment(name: str, says: str, hours: float | None) -> GaugeMetricFamily:
    """Without a sample where it is not known."""
    value = None if hours is None else hours * SECONDS
    return GaugeMetricFamily(f"samestory_night_{name}_seconds", says, value=value)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)
