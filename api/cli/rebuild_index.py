"""``samestory rebuild-index``: the indexes anew from the store."""

from __future__ import annotations

import click

from api.cli import options


@click.command("rebuild-index")
@options.data
def command(data: str | None) -> None:
    """Make the vector and sketch indexes anew from the store.

    The store is the truth, an index only a cache. Every article is read and judged anew. Needed
    after the model was changed, or a release reads or judges otherwise; a damaged or missing index
    is rebuilt by itself.

    \b
    samestory rebuild-index --data var
    """
    from api import bootstrap
    from api.cli.progress import bar

    count = bootstrap.rebuild_index(options.config(data=data), progress=bar)
    click.echo(f"{count:,} articles indexed")
