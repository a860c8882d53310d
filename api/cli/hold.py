"""``samestory hold``: nothing of an article is shown until it is released."""

from __future__ import annotations

import click

from api.cli import options


@click.command("hold")
@click.argument("name", metavar="ID")
@click.option("--reason", help="Told to every reader of the article: quote nothing.")
@options.data
@options.as_json
def command(name: str, reason: str | None, data: str | None, as_json: bool) -> None:
    """Hold an article: show nothing of it until it is released.

    ID is the service's own id, or the id an article was posted under.

    \b
    samestory hold 001 --reason "the lawyers are asked" --data var
    """
    from api import bootstrap, rendering
    from api.cli import text
    from api.cli.names import the_article

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        told = rendering.answer(service.hold(the_article(service, name), reason=reason))
    click.echo(rendering.dump(told) if as_json else text.answer(told))
