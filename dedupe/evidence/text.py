"""Evidence that two articles carry the same text, for many pairs at once.

What is shared, how it lies in either text, what is left over, and what the titles say. Everything
comes from the words alone; every feature is symmetric in the pair and has a neutral value where a
part is missing, with an indicator beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from dedupe.evidence.matching import Matches, Sides, chunks, matches
from dedupe.kinds import NAME, NUMBER, QUOTED
from dedupe.model import Bools, Doubles, Int64s, TextWords, UInt8s, UInt64s

TEXT_FEATURES = (
    "jaccard",
    "containment",
    "shorter",
    "length_ratio",
    "head",
    "tail",
    "longest",
    "in_long_runs",
    "one_run",
    "quoted",
    "word_containment",
    "number_containment",
    "has_numbers",
    "rest_shared",
    "has_rest",
    "other_terms",
    "other_words",
    "title_jaccard",
    "title_length",
    "has_titles",
)
"""Columns of ``TextEvidence.features``."""
SHINGLE = 5
HEAD = 48
"""Shingles that a text begins and ends with: 52 words, about the lede."""
LONG_RUN = 16
"""Shingles of a run that is more than a stock phrase: 20 words."""
_STEP = np.uint64(0xD1342543DE82EF95)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvidence:
    """What the texts of pairs share, as parallel arrays; exact."""

    jaccard: Doubles
    """Of the distinct shingles."""
    left_in_right: Doubles
    """Share of the left text's distinct shingles that is in the right text."""
    right_in_left: Doubles
    features: Doubles
    """shape = (n, len(TEXT_FEATURES))."""

    @property
    def containment(self) -> Doubles:
        """The larger of both directions."""
        return np.maximum(self.left_in_right, self.right_in_left)

    def of(self, name: str) -> Doubles:
        """One feature."""
        column: Doubles = self.features[:, TEXT_FEATURES.index(name)]
        return column


def text_evidence(left: Sequence[TextWords], right: Sequence[TextWords]) -> TextEvidence:
    """The evidence for the pairs of a left and a right text at the same place."""
    sizes = [[len(text.hashes) for text in side] for side in (left, right)]
    parts = [_evidence([*left[some], *right[some]]) for some in chunks(*sizes)]
    if not parts:
        parts = [_evidence([])]
    return TextEvidence(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(TextEvidence)
        }
    )


