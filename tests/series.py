"""Templated series for tests: one form, filled in with other numbers, names, towns and days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

FIRST = datetime(2024, 3, 4, 17, 30, tzinfo=UTC)
"""A Monday."""
TEAMS = (
    *("Ashford Rovers", "Brenwick Town", "Calder Athletic", "Dunmore United", "Elstead City"),
    *("Farrow Wanderers", "Gorse Hill", "Harlow Bay", "Inverleigh", "Kestrel Park"),
    *("Larkham", "Marlow Vale", "Norbury Albion", "Oakhurst", "Penrose County", "Quarry Bank"),
)
PLAYERS = (
    *("Adler", "Bekker", "Castell", "Draper", "Eklund", "Ferrand", "Gasser", "Holm", "Ibarra"),
    *("Jansky", "Kessler", "Lindqvist", "Moreau", "Nowak", "Okafor", "Petrov", "Quinn", "Rossi"),
)
TOWNS = (
    *("Westmere", "Torvale", "Ravensby", "Lindow", "Cranmoor", "Hexley", "Stanbury", "Oxcombe"),
    *("Pelham", "Wyndale", "Thornby", "Aldersea", "Saltmouth", "Millbrook", "Greyford", "Fenwick"),
)
FILMS = (
    *("The Glass Orchard", "Night Ferry", "Seven Lanterns", "A Quiet Harvest", "Iron Tide"),
    *("The Last Cartographer", "Blue Static", "Paper Kings", "Hollow Mountain", "Red Meridian"),
    *("The Salt Road", "Winter Choir", "Copper Sky", "Little Thunder", "The Long Platform"),
)
FIRMS = (
    *("Halden Steel", "Orbis Telecom", "Vantor Bank", "Corin Foods", "Meridian Motors"),
    *("Tessel Energy", "Brightwater", "Kolmar Chemicals", "Nordane Shipping", "Pallas Insurance"),
)
Filled = tuple[str, str]
"""Title and body."""


def market(k: int, rng: np.random.Generator) -> Filled:
    """The close of one trading day."""
    up, down = _some(FIRMS, 2, rng)
    rises = rng.random() < 0.5
    level, points = 14_000 + int(rng.integers(0, 2_000)), int(rng.integers(10, 190))
    share, volume = points / 140, rng.integers(210, 480) / 100
    day = (FIRST + timedelta(days=k)).strftime("%A")
    return (
        f"Stocks close {'higher' if rises else 'lower'} as {up if rises else down} leads",
        (
            f"Shares on the Castleton exchange closed {'higher' if rises else 'lower'} on {day}, with the "
            f"benchmark index {'gaining' if rises else 'losing'} {points} points, or {share:.2f} percent, to "
            f"{level:,}.\n\n{up} rose {rng.integers(11, 62) / 10} percent to {rng.integers(20, 340)}.{rng.integers(10, 99)} "
            f"crowns, the biggest gain of the session, while {down} fell {rng.integers(11, 62) / 10} percent to "
            f"{rng.integers(20, 340)}.{rng.integers(10, 99)} crowns.\n\nTurnover was {volume:.2f} billion crowns. "
            f"Advancing shares outnumbered declining ones by {rng.integers(110, 190)} to {rng.integers(60, 109)}. "
            f"The crown traded at {rng.integers(1050, 1190) / 1000} to the dollar and the yield of the ten-year "
            f"bond was {rng.integers(210, 390) / 100} percent."
        ),
    )


def football(k: int, rng: np.random.Generator) -> Filled:
    """One match of a league; no two teams meet twice."""
    home, away = divmod(k * 7 % (len(TEAMS) * (len(TEAMS) - 1)), len(TEAMS) - 1)
    away += away >= home
    first, second, third = _some(PLAYERS, 3, rng)
    goals = int(rng.integers(2, 5))
    day = (FIRST + timedelta(days=k)).strftime("%A")
    return (
        f"{TEAMS[home]} beat {TEAMS[away]} {goals}-1",
        (
            f"{TEAMS[home]} beat {TEAMS[away]} {goals}-1 in the Northern League on {day} in front of "
            f"{rng.integers(3_000, 29_000):,} spectators.\n\n{first} opened the scoring in the "
            f"{rng.integers(3, 30)}th minute with a low shot from the edge of the area, and {second} made it "
            f"two after {rng.integers(31, 60)} minutes. {third} pulled one back for the visitors in the "
            f"{rng.integers(61, 80)}th minute, but {first} settled the match from the penalty spot.\n\n"
            f"{TEAMS[home]} have {rng.integers(20, 70)} points and are now in {rng.integers(4, 16)}th place. "
            f"{TEAMS[away]} stay in {rng.integers(4, 16)}th place with {rng.integers(20, 70)} points."
        ),
    )


def weather(k: int, rng: np.random.Generator) -> Filled:
    """A warning for two towns and one day."""
    one, other = _some(TOWNS, 2, rng)
    day = (FIRST + timedelta(days=k)).strftime("%A")
    kind = ("heavy rain", "strong wind", "ice", "thick fog", "snow")[int(rng.integers(0, 5))]
    return (
        f"Warning of {kind} for {one} and {other}",
        (
            f"The weather service has issued a yellow warning of {kind} for {one} and {other} on {day}.\n\n"
            f"The warning is in force from {rng.integers(1, 11)} am to {rng.integers(1, 11)} pm. Up to "
            f"{rng.integers(12, 60)} millimetres of precipitation and gusts of {rng.integers(40, 110)} "
            f"kilometres an hour are expected, with temperatures between {rng.integers(-4, 4)} and "
            f"{rng.integers(5, 14)} degrees.\n\nDrivers should allow more time for journeys and some bus and "
            f"train services may be affected. People are advised to check the forecast before they travel."
        ),
    )


def films(k: int, rng: np.random.Generator) -> Filled:
    """The takings of one weekend."""
    first, second, third = _some(FILMS, 3, rng)
    return (
        f"'{first}' tops weekend box office",
        (
            f"'{first}' took first place at the box office this weekend with ticket sales of "
            f"{rng.integers(120, 600) / 10} million crowns, studio estimates showed on Sunday.\n\n'{second}' came "
            f"second with {rng.integers(60, 119) / 10} million crowns, a drop of {rng.integers(20, 70)} percent "
            f"from last weekend. In third place was '{third}', which added {rng.integers(10, 59) / 10} million "
            f"crowns for a total of {rng.integers(20, 190)} million.\n\nThe films were shown on "
            f"{rng.integers(900, 4_000):,} screens. Overall revenue was {rng.integers(3, 29)} percent "
            f"{'up' if rng.random() < 0.5 else 'down'} on the same weekend a year ago."
        ),
    )


SERIES: dict[str, tuple[Callable[[int, np.random.Generator], Filled], int]] = {
    "market": (market, 1),
    "football": (football, 1),
    "weather": (weather, 1),
    "films": (films, 7),
}
"""What fills in each form, and days from one issue to the next."""


def series(name: str, issues: int, outlets: Iterable[str] = ("Castleton Post",)) -> list[dict]:
    """Documents ``name-issue-outlet``: what every outlet files of every issue.

    Outlets after the first one file an hour later each, their paragraphs in another order.
    """
    fill, step = SERIES[name]
    documents = []
    for k in range(issues):
        title, body = fill(k, np.random.default_rng([k, len(name)]))
        for number, outlet in enumerate(outlets):
            documents.append(
                {
                    "id": f"{name}-{k:02}-{number}",
                    "title": title,
                    "body": _retold(body, number),
                    "source": outlet,
                    "published": (FIRST + timedelta(days=step * k, hours=number)).isoformat(),
                }
            )
    return documents


def _retold(body: str, number: int) -> str:
    paragraphs = body.split("\n\n")
    return "\n\n".join([paragraphs[0], *paragraphs[1:][:: -1 if number else 1]])


def _some(names: tuple[str, ...], n: int, rng: np.random.Generator) -> list[str]:
    return [names[k] for k in rng.choice(len(names), n, replace=False)]
