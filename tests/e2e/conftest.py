"""A small service that remembers in dictionaries, and the application over it.

Articles with equal text share a cluster; everything else stands alone. That is enough to hold the
HTTP side to its promises without a model or a file.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from api.http import create_app
from dedupe.answer import (
    Answer,
    ArticleView,
    ClusterDetail,
    ClusterView,
    Headline,
    MemberView,
    Origin,
    Status,
    StoryDetail,
    StoryLine,
    StoryView,
    Tally,
    Term,
    Timeline,
    TimelineEntry,
)
from dedupe.constraints.records import Level
from dedupe.counterfactual import why_matched
from dedupe.difference import Difference
from dedupe.errors import Conflict, NotFound, SamestoryError
from dedupe.furniture import Line
from dedupe.listing import Place
from dedupe.model import Article, Canonical, Evidence, Match, Relation
from dedupe.night.lineage import GroupLineage, Heirs
from dedupe.night.records import LineageLine
from dedupe.ports import Change, StoredArticle
from dedupe.revisions.history import Compared, RevisionLine, RevisionPage
from dedupe.service import Outcome
from dedupe.state import ClusterState, Event, Placement, StoryState
from dedupe.version import Version


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


@dataclass
class Kept:
    id: str
    key: int
    article: Article
    revision: int = 1

    @property
    def cluster(self) -> str:
        return "c_" + _digest(self.article.title + "\n" + self.article.body)

    @property
    def story(self) -> str:
        return "s_" + self.cluster[2:]


@dataclass
class DictReader:
    kept: dict[str, Kept]
    log: list[Event]
    merged: dict[str, str]

    def article(self, article_id):
        kept = self.kept.get(article_id)
        if kept is None:
            return None
        return StoredArticle(
            key=kept.key,
            id=kept.id,
            revision=kept.revision,
            received=468_000.25,
            article=kept.article,
            published=kept.article.published,
            furniture=(),
            credits=(),
            placement=Placement(article_id=kept.id, cluster=kept.cluster, story=kept.story),
            matches=(),
            has_vector=True,
        )

    def by_external_id(self, external_id):
        return [k.id for k in self.kept.values() if k.article.external_id == external_id]

    def article_ids(self, *, after, limit):
        return _after(list(self.kept), after)[:limit]

    def cluster_ids(self, *, after, limit, min_size=1):
        names = [k.cluster for k in self.kept.values()]
        wanted = [name for name in dict.fromkeys(names) if names.count(name) >= min_size]
        return _after(wanted, after)[:limit]

    def story_ids(self):
        return ["s_" + c[2:] for c in self.cluster_ids(after=None, limit=None)]

    def members_of(self, cluster_id):
        return [k for k in self.kept.values() if k.cluster == cluster_id]

    def cluster(self, cluster_id):
        members = self.members_of(cluster_id)
        if not members:
            return None
        return ClusterState(
            id=cluster_id,
            story=members[0].story,
            size=len(members),
            canonical=_canonical(members[0]),
        )

    def story(self, story_id):
        members = self.members_of("c_" + story_id[2:])
        if not members:
            return None
        return StoryState(
            id=story_id, size=len(members), independent_sources=1, first=468_000.0, last=None
        )

    def nights(self, *, limit):
        return []

    def changes(self, *, after, limit):
        numbered = enumerate(self.log, start=1)
        found = [
            Change(cursor=n, at="2023-06-11T08:31:07Z", event=event)
            for n, event in numbered
            if n > after
        ]
        return found[:limit]

    def counts(self):
        return {"articles": len(self.kept)}


@dataclass
class DictStore:
    kept: dict[str, Kept] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def read(self):
        yield DictReader(self.kept, self.log, self.merged)

    def night_running(self):
        return False


class Undecided:
    """A model of events that has no opinion."""

    def p_same_story(self, features):
        return np.full(len(features), 0.4)


class DictHistory:
    """Articles whose one revision stands for nothing else."""

    def __init__(self, store: DictStore) -> None:
        self.store = store

    def revisions(self, article_id, *, after=None, limit=50):
        kept = self._found(article_id)
        line = RevisionLine(
            number=kept.revision,
            received=468_000.25,
            published=kept.article.published,
            version=Version(),
            represents=True,
            replaced_by=None,
            title=kept.article.title,
            text="available",
            characters=len(kept.article.body),
        )
        return RevisionPage(
            article_id=article_id,
            revision=kept.revision,
            lines=() if after == kept.revision else (line,),
            next=None,
            chain=(),
        )

    def compared(self, article_id, *, before=None, after=None, other=None):
        number = self._found(article_id).revision
        self._found(other or article_id)
        if {before, after} - {None, number}:
            raise NotFound("revision", article_id)
        nothing = Difference(headline=None, numbers=(), names=(), quotes=(), passages=(), moved=0)
        ends = (article_id, number), (other or article_id, number)
        return Compared(before=ends[0], after=ends[1], difference=nothing)

    def _found(self, article_id):
        if article_id not in self.store.kept:
            raise NotFound("article", article_id)
        return self.store.kept[article_id]


class DictService:
    def __init__(self) -> None:
        self.store = DictStore()
        self.history = DictHistory(self.store)
        self.replies: dict[str, tuple[bytes, bytes]] = {}
        self.lines: dict[str, list[Line]] = {}
        self.groups: list[int] = []
        self.threads: set[str] = set()
        self.ready = {"store": "ok", "encoder": "ok"}

    def handle(self, requests):
        self.groups.append(sum(len(request.articles) for request in requests))
        self.threads.add(threading.current_thread().name)
        return [self._one(request) for request in requests]

    def shown(self):
        return self.store.read()

    def withheld_counts(self):
        return {}

    def due(self):
        return None

    def answer(self, article_id):
        return self._answer(self._found(article_id), Status.UNCHANGED)

    def delete(self, article_id):
        self.threads.add(threading.current_thread().name)
        self._found(article_id)
        del self.store.kept[article_id]
        self.store.log.append(Event(kind="article_deleted", subject=article_id))

    def cluster(self, cluster_id):
        living = self.store.merged.get(cluster_id, cluster_id)
        with self.store.read() as reader:
            members, state = reader.members_of(living), reader.cluster(living)
        if state is None:
            raise NotFound("cluster", cluster_id)
        return ClusterDetail(
            id=cluster_id,
            merged_into=None if living == cluster_id else living,
            story=state.story,
            size=state.size,
            canonical=state.canonical,
            members=tuple(map(_member, members)),
        )

    def story(self, story_id, *, after=None, limit=50):
        try:
            cluster = self.cluster("c_" + story_id[2:])
        except NotFound as error:
            raise NotFound("story", story_id) from error
        entries = [
            (number, TimelineEntry(member=member, cluster=cluster.id))
            for number, member in enumerate(cluster.members, start=1)
            if after is None or number > after[1]
        ]
        shown = entries[:limit]
        return StoryDetail(
            id=story_id,
            merged_into=None,
            headline=_headline(cluster),
            size=cluster.size,
            articles=cluster.size,
            first=None,
            last=None,
            outlets=(Tally(name=cluster.canonical.source, articles=cluster.size),),
            origins=(
                Origin(
                    source=cluster.canonical.source,
                    sources=(cluster.canonical.source,),
                    in_index=True,
                    outlets=(),
                    clusters=1,
                    articles=cluster.size,
                ),
            ),
            languages=(Tally(name=None, articles=cluster.size),),
            names=(Term(text="Ferry", articles=cluster.size),),
            numbers=(),
            cohesion=None,
            weakest_link=None,
            sampled=cluster.size,
            clusters=(cluster.id,),
            timeline=Timeline(
                entries=tuple(entry for _, entry in shown),
                next=(None, shown[-1][0]) if len(entries) > len(shown) else None,
            ),
            related=(),
        )

    def lineage(self, level, group_id, *, skip=0, limit=50):
        living = self.store.merged.get(group_id, group_id)
        with self.store.read() as reader:
            find = reader.cluster if level is Level.CLUSTER else reader.story
            if find(living) is None:
                raise NotFound(level.value, group_id)
        passed = LineageLine(
            at="2023-06-11T08:31:07Z",
            night=None,
            old=group_id,
            new=living,
            articles=1,
            retired=True,
        )
        lines = (passed,) if group_id != living else ()
        return GroupLineage(
            id=group_id,
            living=group_id == living,
            heirs=Heirs(merged_into=living if lines else None),
            lines=lines[skip : skip + limit],
            next=None,
        )

    def stories(self, query):
        with self.store.read() as reader:
            ids = list(enumerate(reader.story_ids(), start=1))[::-1]
        met = [
            (number, story_id)
            for number, story_id in ids
            if query.after is None or number < query.after.position
        ]
        shown = met[: query.limit]
        lines = [
            StoryLine(
                id=story_id,
                headline=_headline(self.cluster("c_" + story_id[2:])),
                size=self.cluster("c_" + story_id[2:]).size,
                independent_sources=1,
                first=468_000.0,
                last=None,
            )
            for _, story_id in shown
        ]
        more = len(met) > len(shown)
        place = Place(value=None, position=shown[-1][0]) if more else None
        return lines, replace(query, after=place) if more else None

    def explain(self, a, b):
        same = self._found(a).cluster == self._found(b).cluster
        return _match(b, same=same)

    def why(self, match):
        return why_matched(Undecided(), match, same_from=0.5)

    def furniture(self, source):
        return self.lines.get(source, [])

    def keep(self, source, line, *, kept=True):
        found = {one.id: one for one in self.lines.get(source, [])}
        if line not in found:
            raise NotFound("line", line)
        found[line] = replace(found[line], kept=kept)
        self.lines[source] = list(found.values())

    def embed_waiting(self):
        return 0

    def readiness(self):
        return self.ready

    def _one(self, request):
        once = request.idempotency
        if once is not None and once.key in self.replies:
            digest, reply = self.replies[once.key]
            if digest == once.digest:
                return Outcome(replay=reply)
            conflict = Conflict("Idempotency-Key", "was used before", "send a new key")
            return Outcome(results=(conflict,) * max(1, len(request.articles)))
        results = tuple(self._result(each, store=request.store) for each in request.articles)
        if once is not None:
            self.replies[once.key] = (once.digest, once.render(results))
        return Outcome(results=results)

    def _result(self, article, *, store):
        if isinstance(article, SamestoryError):
            return article
        name = article.external_id or article.url or article.title + "\n" + article.body
        kept = Kept("a_" + _digest(f"{article.source}\n{name}"), len(self.store.kept) + 1, article)
        before = self.store.kept.get(kept.id)
        if before is not None and before.article == article:
            return self._answer(before, Status.UNCHANGED)
        if before is not None:
            kept = Kept(kept.id, before.key, article, before.revision + 1)
        status = Status.REVISED if before else Status.CREATED
        if store:
            self.store.kept[kept.id] = kept
            self.store.log.append(Event(kind=f"article_{status}", subject=kept.id))
        return self._answer(kept, status)

    def _answer(self, kept, status):
        with self.store.read() as reader:
            members = reader.members_of(kept.cluster) or [kept]
        others = [each for each in members if each.id != kept.id]
        return Answer(
            article=ArticleView(
                id=kept.id,
                external_id=kept.article.external_id,
                revision=kept.revision,
                status=status,
                published=kept.article.published,
                furniture=(),
            ),
            cluster=ClusterView(
                id=kept.cluster,
                size=len(members),
                relation=Relation.EXACT if others else Relation.NONE,
                of=others[0].id if others else None,
                probability=1.0 if others else None,
            ),
            story=StoryView(
                id=kept.story,
                size=len(members),
                relation=Relation.NONE,
                of=None,
                independent_sources=1,
                probability=None,
                related=(),
            ),
            canonical=_canonical(members[0]),
            credits=(),
            matches=tuple(_match(each.id, same=True) for each in others),
            warnings=kept.article.notices,
            degraded=False,
        )

    def _found(self, article_id):
        if article_id not in self.store.kept:
            raise NotFound("article", article_id)
        return self.store.kept[article_id]


def _after(names, after):
    return names[names.index(after) + 1 :] if after in names else names


def _canonical(kept):
    return Canonical(
        article_id=kept.id,
        source=kept.article.source,
        url=kept.article.url,
        in_index=True,
        confidence=1.0,
        reasons=(),
    )


def _headline(cluster):
    first = cluster.members[0]
    return Headline(article_id=first.id, title=first.title, reasons=("only_text",))


def _member(kept):
    return MemberView(
        id=kept.id,
        external_id=kept.article.external_id,
        source=kept.article.source,
        title=kept.article.title,
        url=kept.article.url,
        published=kept.article.published,
        relation=Relation.NONE,
        of=None,
        probability=None,
    )


def _match(article_id, *, same):
    share = 1.0 if same else 0.0
    return Match(
        article_id=article_id,
        relation=Relation.EXACT if same else Relation.NONE,
        p_same_text=share,
        p_same_story=share,
        evidence=Evidence(
            overlap=share,
            contains=share,
            contained=share,
            lede_cosine=None,
            hours_apart=None,
            features={"names": share},
        ),
    )


@pytest.fixture
def dictionaries() -> DictService:
    """The small service, for tests that look inside it."""
    return DictService()


@pytest.fixture
def shipped(tmp_path):
    """The real service over a new data folder, with the encoder that needs no model."""
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL)) as service:
        yield service


@pytest.fixture(params=["dictionaries", "shipped"])
def service(request):
    """Both services: what HTTP promises holds over either."""
    return request.getfixturevalue(request.param)


def application(service) -> FastAPI:
    return create_app(service, max_body_bytes=2000, max_request_bytes=20_000, max_batch=200)


def served(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture
def client(service) -> Iterator[TestClient]:
    """A client of either service."""
    with served(application(service)) as client:
        yield client


@pytest.fixture
def shipped_client(shipped) -> Iterator[TestClient]:
    """A client of the real service as it is served, with the shipped limits."""
    with TestClient(create_app(shipped), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def inside(dictionaries) -> Iterator[TestClient]:
    """A client of the small service."""
    with served(application(dictionaries)) as client:
        yield client
