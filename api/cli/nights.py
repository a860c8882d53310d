"""``samestory nights``: what the last nights did."""

from __future__ import annotations

import click

from api.cli import options


@click.command("nights")
@options.data
@click.option(
    "-n", "--limit", type=click.IntRange(1), default=14, show_default=True, help="Nights at most."
)
@options.as_json
def command(data: str | None, limit: int, as_json: bool) -> None:
    """List the last nights, the newest first, however they were started.

    Of two figures such as 3/1 the first counts clusters and the second stories. How many articles
    moved and what merged or split is known of nights that were applied. One that was killed is
    shown as interrupted.

    \b
    samestory nights --data var
    samestory nights -n 1 --json --data var
    """
    from api import bootstrap, rendering
    from api.cli.progress import bar
    from api.night import records as nights

    # Opened as for a night: after a change of model too, which other commands refuse.
    with bootstrap.open_night(options.config(data=data), progress=bar, embed=False) as night:
        held = night.running()
        records = night.nights(limit=limit)
        told = nights.rows(records, held=held or night.running())
    click.echo(rendering.dump(told) if as_json else nights.table(told))
