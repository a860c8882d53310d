"""Options that several commands share, and the settings they make together with the environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.files import STANDARD

if TYPE_CHECKING:
    from api.config import Config, Shipped


def in_a_folder(_ctx: click.Context, _option: click.Parameter, path: str | None) -> str | None:
    """The path, refused before any work when its folder is not there."""
    if path is None:
        return None
    folder = Path(path).resolve().parent
    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder {folder}")
    return path


def kept_apart(outputs: Mapping[str, str | None], inputs: Iterable[str | None]) -> None:
    """No output, given by its option, is an input or another output.

    Raises:
        click.UsageError: one is; told before any work.
    """
    written = {option: path for option, path in outputs.items() if path is not None}
    for option, path in written.items():
        if any(one not in {None, STANDARD} and _one_file(path, str(one)) for one in inputs):
            raise click.UsageError(f"{option} {path} would replace a file that is read")
    for a, b in combinations(written, 2):
        if _one_file(written[a], written[b]):
            raise click.UsageError(f"{a} and {b} name one file: {written[a]}")


def _one_file(a: str, b: str) -> bool:
    """Both name one file, by whatever names; a device or a pipe may be named twice."""
    if STANDARD in {a, b}:
        return a == b
    one, other = Path(a).resolve(), Path(b).resolve()
    if one.exists() and other.exists():
        return one.is_file() and one.samefile(other)
    return one == other


data = click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Folder that holds the store.  [default: $SAMESTORY_DATA, else ./var]",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
out = click.option(
    "-o",
    "--out",
    metavar="OUT",
    default="-",
    type=click.Path(dir_okay=False, allow_dash=True),
    callback=in_a_folder,
    help="File to write; replaced whole at the end, or left as it was.  [default: standard output]",
)


def config(**given: Any) -> Config:
    """The settings in force, these options first; unknown ``SAMESTORY_*`` names are pointed out.

    Raises:
        click.UsageError: a value cannot be used.
    """
    from api.config import Config, unknown_variables
    from dedupe.errors import BadInput

    for name in unknown_variables():
        click.echo(f"samestory: {name} is no setting and has no effect", err=True)
    try:
        return Config.load(**given)
    except BadInput as error:
        raise click.UsageError(str(error)) from error


def config_for_copies() -> Config | Shipped:
    """The settings of a job on texts alone; where nothing is set, nothing is loaded to check it."""
    from api.config import shipped

    return shipped() or config()


def installed(name: str = "samestory") -> str:
    """The version of an installed distribution, or that there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
