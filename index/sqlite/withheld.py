"""Withheld articles: their records, the orders about them, and texts that are gone for good."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

import numpy as np
import orjson

from dedupe.model import Article, Canonical, Profile, Reason, UInt64s
from dedupe.version import PubStatus, Version
from dedupe.withheld.records import By, Order, Withholding
from index.sqlite.codec import decode_profile, encode_profile
from index.sqlite.documents import decode_article, decode_canonical, decode_findings, dump, load
from index.sqlite.listing import SearchWriter
from index.sqlite.revisions import decode_version, encode_version
from index.sqlite.view import Row, View, array

_U64 = np.dtype("<u8")
_ID = re.compile(rb"\ba_[a-z2-7]{16}\b")
FEW = 64
"""Articles up to which each kept answer is searched for every one of them; answers read at once."""


class WithheldReader(View):
    """Reads what may not be shown."""

    def any_withheld(self) -> bool:
        """Some article has a record, in force or not."""
        return bool(self._rows("any_withheld"))

    def withheld(self, ids: Sequence[str]) -> Mapping[str, Sequence[Withholding]]:
        """Every record of these articles; articles without one are left out."""
        found: dict[str, list[Withholding]] = {}
        for row in self._rows("withheld_of", ids=array(ids)):
            one = _withholding(row)
            found.setdefault(one.article_id, []).append(one)
        return found

    def withheld_in(self, clusters: Sequence[str]) -> Sequence[Withholding]:
        """Every record of the articles that lie in these clusters, in order of arrival."""
        return [_withholding(row) for row in self._rows("withheld_in", ids=array(clusters))]

    def carriers(self, killed: str) -> Sequence[Withholding]:
        """The records of what carries a killed article's text, in order of arrival."""
        return [_withholding(row) for row in self._rows("carriers", origin=killed)]

    def unflagged(self, clusters: Sequence[str]) -> Sequence[tuple[str, str]]:
        """(article, killed one) that share one of these clusters; the pair was not judged yet."""
        return [(name, killed) for name, killed in self._rows("unflagged", ids=array(clusters))]

    def orders(self, targets: Sequence[bytes]) -> Sequence[Order]:
        """The kept orders about any of these, oldest first."""
        found = (row for target in targets for row in self._rows("orders", target=target))
        return sorted((_order(row) for row in found), key=lambda order: order.at)

    def due(self, now: float, *, limit: int) -> tuple[Sequence[Withholding], Sequence[Withholding]]:
        """(records whose text is to be purged, embargoes that have ended), oldest first."""
        purges, lifts = (
            [_withholding(row) for row in self._rows(name, now=now, limit=limit)]
            for name in ("to_purge", "to_lift")
        )
        return purges, lifts

    def purged(self, ids: Sequence[str]) -> Mapping[str, UInt64s]:
        """Distinct shingle hashes of the articles among these whose text is gone."""
        return {
            name: np.frombuffer(shingles, _U64).astype(np.uint64)
            for name, shingles in self._rows("purged", ids=array(ids))
        }

    def withheld_counts(self, now: float) -> Mapping[str, int]:
        """How many articles each status keeps from being shown, and how many texts were purged."""
        counts = {str(status): 0 for status in PubStatus if status is not PubStatus.USABLE}
        return {
            **counts,
            **dict(self._rows("withheld_counts", now=now)),
            "purged": int(self._rows("purged_count")[0][0]),
        }


