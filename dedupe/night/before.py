"""What a plan changes, as it is stored before it: what is needed to take the plan back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.night.inputs import END, PAGE, Inputs
from dedupe.ports import Reader
from dedupe.state import CopyLink, Member, Plan


def before(reader: Reader, plan: Plan) -> Inputs:
    """The articles, groups and links that a plan changes, as ``reader`` sees them."""
    members = list(_members(reader, [place.article_id for place in plan.placements]))
    items = [
        Item(profile=m.profile, first_seen=m.first_seen, placement=m.placement) for m in members
    ]
    placed = [member.placement for member in members]
    gone = {one.id for one in plan.retired}
    clusters = {state.id for state in plan.clusters} | {p.cluster for p in placed} | gone
    stories = {state.id for state in plan.stories} | {p.story for p in placed} | gone
    around = Neighbourhood(
        items=tuple(sorted(items, key=lambda item: item.profile.id)),
        links=tuple(_links(reader, plan)),
        clusters={c: found for c in sorted(clusters) if (found := reader.cluster(c)) is not None},
        stories={s: known for s in sorted(stories) if (known := reader.story(s)) is not None},
    )
    return Inputs(
        around=around,
        related=tuple(reader.all_related()),
        strangers=frozenset(),
        position=reader.index_changes(after=END)[0],
        cursor=reader.last_cursor(),
    )


def _members(reader: Reader, ids: Sequence[str]) -> Iterator[Member]:
    for start in range(0, len(ids), PAGE):
        yield from reader.members(ids[start : start + PAGE])


def _links(reader: Reader, plan: Plan) -> Iterator[CopyLink]:
    """The stored links that a plan drops or writes anew."""
    pairs = {*plan.forgotten, *((link.a, link.b) for link in plan.links)}
    ends: Iterable[str] = {end for pair in pairs for end in pair}
    names = sorted(ends)
    found: dict[tuple[str, str], CopyLink] = {}
    for start in range(0, len(names), PAGE):
        for link in reader.links(names[start : start + PAGE]):
            if (link.a, link.b) in pairs:
                found[link.a, link.b] = link
    yield from found.values()
