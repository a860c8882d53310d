"""How the table of places is made: which names are kept, and whose they are."""

from __future__ import annotations

import pytest

from benchmarks import gazetteer
from benchmarks.gazetteer import Place
from dedupe.terms import Gazetteer, terms


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Москва", "Москвы Москве Москву Москвой"),
        ("Рига", "Риги Риге Ригу Ригой"),
        ("Россия", "России Россию Россией"),
        ("Лондон", "Лондона Лондону Лондоне Лондоном"),
        ("Казань", "Казани Казанью Казаня Казаню Казанем Казане"),
        ("Шанхай", "Шанхая Шанхаю Шанхае"),
        ("Осло", ""),
        ("США", ""),
        ("Нью-Йорк", ""),
        ("Paris", ""),
    ],
)
def test_names_in_cyrillic_are_declined(name, forms):
    """Single words get the endings of their kind; names that do not decline get none."""
    assert gazetteer._declined([name]) == forms.split()


def test_bynames_codes_and_transcriptions_are_left_out():
    """Of foreign names those stay that a text could hold and that are no other thing."""
    names = [
        "Nueva York",
        "Big Apple",
        "NYC",
        "niu yue",
        "Нью-Йорк",
        "纽约",
        "Aebura",
        "",
        "Paris 15",
    ]
    assert gazetteer._foreign(names, "New York City", latin=True) == [
        "Nueva York",
        "Нью-Йорк",
        "纽约",
        "Aebura",
    ]
    assert gazetteer._foreign(names, "New York City", latin=False) == ["Нью-Йорк", "纽约"]


def test_names_that_cannot_be_looked_for_are_left_out():
    """A name has three letters, two in Han, and at most three words; one spelling of each stays."""
    names = ["Ey", "Eyn", "EYN", "津", "天津", "Am Rand der Welt", "Rand der Welt", "UK", "Sankt 2"]
    assert gazetteer._kept(names) == ["Eyn", "天津", "Rand der Welt", "UK"]


def test_a_name_belongs_to_the_larger_place():
    """Of places in order of size the first one keeps a shared name, and gets its translations."""
    places = [
        Place("AX", 9000, ["Arvost", "Arvo"]),
        Place("BX", 500, ["ARVOST", "Kellan"]),
        Place("BX", 400, ["Lindal", "Arvo"]),
    ]
    gazetteer._name_once(places)
    assert [place.names for place in places] == [["Arvost", "Arvo", "Kellan"], [], ["Lindal"]]


def test_a_city_named_as_its_country_is_that():
    """A city-state is one place under all names of both."""
    places = [
        Place("AX", gazetteer.COUNTRY, ["Arvost"]),
        Place("AX", 500, ["Arvost", "Арвост"]),
        Place("BX", 400, ["Kellan"]),
    ]
    gazetteer._name_once(places)
    assert [place.names for place in places] == [["Arvost", "Арвост"], [], ["Kellan"]]


def test_words_and_people_are_no_places():
    """A name that is mostly written small, or hardly ever behind "in", is taken off."""
    texts = [("", "a nice day and they were in Arvost, not in Nice; it was a nice trip " * 20)]
    texts += [("", "then Berg said no, and then Berg left them in Kellan in March " * 20)]
    places = [
        Place("AX", 1, [name])
        for name in ("Nice", "Arvost", "Berg", "Kellan", "Nice Hill", "March")
    ]
    gazetteer._without_words(places, texts)
    kept = [name for place in places for name in place.names]
    assert kept == ["Arvost", "Kellan", "Nice Hill"]


def test_the_table_written_is_the_one_that_is_read():
    """Places are found by the table's names, under the country and rarity they were written with."""
    places = [Place("BX", 9, ["Kellan"]), Place("AX", 5, ["Arvost", "Арвост"])]
    table = gazetteer._table(places, [2.1, 9.0])
    names = Gazetteer.from_table(lambda: table)
    (found,) = terms([""], ["he left Kellan, he left Арвост"], gazetteer=names)
    assert found.places.tolist() == [1 << 6 | 36, 1 << 24 | 0 << 6 | 8]


def test_places_are_counted_by_articles():
    """An article counts once for a place, by whichever of its names, in title or body."""
    places = [Place("BX", 9, ["Kellan"]), Place("AX", 5, ["Arvost", "Арвост"])]
    texts = [("in Arvost", "off Арвост and Arvost"), ("", "Arvost"), ("", "nowhere")]
    assert gazetteer._counts(places, texts).tolist() == [0, 2]
