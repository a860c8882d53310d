"""The plots of a report, as SVG that takes the colours of the page around it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from api.evaluated import Evaluated
from api.labelled import Grouped
from dedupe.calibration import Calibration, calibration
from dedupe.evaluation import b_cubed_of_each
from dedupe.mistakes import divided
from dedupe.model import Bools, Doubles, Int64s

INK = "#010203"
"""Stands for the colour of the text of the page, which differs by day and night."""
ORANGE, BLUE = "#d55e00", "#2f8fd6"
"""Told apart by the colour-blind, legible on light and on dark (after Okabe and Ito)."""
PARTS = (BLUE, ORANGE, "#009e73", "#cc6fa8", "#b8860b")
"""Colours of the parts of a group, the largest first."""
LINES = 15
"""Split groups drawn in time."""
SIZES = (1, 2, 3, 5, 10, 20, 50)
"""Least sizes of the groups that are counted together."""
LOOK: Any = {
    # Text stays text: small, and it can be searched. The salt makes identifiers repeatable.
    "svg.fonttype": "none",
    "svg.hashsalt": "samestory",
    "font.size": 9,
    "font.family": "sans-serif",
    "legend.frameon": False,
    **dict.fromkeys(("legend.labelcolor", "text.color", "axes.labelcolor", "axes.edgecolor"), INK),
    **dict.fromkeys(("xtick.color", "ytick.color", "grid.color"), INK),
    "axes.facecolor": "none",
    "grid.alpha": 0.18,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One drawing."""

    title: str
    says: str
    """How to read it, in a sentence."""
    svg: str


def plots(one: Evaluated, *, name: str) -> list[Plot]:
    """The plots of one file at one level; ``name`` is unique within the page."""
    made = []
    with mpl.rc_context(LOOK):
        found = calibration(one.p, one.same)
        if found is not None:
            made += [_reliability(found), _probabilities(one.p, one.same)]
        if one.groups is not None:
            made += [_sizes(one.groups), _by_size(one.groups)]
            made += _in_time(one.groups, one.hours)
        return [
            Plot(title=title, says=says, svg=_drawn(figure, f"{name}{k}-", title))
            for k, (figure, title, says) in enumerate(made)
        ]


def _reliability(found: Calibration) -> tuple[Figure, str, str]:
    figure, axes = _empty()
    axes.plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
    expected, share = [b.expected for b in found.bins], [b.found for b in found.bins]
    axes.plot(expected, share, color=ORANGE, marker="o", lw=1.6)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_xlabel("mean probability of the bin")
    axes.set_ylabel("share that is one story")
    says = (
        f"{len(found.bins)} bins of equal mass over {found.pairs:,} judged pairs; on the dotted "
        f"line probabilities mean what they say. Expected error {found.error:.3f}, "
        f"Brier score {found.brier:.3f}."
    )
    return figure, "Reliability", says


def _probabilities(p: Doubles, same: Bools) -> tuple[Figure, str, str]:
    figure, axes = _empty()
    edges = np.linspace(0.0, 1.0, 21)
    for wanted, colour, label in ((same, ORANGE, "one story"), (~same, BLUE, "two stories")):
        counts = np.histogram(p[wanted], edges)[0]
        axes.stairs(counts, edges, color=colour, fill=True, alpha=0.35)
        axes.stairs(counts, edges, color=colour, lw=1.4, label=label)
    _log_counts(axes)
    axes.set_xlabel("p_same_story")
    axes.set_ylabel("pairs")
    _legend(figure)
    says = "Pairs that are one story belong on the right, pairs of two stories on the left."
    return figure, "Probabilities of judged pairs", says


def _sizes(groups: Grouped) -> tuple[Figure, str, str]:
    figure, axes = _empty()
    at = np.arange(len(SIZES))
    for labels, offset, colour, name in (
        (groups.gold, -0.2, BLUE, "labelled"),
        (groups.said, 0.2, ORANGE, "found"),
    ):
        numbers: dict[object, int] = {}
        for label in labels:
            numbers[label] = numbers.get(label, 0) + 1
        counts = np.bincount(_bucket(np.array(list(numbers.values()))), minlength=len(SIZES))
        axes.bar(at + offset, counts, 0.38, color=colour, label=name)
    _log_counts(axes)
    _size_axis(axes)
    axes.set_ylabel("groups")
    _legend(figure)
    return figure, "Sizes of groups", "How many groups of each size are labelled, and were found."


