"""Whose piece an article's own address says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.sources import Outlet, Outlets, host_of

_FOLDER = re.compile(r"/([\w-]+)(?=/)")
_ITEM = re.compile(
    r"newsml[-:.]([a-z]+(?:-sda)?[-.](?:com|org|de|at|ch|fr|it|es|no|se))(?=[-:.])"
    r"|(?<=[/.-])([a-z]+\.com)(?=\.\d{8}\.)"
    r"|(?<![-/](?:to|by|di|le))(?<!-(?:via|con|dit|per|aan|von))(?<!-(?:says|laut|dice|told))"
    r"(?<!-(?:selon|segun))(?<!-secondo)[-_](afp|dpa|efe|ansa|belga)"
    r"(?=(?:[-_,.]\d[\w,.-]*)?(?:\.[a-z]{2,5})?/?(?:[?#]|\Z))",
    re.IGNORECASE | re.ASCII,
)
"""The identifier that an agency gave the item, or its name at the end of the last folder."""
_HINTS = ("newsml", ".com.", "afp", "dpa", "efe", "ansa", "belga")
"""One of these is part of every mark, in lower case."""


def named_in(url: str, outlets: Outlets) -> Iterator[tuple[Outlet, int, int]]:
    """Sources that folders ("/ap/", "/stacker/") or marks of the address name, and where."""
    lower = url.lower()
    if not outlets.by_folder.keys().isdisjoint(lower.split("/")):
        yield from _filed(url, outlets)
    if any(map(lower.__contains__, _HINTS)):
        yield from _marked(url, outlets)


def _filed(url: str, outlets: Outlets) -> Iterator[tuple[Outlet, int, int]]:
    """A folder of the URL kept for one source's pieces."""
    host = host_of(url)
    if not host:
        return
    begin = url.lower().index(host) + len(host)
    for match in _FOLDER.finditer(url[begin:]):
        found = outlets.by_folder.get(match[1].lower())
        if found is not None:
            yield found, begin + match.start(1), begin + match.end(1)


def _marked(url: str, outlets: Outlets) -> Iterator[tuple[Outlet, int, int]]:
    """An agency's own mark in the address: ".../urn-newsml-dpa-com-...", "...-afp.html"."""
    for match in _ITEM.finditer(url):
        group = match.lastindex or 0
        named = match[group].lower()
        found = outlets.find(named) if group == 3 else outlets.at(".".join(named.rsplit("-", 1)))
        if found is not None:
            yield found, match.start(group), match.end(group)
