"""Vectors made so far, in a file that only grows: an interrupted run goes on where it stopped."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from dedupe.model import Floats

MAGIC = b"samestory vectors 1\n"
KEY_BYTES = 16


class VectorLog:
    """Vectors by the hash of their text, kept in ``path`` for one encoder.

    A file of another encoder or dimension is started anew; of a record that was cut off by a
    crash nothing is used.
    """

    def __init__(self, path: Path, *, encoder: str, dimension: int) -> None:
        self._dimension = dimension
        self._record = KEY_BYTES + 4 * dimension
        self._head = MAGIC + struct.pack("<I", dimension) + encoder.encode() + b"\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._places = self._opened(path)

    def __len__(self) -> int:
        """Vectors held."""
        return len(self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def recall(self, hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Those of the wanted vectors that are held."""
        found = {}
        for key in hashes:
            if key in self._places:
                self._file.seek(self._places[key])
                found[key] = np.frombuffer(self._file.read(4 * self._dimension), "<f4")
        return found

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Hold these too, on disk before this returns to the next batch."""
        end = self._file.seek(0, 2)
        for key, vector in vectors.items():
            self._file.write(key + np.ascontiguousarray(vector, "<f4").tobytes())
            self._places[key] = end + KEY_BYTES
            end += self._record
        self._file.flush()

    def close(self) -> None:
        """The file is closed; what it holds stays."""
        self._file.close()

    def _opened(self, path: Path) -> dict[bytes, int]:
        """Where each vector stands in the file, which is then open for reading and writing."""
        path.touch()
        self._file: BinaryIO = path.open("r+b")
        if self._file.read(len(self._head)) != self._head:
            self._file.truncate(0)
            self._file.seek(0)
            self._file.write(self._head)
            return {}
        size = self._file.seek(0, 2) - len(self._head)
        whole = size // self._record
        self._file.truncate(len(self._head) + whole * self._record)
        places = {}
        for k in range(whole):
            start = len(self._head) + k * self._record
            self._file.seek(start)
            places[self._file.read(KEY_BYTES)] = start + KEY_BYTES
        return places
