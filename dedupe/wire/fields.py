"""Fields of metadata that tell of versions, whatever shape a caller posts them in.

Names are compared without case, marks and namespaces, so one list serves NewsML-G2, ninjs, NITF,
NewsML 1, the AP's API and plain JSON; of nested records only those of these formats are entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

DEPTH = 6
"""Records within records that are entered."""
ITEMS = 32
"""Items of a list that are looked at."""

REVISION = frozenset(
    [
        "version",
        "versionnumber",
        "itemversion",
        "storyversion",
        "revision",
        "revisionid",
        "revisionnumber",
        "rev",
    ]
)
CREATED = frozenset(
    [
        "versioncreated",
        "thisrevisioncreated",
        "datemodified",
        "modified",
        "modifiedtime",
        "modifieddate",
        "modifiedat",
        "dateupdated",
        "updated",
        "updatedat",
        "updatedtime",
        "lastmodified",
        "lastupdated",
        "lastmodifieddate",
    ]
)
STATUS = frozenset(["pubstatus", "publicationstatus", "managementstatus", "status", "itemstatus"])
EMBARGO = frozenset(
    ["embargoed", "embargoeduntil", "embargo", "embargodate", "embargotime", "embargountil"]
)
RELEASE = frozenset(["daterelease", "statuswillchange", "releasedate", "availabledate"])
"""When a piece becomes free, where its status says that it is not."""
EDNOTE = frozenset(
    [
        "ednote",
        "edmsg",
        "editornote",
        "editorsnote",
        "editorialnote",
        "notetoeditors",
        "instructions",
        "specialinstructions",
        "revisionhistory",
        "advisoryline",
        "trashline",
    ]
)
SLUG = frozenset(["slugline", "slug", "keywordline", "catchline", "referenceid"])
SIGNAL = frozenset(["signal", "signals", "editorialtypes", "editorialtype", "newsitemtype"])
PRIORITY = frozenset(("editorialpriority",))
CORRECTION = frozenset(["correction", "corrections", "correctionnotice", "isrevision"])
IDENTITY = frozenset(["uri", "guid", "itemid", "newsitemid", "publicidentifier", "docid"])
KEYED = frozenset(("dukey",))
LINK = frozenset(
    [
        "link",
        "links",
        "previousversion",
        "evolvedfrom",
        "evolvedfromid",
        "replaces",
        "replacesid",
        "supersedes",
        "kills",
        "managementdocidref",
    ]
)
KNOWN = frozenset().union(
    *(REVISION, CREATED, STATUS, EMBARGO, RELEASE, EDNOTE, SLUG, SIGNAL, PRIORITY),
    *(CORRECTION, IDENTITY, KEYED, LINK),
)

_RECORDS = frozenset(
    [
        "item",
        "newsitem",
        "ninjs",
        "newsml",
        "newsmlg2",
        "nitf",
        "apdata",
        "ap",
        "data",
        "meta",
        "metadata",
        "altids",
        "itemmeta",
        "contentmeta",
        "rightsinfo",
        "head",
        "docdata",
        "identification",
        "newsidentifier",
        "newsmanagement",
        "newslines",
        "management",
        "jsonld",
        "administration",
        "wire",
        "newscomponent",
        "entry",
        "properties",
        "opengraph",
        "signals",
    ]
)
_TEXT = ""
"""What is left of "$", "_" and the like."""
_VALUES = (
    "text",
    _TEXT,
    *[
        "value",
        "literal",
        "qcode",
        "formalname",
        "uri",
        "code",
        "content",
        "dateandtime",
        "info",
        "comment",
        "norm",
        "normdate",
    ],
    *["idstring", "key", "residref", "href", "name", "id"],
)
"""Names under which a record holds the value it stands for ("#text", "@qcode"), best first."""
_NAMESPACE = re.compile(r"^.*[:}]")
_MARKS = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=2048)
def _remembered(name: str) -> str:
    return _MARKS.sub("", _NAMESPACE.sub("", name).lower())


def field_key(name: str) -> str:
    """The form under which two names of one field are equal."""
    return _remembered(name) if len(name) <= 64 else ""


def is_read(name: str) -> bool:
    """A field of this name tells of versions."""
    return field_key(name) in KNOWN


def may_tell(metadata: Mapping[str, Any]) -> bool:
    """Some field of it may tell of versions; of most articles none does."""
    return bool(metadata) and any(_opens(field_key(name)) for name in metadata)


def fields(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every field that may tell of versions as (key, path, value), in the order it was posted."""
    return _within(metadata, "metadata", DEPTH)


def texts(path: str, value: Any, depth: int = DEPTH) -> Iterator[tuple[str, str]]:
    """The strings that a value stands for, each with its path; none from deeper than ``depth``."""
    if isinstance(value, str):
        if value.strip():
            yield path, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        # A number of thousands of digits cannot be written at all.
        if isinstance(value, float) or value.bit_length() <= 64:
            yield path, str(value)
    elif isinstance(value, Mapping) and depth:
        yield from _of_record(path, value, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for index, item in enumerate(value[:ITEMS]):
            yield from texts(f"{path}.{index}", item, depth - 1)


def _of_record(path: str, record: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    named = {field_key(name): name for name in record}
    for key in _VALUES:
        if key in named:
            found = list(texts(f"{path}.{named[key]}", record[named[key]], depth))
            if found:
                yield from found
                return


def attribute(value: Any, *names: str) -> str | None:
    """What a record holds under one of these keys, as a string."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if field_key(name) in names and isinstance(inner, str | int):
                return str(inner)
    return None


def _opens(key: str) -> bool:
    return key in KNOWN or key in _RECORDS


def _within(record: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, str, Any]]:
    for name, value in record.items():
        key, here = field_key(name), f"{path}.{name}"
        if key in KNOWN:
            yield key, here, value
        if key in _RECORDS and depth:
            if isinstance(value, Mapping):
                yield from _within(value, here, depth - 1)
            elif isinstance(value, list | tuple):
                for index, item in enumerate(value[:ITEMS]):
                    if isinstance(item, Mapping):
                        yield from _within(item, f"{here}.{index}", depth - 1)
