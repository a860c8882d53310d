"""Identifiers through merges, splits and newcomers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from dedupe.lineage import trace
from dedupe.state import Passed, Retired


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


def test_a_newcomer_joins_without_changing_the_identifier(new_id: Callable[[], str]) -> None:
    """A group that gains a member keeps its name."""
    lineage = trace([[0, 1, 2]], ["x", "x", None], new_id)
    assert lineage.ids == ("x",)
    assert (lineage.born, lineage.retired, lineage.split) == (frozenset(), (), ())


def test_a_newcomer_alone_opens_a_group(new_id: Callable[[], str]) -> None:
    """A group of newcomers gets a name never used before."""
    lineage = trace([[0], [1]], ["x", None], new_id)
    assert lineage.ids == ("x", "new1")
    assert lineage.born == {"new1"}


def test_the_larger_of_two_merged_groups_gives_its_name(new_id: Callable[[], str]) -> None:
    """The other identifier is retired and says where it lives on."""
    lineage = trace([[0, 1, 2]], ["a", "b", "b"], new_id)
    assert lineage.ids == ("b",)
    assert lineage.retired == (Retired(id="a", merged_into="b"),)


def test_equal_groups_merge_under_the_smaller_name(new_id: Callable[[], str]) -> None:
    """Ties are settled by the identifiers, not by the order of items."""
    assert trace([[0, 1]], ["b", "a"], new_id).ids == ("a",)
    assert trace([[1, 0]], ["a", "b"], new_id).ids == ("a",)


def test_of_equal_groups_the_older_gives_its_name(new_id: Callable[[], str]) -> None:
    """A newcomer with a group of its own does not rename who was there before."""
    lineage = trace([[0, 1]], ["b", "a"], new_id, age={"b": 1.0, "a": 2.0})
    assert lineage.ids == ("b",)
    assert lineage.retired == (Retired(id="a", merged_into="b"),)


def test_what_passes_between_groups_is_told(new_id: Callable[[], str]) -> None:
    """How many articles went from which identifier to which, most first."""
    lineage = trace([[0, 1, 2], [3, 4]], ["a", "a", "b", "a", "b"], new_id)
    assert lineage.ids == ("a", "b")
    assert lineage.passed == (
        Passed(old="a", new="b", articles=1),
        Passed(old="b", new="a", articles=1),
    )


def test_a_retired_group_says_who_took_its_members(new_id: Callable[[], str]) -> None:
    """Where there are several takers, all are named, the one with most first."""
    before = ["x", "x", "x", "a", "a", "a", "a", "b", "b"]
    lineage = trace([[0, 1, 3, 4, 5, 6], [2, 7, 8]], before, new_id)
    assert lineage.ids == ("a", "b")
    assert lineage.retired == (Retired(id="x", merged_into="a", split_into=("a", "b")),)


def test_the_larger_part_of_a_split_group_keeps_the_name(new_id: Callable[[], str]) -> None:
    """The smaller part is born and the split is told."""
    lineage = trace([[0], [1, 2]], ["a", "a", "a"], new_id)
    assert lineage.ids == ("new1", "a")
    assert lineage.split == (("a", "new1"),)
    assert lineage.retired == ()


def test_a_partly_gathered_group_counts_with_all_its_members(new_id: Callable[[], str]) -> None:
    """One gathered member of a group of a hundred outweighs two of a small one."""
    lineage = trace([[0, 1, 2]], ["big", "small", "small"], new_id, weight={"big": 100})
    assert lineage.ids == ("big",)


def test_a_group_that_lost_its_last_member_is_retired(new_id: Callable[[], str]) -> None:
    """It lives on nowhere."""
    lineage = trace([], [], new_id, vacated=frozenset({"gone"}))
    assert lineage.retired == (Retired(id="gone", merged_into=None),)


def test_a_vacated_group_that_still_has_members_lives_on(new_id: Callable[[], str]) -> None:
    """Leaving a group does not retire it while others are in it."""
    assert trace([[0]], ["a"], new_id, vacated=frozenset({"a"})).retired == ()


def test_a_member_whose_text_changed_does_not_take_the_name_along(
    new_id: Callable[[], str],
) -> None:
    """Of two that part, the one that stayed as it was keeps the name."""
    assert trace([[0], [1]], ["a", "a"], new_id, claims=[0.5, 1.0]).ids == ("new1", "a")
    assert trace([[0]], ["a"], new_id, claims=[0.5]).ids == ("a",)
