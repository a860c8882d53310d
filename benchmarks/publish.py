"""README.md, docs/benchmarks.md and the plots say what the kept figures of copies say.

    python -m benchmarks.publish

What stands between ``<!-- copies -->`` and ``<!-- end of copies -->`` is replaced; the rest of a
page stays as it is. The README shows the first of ``SHOWN`` that is kept.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import orjson

from benchmarks import scoreboard
from benchmarks.machine import RESULTS, ROOT

Result = dict[str, Any]
SHOWN = ("copies-reuters_dev", "copies-reuters21578", "copies")
BEGIN, END = "<!-- copies -->", "<!-- end of copies -->"
README, PAGE = ROOT / "README.md", ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Write the pages and draw the plots."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    kept = [path for name in SHOWN if (path := RESULTS / f"{name}.json").exists()]
    if not kept:
        raise SystemExit("no figures of copies are kept: run `python -m benchmarks.copies` first")
    from benchmarks import plots  # noqa: PLC0415 - without matplotlib the reason is said above

    for path in kept:
        for drawn in plots.draw(path):
            print(drawn)
    publish(README, short(kept[0]))
    publish(PAGE, "\n\n".join(long(path) for path in kept))


def publish(page: Path, text: str) -> None:
    """The page holds the text between the two marks.

    Raises:
        ValueError: the page has no such marks.
    """
    old = page.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        raise ValueError(f"{page} needs {BEGIN} and {END} once each, around what is replaced")
    pattern = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", old), encoding="utf-8")
    print(page)


def short(path: Path) -> str:
    """The table, what it was measured on, and the plots."""
    result = orjson.loads(path.read_bytes())
    parts = [scoreboard.contest(result["figures"]["contest"], brief=True), told(result)]
    return "\n\n".join([*parts, *_plots(path, "benchmarks/results")])


def long(path: Path) -> str:
    """All tables and the plots of one result."""
    result = orjson.loads(path.read_bytes())
    heading = f"### {result['settings']['articles']:,} articles of {_data(result)}"
    tables = scoreboard.everything(result["figures"])
    return "\n\n".join([heading, told(result), tables, *_plots(path, "../benchmarks/results")])


def told(result: Result) -> str:
    """Where and on what the figures were measured, in a sentence."""
    machine, settings = result["machine"], result["settings"]
    figures = result["figures"]
    return (
        f"Measured on the first {settings['articles']:,} articles of {_data(result)}, up to "
        f"{settings['runs']} runs each (median), one thread; {machine['cpu']}, "
        f"{machine['cores']} cores, Python {machine['python']}, commit {machine['commit'][:12]}, "
        f"load {figures['load_before'][0]} before and {figures['load_after'][0]} after."
    )


def _data(result: Result) -> str:
    return str(result["settings"]["data"])


def _plots(path: Path, folder: str) -> list[str]:
    names = {
        "recall": "Share of pairs found against Jaccard and against containment",
        "speed": "Articles per CPU second and peak memory against the number of articles",
    }
    return [
        f"![{label}]({folder}/{path.stem}-{kind}.svg)"
        for kind, label in names.items()
        if path.with_name(f"{path.stem}-{kind}.svg").exists()
    ]


if __name__ == "__main__":
    main()
