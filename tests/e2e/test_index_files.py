"""The saved index is a cache: whatever happens to its file, the service has what the store has."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence

import numpy as np
import pytest

from api import bootstrap
from api.bootstrap import DATABASE, VECTORS, open_service, rebuild_index, verify
from api.config import Config
from dedupe.errors import IndexDamaged, VersionMismatch
from dedupe.formats.document import article_from
from dedupe.service import Request
from index.encoder_hashed import HashedEncoder
from index.vectors_faiss import FaissVectorIndex, manifest_path
from tests.e2e.processes import article, command, promises

RNG = random.Random(8)
PIECES = [article(str(n), f"Paper {n}", RNG) for n in range(8)]


def config(data, **more):
    return Config.load(data=data, model="hashed", **more)


def fill(data, pieces: Sequence[dict], *, warm=False):
    """The pieces stored by a service that then closes; the statuses they had."""
    with open_service(config(data), warm=warm) as service:
        articles = tuple(article_from(one) for one in pieces)
        results = service.handle([Request(articles=articles)])[0].results
    return [result.article.status.value for result in results]


def saved(data):
    """Numbers and position of the index as it is saved."""
    index, manifest = FaissVectorIndex.load(data / VECTORS, model="hashed-1-256", dimension=256)
    return index.keys().tolist(), manifest["position"]


@pytest.fixture
def data(tmp_path):
    """A folder with four articles and their saved index."""
    assert fill(tmp_path / "data", PIECES[:4]) == ["created"] * 4
    return tmp_path / "data"


def finds_copies(data, warm=True):
    """A copy of every stored piece is put with it; afterwards all promises hold."""
    with open_service(config(data), warm=warm) as service, service.store.read() as reader:
        stored = [reader.article(name) for name in reader.article_ids(after=None, limit=100)]
        copies = tuple(
            article_from({"id": f"copy of {one.id}", "source": "Copyist", "body": one.article.body})
            for one in stored
        )
        answers = service.handle([Request(articles=copies, store=False)])[0].results
        assert [a.cluster.id for a in answers] == [one.placement.cluster for one in stored]
    assert promises(data) == []


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << RNG.randrange(8)
    path.write_bytes(content)


def truncated(data):
    path = data / VECTORS
    path.write_bytes(path.read_bytes()[: -RNG.randrange(1, 900)])


def emptied(data):
    (data / VECTORS).write_bytes(b"")


def flipped(data):
    flip(data / VECTORS, RNG.randrange((data / VECTORS).stat().st_size))


def half_saved(data):
    """A crash came between the two renames of a save."""
    before = manifest_path(data / VECTORS).read_bytes()
    fill(data, PIECES[4:6])
    manifest_path(data / VECTORS).write_bytes(before)


def without_manifest(data):
    manifest_path(data / VECTORS).unlink()


@pytest.mark.parametrize("harm", [truncated, emptied, flipped, half_saved, without_manifest])
def test_a_damaged_index_is_told_and_mended_by_the_next_start(data, harm):
    """Verify names the file; a service that starts finds everything and has saved it anew."""
    harm(data)
    (told,) = promises(data)
    assert str(data / VECTORS) in told
    assert told.endswith("the service mends it when it starts")
    with open_service(config(data), warm=True):
        assert promises(data) == []
    finds_copies(data)


def test_every_flipped_bit_is_noticed(data):
    """A bit flipped anywhere in index or manifest is damage, never another index or model."""
    for path in (data / VECTORS, manifest_path(data / VECTORS)):
        whole = path.read_bytes()
        for at in RNG.sample(range(len(whole)), 200):
            flip(path, at)
            with pytest.raises(IndexDamaged):
                saved(data)
            path.write_bytes(whole)
    assert promises(data) == []


def test_a_missing_index_is_nothing_to_tell(data):
    """Without its file the index is made from the store; nothing is lost, verify has no word."""
    for path in data.glob(f"{VECTORS}*"):
        path.unlink()
    assert promises(data) == []
    finds_copies(data, warm=False)
    with open_service(config(data), warm=True):
        assert saved(data)[0] == [1, 2, 3, 4]


def test_a_stale_index_is_caught_up(data, tmp_path):
    """An index older than the store gets what was added, changed and removed since."""
    shutil.copytree(data, tmp_path / "old")
    fill(data, [*PIECES[4:6], PIECES[0] | {"body": PIECES[0]["body"] + " and a newer end"}])
    with open_service(config(data)) as service, service.store.read() as reader:
        second = reader.article_ids(after=None, limit=2)[1]
        service.delete(second)
    fresh = saved(data)
    for path in (tmp_path / "old").glob(f"{VECTORS}*"):
        shutil.copy(path, data)
    assert saved(data)[1] < fresh[1]
    assert promises(data) == []
    finds_copies(data)
    assert fill(data, PIECES[6:]) == ["created"] * 2
    assert saved(data)[0] == [1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("grown", [False, True])
def test_an_index_newer_than_a_restored_store_is_made_anew(data, tmp_path, grown):
    """A database from a backup beside the newer index: also once it has grown past that index."""
    shutil.copy(data / DATABASE, tmp_path / "backup")
    fill(data, PIECES[4:6])
    kept = {path.name: path.read_bytes() for path in data.glob(f"{VECTORS}*")}
    shutil.copy(tmp_path / "backup", data / DATABASE)
    if grown:
        fill(data, PIECES[6:])
        fill(data, PIECES[4:5])
        for name, content in kept.items():
            (data / name).write_bytes(content)
    (told,) = promises(data)
    assert "another or a newer store" in told
    with open_service(config(data), warm=True):
        assert promises(data) == []
    finds_copies(data)


def test_an_index_over_another_store_is_made_anew(data, tmp_path):
    """Another data folder's index is told from the store's own, however alike they are."""
    fill(tmp_path / "other", PIECES[4:8])
    for path in (tmp_path / "other").glob(f"{VECTORS}*"):
        shutil.copy(path, data)
    (told,) = promises(data)
    assert "another or a newer store" in told
    finds_copies(data, warm=False)


def test_an_index_that_lies_is_found_out(data):
    """An index saved in good order with another vector or time, or one too many, is named."""
    index, manifest = FaissVectorIndex.load(data / VECTORS, model="hashed-1-256", dimension=256)
    index.add(np.array([2, 77]), HashedEncoder().encode(["something else", "and more"]))
    index.save(data / VECTORS, manifest=manifest)
    assert promises(data) == [
        "the vector of article number 77 is in the index and not stored",
        "the vector of article number 2 in the index is not the stored one",
        "the time of article number 2 in the index is not the stored one",
    ]


def test_verify_changes_nothing(data):
    """After verify the data folder is as it was, byte for byte."""
    truncated(data)
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    promises(data)
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_a_save_that_fails_is_no_failure(data, monkeypatch):
    """When the index cannot be saved the service still ends well, and the store has everything."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.vectors_faiss.np.save", full)
    assert fill(data, PIECES[4:]) == ["created"] * 4
    monkeypatch.undo()
    finds_copies(data)


