"""Some that stand for many."""

from __future__ import annotations

import numpy as np

from dedupe.model import Int64s


def evenly(members: Int64s, most: int) -> Int64s:
    """The members as they are, or ``most`` of them, spread evenly over their order by number."""
    if len(members) <= most:
        return members
    return np.sort(members)[np.linspace(0, len(members) - 1, most).astype(np.int64)]
