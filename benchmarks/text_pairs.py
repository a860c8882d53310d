"""Pairs of texts of the development sets, with what the verdict on the text is given of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.development_sets import both_sides, read, rows
from dedupe.compared import text_features
from dedupe.evidence.text import TEXT_FEATURES
from dedupe.model import Bools, Doubles, Int64s, Profile, TextWords
from dedupe.same_text import CIRCUMSTANCES
from dedupe.sketch import KEPT_SHARE

NAMES = (*TEXT_FEATURES, *CIRCUMSTANCES)
"""Columns of ``TextPairs.features``."""
LEXICAL = ("reuters_dev", "allsides_dev", "reuters21578")
LABELLED = ("handread_dev", "bloomberg_hard", "bloomberg_large", "finnews_human")
_LARGEST_GROUP = 12
"""Articles under one headline of which all pairs are taken: more make a standing headline."""

Ends = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Articles of one set, read for their text alone."""

    profiles: list[Profile]
    words: list[TextWords]
    number: dict[str, int]
    """Position by the data set's own id."""
    silver: list[str | None]
    """What the set says of the piece each article is a filing of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPairs:
    """Pairs of one set."""

    texts: Texts
    left: Int64s
    right: Int64s
    features: Doubles
    """shape = (n, len(NAMES))."""
    labels: list[str]
    """What the set calls each pair; empty where it says nothing."""

    def of(self, name: str) -> Doubles:
        """One column."""
        column: Doubles = self.features[:, NAMES.index(name)]
        return column

    @property
    def reference(self) -> Bools:
        """Copies by their overlap: half of either text, or four fifths of one of them."""
        found: Bools = (self.of("jaccard") >= 0.5) | (self.of("containment") >= 0.8)
        return found

    @property
    def hours(self) -> Doubles:
        """Hours apart; NaN where unknown."""
        apart = 24.0 * np.expm1(self.of("time_gap"))
        return np.where(self.of("has_times") > 0, apart, np.nan)

    @property
    def one_piece(self) -> Bools:
        """The set calls both filings of one piece."""
        known = np.array([name or f"#{k}" for k, name in enumerate(self.texts.silver)])
        return known[self.left] == known[self.right]

    def called(self, *labels: str) -> Bools:
        """The pairs with one of these labels."""
        return np.isin(np.array(self.labels), labels)


def read_sets(data: Path) -> dict[str, TextPairs]:
    """Every set of pairs that the verdict on the text is made and checked with."""
    sets: dict[str, TextPairs] = {}
    for name in LEXICAL:
        listed = rows(data / f"{name}.lexical.pairs.jsonl.gz")
        documents = rows(data / f"{name}.jsonl.gz")
        headed = list(_under_one_headline(documents)) if name == "reuters_dev" else []
        wanted = {row[side] for row in listed for side in "ab"} | {
            e for both in headed for e in both
        }
        found = _read([document for document in documents if document["id"] in wanted])
        sets[name] = _pairs(found, [(row["a"], row["b"]) for row in listed])
        sets[f"{name} low"] = _numbered(found, low_overlap(found, most=6000))
        sets[f"{name} random"] = _numbered(found, _random(found, 1000))
        if headed:
            sets["one headline"] = _pairs(found, headed)
            sets["like headlines"] = _numbered(found, _like_headlines(found, most=6000))
        print(f"read {name}: {len(found.words)} articles", flush=True)
    for name in LABELLED:
        listed = rows(data / f"{name}.pairs.jsonl.gz")
        found = _read(both_sides(listed))
        ends = [(row["a"]["id"], row["b"]["id"]) for row in listed]
        sets[name] = _pairs(found, ends, [row["label"] for row in listed])
    return sets


def _read(documents: Sequence[dict[str, Any]]) -> Texts:
    """The articles that hold a word."""
    found = Texts(profiles=[], words=[], number={}, silver=[])
    for document, reading in read(documents):
        found.number[document["id"]] = len(found.words)
        found.words.append(reading.words)
        found.silver.append(document.get("cluster"))
        found.profiles.append(reading.profile)
    return found


def _pairs(
    found: Texts, ends: Iterable[tuple[str, str]], labels: Sequence[str] | None = None
) -> TextPairs:
    """The pairs of which both articles hold a word."""
    told = zip(ends, labels or repeat(""), strict=False)
    held = [(both, label) for both, label in told if all(end in found.number for end in both)]
    return _numbered(
        found,
        [(found.number[a], found.number[b]) for (a, b), _ in held],
        [label for _, label in held],
    )


def _numbered(found: Texts, ends: Ends, labels: list[str] | None = None) -> TextPairs:
    left, right = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    return TextPairs(
        texts=found,
        left=left,
        right=right,
        features=text_features(found.profiles, found.words, left, right),
        labels=labels or [""] * len(left),
    )


def _under_one_headline(documents: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        groups[" ".join(document["title"].casefold().split())].append(document["id"])
    for title, ids in groups.items():
        if title and len(ids) <= _LARGEST_GROUP:
            yield from ((a, b) for k, a in enumerate(ids) for b in ids[k + 1 :])


def low_overlap(found: Texts, *, most: int, seed: int = 0) -> Ends:
    """Pairs that share two sketched shingles or more; most share little else."""
    hashes = [words.shingles[words.shingles < np.uint64(KEPT_SHARE)] for words in found.words]
    return _sampled(_sharing(hashes, least=2, largest=30), most, seed)


def _like_headlines(found: Texts, *, most: int, seed: int = 1) -> Ends:
    """Pairs whose titles share half of their words and are not the same."""
    titles = [np.unique(words.title) for words in found.words]
    pairs = [
        (a, b)
        for a, b in _sharing(titles, least=2, largest=60)
        if 0.5
        <= len(np.intersect1d(titles[a], titles[b])) / len(np.union1d(titles[a], titles[b]))
        < 1
    ]
    return _sampled(pairs, most, seed)


def _sharing(sets: Sequence[Any], *, least: int, largest: int) -> Ends:
    """Pairs of sets with ``least`` common values that at most ``largest`` sets have."""
    holders: dict[int, list[int]] = defaultdict(list)
    for k, values in enumerate(sets):
        for value in values.tolist():
            holders[value].append(k)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in holders.values():
        if len(numbers) <= largest:
            for at, a in enumerate(numbers):
                for b in numbers[at + 1 :]:
                    counts[a, b] += 1
    return sorted(both for both, count in counts.items() if count >= least)


def _random(found: Texts, most: int) -> Ends:
    chance = random.Random(0)
    numbers = range(len(found.words))
    return [(a, b) for a, b in (chance.sample(numbers, 2) for _ in range(most))]


def _sampled(pairs: Ends, most: int, seed: int) -> Ends:
    return random.Random(seed).sample(pairs, most) if len(pairs) > most else pairs
