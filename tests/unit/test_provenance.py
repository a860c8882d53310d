"""Credits, the origin they lead to, and the rest of an article's provenance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dedupe.model import Article, Credit, CreditKind, Span
from dedupe.provenance import (
    CreditPatterns,
    CreditReader,
    Found,
    origin_of,
    paywalled,
    provenance,
    value_at,
)
from tests.credits import OUTLETS, PATTERNS, read

ROOT = Path(__file__).parents[2]

PROSE = " ".join(
    f"The dam above the town was looked at for the {nth} time and found sound enough."
    for nth in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
                "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "last", "very last")
)  # fmt: skip
"""Longer than head and tail together, and without any credit."""


def told(body: str, found: tuple[Found, ...]) -> list[tuple[str, str, str]]:
    return [(f.kind.value, f.source, body[f.start : f.end]) for f in found]


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ("WASHINGTON (AP) — ", "Associated Press"),
        ("SPRINGFIELD — (AP) — ", "Associated Press"),
        ("TASHKENT, Sept 30 (Reuters) - ", "Reuters"),
        ("BRUSSELS, Belgium (AP) - ", "Associated Press"),
        ("PARIS (AFP) — ", "Agence France-Presse"),
        ("BEIJING, May 3 (Xinhua) -- ", "Xinhua"),
        ("Bengaluru, Aug 23 (PTI) -- ", "Press Trust of India"),
        ("Berlin (dpa) - ", "dpa"),
        ("LONDON (PA) - ", "Press Association"),
        ("By The Associated Press\n\n", "Associated Press"),
        ("Afp Afp\n\n", "Agence France-Presse"),
        ("AFP AFP\n\n", "Agence France-Presse"),
        ("(CNN) — ", "CNN"),
        ("COLUMBIA, Mo. (KXYZ) — ", "KXYZ"),
    ],
)
def test_a_dateline_or_byline_at_the_head_is_a_republication(head: str, source: str | None) -> None:
    """The agency named at the head is the origin of another outlet's text."""
    origin = origin_of(read(head + PROSE))
    assert (origin.source if origin else None) == source


@pytest.mark.parametrize(
    ("tail", "source"),
    [
        ("(PTI)", "Press Trust of India"),
        ("–IANS", "IANS"),
        ("\n(Courtesy: Al-Jazeera)\n\nPost a Comment", "Al Jazeera"),
        ("\nThis report by The Canadian Press was first published Feb. 22, 2024.",
         "The Canadian Press"),
        ("\nThis article is republished from The Conversation under a license.",
         "The Conversation"),
        ("\nThis story was originally published by Floodlight, a newsroom.", "Floodlight"),
        ("\nThis essay originally appeared in the Shelbyville Review on May 3, 2020.",
         "Shelbyville Review"),
        ("\nRepublished with permission from Shelbyville Review.", "Shelbyville Review"),
        ("\nSource: via Example Wire", "Example Wire"),
        ("\n(Reporting by Jane Doe in Springfield; Editing by John Roe)", "Reuters"),
        ("\n© 2024 The Associated Press. All rights reserved.", "Associated Press"),
        ("\nCopyright © Agence France-Presse - All reproduction rights reserved",
         "Agence France-Presse"),
        ("\nThe post Dam found sound appeared first on ProPublica.", "ProPublica"),
        ("（共同）", "Kyodo"),
        ("(Estadão Conteúdo)", "Estadão Conteúdo"),
        ("\nKaynak: AA", "Anadolu Agency"),
    ],
)  # fmt: skip
def test_a_credit_at_the_tail_is_a_republication(tail: str, source: str) -> None:
    """The source named after the text is its origin."""
    origin = origin_of(read(PROSE + tail))
    assert origin is not None
    assert origin.source == source


