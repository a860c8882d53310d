"""Profiles, sketches and vectors as bytes: little-endian, self-describing, no pickle.

A profile is a header of 56 bytes, the arrays one after another (8-byte items first, so that
every array lies aligned), a bit for each word, name, number and place (it stands in the lede) and
the provenance with what is said of the version as JSON::

    2s  magic "SP"          B  version              B  flags
    8I  words, names, numbers, title, event days, provenance bytes; word count, shingle count
    4B  full names, measures, quotes, places (at most 255 of each)
    Q   text hash           d  published (hours; 0 where unknown)

Version 1 had none of the four, and no bits.
Sketch and vector are kept beside it in columns of their own: a sketch is its threshold and its
hashes (uint64), a vector its float32 items.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from dedupe.errors import StoreError
from dedupe.model import (
    Bools,
    Credit,
    CreditKind,
    Floats,
    Profile,
    Provenance,
    Sketch,
    Span,
    Terms,
)
from dedupe.version import Version, VersionKind

_HEADER = struct.Struct("<2sBB8I4BQd")
_MAGIC = b"SP"
_VERSION, _WITHOUT_LEDES = 2, 1
_DATED, _PRECISE, _HEADLINES = 1, 2, 4
_U64, _U32 = np.dtype("<u8"), np.dtype("<u4")
_I32, _F32, _U8 = np.dtype("<i4"), np.dtype("<f4"), np.dtype("u1")
_NO_BITS: Bools = np.empty(0, np.bool_)
_KINDS = {str(kind): kind for kind in CreditKind}
_VERSION_KINDS = {str(kind): kind for kind in VersionKind}
_NO_VERSION = Version()


def encode_profile(profile: Profile) -> bytes:
    """The profile without its id, sketch and vector, which have columns of their own."""
    terms = profile.terms
    provenance = _encode_provenance(profile.provenance, profile.version)
    flags = (
        _DATED * (profile.published is not None)
        | _PRECISE * profile.published_precise
        | _HEADLINES * profile.headline_page
    )
    header = _HEADER.pack(
        _MAGIC,
        _VERSION,
        flags,
        len(terms.words),
        len(terms.names),
        len(terms.numbers),
        len(terms.title),
        len(profile.event_days),
        len(provenance),
        profile.word_count,
        profile.shingle_count,
        len(terms.pairs),
        len(terms.measures),
        len(terms.quotes),
        len(terms.places),
        profile.text_hash,
        profile.published or 0.0,
    )
    long = (terms.words, terms.names, terms.numbers, terms.title, terms.pairs, terms.measures)
    short = (terms.counts, profile.event_days)
    arrays = [_raw(array, _U64) for array in long] + [_raw(array, _I32) for array in short]
    arrays += [_raw(array, _U32) for array in (terms.quotes, terms.places)]
    return b"".join((header, *arrays, _lede_bits(terms), provenance))


def decode_profile(article_id: str, data: bytes, sketch: bytes, vector: bytes | None) -> Profile:
    """The profile again; its arrays are read-only views of the bytes.

    Raises:
        StoreError: the bytes are no profile, or one of a version this release does not know.
    """
    try:
        return _decode_profile(article_id, data, sketch, vector)
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the profile of article {article_id} is damaged: {error}") from error


def decode_published(head: bytes) -> float | None:
    """The time of publication, from the first 56 bytes of a profile.

    Raises:
        StoreError: they are no head of a profile.
    """
    try:
        magic, version, flags, *_, published = _HEADER.unpack(head)
    except struct.error as error:
        raise StoreError(f"the head of a profile is damaged: {error}") from error
    if magic != _MAGIC or version not in (_VERSION, _WITHOUT_LEDES):
        raise StoreError(f"the head of a profile is damaged: it starts with {head[:3]!r}")
    return float(published) if flags & _DATED else None


def encode_sketch(sketch: Sketch) -> bytes:
    """Threshold and hashes, uint64."""
    return sketch.threshold.to_bytes(8, "little") + _raw(sketch.hashes, _U64)


def decode_sketch(data: bytes) -> Sketch:
    """The sketch again; its hashes are a read-only view of the bytes."""
    if len(data) < 8 or len(data) % 8:
        raise StoreError(f"a sketch of {len(data)} bytes is damaged")
    return Sketch(
        threshold=int.from_bytes(data[:8], "little"), hashes=np.frombuffer(data, _U64, offset=8)
    )


def encode_vector(vector: Floats) -> bytes:
    """The items as float32."""
    return _raw(vector, _F32)


def decode_vector(data: bytes) -> Floats:
    """The vector again, a read-only view of the bytes."""
    if len(data) % 4:
        raise StoreError(f"a vector of {len(data)} bytes is damaged")
    return np.frombuffer(data, _F32)


def _decode_profile(article_id: str, data: bytes, sketch: bytes, vector: bytes | None) -> Profile:
    magic, version, flags, words, names, numbers, title, days, tail, *rest = _HEADER.unpack_from(
        data
    )
    word_count, shingle_count, pairs, measures, quotes, places, text_hash, published = rest
    if magic != _MAGIC or version not in (_VERSION, _WITHOUT_LEDES):
        raise ValueError(f"it starts with {data[:3]!r}, expected {_MAGIC!r} version {_VERSION}")
    take = _Taking(data, _HEADER.size)
    long = take.arrays(_U64, words, names, numbers, title, 2 * pairs, 2 * measures)
    counts, event_days = take.arrays(_I32, words, days)
    quoted, spots = take.arrays(_U32, quotes, places)
    known = version != _WITHOUT_LEDES
    ledes = take.bits(words, names, numbers, places) if known else [_NO_BITS] * 4
    if len(data) != take.at + tail:
        raise ValueError(f"it has {len(data)} bytes, its header speaks of {take.at + tail}")
    provenance, told = _decode_provenance(data[take.at :])
    return Profile(
        id=article_id,
        provenance=provenance,
        published=published if flags & _DATED else None,
        published_precise=bool(flags & _PRECISE),
        event_days=event_days,
        text_hash=text_hash,
        word_count=word_count,
        shingle_count=shingle_count,
        sketch=decode_sketch(sketch),
        terms=Terms(
            words=long[0],
            counts=counts,
            names=long[1],
            numbers=long[2],
            title=long[3],
            lede_words=ledes[0],
            lede_names=ledes[1],
            lede_numbers=ledes[2],
            pairs=long[4].reshape(-1, 2),
            measures=long[5].reshape(-1, 2),
            quotes=quoted,
            places=spots,
            lede_places=ledes[3],
        ),
        vector=None if vector is None else decode_vector(vector),
        headline_page=bool(flags & _HEADLINES),
        version=told,
    )


def _encode_provenance(provenance: Provenance, version: Version) -> bytes:
    credit = provenance.credit
    families = (provenance.outlet_family, provenance.origin_family)
    told = None
    if version != _NO_VERSION:
        told = [str(version.kind), version.chain, version.number, version.revision, version.created]
    return orjson.dumps(
        [
            provenance.outlet,
            provenance.origin,
            provenance.canonical_url,
            provenance.url,
            provenance.wire_id,
            provenance.paywalled,
            None
            if credit is None
            else [
                str(credit.kind),
                credit.source,
                credit.text,
                credit.span.field,
                credit.span.start,
                credit.span.end,
                credit.confidence,
            ],
            *((*families, told) if told else families if any(families) else ()),
        ]
    )


def _decode_provenance(data: bytes) -> tuple[Provenance, Version]:
    outlet, origin, canonical_url, url, wire_id, paywalled, credit, *rest = orjson.loads(data)
    outlet_family, origin_family, *told = rest or (None, None)
    provenance = Provenance(
        outlet=outlet,
        origin=origin,
        outlet_family=outlet_family,
        origin_family=origin_family,
        credit=None if credit is None else _decode_credit(credit),
        canonical_url=canonical_url,
        url=url,
        wire_id=wire_id,
        paywalled=paywalled,
    )
    return provenance, _decode_version(*told[0]) if told else _NO_VERSION


def _decode_version(
    kind: str,
    chain: str | None,
    number: int | None,
    revision: int | None,
    created: float | None,
) -> Version:
    return Version(
        kind=_VERSION_KINDS[kind],
        chain=chain,
        number=number,
        revision=revision,
        created=created,
    )


def _decode_credit(parts: list[Any]) -> Credit:
    kind, source, text, field, start, end, confidence = parts
    return Credit(
        kind=_KINDS[kind],
        source=source,
        text=text,
        span=Span(field=field, start=start, end=end),
        confidence=confidence,
    )


def _raw(array: npt.NDArray[Any], dtype: np.dtype[Any]) -> bytes:
    return np.ascontiguousarray(array, dtype).tobytes()


def _lede_bits(terms: Terms) -> bytes:
    """A bit for each word, name, number and place, 0 also where nothing is known of the lede."""
    kinds = (
        (terms.words, terms.lede_words),
        (terms.names, terms.lede_names),
        (terms.numbers, terms.lede_numbers),
        (terms.places, terms.lede_places),
    )
    bits = [lede if len(lede) else np.zeros(len(kind), np.bool_) for kind, lede in kinds]
    return np.packbits(np.concatenate(bits)).tobytes()


class _Taking:
    """Takes one array after the other from bytes, as read-only views where it can."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def arrays(self, dtype: np.dtype[Any], *counts: int) -> list[npt.NDArray[Any]]:
        """The next arrays of so many items each."""
        return _cut(self._next(sum(counts), dtype), counts)

    def bits(self, *counts: int) -> list[Bools]:
        """The next bits, cut by these counts and padded to whole bytes."""
        total = sum(counts)
        flat = np.unpackbits(self._next((total + 7) // 8, _U8), count=total)
        return _cut(flat.view(np.bool_), counts)

    def _next(self, count: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        start, self.at = self.at, self.at + count * dtype.itemsize
        # frombuffer refuses an empty buffer at the very end.
        return np.frombuffer(self._data, dtype, count, start) if count else np.empty(0, dtype)


def _cut(flat: npt.NDArray[Any], counts: Sequence[int]) -> list[npt.NDArray[Any]]:
    """Views of the first so many items, the next so many and so on."""
    ends = list(accumulate(counts))
    return [flat[end - count : end] for end, count in zip(ends, counts, strict=True)]
