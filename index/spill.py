"""Records that do not fit into memory: a temporary file that only grows, read by number."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from dedupe.errors import StoreError
from dedupe.model import Int64s

BUFFER_BYTES = 1 << 20
"""Written at a time, and the room that records must start in to be read at once."""
NEAR_BYTES = 1 << 14
"""Bytes between two records that are read along: copying them takes no longer than a call."""


class FileSpill:
    """Port ``Spill`` over a file without a name: it is gone when the process is, however it ends.

    ``folder`` is where it takes its room, the size of all records; None: where the system keeps
    temporary files (which may be memory).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        with self._finding_room():
            self._file = tempfile.TemporaryFile(buffering=BUFFER_BYTES, dir=folder)  # noqa: SIM115
        self._ends: Int64s = np.zeros(1024, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, records: Sequence[bytes]) -> None:
        """Keep these too."""
        first, self._count = self._count, self._count + len(records)
        if self._count >= len(self._ends):
            room = max(2 * len(self._ends), self._count + 1)
            self._ends = np.concatenate([self._ends, np.zeros(room - len(self._ends), np.int64)])
        ends = accumulate(map(len, records), initial=int(self._ends[first]))
        self._ends[first : self._count + 1] = np.fromiter(ends, np.int64, len(records) + 1)
        with self._finding_room():
            self._file.writelines(records)

    def read(self, numbers: Sequence[int]) -> list[bytes]:
        """The records of these numbers; those that lie near each other are read at once."""
        with self._finding_room():
            self._file.flush()
        wanted = np.asarray(numbers, np.int64)
        low, high = self._ends[wanted], self._ends[wanted + 1]
        gap, room = low[1:] - high[:-1], low // BUFFER_BYTES
        apart = (gap < 0) | (gap > NEAR_BYTES) | (room[1:] > room[:-1])
        cuts = np.flatnonzero(apart) + 1
        found: list[bytes] = []
        for start, stop in pairwise([0, *cuts.tolist(), len(wanted)]):
            found += self._run(low[start:stop].tolist(), high[start:stop].tolist())
        return found

    def close(self) -> None:
        """The file and its room are given back."""
        self._file.close()

    @contextmanager
    def _finding_room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = self._folder or tempfile.gettempdir()
            raise StoreError(
                f"what does not fit into memory cannot be kept in {where} ({error.strerror}); "
                "make room there, or write OUT to (or set TMPDIR to) a folder that has some"
            ) from error

    def _run(self, low: Sequence[int], high: Sequence[int]) -> list[bytes]:
        if not low:
            return []
        first = low[0]
        held = os.pread(self._file.fileno(), high[-1] - first, first)
        return [held[a - first : b - first] for a, b in zip(low, high, strict=True)]
