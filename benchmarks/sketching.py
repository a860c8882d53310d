"""What the sketch index finds, costs and weighs: the search for copies without its verdicts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from statistics import median
from typing import Any

import numpy as np

from dedupe import candidates, sketch, words
from dedupe.model import Sketch, UInt64s
from dedupe.settings import Settings
from index.sketches import MemorySketchIndex

Figures = dict[str, Any]
EXCERPTS = ((20, 40), (40, 80), (80, 128))
"""Shingles of an excerpt, both ends included."""
LONG = 400
"""Least number of shingles of the text that an excerpt is taken from."""
CHUNK = 512
PROBES = 400
_WORD = re.compile(r"\w+")
_SETTINGS = Settings()


def sketched(texts: Sequence[str]) -> Iterator[tuple[UInt64s, Sketch]]:
    """The distinct shingle hashes and the sketch of every text, by the service's functions."""
    for start in range(0, len(texts), CHUNK):
        some = texts[start : start + CHUNK]
        distinct = sketch.distinct(sketch.shingles(words.split(some)))
        yield from zip(distinct, sketch.sketches(distinct), strict=True)


def held(sketches: Sequence[Sketch], *, first: int = 0) -> MemorySketchIndex:
    """An index of these sketches under consecutive keys."""
    index = MemorySketchIndex(_SETTINGS.common_hash)
    for start in range(0, len(sketches), CHUNK):
        some = sketches[start : start + CHUNK]
        index.add(np.arange(first + start, first + start + len(some)), some)
    return index


def candidates_of(index: MemorySketchIndex, shingles: UInt64s) -> list[int]:
    """Keys of the texts that would be compared with this one word by word."""
    hits = index.search([shingles], limit=_SETTINGS.copy_candidates)
    wanted = candidates.more_than_a_phrase(hits, np.array([len(shingles)]))
    return [int(key) for key in hits.key[wanted]]


def excerpt(text: str, shingles: int, random: Random) -> str | None:
    """A run of words of the text with so many shingles; None where it has under ``LONG``."""
    found = [match.span() for match in _WORD.finditer(text)]
    if len(found) - 4 < LONG:
        return None
    first = random.randrange(len(found) - shingles - 3)
    return text[found[first][0] : found[first + shingles + 3][1]]


def excerpts(texts: Sequence[str], *, count: int, seed: int) -> Figures:
    """Share of made excerpts whose long text is a candidate, and the other way round.

    ``in_long``: the long texts are indexed, the excerpt arrives. ``in_excerpts``: the excerpts are
    indexed, the long text arrives.
    """
    random = Random(seed)
    both = list(sketched(texts))
    index = held([one for _, one in both])
    long = [place for place, text in enumerate(texts) if len(_WORD.findall(text)) - 4 >= LONG]
    lengths: Figures = {}
    for least, most in EXCERPTS:
        parents = random.choices(long, k=count)
        made = [excerpt(texts[of], random.randint(least, most), random) for of in parents]
        of_excerpts = list(sketched([one or "" for one in made]))
        back = held([one for _, one in of_excerpts])
        lengths[f"{least} to {most}"] = {
            "in_long": _share(
                parent in candidates_of(index, shingles)
                for parent, (shingles, _) in zip(parents, of_excerpts, strict=True)
            ),
            "in_excerpts": _share(
                k in candidates_of(back, both[parent][0]) for k, parent in enumerate(parents)
            ),
        }
    return {"long_texts": len(long), "excerpts_of_each_length": count, "lengths": lengths}


def weights(texts: Sequence[str]) -> Figures:
    """Bytes of a sketch (8 a hash and 8 for the threshold) and of the index, per article."""
    sketches = [one for _, one in sketched(texts)]
    sizes = [one.hashes.nbytes + 8 for one in sketches]
    return {
        "articles": len(sizes),
        "mean_bytes": round(sum(sizes) / len(sizes), 1),
        "median_bytes": median(sizes),
        "largest_bytes": max(sizes),
        "index_bytes_per_article": round(held(sketches).nbytes / len(sizes), 1),
    }


def online(texts: Iterator[str], sizes: Sequence[int]) -> Figures:
    """CPU milliseconds of a query and an add at each size of the index; sizes ascend.

    The texts that follow a size are its probes. They stay in the index, so that the cost of
    merging its levels is part of the mean, as it is in a running service.
    """
    index = MemorySketchIndex(_SETTINGS.common_hash)
    told: Figures = {}
    filled = 0
    for size in sizes:
        while some := list(islice(texts, min(CHUNK, size - filled))):
            index.add(np.arange(filled, filled + len(some)), [one for _, one in sketched(some)])
            filled += len(some)
        if filled < size:
            break
        told[str(size)] = _asked(index, list(islice(texts, PROBES)), filled)
        filled += PROBES
    return told


def _asked(index: MemorySketchIndex, probes: Sequence[str], first: int) -> Figures:
    spent: dict[str, list[float]] = {"sketch": [], "query": [], "add": [], "remove": []}
    for key, text in enumerate(probes, first):
        keys = np.array([key])
        at = [time.process_time_ns()]
        [(shingles, one)] = sketched([text])
        at.append(time.process_time_ns())
        candidates_of(index, shingles)
        at.append(time.process_time_ns())
        index.add(keys, [one])
        at.append(time.process_time_ns())
        for name, low, high in zip(spent, at, at[1:], strict=False):
            spent[name].append((high - low) / 1e6)
    for key in range(first, first + len(probes), 4):
        began = time.process_time_ns()
        index.remove(np.array([key]))
        spent["remove"].append((time.process_time_ns() - began) / 1e6)
    both = sorted(q + a for q, a in zip(spent["query"], spent["add"], strict=True))
    return {
        **{f"{name}_ms": round(median(values), 4) for name, values in spent.items()},
        "query_and_add_ms": round(median(both), 4),
        "query_and_add_mean_ms": round(sum(both) / len(both), 4),
        "query_and_add_p99_ms": round(both[len(both) * 99 // 100], 4),
        "index_mib": round(index.nbytes / 2**20, 1),
    }


def _share(hits: Iterator[bool]) -> float:
    told = list(hits)
    return round(sum(told) / len(told), 4)
