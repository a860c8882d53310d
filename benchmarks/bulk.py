"""How many articles `samestory dedupe` judges in a second of CPU time, and in how much memory.

    python -m benchmarks.bulk [--copies 10000] [--both 5000] [--data FILE] [--quick]

Each level runs as the command does, in a process of its own; what the system counted for that
process is reported: CPU seconds of all its threads, wall seconds, most resident memory. Starting
up is part of it, and is measured alone with a single article.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from api.config import plain_environment
from benchmarks import corpus, machine


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpus.options(parser)
    parser.add_argument("--copies", type=int, default=10_000, help="articles at level copies")
    parser.add_argument("--both", type=int, default=5_000, help="articles at level both")
    parser.add_argument("--quick", action="store_true", help="1,000 and 300 articles")
    measure(parser.parse_args())


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """The figures, printed and kept."""
    counts = {"copies": given.copies, "both": given.both}
    if given.quick:
        counts = {"copies": 1_000, "both": 300}
    rows = corpus.rows(given, max(counts.values()))
    figures: dict[str, Any] = {"load_before": machine.load()}
    for level, count in counts.items():
        figures[level] = _level(level, rows[:count])
        _show(level, figures[level])
    figures["load_after"] = machine.load()
    settings = {"data": corpus.told(given), **counts}
    print(machine.keep(corpus.name(given, "bulk"), settings, figures))
    return figures


def _level(level: str, rows: Sequence[corpus.Row]) -> dict[str, float]:
    start = _run(level, rows[:1])
    whole = _run(level, rows)
    return {
        "articles": len(rows),
        **whole,
        "articles_per_cpu_second": round(len(rows) / whole["cpu_seconds"], 1),
        "start_up_cpu_seconds": start["cpu_seconds"],
        "articles_per_cpu_second_after_start": round(
            len(rows) / max(whole["cpu_seconds"] - start["cpu_seconds"], 1e-3), 1
        ),
    }


def _run(level: str, rows: Sequence[corpus.Row]) -> dict[str, float]:
    """What one run of the command took."""
    with tempfile.TemporaryDirectory(prefix="samestory-bench-") as made:
        source, out = Path(made) / "in.jsonl", Path(made) / "out.jsonl"
        source.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        command = [sys.executable, "-m", "api.cli.main", "dedupe", str(source), "-o", str(out)]
        began = time.perf_counter()
        with (Path(made) / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--level", level], stdout=log, stderr=log, env=plain_environment()
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit((Path(made) / "log").read_text(encoding="utf-8")[-2000:])
        seconds = time.perf_counter() - began
    # Linux counts in KiB, macOS in bytes.
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_mib": round(used.ru_maxrss / unit, 1),
    }


def _show(level: str, figures: dict[str, float]) -> None:
    print(f"\ndedupe --level {level}, {figures['articles']:,} articles")
    for name, value in figures.items():
        print(f"  {name:38s} {value:10,.1f}")


if __name__ == "__main__":
    main()
