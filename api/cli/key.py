"""``samestory key``: a new API key."""

from __future__ import annotations

import click


@click.command("key")
@click.argument("scope", metavar="SCOPE", type=click.Choice(["read", "write", "admin"]))
@click.option(
    "--source", help="With write: the only source that may be posted for, kills and holds included."
)
def command(scope: str, source: str | None) -> None:
    """Make an API key: read, write or admin.

    The key goes to standard error, once; the line that the service keeps (scope and hash) goes to
    standard output.

    \b
    samestory key write >> keys.txt
    samestory key write --source "Example Wire" >> keys.txt
    SAMESTORY_API_KEYS_FILE=keys.txt samestory serve --host 0.0.0.0
    """
    from api.keys import Scope, issue

    if source is not None and scope != Scope.WRITE:
        raise click.UsageError("--source goes with write: other keys post for nobody or for all")
    secret, kept = issue(Scope(scope), source=source)
    click.echo(f"the key, shown only now: {secret}", err=True)
    click.echo(kept.line())
