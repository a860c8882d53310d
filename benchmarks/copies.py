"""How well and how fast copies are found, next to what one would use instead.

    python -m benchmarks.copies [FILE LEXICAL] [--peers a,b] [--parts contest,growth] [--quick]

Every contestant reads the same file of articles in a process of its own, on one thread, and writes
the pairs it takes for copies; what the system counted for the process is reported, start included.
FILE holds articles, LEXICAL the pairs that share wording (see benchmarks/lexical.py); without
them articles are made up and the pairs computed. Figures are kept after each part, so that an
interrupted run loses only the part it was at.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from statistics import median

import orjson

from benchmarks import (
    contestants,
    corpus,
    lexical,
    machine,
    replication,
    scoreboard,
    scoring,
    sketching,
)
from benchmarks.contestants import BASELINE, SAMESTORY, Contestant, Usage
from benchmarks.scoring import Figures, Int64s, Reference

SLOW_RUNS = 2
"""Runs of a contestant that takes minutes."""
CHECKED = 20_000
"""Found pairs that are not listed and are compared exactly; more are taken as they are."""
GROWING = (SAMESTORY.name, BASELINE.name, "datasketch_bulk")
GROWN = (5_000, 20_000, 50_000, 100_000)
"""Articles by perturbed replication; the exponents are of the second to the last."""
EXCERPTS = 1_000
"""Of each length."""
INDEXED = (10_000, 50_000, 100_000)


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, metavar="FILE")
    parser.add_argument("lexical", nargs="?", type=Path, metavar="LEXICAL")
    parser.add_argument("--seed", type=int, default=1, help="of the generator and of excerpts")
    options(parser)
    parser.add_argument("--quick", action="store_true", help="small numbers, under two minutes")
    given = parser.parse_args()
    if (given.data is None) != (given.lexical is None):
        parser.error("FILE needs LEXICAL, the pairs of its articles that share wording")
    measure(given)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark alone."""
    peers = ",".join(one.name for one in contestants.CONTESTANTS[1:])
    parser.add_argument("--articles", type=int, default=20_000, help="the first so many")
    parser.add_argument("--runs", type=int, default=5, help=f"slow peers take {SLOW_RUNS} at most")
    parser.add_argument("--peers", default=peers, help=f"of {peers}; samestory is always in")
    parser.add_argument("--slow-articles", type=int, help="for peers that get a share of them")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--wrong", type=Path, metavar="OUT", help="pairs missed and false, by id")
    parser.add_argument("--no-keep", action="store_true", help="print only")


def measure(given: argparse.Namespace) -> Figures:
    """The figures, printed and kept."""
    if given.quick:
        given.articles, given.runs, given.slow_articles = 2_000, 1, 200
    rows = corpus.labelled(given, given.articles)
    settings = {"data": corpus.told(given), "articles": len(rows), "runs": given.runs}
    figures: Figures = {"load_before": machine.load()}
    for name in given.parts.split(","):
        print(f"\n{name}", flush=True)
        figures[name] = PARTS[name](given, rows)
        figures["load_after"] = machine.load()
        print("\n" + scoreboard.part(name, figures[name]), flush=True)
        if not given.no_keep:
            print(machine.keep(corpus.name(given, "copies"), settings, figures))
    return figures


def contest(given: argparse.Namespace, rows: Sequence[corpus.Row]) -> Figures:
    """Recall, precision, CPU time and memory of every contestant, and ours over rensa's speed."""
    reference, bodies = _reference(given, rows), _bodies(rows)
    used: dict[str, list[Usage]] = {}
    told: Figures = {}
    with tempfile.TemporaryDirectory(prefix="samestory-copies-") as made:
        for one, usage, out in _turns(given, rows, Path(made)):
            if one.name not in told:
                part = reference.first(one.share(len(rows)))
                found = one.found(out, part.n_texts)
                told[one.name] = _scored(one, found, part, bodies)
                if given.wrong:
                    _list_wrong(given.wrong, one, scoring.wrong(found, part), rows)
            used.setdefault(one.name, []).append(usage)
    for name, usages in used.items():
        told[name] |= _spread(usages, told[name]["articles"])
    order = [one.name for one in contestants.CONTESTANTS if one.name in told]
    figures: Figures = {"contestants": {name: told[name] for name in order}}
    if BASELINE.name in used:
        pairs = zip(used[BASELINE.name], used[SAMESTORY.name], strict=True)
        figures["times_rensa"] = _three([b.cpu_seconds / s.cpu_seconds for b, s in pairs])
    return figures


def growth(given: argparse.Namespace, rows: Sequence[corpus.Row]) -> Figures:
    """CPU seconds and peak memory at growing sizes, and the exponents of their growth."""
    sizes = (500, 1_000, 2_000) if given.quick else GROWN
    among = [one for one in _chosen(given) if one.name in GROWING]
    told: Figures = {one.name: {"label": one.label, "sizes": {}} for one in among}
    with tempfile.TemporaryDirectory(prefix="samestory-copies-") as made:
        for size in sizes:
            grown = replication.grown(rows, size, seed=given.seed)
            source = corpus.written(Path(made) / f"{size}.jsonl", grown)
            for one in among:
                usage, _ = one.run(source, Path(made))
                _tell(f"{size:,} articles", one, usage)
                told[one.name]["sizes"][str(size)] = {
                    "cpu_seconds": round(usage.cpu_seconds, 2),
                    "peak_mib": round(usage.peak_mib, 1),
                    "articles_per_cpu_second": round(size / usage.cpu_seconds),
                }
            source.unlink()
    for of in told.values():
        of["cpu_exponent"] = _exponent(of["sizes"], "cpu_seconds")
        of["memory_exponent"] = _exponent(of["sizes"], "peak_mib")
    return told


