"""What found pairs are worth against an exact lexical reference.

The reference lists every pair of texts that share enough shingles, with Jaccard and containment
(of the shorter text in the longer). Pairs at Jaccard .5 or containment .8 and more must be found;
pairs that are listed with less are neither right nor wrong; all others are wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Figures = dict[str, Any]

JACCARD, HIGH_JACCARD, CONTAINMENT = 0.5, 0.8, 0.8
LISTED_JACCARD, LISTED_CONTAINMENT = 0.2, 0.5
"""A pair that reaches either belongs on the list."""
BINS = np.linspace(0.2, 1.0, 17)
"""Edges of the curves; the last bin holds 1.0 as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The listed pairs of ``n_texts`` texts, as ascending codes (see ``codes``)."""

    n_texts: int
    pairs: Int64s
    """shape = (n_pairs,), dtype = int64."""
    jaccard: Floats
    """shape = (n_pairs,), in [0, 1]."""
    containment: Floats
    """Share of the shorter text's shingles that the longer has; shape = (n_pairs,)."""
    labels: Sequence[str | None] | None = None
    """Silver label of each text; texts with the same one are copies as far as is known."""

    @classmethod
    def of(
        cls,
        n_texts: int,
        pairs: Iterable[tuple[int, int, float, float]],
        labels: Sequence[str | None] | None = None,
    ) -> Reference:
        """From (place, place, Jaccard, containment), in any order, a pair at most once."""
        rows = np.array(list(pairs), np.float64).reshape(-1, 4)
        coded = codes(rows[:, :2].astype(np.int64), n_texts)
        order = np.argsort(coded)
        return cls(
            n_texts=n_texts,
            pairs=coded[order],
            jaccard=rows[order, 2],
            containment=rows[order, 3],
            labels=labels,
        )

    def first(self, n_texts: int) -> Reference:
        """The reference of the first so many texts."""
        low, high = np.divmod(self.pairs, self.n_texts)
        inside = high < n_texts
        return replace(
            self,
            n_texts=n_texts,
            pairs=low[inside] * n_texts + high[inside],
            jaccard=self.jaccard[inside],
            containment=self.containment[inside],
            labels=self.labels and self.labels[:n_texts],
        )

    @property
    def wanted(self) -> Bools:
        """Which of the listed pairs must be found."""
        return (self.jaccard >= JACCARD) | (self.containment >= CONTAINMENT)


def codes(pairs: Int64s, n_texts: int) -> Int64s:
    """One number per unordered pair of places; shape of ``pairs`` = (n, 2)."""
    low, high = pairs.min(axis=1, initial=n_texts), pairs.max(axis=1, initial=-1)
    return np.asarray(low * n_texts + high, np.int64)


def found_codes(pairs: Int64s, n_texts: int) -> Int64s:
    """The distinct codes of found pairs, ascending; a text is no copy of itself."""
    return np.unique(codes(pairs[pairs[:, 0] != pairs[:, 1]], n_texts))


def together(groups: Sequence[str | None]) -> Int64s:
    """Every pair of places with the same group; shape = (n, 2). None groups nothing."""
    members: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        if group is not None:
            members.setdefault(group, []).append(place)
    whole = [np.array(places) for places in members.values() if len(places) > 1]
    parts = [np.empty((0, 2), np.int64)]
    for places in whole:
        low, high = np.triu_indices(len(places), 1)
        parts.append(np.column_stack([places[low], places[high]]))
    return np.concatenate(parts)


def score(found: Int64s, reference: Reference) -> Figures:
    """Recall of each class of pairs and precision; ``found`` as ``found_codes`` gives it.

    A class or a denominator without pairs scores None.
    """
    hit = np.isin(reference.pairs, found, assume_unique=True)
    j, c = reference.jaccard, reference.containment
    classes = {
        "jaccard_50": j >= JACCARD,
        "jaccard_80": j >= HIGH_JACCARD,
        "containment_80": c >= CONTAINMENT,
        "containment_80_below_jaccard_50": (c >= CONTAINMENT) & (j < JACCARD),
    }
    told: Figures = {name: _share(hit, among) for name, among in classes.items()}
    told["pairs"] = {name: int(among.sum()) for name, among in classes.items()}
    right = int((hit & reference.wanted).sum())
    unlisted = np.setdiff1d(found, reference.pairs, assume_unique=True)
    known = int(_same_label(unlisted, reference).sum())
    told["found"], told["right"] = len(found), right
    told["false"] = len(unlisted)
    told["precision"] = _ratio(right, right + len(unlisted))
    if reference.labels is not None:
        told["precision_with_labels"] = _ratio(right + known, right + len(unlisted))
    return told


def checked_precision(told: Figures, overlaps: Iterable[tuple[float, float]]) -> float | None:
    """Precision with the pairs that are not listed judged by their own overlap, by the same rules.

    Lists are made by a search that may miss; ``overlaps`` are the exact Jaccard and containment of
    every found pair that is not listed.
    """
    kinds = [
        "right"
        if jaccard >= JACCARD or containment >= CONTAINMENT
        else "listed"
        if jaccard >= LISTED_JACCARD or containment >= LISTED_CONTAINMENT
        else "false"
        for jaccard, containment in overlaps
    ]
    right = told["right"] + kinds.count("right")
    return _ratio(right, right + kinds.count("false"))


def wrong(found: Int64s, reference: Reference) -> tuple[Int64s, Int64s]:
    """The wanted pairs that were not found and the found ones that are not listed; both (n, 2)."""
    missed = np.setdiff1d(reference.pairs[reference.wanted], found, assume_unique=True)
    false = np.setdiff1d(found, reference.pairs, assume_unique=True)
    of = reference.n_texts
    return np.stack(np.divmod(missed, of), axis=1), np.stack(np.divmod(false, of), axis=1)


def curves(found: Int64s, reference: Reference) -> Figures:
    """Listed and found pairs in the bins of ``BINS``, so that each curve says one thing.

    ``jaccard`` leaves out the pairs below .5 that are wanted for their containment;
    ``containment`` counts only pairs with a Jaccard below .5.
    """
    hit = np.isin(reference.pairs, found, assume_unique=True)
    apart = reference.jaccard < JACCARD
    measures = {
        "jaccard": (reference.jaccard, ~(apart & (reference.containment >= CONTAINMENT))),
        "containment": (reference.containment, apart),
    }
    told: Figures = {"edges": [round(float(edge), 2) for edge in BINS]}
    for name, (values, among) in measures.items():
        listed, _ = np.histogram(values[among], BINS)
        shown, _ = np.histogram(values[among & hit], BINS)
        told[name] = {"listed": listed.tolist(), "found": shown.tolist()}
    return told


def _share(hit: Bools, among: Bools) -> float | None:
    return _ratio(int((hit & among).sum()), int(among.sum()))


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None


def _same_label(found: Int64s, reference: Reference) -> Bools:
    """Which of the coded pairs carry the same silver label."""
    if reference.labels is None:
        return np.zeros(len(found), np.bool_)
    kinds = {label: k for k, label in enumerate(dict.fromkeys(reference.labels)) if label}
    of = np.array([kinds.get(label, -1) if label else -1 for label in reference.labels])
    low, high = of[found // reference.n_texts], of[found % reference.n_texts]
    return np.asarray((low >= 0) & (low == high))
