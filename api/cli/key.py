"""``samestory key``: a new API key."""

from __future__ import annotations

import click


@click.command("key")
@click.argument("scope", metavar="SCOPE", type=click.Choice(["read", "write", "admin"]))
def command(scope: str) -> None:
    """Make an API key: read, write or admin.

    The key goes to standard error, once; the line that the service keeps (scope and hash) goes to
    standard output.

    \b
    samestory key write >> keys.txt
    SAMESTORY_API_KEYS_FILE=keys.txt samestory serve --host 0.0.0.0
    """
    from api.keys import Scope, issue

    secret, kept = issue(Scope(scope))
    click.echo(f"the key, shown only now: {secret}", err=True)
    click.echo(kept.line())
