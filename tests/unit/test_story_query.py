from __future__ import annotations

import pytest

from api.http import cursors
from api.story_query import hours, story_query
from dedupe.errors import BadInput
from dedupe.listing import LARGEST_SIZE, StoryOrder, StoryQuery

ASKED = {
    "since": None,
    "until": None,
    "outlet": None,
    "language": None,
    "words": None,
    "min_size": 1,
    "max_size": None,
    "sort": StoryOrder.NEWEST,
    "limit": 50,
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1970-01-01", 0.0),
        ("1970-01-02T00:00:00Z", 24.0),
        ("1970-01-01T12:30Z", 12.5),
        ("1970-01-01t12:30:00z", 12.5),
        ("1970-01-01 12:30:00", 12.5),
        ("1970-01-01T02:00:00+02:00", 0.0),
        ("1970-01-01T02:00:00 02:00", 0.0),
        ("1969-12-31T23:00:00-01:00", 0.0),
        ("1970-01-01T00:00:00.5Z", 0.5 / 3600),
        ("0001-01-01T00:00:00+23:59", -17259888 - 23 - 59 / 60),
        (None, None),
    ],
)
def test_times_are_read(given, expected):
    """RFC 3339 and days, in any zone, as hours since 1970."""
    assert hours("from", given) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    "given",
    ["", "today", "2023", "2023-02-30", "2023-06-10T25:00:00Z", "10/06/2023", "1686355200",
     "2023-06-10T08:30:60Z", "２０２３-06-10", "2023-06-10T08:30:00Zjunk"],
)  # fmt: skip
def test_what_is_no_time_is_refused(given):
    """The field is named as the caller calls it, with the value and the form to send."""
    with pytest.raises(BadInput, match="no time that can be read") as caught:
        hours("from", given)
    assert (caught.value.field, caught.value.value) == ("from", given)
    assert "2023-06-10T08:30:00Z" in caught.value.fix


def test_a_day_counts_to_its_end():
    """As an upper bound a day means its last second, a time itself."""
    assert hours("to", "1970-01-01", end=True) == pytest.approx(24 - 1 / 3600)
    assert hours("to", "1970-01-01T00:00:00Z", end=True) == 0.0


def test_nothing_asked_is_everything():
    """Without conditions the query has none."""
    assert story_query(**ASKED) == StoryQuery()
    assert StoryQuery().max_size == LARGEST_SIZE


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": "2023-06-11", "until": "2023-06-10"}, "to"),
        ({"min_size": 5, "max_size": 4}, "max_size"),
        ({"since": "soon"}, "from"),
        ({"until": "later"}, "to"),
    ],
)
def test_bounds_that_exclude_each_other(given, field):
    """They are refused by the name of the one to change."""
    with pytest.raises(BadInput) as caught:
        story_query(**{**ASKED, **given})
    assert caught.value.field == field
    assert caught.value.fix


def test_one_day_is_an_interval():
    """From and to on the same day mean that day."""
    query = story_query(**{**ASKED, "since": "1970-01-02", "until": "1970-01-02"})
    assert (query.since, query.until) == (24.0, pytest.approx(48 - 1 / 3600))


@pytest.mark.parametrize("place", [(None, 7), (0.0, 1), (-1.5e-7, 2), (1e300, 3), (123456.75, 9)])
def test_cursors_come_back(place):
    """Value and position of a cursor are those it was made of."""
    assert cursors.place("stories-newest", cursors.placed("stories-newest", *place)) == place


@pytest.mark.parametrize(
    "last", ["", ":", "1.5", "1.5:", "x:1", "nan:1", "inf:1", "1e999:1", "1:-1", f"1:{2**64}", "1:1:1", "1:٣"]
)  # fmt: skip
def test_made_up_cursors_are_refused(last):
    """Whatever stands in a cursor that no list gave: the parameter is named, nothing fails."""
    with pytest.raises(BadInput, match="no cursor of stories-newest"):
        cursors.place("stories-newest", cursors.written("stories-newest", last))


def test_a_cursor_of_another_order_is_refused():
    """A list sorted by size cannot go on where one sorted by date ended."""
    with pytest.raises(BadInput, match="no cursor of stories-size"):
        cursors.place("stories-size", cursors.placed("stories-newest", 1.0, 1))
