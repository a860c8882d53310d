"""What a release takes back, which versions are outdated, and how a reason is worded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import BadInput
from dedupe.revisions.order import Filed, order, outdated
from dedupe.version import PubStatus, Version
from dedupe.withheld.records import By, Withholding
from dedupe.withheld.releasing import What, ending, still
from dedupe.withheld.worded import LONGEST, worded

KILL, FLAG, HOLD, EMBARGO = (
    PubStatus.CANCELED,
    PubStatus.UPSTREAM_KILLED,
    PubStatus.WITHHELD,
    PubStatus.EMBARGOED,
)


def record(status, **told):
    return Withholding(article_id="a", status=status, since=1.0, **told)


ALL = [record(status) for status in (EMBARGO, HOLD, FLAG, KILL)]


@pytest.mark.parametrize(
    ("what", "embargo", "ended"),
    [
        (None, False, {KILL}),
        (None, True, {KILL, EMBARGO}),
        (What.HOLD, False, {HOLD}),
        (What.FLAG, False, {FLAG}),
        (What.EMBARGO, False, {EMBARGO}),
        (What.ALL, False, {KILL, FLAG, HOLD, EMBARGO}),
    ],
)
def test_an_editor_takes_back_what_is_named(what, embargo, ended):
    """By default the gravest alone; an embargo only where it is named."""
    found = ending(ALL, 2.0, by=By.ADMIN, what=what, embargo=embargo)
    assert {row.status for row in found} == ended


def test_the_gravest_in_force_goes():
    """What was released before is none; an embargo alone is left alone."""
    rows = [record(KILL, released=1.5), record(HOLD), record(EMBARGO)]
    assert ending(rows, 2.0, by=By.ADMIN, what=None, embargo=False) == [rows[1]]
    assert ending(rows[2:], 2.0, by=By.ADMIN, what=None, embargo=False) == []


def test_a_source_ends_its_own_holds_alone():
    """An editor's hold, a kill and a flag are not the source's to take back."""
    rows = [*ALL, record(HOLD, by=By.SOURCE)]
    assert ending(rows, 2.0, by=By.SOURCE, what=None, embargo=False) == [rows[4]]


def test_what_is_left_is_told_with_its_name():
    """The gravest first, each with what to release it by."""
    told = still([record(EMBARGO, until=9.0), record(HOLD), record(KILL, released=1.0)], 2.0)
    assert [each.value for each in told] == ["withheld", "embargoed"]
    assert [each.action.split("`what` ")[1] for each in told] == ["hold", "embargo"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, None),
        (" \t\n", None),
        ("the lawyers\nare asked", "the lawyers are asked"),
        ("red \x1b[31mtext\x1b[2J\0 end", "red [31mtext [2J end"),
        ("a\u202eb\u2066c\ud800d", "abcd"),
        ("می\u200cخواهیم", "می\u200cخواهیم"),
    ],
)
def test_a_reason_steers_no_screen(reason, told):
    """Controls, directions and what cannot be written are gone; joiners of words stay."""
    assert worded(reason) == told


def test_a_reason_has_a_length():
    """A thousand characters are told, more are refused by every way in."""
    assert worded("x" * LONGEST) == "x" * LONGEST
    with pytest.raises(BadInput, match="1001 characters"):
        worded("x" * (LONGEST + 1))


@given(st.text(max_size=50))
def test_a_worded_reason_is_worded(reason):
    """Doing it twice changes nothing, and nothing left is a control."""
    once = worded(reason)
    assert worded(once) == once
    assert not [c for c in once or "" if unicodedata.category(c) in {"Cc", "Cs"}]


VERSIONS = st.lists(
    st.builds(
        Version,
        revision=st.none() | st.integers(1, 4),
        created=st.none() | st.integers(0, 4).map(float),
    ),
    min_size=1,
    max_size=6,
)


@given(VERSIONS)
def test_the_newest_is_never_outdated(versions):
    """What stands last in the order is not outdated; what states nothing is not when it comes."""
    filed = [Filed(version=one, digest=bytes([k])) for k, one in enumerate(versions)]
    assert not outdated(filed, order(filed)[-1])
    assert not outdated([*filed, Filed(version=Version())], len(filed))


@given(st.permutations([1, 2, 3]))
def test_lower_numbers_are_outdated_in_every_order_of_arrival(numbers):
    """The highest number alone is not."""
    filed = [Filed(version=Version(revision=number)) for number in numbers]
    assert [number for k, number in enumerate(numbers) if not outdated(filed, k)] == [3]
