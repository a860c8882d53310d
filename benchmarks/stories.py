"""How well articles about one event are grouped, next to what one would use instead.

    python -m benchmarks.stories [FOLDER | FILE ...] [--parts contest,pairs] [--quick]

FILEs hold JSON lines with ``story`` (.gz too), a FOLDER the development sets (``--data``, by
default ../shared/data): labelled sets and files of pairs.
Every peer has one threshold, chosen on the other sets; Samestory runs at its shipped setting, with
the shipped coefficients (fitted on these sets too: in sample) and with those that were fitted
without the set. What is not there is named and left out. Figures are kept after each part.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from api import bootstrap
from api.config import PACKAGED_MODEL, Config
from benchmarks import (
    corpus,
    machine,
    story_board,
    story_calibration,
    story_folds,
    story_pairs,
    story_peers,
    story_runs,
    story_sets,
    story_speed,
)
from benchmarks.story_board import LEFT_OUT, SHIPPED
from benchmarks.story_runs import Grouped
from benchmarks.story_sets import KeptVectors, StorySet
from dedupe.evaluation import adjusted_rand, b_cubed
from dedupe.verdict import Verdicts

Figures = dict[str, Any]
DATA = machine.ROOT.parent / "shared" / "data"
SHUFFLES = (1, 2, 3)
"""Seeds of the random orders of arrival."""
QUICK, QUICK_SPEED = 120, 200
"""Articles of each made-up set, and those that speed is measured on."""


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="articles with a story")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the development sets")
    parser.add_argument("--folds", type=Path, default=story_folds.FOLDS, help="models left out")
    parser.add_argument("--articles", type=int, help="of each set, the first so many")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--cache", type=Path, help="file that keeps vectors from run to run")
    parser.add_argument("--model", default=PACKAGED_MODEL, help="encoder, as in SAMESTORY_MODEL")
    parser.add_argument("--speed-data", type=Path, help="articles for speed, else made up")
    parser.add_argument("--speed-articles", type=int, default=2_000)
    parser.add_argument("--indexed", type=int, default=1_000, help="articles in the filled service")
    parser.add_argument("--quick", action="store_true", help="made-up articles, about a minute")
    parser.add_argument("--no-keep", action="store_true", help="print only")
    given = parser.parse_args()
    if len(given.files) == 1 and given.files[0].is_dir():
        given.data, given.files = given.files[0], []
    measure(given)


def measure(given: argparse.Namespace) -> Figures:
    """The figures, printed and kept."""
    bench = Bench(given)
    figures: Figures = {"load_before": machine.load()}
    for name in given.parts.split(","):
        print(f"\n{name}", flush=True)
        figures[name] = PARTS[name](bench)
        figures["load_after"] = machine.load()
        bench.encoder.save()
        print("\n" + story_board.part(name, figures[name]), flush=True)
        if not given.no_keep:
            print(machine.keep(bench.name, bench.settings, figures))
    return figures


class Bench:
    """What the parts have in common: sets, encoder, and groupings that are worked out once."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.encoder = KeptVectors(bootstrap.encoder(Config(model=given.model)), given.cache)
        self.grouped: Callable[[str, str], Grouped] = cache(self._grouped)
        self.left_out: Callable[[str], Verdicts | None] = cache(self._left_out)

    @property
    def name(self) -> str:
        """Name of the result: figures on own files never replace those of the development sets."""
        if self.made_up:
            return "stories-quick"
        named = [story_sets.named(path) for path in self.given.files]
        return "-".join(["stories", *named])

    @property
    def settings(self) -> Figures:
        """What the figures were measured on."""
        told = {"data": list(self.sets), "articles": sum(len(s.rows) for s in self.sets.values())}
        return told | {"encoder": self.encoder.name}

    @property
    def made_up(self) -> bool:
        """No labelled file is at hand, or none is wanted."""
        return self.given.quick or not self._files

    @cached_property
    def sets(self) -> dict[str, StorySet]:
        """Every set by name."""
        found: dict[str, StorySet] = {}
        for name, rows in self._rows():
            found[name] = story_sets.story_set(name, rows, self.encoder)
            print(f"  read {name}: {len(rows):,} articles", flush=True)
        return found

    def variants(self) -> Iterator[StorySet]:
        """The sets, and those with dates once more as if they had none."""
        for found in self.sets.values():
            yield found
            if found.dated:
                yield story_sets.without_dates(found)

    def hows(self) -> list[str]:
        """Coefficients that Samestory is measured with."""
        found = [self.left_out(name) for name in self.sets]
        return [LEFT_OUT, SHIPPED] if any(found) else [SHIPPED]

    def verdicts(self, name: str, how: str) -> Verdicts | None:
        """Those that have not seen the set, or None for the shipped ones."""
        return self.left_out(name.partition(",")[0]) if how == LEFT_OUT else None

    def of(self, found: StorySet, how: str) -> Grouped:
        """How Samestory groups a set in bulk."""
        return self.grouped(found.name, how)

    def speed_rows(self) -> tuple[str, list[story_sets.Row]]:
        """The articles that speed is measured on, and which they are."""
        wanted = argparse.Namespace(data=self.given.speed_data, seed=1)
        count = QUICK_SPEED if self.given.quick else self.given.speed_articles
        return corpus.told(wanted), corpus.rows(wanted, count)

    @cached_property
    def _files(self) -> list[Path]:
        if self.given.files:
            return list(self.given.files)
        wanted = [self.given.data / f"{name}.jsonl.gz" for name in story_sets.CLUSTERED]
        for path in wanted:
            if not path.exists():
                print(f"skipped: {path} is not there", flush=True)
        return [path for path in wanted if path.exists()]

    def _rows(self) -> Iterator[tuple[str, list[story_sets.Row]]]:
        if self.made_up:
            for seed in (1, 2):
                yield f"generator-{seed}", story_sets.made_up(seed, self.given.articles or QUICK)
            return
        for path in self._files:
            yield story_sets.named(path), story_sets.lines(path)[: self.given.articles]

    def _left_out(self, name: str) -> Verdicts | None:
        found = story_folds.left_out(name, self.given.folds)
        if found is None:
            print(f"skipped: no model left out for {name} in {self.given.folds}", flush=True)
        return found

    def _grouped(self, name: str, how: str) -> Grouped:
        (found,) = (one for one in self.variants() if one.name == name)
        return story_runs.in_bulk(found.rows, self.encoder, self.verdicts(name, how))


