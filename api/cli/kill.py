"""``samestory kill``: nothing of an article is shown any more, and whoever carries it is told."""

from __future__ import annotations

import click

from api.cli import options


@click.command("kill")
@click.argument("name", metavar="ID")
@click.option("--reason", help="Told to every reader of the article: quote nothing.")
@options.data
@options.as_json
def command(name: str, reason: str | None, data: str | None, as_json: bool) -> None:
    """Kill an article: show nothing of it and flag who carries its text.

    ID is the service's own id, or the id an article was posted under. The text is removed after
    SAMESTORY_PURGE_KILLED_AFTER; until then `release` takes the kill back.

    \b
    samestory kill 001 --reason "withdrawn by the agency" --data var
    samestory kill a_6nlz2jzt5fs2mffq --json
    """
    from api import bootstrap, rendering, withheld_rendering
    from api.cli import withheld_text
    from api.cli.names import the_article

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        killed = service.kill(the_article(service, name), reason=reason)
        told = withheld_rendering.killed(killed)
    click.echo(rendering.dump(told) if as_json else withheld_text.killed(told))
