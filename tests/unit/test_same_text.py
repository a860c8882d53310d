"""The verdict on the text: copies, revisions, and what only looks like them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.bootstrap import judging
from api.shipped import article_reader
from dedupe.formats.document import article_from
from dedupe.model import Relation
from dedupe.same_text import CIRCUMSTANCES, certain, circumstances, copied
from dedupe.settings import Settings

NOON = "2024-03-05T12:00:00Z"
REPORT = (
    "The ferry Aurora ran aground off Nauvo early on Tuesday with 412 people on board, the coast "
    "guard said. Nobody was hurt. Captain Leena Ek told the harbour office in Turku that a gust of "
    "34 knots had pushed the ship out of the fairway while it was passing the Lonnrot light. "
    "Divers from Hanko found a gash of 3 metres below the water line but no leak of fuel. Two tugs "
    "of the salvage company Berg Marine will try to pull the ship free when the wind drops, which "
    "forecasters expect on Wednesday evening. Passengers were taken to Korppoo by the pilot boat "
    "and by fishermen, who had heard the call for help on channel 16. The line between Turku and "
    "Visby is closed until further notice, and tickets bought for this week will be paid back, "
    "said Outi Holm, who speaks for the shipping company Norrlinjen."
)
OTHER = (
    "Farmers around Seinajoki have begun to sow oats three weeks earlier than usual because April "
    "was the driest in 60 years, the growers' union reported. Its chairman Matti Dahl warned that "
    "frost in May could still ruin half the crop, as it did in 1999. Prices of seed have risen by "
    "18 percent since autumn, while the mills in Vaasa pay no more than before. Some growers have "
    "turned to rye, which the distillery at Isokyro buys at a fixed price. The ministry in Helsinki "
    "is to decide in June whether to bring forward the aid that was promised for next year."
)
BOX = " ".join(f"{name} of the month in {place}" for name in (
    "Baker", "Plumber", "Teacher", "Gardener", "Sailor", "Nurse", "Painter", "Cook", "Barber")
    for place in ("Rauma", "Kotka", "Lahti", "Oulu", "Kuopio"))  # fmt: skip
QUOTES = [
    "we shall not leave this island before the last of the boats has come home to its harbour",
    "nobody asked us whether the school should close and nobody will tell our children why it did",
    "the bridge was promised in every spring of my life and I have stopped counting the springs",
    "they can send as many letters as they like because we do not open any of them any more",
]


@pytest.fixture(scope="module")
def compare():
    """The verdict on two documents."""
    reader, judge = article_reader(), judging(Settings())

    def verdict(ours, theirs):
        pair = reader.read([article_from({"id": k} | d) for k, d in (("a", ours), ("b", theirs))])
        return judge.compare([tuple(pair)])[0]

    return verdict


def document(body, title="", source=None, published=None):
    """An article as it is posted."""
    told = {"title": title, "body": body, "source": source, "published": published}
    return {name: value for name, value in told.items() if value}


def sentences(text):
    """A text taken apart."""
    return text.split(". ")


def test_equal_texts_are_certain(compare):
    """The same words are the same text, whoever prints them and under whatever title."""
    found = compare(document(REPORT, "Ferry aground", "A"), document(REPORT, "Storm", "B"))
    assert (found.p_same_text, found.relation) == (1.0, Relation.EXACT)


def test_reprints_and_excerpts_are_copies(compare):
    """A few words changed, a shortened text, a text inside a longer one: copies, nearly certain."""
    edited = REPORT.replace("early on Tuesday", "before dawn").replace(
        "Nobody was hurt", "All safe"
    )
    short = ". ".join(sentences(REPORT)[:3])
    longer = f"{REPORT} {OTHER}"
    for theirs, relation in (
        (edited, Relation.NEAR_DUPLICATE),
        (short, Relation.EXCERPT),
        (longer, Relation.EXCERPT),
    ):
        found = compare(document(REPORT, "Ferry aground"), document(theirs, "Ship in trouble"))
        assert found.p_same_text > 0.97
        assert found.p_same_text < 1.0
        assert found.relation is relation


def test_other_texts_are_no_copies(compare):
    """Two pieces that share no passage are not the same text."""
    found = compare(document(REPORT, "Ferry aground", "A"), document(OTHER, "Early sowing", "B"))
    assert found.p_same_text < 0.01


def test_a_speech_that_two_reports_quote_is_no_copy(compare):
    """Shared words that stand in quotation marks on both sides make no copy; told ones do."""
    told = sentences(OTHER), sentences(REPORT)

    def report(own, mark):
        parts = [
            f"{line}. {mark}{quote[0].upper()}{quote[1:]},{mark} she said."
            for line, quote in zip(own, QUOTES, strict=False)
        ]
        return "\n\n".join(parts)

    quoted = compare(*(document(report(own, '"')) for own in told))
    plain = compare(*(document(report(own, "")) for own in told))
    assert quoted.evidence.overlap == plain.evidence.overlap > 0.15
    assert quoted.p_same_text < 0.2
    assert plain.p_same_text > 2 * quoted.p_same_text


def test_a_box_that_strangers_carry_is_no_copy(compare):
    """A long shared passage below articles about other things is furniture."""
    found = compare(
        document(f"{REPORT}\n\n{BOX}", "Ferry aground", "A"),
        document(f"{OTHER}\n\n{BOX}", "Early sowing", "A"),
    )
    assert 0.2 < found.evidence.overlap < 0.6
    assert found.p_same_text <= 0.02


FORM = (
    "Shares in Turku closed {} on Monday as {} rose {} percent to {} euros. The index of {} "
    "companies ended at {} points after {} points on Friday. {} fell {} percent and {} gained {}. "
    "Turnover was {} million, dealers said, in trading that was quiet before the holiday."
)
ONE_DAY = ("higher", "Berg", 4, 17, 30, 912, 905, "Norrlinjen", 2, "Ekholm", 3, 88)
NEXT_WEEK = ("lower", "Dahl", 9, 23, 31, 871, 899, "Hellas", 6, "Vaasa Mills", 5, 61)


def test_a_form_filled_in_anew_is_no_copy(compare):
    """The same wording with other numbers and names on another day is another report."""
    found = compare(
        document(FORM.format(*ONE_DAY), "Turku shares", "A", "2024-03-04T17:00:00Z"),
        document(FORM.format(*NEXT_WEEK), "Turku shares", "A", "2024-03-11T17:00:00Z"),
    )
    assert found.p_same_text < 0.3


def test_a_correction_of_a_form_is_a_copy(compare):
    """One figure put right within the hour is the same report."""
    right = (*ONE_DAY[:-1], 89)
    found = compare(
        document(FORM.format(*ONE_DAY), "Turku shares", "A", "2024-03-04T17:00:00Z"),
        document(FORM.format(*right), "Turku shares", "A", "2024-03-04T17:20:00Z"),
    )
    assert found.p_same_text > 0.9
    assert found.relation is Relation.UPDATE


BRIEF = (
    "A ferry with 412 people on board ran aground off Nauvo, the coast guard in Turku said on "
    "Tuesday. The ship, the Aurora, belongs to Norrlinjen. Divers from Hanko are on their way."
)


def test_a_brief_that_grew_is_an_update(compare):
    """The outlet's own headline within hours, what the brief says comes back: one piece."""
    brief = document(BRIEF, "Ferry runs aground off Nauvo", "A", NOON)
    story = document(REPORT, "Ferry runs aground off Nauvo", "A", "2024-03-05T15:00:00Z")
    found = compare(story, brief)
    assert found.evidence.overlap < 0.1
    assert found.p_same_text >= 0.5
    assert found.relation is Relation.UPDATE
    assert compare(story, brief | {"source": "B"}).p_same_text < 0.5


