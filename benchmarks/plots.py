"""The figures of benchmarks/copies.py as SVG plots beside the kept figures.

    python -m benchmarks.plots [RESULT.json ...]

Text and lines are mid-grey and mid-bright on no background, so that they are read on a light page
and on a dark one. The same figures give the same file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import orjson
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.machine import RESULTS

Figures = dict[str, Any]
STYLES = {
    "samestory": ("#d55e00", "-", 2.6),
    "rensa_incremental": ("#0f8fd0", "-", 1.4),
    "rensa_verified": ("#0f8fd0", "--", 1.4),
    "datasketch_bulk": ("#009e73", "-", 1.4),
    "datasketch_loop": ("#009e73", ":", 1.4),
    "simhash": ("#b8860b", "-.", 1.4),
    "tfidf": ("#cc6fa8", "-", 1.4),
    "minilm_faiss": ("#8a7cd8", "--", 1.4),
}
"""Colour (told apart by the colour-blind; after Okabe and Ito), line and width of a contestant."""
GREY = "#7d8590"
SAME_TWICE = ("datasketch_loop",)
"""Finds what another contestant finds: no line of its own."""
LEAST = 10
"""Listed pairs a bin must hold to be drawn."""


def main() -> None:
    """Draw what each result holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="default: every kept copies*.json")
    for path in parser.parse_args().results or sorted(RESULTS.glob("copies*.json")):
        for drawn in draw(path):
            sys.stdout.write(f"{drawn}\n")


def draw(path: Path) -> list[Path]:
    """The plots of one result, written beside it."""
    result = orjson.loads(path.read_bytes())
    figures, data = result["figures"], result["settings"]["data"].removesuffix(".jsonl.gz")
    made = []
    if "contest" in figures:
        made.append(_recall(figures["contest"]["contestants"], data, path))
    if "growth" in figures:
        made.append(_speed(figures["growth"], data, path))
    return made


def _recall(contestants: Figures, data: str, beside: Path) -> Path:
    figure = Figure(figsize=(9.0, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    titles = ("Jaccard of 5-word shingles", "containment, of pairs with Jaccard < .5")
    for axes, measure, title in zip((left, right), ("jaccard", "containment"), titles, strict=True):
        for name, told in contestants.items():
            if name not in SAME_TWICE:
                _share(axes, name, told, measure)
        axes.set_xlabel(f"{title}, bins of .05")
        axes.set_xlim(0.2 if measure == "jaccard" else 0.5, 1.0)
        axes.set_ylim(-0.02, 1.03)
    left.axvspan(0.2, 0.5, color=GREY, alpha=0.10, lw=0)
    right.axvspan(0.5, 0.8, color=GREY, alpha=0.10, lw=0)
    left.set_ylabel("share of pairs found")
    figure.suptitle(
        f"Pairs found by overlap ({data}; shaded: neither right nor wrong)", fontsize=10
    )
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return saved(figure, beside.with_name(f"{beside.stem}-recall.svg"))


def _share(axes: Axes, name: str, told: Figures, measure: str) -> None:
    """The share of listed pairs that one contestant found, bin by bin."""
    edges = told["curves"]["edges"]
    bins = told["curves"][measure]
    shown = [
        ((low + high) / 2, found / listed)
        for low, high, listed, found in zip(
            edges, edges[1:], bins["listed"], bins["found"], strict=False
        )
        if listed >= LEAST
    ]
    colour, line, width = STYLES[name]
    axes.plot(
        *zip(*shown, strict=True), color=colour, ls=line, lw=width, marker=".", label=told["label"]
    )


def _speed(growth: Figures, data: str, beside: Path) -> Path:
    figure = Figure(figsize=(9.0, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, told in growth.items():
        colour, line, width = STYLES[name]
        sizes = [int(size) for size in told["sizes"]]
        for axes, measure in ((left, "articles_per_cpu_second"), (right, "peak_mib")):
            values = [one[measure] for one in told["sizes"].values()]
            axes.plot(
                sizes, values, color=colour, ls=line, lw=width, marker="o", label=told["label"]
            )
    for axes, title in ((left, "articles per CPU second"), (right, "peak memory, MiB")):
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel("articles in the file")
        axes.set_ylabel(title)
        axes.set_ylim(bottom=0)
    figure.suptitle(f"Speed and memory by size ({data}, perturbed replication)", fontsize=10)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return saved(figure, beside.with_name(f"{beside.stem}-speed.svg"))


def saved(figure: Figure, path: Path) -> Path:
    """The path the figure was written to, on no background, with a quiet grid."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color=GREY, alpha=0.25, lw=0.6)
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    return path


mpl.rcParams.update(
    {
        # Text stays text: small files that can be searched. The salt makes identifiers repeatable.
        "svg.fonttype": "none",
        "svg.hashsalt": "samestory",
        "font.size": 9,
        "font.family": "sans-serif",
        "legend.frameon": False,
        "legend.labelcolor": GREY,
        "text.color": GREY,
        "axes.labelcolor": GREY,
        "axes.edgecolor": GREY,
        "axes.facecolor": "none",
        "xtick.color": GREY,
        "ytick.color": GREY,
    }
)


if __name__ == "__main__":
    main()
