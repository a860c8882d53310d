"""What comes with the program: its data files, read into what the pipeline works with."""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson

from dedupe.provenance import CreditPatterns, CreditReader
from dedupe.reading import ArticleReader
from dedupe.sources import Outlets
from dedupe.terms import Background, Gazetteer
from dedupe.text import FurniturePatterns
from dedupe.verdict import Verdicts
from dedupe.wire import WirePatterns, WireReader


@cache
def article_reader() -> ArticleReader:
    """A reader with the shipped patterns."""
    outlets = Outlets.from_data(_toml("sources.toml"))
    return ArticleReader(
        furniture_patterns(),
        CreditReader(outlets, lambda: CreditPatterns.from_data(_toml("credits.toml"), outlets)),
        gazetteer(),
        WireReader(WirePatterns.from_mapping(_toml("wire.toml"))),
    )


@cache
def furniture_patterns() -> FurniturePatterns:
    """The shipped patterns of what outlets put around their articles."""
    return FurniturePatterns.from_mapping(_toml("furniture.toml"))


def verdicts() -> Verdicts:
    """The shipped models."""
    return Verdicts.from_data(orjson.loads(_data("verdicts.json")))


@cache
def background() -> Background:
    """The shipped document frequencies of single words."""
    return Background.from_tsv(_data("background.tsv").decode())


def background_words() -> Sequence[str]:
    """The words and numbers of the shipped background as they are written."""
    return [row.rsplit("\t", 1)[0] for row in _data("background.tsv").decode().splitlines()[1:]]


@cache
def gazetteer() -> Gazetteer:
    """The shipped names of places."""
    return Gazetteer.from_table(lambda: _data("places.tsv").decode())


def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads(_data(name).decode())


def _data(name: str) -> bytes:
    content = pkgutil.get_data("dedupe", f"data/{name}")
    assert content is not None
    return content
