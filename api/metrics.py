"""What Prometheus reads: requests, latencies, articles, groups, queue, verdicts, sizes, nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.night.metrics import NightGauges
from dedupe.answer import Answer
from dedupe.night.health import Health
from dedupe.service import Outcome, Request

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# An answer takes 10 to 20 ms when the encoder is warm; the slow end is a batch of a thousand.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_GROUP = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "samestory_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "samestory_http_request_seconds",
            "Time from the request's head to the answer's end",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._articles = Counter(
            "samestory_articles",
            "Articles posted to be stored, by what became of them",
            ("status",),
            registry=self.registry,
        )
        self._relations = Counter(
            "samestory_relations",
            "Verdicts given, by level and relation",
            ("level", "relation"),
            registry=self.registry,
        )
        self._groups = Histogram(
            "samestory_group_articles",
            "Articles judged and committed together",
            buckets=_GROUP,
            registry=self.registry,
        )
        self._scheduled = Counter(
            "samestory_nightly_processes",
            "Nights that this service started itself, by how their process ended",
            ("outcome",),
            registry=self.registry,
        )

    def request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def group(self, requests: Sequence[Request], handled: Sequence[Outcome | Exception]) -> None:
        """One group of requests was handled."""
        self._groups.observe(sum(len(request.articles) for request in requests))
        for request, outcome in zip(requests, handled, strict=True):
            if isinstance(outcome, Outcome) and outcome.replay is None:
                self._judged(outcome, store=request.store)

    def expect_nights(self, outcomes: Sequence[str]) -> None:
        """Each of these is counted from zero on, so that the first one is seen as a rise."""
        for outcome in outcomes:
            self._scheduled.labels(outcome)

    def night(self, outcome: str) -> None:
        """The process of a night that this service started has ended."""
        self._scheduled.labels(outcome).inc()

    def watch(
        self,
        *,
        waiting: Callable[[], int],
        counts: Callable[[], Mapping[str, int]],
        withheld: Callable[[], Mapping[str, int]],
        nights: Callable[[], Health],
    ) -> None:
        """Queue depth, index sizes, what is withheld and the nights are read at every scrape."""
        self.registry.register(_Gauges(waiting, counts, withheld))
        self.registry.register(NightGauges(nights))

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _judged(self, outcome: Outcome, *, store: bool) -> None:
        for result in outcome.results:
            if not isinstance(result, Answer):
                if store:
                    self._articles.labels("rejected").inc()
                continue
            if store:
                self._articles.labels(result.article.status.value).inc()
            self._relations.labels("cluster", result.cluster.relation.value).inc()
            if result.story.relation is not None:
                self._relations.labels("story", result.story.relation.value).inc()


class _Gauges(Collector):
    def __init__(
        self,
        waiting: Callable[[], int],
        counts: Callable[[], Mapping[str, int]],
        withheld: Callable[[], Mapping[str, int]],
    ) -> None:
        self._waiting = waiting
        self._counts = counts
        self._withheld = withheld

    def describe(self) -> list[Metric]:
        """Nothing is read while registering."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Requests waiting and rows stored, now."""
        queue = GaugeMetricFamily("samestory_queue_requests", "Requests waiting for the worker")
        queue.add_metric([], self._waiting())
        yield queue
        stored = GaugeMetricFamily("samestory_stored", "Rows stored, by kind", labels=["kind"])
        for kind, count in self._counts().items():
            stored.add_metric([kind], count)
        yield stored
        hidden = GaugeMetricFamily(
            "samestory_withheld",
            "Articles that are not shown, and texts removed",
            labels=["status"],
        )
        for status, count in self._withheld().items():
            hidden.add_metric([status], count)
        yield hidden
