"""Outputs of stages are kept whole, or not at all."""

import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import StoreError
from index.checkpoints import FolderCheckpoints

PAIRS = {
    "keys": np.array([[1, 2], [1, 9]], np.int64),
    "file": np.array(["ä", "\U0001f6a2b"]),
    "p": np.array([0.5, np.nan], np.float32),
    "none": np.empty((0, 3), np.uint64),
    "one": np.array(7, np.int32),
}


@pytest.fixture
def kept(tmp_path):
    return FolderCheckpoints(tmp_path / "night")


def told(arrays):
    if arrays is None:
        return None
    return {name: (one.dtype, one.shape, one.tobytes()) for name, one in arrays.items()}


def test_a_file_in_the_place_of_the_folder_is_told_with_the_fix(tmp_path, kept):
    """Nothing is kept there, and the message names the folder, not where on the machine it is."""
    (tmp_path / "night").write_text("not a folder")
    assert (kept.load("pairs"), kept.names()) == (None, [])
    with pytest.raises(StoreError, match=r"'night' in the data directory.*move away") as told:
        kept.save("pairs", PAIRS)
    assert str(tmp_path) not in str(told.value)
    kept.clear()
    assert (tmp_path / "night").read_text() == "not a folder"


def test_what_is_saved_comes_back(kept):
    """Every array comes back with its name, form and values, under the name it was saved by."""
    assert (kept.load("pairs"), kept.names()) == (None, [])
    kept.save("pairs", PAIRS)
    kept.save("a-1", {})
    assert told(kept.load("pairs")) == told(PAIRS)
    assert (kept.load("a-1"), kept.names()) == ({}, ["a-1", "pairs"])


def test_what_is_saved_again_replaces(kept):
    """The newest stands; nothing of the one before is left."""
    kept.save("pairs", PAIRS)
    kept.save("pairs", {"one": PAIRS["one"]})
    assert told(kept.load("pairs")) == told({"one": PAIRS["one"]})


def test_nothing_stands_after_clearing(kept, tmp_path):
    """Clearing removes what a killed process was writing too, and what it never made is no error."""
    kept.clear()
    kept.save("pairs", PAIRS)
    (tmp_path / "night" / "pairs.npz.77.part").write_bytes(b"half")
    kept.clear()
    assert (kept.names(), list((tmp_path / "night").iterdir())) == ([], [])


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", "a.b", "a\n", "ä"])
def test_other_names_are_refused(kept, name):
    """A name can lead to no other place."""
    for use in (lambda: kept.save(name, {}), lambda: kept.load(name)):
        with pytest.raises(ValueError, match="characters besides a-z, 0-9 and -"):
            use()


def test_objects_are_refused(kept):
    """What could only be kept as code is not; what stood there stands."""
    kept.save("pairs", PAIRS)
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        kept.save("pairs", {"keys": PAIRS["keys"], "bad": np.array([{}], object)})
    assert told(kept.load("pairs")) == told(PAIRS)


def test_nobody_else_reads_them(kept, tmp_path):
    """Folder and files are the owner's alone."""
    kept.save("pairs", PAIRS)
    folder = tmp_path / "night"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "pairs.npz").stat().st_mode) == 0o600


def test_numpy_reads_them(kept, tmp_path):
    """A file is one that numpy writes, with a seal behind it."""
    kept.save("pairs", PAIRS)
    with np.load(tmp_path / "night" / "pairs.npz", allow_pickle=False) as found:
        assert told({name: found[name] for name in found.files}) == told(PAIRS)


def test_a_file_cut_short_is_nothing(kept, tmp_path):
    """Wherever a file ends before its end it reads as None and is gone afterwards."""
    kept.save("pairs", PAIRS)
    path = tmp_path / "night" / "pairs.npz"
    whole = path.read_bytes()
    for size in [*range(0, len(whole), 37), len(whole) - 1]:
        path.write_bytes(whole[:size])
        assert kept.load("pairs") is None, size
        assert kept.names() == []


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    kept = FolderCheckpoints(tmp_path_factory.mktemp("night"))
    kept.save("pairs", PAIRS)
    (path,) = kept._path.iterdir()
    return kept, path, path.read_bytes()


@given(place=st.integers(min_value=0), change=st.integers(1, 255))
def test_a_damaged_file_is_nothing(sealed, place, change):
    """Whichever byte is another one, the file reads as None."""
    kept, path, whole = sealed
    damaged = bytearray(whole)
    damaged[place % len(whole)] ^= change
    path.write_bytes(damaged)
    assert kept.load("pairs") is None
    assert not path.exists()


def test_a_failing_disk_leaves_what_stood_there(kept, tmp_path, monkeypatch):
    """A save that fails before all is on disk changes nothing and leaves nothing behind."""
    kept.save("pairs", PAIRS)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.checkpoints.os.fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device\); make room"):
        kept.save("pairs", {"one": PAIRS["one"]})
    assert told(kept.load("pairs")) == told(PAIRS)
    assert [file.name for file in (tmp_path / "night").iterdir()] == ["pairs.npz"]


KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
import numpy as np
from index import checkpoints
def dies(handle):
    os.kill(os.getpid(), signal.SIGKILL)
checkpoints.os.fsync = dies
checkpoints.FolderCheckpoints(Path({folder!r})).save("pairs", {{"one": np.zeros(1)}})
"""


def test_a_killed_save_leaves_what_stood_there(kept, tmp_path):
    """A process that is killed while it writes changes nothing; clearing removes its rest."""
    kept.save("pairs", PAIRS)
    folder = tmp_path / "night"
    root = str(Path(__file__).parent.parent.parent)
    code = KILLED.format(root=root, folder=str(folder))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert told(kept.load("pairs")) == told(PAIRS)
    assert kept.names() == ["pairs"]
    assert len(list(folder.iterdir())) == 2
    kept.clear()
    assert list(folder.iterdir()) == []
