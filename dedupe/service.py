"""The use cases: gather, plan, apply.

One worker calls ``handle`` with a group of requests; their articles are read and embedded
together, judged one after the other under the judge's lock and committed in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dedupe.answer import Answer, ClusterDetail, Status, StoryDetail, StoryLine
from dedupe.answering import answer_from_plan, answer_from_store, cluster_detail
from dedupe.candidates import Candidates
from dedupe.constraints.nearest import Pairs
from dedupe.constraints.ordering import Ordering, dropped_with
from dedupe.counterfactual import Why, why_matched
from dedupe.embedding import Embedder
from dedupe.errors import NotFound, SamestoryError
from dedupe.furniture import Line, source_key
from dedupe.gathering import Gatherer
from dedupe.judging import Judging
from dedupe.learning import FurnitureLearner, learned_of
from dedupe.listing import StoryQuery
from dedupe.model import Article, Match, Reading
from dedupe.neighbourhood import Neighbourhood
from dedupe.night.lineage import Followed
from dedupe.plan import settle
from dedupe.ports import Reader, Store, StoredArticle, Writer
from dedupe.rarity import LiveRarity
from dedupe.reading import ArticleReader
from dedupe.requests import Idempotency, Outcome, Request, replayed
from dedupe.revisions.filing import elected, event, filing, same, shelved
from dedupe.revisions.history import History
from dedupe.settings import Settings
from dedupe.state import Event, Plan
from dedupe.stories import Moment, listed, story_detail
from dedupe.withheld.disclosure import unquoted
from dedupe.withheld.purging import reading_of
from dedupe.withheld.suppression import Suppression


class Service(Suppression, Ordering, Followed):
    """Everything Samestory does with articles, whoever asks."""

    def __init__(  # noqa: PLR0913 - one argument for each part it is made of
        self,
        *,
        store: Store,
        reader: ArticleReader,
        embedder: Embedder,
        learner: FurnitureLearner,
        candidates: Candidates,
        judging: Judging,
        rarity: LiveRarity,
        settings: Settings,
        clock: Callable[[], float],
        new_id: Callable[[str], str],
    ) -> None:
        self.store = store
        self.candidates = candidates
        self.rarity = rarity
        self.history = History(
            store, reader, clock=clock, background=lambda: self.rarity.background
        )
        self._reader = reader
        self._embedder = embedder
        self._learner = learner
        self._judging = judging
        self._gatherer = Gatherer(candidates, reader, judging, settings)
        self._settings = settings
        self._clock = clock
        self._new_id = new_id

    def handle(self, requests: Sequence[Request]) -> list[Outcome]:
        """One outcome for each request, after everything they store has been committed.

        Not to be called from two threads at once: the candidate indexes belong to the caller.

        Raises:
            StoreBusy: another process held the lock too long; nothing was stored.
        """
        readings = self._read([article for request in requests for article in request.articles])
        queue = iter(readings)
        grouped = [[next(queue) for _ in request.articles] for request in requests]
        if not any(request.store for request in requests):
            with self.store.read() as reader:
                self.rarity.follow(reader)
                return [
                    Outcome(results=tuple(self._checked(reader, one) for one in group))
                    for group in grouped
                ]
        with self._writing() as writer:
            outcomes = [
                self._one(writer, request, group)
                for request, group in zip(requests, grouped, strict=True)
            ]
        self.rarity.after(self.store, len(readings))
        return outcomes

    def warm(self) -> None:
        """One text has been read: what is loaded when it is first needed is there."""
        self._read([Article(title="A first text", body="It pays for what every later one finds.")])

    def answer(self, article_id: str) -> Answer:
        """What is known of an article now.

        Raises:
            NotFound: there is no such article.
        """
        with self.shown() as reader:
            return answer_from_store(reader, self._found(reader, article_id), Status.UNCHANGED)

    def cluster(self, cluster_id: str) -> ClusterDetail:
        """A cluster with its members, or where a retired one lives on.

        Raises:
            NotFound: there never was such a cluster.
        """
        with self.shown() as reader:
            return cluster_detail(reader, cluster_id)

    def story(self, story_id: str, *, after: Moment | None = None, limit: int = 50) -> StoryDetail:
        """A story as a whole, or where a retired one lives on; ``limit`` bounds its time line.

        Raises:
            NotFound: there never was such a story.
        """
        with self.shown() as reader:
            return story_detail(reader, self._judging, story_id, after=after, limit=limit)

    def stories(self, query: StoryQuery) -> tuple[list[StoryLine], StoryQuery | None]:
        """A page of stories, and the query that continues it; None at the end.

        Raises:
            BadInput: what is looked for has no word, or too many.
        """
        with self.shown() as reader:
            return listed(reader, query)

    def explain(self, ours: str, theirs: str) -> Match:
        """The verdict on two indexed articles, with the evidence.

        Raises:
            NotFound: one of them is not indexed.
        """
        with self.store.read() as reader:
            self.rarity.follow(reader)
            found = [self._found(reader, name) for name in (ours, theirs)]
            articles = [one.article for one in found]
            learned = learned_of(reader, articles)
            members = {m.profile.id: m.profile for m in reader.members([one.id for one in found])}
            kept = reader.purged([one.id for one in found])
            hidden = [one for one in found if not self.hidden(reader, one.id).usable]
        a, b = (
            replace(reading, id=stored.id, profile=members[stored.id])
            if isinstance(reading, Reading) and stored.id not in kept
            else reading_of(stored, members[stored.id], kept[stored.id])
            for stored, reading in zip(found, self._reader.read(articles, learned), strict=True)
        )
        match = self._judging.compare([(a, b)])[0]
        return unquoted(match) if hidden else match

    def why(self, match: Match) -> Why:
        """What the verdict on one event rests on, and what would turn it."""
        judging = self._judging
        return why_matched(judging.verdicts, match, same_from=judging.story_from)

    def delete(self, article_id: str) -> None:
        """The article is gone from store, sketches and vectors; those it leaves are settled anew.

        Raises:
            NotFound: there is no such article.
        """
        with self._writing() as writer:
            stored = self._found(writer, article_id)
            freed = dropped_with(writer, article_id, stored.placement.story)
            writer.remove(article_id)
            writer.log([Event(kind="article_deleted", subject=article_id)])
            if source := source_key(stored.article.source):
                self._learner.learn(writer, source)
            self.candidates.catch_up(writer)
            around = self._gatherer.left_behind(writer, stored.placement)
            writer.apply(plan := self._settled(around))
            self._flag(writer, plan, None)
            if freed:
                self._regroup(writer, sorted(freed))

    def refresh(self, article_ids: Sequence[str]) -> None:
        """The articles read, embedded and judged anew: after a change of model or version.

        Those that are gone by then are left out, those revised meanwhile are read once more.
        """
        with self.store.read() as reader:
            found = [stored for name in article_ids if (stored := reader.article(name))]
        readings = self._read([stored.article for stored in found])
        revised = []
        with self._writing() as writer:
            for before, reading in zip(found, readings, strict=True):
                # Where it lies is looked up now: the one before may have moved it.
                stored = writer.article(before.id)
                if stored is None or not isinstance(reading, Reading):
                    continue
                if stored.article != before.article:
                    revised.append(stored.id)
                    continue
                anew = _renamed(reading, stored.id)
                writer.reread(anew)
                self._place(writer, anew, stored, Status.UNCHANGED)
                self._elect(writer, stored.id)
        if revised:
            self.refresh(revised)

    def unlink(self) -> None:
        """No two stories are linked: before all is judged anew, which links them again."""
        with self._writing() as writer:
            writer.forget_related()

    def furniture(self, source: str) -> Sequence[Line]:
        """What was learned as furniture of a source, with the evidence; most frequent first."""
        with self.shown() as reader:
            return reader.furniture(source_key(source))

    def keep(self, source: str, line: str, *, kept: bool = True) -> None:
        """A learned line is no furniture, whatever is learned from now on; or it is again.

        Raises:
            NotFound: the source has no learned line of that id.
        """
        with self._writing() as writer:
            writer.keep(source_key(source), line, kept=kept)

    def learn(self) -> None:
        """What the remembered pages teach is known of every source, whenever it was due."""
        with self._writing() as writer:
            for source in writer.paged_sources():
                self._learner.learn(writer, source)

    def embed_waiting(self, *, limit: int = 64) -> int:
        """Articles stored while the encoder was unavailable, embedded and judged now; how many."""
        with self.store.read() as reader:
            waiting = [reader.article(name) for name in reader.without_vector(limit=limit)]
        articles = [stored.article for stored in waiting if stored is not None]
        readings = [r for r in self._read(articles) if isinstance(r, Reading)]
        ready = [(r, r.profile.vector) for r in readings if r.profile.vector is not None]
        if not ready:
            return 0
        with self._writing() as writer:
            for reading, vector in ready:
                stored = writer.article(reading.id)
                if stored is not None and not stored.has_vector:
                    writer.set_vector(reading.id, vector)
                    self._place(writer, reading, stored, Status.UNCHANGED)
        return len(ready)

    def readiness(self) -> Mapping[str, str]:
        """Each dependency by name: "ok", or what is wrong with it."""
        try:
            with self.store.read() as reader:
                waiting = len(reader.without_vector(limit=1))
            store = "ok"
        except SamestoryError as error:
            return {"store": str(error), "encoder": self._embedder.state}
        encoder = self._embedder.state
        if waiting and encoder == "ok":
            encoder = "ok (articles are waiting to be embedded)"
        background = f"ok ({self.rarity.background.version})"
        return {"store": store, "encoder": encoder, "background": background}

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """The judge's lock; what the indexes saw of it is taken back if it is rolled back."""
        with self.candidates.tentative(), self.store.write() as writer:
            self.rarity.follow(writer)
            yield writer

    def _read(self, articles: Sequence[Article | SamestoryError]) -> list[Reading | SamestoryError]:
        """Readings with vectors, in order; what cannot be read stays the error it is."""
        whole = [article for article in articles if isinstance(article, Article)]
        with self.store.read() as reader:
            learned = learned_of(reader, whole)
        done = iter(self._embedder.embed(self._reader.read(whole, learned)))
        return [next(done) if isinstance(a, Article) else a for a in articles]

    def _one(
        self, writer: Writer, request: Request, readings: Sequence[Reading | SamestoryError]
    ) -> Outcome:
        if not request.store:
            return Outcome(results=tuple(self._checked(writer, one) for one in readings))
        once = request.idempotency
        if once is not None and (kept := writer.remembered(once.key)) is not None:
            return replayed(kept, once, len(readings))
        results = tuple(self._taken(writer, one) for one in readings)
        if once is not None and any(isinstance(result, Answer) for result in results):
            writer.remember(once.key, once.digest, once.render(results))
        return Outcome(results=results)

    def _store(self, writer: Writer, reading: Reading | SamestoryError) -> Answer | SamestoryError:
        if isinstance(reading, SamestoryError):
            return reading
        stored = writer.article(reading.id)
        if stored is not None and same(stored.article, reading.article):
            return answer_from_store(writer, stored, Status.UNCHANGED)
        if stored is None:
            writer.add(reading, received=self._clock())
            writer.log([Event(kind="article_created", subject=reading.id)])
            answer = self._place(writer, reading, None, Status.CREATED)
            self._learner.after(writer, reading)
            return answer
        return self._revise(writer, reading, stored)

    def _revise(self, writer: Writer, reading: Reading, stored: StoredArticle) -> Answer:
        now = self._clock()
        filed = filing(writer.revisions(stored.id), reading, now=now)
        if filed.represents:
            writer.revise(reading, received=now)
            writer.log([event(stored.id, filed)])
            return self._place(writer, reading, stored, Status.REVISED)
        if not filed.known:
            writer.shelve(reading, received=now)
            writer.log([event(stored.id, filed)])
        return shelved(answer_from_store(writer, stored, Status.UNCHANGED), filed)

    def _elect(self, writer: Writer, article_id: str) -> bool:
        """The newest usable revision represents the article; true when another did before."""
        stored = self._found(writer, article_id)
        chosen = elected(writer, stored, now=self._clock())
        readings = [] if chosen is None else self._read([chosen.article])
        for reading in readings:
            if chosen is not None and isinstance(reading, Reading):
                writer.represent(anew := _renamed(reading, article_id), chosen.number)
                writer.log([event(article_id, chosen)])
                self._place(writer, anew, stored, Status.REVISED)
        return bool(readings)

    def _place(
        self, writer: Writer, reading: Reading, stored: StoredArticle | None, status: Status
    ) -> Answer:
        self.candidates.catch_up(writer)
        received = stored.received if stored else self._clock()
        around, matches = self._gatherer.gather(
            writer, reading, received, stored.placement if stored else None
        )
        writer.apply(plan := self._settled(around))
        self._flag(writer, plan, reading.id)
        writer.set_matches(reading.id, matches)
        found = self._found(writer, reading.id)
        return answer_from_store(writer, found, status)

    def _check(self, reader: Reader, reading: Reading | SamestoryError) -> Answer | SamestoryError:
        if isinstance(reading, SamestoryError):
            return reading
        self.candidates.catch_up(reader)
        stored = reader.article(reading.id)
        if stored is not None and same(stored.article, reading.article):
            return answer_from_store(reader, stored, Status.UNCHANGED)
        now = self._clock()
        filed = filing(reader.revisions(reading.id), reading, now=now)
        if stored is not None and not filed.represents:
            return shelved(answer_from_store(reader, stored, Status.UNCHANGED), filed)
        received = stored.received if stored else now
        around, matches = self._gatherer.gather(
            reader, reading, received, stored.placement if stored else None
        )
        around = around.with_new_text(reading.id)
        linked = reader.related(sorted(around.stories))
        return answer_from_plan(
            reading, around, self._settled(around), matches, filed.number, linked
        )

    def _settled(self, around: Neighbourhood, near: Pairs | None = None) -> Plan:
        judge = self._judging.judge(around, near=near)
        return settle(around, judge, self._settings, self._new_id)

    @staticmethod
    def _found(reader: Reader, article_id: str) -> StoredArticle:
        stored = reader.article(article_id)
        if stored is None:
            raise NotFound("article", article_id)
        return stored


def _renamed(reading: Reading, article_id: str) -> Reading:
    """The reading under the id the article is stored by (an id may rest on the clean text)."""
    return replace(reading, id=article_id, profile=replace(reading.profile, id=article_id))


__all__ = ["Idempotency", "Outcome", "Request", "Service"]
