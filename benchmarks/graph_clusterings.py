"""Which clustering of the graph of probabilities tells stories best, and which stays put.

    python -m benchmarks.graph_clusterings [FOLDER | FILE ...] [--cache FILE] [--quick]

The sets are those of benchmarks/stories.py, and made-up articles. Every method groups the same
evidence: the candidate pairs of a set with the p_same_story of a model that has not seen it, and
the clusters of copies, which no method divides. Its one setting is chosen on the *other* labelled
sets. Beside them stands what comes of the same articles posted one by one.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import orjson

from api import bootstrap
from api.config import PACKAGED_MODEL, Config
from benchmarks import graph_board, machine, story_folds, story_runs, story_sets
from benchmarks.graph_methods import Graph, Way, moved, ways
from benchmarks.stories import DATA, scored
from benchmarks.story_peers import chosen_elsewhere
from benchmarks.story_sets import KeptVectors, StorySet
from dedupe import grouping
from dedupe.judging import Judging
from dedupe.model import Bools, Int64s
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.settings import Settings
from dedupe.verdict import Verdicts

Figures = dict[str, Any]
SEEDS = (1, 2, 3)
"""Of the permutations, of the articles left out, and of the random orders of arrival."""
MADE_UP, QUICK = 1_000, 120
LATER = 0.05
"""Share of articles that come later where it is looked at who moves because of them."""
ROUNDS = 3


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="articles with a story")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the development sets")
    parser.add_argument("--folds", type=Path, default=story_folds.FOLDS, help="models left out")
    parser.add_argument("--articles", type=int, help="of each set, the first so many")
    parser.add_argument("--cache", type=Path, help="file that keeps vectors from run to run")
    parser.add_argument("--model", default=PACKAGED_MODEL, help="encoder, as in SAMESTORY_MODEL")
    parser.add_argument("--parts", default="methods,online", help="the other one stays as kept")
    parser.add_argument("--quick", action="store_true", help="made-up articles only, a few")
    parser.add_argument("--no-keep", action="store_true", help="print only")
    given = parser.parse_args()
    if len(given.files) == 1 and given.files[0].is_dir():
        given.data, given.files = given.files[0], []
    measure(given)


def measure(given: argparse.Namespace) -> Figures:
    """The figures, printed and kept."""
    encoder = KeptVectors(bootstrap.encoder(Config(model=given.model)), given.cache)
    name = "graph-clusterings-quick" if given.quick else "graph-clusterings"
    figures: Figures = {"load_before": machine.load()}
    sets = read(given, encoder)
    encoder.save()
    figures["sets"] = {name: _facts(one) for name, one in sets.items()}
    figures = kept(name, figures["sets"]) | figures
    if "methods" in given.parts:
        figures["methods"] = contest(sets, Settings(), measured(sets))
    if "online" in given.parts:
        figures["online"] = online(sets, encoder)
    figures["load_after"] = machine.load()
    print("\n" + graph_board.everything(figures), flush=True)
    told = {"data": list(sets), "articles": sum(len(one.found.rows) for one in sets.values())}
    told |= {"encoder": encoder.name}
    if not given.no_keep:
        print(machine.keep(name, told, figures))
    return figures


def kept(name: str, sets: Figures) -> Figures:
    """The figures of an earlier run over the same evidence; none where it was another."""
    path = machine.RESULTS / f"{name}.json"
    if not path.exists():
        return {}
    figures: Figures = orjson.loads(path.read_bytes())["figures"]
    return figures if figures["sets"] == sets else {}


class Material:
    """One set: its articles, and the graph that every method groups."""

    def __init__(
        self, found: StorySet, graph: Graph, ids: Sequence[str], verdicts: Verdicts | None
    ) -> None:
        self.found, self.graph, self.verdicts = found, graph, verdicts
        self._place = {name: k for k, name in enumerate(ids)}

    def of_rows(self, labels: Int64s) -> list[Any]:
        """The group of each row; one that the service refused is alone."""
        place = self._place
        return [
            f"refused {k}" if name is None else int(labels[place[name]])
            for k, name in enumerate(self.found.ids)
        ]

    def score(self, said: Sequence[Any]) -> Figures:
        """B-cubed and ARI over the articles that carry a label."""
        return scored(self.found, said)


def read(given: argparse.Namespace, encoder: KeptVectors) -> dict[str, Material]:
    """Every set with its graph, by name."""
    sets: dict[str, Material] = {}
    for name, rows in _rows(given):
        found = story_sets.story_set(name, rows, encoder)
        verdicts = story_folds.left_out(name, given.folds)
        graph, ids = evidence(found.rows, encoder, verdicts)
        sets[name] = Material(found, graph, ids, verdicts)
        told = "a model that has not seen it" if verdicts else "the shipped model"
        print(f"  {name}: {len(rows):,} articles, {len(graph.p):,} pairs by {told}", flush=True)
    return sets


def evidence(
    rows: Sequence[story_sets.Row], encoder: KeptVectors, verdicts: Verdicts | None
) -> tuple[Graph, tuple[str, ...]]:
    """The graph of a set as ``samestory dedupe`` makes it, and the article at each place."""
    judged: list[tuple[Neighbourhood, Judge]] = []
    judge = Judging.judge

    def recorded(self: Judging, around: Neighbourhood, **more: Any) -> Judge:
        judged.append((around, judge(self, around, **more)))
        return judged[-1][1]

    with (
        story_runs.judged_by(encoder, verdicts),
        mock.patch.object(Judging, "judge", recorded),
    ):
        batch = bootstrap.batch(Config(), stories=True, progress=story_runs.silent)
        list(batch.dedupe(map(orjson.dumps, rows), level="both"))
    ((around, made),) = judged
    edges = made.story_edges()
    graph = Graph(
        clusters=grouping.copies(around, Settings()).labels,
        left=edges.left,
        right=edges.right,
        p=edges.p,
        ask=made.same_story,
    )
    return graph, tuple(item.profile.id for item in around.items)


def contest(sets: dict[str, Material], settings: Settings, among: Sequence[str]) -> Figures:
    """Every method on every set: as chosen on ``among``, at its best, how steady, at what cost."""
    told: Figures = {}
    for way in ways(settings):
        if way.needs and importlib.util.find_spec(way.needs) is None:
            print(f"left out: {way.label}: {way.needs} is not installed", flush=True)
            continue
        tried = {
            name: [one.score(one.of_rows(way.groups(one.graph, at))) for at in way.grid]
            for name, one in sets.items()
        }
        f1 = {name: [score["f1"] for score in tried[name]] for name in among}
        told[way.name] = {"label": way.label, "sets": {}}
        for name, one in sets.items():
            figures = _at_its_best(way, tried[name])
            chosen = chosen_elsewhere(f1, name)
            if chosen is not None:
                figures |= tried[name][chosen] | {"setting": way.grid[chosen]}
                figures |= steadiness(one.graph, way, way.grid[chosen])
            told[way.name]["sets"][name] = figures
        print(f"  {way.label}", flush=True)
    told |= {"shipped": _shipped(sets, settings)}
    return told


def steadiness(graph: Graph, way: Way, setting: float) -> Figures:
    """Who moves when articles are numbered otherwise, or when others come; and CPU seconds."""
    whole = way.groups(graph, setting)
    renumbered, grown = [], []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(graph))
        labels = np.empty(len(graph), np.int64)
        labels[order] = way.groups(graph.renumbered(order), setting)
        renumbered.append(moved(whole, labels))
        kept: Bools = rng.random(len(graph)) >= LATER
        grown.append(moved(way.groups(graph.among(kept), setting), whole[kept]))
    return {
        "moved_by_numbering": round(max(renumbered), 4),
        "moved_by_newcomers": round(float(np.mean(grown)), 4),
        "cpu_seconds": round(min(_seconds(graph, way, setting) for _ in range(ROUNDS)), 4),
    }


def online(sets: dict[str, Material], encoder: KeptVectors) -> Figures:
    """The same articles posted one by one, by date and shuffled, under the same model."""
    told: Figures = {}
    for name, one in sets.items():
        orders = story_runs.orders(one.found.in_date_order(), SEEDS)
        said, figures = {}, {}
        for arrival, order in orders.items():
            began = time.process_time()
            said[arrival] = story_runs.online(one.found.rows, order, encoder, one.verdicts)
            figures[arrival] = one.score(said[arrival])
            figures[arrival]["cpu_seconds"] = round(time.process_time() - began, 2)
            print(f"  {name}, {arrival}: {figures[arrival]['f1']:.4f}", flush=True)
        codes = [np.unique(groups, return_inverse=True)[1].reshape(-1) for groups in said.values()]
        told[name] = {"orders": figures}
        told[name]["moved_by_order"] = round(max(moved(codes[0], other) for other in codes[1:]), 4)
    return told


def measured(sets: dict[str, Material]) -> list[str]:
    """The sets that settings are chosen on: people's labels where there are any."""
    told = [name for name in sets if not name.startswith("generator")]
    return told or list(sets)


