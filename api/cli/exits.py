"""Exit codes of the command ``samestory``: what a script, cron or systemd learns of a run."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    """It failed, a check found something broken, or lines were rejected."""
    USAGE = 2
    """Wrong usage or a bad setting; nothing was begun."""
    NIGHT_RUNNING = 3
    """Another night is running; nothing was begun."""
    STORE_MOVED = 4
    """The store is not what a plan was made for any more; nothing was changed."""
    OVERRAN = 5
    """The night took longer than its limit; nothing was changed, the next run goes on."""
    INTERRUPTED = 130
    """Ended by SIGINT, as shells tell it; what was begun is put away."""
    TERMINATED = 143
    """Ended by SIGTERM, as shells tell it; what was begun is put away."""
