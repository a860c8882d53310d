"""Which texts are computed together, and what the model is given of them."""

from __future__ import annotations

import numpy as np
import pytest

from index import encoder
from index.encoder import SentenceTransformerEncoder

TEXTS = ["a b c d", "abcdefghijkl", "a b", "", "a b c", "word", "a b c d e f"]


class Words:
    """A model whose tokens are words; it is padded with zeros on either side."""

    def __init__(self, *, left=False, pads=True):
        self.left, self.pads, self.asked = left, pads, []

    def preprocess(self, texts):
        self.asked.append(list(texts))
        counts = [len(text.split()) + 2 for text in texts]
        ids = np.zeros((len(texts), max(counts)), np.int64)
        for row, count in zip(ids, counts, strict=True):
            row[-count:] = 7 if self.left else row[-count:]
            row[:count] = row[:count] if self.left else 7
        mask = {"attention_mask": (ids > 0).astype(np.int64)} if self.pads else {}
        return {"input_ids": ids, **mask, "modality": "text"}


@pytest.mark.parametrize("left", [False, True])
def test_texts_of_as_many_tokens_are_computed_together(left):
    """Batches go from few tokens to many, and none is wider than its longest text."""
    model = Words(left=left)
    batches = list(encoder._batches(model, TEXTS, 3))
    assert [places for places, _ in batches] == [[3, 1, 5], [2, 4, 0], [6]]
    assert [features["input_ids"].shape for _, features in batches] == [(3, 3), (3, 6), (1, 8)]
    assert all(features["modality"] == "text" for _, features in batches)
    assert model.asked == [TEXTS]


@pytest.mark.parametrize("left", [False, True])
def test_no_token_is_lost_with_the_padding(left):
    """Every text keeps as many tokens as it has."""
    for places, features in encoder._batches(Words(left=left), TEXTS, 2):
        kept = (features["input_ids"] > 0).sum(1).tolist()
        assert kept == [len(TEXTS[place].split()) + 2 for place in places]
        assert (features["attention_mask"].sum(1) == kept).all()


def test_a_model_without_padding_is_given_texts_as_they_come():
    """A model that tells no mask reads each batch itself."""
    model = Words(pads=False)
    places = [places for places, _ in encoder._batches(model, TEXTS, 3)]
    assert places == [[0, 1, 2], [3, 4, 5], [6]]
    assert model.asked == [TEXTS, TEXTS[:3], TEXTS[3:6], TEXTS[6:]]


@pytest.mark.model
def test_laid_out_weights_change_no_vector(monkeypatch):
    """Weights in the order oneDNN wants give the vectors that torch's own layers give."""
    texts = [
        f"The council met on {day} about the bridge." for day in ("Monday", "the fourth of May")
    ]
    ours = SentenceTransformerEncoder(bfloat16=True).encode(texts)
    monkeypatch.setattr(encoder, "_pack", lambda linear: None)
    plain = SentenceTransformerEncoder(bfloat16=True).encode(texts)
    assert np.sum(ours * plain, axis=1).min() > 0.99999
