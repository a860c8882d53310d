"""``samestory verify``: whether store and indexes keep their promises."""

from __future__ import annotations

import click

from api.cli import options


@click.command("verify")
@options.data
@options.as_json
@click.pass_context
def command(ctx: click.Context, data: str | None, as_json: bool) -> None:
    """Check that store and indexes agree and nothing is lost or twice.

    Prints what is broken, one line each; exit code 1 when anything is.

    \b
    samestory verify --data var
    """
    from api import bootstrap

    broken = bootstrap.verify(options.config(data=data))
    if as_json:
        import orjson

        click.echo(orjson.dumps({"ok": not broken, "broken": list(broken)}))
    else:
        click.echo("\n".join(broken) or "all promises hold")
    ctx.exit(1 if broken else 0)