def _shipped(sets: dict[str, Material], settings: Settings) -> Figures:
    """Ours at the shipped setting, which was chosen with these sets in view."""
    ours = ways(settings)[0]
    told: Figures = {"label": f"{ours.label}, as shipped", "sets": {}}
    for name, one in sets.items():
        labels = ours.groups(one.graph, settings.story_threshold)
        told["sets"][name] = one.score(one.of_rows(labels))
        told["sets"][name] |= {"setting": settings.story_threshold}
        told["sets"][name] |= steadiness(one.graph, ours, settings.story_threshold)
    return told


def _at_its_best(way: Way, scores: Sequence[Figures]) -> Figures:
    own = int(np.argmax([score["f1"] for score in scores]))
    return {"oracle": {"f1": scores[own]["f1"], "setting": way.grid[own]}}


def _seconds(graph: Graph, way: Way, setting: float) -> float:
    began = time.process_time()
    way.groups(graph, setting)
    return time.process_time() - began


def _rows(given: argparse.Namespace) -> Sequence[tuple[str, list[story_sets.Row]]]:
    count = given.articles or (QUICK if given.quick else MADE_UP)
    if given.quick:
        return [(f"generator-{seed}", story_sets.made_up(seed, count)) for seed in (1, 2)]
    paths = given.files or [given.data / f"{name}.jsonl.gz" for name in story_sets.CLUSTERED]
    for path in paths:
        if not path.exists():
            print(f"skipped: {path} is not there", flush=True)
    found = [
        (story_sets.named(path), story_sets.lines(path)[: given.articles])
        for path in paths
        if path.exists()
    ]
    made = [1] if found else [1, 2]
    return [*found, *((f"generator-{seed}", story_sets.made_up(seed, count)) for seed in made)]


def _facts(one: Material) -> Figures:
    labels = [label for label in one.found.stories if label is not None]
    told = {"articles": len(labels), "stories": len(set(labels)), "pairs": len(one.graph.p)}
    return told | {"clusters": len(np.unique(one.graph.clusters))}


if __name__ == "__main__":
    main()
