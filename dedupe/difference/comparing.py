"""Two versions of an article compared: what a desk has to read again, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.difference import facts
from dedupe.difference.alignment import Pair, align
from dedupe.difference.changes import Change, ChangeKind, Difference, Edit, Part, mirrored
from dedupe.difference.edits import edits
from dedupe.difference.facts import Fact, Words
from dedupe.difference.matching import Matching, Stretch, once, one_for_one, same_measure
from dedupe.difference.mates import alike
from dedupe.difference.phrases import Phrases
from dedupe.difference.sentences import Layout, Sentence, Value
from dedupe.terms.background import Background
from dedupe.terms.page import Page

_OPENS = "\"'“„«‘‚(（[「『"
_CLOSES = ".,;:!?…%。，！？、؟،۔।॥\"'”’»)）]」』"


def difference(
    before: Sequence[Value], after: Sequence[Value], *, background: Background | None = None
) -> Difference:
    """What came, went or changed from title and body ``before`` to those ``after``.

    Words are compared, under NFKC and case folding: punctuation and capitals alone change nothing.
    Told from the second text to the first it is the same with the sides changed over. Without a
    ``background`` every word behind a number is taken for what it counts.
    """
    keys = [tuple((value.plain, value.posted) for value in side) for side in (before, after)]
    turned = keys[0] > keys[1]
    first, second = (after, before) if turned else (before, after)
    found = _Comparison(Layout.of([*first, *second]), background)
    return found.told(turned=turned)


class _Comparison:
    """The first text against the second; which of the two came first is asked only at the end."""

    def __init__(self, layout: Layout, background: Background | None) -> None:
        self._layout = layout
        self._hashes = layout.page.hashes
        self._background = background
        self._bodies = layout.sentences[1], layout.sentences[3]
        self._alignment = align(self._hashes, *self._bodies)
        self._stretches = [self._stretch(pair) for pair in self._alignment.changed]
        self._titles = self._title()

    def told(self, *, turned: bool) -> Difference:
        """The difference; ``turned``: from the second text to the first."""
        stretches = [*([self._titles] if self._titles else []), *self._stretches]
        headline = self._passage(self._titles) if self._titles else None
        return Difference(
            headline=mirrored(headline) if headline and turned else headline,
            numbers=_sorted(self._numbers(stretches), turned=turned),
            names=_sorted(self._names(stretches), turned=turned),
            quotes=_sorted(self._quotes(), turned=turned),
            passages=tuple(self._passages(turned=turned)),
            moved=self._alignment.moved,
        )

    def _title(self) -> Stretch | None:
        ranges = [
            (found[0].low, found[-1].high) if found else (0, 0)
            for found in (self._layout.sentences[0], self._layout.sentences[2])
        ]
        ours, theirs = (self._hashes[low:high] for low, high in ranges)
        if np.array_equal(ours, theirs):
            return None
        return self._differing(ranges[0], ranges[1])

    def _stretch(self, pair: Pair) -> Stretch:
        before, after = (
            (side[low].low, side[high - 1].high) if high > low else (0, 0)
            for side, (low, high) in zip(self._bodies, (pair.before, pair.after), strict=True)
        )
        return self._differing(before, after)

    def _differing(self, before: Words, after: Words) -> Stretch:
        found = edits(self._hashes[slice(*before)], self._hashes[slice(*after)])
        return Stretch(
            before=before,
            after=after,
            edits=tuple(
                ((before[0] + a, before[0] + b), (after[0] + c, after[0] + d))
                for (a, b), (c, d) in found
            ),
        )

    def _passages(self, *, turned: bool) -> list[Change]:
        """What changed in the order of the texts; neighbours that came or went together are one."""
        pairs = zip(self._alignment.changed, self._stretches, strict=True)
        ordered = sorted(
            ((pair.mirrored() if turned else pair, stretch) for pair, stretch in pairs),
            key=lambda one: one[0].place,
        )
        merged: list[tuple[Pair, Stretch]] = []
        for one in ordered:
            if merged and self._continues(merged[-1], one):
                merged.append((one[0], _joined(merged.pop()[1], one[1])))
            else:
                merged.append(one)
        changes = (self._passage(stretch) for _, stretch in merged)
        return [mirrored(change) if turned else change for change in changes]

    def _continues(self, last: tuple[Pair, Stretch], this: tuple[Pair, Stretch]) -> bool:
        """Both came, or both went, one right behind the other in one paragraph."""
        (_, one), (_, two) = last, this
        for mine, theirs, empty in (
            (one.after, two.after, (one.before, two.before)),
            (one.before, two.before, (one.after, two.after)),
        ):
            if not any(high > low for low, high in empty):
                paragraph = self._layout.paragraph
                together = mine[1] == theirs[0]
                return bool(together and paragraph[mine[1] - 1] == paragraph[theirs[0]])
        return False

    def _passage(self, stretch: Stretch) -> Change:
        before, after = self._part(stretch.before), self._part(stretch.after)
        told: tuple[Edit, ...] = ()
        if before and after:
            told = tuple(
                Edit(
                    before=self._place(ours, stretch.before),
                    after=self._place(theirs, stretch.after),
                )
                for ours, theirs in stretch.edits
            )
        return _change(before, after, told)

    def _part(self, words: Words) -> Part | None:
        low, high = words
        return self._layout.part(low, high, lead=_OPENS, tail=_CLOSES) if high > low else None

    def _place(self, words: Words, around: Words) -> tuple[int, int]:
        """Where words stand in their field; of none the place where they would."""
        low, high = words
        if high > low:
            part = self._layout.part(low, high)
            return part.start, part.end
        if low > around[0]:
            end = self._layout.part(low - 1, low).end
            return end, end
        start = self._layout.part(low, low + 1).start
        return start, start

    def _numbers(self, stretches: Sequence[Stretch]) -> list[Change]:
        found = self._spoken(facts.numbers(self._layout, self._background))
        pairs, gone, come = Matching(found, self._side).run(stretches, same_measure)
        return self._changes(pairs, gone, come)

    def _names(self, stretches: Sequence[Stretch]) -> list[Change]:
        found = self._spoken(facts.names(self._layout))
        pairs, gone, come = Matching(found, self._side).run(stretches, one_for_one)
        known = _Known.of(self._layout.page, (0, 1)), _Known.of(self._layout.page, (2, 3))
        gone = [fact for fact in gone if not known[1].holds(fact)]
        come = [fact for fact in come if not known[0].holds(fact)]
        pairs = [
            (ours, theirs)
            for ours, theirs in pairs
            if not known[1].holds(ours) or not known[0].holds(theirs)
        ]
        return self._changes(pairs, gone, come)

    def _quotes(self) -> list[Change]:
        found = facts.quotations(self._layout)
        sides = [[fact for fact in found if self._side(fact) == side] for side in (0, 1)]
        texts = [
            Phrases.of(self._hashes[np.isin(self._layout.page.text, texts)])
            for texts in ((0, 1), (2, 3))
        ]
        gone, come = (
            once([fact for fact in sides[k] if not texts[1 - k].hold(fact.key)]) for k in (0, 1)
        )
        mates = alike(
            self._hashes, [_words(fact) for fact in gone], [_words(fact) for fact in come]
        )
        pairs = [(gone[mine], come[theirs]) for mine, theirs in mates]
        paired = [{mine for mine, _ in mates}, {theirs for _, theirs in mates}]
        return self._changes(
            pairs,
            [fact for k, fact in enumerate(gone) if k not in paired[0]],
            [fact for k, fact in enumerate(come) if k not in paired[1]],
        )

    def _spoken(self, found: Sequence[Fact]) -> list[Fact]:
        """The facts that the text speaks of, without those that the outlet tells of itself."""
        quiet = self._layout.quiet
        return [fact for fact in found if not quiet[fact.low : fact.high].any()]

    def _side(self, fact: Fact) -> int:
        """Which of the two texts a fact stands in."""
        return int(self._layout.page.text[fact.low]) // 2

    def _changes(
        self, pairs: Sequence[tuple[Fact, Fact]], gone: Sequence[Fact], come: Sequence[Fact]
    ) -> list[Change]:
        told = [_change(self._fact(ours), self._fact(theirs)) for ours, theirs in pairs]
        told += [_change(self._fact(fact), None) for fact in gone]
        return told + [_change(None, self._fact(fact)) for fact in come]

    def _fact(self, fact: Fact) -> Part:
        lead = "$€£¥₹₽-−" if fact.signed else "$€£¥₹₽"
        return self._layout.part(*fact.shown, lead=lead, tail="%")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The words that one of the texts has."""

    words: frozenset[int]
    phrases: Phrases

    @classmethod
    def of(cls, page: Page, texts: tuple[int, int]) -> _Known:
        """Of the fields of one text."""
        hashes = page.hashes[np.isin(page.text, texts)]
        return cls(words=frozenset(hashes.tolist()), phrases=Phrases.of(hashes))

    def holds(self, name: Fact) -> bool:
        """The text has the words of a name, the letters of one like "U.S." side by side."""
        return self.words.issuperset(name.key) and (not name.letters or self.phrases.hold(name.key))


def _words(fact: Fact) -> Sentence:
    return Sentence(low=fact.low, high=fact.high)


def _joined(one: Stretch, two: Stretch) -> Stretch:
    return Stretch(
        before=_around(one.before, two.before), after=_around(one.after, two.after), edits=()
    )


def _around(one: Words, two: Words) -> Words:
    """From the first word to the last of two ranges that follow each other."""
    return (one[0], two[1]) if one[1] > one[0] else two


def _change(before: Part | None, after: Part | None, told: tuple[Edit, ...] = ()) -> Change:
    kind = ChangeKind.CHANGED
    if before is None or after is None:
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
    return Change(kind=kind, before=before, after=after, edits=told)


def _sorted(changes: Sequence[Change], *, turned: bool) -> tuple[Change, ...]:
    """What changed first, then what came, then what went, each as it stands."""
    told = [mirrored(change) if turned else change for change in changes]
    kinds = [ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED]

    def place(change: Change) -> tuple[int, bool, int, int]:
        part = change.after or change.before
        assert part is not None
        return kinds.index(change.kind), part.field != "title", part.start, part.end

    return tuple(sorted(told, key=place))
