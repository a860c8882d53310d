"""Decoded profiles kept at hand, named by the state they were decoded from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from dedupe.model import Profile

State = tuple[int, int]
"""Key of an article and stamp of its profile, sketch and vector."""


class ProfileCache:
    """The most recently used profiles, at most ``capacity``; may be shared by threads.

    A stamp is never used twice by committed data, so nothing another process commits can make an
    entry wrong. What a transaction that fails has put here must be cleared before it rolls back.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[State, Profile] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, states: Iterable[State]) -> dict[int, Profile]:
        """Profiles by key, of those states that are held."""
        found = {}
        with self._lock:
            for state in states:
                profile = self._held.get(state)
                if profile is not None:
                    self._held.move_to_end(state)
                    found[state[0]] = profile
        return found

    def put(self, profiles: Mapping[State, Profile]) -> None:
        """Hold these; the least recently used make room."""
        with self._lock:
            self._held.update(profiles)
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()
