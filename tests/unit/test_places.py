"""Places that texts name, found by the shipped names and by names made up here."""

from __future__ import annotations

import numpy as np
import pytest

from api.shipped import gazetteer
from dedupe.errors import VersionMismatch
from dedupe.terms import KEPT_PLACES, TERMS_VERSION, Gazetteer, terms
from dedupe.terms.places import PLACES_VERSION

TABLE = f"""# version={PLACES_VERSION}
AX\t20\tArvost|Арвост|阿沃斯|アーヴォスト
AX\t30\tMadrin|New Madrin
BX\t8\tKellan
BX\t36\tPort Kellan Head|Port
"""
ARVOST, MADRIN, KELLAN, PORT = 0 << 24 | 0 << 6 | 20, 1 << 6 | 30, 1 << 24 | 2 << 6 | 8, 1 << 24 | 3 << 6 | 36  # fmt: skip
MADE_UP = Gazetteer.from_table(lambda: TABLE)


def places(body, title="", names=MADE_UP):
    """The codes of the places a text names."""
    return set(terms([title], [body], gazetteer=names)[0].places.tolist())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("they left Arvost for Kellan.", {ARVOST, KELLAN}),
        ("アーヴォストで会談", {ARVOST}),
        ("в Арвост они не поехали", {ARVOST}),
        ("在阿沃斯下雨", {ARVOST}),
        ("they left arvost for kellan.", set()),
        ("near New Madrin, or New\u00a0Madrin", {MADRIN}),
        ("near New\nMadrin", {MADRIN}),
        ("at Port Kellan Head today", {PORT}),
        ("at Port, Kellan Head today", {PORT, KELLAN}),
        ("they heard Anna Kellan sing", set()),
        ("they heard Arvost Kellan sing", {ARVOST, KELLAN}),
        ("In Kellan they sing. Kellan is small", {KELLAN}),
        ("KELLAN, May 3 - they sing there every day and night", {KELLAN}),
        ("", set()),
    ],
)
def test_places_are_found_by_their_longest_name(body, found):
    """Names of one to three words count, with a capital where there are any, but no surnames."""
    assert places(body) == found


def test_a_code_says_country_place_and_rarity():
    """The top eight bits are the country, the lowest six the rarity in quarters."""
    codes = [ARVOST, MADRIN, KELLAN, PORT]
    assert [code >> 24 for code in codes] == [0, 0, 1, 1]
    assert [code & 63 for code in codes] == [20, 30, 8, 36]
    assert places("Arvost") == {ARVOST}


def test_places_of_the_lede_are_marked():
    """Title and first 60 words are the lede; a place named in both parts stands in the lede."""
    far = " ".join(["word"] * 60)
    found = terms(["from Kellan"], [f"{far} Kellan and Arvost"], gazetteer=MADE_UP)[0]
    assert found.places.tolist() == sorted([ARVOST, KELLAN])
    assert found.lede_places.tolist() == [code == KELLAN for code in found.places.tolist()]


def test_the_first_places_are_kept():
    """Of many places those that a text names first stay."""
    named = [f"Aa{chr(97 + k)}" for k in range(20)]
    rows = "".join(f"AX\t20\t{name}\n" for name in named)
    table = f"# version={PLACES_VERSION}\n{rows}"
    order = np.random.default_rng(3).permutation(20)
    body = " and ".join(named[k] for k in order)
    found = places(body, names=Gazetteer.from_table(lambda: table))
    assert found == {int(k) << 6 | 20 for k in order[:KEPT_PLACES]}


def test_without_a_gazetteer_no_place_is_known():
    """Terms of texts read without names of places hold none."""
    assert terms([""], ["they left Arvost"])[0].places.tolist() == []


def test_a_table_of_another_version_is_refused():
    """The table is read when the first text is; one of another version names the remedy."""
    names = Gazetteer.from_table(lambda: "# version=0\nAX\t20\tArvost\n")
    with pytest.raises(VersionMismatch, match=r"benchmarks/gazetteer\.py"):
        places("Arvost", names=names)
    assert TERMS_VERSION.endswith(f"places-{PLACES_VERSION}")


@pytest.mark.parametrize(
    "body",
    [
        "they met in Moscow", "в Москве холодно", "à Moscou ce soir", "في موسكو اليوم", "in Moskau",
        "莫斯科下雪", "モスクワで会談", "в Москву", "a Mosca ieri",
    ],
)  # fmt: skip
def test_the_shipped_names_are_of_many_languages(body):
    """Moscow is one place in any language and in Russian cases."""
    assert places(body, names=gazetteer()) == places("from Moscow", names=gazetteer())


@pytest.mark.parametrize(
    "body",
    [
        "They were reading a nice book on mobile homes",
        "the White House said",
        "they met Bill Clinton and Trump",
        "told us nothing",
    ],
)
def test_the_shipped_names_are_no_words_and_no_people(body):
    """Words written small, names of people and of buildings are no places."""
    assert places(body, names=gazetteer()) == set()


def test_cities_and_states_lie_in_their_countries():
    """A shipped code's country is that of the place."""
    (country,), (city,), (state,), (other,) = (
        places(name, names=gazetteer())
        for name in ("the United States", "in New York", "in Ohio", "in Marseille")
    )
    assert country >> 24 == city >> 24 == state >> 24 != other >> 24
    assert len({country, city, state}) == 3
