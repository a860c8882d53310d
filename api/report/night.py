"""A night's plan as one page: what changes, on what evidence, with charts; nothing fetched, no script."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.night import words
from api.report import night_charts
from dedupe.night.records import ChangeKind, NightPlan, NightRecord

FULL, BRIEF = 12, 200
"""Changes of a kind that are shown with all that is known of them, and that are listed at all."""
GROUPS = 6
"""Groups shown of a change on each side."""
GUARDED = 100
"""Forbidden merges shown."""


def page(plan: NightPlan, nights: Sequence[NightRecord]) -> str:
    """The page of a plan beside the nights before it; every text of articles is escaped."""
    environment = Environment(
        loader=PackageLoader("api.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("night.html").render(
        plan=plan,
        words=words,
        kinds=ChangeKind,
        sections=words.sections(plan),
        guarded=plan.review.guarded[:GUARDED],
        charts=night_charts.charts(plan, nights),
        size=night_charts,
        full=FULL,
        brief=BRIEF,
        groups=GROUPS,
    )
