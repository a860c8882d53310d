"""``samestory recluster``: the night, worked out, read, applied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.config import Config
    from dedupe.night.records import NightPlan, NightRecord
    from dedupe.night.run import Done

PLAN = "samestory-plan.json"
_SHOWN = "{path} holds the plan, {page} shows it; apply it with: samestory recluster --apply {path}{data}"


def _length(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """The hours that an option means."""
    from api.durations import hours

    if value is None:
        return None
    try:
        found = hours(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    if not isinstance(found, float) or found <= 0.0:
        raise click.BadParameter("it has to be longer than nothing: 7d", ctx, param)
    return found


@click.command("recluster")
@options.data
@click.option("--since", callback=_length, metavar="7d", help="Look at what came or changed since.")
@click.option("--all", "everything", is_flag=True, help="Look at everything.  [default]")
@click.option("--dry-run", is_flag=True, help="Write a plan; the store stays as it is.")
@click.option(
    "--apply",
    "plan",
    metavar="PLAN",
    type=click.Path(exists=True, dir_okay=False),
    help="Carry out exactly this plan, or refuse if the store has moved on.",
)
@click.option(
    "-o",
    "--out",
    metavar="PLAN",
    type=click.Path(dir_okay=False),
    callback=options.in_a_folder,
    help=f"File for the plan; its page stands beside it.  [default with --dry-run: {PLAN}]",
)
@click.option("--limit", callback=_length, metavar="4h", help="Time that it may take.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Processes that work.")
@options.as_json
def command(
    data: str | None, plan: str | None, out: str | None, as_json: bool, jobs: int, **asked: Any
) -> None:
    """Judge everything that is stored anew, and put it where it belongs.

    An arrival sees only what came before it; the night sees everything. It works from the stored
    vectors while the service goes on, and changes the store in one switch. An identifier stays with
    the group that holds most of its articles. A second run over the same articles changes nothing.
    A run that was killed goes on where it stopped.

    \b
    samestory recluster --data var
    samestory recluster --since 7d --data var
    samestory recluster --dry-run -o plan.json --data var
    samestory recluster --apply plan.json --data var

    \b
    Exit codes: 0 done; 1 failed; 3 another night is running; 4 the store has moved on; 5 it took
    longer than --limit. But after 0 nothing was changed; after 1 samestory nights tells.
    """
    since, limit, dry_run = asked["since"], asked["limit"], asked["dry_run"]
    _one_of(
        {"--since": since is not None, "--all": asked["everything"], "--apply": plan is not None}
    )
    if plan is not None and (dry_run or out is not None):
        raise click.UsageError("--apply carries a plan out; --dry-run and --out make one")
    if out is not None and Path(out).suffix == ".html":
        raise click.UsageError(
            "--out names the plan, which is JSON; its page gets the same name in .html"
        )
    from api import bootstrap
    from api.cli.loading import loading
    from api.cli.progress import bar

    config = options.config(data=data)
    if plan is not None:
        _apply(config, Path(plan), as_json=as_json)
        return
    with (
        loading(),
        bootstrap.open_night(config, progress=bar, jobs=jobs, embed=not dry_run) as night,
    ):
        done = None if dry_run else night.run(since, limit=limit)
        told = night.plan(since, limit=limit) if done is None else done.plan
        nights = night.nights()
    path = Path(out or PLAN) if dry_run or out else None
    page = _write(told, nights, path) if path is not None else None
    _tell(told, done, as_json=as_json)
    if done is None:
        where = f" --data {data}" if data else ""
        click.echo(_SHOWN.format(path=path, page=page, data=where), err=as_json)


def _apply(config: Config, path: Path, *, as_json: bool) -> None:
    from api import bootstrap
    from api.cli.progress import bar
    from dedupe.night.document import load

    told = load(path.read_bytes())
    with bootstrap.open_night(config, progress=bar, embed=False) as night:
        done = night.apply(told)
    _tell(told, done, as_json=as_json)


def _one_of(given: dict[str, bool]) -> None:
    named = [option for option, wanted in given.items() if wanted]
    if len(named) > 1:
        raise click.UsageError(f"{' and '.join(named)} exclude each other")


def _write(told: NightPlan, nights: Sequence[NightRecord], path: Path) -> Path:
    """The plan and its page stand beside each other; the page's path."""
    from api.cli.files import replacing
    from api.report.night import page
    from dedupe.night.document import dump

    beside = path.with_suffix(".html")
    with replacing(str(path)) as file, replacing(str(beside)) as html:
        file.write(dump(told))
        html.write(page(told, nights).encode())
    return beside


def _tell(told: NightPlan, done: Done | None, *, as_json: bool) -> None:
    from api import rendering
    from api.cli import night_text
    from api.night import rendering as night_rendering

    if as_json:
        click.echo(rendering.dump(night_rendering.summary(told, done)))
        return
    click.echo(night_text.table(told))
    if done is not None:
        click.echo(night_rendering.outcome(done))
