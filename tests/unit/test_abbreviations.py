"""Abbreviations that a text uses for something else than the agency of that name."""

from __future__ import annotations

import pytest

from dedupe.provenance.abbreviations import belongs_to_another, spelled_otherwise, used_otherwise
from dedupe.provenance.names import evened
from dedupe.provenance.origin import origin_of
from tests.credits import PATTERNS, read

STORY = (
    "The council said on Monday that the dam above the town will be repaired by spring, and that"
    " the road to the mill stays closed until then.\n\n"
    "Engineers have looked at the wall for three weeks and found two cracks, one of them new, in"
    " the part that was rebuilt after the flood.\n\n"
)


def told(body: str) -> set[str]:
    """The sources that the text is credited to."""
    found = read(body, title="Dam to be repaired")
    origin = origin_of(found, "Springfield Gazette")
    return {origin.source} if origin else set()


@pytest.mark.parametrize(
    ("use", "end", "source"),
    [
        ("Bills can be paid by the Unified Payments Interface (UPI) at the dam.", "(UPI)", None),
        ("He is a member of the Aam Aadmi Party (AAP) and lives there.", "(AAP)", None),
        ("The Armed Forces of the Philippines (AFP) sent a boat.", "AFP", None),
        ("The doctor measured alpha-fetoprotein (AFP) in the blood.", "(AFP)", None),
        ("An AFP spokesman said that the soldiers will go.", "AFP", None),
        ("Firms must sign a DPA before they may see the plans.", "(DPA)", None),
        ("The ward of the mill went to Farah Khan (AAP).", "", None),
        ("More rain fell in Scranton, PA", "", None),
        ("Tamę naprawią do wiosny, mówi burmistrz.", "dk/ PA", None),
        ("The mill opens again in May.", "jd/ PA", "Press Association"),
        (
            "The picture is from Agence France-Presse (AFP), he said.",
            "(AFP)",
            "Agence France-Presse",
        ),
        ("An AFP reporter saw the water rise.", "(AFP)", "Agence France-Presse"),
        ("The Alpine Agency of Pictures (AAP) was there.", "(AAP)", "Australian Associated Press"),
        ("The AFP photographer was there, too.", "AFP", "Agence France-Presse"),
        ("The AP was told of a third crack.", "(AP)", "Associated Press"),
    ],
)
def test_an_abbreviation_means_what_the_text_says(use: str, end: str, source: str | None) -> None:
    """A sign-off is believed unless the text spells or uses the same letters otherwise."""
    assert told(f"{STORY}{use}\n\n{end}".strip()) == ({source} if source else set())


def test_a_dateline_is_believed_all_the_same() -> None:
    """Where an agency signs in a dateline, no other use of its letters takes that away."""
    body = f"MANILA (AFP) — {STORY}An AFP spokesman said that the soldiers will go."
    assert told(body) == {"Agence France-Presse"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "(UPI)",
        " (UPI)",
        "X (UPI)",
        "the (UPI)",
        "UPI",
        "Unified Payments (UPI)",
        "U-P-I (UPI) (",
    ],
)
def test_scraps_are_read_without_harm(body: str) -> None:
    """At the ends of a text and with too few words nothing is spelled out."""
    mentions = list(PATTERNS.names.mentions(evened(body)))
    assert spelled_otherwise(body, mentions, PATTERNS.outlets) == frozenset()
    assert used_otherwise(body, mentions) == frozenset()
    assert not any(belongs_to_another(body, span) for span, _ in mentions)
