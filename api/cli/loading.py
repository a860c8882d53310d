"""A short job is mostly start and end: neither looks for garbage, and memory is given back once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Options of glibc's ``mallopt`` (malloc.h)."""
_KEPT_BYTES, _STEP_BYTES, _MAPPED_BYTES = 1 << 26, 1 << 22, 1 << 25


@contextmanager
def loading() -> Iterator[None]:
    """What the block makes is no garbage: neither inside nor later is it searched for cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def processors() -> int:
    """How many this process may run on."""
    import os

    mine = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(mine(0)) if mine is not None else os.cpu_count() or 1


def keep_freed_memory() -> None:
    """What the process frees it uses again, where the C library is one that can be told so.

    Work arrays of a megabyte come and go with every chunk of texts. By default each goes back to
    the system, and the next one is cleared page by page: a tenth of the time of a run.
    """
    import ctypes

    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    tell(_TRIM_THRESHOLD, _KEPT_BYTES)
    tell(_TOP_PAD, _STEP_BYTES)
    tell(_MMAP_THRESHOLD, _MAPPED_BYTES)
