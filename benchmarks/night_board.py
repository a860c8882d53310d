"""The figures of benchmarks/night.py as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Figures = dict[str, Any]
NIGHTS = {
    "first": "first night: copies, stories, canonicals, ids",
    "second": "second night, nothing new",
    "third": "night after 5 % new articles",
}


def everything(figures: Figures) -> str:
    """Both tables."""
    return f"{costs(figures)}\n\n{steadiness(figures)}"


def costs(figures: Figures) -> str:
    """CPU seconds and peak memory by number of articles, and the exponents of their growth."""
    sizes, growth = figures["sizes"], figures["exponents"]
    heads = ["CPU seconds / peak MiB", *(f"{int(size):,} articles" for size in sizes)]
    heads += ["exponent of CPU", "from 20,000", "of memory"]
    rows = []
    for name, label in NIGHTS.items():
        cells = [_cost(told[name]) for told in sizes.values()]
        exponents = [growth[name][key] for key in ("cpu", "cpu_from_20000", "memory")]
        rows.append([label, *cells, *map(_power, exponents)])
    peers = {n: one["label"] for told in sizes.values() for n, one in told["peers"].items()}
    for name, label in peers.items():
        cells = [_cost(told["peers"].get(name)) for told in sizes.values()]
        exponents = [growth.get(name, {}).get(key) for key in ("cpu", "cpu_from_20000", "memory")]
        rows.append([f"{label}: copies only", *cells, *map(_power, exponents)])
    return _table(heads, rows)


def steadiness(figures: Figures) -> str:
    """Per number of articles what it took besides, and what the new articles changed."""
    heads = [
        "articles",
        "articles per CPU second",
        "wall seconds",
        "checkpoints, MiB",
        "store, MiB",
        "new articles",
        "clusters with another id",
        "stories with another id",
        "of those of several articles",
    ]
    rows = []
    for told in figures["sizes"].values():
        first, third = told["first"], told["third"]
        levels = [third["clusters"], third["stories"]]
        rows.append(
            [
                f"{told['articles']:,}",
                f"{first['articles_per_cpu_second']:,}",
                f"{first['seconds']:.1f}",
                f"{first['folder_mib']:,.0f}",
                f"{told['store_mib']:,.0f}",
                f"{third['new']:,}",
                *(_percent(level["share"]) for level in levels),
                ", ".join(_percent(level["share_of_many"]) for level in levels),
            ]
        )
    return _table(heads, rows)


def _cost(told: Figures | None) -> str:
    return f"{told['cpu_seconds']:.1f} / {told['peak_mib']:,.0f}" if told else ""


def _power(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _percent(share: float) -> str:
    """Two digits: never 0 for what is not nothing."""
    return f"{100 * share:.2f} %"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
