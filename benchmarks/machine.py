"""Where figures were measured: machine, commit, load; and the file they are kept in."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import orjson

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent


def facts() -> dict[str, Any]:
    """The machine and the commit, as far as they can be told."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": _commit(),
    }


def load() -> list[float]:
    """Processes that ran or waited to run in the last 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def peak_mib(process: int) -> float | None:
    """Most resident memory a running process has had, in MiB; None where the system keeps none."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return round(int(held[0]) / 1024, 1) if held else None


def keep(name: str, settings: dict[str, Any], figures: dict[str, Any]) -> Path:
    """``benchmarks/results/<name>.json`` holds machine, settings and figures."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    told = {"machine": facts(), "settings": settings, "figures": figures}
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    told = dict(
        (part.strip() for part in line.split(":", 1)) for line in reversed(lines) if ":" in line
    )
    kind = [told[name] for name in ("cpu family", "model") if name in told]
    return " ".join([told.get("model name", platform.machine()), *filter(None, ["/".join(kind)])])


def _commit() -> str:
    """The commit that is checked out; "+" marks a tree that differs from it."""
    try:
        name, changed = (
            subprocess.run(
                ["git", *arguments],  # noqa: S607 - whichever git is first on the path
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for arguments in (("rev-parse", "HEAD"), ("status", "--porcelain", "-uno"))
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name.strip() + ("+" if changed.strip() else "")
