"""``samestory ingest``: files into the store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from api.cli import files, options

if TYPE_CHECKING:
    from dedupe.answer import Answer
    from dedupe.errors import SamestoryError
    from dedupe.service import Service

GROUP = 64
"""Articles read, embedded and committed together."""


@click.command("ingest")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=files.IN)
@options.data
@options.as_json
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], data: str | None, as_json: bool) -> None:
    """Add articles from files to the store, as if each had been posted.

    FILEs hold JSON lines or a JSON array. A running service on the same data folder sees what is added.
    What cannot be used is reported and the rest goes through; running it again changes nothing.

    \b
    samestory ingest monday.jsonl.gz tuesday.jsonl.gz --data var
    zcat archive.gz | samestory ingest - --json > answers.jsonl
    """
    from api import bootstrap, rendering
    from dedupe.errors import SamestoryError

    statuses = {"created": 0, "revised": 0, "unchanged": 0, "rejected": 0}
    config = options.config(data=data)
    with bootstrap.open_service(config) as service:
        for where, result in _results(service, paths, config.max_body_bytes):
            if isinstance(result, SamestoryError):
                statuses["rejected"] += 1
                click.echo(f"{where}: {result}", err=True)
            else:
                statuses[result.article.status] = statuses.get(result.article.status, 0) + 1
            if as_json:
                click.echo(rendering.dump(rendering.result(result)))
    click.echo(", ".join(f"{n:,} {status}" for status, n in statuses.items()), err=as_json)
    ctx.exit(1 if statuses["rejected"] else 0)


def _results(
    service: Service, paths: tuple[str, ...], max_body_bytes: int
) -> Iterator[tuple[str, Answer | SamestoryError]]:
    """What became of each document, with where it stands."""
    from api.articles import article
    from api.cli.progress import bar
    from dedupe.formats.lines import read_lines
    from dedupe.service import Request

    for path in paths:
        with files.opened(path) as stream:
            placed = bar(read_lines(stream), label=path)
            while group := list(itertools.islice(placed, GROUP)):
                articles = (article(told, max_body_bytes=max_body_bytes) for _, told in group)
                results = service.handle([Request(articles=tuple(articles))])[0].results
                for (place, _), result in zip(group, results, strict=True):
                    yield f"{path}:{place}", result
