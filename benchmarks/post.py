"""What a POST costs beyond the encoder, at one client, on an empty and on a filled index.

    python -m benchmarks.post [--indexed 20000] [--probes 300] [--data FILE] [--quick]

`samestory serve` runs in a process of its own over a folder that was filled before. Articles it
has not seen are posted one at a time over one connection; between the POSTs this process gives
the lede of the same article to the shipped encoder, and commits one small row under the store's
SQLite settings on the same disk. All three alternate, warm, so that what else the machine does
falls on each alike. Overhead is the POST's time less the encoder's time for the same article.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from api import bootstrap, shipped
from api.config import Config, plain_environment
from benchmarks import corpus, machine
from dedupe.errors import SamestoryError
from dedupe.ports import Encoder
from dedupe.service import Request

GROUP = 256
"""Articles indexed in one transaction while the folder is filled."""
WARM = 50
"""Articles posted and encoded before anything is measured."""
PAUSE = 0.02
"""Seconds before each turn: OpenMP's threads spin for some milliseconds after the encoder is done,
and those of one process would take the cores from the other."""
HEADERS = {"Content-Type": "application/json"}


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpus.options(parser)
    parser.add_argument("--indexed", type=int, default=20_000, help="articles in the filled index")
    parser.add_argument("--probes", type=int, default=300, help="unseen articles that are posted")
    parser.add_argument("--filled", type=Path, help="folder to fill once and to use again")
    parser.add_argument("--quick", action="store_true", help="500 indexed, 40 posted")
    given = parser.parse_args()
    measure(given)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """The figures, printed and kept."""
    indexed, probes = (500, 40) if given.quick else (given.indexed, given.probes)
    rows = corpus.rows(given, indexed + WARM + probes)
    figures: dict[str, Any] = {"load_before": machine.load()}
    with tempfile.TemporaryDirectory(prefix="samestory-bench-") as made:
        filled = given.filled or Path(made) / "filled"
        figures["fill"] = _fill(filled, rows[:indexed])
        for size, folder in ((0, None), (indexed, filled)):
            data = Path(made) / f"data-{size}"
            if folder is not None:
                shutil.copytree(folder, data)
            figures[f"at_{size}"] = _at(data, rows[indexed : indexed + WARM], rows[-probes:])
            _show(size, figures[f"at_{size}"])
    figures["load_after"] = machine.load()
    settings = {"data": corpus.told(given), "indexed": indexed, "probes": probes, "clients": 1}
    print(machine.keep(corpus.name(given, "post"), settings, figures))
    return figures


def _fill(folder: Path, rows: Sequence[corpus.Row]) -> dict[str, float]:
    """The folder holds these articles, judged and embedded as the service does it."""
    if folder.exists():
        return {}
    began, worked = time.perf_counter(), time.process_time()
    articles = corpus.parsed(rows)
    with bootstrap.open_service(Config(data=folder)) as service:
        for start in range(0, len(articles), GROUP):
            request = Request(articles=tuple(articles[start : start + GROUP]))
            for result in service.handle([request])[0].results:
                if isinstance(result, SamestoryError):
                    raise SystemExit(f"an article was refused: {result}")
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
    }


def _at(data: Path, warm: Sequence[corpus.Row], probes: Sequence[corpus.Row]) -> dict[str, Any]:
    engine = bootstrap.encoder(Config())
    # Loaded before the connection opens: the service closes one that is idle for five seconds.
    engine.encode(["warm"])
    with _served(data) as (process, post), _commits(data) as commit:
        for row, lede in zip(warm, _ledes(warm), strict=True):
            post(row)
            engine.encode([lede])
            commit()
        times = [
            _one(k, row, lede, post, engine, commit)
            for k, (row, lede) in enumerate(zip(probes, _ledes(probes), strict=True))
        ]
        peak = machine.peak_mib(process)
    posted, encoded, committed = np.array(times).T
    return {
        "post_ms": _spread(posted),
        "encoder_ms": _spread(encoded),
        "commit_ms": _spread(committed),
        "overhead_ms": _spread(posted - encoded),
        "overhead_beyond_a_commit_ms": _spread(posted - encoded - np.median(committed)),
        "medians_by_third": [
            round(float(np.median(part)), 2) for part in np.array_split(posted - encoded, 3)
        ],
        "serve_peak_mib": peak,
    }


def _one(
    k: int,
    row: corpus.Row,
    lede: str,
    post: Callable[[corpus.Row], None],
    engine: Encoder,
    commit: Callable[[], None],
) -> list[float]:
    """Milliseconds of the POST, the encoder and the commit; whose turn is first alternates."""
    turns: list[Callable[[], object]] = [
        lambda: post(row),
        lambda: engine.encode([lede]),
        commit,
    ]
    times = [0.0] * len(turns)
    for at in range(len(turns)):
        turn = (at + k) % len(turns)
        time.sleep(PAUSE)
        began = time.perf_counter()
        turns[turn]()
        times[turn] = (time.perf_counter() - began) * 1000.0
    return times


def _ledes(rows: Sequence[corpus.Row]) -> list[str]:
    """What the service embeds of each article."""
    readings = shipped.article_reader().read(corpus.parsed(rows))
    return ["" if isinstance(one, SamestoryError) else one.lede for one in readings]


@contextmanager
def _served(data: Path) -> Iterator[tuple[int, Callable[[corpus.Row], None]]]:
    """The service over the folder: its process and what posts an article to it."""
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--data", str(data)]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=plain_environment()
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if not line:
                raise SystemExit("the service did not start")
            host, _, port = line.split("//")[1].strip().partition(":")
            connection = http.client.HTTPConnection(host, int(port))
            yield process.pid, lambda row: _post(connection, row)
            connection.close()
        finally:
            process.terminate()


def _post(connection: http.client.HTTPConnection, row: corpus.Row) -> None:
    connection.request("POST", "/v1/articles", orjson.dumps(row), HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 201:
        raise SystemExit(f"article {row['id']} was answered {answer.status}: {body[:500]!r}")


@contextmanager
def _commits(data: Path) -> Iterator[Callable[[], None]]:
    """What commits one small row as the store does, in a file beside the store."""
    connection = sqlite3.connect(data / "empty-commits.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE one (number INTEGER)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO one VALUES (1)")
        connection.execute("COMMIT")

    try:
        yield commit
    finally:
        connection.close()


def _spread(values: np.ndarray) -> dict[str, float]:
    return {
        "median": round(float(np.median(values)), 2),
        "p90": round(float(np.percentile(values, 90)), 2),
        "p99": round(float(np.percentile(values, 99)), 2),
    }


def _show(size: int, figures: dict[str, Any]) -> None:
    print(f"\nPOST at {size:,} indexed, one client, ms")
    for name in ("post", "encoder", "commit", "overhead", "overhead_beyond_a_commit"):
        spread = figures[f"{name}_ms"]
        print(f"  {name:26s} median {spread['median']:8.2f}   p99 {spread['p99']:8.2f}")


if __name__ == "__main__":
    main()
