"""datasketch 2.0, a set of texts at once: ``MinHash.generator`` and an insertion session."""

from __future__ import annotations

from collections.abc import Iterator

from datasketch import MinHash, MinHashLSH

from benchmarks.peers import reading

THRESHOLD, PERMUTATIONS = 0.5, 128


def pairs(texts: Iterator[str]) -> Iterator[reading.Pair]:
    """Texts with an estimated Jaccard of at least one half."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    signatures: dict[int, MinHash] = {}
    tokens = ([token.encode() for token in reading.shingles(text)] for text in texts)
    with index.insertion_session() as session:
        for place, made in enumerate(MinHash.generator(tokens, num_perm=PERMUTATIONS)):
            if made.is_empty():
                continue  # texts without words all have the same signature
            signatures[place] = made
            session.insert(place, made, check_duplication=False)
    for place, signature in signatures.items():
        for other in index.query(signature):
            if other < place and signature.jaccard(signatures[other]) >= THRESHOLD:
                yield other, place


if __name__ == "__main__":
    reading.run(pairs)
