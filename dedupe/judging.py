"""Evidence and verdicts put together, for one pair or for many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice

import numpy as np

from dedupe.apart import notices, roles
from dedupe.compared import (
    KEPT_ROWS,
    Batch,
    Compared,
    Judged,
    Rows,
    SameText,
    Shares,
    same_text,
    same_text_as,
    worth_a_link,
)
from dedupe.course import PLAIN, Course
from dedupe.evidence import event
from dedupe.evidence.overlap import Run, passages
from dedupe.model import (
    Evidence,
    Int64s,
    Match,
    Passage,
    Profile,
    Reading,
    Relation,
    Span,
    TextWords,
)
from dedupe.neighbourhood import Judge, Neighbourhood
from dedupe.settings import Settings
from dedupe.state import Member
from dedupe.story_judge import WORD_COSINE, StoryJudge
from dedupe.terms import Background
from dedupe.verdict import COPIED, Verdicts
from dedupe.weighing import Frequency, Weights

LEDE_COSINE = event.FEATURE_NAMES.index("lede_cosine")


class Judging:
    """Judges pairs with the given models."""

    def __init__(self, verdicts: Verdicts, background: Background, settings: Settings) -> None:
        self.verdicts = verdicts
        self._background = background
        self._rows = Rows(background)
        self._last: Batch | None = None
        self._settings = settings
        self.story_from = settings.story_threshold

    def use(self, background: Background) -> None:
        """Verdicts rest on this background from now on."""
        self._background, self._rows, self._last = background, Rows(background), None

    @property
    def background(self) -> Background:
        """How common terms are in news at large."""
        return self._background

    def pairs(self, batch: Batch, left: Int64s, right: Int64s, same: SameText) -> Judged:
        """Both verdicts on pairs of rows of a batch; copies report the same event."""
        features = event.features(
            batch.events,
            batch.at[left],
            batch.at[right],
            overlap=same.shares.jaccard,
            containment=same.shares.containment,
        )
        p_story = self.verdicts.p_one_story(features, same.p)
        p_story[notices(roles(batch.profiles), left, right)] = 0.0
        return Judged(features=features, p_same_text=same.p, p_same_story=p_story)

    def same_text(
        self,
        profiles: Sequence[Profile],
        words: Sequence[TextWords],
        left: Int64s,
        right: Int64s,
    ) -> SameText:
        """The verdict on the text of pairs (left, right) of positions; no event is looked at.

        Of a profile are read outlet, publication, text hash and whether it is a page of headlines.
        """
        return same_text(self.verdicts.text, profiles, words, left, right)

    def batch(self, profiles: Sequence[Profile]) -> Batch:
        """Profiles as arrays, to be asked about many pairs."""
        at = np.arange(len(profiles))
        if len(profiles) > KEPT_ROWS // 16:
            many = event.Batch.of(profiles, self._background)
            return Batch(profiles=tuple(profiles), events=many, at=at)
        # A neighbourhood often holds none but those that the newcomer was just compared to.
        last = self._last.among(profiles) if self._last is not None else None
        if last is not None:
            return last
        few = event.Batch.of_rows(profiles, self._rows.of(profiles))
        self._last = Batch(profiles=tuple(profiles), events=few, at=at)
        return self._last

    def large_batch(
        self,
        profiles: list[Profile],
        known_as: Sequence[Profile],
        order: Int64s,
        give_back: Callable[[], None],
    ) -> Batch:
        """The batch of very many profiles, which are given away: the list is empty afterwards.

        ``known_as`` are the same without terms and vectors, ``order`` the positions of those that
        came first to those that came last: they go in that order, as they lie in memory,
        and ``give_back`` is told of it.
        """
        ordered = [profiles[k] for k in order.tolist()]
        profiles.clear()
        at = np.empty_like(order)
        at[order] = np.arange(len(order))
        events = event.Batch.taken(ordered, self._background, give_back)
        return Batch(profiles=tuple(known_as), events=events, at=at)

    def judge(
        self,
        around: Neighbourhood,
        *,
        near: tuple[Int64s, Int64s] | None = None,
        course: Course = PLAIN,
        batch: Batch | None = None,
    ) -> Judge:
        """The judge of a neighbourhood; without ``near`` every pair of items may be one story.

        Its pairs are judged in pieces, as ``course`` says. Where the ``batch`` of the items is at
        hand, their terms and vectors are not looked at.
        """
        profiles = tuple(item.profile for item in around.items)
        likely = min(self._settings.related_threshold, self._settings.story_threshold)
        return StoryJudge(self, profiles, around.links, near, course, likely, batch)

    def against(
        self, reading: Reading, members: Sequence[Member], words: Mapping[str, TextWords]
    ) -> Compared:
        """A reading judged against members; ``words`` are those of the members that share text."""
        texts = [words.get(member.profile.id) for member in members]
        profiles = [reading.profile, *(member.profile for member in members)]
        theirs = np.arange(1, len(members) + 1)
        ours = np.zeros_like(theirs)
        same = same_text_as(self.verdicts.text, reading, profiles[1:], texts)
        judged = self.pairs(self.batch(profiles), ours, theirs, same)
        return Compared(
            reading=reading,
            members=tuple(members),
            texts=tuple(texts),
            shares=same.shares,
            judged=judged,
            linked=worth_a_link(same.p, same.shares, least=self._settings.link_threshold),
        )

    def matches(
        self,
        compared: Compared,
        among: Sequence[int],
        frequency: Callable[[], Frequency] | None = None,
    ) -> tuple[Match, ...]:
        """The most probable ``among`` (positions of) the members, best first.

        ``frequency`` tells how many others hold the reading's shingles; asked for where needed.
        """
        positions = np.array(among, dtype=np.int64)
        judged, ours = compared.judged, compared.reading
        copies = judged.p_same_text[positions] >= COPIED
        order = positions[np.lexsort((-judged.p_same_story[positions], ~copies))]
        best = order[: self._settings.matches_shown].tolist()
        runs = [_runs(ours.words, compared.texts[k], compared.shares, k) for k in best]
        # All passages are weighed at once.
        weights = iter(Weights(ours.words, self._background, frequency).of(list(chain(*runs))))
        return tuple(
            self._match(
                ours,
                compared.members[k].profile,
                judged,
                compared.shares,
                k,
                _passages(ours.words, compared.texts[k], found, list(islice(weights, len(found)))),
            )
            for k, found in zip(best, runs, strict=True)
        )

    def compare(self, pairs: Sequence[tuple[Reading, Reading]]) -> list[Match]:
        """The verdict on each pair of readings, from the first one's point of view."""
        sides = [side for pair in pairs for side in pair]
        profiles = [side.profile for side in sides]
        left = np.arange(0, 2 * len(pairs), 2)
        same = self.same_text(profiles, [side.words for side in sides], left, left + 1)
        judged = self.pairs(self.batch(profiles), left, left + 1, same)
        found = []
        for k, (a, b) in enumerate(pairs):
            runs = _runs(a.words, b.words, same.shares, k)
            weights = Weights(a.words, self._background).of(runs)
            shown = _passages(a.words, b.words, runs, weights)
            found.append(self._match(a, b.profile, judged, same.shares, k, shown))
        return found

    def relation(
        self, ours: Profile, theirs: Profile, judged: Judged, shares: Shares, k: int
    ) -> Relation:
        """What ours is to theirs by the verdicts of pair k."""
        return self.verdicts.relation(
            ours,
            theirs,
            p_same_text=float(judged.p_same_text[k]),
            p_same_story=float(judged.p_same_story[k]),
            story_from=self.story_from,
            ours_in_theirs=float(shares.left_in_right[k]),
            theirs_in_ours=float(shares.right_in_left[k]),
            word_cosine=float(judged.features[k, WORD_COSINE]),
        )

    def _match(
        self,
        ours: Reading,
        theirs: Profile,
        judged: Judged,
        shares: Shares,
        k: int,
        shown: tuple[Passage, ...],
    ) -> Match:
        hours = _hours_apart(ours.profile, theirs)
        embedded = ours.profile.vector is not None and theirs.vector is not None
        features = judged.features[k]
        return Match(
            article_id=theirs.id,
            relation=self.relation(ours.profile, theirs, judged, shares, k),
            p_same_text=float(judged.p_same_text[k]),
            p_same_story=float(judged.p_same_story[k]),
            evidence=Evidence(
                overlap=float(shares.jaccard[k]),
                contains=float(shares.right_in_left[k]),
                contained=float(shares.left_in_right[k]),
                lede_cosine=float(features[LEDE_COSINE]) if embedded else None,
                hours_apart=hours,
                features=dict(zip(event.FEATURE_NAMES, features.tolist(), strict=True)),
                passages=shown,
            ),
        )


def _hours_apart(a: Profile, b: Profile) -> float | None:
    if a.published is None or b.published is None:
        return None
    return abs(a.published - b.published)


def _runs(ours: TextWords, theirs: TextWords | None, shares: Shares, k: int) -> list[Run]:
    """The longest runs that the texts of pair k share."""
    return passages(ours, theirs) if theirs and shares.jaccard[k] > 0 else []


def _passages(
    ours: TextWords, theirs: TextWords | None, runs: Sequence[Run], weights: Sequence[float]
) -> tuple[Passage, ...]:
    """The shared passages, with spans in both values as they were posted."""
    if theirs is None:
        return ()
    return tuple(
        Passage(
            ours=Span(field=ours.field, start=run.a_start, end=run.a_end),
            theirs=Span(field=theirs.field, start=run.b_start, end=run.b_end),
            words=run.words,
            weight=weight,
        )
        for run, weight in zip(runs, weights, strict=True)
    )
