"""Pairs that are never copies whatever text they share: notices, and digests with their parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from dedupe.model import Bools, Doubles, Int64s, Profile, UInt8s, UInt64s
from dedupe.sketched import ROLES
from dedupe.succession import role_of
from dedupe.version import Role, VersionKind

REPRINTED = 0.8
"""Jaccard from which another outlet's piece is the digest itself, printed without its prefix."""
_DIGEST, _NOTICE = ROLES.index(Role.DIGEST), ROLES.index(Role.NOTICE)


def roles(profiles: Sequence[Profile]) -> UInt8s:
    """The role of each article, as its position in ``ROLES``."""
    codes = (ROLES.index(role_of(profile.version.kind)) for profile in profiles)
    return np.fromiter(codes, np.uint8, len(profiles))


def outlets(names: Sequence[str | None]) -> Int64s:
    """A number for each outlet, -1 where none is known."""
    known: dict[str | None, int] = {None: -1}
    numbers = (known.setdefault(name, len(known)) for name in names)
    return np.fromiter(numbers, np.int64, len(names))


def held_apart(
    role: UInt8s, outlet: Int64s, left: Int64s, right: Int64s, jaccard: Doubles
) -> Bools:
    """Which pairs (left, right) of articles with these roles and outlets are no copies.

    A notice is a copy of nothing. A digest is one of digests alone, and of what another outlet
    prints nearly word by word.
    """
    apart = notices(role, left, right)
    one_digest = (role[left] == _DIGEST) != (role[right] == _DIGEST)
    if one_digest.any():
        same = (outlet[left] == outlet[right]) & (outlet[left] >= 0)
        apart |= one_digest & (same | (jaccard < REPRINTED))
    return apart


def declared_digests(profiles: Sequence[Profile], voice: Int64s) -> Bools:
    """Whether each article says it is a digest, or another of its ``voice`` does: its reprint."""
    declared = roles(profiles) == _DIGEST
    found: Bools = declared if not declared.any() else np.isin(voice, voice[declared])
    return found


def own_hash(text_hash: int, name: str, *, of: VersionKind) -> int:
    """The hash of a text; that of a notice equals no other's, for it may hold what it is about.

    ``name`` is the article's own.
    """
    if role_of(of) is not Role.NOTICE or not text_hash:
        return text_hash
    digest = hashlib.blake2b(f"{text_hash:016x}{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def own_hashes(text_hash: UInt64s, role: UInt8s, first: int) -> UInt64s:
    """The same of many texts, which are numbered from ``first`` on."""
    at = np.flatnonzero(role == _NOTICE)
    if not len(at):
        return text_hash
    hashes = text_hash.copy()
    for k in at.tolist():
        hashes[k] = own_hash(int(text_hash[k]), str(first + k), of=VersionKind.ADVISORY)
    return hashes


def notices(role: UInt8s, left: Int64s, right: Int64s) -> Bools:
    """Which pairs hold a notice: they are about nothing in common either."""
    found: Bools = (role[left] == _NOTICE) | (role[right] == _NOTICE)
    return found