def excerpts(given: argparse.Namespace, rows: Sequence[corpus.Row]) -> Figures:
    """Which share of excerpts of long texts is found as a candidate, in both directions."""
    count = 100 if given.quick else EXCERPTS
    return sketching.excerpts(_bodies(rows), count=count, seed=given.seed)


def sketches(_: argparse.Namespace, rows: Sequence[corpus.Row]) -> Figures:
    """What a sketch weighs."""
    return sketching.weights(_bodies(rows))


def online(given: argparse.Namespace, rows: Sequence[corpus.Row]) -> Figures:
    """CPU milliseconds of one query and one add at growing sizes of the index."""
    sizes = (1_000, 4_000) if given.quick else INDEXED
    grown = replication.grown(rows, sizes[-1] + 10_000, seed=given.seed)
    return sketching.online((row["body"] or "" for row in grown), sizes)


PARTS: dict[str, Callable[[argparse.Namespace, Sequence[corpus.Row]], Figures]] = {
    "contest": contest,
    "excerpts": excerpts,
    "sketches": sketches,
    "online": online,
    "growth": growth,
}


def _chosen(given: argparse.Namespace) -> list[Contestant]:
    """The contestants that were asked for and can run; the others are named with the reason."""
    wanted = {SAMESTORY.name, *filter(None, given.peers.split(","))}
    unknown = wanted - {one.name for one in contestants.CONTESTANTS}
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    among = []
    for one in contestants.CONTESTANTS:
        if one.name in wanted and one.missing:
            print(f"left out: {one.label}: {one.missing}", flush=True)
        elif one.name in wanted:
            most = one.most and (given.slow_articles or one.most)
            among.append(replace(one, most=most))
    return among


def _turns(
    given: argparse.Namespace, rows: Sequence[corpus.Row], folder: Path
) -> Iterator[tuple[Contestant, Usage, Path]]:
    """Every run of every contestant; a peer that fails is left out from then on."""
    among = _chosen(given)
    for turn in range(given.runs):
        # Every other turn goes backwards: nobody always runs after the same one.
        for one in among[:: 1 if turn % 2 == 0 else -1]:
            if one.slow and turn >= SLOW_RUNS:
                continue
            count = one.share(len(rows))
            source = corpus.written(folder / f"{count}.jsonl", rows[:count])
            try:
                usage, out = one.run(source, folder)
            except RuntimeError as failed:
                if turn or one.name == SAMESTORY.name:
                    raise
                print(f"left out: {failed}", flush=True)
                among = [other for other in among if other is not one]
                continue
            _tell(f"run {turn + 1} of {given.runs}", one, usage)
            yield one, usage, out


def _reference(given: argparse.Namespace, rows: Sequence[corpus.Row]) -> Reference:
    """The lexical reference of these articles: read, or computed for made-up ones."""
    if given.data is None:
        print(f"computing the lexical reference of {len(rows):,} articles", flush=True)
        return Reference.of(len(rows), lexical.listed(_bodies(rows)))
    places = {row["id"]: place for place, row in enumerate(rows)}
    labels = [row.get("cluster") for row in rows]
    pairs = lexical.read(given.lexical, places)
    return Reference.of(len(rows), pairs, labels if any(labels) else None)


def _scored(one: Contestant, found: Int64s, reference: Reference, bodies: Sequence[str]) -> Figures:
    told = scoring.score(found, reference)
    _, false = scoring.wrong(found, reference)
    if len(false) <= CHECKED:
        overlaps = (lexical.overlap(bodies[a], bodies[b]) for a, b in false.tolist())
        told["precision_checked"] = scoring.checked_precision(told, overlaps)
    return {
        "label": one.label,
        "articles": reference.n_texts,
        **told,
        "curves": scoring.curves(found, reference),
    }


def _list_wrong(
    path: Path, one: Contestant, wrong: tuple[Int64s, Int64s], rows: Sequence[corpus.Row]
) -> None:
    """The file goes on with a line per missed or false pair: its articles and their overlap."""
    bodies = _bodies(rows)
    with path.open("ab") as lines:
        for kind, pairs in zip(("missed", "false"), wrong, strict=True):
            for a, b in pairs.tolist():
                jaccard, containment = lexical.overlap(bodies[a], bodies[b])
                told = {
                    "contestant": one.name,
                    "kind": kind,
                    "a": rows[a]["id"],
                    "b": rows[b]["id"],
                }
                told |= {"jaccard": jaccard, "containment": containment}
                lines.write(orjson.dumps(told) + b"\n")


def _bodies(rows: Sequence[corpus.Row]) -> list[str]:
    return [row["body"] or "" for row in rows]


def _tell(when: str, one: Contestant, usage: Usage) -> None:
    spent = f"{usage.cpu_seconds:8.2f} CPU s {usage.peak_mib:8.1f} MiB"
    print(f"  {when}  {one.label:40s} {spent}", flush=True)


def _spread(usages: Sequence[Usage], articles: int) -> Figures:
    return {
        "runs": len(usages),
        "cpu_seconds": _three([one.cpu_seconds for one in usages]),
        "seconds": _three([one.seconds for one in usages]),
        "peak_mib": _three([one.peak_mib for one in usages]),
        "articles_per_cpu_second": _three([articles / one.cpu_seconds for one in usages], 0),
    }


def _three(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    told = {"median": median(values), "min": min(values), "max": max(values)}
    return {name: round(value, digits) for name, value in told.items()}


def _exponent(sizes: Figures, measure: str) -> float:
    """The power of the number of articles that a measure grows with, from the second size on."""
    _, (small, low), *_, (large, high) = sizes.items()
    return round(log(high[measure] / low[measure]) / log(int(large) / int(small)), 3)


if __name__ == "__main__":
    main()
