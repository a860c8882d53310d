"""Whose article it is, as far as source and address tell: what credits are measured against."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.sources import Outlet, Outlets, comparison_key, host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The outlet of an article under each name it is known by."""

    name: str | None
    keys: frozenset[str]
    words: tuple[list[str], ...]

    @classmethod
    def of(cls, outlet: str | None, url: str | None, outlets: Outlets) -> Home:
        """The names that the article's source and its address give."""
        return cls.at(outlet, host_of(url), outlets)

    @classmethod
    def at(cls, outlet: str | None, host: str | None, outlets: Outlets) -> Home:
        """The names that the article's source and the host of its address give."""
        names = [name for name in (outlets.name(outlet), outlets.name_at(host)) if name]
        return cls(
            name=names[0] if names else None,
            keys=frozenset(comparison_key(name) for name in names),
            words=tuple(name.casefold().split() for name in names),
        )

    def is_own(self, source: str, listed: Outlet | None) -> bool:
        """The source is this outlet or, not being listed itself, a part of it ("Gazette Pro")."""
        if comparison_key(source) in self.keys:
            return True
        words = source.casefold().split()
        return listed is None and any(words[: len(own)] == own for own in self.words)
