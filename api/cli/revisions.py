"""``samestory revisions``: every text an article had."""

from __future__ import annotations

import click

from api.cli import options

SHOWN = 1000
"""Most revisions that are listed."""


@click.command("revisions")
@click.argument("name", metavar="ID")
@options.data
@options.as_json
def command(name: str, data: str | None, as_json: bool) -> None:
    """List the revisions of an article, and the other versions of the piece.

    ID is the service's own id, or the id the article was posted under. The newest version stands
    first; the one that represents the article is marked with a star.

    \b
    samestory revisions a_6nlz2jzt5fs2mffq --data var
    """
    from api import bootstrap, rendering, revision_rendering
    from api.cli import names, revision_text

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        found = service.history.revisions(names.article(service, name), limit=SHOWN)
    told = revision_rendering.revisions(found, None)
    click.echo(rendering.dump(told) if as_json else revision_text.revisions(told))
