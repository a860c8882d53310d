"""Whose article it is, as far as source and address tell: what credits are measured against."""

from __future__ import annotations

from dataclasses import dataclass, field

from dedupe.provenance.names import Mentioned
from dedupe.sources import Outlet, Outlets, comparison_key, host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The outlet of an article under each name it is known by."""

    name: str | None
    keys: frozenset[str]
    words: tuple[list[str], ...]
    _owned: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """What was told of listed sources, by their names."""

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
            keys=frozenset(comparison_key(form) for name in names for form in _forms(name)),
            words=tuple(name.casefold().split() for name in names),
        )

    def meant(self, form: str, mentioned: Mentioned) -> str:
        """The source that a name means here: the outlet's, if it is a part of the outlet's own.

        An abbreviation that its name begins with, or "The Times" at a paper of that last word.
        """
        if not mentioned.weak or self.name is None:
            return mentioned.outlet.name
        short = form.casefold()
        part = short.removeprefix("the ")
        own = any(short == words[0] or part == words[-1] for words in self.words)
        return self.name if own else mentioned.outlet.name

    def owns(self, listed: Outlet) -> bool:
        """A listed source is this outlet; it is remembered."""
        if (known := self._owned.get(listed.name)) is None:
            known = self._owned[listed.name] = self.is_own(listed.name, listed)
        return known

    def is_own(self, source: str, listed: Outlet | None) -> bool:
        """The source is this outlet or, not being listed itself, a part of it ("Gazette Pro")."""
        key = comparison_key(source)
        if key in self.keys or any(_core(key) == _core(own) for own in self.keys):
            return True
        if listed is not None:
            return False
        words = source.casefold().split()
        ends = {comparison_key(" ".join(words[n:])) for n in range(1, len(words))}
        whole = any(own in ends and len(own) >= _LONG for own in self.keys)
        return whole or any(words[: len(own)] == own for own in self.words)


_LONG = 6
"""A name of so many letters is the same outlet's behind another word ("Diario La Razón")."""
_PARTS = ("news", "online", "tv", "digital", "com")


def _core(key: str) -> str:
    """A comparison key without the word by which a house tells its site from its other parts."""
    for part in _PARTS:
        if key.endswith(part) and len(key) > len(part) + 2:
            return key.removesuffix(part)
    return key


def _forms(name: str) -> tuple[str, ...]:
    """The name and, of a domain, its first label: "larazon.es" is La Razón."""
    label, dot, _ = name.partition(".")
    return (name, label) if dot and " " not in name else (name,)
