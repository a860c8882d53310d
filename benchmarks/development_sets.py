"""Development data as profiles and labelled pairs, read by the shipped pipeline.

Nothing of the data is kept but vectors, in a cache keyed by the hash of the lede.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from api.bootstrap import encoder
from api.config import Config
from api.shipped import article_reader
from dedupe.embedding import lede_hash
from dedupe.evidence.event import Batch
from dedupe.evidence.overlap import overlaps
from dedupe.formats.document import article_from
from dedupe.model import Bools, Doubles, Int64s, Profile, Reading, UInt64s
from dedupe.terms import Background

CHUNK = 256
YES, NO = ("SAME", "OK", "reprint", "partial"), ("DIFFERENT", "BAD", "quotes", "furniture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Articles of one data set, read and embedded."""

    profiles: list[Profile]
    shingles: list[UInt64s]
    stories: list[str | None]
    languages: list[str | None]
    number: dict[str, int]
    """Position by the data set's own id."""
    batch: Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of articles of one corpus; ``label`` is 1 for yes."""

    left: Int64s
    right: Int64s
    label: Doubles

    def where(self, chosen: Bools) -> Pairs:
        """Only these pairs."""
        return Pairs(left=self.left[chosen], right=self.right[chosen], label=self.label[chosen])


class VectorCache:
    """Lede vectors kept in one file from run to run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._vectors: dict[bytes, Any] = {}
        if path.exists():
            kept = np.load(path)
            keys = (key.tobytes() for key in kept["keys"])
            self._vectors = dict(zip(keys, kept["vectors"], strict=True))

    def embedded(self, readings: Sequence[Reading]) -> list[Profile]:
        """The profiles of readings with their vectors."""
        missing = {lede_hash(r.lede): r.lede for r in readings}
        missing = {key: lede for key, lede in missing.items() if key not in self._vectors}
        if missing:
            vectors = encoder(Config()).encode(list(missing.values()))
            self._vectors.update(zip(missing, vectors, strict=True))
            self._save()
        return [replace(r.profile, vector=self._vectors[lede_hash(r.lede)]) for r in readings]

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.stack([np.frombuffer(key, dtype=np.uint8) for key in self._vectors])
        np.savez(self._path, keys=keys, vectors=np.stack(list(self._vectors.values())))


def rows(path: Path) -> list[dict[str, Any]]:
    """The JSON lines of a gzipped file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def both_sides(pairs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every document of a pairs file, once."""
    return list({row[side]["id"]: row[side] for row in pairs for side in "ab"}.values())


def corpus(
    documents: Sequence[dict[str, Any]], background: Background, vectors: VectorCache | None
) -> Corpus:
    """Documents read by the shipped pipeline; those without a word are left out."""
    told = list(read(documents))
    readings = [reading for _, reading in told]
    profiles = vectors.embedded(readings) if vectors else [r.profile for r in readings]
    return Corpus(
        profiles=profiles,
        shingles=[reading.words.shingles for reading in readings],
        stories=[document.get("story") for document, _ in told],
        languages=[document.get("lang") for document, _ in told],
        number={document["id"]: k for k, (document, _) in enumerate(told)},
        batch=Batch.of(profiles, background),
    )


def read(documents: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Reading]]:
    """Documents as the shipped pipeline reads them; those without a word are left out."""
    reader = article_reader()
    for at in range(0, len(documents), CHUNK):
        chunk = documents[at : at + CHUNK]
        found = reader.read([article_from(document) for document in chunk])
        for document, reading in zip(chunk, found, strict=True):
            if isinstance(reading, Reading):
                yield document, reading


def labelled(found: Corpus, pairs: Sequence[dict[str, Any]]) -> Pairs:
    """The labelled pairs of a file; semeval is yes below 2, no from 3 on, within one language."""
    left, right, label = [], [], []
    for row in pairs:
        ends = [row[s]["id"] if isinstance(row[s], dict) else row[s] for s in "ab"]
        if not all(end in found.number for end in ends):
            continue
        a, b = (found.number[end] for end in ends)
        value = _label(row["label"])
        if value is None or found.languages[a] != found.languages[b]:
            continue
        left.append(a)
        right.append(b)
        label.append(value)
    return Pairs(left=np.array(left), right=np.array(right), label=np.array(label))


def _label(label: object) -> float | None:
    if isinstance(label, str):
        return 1.0 if label in YES else 0.0 if label in NO else None
    assert isinstance(label, float | int)
    return 1.0 if label < 2 else 0.0 if label >= 3 else None


def candidates(found: Corpus, *, neighbours: int, window: float | None) -> Pairs:
    """Pairs among each other's nearest ledes that both have a story, and whether it is one.

    ``window`` bounds the neighbours, in hours.
    """
    ends = sorted(_neighbours(found.batch, neighbours, window))
    told = [(a, b) for a, b in ends if found.stories[a] and found.stories[b]]
    left, right = np.array(told, dtype=np.int64).reshape(-1, 2).T
    same = [found.stories[a] == found.stories[b] for a, b in told]
    return Pairs(left=left, right=right, label=np.array(same, dtype=np.float64))


def hand_read(
    table: Path, name: str, documents: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[tuple[str, str]], Doubles, Doubles]:
    """The documents of one set of which pairs were read one by one, and the pairs.

    Returns:
        The documents, the ids of both ends of each pair, 1 for one event and 0 for anything else,
        and the number of candidate pairs of the set that the pair stands for.
    """
    by_hash = {hashed_id(document["id"]): document for document in documents}
    told = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    told = [line for line in told if line[0] == name]
    ends = [(by_hash[line[1]]["id"], by_hash[line[2]]["id"]) for line in told]
    wanted = {end for pair in ends for end in pair}
    return (
        [document for document in documents if document["id"] in wanted],
        ends,
        np.array([float(line[3] == "E") for line in told]),
        np.array([float(line[5]) for line in told]),
    )


def hashed_id(name: str) -> str:
    """How a document is named where its set is not at hand: nothing of the set is told."""
    return sha256(name.encode()).hexdigest()[:16]


def _neighbours(batch: Batch, k: int, window: float | None) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for at in range(0, len(batch), 1000):
        cosine = batch.vectors[at : at + 1000] @ batch.vectors.T
        if window is not None:
            apart = np.abs(batch.hours[at : at + 1000, None] - batch.hours[None])
            cosine[apart > window] = -1.0
        own = np.arange(len(cosine))
        cosine[own, own + at] = -1.0
        nearest = np.argpartition(-cosine, k, axis=1)[:, :k]
        for row, columns in zip((own + at).tolist(), nearest.tolist(), strict=True):
            found.update((min(row, c), max(row, c)) for c in columns if cosine[row - at, c] > 0)
    return found


def overlap_of(found: Corpus, left: Int64s, right: Int64s) -> tuple[Doubles, Doubles, Doubles]:
    """Jaccard and both containments of pairs."""
    shared = overlaps(
        [found.shingles[k] for k in left.tolist()], [found.shingles[k] for k in right.tolist()]
    )
    return shared.jaccard, shared.left_in_right, shared.right_in_left
