"""Progress bars: on standard error, and only where a person looks at it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def bar(items: Iterable[T], *, label: str, total: int | None = None) -> Iterator[T]:
    """The same items, counted on standard error while they pass when it is a terminal."""
    if not sys.stderr.isatty():
        return iter(items)
    from tqdm import tqdm

    return iter(tqdm(items, desc=label, total=total, unit="", leave=False))
