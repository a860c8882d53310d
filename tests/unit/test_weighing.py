"""The weight of passages against the formula, written out with plain sets."""

from __future__ import annotations

import random
from math import log

import numpy as np
import pytest

from dedupe.candidates import Candidates
from dedupe.evidence.overlap import Run, passages
from dedupe.kinds import NUMBER
from dedupe.model import TextWords
from dedupe.settings import Settings
from dedupe.sketch import KEPT_SHARE, distinct, shingles, sketches
from dedupe.terms import Background
from dedupe.weighing import NEUTRAL, Frequency, Weights
from dedupe.words import split
from index.sketches import MemorySketchIndex
from index.vectors_numpy import NumpyVectorIndex

BACKGROUND = Background.from_rows(
    [("the", 990.0), ("harbour", 40.0), ("tide", 9.0)], documents=999.0, version="1"
)


def text_words(text, kinds=()):
    words = split([text])
    found = distinct(shingles(words))[0]
    return TextWords(
        field="body",
        hashes=words.hashes,
        start=words.start.astype(np.int64),
        end=words.end.astype(np.int64),
        shingles=found,
        kinds=np.array(kinds, np.uint8),
    )


def run(first, words):
    return Run(a_start=0, a_end=0, b_start=0, b_end=0, words=words, a_word=first)


def indexed(texts, common_hash=3):
    """The candidates of an index that holds these texts under 1, 2, ..., and their shingles."""
    found = distinct(shingles(split(texts)))
    index = MemorySketchIndex(common_hash)
    index.add(np.arange(1, len(texts) + 1), sketches(found))
    held = Candidates(
        NumpyVectorIndex(2),
        index,
        Settings(),
        empty=lambda: (NumpyVectorIndex(2), MemorySketchIndex(common_hash)),
    )
    return held, found


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ours_indexed", [True, False])
def test_a_passage_weighs_by_the_articles_that_hold_its_shingles(seed, ours_indexed):
    """The mean of 1 - ln(1 + others) / ln(1 + articles) over the shingles all sketches keep."""
    rng = random.Random(seed)
    stock = [f"s{k}" for k in range(400)]
    phrases = [stock[k : k + 40] for k in range(0, 400, 40)]
    texts = []
    for _ in range(30):
        pieces = [[f"u{rng.randrange(10**6)}" for _ in range(30)]]
        pieces += rng.sample(phrases, rng.randrange(1, 6))
        rng.shuffle(pieces)
        texts.append(" ".join(word for piece in pieces for word in piece))
    ours, theirs = texts[0], texts[1] + " " + texts[0]
    texts[1] = theirs
    held, found = indexed(texts if ours_indexed else texts[1:])
    own = sketches(found)[0] if ours_indexed else None
    words = [text_words(ours), text_words(theirs)]
    runs = passages(split([ours]).text(0), split([theirs]).text(0))
    weights = Weights(words[0], BACKGROUND, lambda: held.frequency(words[0].shingles, own))
    told = weights.of(runs)

    sets = [set(shingles(split([text])).hashes.tolist()) for text in texts]
    in_order = shingles(split([ours])).hashes.tolist()
    for one, weight in zip(runs, told, strict=True):
        low = [h for h in in_order[one.a_word : one.a_word + one.words - 4] if h <= KEPT_SHARE]
        expected = [
            1 - log(1 + sum(h in each for each in sets[2:])) / log(1 + len(texts) - 2) for h in low
        ]
        assert low
        assert weight == pytest.approx(sum(expected) / len(expected), abs=1e-12)


def test_stock_text_weighs_little_and_a_sentence_of_two_weighs_all():
    """A paragraph of half of all articles weighs near nothing, one that only two hold weighs 1."""
    stock = " ".join(f"stock{k}" for k in range(60))
    mine = " ".join(f"mine{k}" for k in range(60))
    texts = [f"{stock} {mine}"] * 2
    texts += [(f"{stock} " if k % 2 else "") + f"x{k} " * 20 for k in range(200)]
    held, found = indexed(texts)
    words = text_words(texts[0])
    weights = Weights(
        words, BACKGROUND, lambda: held.frequency(words.shingles, sketches(found[:1])[0])
    )
    little, whole = weights.of([run(0, 60), run(60, 60)])
    assert little == pytest.approx(1 - log(101) / log(201))
    assert whole == 1.0


def test_without_an_index_the_rarest_words_tell():
    """A shingle is as rare as the rarest word of its five; numbers and single signs say nothing."""
    words = text_words("The the the the the harbour the the the 1999 a")
    words = TextWords(
        **{name: getattr(words, name) for name in ("field", "hashes", "start", "end")},
        shingles=words.shingles,
        kinds=np.array([0] * 9 + [NUMBER, 0], np.uint8),
    )
    the, harbour = (log(1000 / (df + 1)) / log(1000) for df in (990, 40))
    weights = Weights(words, BACKGROUND)
    assert weights.of([run(0, 5)]) == pytest.approx([the])
    assert weights.of([run(0, 6)]) == pytest.approx([(the + harbour) / 2])
    assert weights.of([run(6, 5)]) == pytest.approx([the])
    assert weights.of([]) == []


def test_an_unknown_word_is_as_rare_as_can_be():
    """A word that the background does not know weighs 1."""
    assert Weights(text_words("the the the the zyzzyva"), BACKGROUND).of([run(0, 5)]) == [1.0]


def test_signs_alone_are_neutral():
    """Of a passage of single letters or signs nothing is known."""
    assert Weights(text_words("a b c d e f"), BACKGROUND).of([run(0, 6)]) == [NEUTRAL]
    assert Weights(text_words("日本語新聞社"), BACKGROUND).of([run(0, 6)]) == [NEUTRAL]


def test_an_index_of_the_two_alone_makes_every_passage_their_own():
    """With no other article nothing can be common, and the index is asked once for all."""
    words = text_words(" ".join(f"w{k}" for k in range(200)))
    asked = []

    def frequency():
        asked.append(1)
        low = words.shingles[words.shingles <= np.uint64(KEPT_SHARE)]
        return Frequency(hashes=low, others=np.ones(len(low), np.int64), articles=1)

    weights = Weights(words, BACKGROUND, frequency)
    assert weights.of([run(0, 100), run(100, 100)]) == [1.0, 1.0]
    assert weights.of([run(0, 200)]) == [1.0]
    assert asked == [1]
