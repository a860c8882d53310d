"""``samestory evaluate``: figures on labelled files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
import orjson

from api.cli import files, options

Row = Mapping[str, Any]


@click.command("evaluate")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=files.IN)
@click.option("--docs", metavar="DOCS", type=files.IN, help="Articles that pairs of ids speak of.")
@click.option(
    "--level",
    type=click.Choice(["copies", "stories", "both"]),
    default="both",
    show_default=True,
    help="Which labels to score.",
)
@click.option(
    "--predictions",
    metavar="OUT",
    type=files.IN,
    help="Score this output of dedupe or compare instead of running the pipeline.",
)
@options.as_json
def command(
    paths: tuple[str, ...], docs: str | None, level: str, predictions: str | None, as_json: bool
) -> None:
    """Score the pipeline, or given predictions, on labelled files.

    Articles with cluster or story labels give pairwise precision, recall and F1, B-cubed and the
    adjusted Rand index over the labelled ones. Pairs (a, b, label) give precision, recall and F1:

    \b
    copies   yes: reprint, partial      no: quotes, furniture
    stories  yes: SAME, OK, below 2     no: DIFFERENT, BAD, 3 and above
    without a label: copies when jaccard5 >= .5 or containment5 >= .8, else ignored

    \b
    samestory evaluate stories.jsonl.gz --level stories
    samestory evaluate pairs.jsonl --docs articles.jsonl --predictions grouped.jsonl
    """
    if predictions is not None and len(paths) > 1:
        raise click.UsageError("--predictions are those of one FILE: name only that one")
    said = None if predictions is None else _rows(predictions)
    documents = None if docs is None else {str(row.get("id")): row for row in _rows(docs)}
    levels = ("copies", "stories") if level == "both" else (level,)
    for path in paths:
        scores = _scores(_rows(path), said, documents, levels)
        for told in scores:
            row = {"file": path, **told}
            click.echo(orjson.dumps(row) if as_json else _text(row))
        if not scores:
            click.echo(f"{path}: no label says anything of {' or '.join(levels)}", err=True)


def _rows(path: str) -> list[Row]:
    """Every line of a file as JSON.

    Raises:
        BadInput: a line is no JSON object.
    """
    from dedupe.errors import BadInput

    rows: list[Row] = []
    for number, line in enumerate(files.lines(path), start=1):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadInput(f"{path}:{number}", "is no JSON", "mend or remove the line") from error
        if not isinstance(row, dict):
            raise BadInput(f"{path}:{number}", "is no JSON object", "mend or remove the line")
        rows.append(row)
    return rows


def _scores(
    rows: Sequence[Row],
    said: Sequence[Row] | None,
    documents: Mapping[str, Row] | None,
    levels: Sequence[Any],
) -> list[Row]:
    """The scores of one file at each level that it has labels of."""
    from api import labelled

    if rows and labelled.is_pair(rows[0]):
        labels = [labelled.pair_label(row) for row in rows]
        kept = [k for k, label in enumerate(labels) if label and label[0] in levels]
        if said is not None and len(said) == len(rows) and "a_id" in said[0]:
            said = [said[k] for k in kept]  # a line of compare for every line of the file
        rows = [rows[k] for k in kept]
        predicted = _compared(rows, documents) if said is None else said
        scored = [labelled.score_pairs(rows, predicted, level) for level in levels]
    else:
        level = levels[0] if len(levels) == 1 else "both"
        predicted = _deduped(rows, level) if said is None else said
        scored = [labelled.score_documents(rows, predicted, level) for level in levels]
    return [told for told in scored if told is not None]


def _compared(rows: Sequence[Row], documents: Mapping[str, Row] | None) -> list[Row]:
    from api import bootstrap
    from api.cli.progress import bar
    from api.labelled import with_documents

    lines = (
        orjson.dumps({"a": row["a"], "b": row["b"]}) for row in with_documents(rows, documents)
    )
    batch = bootstrap.batch(options.config(), stories=True, progress=bar)
    return list(batch.compare(lines))


def _deduped(rows: Sequence[Row], level: str) -> list[Row]:
    from api import bootstrap
    from api.cli.progress import bar

    labels = {"cluster", "story", "split"}
    lines = (
        orjson.dumps({"id": f"line {n}"} | {k: v for k, v in row.items() if k not in labels})
        for n, row in enumerate(rows, 1)
    )
    batch = bootstrap.batch(options.config(), stories=level != "copies", progress=bar)
    return list(batch.dedupe(lines, level=level))


def _text(row: Row) -> str:
    """The figures of one file at one level, a line per measure."""
    if "pairs" in row:
        head = f"{row['file']}  {row['level']}: {row['pairs']:,} pairs, {row['yes']:,} of them yes"
        return f"{head}\n{_line('pairs', row)}"
    head = (
        f"{row['file']}  {row['level']}: {row['documents']:,} articles in {row['groups']:,} groups"
    )
    measures = [_line("pairwise", row["pairwise"]), _line("B-cubed", row["b_cubed"])]
    return "\n".join([head, *measures, f"  {'ARI':<10} {row['adjusted_rand']:.4f}"])


def _line(name: str, scores: Row) -> str:
    shown = (
        f"{label} {'-' if scores[key] is None else format(scores[key], '.4f')}"
        for label, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
    )
    return f"  {name:<10} {'  '.join(shown)}"
