"""Of very many rows those in the nearest cells are scored: nearly all of the nearest are among them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dedupe.model import Bools, Floats, Int64s, UInt8s
from index.vector_cells import PER_CELL, Cells, cells_for
from index.vector_exact import SLACK, Exact, Found, one_thread
from index.vector_rows import Rows

GROWTH = 4
"""The centres of cells are found anew when there are so many times as many vectors."""
CALIBRATED = 128
"""Queries that tell how many cells have to be read."""
RECALL = 0.98
"""Of the 48 nearest of these queries, those that are found: at least .97 of all are to be."""
NEIGHBOURS = 48
CHUNK = 1 << 14
"""Vectors put into cells at a time."""


class Approximate:
    """Cells over the rows, made when they are first needed, kept in step from then on.

    They are trained on three quarters of the vectors with the smallest keys, so many that
    ``least`` times a power of ``GROWTH`` is reached. How many are read is found out at every doubling
    by the newest quarter, which speaks of other things as what comes next will. Both depend on
    what is held, not on when it came.
    """

    def __init__(self, rows: Rows, exact: Exact, *, least: int) -> None:
        self._rows = rows
        self._exact = exact
        self._least = least
        self._cells: Cells | None = None
        self._trained = 0
        """Vectors that the cells were trained for."""
        self._calibrated = 0
        """Vectors that it was found out for how many cells have to be read."""

    def nearest(self, query: Floats, chosen: Bools, inside: int, k: int) -> Found:
        """About the k nearest of the chosen rows, which are ``inside``."""
        cells = self._ready()
        # Of fewer rows inside the window more cells are needed for as many neighbours.
        probes = int(np.ceil(cells.probes * np.sqrt(len(self._rows) / inside)))
        with one_thread():
            while True:
                _, positions = cells.search(query, k + SLACK, chosen, probes)
                if len(positions) >= min(k, inside) or probes >= cells.count:
                    return self._exact.best(query, positions, k)
                probes *= 2

    def added(self, start: int) -> None:
        """The rows from ``start`` on are new."""
        if self._cells is not None:
            new = self._rows.halves[start:].astype(np.float32)
            self._cells.add(np.arange(start, self._rows.total), new)

    def renumber(self, moved: Int64s) -> None:
        """Row p is row ``moved[p]`` now; rows moved to -1 are gone."""
        if self._cells is not None:
            self._cells.renumber(moved)

    def saved(self) -> tuple[Mapping[str, int], UInt8s] | None:
        """What brings the cells back: what to say of them, and their bytes; None without any."""
        if self._cells is None:
            return None
        about = {
            "trained": self._trained,
            "calibrated": self._calibrated,
            "probes": self._cells.probes,
        }
        return about, self._cells.saved()

    def restore(self, about: Mapping[str, int], data: UInt8s) -> None:
        """The cells are as they were saved, over the same rows.

        Raises:
            RuntimeError: the bytes are no cells.
        """
        self._cells = Cells.of_saved(data, probes=about["probes"])
        self._trained, self._calibrated = about["trained"], about["calibrated"]

    def _ready(self) -> Cells:
        """The cells, trained for as many vectors as there are."""
        trained = _reached(self._least, GROWTH, len(self._rows))
        calibrated = _reached(self._least, 2, len(self._rows))
        if self._cells is None or self._trained < trained:
            self._cells, self._trained = self._in_cells(trained), trained
            self._calibrated = 0
        if self._calibrated < calibrated:
            self._calibrate(self._cells, calibrated)
            self._calibrated = calibrated
        return self._cells

    def _first(self, count: int) -> Int64s:
        """Positions of the rows with the smallest keys: the same however the index was filled."""
        living = np.flatnonzero(self._rows.alive)
        return living[np.argsort(self._rows.keys[living])][:count]

    def _in_cells(self, trained: int) -> Cells:
        """Every row in cells that are trained on so many of the smallest keys."""
        older = self._first(trained - trained // 4)
        count = cells_for(len(older))
        sample = _spread(older, PER_CELL * count)
        cells = Cells.trained(self._rows.halves[sample].astype(np.float32), count)
        living = np.flatnonzero(self._rows.alive)
        for start in range(0, len(living), CHUNK):
            some = living[start : start + CHUNK]
            cells.add(some, self._rows.halves[some].astype(np.float32))
        return cells

    def _calibrate(self, cells: Cells, count: int) -> None:
        """As many cells are read as find ``RECALL`` of the nearest among so many smallest keys.

        Asked for are the newest quarter of them: no cells were trained on these.
        """
        first = self._first(count)
        among = np.zeros(self._rows.total, np.bool_)
        among[first] = True
        vectors = self._rows.halves[_spread(first[len(first) * 3 // 4 :], CALIBRATED)].astype(
            np.float32
        )
        k = min(NEIGHBOURS, len(first))
        wanted = [self._exact.nearest(vector, among, k)[0] for vector in vectors]
        for power in range(int(np.log2(cells.count)) + 1):
            cells.probes = 2**power
            found = 0
            with one_thread():
                for vector, keys in zip(vectors, wanted, strict=True):
                    _, positions = cells.search(vector, k + SLACK, among, cells.probes)
                    found += len(np.intersect1d(self._exact.best(vector, positions, k)[0], keys))
            if found >= RECALL * k * len(vectors):
                return


def _reached(start: int, factor: int, held: int) -> int:
    """The largest of start, start x factor, start x factor x factor, ... that is not above held."""
    while start * factor <= held:
        start *= factor
    return start


def _spread(positions: Int64s, count: int) -> Int64s:
    """At most ``count`` of the positions, at even distances."""
    return positions[:: max(1, -(-len(positions) // count))]
