"""The judge of articles that only their text is looked at: every cluster is a story of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.model import Doubles, Int64s, Profile, Relation
from dedupe.neighbourhood import Edges
from dedupe.state import CopyLink
from dedupe.verdict import COPIED, Verdicts, updated


class CopyJudge:
    """Port ``Judge`` for items by number; no two of them are asked to be one event."""

    def __init__(self, verdicts: Verdicts, profiles: Sequence[Profile]) -> None:
        self._verdicts = verdicts
        self._profiles = profiles

    def story_edges(self) -> Edges:
        """No pair may be one story unless it is one cluster."""
        none = np.empty(0, dtype=np.int64)
        return Edges(left=none, right=none, p=np.empty(0))

    def same_story(self, left: Int64s, right: Int64s) -> Doubles:  # noqa: ARG002 - the port's shape
        """Nothing is known of any pair's event."""
        return np.zeros(len(left))

    def copy_relation(self, ours: int, theirs: int, link: CopyLink) -> Relation:
        """How ``ours`` stands to ``theirs``, which carry the same text."""
        return copy_relation(self._verdicts, self._profiles[ours], self._profiles[theirs], link)

    def story_relations(self, ours: Int64s, theirs: Int64s) -> Sequence[Relation]:  # noqa: ARG002
        """Never more than the same story."""
        return [Relation.SAME_STORY] * len(ours)


def copy_relation(verdicts: Verdicts, ours: Profile, theirs: Profile, link: CopyLink) -> Relation:
    """How ``ours`` stands to ``theirs``, which carry the same text: only the newer filing updates."""
    inside, around = (link.a_in_b, link.b_in_a) if link.a == ours.id else (link.b_in_a, link.a_in_b)
    relation = verdicts.relation(
        ours,
        theirs,
        p_same_text=max(link.p_same_text, COPIED),
        p_same_story=1.0,
        story_from=0.0,
        ours_in_theirs=inside,
        theirs_in_ours=around,
    )
    if relation is not Relation.UPDATE:
        return relation
    before, after = ours.published, theirs.published
    older = before is not None and after is not None and before < after
    told = updated(ours, theirs)
    if told < 0 or (not told and older):
        equal = ours.text_hash == theirs.text_hash != 0
        return Relation.EXACT if equal else Relation.NEAR_DUPLICATE
    return Relation.UPDATE
