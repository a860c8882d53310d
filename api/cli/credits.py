"""``samestory credits``: who each article credits."""

from __future__ import annotations

import click

from api.cli import files, options


@click.command("credits")
@click.argument("path", metavar="IN", type=files.IN)
@options.out
@click.pass_context
def command(ctx: click.Context, path: str, out: str) -> None:
    """Read who each article credits, and whose text it is.

    One line out per line in, in order: id, outlet, origin, canonical_url, wire_id, paywalled and
    credits (kind, source, text, span, confidence). Needs no sentence encoder.

    \b
    samestory credits articles.jsonl -o credits.jsonl
    """
    options.kept_apart({"--out": out}, [path])
    from api import bootstrap
    from api.cli.progress import bar

    batch = bootstrap.batch(options.config(), stories=False, progress=bar)
    tally = files.write_rows(out, batch.credits(files.lines(path)))
    click.echo(tally.report(), err=True)
    ctx.exit(1 if tally.rejected else 0)