class WithheldWriter(SearchWriter, WithheldReader):
    """Writes what may not be shown, and removes texts."""

    _now: float
    """Hours since 1970-01-01 UTC at which the transaction began."""

    def withhold(self, rows: Sequence[Withholding]) -> None:
        """These records stand, in place of earlier ones of the same article, status and origin."""
        self._write_many("withhold", map(_withheld_row, rows))

    def unwithhold(self, rows: Sequence[Withholding]) -> None:
        """These records are gone as if they had never been."""
        self._write_many("unwithhold", map(_withheld_row, rows))

    def remember_orders(self, orders: Sequence[Order]) -> None:
        """Articles that arrive later meet these orders."""
        self._write_many("put_order", map(_order_row, orders))

    def forget_orders(self, targets: Sequence[bytes]) -> None:
        """Nothing is ordered about these any more."""
        self._write_many("delete_order", ({"target": target} for target in targets))

    def forget_answers(self, ids: Sequence[str]) -> None:
        """No kept answer speaks of these articles any more."""
        if 0 < len(ids) <= FEW:
            self._write("forget_answers", ids=array(ids))
        elif ids:
            self._write_many("forget_answer", ({"row": row} for row in self._speaking_of(ids)))
        self.forgot |= bool(ids)

    def purge_text(self, article_id: str, shingles: UInt64s) -> None:
        """The text is gone from every table; sketch, profile, vector and ``shingles`` stay.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(article_id)
        posted, findings, profile, sketch = self._rows("purgeable", key=key)[0]
        article = decode_article(posted)
        published, _, credits = decode_findings(findings)
        credited = {credit.source for credit in credits}
        known = _without_phrases(decode_profile(article_id, profile, sketch, None))
        bare = without_text(article)
        self._unlist(key)
        self._forget(key)
        self._write("put_document", key=key, posted=dump(bare), findings=dump([published, (), ()]))
        self._write("put_profile", key=key, profile=encode_profile(known), sketch=sketch)
        self._list(key, bare, (), known.provenance.outlet)
        self._write("delete_page", key=key)
        self._purge_revisions(key)
        self._purge_cluster(key, article_id, article, credited - {known.provenance.outlet})
        self._write("put_purged", key=key, at=self._now, shingles=shingles.astype(_U64).tobytes())
        self._write("purge_marks", key=key)
        self._touch(key, waiting=False)
        self.forget_answers([article_id])

    def _speaking_of(self, ids: Sequence[str]) -> Iterator[int]:
        """Rows of the kept answers that speak of any of many articles: each is read once."""
        wanted, last = {name.encode() for name in ids}, 0
        while rows := self._rows("answers", after=last, limit=FEW):
            last = rows[-1][0]
            yield from (row for row, told in rows if not wanted.isdisjoint(_ID.findall(told)))

    def _purge_revisions(self, key: int) -> None:
        """No revision has a text, and no version a note or a name of its chain in words."""
        self._write("delete_revisions", key=key)
        told = [
            {"key": key, "revision": number, "at": self._now, "version": _silenced(version)}
            for number, version in self._rows("versions_of", key=key)
        ]
        self._write_many("purge_versions", told)

    def _purge_cluster(
        self, key: int, article_id: str, article: Article, credited: AbstractSet[str | None]
    ) -> None:
        """The cluster names its canonical without phrases of this article; so do its events."""
        row = self._row("cluster_of", key=key)
        if row is None:
            return
        cluster, told = row
        canonical = _unquoted(decode_canonical(told), article_id, article)
        self._write("put_canonical", id=cluster, canonical=dump(canonical))
        for cursor, data in self._rows("canonical_events", subject=cluster):
            changed = _uncredited(load(data), credited)
            self._write("put_event_data", cursor=cursor, data=dump(changed))

    def _key(self, article_id: str) -> int:
        raise NotImplementedError

    def _touch(self, key: int, *, waiting: bool) -> int:
        raise NotImplementedError


def without_text(article: Article) -> Article:
    """What stays of an article: who posted it under which name and address, and its date."""
    return Article(
        external_id=article.external_id,
        source=article.source,
        url=article.url,
        published=article.published,
        lang=article.lang,
    )


def _without_phrases(profile: Profile) -> Profile:
    """The profile with the kind and source of its credit and none of its words."""
    provenance = profile.provenance
    if provenance.credit is not None:
        credit = replace(provenance.credit, text="")
        return replace(profile, provenance=replace(provenance, credit=credit))
    return profile


def _silenced(version: bytes | str) -> bytes:
    """The version without what it quotes, names or is named by."""
    return encode_version(_wordless(decode_version(version)))


def _bare(version: Version | None) -> bytes | None:
    return None if version is None else encode_version(_wordless(version))


def _wordless(version: Version) -> Version:
    return replace(version, notes=(), chain=None, targets=())


def _unquoted(canonical: Canonical, article_id: str, article: Article) -> Canonical:
    """The canonical without phrases of this article."""

    def bare(reason: Reason) -> Reason:
        own = reason.article_id == article_id
        own |= reason.article_id is None and _holds(article, reason.text or "")
        return replace(reason, text=None, span=None) if own else reason

    return replace(
        canonical,
        reasons=tuple(map(bare, canonical.reasons)),
        claims=tuple(replace(claim, reason=bare(claim.reason)) for claim in canonical.claims),
    )


def _holds(article: Article, phrase: str) -> bool:
    whole = (article.title, article.body, orjson.dumps(str(article.metadata)).decode())
    return bool(phrase) and any(phrase in text for text in whole)


def _uncredited(data: Any, credited: AbstractSet[str | None]) -> Any:
    """A canonical_changed event without sources outside the index that this article credits."""
    for side in ("from", "to"):
        told = data.get(side) or {}
        if told.get("article_id") is None and told.get("source") in credited:
            data = {**data, side: {**told, "source": None}}
    return data


def _withholding(row: Row) -> Withholding:
    name, status, origin, since, until, purge_at, released, reason, by, at, version = row
    return Withholding(
        article_id=name,
        status=PubStatus(status),
        origin=origin or None,
        since=since,
        until=until,
        purge_at=purge_at,
        released=released,
        reason=reason,
        by=By(by),
        at=at,
        version=None if version is None else decode_version(version),
    )


def _withheld_row(one: Withholding) -> Mapping[str, object]:
    return {
        "id": one.article_id,
        "status": one.status.value,
        "origin": one.origin or "",
        "since": one.since,
        "until": one.until,
        "purge_at": one.purge_at,
        "released": one.released,
        "reason": one.reason,
        "by": one.by.value,
        "at": one.at,
        "version": _bare(one.version),
    }


def _order(row: Row) -> Order:
    target, source, outlet, status, notice, at, until, reason, version = row
    return Order(
        target=target,
        source=source,
        outlet=outlet,
        status=PubStatus(status),
        notice=notice,
        at=at,
        until=until,
        reason=reason,
        version=None if version is None else decode_version(version),
    )


def _order_row(order: Order) -> Mapping[str, object]:
    return {
        "target": order.target,
        "source": order.source,
        "outlet": order.outlet,
        "status": order.status.value,
        "notice": order.notice,
        "at": order.at,
        "until": order.until,
        "reason": order.reason,
        "version": _bare(order.version),
    }
