"""datasketch 2.0, shingle by shingle: MinHash LSH, candidates verified by their signatures."""

from __future__ import annotations

from collections.abc import Iterator

from datasketch import MinHash, MinHashLSH

from benchmarks.peers import reading

THRESHOLD, PERMUTATIONS = 0.5, 128


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Earlier texts with an estimated Jaccard of at least one half."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    signatures: dict[int, MinHash] = {}
    for place, text in enumerate(texts):
        tokens = reading.shingles(text)
        if not tokens:
            continue  # texts without words all have the same signature
        signature = MinHash(num_perm=PERMUTATIONS)
        for token in tokens:
            signature.update(token.encode())
        for other in index.query(signature):
            if signature.jaccard(signatures[other]) >= THRESHOLD:
                yield other, place
        index.insert(place, signature)
        signatures[place] = signature


if __name__ == "__main__":
    reading.run(pairs)