def contest(bench: Bench) -> Figures:
    """B-cubed and ARI of every way of grouping, on every set."""
    told: Figures = {"sets": {name: _facts(one) for name, one in bench.sets.items()}}
    told["methods"] = {}
    groupings = {
        name: story_peers.Material(one.texts, one.vectors) for name, one in bench.sets.items()
    }
    for peer in story_peers.PEERS:
        tried = {}
        for name, material in groupings.items():
            grouped = peer.groups(material)
            tried[name] = [
                scored(bench.sets[name], grouped(threshold).tolist())
                for threshold in story_peers.GRID
            ]
        told["methods"][peer.name] = {"label": peer.label, "sets": _transferred(tried)}
        print(f"  {peer.label}", flush=True)
    hows = bench.hows()
    for how in hows:
        told["methods"][how] = {
            "label": story_board.label(how, in_sample=LEFT_OUT in hows),
            "sets": {
                name: scored(one, bench.of(one, how).stories)
                for name, one in bench.sets.items()
                if how == SHIPPED or bench.left_out(name)
            },
        }
    return told


def online(bench: Bench) -> Figures:
    """The same articles posted one by one, in date order and in random ones, against the batch."""
    told: Figures = {}
    shuffles = SHUFFLES[:1] if bench.given.quick else SHUFFLES
    for name, one in bench.sets.items():
        batch = scored(one, bench.of(one, SHIPPED).stories)
        orders = {}
        for arrival, order in story_runs.orders(one.in_date_order(), shuffles).items():
            orders[arrival] = scored(one, story_runs.online(one.rows, order, bench.encoder))
            print(f"  {name}, {arrival}: {orders[arrival]['f1']:.4f}", flush=True)
        spread = max(abs(scored["f1"] - batch["f1"]) for scored in orders.values())
        told[name] = {"batch": batch, "orders": orders, "spread": round(spread, 4)}
    return told


