"""Ledes become vectors: each distinct lede is paid for once, and none borrows another's vector."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from dedupe.errors import EncoderUnavailable, SamestoryError
from dedupe.model import Floats, Reading
from dedupe.ports import Encoder, Store


class VectorMemory(Protocol):
    """Vectors made before, by ``lede_hash``."""

    def recall(self, hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Those of the wanted vectors that are known."""

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Remember new vectors."""


def lede_hash(lede: str) -> bytes:
    """BLAKE2b-128 of the embedded text: the key of its vector."""
    return hashlib.blake2b(lede.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class RecentVectors:
    """The vectors used last, in memory, in front of another memory."""

    def __init__(self, behind: VectorMemory | None = None, *, capacity: int = 8192) -> None:
        self._behind = behind
        self._capacity = capacity
        self._recent: OrderedDict[bytes, Floats] = OrderedDict()

    def recall(self, hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Those of the wanted vectors that are known, here or behind."""
        found = {key: self._recent[key] for key in hashes if key in self._recent}
        rest = [key for key in hashes if key not in found]
        if rest and self._behind is not None:
            found |= self._behind.recall(rest)
        return found

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Remember new vectors, here and behind; the oldest here are forgotten."""
        if self._behind is not None:
            self._behind.keep(vectors)
        self._recent.update(vectors)
        while len(self._recent) > self._capacity:
            self._recent.popitem(last=False)


class StoredVectors:
    """The vectors of stored articles; new ones are stored with theirs, not here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(self, hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Those of the wanted vectors that a stored article has."""
        with self._store.read() as reader:
            return reader.cached_vectors(hashes)

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Nothing: a vector is stored with its article."""


class Embedder:
    """Gives ledes their vectors; ``state`` says "ok", or why there are none now."""

    def __init__(self, encoder: Encoder, memory: VectorMemory, *, state: str = "ok") -> None:
        self._encoder = encoder
        self._memory = memory
        self.state = state

    def embed(self, readings: Sequence[Reading | SamestoryError]) -> list[Reading | SamestoryError]:
        """The readings with vectors; without them where the encoder is unavailable."""
        vectors = self.vectors([r.lede for r in readings if isinstance(r, Reading)])
        return [
            replace(r, profile=replace(r.profile, vector=vectors.get(r.lede)))
            if isinstance(r, Reading)
            else r
            for r in readings
        ]

    def vectors(self, ledes: Sequence[str]) -> Mapping[str, Floats]:
        """Unit vectors by lede; empty ledes have none, nor has any while the encoder is down."""
        hashes = {lede: lede_hash(lede) for lede in ledes if lede}
        known = dict(self._memory.recall(list(hashes.values())))
        missing = [lede for lede, key in hashes.items() if key not in known]
        if missing:
            fresh = self._encode(missing)
            self._memory.keep(fresh)
            known |= fresh
        return {lede: known[key] for lede, key in hashes.items() if key in known}

    def _encode(self, ledes: Sequence[str]) -> dict[bytes, Floats]:
        try:
            matrix = self._encoder.encode(ledes)
        except EncoderUnavailable as error:
            self.state = str(error)
            return {}
        self.state = "ok"
        return {lede_hash(lede): row for lede, row in zip(ledes, matrix, strict=True)}
