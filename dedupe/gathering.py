"""Gather: from one article to everything its verdict may touch.

Candidates that share text or lie near are read from the store, compared, and the groups of those
that may belong are gathered whole, up to a limit; what is larger than the limit moves whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from dedupe.candidates import Candidates
from dedupe.compared import Compared
from dedupe.headlines import ONE_HEADLINE
from dedupe.judging import Judging
from dedupe.leaders import nearly_equal
from dedupe.learning import learned_of
from dedupe.model import Match, Profile, Reading, TextWords
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.ports import Reader
from dedupe.reading import ArticleReader
from dedupe.settings import Settings
from dedupe.state import CopyLink, Member, Placement
from dedupe.weighing import Frequency
from dedupe.withheld.purging import with_purged

EVERY = 2**31
"""More members than any group has."""


class Gatherer:
    """Reads neighbourhoods from the store."""

    def __init__(
        self,
        candidates: Candidates,
        reader: ArticleReader,
        judging: Judging,
        settings: Settings,
    ) -> None:
        self._candidates = candidates
        self._reader = reader
        self._judging = judging
        self._settings = settings

    def gather(
        self, store: Reader, reading: Reading, received: float, placement: Placement | None
    ) -> tuple[Neighbourhood, tuple[Match, ...]]:
        """The neighbourhood of an article that is new, revised or only asked about; its matches."""
        own = Item(profile=reading.profile, first_seen=received, placement=placement, claim=0.5)
        sharing, near, held = self._find(store, reading)
        words = self._words(store, [*sharing, *_under_one_headline(reading.profile, near, sharing)])
        both = list({m.profile.id: m for m in (*sharing, *near)}.values())
        compared = self._judging.against(reading, both, words)
        p = compared.judged.p_same_story
        likely = compared.linked | (p >= self._settings.related_threshold)
        among = [k for k in np.argsort(-p, kind="stable").tolist() if likely[k]]
        crowded = _crowded(compared, self._settings)
        around = self._around(store, own, [both[k] for k in among], compared.links(), crowded)
        return around, self._judging.matches(
            compared, among, lambda: self._frequency(store, reading, held)
        )

    def left_behind(self, store: Reader, placement: Placement) -> Neighbourhood:
        """The neighbourhood of those that an article has left."""
        left = frozenset({placement.cluster, placement.story})
        most = self._settings.repair_limit
        # The cluster first: its canonical may have been the one that left.
        ids = store.cluster_members(placement.cluster, limit=most)
        room = max(most - len(ids), 1)
        members = {m.profile.id: m for m in store.members(ids)}
        members |= {m.profile.id: m for m in self._story(store, placement.story, room)}
        return self._neighbourhood(store, (), members.values(), (), vacated=left)

    def whole_stories(self, store: Reader, articles: Sequence[str]) -> Neighbourhood:
        """The neighbourhood of all that lies in the stories of these articles, however many.

        An editor waits for it; an arrival would not (``repair_limit``).
        """
        stories = sorted({member.placement.story for member in store.members(articles)})
        ids = [name for story in stories for name in store.story_members(story, limit=EVERY)]
        return self._neighbourhood(store, (), store.members(ids), (), vacated=frozenset())

    def _find(
        self, store: Reader, reading: Reading
    ) -> tuple[list[Member], list[Member], Member | None]:
        """Members that share text and members whose lede is near, without the article itself.

        And the article itself, where it was come across.
        """
        near = self._candidates.near(reading.profile.vector, reading.profile.published)
        sharing = self._candidates.sharing_text(reading.words.shingles, near)
        members = store.members_by_key(sorted({*sharing, *near}))
        found = {member.key: member for member in members if member.profile.id != reading.id}
        return (
            [found[key] for key in sharing if key in found],
            [found[key] for key in near if key in found],
            next((member for member in members if member.profile.id == reading.id), None),
        )

    def _frequency(self, store: Reader, reading: Reading, held: Member | None) -> Frequency:
        """How many other articles hold the shingles of a reading; ``held`` is its own, if known."""
        own = held or next(iter(store.members([reading.id])), None)
        return self._candidates.frequency(
            reading.words.shingles, None if own is None else own.profile.sketch
        )

    def _words(self, store: Reader, members: Sequence[Member]) -> Mapping[str, TextWords]:
        """Words of the members' texts by article id, in order."""
        ids = [member.profile.id for member in members]
        texts = store.texts(ids)
        articles = [texts[name] for name in ids]
        words = self._reader.words(articles, learned_of(store, articles))
        return with_purged(store, dict(zip(ids, words, strict=True)))

    def _around(
        self,
        store: Reader,
        own: Item,
        seeds: Sequence[Member],
        links: Sequence[CopyLink],
        crowded: frozenset[str],
    ) -> Neighbourhood:
        budget = self._settings.repair_limit
        sample, left_out = self._sampled(store, seeds, crowded)
        gathered = {member.profile.id: member for member in sample}

        def take(members: Iterable[Member]) -> None:
            for member in members:
                if member.placement.cluster not in crowded:
                    gathered.setdefault(member.profile.id, member)

        sharing = {end for link in links for end in (link.a, link.b)}
        take(seed for seed in seeds[:budget] if seed.profile.id in sharing)
        for story, close in self._stories(own, seeds).items():
            if len(gathered) >= budget:
                break
            room = budget - len([m for m in gathered.values() if m.placement.story != story])
            take(self._story(store, story, room, left_out))
            # Of a story in part no more than one: its mean is to be that of a sample.
            take(close[:1])
        whole = [name for name, m in gathered.items() if m.placement.cluster not in crowded]
        beyond = _beyond(store.links(whole), gathered) - left_out
        take(store.members(sorted(beyond)[: max(0, budget - len(gathered))]))
        # Who may not meet is at hand even of stories of which some members stand for all.
        stories = {member.placement.story for member in gathered.values()}
        under_order = set(store.ordered_in(sorted(stories))) - gathered.keys()
        gathered |= {m.profile.id: m for m in store.members(sorted(under_order))}
        gathered.pop(own.profile.id, None)
        old = own.placement
        return self._neighbourhood(
            store,
            (own,),
            gathered.values(),
            [link for link in links if not {link.a, link.b} & left_out],
            vacated=frozenset({old.cluster, old.story}) if old else frozenset(),
            crowded=crowded,
        )

    def _sampled(
        self, store: Reader, seeds: Sequence[Member], crowded: frozenset[str]
    ) -> tuple[Sequence[Member], frozenset[str]]:
        """Members that stand for crowded clusters, and others of them that are not to be gathered.

        They are the canonical, the first to arrive and those that are closest to the newcomer.
        """
        chosen: list[str] = []
        others: set[str] = set()
        for cluster in sorted(crowded):
            state = store.cluster(cluster)
            first = list(store.cluster_members(cluster, limit=self._settings.repair_limit))
            close = [seed.profile.id for seed in seeds if seed.placement.cluster == cluster]
            canonical = [state.canonical.article_id] if state and state.canonical.article_id else []
            sample = self._settings.group_sample
            found = list(dict.fromkeys([*canonical, *first[: sample // 3], *close]))[:sample]
            chosen += found
            others |= {*first, *close} - set(found)
        return store.members(chosen), frozenset(others)

    @staticmethod
    def _stories(own: Item, seeds: Sequence[Member]) -> dict[str, list[Member]]:
        """Stories that may change, the most probable first, with the seeds that lie in each."""
        stories: dict[str, list[Member]] = {own.placement.story: []} if own.placement else {}
        for seed in seeds:
            stories.setdefault(seed.placement.story, []).append(seed)
        return stories

    def _story(
        self, store: Reader, story: str, room: int, left_out: frozenset[str] = frozenset()
    ) -> Sequence[Member]:
        """All members of a story, or a sample of one that is too large for the room left."""
        some = max(room, self._settings.repair_limit) + 1 + len(left_out)
        ids = [name for name in store.story_members(story, limit=some) if name not in left_out]
        if len(ids) > room:
            step = max(len(ids) // self._settings.group_sample, 1)
            ids = ids[::step][: self._settings.group_sample]
        return store.members(ids)

    def _neighbourhood(
        self,
        store: Reader,
        own: tuple[Item, ...],
        members: Iterable[Member],
        links: Sequence[CopyLink],
        *,
        vacated: frozenset[str],
        crowded: frozenset[str] = frozenset(),
    ) -> Neighbourhood:
        items = [
            *own,
            *(
                Item(profile=m.profile, first_seen=m.first_seen, placement=m.placement)
                for m in members
            ),
        ]
        placed = [item.placement for item in items if item.placement is not None]
        clusters = {p.cluster for p in placed} | vacated
        stories = {p.story for p in placed} | vacated
        stored = self._links(store, items, crowded)
        fresh = {(link.a, link.b) for link in links}
        return Neighbourhood(
            items=tuple(sorted(items, key=lambda item: item.profile.id)),
            links=(*links, *(link for link in stored if (link.a, link.b) not in fresh)),
            new_links=tuple(links),
            clusters={c: found for c in clusters if (found := store.cluster(c)) is not None},
            stories={s: known for s in stories if (known := store.story(s)) is not None},
            partial=_partial([p.story for p in placed], vacated, store.story_members)
            | _partial([p.cluster for p in placed], vacated, store.cluster_members),
            vacated=vacated,
            constraints=tuple(store.constraints([item.profile.id for item in items])),
        )

    @staticmethod
    def _links(store: Reader, items: Sequence[Item], crowded: frozenset[str]) -> Sequence[CopyLink]:
        """The stored links between items; those of a crowd to others than these are not read."""
        ids = {item.profile.id for item in items}
        crowd = {
            item.profile.id
            for item in items
            if item.placement and item.placement.cluster in crowded
        }
        among = list(store.links_between(sorted(crowd))) if crowd else []
        touching = store.links(sorted(ids - crowd))
        return among + [link for link in touching if link.a in ids and link.b in ids]


def _crowded(compared: Compared, settings: Settings) -> frozenset[str]:
    """Clusters with so many members nearly equal to the reading that some stand for all."""
    members, judged = compared.members, compared.judged
    if np.count_nonzero(judged.p_same_text >= settings.copy_threshold) < settings.crowd:
        return frozenset()
    sizes = np.array([member.profile.shingle_count for member in members], dtype=np.int64)
    shorter = np.minimum(sizes, compared.reading.profile.shingle_count)
    like = nearly_equal(compared.shares.jaccard, shorter)
    like &= judged.p_same_text >= settings.copy_threshold
    held = Counter(members[k].placement.cluster for k in np.flatnonzero(like).tolist())
    return frozenset(name for name, count in held.items() if count >= settings.crowd)


def _under_one_headline(
    ours: Profile, near: Sequence[Member], known: Sequence[Member]
) -> list[Member]:
    """Of the members with near ledes those that may be the same piece, filed anew.

    Their titles have half of their words in common, and no two outlets are known. A brief that has
    grown into a story shares hardly a shingle with it: only title, outlet and time tell.
    """
    ids = {member.profile.id for member in known}
    outlet = ours.provenance.outlet
    outlets = (None, outlet)
    asked = [
        (member, profile.terms.title)
        for member in near
        for profile in (member.profile,)
        if (outlet is None or profile.provenance.outlet in outlets)
        and profile.id not in ids
        and len(profile.terms.title)
    ]
    own = ours.terms.title
    if not asked or not len(own):
        return []
    titles = [title for _, title in asked]
    sizes = np.fromiter(map(len, titles), np.int64, len(titles))
    words = np.concatenate(titles)
    there = own[np.minimum(own.searchsorted(words), len(own) - 1)] == words
    shared = np.add.reduceat(there.astype(np.int64), np.cumsum(sizes) - sizes)
    alike = shared / (sizes + len(own) - shared) >= ONE_HEADLINE
    return [asked[k][0] for k in np.flatnonzero(alike).tolist()]


def _partial(
    gathered: Sequence[str], vacated: Iterable[str], members: Callable[..., Sequence[str]]
) -> frozenset[str]:
    """Groups that have more members than were gathered, those vacated included."""
    counts = dict.fromkeys(vacated, 0)
    for name in gathered:
        counts[name] = counts.get(name, 0) + 1
    return frozenset(n for n, count in counts.items() if len(members(n, limit=count + 1)) > count)


def _beyond(links: Iterable[CopyLink], gathered: Iterable[str]) -> set[str]:
    """Articles that share text with a gathered one and are not gathered themselves."""
    return {end for link in links for end in (link.a, link.b)} - set(gathered)
