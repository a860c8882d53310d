"""The command ``samestory``: its commands, its errors and its exit codes."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

import click

from api.cli import (
    check,
    compare,
    credits,
    dedupe,
    demo,
    evaluate,
    explain,
    ingest,
    key,
    rebuild_index,
    serve,
    show,
    verify,
    version,
)
from dedupe.errors import SamestoryError

FAILED = 1
INTERRUPTED = 130
SECTIONS: Mapping[str, Sequence[ModuleType]] = {
    "The service": (serve, ingest, check, show, explain, demo),
    "Files, without a service": (dedupe, compare, credits, evaluate),
    "Care": (verify, rebuild_index, key, version),
}


class Sections(click.Group):
    """A group whose help lists its commands by what they are for."""

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write one list per section."""
        for title, modules in SECTIONS.items():
            rows = [(m.command.name, m.command.get_short_help_str(90)) for m in modules]
            with formatter.section(title):
                formatter.write_dl(rows)


@click.group(cls=Sections, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Have we seen this story, and whose is it?

    Samestory takes a news article and answers with its cluster (the copies of the same text), its
    story (the pieces about the same event), its canonical source, and the evidence for each claim.

    \b
    See it at work:       samestory demo --seeds seeds
    Run it:               samestory serve --data var
    Fill it:              samestory ingest articles.jsonl.gz --data var
    A file, no service:   samestory dedupe articles.jsonl -o grouped.jsonl

    Articles are JSON lines: id, title, body, source, url, published, lang; an id and one of title
    and body are required. FILE may be gzip, and - is standard input. Settings come from the
    environment (SAMESTORY_*, see docs/configuration.md); an option goes before them.

    \b
    Exit codes: 0 done; 1 a check failed or lines were rejected; 2 wrong usage; 130 interrupted.
    """


for _module in itertools.chain.from_iterable(SECTIONS.values()):
    cli.add_command(_module.command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code; errors are one line on standard error."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(arguments, prog_name="samestory", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is wrong, and nothing may be
        # written any more, not even by the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SamestoryError as error:
        click.echo(f"samestory: {error}", err=True)
        return FAILED


if __name__ == "__main__":
    main()
