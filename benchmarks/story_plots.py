"""The figures of benchmarks/stories.py as SVG plots beside the kept figures.

    python -m benchmarks.story_plots [RESULT.json ...]

Drawn like those of copies: read on a light page and on a dark one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.machine import RESULTS
from benchmarks.plots import GREY, Figures, saved
from benchmarks.story_board import LEFT_OUT, SHIPPED

OURS, PEER = "#d55e00", "#0f8fd0"
COLOURS = ("#d55e00", "#0f8fd0", "#009e73", "#cc6fa8", "#b8860b", "#8a7cd8")
"""Told apart by the colour-blind, after Okabe and Ito."""


def main() -> None:
    """Draw what each result holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="default: every kept stories*.json")
    for path in parser.parse_args().results or sorted(RESULTS.glob("stories*.json")):
        for drawn in draw(path):
            sys.stdout.write(f"{drawn}\n")


def draw(path: Path) -> list[Path]:
    """The plots of one result, written beside it."""
    figures = orjson.loads(path.read_bytes())["figures"]
    made = []
    if "contest" in figures:
        made.append(_contest(figures["contest"], path))
    if "calibration" in figures:
        made.append(_reliability(figures["calibration"], path))
    return made


def _contest(contest: Figures, beside: Path) -> Path:
    """A panel a set, a line a method: F1 as shipped or chosen elsewhere, hollow at its best."""
    sets, methods = list(contest["sets"]), list(contest["methods"].items())
    figure = Figure(figsize=(9.0, 0.9 + 0.32 * len(methods)), layout="constrained")
    panels = figure.subplots(1, len(sets), sharex=True, sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, sets, strict=True):
        for place, (method, told) in enumerate(reversed(methods)):
            _dots(axes, place, told["sets"].get(name), ours=method in {LEFT_OUT, SHIPPED})
        axes.set_xlabel(f"{name}, B-cubed F1")
        axes.set_yticks(
            range(len(methods)), [told["label"].replace("*", "") for _, told in reversed(methods)]
        )
    figure.suptitle(
        "Grouping by event: threshold chosen on the other sets (hollow: the best there is)",
        fontsize=10,
    )
    return saved(figure, beside.with_name(f"{beside.stem}-contest.svg"))


def _dots(axes: Axes, place: int, told: Figures | None, *, ours: bool) -> None:
    if told is None:
        return
    colour = OURS if ours else PEER
    if "oracle" in told:
        best = told["oracle"]["f1"]
        axes.plot([told.get("f1", best), best], [place, place], color=colour, lw=0.8, alpha=0.6)
        axes.plot([best], [place], "o", mfc="none", color=colour, ms=5)
    if "f1" in told:
        axes.plot([told["f1"]], [place], "o", color=colour, ms=6)


def _reliability(calibration: Figures, beside: Path) -> Path:
    """Share of one event against the probability that was said, in ten bins of equal mass."""
    figure = Figure(figsize=(4.5 * len(calibration), 4.1), layout="constrained")
    panels = figure.subplots(1, len(calibration), sharey=True, squeeze=False)[0]
    titles = {LEFT_OUT: "fitted without the set", SHIPPED: "as shipped"}
    for axes, (how, sets) in zip(panels, calibration.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=GREY, lw=0.8, ls=":")
        for colour, (name, told) in zip(COLOURS, sets.items(), strict=False):
            axes.plot(
                told["said"],
                told["seen"],
                color=colour,
                lw=2.2 if name == "pooled" else 1.3,
                marker=".",
                label=f"{name} (ECE {told['ece']:.3f})",
            )
        axes.set_xlabel(f"mean probability said, {titles[how]}")
        axes.legend(loc="upper left", fontsize=8)
    panels[0].set_ylabel("share that is one event")
    figure.suptitle("All candidate pairs, ten bins of equal mass", fontsize=10)
    return saved(figure, beside.with_name(f"{beside.stem}-reliability.svg"))


if __name__ == "__main__":
    main()
