"""``samestory check``: the answer to one article, without storing it."""

from __future__ import annotations

from functools import partial

import click

from api.cli import files, options


@click.command("check")
@click.argument("path", metavar="FILE", type=files.IN)
@click.option("--title", help="FILE is plain text or HTML: its title.")
@click.option("--source", help="FILE is plain text or HTML: the outlet that published it.")
@click.option("--url", help="FILE is plain text or HTML: its address.")
@click.option("--published", help="FILE is plain text or HTML: when it was published.")
@options.data
@options.as_json
def command(path: str, data: str | None, as_json: bool, **about: str | None) -> None:
    """Ask about one article without storing it.

    FILE holds one article as JSON. With any of the options that describe it, FILE is the text.

    \b
    samestory check article.json --data var
    samestory check page.txt --title "A title" --source "Example Herald" --json
    """
    from api import bootstrap, rendering
    from api.articles import described, parsed
    from api.cli import text
    from dedupe.errors import SamestoryError
    from dedupe.service import Request

    config = options.config(data=data)
    content = files.whole(path)
    given = {name: value for name, value in about.items() if value is not None}
    read = partial(described, about=given) if given else parsed
    article = read(content, max_body_bytes=config.max_body_bytes)
    with bootstrap.open_service(config) as service:
        result = service.handle([Request(articles=(article,), store=False)])[0].results[0]
    if isinstance(result, SamestoryError):
        raise result
    answer = rendering.answer(result)
    click.echo(rendering.dump(answer) if as_json else text.answer(answer))
