"""The figures of benchmarks/copies.py as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Figures = dict[str, Any]
SCORES = (
    ("jaccard_50", "J >= .5"),
    ("jaccard_80", "J >= .8"),
    ("containment_80", "C >= .8"),
    ("containment_80_below_jaccard_50", "of those J < .5"),
    ("precision", "precision"),
)
MORE_SCORES = (("precision_checked", "checked"), ("precision_with_labels", "with labels"))
ONLINE = (
    ("sketch_ms", "sketch"),
    ("query_ms", "query"),
    ("add_ms", "add"),
    ("query_and_add_ms", "query and add"),
    ("query_and_add_mean_ms", "query and add, mean"),
    ("query_and_add_p99_ms", "query and add, 99th percentile"),
    ("remove_ms", "remove"),
)


def part(name: str, figures: Figures) -> str:
    """One part of the figures."""
    return PARTS[name](figures)


def everything(figures: Figures) -> str:
    """All parts there are, in order."""
    return "\n\n".join(part(name, figures[name]) for name in PARTS if name in figures)


def contest(figures: Figures, *, brief: bool = False) -> str:
    """Quality and speed of every contestant, one row each, and ours over rensa's."""
    told = list(figures["contestants"].values())
    more = [
        one for one in MORE_SCORES[: 1 if brief else None] if any(one[0] in row for row in told)
    ]
    scores = [*SCORES, *more]
    most = max(one["articles"] for one in told)
    speed = ["articles per CPU second", *([] if brief else ["(min to max)"]), "peak MiB"]
    table = _table(
        ["", *(head for _, head in scores), *speed],
        [
            [
                one["label"] + ("" if one["articles"] == most else f", {one['articles']:,} only"),
                *(_share(one.get(key)) for key, _ in scores),
                f"{one['articles_per_cpu_second']['median']:,.0f}",
                *([] if brief else [_range(one["articles_per_cpu_second"])]),
                f"{one['peak_mib']['median']:,.0f}",
            ]
            for one in told
        ],
    )
    if "times_rensa" not in figures:
        return table
    return f"{table}\n\n" + (
        "Articles per CPU second, samestory over rensa's incremental path in the same run: "
        "{median:.2f} ({min:.2f} to {max:.2f}).".format(**figures["times_rensa"])
    )


def excerpts(figures: Figures) -> str:
    """Share of excerpts found as candidates, by length and direction."""
    return _table(
        ["shingles of the excerpt", "the long text is indexed", "the excerpt is indexed"],
        [
            [name, _share(told["in_long"]), _share(told["in_excerpts"])]
            for name, told in figures["lengths"].items()
        ],
    )


def sketches(figures: Figures) -> str:
    """What a sketch weighs, in a sentence."""
    return (
        "A sketch has {mean_bytes:,.0f} bytes in the mean of {articles:,} articles (median "
        "{median_bytes:,.0f}, at most {largest_bytes:,}); the index holds "
        "{index_bytes_per_article:,.0f} bytes an article.".format(**figures)
    )


def online(figures: Figures) -> str:
    """CPU milliseconds of one article at each size of the index."""
    rows = [[label, *(f"{told[key]:.3f}" for told in figures.values())] for key, label in ONLINE]
    rows.append(["index, MiB", *(f"{told['index_mib']:,.0f}" for told in figures.values())])
    return _table(["CPU ms", *(f"{int(size):,} indexed" for size in figures)], rows)


def growth(figures: Figures) -> str:
    """CPU seconds and peak memory by size of the corpus, and the exponents of their growth."""
    sizes = list(next(iter(figures.values()))["sizes"])
    heads = ["CPU seconds / peak MiB", *(f"{int(size):,} articles" for size in sizes)]
    return _table(
        [*heads, "exponent of CPU", "exponent of memory"],
        [
            [
                told["label"],
                *(
                    f"{one['cpu_seconds']:,.1f} / {one['peak_mib']:,.0f}"
                    for one in told["sizes"].values()
                ),
                f"{told['cpu_exponent']:.2f}",
                f"{told['memory_exponent']:.2f}",
            ]
            for told in figures.values()
        ],
    )


PARTS: dict[str, Callable[[Figures], str]] = {
    "contest": contest,
    "excerpts": excerpts,
    "sketches": sketches,
    "online": online,
    "growth": growth,
}


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _range(rate: Figures) -> str:
    return f"{rate['min']:,.0f} to {rate['max']:,.0f}"


def _share(value: float | None) -> str:
    """At least three digits, and never 1.0 for what is not all."""
    if value is None:
        return ""
    told = f"{value:.3f}" if round(value, 3) < 1 or value == 1 else f"{value:.5f}"
    return told.removeprefix("0")
