"""What the vector index costs, weighs and finds, exactly and in cells, with the time window inside.

    python -m benchmarks.neighbours [--articles 100000] [--days 730] [--quick]

The vectors are made: crowds of 100 around random centres, each crowd inside two months, so that what
comes later is of other topics. CPU milliseconds of one thread a query, medians.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from dedupe.model import Doubles, Floats
from dedupe.settings import Settings
from index.vectors_faiss import FaissVectorIndex

DIMENSION, CROWD, LIFE = 384, 100, 60 * 24.0
TOPICS = 40
"""Independent directions in which centres differ."""
SPREAD = 0.04
"""Two of a crowd have a cosine of .6, as ledes of one topic have."""
PROBES = 150
BULK = 4096
K = Settings().story_candidates
WINDOW = 24.0 * Settings().story_window_days


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=730.0, help="time that they spread over")
    parser.add_argument("--quick", action="store_true", help="5,000 articles")
    given = parser.parse_args()
    if given.quick:
        given.articles = 5_000
    figures = measure(given.articles, given.days)
    print("\n".join(f"{name:24s} {value}" for name, value in figures.items()))
    settings = {"articles": given.articles, "days": given.days, "window_hours": WINDOW, "k": K}
    print(machine.keep("neighbours", settings, figures))


def measure(articles: int, days: float) -> dict[str, Any]:
    """The figures of as many articles, the later ones added after the cells were trained."""
    vectors, hours = crowds(articles, days)
    before = _resident()
    exact = _filled(vectors, hours, articles)
    weight = (_resident() - before) / articles
    cells = _filled(vectors, hours, articles // 5)
    trained = _milliseconds(lambda _: cells.search(vectors[:1], K), 1)
    probes = np.linspace(0, articles - 1, PROBES).astype(np.int64)
    queries = [slice(at, at + 1) for at in probes.tolist()]
    inside = {"hours": hours[probes], "window": WINDOW}
    return {
        "load": machine.load(),
        "bytes_an_article": round(weight),
        "exact_ms": _milliseconds(lambda q: exact.search(vectors[q], K), queries),
        "exact_in_window_ms": _milliseconds(
            lambda q: exact.search(vectors[q], K, hours=hours[q], window=WINDOW), queries
        ),
        "bulk_in_window_ms": _bulk(exact, vectors, hours),
        "cells_ms": _milliseconds(lambda q: cells.search(vectors[q], K), queries),
        "training_ms": trained,
        "recall": _recall(cells, exact, vectors[probes], {}),
        "recall_in_window": _recall(cells, exact, vectors[probes], inside),
    }


def crowds(articles: int, days: float, seed: int = 1) -> tuple[Floats, Doubles]:
    """Unit vectors in order of their times, and the times in hours."""
    rng = np.random.default_rng(seed)
    count = -(-articles // CROWD)
    directions = rng.standard_normal((TOPICS, DIMENSION)) / np.sqrt(DIMENSION * TOPICS)
    centres = rng.standard_normal((count, TOPICS)) @ directions
    began = rng.uniform(0.0, 24.0 * days - LIFE, len(centres))
    of = np.repeat(np.arange(len(centres)), CROWD)[:articles]
    hours = began[of] + rng.uniform(0.0, LIFE, articles)
    order = np.argsort(hours)
    vectors = np.empty((articles, DIMENSION), np.float32)
    for start in range(0, articles, 10_000):
        some = of[order[start : start + 10_000]]
        made = centres[some] + SPREAD * rng.standard_normal((len(some), DIMENSION))
        vectors[start : start + 10_000] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return vectors, hours[order]


def _filled(vectors: Floats, hours: Doubles, exact: int) -> FaissVectorIndex:
    index = FaissVectorIndex(DIMENSION, exact=exact)
    for start in range(0, len(vectors), 4096):
        some = slice(start, start + 4096)
        index.add(np.arange(len(vectors))[some] + 1, vectors[some], hours[some])
    return index


def _milliseconds(search: Callable[[Any], object], queries: Any) -> float:
    """Median CPU time of one call."""
    times = []
    for query in queries if isinstance(queries, list) else [None]:
        began = time.thread_time()
        search(query)
        times.append(time.thread_time() - began)
    return round(1000.0 * float(np.median(times)), 3)


def _bulk(index: FaissVectorIndex, vectors: Floats, hours: Doubles) -> float:
    """CPU time a query of many at once, from the middle of the time."""
    start = max(0, (len(vectors) - BULK) // 2)
    some = slice(start, start + BULK)
    began = time.process_time()
    index.search(vectors[some], K + 1, hours=hours[some], window=WINDOW)
    return round(1000.0 * (time.process_time() - began) / len(vectors[some]), 3)


def _recall(
    found_by: FaissVectorIndex, oracle: FaissVectorIndex, queries: Floats, asked: dict[str, Any]
) -> float:
    """Share of the exact neighbours that are found."""
    found, expected = (one.search(queries, K, **asked) for one in (found_by, oracle))
    pairs = [set(zip(h.query.tolist(), h.key.tolist(), strict=True)) for h in (found, expected)]
    return round(len(pairs[0] & pairs[1]) / max(len(pairs[1]), 1), 4)


def _resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
