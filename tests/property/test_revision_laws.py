"""Laws of the order of revisions."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dedupe.revisions.order import Filed, masked, order, representing, usable
from dedupe.version import PubStatus, Version, VersionKind

versions = st.builds(
    Version,
    kind=st.sampled_from(VersionKind),
    number=st.none() | st.integers(1, 4),
    revision=st.none() | st.integers(1, 4),
    created=st.none() | st.integers(0, 4).map(float),
    status=st.sampled_from(PubStatus),
    embargo=st.none() | st.integers(0, 4).map(float),
)
anything = st.lists(
    st.builds(Filed, version=versions, digest=st.binary(min_size=2, max_size=2)),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.digest,
)
clock = st.none() | st.integers(0, 5).map(float)


def stated(one: Filed, number: int, created: int) -> Filed:
    told = replace(one.version, number=number, revision=None, created=float(created))
    return replace(one, version=told)


whole = anything.flatmap(
    lambda filed: st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 4)),
        min_size=len(filed),
        max_size=len(filed),
    ).map(lambda told: [stated(one, *at) for one, at in zip(filed, told, strict=True)])
)


@given(anything)
def test_every_revision_has_one_place(filed):
    """The order names each revision once, whatever the versions state and leave out."""
    assert sorted(order(filed)) == list(range(len(filed)))


@given(whole, st.randoms(use_true_random=False), clock)
def test_arrival_does_not_matter_where_all_is_stated(filed, random, now):
    """With number and date the order, and what represents, is the same for every arrival."""
    shuffled = random.sample(filed, len(filed))
    assert [filed[k] for k in order(filed)] == [shuffled[k] for k in order(shuffled)]
    chosen = filed[representing(filed, now=now)]
    assert shuffled[representing(shuffled, now=now)] == chosen


@given(whole)
def test_higher_numbers_and_later_dates_are_newer(filed):
    """No version stands behind one of a higher number, nor behind a later date of its own number."""
    places = [(filed[k].version.number, filed[k].version.created) for k in order(filed)]
    assert places == sorted(places)


@given(anything, clock)
def test_the_newest_usable_revision_represents(filed, now):
    """It is usable where any is, and none behind it in the order is."""
    newest_first = order(filed)[::-1]
    chosen = representing(filed, now=now)
    before = newest_first[: newest_first.index(chosen)]
    if any(usable(one.version, now=now) for one in filed):
        assert usable(filed[chosen].version, now=now)
        assert not any(usable(filed[k].version, now=now) for k in before)
    else:
        assert before == []


@given(anything)
def test_what_says_nothing_is_newer_than_all_before_it(filed):
    """A text without number and date stands at the end when it arrives."""
    assert order([*filed, Filed(version=Version())])[-1] == len(filed)


@given(versions, st.integers(0, 5).map(float))
def test_what_may_be_shown_stays_so(version, now):
    """Time lifts embargoes and imposes none; a hold or a kill does not pass with time."""
    if masked(version, now=now) is None:
        assert masked(version, now=now + 1) is None
    if version.status in {PubStatus.WITHHELD, PubStatus.CANCELED}:
        assert masked(version, now=now) is version.status
