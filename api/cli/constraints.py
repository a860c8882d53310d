"""``samestory constraints``: what editors ordered about groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.cli import options

if TYPE_CHECKING:
    from dedupe.service import Service

KINDS = {"must": "must_link", "cannot": "cannot_link", "pin": "pinned_canonical"}
AT_ONCE = 500
"""Orders read from the store at a time."""


@click.group("constraints")
def command() -> None:
    """Say what belongs together, what does not, and which article is the canonical.

    An order is obeyed at once, by every later arrival and by every night, until it is removed.

    \b
    samestory constraints add must 001 004 --by "night desk" --data var
    samestory constraints add cannot 001 003 --by "night desk" --why "two disclosures"
    samestory constraints add pin 002 --by "night desk"
    samestory constraints list --article 001
    samestory constraints remove o_19af2c07be3d5846
    """


@command.command("list")
@click.option("--article", metavar="ID", help="Only orders about this article.")
@options.data
@options.as_json
def list_(article: str | None, data: str | None, *, as_json: bool) -> None:
    """Show the orders in force, the first given first."""
    from api import bootstrap, rendering
    from api.cli.names import the_article

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        told = _listed(service, article and the_article(service, article))
    if as_json:
        click.echo(rendering.dump({"items": told}))
    else:
        click.echo("\n\n".join(map(_text, told)) or "nothing is ordered")


@command.command("add")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("articles", metavar="ID [ID]", nargs=-1, required=True)
@click.option(
    "--level",
    type=click.Choice(["cluster", "story"]),
    help="What they are to share, or not.  [default: story]",
)
@click.option("--by", required=True, help="Who orders it: a person or a desk.")
@click.option("--why", help="For whoever reads it later.")
@options.data
@options.as_json
def add(
    kind: str,
    articles: tuple[str, ...],
    level: str | None,
    by: str,
    why: str | None,
    data: str | None,
    *,
    as_json: bool,
) -> None:
    """Order that two articles lie together (must) or apart (cannot), or pin a canonical (pin).

    ID is the service's own id, or the id an article was posted under.
    """
    from api import bootstrap, constraint_rendering, rendering
    from api.cli.names import the_article
    from dedupe.constraints.records import ConstraintKind, Level

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        ids = [the_article(service, name) for name in articles]
        ordered = service.order(
            ConstraintKind(KINDS[kind]), ids, by=by, level=Level(level) if level else None, why=why
        )
    told = constraint_rendering.ordered(ordered)
    click.echo(rendering.dump(told) if as_json else _text(told))


@command.command("remove")
@click.argument("constraint", metavar="ORDER")
@options.data
def remove(constraint: str, data: str | None) -> None:
    """Take an order back: what it held is grouped by the evidence again."""
    from api import bootstrap

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        service.revoke(constraint)
    click.echo(f"{constraint} is removed")


def _listed(service: Service, article: str | None) -> list[dict[str, Any]]:
    from api import constraint_rendering

    told: list[dict[str, Any]] = []
    while True:
        after = told[-1]["id"] if told else None
        page = service.orders(article=article, after=after, limit=AT_ONCE)
        told += [constraint_rendering.ordered(each) for each in page]
        if len(page) < AT_ONCE:
            return told


def _text(told: dict[str, Any]) -> str:
    from api.cli.text import labelled, table

    rows = [
        ("order", f"{told['id']}: {told['kind']}, {told['level']}"),
        ("by", f"{told['by']}, {told['at']}"),
        *labelled("why", [told["why"]] if told["why"] else []),
        *labelled(
            "now",
            (
                f"{x['article']} in {x['cluster']} of {x['story']}, canonical {x['canonical'] or '-'}"
                for x in told["now"]
            ),
        ),
    ]
    return table(rows)
