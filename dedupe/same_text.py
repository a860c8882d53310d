"""The verdict on the text of a pair: a copy, the same piece filed anew, or neither.

Two small logistic models, one over what the texts share and one for pairs under one headline, with
guards around them. Coefficients are made by ``benchmarks/train_text.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.logistic import Logistic
from dedupe.model import Bools, Doubles

CIRCUMSTANCES = ("time_gap", "has_times", "same_outlet", "other_outlet")
"""What the verdict is given beside the evidence of the texts: ln(1 + days apart) up to 90 days, and
whether both are dated; whether both outlets are known, and equal or not."""
LONGEST_GAP = 24.0 * 90
"""Hours beyond which a longer gap says nothing more."""

_HALF, _INSIDE = 0.5, 0.8
"""Jaccard or containment from which texts are copies unless a guard speaks against it."""
_COPY, _SURER = 0.98, 0.0199
"""p of such copies: from .99 at a Jaccard of .5 to .9999 at 1."""
_CERTAIN, _CERTAIN_INSIDE, _CERTAIN_WORDS = 0.6, 0.85, 160
"""Jaccard or containment, and words of the shorter, from which no guard can speak against it."""
_UNLIKE = 0.02
"""p of what a guard rejects."""
_ONE_LINE = 16
"""Words of a text, an alert or a bare headline, that is too short to be judged by overlap: title,
outlet and time decide."""
_ONE_LINE_GAP, _ONE_LINE_P = float(np.log1p(1.5)), 0.8
"""ln(1 + days) up to which it is the same piece of one outlet under one headline, and its p."""
EQUAL_ALONE = 50
"""Words above which equal texts are one whatever their titles say. Of 9,000 pairs of news that
share nearly all their text none under 60 words stands under titles without a word in common."""
_UNLIKE_TITLES, _EQUAL = 0.2, 0.9
"""Jaccard of titles, and of texts, from and up to which a stock phrase ("more to follow") stands
under the headlines of two pieces."""
_BODY = 24
"""Words of a text that says more than its headline."""
_FORM_WORDS, _OTHER_NUMBERS, _OTHER_TERMS = 160, 0.34, 0.4
"""Words up to which half a text may be a form; of its numbers the other text holds at most the
second, of its names and numbers it lacks at least the third. Of copies by the reference above this
finds 2 of 765 of 1987 and none of 4,487 of 2008 to 2011."""
_SOME_NUMBERS, _OTHER_TITLES = 0.6, 0.6
"""Small numbers agree by chance: under titles whose Jaccard is less than the second, the other text may
hold the first share of the numbers. Of 5,675 copies by the reference this finds none."""
_OTHER_ISSUE = float(np.log1p(0.8))
"""ln(1 + days) from which other numbers make another issue, not a correction."""
_FORM_LIKE, _FORM_P = 0.3, 0.3
"""ln of the ratio of lengths up to which two texts may be one form, and p of those that are."""
_BEGUN, _STRANGE_REST, _STRANGE_TITLES = 0.1, 0.35, 0.3
"""Shares of head, rest and title under which a shared passage is furniture of two pages."""
_OTHER_ISSUE_P = 0.4
"""Most p of another issue under a standing headline: no copy, but where overlap with the rest of a
cluster says so its agreement counts. With none, average linkage lost 12 of 4,487 pairs that share
half their text, nearly all of them versions of one factbox."""
_ONE_HEADLINE, _SAME_HEADLINE = 0.5, 0.9
"""Jaccard of titles from which two may be one headline, and from which they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVerdict:
    """Answers p_same_text for pairs, as arrays."""

    copied: Logistic
    refiled: Logistic

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TextVerdict:
        """The models of a data file."""
        return cls(
            copied=Logistic.from_data(data["text"]), refiled=Logistic.from_data(data["refiled"])
        )

    def p(self, features: Doubles, *, headlines: Bools) -> Doubles:
        """Probability that pairs carry the same text, below 1.

        Args:
            features: text features and ``CIRCUMSTANCES`` of each pair.
            headlines: one of both is a page of headlines or a live blog: it is only a copy of what
                shares half of it, another edition of the page.
        """
        of = {name: features[:, k] for k, name in enumerate(self.copied.features)}
        p = self.copied.probability(features)
        p = np.where(overlapping(of["jaccard"], of["containment"]), copied(of["jaccard"]), p)
        p = np.where(_form(of), np.minimum(p, _FORM_P), p)
        p = np.where(_furniture(of) | _one_lines(of), _UNLIKE, p)
        p = np.where(of["jaccard"] > 0, p, 0.0)
        refiled = self._refiled(features, of)
        other_issue = np.maximum(refiled, np.minimum(p, _OTHER_ISSUE_P))
        p = np.where(_filed_again(of), other_issue, np.maximum(p, refiled))
        p = np.where(_stock_phrase(of) | _far_apart(of), np.minimum(p, _FORM_P), p)
        p = np.where(headlines & (of["jaccard"] < _HALF), np.minimum(p, _UNLIKE), p)
        return np.minimum(p, 0.9999)

    def _refiled(self, features: Doubles, of: Mapping[str, Doubles]) -> Doubles:
        """Probability that pairs are one piece filed twice under one headline."""
        shorter, longer = _lengths(of)
        one_headline = (of["title_jaccard"] >= _ONE_HEADLINE) & (of["other_outlet"] == 0)
        one_headline &= (longer > _BODY) & (shorter > 0)
        p = np.where(one_headline, self.refiled.probability(features), 0.0)
        same = (of["title_jaccard"] >= _SAME_HEADLINE) & (of["same_outlet"] > 0) & (shorter > 0)
        same &= (of["has_times"] > 0) & (of["time_gap"] <= _ONE_LINE_GAP)
        by_title = np.where(same, _ONE_LINE_P, np.minimum(p, _FORM_P))
        return np.where(shorter <= _ONE_LINE, by_title, p)


