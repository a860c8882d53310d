"""Laws of what differs between two texts, on texts of every script put together at random."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.difference import Change, ChangeKind, Value, difference
from dedupe.difference.changes import mirrored
from dedupe.difference.edits import edits
from dedupe.text.plain import plain
from dedupe.words import split

SENTENCES = (
    "The ferry left at 10:15 with 12 people on board.",
    "The ferry left at 10:40 with 14 people on board.",
    "The ferry left late with twelve people on board, among them Anna Berg.",
    '"We could not see the light at all," said Anna Berg.',
    '"We could hardly see the light at all," said Anna Berg of Harbour Rescue.',
    "Mr. Olsen of the U.S. Coast Guard asked for $3.5 million.",
    "Repairs cost €40 million, 5 % more than in May 2021.",
    "Паром ударился о причал, пострадали 12 человек.",
    "Паром ударился о причал, пострадали 14 человек, сообщил Иван Петров.",
    "渡轮周一早上撞上码头，12人受伤。",
    "渡轮周一早上撞上码头，14人受伤，船长说雾很大。",
    "フェリーが岸壁に衝突し、12人がけがをした。",
    "صدمت العبارة الرصيف وأصيب 12 شخصا.",
    "เรือเฟอร์รี่ชนท่าเรือ มีผู้บาดเจ็บ 12 คน",
    "<p>The quay is <b>closed</b> until Friday &amp; guarded.</p>",
    "- one\n- two\n- three",
    "Ferry",
)
text = st.lists(st.sampled_from(SENTENCES), max_size=7).flatmap(
    lambda parts: st.sampled_from([" ", "\n", "\n\n"]).map(lambda joint: joint.join(parts))
)
dirty = st.one_of(text, st.text(alphabet='ab1.,"“” \n。船12年A<>&;', max_size=60))
alike = st.lists(
    st.lists(st.sampled_from(("tug", "quay", "fog", "12", "Berg")), min_size=2, max_size=9).map(
        " ".join
    ),
    min_size=1,
    max_size=4,
).map(". ".join)
"""Few words over and over: sentences and words may belong together in many ways."""
article = st.tuples(
    st.one_of(st.sampled_from(SENTENCES), st.text(max_size=12)), st.one_of(dirty, alike)
)


def values(posted):
    title, body = (plain(field) for field in posted)
    return (
        Value(field="title", posted=posted[0], plain=title.text, spans=title.span),
        Value(field="body", posted=posted[1], plain=body.text, spans=body.span),
    )


def told(found):
    """Every change by its kind: headline, facts and passages."""
    return {
        "headline": found.headline,
        "numbers": Counter(found.numbers),
        "names": Counter(found.names),
        "quotes": Counter(found.quotes),
        "passages": Counter(found.passages),
        "moved": found.moved,
    }


def turned(found):
    def flipped(changes):
        return Counter(map(mirrored, changes))

    return {
        "headline": mirrored(found.headline) if found.headline else None,
        "numbers": flipped(found.numbers),
        "names": flipped(found.names),
        "quotes": flipped(found.quotes),
        "passages": flipped(found.passages),
        "moved": found.moved,
    }


def all_of(found):
    headline = [found.headline] if found.headline else []
    return [*headline, *found.numbers, *found.names, *found.quotes, *found.passages]


@given(article)
def test_a_text_does_not_differ_from_itself(one):
    """No change, and nothing moved, from a text to itself."""
    found = difference(values(one), values(one))
    assert all_of(found) == []
    assert (found.moved, found.summary) == (0, "no words changed")


@settings(max_examples=200)
@given(article, article)
def test_the_way_back_is_the_way_there_changed_over(one, two):
    """From the second text to the first what came went, what went came, and no more."""
    assert told(difference(values(two), values(one))) == turned(
        difference(values(one), values(two))
    )


@settings(max_examples=200)
@given(article, article)
def test_what_is_told_stands_where_it_is_said_to(one, two):
    """Every part is the posted value from its start to its end; edits lie inside their passages."""
    for change in all_of(difference(values(one), values(two))):
        for part, posted in ((change.before, one), (change.after, two)):
            if part is not None:
                value = posted[0] if part.field == "title" else posted[1]
                assert 0 <= part.start < part.end <= len(value)
                assert value[part.start : part.end] == part.text
        for edit in change.edits:
            for part, (start, end) in ((change.before, edit.before), (change.after, edit.after)):
                assert part.start <= start <= end <= part.end


@settings(max_examples=200)
@given(article, article)
def test_every_new_word_is_told(one, two):
    """A word of one text that the other has not lies in the headline or a passage that is told."""
    before, after = values(one), values(two)
    found = difference(before, after)
    known = set(split([value.plain for value in before]).hashes.tolist())
    for value in after:
        words = split([value.plain])
        parts = [
            (change.after.start, change.after.end)
            for change in (*([found.headline] if found.headline else []), *found.passages)
            if change.after is not None and change.after.field == value.field
        ]
        for k in np.flatnonzero(~np.isin(words.hashes, np.array(sorted(known), np.uint64))):
            span = value.spans(value.field, int(words.start[k]), int(words.end[k]))
            assert any(start <= span.start and span.end <= end for start, end in parts)


@settings(max_examples=200)
@given(st.permutations(SENTENCES[:14]))
def test_what_only_moved_is_not_told(order):
    """Paragraphs in another order are no change of anything."""
    found = difference(
        values(("Ferry", "\n\n".join(SENTENCES[:14]))), values(("Ferry", "\n\n".join(order)))
    )
    assert all_of(found) == []
    assert (found.moved > 0) == (tuple(order) != SENTENCES[:14])


words = st.lists(st.integers(0, 5), max_size=30).map(lambda one: np.array(one, np.uint64))


@given(words, words)
def test_edits_make_the_second_text_of_the_first(one, two):
    """Between the edits both texts are equal; edits are in order and none is empty."""
    position = (0, 0)
    for (a, b), (c, d) in edits(one, two):
        assert (b > a) or (d > c)
        assert np.array_equal(one[position[0] : a], two[position[1] : c])
        position = (b, d)
    assert np.array_equal(one[position[0] :], two[position[1] :])


@given(st.sampled_from([*ChangeKind]))
def test_a_change_turned_twice_is_itself(kind):
    """Mirroring takes itself back."""
    change = Change(kind=kind, before=None, after=None)
    assert mirrored(mirrored(change)) == change
