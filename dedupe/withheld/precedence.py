"""Which of several versions and orders decides: the newest stated one, whatever came when."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.model import Reading
from dedupe.ports import Reader
from dedupe.reading import identity_source
from dedupe.revisions.order import Filed, article_digest, outdated
from dedupe.version import PubStatus, Version
from dedupe.withheld.records import Order, target_key
from dedupe.withheld.targets import keys_of, meets
from dedupe.withheld.upstream import house, same_source


def known_version(reader: Reader, reading: Reading) -> Version:
    """The version of what is posted: as it is known, where this text is kept already."""
    digest = article_digest(reading.article)
    kept = (one.version for one in reversed(reader.revisions(reading.id)) if one.digest == digest)
    return next(kept, reading.version)


def met(reader: Reader, reading: Reading, now: float) -> Iterator[Order]:
    """The orders that were given about a new article before it came."""
    source, outlet = identity_source(reading.article), house(reading.profile)
    for one in reader.orders(keys_of(reading.id, reading.article, reading.version)):
        itself = one.target == target_key("article", reading.id)
        if not itself and not same_source(source, outlet, one.source, one.outlet):
            continue
        if meets(one, reading, now=now) and not _newer(reading.version, one):
            yield one


def older(reader: Reader, reading: Reading) -> bool:
    """The article has a newer version than this one, which is kept already or is not."""
    kept = reader.revisions(reading.id)
    digest = article_digest(reading.article)
    at = next((k for k, one in enumerate(kept) if one.digest == digest), len(kept))
    filed = [*kept, Filed(version=reading.version, digest=digest)]
    return outdated(filed[: max(at + 1, len(kept))], at)


def _newer(version: Version, one: Order) -> bool:
    """The version states that it is newer than the one that ordered a hold."""
    if one.status is not PubStatus.WITHHELD or one.version is None:
        return False
    return outdated([Filed(version=version), Filed(version=one.version)], 1)
