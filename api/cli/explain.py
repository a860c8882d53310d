"""``samestory explain``: the evidence on one pair of articles."""

from __future__ import annotations

import click

from api.cli import options


@click.command("explain")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@options.data
@options.as_json
def command(a: str, b: str, data: str | None, as_json: bool) -> None:
    """Explain how article A stands to article B, with the evidence.

    Tells what each kind of evidence adds to the verdict on one event, and what would have to
    change for the other verdict. A and B are the service's own ids, or the ids the articles were
    posted under.

    \b
    samestory explain ar_51c2 ar_90de --data var
    """
    from api import bootstrap, reasons, rendering
    from api.cli import names, text

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        ours, theirs = (names.article(service, name) for name in (a, b))
        found = service.explain(ours, theirs)
        told = {**rendering.explanation(found), "why": reasons.why(service.why(found))}
        with service.shown() as reader:
            article = reader.texts([ours])[ours]
    fields = {"title": article.title, "body": article.body}
    click.echo(rendering.dump(told) if as_json else text.match(told, fields))
