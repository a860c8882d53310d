"""``samestory version``: what is installed."""

from __future__ import annotations

import platform

import click

from api.cli import options

ENGINES = ("sentence-transformers", "torch", "faiss-cpu", "numpy", "fastapi")


@click.command("version")
@options.as_json
def command(as_json: bool) -> None:
    """Print the version, with those of Python and the engines."""
    found = {
        "samestory": options.installed("samestory"),
        "python": platform.python_version(),
    }
    found |= {name: options.installed(name) for name in ENGINES}
    if as_json:
        import orjson

        click.echo(orjson.dumps(found))
    else:
        click.echo("\n".join(f"{name} {number}" for name, number in found.items()))
