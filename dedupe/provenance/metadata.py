"""Origins that metadata and address state: a value names another source than the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dedupe.model import Article
from dedupe.sources import Outlets, SourceKind, comparison_key, host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An origin as stated, and where."""

    source: str
    field: str
    start: int
    end: int
    confidence: float


ANY_SOURCE = {
    "syndicationsource": 0.8,
    "originalsource": 0.8,
    "isbasedon": 0.8,
    "republishedfrom": 0.85,
}
"""Names (comparison keys) under which a value states the origin whoever it is."""
LISTED_AGENCY = {
    "infosources": 0.75,
    "sourceorganization": 0.75,
    "provider": 0.7,
    "creditline": 0.75,
    "credit": 0.6,
    "copyrightholder": 0.75,
    "copyrightnotice": 0.7,
    "copyright": 0.7,
    "rights": 0.7,
    "byline": 0.85,
    "author": 0.85,
    "authors": 0.85,
    "by": 0.85,
    "creator": 0.8,
    "dccreator": 0.8,
    "articleauthor": 0.8,
    "source": 0.75,
}
"""Names whose value counts only where it is a listed agency: an author is mostly a person."""
CANONICAL = {"canonical": 0.7, "relcanonical": 0.7, "canonicalurl": 0.7}
"""Names that hold an address, which counts where it is another listed source's."""
WIRE_FOLDER = 0.6

_STATING = frozenset((*ANY_SOURCE, *LISTED_AGENCY, *CANONICAL))
_FOLDER = re.compile(r"/([\w-]+)(?=/)")
_SPLIT = re.compile(r"\s*(?:[,;|/•]|\band\b|\bby\b|\bfor\b|©|\(c\)|\b\d{4}\b)\s*", re.IGNORECASE)


def declared(metadata: Mapping[str, Any], url: str | None, outlets: Outlets) -> Iterator[Declared]:
    """Every origin that metadata and the folders of the URL state; the own outlet included."""
    for name, value in metadata.items():
        key = comparison_key(name)
        if key in _STATING:
            for path, text in _strings(value, f"metadata.{name}"):
                yield from _stated(key, path, text, outlets)
    yield from _filed(url, outlets)


def may_declare(metadata: Mapping[str, Any], url: str | None, outlets: Outlets) -> bool:
    """Metadata or address may state an origin; of most articles neither does."""
    if not _STATING.isdisjoint(map(comparison_key, metadata)):
        return True
    return url is not None and not outlets.by_folder.keys().isdisjoint(url.lower().split("/"))


def value_at(article: Article, field: str) -> str:
    """The posted value that the offsets of a credit in ``url`` or ``metadata.<name>`` count in.

    Names and list positions inside nested metadata are joined by dots.
    """
    if field == "url":
        return article.url or ""
    value: Any = article.metadata
    rest = field.removeprefix("metadata.")
    while rest and not isinstance(value, str):
        if isinstance(value, Mapping):
            name = next((n for n in value if rest == n or rest.startswith(f"{n}.")), rest)
            value = value.get(name, "")
        else:
            name = rest.partition(".")[0]
            value = value[int(name)]
        rest = rest[len(name) + 1 :]
    return str(value)


def _stated(key: str, field: str, text: str, outlets: Outlets) -> Iterator[Declared]:
    if key in LISTED_AGENCY:
        yield from _agencies(LISTED_AGENCY[key], field, text, outlets)
        return
    listed = outlets.at(text) if "/" in text or key in CANONICAL else outlets.find(text)
    source = listed.name if listed else None
    if source is None and key in ANY_SOURCE:
        source = outlets.name(text)
    if source is not None:
        confidence = ANY_SOURCE.get(key) or CANONICAL[key]
        yield _whole(source, field, text, confidence)


def _agencies(confidence: float, field: str, text: str, outlets: Outlets) -> Iterator[Declared]:
    position = 0
    for piece in _SPLIT.split(text):
        if not piece:
            continue
        position = text.index(piece, position)
        found = outlets.find(piece)
        if found is not None and found.kind is not SourceKind.OUTLET and piece not in found.weak:
            yield Declared(
                source=found.name,
                field=field,
                start=position,
                end=position + len(piece),
                confidence=confidence,
            )
        position += len(piece)


def _whole(source: str, field: str, text: str, confidence: float) -> Declared:
    return Declared(source=source, field=field, start=0, end=len(text), confidence=confidence)


def _strings(value: Any, field: str) -> Iterator[tuple[str, str]]:
    """The strings in a value that may be a name, an address, or a record or list of these."""
    if isinstance(value, str):
        if value.strip():
            yield field, value
    elif isinstance(value, Mapping):
        for name in ("name", "url", "literal", "@id"):
            if isinstance(value.get(name), str):
                yield f"{field}.{name}", value[name]
                return
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _strings(item, f"{field}.{index}")


def _filed(url: str | None, outlets: Outlets) -> Iterator[Declared]:
    """A folder of the URL kept for one source's pieces ("/ap/", "/stacker/")."""
    host = host_of(url)
    if not url or not host:
        return
    lower = url.lower()
    begin = lower.index(host) + len(host)
    if outlets.by_folder.keys().isdisjoint(lower.split("/")):
        return
    for match in _FOLDER.finditer(url[begin:]):
        found = outlets.by_folder.get(match[1].lower())
        if found is not None:
            yield Declared(
                source=found.name,
                field="url",
                start=begin + match.start(1),
                end=begin + match.end(1),
                confidence=WIRE_FOLDER,
            )
