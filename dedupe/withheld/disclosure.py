"""What leaves the service: a reader, and answers, that tell nothing of what may not be shown.

Judging reads the store as it is. Whatever is shown to anybody is read through ``disclosed``, so
that no renderer has to know what is withheld. Ids, sources, times and relations are told; titles,
texts, addresses, credits, passages, notes and whatever else quotes an article are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from dedupe.answer import Answer
from dedupe.furniture import Line
from dedupe.listing import Held, Listed, Share, StoryQuery
from dedupe.model import Article, Canonical, Match, Reason
from dedupe.ports import Change, Reader, StoredArticle
from dedupe.revisions.order import Chained, KeptRevision, masked
from dedupe.state import ClusterState
from dedupe.version import Version
from dedupe.withheld.records import CHAIN_HOURS, USABLE, Visibility, visibility

TELLS_NOTHING = frozenset(
    {
        "article_ids",
        "articles_added",
        "articles_of",
        "by_external_id",
        "carriers",
        "cluster_ids",
        "cluster_members",
        "counts",
        "frequencies_known",
        "languages",
        "last_cursor",
        "level_of",
        "lineage",
        "links",
        "links_between",
        "members",
        "members_by_key",
        "published",
        "purged",
        "related",
        "stories_of",
        "story",
        "story_clusters",
        "story_members",
        "survivors",
        "verify",
        "without_vector",
        "withheld",
        "withheld_counts",
    }
)
"""What a disclosed reader passes on as it is. Any other method of a reader has to be written below:
one that is new and gives texts fails until somebody has thought of it."""
LOOKED_AT = 64
"""Members of a cluster that are asked whether they credit a source too."""


def disclosed(reader: Reader, now: float) -> Reader:
    """The reader as far as its articles may be shown at ``now`` (hours since 1970-01-01 UTC)."""
    return cast("Reader", Disclosed(reader, now))


def bare(article: Article) -> Article:
    """What is told of an article that may not be shown: its outlet, the id it was posted under, its date."""
    return Article(
        external_id=article.external_id,
        source=article.source,
        published=article.published,
        lang=article.lang,
    )


def bare_version(version: Version) -> Version:
    """The version without what it quotes, and without names made of a headline's words."""
    return replace(version, notes=(), chain=None, targets=())