def test_another_model_is_refused_and_rebuilding_mends_it(data, monkeypatch):
    """Both models are named with the command; after it everything works with the new model."""
    monkeypatch.setattr(bootstrap, "encoder", lambda _: HashedEncoder(64))
    with (
        pytest.raises(VersionMismatch, match=r"hashed-1-256.*hashed-1-64.*rebuild-index"),
        open_service(config(data)),
    ):
        pass
    with pytest.raises(VersionMismatch, match="rebuild-index"):
        bootstrap.verify(config(data))
    assert bootstrap.rebuild_index(config(data), progress=lambda some, **_: iter(some)) == 4
    finds_copies(data)
    index, _ = FaissVectorIndex.load(data / VECTORS, model="hashed-1-64", dimension=64)
    assert len(index) == 4


def test_a_rebuild_cut_off_can_be_run_again(data, monkeypatch):
    """After a rebuild that ended half-way, the command run again leaves everything whole."""
    monkeypatch.setattr(bootstrap, "encoder", lambda _: HashedEncoder(64))
    monkeypatch.setattr(bootstrap, "REFRESH", 1)

    def cut_off(some, **_):
        yield from some[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bootstrap.rebuild_index(config(data), progress=cut_off)
    bootstrap.rebuild_index(config(data), progress=lambda some, **_: iter(some))
    finds_copies(data)


def test_an_index_of_another_model_beside_the_right_store_is_made_anew(data):
    """The store is the truth: a night that embedded it anew may have been killed right after."""
    index = FaissVectorIndex(8)
    index.save(data / VECTORS, manifest={"model": "another", "position": 4})
    finds_copies(data)
    assert promises(data) == []


@pytest.mark.model
def test_from_the_hashed_to_the_packaged_model(data):
    """Refused, rebuilt, and serving: the whole way with the model that is shipped."""
    packaged = {"SAMESTORY_MODEL": "packaged"}
    refused = command("serve", "--port", 0, "--data", data, **packaged)
    assert refused.returncode == 1
    assert "hashed-1-256" in refused.stderr
    assert "MiniLM" in refused.stderr
    assert "samestory rebuild-index" in refused.stderr
    shipped = Config.load(data=data)
    assert rebuild_index(shipped, progress=lambda steps, label: steps) == 4
    with open_service(shipped, warm=True) as service:
        copy = article_from(PIECES[0] | {"source": "Copyist"})
        (told,) = service.handle([Request(articles=(copy,))])[0].results
        assert told.cluster.size == 2
        assert not told.degraded
    assert verify(shipped) == []
