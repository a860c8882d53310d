"""The kept figures as the tables of docs/benchmarks.md.

python -m benchmarks.table
"""

from __future__ import annotations

from typing import Any

import orjson

from benchmarks import graph_board, night_board, scoreboard, story_board
from benchmarks.machine import RESULTS

Result = dict[str, Any]
POSTED = (
    ("post_ms", "POST"),
    ("encoder_ms", "encoder, same lede"),
    ("overhead_ms", "overhead: POST less encoder"),
    ("overhead_beyond_a_commit_ms", "overhead beyond one commit"),
    ("commit_ms", "one empty commit"),
)
BULK = (
    ("articles", "articles"),
    ("articles_per_cpu_second", "articles per CPU second, start-up included"),
    ("articles_per_cpu_second_after_start", "articles per CPU second after start-up"),
    ("start_up_cpu_seconds", "start-up, CPU seconds"),
    ("seconds", "wall seconds"),
    ("peak_mib", "peak memory, MiB"),
)


def main() -> None:
    """Print the tables of every result there is."""
    shown = [(path, _posts) for path in sorted(RESULTS.glob("post*.json"))]
    shown += [(path, _bulk) for path in sorted(RESULTS.glob("bulk*.json"))]
    shown += [(path, _copies) for path in sorted(RESULTS.glob("copies*.json"))]
    shown += [(path, _stories) for path in sorted(RESULTS.glob("stories*.json"))]
    shown += [(path, _graphs) for path in sorted(RESULTS.glob("graph-clusterings*.json"))]
    shown += [(path, _nights) for path in sorted(RESULTS.glob("night*.json"))]
    for path, show in shown:
        result = orjson.loads(path.read_bytes())
        machine, figures = result["machine"], result["figures"]
        print(
            f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"Python {machine['python']}, commit {machine['commit'][:12]}, {result['settings']}, "
            f"load before {figures['load_before'][0]}, after {figures['load_after'][0]}\n"
        )
        show(figures)
        print()


def _posts(figures: Result) -> None:
    sizes = [name for name in figures if name.startswith("at_")]
    heads = [f"{int(name[3:]):,} indexed: {what}" for name in sizes for what in ("median", "p99")]
    print("| ms | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    for key, label in POSTED:
        cells = [f"{figures[name][key][what]:.2f}" for name in sizes for what in ("median", "p99")]
        print(f"| {label} | " + " | ".join(cells) + " |")
    peaks = [f"{figures[name]['serve_peak_mib']} |" for name in sizes]
    print("| peak memory of the service, MiB | " + " | ".join(peaks) + " |")


def _bulk(figures: Result) -> None:
    print("| | level copies | level both |\n|---|---|---|")
    for key, label in BULK:
        print(f"| {label} | {figures['copies'][key]:,} | {figures['both'][key]:,} |")


def _copies(figures: Result) -> None:
    print(scoreboard.everything(figures))


def _stories(figures: Result) -> None:
    print(story_board.everything(figures))


def _graphs(figures: Result) -> None:
    print(graph_board.everything(figures))


def _nights(figures: Result) -> None:
    print(night_board.everything(figures))


if __name__ == "__main__":
    main()
