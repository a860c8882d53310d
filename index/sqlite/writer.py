"""Everything that changes the store, as ``dedupe.ports.Writer`` asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from dedupe.errors import NotFound, StoreError
from dedupe.furniture import Line, source_key
from dedupe.model import Floats, Match, Reading, StoryLink
from dedupe.state import (
    ClusterState,
    CopyLink,
    Event,
    Placement,
    Plan,
    RelatedLink,
    Retired,
    StoryState,
)
from index.sqlite.cache import ProfileCache
from index.sqlite.codec import encode_profile, encode_sketch, encode_vector
from index.sqlite.constraints import ConstraintWriter
from index.sqlite.documents import dump, encode_findings
from index.sqlite.frequencies import FrequencyWriter
from index.sqlite.furniture import (
    PAGES_OF_A_DAY,
    PAGES_OF_A_SOURCE,
    TRIMMED_EVERY,
    line_row,
    page_row,
)
from index.sqlite.lineage import LineageWriter, retired_row
from index.sqlite.nights import NightWriter
from index.sqlite.reader import SqliteReader
from index.sqlite.revisions import RevisionWriter, lede_hash
from index.sqlite.view import array
from index.sqlite.withheld import WithheldWriter

_CHANGED, _REMOVED = 1, 0
_TURNED = {StoryLink.EARLIER: StoryLink.LATER, StoryLink.LATER: StoryLink.EARLIER}


class SqliteWriter(
    SqliteReader,
    WithheldWriter,
    FrequencyWriter,
    RevisionWriter,
    NightWriter,
    LineageWriter,
    ConstraintWriter,
):
    """Reads and changes inside the one write transaction; commit and rollback are the store's."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        queries: Mapping[str, str],
        profiles: ProfileCache,
        *,
        now: datetime,
    ) -> None:
        super().__init__(connection, queries, profiles)
        self._at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._now = now.timestamp() / 3600.0

    def add(self, reading: Reading, *, received: float) -> int:
        """The article is stored as revision 1, not yet placed; returns its key.

        Raises:
            StoreError: an article of that id is stored already.
        """
        cursor = self._write(
            "insert_article",
            id=reading.id,
            external_id=reading.article.external_id,
            received=received,
            lede_hash=lede_hash(reading.lede),
        )
        assert cursor.lastrowid is not None
        self._state(cursor.lastrowid, 1, reading, received)
        self._put(cursor.lastrowid, reading)
        self._count(reading)
        return cursor.lastrowid

    def remove(self, article_id: str) -> None:
        """The article is gone: text, revisions, sketch, vector, links, matches, answers.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(article_id)
        self._unlist(key)
        self._forget(key)
        self._write("unname_in_cluster", key=key)
        self._write("unname_in_story", key=key)
        self._write("delete_article", key=key)
        self._write("forget_responses", id=article_id)
        self._write("log_index", key=key, op=_REMOVED)

    def set_vector(self, article_id: str, vector: Floats) -> None:
        """The article waits for the encoder no longer.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(article_id)
        self._write("put_vector", key=key, vector=encode_vector(vector))
        self._touch(key, waiting=False)

    def set_matches(self, article_id: str, matches: Sequence[Match]) -> None:
        """These are the verdicts shown with the article, in this order; earlier ones are gone.

        Raises:
            NotFound: no article of that id is stored.
            StoreError: a verdict is about an article that is not stored.
        """
        key = self._key(article_id)
        self._write("delete_matches", key=key)
        self._write_many(
            "insert_match",
            (
                {"key": key, "rank": rank, "other": match.article_id, "verdict": dump(match)}
                for rank, match in enumerate(matches)
            ),
        )

    def apply(self, plan: Plan) -> None:
        """All that one verdict changes is written.

        Raises:
            StoreError: the plan speaks of an article that is not stored.
        """
        self._write_many("remember_members", ({"id": one.id} for one in plan.retired))
        self._write_states(plan)
        placed = self._write_many("place", map(_place_row, plan.placements))
        if placed != len(plan.placements):
            raise StoreError("a plan places an article that is not stored; nothing was written")
        self._write_many("forget_link", ({"a": a, "b": b} for a, b in plan.forgotten))
        self._write_many("put_link", map(_link_row, plan.links))
        self._write("unlink", ids=orjson.dumps(sorted(plan.unlinked)).decode())
        self._write_many("put_related", map(_related_row, plan.related))
        self._retire(plan.retired)
        self._pass(plan)
        # A verdict on a part of a group cannot tell: here all that lies in it is at hand.
        counted = [{"id": name} for name in sorted(plan.recounted)]
        self._write_many("count_cluster", counted)
        self._write_many("count_story", counted)
        stories = {story.id for story in plan.stories} | plan.recounted
        self._write_many("count_origins", ({"id": name} for name in sorted(stories)))
        self.log(plan.events)

    def forget_related(self) -> None:
        """No two stories are linked; those settled from now on are linked anew."""
        self._write("forget_related")

    def learn(self, source: str, lines: Sequence[Line]) -> None:
        """These are the furniture of the source; of others only what a person kept is known."""
        names = orjson.dumps([line.id for line in lines]).decode()
        self._write("forget_furniture", source=source, lines=names)
        self._write("forget_texts", source=source, lines=names)
        self._write_many("put_furniture", (line_row(source, line) for line in lines))

    def keep(self, source: str, line: str, *, kept: bool) -> None:
        """A learned line is the articles' own text, or furniture again.

        Raises:
            NotFound: the source has no learned line of that id.
        """
        if not self._write("keep_line", source=source, line=line, kept=kept).rowcount:
            raise NotFound("line", line)
        self._write("forget_line", source=source, line=line)

    def log(self, events: Sequence[Event]) -> None:
        """The change log has these lines at its end."""
        self._write_many(
            "insert_event",
            (
                {
                    "at": self._at,
                    "kind": event.kind,
                    "subject": event.subject,
                    "data": dump(event.data),
                }
                for event in events
            ),
        )

    def remember(self, idempotency_key: str, request: bytes, response: bytes) -> None:
        """This was answered to the request of that digest under the idempotency key."""
        self._write("remember", key=idempotency_key, request=request, response=response)

    def set_versions(self, versions: Mapping[str, str]) -> None:
        """The stored data is, from this commit on, made by these.

        Under another encoder no article keeps its vector: all wait for the new one.
        """
        before = self.versions().get("encoder")
        if before is not None and versions.get("encoder", before) != before:
            self._write("forget_vectors")
            self._write("log_all_changed")
            self._write("stamp_all", empty=lede_hash(""))
        self._write_many(
            "set_version", ({"name": name, "value": value} for name, value in versions.items())
        )

    def _key(self, article_id: str) -> int:
        row = self._row("article_position", id=article_id)
        if row is None:
            raise NotFound("article", article_id)
        return int(row[0])

    def _put(self, key: int, reading: Reading) -> None:
        profile = reading.profile
        self._unlist(key)
        self._write("unpurge", key=key)
        self._write(
            "put_document",
            key=key,
            posted=dump(reading.article),
            findings=encode_findings(reading),
        )
        self._list(key, reading.article, reading.furniture, profile.provenance.outlet)
        self._write(
            "put_profile",
            key=key,
            profile=encode_profile(profile),
            sketch=encode_sketch(profile.sketch),
        )
        self._put_page(key, reading)
        if profile.vector is None:
            self._write("delete_vector", key=key)
        else:
            self._write("put_vector", key=key, vector=encode_vector(profile.vector))
        stamp = self._touch(key, waiting=profile.vector is None and bool(reading.lede))
        # The newest articles are the likeliest neighbours of the next ones.
        self._profiles.put({(key, stamp): profile})

    def _put_page(self, key: int, reading: Reading) -> None:
        row = page_row(key, reading)
        if row is None:
            self._write("delete_page", key=key)
        else:
            self._write("put_page", **row)
            self._write("trim_day", source=row["source"], day=row["day"], most=PAGES_OF_A_DAY)

    def _count(self, reading: Reading) -> None:
        source = source_key(reading.article.source)
        if source:
            self._write("count_article", source=source)
            if self.articles_of(source) % TRIMMED_EVERY == 0:
                self._write("trim_source", source=source, most=PAGES_OF_A_SOURCE)

    def _touch(self, key: int, *, waiting: bool) -> int:
        stamp = self._write("log_index", key=key, op=_CHANGED).lastrowid
        assert stamp is not None
        self._write("set_stamp", key=key, stamp=stamp, waiting=waiting)
        return stamp

    def _retire(self, retired: Sequence[Retired]) -> None:
        """What the plan did not name moves to the heir; the ids are out of use."""
        heirs = {one.id: one.merged_into for one in retired}
        # A night retires many groups and names everything that lay in them.
        for old in self._column("unnamed", ids=array(list(heirs))) if heirs else ():
            if (heir := _last_heir(heirs, old)) is not None:
                self._move(old, heir)
        gone = [{"id": one.id} for one in retired]
        self._write_many("retire", map(retired_row, retired))
        self._write_many("delete_cluster", gone)
        self._write_many("delete_story", gone)

    def _move(self, old: str, heir: str) -> None:
        for name in ("move_cluster_members", "move_story_clusters", "move_story_members"):
            self._write(name, id=old, heir=heir)
        links = self.related([old])
        self._write("delete_related", id=old)
        self._write_many(
            "keep_related",
            (_related_row(_relinked(link, old, heir)) for link in links if heir not in _ends(link)),
        )

    def _write_states(self, plan: Plan) -> None:
        states: tuple[StoryState | ClusterState, ...] = (*plan.stories, *plan.clusters)
        for name in ("revive", "forget_members"):
            self._write_many(name, ({"id": state.id} for state in states))
        self._write_many(
            "put_story",
            (
                {
                    "id": story.id,
                    "size": story.size,
                    "independent_sources": story.independent_sources,
                    "first": story.first,
                    "last": story.last,
                }
                for story in plan.stories
            ),
        )
        self._write_many(
            "put_cluster",
            (
                {
                    "id": cluster.id,
                    "story": cluster.story,
                    "size": cluster.size,
                    "canonical": dump(cluster.canonical),
                }
                for cluster in plan.clusters
            ),
        )
        self._write_many(
            "follow_cluster",
            ({"id": cluster.id, "story": cluster.story} for cluster in plan.clusters),
        )


