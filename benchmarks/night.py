"""What a night costs, how its cost grows, and how little it changes where little is new.

    python -m benchmarks.night [--data FILE] [--vectors FILE] [--keep DIR]
        [--sizes 10000,20000,40000] [--grown 100000,200000] [--quick]

A store is filled with articles that lie alone (benchmarks/filling.py). Then ``samestory recluster
--all`` runs over a copy of it in a process of its own, three times: over everything for the first
time; again over the same, which must change nothing; and once one new article has come for every
twenty that were there. What the system counted for the process is reported, start included.
Libraries that find copies run over the same texts: they know no stories, no canonical source and no
identifiers. Figures are kept after each size.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from api import bootstrap
from api.config import PACKAGED_MODEL, Config
from benchmarks import contestants, corpus, filling, machine, night_board
from benchmarks.contestants import BASELINE, SAMESTORY, Contestant
from benchmarks.filling import Filler
from benchmarks.night_runs import Groups, Night, changed, groups, run, snapshot
from benchmarks.story_sets import KeptVectors

Figures = dict[str, Any]
SIZES, GROWN, SMALL = (10_000, 20_000, 40_000), (100_000, 200_000), (1_000, 2_000)
SMALL_RUN = {
    "sizes": SMALL,
    "grown": (),
    "model": bootstrap.HASHED_MODEL,
    "vectors": None,
    "keep": None,
    "jobs": 1,
    "peers": "",
    "only_fill": False,
    "no_keep": False,
}
"""What ``make bench`` runs: no language model, no libraries."""
PEERS = (SAMESTORY.name, BASELINE.name, "rensa_verified", "datasketch_bulk")
MOST_OF_PEERS = 40_000
"""Articles that peers slower than this library's own path are given at most."""
STARTED = 20_000
"""Articles from which on the start of the program weighs little."""
FAST = (SAMESTORY.name, BASELINE.name)


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpus.options(parser)
    options(parser)
    parser.add_argument("--quick", action="store_true", help=f"{SMALL} made-up articles")
    measure(parser.parse_args())


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark alone."""
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help="articles there at first")
    parser.add_argument("--grown", type=_numbers, default=GROWN, help="more, by replication")
    parser.add_argument("--model", default=PACKAGED_MODEL, help="encoder, as in SAMESTORY_MODEL")
    parser.add_argument("--vectors", type=Path, help="file that keeps vectors from run to run")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="filled stores for the next run")
    parser.add_argument("--jobs", type=int, default=1, help="processes of the night")
    parser.add_argument("--peers", default=",".join(PEERS), help="of the benchmark of copies")
    parser.add_argument("--only-fill", action="store_true", help="fill the stores of --keep")
    parser.add_argument("--no-keep", action="store_true", help="print only")


def measure(given: argparse.Namespace) -> Figures:
    """The figures, printed and kept."""
    sizes = SMALL if given.quick else tuple(sorted({*given.sizes, *given.grown}))
    rows = _rows(given, filling.streamed(sizes[-1]))
    figures: Figures = {"load_before": machine.load(), "rows": len(rows), "sizes": {}}
    with _folder(given.keep) as kept:
        bench = Bench(given, rows, kept)
        for size in sizes:
            bench.filled(size, among=sizes)
            if given.only_fill:
                continue
            figures["sizes"][str(size)] = bench.measured(size)
            figures |= {"exponents": exponents(figures["sizes"]), "load_after": machine.load()}
            print("\n" + night_board.everything(figures) + "\n", flush=True)
            told = {"data": corpus.told(given), "sizes": list(sizes), "jobs": given.jobs}
            told |= {"encoder": bench.encoder.name}
            if not given.no_keep:
                print(machine.keep(corpus.name(given, "night"), told, figures))
    return figures


class Bench:
    """Fills stores, runs nights and peers over them."""

    def __init__(self, given: argparse.Namespace, rows: Sequence[corpus.Row], kept: Path) -> None:
        self.given = given
        self.rows = rows
        self.model = bootstrap.HASHED_MODEL if given.quick else given.model
        self.encoder = KeptVectors(bootstrap.encoder(Config(model=self.model)), given.vectors)
        self._kept = kept

    def filled(self, size: int, *, among: Sequence[int] = ()) -> Path:
        """The data folder with so many articles, each alone; made once, from the next smaller."""
        folder = self._kept / f"{corpus.name(self.given, 'night')}-{self.model}-{size}"
        if folder.exists():
            return folder
        smaller = [other for other in among if other < size]
        work = self._kept / "filling"
        shutil.rmtree(work, ignore_errors=True)
        there = smaller[-1] if smaller else 0
        if there:
            shutil.copytree(self.filled(there, among=smaller), work)
        stream = filling.grown(self.rows, filling.streamed(size), seed=self.given.seed)
        new = list(filling.earlier(stream))[there:]
        taken = self._filler(work).fill(new)
        self.encoder.save()
        print(f"  filled {folder.name}: {taken:,} more", flush=True)
        return work.rename(folder)

    def measured(self, size: int) -> Figures:
        """Three nights over a copy of the filled store, and the peers over the same texts."""
        with tempfile.TemporaryDirectory(prefix="samestory-night-", dir=self._kept) as made:
            data = Path(made) / "data"
            shutil.copytree(self.filled(size), data)
            told = {"articles": len(groups(data)), **self.nights(data, size)}
            shutil.rmtree(data)
            told["peers"] = self.peers(Path(made), size)
        return told

    def nights(self, data: Path, size: int) -> Figures:
        """The first night, the second over the same articles, and one when some are new.

        Raises:
            RuntimeError: the second night changed something.
        """
        first = self._night(data, "first night")
        before = snapshot(data)
        second = self._night(data, "second night")
        if (now := snapshot(data)) != before:
            raise RuntimeError(
                f"a second night over unchanged data changed {_differing(before, now)}"
            )
        old = groups(data)
        came = self._filler(data).fill(self._later(size))
        third = self._night(data, f"night with {came:,} new articles")
        return {
            "first": first.figures(),
            "second": second.figures(),
            "third": third.figures() | {"new": came, **renamed(old, groups(data))},
            "store_mib": round((data / bootstrap.DATABASE).stat().st_size / 2**20, 1),
        }

    def peers(self, folder: Path, size: int) -> Figures:
        """What other libraries take to find copies in the same texts."""
        told: Figures = {}
        stream = filling.grown(self.rows, filling.streamed(size), seed=self.given.seed)
        source = corpus.written(folder / "texts.jsonl", (a.row for a in filling.earlier(stream)))
        for one in self._peers(size):
            usage, _ = one.run(source, folder)
            told[one.name] = {
                "label": one.label,
                "cpu_seconds": round(usage.cpu_seconds, 2),
                "peak_mib": round(usage.peak_mib, 1),
            }
            print(f"  {size:,}: {one.label}: {usage.cpu_seconds:.1f} CPU s", flush=True)
        return told

    def _peers(self, size: int) -> list[Contestant]:
        wanted = {one for one in self.given.peers.split(",") if one}
        among = [one for one in contestants.CONTESTANTS if one.name in wanted and not one.missing]
        return [one for one in among if size <= MOST_OF_PEERS or one.name in FAST]

    def _night(self, data: Path, told: str) -> Night:
        night = run(data, model=self.model, jobs=self.given.jobs)
        said = f"{night.usage.cpu_seconds:.1f} CPU s, {night.usage.peak_mib:,.0f} MiB"
        print(f"  {told}: {said}", flush=True)
        return night

    def _later(self, size: int) -> Iterator[filling.Arrival]:
        stream = filling.grown(self.rows, filling.streamed(size), seed=self.given.seed)
        return filling.later(stream)

    def _filler(self, data: Path) -> Filler:
        return Filler(Config(data=data, model=self.model), self.encoder, self.rows)


def renamed(old: Groups, now: Groups) -> Figures:
    """Which share of old groups most of whose articles lie under another identifier now."""
    told: Figures = {}
    for place, level in enumerate(("clusters", "stories")):
        was, now_of = ({k: pair[place] for k, pair in one.items()} for one in (old, now))
        told[level] = changed(was, now_of)
    return told


def exponents(sizes: Figures) -> Figures:
    """The power of the number of articles that CPU seconds and memory grow with, by least squares.

    Over all sizes, and over those from ``STARTED`` articles on.
    """
    costs: dict[str, dict[int, Figures]] = {}
    for size, figures in sizes.items():
        nights = {name: figures[name] for name in night_board.NIGHTS}
        for name, one in (nights | figures["peers"]).items():
            costs.setdefault(name, {})[int(size)] = one
    told: Figures = {}
    for name, of in costs.items():
        large = {size: one["cpu_seconds"] for size, one in of.items() if size >= STARTED}
        told[name] = {
            "cpu": exponent({size: one["cpu_seconds"] for size, one in of.items()}),
            "cpu_from_20000": exponent(large),
            "memory": exponent({size: one["peak_mib"] for size, one in of.items()}),
        }
    return told


def exponent(cost: dict[int, float]) -> float | None:
    """The slope of a straight line through log cost against log size; None of fewer than two."""
    if len(cost) < 2:
        return None
    sizes, costs = (np.log(np.array(list(side), np.float64)) for side in (cost, cost.values()))
    return round(float(np.polyfit(sizes, costs, 1)[0]), 3) + 0.0  # never -0


def _differing(before: dict[str, bytes], now: dict[str, bytes]) -> str:
    return ", ".join(sorted(name for name in before | now if before.get(name) != now.get(name)))


def _rows(given: argparse.Namespace, count: int) -> list[corpus.Row]:
    """As many articles as there are, up to ``count``; of the generator no more than 40,000."""
    if given.data is None:
        count = min(count, MOST_OF_PEERS)
    rows = corpus.labelled(given, count)
    return [{name: row.get(name) for name in corpus.FIELDS} for row in rows]


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="samestory-nights-") as made:
        yield Path(made)


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(int(one) for one in told.split(",") if one)


if __name__ == "__main__":
    main()