def test_a_standing_headline_is_no_update(compare):
    """What stands under one headline every day is another piece, the more so the later it is."""
    ours = document(REPORT, "What to look for today", "A", NOON)
    soon = compare(ours, document(OTHER, "What to look for today", "A", "2024-03-06T12:00:00Z"))
    late = compare(ours, document(BRIEF, "What to look for today", "A", "2024-04-16T12:00:00Z"))
    assert soon.p_same_text < 0.5
    assert late.p_same_text < 0.2


def test_one_line_alerts_are_judged_by_title_outlet_and_time(compare):
    """Too short to be judged by overlap: what else they say decides."""
    alert = document(
        "Ek Shipping to speak at the Turku harbour conference on Friday", "", "A", NOON
    )
    other = document("Holm Mills to speak at the Turku harbour conference on Friday", "", "A", NOON)
    assert compare(alert, other).evidence.overlap > 0.4
    assert compare(alert, other).p_same_text <= 0.02
    flash = document("Ferry runs aground", "Ferry runs aground off Nauvo", "A", NOON)
    story = document(REPORT, "Ferry runs aground off Nauvo", "A", "2024-03-05T13:00:00Z")
    assert compare(flash, story).p_same_text >= 0.5
    assert compare(flash, story | {"published": "2024-03-25"}).p_same_text < 0.5
    assert compare(flash, story | {"source": "B"}).p_same_text < 0.5


