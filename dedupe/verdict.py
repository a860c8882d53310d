"""The two verdicts on a pair: is it the same text, is it the same event; and what to call that.

Both are small logistic models over evidence. Their coefficients come from a versioned data file
made by ``benchmarks/train_verdicts.py``; the guards around them are here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.errors import VersionMismatch
from dedupe.model import Bools, Doubles, Profile, Relation

TEXT_FEATURES = ("jaccard", "text_containment", "shared", "shorter", "shingle_ratio")
"""What ``SharedText`` adds to the event features for the verdict on text: Jaccard, the larger
containment, ln(1 + shared shingles), ln(1 + shingles of the shorter), ln of the ratio of both."""
_CONTAINED = 0.8
"""Share of the shorter text from which it is an excerpt."""
_SHORTER = 0.8
"""An excerpt has at most this share of the longer text's shingles."""
_SAME_PAGE = 0.5
"""Jaccard from which a page of headlines is another edition of a page."""
_HALF, _INSIDE = 0.5, 0.8
"""Jaccard and containment from which shared text is never taken for furniture."""
_BEGUN = 0.1
"""Share of a text's beginning under which the other text does not hold it."""
_STRANGERS = 0.3
"""p_same_story without the shared text under which two articles have nothing else in common. Over
the hand-read pairs no reprint lies under both, one partial reprint of 34 does, and all picture
galleries and boxes that multi-outlet news shares do."""
_UNLIKE_LEDES, _OPEN = 0.25, 0.35
"""Cosine under which two ledes are about different things, and the p_same_story such a pair keeps.
Of 10,793 same-story pairs of fnc1, basil and ecbplus .3 % lie under it; B-cubed F1 changes by .001,
0 and 0."""
_TEMPLATE_WORDS = 300
"""Shingles of the shorter text up to which a pair may be one template filled in twice: market and
weather reports, results of matches and companies are short."""
_OTHER_NUMBERS, _OTHER_FORECAST, _OTHER_NAMES, _OTHER_WORDS = 0.4, 0.85, 0.55, 0.65
"""Cosines under which numbers, numbers on other weekdays, names, and telling words are others. Of
5,329 pairs of wire stories, reprints and partial reprints with a Jaccard of .5 or more they find 3
of 4,564 of 2008 to 2014 and 28 of 765 of 1987, forms about reserves, bonds and results."""
_OTHER_WORDS_ALONE = 0.5
"""The same where one text holds no names."""
_OTHER_ISSUE = float(np.log1p(0.6))
"""ln(1 + days) from which other numbers make another issue, not an update of the same piece."""
_REFILED_WITHIN = 24.0 * 7
"""Hours in which an outlet re-files a piece; later it is printed anew."""
_REWRITE = 0.97
_REWRITE_WORDS = 0.6
"""p_same_story and cosine of words from which a piece retells another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedText:
    """What the texts of pairs (a, b) share, as parallel arrays, dtype = float64."""

    jaccard: Doubles
    a_in_b: Doubles
    """Share of a's distinct shingles that is in b."""
    b_in_a: Doubles
    a_shingles: Doubles
    """Number of distinct shingles."""
    b_shingles: Doubles
    equal: Bools
    """The clean texts are equal word by word and not empty."""
    headlines: Bools
    """One of both is a page of headlines or a live blog."""
    head: Doubles
    """Share of the beginning of either text that is in the other, the larger of both."""

    @classmethod
    def of(
        cls,
        pairs: Sequence[tuple[Profile, Profile]],
        jaccard: Doubles,
        a_in_b: Doubles,
        b_in_a: Doubles,
        head: Doubles,
    ) -> SharedText:
        """The evidence for pairs of profiles with their exact overlaps."""
        return cls(
            jaccard=np.asarray(jaccard, dtype=np.float64),
            a_in_b=np.asarray(a_in_b, dtype=np.float64),
            b_in_a=np.asarray(b_in_a, dtype=np.float64),
            a_shingles=np.array([a.shingle_count for a, _ in pairs], dtype=np.float64),
            b_shingles=np.array([b.shingle_count for _, b in pairs], dtype=np.float64),
            equal=np.array([_equal(a, b) for a, b in pairs], dtype=np.bool_),
            headlines=np.array(
                [a.headline_page or b.headline_page for a, b in pairs], dtype=np.bool_
            ),
            head=np.asarray(head, dtype=np.float64),
        )

    def columns(self) -> Doubles:
        """shape = (n, len(TEXT_FEATURES))."""
        shorter = np.minimum(self.a_shingles, self.b_shingles)
        longer = np.maximum(self.a_shingles, self.b_shingles)
        containment = np.maximum(self.a_in_b, self.b_in_a)
        return np.column_stack(
            [
                self.jaccard,
                containment,
                np.log1p(containment * shorter),
                np.log1p(shorter),
                np.log1p(longer) - np.log1p(shorter),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic model over products and hinges of features.

    Column k of the basis is ``feature[of]``, cut below ``above`` (max(0, x - above)) or above
    ``below`` (min(x, below)) where given, times ``feature[times]`` where given.
    """

    features: tuple[str, ...]
    of: tuple[int, ...]
    above: tuple[float | None, ...]
    below: tuple[float | None, ...]
    times: tuple[int | None, ...]
    coefficients: Doubles
    intercept: float

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Logistic:
        """The model as ``benchmarks/train_verdicts.py`` writes it."""
        names = tuple(data["features"])
        basis = data["basis"]
        return cls(
            features=names,
            of=tuple(names.index(b["of"]) for b in basis),
            above=tuple(b.get("above") for b in basis),
            below=tuple(b.get("below") for b in basis),
            times=tuple(names.index(b["times"]) if "times" in b else None for b in basis),
            coefficients=np.array([b.get("coefficient", 0.0) for b in basis], dtype=np.float64),
            intercept=float(data.get("intercept", 0.0)),
        )

    def basis(self, features: Doubles) -> Doubles:
        """The columns that are weighted, shape = (n, len(coefficients)).

        Raises:
            VersionMismatch: the features are not those that the model was made for.
        """
        if features.shape[1] != len(self.features):
            raise VersionMismatch(
                f"evidence has {features.shape[1]} features, the verdicts were made for "
                f"{len(self.features)}; run benchmarks/train_verdicts.py"
            )
        columns = np.empty((len(features), len(self.of)), dtype=np.float64, order="F")
        for k, (of, above, below, times) in enumerate(
            zip(self.of, self.above, self.below, self.times, strict=True)
        ):
            column = features[:, of]
            column = column if above is None else np.maximum(column - above, 0.0)
            column = column if below is None else np.minimum(column, below)
            columns[:, k] = column if times is None else column * features[:, times]
        return columns

    def logit(self, features: Doubles) -> Doubles:
        """Log odds, shape = (n,)."""
        return self.basis(features) @ self.coefficients + self.intercept


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """How far content alone convinces: without two dates a look-alike cannot be ruled out.

    Log odds from 0 to ``knee`` are compressed to 0 to ``level``; beyond the knee they rise by
    ``slope`` until they are back where they were. Rising throughout.
    """

    knee: float
    level: float
    slope: float

    def __call__(self, logit: Doubles) -> Doubles:
        """The log odds that may be claimed, never above and of the same sign."""
        risen = np.where(
            logit <= self.knee,
            logit * (self.level / self.knee),
            self.level + (logit - self.knee) * self.slope,
        )
        return np.where(logit > 0, np.minimum(risen, logit), logit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Answers p_same_text and p_same_story for pairs, and names what they amount to."""

    version: str
    story: Logistic
    undated: Saturation
    text: Logistic

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Verdicts:
        """The verdicts of a data file.

        Raises:
            VersionMismatch: the file was made for another form of model.
        """
        if data.get("format") != 1:
            raise VersionMismatch(
                f"verdict coefficients have format {data.get('format')!r}, this program reads 1; "
                "run benchmarks/train_verdicts.py"
            )
        return cls(
            version=str(data["version"]),
            story=Logistic.from_data(data["story"]),
            undated=Saturation(**data["undated"]),
            text=Logistic.from_data(data["text"]),
        )

    def p_same_story(self, features: Doubles) -> Doubles:
        """Probability that pairs report the same event, from ``evidence.event.features``.

        Names alone do not make a story: ledes that are about different things keep it open.
        """
        logit = self.story.logit(features)
        of = {name: features[:, k] for k, name in enumerate(self.story.features)}
        p = _sigmoid(np.where(of["has_times"] > 0, logit, self.undated(logit)))
        unlike = (of["has_ledes"] > 0) & (of["lede_cosine"] < _UNLIKE_LEDES)
        unlike &= of["containment"] < _HALF
        return np.where(unlike, np.minimum(p, _OPEN), p)

    def p_same_text(self, shared: SharedText, features: Doubles) -> Doubles:
        """Probability that pairs carry the same text; ``features`` as for ``p_same_story``.

        Equal texts are certain. Texts that share nothing are no copies, and a page of headlines is
        only a copy of what shares half of it: another edition of the page. Less than half that
        neither text begins with, in articles that have nothing else in common, is furniture: a
        picture gallery, a box, a list of countries. A template filled in with other numbers, days
        or names is no copy either.
        """
        p = _sigmoid(self.text.logit(np.hstack([shared.columns(), features])))
        unlike = (shared.jaccard <= 0) | (shared.headlines & (shared.jaccard < _SAME_PAGE))
        unlike |= self._is_furniture(shared, features) | self._is_template(shared, features)
        p = np.where(unlike, np.minimum(p, 0.02), np.minimum(p, 0.9999))
        return np.where(shared.equal, 1.0, p)

    def _is_furniture(self, shared: SharedText, features: Doubles) -> Bools:
        containment = np.maximum(shared.a_in_b, shared.b_in_a)
        little = (shared.jaccard < _HALF) & (containment < _INSIDE) & (shared.head < _BEGUN)
        apart = features.copy()
        for name in ("overlap", "containment"):
            apart[:, self.story.features.index(name)] = 0.0
        return little & (self.p_same_story(apart) < _STRANGERS)

    def _is_template(self, shared: SharedText, features: Doubles) -> Bools:
        """One form filled in twice: neither text holds the other, and what is filled in differs."""
        names = self.story.features
        of = {name: features[:, k] for k, name in enumerate(names)}
        containment = np.maximum(shared.a_in_b, shared.b_in_a)
        shorter = np.minimum(shared.a_shingles, shared.b_shingles)
        numbered, dated = of["has_numbers"] > 0, of["has_times"] > 0
        other_issue = ~dated | (of["time_gap"] >= _OTHER_ISSUE)
        numbers = numbered & other_issue & (of["number_cosine"] < _OTHER_NUMBERS)
        other_day = (of["has_weekdays"] > 0) & (of["weekday_shared"] == 0)
        forecast = numbered & other_day & (of["number_cosine"] < _OTHER_FORECAST)
        named = of["has_names"] > 0
        parties = np.where(
            named,
            (of["name_cosine"] < _OTHER_NAMES) & (of["word_cosine"] < _OTHER_WORDS),
            of["word_cosine"] < _OTHER_WORDS_ALONE,
        ) & (of["title_cosine"] < _OTHER_WORDS)
        apart = (containment < _INSIDE) & (shorter <= _TEMPLATE_WORDS)
        template: Bools = apart & (numbers | forecast | parties)
        return template

    def relation(
        self,
        ours: Profile,
        theirs: Profile,
        *,
        p_same_text: float,
        p_same_story: float,
        ours_in_theirs: float,
        theirs_in_ours: float,
        word_cosine: float = 0.0,
    ) -> Relation:
        """What ours is to theirs, by both verdicts (a copy or a story from .5 on)."""
        if p_same_text >= 0.5:
            return _copy_relation(ours, theirs, ours_in_theirs, theirs_in_ours)
        if p_same_story < 0.5:
            return Relation.NONE
        retold = p_same_story >= _REWRITE and word_cosine >= _REWRITE_WORDS
        return Relation.REWRITE if retold else Relation.SAME_STORY


def _copy_relation(
    ours: Profile, theirs: Profile, ours_in_theirs: float, theirs_in_ours: float
) -> Relation:
    if _equal(ours, theirs):
        return Relation.EXACT
    if _refiled(ours, theirs):
        return Relation.UPDATE
    shorter = min(ours.shingle_count, theirs.shingle_count)
    longer = max(ours.shingle_count, theirs.shingle_count)
    if max(ours_in_theirs, theirs_in_ours) >= _CONTAINED and shorter <= _SHORTER * longer:
        return Relation.EXCERPT
    return Relation.NEAR_DUPLICATE


def _equal(a: Profile, b: Profile) -> bool:
    return a.text_hash == b.text_hash and a.text_hash != 0


def _refiled(a: Profile, b: Profile) -> bool:
    """One outlet published both, at different times not far apart."""
    if a.provenance.outlet is None or a.provenance.outlet != b.provenance.outlet:
        return False
    if a.published is None or b.published is None or a.published == b.published:
        return False
    return abs(a.published - b.published) <= _REFILED_WITHIN


def _sigmoid(logit: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -40.0, 40.0)))
