"""Puts the rooms together: the only place that picks adapters."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api import engines
from api.config import PACKAGED_MODEL, Shipped, stay_offline
from api.shipped import article_reader, background, furniture_patterns, verdicts
from api.vector_files import VECTORS, empty_vectors, load_vectors, save_vectors, saved_vectors
from dedupe.errors import IndexDamaged, StoreError, VersionMismatch
from dedupe.settings import Settings
from dedupe.sketch import SKETCH_VERSION
from dedupe.terms import TERMS_VERSION
from dedupe.wire import WIRE_VERSION
from index.memory import give_back

if TYPE_CHECKING:
    from api.batch import Batch, Progress
    from api.config import Config
    from dedupe.candidates import Candidates
    from dedupe.embedding import Embedder
    from dedupe.judging import Judging
    from dedupe.night.run import Night
    from dedupe.ports import Encoder, Reader, Store
    from dedupe.service import Service
    from index.sqlite import SqliteStore

DATABASE = "samestory.sqlite"
NIGHT = "night"
"""Folder of what a night has worked out, in the data folder."""
EMBEDDED = "vectors"
"""File of the vectors that a run has made, in its folder."""
HASHED_MODEL = "hashed"
REFRESH = 64
"""Articles read and embedded anew in one transaction."""
BEHIND = 5000
"""Lines of the store's log that a starting service reads without saving its index at once."""


def judging(settings: Settings) -> Judging:
    """Judges with the shipped models."""
    from dedupe.judging import Judging

    return Judging(verdicts(), background(), settings)


def encoder(config: Config | Shipped) -> Encoder:
    """The sentence encoder that the settings name; nothing is loaded yet."""
    assert not isinstance(config, Shipped), "made for jobs without an encoder"
    if config.model == HASHED_MODEL:
        from index.encoder_hashed import HashedEncoder

        return HashedEncoder()
    stay_offline()
    from index.encoder import DEFAULT_MODEL, SentenceTransformerEncoder

    model = DEFAULT_MODEL if config.model == PACKAGED_MODEL else config.model
    return SentenceTransformerEncoder(model, threads=config.threads)


@contextmanager
def open_service(
    config: Config, engine: Encoder | None = None, *, warm: bool = False, existing: bool = False
) -> Iterator[Service]:
    """The service over the data folder; its vector index is saved when it closes.

    ``engine`` takes the place of the encoder that the settings name. ``warm`` loads the encoder,
    brings the indexes up to the store before the first article, and mends what is saved of them.
    ``existing`` makes no store where there is none.

    Raises:
        VersionMismatch: the data was made by another model or version.
        StoreError: the data folder cannot be used, or holds no store and should.
    """
    if existing:
        _needs_store(config)
    engine = engine or encoder(config)
    missing = engines.missing(engine)
    store = _open_store(config, _versions(None if missing else engine))
    try:
        engine = _stand_in(store, missing) if missing else engine
        state = missing or (engines.warmed(engine) if warm else "ok")
        service = _service(config, store, engine, state=state)
        loaded = service.candidates.position
        if warm:
            service.warm()
            with store.read() as reader:
                service.candidates.catch_up(reader)
            if service.candidates.position - loaded > (BEHIND if loaded else 0):
                save_vectors(config, store, engine, service.candidates)
                loaded = service.candidates.position
        yield service
        if service.candidates.position != loaded:
            save_vectors(config, store, engine, service.candidates)
    finally:
        store.close()


