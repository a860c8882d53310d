"""The two verdicts on a pair: is it the same text, is it the same event; and what to call that.

The verdict on the event is a small logistic model over evidence with its guards; the one on the
text is ``dedupe.same_text``. Coefficients come from a versioned data file made by
``benchmarks/train_story.py`` and ``benchmarks/train_text.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.errors import VersionMismatch
from dedupe.logistic import Logistic, sigmoid
from dedupe.model import Bools, Doubles, Profile, Relation
from dedupe.same_text import TextVerdict
from dedupe.succession import updates

FORMAT = 2
"""Form of the data file."""
COPIED = 0.5
"""p_same_text from which two articles are copies."""
_CONTAINED = 0.8
"""Share of the shorter text from which it is an excerpt."""
_SHARED = 0.3
"""Share of the shorter text under which only the headline makes two texts one piece, filed anew."""
_SHORTER = 0.8
"""An excerpt has at most this share of the longer text's shingles."""
_HALF = 0.5
"""Containment from which two articles are about one thing whatever their ledes."""
_UNLIKE_LEDES, _OPEN = 0.25, 0.35
"""Cosine under which two ledes are about different things, and the p_same_story such a pair keeps.
Of 10,793 same-story pairs of fnc1, basil and ecbplus .3 % lie under it; B-cubed F1 changes by .001,
0 and 0."""
_FORM_WORDS, _FORM_LIKE, _FORM_COSINE = 400.0, 0.1, 0.4
"""Words up to which two articles may be one form filled in twice, ln of the ratio of their lengths
up to which they are, and the cosine of words from which they are."""
_OTHER_NUMBERS, _OTHER_DAY = 0.34, 0.5
"""Cosine of numbers up to which a form tells something else, and ln(1 + days) from which on
another day."""
_FORM_SURE, _FORM_P = 0.65, 0.02
"""p_same_story from which it may be one event for all that, and p of two issues of a series. Of
10,793 same-story pairs of fnc1, basil and ecbplus none is taken for a form."""
REFILED_WITHIN = 24.0 * 7
"""Hours in which an outlet re-files a piece; later it is printed anew."""
_REWRITTEN = 0.5
"""Share of the threshold of stories from which versions of one piece are one, rewritten or not."""
_REWRITE = 0.97
_REWRITE_WORDS = 0.6
"""p_same_story and cosine of words from which a piece retells another one."""


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
    text: TextVerdict

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Verdicts:
        """The verdicts of a data file.

        Raises:
            VersionMismatch: the file was made for another form of model.
        """
        if data.get("format") != FORMAT:
            raise VersionMismatch(
                f"verdict coefficients have format {data.get('format')!r}, this program reads {FORMAT}; "
                "run benchmarks/train_story.py and train_text.py"
            )
        return cls(
            version=str(data["version"]),
            story=Logistic.from_data(data["story"]),
            undated=Saturation(**data["undated"]),
            text=TextVerdict.from_data(data),
        )

    def p_same_story(self, features: Doubles) -> Doubles:
        """Probability that pairs report the same event, from ``evidence.event.features``.

        Names alone do not make a story: ledes that are about different things keep it open. Nor does
        a form: two issues of a series are two events, unless much else speaks for one.
        """
        logit = self.story.logit(features)
        of = {name: features[:, k] for k, name in enumerate(self.story.features)}
        p = sigmoid(np.where(of["has_times"] > 0, logit, self.undated(logit)))
        unlike = (of["has_ledes"] > 0) & (of["lede_cosine"] < _UNLIKE_LEDES)
        unlike &= of["containment"] < _HALF
        p = np.where(unlike, np.minimum(p, _OPEN), p)
        return np.where(_issues(of) & (p < _FORM_SURE), np.minimum(p, _FORM_P), p)

    def p_one_story(self, features: Doubles, p_same_text: Doubles) -> Doubles:
        """Probability that pairs belong to one story: copies do, whatever else is known of them.

        What may be a copy, but hardly is, proves nothing: two days' market reports share a form.
        """
        copied = np.where(p_same_text >= COPIED, p_same_text, 0.0)
        return np.maximum(self.p_same_story(features), copied)

    def relation(
        self,
        ours: Profile,
        theirs: Profile,
        *,
        p_same_text: float,
        p_same_story: float,
        ours_in_theirs: float,
        theirs_in_ours: float,
        story_from: float,
        word_cosine: float = 0.0,
    ) -> Relation:
        """What ours is to theirs: a copy from a p_same_text of .5 on, else one story or nothing.

        Versions of one piece are an update whatever text they share.
        """
        near = max(p_same_story, p_same_text)
        if near >= story_from * _REWRITTEN and updated(ours, theirs):
            return Relation.UPDATE
        if p_same_text >= COPIED:
            return _copy_relation(ours, theirs, ours_in_theirs, theirs_in_ours)
        if p_same_story < story_from:
            return Relation.NONE
        retold = p_same_story >= _REWRITE and word_cosine >= _REWRITE_WORDS
        return Relation.REWRITE if retold else Relation.SAME_STORY


def _issues(of: Mapping[str, Doubles]) -> Bools:
    """One form filled in for two days: the words of one are those of the other, the numbers are not."""
    alike: Bools = (of["length_ratio"] <= _FORM_LIKE) & (of["word_cosine"] >= _FORM_COSINE)
    alike &= of["length"] <= np.log1p(_FORM_WORDS)
    alike &= (of["has_numbers"] > 0) & (of["number_cosine"] <= _OTHER_NUMBERS)
    alike &= (of["has_times"] > 0) & (of["time_gap"] >= _OTHER_DAY)
    return alike & (of["has_lede_days"] > 0) & (of["lede_day_gap"] > _OTHER_DAY)


def updated(ours: Profile, theirs: Profile) -> int:
    """1 where ours says it is a newer version of theirs, of the same outlet; -1 the other way."""
    if ours.provenance.outlet is None or ours.provenance.outlet != theirs.provenance.outlet:
        return 0
    if ours.published is None or theirs.published is None:
        return updates(ours.version, theirs.version, hours=None)
    return updates(ours.version, theirs.version, hours=ours.published - theirs.published)


def _copy_relation(
    ours: Profile, theirs: Profile, ours_in_theirs: float, theirs_in_ours: float
) -> Relation:
    if _equal(ours, theirs):
        return Relation.EXACT
    if _refiled(ours, theirs) or max(ours_in_theirs, theirs_in_ours) < _SHARED:
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
    return abs(a.published - b.published) <= REFILED_WITHIN
