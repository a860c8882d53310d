"""A command in slow motion: it says which stage of a night it has come to, and waits a moment there.

    python -m tests.soak.night_process STAGES recluster --data var

The file STAGES gets a line for each stage that is reached. The pieces that a night is worked out in
are so small that a thousand articles have many.
"""

from __future__ import annotations

import os
import sys
import time

from api.cli.main import main
from dedupe import recluster, story_judge
from index.checkpoints import FolderCheckpoints
from index.sqlite.store import SqliteStore
from index.sqlite.writer import SqliteWriter

PAUSE = 0.04
"""Seconds at each stage."""
SWITCH = {
    "begin_night": "begin",
    "apply": "switch",
    "_retire": "retire",
    "_pass": "pass",
    "keep_undo": "undo",
    "drop_undo": "back",
    "end_night": "end",
}
"""The stage that each method of the writer begins."""


def slowly(told: int) -> None:
    """Everything from here on is told and takes its time."""

    def reached(stage: str) -> None:
        os.write(told, f"{stage}\n".encode())
        time.sleep(PAUSE)

    def wrap(owner: type, name: str, stage: str | None) -> None:
        works = getattr(owner, name)

        def told_first(self, *given, **named):
            reached(stage or str(given[0]).split("-", 1)[0])
            return works(self, *given, **named)

        setattr(owner, name, told_first)

    recluster.KEPT_TEXTS = recluster.CHUNK = 128
    story_judge.PIECE = 2048
    wrap(FolderCheckpoints, "save", None)
    wrap(FolderCheckpoints, "clear", "clear")
    wrap(SqliteStore, "close", "close")
    for name, stage in SWITCH.items():
        wrap(SqliteWriter, name, stage)


if __name__ == "__main__":
    slowly(os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
    main(sys.argv[2:])
