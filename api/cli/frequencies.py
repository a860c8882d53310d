"""``samestory frequencies``: how common terms are in the store."""

from __future__ import annotations

import click

from api.cli import options


@click.command("frequencies")
@click.option("--update", is_flag=True, help="Count the store's texts now.")
@click.option(
    "--of", "words", metavar="WORD", multiple=True, help="Show what this word weighs; repeatable."
)
@options.data
@options.as_json
def command(*, update: bool, words: tuple[str, ...], data: str | None, as_json: bool) -> None:
    """Show how common words are in the store, and what it tells to share one.

    A word that many of the store's stories hold tells little, however rare it is elsewhere. A
    store is counted by itself at 2,000 articles and whenever it has doubled; what is kept are
    hashes and counts, of words in 20 stories and more, and no text. Interrupted, nothing changes.

    \b
    samestory frequencies --of ferry --of harbour --data var
    samestory frequencies --update --data var
    """
    from api import bootstrap, frequencies, rendering, shipped
    from api.cli.progress import bar

    with bootstrap.open_service(options.config(data=data), existing=True) as service:
        if update:
            service.rarity.count(service.store, bar)
        with service.store.read() as reader:
            service.rarity.follow(reader)
            told = frequencies.told(
                service.rarity, reader.frequencies(), words, shipped.background_words()
            )
    click.echo(rendering.dump(told) if as_json else frequencies.text(told))