def _by_size(groups: Grouped) -> tuple[Figure, str, str]:
    figure, axes = _empty()
    precision, recall, sizes = b_cubed_of_each(groups.gold, groups.said)
    bucket = _bucket(sizes)
    held = np.bincount(bucket, minlength=len(SIZES))
    at = np.flatnonzero(held)
    for values, colour, name in ((precision, BLUE, "precision"), (recall, ORANGE, "recall")):
        sums = np.bincount(bucket, values, minlength=len(SIZES))
        axes.plot(at, sums[at] / held[at], color=colour, marker="o", lw=1.6, label=name)
    axes.set_ylim(-0.02, 1.04)
    _size_axis(axes)
    axes.set_ylabel("B-cubed")
    _legend(figure)
    says = "Mean over the articles of labelled groups of that size: low recall is split groups."
    return figure, "B-cubed by size of the labelled group", says


def _in_time(groups: Grouped, hours: Doubles) -> list[tuple[Figure, str, str]]:
    """The worst split groups of which two articles are dated, a line each; nothing without any."""
    if not np.isfinite(hours).any():
        return []
    split = [
        one
        for one in divided(groups.gold, groups.said)
        if np.isfinite(hours[[k for part in one.parts for k in part.items]]).sum() > 1
    ][:LINES]
    if not split:
        return []
    figure, axes = _empty()
    for line, one in enumerate(split, 1):
        first = np.nanmin(np.concatenate([hours[list(part.items)] for part in one.parts]))
        for number, part in enumerate(one.parts):
            days = (hours[list(part.items)] - first) / 24.0
            colour = INK if number >= len(PARTS) else PARTS[number]
            height = np.full(len(days), line + min(number, len(PARTS)) * 0.12)
            axes.plot(days, height, ls="", marker="o", ms=4, color=colour, alpha=0.8)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(left=-0.1)
    axes.xaxis.set_major_formatter(lambda days, _: f"{days:,.0f}")
    axes.set_yticks(range(1, len(split) + 1))
    axes.invert_yaxis()
    axes.set_xlabel("days since the first article")
    axes.set_ylabel("split groups, worst first")
    says = "Articles of split groups in time; each colour is another found group, the largest blue."
    return [(figure, "Split groups in time", says)]


def _bucket(sizes: Int64s) -> Int64s:
    """Which of SIZES each size is counted with."""
    found: Int64s = np.searchsorted(np.array(SIZES), sizes, side="right") - 1
    return found


def _log_counts(axes: Axes) -> None:
    """Counts from 0 on, each tenfold as high as the one before."""
    axes.set_yscale("symlog", linthresh=1)
    axes.yaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")


def _size_axis(axes: Axes) -> None:
    ends = [*(after - 1 for after in SIZES[1:]), None]
    names = [
        f"{least}+" if last is None else str(least) if least == last else f"{least}-{last}"
        for least, last in zip(SIZES, ends, strict=True)
    ]
    axes.set_xticks(np.arange(len(SIZES)), names)
    axes.set_xlim(-0.6, len(SIZES) - 0.4)
    axes.set_xlabel("articles in the group")


def _empty() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.6, 3.2), layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.subplots()


def _legend(figure: Figure) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)


def _drawn(figure: Figure, prefix: str, title: str) -> str:
    """The drawing as an element of a page: it scales, and its identifiers are its own."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].rstrip()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace('id="', f'id="{prefix}').replace("url(#", f"url(#{prefix}")
    svg = svg.replace('href="#', f'href="#{prefix}').replace(INK, "currentColor")
    head = re.sub(r'\s(?:width|height|version|xmlns:xlink|xmlns)="[^"]*"', "", _head(svg))
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return (
        head.replace("<svg", f'<svg {namespaces} role="img" aria-label="{title}"', 1)
        + svg[len(_head(svg)) :]
    )


def _head(svg: str) -> str:
    """The start tag."""
    return svg[: svg.index(">") + 1]