@pytest.mark.parametrize(
    ("tail", "kind", "source"),
    [
        ("\n(With inputs from PTI and ANI)", "assisted", "Press Trust of India"),
        ("\n(With inputs from agencies)", "assisted", "agencies"),
        ("\nThe Associated Press contributed to this report.", "assisted", "Associated Press"),
        ("\nLe HuffPost avec AFP", "assisted", "Agence France-Presse"),
        ("\nQuelle: ntv.de, uzh/dpa", "assisted", "dpa"),
        ("\n(Con información de EFE)", "assisted", "EFE"),
        ("\nThe post Dam found sound appeared first on Springfield Gazette.", "own",
         "Springfield Gazette"),
        ("\n© 2024 Springfield Gazette Company, LLC. All rights reserved.", "own",
         "Springfield Gazette"),
        ("\n© RIPRODUZIONE RISERVATA", "own", "Springfield Gazette"),
    ],
)  # fmt: skip
def test_help_and_own_rights_are_no_origin(tail: str, kind: str, source: str) -> None:
    """Assisted and own credits are read as such and lead to no other source."""
    found = read(PROSE + tail)
    assert (kind, source) in [(f.kind.value, f.source) for f in found]
    assert origin_of(found) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The dam is sound, the mayor told Reuters.", CreditKind.CITATION),
        ("The dam is sound, according to the Associated Press.", CreditKind.CITATION),
        ("The dam is sound, the Wall Street Journal reported.", CreditKind.CITATION),
        ("A crane at the dam. (AP Photo/Jane Doe)", CreditKind.PHOTO),
        ("A crane at the dam. REUTERS/Jane Doe", CreditKind.PHOTO),
        ("Foto: Jane Doe (AFP)", CreditKind.PHOTO),
    ],
)
def test_citations_and_photo_credits_are_never_an_origin(text: str, kind: CreditKind) -> None:
    """Wherever they stand, they are read by their kind alone."""
    for body in (f"{text}\n\n{PROSE}", f"{PROSE}\n\n{text}\n\n{PROSE}", f"{PROSE}\n\n{text}"):
        found = read(body)
        assert [f.kind for f in found] == [kind]
        assert origin_of(found) is None


def test_a_dateline_in_the_middle_is_none() -> None:
    """A republication credit counts in head and tail only."""
    assert read(f"{PROSE}\n\nPARIS (AFP) — {PROSE}") == ()


def test_words_that_equal_a_name_are_no_credit() -> None:
    """Abbreviations, people and papers that share a name stay text."""
    body = "Harrisburg, PA - Ansa Doe took her time at the hill and her reason was the atlantic."
    assert read(body) == ()
    assert read("A Reuters/Ipsos poll of 1,000 adults found support.")[0].kind is (
        CreditKind.CITATION
    )


def test_an_agency_on_its_own_site_is_the_origin() -> None:
    """Its dateline is its own, whether source or URL tells; citing itself is no credit."""
    body = f"PARIS (Reuters) - {PROSE} The mayor told Reuters."
    for outlet, url in (("Reuters", None), (None, "https://www.reuters.com/world/x")):
        found = read(body, outlet=outlet, url=url)
        assert told(body, found) == [("own", "Reuters", "PARIS (Reuters) -")]
        assert origin_of(found) is None


def test_a_part_of_the_outlet_is_the_outlet() -> None:
    """An unlisted source that begins with the outlet's own name is its own."""
    body = f"{PROSE}\nThis story first appeared on Springfield Gazette Pro."
    assert [f.kind for f in read(body)] == [CreditKind.OWN]


def test_a_station_is_credited_on_another_station_only() -> None:
    """A broadcaster's call sign in a dateline is its own on its own or an unknown site."""
    body = f"COLUMBIA, Mo. (KXYZ) — {PROSE}"
    assert [f.kind for f in read(body, outlet="KXYZ 13 News")] == [CreditKind.OWN]
    assert [f.kind for f in read(body, outlet=None)] == [CreditKind.OWN]
    assert [f.kind for f in read(body, outlet="WXYZ")] == [CreditKind.REPUBLICATION]


def test_a_press_release_names_its_service() -> None:
    """The wire of a release is its origin, as a press release."""
    body = f"CARLSBAD, Calif., May 5, 2025 /PRNewswire/ -- {PROSE}"
    origin = origin_of(read(body))
    assert origin is not None
    assert (origin.kind, origin.source) == (CreditKind.PRESS_RELEASE, "PR Newswire")
    body = f"ST. LOUIS--(BUSINESS WIRE)--{PROSE}"
    assert told(body, read(body)) == [
        ("press_release", "Business Wire", "ST. LOUIS--(BUSINESS WIRE)--")
    ]


def test_a_hashtag_is_a_citation_and_at_the_edge_assistance() -> None:
    """What stands in the last sentence speaks for more of the text."""
    assert [f.kind for f in read(f"{PROSE} #Reuters reports\n\n{PROSE}")] == [CreditKind.CITATION]
    assert [f.kind for f in read(f"{PROSE} #Reuters reports")] == [CreditKind.ASSISTED]


