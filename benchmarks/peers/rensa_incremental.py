"""rensa 0.5, one article at a time: an unverified MinHash LSH query, then an insert."""

from __future__ import annotations

from collections.abc import Iterator

from rensa import RMinHash, RMinHashLSH

from benchmarks.peers import reading

THRESHOLD, PERMUTATIONS, BANDS, SEED = 0.5, 128, 32, 42


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Texts whose signatures agree in all four places of any of 32 bands."""
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
    for place, text in enumerate(texts):
        tokens = reading.shingles(text)
        if not tokens:
            continue  # texts without words all have the same signature
        signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update(tokens)
        for other in index.query(signature):
            yield other, place
        index.insert(place, signature)


if __name__ == "__main__":
    reading.run(pairs)
