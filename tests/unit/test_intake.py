from __future__ import annotations

import asyncio
import threading

import pytest

from api.intake import Failed, Intake, QueueFull
from dedupe.answer import Answer, ArticleView, ClusterView, Status, StoryView
from dedupe.errors import BadInput, SamestoryError, StoreBusy
from dedupe.model import Article, Canonical, Relation
from dedupe.service import Idempotency, Outcome, Request

WAIT = 10.0


def request(*titles: str, once: Idempotency | None = None) -> Request:
    return Request(articles=tuple(Article(title=title) for title in titles), idempotency=once)


def answer(title: str) -> Answer:
    return Answer(
        article=ArticleView(
            id=title,
            external_id=None,
            revision=1,
            status=Status.CREATED,
            published=None,
            furniture=(),
        ),
        cluster=ClusterView(id="c", size=1, relation=Relation.NONE, of=None, probability=None),
        story=StoryView(
            id="s",
            size=1,
            relation=Relation.NONE,
            of=None,
            independent_sources=1,
            probability=None,
            related=(),
        ),
        canonical=Canonical(
            article_id=title, source=None, url=None, in_index=True, confidence=1.0, reasons=()
        ),
        credits=(),
        matches=(),
        warnings=(),
        degraded=False,
    )


class Scripted:
    """Answers every article by its title; titles say what goes wrong, a gate holds it up."""

    def __init__(self, *, held: bool = False) -> None:
        self.groups: list[list[int]] = []
        self.threads: set[int] = set()
        self.entered = threading.Semaphore(0)
        self.gate = threading.Event()
        if not held:
            self.gate.set()

    def handle(self, requests):
        self.threads.add(threading.get_ident())
        self.groups.append([len(each.articles) for each in requests])
        self.entered.release()
        assert self.gate.wait(WAIT)
        titles = [article.title for each in requests for article in each.articles]
        if "bug" in titles:
            raise KeyError("a bug")
        if "busy" in titles:
            raise StoreBusy("another process is writing")
        return [
            Outcome(results=tuple(answer(article.title) for article in each.articles))
            for each in requests
        ]


@pytest.fixture
def running():
    """Starts an intake over a service and closes it at the end."""
    started: list[tuple[Intake, Scripted]] = []

    def start(service: Scripted, **settings) -> Intake:
        intake = Intake(service, **settings)
        intake.start()
        started.append((intake, service))
        return intake

    yield start
    for intake, service in started:
        service.gate.set()
        intake.close(WAIT)


def titles(outcome: Outcome) -> list[str]:
    return [result.article.id for result in outcome.results]


def test_a_request_to_an_idle_worker_goes_alone(running):
    """Without company a request is a group of its own, at once."""
    service = Scripted()
    [future] = running(service).enqueue([request("a")])
    assert titles(future.result(WAIT)) == ["a"]
    assert service.groups == [[1]]


def test_what_arrives_meanwhile_is_the_next_group(running):
    """While one group is worked on, everything that arrives is gathered into the next."""
    service = Scripted(held=True)
    intake = running(service)
    first = intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    others = [intake.enqueue([request(str(n))])[0] for n in range(5)]
    service.gate.set()
    assert [titles(future.result(WAIT)) for future in [*first, *others]] == [
        ["a"], ["0"], ["1"], ["2"], ["3"], ["4"],
    ]  # fmt: skip
    assert service.groups == [[1], [1, 1, 1, 1, 1]]
    assert len(service.threads) == 1


def test_a_group_holds_at_most_max_group_articles(running):
    """Requests are grouped whole, in order, up to the limit; a larger one goes alone."""
    service = Scripted(held=True)
    intake = running(service, max_group=4)
    first = intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    others = intake.enqueue([request(*"bc"), request(*"de"), request("f"), request(*"ghijk")])
    service.gate.set()
    for future in [*first, *others]:
        future.result(WAIT)
    assert service.groups == [[1], [2, 2], [1], [5]]


def test_a_poisoned_request_fails_alone(running):
    """A request that makes its group raise gets the error; its neighbours get their answers."""
    service = Scripted(held=True)
    intake = running(service)
    blocker = intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    good, bad, other = intake.enqueue([request("b"), request("bug"), request("c")])
    service.gate.set()
    assert titles(blocker[0].result(WAIT)) == ["a"]
    assert titles(good.result(WAIT)) == ["b"]
    assert titles(other.result(WAIT)) == ["c"]
    with pytest.raises(KeyError):
        bad.result(WAIT)


def test_a_poisoned_article_fails_alone(running):
    """In a batch without idempotency key one article that raises keeps its place as an error."""
    [future] = running(Scripted()).enqueue([request("a", "bug", "c")])
    first, second, third = future.result(WAIT).results
    assert (first.article.id, third.article.id) == ("a", "c")
    assert isinstance(second, Failed)