HEADLINES = "\n".join(
    f"{who} wins the {what} race in {where} again"
    for who in ("Ek", "Berg", "Holm", "Dahl")
    for what, where in (("sailing", "Hanko"), ("rowing", "Kotka"), ("skiing", "Lahti"))
)


def test_a_page_of_headlines_holds_no_copies(compare):
    """A list of headlines that holds a text is no copy of it; its next edition is one."""
    page = document(HEADLINES, "Sports", "A", NOON)
    part = document(". ".join(HEADLINES.split("\n")[:4]) + ".", "Ek wins", "A", NOON)
    assert compare(page, part).evidence.contains > 0.8
    assert compare(page, part).p_same_text <= 0.02
    edition = document(HEADLINES.replace("Dahl wins the skiing", "Ek wins the skiing"), "Sports")
    assert compare(page, edition).p_same_text > 0.9


def test_missing_dates_titles_and_outlets_change_little(compare):
    """What is a copy with them is one without, and what is none stays none."""
    bare = compare(document(REPORT), document(". ".join(sentences(REPORT)[2:]) + f" {OTHER[:120]}"))
    assert bare.p_same_text > 0.9
    assert compare(document(REPORT), document(OTHER)).p_same_text < 0.01


WORDS = random.Random(7).sample(REPORT.split() + OTHER.split(), 60)
DOCUMENTS = st.builds(
    document,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=80).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    st.sampled_from([None, "A", "B"]),
    st.sampled_from([None, NOON, "2024-03-06", "2024-05-05T00:00:00Z"]),
)


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_the_verdict_is_symmetric_and_a_probability(compare, ours, theirs):
    """Both directions give the same number in [0, 1]; 1 means equal texts, at one time under one title."""
    found, back = compare(ours, theirs), compare(theirs, ours)
    assert found.p_same_text == pytest.approx(back.p_same_text)
    assert 0.0 <= found.p_same_text <= 1.0
    equal = " ".join(ours["body"].split()).lower() == " ".join(theirs["body"].split()).lower()
    assert equal or found.p_same_text < 1.0
    told = [{k: v for k, v in one.items() if k in {"title", "published"}} for one in (ours, theirs)]
    assert not equal or told[0] != told[1] or found.p_same_text == 1.0
    assert found.p_same_text < 1.0 or found.evidence.overlap == 1.0


def test_what_overlap_decides_alone_is_what_the_models_are_not_asked():
    """Much overlap of texts that are no forms is a copy with a p that rises with it."""
    jaccard = np.array([0.6, 0.1, 0.6, 0.59])
    inside = np.array([0.6, 0.85, 0.6, 0.84])
    words = np.array([161.0, 161.0, 160.0, 400.0])
    assert certain(jaccard, inside, words).tolist() == [True, True, False, False]
    assert copied(np.array([0.5, 1.0])) == pytest.approx([0.98995, 0.9999])


def test_circumstances_have_neutral_values_where_nothing_is_known():
    """A missing date has no gap, a long one stops at 90 days."""
    none = np.zeros(3, np.bool_)
    columns = circumstances(np.array([np.nan, 24.0, 1e6]), none, ~none)
    assert columns[:, CIRCUMSTANCES.index("has_times")].tolist() == [0.0, 1.0, 1.0]
    gaps = columns[:, CIRCUMSTANCES.index("time_gap")]
    assert gaps == pytest.approx([0.0, np.log(2), np.log(91)])
