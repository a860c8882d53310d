"""Loading without looking for garbage: a short job is mostly start and end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What the block makes is no garbage: neither inside nor later is it searched for cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
