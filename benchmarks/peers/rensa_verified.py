"""rensa 0.5: MinHash LSH, candidates kept where the signatures agree in half their places."""

from __future__ import annotations

from collections.abc import Iterator

from rensa import RMinHash, RMinHashLSH

from benchmarks.peers import reading

THRESHOLD, PERMUTATIONS, BANDS, SEED = 0.5, 128, 32, 42


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Candidates of any age with an estimated Jaccard of at least one half."""
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
    signatures: dict[int, RMinHash] = {}
    for place, text in enumerate(texts):
        tokens = reading.shingles(text)
        if not tokens:
            continue  # texts without words all have the same signature
        signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update(tokens)
        for other in index.query(signature):
            if signature.jaccard(signatures[other]) >= THRESHOLD:
                yield other, place
        index.insert(place, signature)
        signatures[place] = signature


if __name__ == "__main__":
    reading.run(pairs)