class Disclosed:
    """A reader of what may be shown; a method that is not known to be safe is not there."""

    def __init__(self, reader: Reader, now: float) -> None:
        self._reader = reader
        self._now = now
        self._seen: dict[str, Visibility] = {}
        self._hiding: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Any:
        if name in TELLS_NOTHING:
            return getattr(self._reader, name)
        raise AttributeError(
            f"a disclosed reader has no {name}: say in dedupe.withheld.disclosure what it may tell"
        )

    def visibility(self, ids: Sequence[str]) -> Mapping[str, Visibility]:
        """Whether each of these articles may be shown."""
        if not self.hides_any:
            return dict.fromkeys(ids, USABLE)
        missing = [name for name in ids if name not in self._seen]
        if missing:
            rows = self._reader.withheld(missing)
            self._seen.update({one: visibility(rows.get(one, ()), self._now) for one in missing})
        return {name: self._seen[name] for name in ids}

    def shows(self, article_id: str) -> bool:
        """The article may be shown."""
        return self.visibility([article_id])[article_id].usable

    def article(self, article_id: str) -> StoredArticle | None:
        """The article as far as it may be shown; its verdicts without passages of hidden ones."""
        stored = self._reader.article(article_id)
        if stored is None or not self.hides_any:
            return stored
        seen = self.visibility([article_id])[article_id]
        stored = replace(stored, matches=self.matches(stored.matches, hide=not seen.usable))
        if seen.usable:
            return stored
        return replace(
            stored,
            article=bare(stored.article),
            furniture=(),
            credits=(),
            version=bare_version(stored.version),
            visibility=seen,
        )

    def matches(self, matches: Sequence[Match], *, hide: bool = False) -> tuple[Match, ...]:
        """The verdicts; no passages of articles that may not be shown, of none where ``hide``."""
        seen = self.visibility([match.article_id for match in matches])
        return tuple(
            unquoted(match) if hide or not seen[match.article_id].usable else match
            for match in matches
        )

    def texts(self, ids: Sequence[str]) -> Mapping[str, Article]:
        """Articles as posted, those that may not be shown without what they say."""
        found = self._reader.texts(ids)
        seen = self.visibility(list(found))
        return {name: one if seen[name].usable else bare(one) for name, one in found.items()}

    def revisions(self, article_id: str) -> Sequence[KeptRevision]:
        """Every revision of an article; what hidden ones quote is not told."""
        shows = self.shows(article_id)
        return [
            one
            if shows and masked(one.version, now=self._now) is None
            else replace(one, version=bare_version(one.version))
            for one in self._reader.revisions(article_id)
        ]

    def revision_texts(self, article_id: str, numbers: Sequence[int]) -> Mapping[int, Article]:
        """The texts of an article's revisions; of those that may not be shown what ``bare`` leaves."""
        shows = self.shows(article_id)
        shown = {
            one.number
            for one in self._reader.revisions(article_id)
            if shows and masked(one.version, now=self._now) is None
        }
        found = self._reader.revision_texts(article_id, numbers)
        return {number: one if number in shown else bare(one) for number, one in found.items()}

    def chained(
        self, source: str, chain: str, *, at: float, hours: float = CHAIN_HOURS
    ) -> Sequence[Chained]:
        """Articles that state a chain; what hidden ones quote is not told."""
        found = self._reader.chained(source, chain, at=at, hours=hours)
        seen = self.visibility([one.article_id for one in found])
        return [
            one if seen[one.article_id].usable else replace(one, version=bare_version(one.version))
            for one in found
        ]

    def cluster(self, cluster_id: str) -> ClusterState | None:
        """The cluster; its canonical is named without what hidden members say."""
        state = self._reader.cluster(cluster_id)
        if state is None or not self.hides(cluster_id):
            return state
        told = shown_canonical(state.canonical, self.shows, lambda: self.credited(cluster_id))
        return replace(state, canonical=told)

    def held(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Held]]:
        """The articles of each story that may be shown, in order of arrival."""
        found = self._reader.held(story_ids)
        seen = self.visibility([one.id for held in found.values() for one in held])
        return {
            story: [one for one in held if seen[one.id].usable] for story, held in found.items()
        }

    def shares(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Share]]:
        """Whose articles each story holds; sources only hidden articles credit are not named."""
        found = self._reader.shares(story_ids)
        return {story: [self._share(one) for one in shares] for story, shares in found.items()}

    def stories(self, query: StoryQuery) -> Sequence[Listed]:
        """A page of the stories that something may be shown of, found by what may be."""
        return self._reader.stories(replace(query, visible_at=self._now))

    def changes(self, *, after: int, limit: int) -> Sequence[Change]:
        """The change log; sources outside the index are not named where members are hidden."""
        found = self._reader.changes(after=after, limit=limit)
        return [self._change(one) for one in found] if self.hides_any else found

    def furniture(self, source: str) -> Sequence[Line]:
        """The learned lines; one known from hidden articles alone is told without its text."""
        lines = self._reader.furniture(source)
        seen = self.visibility([name for line in lines for name in line.learned.examples])

        def shown(line: Line) -> bool:
            examples = line.learned.examples
            return not examples or any(seen[name].usable for name in examples)

        return [line if shown(line) else replace(line, text="") for line in lines]

    @cached_property
    def hides_any(self) -> bool:
        """Something is or was withheld: most stores need no further look."""
        return self._reader.any_withheld()

    def hides(self, cluster_id: str) -> bool:
        """Some member of the cluster may not be shown."""
        if cluster_id not in self._hiding:
            rows = self._reader.withheld_in([cluster_id]) if self.hides_any else ()
            self._hiding[cluster_id] = any(row.in_force(self._now) for row in rows)
        return self._hiding[cluster_id]

    def credited(self, cluster_id: str | None) -> frozenset[str]:
        """Sources that members of the cluster which may be shown credit."""
        if cluster_id is None:
            return frozenset()
        ids = self._reader.cluster_members(cluster_id, limit=LOOKED_AT)
        seen = self.visibility(ids)
        found = (self._reader.article(name) for name in ids if seen[name].usable)
        return frozenset(c.source for one in found if one is not None for c in one.credits)

    def _share(self, share: Share) -> Share:
        if share.in_index or share.canonical_source is None or not self.hides(share.cluster):
            return share
        if share.canonical_source in self.credited(share.cluster):
            return share
        return replace(share, canonical_source=None, canonical_family=None)

    def _change(self, change: Change) -> Change:
        event = change.event
        if event.kind != "canonical_changed":
            return change
        holders = self._holders(event.subject)
        if holders and not any(map(self.hides, holders)):
            return change
        credited = frozenset[str]().union(*map(self.credited, holders))
        told = {side: _named(event.data.get(side), credited) for side in ("from", "to")}
        return replace(change, event=replace(event, data={**event.data, **told}))

    def _holders(self, group: str) -> tuple[str, ...]:
        """The living clusters that members of a cluster may lie in by now; none: too many to ask."""
        found, ahead = {group: None}, [group]
        while ahead and len(found) <= LOOKED_AT:
            old = ahead.pop()
            went = [line.new for line in self._reader.lineage(old) if line.old == old]
            ahead += [one for one in (*went, *self._reader.survivors(old)) if one not in found]
            found.update(dict.fromkeys(ahead))
        if ahead:
            return ()
        return tuple(one for one in found if self._reader.cluster(one) is not None)


