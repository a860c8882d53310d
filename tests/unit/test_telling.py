from __future__ import annotations

import pytest

from dedupe.answer import Term
from dedupe.telling import NAMES, Text, shared_terms
from dedupe.terms import Background

COMMON = [("monday", 900.0), ("london", 300.0), ("council", 400.0), ("15", 300.0), ("port", 20.0)]


@pytest.fixture(scope="module")
def background():
    return Background.from_rows(COMMON, documents=1000.0, version="1")


def told(background, *bodies, titles=None):
    titles = titles or [""] * len(bodies)
    texts = [Text(title=t, body=b) for t, b in zip(titles, bodies, strict=True)]
    return shared_terms(texts, background)


def test_names_are_told_as_they_are_written(background):
    """A name of several words is one name, with the members that have it."""
    names, _ = told(
        background,
        "The ferry of the Strandhaven Port Authority ran aground near Quellmouth at noon.",
        "It was late, the Strandhaven Port Authority said. Quellmouth saw no damage.",
        "A boat of the Strandhaven Port Authority is stuck.",
    )
    assert names[0] == Term(text="Strandhaven Port Authority", articles=3)
    assert Term(text="Quellmouth", articles=2) in names


def test_what_one_member_alone_has_is_not_shared(background):
    """A name of a single article is told only where there is a single article."""
    one = "In the harbour of Quellmouth the wind rose."
    other = "In the town of Birkendell it did not."
    assert told(background, one, other)[0] == ()
    assert told(background, one)[0] == (Term(text="Quellmouth", articles=1),)


def test_rare_names_go_before_common_ones(background):
    """What many articles anywhere speak of says less about this story."""
    body = "It was seen from London and from Quellmouth all day."
    assert [term.text for term in told(background, body, body)[0]] == ["Quellmouth", "London"]


def test_a_part_of_a_name_is_the_name(background):
    """Who speaks of Mertens has Anja Mertens; it is not told twice."""
    full = "A letter came to Anja Mertens on the island."
    names, _ = told(background, full, full, "The letter, said Mertens, was short.")
    assert names == (Term(text="Anja Mertens", articles=2),)
    names, _ = told(background, full, *["The answer that Mertens gave was long."] * 5)
    assert names == (Term(text="Mertens", articles=6),)


def test_of_one_article_the_full_name_is_told(background):
    """A part of a name is left out of a single text as well."""
    names, _ = told(background, "It was Anja Mertens again, said Mertens on the phone.")
    assert names == (Term(text="Anja Mertens", articles=1),)


def test_a_name_at_the_head_of_a_sentence_counts(background):
    """It is known as a name from elsewhere; words that are also written small are not."""
    names, _ = told(
        background,
        "Quellmouth is closed. The port is shut in the rain.",
        "Nobody leaves Quellmouth today. The port is open in the fog.",
    )
    assert Term(text="Quellmouth", articles=2) in names
    assert not [term for term in names if term.text == "The"]


def test_numbers_with_their_unit(background):
    """Equal numbers are one in whatever form, shown as most write them; digits and years are not."""
    _, numbers = told(
        background,
        "In 2023 it cost $3.5 million, 12% more, for 4 boats and 1,250 berths.",
        "The price of $3.5 million was 12 percent up in 2023, for 4 boats with 1250 berths.",
        "It is $3.5 million for 1,250 berths.",
    )
    assert set(numbers) == {
        Term(text="$3.5 million", articles=3),
        Term(text="1,250", articles=3),
        Term(text="12 percent", articles=2),
    }


def test_days_say_when(background):
    """Weekdays and months are no names; a person called May is."""
    body = "It was on a Tuesday in March that the letter of Theresa May came."
    assert [term.text for term in told(background, body, body)[0]] == ["Theresa May"]


def test_a_name_over_the_end_of_a_full_line(background):
    """Where text is wrapped by hand a name goes on in the next line; short lines end it."""
    wrapped = "It was in the harbour, late in the evening, that the old Mirela\nTovan spoke. Then Tovan left."
    assert Term(text="Mirela Tovan", articles=2) in told(background, wrapped, wrapped)[0]
    listed = "the towns of Birkendell\nQuellmouth\nand more of Quellmouth"
    found = [term.text for term in told(background, listed, listed)[0]]
    assert found == ["Birkendell", "Quellmouth"]


def test_names_in_other_scripts(background):
    """Cyrillic and Greek have capitals; Chinese has none and gives no names."""
    names, _ = told(background, "Сегодня порт Стрельнино закрыт.", "В порту Стрельнино тихо.")
    assert names == (Term(text="Стрельнино", articles=2),)
    assert told(background, "东京港口今天关闭。", "东京港口今天关闭了。")[0] == ()


def test_a_bounded_number_of_names(background):
    """However much is shared, so many are told."""
    body = " ".join(f"It saw {chr(65 + k)}{chr(97 + k)}lund by day." for k in range(20))
    assert len(told(background, body, body)[0]) == NAMES


@pytest.mark.parametrize("texts", [[], [Text(title="", body="")], [Text(title="\ud800", body="…")]])
def test_nothing_to_tell(background, texts):
    """No text, an empty one, or one that is no text has no terms."""
    assert shared_terms(texts, background) == ((), ())
