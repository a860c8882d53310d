"""``samestory rollback``: the last night taken back."""

from __future__ import annotations

import click

from api.cli import options


@click.command("rollback")
@options.data
@options.as_json
def command(data: str | None, as_json: bool) -> None:
    """Take the last night back.

    Articles, canonical sources and links lie again as they did before it; articles that came since
    stay, and go with the groups that they joined. The next night would do the same again: order
    what it should do otherwise (see: samestory constraints) before it runs.

    \b
    samestory rollback --data var

    \b
    Exit codes: 0 done; 3 a night is running; 4 there is no night to take back.
    """
    from api import bootstrap, rendering
    from api.cli.progress import bar
    from api.night import rendering as night_rendering

    with bootstrap.open_night(options.config(data=data), progress=bar, embed=False) as night:
        record = night.roll_back()
    if as_json:
        click.echo(rendering.dump({"night": record.number, "state": record.state.value}))
        return
    click.echo(night_rendering.rolled_back(record))
