"""Excerpts of one original are brought together; the parts of a digest are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dedupe.excerpts import MOST, excerpts_of_one
from dedupe.model import Profile, Provenance, Sketch, Terms
from dedupe.neighbourhood import Item

_NONE = np.empty(0, np.uint64)
_PROFILE = Profile(
    id="",
    provenance=Provenance(outlet=None),
    published=None,
    published_precise=True,
    event_days=np.empty(0, np.int32),
    text_hash=1,
    word_count=200,
    shingle_count=196,
    sketch=Sketch(threshold=2**64 - 1, hashes=_NONE),
    terms=Terms(words=_NONE, counts=np.empty(0, np.int32), names=_NONE, numbers=_NONE, title=_NONE),
    vector=None,
)


def item(
    name: str,
    *,
    outlet: str | None = None,
    origin: str | None = None,
    published: float | None = None,
    seen: float | None = None,
    precise: bool = True,
) -> Item:
    provenance = Provenance(outlet=outlet, origin=origin)
    profile = replace(
        _PROFILE, id=name, provenance=provenance, published=published, published_precise=precise
    )
    return Item(profile=profile, first_seen=seen)


def found(whole: Item, *parts: Item, p: float = 0.9) -> list[tuple[int, int, float]]:
    n = len(parts)
    edges = excerpts_of_one(
        [whole, *parts], np.arange(1, n + 1), np.zeros(n, np.int64), np.full(n, p)
    )
    return list(zip(edges.left.tolist(), edges.right.tolist(), edges.p.tolist(), strict=True))


def test_what_credits_the_whole_was_cut_from_it() -> None:
    """However late the original arrived and whatever it claims."""
    whole = item("w", outlet="Gazette", published=50.0, seen=50.0)
    parts = [item(f"p{k}", origin="Gazette", published=1.0, seen=1.0) for k in range(2)]
    assert found(whole, *parts) == [(1, 2, 0.9)]


def test_what_came_after_the_whole_was_cut_from_it() -> None:
    """Later by its own date and no earlier in arrival; an unknown date says nothing."""
    whole = item("w", published=10.0, seen=10.0)
    assert found(whole, item("a", published=11.0, seen=11.0), item("b", published=12.0, seen=12.0))
    assert not found(whole, item("a", published=11.0), item("b"))
    assert not found(whole, item("a", published=11.0), item("b", published=9.0))


def test_a_back_dated_digest_is_no_original() -> None:
    """It claims to be the first and was seen last."""
    digest = item("w", published=1.0, seen=20.0)
    parts = [item("a", published=5.0, seen=5.0), item("b", published=6.0, seen=6.0)]
    assert not found(digest, *parts)
    bulk = [replace(one, first_seen=None) for one in (digest, *parts)]
    assert found(*bulk)


def test_of_a_crowd_of_excerpts_those_that_agree_most_are_brought_together() -> None:
    """The number of pairs is bounded."""
    whole = item("w", outlet="Gazette")
    parts = [item(f"p{k}", origin="Gazette") for k in range(MOST + 8)]
    assert len(found(whole, *parts)) == MOST * (MOST - 1) // 2
