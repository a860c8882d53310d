"""What of a settled plan differs from what is stored: nothing, where all lies where it belongs."""

from __future__ import annotations

from dataclasses import replace

from dedupe.night.inputs import Inputs, forgotten
from dedupe.state import CopyLink, Plan


def differing(plan: Plan, inputs: Inputs, links: tuple[CopyLink, ...]) -> Plan:
    """The plan without what would be written as it stands already.

    ``links`` are all copy links that hold now.
    """
    stored = {link for link in inputs.related if {link.a, link.b} <= plan.unlinked}
    now = set(plan.related)
    ends = frozenset(end for link in stored ^ now for end in (link.a, link.b))
    return replace(
        plan,
        forgotten=forgotten(inputs.around, links),
        unlinked=ends,
        related=tuple(link for link in plan.related if {link.a, link.b} <= ends),
    )
