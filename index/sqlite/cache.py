"""Members kept at hand, each with the profile that was decoded for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from dedupe.model import Profile
from dedupe.state import Member
from index.sqlite.view import Row

State = tuple[int, int]
"""Key of an article and stamp of its profile, sketch and vector."""


class ProfileCache:
    """The most recently used profiles, at most ``capacity``; may be shared by threads.

    A stamp is never used twice by committed data, so nothing another process commits can make an
    entry wrong. What a transaction that fails has put here must be cleared before it rolls back.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[State, tuple[Profile, Row, Member | None]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def members(
        self, rows: Sequence[Row], build: Callable[[Row, Profile], Member]
    ) -> dict[int, Member]:
        """Members by key, of those rows (key, id, stamp, ...) whose profile is held.

        ``build`` makes a member of a row; what it made stays as long as the row does.
        """
        found = {}
        held = self._held
        with self._lock:
            for row in rows:
                state = row[0], row[2]
                entry = held.get(state)
                if entry is None:
                    continue
                profile, before, member = entry
                if member is None or before != row:
                    member = build(row, profile)
                    held[state] = profile, row, member
                held.move_to_end(state)
                found[row[0]] = member
        return found

    def put(self, profiles: Mapping[State, Profile]) -> None:
        """Hold these; the least recently used make room."""
        with self._lock:
            self._held.update((state, (profile, (), None)) for state, profile in profiles.items())
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()
