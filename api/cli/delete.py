"""``samestory delete``: an article is gone, everywhere."""

from __future__ import annotations

import click

from api.cli import options


@click.command("delete")
@click.argument("name", metavar="ID")
@options.data
def command(name: str, data: str | None) -> None:
    """Forget an article: text, versions, sketch and vector; its copies stay as they are.

    ID is the service's own id, or the id an article was posted under.

    \b
    samestory delete 001 --data var
    """
    from api import bootstrap
    from api.cli.names import the_article

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        found = the_article(service, name)
        service.delete(found)
    click.echo(f"{found} is gone")
