"""README.md, docs/benchmarks.md and the plots say what the kept figures say.

    python -m benchmarks.publish

What stands between ``<!-- copies -->`` and ``<!-- end of copies -->`` is replaced, and likewise for
stories, graphs and nights; the rest of a page stays as it is. The README shows the first of ``SHOWN`` that is kept.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import orjson

from benchmarks import graph_board, night_board, scoreboard, story_board
from benchmarks.machine import RESULTS, ROOT

Result = dict[str, Any]
SHOWN = ("copies-reuters_dev", "copies-reuters21578", "copies")
STORIES = "stories"
GRAPHS, NIGHTS = "graph-clusterings", ("night-reuters_dev", "night")
BEGIN, END = "<!-- copies -->", "<!-- end of copies -->"
README, PAGE = ROOT / "README.md", ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Write the pages and draw the plots."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    copies = [path for name in SHOWN if (path := RESULTS / f"{name}.json").exists()]
    stories = RESULTS / f"{STORIES}.json"
    if not copies and not stories.exists():
        raise SystemExit(
            "no figures are kept: run `python -m benchmarks.copies` or `.stories` first"
        )
    from benchmarks import plots, story_plots  # noqa: PLC0415 - without matplotlib: as above

    if copies:
        drawn = [plot for path in copies for plot in plots.draw(path)]
        _print(drawn)
        publish(README, short(copies[0]))
        publish(PAGE, "\n\n".join(long(path) for path in copies))
    if stories.exists():
        _print(story_plots.draw(stories))
        publish(README, stories_short(stories), STORIES)
        publish(PAGE, stories_long(stories), STORIES)
    publish_nights()


def publish_nights() -> None:
    """The page holds what is kept of graph clusterings and of nights."""
    graphs = RESULTS / f"{GRAPHS}.json"
    if graphs.exists():
        publish(PAGE, graphs_long(graphs), "graphs")
    nights = [path for name in NIGHTS if (path := RESULTS / f"{name}.json").exists()]
    if nights:
        publish(PAGE, "\n\n".join(night_long(path) for path in nights[:1]), "nights")


def publish(page: Path, text: str, part: str = "copies") -> None:
    """The page holds the text between the two marks of the part.

    Raises:
        ValueError: the page has no such marks.
    """
    begin, end = BEGIN.replace("copies", part), END.replace("copies", part)
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1:
        raise ValueError(f"{page} needs {begin} and {end} once each, around what is replaced")
    pattern = re.compile(re.escape(begin) + ".*" + re.escape(end), re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", old), encoding="utf-8")
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


def stories_short(path: Path) -> str:
    """The table of the contest, what it was measured on, and its plot."""
    result = orjson.loads(path.read_bytes())
    figures = result["figures"]
    parts = [story_board.contest(figures["contest"])]
    parts += [story_board.in_short(figures), stories_told(result)]
    return "\n\n".join([*parts, *_story_plots(path, "benchmarks/results")[:1]])


def stories_long(path: Path) -> str:
    """All tables and plots."""
    result = orjson.loads(path.read_bytes())
    tables = story_board.everything(result["figures"])
    return "\n\n".join([stories_told(result), tables, *_story_plots(path, "../benchmarks/results")])


def graphs_long(path: Path) -> str:
    """What the clusterings of the graph were measured on, and their tables."""
    result = orjson.loads(path.read_bytes())
    return f"{stories_told(result)}\n\n{graph_board.everything(result['figures'])}"


def night_long(path: Path) -> str:
    """What nights were measured on, and their tables."""
    result = orjson.loads(path.read_bytes())
    figures, settings = result["figures"], result["settings"]
    grown = "" if figures["rows"] >= max(settings["sizes"]) else ", more by perturbed replication"
    told = (
        f"Measured on {figures['rows']:,} articles of {_data(result)}{grown}, one run each, "
        f"{settings['jobs']} process; {_machine(result)}, encoder {settings['encoder']}."
    )
    return f"{told}\n\n{night_board.everything(figures)}"


def stories_told(result: Result) -> str:
    """Where and on what the stories were measured, in a sentence."""
    settings, sets = result["settings"], ", ".join(result["settings"]["data"])
    return (
        f"Measured on {settings['articles']:,} articles of {sets}; {_machine(result)}, "
        f"encoder {settings['encoder']}."
    )


def told(result: Result) -> str:
    """Where and on what the figures were measured, in a sentence."""
    settings = result["settings"]
    return (
        f"Measured on the first {settings['articles']:,} articles of {_data(result)}, up to "
        f"{settings['runs']} runs each (median), one thread; {_machine(result)}."
    )


def _machine(result: Result) -> str:
    machine, figures = result["machine"], result["figures"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, "
        f"commit {machine['commit'][:12]}, "
        f"load {figures['load_before'][0]} before and {figures['load_after'][0]} after"
    )


def _data(result: Result) -> str:
    return str(result["settings"]["data"])


def _plots(path: Path, folder: str) -> list[str]:
    names = {
        "recall": "Share of pairs found against Jaccard and against containment",
        "speed": "Articles per CPU second and peak memory against the number of articles",
    }
    return _images(path, folder, names)


def _story_plots(path: Path, folder: str) -> list[str]:
    names = {
        "contest": "B-cubed F1 of every method on every set, as chosen elsewhere and at its best",
        "reliability": "Shares of pairs that are one event against the probability that was said",
    }
    return _images(path, folder, names)


def _images(path: Path, folder: str, names: dict[str, str]) -> list[str]:
    return [
        f"![{label}]({folder}/{path.stem}-{kind}.svg)"
        for kind, label in names.items()
        if path.with_name(f"{path.stem}-{kind}.svg").exists()
    ]


def _print(drawn: list[Path]) -> None:
    for path in drawn:
        print(path)


if __name__ == "__main__":
    main()
