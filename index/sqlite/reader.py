"""A consistent view of the store, as ``dedupe.ports.Reader`` asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from dedupe.errors import NotFound, StoreError
from dedupe.furniture import Line, Page
from dedupe.model import (
    Article,
    Floats,
    Int64s,
    Match,
    Profile,
    Sketch,
    StoryLink,
)
from dedupe.ports import Change, StoredArticle
from dedupe.state import (
    ClusterState,
    CopyLink,
    Event,
    Member,
    RelatedLink,
    StoryState,
)
from index.sqlite.cache import ProfileCache
from index.sqlite.checks import broken_promises
from index.sqlite.codec import decode_profile, decode_published, decode_sketch, decode_vector
from index.sqlite.constraints import ConstraintReader
from index.sqlite.documents import (
    decode_article,
    decode_canonical,
    decode_findings,
    decode_match,
    load,
)
from index.sqlite.frequencies import FrequencyReader
from index.sqlite.furniture import by_source, line, page
from index.sqlite.lineage import LineageReader
from index.sqlite.nights import NightReader
from index.sqlite.places import member, placement
from index.sqlite.retention import RetentionReader
from index.sqlite.revisions import RevisionReader, decode_version
from index.sqlite.stories import StoryLists
from index.sqlite.view import Row, array, keys_array
from index.sqlite.withheld import WithheldReader

_CHUNK = 4096
"""Rows read at a time where all are streamed: 6 MB of vectors."""

Item = TypeVar("Item")


class SqliteReader(
    StoryLists,
    FrequencyReader,
    RevisionReader,
    WithheldReader,
    RetentionReader,
    NightReader,
    LineageReader,
    ConstraintReader,
):
    """Reads one snapshot; usable until the ``with`` it came from ends."""

    def __init__(
        self, connection: sqlite3.Connection, queries: Mapping[str, str], profiles: ProfileCache
    ) -> None:
        super().__init__(connection, queries)
        self._profiles = profiles

    def article(self, article_id: str) -> StoredArticle | None:
        """The article as stored, with its verdicts."""
        row = self._row("article", id=article_id)
        if row is None:
            return None
        key, found_id, revision, received, has_vector, posted, findings, version, *place = row
        published, furniture, found_credits = decode_findings(findings)
        return StoredArticle(
            key=key,
            id=found_id,
            revision=revision,
            received=received,
            article=decode_article(posted),
            published=published,
            furniture=furniture,
            credits=found_credits,
            placement=placement(found_id, place),
            matches=self._matches(key),
            has_vector=bool(has_vector),
            version=decode_version(version),
        )

    def by_external_id(self, external_id: str) -> Sequence[str]:
        """Ids of the articles posted under this external id, in order of arrival."""
        return self._column("by_external_id", external_id=external_id)

    def members(self, ids: Sequence[str]) -> Sequence[Member]:
        """The articles as judging sees them, in the order asked."""
        return self._members(self._rows("members_by_id", ids=array(ids)))

    def members_by_key(self, keys: Sequence[int]) -> Sequence[Member]:
        """The articles as judging sees them, in the order asked."""
        return self._members(self._rows("members_by_key", keys=keys_array(keys)))

    def published(self, keys: Sequence[int]) -> Mapping[int, float | None]:
        """When articles were published, by key."""
        rows = self._rows("published", keys=keys_array(keys))
        return {key: decode_published(head) for key, head in rows}

    def cluster_members(self, cluster_id: str, *, limit: int) -> Sequence[str]:
        """Article ids of a cluster in order of arrival."""
        return self._column("cluster_members", cluster=cluster_id, limit=limit)

    def story_members(self, story_id: str, *, limit: int) -> Sequence[str]:
        """Article ids of a story in order of arrival."""
        return self._column("story_members", story=story_id, limit=limit)

    def texts(self, ids: Sequence[str]) -> Mapping[str, Article]:
        """Articles as posted, by id."""
        return {
            article_id: decode_article(posted)
            for article_id, posted in self._rows("texts", ids=array(ids))
        }

    def links(self, ids: Sequence[str]) -> Sequence[CopyLink]:
        """Every copy link that touches one of these articles, once, sorted by its ends."""
        return _links(self._rows("links", ids=array(ids)))

    def links_between(self, ids: Sequence[str]) -> Sequence[CopyLink]:
        """Every copy link between two of these few articles, sorted by its ends."""
        return _links(self._rows("links_between", ids=array(ids)))

    def cluster(self, cluster_id: str) -> ClusterState | None:
        """The cluster as stored."""
        row = self._row("cluster", id=cluster_id)
        if row is None:
            return None
        found_id, story, size, canonical = row
        return ClusterState(
            id=found_id, story=story, size=size, canonical=decode_canonical(canonical)
        )

    def story(self, story_id: str) -> StoryState | None:
        """The story as stored."""
        row = self._row("story", id=story_id)
        if row is None:
            return None
        found_id, size, independent_sources, first, last = row
        return StoryState(
            id=found_id,
            size=size,
            independent_sources=independent_sources,
            first=first,
            last=last,
        )

    def story_clusters(self, story_id: str, *, limit: int) -> Sequence[str]:
        """Cluster ids of a story in order of arrival."""
        return self._column("story_clusters", story=story_id, limit=limit)

    def related(self, story_ids: Sequence[str]) -> Sequence[RelatedLink]:
        """Every link that touches one of these stories, once, sorted by its ends."""
        return [
            RelatedLink(a=a, b=b, relation=StoryLink(relation), probability=probability)
            for a, b, relation, probability in self._rows("related", ids=array(story_ids))
        ]

    def article_ids(self, *, after: str | None, limit: int) -> Sequence[str]:
        """A page of article ids in order of arrival.

        Raises:
            NotFound: there is no article ``after``.
        """
        return self._column("article_ids", after=self._position("article", after), limit=limit)

    def cluster_ids(self, *, after: str | None, limit: int, min_size: int = 1) -> Sequence[str]:
        """A page of cluster ids in order of arrival; ``after`` may be retired by now.

        Raises:
            NotFound: there never was a cluster ``after``.
        """
        position = self._position("cluster", after)
        return self._column("cluster_ids", after=position, limit=limit, min_size=min_size)

    def changes(self, *, after: int, limit: int) -> Sequence[Change]:
        """A page of the change log."""
        return [
            Change(cursor=cursor, at=at, event=Event(kind=kind, subject=subject, data=load(data)))
            for cursor, at, kind, subject, data in self._rows("changes", after=after, limit=limit)
        ]

    def last_cursor(self) -> int:
        """The newest line of the change log; 0 while it is empty."""
        return int(self._rows("last_cursor")[0][0])

    def index_changes(self, *, after: int) -> tuple[int, Sequence[int], Sequence[int]]:
        """(newest position, keys added or changed since, keys removed since), keys ascending.

        A key that changed may have lost its vector: forget it first, then hold what
        ``vectors`` gives for it.
        """
        rows = self._rows("index_changes", after=after)
        newest = int(self._rows("last_position")[0][0])
        changed = [key for key, op, _ in rows if op]
        removed = [key for key, op, _ in rows if not op]
        return newest, changed, removed

    def vectors(self, keys: Sequence[int] | None = None) -> Iterator[tuple[Int64s, Floats]]:
        """(keys, vectors) in chunks, keys ascending; the arrays are parallel."""
        return self._stream("vectors", keys, _stack)

    def sketches(
        self, keys: Sequence[int] | None = None
    ) -> Iterator[tuple[Int64s, Sequence[Sketch]]]:
        """(keys, sketches) in chunks, keys ascending; the two are parallel."""
        return self._stream("sketches", keys, _decode_sketches)

    def without_vector(self, *, limit: int) -> Sequence[str]:
        """Ids of articles that still wait for the encoder, in order of arrival."""
        return self._column("without_vector", limit=limit)

    def cached_vectors(self, lede_hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Vectors of ledes that were embedded before, by BLAKE2b-128 of the lede."""
        found = {}
        for lede_hash in lede_hashes:
            row = self._row("cached_vector", lede_hash=lede_hash)
            if row is not None:
                found[lede_hash] = decode_vector(row[0])
        return found

    def remembered(self, idempotency_key: str) -> tuple[bytes, bytes] | None:
        """(request digest, response); the response is empty once it was forgotten."""
        row = self._row("remembered", key=idempotency_key)
        return None if row is None else (row[0], row[1])

    def learned(self, sources: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Hashes of the lines in force as furniture, by source."""
        return by_source(self._rows("learned", sources=array(sources)))

    def furniture(self, source: str) -> Sequence[Line]:
        """Every learned line of a source, the most frequent first."""
        return [line(row) for row in self._rows("furniture", source=source)]

    def pages(self, source: str) -> Sequence[Page]:
        """What is remembered of a source's articles."""
        return [page(row) for row in self._rows("pages", source=source)]

    def paged_sources(self) -> Sequence[str]:
        """The sources that have remembered pages."""
        return self._column("paged_sources")

    def articles_of(self, source: str) -> int:
        """How many articles of a source were added so far."""
        row = self._row("articles_of", source=source)
        return 0 if row is None else int(row[0])

    def counts(self) -> Mapping[str, int]:
        """articles, clusters, stories, vectors, events."""
        names = ("articles", "clusters", "stories", "vectors", "events")
        return dict(zip(names, self._rows("counts")[0], strict=True))

    def versions(self) -> Mapping[str, str]:
        """What made the stored data, by name."""
        return dict(self._rows("versions"))

    def verify(self) -> Sequence[str]:
        """Broken promises of the stored data, in words; empty when all hold."""
        return broken_promises(self._queries, self._run_sql)

    def _matches(self, key: int) -> tuple[Match, ...]:
        return tuple(decode_match(verdict) for verdict in self._column("matches", key=key))

    def _members(self, rows: Sequence[Row]) -> Sequence[Member]:
        members = self._profiles.members(rows, member)
        if missing := {row[0]: row for row in rows if row[0] not in members}:
            for key, profile in self._decode_profiles(missing).items():
                members[key] = member(missing[key], profile)
        return [members[row[0]] for row in rows]

    def _decode_profiles(self, missing: Mapping[int, Row]) -> dict[int, Profile]:
        decoded = {
            key: decode_profile(missing[key][1], profile, sketch, vector)
            for key, profile, sketch, vector in self._rows("profiles", keys=keys_array([*missing]))
        }
        self._profiles.put({(key, missing[key][2]): decoded[key] for key in decoded})
        return decoded

    def _position(self, kind: str, after: str | None) -> int:
        if after is None:
            return 0
        row = self._row(f"{kind}_position", id=after)
        if row is None:
            raise NotFound(kind, after)
        return int(row[0])

    def _stream(
        self, what: str, keys: Sequence[int] | None, build: Callable[[Sequence[bytes]], Item]
    ) -> Iterator[tuple[Int64s, Item]]:
        # Chunks are read to their end: an open cursor would outlive the snapshot.
        for rows in self._all(what) if keys is None else self._some(what, keys):
            found, blobs = zip(*rows, strict=True)
            yield np.array(found, np.int64), build(blobs)

    def _all(self, what: str) -> Iterator[Sequence[Row]]:
        last = 0
        while rows := self._rows(f"{what}_after", after=last, limit=_CHUNK):
            last = rows[-1][0]
            yield rows

    def _some(self, what: str, keys: Sequence[int]) -> Iterator[Sequence[Row]]:
        ordered = sorted(set(keys))
        for start in range(0, len(ordered), _CHUNK):
            if rows := self._rows(f"{what}_of", keys=keys_array(ordered[start : start + _CHUNK])):
                yield rows


def _links(rows: Sequence[Row]) -> list[CopyLink]:
    return [
        CopyLink(a=a, b=b, overlap=overlap, a_in_b=a_in_b, b_in_a=b_in_a, p_same_text=p)
        for a, b, overlap, a_in_b, b_in_a, p in rows
    ]


def _stack(blobs: Sequence[bytes]) -> Floats:
    if len({len(blob) for blob in blobs}) > 1:
        raise StoreError("vectors of different lengths are stored; run `samestory rebuild-index`")
    return decode_vector(b"".join(blobs)).reshape(len(blobs), -1)


def _decode_sketches(blobs: Sequence[bytes]) -> Sequence[Sketch]:
    return [decode_sketch(blob) for blob in blobs]
