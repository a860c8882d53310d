"""Records that do not fit into memory: a temporary file that only grows, read by number."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from dedupe.model import Int64s

BUFFER_BYTES = 1 << 20


class FileSpill:
    """Port ``Spill`` over a file without a name: it is gone when the process is, however it ends.

    ``folder`` is where it takes its room, the size of all records; None: where the system keeps
    temporary files (which may be memory).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(buffering=BUFFER_BYTES, dir=folder)  # noqa: SIM115
        self._ends: Int64s = np.zeros(1024, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, records: Sequence[bytes]) -> None:
        """Keep these too."""
        first, self._count = self._count, self._count + len(records)
        if self._count >= len(self._ends):
            room = max(2 * len(self._ends), self._count + 1)
            self._ends = np.concatenate([self._ends, np.zeros(room - len(self._ends), np.int64)])
        ends = accumulate(map(len, records), initial=int(self._ends[first]))
        self._ends[first : self._count + 1] = np.fromiter(ends, np.int64, len(records) + 1)
        self._file.writelines(records)

    def read(self, numbers: Sequence[int]) -> list[bytes]:
        """The records of these numbers; those that follow each other are read at once."""
        self._file.flush()
        found: list[bytes] = []
        start = 0
        for stop in range(1, len(numbers) + 1):
            if stop == len(numbers) or numbers[stop] != numbers[stop - 1] + 1:
                found += self._run(numbers[start], numbers[stop - 1] + 1)
                start = stop
        return found

    def close(self) -> None:
        """The file and its room are given back."""
        self._file.close()

    def _run(self, first: int, stop: int) -> list[bytes]:
        ends = self._ends[first : stop + 1].tolist()
        held = os.pread(self._file.fileno(), ends[-1] - ends[0], ends[0])
        return [held[low - ends[0] : high - ends[0]] for low, high in pairwise(ends)]
