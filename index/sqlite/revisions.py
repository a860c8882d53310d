"""Every revision of an article: what it says of itself, when it came, and its text until it is purged.

The text of the revision that represents lies with the article, those of the others beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from dedupe.errors import NotFound
from dedupe.model import Article, Reading, Span
from dedupe.revisions.order import Chained, KeptRevision, article_digest, chain_source
from dedupe.version import PubStatus, Version, VersionKind, VersionNote
from index.sqlite.documents import decode_article, dump, load
from index.sqlite.search import title_phrase
from index.sqlite.view import Row, View, WritableView, keys_array

_SILENT = Version()
_NOTHING = b"{}"
"""What a version that says nothing is stored as."""


class RevisionReader(View):
    """Reads revisions, and the versions of a piece that lie under other identities."""

    def revisions(self, article_id: str) -> Sequence[KeptRevision]:
        """Every revision of an article, in order of arrival; none where there is no such article."""
        return [_kept(row) for row in self._rows("kept_revisions", id=article_id)]

    def revision_texts(self, article_id: str, numbers: Sequence[int]) -> Mapping[int, Article]:
        """Articles as they were posted, by the number of the revision; what was purged is left out."""
        rows = self._rows("revision_texts", id=article_id, numbers=keys_array(numbers))
        return {number: decode_article(posted) for number, posted in rows}

    def chained(
        self, source: str, chain: str, *, at: float, hours: float = 96.0
    ) -> Sequence[Chained]:
        """Articles of a source whose representing revision states this chain, by their time.

        ``source`` is what ``dedupe.revisions.order.chain_source`` gives. Only those at most ``hours`` from
        ``at`` are told: a keyword comes back after months for another piece.
        """
        named = _chain_key(chain)
        rows = self._rows("chained", source=source, chain=named, low=at - hours, high=at + hours)
        return [_chained(row) for row in rows]

    def headlined(
        self, source: str, words: str, *, at: float, hours: float = 96.0
    ) -> Sequence[Chained]:
        """Articles of a source whose title holds these words side by side, by their time.

        ``source`` and ``hours`` as in ``chained``; only those are told that state some chain.
        """
        phrase = title_phrase(words)
        if phrase is None:
            return []
        low, high = at - hours, at + hours
        rows = self._rows("headlined", source=source, words=phrase, low=low, high=high)
        return [_chained(row) for row in rows]

    def waking(self, now: float, *, limit: int) -> Sequence[str]:
        """Ids of articles to be elected anew: an embargo of a revision has ended."""
        return self._column("waking", now=now, limit=limit)


class RevisionWriter(WritableView):
    """Keeps the revisions of articles in step with the texts that represent them."""

    def revise(self, reading: Reading, *, received: float | None = None) -> int:
        """The article has another text under the same key, and it represents; its number.

        The old text is kept. Copy links and matches that rest on it are gone, on both sides.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(reading.id)
        number = self._number(key) + 1
        self._state(key, number, reading, received)
        self._represent(key, number, reading)
        return number

    def shelve(self, reading: Reading, *, received: float | None) -> int:
        """A further revision is in the history and does not represent the article; its number.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(reading.id)
        number = self._number(key) + 1
        self._state(key, number, reading, received)
        self._write("put_revision", key=key, revision=number, posted=dump(reading.article))
        return number

    def represent(self, reading: Reading, number: int) -> None:
        """A kept revision, read as ``reading``, represents the article from now on.

        Raises:
            NotFound: no article of that id is stored, or it has no such revision.
        """
        key = self._key(reading.id)
        if not self._rows("version", key=key, revision=number):
            raise NotFound("revision", f"{reading.id}/{number}")
        self._represent(key, number, reading)

    def reread(self, reading: Reading) -> None:
        """The same text has a newer reading (another sketch, other terms); no new revision.

        Raises:
            NotFound: no article of that id is stored.
        """
        key = self._key(reading.id)
        number, version = self._rows("current_version", key=key)[0]
        before = decode_version(version)
        # Held or released since: what the text says of itself does not take that back.
        known = replace(reading.version, status=before.status, embargo=before.embargo)
        reading = replace(reading, version=known)
        self._state(key, number, reading, None)
        self._reread(key, reading, number)

    def restate(self, article_id: str, number: int, version: Version) -> None:
        """This is what is known of a revision's version now; its place in a chain stays.

        Raises:
            NotFound: no article of that id is stored, or it has no such revision.
        """
        key = self._key(article_id)
        told = encode_version(version)
        if not self._write("restate", key=key, revision=number, version=told).rowcount:
            raise NotFound("revision", f"{article_id}/{number}")

    def woken(self, article_id: str, now: float) -> None:
        """The article was elected anew: embargoes that have ended wake it no more.

        Raises:
            NotFound: no article of that id is stored.
        """
        self._write("woken", key=self._key(article_id), now=now)

    def purge_revision(self, article_id: str, number: int, *, at: float) -> None:
        """The text of a revision that does not represent is gone, and the notes and words of it.

        Raises:
            NotFound: no article of that id is stored, or it has no such revision.
        """
        key = self._key(article_id)
        row = self._row("version", key=key, revision=number)
        if row is None:
            raise NotFound("revision", f"{article_id}/{number}")
        told = replace(decode_version(row[0]), notes=(), chain=None)
        self._write("restate", key=key, revision=number, version=encode_version(told))
        self._write("purge_version", key=key, revision=number, at=at)
        self._write("delete_revision", key=key, revision=number)

    def _key(self, article_id: str) -> int:
        raise NotImplementedError

    def _put(self, key: int, reading: Reading) -> None:
        raise NotImplementedError

    def _state(self, key: int, number: int, reading: Reading, received: float | None) -> None:
        """What a revision says of itself is known; where it is known already, when it came stays."""
        version, article = reading.version, reading.article
        times = (version.created, reading.profile.published, received)
        self._write(
            "put_version",
            key=key,
            revision=number,
            received=received,
            digest=article_digest(article),
            version=encode_version(version),
            source=chain_source(article, reading.profile.provenance) if version.chain else None,
            chain=None if version.chain is None else _chain_key(version.chain),
            wakes=version.embargo,
            at=next((time for time in times if time is not None), None) if version.chain else None,
        )

    def _represent(self, key: int, number: int, reading: Reading) -> None:
        self._write("keep_revision", key=key, by=number)
        self._write("replace_version", key=key, by=number)
        self._write("delete_revision", key=key, revision=number)
        self._write("delete_matches", key=key)
        self._write("delete_matches_with", key=key)
        self._write("delete_links", key=key)
        self._reread(key, reading, number)

    def _reread(self, key: int, reading: Reading, number: int) -> None:
        self._write(
            "update_article",
            key=key,
            external_id=reading.article.external_id,
            revision=number,
            lede_hash=lede_hash(reading.lede),
        )
        self._put(key, reading)

    def _number(self, key: int) -> int:
        """The number of the revision that came last."""
        return int(self._rows("last_revision", key=key)[0][0])


def lede_hash(lede: str) -> bytes:
    """BLAKE2b-128 of what is embedded."""
    return blake2b(lede.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def encode_version(version: Version) -> bytes:
    """The version as JSON."""
    return _NOTHING if version == _SILENT else dump(version)


def decode_version(data: bytes | str) -> Version:
    """The version again."""
    fields = load(data.encode() if isinstance(data, str) else data)
    if not fields:
        return _SILENT
    notes = tuple(
        VersionNote(span=Span(**note["span"]), text=note["text"], why=note["why"])
        for note in fields["notes"]
    )
    return Version(
        **{
            **fields,
            "kind": VersionKind(fields["kind"]),
            "doubted": VersionKind(doubted) if (doubted := fields.get("doubted")) else None,
            "status": PubStatus(fields["status"]),
            "targets": tuple(fields["targets"]),
            "notes": notes,
        }
    )


def _chain_key(chain: str) -> bytes:
    """What a chain is found by: it may be made of a headline, whose words are not to outlast it."""
    return blake2b(chain.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _chained(row: Row) -> Chained:
    name, version, at, received = row
    return Chained(article_id=name, version=decode_version(version), at=at, received=received)


def _kept(row: Row) -> KeptRevision:
    number, received, digest, version, represents, replaced_by, purged, source, at = row
    return KeptRevision(
        number=number,
        received=received,
        digest=digest,
        version=decode_version(version),
        represents=bool(represents),
        replaced_by=replaced_by,
        purged=purged,
        source=source,
        at=at,
    )
