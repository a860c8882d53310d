"""Labelled files scored: the pipeline is run where nothing was predicted, and watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from api.cli import options

if TYPE_CHECKING:
    from api.batch import Batch
    from api.evaluated import Evaluated
    from api.labelled import Level
    from api.watched import Seen, Watched
    from dedupe.counterfactual import Why
    from dedupe.model import Match

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How files are scored."""

    levels: Sequence[Level]
    said: Sequence[Row] | None
    """Predictions; None runs the pipeline."""
    documents: Mapping[str, Row] | None
    """Articles that pairs of ids speak of."""
    explained: bool
    """The pipeline is run on what was predicted wrongly, to tell the evidence."""

    def file(self, rows: Sequence[Row]) -> list[Evaluated]:
        """One result for each level that the rows have labels of."""
        from api import labelled

        if rows and labelled.is_pair(rows[0]):
            return self._pairs(rows)
        return self._documents(rows)

    def _documents(self, rows: Sequence[Row]) -> list[Evaluated]:
        from api import evaluated, labelled

        if not any(labelled.is_labelled(row, level) for row in rows for level in self.levels):
            return []
        if self.said is not None:
            predicted, run = self.said, None
            if self.explained:
                wrong = evaluated.involved(rows, predicted, self.levels)
                run = _deduped({k: rows[k] for k in wrong}, "stories") if wrong else None
            seen = None if run is None else run[1]
        else:
            level = self.levels[0] if len(self.levels) == 1 else "both"
            predicted, seen = _deduped(dict(enumerate(rows)), level)
        whole = self.said is None
        found = [
            evaluated.documents(rows, predicted, level, seen, calibrated=whole)
            for level in self.levels
        ]
        return [one for one in found if one is not None]

    def _pairs(self, rows: Sequence[Row]) -> list[Evaluated]:
        from api import evaluated, labelled

        labels = [labelled.pair_label(row) for row in rows]
        kept = [k for k, label in enumerate(labels) if label and label[0] in self.levels]
        if not kept:
            return []
        said = self.said
        if said is not None and len(said) == len(rows) and "a_id" in said[0]:
            said = [said[k] for k in kept]  # a line of compare for every line of the file
        rows = [rows[k] for k in kept]
        matches: list[Match | None] | None = None
        why = None
        if said is None:
            said, matches, why = _compared(rows, self.documents)
        elif self.explained:
            matches = [None] * len(rows)
            wrong = evaluated.wrongly_answered(rows, said, self.levels)
            _, found, why = _compared([rows[k] for k in wrong], self.documents)
            for k, match in zip(wrong, found, strict=True):
                matches[k] = match
        lines = [k + 1 for k in kept]
        scored = [
            evaluated.pairs(rows, said, level, matches, why, lines=lines) for level in self.levels
        ]
        return [one for one in scored if one is not None]


def _watched_batch() -> tuple[Batch, Watched]:
    """The jobs, and the judge that remembers what they ask."""
    from api import bootstrap
    from api.cli.progress import bar
    from api.watched import Watched

    batch = bootstrap.batch(options.config(), stories=True, progress=bar)
    watched = Watched(batch.judging())
    return replace(batch, judging=cache(lambda: watched)), watched


def _compared(
    rows: Sequence[Row], documents: Mapping[str, Row] | None
) -> tuple[list[Row], list[Match | None], Callable[[Match], Why]]:
    """The verdicts on pairs as rows and as they were given, and what takes one apart."""
    from api.labelled import with_documents
    from dedupe.counterfactual import why_matched

    batch, watched = _watched_batch()
    whole = with_documents(rows, documents)
    told = list(batch.compare(orjson.dumps({"a": row["a"], "b": row["b"]}) for row in whole))
    given = iter(watched.compared)
    why = partial(why_matched, watched.verdicts, same_from=watched.story_from)
    return told, [None if "error" in row else next(given) for row in told], why


def _deduped(rows: Mapping[int, Row], level: str) -> tuple[list[Row], Seen | None]:
    """The groups of articles by the number of their line, and what was seen of them."""
    from api import bootstrap
    from api.cli.progress import bar
    from api.credit_labels import unlabelled
    from api.labelled import told_apart
    from api.watched import Seen

    told = {
        n: unlabelled(row) | {"id": name}
        for (n, row), name in zip(rows.items(), told_apart(rows), strict=True)
    }
    lines = map(orjson.dumps, told.values())
    if level == "copies":
        batch = bootstrap.batch(options.config(), stories=False, progress=bar)
        return _as_given(batch.dedupe(lines, level=level), rows), None
    batch, watched = _watched_batch()
    found = _as_given(batch.dedupe(lines, level=level), rows)
    return found, Seen(watched, told, max_body_bytes=batch.max_body_bytes)


def _as_given(found: Iterable[Row], rows: Mapping[int, Row]) -> list[Row]:
    """What was found of each line, under the id that the line gives."""
    return [{**one, "id": row.get("id")} for one, row in zip(found, rows.values(), strict=True)]
