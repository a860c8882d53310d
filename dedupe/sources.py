"""Names of agencies and outlets: one display name each, whatever an article calls them.

Two forms are kept apart: the *name*, which is shown and stored ("Al Jazeera"), and its
*comparison key* ("aljazeera"), which only ever decides whether two names mean the same source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


class SourceKind(StrEnum):
    """What a listed source does for a living."""

    AGENCY = "agency"
    OUTLET = "outlet"
    PRESS_RELEASE = "press_release"
    IMAGE = "image"
    """Sells pictures: no text comes from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A listed source."""

    name: str
    kind: SourceKind
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    """Aliases that are also words, places or abbreviations: read only where a pattern allows it."""
    domains: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Folder names in a URL under which other outlets file this source's pieces."""
    family: str | None = None
    """The house of several listed sources that carry each other's pieces as their own."""


_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[\W_]+")
_LEADING_ARTICLE = re.compile(r"^\s*the\s+", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_QUALIFIERS = re.compile(
    r"[\s\-–—|:,]+(?:english|online|web|news|com|opinion|editorial|staff|newswire|wire|service)\s*$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[a-z][\w-]+)/?$", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|\Z)")
"""The host of nearly every URL, read 10 times faster than by ``urlsplit``."""
_SECOND_LEVEL = frozenset(
    ("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "ne", "net", "nom", "or", "org")
)
_HOSTING = frozenset(
    ("blogspot.com", "github.io", "medium.com", "substack.com", "tumblr.com", "typepad.com",
     "wordpress.com")
)  # fmt: skip


def comparison_key(name: str) -> str:
    """The form under which two names of one source are equal; "" for a name without letters.

    >>> comparison_key("The Al-Jazeera") == comparison_key("AL JAZEERA")
    True
    """
    return _remembered_key(name) if len(name) <= _LONGEST_NAME else _key(name)


def _key(name: str) -> str:
    decomposed = _MARKS.sub("", unicodedata.normalize("NFKD", name))
    return _NOT_WORD.sub("", _LEADING_ARTICLE.sub("", decomposed).casefold())


_LONGEST_NAME = 128
"""Code points of a name whose key is remembered: bounds the memory of them all."""
_remembered_key = lru_cache(maxsize=4096)(_key)


def tidy(name: str) -> str:
    """The name in NFC with single spaces and without "www."; its letters keep their case."""
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    return spaced[4:] if spaced[:4].casefold() == "www." else spaced


def host_of(url: str | None) -> str | None:
    """The host of a URL or bare domain in lower case without "www.", or None."""
    if not url:
        return None
    if plain := _PLAIN_HOST.match(url):
        return plain[1].removeprefix("www.").rstrip(".") or None
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    return host.removeprefix("www.").rstrip(".") or None if host else None


def registered_domain(host: str) -> str:
    """The part of a host that somebody registered; blogs on a hosting domain keep their own label.

    Without a public-suffix list: two labels, three below "co.uk" and its like.
    """
    labels = host.split(".")
    if len(labels) <= 2:
        return host
    three = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    keep = 3 if three or ".".join(labels[-2:]) in _HOSTING else 2
    return ".".join(labels[-keep:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """The listed sources and how to find one by name or domain."""

    listed: tuple[Outlet, ...]
    by_key: Mapping[str, Outlet]
    by_domain: Mapping[str, Outlet]
    by_folder: Mapping[str, Outlet]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outlets:
        """Read the table ``source`` of ``data/sources.toml``.

        Raises:
            ValueError: one name or domain is given to two sources.
        """
        listed = tuple(_outlet(entry) for entry in data["source"])
        by_key: dict[str, Outlet] = {}
        by_domain: dict[str, Outlet] = {}
        by_folder: dict[str, Outlet] = {}
        for outlet in listed:
            for name in (outlet.name, *outlet.aliases, *outlet.weak):
                _claim(by_key, comparison_key(name), outlet)
            for domain in outlet.domains:
                _claim(by_domain, domain, outlet)
            for folder in outlet.paths:
                _claim(by_folder, folder, outlet)
        return cls(listed=listed, by_key=by_key, by_domain=by_domain, by_folder=by_folder)

    def find(self, name: str) -> Outlet | None:
        """The listed source of that name, alias or domain; qualifiers such as "(Web News)" aside."""
        if _is_domain(name):
            found = self.at(name.strip())
            if found is not None:
                return found
        candidate = name
        while candidate:
            found = self.by_key.get(comparison_key(candidate))
            if found is not None:
                return found
            shorter = _QUALIFIERS.sub("", _BRACKETED.sub(" ", candidate))
            candidate = shorter if shorter != candidate else ""
        return None

    def at(self, url: str | None) -> Outlet | None:
        """The listed source whose domain the URL lies under, or None."""
        return self._at_host(host_of(url))

    def name(self, raw: str | None, url: str | None = None) -> str | None:
        """The display name of an outlet; without ``raw`` the URL tells, and None when nothing does.

        A listed source gets its listed name, an unknown one keeps its own, tidied; an unknown
        domain is its own name.
        """
        if raw and comparison_key(raw):
            found = self.find(raw)
            if found is not None:
                return found.name
            host = host_of(raw.strip()) if _is_domain(raw) else None
            return registered_domain(host) if host else tidy(raw)
        return self.name_at(host_of(url))

    def name_at(self, host: str | None) -> str | None:
        """The display name of the outlet at a host as ``host_of`` gives it."""
        found = self._at_host(host)
        if found is not None:
            return found.name
        return registered_domain(host) if host else None

    def family(self, raw: str | None, url: str | None = None) -> str | None:
        """The house of an outlet, which is its display name where it is no part of one; or None.

        Texts of one family are of one origin: none of them is independent of another.
        """
        name = self.name(raw, url)
        found = self.by_key.get(comparison_key(name)) if name else None
        return found.family if found is not None and found.family else name

    def house(self, name: str | None) -> str | None:
        """The family of a display name, where that is another; else None."""
        found = self.by_key.get(comparison_key(name)) if name else None
        return found.family if found is not None and found.family != found.name else None

    def same_outlet(self, a: str | None, b: str | None) -> bool:
        """Both names are known and mean one source."""
        first, second = self.name(a), self.name(b)
        if first is None or second is None:
            return False
        return comparison_key(first) == comparison_key(second)

    def _at_host(self, host: str | None) -> Outlet | None:
        while host:
            found = self.by_domain.get(host)
            if found is not None:
                return found
            _, _, host = host.partition(".")
        return None


def _is_domain(name: str) -> bool:
    """The name is a domain or an address; asked of every name, and most hold no mark of one."""
    return ("." in name or "://" in name) and _DOMAIN.match(name.strip()) is not None


def _outlet(entry: Mapping[str, Any]) -> Outlet:
    return Outlet(
        name=entry["name"],
        kind=SourceKind(entry["kind"]),
        aliases=tuple(entry.get("aliases", ())),
        weak=tuple(entry.get("weak", ())),
        domains=tuple(entry.get("domains", ())),
        paths=tuple(entry.get("paths", ())),
        family=entry.get("family"),
    )


def _claim(table: dict[str, Outlet], key: str, outlet: Outlet) -> None:
    holder = table.setdefault(key, outlet)
    if holder is not outlet:
        raise ValueError(
            f"{key!r} is given to {holder.name!r} and to {outlet.name!r}; leave it to one of them"
        )
