"""Names of outlets: what is shown, and what two names of one source have in common."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dedupe.sources import (
    Outlets,
    SourceKind,
    comparison_key,
    host_of,
    registered_domain,
    tidy,
)

DATA = Path(__file__).parents[2] / "dedupe" / "data"
OUTLETS = Outlets.from_data(tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "raw",
    ["Al-Jazeera", "aljazeera.com", "AL JAZEERA English", "الجزيرة", "AJE", "www.aljazeera.net",
     "https://www.aljazeera.com/news/2023/6/9/x", "Aljazeera"],
)  # fmt: skip
def test_every_way_to_write_a_listed_source_has_its_listed_name(raw: str) -> None:
    """Aliases, scripts, domains and addresses of one source share one display name."""
    assert OUTLETS.name(raw) == "Al Jazeera"


@pytest.mark.parametrize(
    ("raw", "url", "name"),
    [
        ("CNN (Web News)", None, "CNN"),
        ("New York Times - News", None, "The New York Times"),
        ("  Springfield \t Gazette ", None, "Springfield Gazette"),
        ("Cafe\u0301 Matin", None, "Café Matin"),
        ("www.springfield-gazette.example", None, "springfield-gazette.example"),
        (None, "https://edition.cnn.com/2020/x.html", "CNN"),
        (None, "https://www.news.gazette.co.uk/x", "gazette.co.uk"),
        (None, "https://jane.wordpress.com/2020/x", "jane.wordpress.com"),
        ("Springfield Gazette", "https://www.cnn.com/x", "Springfield Gazette"),
        (None, None, None),
        (" -- ", None, None),
        (None, "http://[broken", None),
    ],
)
def test_a_name_is_listed_or_tidied_or_taken_from_the_address(
    raw: str | None, url: str | None, name: str | None
) -> None:
    """What the article calls its source goes before what the URL tells; unknown names are kept."""
    assert OUTLETS.name(raw, url) == name


def test_same_outlet_compares_keys_and_needs_both_names() -> None:
    """Case, hyphens, accents and "The" do not tell two names apart; an unknown one equals none."""
    assert OUTLETS.same_outlet("The Springfield-Gazette", "springfield gazette")
    assert OUTLETS.same_outlet("AP", "The Associated Press")
    assert OUTLETS.same_outlet("apnews.com", "Associated Press")
    assert not OUTLETS.same_outlet("Reuters", "AFP")
    assert not OUTLETS.same_outlet(None, None)
    assert comparison_key("Télam") == comparison_key("TELAM") != comparison_key("Telan")


def test_parts_of_a_name_are_no_match() -> None:
    """A longer name that begins like a listed one is another outlet."""
    assert OUTLETS.name("Le Monde diplomatique") == "Le Monde diplomatique"
    assert OUTLETS.name("Times of Springfield") == "Times of Springfield"


def test_a_name_given_to_two_sources_is_refused() -> None:
    """The table cannot be read while two sources claim one name, and the message names both."""
    entry = {"kind": "agency", "aliases": ["Wire"]}
    with pytest.raises(ValueError, match=r"'First'.*'Second'"):
        Outlets.from_data({"source": [{"name": "First", **entry}, {"name": "Second", **entry}]})


def test_the_table_holds_every_kind() -> None:
    """Agencies, outlets and press-release services are listed, each with a name of its own."""
    assert {outlet.kind for outlet in OUTLETS.listed} == set(SourceKind)
    names = [outlet.name for outlet in OUTLETS.listed]
    assert len(names) == len(set(names))
    assert tidy("www.x.org") == "x.org"
    assert host_of("https://www.x.org:8080/") == "x.org"
    assert registered_domain("a.b.x.org") == "x.org"


@pytest.mark.parametrize(
    ("raw", "url", "family"),
    [
        ("PTI", None, "Press Trust of India"),
        ("भाषा", None, "Press Trust of India"),
        ("USATODAY", None, "USA Today Network"),
        (None, "https://www.gannett.com/x", "USA Today Network"),
        ("AP", None, "Associated Press"),
        ("Springfield Gazette", None, "Springfield Gazette"),
        (None, None, None),
    ],
)
def test_brands_of_one_house_are_a_family(
    raw: str | None, url: str | None, family: str | None
) -> None:
    """A source that belongs to no house is a family of its own."""
    assert OUTLETS.family(raw, url) == family


def test_a_family_is_of_two_or_more() -> None:
    """A house that the table names has several brands, and none of them bears another's name."""
    brands: dict[str, set[str]] = {}
    for outlet in OUTLETS.listed:
        if outlet.family is not None:
            brands.setdefault(outlet.family, set()).add(outlet.name)
    assert all(len(names) > 1 for names in brands.values())
    for family, names in brands.items():
        namesake = OUTLETS.find(family)
        assert namesake is None or namesake.name in names, family
