"""``samestory compare``: verdicts on given pairs."""

from __future__ import annotations

import click

from api.cli import files, options


@click.command("compare")
@click.argument("path", metavar="IN", type=files.IN)
@options.out
@click.pass_context
def command(ctx: click.Context, path: str, out: str) -> None:
    """Compare the two articles of each line.

    Lines in hold a and b, each a whole article. One line out per line in, in order: line, a_id,
    b_id, relation, p_same_text, p_same_story, evidence.

    \b
    samestory compare pairs.jsonl.gz -o verdicts.jsonl
    """
    options.kept_apart({"--out": out}, [path])
    from api import bootstrap
    from api.cli.progress import bar

    batch = bootstrap.batch(options.config(), stories=True, progress=bar)
    tally = files.write_rows(out, batch.compare(files.lines(path)))
    click.echo(tally.report(), err=True)
    ctx.exit(1 if tally.rejected else 0)
