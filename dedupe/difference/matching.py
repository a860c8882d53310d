"""Facts of both texts brought together by the edits they stand in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dedupe.difference.facts import Fact, Words

_SHORT_EDIT = 8
"""Words of an edit in which what went was replaced by what came; in a longer one they are strangers."""

Edited: TypeAlias = tuple[Words, Words]
"""Words of the first text, and those of the second in their place."""
Pairing: TypeAlias = Callable[[list[Fact], list[Fact]], list[tuple[Fact, Fact]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words of the first text that became those of the second, and where they differ."""

    before: Words
    after: Words
    edits: tuple[Edited, ...]


class _Side:
    """The facts of one text, in order; no two of them share a word."""

    def __init__(self, found: Sequence[Fact]) -> None:
        self._found = found
        self._low = [fact.low for fact in found]
        self._high = [fact.high for fact in found]

    def touching(self, words: Words) -> Sequence[Fact]:
        """The facts that share a word with these."""
        return self._found[bisect_right(self._high, words[0]) : bisect_left(self._low, words[1])]

    def parted(self, at: int) -> Fact | None:
        """The fact that has words on both sides of a place."""
        k = bisect_right(self._high, at)
        return self._found[k] if k < len(self._found) and self._low[k] < at else None


class Matching:
    """Facts of both texts brought together by the edits they stand in."""

    def __init__(self, found: Sequence[Fact], side: Callable[[Fact], int]) -> None:
        self._found = [[fact for fact in found if side(fact) == k] for k in (0, 1)]
        self._sides = _Side(self._found[0]), _Side(self._found[1])

    def run(
        self, stretches: Sequence[Stretch], pairing: Pairing
    ) -> tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]:
        """Facts that changed, and those that stand in one of the texts alone, each once."""
        pairs: list[tuple[Fact, Fact]] = []
        rest: tuple[list[Fact], list[Fact]] = [], []
        for stretch in stretches:
            self._stretch(stretch, pairing, pairs, rest)
        seen = [{fact.key for fact in side} for side in self._found]
        gone = [fact for fact in rest[0] if fact.key not in seen[1]]
        come = [fact for fact in rest[1] if fact.key not in seen[0]]
        told = {one.key for pair in pairs for one in pair}
        return (
            _once_paired(pairs),
            [fact for fact in once(gone) if not fact.weak and fact.key not in told],
            [fact for fact in once(come) if not fact.weak and fact.key not in told],
        )

    def _stretch(
        self,
        stretch: Stretch,
        pairing: Pairing,
        pairs: list[tuple[Fact, Fact]],
        rest: tuple[list[Fact], list[Fact]],
    ) -> None:
        """What changed in one stretch goes into ``pairs``, what stands alone into ``rest``.

        What stands in the place of another is asked first: a number that changed into one that
        stands elsewhere too has changed.
        """
        ranges = stretch.before, stretch.after
        for empty, (low, high) in enumerate(ranges):
            if low == high:  # a passage came, or went
                rest[1 - empty].extend(self._sides[1 - empty].touching(ranges[1 - empty]))
                return
        edits = list(self._whole(stretch))
        paired: set[int] = set()
        for edit in edits:
            if all(0 < high - low <= _SHORT_EDIT for low, high in edit):
                met = pairing(
                    *_without_common(
                        *(
                            [fact for fact in side.touching(words) if id(fact) not in paired]
                            for side, words in zip(self._sides, edit, strict=True)
                        )
                    )
                )
                pairs += met
                paired |= {id(fact) for pair in met for fact in pair}
        alone = _without_common(
            *(
                [
                    fact
                    for fact in self._touched(side, [edit[side] for edit in edits])
                    if id(fact) not in paired
                ]
                for side in (0, 1)
            )
        )
        for known, found in zip(rest, alone, strict=True):
            known.extend(found)

    def _touched(self, side: int, words: Sequence[Words]) -> list[Fact]:
        """The facts that touch what was edited, each once."""
        found = {id(fact): fact for some in words for fact in self._sides[side].touching(some)}
        return list(found.values())

    def _whole(self, stretch: Stretch) -> Iterator[Edited]:
        """The edits, each with the whole of the facts that it cuts: "2.5" came in place of "5".

        Between edits the words are the same, so that both sides grow by as many words.
        """
        grown: list[Edited] = []
        ends = (*stretch.edits[1:], ((stretch.before[1],) * 2, (stretch.after[1],) * 2))
        for edit, following in zip(stretch.edits, ends, strict=True):
            floor = grown[-1][0][1] if grown else stretch.before[0]
            (a, b), (c, d) = edit
            left = self._grown(a, c, -1)
            right = self._grown(b, d, 1)
            left, right = min(left, max(a - floor, 0)), min(right, following[0][0] - b)
            this = (a - left, b + right), (c - left, d + right)
            if grown and grown[-1][0][1] >= this[0][0] and grown[-1][1][1] >= this[1][0]:
                (a, _), (c, _) = grown.pop()
                this = (a, this[0][1]), (c, this[1][1])
            grown.append(this)
        yield from grown

    def _grown(self, ours: int, theirs: int, way: int) -> int:
        """How many words the facts have that a place cuts, on one side of it."""
        found = (
            (side.parted(at), at) for side, at in zip(self._sides, (ours, theirs), strict=True)
        )
        sizes = [
            at - fact.low if way < 0 else fact.high - at for fact, at in found if fact is not None
        ]
        return max(sizes, default=0)


def same_measure(ours: list[Fact], theirs: list[Fact]) -> list[tuple[Fact, Fact]]:
    """Numbers of the same thing, in order; where one stands against one they are of the same thing."""
    pairs: list[tuple[Fact, Fact]] = []
    left = list(theirs)
    for fact in ours:
        mate = next((one for one in left if one.unit == fact.unit != 0), None)
        if mate is not None:
            pairs.append((fact, mate))
            left.remove(mate)
    if not pairs and len(ours) == len(theirs) == 1 and not (ours[0].unit and theirs[0].unit):
        return [(ours[0], theirs[0])]
    return pairs


def one_for_one(ours: list[Fact], theirs: list[Fact]) -> list[tuple[Fact, Fact]]:
    """The one name that went and the one that came in its place."""
    return [(ours[0], theirs[0])] if len(ours) == len(theirs) == 1 else []


def once(found: Sequence[Fact]) -> list[Fact]:
    """The first of each."""
    return list({fact.key: fact for fact in reversed(found)}.values())[::-1]


def _without_common(ours: Sequence[Fact], theirs: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts of one stretch without those that stand on both sides of it."""
    left: dict[tuple[int, ...], deque[Fact]] = defaultdict(deque)
    for fact in theirs:
        left[fact.key].append(fact)
    rest, common = [], set()
    for fact in ours:
        if left[fact.key]:
            common.add(id(left[fact.key].popleft()))
        else:
            rest.append(fact)
    return rest, [fact for fact in theirs if id(fact) not in common]


def _once_paired(pairs: Sequence[tuple[Fact, Fact]]) -> list[tuple[Fact, Fact]]:
    told = {(ours.key, theirs.key): (ours, theirs) for ours, theirs in reversed(pairs)}
    return list(told.values())[::-1]