def pairs(bench: Bench) -> Figures:
    """F1 of "the same event" on labelled pairs."""
    if bench.made_up:
        rows = [story_sets.made_up_pairs(seed, bench.given.articles or QUICK) for seed in (3, 4)]
        named = (("generator-3", rows[0]), ("generator-4", rows[1]))
        sets = [story_pairs.pair_set(name, part, bench.encoder) for name, part in named]
    else:
        sets = story_pairs.read(bench.given.data, bench.encoder)
    told: Figures = {"sets": story_pairs.facts(sets), "methods": story_pairs.scores(sets)}
    for how in (LEFT_OUT, SHIPPED):
        found = {
            one.name: story_pairs.samestory(one, bench.encoder, bench.verdicts(one.name, how))
            for one in sets
            if how == SHIPPED or bench.left_out(one.name)
        }
        if found:
            label = story_board.label(how, in_sample=LEFT_OUT in told["methods"])
            told["methods"][how] = {"label": label, "sets": found}
    return told


def calibration(bench: Bench) -> Figures:
    """How far probabilities are from shares, over all pairs that the service judges."""
    told: Figures = {}
    for how in bench.hows():
        judged = {
            one.name: story_calibration.of_candidates(one, bench.of(one, how))
            for one in bench.variants()
            if how == SHIPPED or bench.verdicts(one.name, how)
        }
        told[how] = {name: story_calibration.reliability(*one) for name, one in judged.items()}
        # A set counts once, with the dates it has.
        whole = [one for name, one in judged.items() if name in bench.sets]
        p, yes = (np.concatenate(column) for column in zip(*whole, strict=True))
        told[how]["pooled"] = story_calibration.reliability(p, yes)
    return told


def speed(bench: Bench) -> Figures:
    """What the steps cost; the encoder is compared where it is the shipped one."""
    data, rows = bench.speed_rows()
    told: Figures = {"data": data}
    if bench.given.model == PACKAGED_MODEL:
        ledes = list(dict.fromkeys(filter(None, story_sets.ledes_of(rows[:640]))))
        turns = 2 if bench.given.quick else 8
        told["embedding"] = story_speed.embedding(ledes, turns=turns)
    engine = bootstrap.encoder(Config(model=bench.given.model))
    told["bulk"], vectors = story_speed.in_bulk(rows, engine)
    indexed = min(bench.given.indexed, len(rows) - story_speed.PROBES)
    taken = rows[: indexed + story_speed.PROBES]
    told["online"] = story_speed.at_a_service(taken, indexed, vectors)
    return told


PARTS: dict[str, Callable[[Bench], Figures]] = {
    "contest": contest,
    "online": online,
    "pairs": pairs,
    "calibration": calibration,
    "speed": speed,
}


def _facts(one: StorySet) -> Figures:
    labels = [label for label in one.stories if label is not None]
    return {"articles": len(labels), "stories": len(set(labels)), "dated": one.dated}


def scored(one: StorySet, said: Sequence[Any]) -> Figures:
    """B-cubed and ARI over the articles that carry a label."""
    kept = [k for k, label in enumerate(one.stories) if label is not None]
    gold, groups = [one.stories[k] for k in kept], [said[k] for k in kept]
    cubed = b_cubed(gold, groups)
    told = {"f1": cubed.f1, "precision": cubed.precision, "recall": cubed.recall}
    told["ari"] = adjusted_rand(gold, groups)
    return {name: round(value or 0.0, 4) for name, value in told.items()}


def _transferred(tried: dict[str, list[Figures]]) -> Figures:
    """Per set the score at the threshold of the others, and its own best."""
    f1 = {name: [scored["f1"] for scored in scores] for name, scores in tried.items()}
    told: Figures = {}
    for name, scores in tried.items():
        chosen, own = story_peers.chosen_elsewhere(f1, name), int(np.argmax(f1[name]))
        best = {"f1": f1[name][own], "threshold": story_peers.GRID[own]}
        told[name] = {"oracle": best}
        if chosen is not None:
            told[name] |= scores[chosen] | {"threshold": story_peers.GRID[chosen]}
    return told


if __name__ == "__main__":
    main()
