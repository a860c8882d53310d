"""The verdicts on the pairs of one neighbourhood, of few articles or of all that there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedupe.apart import notices, roles
from dedupe.copy_judge import copy_relation
from dedupe.course import Arrays, Course
from dedupe.evidence import event
from dedupe.foreseen import foreseen
from dedupe.joining import each_once
from dedupe.model import COPY_RELATIONS, Doubles, Int64s, Profile, Relation
from dedupe.neighbourhood import Edges
from dedupe.state import CopyLink

if TYPE_CHECKING:
    from dedupe.compared import Batch
    from dedupe.judging import Judging

WORD_COSINE = event.FEATURE_NAMES.index("word_cosine")
AT_ONCE = 4096
"""Pairs whose evidence is worked out at a time: bounds the memory of their vectors."""
PIECE = 32 * AT_ONCE
"""Pairs that are kept together when a run is to be resumed."""


class StoryJudge:
    """Port ``Judge`` over all evidence. Of a pair no more is kept than what is asked for again."""

    def __init__(
        self,
        judging: Judging,
        profiles: tuple[Profile, ...],
        links: Sequence[CopyLink],
        near: tuple[Int64s, Int64s] | None,
        course: Course,
        likely: float,
        batch: Batch | None = None,
    ) -> None:
        self._judging = judging
        self._profiles = profiles
        self._roles = roles(profiles)
        n = len(profiles)
        number = {profile.id: k for k, profile in enumerate(profiles)}
        held = [link for link in links if link.a in number and link.b in number]
        left = np.array([number[link.a] for link in held], dtype=np.int64)
        right = np.array([number[link.b] for link in held], dtype=np.int64)
        cells = self._cell(left, right)
        order = np.argsort(cells)
        self._cells = cells[order]
        linked = [held[k] for k in order.tolist()]
        self._p_text = np.array([link.p_same_text for link in linked])
        self._jaccard = np.array([link.overlap for link in linked])
        self._containment = np.array([max(k.a_in_b, k.b_in_a) for k in linked])
        pairs = _all_pairs(n) if near is None else _with_links(near, left, right)
        # Most newcomers are alone: nothing is to be made ready for no pair.
        self._batch = (batch or judging.batch(profiles)) if len(pairs[0]) else None
        self._word_cosine: Doubles | None = None
        """Of every pair of a small neighbourhood, as their probabilities: all is known then."""
        self._known: list[tuple[Int64s, Doubles]] = []
        """Of a large one cells that were judged, sorted, with their probabilities."""
        if near is None:
            self._word_cosine, p = self._judged(*pairs)
        else:
            p = self._in_pieces("stories", *pairs, course)
        self._edges = Edges(left=pairs[0], right=pairs[1], p=p)
        if near is not None:
            self._foresee(likely, course)

    def story_edges(self) -> Edges:
        """The pairs that may be one story."""
        return self._edges

    def same_story(self, left: Int64s, right: Int64s) -> Doubles:
        """p_same_story of any pairs, shape = left.shape."""
        if self._word_cosine is not None:
            return self._asked(left, right)[1]
        cells = self._cell(left, right)
        p = np.full(len(cells), np.nan)
        for known, found in self._known:
            at = np.minimum(np.searchsorted(known, cells), len(known) - 1)
            p = np.where(known[at] == cells, found[at], p)
        rest = np.flatnonzero(np.isnan(p))
        if len(rest):
            p[rest] = self._judged(left[rest], right[rest])[1]
        return p

    def copy_relation(self, ours: int, theirs: int, link: CopyLink) -> Relation:
        """How ``ours`` stands to ``theirs``: only the newer filing is the update."""
        a, b = self._profiles[ours], self._profiles[theirs]
        return copy_relation(self._judging.verdicts, a, b, link)

    def story_relations(self, ours: Int64s, theirs: Int64s) -> list[Relation]:
        """``rewrite`` or ``same_story``: members of one story are never less."""
        word_cosine, p = self._asked(ours, theirs)
        pairs = zip(ours.tolist(), theirs.tolist(), p.tolist(), word_cosine.tolist(), strict=True)
        return [self._story_relation(*pair) for pair in pairs]

    def _story_relation(self, ours: int, theirs: int, p: float, word_cosine: float) -> Relation:
        relation = self._judging.verdicts.relation(
            self._profiles[ours],
            self._profiles[theirs],
            p_same_text=0.0,
            p_same_story=p,
            story_from=self._judging.story_from,
            ours_in_theirs=0.0,
            theirs_in_ours=0.0,
            word_cosine=word_cosine,
        )
        return Relation.SAME_STORY if relation in COPY_RELATIONS | {Relation.NONE} else relation

    def _asked(self, left: Int64s, right: Int64s) -> tuple[Doubles, Doubles]:
        """As ``_judged``, from what is known where every pair is."""
        if self._word_cosine is None:
            return self._judged(left, right)
        place = self._place(left, right)
        return self._word_cosine[place], self._edges.p[place]

    def _place(self, left: Int64s, right: Int64s) -> Int64s:
        """Where pairs stand in ``np.triu_indices(n, 1)``; no item is a pair with itself."""
        low, high, n = np.minimum(left, right), np.maximum(left, right), len(self._profiles)
        place: Int64s = low * (2 * n - low - 1) // 2 + high - low - 1
        return place

    def _cell(self, left: Int64s, right: Int64s) -> Int64s:
        """One number for each unordered pair, rising with (the smaller, the larger)."""
        cells: Int64s = np.minimum(left, right) * len(self._profiles) + np.maximum(left, right)
        return cells

    def _foresee(self, likely: float, course: Course) -> None:
        """What the grouping is going to ask about is judged at once."""
        edges = self._edges
        cells = self._cell(edges.left, edges.right)
        chosen = edges.p >= likely
        pairs = foreseen(
            Edges(left=edges.left[chosen], right=edges.right[chosen], p=edges.p[chosen]),
            len(self._profiles),
        )
        more = self._cell(pairs[:, 0], pairs[:, 1])
        new = ~np.isin(more, cells, assume_unique=True)
        left, right = pairs[new, 0], pairs[new, 1]
        found = (cells, edges.p), (more[new], self._in_pieces("asked", left, right, course))
        self._known = [one for one in found if len(one[0])]

    def _in_pieces(self, name: str, left: Int64s, right: Int64s, course: Course) -> Doubles:
        """p_same_story of very many pairs."""

        def piece(start: int) -> Arrays:
            some = slice(start, start + PIECE)
            return {"p": self._judged(left[some], right[some])[1]}

        parts = course.pieces(name, range(0, len(left), PIECE), piece)
        return np.concatenate([np.empty(0), *(part["p"] for part in parts)])

    def _judged(self, left: Int64s, right: Int64s) -> tuple[Doubles, Doubles]:
        """Cosines of the words and p_same_story of pairs, worked out some at a time."""
        if len(left) <= AT_ONCE:
            return self._some_judged(left, right)
        some = [slice(start, start + AT_ONCE) for start in range(0, len(left), AT_ONCE)]
        word_cosine, p = zip(*(self._some_judged(left[k], right[k]) for k in some), strict=True)
        return np.concatenate(word_cosine), np.concatenate(p)

    def _some_judged(self, left: Int64s, right: Int64s) -> tuple[Doubles, Doubles]:
        """The same of few pairs; known links give their overlap and p_same_text."""
        if self._batch is None:
            return np.empty(0), np.empty(0)
        overlap, containment, p_text = self._links_of(left, right)
        features = event.features(
            self._batch.events,
            self._batch.at[left],
            self._batch.at[right],
            overlap=overlap,
            containment=containment,
        )
        p = self._judging.verdicts.p_one_story(features, p_text)
        p[notices(self._roles, left, right)] = 0.0
        return features[:, WORD_COSINE].copy(), p

    def _links_of(self, left: Int64s, right: Int64s) -> tuple[Doubles, Doubles, Doubles]:
        """Overlap, containment and p_same_text of pairs; 0 where no link is known."""
        if not len(self._cells):
            nothing = np.zeros(len(left))
            return nothing, nothing, nothing
        cells = self._cell(left, right)
        at = np.minimum(np.searchsorted(self._cells, cells), len(self._cells) - 1)
        known = self._cells[at] == cells
        jaccard, containment, p_text = (
            np.where(known, column[at], 0.0)
            for column in (self._jaccard, self._containment, self._p_text)
        )
        return jaccard, containment, p_text


def _with_links(near: tuple[Int64s, Int64s], left: Int64s, right: Int64s) -> tuple[Int64s, Int64s]:
    """The near pairs and those that share text, each once."""
    pairs = each_once(np.concatenate([np.stack(near, 1), np.stack([left, right], 1)]))
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _all_pairs(n: int) -> tuple[Int64s, Int64s]:
    """Each two of n, in order; most newcomers have nobody to make a pair with."""
    none = np.empty(0, dtype=np.int64)
    return np.triu_indices(n, 1) if n > 1 else (none, none)
