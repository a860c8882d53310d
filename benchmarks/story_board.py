"""The figures of benchmarks/stories.py as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Figures = dict[str, Any]
LEFT_OUT, SHIPPED = "left_out", "shipped"
"""Coefficients fitted without the set; those that are shipped."""


def label(how: str, *, in_sample: bool) -> str:
    """What a row of Samestory is called; ``in_sample``: the shipped model was fitted on the set."""
    if how == LEFT_OUT:
        return "**Samestory**, fitted without the set"
    return "Samestory as shipped (in sample)" if in_sample else "**Samestory** as shipped"


def part(name: str, figures: Figures) -> str:
    """One part of the figures."""
    return PARTS[name](figures)


def everything(figures: Figures) -> str:
    """All parts there are, in order."""
    return "\n\n".join(part(name, figures[name]) for name in PARTS if name in figures)


def contest(figures: Figures) -> str:
    """B-cubed F1, ARI and in brackets the best F1 of any threshold, a row a method."""
    sets = figures["sets"]
    heads = [f"{name} ({told['articles']:,})" for name, told in sets.items()]
    rows = [
        [told["label"], *(_grouping(told["sets"].get(name)) for name in sets)]
        for told in figures["methods"].values()
    ]
    return _table(["B-cubed F1 / ARI (best F1)", *heads], rows)


def in_short(figures: Figures) -> str:
    """How far order of arrival and probabilities are off, in a sentence each."""
    said = []
    if "online" in figures:
        spread = max(told["spread"] for told in figures["online"].values())
        said.append(
            "Posted one by one, by date and in random orders, the same articles come out within "
            f"{_far(spread)} of B-cubed F1 of the batch."
        )
    if "calibration" in figures:
        how, sets = next(iter(figures["calibration"].items()))
        fitted = "fitted without the set" if how == LEFT_OUT else "as shipped"
        pooled = sets["pooled"]
        said.append(
            f"Over all {pooled['pairs']:,} candidate pairs the expected calibration error is "
            f"{_share(pooled['ece'])} ({fitted})."
        )
    return " ".join(said)


def detail(figures: Figures) -> str:
    """B-cubed precision and recall of every method."""
    sets = figures["sets"]
    rows = [
        [told["label"], *(_precision_recall(told["sets"].get(name)) for name in sets)]
        for told in figures["methods"].values()
    ]
    return _table(["B-cubed precision / recall", *sets], rows)


def online(figures: Figures) -> str:
    """B-cubed F1 by order of arrival, and how far any is from the batch."""
    arrivals = list(next(iter(figures.values()))["orders"])
    rows = [
        [
            name,
            _share(told["batch"]["f1"]),
            *(_share(told["orders"][arrival]["f1"]) for arrival in arrivals),
            _far(told["spread"]),
        ]
        for name, told in figures.items()
    ]
    return _table(["B-cubed F1, as shipped", "batch", *arrivals, "furthest from batch"], rows)


def pairs(figures: Figures) -> str:
    """F1 of the same event, a row a method."""
    sets = figures["sets"]
    heads = [f"{name} ({told['pairs']:,})" for name, told in sets.items()]
    rows = [
        [told["label"], *(_pairing(told["sets"].get(name)) for name in sets)]
        for told in figures["methods"].values()
    ]
    return _table(["F1 of one event (best)", *heads], rows)


def calibration(figures: Figures) -> str:
    """Expected calibration error and Brier score of each set."""
    rows = [
        [
            f"{name}, {_said(how, figures)}",
            f"{told['pairs']:,}",
            *(_share(told[key]) for key in ("ece", "brier", "brier_of_share")),
        ]
        for how, sets in figures.items()
        for name, told in sets.items()
    ]
    return _table(["all candidate pairs", "pairs", "ECE", "Brier", "Brier of their share"], rows)


def speed(figures: Figures) -> str:
    """What embedding, a file and one article cost, in sentences."""
    told = [_embedding(figures["embedding"])] if "embedding" in figures else []
    told += [_in_bulk(figures["bulk"]), _at_a_service(figures["online"])]
    return "\n\n".join([*told, f"Speed was measured on: {figures['data']}."])


def _embedding(told: Figures) -> str:
    times = told["times_plain"]
    return (
        f"Embedding {told['ledes']:,} ledes: {told['ours_per_second']:,.0f} a second, "
        f"`SentenceTransformer.encode` in float32 {told['plain_per_second']:,.0f}; "
        f"{times['median']:.2f} times as fast in the median of {told['turns']} turns "
        f"({times['min']:.2f} to {times['max']:.2f}), cosine between both at least "
        f"{told['cosine_least']:.5f}."
    )


def _in_bulk(told: Figures) -> str:
    return (
        f"`dedupe --level stories` over {told['articles']:,} articles, start-up left out: "
        f"{told['articles_per_second']:,.0f} a second, {_share(told['of_embedding'])} of the "
        f"embedding's own rate in the same run (of CPU {_share(told['of_embedding_cpu'])}). "
        f"Evidence {told['evidence_us_per_pair']:.1f} µs of CPU a pair, "
        f"{told['evidence_ms']:.2f} ms an article; copies, evidence, clusters and stories together "
        f"{told['grouping_ms']:.2f} ms an article, vector search {told['vector_search_ms']:.2f} ms, "
        f"reading {told['reading_ms']:.2f} ms."
    )


def _at_a_service(told: Figures) -> str:
    work, search = told["evidence_and_assignment_ms"], told["vector_search_ms"]
    return (
        f"One article at a service with {told['indexed']:,}: evidence and assignment "
        f"{work['median']:.2f} ms of CPU in the median ({work['mean']:.2f} in the mean, "
        f"{work['p99']:.2f} at p99), beside {search['median']:.2f} ms for the vector search."
    )


PARTS: dict[str, Callable[[Figures], str]] = {
    "contest": lambda figures: f"{contest(figures)}\n\n{detail(figures)}",
    "online": online,
    "pairs": pairs,
    "calibration": calibration,
    "speed": speed,
}


def _said(how: str, figures: Figures) -> str:
    return label(how, in_sample=LEFT_OUT in figures).replace("*", "").removeprefix("Samestory, ")


def _grouping(told: Figures | None) -> str:
    if told is None:
        return ""
    best = f" ({_share(told['oracle']['f1'])})" if "oracle" in told else ""
    return f"{_share(told.get('f1'))}/{_share(told.get('ari'))}{best}"


def _precision_recall(told: Figures | None) -> str:
    return "" if told is None else f"{_share(told.get('precision'))}/{_share(told.get('recall'))}"


def _pairing(told: Figures | None) -> str:
    if told is None:
        return ""
    best = f" ({_share(told['oracle_f1'])})" if "oracle_f1" in told else ""
    return f"{_share(told['f1'])}{best}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _far(value: float) -> str:
    """Four digits: as it is kept, so that nothing is nearer than it was."""
    return f"{value:.4f}".removeprefix("0")


def _share(value: float | None) -> str:
    """Three digits, and never 1.0 for what is not all."""
    if value is None:
        return ""
    told = f"{value:.3f}" if round(value, 3) < 1 or value == 1 else f"{value:.4f}"
    return told.removeprefix("0")