def test_furniture_holds_no_credit_but_a_copyright() -> None:
    """A sign-off among page furniture is ignored, the copyright of an agency is not."""
    tail = "\n(PTI)\n© 2024 The Associated Press"
    found = read(PROSE + tail, kept=[(0, len(PROSE))])
    assert [(f.kind, f.source) for f in found] == [(CreditKind.REPUBLICATION, "Associated Press")]


def test_furniture_after_the_credit_does_not_push_it_out_of_the_tail() -> None:
    """Head and tail are counted on the article's own text."""
    body = f"{PROSE}\n(Courtesy: Al-Jazeera)\n" + "You may also like\n" * 200
    end = body.index("You may")
    assert [f.source for f in read(body, kept=[(0, end)])] == ["Al Jazeera"]


def test_an_unnamed_feed_is_a_credit_without_origin() -> None:
    """A syndicated feed that nobody names makes no phantom."""
    found = read(
        f"{PROSE}\n(Except for the headline, this story has not been edited by our staff and is "
        "published from a syndicated feed.)"
    )
    assert [(f.kind.value, f.source) for f in found] == [("republication", "agencies")]
    assert origin_of(found) is None


def test_the_title_metadata_and_address_name_origins() -> None:
    """Each is a credit with the range of its own value."""
    title = "Dam found sound | Reuters"
    metadata = {"author": "Jane Doe, Associated Press", "syndication-source": "Shelbyville Review",
                "isBasedOn": {"url": "https://theconversation.com/x"}, "topic": "AP",
                "infoSources": [{"name": "Town hall"}, {"name": "AFP"}]}  # fmt: skip
    url = "https://gazette.example/ap/2024/dam"
    found = read(PROSE, title=title, metadata=metadata, url=url)
    assert [(f.field, f.source) for f in found] == [
        ("title", "Reuters"),
        ("metadata.author", "Associated Press"),
        ("metadata.syndication-source", "Shelbyville Review"),
        ("metadata.isBasedOn.url", "The Conversation"),
        ("metadata.infoSources.1.name", "Agence France-Presse"),
        ("url", "Associated Press"),
    ]
    assert title[found[0].start : found[0].end] == "| Reuters"
    article = Article(url=url, metadata=metadata)
    assert [value_at(article, f.field)[f.start : f.end] for f in found[1:]] == [
        "Associated Press",
        "Shelbyville Review",
        "https://theconversation.com/x",
        "AFP",
        "ap",
    ]


def test_metadata_that_names_the_outlet_itself_is_own() -> None:
    """Many sites state themselves as the original source."""
    found = read(PROSE, metadata={"original-source": "Springfield Gazette"})
    assert [f.kind for f in found] == [CreditKind.OWN]


def test_the_origin_is_the_surest_credit_and_never_the_outlet() -> None:
    """Of several credits the most believed counts, then the first."""

    def one(source: str, confidence: float, kind: CreditKind = CreditKind.REPUBLICATION) -> Found:
        return Found(kind=kind, source=source, field="body", start=0, end=1, confidence=confidence)

    weak, strong, later = one("A", 0.6), one("B", 0.9), one("C", 0.9)
    assert origin_of([weak, strong, later]) is strong
    assert origin_of([strong, later], "B") is later
    assert origin_of([one("A", 0.99, CreditKind.CITATION)]) is None
    assert origin_of([]) is None


def test_provenance_gathers_what_the_article_states() -> None:
    """Canonical address, wire id and pay-wall mark come with outlet and origin."""
    credit = Credit(kind=CreditKind.REPUBLICATION, source="Reuters", text="(Reuters)",
                    span=Span(field="body", start=0, end=9), confidence=0.9)  # fmt: skip
    read_back = provenance(
        outlet="Springfield Gazette",
        url="https://www.gazette.example/dam/?utm_source=x",
        metadata={"rel=canonical": "http://reuters.com/dam/", "altIds": {"itemid": "abc"},
                  "guid": "https://gazette.example/?p=3"},
        body=f"{PROSE} Subscribe to continue reading.",
        credit=credit,
    )  # fmt: skip
    assert read_back.origin == "Reuters"
    assert read_back.credit is credit
    assert read_back.url == "https://gazette.example/dam"
    assert read_back.canonical_url == "https://reuters.com/dam"
    assert read_back.wire_id == "abc"
    assert read_back.paywalled


