import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from dedupe.errors import StoreError
from dedupe.model import Credit, CreditKind, Profile, Provenance, Sketch, Span, Terms
from index.sqlite.codec import (
    decode_profile,
    decode_published,
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


def flags(size):
    return npst.arrays(np.bool_, size)


def short_hashes():
    return npst.arrays(np.uint32, st.integers(0, 9), elements=st.integers(0, 2**32 - 1))


def compounds():
    return npst.arrays(np.uint64, st.tuples(st.integers(0, 5), st.just(2)), elements=UINT64)


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
    words, names, numbers, places = (draw(kind) for kind in (*[hashes()] * 3, short_hashes()))
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
            names=names,
            numbers=numbers,
            title=draw(hashes()),
            lede_words=draw(flags(len(words))),
            lede_names=draw(flags(len(names))),
            lede_numbers=draw(flags(len(numbers))),
            lede_places=draw(flags(len(places))),
            pairs=draw(compounds()),
            measures=draw(compounds()),
            quotes=draw(short_hashes()),
            places=places,
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
        "lede_words": profile.terms.lede_words,
        "lede_names": profile.terms.lede_names,
        "lede_numbers": profile.terms.lede_numbers,
        "lede_places": profile.terms.lede_places,
        "pairs": profile.terms.pairs,
        "measures": profile.terms.measures,
        "quotes": profile.terms.quotes,
        "places": profile.terms.places,
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
    long = (terms.words, terms.names, terms.numbers, terms.title, terms.pairs, terms.measures)
    for array in (*long, terms.counts, terms.quotes, terms.places):
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
        lede_words=np.array([True]),
        lede_names=np.array([False]),
        lede_numbers=np.array([], np.bool_),
        lede_places=np.array([True]),
        pairs=np.array([[6, 7]], np.uint64),
        measures=np.array([], np.uint64).reshape(0, 2),
        quotes=np.array([8], np.uint32),
        places=np.array([9], np.uint32),
    ),
    vector=np.array([1.0, 0.0], np.float32),
)
HEAD = "535002030100000001000000000000000000000002000000{tail}0700000003000000"
GOLDEN = (
    HEAD + "01000101" + "0100000000000080" + "0000000000000440"
    "05000000000000000600000000000000" "06000000000000000700000000000000"
    "02000000" "ffffffff03000000" "08000000" "09000000" "a0"
)  # fmt: skip
BEFORE = (
    HEAD.replace("535002", "535001") + "00000000" + "0100000000000080" + "0000000000000440"
    "05000000000000000600000000000000" "02000000" "ffffffff03000000"
)  # fmt: skip
"""As the version before wrote it: no full names, measures, quotes, places, nothing of the lede."""
TAIL = b'["The Harbour Post",null,null,null,null,false,null]'


def pinned(written):
    """The bytes of a profile written out, with its provenance."""
    return bytes.fromhex(written.replace("{tail}", struct.pack("<I", len(TAIL)).hex())) + TAIL


def test_the_bytes_are_pinned():
    """A profile written by any release is these bytes: a change needs a new version."""
    assert encode_profile(SMALL).hex() == pinned(GOLDEN).hex()
    assert encode_sketch(SMALL.sketch).hex() == "ff" * 8 + "0100000000000000" + "0001000000000000"
    assert encode_vector(SMALL.vector).hex() == "0000803f00000000"
    decoded = decode_profile(
        "a", pinned(GOLDEN), encode_sketch(SMALL.sketch), encode_vector(SMALL.vector)
    )
    assert flat(decoded) == flat(SMALL)


def test_the_houses_of_outlet_and_origin_are_kept():
    """Where an outlet or an origin belongs to a house of another name, it comes back."""
    told = replace(SMALL.provenance, outlet_family="Harbour Group")
    assert there_and_back(replace(SMALL, provenance=told)).provenance == told


def test_a_profile_of_the_version_before_is_read():
    """What an older build wrote has the terms it had, and none of those it did not know."""
    decoded = decode_profile(
        "a", pinned(BEFORE), encode_sketch(SMALL.sketch), encode_vector(SMALL.vector)
    )
    old = SMALL.terms
    terms = Terms(
        words=old.words, counts=old.counts, names=old.names, numbers=old.numbers, title=old.title
    )
    assert flat(decoded) == flat(replace(SMALL, terms=terms))
    assert decode_published(pinned(BEFORE)[:56]) == decode_published(pinned(GOLDEN)[:56]) == 2.5


def test_what_is_not_known_of_the_lede_is_not_in_it():
    """Terms without marks of the lede come back marked as standing outside it."""
    terms = replace(SMALL.terms, lede_words=np.empty(0, np.bool_))
    again = there_and_back(replace(SMALL, terms=terms)).terms
    assert again.lede_words.tolist() == [False]
    assert again.lede_places.tolist() == [True]


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data[:20],
        lambda data: b"",
        lambda data: b"XX" + data[2:],
        lambda data: data[:2] + b"\x03" + data[3:],
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
