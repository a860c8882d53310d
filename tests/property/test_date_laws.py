"""Days near publication, against a reading word by word."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.dates import EPOCH, event_days
from dedupe.tongues import ENGLISH

WEEKDAYS = ENGLISH.weekdays.split()
WORDS = st.sampled_from(
    [*WEEKDAYS, *map(str.lower, WEEKDAYS), *map(str.upper, WEEKDAYS[:2]), *ENGLISH.relative, "Today", "Tomorrow",
     "next", "last", "coming", "Mondays", "holiday", "day", "xToday", "Doomsday", "the", "Sun", "é"]
)  # fmt: skip
GLUE = st.sampled_from([" ", " ", " ", "\n", ", ", "-", "", "’s ", "_", "."])


def read_by_word(text, anchor):
    """The days that the English words stand for, each looked at alone."""
    days = set()
    for match in re.finditer(r"\w+", text):
        word = match[0]
        if word in (word.lower(), word.capitalize()) and word.lower() in ENGLISH.relative:
            days.add(anchor + ENGLISH.relative[word.lower()])
        elif word in WEEKDAYS:
            before = text[max(0, match.start() - 16) : match.start()].split()[-1:]
            around = {*before, *text[match.end() : match.end() + 16].split()[:1]}
            back = (EPOCH + anchor - 1 - WEEKDAYS.index(word)) % 7
            if around & {"next", "coming"}:
                days.add(anchor - back + 7)
            else:
                days.add(anchor - (back or 7) if around & {"last", "past"} else anchor - back)
    return sorted(days)


@given(st.lists(st.tuples(WORDS, GLUE), max_size=12), st.integers(10_000, 20_000))
@example([("today", " "), ("Wednesday", "")], 19_000)
def test_days_in_english_are_those_of_the_words(parts, anchor):
    """Weekdays and words such as "yesterday" are found wherever they stand as words."""
    text = "".join(word + glue for word, glue in parts)
    assert event_days(text, anchor * 24.0).tolist() == read_by_word(text, anchor)
