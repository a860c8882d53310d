"""``samestory purge``: what is due about withheld articles is done now."""

from __future__ import annotations

import click

from api.cli import options


@click.command("purge")
@options.data
@options.as_json
def command(data: str | None, as_json: bool) -> None:
    """Remove the texts whose time has come, and lift the embargoes whose hour has come.

    A running service does the same every minute.

    \b
    samestory purge --data var
    """
    from api import bootstrap, rendering

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        done = service.due()
    told = {"purged": done.purged, "lifted": done.lifted}
    shown = f"{done.purged:,} texts removed, {done.lifted:,} embargoes lifted"
    click.echo(rendering.dump(told) if as_json else shown)
