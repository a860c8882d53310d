"""Runs one command and writes what the system counted for it, as one line of JSON.

    python -IS benchmarks/launcher.py LOG COMMAND [ARGUMENT ...]

A process of its own because Linux counts the memory of the process that forks among the most
resident memory of the one that is forked: started by a large benchmark, every peer would seem
large. This one has 10 MiB, and imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """CPU seconds and memory include everything from the start of Python to its end."""
    log, *command = sys.argv[1:]
    with open(log, "wb") as written:  # noqa: PTH123 - pathlib costs more memory than all else
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=written, stderr=written)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    # Linux counts in KiB, macOS in bytes.
    unit = 1024 if sys.platform != "darwin" else 1024**2
    told = {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / unit,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