def answered(answer: Answer, reader: Reader, own: Visibility = USABLE) -> Answer:
    """The answer as far as it may be shown.

    ``reader`` is a disclosed one; ``own`` says whether the article itself may be shown.
    """
    shown = cast("Disclosed", reader)
    ours = answer.article.id
    hidden = not own.usable
    if not hidden and not shown.hides_any:
        return answer

    def shows(name: str) -> bool:
        return not hidden if name == ours else shown.shows(name)

    canonical = answer.canonical
    cluster = answer.cluster.id
    if hidden or (cluster is not None and shown.hides(cluster)):
        canonical = shown_canonical(canonical, shows, lambda: shown.credited(cluster))
    told = replace(answer, canonical=canonical, matches=shown.matches(answer.matches, hide=hidden))
    if not hidden:
        return told
    version = bare_version(answer.article.version)
    head = replace(answer.article, furniture=(), version=version, pub_status=own)
    return replace(told, article=head, credits=(), warnings=())


def unquoted(match: Match) -> Match:
    """The verdict without the passages that the two have in common."""
    if not match.evidence.passages:
        return match
    return replace(match, evidence=replace(match.evidence, passages=()))


def shown_canonical(
    canonical: Canonical,
    shows: Callable[[str], bool],
    credited: Callable[[], frozenset[str]],
) -> Canonical:
    """The canonical of a cluster that has hidden members as far as it may be told.

    It is named without their phrases and addresses; a source outside the index that only they
    credit is not named either. A phrase of which it was not stored whose it is counts as theirs.
    ``shows`` says of an article id whether it may be shown, ``credited`` gives the sources that
    members which may be shown credit.
    """

    def hidden(reason: Reason) -> bool:
        if reason.article_id is None:
            return reason.text is not None
        return not shows(reason.article_id)

    def told(reason: Reason) -> Reason:
        return replace(reason, text=None, span=None) if hidden(reason) else reason

    named = canonical.article_id
    secret = named is None and any(map(hidden, canonical.reasons))
    if secret and canonical.source in credited():
        secret = False
    return replace(
        canonical,
        source=None if secret else canonical.source,
        family=None if secret else canonical.family,
        url=None if named is not None and not shows(named) else canonical.url,
        reasons=tuple(map(told, canonical.reasons)),
        claims=tuple(
            replace(claim, reason=told(claim.reason))
            for claim in canonical.claims
            if not hidden(claim.reason) or claim.source in credited()
        ),
    )


def _named(side: Any, credited: frozenset[str]) -> Any:
    """One side of a change of canonical; a source that is not in the index only if it is credited."""
    if not side or side.get("article_id") is not None or side.get("source") in credited:
        return side
    return {**side, "source": None}
