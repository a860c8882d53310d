"""``samestory stories``: the stories of a store, by time, outlet, size and words."""

from __future__ import annotations

from typing import Any

import click

from api.cli import options


@click.command("stories")
@options.data
@click.option("--since", metavar="TIME", help="Stories that went on then or later: 2023-06-10.")
@click.option("--until", metavar="TIME", help="Stories that had begun by then.")
@click.option("--outlet", metavar="NAME", help="Stories with an article of this outlet.")
@click.option("--language", metavar="TAG", help="Stories with an article that states it: en.")
@click.option("--query", "words", metavar="WORDS", help='Words of title or body; "a phrase".')
@click.option("--min-size", type=click.IntRange(1), default=1, help="Articles at least.")
@click.option("--max-size", type=click.IntRange(1), help="Articles at most.")
@click.option(
    "--sort",
    type=click.Choice(["newest", "size"]),
    default="newest",
    show_default=True,
    help="Last published first, or largest first.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="Stories at most."
)
@options.as_json
def command(data: str | None, limit: int, as_json: bool, **asked: Any) -> None:
    """List stories, the newest first.

    \b
    samestory stories --since 2023-06-10 --min-size 3
    samestory stories --query '"drone factory" iran' --json
    """
    from api import bootstrap, rendering, story_rendering
    from api.cli import story_text
    from api.story_query import story_query
    from dedupe.listing import StoryOrder

    order = StoryOrder(asked.pop("sort"))
    query = story_query(**asked, sort=order, limit=limit, names=("--since", "--until"))
    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        found, _ = service.stories(query)
    lines = [story_rendering.story_line(each) for each in found]
    click.echo(rendering.dump(lines) if as_json else story_text.stories(lines))