def certain(jaccard: Doubles, containment: Doubles, words: Doubles) -> Bools:
    """Whether overlap alone decides: no guard can find against such a pair.

    ``words`` are those of the shorter text.
    """
    much: Bools = (jaccard >= _CERTAIN) | (containment >= _CERTAIN_INSIDE)
    return much & (words > _CERTAIN_WORDS)


def copied(jaccard: Doubles) -> Doubles:
    """p_same_text of what overlap makes a copy."""
    return _COPY + _SURER * jaccard


def circumstances(hours: Doubles, same_outlet: Bools, other_outlet: Bools) -> Doubles:
    """The columns ``CIRCUMSTANCES``; ``hours`` apart are NaN where a date is missing."""
    dated = ~np.isnan(hours)
    gap = np.log1p(np.minimum(np.where(dated, hours, 0.0), LONGEST_GAP) / 24.0)
    return np.column_stack([gap, dated, same_outlet, other_outlet]).astype(np.float64)


def overlapping(jaccard: Doubles, containment: Doubles) -> Bools:
    """Whether texts share so much that they are copies unless something speaks against it."""
    enough: Bools = (jaccard >= _HALF) | (containment >= _INSIDE)
    return enough


def _lengths(of: Mapping[str, Doubles]) -> tuple[Doubles, Doubles]:
    """Words of the shorter and of the longer text, to the nearest whole."""
    shorter = np.rint(np.expm1(of["shorter"]))
    longer = np.rint(np.expm1(of["shorter"] + of["length_ratio"]))
    return shorter, longer


def _filed_again(of: Mapping[str, Doubles]) -> Bools:
    """An outlet's own headline once more, over text that overlap does not decide."""
    own = (of["same_outlet"] > 0) & (of["has_times"] > 0)
    own &= of["title_jaccard"] >= _SAME_HEADLINE
    result: Bools = own & ~overlapping(of["jaccard"], of["containment"])
    return result


def _form(of: Mapping[str, Doubles]) -> Bools:
    """One form filled in twice: what is filled in differs, on another day."""
    shorter, _ = _lengths(of)
    form = (of["containment"] < _INSIDE) & (of["length_ratio"] <= _FORM_LIKE)
    other = (of["number_containment"] <= _OTHER_NUMBERS) | _other_issue(of, shorter)
    form &= (of["has_numbers"] > 0) & (of["other_terms"] >= _OTHER_TERMS) & other
    form &= (of["has_times"] == 0) | (of["time_gap"] >= _OTHER_ISSUE)
    result: Bools = form & ((shorter <= _FORM_WORDS) | (of["jaccard"] < _HALF))
    return result


def _other_issue(of: Mapping[str, Doubles], shorter: Doubles) -> Bools:
    """Short texts under other titles, not all of whose numbers are others."""
    few = (of["number_containment"] <= _SOME_NUMBERS) & (of["title_jaccard"] < _OTHER_TITLES)
    few &= (of["has_titles"] > 0) & (of["has_times"] > 0)
    result: Bools = few & (shorter <= _FORM_WORDS)
    return result


def _furniture(of: Mapping[str, Doubles]) -> Bools:
    """A gallery, a box or a list that two pages carry below articles about other things."""
    found = ~overlapping(of["jaccard"], of["containment"]) & (of["head"] < _BEGUN)
    found &= (of["rest_shared"] < _STRANGE_REST) & (of["title_jaccard"] < _STRANGE_TITLES)
    result: Bools = found & (of["has_rest"] > 0)
    return result


def _one_lines(of: Mapping[str, Doubles]) -> Bools:
    """Two alerts or bare headlines each of which says something that the other does not."""
    result: Bools = (_lengths(of)[1] <= _ONE_LINE) & (of["other_words"] > 0)
    return result


def _stock_phrase(of: Mapping[str, Doubles]) -> Bools:
    """A few equal words under two headlines that have nothing in common."""
    few = (_lengths(of)[1] <= EQUAL_ALONE) & (of["jaccard"] >= _EQUAL)
    result: Bools = few & (of["has_titles"] > 0) & (of["title_jaccard"] < _UNLIKE_TITLES)
    return result


def _far_apart(of: Mapping[str, Doubles]) -> Bools:
    """Two alerts or bare headlines of different days, equal or not: "Oil prices rise"."""
    dated = (of["has_times"] > 0) & (of["time_gap"] > _ONE_LINE_GAP)
    result: Bools = dated & (_lengths(of)[1] <= _ONE_LINE)
    return result
