"""``samestory evaluate``: figures on labelled files, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import orjson

from api.cli import files, options

if TYPE_CHECKING:
    from api.cli.credit_scoring import CreditScoring
    from api.cli.scoring import Scoring
    from api.evaluated import Evaluated

Row = Mapping[str, Any]


@click.command("evaluate")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=files.IN)
@click.option("--docs", metavar="DOCS", type=files.IN, help="Articles that pairs of ids speak of.")
@click.option(
    "--level",
    type=click.Choice(["copies", "stories", "both", "credits"]),
    default="both",
    show_default=True,
    help="Which labels to score; both: copies and stories.",
)
@click.option(
    "--predictions",
    metavar="OUT",
    type=files.IN,
    help="Score this output of dedupe, compare or credits instead of running the pipeline.",
)
@click.option(
    "--errors",
    metavar="ERRORS",
    type=click.Path(dir_okay=False, allow_dash=True),
    callback=options.in_a_folder,
    help="Write every mistake with its evidence, a JSON line each.",
)
@click.option(
    "--report",
    metavar="HTML",
    type=click.Path(dir_okay=False),
    callback=options.in_a_folder,
    help="Write one page with plots and the worst mistakes (needs matplotlib).",
)
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    docs: str | None,
    level: str,
    predictions: str | None,
    errors: str | None,
    report: str | None,
    as_json: bool,
) -> None:
    """Score the pipeline, or given predictions, on labelled files.

    Articles with cluster or story labels give pairwise precision, recall and F1, B-cubed and the
    adjusted Rand index over the labelled ones. Pairs (a, b, label) give precision, recall and F1:

    \b
    copies   yes: reprint, partial      no: quotes, furniture
    stories  yes: SAME, OK, below 2     no: DIFFERENT, BAD, 3 and above
    without a label: copies when jaccard5 >= .5 or containment5 >= .8, else ignored

    Credits are held against the labels `credits`, `origin` and `canonical` of articles: precision
    and recall by kind, source, language, whose text each is, and the canonical of each cluster.

    A line that dedupe or compare rejects is told as rejected and scored neither way. A file of which
    nothing can be scored makes the exit code 1, and no mistakes and no page are written.

    Mistakes are counted: labelled groups that were split, found ones that merge several. Where the
    pipeline is run, p_same_story is held against the labels of all candidate pairs (Brier score,
    expected calibration error in 10 bins of equal mass).

    \b
    samestory evaluate stories.jsonl.gz --level stories --report report.html
    samestory evaluate pairs.jsonl --docs articles.jsonl --predictions grouped.jsonl
    samestory evaluate benchmarks/labels/credits.jsonl --level credits
    """
    options.kept_apart({"--errors": errors, "--report": report}, [*paths, docs, predictions])
    if predictions is not None and len(paths) > 1:
        raise click.UsageError("--predictions are those of one FILE: name only that one")
    if report is not None:
        _can_draw()
    said = None if predictions is None else _rows(predictions)
    documents = None if docs is None else {str(row.get("id")): row for row in _rows(docs)}
    explained = errors is not None or report is not None
    scoring = _scoring(level, said, documents, explained=explained)
    done, unscored = [], False
    for path in paths:
        rows = _rows(path)
        scored = scoring.file(rows)
        done += [(path, one) for one in scored]
        for one in scored:
            row = {"file": path, **one.figures}
            click.echo(orjson.dumps(row) if as_json else _text(row))
        if not scored:
            unscored = True
            click.echo(f"{path}: nothing to score: {_lacking(rows, scoring.levels)}", err=True)
    if unscored:
        ctx.exit(1)
    _write(done, errors, report)


def _scoring(
    level: str,
    said: Sequence[Row] | None,
    documents: Mapping[str, Row] | None,
    *,
    explained: bool,
) -> Scoring | CreditScoring:
    """What scores files at this level."""
    if level == "credits":
        from api.cli.credit_scoring import CreditScoring

        return CreditScoring(said=said)
    from api.cli.scoring import Scoring
    from api.labelled import LEVELS

    levels = [one for one in LEVELS if level in {one, "both"}]
    return Scoring(levels=levels, said=said, documents=documents, explained=explained)


def _write(done: Sequence[tuple[str, Evaluated]], errors: str | None, report: str | None) -> None:
    """The mistakes and the page are written where they were asked for."""
    if errors is not None:
        files.write_rows(errors, _mistakes(done))
    if report is not None:
        from api.report import page

        with files.replacing(report) as out:
            out.write(page(done).encode())


def _mistakes(done: Sequence[tuple[str, Evaluated]]) -> Iterator[Row]:
    """Every mistake of every file, with where it was made."""
    for path, one in done:
        for error in one.errors:
            yield {"file": path, "level": one.figures["level"], **error}


def _lacking(rows: Sequence[Row], levels: Sequence[str]) -> str:
    """Why nothing can be scored."""
    if not rows:
        return "it is empty"
    return f"no line that can be used has a label that says anything of {' or '.join(levels)}"


def _can_draw() -> None:
    """Nothing.

    Raises:
        click.UsageError: what draws the plots is not installed.
    """
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise click.UsageError(
            "--report draws with matplotlib: pip install -c constraints.txt -e '.[report]'"
        )


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


def _text(row: Row) -> str:
    """The figures of one file at one level, a line per measure."""
    if row["level"] == "credits":
        from api.cli import credit_text

        return credit_text.told(row)
    errors = row["errors"]
    if "pairs" in row:
        head = f"{row['file']}  {row['level']}: {row['pairs']:,} pairs, {row['yes']:,} of them yes"
        said = f"{errors['wrong']:,} said yes wrongly, {errors['missed']:,} missed"
        told = [head, *_rejected(row), _line("pairs", row), _named("errors", said)]
        return "\n".join([*told, *_calibration(row)])
    head = (
        f"{row['file']}  {row['level']}: {row['documents']:,} articles in {row['groups']:,} groups"
    )
    said = (
        f"{errors['whole']:,} groups whole, {errors['split']:,} split "
        f"({errors['hurt_by_splits']:,} articles), {errors['merged']:,} of {errors['found']:,} "
        f"found hold several ({errors['hurt_by_merges']:,} articles)"
    )
    measures = [_line("pairwise", row["pairwise"]), _line("B-cubed", row["b_cubed"])]
    ari = _named("ARI", f"{row['adjusted_rand']:.4f}")
    head = "\n".join([head, *_rejected(row)])
    return "\n".join([head, *measures, ari, _named("errors", said), *_calibration(row)])


def _rejected(row: Row) -> list[str]:
    told = f"{row['rejected']:,} {'pairs' if 'pairs' in row else 'lines'}, scored neither way"
    return [_named("rejected", told)] if row["rejected"] else []


def _calibration(row: Row) -> list[str]:
    found = row["calibration"]
    if found is None:
        return []
    said = (
        f"Brier {found['brier']:.4f}  expected error {found['expected_calibration_error']:.4f} "
        f"on {found['pairs']:,} {'labelled' if 'pairs' in row else 'candidate'} pairs"
    )
    return [_named("calibrated", said)]


def _line(name: str, scores: Row) -> str:
    shown = (
        f"{label} {'-' if scores[key] is None else format(scores[key], '.4f')}"
        for label, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
    )
    return _named(name, "  ".join(shown))


def _named(name: str, said: str) -> str:
    return f"  {name:<10} {said}"
