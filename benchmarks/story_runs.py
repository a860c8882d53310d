"""Samestory as it is used: a file at once, articles posted one by one, pairs compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import orjson

from api import bootstrap
from api.config import Config
from benchmarks.story_sets import Row, parsed
from dedupe.errors import SamestoryError
from dedupe.judging import Judging
from dedupe.model import Int64s
from dedupe.neighbourhood import Edges, Judge, Neighbourhood
from dedupe.ports import Encoder
from dedupe.service import Request
from dedupe.verdict import Verdicts

TOGETHER = 16
"""Articles that wait for the service at once: they share a commit, and are judged one by one."""


@contextmanager
def judged_by(encoder: Encoder, verdicts: Verdicts | None = None) -> Iterator[None]:
    """Everything put together inside is judged by these verdicts (None: the shipped ones)."""
    with mock.patch.object(bootstrap, "encoder", return_value=encoder):
        if verdicts is None:
            yield
        else:
            with mock.patch.object(bootstrap, "verdicts", return_value=verdicts):
                yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What came of a file: the story of each row, and the pairs that were judged for it."""

    stories: tuple[Any, ...]
    ids: tuple[str, ...]
    """The service's ids of the articles that the pairs are between."""
    edges: Edges


def in_bulk(rows: Sequence[Row], encoder: Encoder, verdicts: Verdicts | None = None) -> Grouped:
    """The stories of a file, as ``samestory dedupe`` and ``evaluate`` find them."""
    judged: list[tuple[Neighbourhood, Edges]] = []
    judge = Judging.judge

    def recorded(self: Judging, around: Neighbourhood, **more: Any) -> Judge:
        made = judge(self, around, **more)
        judged.append((around, made.story_edges()))
        return made

    with judged_by(encoder, verdicts), mock.patch.object(Judging, "judge", recorded):
        batch = bootstrap.batch(Config(), stories=True, progress=silent)
        told = list(batch.dedupe(map(orjson.dumps, rows), level="both"))
    ((around, edges),) = judged
    return Grouped(
        stories=tuple(row.get("story", f"refused {k}") for k, row in enumerate(told)),
        ids=tuple(item.profile.id for item in around.items),
        edges=edges,
    )


def compared(
    pairs: Sequence[Row], encoder: Encoder, verdicts: Verdicts | None = None
) -> list[dict[str, Any]]:
    """What ``samestory compare`` says of each pair of articles."""
    lines = (orjson.dumps({"a": pair["a"], "b": pair["b"]}) for pair in pairs)
    with judged_by(encoder, verdicts):
        batch = bootstrap.batch(Config(), stories=True, progress=silent)
        return [dict(row) for row in batch.compare(lines)]


def online(
    rows: Sequence[Row], order: Int64s, encoder: Encoder, verdicts: Verdicts | None = None
) -> list[Any]:
    """The story of each article once all were posted in this order to an empty service.

    It is the service of ``samestory serve``, with its store on this machine's disk; only HTTP is
    left out.
    """
    articles = [parsed(row) for row in rows]
    ids: list[str | None] = [None] * len(rows)
    with (
        tempfile.TemporaryDirectory(prefix="samestory-stories-") as made,
        judged_by(encoder, verdicts),
        bootstrap.open_service(Config(data=Path(made) / "data"), encoder) as service,
    ):
        for at in range(0, len(order), TOGETHER):
            places = order[at : at + TOGETHER].tolist()
            asked = [Request(articles=(articles[place],)) for place in places]
            for place, outcome in zip(places, service.handle(asked), strict=True):
                (answer,) = outcome.results
                if not isinstance(answer, SamestoryError):
                    ids[place] = answer.article.id
        with service.store.read() as reader:
            members = reader.members([name for name in ids if name is not None])
            story = {one.profile.id: one.placement.story for one in members}
    return [f"refused {k}" if name is None else story[name] for k, name in enumerate(ids)]


def orders(in_date_order: Int64s, seeds: Iterable[int]) -> dict[str, Int64s]:
    """Orders of arrival by name: by date, and shuffled by each seed."""
    told = {"by date": in_date_order}
    for seed in seeds:
        told[f"shuffled {seed}"] = np.random.default_rng(seed).permutation(len(in_date_order))
    return told


def silent(passing: Iterable[Any], **_: Any) -> Iterator[Any]:
    """The same, without a bar."""
    yield from passing
