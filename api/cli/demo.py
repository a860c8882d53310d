"""``samestory demo``: the seeds through a real service, over HTTP."""

from __future__ import annotations

import http.client
import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import click

from dedupe.errors import SamestoryError

START_SECONDS = 180
"""Time for the service to load its model on a slow machine."""
ANSWER_SECONDS = 60
STOP_SECONDS = 20


class DemoFailed(SamestoryError):
    """The service did not start or did not answer as it should."""


@click.command("demo")
@click.option(
    "--seeds",
    metavar="DIR",
    default="seeds",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with articles and their manifest.json.",
)
def command(seeds: Path) -> None:
    """Post the five seeds to a service started for it, and print what it says.

    The service runs on a free loopback port over a temporary data folder; both are gone
    afterwards, however it ends.

    \b
    samestory demo --seeds seeds
    """
    articles = _articles(seeds)
    with (
        tempfile.TemporaryDirectory(prefix="samestory-demo-") as folder,
        running(Path(folder)) as client,
    ):
        click.echo(f"Posting {len(articles)} articles to {client.url}\n")
        _show(client, articles)


def _articles(seeds: Path) -> list[dict[str, Any]]:
    """The seeds as they are posted: the body is the whole file."""
    manifest = seeds / "manifest.json"
    if not manifest.is_file():
        raise click.UsageError(f"{manifest} is not there: name the folder with --seeds DIR")
    return [
        {
            "id": seed["id"],
            "title": seed["title"],
            "source": seed["source"],
            "published": seed["published"],
            "body": (seeds / seed["file"]).read_bytes().decode("utf-8"),
        }
        for seed in json.loads(manifest.read_bytes())
    ]


def _show(client: Client, articles: Sequence[Mapping[str, Any]]) -> None:
    """Post one by one and print each answer, then the stories as they stand at the end."""
    from api.cli import story_text, text

    names: dict[str, str] = {}
    for article in articles:
        answer = client.ask("POST", "/v1/articles", article)
        names[answer["article"]["id"]] = article["id"]
        click.secho(f"{article['id']}  {article['title']}", bold=True)
        click.echo(text.answer(answer, names) + "\n")
    now = [client.ask("GET", f"/v1/articles/{name}")["story"]["id"] for name in names]
    click.secho("The stories", bold=True)
    for story in dict.fromkeys(now):
        click.echo(story_text.story(client.ask("GET", f"/v1/stories/{story}")))


class Client:
    """Asks one service, one question at a time."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._host = urlsplit(url).netloc

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON that comes back.

        Raises:
            DemoFailed: the answer is an error, or none came.
        """
        connection = http.client.HTTPConnection(self._host, timeout=ANSWER_SECONDS)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            told = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DemoFailed(f"{method} {path} was not answered: {error}") from error
        finally:
            connection.close()
        if response.status >= http.client.BAD_REQUEST:
            raise DemoFailed(f"{method} {path} was refused with {response.status}: {told}")
        return told


@contextmanager
def running(folder: Path) -> Iterator[Client]:
    """A service that keeps its data in ``folder/data``, stopped when the block ends, however it ends.

    Raises:
        DemoFailed: it did not start.
    """
    from api.config import plain_environment

    command = [sys.executable, "-m", "api.cli.main", "serve", "--host", "127.0.0.1", "--port", "0"]
    with (folder / "log").open("w+b") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command, with no word from outside
            [*command, "--data", str(folder / "data")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=plain_environment(),
        )
        try:
            yield Client(_address(process, log))
        finally:
            _stop(process)


def _address(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    """The URL the service says it listens on."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline().decode() if ready else ""
    if "http://" in line:
        return line[line.index("http://") :].strip()
    log.seek(0)
    said = log.read()[-2000:].decode(errors="replace").strip()
    raise DemoFailed(f"the service did not start; it said:\n{said or 'nothing'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then make it."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()
