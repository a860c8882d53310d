"""How long work goes about: told while it passes, kept piece by piece, spread over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy.typing as npt

if TYPE_CHECKING:
    from dedupe.night.ports import Checkpoints
    from dedupe.ports import Runner

Part = TypeVar("Part")
Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]
"""Arrays by name."""
Progress: TypeAlias = Callable[..., Iterator[Any]]
"""The same items while they pass: ``progress(items, label=...)``."""


def silent(items: Iterable[Any], *, label: str) -> Iterator[Any]:
    """The same items; nobody is told."""
    del label
    return iter(items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Who is told of long work, what keeps its pieces, and who does them."""

    progress: Progress = silent
    checkpoints: Checkpoints | None = None
    """None: nothing is kept."""
    runner: Runner | None = None
    """Processes for the pieces that need no store; None: all is done in this one."""

    def pieces(
        self,
        name: str,
        parts: Sequence[Part],
        work: Callable[[Part], Arrays],
        *,
        alone: bool = False,
    ) -> Iterator[Arrays]:
        """What is worked out of each part, in order; what is kept is not worked out again.

        A run that goes on where another one stopped has to be given the same parts. ``alone``
        says that the work has to be done in this process.
        """
        names = [f"{name}-{k:04d}" for k in range(len(parts))]
        there = frozenset(self.checkpoints.names()) if self.checkpoints is not None else frozenset()
        missing = [part for key, part in zip(names, parts, strict=True) if key not in there]
        spread = map if alone or self.runner is None else self.runner.map
        made = iter(spread(work, missing))
        for key, part in self.progress(list(zip(names, parts, strict=True)), label=name):
            if key not in there:
                yield self._saved(key, next(made))
            else:
                kept = self._loaded(key)
                yield self._saved(key, work(part)) if kept is None else kept

    def whole(self, name: str, work: Callable[[], Arrays]) -> Arrays:
        """What a stage works out, or what is kept of it."""
        kept = self._loaded(name)
        return self._saved(name, work()) if kept is None else kept

    def _loaded(self, name: str) -> Arrays | None:
        return None if self.checkpoints is None else self.checkpoints.load(name)

    def _saved(self, name: str, arrays: Arrays) -> Arrays:
        if self.checkpoints is not None:
            self.checkpoints.save(name, arrays)
        return arrays


PLAIN = Course()
"""Nobody is told, nothing is kept, one process."""
