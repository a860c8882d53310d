"""``samestory furniture``: what was learned to belong to a source's pages."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from api.cli import options

if TYPE_CHECKING:
    from dedupe.service import Service


@click.command("furniture")
@click.argument("source", metavar="SOURCE")
@click.option(
    "--keep", metavar="LINE", help="This line is the articles' own text: take it out of none."
)
@click.option("--drop", metavar="LINE", help="This line is furniture again.")
@options.data
@options.as_json
def command(
    source: str, keep: str | None, drop: str | None, data: str | None, as_json: bool
) -> None:
    """Show the lines learned as page furniture of a source, and why.

    SOURCE is the outlet's name as it is posted. A line is learned when unrelated articles of the
    outlet have it in common; LINE is the id it is shown with.

    \b
    samestory furniture "Harbour Herald" --data var
    samestory furniture "Harbour Herald" --keep 8f3a6c1d2e4b5a69
    """
    from api import bootstrap, furniture, rendering

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        for line, kept in ((keep, True), (drop, False)):
            if line is not None:
                _say(service, source, line, kept=kept)
        told = furniture.told(source, service.furniture(source))
    click.echo(rendering.dump(told) if as_json else furniture.text(told))


def _say(service: Service, source: str, line: str, *, kept: bool) -> None:
    """The line is kept, or furniture again.

    Raises:
        SamestoryError: the source has no such line; the message says where its lines are shown.
    """
    from dedupe.errors import NotFound, SamestoryError

    try:
        service.keep(source, line, kept=kept)
    except NotFound as error:
        where = shlex.join(["samestory", "furniture", source])
        raise SamestoryError(
            f"{error} of {source}; `{where}` shows the lines with their ids"
        ) from error
