"""One night in a process of its own, and what it left in the store."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api import bootstrap
from benchmarks.contestants import LAUNCHER, Usage, environment

LOOK_EVERY = 0.2
"""Seconds between two looks at the folder of the night."""
OWN = ("nights", "undo", "index_log", "meta", "sqlite_")
"""Tables that tell of nights themselves, or of the file: every run may write there."""
Groups = dict[str, tuple[str, str]]
"""Cluster and story by article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What one run of the night took."""

    usage: Usage
    articles: int
    folder_mib: float
    """Most that its checkpoints took up."""
    told: dict[str, Any]
    """What it said of itself, in JSON."""

    def figures(self) -> dict[str, Any]:
        """The same, to be kept."""
        return {
            "cpu_seconds": round(self.usage.cpu_seconds, 2),
            "seconds": round(self.usage.seconds, 2),
            "peak_mib": round(self.usage.peak_mib, 1),
            "articles_per_cpu_second": round(self.articles / self.usage.cpu_seconds),
            "folder_mib": round(self.folder_mib, 1),
            "churn": self.told.get("churn", {}),
        }


def run(data: Path, *, model: str, jobs: int = 1) -> Night:
    """``samestory recluster --all`` over the data.

    Raises:
        RuntimeError: it failed; the message ends with what it said.
    """
    command = [sys.executable, "-m", "api.cli.main", "recluster", "--all", "--json"]
    command += ["--data", str(data), "--jobs", str(jobs)]
    log = data.with_name(f"{data.name}.log")
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCHER), str(log), *command],
        env=environment() | {"SAMESTORY_MODEL": model},
        stdout=subprocess.PIPE,
    )
    most = 0
    while process.poll() is None:
        most = max(most, _bytes(data / bootstrap.NIGHT))
        time.sleep(LOOK_EVERY)
    written, _ = process.communicate()
    usage = orjson.loads(written)
    said = log.read_bytes()
    if usage.pop("exit") != 0:
        raise RuntimeError(f"the night failed: {said.decode(errors='replace')[-2000:]}")
    return Night(
        usage=Usage(**usage),
        articles=len(groups(data)),
        folder_mib=most / 2**20,
        told=_told(said),
    )


def groups(data: Path) -> Groups:
    """Where every article lies."""
    with closing(_opened(data)) as store:
        rows = store.execute("SELECT id, cluster, story FROM articles")
        return {name: (cluster, story) for name, cluster, story in rows}


def snapshot(data: Path) -> dict[str, bytes]:
    """A digest of every table but those that tell of nights themselves."""
    with closing(_opened(data)) as store:
        listed = store.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
        names = sorted(name for (name,) in listed if not name.startswith(OWN))
        return {name: _digest(store, name) for name in names}


def changed(old: dict[str, str], now: dict[str, str]) -> dict[str, Any]:
    """How many old groups have another identifier now: that of the group most of them lies in.

    Where as many stayed as went anywhere else, the group is what stayed. One that is merged into a
    larger one has changed too. Groups of several articles are counted once more by themselves.
    """
    members: dict[str, list[str]] = {}
    for article, group in old.items():
        members.setdefault(group, []).append(article)
    gone = {group: _gone(group, articles, now) for group, articles in members.items()}
    many = [group for group, articles in members.items() if len(articles) > 1]
    told = {"groups": len(gone), "changed": sum(gone.values())}
    told |= {"of_many": len(many), "changed_of_many": sum(gone[group] for group in many)}
    shares = {
        "share": told["changed"] / max(told["groups"], 1),
        "share_of_many": told["changed_of_many"] / max(told["of_many"], 1),
    }
    return told | {name: round(share, 5) for name, share in shares.items()}


def _gone(group: str, articles: Sequence[str], now: dict[str, str]) -> bool:
    heirs = Counter(now[article] for article in articles if article in now)
    return bool(heirs) and heirs[group] < max(heirs.values())


def _digest(store: sqlite3.Connection, table: str) -> bytes:
    found = hashlib.blake2b(digest_size=16)
    # The name is the database's own; an identifier cannot be bound.
    for row in store.execute(f'SELECT * FROM "{table}" ORDER BY 1'):  # noqa: S608
        found.update(repr(row).encode())
    return found.digest()


def _opened(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{data / bootstrap.DATABASE}?mode=ro", uri=True)


def _bytes(folder: Path) -> int:
    """Bytes of the files in it; of one that goes away meanwhile none."""
    total = 0
    try:
        for path in folder.rglob("*"):
            total += path.stat().st_size
    except OSError:
        return total
    return total


def _told(said: bytes) -> dict[str, Any]:
    """The JSON document in what it said, after its progress."""
    start = said.find(b"{")
    try:
        told = orjson.loads(said[start:]) if start >= 0 else {}
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}
