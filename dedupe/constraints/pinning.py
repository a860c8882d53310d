"""An article that an editor has pinned as the canonical of its cluster."""

from __future__ import annotations

from dedupe.constraints.records import Constraint
from dedupe.model import Canonical, Provenance, Reason

PINNED_RANK = -1
"""Before every other rank of the canonical order."""


def pinned_key(order: Constraint, article: str) -> tuple[int, bool, float, float, int, str]:
    """Place in the canonical order: before all that is not pinned, the last one pinned first."""
    return PINNED_RANK, False, -order.at, 0.0, 0, article


def pinned_canonical(order: Constraint, article: str, provenance: Provenance) -> Canonical:
    """The article as canonical; the reason names who pinned it and why."""
    why = f": {order.why}" if order.why else ""
    return Canonical(
        article_id=article,
        source=provenance.outlet,
        url=provenance.url,
        in_index=True,
        confidence=1.0,
        reasons=(Reason(rule="pinned", text=f"by {order.by}{why}"),),
        family=provenance.outlet_family,
    )
