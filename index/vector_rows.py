"""The rows of a vector index: vectors in half precision, beside each its key and its hour.

A removed row is only marked: taking it out would move others. ``tidy`` drops what is marked and
puts the rows in order of time, so that a time window is a stretch of memory: 26,000 rows strewn
over 100,000 took four times as long to score as 26,000 in a row.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dedupe.model import Bools, Doubles, Floats, Int64s

FEW = 1024
"""Removed rows, or rows out of order, that are never worth tidying."""
BLOCK = 2048
"""Rows that are scored or passed over together."""
RUNS = 8
"""Stretches of rows that are scored one by one; of more the whole is."""
DEAD_SHARE = 4
"""One row in so many may be a removed one."""


class Rows:
    """Vectors by position, oldest tidied rows first; ``keys``, ``hours``, ``alive`` are parallel.

    Half precision moves the cosine of two unit vectors by less than 0.0005. The product of two
    halves is a multiple of 2**-48, so that their sums are exact in double precision, whatever the
    order: a cosine depends on its two vectors only.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.total = 0
        """Rows in use, the removed ones included: positions are below."""
        self._tidied = 0
        self._place: dict[int, int] = {}
        self._keys: Int64s = np.empty(0, np.int64)
        self._hours: Doubles = np.empty(0, np.float64)
        self._alive: Bools = np.empty(0, np.bool_)
        self._halves: npt.NDArray[np.float16] = np.empty((0, dimension), np.float16)

    def __len__(self) -> int:
        """Vectors held."""
        return len(self._place)

    @property
    def keys(self) -> Int64s:
        """Key of each row."""
        return self._keys[: self.total]

    @property
    def hours(self) -> Doubles:
        """Hours since 1970-01-01 UTC of each row; NaN where the time is unknown."""
        return self._hours[: self.total]

    @property
    def alive(self) -> Bools:
        """Whether each row still counts."""
        return self._alive[: self.total]

    @property
    def halves(self) -> npt.NDArray[np.float16]:
        """The vector of each row, C-contiguous."""
        return self._halves[: self.total]

    def positions(self, keys: Int64s) -> Int64s:
        """Where these keys stand.

        Raises:
            KeyError: one of them is not held.
        """
        return np.array([self._place[key] for key in keys.tolist()], np.int64)

    def append(self, keys: Int64s, vectors: Floats, hours: Doubles) -> None:
        """Hold these too, in order of time; a key already held moves, the last of equals counts."""
        last = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        chosen = np.fromiter(last.values(), np.int64, len(last))
        self.remove(keys)
        chosen = chosen[in_time(keys[chosen], hours[chosen])]
        start, end = self.total, self.total + len(chosen)
        if end > len(self._keys):
            self._make_room(end + end // 2 + 16)
        self._keys[start:end] = keys[chosen]
        self._hours[start:end] = hours[chosen]
        self._alive[start:end] = True
        self._halves[start:end] = vectors[chosen]
        self._place.update(zip(self._keys[start:end].tolist(), range(start, end), strict=True))
        self.total = end

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""
        gone = [self._place.pop(key) for key in keys.tolist() if key in self._place]
        self._alive[gone] = False

    def inside(self, hour: float, window: float) -> Bools:
        """The living rows at most ``window`` hours from ``hour``; unknown times are inside."""
        if np.isnan(hour) or np.isinf(window):
            return self.alive.copy()
        apart = self.hours - hour
        np.abs(apart, out=apart)
        inside: Bools = apart > window
        np.logical_not(inside, out=inside)  # unknown hours are not above it
        inside &= self.alive
        return inside

    @property
    def untidy(self) -> bool:
        """Whether enough rows are removed or out of order to be worth tidying."""
        if self.total - len(self) > max(FEW, self.total // DEAD_SHARE):
            return True
        if self.total <= max(FEW, 2 * self._tidied):
            return False
        # In order already, as an ordinary feed is: only known the next time so many came.
        hours = np.nan_to_num(self.hours, nan=-np.inf)
        in_order = bool((hours[:-1] <= hours[1:]).all())
        self._tidied = self.total if in_order else self._tidied
        return not in_order

    def tidy(self) -> Int64s:
        """Only living rows are left, in order of time; the new position of each old one, or -1."""
        living = np.flatnonzero(self.alive)
        order = living[in_time(self.keys[living], self.hours[living])]
        moved = np.full(self.total, -1, np.int64)
        moved[order] = np.arange(len(order))
        self._keys, self._hours = self.keys[order], self.hours[order]
        self._halves = self.halves[order]
        self._alive = np.ones(len(order), np.bool_)
        self._place = dict(zip(self._keys.tolist(), range(len(order)), strict=True))
        self.total = self._tidied = len(order)
        return moved

    def _make_room(self, rows: int) -> None:
        """Room for more: appending one by one stays cheap."""
        for name in ("_keys", "_hours", "_alive", "_halves"):
            held: npt.NDArray[np.generic] = getattr(self, name)
            roomy = np.empty((rows, *held.shape[1:]), held.dtype)
            roomy[: self.total] = held[: self.total]
            setattr(self, name, roomy)


def in_time(keys: Int64s, hours: Doubles) -> Int64s:
    """The order by time, unknown times first, then by key."""
    order: Int64s = np.lexsort((keys, np.nan_to_num(hours, nan=-np.inf)))
    return order


def runs(chosen: Bools) -> Iterator[tuple[int, int]]:
    """Stretches [start, end) of rows that hold every chosen one, without long idle parts."""
    firsts = np.arange(0, len(chosen), BLOCK)
    touched = np.flatnonzero(np.logical_or.reduceat(chosen, firsts)) if len(chosen) else firsts
    if not len(touched):
        return
    breaks = np.flatnonzero(np.diff(touched) > 1)
    if len(breaks) >= RUNS:
        breaks = breaks[:0]
    starts = touched[np.concatenate([[0], breaks + 1])]
    ends = touched[np.concatenate([breaks, [len(touched) - 1]])] + 1
    for start, end in zip((starts * BLOCK).tolist(), (ends * BLOCK).tolist(), strict=True):
        yield start, min(end, len(chosen))
