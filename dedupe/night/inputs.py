"""What a night looks at: articles as they are stored at one moment, sorted by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dedupe.model import Int64s, Profile
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.night.lean import lean, whole
from dedupe.ports import Reader
from dedupe.state import CopyLink, Member, RelatedLink
from dedupe.terms.background import Frequencies

PAGE = 2048
"""Articles read from the store at a time."""
END = 2**62
"""After every line of the index log: asks for the newest position only."""
Progress = Callable[..., Iterator[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Articles of the store with everything that is known of how they lie."""

    around: Neighbourhood
    """The items by id, their groups, the stored links between them and editors' orders; profiles
    have neither terms nor vectors."""
    related: tuple[RelatedLink, ...]
    """Every stored link between stories."""
    strangers: frozenset[str]
    """Groups that hold articles besides the items: they are left as they are."""
    position: int
    """Where the store's index log stood."""
    cursor: int
    """Where its change log stood."""
    everything: bool = False
    """The items are all that is stored."""
    added: int = 0
    """Articles that the store was ever given."""
    frequencies: Frequencies | None = None
    """How common terms are in the store, as last counted."""
    keys: Int64s = field(default_factory=lambda: np.empty(0, np.int64))
    """The store key of each item."""
    told: list[Profile] = field(default_factory=list)
    """The items' whole profiles, until verdicts need them no more: whoever takes them empties it."""


def looked_at(
    reader: Reader, keys: Int64s, *, progress: Progress, whole: bool, everything: bool
) -> Inputs:
    """The articles of these sorted store keys as ``reader`` sees them.

    ``whole`` says that they hold every member of each of their groups, ``everything`` that the run
    is about all that was stored when it began.
    """
    found = sorted(_items(reader, keys, progress), key=lambda one: one[1].profile.id)
    items = tuple(item for _, item, _ in found)
    return Inputs(
        around=_around(reader, items),
        related=tuple(reader.all_related()),
        strangers=frozenset() if whole else _strangers(reader, items),
        position=reader.index_changes(after=END)[0],
        cursor=reader.last_cursor(),
        everything=everything,
        added=reader.articles_added(),
        frequencies=reader.frequencies(),
        keys=np.array([key for key, _, _ in found], dtype=np.int64),
        told=[profile for _, _, profile in found],
    )


def with_links(around: Neighbourhood, links: Sequence[CopyLink]) -> Neighbourhood:
    """The same where these are the links; those that are not stored as they are now are new."""
    stored = {(link.a, link.b): link for link in around.links}
    fresh = tuple(link for link in links if stored.get((link.a, link.b)) != link)
    return replace(around, links=tuple(links), new_links=fresh)


def forgotten(around: Neighbourhood, links: Sequence[CopyLink]) -> tuple[tuple[str, str], ...]:
    """Ends of the stored links of ``around`` that are not among these."""
    found = {(link.a, link.b) for link in links}
    return tuple((k.a, k.b) for k in around.links if (k.a, k.b) not in found)


def _items(reader: Reader, keys: Int64s, progress: Progress) -> Iterator[tuple[int, Item, Profile]]:
    """The articles of sorted keys as items, with their keys and their whole profiles."""
    for members in _members(reader, keys, progress):
        told = [member.profile for member in members]
        slim = lean(told)
        for member, profile, own in zip(members, whole(told, slim), slim, strict=True):
            placed, seen = member.placement, member.first_seen
            yield member.key, Item(profile=own, first_seen=seen, placement=placed), profile


def _members(reader: Reader, keys: Int64s, progress: Progress) -> Iterator[Sequence[Member]]:
    """The articles of sorted keys, page by page."""
    if not len(keys):
        return
    stored, _ = reader.stamps()
    few = 2 * len(keys) < len(stored)
    wanted = set(keys.tolist())
    after = int(keys[0]) - 1
    for start in progress(range(0, len(keys if few else stored), PAGE), label="load"):
        if few:
            yield reader.members_by_key(keys[start : start + PAGE].tolist())
            continue
        # The whole store is read past the cache of profiles, which others live by.
        page = reader.members_after(after, limit=PAGE)
        after = page[-1].key if page else END
        yield [member for member in page if member.key in wanted]


def _around(reader: Reader, items: tuple[Item, ...]) -> Neighbourhood:
    ids = {item.profile.id for item in items}
    placed = [item.placement for item in items if item.placement is not None]
    clusters, stories = {p.cluster for p in placed}, {p.story for p in placed}
    return Neighbourhood(
        items=items,
        links=tuple(k for k in reader.all_links() if k.a in ids and k.b in ids),
        clusters={s.id: s for s in reader.cluster_states() if s.id in clusters},
        stories={s.id: s for s in reader.story_states() if s.id in stories},
        constraints=tuple(reader.all_constraints()),
    )


def _strangers(reader: Reader, items: Sequence[Item]) -> frozenset[str]:
    """The groups that hold more articles than these."""
    placed = [item.placement for item in items if item.placement is not None]
    found = set()
    for held, members in (
        (Counter(p.cluster for p in placed), reader.cluster_members),
        (Counter(p.story for p in placed), reader.story_members),
    ):
        found |= {name for name, n in held.items() if len(members(name, limit=n + 1)) > n}
    return frozenset(found)
