"""Orders as pairs of numbers, and who may not meet whom while groups are made.

What lies together whatever happens is *bonded*: two that may not meet keep all apart that is
bonded to either. So no merge can be made that another order would have to undo.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dedupe.model import Bools, Int64s


def no_pairs() -> Int64s:
    """No pair at all, shape = (0, 2)."""
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Orders about items of one level, as pairs of item numbers, shape = (m, 2) each."""

    together: Int64s = field(default_factory=no_pairs)
    """The groups of both are one group in the end."""
    apart: Int64s = field(default_factory=no_pairs)
    """Both never lie in one group."""
    bound: Int64s = field(default_factory=no_pairs)
    """Both lie in one group of the level above, whatever becomes of them here."""
    strangers: Int64s = field(default_factory=no_pairs)
    """Both never lie in one group of the level above."""

    def __bool__(self) -> bool:
        """Anything is ordered."""
        return any(map(len, (self.together, self.apart, self.strangers)))

    def renamed(self, number: Int64s) -> Orders:
        """The same of what stands for each item."""
        return Orders(
            together=number[self.together],
            apart=number[self.apart],
            bound=number[self.bound],
            strangers=number[self.strangers],
        )


class Strangers:
    """Labels that may not become one, and what each is bonded to."""

    def __init__(self, label: Int64s, *, together: Int64s, apart: Int64s) -> None:
        """``label`` of each item; pairs of items. A pair that is together already is not apart."""
        self._parent: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}
        for a, b in label[together].tolist():
            self.unite(a, b)
        for a, b in label[apart].tolist():
            ours, theirs = self.root(a), self.root(b)
            if ours != theirs:
                self._foes.setdefault(ours, set()).add(theirs)
                self._foes.setdefault(theirs, set()).add(ours)

    def __bool__(self) -> bool:
        """Any two may not meet."""
        return bool(self._foes)

    def meet(self, a: int, b: int) -> bool:
        """``a`` and ``b`` may become one."""
        foes = self._foes.get(self.root(a))
        return foes is None or self.root(b) not in foes

    def unite(self, a: int, b: int) -> None:
        """``a`` and ``b`` are one: neither may meet whom the other may not meet."""
        kept, gone = sorted((self.root(a), self.root(b)))
        if kept == gone:
            return
        self._parent[gone] = kept
        foes = self._foes.pop(gone, set())
        for foe in foes:
            self._foes[foe].discard(gone)
            self._foes[foe].add(kept)
        if foes:
            self._foes.setdefault(kept, set()).update(foes)

    def wary(self, labels: Int64s) -> Bools:
        """Which of these labels may not meet some other, shape = labels.shape."""
        return np.array([self.root(label) in self._foes for label in labels.tolist()], np.bool_)

    def root(self, label: int) -> int:
        """The smallest label that this one is bonded to."""
        parents = self._parent
        while (parent := parents.get(label)) is not None:
            if (above := parents.get(parent)) is not None:
                parents[label] = above  # the way is shorter the next time
            label = parent
        return label
