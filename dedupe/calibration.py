"""Whether probabilities mean what they say: Brier score, calibration error, reliability table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedupe.model import Bools, Doubles

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Pairs of neighbouring probabilities."""

    low: float
    high: float
    """Least and greatest probability in the bin."""
    pairs: int
    expected: float
    """Mean probability."""
    found: float
    """Share of the pairs that are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How probabilities agree with what is so."""

    pairs: int
    same: int
    brier: float
    """Mean squared difference of probability and truth (Brier, 1950): 0 is best."""
    error: float
    """Expected calibration error: mean over all pairs of |found - expected| of their bin."""
    bins: tuple[Bin, ...]
    """As many pairs in each, but for one; lowest first."""


def calibration(p: Doubles, same: Bools, *, bins: int = BINS) -> Calibration | None:
    """The calibration of probabilities, both shape = (n,); None where there are none.

    Pairs of equal probability may fall into two bins, with the same share of true ones in each: the
    order of the pairs changes nothing.
    """
    if not len(p):
        return None
    order = np.argsort(p, kind="stable")
    expected, truth = p[order], _evenly(p, same)[order]
    parts = [part for part in np.array_split(np.arange(len(p)), bins) if len(part)]
    table = tuple(
        Bin(
            low=float(expected[part[0]]),
            high=float(expected[part[-1]]),
            pairs=len(part),
            expected=float(expected[part].mean()),
            found=float(truth[part].mean()),
        )
        for part in parts
    )
    return Calibration(
        pairs=len(p),
        same=int(same.sum()),
        brier=float(np.mean((p - same) ** 2)),
        error=sum(one.pairs * abs(one.found - one.expected) for one in table) / len(p),
        bins=table,
    )


def _evenly(p: Doubles, same: Bools) -> Doubles:
    """Per pair the share of true ones among the pairs of its probability."""
    _, at = np.unique(p, return_inverse=True)
    at = at.reshape(-1)
    shares: Doubles = (np.bincount(at, same.astype(np.float64)) / np.bincount(at))[at]
    return shares