@contextmanager
def open_night(
    config: Config, *, progress: Progress, jobs: int = 1, embed: bool = True
) -> Iterator[Night]:
    """The night over the data folder; what it works out is kept there until it is over.

    Articles that wait for the encoder get their vectors first where ``embed``. Where the data was
    made by another model, the night embeds all of it again.

    Raises:
        VersionMismatch: the data was made by another version.
        StoreError: the data folder cannot be used, or there is no store in it.
    """
    from dedupe.night.anew import Anew
    from dedupe.night.run import Night
    from dedupe.night.stages import Stages
    from index.checkpoints import FolderCheckpoints
    from index.runners.local import LocalRunner

    _needs_store(config)
    engine = encoder(config)
    missing = engines.missing(engine)
    versions = _versions(None if missing else engine)
    store, closing = _night_store(config, versions), ExitStack()
    try:
        engine = _stand_in(store, missing) if missing else engine
        service = cache(lambda: _service(config, store, engine, state=missing or "ok"))
        changed = not missing and store.versions().get("encoder", engine.name) != engine.name
        if embed and not changed:
            _embed_waiting(store, service)
        settings, work = config.settings(), config.data / NIGHT
        checkpoints, shipped = FolderCheckpoints(work), judging(settings)
        embedder = _batch_embedder(engine, work, closing) if changed else None
        anew = Anew(article_reader(), embedder, versions) if embedder is not None else None
        yield Night(
            store=store,
            stages=Stages(
                store=store,
                reader=article_reader(),
                judging=shipped,
                vectors=empty_vectors(engine, settings),
                checkpoints=checkpoints,
                runner=LocalRunner(jobs),
                settings=settings,
                new_id=_new_id,
                anew=anew,
                give_back=give_back,
            ),
            candidates=lambda reader: _caught_up(service(), reader),
            checkpoints=checkpoints,
            settings=settings,
            versions=versions,
            clock=lambda: time.time() / 3600.0,
            progress=progress,
        )
        if changed and store.versions().get("encoder") == engine.name:
            _drop_index(config)
            (work / EMBEDDED).unlink(missing_ok=True)
    finally:
        closing.close()
        store.close()


def batch(
    config: Config | Shipped,
    *,
    stories: bool,
    progress: Progress,
    work: Path | None = None,
    resume: bool = False,
    jobs: int = 1,
) -> Batch:
    """The jobs without a service; without ``stories`` neither torch nor faiss is imported.

    ``work`` is a folder for what an interrupted run leaves; it is emptied unless ``resume``. Its
    parent has room for what does not fit into memory. ``jobs`` processes read.
    """
    from api.batch import Batch
    from index.runners.local import LocalRunner
    from index.spill import FileSpill

    settings = config.settings()
    if work is not None and not resume:
        shutil.rmtree(work, ignore_errors=True)
    engine = encoder(config) if stories else None
    return Batch(
        reader=article_reader(),
        verdicts=verdicts(),
        judging=cache(lambda: judging(settings)),
        settings=settings,
        max_body_bytes=config.max_body_bytes,
        spill=lambda: FileSpill(work.parent if work is not None else None),
        runner=LocalRunner(jobs),
        vectors=empty_vectors(engine, settings) if engine is not None else None,
        embedder=_batch_embedder(engine, work) if engine is not None else None,
        progress=progress,
        finished=lambda: shutil.rmtree(work, ignore_errors=True) if work is not None else None,
    )


def verify(config: Config) -> Sequence[str]:
    """What store and indexes break of their promises, in words; empty when all hold.

    The saved index is looked at as a starting service would use it; nothing is saved.

    Raises:
        VersionMismatch: the data was made by another model or version.
        StoreError: the data folder cannot be used, or there is no store in it.
    """
    from dedupe.withheld.purging import overdue

    engine = encoder(config)
    _needs_store(config)
    store = _open_store(config, _versions(engine))
    try:
        with store.read() as reader:
            broken = [*reader.verify(), *overdue(reader, time.time() / 3600.0)]
        if (config.data / VECTORS).exists():
            try:
                saved_vectors(config, store, engine)
            except IndexDamaged as error:
                broken.append(f"{error}; the service mends it when it starts")
        return [*broken, *_service(config, store, engine).candidates.verify(store)]
    finally:
        store.close()


def rebuild_index(config: Config, *, progress: Progress) -> int:
    """Every article read, embedded and judged anew from its stored text; how many.

    Raises:
        StoreError: the data folder cannot be used, or there is no store in it.
    """
    engine = encoder(config)
    _needs_store(config)
    store = _open_store(config, _versions(engine), accept_mismatch=True)
    try:
        _drop_index(config)
        # The rest is named when all is done: after a crash half-way the command is asked for again.
        store.set_versions({"encoder": engine.name})
        service = _service(config, store, engine)
        with store.read() as reader:
            ids = list(reader.article_ids(after=None, limit=2**62))
            counted = reader.frequencies_known()[0]
        if counted:  # in hashes, which another release may make otherwise
            service.rarity.count(store, progress)
        service.unlink()
        for start in progress(range(0, len(ids), REFRESH), label="rebuild"):
            service.refresh(ids[start : start + REFRESH])
        service.learn()
        store.set_versions(_versions(engine))
        save_vectors(config, store, engine, service.candidates)
        return len(ids)
    finally:
        store.close()


