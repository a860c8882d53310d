"""``samestory release``: a kill, a hold or a flag is taken back."""

from __future__ import annotations

import click

from api.cli import options


@click.command("release")
@click.argument("name", metavar="ID")
@click.option("--reason", help="Stands in the change log: quote nothing.")
@click.option(
    "--what",
    type=click.Choice(["kill", "hold", "flag", "embargo", "all"]),
    help="What is taken back.  [default: the gravest of kill, flag and hold alone]",
)
@click.option("--embargo", is_flag=True, help="End an embargo before its hour too.")
@options.data
@options.as_json
def command(
    name: str,
    reason: str | None,
    what: str | None,
    embargo: bool,
    data: str | None,
    as_json: bool,
) -> None:
    """Take back the kill, the hold or the flag of an article.

    ID is the service's own id, or the id an article was posted under. With a kill the flags of those
    who carry the text are taken back. A text that was removed comes back when its source posts it
    again. What is still in force is told.

    \b
    samestory release 001 --data var
    samestory release 001 --what hold --data var
    """
    from api import bootstrap, rendering
    from api.cli import text
    from api.cli.names import the_article
    from dedupe.withheld.releasing import What

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        found = the_article(service, name)
        taken = None if what is None else What(what)
        told = rendering.answer(service.release(found, reason=reason, what=taken, embargo=embargo))
    click.echo(rendering.dump(told) if as_json else text.answer(told))
