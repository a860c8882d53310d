"""``serve --nightly``: the night is started once a day, as a process of its own, and watched.

In another process it takes nothing from the requests but what the machine has to spare: it runs at
a lower priority. What it does stands in the store; here only how its process ended is known.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from api.cli.exits import Exit
from api.logs import log
from api.night.said import said
from api.night.time_of_day import TimeOfDay
from dedupe.night.records import NightRecord

if TYPE_CHECKING:
    from api.config import Config

NICE = 10
"""Added to the process's niceness."""
LATE = timedelta(hours=1)
"""A moment that is further behind (the machine slept, the clock was set) is missed."""
DAY = timedelta(days=1)

_OUTCOMES: Mapping[int, str] = MappingProxyType(
    {
        Exit.DONE: "done",
        Exit.NIGHT_RUNNING: "already_running",
        Exit.OVERRAN: "overran",
        Exit.INTERRUPTED: "interrupted",
        Exit.TERMINATED: "interrupted",
        -signal.SIGINT: "interrupted",
        -signal.SIGTERM: "interrupted",
    }
)
OUTCOMES = ("done", "already_running", "overran", "interrupted", "failed", "killed")
"""How the process of a night may end, as it is told."""
_LEVELS = {"failed": logging.ERROR, "killed": logging.ERROR, "overran": logging.WARNING}

_logger = logging.getLogger("samestory.nightly")


def command(config: Config) -> tuple[str, ...]:
    """The words that start a night over the data of this service; the rest is in the environment."""
    words = [sys.executable, "-m", "api.cli.main", "recluster", "--data", str(config.data)]
    for option, hours in (("--since", config.night_since), ("--limit", config.night_limit)):
        if hours is not None:
            words += [option, f"{round(hours * 3600)}s"]
    return tuple(words)


def nightly(config: Config) -> Nightly | None:
    """What the settings say of it; None: no night is started."""
    if config.nightly is None:
        return None
    return Nightly(at=config.nightly, command=command(config), limit=config.night_limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """When a night is started, and with which words."""

    at: TimeOfDay
    command: Sequence[str]
    limit: float | None = None
    """Hours that it may take."""
    patience: float = 300.0
    """Seconds after its limit in which it has to end by itself."""
    parting: float = 8.0
    """Seconds that it gets to put its work away when it is told to end."""
    look: float = 20.0
    """Seconds between two looks at the clock, which may have been set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the process of a night ended."""

    began: datetime
    code: int | None
    """Its exit code, negative for the signal that ended it; None where it could not be started."""
    outcome: str


class Schedule:
    """Starts nights while it runs, one after the other, in a thread of its own."""

    def __init__(
        self, nightly: Nightly, *, clock: Callable[[], datetime], ended: Callable[[str], None]
    ) -> None:
        """``clock`` tells the present time in UTC; ``ended`` is told the outcome of each night."""
        self.last: Ended | None = None
        self._nightly = nightly
        self._clock = clock
        self._told = ended
        self._begun: datetime | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._forever, name="nightly", daemon=True)

    def start(self) -> None:
        """The next night is waited for."""
        self._thread.start()

    def close(self) -> None:
        """No night is waited for; one that was running has put its work away."""
        self._stop.set()
        self._thread.join()

    def complaint(self, newest: NightRecord | None) -> str | None:
        """What became of the last night started here, where it failed and left no record."""
        last = self.last
        if last is None or last.outcome not in {"failed", "killed"}:
            return None
        if newest is not None and newest.started * 3600.0 >= last.began.timestamp():
            return None
        how = "it could not be started" if last.code is None else f"exit code {last.code}"
        at = last.began.isoformat(timespec="seconds").replace("+00:00", "Z")
        return f"failed {at}: {how}, see the log; the day's state is intact"

    def next(self, now: datetime) -> datetime:
        """When the next night is due, in UTC.

        A clock that was put back past the last one does not bring it again.
        """
        begun = self._begun
        return self._nightly.at.after(begun if begun and now < begun <= now + DAY else now)

    def _forever(self) -> None:
        while (due := self._awaited()) is not None:
            self._begun = due
            late = self._clock() - due
            if late > LATE:
                log(_logger, "night_missed", level=logging.WARNING, due=due, late=str(late))
                continue
            self.last = self._night()
            self._told(self.last.outcome)

    def _awaited(self) -> datetime | None:
        """The moment that has come; None: the schedule is closed."""
        due = self.next(self._clock())
        log(_logger, "night_scheduled", due=due)
        while (now := self._clock()) < due:
            due = self.next(now)
            left = (due - now).total_seconds()
            if self._stop.wait(min(left, self._nightly.look)):
                return None
        return None if self._stop.is_set() else due

    def _night(self) -> Ended:
        """A night that is over, and logged."""
        began, clock = self._clock(), time.monotonic()
        try:
            process = _started(self._nightly.command)
        except OSError as error:
            log(_logger, "night_not_started", level=logging.ERROR, error=error)
            return Ended(began=began, code=None, outcome="failed")
        log(_logger, "night_started", pid=process.pid)
        reader = threading.Thread(target=_listen, args=(process.stderr,), daemon=True)
        reader.start()
        outcome = self._watched(process)
        reader.join(5.0)  # what it started itself may hold the pipe open
        code = process.returncode
        found = Ended(began=began, code=code, outcome=outcome or _outcome(code))
        log(
            _logger,
            "night_ended",
            level=_LEVELS.get(found.outcome, logging.INFO),
            outcome=found.outcome,
            exit_code=code,
            seconds=round(time.monotonic() - clock, 3),
        )
        return found

    def _watched(self, process: subprocess.Popen[bytes]) -> str | None:
        """The process is over; what made us end it, where we did."""
        limit = self._nightly.limit
        end = None if limit is None else time.monotonic() + limit * 3600.0 + self._nightly.patience
        while process.poll() is None:
            if self._stop.wait(0.2):
                _end(process, self._nightly.parting)
                return None if process.returncode == Exit.DONE else "interrupted"
            if end is not None and time.monotonic() > end:
                _end(process, self._nightly.parting)
                return "overran"
        return None


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """The process of a night, which steps behind everything else on the machine.

    In a session of its own, so that an interrupt at the terminal reaches it through us only.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603 - our own command
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # names titles: articles are not logged
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    return process


def _end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """It ends, by itself within ``seconds`` or with all that it has started."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _outcome(code: int) -> str:
    return _OUTCOMES.get(code, "failed" if code > 0 else "killed")


def _listen(lines: IO[bytes] | None) -> None:
    """Every line is logged as far as it may be."""
    assert lines is not None
    with lines:
        for line in lines:
            if facts := said(line.decode(errors="replace").rstrip()):
                log(_logger, "night_said", said=facts)
