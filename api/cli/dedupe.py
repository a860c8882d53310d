"""``samestory dedupe``: a file of articles, grouped."""

from __future__ import annotations

import click

from api.cli import files, options
from api.cli.loading import keep_freed_memory, loading, processors


@click.command("dedupe")
@click.argument("path", metavar="IN", type=files.IN)
@options.out
@click.option(
    "--level",
    type=click.Choice(["copies", "stories", "both"]),
    default="both",
    show_default=True,
    help="What to look for; copies alone needs no sentence encoder.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Processes that read the file; the rows are the same for any number.  [default: 1 at level "
    "copies, else as many as the sentence encoder has threads]",
)
@click.option("--resume", is_flag=True, help="Go on from what an interrupted run left beside OUT.")
@click.pass_context
def command(
    ctx: click.Context, path: str, out: str, level: str, jobs: int | None, resume: bool
) -> None:
    """Group the articles of a file into clusters and stories.

    One line out per line in, in order: id, cluster, story, canonical_id, canonical_source,
    relation, of, probability; with stories also related, the stories that are earlier, later or
    background to its own. A line that cannot be used keeps its place with an error, and the
    exit code is 1. OUT appears whole or stays as it was.

    \b
    samestory dedupe articles.jsonl.gz -o grouped.jsonl
    samestory dedupe articles.jsonl --level copies -o copies.jsonl
    """
    options.kept_apart({"--out": out}, [path])
    if resume and out == files.STANDARD:
        raise click.UsageError("--resume needs -o OUT: work in progress is kept beside OUT")
    keep_freed_memory()
    with loading():
        from api import bootstrap
        from api.cli.progress import bar

        stories = options.config() if level != "copies" else None
        batch = bootstrap.batch(
            stories or options.config_for_copies(),
            stories=stories is not None,
            work=None if out == files.STANDARD else files.work_folder(out),
            resume=resume,
            jobs=jobs or (stories.threads or processors() if stories else 1),
            progress=bar,
        )
    tally = files.write_rows(out, batch.dedupe(files.lines(path), level=level))
    click.echo(tally.report(), err=True)
    ctx.exit(1 if tally.rejected else 0)
