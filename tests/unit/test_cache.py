"""Members kept at hand by the store."""

from __future__ import annotations

from dedupe.state import Member, Placement
from index.sqlite.cache import ProfileCache


def build(row, profile):
    """A member of a row (key, id, stamp, story)."""
    placement = Placement(article_id=row[1], cluster="c", story=row[3])
    return Member(key=row[0], profile=profile, first_seen=0.0, placement=placement)


def row(key, stamp=1, story="s"):
    return key, f"a{key}", stamp, story


def held(capacity, *keys):
    """A cache of made-up profiles; nothing in it looks at one."""
    cache = ProfileCache(capacity)
    for key in keys:
        cache.put({(key, 1): f"profile {key}"})
    return cache


def test_a_member_is_made_once_while_its_row_stays():
    """The same row gives the same object."""
    cache = held(9, 1, 2)
    first = cache.members([row(1), row(2)], build)
    again = cache.members([row(2), row(1)], build)
    assert first[1] is again[1]
    assert first[2] is again[2]
    assert first[1].profile == "profile 1"


def test_a_row_that_changed_gives_another_member():
    """What moved is where its row says, and a profile of another stamp is not held."""
    cache = held(9, 1)
    assert cache.members([row(1)], build)[1].placement.story == "s"
    assert cache.members([row(1, story="t")], build)[1].placement.story == "t"
    assert cache.members([row(1)], build)[1].placement.story == "s"
    assert cache.members([row(1, stamp=2), row(3)], build) == {}


def test_the_least_recently_used_make_room():
    """What was asked for stays longer than what was not."""
    cache = held(2, 1, 2)
    cache.members([row(1)], build)
    cache.put({(3, 1): "profile 3"})
    assert sorted(cache.members([row(1), row(2), row(3)], build)) == [1, 3]
    cache.clear()
    assert len(cache) == 0
