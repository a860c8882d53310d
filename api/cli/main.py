"""The command ``samestory``: its commands, its errors and its exit codes."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import NoReturn

import click

from api.cli.exits import Exit
from dedupe.errors import NightBusy, NightOverran, SamestoryError, StoreMoved

SECTIONS: Mapping[str, Sequence[str]] = {
    "The service": (
        "serve",
        "ingest",
        "check",
        "show",
        "revisions",
        "diff",
        "stories",
        "explain",
        "furniture",
        "demo",
    ),
    "Editors": ("constraints",),
    "Kills and holds": ("kill", "hold", "release", "delete", "purge"),
    "The night": ("recluster", "rollback", "nights"),
    "Files, without a service": ("dedupe", "compare", "credits", "evaluate"),
    "Care": ("verify", "frequencies", "rebuild-index", "key", "version"),
}
"""Every command by what it is for; its module has its name and is imported when it is needed."""

_CODES: Sequence[tuple[type[SamestoryError], Exit]] = (
    (NightBusy, Exit.NIGHT_RUNNING),
    (StoreMoved, Exit.STORE_MOVED),
    (NightOverran, Exit.OVERRAN),
)


class Sections(click.Group):
    """A group whose help lists its commands by what they are for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return list(itertools.chain.from_iterable(SECTIONS.values()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"api.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list per section."""
        for title, names in SECTIONS.items():
            commands = ((name, self.get_command(ctx, name)) for name in names)
            rows = [(name, found.get_short_help_str(90)) for name, found in commands if found]
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
    Exit codes: 0 done; 1 failed, or a check or lines did; 2 wrong usage; 3 another night is
    running; 4 the store has moved on, nothing was changed; 5 the night overran its limit;
    130 interrupted, 143 terminated.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code; errors are one line on standard error."""
    signal.signal(signal.SIGTERM, _terminated)
    code = _run(arguments)
    gc.freeze()  # memory goes back as a whole: the last search for cycles in it costs 10 ms
    sys.exit(code)


def _terminated(*_: object) -> NoReturn:
    """Leave as an interrupted command does: what was begun is put away."""
    sys.exit(Exit.TERMINATED)


def _code(error: SamestoryError) -> Exit:
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILED)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(arguments, prog_name="samestory", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is wrong, and nothing may be
        # written any more, not even by the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SamestoryError as error:
        click.echo(f"samestory: {error}", err=True)
        return _code(error)


if __name__ == "__main__":
    main()
