"""Which articles a notice means: by identifiers, else by the chain of versions it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dedupe.formats.urls import normalise_url
from dedupe.model import Article, Notice, Reading
from dedupe.ports import StoredArticle, Writer
from dedupe.reading import identifier, identity_source
from dedupe.revisions.order import chain_source
from dedupe.version import PubStatus, Version, VersionKind
from dedupe.withheld.records import CHAIN_HOURS, Order, target_key
from dedupe.withheld.upstream import filed, house, same_source

_NOTICES = frozenset(
    {VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE, VersionKind.ADVISORY}
)
_BY_ID = "id:"
"""How a chain begins that is an identifier, not words of a headline or a slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The articles a notice means, and what has to be said about others that it names."""

    ids: tuple[str, ...] = ()
    warnings: tuple[Notice, ...] = ()


def meant(writer: Writer, reading: Reading, *, now: float) -> Targets:
    """The articles of the same source that a notice, or a canceled version, means.

    What it names by id it means, with all versions of one piece; a name that leads to several
    different pieces means none of them. No article of another source is ever meant.
    """
    ids: list[str] = []
    warnings: list[Notice] = []
    for name in _names(reading.version):
        found = [one for one in _found(writer, reading, name, now) if one.id != reading.id]
        own = [one for one in found if _same(writer, reading, one)]
        if found and not own:
            others = ", ".join(one.id for one in found)
            warnings.append(_warning(name, f"of another source: nothing was done to {others}"))
        stories = {one.placement.story for one in own}
        if len(stories) > 1:
            several = ", ".join(one.id for one in own)
            warnings.append(
                _warning(
                    name, f"names several different pieces, so none of them is meant: {several}"
                )
            )
        else:
            ids += [one.id for one in own]
    return Targets(ids=tuple(dict.fromkeys(ids)), warnings=tuple(dict.fromkeys(warnings)))


def orders_of(reading: Reading, status: PubStatus, at: float, *, reason: str | None) -> list[Order]:
    """What has to be remembered of a notice of this time for articles that arrive after it."""
    version = reading.version
    about = Order(
        target=b"",
        source=identity_source(reading.article),
        outlet=house(reading.profile),
        status=status,
        notice=reading.id,
        at=at,
        reason=reason,
    )
    if not about.source and about.outlet is None:
        return []
    chains = [
        replace(about, target=target_key("chain", c), until=at + CHAIN_HOURS)
        for c in _chains(version)
    ]
    named = [replace(about, target=target_key("id", name)) for name in version.targets]
    return [replace(about, target=target_key("article", reading.id)), *named, *chains]


def kept_kill(stored: StoredArticle, *, at: float, reason: str | None) -> Order:
    """What has to be remembered of a killed article, whatever becomes of it."""
    return Order(
        target=target_key("article", stored.id),
        source=identity_source(stored.article),
        outlet=None,
        status=PubStatus.CANCELED,
        notice=stored.id,
        at=at,
        reason=reason,
    )


def keys_of(article_id: str, article: Article, version: Version) -> list[bytes]:
    """What orders about an article are kept under."""
    chain = version.chain
    keys = [target_key("article", article_id), target_key("id", article_id)]
    if article.external_id is not None:
        keys.append(target_key("id", article.external_id))
    if article.url is not None:
        keys += [target_key("id", url) for url in (article.url, normalise_url(article.url)) if url]
    if chain is not None:
        keys += [target_key("chain", chain), target_key("id", chain.removeprefix(_BY_ID))]
    return list(dict.fromkeys(keys))


def filed_after(reading: Reading, at: float) -> bool:
    """The article says, by the hour, that it was filed after this time."""
    when = filed(reading.version, reading.profile)
    return when is not None and _precise(reading) and when > at


def filed_before(reading: Reading, at: float) -> bool:
    """The article says that it was filed by this time."""
    when = filed(reading.version, reading.profile)
    return when is not None and when + (0.0 if _precise(reading) else 24.0) <= at


def _precise(reading: Reading) -> bool:
    return reading.version.created is not None or reading.profile.published_precise


def _names(version: Version) -> list[str]:
    """Identifiers and chains that a notice names; of a canceled version only the identifier."""
    return list(dict.fromkeys([*version.targets, *_chains(version)]))


def _chains(version: Version) -> list[str]:
    """The chains whose versions are meant, of a canceled article no more than its identifier's."""
    if version.chain is None:
        return []
    return [version.chain] if version.kind in _NOTICES or version.chain.startswith(_BY_ID) else []


def _found(writer: Writer, reading: Reading, name: str, now: float) -> Sequence[StoredArticle]:
    """Whatever is known by a name, notices left out."""
    source = reading.article.source
    ids = [
        name,
        *writer.by_external_id(name),
        identifier(Article(source=source, url=name), 0),
        *_chained(writer, reading, name, now),
    ]
    stored = (writer.article(one) for one in dict.fromkeys(ids))
    return [one for one in stored if one is not None and one.version.kind not in _NOTICES]


def _chained(writer: Writer, reading: Reading, name: str, now: float) -> Iterable[str]:
    """Versions of the piece that were filed before the notice."""
    at = filed(reading.version, reading.profile)
    until = now if at is None else at
    source = chain_source(reading.article, reading.profile.provenance)
    for chain in (name, _BY_ID + name.casefold()):
        for one in writer.chained(source, chain, at=until, hours=CHAIN_HOURS):
            if one.at <= until:
                yield one.article_id


def _same(writer: Writer, reading: Reading, stored: StoredArticle) -> bool:
    members = writer.members([stored.id])
    outlet = house(members[0].profile) if members else None
    source = identity_source(stored.article)
    return same_source(identity_source(reading.article), house(reading.profile), source, outlet)


def _warning(name: str, action: str) -> Notice:
    shown = name if ":" not in name or name.startswith(_BY_ID) or "://" in name else "its headline"
    return Notice(field="version", value=shown[:200], action=action)