def _last_heir(heirs: Mapping[str, str | None], old: str) -> str | None:
    """Where an id lives on once all of these are retired; a circle lives on nowhere."""
    seen = {old}
    heir = heirs[old]
    while heir is not None and heir in heirs:
        if heir in seen:
            return None
        seen.add(heir)
        heir = heirs[heir]
    return heir


def _ends(link: RelatedLink) -> tuple[str, str]:
    return link.a, link.b


def _relinked(link: RelatedLink, old: str, heir: str) -> RelatedLink:
    """The link with one end moved; ``a`` < ``b`` and the relation still is b seen from a."""
    a, b = (heir if end == old else end for end in _ends(link))
    if a < b:
        return replace(link, a=a, b=b)
    turned = _TURNED.get(link.relation, link.relation)
    return replace(link, a=b, b=a, relation=turned)


def _place_row(placement: Placement) -> Mapping[str, object]:
    in_cluster, in_story = placement.in_cluster, placement.in_story
    return {
        "id": placement.article_id,
        "cluster": placement.cluster,
        "story": placement.story,
        "cluster_relation": in_cluster.relation.value,
        "cluster_of": in_cluster.of,
        "cluster_probability": in_cluster.probability,
        "story_relation": in_story.relation.value,
        "story_of": in_story.of,
        "story_probability": in_story.probability,
    }


def _link_row(link: CopyLink) -> Mapping[str, object]:
    return {
        "a": link.a,
        "b": link.b,
        "overlap": link.overlap,
        "a_in_b": link.a_in_b,
        "b_in_a": link.b_in_a,
        "p_same_text": link.p_same_text,
    }


def _related_row(link: RelatedLink) -> Mapping[str, object]:
    return {
        "a": link.a,
        "b": link.b,
        "relation": link.relation.value,
        "probability": link.probability,
    }