def test_an_idempotent_batch_is_never_taken_apart(running):
    """A batch whose answer is remembered as one fails as one."""
    once = Idempotency(key="k", digest=b"d", render=lambda results: b"")
    [future] = running(Scripted()).enqueue([request("a", "bug", once=once)])
    with pytest.raises(KeyError):
        future.result(WAIT)


def test_a_busy_store_is_asked_once(running):
    """What is wrong with the service, not with a request, fails the group without a second try."""
    service = Scripted(held=True)
    intake = running(service)
    blocker = intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    futures = intake.enqueue([request("b"), request("busy"), request("c")])
    service.gate.set()
    blocker[0].result(WAIT)
    for future in futures:
        with pytest.raises(StoreBusy):
            future.result(WAIT)
    assert service.groups == [[1], [1, 1, 1]]


def test_a_full_queue_refuses(running):
    """Beyond ``max_waiting`` nothing is queued, and requests that came together are not split."""
    service = Scripted(held=True)
    intake = running(service, max_waiting=2)
    intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    intake.enqueue([request("b")])
    with pytest.raises(QueueFull):
        intake.enqueue([request("c"), request("d")])
    assert len(intake) == 1
    intake.enqueue([request("e")])
    assert len(intake) == 2


def test_closing_drains_and_then_refuses():
    """What was queued before the close is answered; what comes after is refused."""
    service = Scripted(held=True)
    intake = Intake(service)
    intake.start()
    futures = [intake.enqueue([request(str(n))])[0] for n in range(3)]
    closing = threading.Thread(target=intake.close, args=(WAIT,))
    closing.start()
    service.gate.set()
    closing.join(WAIT)
    assert [titles(future.result(0)) for future in futures] == [["0"], ["1"], ["2"]]
    assert not intake.alive
    with pytest.raises(QueueFull):
        intake.enqueue([request("late")])


def test_a_cancelled_request_is_not_handled(running):
    """A request whose caller left before its turn is dropped, and the worker goes on."""
    service = Scripted(held=True)
    intake = running(service)
    blocker = intake.enqueue([request("a")])
    assert service.entered.acquire(timeout=WAIT)
    gone, stays = intake.enqueue([request("b"), request("c")])
    assert gone.cancel()
    service.gate.set()
    blocker[0].result(WAIT)
    assert titles(stays.result(WAIT)) == ["c"]
    assert service.groups == [[1], [1]]


def test_a_job_runs_on_the_worker_between_groups(running):
    """Deletes and the like run on the worker's thread, in their turn; their errors come back."""
    service = Scripted()
    intake = running(service)
    threads = []

    def fails():
        raise BadInput("x", "is wrong", "mend it")

    async def run():
        await intake.submit(request("a"))
        await intake.call(lambda: threads.append(threading.get_ident()))
        with pytest.raises(BadInput):
            await intake.call(fails)
        return await intake.submit(request("b"))

    assert titles(asyncio.run(run())) == ["b"]
    assert set(threads) == service.threads


def test_submit_all_returns_failures_in_their_places(running):
    """Parts of a batch fail or succeed each for itself."""
    intake = running(Scripted(), max_group=1)

    async def run():
        return await intake.submit_all([request("a"), request("busy"), request("c")])

    first, second, third = asyncio.run(run())
    assert (titles(first), titles(third)) == (["a"], ["c"])
    assert isinstance(second, SamestoryError)


def test_the_observer_sees_what_became_of_a_group():
    """After a group is answered the observer is told requests and outcomes."""
    seen = []
    intake = Intake(Scripted(), observer=lambda requests, handled: seen.append((requests, handled)))
    intake.start()
    [future] = intake.enqueue([request("a")])
    outcome = future.result(WAIT)
    intake.close(WAIT)
    assert seen == [([request("a")], [outcome])]


def test_an_idle_worker_does_its_idle_job():
    """When nothing comes in, the idle job runs, and a failing one does not stop the worker."""
    rested = threading.Semaphore(0)

    def rest():
        rested.release()
        raise RuntimeError("nothing to do with any request")

    intake = Intake(Scripted(), idle=rest, idle_seconds=0.01)
    intake.start()
    assert rested.acquire(timeout=WAIT)
    assert rested.acquire(timeout=WAIT)
    [future] = intake.enqueue([request("a")])
    assert titles(future.result(WAIT)) == ["a"]
    intake.close(WAIT)


def test_an_intake_is_started_once(running):
    """A second start is a mistake and says so."""
    with pytest.raises(RuntimeError):
        running(Scripted()).start()
