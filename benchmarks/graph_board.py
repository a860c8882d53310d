"""The figures of benchmarks/graph_clusterings.py as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Figures = dict[str, Any]


def everything(figures: Figures) -> str:
    """All tables there are."""
    parts = [accuracy(figures), precision_recall(figures), steadiness(figures)]
    return "\n\n".join(parts)


def accuracy(figures: Figures) -> str:
    """B-cubed F1, ARI and in brackets the best F1 of any setting, a row a method."""
    sets = figures["sets"]
    heads = [f"{name} ({told['articles']:,})" for name, told in sets.items()]
    return _table(
        ["B-cubed F1 / ARI (best F1)", *heads],
        _rows(figures, lambda told: f"{_share(told['f1'])}/{_share(told['ari'])}{_best(told)}"),
    )


def precision_recall(figures: Figures) -> str:
    """B-cubed precision and recall, a row a method."""
    return _table(
        ["B-cubed precision / recall", *figures["sets"]],
        _rows(figures, lambda told: f"{_share(told['precision'])}/{_share(told['recall'])}"),
    )


def steadiness(figures: Figures) -> str:
    """Percentages of articles that change company, and CPU seconds, a row a method."""
    rows = []
    for told in figures.get("methods", {}).values():
        found = [one for one in told["sets"].values() if "cpu_seconds" in one]
        if found:
            worst = max(one["moved_by_numbering"] for one in found)
            later = [_percent(one["moved_by_newcomers"]) for one in found]
            seconds = sum(one["cpu_seconds"] for one in found)
            rows.append([told["label"], _percent(worst), " / ".join(later), f"{seconds:.3f}"])
    if "online" in figures:
        rows.append(_posted(figures["online"]))
    heads = [
        "articles whose group changes",
        "numbered otherwise, at most",
        "5 % more articles: " + " / ".join(figures["sets"]),
        "CPU seconds",
    ]
    return _table(heads, rows)


def _posted(told: Figures) -> list[str]:
    worst = max(one["moved_by_order"] for one in told.values())
    seconds = sum(one["orders"]["by date"]["cpu_seconds"] for one in told.values())
    return ["posted one by one, another order", _percent(worst), "", f"{seconds:.0f}"]


def _rows(figures: Figures, cell: Callable[[Figures], str]) -> list[list[str]]:
    sets = figures["sets"]
    rows = [
        [told["label"], *(_cell(told["sets"].get(name), cell) for name in sets)]
        for told in figures.get("methods", {}).values()
    ]
    online = figures.get("online", {})
    for arrival in next(iter(online.values()), {}).get("orders", {}):
        cells = [_cell(online[name]["orders"][arrival], cell) for name in sets]
        rows.append([f"posted one by one, {arrival}", *cells])
    return rows


def _cell(told: Figures | None, cell: Callable[[Figures], str]) -> str:
    return cell(told) if told and "f1" in told else ""


def _best(told: Figures) -> str:
    return f" ({_share(told['oracle']['f1'])})" if "oracle" in told else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _share(value: float) -> str:
    """Three digits, and never 1.0 for what is not all."""
    told = f"{value:.3f}" if round(value, 3) < 1 or value == 1 else f"{value:.4f}"
    return told.removeprefix("0")