def _open_store(
    config: Config, versions: Mapping[str, str], *, accept_mismatch: bool = False
) -> SqliteStore:
    from index.sqlite import SqliteStore

    try:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"the data folder {config.data} cannot be made ({error.strerror}); "
            "name another with --data or SAMESTORY_DATA"
        ) from error
    return SqliteStore.open(
        config.data / DATABASE, versions=versions, accept_mismatch=accept_mismatch
    )


def _needs_store(config: Config) -> None:
    if not (config.data / DATABASE).exists():
        raise StoreError(f"there is no store in {config.data}; name its folder with --data")


def _versions(engine: Encoder | None) -> Mapping[str, str]:
    """What makes new data; data made by anything else is refused."""
    made_by = {"sketch": SKETCH_VERSION, "terms": TERMS_VERSION, "wire": WIRE_VERSION}
    made_by["verdict"] = verdicts().version
    return made_by if engine is None else {"encoder": engine.name, **made_by}


def _stand_in(store: Store, reason: str) -> Encoder:
    """An encoder that is not there, beside the vectors that are."""
    from index.encoder_absent import AbsentEncoder

    with store.read() as reader:
        vectors = next((chunk for _, chunk in reader.vectors()), None)
    dimension = 384 if vectors is None else int(vectors.shape[1])
    name = store.versions().get("encoder", "none")
    return AbsentEncoder(reason=reason, name=name, dimension=dimension)


def _service(config: Config, store: Store, engine: Encoder, *, state: str = "ok") -> Service:
    from dedupe.candidates import Candidates
    from dedupe.embedding import Embedder, RecentVectors, StoredVectors
    from dedupe.learning import FurnitureLearner
    from dedupe.rarity import LiveRarity
    from dedupe.service import Service
    from index.sketches import MemorySketchIndex

    settings = config.settings()
    vectors, position = load_vectors(config, store, engine)
    new_vectors = empty_vectors(engine, settings)
    patterns = furniture_patterns()
    judge = judging(settings)
    return Service(
        store=store,
        reader=article_reader(),
        embedder=Embedder(engine, RecentVectors(StoredVectors(store)), state=state),
        learner=FurnitureLearner(patterns, background()),
        candidates=Candidates(
            vectors,
            MemorySketchIndex(settings.common_hash),
            settings,
            empty=lambda: (new_vectors(), MemorySketchIndex(settings.common_hash)),
            position=position,
        ),
        judging=judge,
        rarity=LiveRarity(patterns, background(), judge),
        settings=settings,
        clock=lambda: time.time() / 3600.0,
        new_id=_new_id,
    )


def _new_id(kind: str) -> str:
    return f"{kind[0]}_{secrets.token_hex(8)}"


def _caught_up(service: Service, reader: Reader) -> Candidates:
    service.candidates.catch_up(reader)
    return service.candidates


def _embed_waiting(store: Store, service: Callable[[], Service]) -> None:
    """No article waits for the encoder any more, unless it is unavailable."""
    with store.read() as reader:
        waiting = bool(reader.without_vector(limit=1))
    while waiting and service().embed_waiting():
        pass


def _night_store(config: Config, versions: Mapping[str, str]) -> SqliteStore:
    """The store, also where nothing but the encoder is another one than that of its data."""
    try:
        return _open_store(config, versions)
    except VersionMismatch:
        store = _open_store(config, versions, accept_mismatch=True)
        held = {**store.versions(), "encoder": versions.get("encoder")}
        if any(held.get(name) != value for name, value in versions.items()):
            store.close()
            raise
        return store


def _drop_index(config: Config) -> None:
    """No vector index is saved: the next service makes it from the store."""
    for path in (config.data / VECTORS, *config.data.glob(f"{VECTORS}*")):
        path.unlink(missing_ok=True)


def _batch_embedder(
    engine: Encoder, work: Path | None, closing: ExitStack | None = None
) -> Embedder:
    from dedupe.embedding import Embedder, RecentVectors
    from index.vector_log import VectorLog

    if work is None:
        return Embedder(engine, RecentVectors())
    log = VectorLog(work / EMBEDDED, encoder=engine.name, dimension=engine.dimension)
    if closing is not None:
        closing.callback(log.close)
    return Embedder(engine, log)
