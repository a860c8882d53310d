"""``samestory show``: an article, cluster or story by its id."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from api.cli import options
from api.cli.names import meant

if TYPE_CHECKING:
    from dedupe.service import Service

Json: TypeAlias = dict[str, Any]
TIMELINE = 1000
"""Articles of a story that are listed."""


@click.command("show")
@click.argument("name", metavar="ID")
@options.data
@options.as_json
def command(name: str, data: str | None, as_json: bool) -> None:
    """Show what is known of an article, a cluster or a story.

    ID is the service's own id, or the id an article was posted under.

    \b
    samestory show st_7f3a --data var
    samestory show 001 --json
    """
    from api import bootstrap, rendering
    from api.cli import story_text, text

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        kind, told = _found(service, name)
    if as_json:
        click.echo(rendering.dump(told))
    else:
        tell = {"article": text.answer, "cluster": text.cluster, "story": story_text.story}[kind]
        click.echo(tell(told))


def _found(service: Service, name: str) -> tuple[str, Json]:
    """The kind of thing that has this id, and the thing as JSON."""
    from api import rendering, story_rendering
    from dedupe.errors import NotFound

    looks: Mapping[str, Callable[[str], Json]] = {
        "article": lambda key: rendering.answer(service.answer(key)),
        "cluster": lambda key: rendering.cluster_detail(service.cluster(key)),
        "story": lambda key: story_rendering.story_detail(service.story(key, limit=TIMELINE)),
    }
    for candidate, (kind, look) in itertools.product(meant(service, name), looks.items()):
        with suppress(NotFound):
            return kind, look(candidate)
    raise NotFound("article, cluster or story", name)
