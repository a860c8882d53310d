"""Who is measured in benchmarks/copies.py, and how each is run: a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from api.config import plain_environment
from benchmarks.scoring import Int64s, found_codes, together

LAUNCHER = Path(__file__).with_name("launcher.py")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the system counted for a process and those it waited for."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One way of finding copies in a file of articles."""

    name: str
    label: str
    module: str
    """Run as ``python -m MODULE``."""
    needs: str | None = None
    """The library; without it the contestant is left out."""
    most: int | None = None
    """Articles it is given at most: slow ones take a share."""
    slow: bool = False
    """Takes minutes: it is run twice at most."""
    arguments: tuple[str, ...] = ("{source}", "{out}")
    done: tuple[int, ...] = (0,)
    """Exit codes that say it has written what it found."""
    clusters: bool = False
    """Writes a line per article with its ``cluster``, not pairs."""

    @property
    def missing(self) -> str | None:
        """Why it cannot run here, in words; None where it can."""
        if self.needs is None or importlib.util.find_spec(self.needs) is not None:
            return None
        return f"{self.needs} is not installed (pip install -c constraints.txt -e '.[bench]')"

    def share(self, articles: int) -> int:
        """How many of so many articles it is given."""
        return min(self.most or articles, articles)

    def run(self, source: Path, folder: Path) -> tuple[Usage, Path]:
        """What it took for ``source``, and the file it wrote.

        Raises:
            RuntimeError: it failed; the message ends with what it said.
        """
        out, log = folder / f"{self.name}.out", folder / f"{self.name}.log"
        told = [one.format(source=source, out=out) for one in self.arguments]
        launch = [sys.executable, "-I", "-S", str(LAUNCHER), str(log)]
        done = subprocess.run(
            [*launch, sys.executable, "-m", self.module, *told],
            env=environment(),
            stdout=subprocess.PIPE,
            check=True,
        )
        usage = orjson.loads(done.stdout)
        if usage.pop("exit") not in self.done:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise RuntimeError(f"{self.name} failed: {' / '.join(said[-3:])}")
        return Usage(**usage), out

    def found(self, out: Path, n_texts: int) -> Int64s:
        """The pairs it wrote, as ascending codes of places."""
        if not self.clusters:
            return found_codes(np.loadtxt(out, np.int64, ndmin=2).reshape(-1, 2), n_texts)
        with out.open("rb") as lines:
            groups = [orjson.loads(line).get("cluster") for line in lines]
        return found_codes(together(groups), n_texts)


SAMESTORY = Contestant(
    name="samestory",
    label="samestory dedupe --level copies",
    module="api.cli.main",
    done=(0, 1),  # 1: some lines hold no article
    arguments=("dedupe", "{source}", "-o", "{out}", "--level", "copies"),
    clusters=True,
)
BASELINE = Contestant(
    name="rensa_incremental",
    label="rensa LSH .5, incremental, unverified",
    module="benchmarks.peers.rensa_incremental",
    needs="rensa",
)
CONTESTANTS = (
    SAMESTORY,
    BASELINE,
    Contestant(
        name="rensa_verified",
        label="rensa LSH .5, verified",
        module="benchmarks.peers.rensa_verified",
        needs="rensa",
    ),
    Contestant(
        name="datasketch_bulk",
        label="datasketch LSH .5, bulk, verified",
        module="benchmarks.peers.datasketch_bulk",
        needs="datasketch",
    ),
    Contestant(
        name="datasketch_loop",
        label="datasketch LSH .5, loop, verified",
        module="benchmarks.peers.datasketch_loop",
        needs="datasketch",
        most=5_000,
        slow=True,
    ),
    Contestant(
        name="simhash",
        label="SimHash, at most 3 of 64 bits apart",
        module="benchmarks.peers.simhash_index",
        needs="simhash",
        slow=True,
    ),
    Contestant(
        name="tfidf",
        label="TF-IDF, cosine >= .8",
        module="benchmarks.peers.tfidf",
        needs="sklearn",
        slow=True,
    ),
    Contestant(
        name="minilm_faiss",
        label="MiniLM + FAISS, cosine >= .90",
        module="benchmarks.peers.minilm_faiss",
        needs="sentence_transformers",
        most=2_000,
        slow=True,
    ),
)


def environment() -> dict[str, str]:
    """One thread, no network, and compiled modules kept, as they are wherever a program is used."""
    plain = {k: v for k, v in plain_environment().items() if k != "PYTHONDONTWRITEBYTECODE"}
    return plain | ONE_THREAD | {"HF_HUB_OFFLINE": "1"}
