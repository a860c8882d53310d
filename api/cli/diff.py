"""``samestory diff``: what differs between two revisions, two articles or two files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from api.cli import files, options

if TYPE_CHECKING:
    from dedupe.model import Article

Json: TypeAlias = dict[str, Any]
NUMBER = click.IntRange(min=1)


@click.command("diff")
@click.argument("name", metavar="ID|FILE")
@click.argument("file", metavar="[FILE]", required=False, type=files.IN)
@click.option("--from", "before", type=NUMBER, metavar="N", help="Revision to compare from.")
@click.option("--to", "after", type=NUMBER, metavar="N", help="Revision to compare with.")
@click.option("--with", "other", metavar="ID", help="Another article to compare with.")
@options.data
@options.as_json
def command(name: str, file: str | None, data: str | None, as_json: bool, **ends: Any) -> None:
    """Tell what came, went or changed in an article.

    ID is the service's own id, or the id the article was posted under. Compared are the revision
    that represents the article and the version before it, unless others are named; --with compares
    with another article, an update that was filed under an identity of its own. Two files are
    compared without a store: each holds one article as JSON, or the text of one.

    \b
    samestory diff a_6nlz2jzt5fs2mffq --data var
    samestory diff a_6nlz2jzt5fs2mffq --from 1 --to 3
    samestory diff a_6nlz2jzt5fs2mffq --with ar_90de --json
    samestory diff before.json after.json
    """
    from api import rendering
    from api.cli import revision_text

    if file is None:
        told = _revisions(name, data, **ends)
    elif any(ends.values()) or data is not None:
        raise click.UsageError("two files are compared without --data, --from, --to and --with")
    else:
        told = _files(name, file)
    click.echo(rendering.dump(told) if as_json else revision_text.difference(told))


def _revisions(name: str, data: str | None, *, other: str | None, **numbers: Any) -> Json:
    from api import bootstrap, revision_rendering
    from api.cli import names

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        ours = names.article(service, name)
        theirs = None if other is None else names.article(service, other)
        return revision_rendering.compared(service.history.compared(ours, other=theirs, **numbers))


def _files(before: str, after: str) -> Json:
    """The difference of two files; they are named in the place of revisions."""
    from api import revision_rendering, shipped
    from dedupe.revisions.history import texts_compared

    found = texts_compared(
        shipped.article_reader(),
        _article(before),
        _article(after),
        background=shipped.background(),
    )
    return {"from": before, "to": after, **revision_rendering.difference(found)}


def _article(path: str) -> Article:
    """The article that a file holds as JSON, or whose text it is.

    Raises:
        SamestoryError: it holds none.
        click.UsageError: there is no such file.
    """
    from api.articles import described, parsed
    from dedupe.errors import SamestoryError

    if path != files.STANDARD and not Path(path).is_file():
        raise click.UsageError(f"there is no file {path}")
    content = files.whole(path)
    limit = options.config().max_body_bytes
    if content.lstrip().startswith(b"{"):
        found = parsed(content, max_body_bytes=limit)
    else:
        found = described(content, {}, max_body_bytes=limit)
    if isinstance(found, SamestoryError):
        raise found
    return found
