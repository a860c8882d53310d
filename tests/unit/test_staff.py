"""Lines in which an outlet says that a text is its own."""

from __future__ import annotations

import pytest

from tests.credits import read

STORY = (
    "The council said on Monday that the dam above the town will be repaired by spring, and that"
    " the road to the mill stays closed until then.\n\n"
    "Engineers have looked at the wall for three weeks and found two cracks, one of them new, in"
    " the part that was rebuilt after the flood.\n\n"
)


def told(line: str, outlet: str) -> list[tuple[str, str, str]]:
    """Kind, source and text of each credit of a story that ends in the line."""
    body = STORY + line
    found = read(body, title="Dam to be repaired", outlet=outlet)
    return [(one.kind.value, one.source, body[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("line", "outlet", "text"),
    [
        ("By Jane Doe\nGazette staff reporter", "Springfield Gazette", "Gazette staff reporter"),
        ("By Gazette Staff Writer Jane Doe", "Springfield Gazette", "Gazette Staff Writer"),
        ("© «Вестник», 2025", "Вестник", "© «Вестник"),
        ("جميع الحقوق محفوظة © موقع السد", "موقع السد", "حقوق محفوظة © موقع السد"),
        ("Redacción / Diario del Dique", "Diario del Dique", "Redacción / Diario del Dique"),
        ("Pictures: readers / Hill Times", "Hill Times", "Pictures: readers / Hill Times"),
    ],
)
def test_the_outlet_names_itself(line: str, outlet: str, text: str) -> None:
    """Rights, roles and labels beside the outlet's name make the text its own."""
    assert told(line, outlet) == [("own", outlet, text)]


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("The Gazette reported on the dam in March and will do so again, said its readers.", "Springfield Gazette"),
        ("As New York Times columnist Jane Doe writes, dams are no art.", "Springfield Times"),
        ("He met the staff of the Gazette.", "Springfield Gazette"),
        ("Post reporters may park here.", "TT"),
    ],
)  # fmt: skip
def test_a_sentence_about_the_outlet_says_nothing(line: str, outlet: str) -> None:
    """Another paper of the same last word, or a sentence about the own one, is no such line."""
    assert [one for one in told(line, outlet) if one[0] == "own"] == []


def test_an_agency_beside_the_outlet_helped() -> None:
    """Both in one line of sources: the outlet wrote it with the agency's help."""
    kinds = {source: kind for kind, source, _ in told("Quelle: dpa, Musterblatt", "Musterblatt")}
    assert kinds == {"dpa": "assisted", "Musterblatt": "own"}
