"""Labelled files scored, as one page: plots and the worst mistakes, nothing fetched, no script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.evaluated import Evaluated

__all__ = ["page"]

WORST = 60
"""Mistakes shown of a file at a level."""
SHOWN = 12
"""Articles shown of a part of a group."""
FULL = 4.0
"""Log odds at which the bar of a contribution is full."""


def page(done: Sequence[tuple[str, Evaluated]]) -> str:
    """The page of files with their results; every text of theirs is escaped."""
    environment = Environment(
        loader=PackageLoader("api.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html")
    sections = [_section(number, path, one) for number, (path, one) in enumerate(done, 1)]
    return template.render(sections=sections, shown=SHOWN, width=_width)


def _section(number: int, path: str, one: Evaluated) -> dict[str, Any]:
    """What the template is given of one file at one level."""
    from api.report.plots import plots  # noqa: PLC0415  the other page draws without matplotlib

    return {
        "file": path,
        "figures": one.figures,
        "plots": plots(one, name=f"p{number}"),
        "errors": one.errors[:WORST],
        "all_errors": len(one.errors),
    }


def _width(log_odds: float) -> int:
    """Percent of half a bar that a contribution fills."""
    return round(100 * min(abs(log_odds) / FULL, 1.0))