def test_a_page_that_is_its_own_canonical_states_none() -> None:
    """rel=canonical to the article itself says nothing."""
    own = provenance(outlet=None, url="https://x.example/a", body="", credit=None,
                     metadata={"canonical": "https://www.x.example/a/"})  # fmt: skip
    assert own.canonical_url is None
    assert own.wire_id is None
    assert not own.paywalled


def test_the_identifier_of_a_feed_item_is_no_agency_s() -> None:
    """A ``guid`` may be anybody's; a URN names who issued it."""

    def wire_id(**metadata: str) -> str | None:
        return provenance(outlet=None, url=None, metadata=metadata, body=PROSE, credit=None).wire_id

    assert wire_id(guid="post-4711") is None
    assert wire_id(guid="urn:newsml:wire.example:20240305:4711") is not None
    assert wire_id(itemid="4711") == "4711"


def test_a_pay_wall_mark_counts_at_the_end_only() -> None:
    """What an article says about subscriptions in its middle is its text."""
    assert paywalled(f"{PROSE}\nAlready a subscriber? Log in")
    assert not paywalled(f"Readers must subscribe to continue reading, he said. {PROSE}")


def test_the_reader_does_all_of_it() -> None:
    """CreditReader finds the credits of an article and its provenance."""
    reader = CreditReader(OUTLETS, lambda: PATTERNS)
    article = Article(source="Al-Jazeera", url="https://aljazeera.com/x", body=PROSE)
    assert reader.find(article, "", PROSE, [(0, len(PROSE))]) == ()
    assert reader.provenance(article, PROSE, []).outlet == "Al Jazeera"


def test_outlets_and_origins_come_with_their_house() -> None:
    """A brand names its house where that is called otherwise; a source of its own names none."""
    reader = CreditReader(OUTLETS, lambda: PATTERNS)
    plain = reader.provenance(Article(source="Reuters", body=PROSE), PROSE, ())
    brand = reader.provenance(Article(source="Thomson Reuters Foundation", body=PROSE), PROSE, ())
    assert (plain.outlet_family, brand.outlet_family) == (None, "Reuters")
    assert (plain.origin_family, brand.origin_family) == (None, None)


def test_empty_text_has_no_credit() -> None:
    """Nothing is read from nothing."""
    assert read("", kept=[]) == ()


SEEDS = ROOT / "seeds"
MANIFEST = json.loads((SEEDS / "manifest.json").read_text()) if SEEDS.is_dir() else []


@pytest.mark.parametrize("seed", MANIFEST, ids=lambda seed: seed["id"])
def test_the_seeds_credit_whom_they_credit(seed: dict[str, Any]) -> None:
    """Every credit of the five demonstration articles, whole texts without furniture marked."""
    body = (SEEDS / seed["file"]).read_text(encoding="utf-8")
    found = read(body, title=seed["title"], outlet=seed["source"])
    expected = {
        "000": [],
        "001": [
            ("photo", "Google", "Image Credit: Google"),
            ("republication", "Al Jazeera", "(Courtesy: Al-Jazeera)"),
        ],
        "002": [("citation", "Reuters", "#Reuters reports")],
        "003": [],
        "004": [
            *[("photo", "Associated Press", "Strategic Communications Directorate via AP, file")]
            * 2,
            ("citation", "Associated Press", "according to the Associated Press"),
            ("citation", "The Wall Street Journal", "the Wall Street Journal reported"),
            ("citation", "The Wall Street Journal", "the Wall Street Journal report"),
            ("own", "The New York Sun",
             "© 2024 The New York Sun Company, LLC. All rights reserved."),
        ],
    }  # fmt: skip
    assert told(body, found) == expected[seed["id"]]


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    """A broken expression and an unknown place are named with their pattern."""
    entry = {"id": "x", "kind": "photo", "where": ["any"], "expr": "a", "confidence": 0.5}
    with pytest.raises(ValueError, match="'x'"):
        CreditPatterns.from_data({"version": 1, "pattern": [{**entry, "expr": "("}]}, OUTLETS)
    with pytest.raises(ValueError, match="no place 'attic'"):
        CreditPatterns.from_data(
            {"version": 1, "pattern": [{**entry, "where": ["attic"]}]}, OUTLETS
        )
