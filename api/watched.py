"""What a run of the pipeline saw of its articles: kept, so that its verdicts can be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from api import articles as parsing
from dedupe.attribution import contributions
from dedupe.compared import Batch
from dedupe.counterfactual import Weight, weights_of
from dedupe.course import PLAIN, Course
from dedupe.evidence import event
from dedupe.judging import Judging
from dedupe.model import Article, Doubles, Int64s, Match, Reading
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.reading import identifier
from dedupe.state import CopyLink


class Watched(Judging):
    """Judges as the one it stands for does, and remembers what it was last asked."""

    def __init__(self, judging: Judging) -> None:
        self.__dict__.update(vars(judging))
        self.around: Neighbourhood | None = None
        self.made: Judge | None = None
        self.compared: list[Match] = []

    def judge(
        self,
        around: Neighbourhood,
        *,
        near: tuple[Int64s, Int64s] | None = None,
        course: Course = PLAIN,
        batch: Batch | None = None,
    ) -> Judge:
        """The judge of a neighbourhood; both are remembered."""
        self.around = around
        self.made = super().judge(around, near=near, course=course, batch=batch)
        return self.made

    def compare(self, pairs: Sequence[tuple[Reading, Reading]]) -> list[Match]:
        """The verdict on each pair of readings, remembered one after the other."""
        found = super().compare(pairs)
        self.compared += found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is known of two articles that a run judged."""

    p_same_story: float
    p_same_text: float
    overlap: float
    weights: tuple[Weight, ...]


class Seen:
    """The articles of a run by the number of their line, and the verdicts on their pairs."""

    def __init__(
        self, watched: Watched, rows: Mapping[int, Mapping[str, Any]], *, max_body_bytes: int
    ) -> None:
        assert watched.around is not None
        assert watched.made is not None
        self._watched = watched
        self._made = watched.made
        self._items = watched.around.items
        number = {item.profile.id: k for k, item in enumerate(self._items)}
        self._item = {
            row: item
            for row, told in rows.items()
            if (item := number.get(_name(told, max_body_bytes))) is not None
        }
        self._links = {(number[k.a], number[k.b]): k for k in watched.around.links}

    @property
    def same_from(self) -> float:
        """p_same_story from which a pair is of one story."""
        return self._watched.story_from

    def candidates(self, rows: Sequence[int]) -> tuple[Int64s, Int64s, Doubles]:
        """The pairs of these lines that were judged, by position in ``rows``, with p_same_story."""
        at = np.full(len(self._items), -1, dtype=np.int64)
        for position, row in enumerate(rows):
            if row in self._item:
                at[self._item[row]] = position
        edges = self._made.story_edges()
        left, right = at[edges.left], at[edges.right]
        known = (left >= 0) & (right >= 0)
        return left[known], right[known], edges.p[known]

    def hours(self, rows: Sequence[int]) -> Doubles:
        """When the articles of these lines were published, hours since 1970; NaN where unknown."""
        found = [self._items[self._item[k]].profile if k in self._item else None for k in rows]
        return np.array(
            [np.nan if p is None or p.published is None else p.published for p in found],
            dtype=np.float64,
        )

    def p_same_story(self, left: Sequence[int], right: Sequence[int]) -> Doubles:
        """Of pairs of lines; 1 for two lines of one article, 0 where one was not read."""
        a, b = (np.array([self._item.get(k, -1) for k in side]) for side in (left, right))
        p = np.where((a == b) & (a >= 0), 1.0, 0.0)
        asked = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
        if len(asked):
            p[asked] = self._made.same_story(a[asked], b[asked])
        return p

    def p_same_text(self, left: Sequence[int], right: Sequence[int]) -> Doubles:
        """Of pairs of lines; 1 for two lines of one article, 0 where no text in common is known."""
        found = []
        for a, b in zip(left, right, strict=True):
            ours, theirs = self._item.get(a, -1), self._item.get(b, -2)
            link = self._link(ours, theirs)
            found.append(1.0 if ours == theirs else link.p_same_text if link else 0.0)
        return np.array(found)

    def pairs(self, left: Sequence[int], right: Sequence[int]) -> list[Pair | None]:
        """What is known of pairs of lines; None where one was not read or both are one article."""
        ends = [
            (self._item.get(a, -1), self._item.get(b, -1)) for a, b in zip(left, right, strict=True)
        ]
        asked = [(a, b) for a, b in ends if a != b and min(a, b) >= 0]
        found = iter(self._judged(asked))
        return [next(found) if a != b and min(a, b) >= 0 else None for a, b in ends]

    def _judged(self, pairs: Sequence[tuple[int, int]]) -> list[Pair]:
        if not pairs:
            return []
        links = [self._link(a, b) for a, b in pairs]
        items, at = np.unique(np.array(pairs), return_inverse=True)
        at = at.reshape(-1, 2)
        batch = self._watched.batch([self._items[k].profile for k in items.tolist()])
        features = event.features(
            batch.events,
            batch.at[at[:, 0]],
            batch.at[at[:, 1]],
            overlap=np.array([k.overlap if k else 0.0 for k in links]),
            containment=np.array([max(k.a_in_b, k.b_in_a) if k else 0.0 for k in links]),
        )
        verdicts = self._watched.verdicts
        p_text = np.array([k.p_same_text if k else 0.0 for k in links])
        p_story = verdicts.p_one_story(features, p_text)
        odds = contributions(verdicts, features)
        return [
            Pair(
                p_same_story=float(p_story[k]),
                p_same_text=float(p_text[k]),
                overlap=link.overlap if link else 0.0,
                weights=weights_of(features[k], {group: v[k] for group, v in odds.items()}),
            )
            for k, link in enumerate(links)
        ]

    def _link(self, a: int, b: int) -> CopyLink | None:
        return self._links.get((a, b)) or self._links.get((b, a))


def _name(told: Mapping[str, Any], max_body_bytes: int) -> str:
    """The id of the article of a line; empty when it is none."""
    article = parsing.article(dict(told), max_body_bytes=max_body_bytes)
    return identifier(article, 0) if isinstance(article, Article) else ""
