"""The set of articles that a run is about: chosen once, and kept while the run is under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from dedupe.model import Int64s
from dedupe.night.ports import Checkpoints
from dedupe.ports import Reader

NAME = "pinned"
MOST_NEW = 0.05
"""Share of articles that may have come since a run was interrupted: of more it begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """Ascending store keys, and whether an interrupted run is gone on with."""

    keys: Int64s
    resumed: bool


def pinned(
    reader: Reader, checkpoints: Checkpoints, context: object, choose: Callable[[], Int64s]
) -> Pinned:
    """The set of the interrupted run where it can be gone on with, else the one that is chosen.

    It can while every article of it is as it was and ``context`` (whatever verdicts rest on, by its
    ``repr``) is the same.
    """
    keys, stamps = reader.stamps()
    made_by = np.frombuffer(blake2b(repr(context).encode(), digest_size=16).digest(), np.uint8)
    kept = checkpoints.load(NAME)
    if kept is not None and _holds(kept, keys, stamps, made_by):
        return Pinned(keys=kept["keys"].astype(np.int64), resumed=True)
    checkpoints.clear()
    chosen = choose()
    at = np.searchsorted(keys, chosen)
    checkpoints.save(NAME, {"keys": chosen, "stamps": stamps[at], "context": made_by})
    return Pinned(keys=chosen, resumed=False)


def _holds(
    kept: Mapping[str, Any], keys: Int64s, stamps: Int64s, context: npt.NDArray[np.uint8]
) -> bool:
    if not np.array_equal(kept["context"], context) or not len(keys):
        return False
    newest = int(kept["keys"][-1]) if len(kept["keys"]) else 0
    at = np.minimum(np.searchsorted(keys, kept["keys"]), len(keys) - 1)
    same = (keys[at] == kept["keys"]) & (stamps[at] == kept["stamps"])
    return bool(same.all()) and int((keys > newest).sum()) <= MOST_NEW * len(keys)
