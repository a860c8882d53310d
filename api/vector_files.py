"""The vector index of a data folder: saved beside the store, loaded where it is the store's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dedupe.errors import IndexDamaged, VersionMismatch
from dedupe.settings import Settings

if TYPE_CHECKING:
    from api.config import Config
    from dedupe.candidates import Candidates
    from dedupe.ports import Encoder, Reader, Store
    from index.vectors_faiss import FaissVectorIndex

VECTORS = "vectors.faiss"
_END = 2**62


def empty_vectors(engine: Encoder, settings: Settings) -> Callable[[], FaissVectorIndex]:
    """Makes an index that holds nothing, for the vectors of this encoder."""

    def empty() -> FaissVectorIndex:
        from index.vectors_faiss import FaissVectorIndex

        return FaissVectorIndex(engine.dimension, exact=settings.exact_vectors)

    return empty


def load_vectors(config: Config, store: Store, engine: Encoder) -> tuple[FaissVectorIndex, int]:
    """The saved vector index and the place in the store's log it has reached.

    One that cannot be used is empty, at the start of the log: it fills from the store.
    """
    try:
        return saved_vectors(config, store, engine)
    except IndexDamaged:
        return empty_vectors(engine, config.settings())(), 0


def saved_vectors(config: Config, store: Store, engine: Encoder) -> tuple[FaissVectorIndex, int]:
    """The saved vector index and the place in the store's log it has reached.

    Raises:
        VersionMismatch: it was built with another model than the store's.
        IndexDamaged: it is missing, damaged, or of another store or an earlier model of this one.
    """
    from index.vectors_faiss import FaissVectorIndex

    path, exact = config.data / VECTORS, config.settings().exact_vectors
    try:
        vectors, manifest = FaissVectorIndex.load(
            path, model=engine.name, dimension=engine.dimension, exact=exact
        )
    except VersionMismatch as error:
        if store.versions().get("encoder") != engine.name:
            raise
        # A night has embedded the store anew since.
        raise IndexDamaged(f"the index {path} was built with the store's last model") from error
    position, cursor = int(manifest["position"]), int(manifest["cursor"])
    with store.read() as reader:
        newest, _, _ = reader.index_changes(after=_END)
        if position > newest or manifest["event"] != _event(reader, cursor):
            raise IndexDamaged(f"the index {path} was saved beside another or a newer store")
    return vectors, position


def save_vectors(config: Config, store: Store, engine: Encoder, candidates: Candidates) -> None:
    """The vector index is saved as it is; when that fails the store can still rebuild it."""
    if store.versions().get("encoder") != engine.name:
        return  # another process has rebuilt the data with another model since
    with store.read() as reader:
        cursor = reader.last_cursor()
        event = _event(reader, cursor)
    manifest = {"model": engine.name, "position": candidates.position}
    manifest |= {"cursor": cursor, "event": event}
    vectors: Any = candidates.vectors
    try:
        vectors.save(config.data / VECTORS, manifest=manifest)
    except (OSError, RuntimeError) as error:
        from api import logs

        logs.warn("samestory.index", "index_not_saved", error)


def _event(reader: Reader, cursor: int) -> str:
    """Names the line of the change log at ``cursor``: no two stores write the same one there.

    Identifiers in it are random, and it tells its time to the millisecond.
    """
    lines = reader.changes(after=cursor - 1, limit=1) if cursor else ()
    return hashlib.blake2b(repr(lines).encode(), digest_size=16).hexdigest()
