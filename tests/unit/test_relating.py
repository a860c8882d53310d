"""Which of two stories that stay apart is the earlier one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.answering import RELATED_SHOWN, seen_from
from dedupe.model import Profile, Provenance, Sketch, StoryLink, Terms
from dedupe.relating import When, relation
from dedupe.settings import Settings
from dedupe.state import RelatedLink

NONE = np.empty(0, dtype=np.uint64)
WINDOW = 60.0
DAY = 24.0
JUNE = 20_000 * DAY
OPPOSITE = {
    StoryLink.EARLIER: StoryLink.LATER,
    StoryLink.LATER: StoryLink.EARLIER,
    StoryLink.BACKGROUND: StoryLink.BACKGROUND,
}


def profile(published=None, *, precise=True, days=()):
    return Profile(
        id="a",
        provenance=Provenance(outlet=None),
        published=published,
        published_precise=precise,
        event_days=np.array(days, dtype=np.int32),
        text_hash=1,
        word_count=100,
        shingle_count=96,
        sketch=Sketch(threshold=2**64 - 1, hashes=NONE),
        terms=Terms(words=NONE, counts=np.empty(0, np.int32), names=NONE, numbers=NONE, title=NONE),
        vector=None,
    )


def story(*published, **more):
    return When.of([profile(hours, **more) for hours in published])


def seen(ours, theirs):
    return relation(ours, theirs, window_days=WINDOW)


def test_the_vote_of_the_next_morning_is_later():
    """A story half a day after another one is later, and sees that one as earlier."""
    debate, vote = story(JUNE, JUNE + 2), story(JUNE + 14, JUNE + 16)
    assert seen(debate, vote) is StoryLink.LATER
    assert seen(vote, debate) is StoryLink.EARLIER


def test_stories_of_the_same_hours_are_background():
    """Where neither publications nor days tell which came first, a link claims no order."""
    assert seen(story(JUNE), story(JUNE + 5)) is StoryLink.BACKGROUND


@pytest.mark.parametrize(("hours", "expected"), [(0, StoryLink.BACKGROUND), (DAY, StoryLink.LATER)])
def test_days_without_an_hour_tell_days_apart_only(hours, expected):
    """Two stories of one day are not ordered by an hour nobody gave; those of two days are."""
    one, other = story(JUNE, precise=False), story(JUNE + hours, precise=False)
    assert seen(one, other) is expected


def test_a_day_without_an_hour_is_its_noon():
    """A story of ten in the evening is later than one known to be of the same day only ..."""
    day, evening = story(JUNE, precise=False), story(JUNE + 22)
    assert seen(day, evening) is StoryLink.BACKGROUND
    assert seen(day, story(JUNE + 28)) is StoryLink.LATER


def test_without_dates_the_days_in_the_texts_tell():
    """Undated stories are ordered by the days that they speak of."""
    attack, trial = story(None, days=(19_990,)), story(None, days=(19_990, 20_010))
    assert seen(attack, trial) is StoryLink.LATER
    assert seen(trial, attack) is StoryLink.EARLIER


def test_a_day_to_come_is_not_what_a_story_is_about():
    """Announcing a meeting of next week does not make a story later than one of tomorrow."""
    announced = story(JUNE, days=(19_999, 20_007))
    assert announced.day == 19_999


def test_a_story_without_any_time_is_background():
    """Nothing is claimed of a story that tells neither date nor day."""
    assert seen(story(None), story(JUNE)) is StoryLink.BACKGROUND
    assert seen(story(JUNE), story(None)) is StoryLink.BACKGROUND


def test_a_story_of_another_year_is_background():
    """What lies further away than candidates are looked for is neither earlier nor later."""
    assert seen(story(JUNE), story(JUNE + 400 * DAY)) is StoryLink.BACKGROUND


def test_what_runs_alongside_is_background():
    """A story that began days before another and goes on days after it is its background."""
    crisis = story(JUNE - 5 * DAY, JUNE - 4 * DAY, JUNE + 9 * DAY)
    visit = story(JUNE, JUNE + DAY)
    assert seen(visit, crisis) is StoryLink.BACKGROUND
    assert seen(crisis, visit) is StoryLink.BACKGROUND


def test_an_answer_names_the_most_probable_stories_from_its_own_side():
    """Of many links those of the highest probability are told, turned to the story asked about."""
    links = [
        RelatedLink(a="m", b=f"n{k:02}", relation=StoryLink.EARLIER, probability=k / 100)
        for k in range(20)
    ]
    links.append(RelatedLink(a="a", b="m", relation=StoryLink.EARLIER, probability=0.9))
    links.append(RelatedLink(a="a", b="z", relation=StoryLink.EARLIER, probability=0.9))
    told = seen_from("m", links)
    assert [one.story for one in told] == ["a", *(f"n{k:02}" for k in range(19, 12, -1))]
    assert len(told) == RELATED_SHOWN == Settings().related_limit
    assert [one.relation for one in told] == [StoryLink.LATER] + [StoryLink.EARLIER] * 7


ARTICLES = st.lists(
    st.builds(
        lambda hours, precise, days: profile(hours, precise=precise, days=sorted(days)),
        st.none() | st.floats(JUNE - 3000, JUNE + 3000),
        st.booleans(),
        st.lists(st.integers(19_900, 20_100), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=5,
)


@given(ours=ARTICLES, theirs=ARTICLES)
def test_each_sees_the_opposite_of_what_the_other_sees(ours, theirs):
    """Earlier here is later there, whatever the two stories tell of their time."""
    one, other = When.of(ours), When.of(theirs)
    assert seen(other, one) is OPPOSITE[seen(one, other)]
    assert seen(one, one) is StoryLink.BACKGROUND
