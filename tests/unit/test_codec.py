import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from dedupe.errors import StoreError
from dedupe.model import Credit, CreditKind, Profile, Provenance, Sketch, Span, Terms
from index.sqlite.codec import (
    decode_profile,
    decode_sketch,
    decode_vector,
    encode_profile,
    encode_sketch,
    encode_vector,
)

UINT64 = st.integers(0, 2**64 - 1)
NAME = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def hashes(max_size=9):
    return npst.arrays(np.uint64, st.integers(0, max_size), elements=UINT64)


def days(size=None):
    size = st.integers(0, 5) if size is None else size
    return npst.arrays(np.int32, size, elements=st.integers(-(2**31), 2**31 - 1))


@st.composite
def credits(draw):
    return Credit(
        kind=draw(st.sampled_from(CreditKind)),
        source=draw(NAME) or "",
        text=draw(NAME) or "",
        span=Span(field="metadata.byline", start=draw(st.integers(0, 9)), end=9),
        confidence=draw(st.floats(0, 1)),
    )


@st.composite
def profiles(draw):
    words = draw(hashes())
    return Profile(
        id="an-article",
        provenance=Provenance(
            outlet=draw(NAME),
            origin=draw(NAME),
            credit=draw(st.none() | credits()),
            canonical_url=draw(NAME),
            url=draw(NAME),
            wire_id=draw(NAME),
            paywalled=draw(st.booleans()),
        ),
        published=draw(st.none() | st.floats(-1e6, 1e6)),
        published_precise=draw(st.booleans()),
        event_days=draw(days()),
        text_hash=draw(UINT64),
        word_count=draw(st.integers(0, 2**32 - 1)),
        shingle_count=draw(st.integers(0, 2**32 - 1)),
        sketch=Sketch(threshold=draw(UINT64), hashes=draw(hashes())),
        terms=Terms(
            words=words,
            counts=draw(days(len(words))),
            names=draw(hashes()),
            numbers=draw(hashes()),
            title=draw(hashes()),
        ),
        vector=draw(st.none() | npst.arrays(np.float32, 8, elements=st.floats(-1, 1, width=32))),
        headline_page=draw(st.booleans()),
    )


def there_and_back(profile):
    vector = None if profile.vector is None else encode_vector(profile.vector)
    return decode_profile(
        profile.id, encode_profile(profile), encode_sketch(profile.sketch), vector
    )


def flat(profile):
    """A profile as plain values with the dtype of each array, comparable by ``==``."""
    arrays = {
        "event_days": profile.event_days,
        "sketch": profile.sketch.hashes,
        "words": profile.terms.words,
        "counts": profile.terms.counts,
        "names": profile.terms.names,
        "numbers": profile.terms.numbers,
        "title": profile.terms.title,
        "vector": np.empty(0) if profile.vector is None else profile.vector,
    }
    plain = (
        profile.id,
        profile.provenance,
        profile.published,
        profile.published_precise,
        profile.text_hash,
        profile.word_count,
        profile.shingle_count,
        profile.sketch.threshold,
        profile.vector is None,
        profile.headline_page,
    )
    return plain, {name: (str(a.dtype), a.tolist()) for name, a in arrays.items()}


@settings(max_examples=200, deadline=None)
@given(profiles())
def test_profiles_come_back(profile):
    """Any profile comes back equal, each array under its own type."""
    assert flat(there_and_back(profile)) == flat(profile)


@settings(max_examples=100, deadline=None)
@given(profiles())
def test_arrays_are_aligned_and_cannot_be_written(profile):
    """Decoded arrays are read-only views that lie where the processor wants them."""
    terms = there_and_back(profile).terms
    for array in (terms.words, terms.counts, terms.names, terms.numbers, terms.title):
        if len(array):
            assert not array.flags.writeable
            assert array.flags.aligned


SMALL = Profile(
    id="a",
    provenance=Provenance(outlet="The Harbour Post"),
    published=2.5,
    published_precise=True,
    event_days=np.array([-1, 3], np.int32),
    text_hash=2**63 + 1,
    word_count=7,
    shingle_count=3,
    sketch=Sketch(threshold=2**64 - 1, hashes=np.array([1, 256], np.uint64)),
    terms=Terms(
        words=np.array([5], np.uint64),
        counts=np.array([2], np.int32),
        names=np.array([6], np.uint64),
        numbers=np.array([], np.uint64),
        title=np.array([], np.uint64),
    ),
    vector=np.array([1.0, 0.0], np.float32),
)
GOLDEN = (
    "5350010301000000010000000000000000000000020000003000000007000000030000000000000001000000000000"
    "80"
    "0000000000000440"
    "05000000000000000600000000000000"
    "02000000ffffffff03000000"
)


def test_the_bytes_are_pinned():
    """A profile written by any release is these bytes: a change needs a new version."""
    tail = b'["The Harbour Post",null,null,null,null,false,null]'
    pinned = bytearray.fromhex(GOLDEN) + tail
    struct.pack_into("<I", pinned, 24, len(tail))
    assert encode_profile(SMALL).hex() == pinned.hex()
    assert encode_sketch(SMALL.sketch).hex() == "ff" * 8 + "0100000000000000" + "0001000000000000"
    assert encode_vector(SMALL.vector).hex() == "0000803f00000000"
    decoded = decode_profile(
        "a", bytes(pinned), encode_sketch(SMALL.sketch), encode_vector(SMALL.vector)
    )
    assert flat(decoded) == flat(SMALL)


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data[:20],
        lambda data: b"",
        lambda data: b"XX" + data[2:],
        lambda data: data[:2] + b"\x02" + data[3:],
        lambda data: data[:-1] + b"}",
    ],
)
def test_damage_is_told(harm):
    """Bytes that are no profile of this version are refused by name of the article."""
    with pytest.raises(StoreError, match="article a is damaged"):
        decode_profile("a", harm(encode_profile(SMALL)), encode_sketch(SMALL.sketch), None)


def test_damaged_sketches_and_vectors_are_told():
    """A sketch or vector of an impossible length is refused."""
    with pytest.raises(StoreError, match="sketch of 9 bytes"):
        decode_sketch(b"123456789")
    with pytest.raises(StoreError, match="vector of 3 bytes"):
        decode_vector(b"123")
