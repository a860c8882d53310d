"""Progress bars: on standard error, and only where a person looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(items: Iterable[T], *, label: str, total: int | None = None) -> Iterator[T]:
    """The same items, counted on standard error while they pass when it is a terminal."""
    # disable=None is tqdm's word for "only on a terminal".
    return iter(tqdm(items, desc=label, total=total, unit="", leave=False, disable=None))