def _evidence(texts: Sequence[TextWords]) -> TextEvidence:
    """The evidence for the first half of the texts, each with its fellow in the second half."""
    n = len(texts) // 2
    layout = _Layout.of(texts)
    shingles, starting = _shared_shingles(layout, [text.shingles for text in texts])
    words = matches(layout.sides)
    covered = layout.covered(starting)
    left, right = (shingles.counts(side, n) for side in (shingles.left, shingles.right))
    shared = shingles.counts(shingles.left & shingles.right, n)
    shorter, longer = _least_and_most(layout.sizes.astype(np.float64))
    columns = {
        "jaccard": shared / np.maximum(left + right - shared, 1),
        "containment": shared / np.maximum(np.minimum(left, right), 1),
        "shorter": np.log1p(shorter),
        "length_ratio": np.log1p(longer) - np.log1p(shorter),
        **_ends(layout, starting),
        **_runs(layout, starting),
        **_common_terms(words, layout.kinds, n),
        **_rest(layout, covered, words),
        **_titles([text.title for text in texts]),
    }
    return TextEvidence(
        jaccard=columns["jaccard"],
        left_in_right=shared / np.maximum(left, 1),
        right_in_left=shared / np.maximum(right, 1),
        features=np.column_stack([columns[name] for name in TEXT_FEATURES]).astype(np.float64),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """The words of texts one after the other: all left ones, then all right ones."""

    sides: Sides
    sizes: Int64s
    """Words of each text."""
    first: Int64s
    """Place of the first word of each text."""
    kinds: UInt8s

    @classmethod
    def of(cls, texts: Sequence[TextWords]) -> _Layout:
        sizes = np.array([len(text.hashes) for text in texts], dtype=np.int64)
        text = np.repeat(np.arange(len(texts)), sizes)
        kinds = [
            one.kinds if len(one.kinds) else np.zeros(len(one.hashes), np.uint8) for one in texts
        ]
        return cls(
            sides=Sides(_joined([one.hashes for one in texts]), text, len(texts) // 2),
            sizes=sizes,
            first=sizes.cumsum() - sizes,
            kinds=np.concatenate([np.empty(0, np.uint8), *kinds]),
        )

    def starts(self) -> Bools:
        """The words at which five words start; every shorter text starts one shingle too."""
        starts = np.ones(len(self.sides.values), np.bool_)
        end = self.first + self.sizes
        for back in range(1, SHINGLE):
            starts[end[self.sizes >= back] - back] = False
        starts[self.first[(self.sizes > 0) & (self.sizes < SHINGLE)]] = True
        return starts

    def covered(self, starting: Int64s) -> Bools:
        """The words that stand in a shingle that both texts hold; one starts at each of these."""
        covered = np.zeros(len(self.sides.values), np.bool_)
        text = self.sides.text.take(starting)
        last = self.first.take(text) + self.sizes.take(text) - 1
        for place in range(SHINGLE):
            covered[np.minimum(starting + place, last)] = True
        return covered

    def per_text(self, chosen: Bools) -> Int64s:
        """Chosen words of each text."""
        at = chosen.nonzero()[0]
        counts: Int64s = at.searchsorted(self.first + self.sizes) - at.searchsorted(self.first)
        return counts


def _shared_shingles(layout: _Layout, distinct: Sequence[UInt64s]) -> tuple[Matches, Int64s]:
    """The shingles of pairs, and the words at which one starts that both texts hold.

    A text of fewer than five words is one shingle, known by its hash.
    """
    rolled = layout.sides.values.copy()
    whole = max(len(rolled) - SHINGLE + 1, 0)
    for place in range(1, SHINGLE):
        rolled[:whole] *= _STEP
        rolled[:whole] += layout.sides.values[place : place + whole]
    short = np.flatnonzero((layout.sizes > 0) & (layout.sizes < SHINGLE))
    if len(short):
        rolled[layout.first[short]] = [int(distinct[k][0]) for k in short.tolist()]
    at = layout.starts().nonzero()[0]
    found = matches(Sides(rolled.take(at), layout.sides.text.take(at), layout.sides.pairs))
    return found, at[found.matched]


def _ends(layout: _Layout, starting: Int64s) -> dict[str, Doubles]:
    """Share of the shingles that a text begins or ends with that the other text holds."""
    whole = np.minimum(np.maximum(layout.sizes - (SHINGLE - 1), 0), HEAD)
    text = layout.sides.text.take(starting)
    after = starting - layout.first.take(text)
    before = layout.sizes.take(text) - (SHINGLE - 1) - after
    shares = {}
    for name, near in (("head", after), ("tail", before - 1)):
        held = np.bincount(text[(near < HEAD) & (before > 0)], minlength=len(whole))
        shares[name] = _least_and_most(held / np.maximum(whole, 1))[1]
    return shares


def _share(layout: _Layout, chosen: Bools, among: Bools) -> Doubles:
    """Share of the chosen words of each text that are among the others."""
    return layout.per_text(chosen & among) / np.maximum(layout.per_text(chosen), 1)


def _runs(layout: _Layout, starting: Int64s) -> dict[str, Doubles]:
    """The longest shared run, and how much of what is shared lies in long runs and in that one."""
    n = len(layout.sizes)
    text = layout.sides.text.take(starting)
    opens = np.ones(len(starting), np.bool_)
    opens[1:] = (starting[1:] != starting[:-1] + 1) | (text[1:] != text[:-1])
    first = opens.nonzero()[0]
    length, owner = np.diff(np.append(first, len(starting))), text.take(first)
    longest = np.zeros(n, np.int64)
    np.maximum.at(longest, owner, length)
    total = np.maximum(np.bincount(owner, length, n), 1.0)
    in_long = np.bincount(owner, length * (length >= LONG_RUN), n) / total
    shorter = np.maximum(_least_and_most(layout.sizes.astype(np.float64))[0] - (SHINGLE - 1), 1.0)
    return {
        "longest": np.minimum(_least_and_most(longest.astype(np.float64))[1] / shorter, 1.0),
        "in_long_runs": _least_and_most(in_long)[1],
        "one_run": _least_and_most(longest / total)[0],
    }


def _common_terms(words: Matches, kinds: UInt8s, n: int) -> dict[str, Doubles]:
    """Share of the distinct words and numbers of one text that the other holds.

    The larger of both directions: a brief that grew into a story is held by it.
    """
    kind = kinds[words.place]
    both = words.left & words.right
    columns = {}
    for name, chosen in (
        ("word", np.ones(len(kind), np.bool_)),
        ("number", (kind & NUMBER) > 0),
    ):
        ours, theirs = (words.counts(side & chosen, n) for side in (words.left, words.right))
        fewer = np.minimum(ours, theirs)
        columns[f"{name}_containment"] = words.counts(both & chosen, n) / np.maximum(fewer, 1)
        columns[f"has_{name}s"] = (fewer > 0).astype(np.float64)
    return columns


def _rest(layout: _Layout, covered: Bools, words: Matches) -> dict[str, Doubles]:
    """What stands outside the shared passages, and how much of them is quotation.

    ``rest_shared`` is the share of the names and numbers outside that the other text holds
    elsewhere: pieces about one thing have them in common, strangers on one page do not.
    ``other_terms`` is the share of a text's names and numbers that the other does not hold, the
    smaller of both: what differs in a form that was filled in twice; ``other_words`` is the same of
    all words.
    """
    telling = (layout.kinds & (NAME | NUMBER)) > 0
    outside = telling & ~covered
    rest = _both(layout.per_text(outside))
    held = _both(layout.per_text(outside & words.matched))
    alone = ~words.matched
    missing, strange = _share(layout, telling, alone), layout.per_text(alone)
    quoted = (layout.kinds & QUOTED) > 0
    return {
        "quoted": _least_and_most(_share(layout, covered, quoted))[1],
        "rest_shared": held / np.maximum(rest, 1),
        "has_rest": (rest > 0).astype(np.float64),
        "other_terms": _least_and_most(missing)[0],
        "other_words": _least_and_most(strange / np.maximum(layout.sizes, 1))[0],
    }


def _titles(titles: Sequence[UInt64s]) -> dict[str, Doubles]:
    """Jaccard of the titles' distinct words, and ln(1 + distinct words) of the shorter title."""
    n = len(titles) // 2
    words = [set(title.tolist()) for title in titles]
    left, right = (np.fromiter(map(len, side), np.int64, n) for side in (words[:n], words[n:]))
    both = map(set.intersection, words[:n], words[n:])
    shared = np.fromiter(map(len, both), np.int64, n)
    known = (left > 0) & (right > 0)
    return {
        "title_jaccard": shared / np.maximum(left + right - shared, 1),
        "title_length": np.where(known, np.log1p(np.minimum(left, right)), 0.0),
        "has_titles": known.astype(np.float64),
    }


def _joined(values: Sequence[UInt64s]) -> UInt64s:
    return np.concatenate([np.empty(0, np.uint64), *values])


def _least_and_most(per_text: Doubles) -> tuple[Doubles, Doubles]:
    """The smaller and the larger value of the two texts of each pair."""
    left, right = per_text[: len(per_text) // 2], per_text[len(per_text) // 2 :]
    return np.minimum(left, right), np.maximum(left, right)


def _both(per_text: Int64s) -> Int64s:
    """The sum over the two texts of each pair."""
    return per_text[: len(per_text) // 2] + per_text[len(per_text) // 2 :]
