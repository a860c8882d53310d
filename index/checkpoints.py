"""Arrays kept in files of a folder, each replaced whole, until a run is over."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from dedupe.errors import StoreError

_NAME = re.compile(r"[a-z0-9-]+")
_ENDING = ".npz"
_PART = ".part"
_SEAL = 2 * hashlib.sha256().digest_size
"""Bytes at the end of a file that say what stands before them: a ZIP may end in a comment."""
_CHUNK = 1 << 20


class FolderCheckpoints:
    """Port ``Checkpoints``: one ``.npz`` a name, in a folder that nobody else looks into.

    A file is written beside its place and put there when it is on disk: a process that dies
    meanwhile leaves what was there. One run at a time: the night's lock sees to that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """These arrays stand under the name, on disk, whole.

        Raises:
            ValueError: the name has other characters than ``a-z``, ``0-9`` and ``-``, or an array
                is of objects.
            StoreError: there can be no such folder, no room in it, or no right to write.
        """
        target = self._file(name)
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(
                f"there can be no folder {self._path.name!r} in the data directory, where a night "
                f"keeps what it has worked out: {error.strerror}; move away what stands in its "
                "place, and let the service write there"
            ) from error
        try:
            self._put(target, arrays)
        except OSError as error:
            raise StoreError(
                f"what a night has worked out cannot be kept ({error.strerror}); make room where "
                "the data directory lies, and run it again"
            ) from error

    def _put(self, target: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        part = target.with_name(f"{target.name}.{os.getpid()}{_PART}")
        try:
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w+b") as stream:
                _write(stream, arrays)
                stream.write(_sealing(stream))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync(self._path)

    def load(self, name: str) -> dict[str, npt.NDArray[Any]] | None:
        """What stands under the name; what cannot be read back is removed and None.

        Raises:
            ValueError: the name has other characters than ``a-z``, ``0-9`` and ``-``.
        """
        file = self._file(name)
        if not file.exists():
            return None
        with file.open("rb") as stream:
            if _sealed(stream):
                return _read(stream)
        file.unlink(missing_ok=True)
        return None

    def names(self) -> Sequence[str]:
        """Every name that something stands under, sorted."""
        return sorted(file.name.removesuffix(_ENDING) for file in self._path.glob(f"*{_ENDING}"))

    def clear(self) -> None:
        """Nothing stands under any name, what a killed process was writing included."""
        for file in (*self._path.glob(f"*{_ENDING}"), *self._path.glob(f"*{_PART}")):
            file.unlink(missing_ok=True)
        with suppress(FileNotFoundError, NotADirectoryError):
            _sync(self._path)

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"checkpoint name {name!r} has characters besides a-z, 0-9 and -")
        return self._path / (name + _ENDING)


def _write(stream: IO[bytes], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """What ``numpy.savez`` writes; that has no room for an array named as one of its parameters."""
    with zipfile.ZipFile(stream, "w") as box:
        box.comment = bytes(_SEAL)
        for name, array in arrays.items():
            with box.open(name + ".npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)


def _read(stream: IO[bytes]) -> dict[str, npt.NDArray[Any]]:
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def _sealed(stream: IO[bytes]) -> bool:
    """Nothing of the file has changed since it was written."""
    size = stream.seek(0, os.SEEK_END)
    if size < _SEAL:
        return False
    stream.seek(size - _SEAL)
    return stream.read() == _sealing(stream)


def _sealing(stream: IO[bytes]) -> bytes:
    """SHA-256 of all but the seal, in hex; the stream stands where the seal begins afterwards."""
    left = stream.seek(0, os.SEEK_END) - _SEAL
    stream.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        chunk = stream.read(min(left, _CHUNK))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode("ascii")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
