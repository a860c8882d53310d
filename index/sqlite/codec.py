"""Profiles, sketches and vectors as bytes: little-endian, self-describing, no pickle.

A profile is a header of 56 bytes, the arrays one after another (8-byte items first, so that
every array lies aligned) and the provenance as JSON::

    2s  magic "SP"          B  version              B  flags
    8I  words, names, numbers, title, event days, provenance bytes; word count, shingle count
    4x  padding             Q  text hash            d  published (hours; 0 where unknown)

Sketch and vector are kept beside it in columns of their own: a sketch is its threshold and its
hashes (uint64), a vector its float32 items.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from dedupe.errors import StoreError
from dedupe.model import (
    Credit,
    CreditKind,
    Floats,
    Int32s,
    Profile,
    Provenance,
    Sketch,
    Span,
    Terms,
    UInt64s,
)

_HEADER = struct.Struct("<2sBB8I4xQd")
_MAGIC = b"SP"
_VERSION = 1
_DATED, _PRECISE, _HEADLINES = 1, 2, 4
_U64, _I32, _F32 = np.dtype("<u8"), np.dtype("<i4"), np.dtype("<f4")
_NO_U64: UInt64s = np.empty(0, _U64)
_NO_I32: Int32s = np.empty(0, _I32)
_KINDS = {str(kind): kind for kind in CreditKind}


def encode_profile(profile: Profile) -> bytes:
    """The profile without its id, sketch and vector, which have columns of their own."""
    terms = profile.terms
    provenance = _encode_provenance(profile.provenance)
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
        profile.text_hash,
        profile.published or 0.0,
    )
    long = (terms.words, terms.names, terms.numbers, terms.title)
    short = (terms.counts, profile.event_days)
    arrays = [_raw(array, _U64) for array in long] + [_raw(array, _I32) for array in short]
    return b"".join((header, *arrays, provenance))


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
    if magic != _MAGIC or version != _VERSION:
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
    word_count, shingle_count, text_hash, published = rest
    if magic != _MAGIC or version != _VERSION:
        raise ValueError(f"it starts with {data[:3]!r}, expected {_MAGIC!r} version {_VERSION}")
    at_names = _HEADER.size + 8 * words
    at_numbers = at_names + 8 * names
    at_title = at_numbers + 8 * numbers
    at_counts = at_title + 8 * title
    at_days = at_counts + 4 * words
    at_tail = at_days + 4 * days
    if len(data) != at_tail + tail:
        raise ValueError(f"it has {len(data)} bytes, its header speaks of {at_tail + tail}")
    return Profile(
        id=article_id,
        provenance=_decode_provenance(data[at_tail:]),
        published=published if flags & _DATED else None,
        published_precise=bool(flags & _PRECISE),
        event_days=_view_i32(data, days, at_days),
        text_hash=text_hash,
        word_count=word_count,
        shingle_count=shingle_count,
        sketch=decode_sketch(sketch),
        terms=Terms(
            words=_view_u64(data, words, _HEADER.size),
            counts=_view_i32(data, words, at_counts),
            names=_view_u64(data, names, at_names),
            numbers=_view_u64(data, numbers, at_numbers),
            title=_view_u64(data, title, at_title),
        ),
        vector=None if vector is None else decode_vector(vector),
        headline_page=bool(flags & _HEADLINES),
    )


def _encode_provenance(provenance: Provenance) -> bytes:
    credit = provenance.credit
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
        ]
    )


def _decode_provenance(data: bytes) -> Provenance:
    outlet, origin, canonical_url, url, wire_id, paywalled, credit = orjson.loads(data)
    return Provenance(
        outlet=outlet,
        origin=origin,
        credit=None if credit is None else _decode_credit(credit),
        canonical_url=canonical_url,
        url=url,
        wire_id=wire_id,
        paywalled=paywalled,
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


def _view_u64(data: bytes, count: int, offset: int) -> UInt64s:
    # frombuffer refuses an empty buffer at the very end; an empty count reads nothing anyway.
    return np.frombuffer(data, _U64, count, offset) if count else _NO_U64


def _view_i32(data: bytes, count: int, offset: int) -> Int32s:
    return np.frombuffer(data, _I32, count, offset) if count else _NO_I32
